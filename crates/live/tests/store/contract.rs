//! What every store does, whatever database is under it.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use live::store::{RuleOrdered, Run, StoredAct, StoredSample};
use live::{Database, Store};
use model::code::live as code;
use model::ports::{Epoch, Journal as _, Record, Weight, WeightOrder, Weights};
use serde_json::json;

/// How many engines write against each other.
const ENGINES: u64 = 4;

/// All of it, on a database that is empty.
pub(crate) async fn keeps_its_word(database: &Database) {
    let store = Store::open(database).await.unwrap();
    records_come_back_as_they_were(&store).await;
    an_older_engine_is_refused(&store).await;
    engines_that_race_never_write_after_a_successor(database).await;
    leases_change_hands(&store).await;
    rules_and_runs_are_the_last_ones(&store).await;
    samples_and_acts(&store).await;
    store.close().await;
    reopened(database).await;
}

pub(crate) fn at(second: i64) -> Timestamp {
    // With nanoseconds: nothing may be rounded on the way.
    Timestamp::new(1_800_000_000 + second, 123_456_789).unwrap()
}

pub(crate) fn record(subject: &str, epoch: u64, number: i64) -> Record {
    let body = json!({"entry": "beat", "number": number, "share": 0.1, "said": "ö — 한글 'x'"});
    Record { at: at(number), subject: subject.to_owned(), epoch: Epoch(epoch), body }
}

async fn records_come_back_as_they_were(store: &Store) {
    let written: Vec<Record> = (0..20).map(|number| record("shift/shop", 1, number)).collect();
    assert_eq!(store.take("shift/shop").await.unwrap(), Epoch(1));
    for one in &written {
        store.append(one).await.unwrap();
    }
    store.append(&record("shift/cart", 1, 99)).await.unwrap();
    assert_eq!(store.read("shift/shop").await.unwrap(), written);
    assert_eq!(store.read("shift/cart").await.unwrap().len(), 1);
    assert!(store.read("shift/none").await.unwrap().is_empty());
}

async fn an_older_engine_is_refused(store: &Store) {
    assert_eq!(store.take("shift/shop").await.unwrap(), Epoch(2));
    let before = store.read("shift/shop").await.unwrap();
    let fault = store.append(&record("shift/shop", 1, 30)).await.unwrap_err();
    assert_eq!(fault.because.code.id, code::FENCED.id, "{fault}");
    assert_eq!(store.read("shift/shop").await.unwrap(), before, "nothing of it is there");
    store.append(&record("shift/shop", 2, 31)).await.unwrap();
    assert_eq!(store.take("shift/shop").await.unwrap(), Epoch(3), "each start takes another");
}

/// Engines that take the next epoch and write, all at once, each with connections of its own. What
/// each reads after it has taken its epoch is the whole past: no older record may come later.
async fn engines_that_race_never_write_after_a_successor(database: &Database) {
    let mut engines = tokio::task::JoinSet::new();
    for engine in 0..ENGINES {
        let database = database.clone();
        engines.spawn(async move {
            let store = Store::open(&database).await.unwrap();
            for round in 0..8 {
                let epoch = store.take("shift/race").await.unwrap();
                let past = store.read("shift/race").await.unwrap();
                for number in 0..3 {
                    let mut own = record("shift/race", epoch.0, i64::from(round * 10 + number));
                    own.body = json!({"entry": "x", "engine": engine, "past": past.len()});
                    if let Err(fault) = store.append(&own).await {
                        assert_eq!(fault.because.code.id, code::FENCED.id, "{fault}");
                        break;
                    }
                }
            }
            store.close().await;
        });
    }
    while let Some(ended) = engines.join_next().await {
        ended.unwrap();
    }
    let store = Store::open(database).await.unwrap();
    let all = store.read("shift/race").await.unwrap();
    assert!(all.is_sorted_by_key(|record| record.epoch), "{all:?}");
    for (position, one) in all.iter().enumerate() {
        let first = all.iter().position(|other| other.epoch == one.epoch).unwrap();
        let known = one.body["past"].as_u64().unwrap();
        assert_eq!(known, first as u64, "record {position}: it did not see the whole past");
    }
    let rounds = ENGINES * 8;
    assert_eq!(store.take("shift/race").await.unwrap(), Epoch(rounds + 1), "no epoch twice");
    store.close().await;
}

