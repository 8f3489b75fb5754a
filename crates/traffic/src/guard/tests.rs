//! The guard as a whole: verdicts, proofs, what a step has behind it, and the journal.

use super::eprocess::Side;
use super::latency::Latencies;
use super::{Class, Clearing, Guard, Lacks, Metric, Sample, Settings, Split, State, Verdict};

/// `errors` of `requests`, each taking `micros` give or take.
fn sample(requests: u32, errors: u32, micros: u64) -> Sample {
    let mut latencies = Latencies::default();
    (0..requests).for_each(|n| latencies.record(micros + micros * u64::from(n % 50) / 50, 1));
    Sample { side: Side::new(requests, errors), latencies }
}

/// One tick in `every` has an error on the old side; the new side has `errors` in each.
fn run(guard: &mut Guard, ticks: u32, every: u32, errors: u32) {
    for tick in 0..ticks {
        let old = sample(900, u32::from(tick % every == 0), 20_000);
        guard.observe(&old, &sample(100, errors, 20_000));
    }
}

fn alarmed(guard: &Guard) -> Option<Metric> {
    match guard.verdict() {
        Verdict::Alarm(alarm) => Some(alarm.metric),
        Verdict::Silent | Verdict::Unproven { .. } => None,
    }
}

fn clients() -> Guard {
    Guard::new(Settings { split: Split::Clients, ..Settings::default() })
}

#[test]
fn a_fresh_guard_is_silent_and_its_evidence_is_thin() {
    let guard = Guard::new(Settings::default());
    assert_eq!(guard.verdict(), Verdict::Silent);
    assert_eq!(guard.standing().class, Class::Thin);
}

#[test]
fn errors_raise_the_alarm_and_its_figures_stay() {
    let mut guard = Guard::new(Settings::default());
    run(&mut guard, 60, 3, 1);
    let Verdict::Alarm(alarm) = guard.verdict() else { panic!("{:?}", guard.verdict()) };
    assert_eq!(alarm.metric, Metric::Errors);
    assert!(alarm.e >= 1_000.0 && alarm.ticks < 60 && alarm.at_least >= 1.0, "{alarm:?}");
    assert!(alarm.ratio.is_some_and(|ratio| ratio > alarm.at_least), "{alarm:?}");
    run(&mut guard, 300, 3, 0);
    assert_eq!(guard.verdict(), Verdict::Alarm(alarm));
}

#[test]
fn slowness_raises_the_alarm_though_nothing_fails() {
    let mut guard = Guard::new(Settings::default());
    run(&mut guard, 60, 1_000, 0);
    assert_eq!(guard.verdict(), Verdict::Silent);
    for _ in 0..60 {
        guard.observe(&sample(900, 0, 20_000), &sample(100, 0, 26_000));
    }
    assert!(matches!(alarmed(&guard), Some(Metric::LatencyP95 | Metric::LatencyP99)));
}

#[test]
fn a_slow_hour_for_everybody_is_no_alarm() {
    let mut guard = Guard::new(Settings::default());
    run(&mut guard, 60, 1_000, 0);
    for _ in 0..600 {
        guard.observe(&sample(900, 0, 60_000), &sample(100, 0, 60_000));
    }
    assert_eq!(guard.verdict(), Verdict::Silent);
}

#[test]
fn a_new_step_does_not_weigh_its_trouble_against_the_hour_before() {
    let ticks_to_alarm = |begin: bool| {
        let mut guard = Guard::new(Settings::default());
        run(&mut guard, 3_600, 5, 0);
        if begin {
            guard.begin_step();
        }
        let mut ticks = 0;
        while alarmed(&guard).is_none() && ticks < 500 {
            run(&mut guard, 1, 5, 1);
            ticks += 1;
        }
        ticks
    };
    assert!(ticks_to_alarm(true) < 15 && ticks_to_alarm(false) > 20);
}

