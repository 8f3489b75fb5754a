//! A shift that stands still: what the person of the demo makes of it.

use std::sync::Mutex;

use live::disk::Folder;
use model::ports::{Fault, WorkloadSeen};
use serde_json::{Value, json};
use tokio::sync::watch;
use traffic::Deed;

use super::*;
use crate::demo::manifests;
use crate::serve::book::{Act, Overview};

/// A shift that stands as it is, whatever is started.
struct Still {
    shift: ShiftStatus,
    started: Mutex<Vec<String>>,
    changes: watch::Sender<u64>,
}

impl Book for Still {
    fn overview(&self) -> Overview {
        unreachable!("nobody asks")
    }

    fn shift(&self, _: &str) -> Option<ShiftStatus> {
        Some(self.shift.clone())
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    async fn activity(&self, _: usize) -> Result<Vec<Act>, Reason> {
        Ok(Vec::new())
    }

    async fn start(&self, shift: &str, by: &str) -> Result<(), Reason> {
        self.started.lock().unwrap().push(format!("{shift} by {by}"));
        Ok(())
    }

    async fn say(&self, _: &str, _: &str, what: Deed) -> Result<(), Reason> {
        unreachable!("the demo never says {what:?}")
    }

    async fn adopt(&self, _: &str, _: &str) -> Result<(), Reason> {
        unreachable!("the demo never adopts")
    }
}

/// A machine on which nothing runs.
struct Nothing;

impl Cluster for Nothing {
    async fn apply(&self, _: &[Value]) -> Result<(), Fault> {
        Ok(())
    }

    async fn workloads(&self) -> Result<Vec<WorkloadSeen>, Fault> {
        Ok(Vec::new())
    }

    async fn delete(&self, _: &str) -> Result<(), Fault> {
        Ok(())
    }
}

/// A shift of which a quarter of the requests is on the new side, for good.
fn shift(fate: &str, because: &Value) -> ShiftStatus {
    let bank = json!({
        "group": "g", "fleet": "f", "healthy": 3, "total": 3, "requests": 9, "rps": 1.0,
        "errors": 20.0, "p50": 1.0, "p95": 1.0, "p99": 1.0,
    });
    serde_json::from_value(json!({
        "name": SHIFT, "service": "lecture-api", "environment": "local", "author": AUTHOR,
        "rule": "r", "fate": fate, "phase": "stepping", "since": null, "began": null,
        "ended": null, "paused": false,
        "steps": [{ "share": BAD_AT, "standing": "now", "ticks": [1, 5], "requests": [9, 9] }],
        "weights": { "asked": BAD_AT, "stated": BAD_AT, "measured": 25.0 },
        "old": bank, "new": bank, "gates": [], "held": [], "next": null, "because": because,
        "rollBack": { "secs": 1, "nanos": 0 }, "approved": [], "probes": null, "history": [],
        "series": [],
    }))
    .unwrap()
}

/// What comes of a demo whose shift stands so.
async fn played(shift: ShiftStatus) -> (Result<Ended, Reason>, Vec<String>) {
    let dir = tempfile::tempdir().unwrap();
    let repo = Folder::new(dir.path());
    manifests::write(&repo, 300).unwrap();
    let (started, changes) = (Mutex::default(), watch::Sender::new(0));
    let book = Still { shift, started, changes };
    let (tell, _news) = Teller::new();
    let person = Person {
        book: &book,
        cluster: &Nothing,
        repo: &repo,
        fail_rate: 20,
        guard_wait: Duration::from_millis(50),
        logs: "logs".into(),
        tell: &tell,
    };
    let ended = person.play().await;
    (ended, book.started.into_inner().unwrap())
}

#[tokio::test]
async fn a_guard_that_sends_nothing_back_fails_the_demo_which_never_does_it_itself() {
    let (ended, started) = played(shift("running", &Value::Null)).await;
    let because = ended.unwrap_err();
    assert_eq!(because.code.id, "SG-L042");
    let said = because.sentence();
    assert!(said.contains("the guard to send everything back"), "{said}");
    assert!(said.contains("in the phase stepping with 25 % on the new side"), "{said}");
    assert_eq!(started, ["lecture-api-local by demo"]);
}

#[tokio::test]
async fn a_person_who_aborts_is_not_the_guard() {
    let aborted = Reason::new(&ABORTED).with("by", "ada");
    let because = serde_json::to_value(&aborted).unwrap();
    let mut back = shift("rolledBack", &because);
    back.phase = "rolledBack".to_owned();
    back.weights.stated = Some(0);
    let (ended, started) = played(back).await;
    assert_eq!(ended.unwrap(), Ended::RolledBack(aborted));
    assert_eq!(started.len(), 1);
}
