//! Amounts of money: whole micro-dollars inside, decimal strings with cents in documents.
//!
//! A line of a bill is rounded to whole cents when it is made, and sums are made of rounded lines.
//! **Invariant:** the lines of a bill add up to its total to the cent, in memory and on paper.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Sub};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Micro-dollars in a cent.
const MICROS_PER_CENT: i64 = 10_000;
/// The largest amount that a line may have, in micro-dollars: a billion dollars. What is beyond
/// comes from a broken file, and sums of a few thousand lines must not overflow.
const LINE_MAX: i128 = 1_000_000_000_000_000;

/// An amount in micro-dollars (of the price file's currency), rounded to whole cents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money(i64);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// `micros` rounded half up to whole cents, at most a billion either way.
    pub fn from_micros(micros: i128) -> Self {
        let bounded = micros.clamp(-LINE_MAX, LINE_MAX);
        let bounded = i64::try_from(bounded).unwrap_or(i64::MAX / 4);
        let cents = (bounded + MICROS_PER_CENT / 2).div_euclid(MICROS_PER_CENT);
        Self(cents * MICROS_PER_CENT)
    }

    /// The amount in micro-dollars.
    pub fn micros(self) -> i64 {
        self.0
    }

    /// The amount in whole dollars for sentences, rounded half up: `1,802`.
    pub fn whole(self) -> String {
        let micros = 100 * MICROS_PER_CENT;
        let dollars = (self.0.saturating_add(micros / 2)).div_euclid(micros);
        let digits = dollars.unsigned_abs().to_string();
        let mut out = String::from(if dollars < 0 { "-" } else { "" });
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                out.push(',');
            }
            out.push(digit);
        }
        out
    }

    /// How much of `whole` this is, in percent, rounded down; 0 of nothing.
    pub fn percent_of(self, whole: Self) -> i64 {
        if whole.0 == 0 {
            return 0;
        }
        let share = i128::from(self.0) * 100 / i128::from(whole.0);
        i64::try_from(share).unwrap_or(i64::MAX)
    }

    fn parse(text: &str) -> Option<Self> {
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (whole, cents) = digits.split_once('.')?;
        if cents.len() != 2 || !whole.chars().chain(cents.chars()).all(|c| c.is_ascii_digit()) {
            return None;
        }
        let whole: i64 = whole.parse().ok()?;
        let cents: i64 = cents.parse().ok()?;
        let cents = whole.checked_mul(100)?.checked_add(cents)?;
        Some(Self(cents.checked_mul(MICROS_PER_CENT)?.checked_mul(sign)?))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cents = self.0 / MICROS_PER_CENT;
        let sign = if cents < 0 { "-" } else { "" };
        let cents = cents.unsigned_abs();
        write!(f, "{sign}{}.{:02}", cents / 100, cents % 100)
    }
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| serde::de::Error::custom(format!("`{text}` is no amount like 12.30")))
    }
}

/// Three cases of one figure: the low end, what is expected, the high end.
///
/// All three are cases of the same estate; what each assumes stands in `Cost::assumptions`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range<T = Money> {
    /// Quiet: autoscaled services at their minimum.
    pub low: T,
    /// As the estate stands in the snapshot.
    pub expected: T,
    /// Busy: autoscaled services at their maximum.
    pub high: T,
}

impl<T> Range<T> {
    /// The figure of each case by `make`.
    pub fn by(mut make: impl FnMut(Case) -> T) -> Self {
        Self { low: make(Case::Low), expected: make(Case::Expected), high: make(Case::High) }
    }
}

impl<T: Copy> Range<T> {
    /// The same figure in every case.
    pub fn fixed(value: T) -> Self {
        Self { low: value, expected: value, high: value }
    }

    /// The figure of one case.
    pub fn of(&self, case: Case) -> T {
        match case {
            Case::Low => self.low,
            Case::Expected => self.expected,
            Case::High => self.high,
        }
    }
}

impl Add for Range {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::by(|case| self.of(case) + other.of(case))
    }
}

impl Sub for Range {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self::by(|case| self.of(case) - other.of(case))
    }
}

impl Sum for Range {
    fn sum<I: Iterator<Item = Self>>(ranges: I) -> Self {
        ranges.fold(Self::default(), Add::add)
    }
}

/// One of the three cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// See [`Range::low`].
    Low,
    /// See [`Range::expected`].
    Expected,
    /// See [`Range::high`].
    High,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_round_to_cents_and_survive_the_document() {
        for (micros, text) in
            [(1_802_005_000, "1802.01"), (-5_000, "0.00"), (-5_001, "-0.01"), (0, "0.00")]
        {
            let money = Money::from_micros(micros);
            assert_eq!(money.to_string(), text);
            let json = serde_json::to_string(&money).unwrap();
            assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money);
        }
        assert_eq!(Money::from_micros(1_802_499_000_000).whole(), "1,802,499");
        assert_eq!(Money::from_micros(i128::MAX), Money::from_micros(LINE_MAX));
        assert!(serde_json::from_str::<Money>("\"12\"").is_err());
        assert!(serde_json::from_str::<Money>("\"99999999999999999999.00\"").is_err());
    }
}
