//! Which of the ways to write a text is open to it.

use super::Tag;
use super::resolve::{Dialect, is_base_60, tag_of};

/// How the writer puts a text down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// As it is.
    Plain,
    /// In single quotes.
    Single,
    /// In double quotes, with escapes.
    Double,
    /// As a literal block.
    Literal,
}

/// What a text allows.
struct Allows {
    plain: bool,
    single: bool,
    block: bool,
}

/// The way to write `text`; a key has to stay on its line.
pub(super) fn choose(text: &str, is_key: bool) -> Written {
    if is_word(text) {
        let plain = tag_of(text, Dialect::V2) == Tag::Str;
        return if plain { Written::Plain } else { Written::Double };
    }
    let allows = analyse(text);
    if text.contains('\n') {
        return if allows.block && !is_key { Written::Literal } else { Written::Double };
    }
    if tag_of(text, Dialect::V2) != Tag::Str || is_base_60(text) {
        return Written::Double;
    }
    match (allows.plain, allows.single) {
        (true, _) => Written::Plain,
        (false, true) => Written::Single,
        (false, false) => Written::Double,
    }
}

/// Most texts are such words, which nothing but their type can keep from being written plainly.
fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'/' | b'.'))
}

/// Whether the text has a line break of any kind in it.
pub(super) fn has_break(text: &str) -> bool {
    text.contains(is_break)
}

pub(super) fn is_break(c: char) -> bool {
    matches!(c, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// What may stand in the output without an escape.
pub(super) fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}')
        && c != '\u{feff}'
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

fn analyse(text: &str) -> Allows {
    let special = text.chars().any(|c| !is_printable(c));
    let lead_or_trail = |pick: fn(char) -> bool| (text.starts_with(pick), text.ends_with(pick));
    let (leading_space, trailing_space) = lead_or_trail(|c| c == ' ');
    let (leading_break, trailing_break) = lead_or_trail(is_break);
    let (break_space, space_break) = mixed(text);
    let hidden = space_break || special;
    let edges = leading_space || leading_break || trailing_space || trailing_break;
    Allows {
        plain: !(hidden || edges || break_space || has_break(text) || has_indicator(text)),
        single: !(hidden || break_space),
        block: !(hidden || trailing_space),
    }
}

/// Whether a space follows a line break, and whether a line break follows a space.
fn mixed(text: &str) -> (bool, bool) {
    let pairs = || text.chars().zip(text.chars().skip(1));
    (pairs().any(|(a, b)| is_break(a) && b == ' '), pairs().any(|(a, b)| a == ' ' && is_break(b)))
}

/// Whether the text without quotes would be read as something else than a text.
fn has_indicator(text: &str) -> bool {
    if text.starts_with("---") || text.starts_with("...") {
        return true;
    }
    let mut before_is_space = true;
    let mut chars = text.chars().enumerate().peekable();
    while let Some((at, c)) = chars.next() {
        let space_follows = chars.peek().is_none_or(|(_, next)| is_blank(*next));
        let found = match c {
            ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@'
            | '`' => at == 0,
            '#' => at == 0 || before_is_space,
            '?' | '-' => at == 0 && space_follows,
            ':' => space_follows,
            _ => false,
        };
        if found {
            return true;
        }
        before_is_space = is_blank(c) || is_break(c) || c == '\0';
    }
    false
}
