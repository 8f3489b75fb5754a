//! Traffic with errors, drawn tick by tick: what the guard's figures are measured on.
//!
//! Arrivals are Poisson, each request goes to the new side with the chance of its weight and ends
//! badly with the chance of its side. Counts of good and bad requests of both sides are then
//! independent and Poisson, and are drawn so. All draws come from a seed.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "counts and times of a simulation are far below 2^32"
)]

use std::f64::consts::TAU;

use traffic::guard::clear;
use traffic::guard::eprocess::{Evidence, Side, Temper, Tick};

/// `SplitMix64`: small, seeded, the same everywhere. Independent of the one in `guard::power`.
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// In (0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// A Poisson count: exact up to a mean of 200, from the normal distribution above. The latter
    /// is used for good requests alone, where it moves their share of a tick by less than 1 in 1000.
    pub(crate) fn poisson(&mut self, mean: f64) -> u32 {
        if mean > 200.0 {
            let normal = (-2.0 * self.unit().ln()).sqrt() * (self.unit() * TAU).cos();
            return (mean + mean.sqrt() * normal).round().max(0.0) as u32;
        }
        let parts = (mean / 20.0).ceil().max(1.0);
        let none = (-mean / parts).exp();
        (0..parts as u32).map(|_| self.inverse(mean / parts, none)).sum()
    }

    /// One Poisson count by inversion; `none` is the chance of 0.
    pub(crate) fn inverse(&mut self, mean: f64, none: f64) -> u32 {
        let mut left = self.unit();
        let (mut count, mut chance) = (0, none);
        while left > chance && count < 1_000 {
            left -= chance;
            count += 1;
            chance *= mean / f64::from(count);
        }
        count
    }

    /// How many of `count` fall on a side with this share.
    pub(crate) fn split(&mut self, count: u32, share: f64) -> u32 {
        (0..count).filter(|_| self.unit() < share).count() as u32
    }
}

/// A service and what happens to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct World {
    /// Requests a tick; a tick is a second.
    pub(crate) rps: f64,
    /// Share of the new side.
    pub(crate) weight: f64,
    /// Chance of a bad request on the old side, and on the new side.
    pub(crate) old: f64,
    pub(crate) new: f64,
    /// Chance of a one-sided clump in a tick, and its mean size.
    pub(crate) clump: Option<(f64, f64)>,
    /// Traffic swings by 80 % over ten minutes, and each minute errors on both sides are twenty
    /// times as likely for five seconds.
    pub(crate) swings: bool,
}

impl World {
    pub(crate) fn new(rps: f64, weight: f64, old: f64, new: f64) -> Self {
        Self { rps, weight, old, new, clump: None, swings: false }
    }

    /// Requests a tick, and how much likelier errors are, at tick `at`.
    fn moment(&self, at: u32) -> (f64, f64) {
        if !self.swings {
            return (self.rps, 1.0);
        }
        let turn = f64::from(at % 600) / 600.0 * TAU;
        let spike = if at % 60 < 5 { 20.0 } else { 1.0 };
        (self.rps * (1.0 + 0.8 * turn.sin()), spike)
    }

    /// Shows `observe` each tick with errors, until it says stop or `ticks` are over. Ticks
    /// without errors are left out: `Evidence` takes nothing from them but their count.
    pub(crate) fn run(
        &self,
        ticks: u32,
        draw: &mut Draw,
        mut observe: impl FnMut(u32, &Tick) -> bool,
    ) {
        let still = self.rates(0);
        let none = (-still.0).exp();
        for at in 1..=ticks {
            let (mean, on_new) = if self.swings { self.rates(at) } else { still };
            let errors = match mean {
                large if large > 20.0 => draw.poisson(large),
                small if self.swings => draw.inverse(small, (-small).exp()),
                small => draw.inverse(small, none),
            };
            let clump =
                self.clump.map_or(
                    0,
                    |(chance, mean)| {
                        if draw.unit() < chance { draw.poisson(mean) } else { 0 }
                    },
                );
            if errors + clump == 0 {
                continue;
            }
            let hits_new = clump > 0 && draw.unit() < self.weight;
            let bad_new = draw.split(errors, on_new);
            let mut tick = self.tick(at, errors - bad_new, bad_new, draw);
            // A clump spoils requests that came anyway, as far as there are enough.
            let side = if hits_new { &mut tick.new } else { &mut tick.old };
            *side = Side::new(side.requests, side.errors + clump);
            if observe(at, &tick) {
                return;
            }
        }
    }

