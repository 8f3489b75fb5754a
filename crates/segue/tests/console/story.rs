//! The story of one crossing for tests: statuses as an engine would tell them, and its journal.

#[path = "story/book.rs"]
pub(crate) mod book;
#[path = "story/site.rs"]
pub(crate) mod site;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use model::Reason;
use model::code::traffic as code;
use model::ports::{Counts, Epoch, Record, Weight, Weights};
use segue::serve::book::{
    Bank, Decision, Fate, Gate, Moment, Probes, Sample, Shares, ShiftStatus, Standing, StepStatus,
};
use segue::serve::proof::Sources;
use segue::serve::proof::key::Public;
use segue::serve::proof::requests::{Answers, BalancerAccount, ProberAccount};
use traffic::evidence::{Fresh, Slow};
use traffic::guard::Split;
use traffic::{Counted, Deed, Effect, Entry, Intent};

/// When the story begins.
pub(crate) const BEGIN: i64 = 1_790_000_000;

pub(crate) fn at(secs: i64) -> Timestamp {
    Timestamp::from_second(BEGIN + secs).unwrap()
}

/// The shift when everything is across.
pub(crate) fn ended() -> ShiftStatus {
    let mut status = status(600, 100);
    status.fate = Fate::Done;
    "done".clone_into(&mut status.phase);
    status.ended = Some(at(600));
    status.next = None;
    status.held = Vec::new();
    status.approved = vec!["grace".to_owned()];
    status.because = Some(Reason::new(&code::DONE).with("evidence", "960 requests, 0 failed"));
    status
}

/// The shift on its way at `secs`, with `share` percent on the new side.
pub(crate) fn status(secs: i64, share: u8) -> ShiftStatus {
    let steps = [1, 5, 25, 50, 100];
    let step = |to: u8| StepStatus {
        share: to,
        standing: match to.cmp(&share) {
            std::cmp::Ordering::Less => Standing::Passed,
            std::cmp::Ordering::Equal => Standing::Now,
            std::cmp::Ordering::Greater => Standing::Ahead,
        },
        ticks: if to == share { (5, 8) } else { (0, 0) },
        requests: if to == share { (620, 300) } else { (0, 0) },
    };
    ShiftStatus {
        name: "checkout-prod".to_owned(),
        service: "checkout".to_owned(),
        environment: "prod".to_owned(),
        author: "ada".to_owned(),
        rule: "front".to_owned(),
        fate: Fate::Running,
        phase: "stepping".to_owned(),
        since: Some(at(secs - 30)),
        began: Some(at(0)),
        ended: None,
        paused: false,
        steps: steps.map(step).to_vec(),
        weights: Shares {
            asked: share,
            stated: Some(share),
            measured: Some(f64::from(share) + 0.4 * f64::from(u8::from(share > 0 && share < 100))),
        },
        old: bank("checkout-ecs", "ecs/checkout", 182.0, 0.02, 100 - share),
        new: bank("checkout-eks", "deployment/shop/checkout", 176.0, 0.0, share),
        gates: gates(),
        held: vec![
            Reason::new(&code::HOLDING)
                .with("weight", format!("{share} %"))
                .with("tick", 5)
                .with("ticks", 8),
        ],
        next: Some(Decision { what: "25 % to 50 %".to_owned(), at: Some(at(secs + 15)) }),
        because: Some(
            Reason::new(&code::STEP)
                .with("from", "5 %")
                .with("to", format!("{share} %"))
                .with("evidence", "8 ticks, 412 requests, 0 failed"),
        ),
        roll_back: Duration::from_secs(2),
        approved: Vec::new(),
        probes: Some(Probes { sent: 1_000, old: 700, new: 294, failed: 6, lost: 0 }),
        history: history(secs),
        series: series(secs, share),
    }
}

