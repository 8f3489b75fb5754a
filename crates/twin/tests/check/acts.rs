//! Breaches by copies and jobs: 6, 8, 12, 14, 15.

use twin::check::{Cause, Effect, JobTerms, Owner, SideTerms, Terms};
use twin::script::Fault;

use crate::stage::{NEW_FLEET, NEW_JOB, NONE, OLD_FLEET, OLD_JOB, Stage, terms};

/// Another service beside the shop.
fn other(name: &str) -> Terms {
    let side = |which: &str| SideTerms {
        group: format!("{name}-{which}"),
        fleet: format!("ecs/{which}/{name}"),
        need: 2,
    };
    let rule = format!("{name}-rule");
    Terms { rule, old: side("old"), new: side("new"), jobs: Vec::new(), ..terms() }
}

#[test]
fn invariant_6_the_way_back_stays_open() {
    let mut stage = Stage::new();
    stage.cross();
    stage.observe(200);
    stage.scale(OLD_FLEET, 1);
    assert_eq!(stage.numbers(), [6]);
}

#[test]
fn invariant_8_the_author_does_not_approve() {
    let mut stage = Stage::new();
    stage.cross();
    stage.observe(130);
    stage.approve("kim");
    stage.phase("decommission");
    assert_eq!(stage.numbers(), [8]);
}

#[test]
fn invariant_8_an_approval_counts_while_the_shift_asks_for_it() {
    let mut stage = Stage::new();
    stage.cross();
    stage.observe(130);
    stage.said("lee", "approve");
    stage.phase("approve");
    stage.phase("decommission");
    assert_eq!(stage.numbers(), [8], "it came before the question");

    let mut stage = Stage::new();
    stage.cross();
    stage.observe(130);
    stage.approve("lee");
    stage.phase("drain");
    stage.phase("approve");
    stage.phase("decommission");
    assert_eq!(stage.numbers(), [8], "it was about another silence");
}

#[test]
fn invariant_8_what_somebody_else_has_just_written_cannot_be_known() {
    let removed = |secs_before: u64, stale: Option<u32>| {
        let mut stage = Stage::new();
        stage.cross();
        stage.observe(200);
        stage.phase("approve");
        if let Some(age) = stale {
            stage.checks.fault(stage.facts.now, &Fault::StaleReads { age, secs: 60 });
        }
        let half = stage.weights(50);
        stage.apply(&half, Cause::Fault);
        stage.wait(secs_before);
        stage.said("lee", "approve");
        stage.facts.last_request.insert(crate::stage::OLD.to_owned(), stage.facts.now);
        stage.phase("decommission");
        stage.numbers()
    };
    assert_eq!(removed(5, None), [0_u8; 0]);
    assert_eq!(removed(20, None), [8]);
    assert_eq!(removed(20, Some(10)), [0_u8; 0], "a read answers what was true ten seconds ago");
    assert_eq!(removed(30, Some(10)), [8]);
}

#[test]
fn invariant_8_the_old_side_is_silent_for_its_time() {
    let mut stage = Stage::new();
    stage.cross();
    stage.approve("lee");
    stage.observe(60);
    stage.phase("decommission");
    assert_eq!(stage.numbers(), [8]);
}

#[test]
fn invariant_8_the_old_side_is_kept_if_the_shift_keeps_it() {
    let mut stage = Stage::of(Terms { may_decommission: false, ..terms() });
    stage.cross();
    stage.finish();
    assert_eq!(stage.numbers(), [8]);
}

#[test]
fn invariant_8_all_weight_is_on_the_new_side() {
    let mut stage = Stage::new();
    stage.turn(10);
    stage.observe(5);
    stage.approve("lee");
    stage.phase("decommission");
    assert_eq!(stage.numbers(), [8]);
}

#[test]
fn invariant_12_the_old_side_keeps_its_copies_while_requests_come() {
    let mut stage = Stage::new();
    stage.observe(5);
    stage.scale(OLD_FLEET, 1);
    assert_eq!(stage.numbers(), [12]);

    // All weight is on the new side by the control plane, and a straggler still comes.
    let mut stage = Stage::new();
    stage.cross();
    stage.observe(130);
    stage.approve("lee");
    stage.phase("decommission");
    stage.facts.last_request.insert(crate::stage::OLD.to_owned(), stage.facts.now);
    stage.scale(OLD_FLEET, 0);
    assert_eq!(stage.numbers(), [12]);
}

#[test]
fn invariant_14_two_owners_of_a_job() {
    let mut stage = Stage::new();
    stage.job(NEW_JOB, true);
    assert_eq!(stage.numbers(), [14]);
}

#[test]
fn invariant_14_an_owner_that_still_works() {
    let mut stage = Stage::new();
    stage.job(OLD_JOB, false);
    stage.facts.jobs.insert(OLD_JOB.to_owned(), Owner { enabled: false, at_work: true });
    stage.job(NEW_JOB, true);
    assert_eq!(stage.numbers(), [14]);
}

#[test]
fn invariant_14_a_run_that_both_did() {
    let mut stage = Stage::new();
    stage.cross();
    stage.finish();
    stage.facts.overlaps = 1;
    assert_eq!(stage.end(), [14]);
}

#[test]
fn invariant_14_jobs_that_both_sides_may_run() {
    let job = JobTerms { old: OLD_JOB.to_owned(), new: NEW_JOB.to_owned(), single_owner: false };
    let mut stage = Stage::of(Terms { jobs: vec![job], ..terms() });
    stage.job(NEW_JOB, true);
    assert_eq!(stage.numbers(), NONE);
}

#[test]
fn invariant_15_no_more_services_on_their_way_than_allowed() {
    let one = |terms: Terms| Terms { blast_radius: 1, ..terms };
    let services = [("shop".to_owned(), one(terms())), ("search".to_owned(), one(other("search")))];
    let mut stage = Stage::with(services.into());
    stage.observe(5);
    stage.turn(10);
    assert_eq!(stage.numbers(), NONE);
    stage.play("search");
    stage.seq = 0;
    stage.turn(10);
    assert_eq!(stage.numbers(), [15]);
}

#[test]
fn invariant_15_connections_of_both_fleets() {
    let mut stage = Stage::new();
    stage.scale(NEW_FLEET, 4);
    assert_eq!(stage.numbers(), NONE);
    stage.scale(NEW_FLEET, 5);
    assert_eq!(stage.numbers(), [15]);
}

#[test]
fn invariant_15_connections_of_one_database_that_two_services_share() {
    let shared = |terms: Terms| Terms { database: "orders".to_owned(), ..terms };
    let services =
        [("shop".to_owned(), shared(terms())), ("search".to_owned(), shared(other("search")))];
    let mut stage = Stage::with(services.into());
    stage.scale(NEW_FLEET, 2);
    assert_eq!(stage.numbers(), [15], "2 × (2 + 2) copies of 10 are 80 of 60");
}

#[test]
fn copies_that_a_fault_takes_are_nobodys_order() {
    let mut stage = Stage::new();
    stage.observe(5);
    let effect = Effect::Replicas { fleet: OLD_FLEET.to_owned(), replicas: 0 };
    stage.apply(&effect, Cause::Fault);
    assert_eq!(stage.numbers(), NONE);
}
