//! The checks of a crossing on the facts of the twin: what it fills proves them in a world that is
//! in order, and what goes wrong while requests move makes them act.
#![expect(clippy::unwrap_used, reason = "tests")]

mod crossing;
mod facts;

use std::collections::BTreeMap;

use traffic::preflight::{Fleet, Mechanism, Platform as Runs, Terms, Waiver};
use twin::Script;
use twin::prober::facts::NOT_MODELLED;
use twin::script::{Behaviour, Clients, Dial, Platform, PodTerms, Service, Side};

const OLD: &str = "ecs/dev/shop";
const NEW: &str = "deployment/shop/shop";

/// One service from ECS to Kubernetes, both sides in three zones, with one pod that its budget can
/// spare.
fn service(dial: Dial) -> Service {
    let old = Side {
        group: "shop-ecs".to_owned(),
        fleet: OLD.to_owned(),
        platform: Platform::Ecs,
        replicas: 3,
        behaviour: Behaviour { start_secs: 10, ..Behaviour::default() },
        ..Side::default()
    };
    let new = Side {
        group: "shop-pods".to_owned(),
        fleet: NEW.to_owned(),
        platform: Platform::Kubernetes,
        replicas: 4,
        pod: PodTerms { min_available: 3, ..PodTerms::default() },
        ..old.clone()
    };
    let clients = Clients { rps: 20.0, thinning: 0.001, ..Clients::default() };
    let (connections_per_copy, connections_max) = (5, 100);
    Service { dial, old, new, clients, connections_per_copy, connections_max, ..Service::default() }
}

fn script(service: Service) -> Script {
    let services = BTreeMap::from([("shop".to_owned(), service)]);
    Script { seed: 7, services, ..Script::default() }
}

fn waiver(check: &str, reason: &str) -> Waiver {
    let (check, reason) = (check.to_owned(), reason.to_owned());
    Waiver { check, by: "grace".to_owned(), reason, until: "2027-01-01".parse().unwrap() }
}

/// What the checks need of the shift of [`service`], where nothing is waived but what the twin
/// does not model.
fn terms(mechanism: Mechanism) -> Terms {
    Terms {
        shift: "shop".to_owned(),
        mechanism,
        old: Fleet { platform: Runs::Ecs, need: 3 },
        new: Fleet { platform: Runs::Kubernetes, need: 3 },
        steps: vec![10, 50, 100],
        step_hold_secs: 20,
        longest_request_secs: None,
        keep_old_secs: 3_600,
        single_owner: Vec::new(),
        recovery_secs: 600,
        author: "ada".to_owned(),
        waivers: NOT_MODELLED.iter().map(|(check, what)| waiver(check, what)).collect(),
    }
}
