//! The port `Cloud`, as an engine uses it.

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use model::ports::{Clock, Cloud, Epoch, Fault, Weight, WeightOrder, Weights};
use twin::script::{Behaviour, Control};
use twin::time::SECOND;
use twin::world::EngineId;
use twin::{Engine, Run, World, balancer, clients, process};

use crate::support::{account, both_sides, by_name, copy, go, percent, rate, shop, world};

/// Lets an engine do `what` in `world`, and hands over its answer and the world as it is then.
fn drive<T, F>(world: World, what: impl Fn(Engine) -> F + Send + Sync + 'static) -> (T, Run)
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let answer = Arc::new(Mutex::new(None));
    let (kept, what) = (Arc::clone(&answer), Arc::new(what));
    let mut run = Run::new(world);
    let start = move |engine: Engine| {
        let (kept, what) = (Arc::clone(&kept), Arc::clone(&what));
        Box::pin(async move {
            let told = what(engine).await;
            *kept.lock().unwrap() = Some(told);
        }) as std::pin::Pin<Box<dyn Future<Output = ()> + Send>>
    };
    run.engine(EngineId(0), Box::new(start));
    assert!(run.until(100_000 * SECOND), "the engine ends");
    let told = answer.lock().unwrap().take().unwrap();
    (told, run)
}

async fn wait(engine: &Engine, secs: u64) {
    engine.sleep_until(engine.now() + Duration::from_secs(secs)).await;
}

fn order(new: u8, was: u8, (epoch, seq): (u64, u64)) -> WeightOrder {
    let (weights, expected) = (percent(new), percent(was));
    WeightOrder { rule: "shop".to_owned(), weights, expected, epoch: Epoch(epoch), seq }
}

fn code(answer: Result<(), Fault>) -> &'static str {
    answer.map_or_else(|fault| fault.because.code.id, |()| "done")
}

#[test]
fn a_rule_shows_what_it_was_given_and_refuses_older_engines() {
    let mut world = world(1, &shop(rate(10.0)));
    both_sides(&mut world);
    let (told, _) = drive(world, |engine| async move {
        let mut told = Vec::new();
        told.push(code(engine.set_weights(&order(10, 0, (2, 1))).await));
        let seen = engine.rule("shop").await.unwrap();
        assert_eq!((seen.weights, seen.epoch, seen.settled), (percent(10), Epoch(2), true));
        told.push(code(engine.set_weights(&order(0, 10, (1, 7))).await));
        told.push(code(engine.set_weights(&order(90, 77, (2, 2))).await));
        assert_eq!(engine.rule("shop").await.unwrap().weights, percent(90), "nothing is compared");
        told
    });
    assert_eq!(told, ["done", "SG-R003", "done"]);
}

#[test]
fn a_rule_without_fence_obeys_anybody() {
    let mut world = world(2, &shop(rate(10.0)));
    clients::control(&mut world, &Control { fenced_rules: false, ..Control::default() });
    let (told, _) = drive(world, |engine| async move {
        let first = code(engine.set_weights(&order(10, 0, (2, 1))).await);
        (first, code(engine.set_weights(&order(0, 10, (1, 1))).await))
    });
    assert_eq!(told, ("done", "done"));
}

#[test]
fn records_are_compared_and_swapped_and_settle_later() {
    let mut world = world(3, &by_name(60, false, rate(10.0)));
    both_sides(&mut world);
    let (told, _) = drive(world, |engine| async move {
        let mut told = Vec::new();
        told.push(code(engine.set_weights(&order(10, 5, (1, 1))).await));
        assert_eq!(engine.rule("shop").await.unwrap().weights, percent(0), "refused as a whole");
        told.push(code(engine.set_weights(&order(10, 0, (1, 2))).await));
        let seen = engine.rule("shop").await.unwrap();
        assert_eq!((seen.weights, seen.settled), (percent(10), false), "PENDING");
        // The same once more, as a repeated call would send it.
        told.push(code(engine.set_weights(&order(10, 0, (1, 2))).await));
        told.push(code(engine.set_weights(&order(20, 10, (0, 9))).await));
        let mut secs = 0;
        while !engine.rule("shop").await.unwrap().settled {
            wait(&engine, 1).await;
            secs += 1;
            assert!(secs < 60, "INSYNC in the end");
        }
        told
    });
    assert_eq!(told, ["SG-R010", "done", "SG-R010", "SG-R003"]);
}

