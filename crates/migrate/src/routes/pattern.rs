//! The patterns of listener rules: wildcards, regular expressions, address ranges.
//!
//! Wildcards are matched byte by byte: whatever is not ASCII travels percent-encoded in a path and
//! as punycode in a host, so one byte is one character of what the load balancer sees.

use std::net::IpAddr;

use regex::{Regex, RegexBuilder};

/// Most bytes of a compiled regular expression; AWS takes patterns of 128 characters.
const REGEX_BYTES_MAX: usize = 1 << 20;

/// One element of a pattern with wildcards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// This byte.
    Byte(u8),
    /// `?`: exactly one byte.
    One,
    /// `*`: any bytes, also none.
    Many,
}

/// A pattern with `*` and `?`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob {
    text: String,
    tokens: Vec<Token>,
    fold: bool,
}

impl Glob {
    /// A pattern; with `fold` the case of ASCII letters does not count.
    pub fn new(text: &str, fold: bool) -> Self {
        let tokens = text.bytes().map(|byte| token(byte, fold)).collect();
        Self { text: text.to_owned(), tokens, fold }
    }

    /// A pattern of a query string, where `\*` and `\?` stand for themselves.
    pub fn escaped(text: &str, fold: bool) -> Self {
        let mut tokens = Vec::with_capacity(text.len());
        let mut bytes = text.bytes().peekable();
        while let Some(byte) = bytes.next() {
            match bytes.peek() {
                Some(next @ (b'*' | b'?' | b'\\')) if byte == b'\\' => {
                    tokens.push(Token::Byte(*next));
                    bytes.next();
                }
                _ => tokens.push(token(byte, fold)),
            }
        }
        Self { text: text.to_owned(), tokens, fold }
    }

    /// The pattern as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Whether the whole of `text` fits the pattern.
    ///
    /// Goes back to the last `*` only, so the time is at most the product of the two lengths.
    pub fn matches(&self, text: &str) -> bool {
        let text = text.as_bytes();
        let (mut at, mut seen) = (0, 0);
        let mut back: Option<(usize, usize)> = None;
        loop {
            match (self.tokens.get(at), text.get(seen)) {
                (None, None) => return true,
                (Some(Token::Many), _) => {
                    back = Some((at, seen));
                    at += 1;
                }
                (Some(token), Some(byte)) if self.takes(*token, *byte) => {
                    at += 1;
                    seen += 1;
                }
                _ => {
                    let Some((star, from)) = back.filter(|(_, from)| *from < text.len()) else {
                        return false;
                    };
                    back = Some((star, from + 1));
                    at = star + 1;
                    seen = from + 1;
                }
            }
        }
    }

    fn takes(&self, token: Token, byte: u8) -> bool {
        match token {
            Token::Byte(wanted) if self.fold => wanted == byte.to_ascii_lowercase(),
            Token::Byte(wanted) => wanted == byte,
            Token::One => true,
            Token::Many => false,
        }
    }
}

fn token(byte: u8, fold: bool) -> Token {
    match byte {
        b'*' => Token::Many,
        b'?' => Token::One,
        byte if fold => Token::Byte(byte.to_ascii_lowercase()),
        byte => Token::Byte(byte),
    }
}

/// Values of a condition: the condition holds if one of them fits.
#[derive(Debug, Clone)]
pub enum Texts {
    /// With wildcards.
    Globs(Vec<Glob>),
    /// Regular expressions, found anywhere in the text unless they say otherwise.
    Regexes(Vec<Regex>),
}

impl Texts {
    /// Wildcards.
    pub fn globs(values: &[String], fold: bool) -> Self {
        Self::Globs(values.iter().map(|value| Glob::new(value, fold)).collect())
    }

    /// Regular expressions; one that cannot be read fits nothing.
    pub fn regexes(values: &[String], fold: bool) -> Self {
        let one = |value: &String| {
            let mut builder = RegexBuilder::new(value);
            builder.case_insensitive(fold).size_limit(REGEX_BYTES_MAX).build().ok()
        };
        Self::Regexes(values.iter().filter_map(one).collect())
    }

    /// Whether one of the values fits.
    pub fn matches(&self, text: &str) -> bool {
        match self {
            Self::Globs(globs) => globs.iter().any(|glob| glob.matches(text)),
            Self::Regexes(list) => list.iter().any(|regex| regex.is_match(text)),
        }
    }

    /// The values as they were written.
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Self::Globs(globs) => globs.iter().map(Glob::text).collect(),
            Self::Regexes(list) => list.iter().map(Regex::as_str).collect(),
        }
    }
}

/// A range of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cidr {
    /// The first address, or any other of the range.
    pub address: IpAddr,
    /// How many bits are fixed: 0 to 32, or 0 to 128.
    pub bits: u8,
}

impl Cidr {
    /// `10.0.0.0/8`; an address alone is a range of one.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = if let Some((address, bits)) = text.trim().split_once('/') {
            (address.parse().ok()?, bits.parse().ok()?)
        } else {
            let address: IpAddr = text.trim().parse().ok()?;
            (address, width(address))
        };
        (bits <= width(address)).then_some(Self { address, bits })
    }

    /// Whether the range has `address`.
    pub fn contains(&self, address: IpAddr) -> bool {
        let kept = |address: IpAddr| {
            let shift = u32::from(width(address).saturating_sub(self.bits));
            number(address).checked_shr(shift).unwrap_or(0)
        };
        address.is_ipv4() == self.address.is_ipv4() && kept(address) == kept(self.address)
    }

    /// The first and the last address as numbers.
    pub(super) fn bounds(&self) -> (u128, u128) {
        let free = u32::from(width(self.address).saturating_sub(self.bits));
        let mask = u128::MAX.checked_shl(free).unwrap_or(0);
        let first = number(self.address) & mask;
        (first, first | !mask)
    }
}

/// Bits of an address.
fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(four) => u128::from(four.to_bits()),
        IpAddr::V6(six) => six.to_bits(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_match_as_the_load_balancer_does() {
        for (pattern, text, fits) in [
            ("/api/*", "/api/", true),
            ("/api/*", "/api", false),
            ("/a?i", "/abi", true),
            ("/a?i", "/ai", false),
            ("*", "", true),
            ("*.example.com", ".example.com", true),
            ("*a*b", "xxaxxbxxb", true),
            ("*a*b", "xxaxxbxxc", false),
            ("/API", "/api", false),
        ] {
            assert_eq!(Glob::new(pattern, false).matches(text), fits, "{pattern} {text}");
        }
        assert!(Glob::new("Api.Example.com", true).matches("aPI.example.COM"));
        assert!(Glob::escaped(r"50\*", true).matches("50*"));
        assert!(!Glob::escaped(r"50\*", true).matches("500"));
    }

    #[test]
    fn ranges_hold_their_bounds_and_nothing_beside() {
        let has = |range: &str, address: &str| {
            Cidr::parse(range).is_some_and(|cidr| cidr.contains(address.parse().unwrap()))
        };
        assert!(has("10.40.0.0/14", "10.43.255.255") && !has("10.40.0.0/14", "10.44.0.0"));
        assert!(has("0.0.0.0/0", "255.1.2.3") && !has("0.0.0.0/0", "::1"));
        assert!(has("2001:db8::/32", "2001:db8:ffff::1") && !has("2001:db8::/32", "2001:db9::"));
        assert!(has("192.0.2.1", "192.0.2.1") && !has("192.0.2.1", "192.0.2.2"));
        assert!(Cidr::parse("10.0.0.0/33").is_none() && Cidr::parse("x").is_none());
    }
}