#[test]
fn clear_needs_evidence_in_every_metric() {
    let mut guard = Guard::new(Settings::default());
    for tick in 0..120_u32 {
        let errors = u32::from(tick % 10 == 0);
        guard.observe(&sample(500, errors, 20_000), &sample(500, 0, 20_000));
    }
    let standing = guard.standing();
    assert!(standing.metrics[&Metric::LatencyP95].clear, "{standing:?}");
    assert_eq!(standing.class, Class::Clear, "{standing:?}");
    let mut blind = Guard::new(Settings::default());
    for tick in 0..120_u32 {
        let errors = u32::from(tick % 10 == 0);
        let side = |errors| Sample { latencies: Latencies::default(), ..sample(500, errors, 1) };
        blind.observe(&side(errors), &side(0));
    }
    assert_eq!(blind.standing().class, Class::Thin);
    assert!(blind.standing().metrics[&Metric::Errors].clear);
}

#[test]
fn a_service_without_errors_is_cleared_by_its_budget() {
    let clear = Clearing { times: 2.0, alpha: 0.05, rate: Some(0.001) };
    let alpha = [(Metric::Errors, 0.001)].into();
    let mut guard = Guard::new(Settings { alpha, clear, ..Settings::default() });
    run(&mut guard, 29, 1_000_000, 0);
    assert_eq!(guard.standing().class, Class::Thin);
    run(&mut guard, 1, 1_000_000, 0);
    assert_eq!(guard.standing().class, Class::Clear, "{:?}", guard.standing());
}

#[test]
fn where_clients_are_split_the_sides_alone_prove_nothing() {
    let mut guard = clients();
    run(&mut guard, 60, 3, 1);
    let Verdict::Unproven { lacks, .. } = guard.verdict() else { panic!("{:?}", guard.verdict()) };
    assert_eq!(lacks, Lacks::OwnLevel);
}

#[test]
fn clients_that_were_always_worse_are_no_fault_of_the_new_side() {
    let mut guard = clients();
    (0..200).for_each(|_| guard.record(&sample(900, 0, 20_000), &sample(100, 1, 20_000)));
    run(&mut guard, 60, 3, 1);
    let Verdict::Unproven { lacks, .. } = guard.verdict() else { panic!("{:?}", guard.verdict()) };
    assert_eq!(lacks, Lacks::OwnChange);
}

#[test]
fn worse_than_the_other_and_than_itself_is_proven() {
    let mut guard = clients();
    for tick in 0..200_u32 {
        let errors = u32::from(tick % 20 == 0);
        guard.record(&sample(900, errors, 20_000), &sample(100, errors, 20_000));
    }
    run(&mut guard, 60, 20, 1);
    assert_eq!(alarmed(&guard), Some(Metric::Errors));
}

#[test]
fn when_both_sides_get_worse_it_is_said() {
    let mut guard = clients();
    for tick in 0..200_u32 {
        let errors = u32::from(tick % 20 == 0);
        guard.record(&sample(500, errors, 20_000), &sample(500, errors, 20_000));
    }
    (0..100).for_each(|_| guard.observe(&sample(500, 2, 20_000), &sample(500, 2, 20_000)));
    let Verdict::Unproven { lacks, old_worse_too, .. } = guard.verdict() else {
        panic!("{:?}", guard.verdict())
    };
    assert_eq!((lacks, old_worse_too), (Lacks::SideDifference, true));
}

#[test]
fn the_journal_brings_back_the_same_guard() {
    for split in [Split::Requests, Split::Clients] {
        let settings = Settings { split, ..Settings::default() };
        let mut lived = Guard::new(settings.clone());
        (0..70).for_each(|_| lived.record(&sample(900, 1, 20_000), &sample(100, 0, 21_000)));
        for tick in 0..50_u32 {
            run(&mut lived, 1, 3, tick % 2);
            let text = serde_json::to_string(lived.state()).unwrap();
            let state: State = serde_json::from_str(&text).unwrap();
            let replayed = Guard::resume(settings.clone(), state);
            assert_eq!(text, serde_json::to_string(replayed.state()).unwrap());
            assert_eq!(lived, replayed);
        }
    }
}

#[test]
fn the_sum_of_all_alphas_is_stated() {
    assert!((Settings::default().alpha_sum(4) - 0.012).abs() < 1e-12);
}
