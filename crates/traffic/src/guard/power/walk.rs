//! One shift played through: errors drawn tick by tick, sums moved, looks taken.
//!
//! Arrivals are Poisson, each request falls on a side by chance and ends badly by chance. The
//! counts of good and bad requests on both sides are then independent and Poisson. Ticks without
//! errors move nothing, so they are jumped over; that is what makes it fast.

use super::Load;
use crate::guard::eprocess::{BETTER, RATIOS, Temper, increment};
use crate::guard::math::{count, exp, ln, ln_mean_exp, whole};

/// Fixed, so that the same question has the same answer.
const SEED: u64 = 0x5e90e;

/// Rows of the table of logarithms over the new side's share of a tick.
const ROWS: u32 = 1_024;

/// Sums that are kept: [`RATIOS`], then [`BETTER`].
const SUMS: usize = 10;

/// Mean up to which a Poisson count is drawn from a table; above, from the normal distribution.
const TABLE_MEAN_MAX: f64 = 500.0;

/// Mean errors of a tick above which no tick is jumped over.
const EVERY_TICK_ABOVE: f64 = 20.0;

/// What is waited for, with the logarithm that a mean must reach.
#[derive(Clone, Copy)]
pub(super) enum Look {
    /// "No difference" is rejected.
    Alarm { needed: f64 },
    /// "At least as bad as this one of [`RATIOS`]" is rejected.
    Clear { at: usize, needed: f64 },
}

impl Look {
    pub(super) fn alarm(alpha: f64) -> Self {
        Self::Alarm { needed: -ln(alpha) }
    }

    /// "At least `times` as bad": as `clear::cleared` judges it. Below all ratios nothing clears.
    pub(super) fn clear(times: f64, alpha: f64) -> Self {
        match RATIOS.iter().rposition(|ratio| *ratio <= times) {
            Some(at) => Self::Clear { at, needed: -ln(alpha) },
            None => Self::Clear { at: 0, needed: f64::INFINITY },
        }
    }

    /// The mean is below the greatest: most ticks end with that.
    fn finds(self, sums: &[f64; SUMS]) -> bool {
        let reached = |logs: &[f64], needed: f64| {
            logs.iter().any(|log| *log >= needed) && ln_mean_exp(logs) >= needed
        };
        let (worse, better) = sums.split_at(RATIOS.len());
        match self {
            Self::Alarm { needed } => reached(worse, needed),
            Self::Clear { at, needed } => {
                let against = sums.get(at).copied().unwrap_or(f64::INFINITY);
                reached(&[better[0], better[1], 0.0], needed + against)
            }
        }
    }
}

/// Means of a tick.
pub(super) struct Flow {
    bad: Poisson,
    /// The chance of no bad request.
    none: f64,
    bad_new: Poisson,
    bad_old: Poisson,
    good_new: Poisson,
    good_old: Poisson,
    /// The new side's share of the bad requests.
    on_new: f64,
    /// Whether both sides have traffic, and errors happen.
    says: bool,
}

impl Flow {
    pub(super) fn new(load: &Load, weight: f64, factor: f64) -> Self {
        let requests = (load.rps * load.tick_secs).max(0.0);
        let new = requests * weight.clamp(0.0, 1.0);
        let old = requests - new;
        let (p_old, p_new) = (load.error_rate.clamp(0.0, 1.0), load.error_rate * factor);
        let p_new = p_new.clamp(0.0, 1.0);
        let bad = new * p_new + old * p_old;
        Self {
            none: exp(-bad),
            bad: Poisson::new(bad),
            bad_new: Poisson::new(new * p_new),
            bad_old: Poisson::new(old * p_old),
            good_new: Poisson::new(new * (1.0 - p_new)),
            good_old: Poisson::new(old * (1.0 - p_old)),
            on_new: if bad > 0.0 { new * p_new / bad } else { 0.0 },
            says: new > 0.0 && old > 0.0 && bad > 0.0,
        }
    }
}

/// A Poisson distribution, as the chances of "this many or fewer".
struct Poisson {
    mean: f64,
    /// The first count of the table.
    first: f64,
    /// Empty above [`TABLE_MEAN_MAX`].
    up_to: Vec<f64>,
}

impl Poisson {
    fn new(mean: f64) -> Self {
        let reach = 8.0 * mean.sqrt() + 8.0;
        let first = (mean - reach).floor().max(0.0);
        let size = if mean > TABLE_MEAN_MAX { 0 } else { count(2.0 * reach) };
        let (mut term, mut sum) = (1.0, 0.0);
        let mut up_to: Vec<f64> = (0..size)
            .map(|at| {
                sum += term;
                term *= mean / (first + whole(at) + 1.0);
                sum
            })
            .collect();
        for chance in &mut up_to {
            *chance /= sum;
        }
        Self { mean, first, up_to }
    }

    fn draw(&self, draw: &mut Draw) -> f64 {
        if self.up_to.is_empty() {
            return (self.mean + self.mean.sqrt() * draw.normal()).round().max(0.0);
        }
        self.invert(draw.unit())
    }

