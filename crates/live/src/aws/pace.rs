//! How fast each service is asked: slots at an even distance, half as many after a refusal.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::settings::Pace;

/// A refusal that comes within this time after a halving is about requests from before it.
const SETTLE: SignedDuration = SignedDuration::from_secs(1);
/// The slowest rate, in requests a second, and the part of the full one below which none falls.
const RATE_MIN: f64 = 0.1;
const PART_MIN: f64 = 1.0 / 16.0;
/// The part of the full rate that an answer gives back.
const RECOVERY: f64 = 0.02;
/// Requests that may follow each other at once after a pause: half a second's worth.
const BURST: Duration = Duration::from_millis(500);

/// The slots of all services.
#[derive(Debug)]
pub(super) struct Slots {
    pace: Pace,
    lanes: Mutex<BTreeMap<&'static str, Lane>>,
}

/// The slots of one service.
#[derive(Debug)]
struct Lane {
    /// Requests a second when all is well, and now.
    full: f64,
    rate: f64,
    /// When the next slot is.
    next: Timestamp,
    halved: Option<Timestamp>,
}

impl Slots {
    pub(super) fn new(pace: Pace) -> Self {
        Self { pace, lanes: Mutex::default() }
    }

    /// Takes the next slot of `service`, and says when it is.
    pub(super) fn take(&self, service: &'static str, now: Timestamp) -> Timestamp {
        self.lane(service, now, |lane| {
            let earliest = now.checked_sub(BURST).unwrap_or(now);
            let slot = lane.next.max(earliest);
            let distance = Duration::try_from_secs_f64(1.0 / lane.rate).unwrap_or(BURST);
            lane.next = slot.checked_add(distance).unwrap_or(slot);
            slot.max(now)
        })
    }

    /// The service refused at `now` because it was asked too often.
    pub(super) fn throttled(&self, service: &'static str, now: Timestamp) {
        self.lane(service, now, |lane| {
            if lane.halved.is_some_and(|at| now.duration_since(at) < SETTLE) {
                return;
            }
            lane.halved = Some(now);
            lane.rate = (lane.rate / 2.0).max((lane.full * PART_MIN).max(RATE_MIN)).min(lane.full);
        });
    }

    /// The service answered.
    pub(super) fn answered(&self, service: &'static str, now: Timestamp) {
        self.lane(service, now, |lane| {
            lane.rate = (lane.rate + lane.full * RECOVERY).min(lane.full);
        });
    }

    /// Requests a second of `service` now.
    #[cfg(test)]
    pub(super) fn rate(&self, service: &'static str, now: Timestamp) -> f64 {
        self.lane(service, now, |lane| lane.rate)
    }

    fn lane<T>(
        &self,
        service: &'static str,
        now: Timestamp,
        change: impl FnOnce(&mut Lane) -> T,
    ) -> T {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let lane = lanes.entry(service).or_insert_with(|| {
            let wanted = self.pace.of(service);
            let full = if wanted.is_finite() { wanted.max(RATE_MIN) } else { 10.0 };
            Lane { full, rate: full, next: now, halved: None }
        });
        change(lane)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_790_000_000_000 + millis).unwrap()
    }

    fn waits(slots: &Slots, now: Timestamp, count: usize) -> Vec<i64> {
        let wait = |slot: Timestamp| slot.as_millisecond() - now.as_millisecond();
        (0..count).map(|_| wait(slots.take("ecs", now))).collect()
    }

    #[test]
    fn slots_are_evenly_apart_and_a_pause_gives_half_a_second_back() {
        let slots = Slots::new(Pace::even(10.0));
        assert_eq!(waits(&slots, at(0), 4), [0, 100, 200, 300]);
        assert_eq!(waits(&slots, at(60_000), 7), [0, 0, 0, 0, 0, 0, 100]);
    }

    #[test]
    fn refusals_halve_once_a_second_and_answers_recover() {
        let slots = Slots::new(Pace::even(16.0));
        slots.throttled("ecs", at(0));
        slots.throttled("ecs", at(10));
        assert!((slots.rate("ecs", at(0)) - 8.0).abs() < 1e-9);
        for second in 1..20 {
            slots.throttled("ecs", at(second * 1000));
        }
        assert!((slots.rate("ecs", at(0)) - 1.0).abs() < 1e-9, "never below a sixteenth");
        (0..100).for_each(|_| slots.answered("ecs", at(30_000)));
        assert!((slots.rate("ecs", at(0)) - 16.0).abs() < 1e-9);
    }

    #[test]
    fn absurd_rates_do_no_harm() {
        for rate in [0.0, -5.0, f64::NAN, f64::INFINITY, 1e300] {
            let slots = Slots::new(Pace::even(rate));
            assert!(waits(&slots, at(0), 3).iter().all(|wait| (0..=20_000).contains(wait)));
        }
    }

    #[test]
    fn services_have_slots_of_their_own() {
        let slots = Slots::new(Pace::default());
        assert_eq!(slots.take("ecs", at(0)), at(0));
        assert_eq!(slots.take("route53", at(0)), at(0));
        assert_eq!(slots.take("route53", at(0)), at(250));
    }
}
