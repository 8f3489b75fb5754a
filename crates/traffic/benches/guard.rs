//! What the guard costs: one tick of the test, and the estimate before the start.
//!
//! `cargo bench -p traffic --bench guard`

use divan::{Bencher, black_box};
use traffic::guard::eprocess::{Evidence, Side, Temper, Tick};
use traffic::guard::latency::Latencies;
use traffic::guard::power::{self, Load};
use traffic::guard::{Guard, Sample, Settings};

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

/// A tick of all three metrics with 1,000 latencies in some 100 buckets.
#[divan::bench]
fn guard_observe(bencher: Bencher<'_, '_>) {
    let sample = |requests: u32| {
        let mut latencies = Latencies::default();
        (0..requests).for_each(|n| latencies.record(u64::from(20_000 + n * 7_919 % 30_000), 1));
        Sample { side: Side::new(requests, 1), latencies }
    };
    let (old, new) = (sample(900), sample(100));
    let mut guard = Guard::new(Settings::default());
    bencher.bench_local(|| guard.observe(black_box(&old), black_box(&new)));
}

/// All steps of a shift by alarm and clear of 2, 5, 10 times.
#[divan::bench(args = [10.0, 100.0, 1_000.0, 10_000.0])]
fn estimate(bencher: Bencher<'_, '_>, rps: f64) {
    let load = Load { rps, error_rate: 0.001, tick_secs: 1.0, temper: Temper::ERRORS };
    bencher.bench(|| power::estimate(black_box(&load), &[0.01, 0.1, 0.5, 1.0], 0.001, 0.05));
}