    /// A count of good requests. Above the table it is within 4 % of its mean, and so is the share
    /// that it gives: the mean will do.
    fn draw_good(&self, draw: &mut Draw) -> f64 {
        if self.up_to.is_empty() { self.mean } else { self.invert(draw.unit()) }
    }

    /// The count at which the chances pass `unit`.
    fn invert(&self, unit: f64) -> f64 {
        self.first + whole(self.up_to.partition_point(|chance| *chance < unit) as u64)
    }
}

/// A seeded generator (`SplitMix64`).
pub(super) struct Draw(u64);

impl Draw {
    /// The same draws each time.
    pub(super) fn new() -> Self {
        Self(SEED)
    }

    /// Between 0 and 1, neither of them.
    pub(super) fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (whole((z ^ (z >> 31)) >> 12) + 0.5) / whole(1 << 52)
    }

    /// Standard normal, by Marsaglia's polar method: its second half is not kept.
    fn normal(&mut self) -> f64 {
        loop {
            let (x, y) = (2.0 * self.unit() - 1.0, 2.0 * self.unit() - 1.0);
            // Never 0: `unit` is never a half.
            let square = x * x + y * y;
            if square < 1.0 {
                return x * (-2.0 * ln(square) / square).sqrt();
            }
        }
    }
}

/// Plays runs.
pub(super) struct Walk {
    draw: Draw,
    temper: Temper,
    /// `ln(1 + (r−1)·t)` by share of the new side, for each sum.
    table: Vec<[f64; SUMS]>,
    /// ln r.
    logs: [f64; SUMS],
    error_ticks: u64,
}

impl Walk {
    pub(super) fn new(temper: Temper) -> Self {
        let mut ratios = [1.0; SUMS];
        ratios.iter_mut().zip(RATIOS.into_iter().chain(BETTER)).for_each(|(to, from)| *to = from);
        let row = |at| ratios.map(|r| -increment(r, f64::from(at) / f64::from(ROWS), 1.0, 0.0));
        let table = (0..=ROWS).map(row).collect();
        Self { draw: Draw::new(), temper, table, logs: ratios.map(ln), error_ticks: 0 }
    }

    /// Ticks with errors in all runs so far: what the time goes into.
    pub(super) fn error_ticks(&self) -> u64 {
        self.error_ticks
    }

    /// The tick at which each look first finds what it waits for.
    pub(super) fn run<const N: usize>(
        &mut self,
        flow: &Flow,
        ticks: u64,
        looks: &[Look; N],
    ) -> [Option<u64>; N] {
        let (mut sums, mut found, mut at) = ([0.0; SUMS], [None; N], 0);
        if !flow.says {
            return found;
        }
        loop {
            let errors = self.next(flow, &mut at, ticks);
            if at > ticks {
                break;
            }
            self.error_ticks += 1;
            self.weigh(flow, errors, &mut sums);
            for (found, look) in found.iter_mut().zip(looks) {
                if found.is_none() && look.finds(&sums) {
                    *found = Some(at);
                }
            }
            if found.iter().all(Option::is_some) {
                break;
            }
        }
        found
    }

    /// Goes to the next tick with errors: those of the new side and all of them.
    fn next(&mut self, flow: &Flow, at: &mut u64, ticks: u64) -> (f64, f64) {
        if flow.bad.mean > EVERY_TICK_ABOVE {
            *at += 1;
            let (new, old) = (flow.bad_new.draw(&mut self.draw), flow.bad_old.draw(&mut self.draw));
            return (new, new + old);
        }
        // The ticks until the next error are geometric; its count is Poisson, given that it is not 0.
        let empty = (-ln(self.draw.unit()) / flow.bad.mean).min(whole(ticks) + 1.0);
        *at += 1 + count(empty);
        let none = flow.none;
        let unit = none + self.draw.unit() * (1.0 - none);
        let errors = flow.bad.invert(unit).max(1.0);
        let mut new = 0.0;
        for _ in 0..count(errors) {
            new += if self.draw.unit() < flow.on_new { 1.0 } else { 0.0 };
        }
        (new, errors)
    }

    /// Moves the sums as `Evidence::observe` does, with logarithms from the table.
    fn weigh(&mut self, flow: &Flow, (on_new, errors): (f64, f64), sums: &mut [f64; SUMS]) {
        let new = on_new + flow.good_new.draw_good(&mut self.draw);
        let requests = new + errors - on_new + flow.good_old.draw_good(&mut self.draw);
        if new < 1.0 || requests - new < 1.0 {
            return;
        }
        let place = new / requests * f64::from(ROWS);
        let row = place.floor();
        let part = place - row;
        let row = usize::try_from(count(row)).unwrap_or(0);
        let (Some(low), Some(high)) = (self.table.get(row), self.table.get(row + 1)) else {
            return;
        };
        let power = self.temper.power(requests, errors);
        for at in 0..SUMS {
            let log = low[at] + part * (high[at] - low[at]);
            sums[at] += power * (on_new * self.logs[at] - errors * log);
        }
    }
}
