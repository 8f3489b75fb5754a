//! What the guard costs: one tick of the test, and the estimate before the start.
//!
//! `cargo bench -p traffic --bench guard`

use divan::{Bencher, black_box};
use model::ports::Counts;
use traffic::Counted;
use traffic::evidence::Fresh;
use traffic::guard::eprocess::{Evidence, Side, Temper, Tick};
use traffic::guard::power::{self, Load};
use traffic::guard::{Judged, Settings, Split};

fn main() {
    divan::main();
}

/// A tick without errors, and one with errors on both sides.
#[divan::bench(args = [(0, 0), (2, 1)])]
fn observe(bencher: Bencher<'_, '_>, (old, new): (u32, u32)) {
    let tick = Tick { old: Side::new(900, old), new: Side::new(100, new) };
    let mut evidence = Evidence::default();
    bencher.bench_local(|| evidence.observe(black_box(&tick), Temper::ERRORS));
}

/// E of the present sums.
#[divan::bench]
fn alarmed(bencher: Bencher<'_, '_>) {
    let mut evidence = Evidence::default();
    let tick = Tick { old: Side::new(900, 1), new: Side::new(100, 1) };
    evidence.observe(&tick, Temper::ERRORS);
    bencher.bench_local(|| black_box(&evidence).alarmed(0.001));
}

/// A tick of all three metrics, where clients are split.
#[divan::bench]
fn guard_observe(bencher: Bencher<'_, '_>) {
    let side = |chosen| Counts { chosen, answered: chosen - 1, failed: 1, ..Counts::default() };
    let ended = Counted { old: side(900), new: side(100) };
    let fresh = Fresh { p95: [45, 5], p99: [9, 1] };
    let mut judged = Judged::default();
    judged.split(Split::Clients);
    bencher.bench_local(|| judged.observe(black_box(&ended), black_box(&fresh)));
}

/// The default steps of a shift: the alarm at 2, 5, 10 times, and clear of twice as bad.
#[divan::bench(args = [10.0, 40.0, 100.0, 1_000.0, 10_000.0])]
fn estimate(bencher: Bencher<'_, '_>, rps: f64) {
    let load = Load { rps, error_rate: 0.001, tick_secs: 1.0, temper: Temper::ERRORS };
    let settings = Settings::default();
    bencher.bench(|| power::estimate(black_box(&load), &[0.01, 0.1, 0.5], &settings));
}
