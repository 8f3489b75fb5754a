//! The guard's promises, measured: false alarms, time to the alarm, time to clear, on simulated
//! traffic with a fixed seed. The full table with more runs: `cargo bench -p traffic --bench
//! guard_table`.

#[path = "guard/sim.rs"]
mod sim;
#[path = "guard/table.rs"]
mod table;

use sim::{Draw, World, alarms, clear_times, false_alarms, typical};
use table::{ALARM, BASE, CLEAR, Cell, SLOW};
use traffic::guard::eprocess::Temper;
use traffic::guard::power::{self, Load};
use traffic::guard::{Clearing, Metric};

const HALF_AN_HOUR: u32 = 1_800;

/// Runs of a cell: the median is then within some 3 % of the true one in two cases of three.
const RUNS: u32 = 600;

/// False alarms of the untempered and the tempered test when, once a minute, ten errors fall on one
/// side at once.
const CLUMPS: (f64, f64) = (0.19, 0.003);

/// A median of the untempered test lies within 15 % or a tick of the table's.
fn close(cell: impl std::fmt::Debug, table: f64, found: f64) {
    let slack = (0.15 * table).max(1.0);
    assert!((found - table).abs() <= slack, "{cell:?}: {found:.1} s");
}

/// The most false alarms that `runs` shifts may show at `alpha`: three standard deviations up.
fn false_alarms_max(alpha: f64, runs: u32) -> f64 {
    let mean = alpha * f64::from(runs);
    mean + 3.0 * mean.sqrt()
}

#[test]
fn medians_are_those_of_the_table() {
    for cell in ALARM {
        let world = cell.world();
        let ticks = HALF_AN_HOUR * 2;
        let found = alarms(&world, RUNS, 0.001, Temper::None, ticks, 11);
        let median = typical(&found.times, 0.5);
        close(cell, cell.median, median);
        let found = alarms(&world, RUNS, 0.001, Temper::ERRORS, ticks, 12);
        let median = typical(&found.times, 0.5);
        let max = (1.35 * cell.median).max(cell.median + 2.0);
        assert!(median <= max, "{cell:?} tempered: {median:.1} s");
    }
}

#[test]
fn what_the_table_does_not_find_within_half_an_hour_is_not_found() {
    for (rps, weight, bad) in [(10.0, 0.05, 0.005), (10.0, 0.5, 0.002), (100.0, 0.1, 0.002)] {
        let world = World::new(rps, weight, BASE, bad);
        let found = alarms(&world, 200, 0.001, Temper::None, HALF_AN_HOUR, 13);
        let within = found.times.iter().flatten().count();
        assert!(within < 100, "{rps} {weight} {bad}: {within} of 200");
    }
}

#[test]
fn few_errors_are_served_before_the_alarm() {
    for cell in ALARM.iter().filter(|cell| cell.weight <= 0.1 && cell.bad >= 0.005) {
        let found = alarms(&cell.world(), RUNS, 0.001, Temper::None, HALF_AN_HOUR * 2, 14);
        let served = typical(&found.served, 0.5);
        assert!((3.0..=14.0).contains(&served), "{cell:?}: {served}");
    }
}

#[test]
fn healthy_shifts_are_sent_back_no_more_often_than_alpha() {
    let swings = |world: World| World { swings: true, ..world };
    let worlds = [
        World::new(100.0, 0.1, BASE, BASE),
        World::new(300.0, 0.05, BASE, BASE),
        World::new(10.0, 0.5, 0.01, 0.01),
        swings(World::new(100.0, 0.1, BASE, BASE)),
        swings(World::new(30.0, 0.5, BASE, BASE)),
    ];
    let alphas = [0.05, 0.01, 0.001];
    for world in worlds {
        for temper in [Temper::None, Temper::ERRORS] {
            let found = false_alarms(&world, RUNS / 2, alphas, temper, HALF_AN_HOUR, 15);
            for (alpha, found) in alphas.into_iter().zip(found) {
                let max = false_alarms_max(alpha, RUNS / 2);
                assert!(
                    f64::from(found) <= max,
                    "{world:?} {temper:?} {alpha}: {found}, at most {max:.1}"
                );
            }
        }
    }
}

