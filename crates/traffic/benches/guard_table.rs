//! The guard's table, measured with many runs beside the figures it is held to.
//!
//! `cargo bench -p traffic --bench guard_table`; a minute or two on one core. Seeds are fixed. The
//! same figures with fewer runs are a test (`tests/guard.rs`).

#[path = "../tests/guard/sim.rs"]
mod sim;
#[path = "../tests/guard/table.rs"]
mod table;

use sim::{World, alarms, clear_times, false_alarms, typical};
use table::{ALARM, BASE, CLEAR, Cell, SLOW};
use traffic::guard::Metric;
use traffic::guard::eprocess::Temper;
use traffic::guard::power::{self, Load};

const RUNS: u32 = 2_000;
const RUNS_FALSE: u32 = 10_000;
const HALF_AN_HOUR: u32 = 1_800;

fn main() {
    println!(
        "seconds, {RUNS} runs a cell; median/p90; base errors {BASE}, alpha 0.001, ticks of 1 s\n"
    );
    for cell in &ALARM {
        alarm("errors", cell, Temper::ERRORS);
    }
    for cell in &SLOW {
        alarm("slow", cell, Metric::LatencyP95.temper());
    }
    println!();
    clear();
    println!();
    healthy();
}

fn alarm(what: &str, cell: &Cell, tempered: Temper) {
    let of = |temper| alarms(&cell.world(), RUNS, 0.001, temper, 2 * HALF_AN_HOUR, 21);
    let (plain, tempered) = (of(Temper::None), of(tempered));
    let load = Load { rps: cell.rps, error_rate: cell.base, tick_secs: 1.0, temper: Temper::None };
    let estimate = power::alarm(&load, cell.weight, cell.bad / cell.base, 0.001);
    println!(
        "{what} {:>4} rps {:>2.0} % to {:>4.1} %: table {:>6.0}/{:>4.0}  untempered {:>6.1}/{:>6.1}  \
         tempered {:>6.1}/{:>6.1}  errors served {:>4.1}  estimate {:?}",
        cell.rps,
        cell.weight * 100.0,
        cell.bad * 100.0,
        cell.median,
        cell.p90,
        typical(&plain.times, 0.5),
        typical(&plain.times, 0.9),
        typical(&tempered.times, 0.5),
        typical(&tempered.times, 0.9),
        typical(&plain.served, 0.5),
        estimate.median_secs,
    );
}

fn clear() {
    for cell in CLEAR {
        let of = |temper| clear_times(&cell.world(), cell.times, temper, RUNS, 22);
        let (plain, tempered) = (of(Temper::None), of(Temper::ERRORS));
        println!(
            "clear of {} times, {:>4} rps {:>2.0} %: table {:>5.0}/{:>5.0}  untempered {:>6.1}/{:>6.1}  \
             tempered {:>6.1}/{:>6.1}",
            cell.times,
            cell.rps,
            cell.weight * 100.0,
            cell.median,
            cell.p90,
            typical(&plain, 0.5),
            typical(&plain, 0.9),
            typical(&tempered, 0.5),
            typical(&tempered, 0.9),
        );
    }
    let half = World::new(10.0, 0.5, BASE, BASE);
    let times = clear_times(&half, 2.0, Temper::None, RUNS, 23);
    println!("clear of 2 times,   10 rps 50 %: over an hour; {:.0}", typical(&times, 0.5));
}

fn healthy() {
    let steady = World::new(100.0, 0.1, BASE, BASE);
    let swings = World { swings: true, ..steady };
    let clumps = World { clump: Some((1.0 / 60.0, 10.0)), weight: 0.05, ..steady };
    for (what, world) in [("steady", steady), ("swings", swings), ("clumps, 5 %", clumps)] {
        for temper in [Temper::None, Temper::ERRORS] {
            let found = false_alarms(&world, RUNS_FALSE, [0.001, 0.05], temper, HALF_AN_HOUR, 24);
            let percent = found.map(|found| 100.0 * f64::from(found) / f64::from(RUNS_FALSE));
            println!(
                "false alarms in 30 min, {what}, {temper:?}: {:.2} % at 0.001, {:.2} % at 0.05",
                percent[0], percent[1]
            );
        }
    }
}