async fn leases_change_hands(store: &Store) {
    let length = Duration::from_secs(15);
    let mut first = store.lease("traffic", "one", at(0), length).await.unwrap();
    let refused = store.lease("traffic", "two", at(10), length).await.unwrap_err().reason();
    assert!(refused.sentence().contains("is played by one until"), "{refused}");
    store.renew(&mut first, at(10), length).await.unwrap();
    assert_eq!(first.until, at(25));
    assert!(store.lease("traffic", "two", at(20), length).await.is_err(), "it was renewed");
    let again = store.lease("traffic", "one", at(20), length).await.unwrap();
    assert_eq!(again.epoch, first.epoch, "one's own");
    let second = store.lease("traffic", "two", at(36), length).await.unwrap();
    assert_eq!(second.epoch, first.epoch + 1);
    assert!(store.renew(&mut first, at(37), length).await.is_err(), "it came too late");
    store.release(&first).await.unwrap();
    assert!(store.lease("traffic", "one", at(38), length).await.is_err(), "not his to give");
    store.release(&second).await.unwrap();
    store.lease("traffic", "one", at(39), length).await.unwrap();
}

async fn rules_and_runs_are_the_last_ones(store: &Store) {
    let share = |percent| Weights::between("old", "new", Weight::new(percent).unwrap());
    let order = |rule: &str, percent, seq| WeightOrder {
        rule: rule.to_owned(),
        weights: share(percent),
        expected: share(0),
        epoch: Epoch(4),
        seq,
    };
    for (rule, percent, seq) in [("b", 10, 1), ("a", 1, 1), ("b", 50, 2)] {
        store.ordered(&order(rule, percent, seq)).await.unwrap();
    }
    let expected = |rule: &str, percent, seq| RuleOrdered {
        rule: rule.to_owned(),
        weights: share(percent),
        epoch: Epoch(4),
        seq,
    };
    assert_eq!(store.rules().await.unwrap(), [expected("a", 1, 1), expected("b", 50, 2)]);
    let run = |by: &str, second| Run {
        subject: "shift/shop".to_owned(),
        goal: json!({"steps": [1, 100]}),
        by: by.to_owned(),
        at: at(second),
    };
    store.start(&run("ada", 1)).await.unwrap();
    store.start(&run("grace", 2)).await.unwrap();
    assert_eq!(store.runs().await.unwrap(), [run("grace", 2)]);
}

async fn samples_and_acts(store: &Store) {
    let sample = |at| StoredSample {
        subject: "shift/shop".to_owned(),
        at,
        body: format!("{{\"at\":{at}}}"),
    };
    store.sampled(&[sample(3), sample(1), sample(2)], &[]).await.unwrap();
    let dropped = ("shift/shop".to_owned(), 2);
    store.sampled(&[sample(4), sample(3)], &[dropped]).await.unwrap();
    assert_eq!(store.samples("shift/shop").await.unwrap(), [sample(1), sample(3), sample(4)]);
    assert!(store.samples("shift/cart").await.unwrap().is_empty());
    let act = |number: i64| StoredAct {
        at: at(number),
        by: "ada".to_owned(),
        subject: "shift/shop".to_owned(),
        what: format!("act {number}"),
        because: String::new(),
    };
    for number in 0..5 {
        store.act(&act(number)).await.unwrap();
    }
    assert_eq!(store.acts(2).await.unwrap(), [act(4), act(3)]);
    let mut said = record("shift/shop", 3, 500);
    said.body = json!({"entry": "said", "by": "ada", "what": "pause"});
    store.append(&said).await.unwrap();
    let latest = store.latest(1).await.unwrap();
    assert_eq!(latest, [said], "beats are nothing that a person would hear of");
}

async fn reopened(database: &Database) {
    let before = at(0) - SignedDuration::from_secs(1);
    let store = Store::open(database).await.unwrap();
    assert_eq!(store.read("shift/shop").await.unwrap().len(), 22);
    assert!(store.runs().await.unwrap().iter().all(|run| run.at > before));
    store.close().await;
}

/// A store as the first version made it is brought up to this one, with all that is in it.
pub(crate) async fn migrates(database: &Database) {
    let first = Store::open_at(database, 1).await.unwrap();
    let written: Vec<Record> = (0..3).map(|number| record("shift/shop", 1, number)).collect();
    for one in &written {
        first.append(one).await.unwrap();
    }
    assert!(first.runs().await.is_err(), "the first version knew no runs");
    first.close().await;
    let store = Store::open(database).await.unwrap();
    assert_eq!(store.read("shift/shop").await.unwrap(), written);
    assert!(store.runs().await.unwrap().is_empty());
    assert_eq!(store.take("shift/shop").await.unwrap(), Epoch(2), "its epochs count on");
    store.close().await;
    // A program of the first version refuses what the present one has written.
    let refused = Store::open_at(database, 1).await.unwrap_err().reason();
    assert_eq!(refused.code.id, model::code::store::STORE_NEWER.id, "{refused}");
}
