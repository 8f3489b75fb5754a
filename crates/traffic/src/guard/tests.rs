//! The guard as a whole: verdicts, what a step has behind it, and the way through JSON.

use model::ports::Counts;

use super::{ALPHA, Clearing, Judged, Lacks, Metric, Settings, Split, Standing, Verdict};
use crate::evidence::Fresh;
use crate::seen::Counted;

/// `failed` of `answered + failed` requests.
fn side(answered: u64, failed: u64) -> Counts {
    let chosen = answered + failed;
    Counts { chosen, answered, failed, ..Counts::default() }
}

/// One tick in `every` has an error on the old side; the new side has `errors` in each.
fn run(judged: &mut Judged, ticks: u32, every: u32, errors: u64) {
    for tick in 0..ticks {
        let old = side(900, u64::from(tick % every == 0));
        let ended = Counted { old, new: side(100 - errors, errors) };
        judged.observe(&ended, &Fresh { p95: [45, 5], p99: [9, 1] });
    }
}

fn by_clients() -> Judged {
    let mut judged = Judged::default();
    judged.split(Split::Clients);
    judged
}

/// The metric that is proven worse, or what its proof lacks.
fn says(judged: &Judged) -> Option<Result<Metric, Lacks>> {
    match judged.verdict(ALPHA) {
        Verdict::Silent => None,
        Verdict::Worse(alarm) => Some(Ok(alarm.metric)),
        Verdict::Unproven(_, lacks) => Some(Err(lacks)),
    }
}

#[test]
fn a_fresh_guard_is_silent_and_its_evidence_is_thin() {
    let judged = Judged::default();
    assert_eq!(says(&judged), None);
    assert_eq!(judged.standing(&Clearing::default()), Standing::Thin(Metric::Errors));
    let sum = Settings::default().alpha_sum(4);
    assert!((sum - 0.017).abs() < 1e-12, "{sum}");
}

#[test]
fn errors_raise_the_alarm_within_a_minute() {
    let mut judged = Judged::default();
    run(&mut judged, 60, 3, 1);
    let Verdict::Worse(alarm) = judged.verdict(ALPHA) else { panic!("{judged:?}") };
    assert_eq!(alarm.metric, Metric::Errors);
    let (least, ratio) = (alarm.evidence.at_least(ALPHA), alarm.evidence.ratio());
    assert!(least >= Some(1.0) && ratio > least, "{alarm:?}");
}

#[test]
fn slowness_raises_the_alarm_though_nothing_fails() {
    for (metric, fresh) in [
        (Metric::LatencyP95, Fresh { p95: [45, 15], p99: [9, 1] }),
        (Metric::LatencyP99, Fresh { p95: [45, 5], p99: [9, 5] }),
    ] {
        let mut judged = Judged::default();
        run(&mut judged, 60, 1_000, 0);
        assert_eq!(says(&judged), None);
        for _ in 0..60 {
            judged.observe(&Counted { old: side(900, 0), new: side(100, 0) }, &fresh);
        }
        assert_eq!(says(&judged), Some(Ok(metric)));
    }
}

#[test]
fn each_share_is_judged_by_itself() {
    let mut judged = Judged::default();
    run(&mut judged, 3_600, 3, 0);
    judged.begin_step();
    run(&mut judged, 60, 3, 1);
    assert_eq!(says(&judged), Some(Ok(Metric::Errors)));
    judged.begin_step();
    assert_eq!(judged, Judged::default());
}

#[test]
fn where_clients_are_split_a_difference_of_the_sides_alone_proves_nothing() {
    let mut first = by_clients();
    run(&mut first, 300, 3, 1);
    assert_eq!(says(&first), Some(Err(Lacks::OwnLevel)));
    // The same difference in the next step: so it always was, and its clients may be the cause.
    first.begin_step();
    run(&mut first, 200, 3, 1);
    assert_eq!(says(&first), Some(Err(Lacks::OwnChange)));
}

