//! A length of time as people write it: `90s`, `5m`, `2h`.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A length of time in whole seconds, at most ninety days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Length(Duration);

impl Length {
    /// The longest: ninety days.
    const SECS_MAX: u64 = 90 * 86_400;

    /// As a duration.
    pub fn duration(self) -> Duration {
        self.0
    }

    /// Reads `90s`, `5m`, `2h`.
    pub fn read(text: &str) -> Option<Self> {
        let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
        let unit = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            _ => return None,
        };
        let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let secs = number.parse::<u64>().ok().filter(|_| digits)?.checked_mul(unit)?;
        (secs <= Self::SECS_MAX).then_some(Self(Duration::from_secs(secs)))
    }
}

impl TryFrom<String> for Length {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::read(&text).ok_or_else(|| format!("{text} is no length as 90s, 5m or 2h"))
    }
}

impl From<Length> for String {
    fn from(length: Length) -> Self {
        length.to_string()
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secs = self.0.as_secs();
        match secs {
            secs if secs > 0 && secs.is_multiple_of(3_600) => write!(f, "{}h", secs / 3_600),
            secs if secs > 0 && secs.is_multiple_of(60) => write!(f, "{}m", secs / 60),
            secs => write!(f, "{secs}s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Length;

    #[test]
    fn lengths_are_read_and_said() {
        let again = |text| Length::read(text).map(|length| length.to_string());
        assert_eq!(again("90s").as_deref(), Some("90s"));
        assert_eq!(again("120s").as_deref(), Some("2m"));
        assert_eq!(again("24h").as_deref(), Some("24h"));
        assert_eq!(again("0s").as_deref(), Some("0s"));
        for text in ["", "5", "s", "-5s", "+5s", "5d", "5 m", "99999999999999999999h", "5é"] {
            assert_eq!(again(text), None, "{text}");
        }
    }
}