fn bank(group: &str, fleet: &str, p95: f64, errors: f64, share: u8) -> Bank {
    Bank {
        group: group.to_owned(),
        fleet: fleet.to_owned(),
        healthy: 3,
        total: 3,
        requests: 1_000,
        rps: 3.0 * f64::from(share),
        errors,
        p50: Some(p95 / 3.0),
        p95: Some(p95),
        p99: Some(p95 * 1.4),
    }
}

fn gates() -> Vec<Gate> {
    let gate = |name: &str, standing, measured: &str, limit: &str, evidence| Gate {
        name: name.to_owned(),
        standing,
        measured: measured.to_owned(),
        limit: limit.to_owned(),
        evidence,
        bound: evidence.map(|_| 2_000.0),
    };
    vec![
        gate("errors", Standing::Passed, "0.00 %", "≤ 0.50 %", Some(0.8)),
        gate("latency", Standing::Passed, "176 ms", "old side: 182 ms", Some(1.4)),
        gate("targets", Standing::Passed, "3 of 3", "≥ 2", None),
        gate("requests", Standing::Holds, "212", "≥ 300", None),
    ]
}

/// What happened until `secs`.
pub(crate) fn history(secs: i64) -> Vec<Moment> {
    let all = [
        (0, "opened", "segue", "engine 1", None, None),
        (1, "phase", "segue", "preflight", None, None),
        (
            10,
            "asked",
            "ada",
            "weights old 75 %, new 25 %",
            Some(25),
            Some(
                Reason::new(&code::STEP)
                    .with("from", "0 %")
                    .with("to", "25 %")
                    .with("evidence", "first step"),
            ),
        ),
        (11, "landed", "segue", "25 % stated", Some(25), None),
        (
            60,
            "asked",
            "segue",
            "weights old 100 %, new 0 %",
            Some(0),
            Some(
                Reason::new(&code::ERRORS)
                    .with("failed", 6)
                    .with("requests", 60)
                    .with("floor", "1 %"),
            ),
        ),
        (61, "landed", "segue", "0 % stated", Some(0), None),
        (200, "said", "grace", "resume", None, None),
        (
            300,
            "asked",
            "ada",
            "weights old 0 %, new 100 %",
            Some(100),
            Some(
                Reason::new(&code::STEP)
                    .with("from", "0 %")
                    .with("to", "100 %")
                    .with("evidence", "new release"),
            ),
        ),
        (301, "landed", "segue", "100 % stated", Some(100), None),
    ];
    let moment = |(when, kind, by, what, share, because): (
        i64,
        &str,
        &str,
        &str,
        Option<u8>,
        Option<Reason>,
    )| Moment {
        at: at(when),
        kind: kind.to_owned(),
        by: by.to_owned(),
        what: what.to_owned(),
        share,
        because,
    };
    all.into_iter().filter(|one| one.0 <= secs).map(moment).collect()
}

/// A sample every five seconds.
fn series(secs: i64, share: u8) -> Vec<Sample> {
    let asked = |when: i64| match when {
        10..60 => 25,
        300.. => share,
        _ => 0,
    };
    let sample = |when: i64| {
        let share = asked(when);
        let wave = f64::from(u8::try_from(when * 7 % 11).unwrap_or_default()) / 10.0 - 0.5;
        let between = share > 0 && share < 100;
        Sample {
            at: (BEGIN + when) * 1_000,
            asked: share,
            stated: Some(share),
            measured: Some(f64::from(share) + if between { wave * 3.0 } else { 0.0 }),
            rps: (300.0 - 3.0 * f64::from(share), 3.0 * f64::from(share)),
            errors: (0.02, if when > 40 && when < 60 { 8.0 } else { 0.0 }),
            p95: (Some(182.0 + wave), (share > 0).then_some(176.0 + wave * 4.0)),
        }
    };
    (0..=secs / 5).map(|n| sample(n * 5)).collect()
}