#[test]
fn where_clients_are_split_both_comparisons_together_are_a_proof() {
    let mut judged = by_clients();
    run(&mut judged, 300, 3, 0);
    judged.begin_step();
    run(&mut judged, 60, 3, 2);
    assert_eq!(says(&judged), Some(Ok(Metric::Errors)));
}

#[test]
fn where_clients_are_split_and_everybody_is_worse_off_nothing_is_proven() {
    let mut judged = by_clients();
    run(&mut judged, 300, 1_000, 0);
    judged.begin_step();
    for _ in 0..100 {
        judged.observe(&Counted { old: side(882, 18), new: side(98, 2) }, &Fresh::default());
    }
    assert_eq!(says(&judged), Some(Err(Lacks::SideDifference)));
}

#[test]
fn of_two_metrics_without_proof_the_first_is_named_and_a_proof_outweighs_both() {
    let tick = |judged: &mut Judged, old: u64, new: u64, slow: u64| {
        let ended = Counted { old: side(500 - old, old), new: side(500 - new, new) };
        judged.observe(&ended, &Fresh { p95: [25, slow], p99: [5, 5] });
    };
    let mut judged = by_clients();
    (0..100).for_each(|_| tick(&mut judged, 0, 1, 75));
    let Verdict::Unproven(alarm, Lacks::OwnLevel) = judged.verdict(ALPHA) else {
        panic!("{judged:?}")
    };
    assert_eq!(alarm.metric, Metric::Errors);
    // In the next step errors stay what they were, and slowness gets worse than it was.
    judged.begin_step();
    (0..80).for_each(|_| tick(&mut judged, 0, 1, 200));
    assert_eq!(says(&judged), Some(Ok(Metric::LatencyP95)));
}

#[test]
fn a_balancer_that_draws_for_each_request_needs_no_second_witness() {
    let mut judged = by_clients();
    judged.split(Split::Requests);
    run(&mut judged, 60, 3, 1);
    assert_eq!(says(&judged), Some(Ok(Metric::Errors)));
}

#[test]
fn equal_sides_are_clear_in_the_end_and_a_low_rate_clears_errors_sooner() {
    let mut judged = Judged::default();
    let terms = Clearing::default();
    for _ in 0..2_000 {
        let ended = Counted { old: side(899, 1), new: side(100, 0) };
        judged.observe(&ended, &Fresh { p95: [45, 5], p99: [9, 1] });
    }
    assert_eq!(judged.standing(&terms), Standing::Clear);

    let mut clean = Judged::default();
    for _ in 0..2_000 {
        let ended = Counted { old: side(900, 0), new: side(100, 0) };
        clean.observe(&ended, &Fresh { p95: [45, 5], p99: [9, 1] });
    }
    // Without a single error no ratio can be excluded; the absolute budget can.
    assert_eq!(clean.standing(&terms), Standing::Thin(Metric::Errors));
    let budget = Clearing { rate: Some(0.001), ..terms };
    assert_eq!(clean.standing(&budget), Standing::Clear);
}

#[test]
fn the_journal_gives_the_same_bits_back() {
    let mut judged = by_clients();
    run(&mut judged, 100, 7, 0);
    judged.begin_step();
    run(&mut judged, 50, 3, 1);
    let json = serde_json::to_string(&judged).unwrap();
    let back: Judged = serde_json::from_str(&json).unwrap();
    assert_eq!(back, judged);
    assert_eq!(serde_json::to_string(&back).unwrap(), json);
}

#[test]
fn words_of_metrics_and_of_what_is_lacking() {
    let words = Metric::ALL.map(|metric| metric.to_string());
    assert_eq!(words[0], "failed requests");
    assert!(words[1].ends_with("p95") && words[2].ends_with("p99"));
    let lacks = [Lacks::OwnLevel, Lacks::OwnChange, Lacks::SideDifference];
    let lacks: std::collections::BTreeSet<String> = lacks.map(|one| one.to_string()).into();
    assert_eq!(lacks.len(), 3);
}
