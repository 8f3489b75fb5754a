//! Everything there is, and the queue of what happens next.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use crate::api::Api;
use crate::balancer::Balancers;
use crate::check::Checks;
use crate::clients::Clients;
use crate::dns::Dns;
use crate::faults::Faults;
use crate::fleets::Fleets;
use crate::journal::Journal;
use crate::prober::Prober;
use crate::process::Processes;
use crate::run::Fate;
use crate::script::Script;
use crate::time::Micros;
use crate::trace::Trace;

/// Which engine: 0 is the first, others stand by or were thought dead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EngineId(pub u32);

/// Something that happens to the world.
pub type Happening = Box<dyn FnOnce(&mut World) + Send>;

/// What happens next, by time, then in the order in which it was planned.
struct Planned {
    at: Micros,
    number: u64,
    what: Happening,
}

impl PartialEq for Planned {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.number) == (other.at, other.number)
    }
}

impl Eq for Planned {}

impl PartialOrd for Planned {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Planned {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}

/// The world of one run.
pub struct World {
    /// The seed of every stream.
    pub seed: u64,
    /// What the run was made of.
    pub script: Script,
    /// What happened so far.
    pub trace: Trace,
    /// What calls of engines go through.
    pub api: Api,
    /// Load balancers.
    pub balancers: Balancers,
    /// Records and resolvers.
    pub dns: Dns,
    /// Copies of services.
    pub fleets: Fleets,
    /// The same copies, as they serve requests.
    pub processes: Processes,
    /// Requests.
    pub clients: Clients,
    /// What is found out about shifts.
    pub prober: Prober,
    /// What engines wrote.
    pub journal: Journal,
    /// What goes wrong.
    pub faults: Faults,
    /// What must hold.
    pub checks: Checks,
    now: Micros,
    queue: BinaryHeap<Reverse<Planned>>,
    planned: u64,
    fates: Vec<(EngineId, Fate)>,
    asleep: BTreeSet<EngineId>,
    starts: BTreeMap<EngineId, u32>,
    engines: BTreeMap<EngineId, Life>,
}

/// What the world knows of an engine.
#[derive(Debug, Clone, Copy, Default)]
struct Life {
    /// How often it was started.
    number: u32,
    /// Whether it has crashed since.
    crashed: bool,
}

impl World {
    /// An empty world at moment 0.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            script: Script::default(),
            trace: Trace::default(),
            api: Api::default(),
            balancers: Balancers::default(),
            dns: Dns::default(),
            fleets: Fleets::default(),
            processes: Processes::default(),
            clients: Clients::default(),
            prober: Prober::default(),
            journal: Journal::default(),
            faults: Faults::default(),
            checks: Checks::default(),
            now: 0,
            queue: BinaryHeap::new(),
            planned: 0,
            fates: Vec::new(),
            asleep: BTreeSet::new(),
            starts: BTreeMap::new(),
            engines: BTreeMap::new(),
        }
    }

    /// The present moment.
    pub fn now(&self) -> Micros {
        self.now
    }

    /// Plans `what` for the moment `at`, or for now if that is past.
    pub fn plan(&mut self, at: Micros, what: impl FnOnce(&mut Self) + Send + 'static) {
        let planned = Planned { at: at.max(self.now), number: self.planned, what: Box::new(what) };
        self.planned += 1;
        self.queue.push(Reverse(planned));
    }

    /// When the next thing happens; `None` if nothing is left.
    pub fn next_at(&self) -> Option<Micros> {
        self.queue.peek().map(|Reverse(next)| next.at)
    }

    /// Moves time to the next happening, requests first, and lets it happen.
    pub fn step(&mut self) {
        let Some(Reverse(next)) = self.queue.pop() else {
            return;
        };
        self.pass_to(next.at);
        (next.what)(self);
    }

    /// Moves time to `at`; the requests of clients until then are served on the way.
    pub fn pass_to(&mut self, at: Micros) {
        let at = at.max(self.now);
        crate::clients::serve_until(self, at);
        crate::prober::probes::serve_until(self, at);
        self.now = at;
    }

    /// Ends an engine in the middle of what it does, and starts it again after `down`.
    pub fn crash(&mut self, engine: EngineId, down: Micros) {
        self.trace.note(self.now, "crash");
        self.fates.push((engine, Fate::Crash));
        if let Some(life) = self.engines.get_mut(&engine) {
            life.crashed = true;
        }
        *self.starts.entry(engine).or_default() += 1;
        let at = self.now.saturating_add(down);
        self.plan(at, move |world| {
            world.trace.note(world.now, "start");
            world.asleep.remove(&engine);
            world.fates.push((engine, Fate::Start));
            if let Some(left) = world.starts.get_mut(&engine) {
                *left = left.saturating_sub(1);
            }
        });
    }

    /// Lets an engine stand still for `pause`.
    pub fn put_to_sleep(&mut self, engine: EngineId, pause: Micros) {
        self.trace.note(self.now, "sleep");
        self.asleep.insert(engine);
        self.fates.push((engine, Fate::Sleep));
        let at = self.now.saturating_add(pause);
        self.plan(at, move |world| {
            world.trace.note(world.now, "awake");
            world.asleep.remove(&engine);
            world.fates.push((engine, Fate::Awake));
        });
    }

    /// Starts an engine that stands by (or anew one that has ended).
    pub fn start_engine(&mut self, engine: EngineId) {
        self.trace.note(self.now, &format!("start engine {}", engine.0));
        self.asleep.remove(&engine);
        self.fates.push((engine, Fate::Start));
    }

    /// The first engine that can take over from `engine`: one that was registered with the run and
    /// does not stand still.
    pub fn successor_of(&self, engine: EngineId) -> Option<EngineId> {
        let mut others = self.engines.keys().filter(|other| **other != engine);
        others.find(|other| !self.asleep.contains(other)).copied()
    }

    /// The run has an engine of this name.
    pub(crate) fn knows(&mut self, engine: EngineId) {
        self.engines.entry(engine).or_default();
    }

    /// The run has started an engine for the `life`-th time.
    pub(crate) fn started(&mut self, engine: EngineId, life: u32) {
        self.engines.insert(engine, Life { number: life, crashed: false });
    }

    /// Whether this life of an engine is over: it has crashed, or was started again.
    pub fn is_gone(&self, engine: EngineId, life: u32) -> bool {
        self.engines.get(&engine).is_some_and(|known| known.crashed || known.number != life)
    }

    /// Whether an engine stands still.
    pub fn is_asleep(&self, engine: EngineId) -> bool {
        self.asleep.contains(&engine)
    }

    /// Whether an engine that is down will be started again.
    pub fn expects_start(&self) -> bool {
        self.starts.values().any(|left| *left > 0)
    }

    /// What has happened to engines since the last call.
    pub fn take_fates(&mut self) -> Vec<(EngineId, Fate)> {
        std::mem::take(&mut self.fates)
    }
}