    /// Mean errors of tick `at`, and the new side's share of them.
    fn rates(&self, at: u32) -> (f64, f64) {
        let (requests, spike) = self.moment(at);
        let new = requests * self.weight * (self.new * spike).min(1.0);
        let old = requests * (1.0 - self.weight) * (self.old * spike).min(1.0);
        (new + old, if new + old > 0.0 { new / (new + old) } else { 0.0 })
    }

    fn tick(&self, at: u32, bad_old: u32, bad_new: u32, draw: &mut Draw) -> Tick {
        let (requests, spike) = self.moment(at);
        let good = |share: f64, bad: f64| requests * share * (1.0 - (bad * spike).min(1.0));
        let new = draw.poisson(good(self.weight, self.new));
        let old = draw.poisson(good(1.0 - self.weight, self.old));
        Tick { old: Side::new(old + bad_old, bad_old), new: Side::new(new + bad_new, bad_new) }
    }
}

/// What many shifts came to.
pub(crate) struct Alarms {
    /// Tick of the alarm.
    pub(crate) times: Vec<Option<u32>>,
    /// Errors that the new side served until then.
    pub(crate) served: Vec<Option<u32>>,
}

/// Runs shifts until the alarm.
pub(crate) fn alarms(
    world: &World,
    runs: u32,
    alpha: f64,
    temper: Temper,
    ticks: u32,
    seed: u64,
) -> Alarms {
    let mut draw = Draw::new(seed);
    let mut all = Alarms { times: Vec::new(), served: Vec::new() };
    for _ in 0..runs {
        let (mut evidence, mut found) = (Evidence::default(), None);
        world.run(ticks, &mut draw, |at, tick| {
            evidence.observe(tick, temper);
            found = evidence.alarmed(alpha).then_some(at);
            found.is_some()
        });
        all.times.push(found);
        all.served.push(found.map(|_| evidence.new.errors as u32));
    }
    all
}

/// How many of the runs ever alarm, at each alpha.
pub(crate) fn false_alarms<const N: usize>(
    world: &World,
    runs: u32,
    alphas: [f64; N],
    temper: Temper,
    ticks: u32,
    seed: u64,
) -> [u32; N] {
    let mut draw = Draw::new(seed);
    let mut all = [0; N];
    for _ in 0..runs {
        let (mut evidence, mut found) = (Evidence::default(), [0; N]);
        world.run(ticks, &mut draw, |_, tick| {
            evidence.observe(tick, temper);
            let alarmed = alphas.map(|alpha| u32::from(evidence.alarmed(alpha)));
            found.iter_mut().zip(alarmed).for_each(|(found, now)| *found |= now);
            found.iter().all(|found| *found == 1)
        });
        all.iter_mut().zip(found).for_each(|(all, found)| *all += found);
    }
    all
}

/// Runs steps of two hours until "`times` as bad" is rejected at 0.05.
pub(crate) fn clear_times(
    world: &World,
    times: f64,
    temper: Temper,
    runs: u32,
    seed: u64,
) -> Vec<Option<u32>> {
    let mut draw = Draw::new(seed);
    let run = |_| {
        let (mut evidence, mut found) = (Evidence::default(), None);
        world.run(7_200, &mut draw, |at, tick| {
            evidence.observe(tick, temper);
            found = clear::cleared(&evidence, times, 0.05).then_some(at);
            found.is_some()
        });
        found
    };
    (0..runs).map(run).collect()
}

/// A quantile of ticks of which some lie beyond the horizon (infinity).
///
/// A tick is a time rounded up: where many runs end in the same one, the quantile lies somewhere
/// between its beginning and its end, and is placed by how many ended before and in it. So a median
/// on the edge of two ticks is not thrown to one of them by a single run.
pub(crate) fn typical(times: &[Option<u32>], share: f64) -> f64 {
    let mut sorted: Vec<u32> = times.iter().map(|time| time.unwrap_or(u32::MAX)).collect();
    sorted.sort_unstable();
    let rank = share * sorted.len() as f64;
    let found = sorted[(rank as usize).min(sorted.len() - 1)];
    if found == u32::MAX {
        return f64::INFINITY;
    }
    let below = sorted.partition_point(|time| *time < found) as f64;
    let within = sorted.partition_point(|time| *time <= found) as f64 - below;
    f64::from(found) - 1.0 + (rank - below) / within
}
