//! The figures that the guard is held to: the tables of its specification.

use super::sim::World;

/// Errors of a healthy service.
pub(crate) const BASE: f64 = 0.001;

/// Seconds to an alarm.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell {
    pub(crate) rps: f64,
    pub(crate) weight: f64,
    pub(crate) base: f64,
    pub(crate) bad: f64,
    pub(crate) median: f64,
    /// 0 where the table has none.
    pub(crate) p90: f64,
}

const fn cell(rps: f64, weight: f64, bad: f64, median: f64, p90: f64) -> Cell {
    Cell { rps, weight, base: BASE, bad, median, p90 }
}

const MIN: f64 = 60.0;

/// Errors from 0.1 % to the third figure, alpha 0.001, ticks of a second.
pub(crate) const ALARM: [Cell; 23] = [
    cell(10.0, 0.05, 0.01, 26.0 * MIN, 0.0),
    cell(10.0, 0.05, 0.05, 3.4 * MIN, 6.0 * MIN),
    cell(10.0, 0.5, 0.005, 18.0 * MIN, 0.0),
    cell(10.0, 0.5, 0.01, 6.9 * MIN, 11.0 * MIN),
    cell(10.0, 0.5, 0.05, 58.0, 88.0),
    cell(100.0, 0.05, 0.005, 7.0 * MIN, 14.0 * MIN),
    cell(100.0, 0.05, 0.01, 2.3 * MIN, 4.5 * MIN),
    cell(100.0, 0.05, 0.05, 16.0, 32.0),
    cell(100.0, 0.1, 0.005, 4.1 * MIN, 7.9 * MIN),
    cell(100.0, 0.1, 0.01, 71.0, 2.4 * MIN),
    cell(100.0, 0.1, 0.05, 10.0, 17.0),
    cell(100.0, 0.5, 0.002, 15.0 * MIN, 27.0 * MIN),
    cell(100.0, 0.5, 0.005, 103.0, 3.1 * MIN),
    cell(100.0, 0.5, 0.01, 34.0, 60.0),
    cell(100.0, 0.5, 0.05, 6.0, 9.0),
    cell(1000.0, 0.05, 0.002, 7.6 * MIN, 14.0 * MIN),
    cell(1000.0, 0.05, 0.005, 42.0, 79.0),
    cell(1000.0, 0.05, 0.01, 13.0, 27.0),
    cell(1000.0, 0.05, 0.05, 2.0, 4.0),
    cell(1000.0, 0.1, 0.002, 3.8 * MIN, 7.2 * MIN),
    cell(1000.0, 0.1, 0.005, 25.0, 45.0),
    cell(1000.0, 0.1, 0.01, 8.0, 15.0),
    cell(1000.0, 0.1, 0.05, 1.0, 2.0),
];

const fn slow(rps: f64, weight: f64, median: f64, p90: f64) -> Cell {
    Cell { rps, weight, base: 0.05, bad: 0.1, median, p90 }
}

/// Slow requests from 5 % to 10 %.
pub(crate) const SLOW: [Cell; 3] = [
    slow(100.0, 0.1, 50.0, 92.0),
    slow(1000.0, 0.05, 9.0, 15.0),
    slow(10.0, 0.1, 9.0 * MIN, 15.0 * MIN),
];

impl Cell {
    pub(crate) fn world(&self) -> World {
        World::new(self.rps, self.weight, self.base, self.bad)
    }
}

/// Seconds until "not `times` as bad" is proven for equal sides, alpha 0.05.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clear {
    pub(crate) rps: f64,
    pub(crate) weight: f64,
    pub(crate) times: f64,
    pub(crate) median: f64,
    pub(crate) p90: f64,
}

const fn clear(rps: f64, weight: f64, times: f64, median: f64, p90: f64) -> Clear {
    Clear { rps, weight, times, median, p90 }
}

/// 10 requests a second take "over an hour even at 50 %" for twice: not in this table.
pub(crate) const CLEAR: [Clear; 5] = [
    clear(100.0, 0.1, 2.0, 16.0 * MIN, 43.0 * MIN),
    clear(1000.0, 0.1, 2.0, 90.0, 5.0 * MIN),
    clear(100.0, 0.5, 2.0, 7.0 * MIN, 21.0 * MIN),
    clear(100.0, 0.1, 5.0, 2.6 * MIN, 5.9 * MIN),
    clear(10.0, 0.1, 5.0, 29.0 * MIN, 72.0 * MIN),
];

impl Clear {
    pub(crate) fn world(&self) -> World {
        World::new(self.rps, self.weight, BASE, BASE)
    }
}
