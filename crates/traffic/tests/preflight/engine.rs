//! Z26, Z31, Z34, Z35, and what they do to a running shift.

use model::facts::Facts;
use model::facts::owners::Drift;
use traffic::preflight::verdict::{Effect, Runtime};
use traffic::preflight::{Mechanism, Moment, runtime};

use super::good::{self, NOW};
use super::{AS_IT_IS, BEFORE, SCALE_DOWN, STEP, check, value};

#[test]
fn z26_nobody_else_writes() {
    check(BEFORE, "Z26", "passed", AS_IT_IS);
    check(BEFORE, "Z26", "failed", &|f, _| value(&mut f.owners.writers)[0].locked_out = false);
    check(BEFORE, "Z26", "unproven", &|f, _| f.owners.writers = None);
    check(BEFORE, "Z26", "not applicable", &|_, t| t.mechanism = Mechanism::Local);
    check(STEP, "Z26", "passed", AS_IT_IS);
    check(STEP, "Z26", "failed", &|f, _| drift(f));
    check(STEP, "Z26", "unproven", &|f, _| f.owners.drift = None);
}

fn drift(f: &mut Facts) {
    value(&mut f.owners.drift).push(Drift {
        resource: "rule 10".to_owned(),
        journal: "new 25 %".to_owned(),
        live: "new 0 %".to_owned(),
    });
}

#[test]
fn z31_a_roll_back_finds_calls() {
    check(STEP, "Z31", "passed", AS_IT_IS);
    check(STEP, "Z31", "failed", &|f, _| {
        value(&mut f.quotas.limiter).reserved_per_minute = 179;
    });
    // 30 % of nothing is still one call.
    check(STEP, "Z31", "failed", &|f, _| {
        let limiter = value(&mut f.quotas.limiter);
        (limiter.per_minute, limiter.reserved_per_minute) = (0, 0);
    });
    check(STEP, "Z31", "failed", &|f, _| value(&mut f.quotas.roll_back).built = false);
    check(STEP, "Z31", "failed", &|f, _| value(&mut f.quotas.roll_back).validated = false);
    check(STEP, "Z31", "unproven", &|f, _| f.quotas.roll_back = None);
    check(STEP, "Z31", "unproven", &|f, _| f.quotas.limiter = None);
    check(STEP, "Z31", "not applicable", &|_, t| t.mechanism = Mechanism::Local);
}

#[test]
fn z34_one_engine_writes() {
    check(STEP, "Z34", "passed", AS_IT_IS);
    check(STEP, "Z34", "failed", &|f, _| value(&mut f.engine.lease).journal = 4);
    check(STEP, "Z34", "failed", &|f, _| value(&mut f.engine.lease).left_ms = 5_000);
    check(STEP, "Z34", "unproven", &|f, _| f.engine.lease = None);
}

#[test]
fn z35_the_prober_proves_each_path() {
    check(STEP, "Z35", "passed", AS_IT_IS);
    check(STEP, "Z35", "unproven", &|f, _| value(&mut f.engine.prober.new)[0].requests = 599);
    check(STEP, "Z35", "unproven", &|f, _| value(&mut f.engine.prober.new)[0].lost = 1);
    check(STEP, "Z35", "unproven", &|f, _| value(&mut f.engine.prober.old)[0].lost = 1);
    check(STEP, "Z35", "unproven", &|f, _| value(&mut f.engine.prober.new).clear());
    check(STEP, "Z35", "unproven", &|f, _| f.engine.prober.old = None);
    check(STEP, "Z35", "unproven", &|f, _| {
        let path = &mut value(&mut f.engine.prober.new)[0];
        (path.requests, path.over_secs) = (0, 0);
    });
    check(SCALE_DOWN, "Z35", "passed", &|f, _| f.engine.prober.old = None);
}

/// What the guard of a running shift asks for.
fn guard(change: impl Fn(&mut Facts)) -> Runtime {
    let (mut facts, terms) = (good::facts(), good::terms());
    change(&mut facts);
    runtime(&facts, &terms, Moment::Watch { weight: 50 }, NOW.parse().unwrap())
}

fn empty(f: &mut Facts, old: bool) {
    let side = if old { &mut f.targets.old } else { &mut f.targets.new };
    for zone in value(&mut side.health).zones.values_mut() {
        zone.healthy = 0;
    }
}

#[test]
fn a_running_shift_goes_on_waits_goes_back_or_freezes() {
    let well = guard(|_| {});
    assert_eq!(well.effect(), None);
    assert_eq!(well.held().count(), 0);

    let unknown = guard(|f| f.engine.lease = None);
    assert_eq!(unknown.effect(), Some(Effect::Hold));
    let held: Vec<String> = unknown.held().map(|held| held.because.to_string()).collect();
    insta::assert_snapshot!(held.join("\n"), @"this engine alone may write: unproven, since nobody knows whose epoch it is");

    let dead = guard(|f| empty(f, false));
    assert_eq!(dead.effect(), Some(Effect::RollBack));
    insta::assert_snapshot!(dead.goes_back().unwrap(), @"every zone of a side with weight has a healthy target: new: 0 of 4 targets are healthy");

    // No way leads to a dead side: with both dead the split stays.
    let both = guard(|f| [true, false].into_iter().for_each(|old| empty(f, old)));
    assert_eq!(both.effect(), Some(Effect::Freeze));
    let old = guard(|f| empty(f, true));
    assert_eq!(old.effect(), Some(Effect::Hold));

    let foreign = guard(drift);
    assert_eq!(foreign.effect(), Some(Effect::Freeze));
    insta::assert_snapshot!(foreign.freezes().unwrap(), @"nobody else writes to what the shift writes to: rule 10 is new 0 %, the journal says new 25 %");
}
