//! The edges that were found, against those that the generator of the estate planted.

use std::collections::BTreeSet;

use migrate::waves::{Order, Relation, ThingKind, service_id};
use xtask::estate::arn::database_host;
use xtask::estate::catalog::{Env, Store};
use xtask::estate::cell::{Cell, cells};
use xtask::estate::dice::Dice;

use super::ESTATE;

type Pairs = BTreeSet<(String, String)>;

fn all() -> Vec<Cell> {
    cells(Dice::new(xtask::estate::SEED))
}

fn id(cell: &Cell) -> String {
    service_id(cell.service.name, cell.env.word())
}

/// Calls of the catalogue, each within its environment.
fn planted_calls() -> Pairs {
    let of = |cell: &Cell| {
        let callees = cell.service.calls.iter();
        let env = cell.env.word();
        callees.map(|callee| (id(cell), service_id(callee, env))).collect::<Vec<_>>()
    };
    all().iter().flat_map(of).collect()
}

/// Stores of the catalogue, with the two that leak into another environment.
fn planted_stores() -> Pairs {
    let mut out = Pairs::new();
    for cell in all() {
        for store in cell.service.stores {
            // What a host of a database or a URL of a queue begins with is its name.
            let env = match (cell.service.name, cell.env, store) {
                ("video-transcoder", Env::Stag, Store::Postgres)
                | ("notification-worker", Env::Dev, Store::Queue) => Env::Prod,
                _ => cell.env,
            };
            let (name, word) = (cell.service.name, env.word());
            let to = match store {
                Store::Postgres => {
                    let host = database_host(name, env);
                    format!("database/{}", host.split('.').next().unwrap())
                }
                Store::Redis => format!("cache/{word}-shared-redis"),
                Store::Queue => format!("queue/{word}-{name}-jobs"),
                Store::Bucket => format!("bucket/haedal-{word}-{name}"),
            };
            out.insert((id(&cell), to));
        }
    }
    out
}

fn found(order: &Order, relation: Relation, kinds: &[ThingKind]) -> Pairs {
    let wanted: BTreeSet<&str> = order
        .things
        .iter()
        .filter(|thing| kinds.contains(&thing.kind) && !thing.name.ends_with("-config"))
        .map(|thing| thing.id.as_str())
        .collect();
    let edges = order.edges.iter().filter(|edge| edge.relation == relation);
    edges
        .filter(|edge| wanted.contains(edge.to.as_str()))
        .map(|edge| (edge.from.clone(), edge.to.clone()))
        .collect()
}

/// Percent of `of` that is in `also`.
fn share(of: &Pairs, also: &Pairs) -> usize {
    of.intersection(also).count() * 100 / of.len().max(1)
}

#[test]
fn calls_are_those_of_the_catalogue() {
    let (found, planted) =
        (found(&ESTATE.plan.order, Relation::Calls, &[ThingKind::Service]), planted_calls());
    println!("calls: {} found, {} planted", found.len(), planted.len());
    assert!(planted.len() >= 30, "the estate lost its calls: {}", planted.len());
    let wrong: Vec<_> = found.difference(&planted).collect();
    let missed: Vec<_> = planted.difference(&found).collect();
    assert!(share(&found, &planted) >= 95, "wrong: {wrong:?}");
    assert!(share(&planted, &found) >= 95, "missed: {missed:?}");
}

#[test]
fn stores_are_those_of_the_catalogue() {
    let kinds = [ThingKind::Database, ThingKind::Cache, ThingKind::Queue, ThingKind::Bucket];
    let (found, planted) = (found(&ESTATE.plan.order, Relation::Uses, &kinds), planted_stores());
    println!("stores: {} found, {} planted", found.len(), planted.len());
    assert!(planted.len() >= 60, "the estate lost its stores: {}", planted.len());
    let wrong: Vec<_> = found.difference(&planted).collect();
    let missed: Vec<_> = planted.difference(&found).collect();
    assert!(share(&found, &planted) >= 95, "wrong: {wrong:?}");
    assert!(share(&planted, &found) >= 95, "missed: {missed:?}");
}

#[test]
fn edges_into_other_environments_are_the_planted_leaks() {
    let order = &ESTATE.plan.order;
    let used = order.edges.iter().filter(|edge| edge.relation != Relation::May);
    let found: BTreeSet<(&str, &str)> = used
        .filter(|edge| edge.foreign.is_some())
        .map(|edge| (edge.from.as_str(), edge.to.as_str()))
        .collect();
    let planted = BTreeSet::from([
        ("service/dev/notification-worker", "queue/prod-notification-worker-jobs"),
        ("service/prod/payments", "secret/dev/payments/pg-api-key"),
        ("service/stag/video-transcoder", "database/prod-video-transcoder-db"),
    ]);
    assert_eq!(found, planted);
    let allowed = order.edges.iter().filter(|edge| edge.relation == Relation::May);
    let doors: BTreeSet<&str> =
        allowed.filter(|edge| edge.foreign.is_some()).map(|edge| edge.to.as_str()).collect();
    assert_eq!(
        doors,
        BTreeSet::from(["bucket/haedal-prod-video-transcoder", "group/prod-aurora-sg"])
    );
}

#[test]
fn every_edge_has_words_at_a_place_that_is_there() {
    let files = xtask::estate::generate(xtask::estate::SEED).unwrap();
    for edge in &ESTATE.plan.order.edges {
        assert!(!edge.evidence.is_empty(), "{} → {}", edge.from, edge.to);
        for said in &edge.evidence {
            let text = files.get(&said.place.file).unwrap();
            let value: serde_json::Value = serde_json::from_str(text).unwrap();
            assert!(value.pointer(&said.place.pointer).is_some(), "{:?}", said.place);
            assert!(!said.words.is_empty(), "{} → {}", edge.from, edge.to);
        }
    }
}

#[test]
fn no_planted_secret_is_in_the_order() {
    let text = serde_json::to_string(&ESTATE.plan.order).unwrap();
    for secret in xtask::estate::planted::PLANTED_SECRETS {
        assert!(!text.contains(secret), "{secret}");
    }
    assert!(text.contains("relay-prod.haedal.internal"), "the host beside the password is told");
}

#[test]
fn the_order_survives_its_document() {
    let text = &ESTATE.files["plan/plan.json"].text;
    let plan: migrate::plan::MigrationPlan = serde_json::from_str(text).unwrap();
    assert_eq!(plan.order, ESTATE.plan.order);
}
