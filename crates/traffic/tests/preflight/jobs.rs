//! Z18, Z19.

use std::collections::BTreeMap;

use model::facts::jobs::{Queue, Schedule};
use model::facts::{Facts, Side};

use super::{AS_IT_IS, BEFORE, STEP, When, check, known, value};

fn nightly(f: &mut Facts, change: fn(&mut Schedule)) {
    change(value(&mut f.jobs.schedules).get_mut("nightly").unwrap());
}

fn mail(f: &mut Facts, change: fn(&mut Queue)) {
    change(value(&mut f.jobs.queues).get_mut("mail").unwrap());
}

#[test]
fn z18_a_schedule_has_one_owner() {
    for when in [BEFORE, STEP] {
        check(when, "Z18", "passed", AS_IT_IS);
        check(when, "Z18", "failed", &|f, _| {
            nightly(f, |it| {
                it.enabled.insert(Side::New);
            });
        });
        check(when, "Z18", "failed", &|f, _| nightly(f, |it| it.enabled.clear()));
        check(when, "Z18", "unproven", &|f, _| f.jobs.schedules = None);
    }
    // Nobody owns it while it changes hands; two never may.
    let hand_over = |when: When, expected, owners: &'static [Side]| {
        check(when, "Z18", expected, &|f, _| {
            let it = value(&mut f.jobs.schedules).get_mut("nightly").unwrap();
            (it.in_hand_over, it.enabled) = (true, owners.iter().copied().collect());
        });
    };
    hand_over(STEP, "passed", &[]);
    hand_over(STEP, "failed", &[Side::Old, Side::New]);
    hand_over(BEFORE, "failed", &[]);
    check(BEFORE, "Z18", "failed", &|f, _| nightly(f, |it| it.fenced = false));
    check(BEFORE, "Z18", "failed", &|f, _| nightly(f, |it| it.missed_runs_once = false));
    // The shift names a job that nobody has found.
    check(BEFORE, "Z18", "unproven", &|_, t| t.single_owner.push("weekly".to_owned()));
    check(BEFORE, "Z18", "not applicable", &|f, t| {
        t.single_owner.clear();
        f.jobs.schedules = known(BTreeMap::new());
    });
    check(BEFORE, "Z18", "unproven", &|f, _| f.jobs.schedules = known(BTreeMap::new()));
    // It may be a worker of a queue, and nobody has looked there.
    check(BEFORE, "Z18", "unproven", &|f, _| {
        (f.jobs.schedules, f.jobs.queues) = (known(BTreeMap::new()), None);
    });
    check(STEP, "Z18", "not applicable", &|f, _| f.jobs.schedules = known(BTreeMap::new()));
}

#[test]
fn z19_two_workers_do_no_harm() {
    check(BEFORE, "Z19", "passed", AS_IT_IS);
    check(BEFORE, "Z19", "failed", &|f, _| mail(f, |it| it.idempotent = false));
    check(BEFORE, "Z19", "failed", &|f, _| mail(f, |it| it.duplicate_test = Some(false)));
    check(BEFORE, "Z19", "unproven", &|f, _| mail(f, |it| it.duplicate_test = None));
    check(BEFORE, "Z19", "passed", &|f, t| {
        mail(f, |it| it.idempotent = false);
        t.single_owner.push("mail".to_owned());
    });
    check(BEFORE, "Z19", "failed", &|f, _| mail(f, |it| it.sides.new.visibility_secs = 31));
    check(BEFORE, "Z19", "failed", &|f, _| mail(f, |it| it.sides.new.dead_letters.clear()));
    check(BEFORE, "Z19", "unproven", &|f, _| f.jobs.queues = None);
    check(BEFORE, "Z19", "not applicable", &|f, _| f.jobs.queues = known(BTreeMap::new()));
}
