//! Numbers as Go writes them, since Go programs wrote the text that ours must equal.

/// Shortest digits, with an exponent from seven digits before the point on, or below -4 (Go's
/// `'g'` format with precision -1).
pub(crate) fn general(value: f64) -> String {
    if value == 0.0 {
        return if value.is_sign_negative() { "-0".to_owned() } else { "0".to_owned() };
    }
    if value.is_nan() {
        return ".nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { ".inf".to_owned() } else { "-.inf".to_owned() };
    }
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    // For the shortest form Go takes six as the precision, however many digits there are.
    if (-4..6).contains(&exponent) {
        return format!("{value}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

/// The whole number that JSON writes for a float, if that is how it comes out.
pub(crate) fn whole(value: f64) -> Option<Whole> {
    if value.fract() != 0.0 || value.abs() >= 1e21 {
        return None;
    }
    let text = value.to_string();
    text.parse().map(Whole::Int).or_else(|_| text.parse().map(Whole::Uint)).ok()
}

/// A whole number, signed if it fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whole {
    /// Fits the signed range.
    Int(i64),
    /// Fits the unsigned range only.
    Uint(u64),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_look_as_in_go() {
        for (value, text) in [
            (1_234_567.5, "1.2345675e+06"),
            (0.5, "0.5"),
            (0.00001, "1e-05"),
            (123_456.5, "123456.5"),
            (1e21, "1e+21"),
            (-2.25, "-2.25"),
        ] {
            assert_eq!(general(value), text);
        }
        assert_eq!(whole(1e6), Some(Whole::Int(1_000_000)));
        assert_eq!(whole(1e20), None);
        assert_eq!(
            whole(1.234_567_890_123_456_7e19),
            Some(Whole::Uint(12_345_678_901_234_567_000))
        );
        assert_eq!(whole(0.5), None);
    }
}
