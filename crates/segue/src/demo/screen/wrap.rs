//! Long lines, broken between words.

/// `text` in lines of at most `width` columns; all but the first begin with `indent` blanks.
pub(super) fn wrap(text: &str, width: usize, indent: usize) -> String {
    let words = text.trim_start_matches(' ');
    let mut lines: Vec<String> = vec![" ".repeat(text.len() - words.len())];
    for word in words.split(' ') {
        let Some(line) = lines.last_mut() else { break };
        let room = width.saturating_sub(line.chars().count() + 1);
        if line.trim_start().is_empty() {
            line.push_str(word);
        } else if word.chars().count() <= room {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines.join(&format!("\n{}", " ".repeat(indent)))
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrap("one two three", 7, 2), "one two\n  three");
        assert_eq!(wrap("  one  two", 80, 2), "  one  two", "blanks stay");
        assert_eq!(wrap("averylongword and", 5, 0), "averylongword\nand");
    }
}