#[test]
fn an_action_names_five_groups_of_its_balancer_at_most() {
    let mut world = world(4, &shop(rate(10.0)));
    for number in 0..6 {
        let settings = twin::script::TargetGroup::default();
        assert!(balancer::add_group(&mut world, &format!("g{number}"), "alb", &settings));
        assert!(balancer::add_group(&mut world, &format!("far{number}"), "other", &settings));
    }
    let to = |names: &[&str]| {
        let share = 100 / u8::try_from(names.len()).unwrap();
        let mut weights: std::collections::BTreeMap<String, Weight> =
            names.iter().map(|name| ((*name).to_owned(), Weight::new(share).unwrap())).collect();
        let rest = 100 - share * u8::try_from(names.len() - 1).unwrap();
        weights.insert(names[0].to_owned(), Weight::new(rest).unwrap());
        let weights = Weights::new(weights).unwrap();
        WeightOrder { weights, ..order(0, 0, (1, 1)) }
    };
    let orders = [
        to(&["g0", "g1", "g2", "g3", "g4"]),
        to(&["g0", "g1", "g2", "g3", "g4", "g5"]),
        to(&["g0", "far1"]),
        to(&["g0", "nowhere"]),
        WeightOrder { rule: "none".to_owned(), ..order(0, 0, (1, 1)) },
    ];
    let (told, _) = drive(world, move |engine| {
        let orders = orders.clone();
        async move {
            let mut told = Vec::new();
            for order in &orders {
                told.push(code(engine.set_weights(order).await));
            }
            told
        }
    });
    assert_eq!(told, ["done", "SG-L013", "SG-R011", "SG-L012", "SG-L012"]);
}

#[test]
fn targets_come_and_go_by_their_address() {
    let mut world = world(5, &shop(rate(10.0)));
    both_sides(&mut world);
    let more = process::start(&mut world, "fleet/new", &Behaviour::default(), 2, 0);
    let address = process::address(&world, more).unwrap();
    let ((), run) = drive(world, move |engine| async move {
        engine.register("new", address).await.unwrap();
        assert_eq!(engine.group("new").await.unwrap().total, 3);
        while engine.group("new").await.unwrap().healthy < 3 {
            wait(&engine, 1).await;
        }
        engine.deregister("new", address).await.unwrap();
        let seen = engine.group("new").await.unwrap();
        assert_eq!((seen.healthy, seen.total), (2, 2), "a leaving target counts no more");
        let nobody = "10.0.9.9:8080".parse().unwrap();
        assert_eq!(code(engine.register("new", nobody).await), "SG-L012");
        assert_eq!(code(engine.register("nowhere", address).await), "SG-L012");
        assert_eq!(engine.group("nowhere").await.unwrap_err().because.code.id, "SG-L012");
    });
    assert!(run.world().balancers.group("new").unwrap().target(more).is_some(), "draining");
}

#[test]
fn a_group_shows_its_health_zones_counts_and_times() {
    let mut world = world(6, &shop(rate(100.0)));
    let slow = Behaviour { wait_ms: 700.0, ..Behaviour::default() };
    let copies = [0; 3].map(|_| copy(&mut world, "old", &slow));
    go(&mut world, 100);
    process::kill(&mut world, copies[0], "killed: by the test");
    go(&mut world, 160);
    let (seen, run) = drive(world, |engine| async move { engine.group("old").await.unwrap() });
    assert_eq!((seen.healthy, seen.total, seen.zones), (2, 3, 2));
    assert_eq!(seen.latency.total(), seen.counts.answered + seen.counts.failed);
    let under_way = seen.counts.chosen - seen.counts.ended();
    assert!((20..=120).contains(&under_way), "what has no end is not counted: {under_way}");
    assert!(seen.counts.refused > 0);
    let account = account(&mut run.world());
    assert!(account.sent >= seen.counts.chosen);
}
