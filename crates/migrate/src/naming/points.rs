//! Scores in thousandths, so that sums are exact and equal in any order.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A score or a margin, in thousandths: `Points(250)` reads 0.25.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Points(pub i32);

impl Points {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The value as a fraction.
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 1000.0
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2}", self.as_f64())
    }
}

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.as_f64())
    }
}

impl<'de> Deserialize<'de> for Points {
    #[expect(clippy::cast_possible_truncation, reason = "clamped to the range of i32 first")]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = f64::deserialize(deserializer)? * 1000.0;
        Ok(Self(value.round().clamp(-1e9, 1e9) as i32))
    }
}
