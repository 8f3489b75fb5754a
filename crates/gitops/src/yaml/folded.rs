//! What becomes of a folded block (`>`) on its way through kustomize.
//!
//! kustomize writes every object as YAML and reads it again before it prints it. The writer of
//! folded blocks is at odds with the reader: it looks at the start of the text where it should
//! look at the place of the break. So some texts come back changed, and ours have to as well.

use super::style::{is_break, is_printable};

/// The text after it was written as a folded block and read again.
pub(super) fn rewritten(text: &str) -> String {
    if !block_allowed(text) {
        return text.to_owned();
    }
    read(&written(text), keeps(text))
}

/// Other texts are written in double quotes, which lose nothing.
fn block_allowed(text: &str) -> bool {
    let space_before_break = || {
        let next = text.chars().skip(1);
        text.chars().zip(next).any(|(a, b)| a == ' ' && is_break(b))
    };
    let special = |c: char| !is_printable(c) && c != '\t';
    !text.is_empty() && !text.ends_with(' ') && !text.contains(special) && !space_before_break()
}

/// The lines of the block, without their indentation.
fn written(text: &str) -> String {
    let first = text.chars().find(|c| !is_break(*c));
    let doubles = first.is_some_and(|c| !matches!(c, ' ' | '\t' | '\0'));
    let mut out = String::with_capacity(text.len() + 8);
    let (mut after_break, mut line_starts_blank) = (true, true);
    for c in text.chars() {
        if is_break(c) {
            if !after_break && !line_starts_blank && c == '\n' && doubles {
                out.push('\n');
            }
            after_break = true;
        } else {
            if after_break {
                line_starts_blank = matches!(c, ' ' | '\t');
            }
            after_break = false;
        }
        out.push(c);
    }
    out
}

/// What happens to the breaks at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keeps {
    /// `>-`
    None,
    /// `>`
    One,
    /// `>+`
    All,
}

fn keeps(text: &str) -> Keeps {
    let Some(rest) = text.strip_suffix(is_break) else { return Keeps::None };
    if rest.is_empty() || rest.ends_with(is_break) { Keeps::All } else { Keeps::One }
}

fn read(block: &str, keeps: Keeps) -> String {
    let mut out = String::with_capacity(block.len());
    // The break that ended the last line with text, and those of empty lines after it.
    let (mut end_of_line, mut empty_lines) = (String::new(), String::new());
    let mut last_starts_blank = false;
    for line in block.split_inclusive('\n') {
        let content = line.strip_suffix('\n').unwrap_or(line);
        if content.is_empty() {
            empty_lines.push('\n');
            continue;
        }
        let starts_blank = content.starts_with([' ', '\t']);
        if end_of_line == "\n" && !last_starts_blank && !starts_blank {
            if empty_lines.is_empty() {
                out.push(' ');
            }
        } else {
            out.push_str(&end_of_line);
        }
        out.push_str(&empty_lines);
        empty_lines.clear();
        out.push_str(content);
        last_starts_blank = starts_blank;
        end_of_line = if content.len() < line.len() { "\n".to_owned() } else { String::new() };
    }
    if keeps != Keeps::None {
        out.push_str(&end_of_line);
    }
    if keeps == Keeps::All {
        out.push_str(&empty_lines);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::rewritten;

    #[test]
    fn some_texts_change_and_most_do_not() {
        for same in ["a b", "a b\n", "a\nb\n", "a\n\nb", "a \nb", ""] {
            assert_eq!(rewritten(same), same, "{same:?}");
        }
        assert_eq!(rewritten("a\n b\nc"), "a\n\n b\nc");
        assert_eq!(rewritten("x\n\n"), "x\n\n\n");
        assert_eq!(rewritten(" a\nb\nc"), " a\nb c");
    }
}
