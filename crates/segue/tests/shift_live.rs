//! The engine over a real balancer, where somebody else turns the same rule, and where two people
//! have to agree.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use live::process::{BackOff, Keep};
use live::{
    Balancer, BalancerConfig, Database, HealthCheck, Processes, ProcessesConfig, Sockets, Store,
    SystemClock, Unprobed,
};
use model::Reason;
use model::ports::{Cloud as _, Weight, WeightOrder, Weights};
use segue::serve::book::{Book as _, Fate, ShiftStatus};
use segue::serve::engine::{Counts, Declared, Engine, Place, Ports};
use tempfile::TempDir;
use traffic::goal::Finish;
use traffic::{Deed, Goal, Hold, Steps};

const WAIT: Duration = Duration::from_mins(1);
type Local = Engine<Balancer, Processes, Unprobed, SystemClock>;

/// A balancer with a target on each side, clients, and an engine over it.
struct World {
    balancer: Arc<Balancer>,
    engine: Local,
    store: Store,
    stop: Arc<AtomicBool>,
    folder: TempDir,
}

impl World {
    async fn new(finish: Finish) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let front = socket.local_addr().unwrap();
        let groups = ["old", "new"].map(|group| (group.to_owned(), HealthCheck::default()));
        let config =
            BalancerConfig::one_rule("front", BTreeMap::from(groups), Weights::all_to("old"));
        let sockets = Sockets::from([("front".to_owned(), socket)]);
        let balancer = Arc::new(Balancer::start(sockets, &config).unwrap());
        for group in ["old", "new"] {
            balancer.register(group, target()).await.unwrap();
        }
        let stop = Arc::<AtomicBool>::default();
        let stopped = Arc::clone(&stop);
        thread::spawn(move || {
            while !stopped.load(Ordering::SeqCst) {
                // What becomes of a request is not this test's business.
                let _ = ask(front);
                thread::sleep(Duration::from_millis(5));
            }
        });
        let store = open(&folder).await;
        let engine = engine(&balancer, &store, &folder, goal(finish)).await;
        Self { balancer, engine, store, stop, folder }
    }

    /// Waits until the shift is as it is to be.
    async fn until(&self, what: &str, good: impl Fn(&ShiftStatus) -> bool) -> ShiftStatus {
        let seen = async {
            loop {
                let shift = self.engine.shift("shop").unwrap();
                if good(&shift) {
                    return shift;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        match tokio::time::timeout(WAIT, seen).await {
            Ok(shift) => shift,
            Err(_) => unreachable!("not {what}: {:#?}", self.engine.shift("shop")),
        }
    }

    /// Somebody else turns the rule.
    async fn turn(&self, groups: (&str, &str), percent: u8) {
        let weights = Weights::between(groups.0, groups.1, Weight::new(percent).unwrap());
        let epoch = self.balancer.rule("front").await.unwrap().epoch;
        let (rule, expected) = ("front".to_owned(), weights.clone());
        let order = WeightOrder { rule, weights, expected, epoch, seq: 0 };
        self.balancer.set_weights(&order).await.unwrap();
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
    }
}

async fn open(folder: &TempDir) -> Store {
    Store::open(&Database::File(folder.path().join("segue.db"))).await.unwrap()
}

async fn engine(balancer: &Arc<Balancer>, store: &Store, folder: &TempDir, goal: Goal) -> Local {
    let processes = Processes::new(ProcessesConfig {
        programs: BTreeMap::new(),
        logs: folder.path().join("logs"),
        events: Arc::new(|_| {}),
        keep: Keep { shim: Vec::new(), folder: folder.path().to_owned() },
        engines: Vec::new(),
        back_off: BackOff::default(),
    });
    let ports = Ports {
        cloud: Arc::clone(balancer),
        fleets: Arc::new(processes.unwrap()),
        prober: Arc::new(Unprobed),
        clock: SystemClock,
        counts: Counts::GoOn,
    };
    let declared = Declared { goal, service: "shop".to_owned(), environment: "test".to_owned() };
    let engine = Engine::open(ports, store.clone(), Place::default(), vec![declared]).await;
    let engine = engine.unwrap();
    engine.settled();
    engine
}

fn goal(finish: Finish) -> Goal {
    Goal {
        author: "ada".to_owned(),
        steps: Steps::new(&[10, 50, 100]).unwrap(),
        hold: Hold { tick: Duration::from_millis(200), ticks: 15, requests_min: 5 },
        targets_min: 1,
        finish,
        ..Goal::weights_only("shop", "front", ("old", "new"))
    }
}

/// Answers every request well, until the test ends.
fn target() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 2_048]);
            let _ = stream.write_all(
                b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n",
            );
        }
    });
    address
}