/// What a ledger of the story is made of.
pub(crate) fn sources<'a>(
    status: &'a ShiftStatus,
    records: &'a [Record],
    key: &'a Public,
) -> Sources<'a> {
    let answers =
        |answered, failed| Answers { answered, failed, p50_micros: 1_200, p99_micros: 4_310 };
    let counts =
        |answered, failed| Counts { chosen: answered + failed, answered, failed, refused: 0 };
    Sources {
        status,
        records,
        prober: Some(ProberAccount {
            sent: 1_000,
            old: answers(500, 0),
            new: answers(494, 6),
            ..ProberAccount::default()
        }),
        balancer: Some(BalancerAccount { old: counts(520, 0), new: counts(494, 6), restarts: 0 }),
        written: at(601),
        tool: "segue 0.1.0",
        key,
    }
}

/// The journal of the story.
pub(crate) fn records() -> Vec<Record> {
    let mut out = vec![Entry::Opened { epoch: Epoch(1), at: at(0) }];
    out.extend(step(1, 10, 0, 25, (100, 0, 0), &[(120, 20, 2), (160, 40, 4)]));
    out.extend(step(2, 60, 25, 0, (200, 54, 6), &[(300, 0, 0)]));
    out.push(Entry::Said { by: "grace".to_owned(), what: Deed::Resume, at: at(200) });
    out.extend(step(3, 300, 0, 100, (500, 54, 6), &[(0, 400, 0)]));
    out.push(Entry::Said { by: "grace".to_owned(), what: Deed::Approve, at: at(590) });
    out.push(Entry::Done);
    let record = |(number, entry): (i64, Entry)| Record {
        at: at(number),
        subject: "shift/checkout-prod".to_owned(),
        epoch: Epoch(1),
        body: serde_json::to_value(entry).unwrap(),
    };
    (0..).zip(out).map(record).collect()
}

/// The entries of one step: counts when it landed (old, new, bad of the new side), and what each
/// tick adds.
fn step(
    seq: u64,
    secs: i64,
    from: u8,
    to: u8,
    start: (u64, u64, u64),
    ticks: &[(u64, u64, u64)],
) -> Vec<Entry> {
    let weight = |share| Weight::new(share).unwrap();
    let effect = |share| Effect::Weights {
        rule: "front".to_owned(),
        weights: Weights::new(BTreeMap::from([
            ("checkout-ecs".to_owned(), weight(100 - share)),
            ("checkout-eks".to_owned(), weight(share)),
        ]))
        .unwrap(),
        share: weight(share),
    };
    let counted = |(old, new, failed): (u64, u64, u64)| Counted {
        old: Counts { chosen: old, answered: old, ..Counts::default() },
        new: Counts { chosen: new + failed, answered: new, failed, refused: 0 },
    };
    let mut out = vec![
        Entry::Asked(Intent {
            seq,
            at: at(secs),
            effect: effect(to),
            expected: effect(from),
            deadline: at(secs + 60),
            actor: "ada".to_owned(),
            evidence: "8 ticks".to_owned(),
            because: Reason::new(&code::STEP)
                .with("from", format!("{from} %"))
                .with("to", format!("{to} %"))
                .with("evidence", "8 ticks"),
        }),
        Entry::Landed {
            seq,
            at: at(secs + 1),
            counted: counted(start),
            latency: BTreeMap::new().into_iter().collect(),
        },
    ];
    let converged = Entry::Converged {
        seq,
        at: at(secs + 2),
        counted: counted(start),
        slow: Slow::default(),
        split: Split::default(),
    };
    out.push(converged);
    let mut sum = start;
    for (number, tick) in (1..).zip(ticks) {
        sum = (sum.0 + tick.0, sum.1 + tick.1 - tick.2, sum.2 + tick.2);
        out.push(Entry::Observed {
            seq,
            at: at(secs + 2 + number * 10),
            counted: counted(sum),
            within: Duration::from_secs(10),
            fresh: Fresh::default(),
            slow: Slow::default(),
        });
    }
    out
}
