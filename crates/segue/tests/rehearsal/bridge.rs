//! A bridge: weights on the old balancer first, then the names move to a new one that reaches the
//! same copies. Two shifts, of which the second cannot do without the first.

use std::collections::BTreeMap;
use std::time::Duration;

use segue::rehearse::{Played, Rehearsal};
use traffic::goal::{Copies, Dial, Limits};
use traffic::{Goal, Hold, Steps};
use twin::Script;
use twin::check::Ending;
use twin::script::{Clients, Deed, Fault, Names, Platform, Service, Side, TimedFault, When};

use super::hold;

fn shop() -> Rehearsal {
    let side = |group: &str, fleet: &str, platform, replicas| Side {
        group: group.to_owned(),
        fleet: fleet.to_owned(),
        platform,
        replicas,
        ..Side::default()
    };
    let (old, new) = ("ecs/dev/shop", "deployment/shop/shop");
    let service = Service {
        old: side("shop-old", old, Platform::Ecs, 3),
        new: side("shop-new", new, Platform::Kubernetes, 0),
        names: Some(Names {
            rule: "shop.example".to_owned(),
            ttl: 60,
            evaluate_target_health: false,
            group: "shop-front".to_owned(),
        }),
        clients: Clients { rps: 20.0, resolvers: vec![1.0; 40], ..Clients::default() },
        ..Service::default()
    };
    let common = Goal {
        author: "ada".to_owned(),
        steps: Steps::new(&[10, 50, 100]).unwrap(),
        hold: Hold { tick: Duration::from_secs(5), ticks: 4, requests_min: 20 },
        limits: Limits { shift: Duration::from_hours(2), ..Limits::default() },
        ..Goal::weights_only("shop", "rule", ("shop-old", "shop-new"))
    };
    let weights = Goal {
        dial: Dial { settle: Duration::from_secs(20), ..Dial::default() },
        copies: Some(Copies { old: old.to_owned(), new: new.to_owned(), old_need: 3, new_need: 3 }),
        ..common.clone()
    };
    let names = Goal {
        shift: "shop-names".to_owned(),
        rule: "shop.example".to_owned(),
        old: "shop-new".to_owned(),
        new: "shop-front".to_owned(),
        dial: Dial { settle: Duration::from_mins(2), clients: 0.025, ..Dial::default() },
        requires: vec!["shop".to_owned()],
        ..common
    };
    let services = BTreeMap::from([("shop".to_owned(), service)]);
    let script = Script { seed: 3, services, ..Script::default() };
    let goals = BTreeMap::from([("shop".to_owned(), weights), ("shop-names".to_owned(), names)]);
    Rehearsal::new(script, goals, 4 * 3_600)
}

fn ended(played: &Played, shift: &str) -> Option<Ending> {
    played.outcome.services[shift].ended
}

#[test]
fn the_names_follow_the_weights_and_nothing_is_lost() {
    let played = hold(&shop(), "bridge");
    assert_eq!(played.outcome.lost(), 0);
    for shift in ["shop", "shop-names"] {
        assert_eq!(ended(&played, shift), Some(Ending::Done), "{shift}");
    }
    let ends = |shift: &str| played.outcome.services[shift].ended_at.unwrap();
    assert!(ends("shop") < ends("shop-names"));
    let states = &played.states;
    assert!(states["shop-names"].began_at >= states["shop"].since, "not before it is across");
    let shop = &played.outcome.services["shop"];
    assert!(shop.answered.old > 0 && shop.answered.new > shop.answered.old, "{shop:?}");
}

#[test]
fn a_side_that_fails_at_the_new_balancer_takes_the_names_back() {
    let mut rehearsal = shop();
    let bad = Fault::BadRelease {
        service: "shop".to_owned(),
        error_rate: 0.3,
        slow_factor: 1.0,
        out_of_memory_secs: 0,
    };
    let calm = hold(&shop(), "calm");
    let at = (calm.outcome.services["shop"].ended_at.unwrap() / 1_000_000 + 300) * 1_000;
    rehearsal.script.faults = vec![TimedFault { at: When::Millis(at), fault: bad }];
    let played = hold(&rehearsal, "bad release while the names move");
    assert_eq!(ended(&played, "shop"), Some(Ending::Done));
    assert_eq!(ended(&played, "shop-names"), Some(Ending::RolledBack));
}

#[test]
fn names_never_move_where_the_weights_went_back() {
    let mut rehearsal = shop();
    rehearsal.script.people = vec![Deed {
        at_millis: 100_000,
        by: "grace".to_owned(),
        service: "shop".to_owned(),
        what: "abort".to_owned(),
    }];
    let played = hold(&rehearsal, "weights aborted");
    assert_eq!(ended(&played, "shop"), Some(Ending::RolledBack));
    assert_eq!(ended(&played, "shop-names"), Some(Ending::RolledBack));
    assert_eq!(played.states["shop-names"].share, model::ports::Weight::NONE);
}

#[test]
fn equal_copies_behind_both_balancers_survive_the_loss_of_one() {
    let mut rehearsal = shop();
    let fleet = "deployment/shop/shop".to_owned();
    let calm = hold(&shop(), "calm");
    let at = (calm.outcome.services["shop"].ended_at.unwrap() / 1_000_000 + 200) * 1_000;
    let kill = Fault::KillCopies { fleet, count: 1 };
    rehearsal.script.faults = vec![TimedFault { at: When::Millis(at), fault: kill }];
    let played = hold(&rehearsal, "a pod is killed while the names move");
    let lost = &played.outcome.services["shop"].lost;
    assert!(lost.iter().all(|lost| lost.origin.starts_with("fault")), "{lost:?}");
}
