//! Which type a text without quotes has.

use super::Tag;
use super::timestamp;

/// The two readers inside kustomize disagree about the words of YAML 1.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// The reader of kustomization files and JSON patches, and the writer: `yes`, `on`, `y` are true.
    V2,
    /// The reader of objects and merge patches: `yes`, `on`, `y` are text.
    V3,
}

/// A value with its type.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number beyond the signed range.
    Uint(u64),
    /// Any other number.
    Float(f64),
    /// A point in time, in RFC 3339.
    Time(String),
    /// Text.
    Str,
}

impl Value {
    /// The tag that goes with the value.
    pub(crate) fn tag(&self) -> Tag {
        match self {
            Self::Null => Tag::Null,
            Self::Bool(_) => Tag::Bool,
            Self::Int(_) | Self::Uint(_) => Tag::Int,
            Self::Float(_) => Tag::Float,
            Self::Time(_) => Tag::Timestamp,
            Self::Str => Tag::Str,
        }
    }
}

/// The tag that a text without quotes has.
pub(crate) fn tag_of(text: &str, dialect: Dialect) -> Tag {
    resolve(text, dialect).tag()
}

/// The value of a text without quotes.
pub(crate) fn resolve(text: &str, dialect: Dialect) -> Value {
    let Some(first) = text.bytes().next() else {
        return Value::Null;
    };
    match first {
        b'+' | b'-' | b'0'..=b'9' => signed_inf(text).unwrap_or_else(|| number(text)),
        b'.' => dotted(text),
        b'~' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'y' | b'Y' | b'o' | b'O' => {
            word(text, dialect)
        }
        _ => Value::Str,
    }
}

fn word(text: &str, dialect: Dialect) -> Value {
    match text {
        "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ if dialect == Dialect::V3 => Value::Str,
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Value::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Value::Bool(false),
        _ => Value::Str,
    }
}

fn dotted(text: &str) -> Value {
    match text {
        ".nan" | ".NaN" | ".NAN" => Value::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" => Value::Float(f64::INFINITY),
        _ => float(text),
    }
}

fn signed_inf(text: &str) -> Option<Value> {
    match text {
        "+.inf" | "+.Inf" | "+.INF" => Some(Value::Float(f64::INFINITY)),
        "-.inf" | "-.Inf" | "-.INF" => Some(Value::Float(f64::NEG_INFINITY)),
        _ => None,
    }
}

fn number(text: &str) -> Value {
    if let Some(time) = timestamp::rfc3339(text) {
        return Value::Time(time);
    }
    let plain = text.replace('_', "");
    if let Some(value) = integer(&plain) {
        return value;
    }
    if is_decimal_float(&plain) { float(&plain) } else { Value::Str }
}

/// Whole numbers, also in base 2, 8 and 16; a leading zero means base 8.
fn integer(plain: &str) -> Option<Value> {
    let (negative, signed, digits) = match plain.as_bytes().first() {
        Some(b'-') => (true, true, &plain[1..]),
        Some(b'+') => (false, true, &plain[1..]),
        _ => (false, false, plain),
    };
    let (radix, digits) = radix(digits);
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    if negative {
        return 0i64.checked_sub_unsigned(magnitude).map(Value::Int);
    }
    match i64::try_from(magnitude) {
        Ok(value) => Some(Value::Int(value)),
        Err(_) if signed => None,
        Err(_) => Some(Value::Uint(magnitude)),
    }
}

fn radix(digits: &str) -> (u32, &str) {
    let lower = digits.get(..2).unwrap_or_default().to_ascii_lowercase();
    match lower.as_str() {
        "0x" => (16, &digits[2..]),
        "0b" => (2, &digits[2..]),
        "0o" => (8, &digits[2..]),
        _ if digits.len() > 1 && digits.starts_with('0') => (8, &digits[1..]),
        _ => (10, digits),
    }
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_decimal_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let exponent_fits = exponent.is_none_or(|part| {
        let part = part.strip_prefix(['-', '+']).unwrap_or(part);
        !part.is_empty() && digits(part)
    });
    let mantissa_fits = match mantissa.split_once('.') {
        Some((whole, fraction)) => {
            digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty())
        }
        None => !mantissa.is_empty() && digits(mantissa),
    };
    exponent_fits && mantissa_fits
}

fn float(text: &str) -> Value {
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Value::Float(value),
        Ok(_) | Err(_) => Value::Str,
    }
}

/// Numbers such as `12:30:45`, which other readers take as base 60; the writer quotes them.
pub(crate) fn is_base_60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let mut parts = unsigned.split(':');
    let Some(head) = parts.next() else {
        return false;
    };
    let head_fits = head.starts_with(|c: char| c.is_ascii_digit())
        && head.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    let rest: Vec<&str> = parts.collect();
    let Some((last, middle)) = rest.split_last() else {
        return false;
    };
    let sixty = |part: &str| match part.as_bytes() {
        [b'0'..=b'9'] => true,
        [tens, ones] => (b'0'..=b'5').contains(tens) && ones.is_ascii_digit(),
        _ => false,
    };
    let (last, fraction) = last.split_once('.').unwrap_or((last, ""));
    head_fits
        && middle.iter().all(|part| sixty(part))
        && sixty(last)
        && fraction.bytes().all(|b| b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_the_types_that_go_finds() {
        for (text, tag) in [
            ("y", Tag::Str),
            ("true", Tag::Bool),
            ("", Tag::Null),
            ("0777", Tag::Int),
            ("08", Tag::Float),
            ("1_000", Tag::Int),
            ("0x1F", Tag::Int),
            ("1e3", Tag::Float),
            ("1.", Tag::Float),
            (".5", Tag::Float),
            (".", Tag::Str),
            ("-", Tag::Str),
            ("1.2.3", Tag::Str),
            ("2001-01-01", Tag::Timestamp),
            ("18446744073709551615", Tag::Int),
            ("18446744073709551616", Tag::Float),
            ("-0b11", Tag::Int),
            ("12:30", Tag::Str),
        ] {
            assert_eq!(tag_of(text, Dialect::V3), tag, "{text}");
        }
        assert_eq!(tag_of("off", Dialect::V2), Tag::Bool);
        assert!(
            is_base_60("12:30:45")
                && is_base_60("1:2")
                && !is_base_60("a:b")
                && !is_base_60("1:99")
        );
    }
}
