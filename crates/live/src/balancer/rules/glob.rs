//! Patterns with `*` (any bytes, also none) and `?` (exactly one byte).
//!
//! Matched byte by byte: what is not ASCII travels percent-encoded in a path and as punycode in a
//! host, so one byte is one character of what a balancer sees.

/// One element of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    /// This byte.
    Byte(u8),
    /// `?`.
    One,
    /// `*`.
    Many,
}

/// Whether the case of ASCII letters counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// It does.
    Counts,
    /// It does not.
    Folded,
}

/// A pattern, made ready for matching.
#[derive(Debug, Clone)]
pub(super) struct Glob {
    tokens: Vec<Token>,
    case: Case,
}

impl Glob {
    /// The pattern that `text` writes.
    pub(super) fn new(text: &str, case: Case) -> Self {
        let tokens = text.bytes().map(|byte| token(byte, case)).collect();
        Self { tokens, case }
    }

    /// A pattern of a query string, where `\*`, `\?` and `\\` stand for themselves.
    pub(super) fn escaped(text: &str, case: Case) -> Self {
        let mut tokens = Vec::with_capacity(text.len());
        let mut bytes = text.bytes().peekable();
        while let Some(byte) = bytes.next() {
            let literal = bytes.next_if(|next| byte == b'\\' && b"*?\\".contains(next));
            tokens.push(literal.map_or_else(|| token(byte, case), Token::Byte));
        }
        Self { tokens, case }
    }

    /// How many wildcards it has.
    pub(super) fn wildcards(&self) -> usize {
        self.tokens.iter().filter(|token| !matches!(token, Token::Byte(_))).count()
    }

    /// Whether the whole of `text` fits.
    ///
    /// Goes back to the last `*` only, so the time is at most the product of both lengths: a
    /// client cannot make a pattern slow.
    pub(super) fn matches(&self, text: &[u8]) -> bool {
        let (mut token, mut at) = (0, 0);
        let mut back: Option<(usize, usize)> = None;
        while at < text.len() {
            match self.tokens.get(token) {
                Some(Token::Many) => {
                    back = Some((token, at));
                    token += 1;
                    continue;
                }
                Some(Token::One) => {
                    (token, at) = (token + 1, at + 1);
                    continue;
                }
                Some(Token::Byte(byte)) if *byte == folded(text[at], self.case) => {
                    (token, at) = (token + 1, at + 1);
                    continue;
                }
                _ => {}
            }
            // No fit: let the last `*` take one byte more.
            let Some((many, from)) = back else { return false };
            back = Some((many, from + 1));
            (token, at) = (many + 1, from + 1);
        }
        self.tokens[token..].iter().all(|token| *token == Token::Many)
    }
}

fn token(byte: u8, case: Case) -> Token {
    match byte {
        b'*' => Token::Many,
        b'?' => Token::One,
        byte => Token::Byte(folded(byte, case)),
    }
}

fn folded(byte: u8, case: Case) -> u8 {
    match case {
        Case::Counts => byte,
        Case::Folded => byte.to_ascii_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The meaning of a pattern, written down as plainly as possible.
    fn fits(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some((b'*', rest)), _) => (0..=text.len()).any(|taken| fits(rest, &text[taken..])),
            (Some((b'?', rest)), Some((_, text))) => fits(rest, text),
            (Some((byte, rest)), Some((first, text))) => byte == first && fits(rest, text),
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn it_means_what_the_definition_says(pattern in "[ab*?]{0,8}", text in "[ab]{0,10}") {
            let glob = Glob::new(&pattern, Case::Counts);
            prop_assert_eq!(glob.matches(text.as_bytes()), fits(pattern.as_bytes(), text.as_bytes()));
        }

        #[test]
        fn without_case_is_with_case_in_small_letters(pattern in "[aAbB*?]{0,8}", text in "[aAbB]{0,8}") {
            let folded = Glob::new(&pattern, Case::Folded).matches(text.as_bytes());
            let (pattern, text) = (pattern.to_lowercase(), text.to_lowercase());
            prop_assert_eq!(folded, Glob::new(&pattern, Case::Counts).matches(text.as_bytes()));
        }

        #[test]
        fn an_escaped_text_fits_itself_and_nothing_else(text in r"[a*?\\]{0,8}", other in r"[a*?\\]{0,8}") {
            let escaped: String = text.chars().flat_map(|c| [(c != 'a').then_some('\\'), Some(c)]).flatten().collect();
            let glob = Glob::escaped(&escaped, Case::Counts);
            prop_assert!(glob.matches(text.as_bytes()));
            prop_assert_eq!(glob.matches(other.as_bytes()), text == other);
            prop_assert_eq!(glob.wildcards(), 0);
        }
    }

    #[test]
    fn a_hostile_text_takes_no_time() {
        let glob = Glob::new("*a*a*a*a*b", Case::Counts);
        assert!(!glob.matches(&vec![b'a'; 60_000]));
    }
}