fn ask(front: SocketAddr) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(front)?;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n")?;
    stream.read_to_end(&mut Vec::new()).map(drop)
}

fn code(refused: Result<(), Reason>) -> &'static str {
    refused.unwrap_err().code.id
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_else_turned_freezes_the_shift_until_a_person_takes_it_over() {
    let mut world = World::new(Finish::Keep).await;
    let engine = &world.engine;
    assert_eq!(code(engine.adopt("shop", "grace").await), "SG-T057", "it has not begun");
    engine.start("shop", "ada").await.unwrap();
    world.until("at 10 %", |shift| shift.weights.stated == Some(10)).await;
    world.turn(("old", "new"), 30).await;
    let frozen = world.until("frozen", |shift| shift.fate == Fate::Frozen).await;
    assert!(frozen.because.unwrap().sentence().contains("somebody else changed the rule"));
    assert_eq!(code(engine.start("shop", "ada").await), "SG-S004");
    assert_eq!(code(engine.say("shop", "ada", Deed::Pause).await), "SG-S004");

    // It is frozen still when everything starts anew, and the rule is as the other one left it.
    engine.stop().await;
    world.store.close().await;
    world.store = open(&world.folder).await;
    let goal = goal(Finish::Keep);
    world.engine = self::engine(&world.balancer, &world.store, &world.folder, goal).await;
    assert_eq!(world.engine.shift("shop").unwrap().fate, Fate::Frozen);
    world.engine.adopt("shop", "grace").await.unwrap();
    let done = world.until("done", |shift| shift.fate == Fate::Done).await;
    assert_eq!(done.weights.stated, Some(100));
    let took = done.history.iter().find(|moment| moment.kind == "adopted").unwrap();
    assert_eq!((took.by.as_str(), took.share), ("grace", Some(30)));
    let shares: Vec<u8> = done.history.iter().filter_map(|moment| moment.share).collect();
    assert_eq!(shares, [10, 30, 50, 100], "up from what was found");
    let acts = world.engine.activity(100).await.unwrap();
    assert!(acts.iter().any(|act| act.by == "grace" && act.what == "took over at 30 %"));
    assert!(acts.iter().any(|act| act.by == "ada" && act.what == "started"));
    assert!(acts.is_sorted_by(|a, b| a.at >= b.at), "newest first");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_old_side_goes_only_when_another_person_agrees() {
    let world = World::new(Finish::Remove { quiet: Duration::from_secs(1) }).await;
    let engine = &world.engine;
    engine.start("shop", "ada").await.unwrap();
    world.until("on its way", |shift| shift.weights.stated == Some(10)).await;
    assert_eq!(code(engine.say("shop", "grace", Deed::Approve).await), "SG-S006", "too early");
    let waits = world.until("waiting", |shift| shift.fate == Fate::Waiting).await;
    assert_eq!(waits.phase, "approve");
    assert_eq!(code(engine.say("shop", "ada", Deed::Approve).await), "SG-S005", "her own");
    engine.say("shop", "grace", Deed::Approve).await.unwrap();
    let done = world.until("done", |shift| shift.fate == Fate::Done).await;
    assert!(done.history.iter().any(|moment| moment.by == "grace" && moment.what == "approved"));
    assert_eq!(code(engine.say("shop", "ada", Deed::Abort).await), "SG-S004");
}
