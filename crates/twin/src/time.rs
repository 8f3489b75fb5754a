//! Virtual time: microseconds since the start of a run.

use std::time::Duration;

use jiff::Timestamp;

/// A moment of a run, in microseconds since its start.
pub type Micros = u64;

/// One second.
pub const SECOND: Micros = 1_000_000;
/// One millisecond.
pub const MILLI: Micros = 1_000;

/// When every run begins: 2026-01-05, a Monday, at midnight UTC.
const START_SECOND: i64 = 1_767_571_200;

/// What a clock in the world shows at `at`.
pub fn timestamp(at: Micros) -> Timestamp {
    let start = Timestamp::from_second(START_SECOND).unwrap_or(Timestamp::UNIX_EPOCH);
    start.checked_add(Duration::from_micros(at)).unwrap_or(Timestamp::MAX)
}

/// The moment at which a clock in the world shows `timestamp`; the start if that is earlier.
pub fn moment(timestamp: Timestamp) -> Micros {
    let start = START_SECOND.saturating_mul(1_000_000);
    u64::try_from(timestamp.as_microsecond().saturating_sub(start)).unwrap_or(0)
}

/// `duration` in microseconds.
pub fn micros(duration: Duration) -> Micros {
    u64::try_from(duration.as_micros()).unwrap_or(Micros::MAX)
}

/// A moment as people read it in a time line, `HH:MM:SS` since the start.
pub fn clock_face(at: Micros) -> String {
    let seconds = at / SECOND;
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_and_timestamps_are_the_same_thing() {
        assert_eq!(moment(timestamp(1_234_567)), 1_234_567);
        assert_eq!(timestamp(0).to_string(), "2026-01-05T00:00:00Z");
        assert_eq!(moment(Timestamp::UNIX_EPOCH), 0);
        assert_eq!(clock_face(3_725 * SECOND), "01:02:05");
    }
}
