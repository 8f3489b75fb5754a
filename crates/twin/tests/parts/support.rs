//! A script of one service, and engines made of a closure.

use std::future::Future;
use std::sync::{Arc, Mutex};

use model::ports::{Clock, Epoch, JobOrder, Record, ScaleOrder};
use serde_json::json;
use twin::run::Start;
use twin::script::{Behaviour, Clients, Fault, Platform, Script, Service, Side, TimedFault, When};
use twin::time::{Micros, SECOND};
use twin::world::EngineId;
use twin::{Engine, Run, World};

/// The fleet of the old side of [`script`].
pub(crate) const OLD: &str = "ecs/dev/shop";
/// The fleet of the new side.
pub(crate) const NEW: &str = "deployment/shop/shop";
/// The target groups.
pub(crate) const OLD_GROUP: &str = "shop-ecs";
pub(crate) const NEW_GROUP: &str = "shop-pods";

/// One service, three copies on each side, and a call takes exactly long enough to be seen.
pub(crate) fn script() -> Script {
    let behaviour = Behaviour { start_secs: 10, ..Behaviour::default() };
    let old = Side {
        group: OLD_GROUP.to_owned(),
        fleet: OLD.to_owned(),
        platform: Platform::Ecs,
        replicas: 3,
        behaviour,
        ..Side::default()
    };
    let new = Side {
        group: NEW_GROUP.to_owned(),
        fleet: NEW.to_owned(),
        platform: Platform::Kubernetes,
        ..old.clone()
    };
    let clients = Clients { rps: 20.0, ..Clients::default() };
    let service = Service { old, new, clients, ..Service::default() };
    let mut script = Script { seed: 7, ..Script::default() };
    script.services.insert("shop".to_owned(), service);
    script
}

/// The script with one fault.
pub(crate) fn with(at: When, fault: Fault) -> Script {
    let mut script = script();
    script.faults.push(TimedFault { at, fault });
    script
}

/// An engine made of a closure.
pub(crate) fn engine<F>(mut made: impl FnMut(Engine) -> F + 'static) -> Start
where
    F: Future<Output = ()> + Send + 'static,
{
    Box::new(move |engine| Box::pin(made(engine)))
}

/// Words that engines leave for a test.
#[derive(Clone, Default)]
pub(crate) struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    pub(crate) fn add(&self, text: impl Into<String>) {
        self.0.lock().unwrap().push(text.into());
    }

    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

/// Runs one engine in the world of `script` for so many seconds.
pub(crate) fn play<F>(script: &Script, secs: u64, made: impl FnMut(Engine) -> F + 'static) -> Run
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut run = Run::new(World::build(script).unwrap());
    run.engine(EngineId(0), engine(made));
    run.until(secs * SECOND);
    // The world goes on when its engine has ended.
    go_on(&mut run.world(), secs * SECOND);
    run
}

/// Lets the world go on until `secs`, with nobody in it.
pub(crate) fn watch(script: &Script, secs: u64) -> World {
    let mut world = World::build(script).unwrap();
    go_on(&mut world, secs * SECOND);
    world
}

/// Lets a world go on until `at`.
pub(crate) fn go_on(world: &mut World, at: Micros) {
    while world.next_at().is_some_and(|next| next <= at) {
        world.step();
    }
    world.pass_to(at);
}

/// Waits so many milliseconds.
pub(crate) async fn wait(engine: &Engine, millis: i64) {
    let at = engine.now() + jiff::SignedDuration::from_millis(millis);
    engine.sleep_until(at).await;
}

pub(crate) fn record(engine: &Engine, epoch: Epoch, text: &str) -> Record {
    Record {
        at: engine.now(),
        subject: "shift/shop".to_owned(),
        epoch,
        body: json!({ "entry": "said", "what": text }),
    }
}

pub(crate) fn scale(fleet: &str, replicas: u32, (epoch, seq): (u64, u64)) -> ScaleOrder {
    ScaleOrder { fleet: fleet.to_owned(), replicas, epoch: Epoch(epoch), seq }
}

pub(crate) fn job(job: &str, enabled: bool, (epoch, seq): (u64, u64)) -> JobOrder {
    JobOrder { job: job.to_owned(), enabled, epoch: Epoch(epoch), seq }
}
