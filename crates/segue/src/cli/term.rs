//! The terminal: width, colour, and lines to stdout and stderr.

use std::io::{IsTerminal, Write};

use anstream::ColorChoice as Auto;
use unicode_width::UnicodeWidthStr;

use crate::demo::{Colour, Look, Signs};

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` or `TERM=dumb` says no.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What a piece of text means; each meaning has a glyph or a word besides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// A heading.
    Strong,
    /// Of less importance.
    Dim,
    /// Changing.
    Changing,
    /// Held, or drifted.
    Held,
    /// Failed.
    Failed,
}

/// Where a command writes.
#[derive(Debug)]
pub(crate) struct Term {
    color: Auto,
    /// Columns to fit into.
    pub(crate) width: usize,
    /// True if a person may be asked.
    pub(crate) interactive: bool,
}

/// Columns where the output is no terminal.
const WIDTH_PIPED: usize = 120;
/// Narrowest and widest output.
const WIDTH_RANGE: (usize, usize) = (60, 160);

impl Term {
    pub(crate) fn new(color: ColorChoice) -> Self {
        let choice = match color {
            ColorChoice::Auto => Auto::Auto,
            ColorChoice::Always => Auto::Always,
            ColorChoice::Never => Auto::Never,
        };
        let terminal = std::io::stdout().is_terminal();
        let width =
            super::settings::columns().or_else(|| terminal.then(terminal_columns).flatten());
        Self {
            color: choice,
            width: width.unwrap_or(WIDTH_PIPED).clamp(WIDTH_RANGE.0, WIDTH_RANGE.1),
            interactive: terminal && std::io::stdin().is_terminal(),
        }
    }

    /// `text` in the colour of `style`; the stream drops the colour where none is wanted.
    #[expect(clippy::unused_self, reason = "reads as what it is: the terminal paints")]
    pub(crate) fn paint(&self, style: Style, text: &str) -> String {
        use anstyle::{AnsiColor, Style as Ansi};
        let ansi = match style {
            Style::Strong => Ansi::new().bold(),
            Style::Dim => Ansi::new().dimmed(),
            Style::Changing => Ansi::new().fg_color(Some(AnsiColor::Blue.into())),
            Style::Held => Ansi::new().fg_color(Some(AnsiColor::Yellow.into())),
            Style::Failed => Ansi::new().fg_color(Some(AnsiColor::Red.into())).bold(),
        };
        format!("{ansi}{text}{ansi:#}")
    }

    /// A line of data. A closed pipe ends the output silently: the reader had enough.
    pub(crate) fn line(&mut self, text: &str) {
        let mut out = anstream::AutoStream::new(
            std::io::stdout().lock(),
            self.choice(std::io::stdout().is_terminal()),
        );
        let _ = writeln!(out, "{text}");
    }

    /// Data in lines that fit, the following ones indented.
    pub(crate) fn paragraph(&mut self, text: &str, indent: usize) {
        for line in wrap(text, self.width, indent) {
            self.line(&line);
        }
    }

    /// A line of progress or trouble.
    pub(crate) fn error_line(&mut self, text: &str) {
        let mut out = anstream::AutoStream::new(
            std::io::stderr().lock(),
            self.choice(std::io::stderr().is_terminal()),
        );
        let _ = writeln!(out, "{text}");
    }

    fn choice(&self, terminal: bool) -> Auto {
        match self.color {
            Auto::Auto if super::settings::no_color() => Auto::Never,
            Auto::Auto if super::settings::force_color() => Auto::Always,
            Auto::Auto if !terminal => Auto::Never,
            Auto::Auto => Auto::Always,
            other => other,
        }
    }

    /// How the crossing may draw; `on_stderr` when stdout is kept for data.
    pub(crate) fn look(&self, on_stderr: bool) -> Look {
        let terminal = if on_stderr {
            std::io::stderr().is_terminal()
        } else {
            std::io::stdout().is_terminal()
        };
        if !terminal {
            return Look::Plain;
        }
        let colour = if self.choice(terminal) == Auto::Never { Colour::Off } else { Colour::On };
        let signs = if super::settings::is_utf8() { Signs::Unicode } else { Signs::Ascii };
        Look::Terminal { colour, signs }
    }

    /// Text as it is, such as a movement of the cursor; only on a terminal.
    #[expect(clippy::unused_self, reason = "whoever draws needs the terminal")]
    pub(crate) fn raw(&mut self, text: &str) {
        let mut out = std::io::stdout();
        let _ = write!(out, "{text}");
        let _ = out.flush();
    }

    /// `text` in one line: what does not fit is left out. Colours do not count.
    pub(crate) fn cut(&self, text: &str) -> String {
        let (mut out, mut used, mut coloured) = (String::new(), 0, false);
        for c in text.chars() {
            coloured |= c == '\x1b';
            if !coloured {
                used += unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
            }
            if coloured || used <= self.width {
                out.push(c);
            }
            coloured &= c != 'm';
        }
        out
    }

    /// Asks for a text; only on a terminal.
    #[expect(clippy::unused_self, reason = "whoever asks needs the terminal")]
    pub(crate) fn typed(&mut self, question: &str) -> String {
        let mut out = std::io::stdout();
        let _ = write!(out, "{question}");
        let _ = out.flush();
        let mut answer = String::new();
        let _ = std::io::stdin().read_line(&mut answer);
        answer.trim().to_owned()
    }

    /// Asks a yes-or-no question; only on a terminal.
    #[expect(clippy::unused_self, reason = "whoever asks needs the terminal")]
    pub(crate) fn confirm(&mut self, question: &str) -> bool {
        let mut out = std::io::stdout();
        let _ = write!(out, "{question} [y/N] ");
        let _ = out.flush();
        let mut answer = String::new();
        let _ = std::io::stdin().read_line(&mut answer);
        matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
    }
}

fn terminal_columns() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}

/// `1 service`, `2 services`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// `text` in exactly `width` columns: padded, or cut in the middle, where long names differ least.
/// Wide characters such as Hangul count two columns.
pub(crate) fn fit(text: &str, width: usize) -> String {
    let have = text.width();
    if have <= width {
        return format!("{text}{}", " ".repeat(width - have));
    }
    let keep = width.saturating_sub(1);
    let head = take(text.chars(), keep / 2);
    let tail: String = take(text.chars().rev(), keep - keep / 2).chars().rev().collect();
    let cut = format!("{head}…{tail}");
    let missing = width.saturating_sub(cut.width());
    format!("{cut}{}", " ".repeat(missing))
}

fn take(chars: impl Iterator<Item = char>, width: usize) -> String {
    use unicode_width::UnicodeWidthChar;
    let mut used = 0;
    chars
        .take_while(|c| {
            used += c.width().unwrap_or(0);
            used <= width
        })
        .collect()
}

/// `text` in lines of at most `width` columns, the following ones indented by `indent`. Spaces at
/// the start stay; a word that is too long for any line is broken where it may be.
pub(crate) fn wrap(text: &str, width: usize, indent: usize) -> Vec<String> {
    let room = width.saturating_sub(indent).max(8);
    let start: String = text.chars().take_while(|c| *c == ' ').collect();
    let mut lines: Vec<String> = Vec::new();
    let mut line = start;
    for word in text.split_whitespace().flat_map(|word| pieces(word, room)) {
        let limit = if lines.is_empty() { width } else { room };
        let glue = usize::from(!line.trim().is_empty());
        if !line.trim().is_empty() && line.width() + glue + word.width() > limit {
            lines.push(std::mem::take(&mut line));
        }
        if !line.trim().is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    lines.push(line);
    let indented = |(index, line): (usize, &String)| {
        if index == 0 { line.clone() } else { format!("{}{line}", " ".repeat(indent)) }
    };
    lines.iter().enumerate().map(indented).collect()
}

/// A word in pieces of at most `room` columns, cut after a dot, slash, bracket or comma if one is
/// there.
fn pieces(word: &str, room: usize) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = word;
    while rest.width() > room {
        let head = take(rest.chars(), room);
        let cut = head
            .rfind(['.', '/', ']', ',', ';', '-'])
            .filter(|at| *at > room / 3)
            .map_or(head.len(), |at| at + 1);
        let cut = cut.max(rest.chars().next().map_or(1, char::len_utf8));
        out.push(rest[..cut].to_owned());
        rest = &rest[cut..];
    }
    out.push(rest.to_owned());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_count_two_columns() {
        assert_eq!(fit("강의", 6), "강의  ");
        assert_eq!(fit("abcdefghij", 5).width(), 5);
        assert_eq!(fit("강의플레이어서비스", 9).width(), 9);
    }

    #[test]
    fn words_wrap_and_indent() {
        assert_eq!(wrap("one two three", 10, 2), ["one two", "  three"]);
        assert_eq!(wrap("  indented", 20, 4), ["  indented"]);
        assert!(
            wrap("spec.template.spec.containers[app].livenessProbe", 20, 2)
                .iter()
                .all(|line| line.width() <= 22)
        );
    }
}