#[test]
fn clumps_on_one_side_fool_the_untempered_test_and_not_the_tempered_one() {
    let world = World { clump: Some((1.0 / 60.0, 10.0)), ..World::new(100.0, 0.05, BASE, BASE) };
    let share = |temper, runs| {
        let [found] = false_alarms(&world, runs, [0.001], temper, HALF_AN_HOUR, 16);
        f64::from(found) / f64::from(runs)
    };
    let plain = share(Temper::None, RUNS);
    assert!((plain - CLUMPS.0).abs() < 0.04, "untempered: {plain}");
    let tempered = share(Temper::ERRORS, 2 * RUNS);
    assert!(tempered <= CLUMPS.1 + 0.003, "tempered: {tempered}");
}

#[test]
fn slow_requests_are_found_as_fast_as_the_table_says() {
    for cell in SLOW {
        for temper in [Temper::None, Metric::LatencyP95.temper()] {
            let found = alarms(&cell.world(), 200, 0.001, temper, 2 * HALF_AN_HOUR, 17);
            close(cell, cell.median, typical(&found.times, 0.5));
            // The far end of 200 runs is coarse, here and in the table.
            let (p90, slack) = (typical(&found.times, 0.9), (0.25 * cell.p90).max(2.0));
            assert!((p90 - cell.p90).abs() <= slack, "{cell:?}: p90 {p90:.1} s");
        }
    }
}

#[test]
fn a_step_is_clear_as_soon_as_the_table_says() {
    for cell in CLEAR {
        let times = clear_times(&cell.world(), cell.times, Temper::None, 3 * RUNS, 18);
        close(cell, cell.median, typical(&times, 0.5));
        let p90 = typical(&times, 0.9);
        assert!((p90 - cell.p90).abs() <= 0.25 * cell.p90, "{cell:?}: p90 {p90:.1} s");
    }
}

#[test]
fn what_is_worse_than_the_bound_is_hardly_ever_cleared() {
    for (rps, weight, times) in [(100.0, 0.1, 2.0), (1000.0, 0.1, 2.0), (100.0, 0.5, 5.0)] {
        let world = World::new(rps, weight, BASE, BASE * times);
        let wrong = clear_times(&world, times, Temper::None, 200, 19);
        let wrong = wrong.iter().flatten().count();
        // 5 % of 200, and three standard deviations.
        assert!(wrong <= 19, "{world:?}: {wrong} of 200");
    }
}

#[test]
fn the_estimate_foretells_what_the_table_says() {
    // A coarse median beside a coarse median: a quarter, or a tick and a half.
    let foretells = |cell: &dyn std::fmt::Debug, table: f64, estimate: Option<f64>| {
        let off = (estimate.unwrap_or(f64::INFINITY) - table).abs();
        assert!(off <= (0.25 * table).max(1.5), "{cell:?}: {estimate:?}");
    };
    let load = |cell: &Cell| Load {
        rps: cell.rps,
        error_rate: cell.base,
        tick_secs: 1.0,
        temper: Temper::None,
    };
    for cell in ALARM.iter().chain(&SLOW) {
        let times = power::alarm(&load(cell), cell.weight, cell.bad / cell.base, 0.001);
        foretells(cell, cell.median, times.median_secs);
    }
    for cell in CLEAR {
        let load = Load { rps: cell.rps, ..load(&ALARM[0]) };
        let terms = Clearing { times: cell.times, ..Clearing::default() };
        foretells(&cell, cell.median, power::clear(&load, cell.weight, &terms).median_secs);
    }
}

#[test]
fn the_same_seed_draws_the_same_traffic() {
    let (mut one, mut other) = (Draw::new(5), Draw::new(5));
    assert!((0..100).all(|_| one.poisson(31.0) == other.poisson(31.0)));
}
