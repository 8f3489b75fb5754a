//! What the twin knows of a world that is in order, and what it does not.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use model::facts::Facts;
use model::ports::{
    Clock as _, Cloud as _, DrillOrder, Epoch, Journal as _, Prober as _, Weight, WeightOrder,
    Weights,
};
use traffic::preflight::verdict::{Checked, Verdict};
use traffic::preflight::{self, Mechanism, Moment, Terms};
use twin::prober::facts::NOT_MODELLED;
use twin::script::Dial;
use twin::time::SECOND;
use twin::world::EngineId;
use twin::{Engine, Run, World};

use crate::{script, service, terms};

const RULE: &str = "shop.example";

/// What was known, before the start (`None`) or at a moment of the steps.
type Looks = Arc<Mutex<Vec<(Option<Moment>, Facts, Timestamp)>>>;

/// Asks every five seconds for so long, as an engine does, and keeps the last answer.
async fn ask(engine: &Engine, secs: i64, looks: &Looks, moments: &[Option<Moment>]) {
    let end = engine.now() + SignedDuration::from_secs(secs);
    let mut facts = engine.facts("shop").await.unwrap();
    while engine.now() < end {
        engine.sleep_until(engine.now() + SignedDuration::from_secs(5)).await;
        facts = engine.facts("shop").await.unwrap();
    }
    let looked = moments.iter().map(|moment| (*moment, facts.clone(), engine.now()));
    looks.lock().unwrap().extend(looked);
}

async fn turn(engine: &Engine, seq: u64, (from, to): (u8, u8)) {
    let weights = |share| Weights::between("shop-ecs", "shop-pods", Weight::new(share).unwrap());
    let rule = RULE.to_owned();
    let (weights, expected, epoch) = (weights(to), weights(from), Epoch(1));
    engine.set_weights(&WeightOrder { rule, weights, expected, epoch, seq }).await.unwrap();
}

/// A whole crossing without a planner: drills, a tenth, everything, and a week of silence.
async fn cross(engine: Engine, looks: Looks) {
    engine.take("shift/shop").await.unwrap();
    let drill = DrillOrder { shift: "shop".to_owned(), epoch: Epoch(1), seq: 1 };
    engine.drill(&drill).await.unwrap();
    let first = Moment::Step { from: 0, to: 10 };
    ask(&engine, 180, &looks, &[None, Some(first)]).await;
    turn(&engine, 2, (0, 10)).await;
    let at_ten = [Moment::Watch { weight: 10 }, Moment::Step { from: 10, to: 100 }];
    ask(&engine, 600, &looks, &at_ten.map(Some)).await;
    turn(&engine, 3, (10, 100)).await;
    ask(&engine, 60, &looks, &[Some(Moment::Watch { weight: 100 })]).await;
    engine.sleep_until(engine.now() + SignedDuration::from_hours(8 * 24)).await;
    ask(&engine, 60, &looks, &[Moment::ScaleDown, Moment::Decommission].map(Some)).await;
}

/// Every check of a healthy world, each time that it was made.
fn checked(dial: Dial, mechanism: Mechanism) -> Vec<(Option<Moment>, Checked)> {
    let mut run = Run::new(World::build(&script(service(dial))).unwrap());
    let looks = Looks::default();
    let kept = Arc::clone(&looks);
    run.engine(EngineId(0), Box::new(move |engine| Box::pin(cross(engine, Arc::clone(&kept)))));
    assert!(run.until(9 * 24 * 3_600 * SECOND), "it has ended");
    let terms = Terms { waivers: Vec::new(), ..terms(mechanism) };
    let looks = looks.lock().unwrap();
    let judge = |(moment, facts, now): &(Option<Moment>, Facts, Timestamp)| {
        let checks = match *moment {
            None => preflight::check(facts, &terms, *now).checks,
            Some(moment) => preflight::runtime(facts, &terms, moment, *now).checks,
        };
        let moment = *moment;
        checks.into_iter().map(move |checked| (moment, checked)).collect::<Vec<_>>()
    };
    assert_eq!(looks.len(), 7);
    looks.iter().flat_map(judge).collect()
}

#[test]
fn in_a_healthy_world_every_check_is_proven_or_named_as_not_modelled() {
    let names = Dial::Records { rule: RULE.to_owned(), ttl: 60, evaluate_target_health: false };
    let rule = Dial::Rule { rule: RULE.to_owned(), balancer: "balancer".to_owned() };
    let worlds = [(rule, Mechanism::SameAlb), (names, Mechanism::Route53)];
    let mut unproven = BTreeSet::new();
    for (dial, mechanism) in worlds {
        for (moment, checked) in checked(dial, mechanism) {
            let (id, evidence) = (checked.id.to_string(), checked.evidence.sentence());
            match checked.verdict {
                Verdict::Passed | Verdict::NotApplicable { .. } => {}
                Verdict::Unproven => {
                    let listed = NOT_MODELLED.iter().any(|(check, _)| *check == id);
                    assert!(listed, "{mechanism:?} {moment:?} {id}: {evidence}");
                    unproven.insert(id);
                }
                Verdict::Failed | Verdict::Waived { .. } => {
                    panic!("{mechanism:?} {moment:?} {id}: {evidence}")
                }
            }
        }
    }
    // What is on the list and can be proven all the same has to leave it.
    let listed: BTreeSet<String> =
        NOT_MODELLED.iter().map(|(check, _)| (*check).to_owned()).collect();
    assert_eq!(unproven, listed);
    assert!(NOT_MODELLED.iter().all(|(_, what)| !what.is_empty()));
}

/// What the checks of the steps say of a world in which something has just gone wrong.
#[test]
fn a_write_and_an_epoch_of_somebody_else_are_known() {
    let rule = Dial::Rule { rule: RULE.to_owned(), balancer: "balancer".to_owned() };
    let mut world = World::build(&script(service(rule))).unwrap();
    let run_for = |world: &mut World, secs: u64| world.pass_to(world.now() + secs * SECOND);
    let facts = |world: &mut World| {
        run_for(world, 60);
        twin::prober::facts::of(world, "shop").unwrap()
    };
    let quiet = facts(&mut world);
    assert!(quiet.owners.drift.unwrap().value.is_empty());
    assert!(quiet.engine.lease.is_none(), "nobody has taken an epoch");
    let tenth = Weights::between("shop-ecs", "shop-pods", Weight::new(10).unwrap());
    twin::balancer::write_rule(&mut world, RULE, &tenth);
    let written = facts(&mut world).owners.drift.unwrap().value;
    assert_eq!(written.len(), 1);
    assert!(written[0].live.contains("10") && written[0].resource == RULE, "{written:?}");
}
