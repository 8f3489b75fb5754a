//! Patterns in kustomization files. Most are plain names, which need no compiling.

use regex::Regex;

/// A pattern that is matched against a text.
#[derive(Debug)]
pub(super) enum Pattern {
    /// Everything.
    Any,
    /// This text.
    Exactly(String),
    /// What the expression finds.
    Regex(Regex),
}

impl Pattern {
    /// A pattern that has to match from end to end; the empty one matches everything.
    pub(super) fn whole(pattern: &str) -> Result<Self, String> {
        if pattern.is_empty() {
            return Ok(Self::Any);
        }
        if is_literal(pattern) {
            return Ok(Self::Exactly(pattern.to_owned()));
        }
        compile(&format!("^(?:{pattern})$")).map(Self::Regex)
    }

    /// Whether the text fits.
    pub(super) fn matches(&self, text: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Exactly(exact) => exact == text,
            Self::Regex(regex) => regex.is_match(text),
        }
    }
}

/// Compiles an expression; the error shows it.
pub(super) fn compile(pattern: &str) -> Result<Regex, String> {
    Regex::new(pattern).map_err(|_| format!("{pattern} is not a valid regular expression"))
}

/// Whether the pattern matches only itself.
fn is_literal(pattern: &str) -> bool {
    pattern.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'/' | b':'))
}
