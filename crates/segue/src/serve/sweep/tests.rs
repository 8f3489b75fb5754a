//! The loop against an account in memory: refusals, a login that ends, an interruption.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;

use migrate::input::snapshot::Why;
use migrate::sweep::{Ask, Place, Sweep};
use model::Reason;
use model::code::aws as code;
use model::ports::{Aws, Call, Fault};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::{Listener, Progress, Stopped, run};

/// Ten clusters with a service each. From the call `ends_at` on the login is over.
struct Account {
    calls: Mutex<Vec<Call>>,
    ends_at: usize,
    denied: &'static str,
}

impl Account {
    fn new(ends_at: usize, denied: &'static str) -> Arc<Self> {
        Arc::new(Self { calls: Mutex::new(Vec::new()), ends_at, denied })
    }

    fn asked(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }
}

impl Aws for Account {
    async fn call(&self, call: &Call) -> Result<Value, Fault> {
        tokio::task::yield_now().await;
        let number = {
            let mut calls = self.calls.lock().unwrap();
            calls.push(call.clone());
            calls.len()
        };
        if number > self.ends_at {
            return Err(Fault::never(Reason::new(&code::EXPIRED).with("service", "ecs")));
        }
        if call.operation == self.denied {
            return Err(Fault::never(Reason::new(&code::ACCESS_DENIED).with("cause", "no")));
        }
        Ok(match call.name() {
            "ListClusters" => {
                let arn = |at| format!("arn:aws:ecs:r:1:cluster/c{at}");
                json!({"clusterArns": (0..10).map(arn).collect::<Vec<_>>()})
            }
            _ => json!({}),
        })
    }
}

/// What a folder would hold.
#[derive(Default)]
struct Notes {
    kept: BTreeMap<String, (Call, Value)>,
    refused: Vec<(String, Why)>,
    progress: Progress,
}

impl Listener for Notes {
    fn answered(&mut self, ask: &Ask, answer: &Value) -> Result<(), Reason> {
        self.kept.insert(ask.path.clone(), (ask.call.clone(), answer.clone()));
        Ok(())
    }

    fn refused(&mut self, ask: &Ask, why: Why, _: &Reason) {
        self.refused.push((ask.call.operation.clone(), why));
    }

    fn progress(&mut self, progress: &Progress) {
        self.progress = progress.clone();
    }
}

fn sweep() -> Sweep {
    Sweep::new(Place {
        account: "1".into(),
        region: "r".into(),
        prefixed: false,
        global: true,
        since: String::new(),
        until: String::new(),
    })
}

#[tokio::test]
async fn a_denied_operation_is_noted_and_the_scan_goes_on() {
    let aws = Account::new(usize::MAX, "ecs:ListServices");
    let (mut sweep, mut notes) = (sweep(), Notes::default());
    run(&aws, &mut sweep, &mut notes, &CancellationToken::new()).await.unwrap();
    assert_eq!(notes.refused.len(), 10);
    assert!(
        notes
            .refused
            .iter()
            .all(|(operation, why)| { operation == "ecs:ListServices" && *why == Why::Denied })
    );
    assert_eq!(notes.kept.len() + 10, aws.asked().len());
    assert_eq!(notes.progress["ecs"].refused, 10);
    assert!(notes.progress.values().all(|standing| standing.open == 0));
}

#[tokio::test]
async fn after_a_login_that_ended_only_the_rest_is_asked() {
    let whole = Account::new(usize::MAX, "");
    run(&whole, &mut sweep(), &mut Notes::default(), &CancellationToken::new()).await.unwrap();
    let aws = Account::new(17, "");
    let mut notes = Notes::default();
    let ended = run(&aws, &mut sweep(), &mut notes, &CancellationToken::new()).await;
    let Err(Stopped::Because(because)) = ended else { panic!("{ended:?}") };
    assert_eq!(because.code.id, code::EXPIRED.id);
    assert_eq!(notes.kept.len(), 17, "every answer was kept");
    let again = Account::new(usize::MAX, "");
    let mut sweep = sweep();
    for (path, (call, answer)) in &notes.kept {
        sweep.restore(path, call.clone(), answer.clone());
    }
    run(&again, &mut sweep, &mut notes, &CancellationToken::new()).await.unwrap();
    assert_eq!(again.asked().len() + 17, whole.asked().len());
    assert_eq!(sweep.answered().count(), whole.asked().len());
}

#[tokio::test]
async fn an_interruption_keeps_what_is_under_way() {
    let aws = Account::new(usize::MAX, "");
    let stop = CancellationToken::new();
    stop.cancel();
    let mut notes = Notes::default();
    let ended = run(&aws, &mut sweep(), &mut notes, &stop).await;
    assert_eq!(ended, Err(Stopped::Interrupted));
    assert_eq!(notes.kept.len(), aws.asked().len());
}
