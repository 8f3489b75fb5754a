//! How long answers took, counted in buckets that never change their bounds.

use std::collections::BTreeMap;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

/// How many buckets there are, the one without an upper bound among them.
pub const BUCKETS: usize = 191;

/// Upper bounds of the buckets in microseconds: 100 µs, each 9 % above the one before, up to some
/// 22 minutes. Fixed, so that counts of two moments, two sides and two programs can be compared.
const BOUNDS: [u64; BUCKETS - 1] = bounds();

/// Answers by how long they took; each count only grows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Latency(#[serde(deserialize_with = "counts")] BTreeMap<u8, u64>);

impl Latency {
    /// Counts one answer that took `micros` microseconds.
    pub fn add(&mut self, micros: u64) {
        *self.0.entry(bucket(micros)).or_default() += 1;
    }

    /// How many answers were counted.
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }

    /// How many answers took longer than the upper bound of `bucket`.
    pub fn above(&self, bucket: u8) -> u64 {
        self.0.iter().filter(|(one, _)| **one > bucket).map(|(_, count)| count).sum()
    }

    /// The lowest bucket that holds the `per_mille`-th thousandth of the answers (950 for the 95th
    /// percentile); `None` without answers.
    pub fn quantile(&self, per_mille: u64) -> Option<u8> {
        let rank = (self.total().saturating_mul(per_mille)).div_ceil(1000).max(1);
        let mut seen = 0_u64;
        self.0.iter().find_map(|(bucket, count)| {
            seen = seen.saturating_add(*count);
            (seen >= rank).then_some(*bucket)
        })
    }

    /// What was counted since `earlier`; `None` if counting has started anew in between.
    pub fn since(&self, earlier: &Self) -> Option<Self> {
        let mut rest = self.0.clone();
        for (bucket, count) in &earlier.0 {
            let present = rest.get_mut(bucket)?;
            *present = present.checked_sub(*count)?;
        }
        rest.retain(|_, count| *count > 0);
        Some(Self(rest))
    }

    /// All buckets with answers, upwards.
    pub fn iter(&self) -> impl Iterator<Item = (u8, u64)> {
        self.0.iter().map(|(bucket, count)| (*bucket, *count))
    }
}

impl FromIterator<(u8, u64)> for Latency {
    fn from_iter<I: IntoIterator<Item = (u8, u64)>>(counts: I) -> Self {
        Self(counts.into_iter().filter(|(_, count)| *count > 0).collect())
    }
}

/// Keys of JSON are strings. Inside a tagged enum, as entries of a journal are, serde does not turn
/// them into numbers by itself.
fn counts<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<u8, u64>, D::Error> {
    let counts = BTreeMap::<String, u64>::deserialize(from)?;
    let number = |(bucket, count): (String, u64)| {
        Ok((
            bucket.parse().map_err(|err| D::Error::custom(format!("bucket {bucket}: {err}")))?,
            count,
        ))
    };
    counts.into_iter().map(number).collect()
}

/// The bucket of an answer that took `micros` microseconds; the last one has no upper bound.
pub fn bucket(micros: u64) -> u8 {
    let index = BOUNDS.partition_point(|bound| *bound < micros);
    u8::try_from(index).unwrap_or(u8::MAX)
}

/// The upper bound of `bucket` in microseconds; `None` for the last one.
pub fn upper_bound(bucket: u8) -> Option<u64> {
    BOUNDS.get(usize::from(bucket)).copied()
}

const fn bounds() -> [u64; BUCKETS - 1] {
    let mut bounds = [100_u64; BUCKETS - 1];
    let mut index = 1;
    while index < bounds.len() {
        bounds[index] = bounds[index - 1] * 109 / 100 + 1;
        index += 1;
    }
    bounds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_have_bounds_that_grow_by_a_tenth_at_most() {
        assert_eq!(bucket(0), 0);
        assert_eq!(bucket(100), 0);
        assert_eq!(bucket(101), 1);
        assert_eq!(upper_bound(190), None);
        assert_eq!(bucket(u64::MAX), 190);
        for pair in BOUNDS.windows(2) {
            assert!(pair[1] > pair[0] && pair[1] <= pair[0] * 110 / 100, "{pair:?}");
        }
        assert!(BOUNDS[189] > 1_000_000_000, "the longest idle time-out fits: {}", BOUNDS[189]);
    }

    #[test]
    fn quantiles_and_slow_answers_agree() {
        let mut latency = Latency::default();
        for micros in 1..=1_000_u64 {
            latency.add(micros * 1_000);
        }
        let p95 = latency.quantile(950).unwrap();
        let slow = latency.above(p95);
        assert!((10..=50).contains(&slow), "{slow} above {:?}", upper_bound(p95));
        assert_eq!(Latency::default().quantile(950), None);
    }

    #[test]
    fn json_keeps_it_inside_a_tagged_entry_too() {
        #[derive(Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "entry")]
        enum Entry {
            Landed { latency: Latency },
        }
        let entry = Entry::Landed { latency: [(3, 2), (190, 1)].into_iter().collect() };
        let json = serde_json::to_string(&entry).unwrap();
        assert_eq!(json, r#"{"entry":"Landed","latency":{"3":2,"190":1}}"#);
        assert_eq!(serde_json::from_str::<Entry>(&json).unwrap(), entry);
        let err = serde_json::from_str::<Latency>(r#"{"256":1}"#).unwrap_err();
        assert!(err.to_string().contains("bucket 256"), "{err}");
    }

    #[test]
    fn a_difference_is_what_came_since() {
        let earlier: Latency = [(3, 2), (5, 1)].into_iter().collect();
        let later: Latency = [(3, 2), (5, 4), (9, 1)].into_iter().collect();
        assert_eq!(later.since(&earlier), Some([(5, 3), (9, 1)].into_iter().collect()));
        assert_eq!(earlier.since(&later), None);
    }
}
