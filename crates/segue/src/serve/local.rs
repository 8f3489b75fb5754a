//! The local world: rendered manifests, played on one machine.
//!
//! [`Local::start`] takes over what an earlier run has left running. [`Local::play`] makes the
//! machine run what objects say: Deployments, Jobs and schedules as processes, Services as target
//! groups, Ingresses as rules of the balancer; whatever they name no longer is ended. It may be
//! called again at any time. [`follow`](Local::follow) does so whenever a repository changes
//! (`follow.rs`); what cannot be rendered then is served as it was rendered last (`last.rs`).
//!
//! A Shift names a fleet `deployment/NAME`, a target group as its Service, and a rule as
//! docs/reference/local-world.md says. [`Local::close`] stops the balancer and leaves the fleets
//! running; so does the end of this program, however it comes.

mod follow;
mod front;
mod groups;
mod ingress;
mod last;
mod orders;
mod sockets;
mod tree;
mod wanted;

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use live::inherited::Inherited;
use live::process::{BackOff, Keep};
use live::store::RuleOrdered;
use live::{BalancerConfig, ProcessEvent, Processes, ProcessesConfig};
use model::Reason;
use model::code::live as code;
use model::ports::{Cloud as _, Cluster as _, Fault};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::bind::{self, Bound};
use super::book::{HeldStatus, WorkloadStatus};

pub use front::Front;
pub use tree::{Objects, read};
pub use wanted::{Backend, Wanted};

/// How long targets may take to their first verdict at the start.
const SETTLE_WAIT: Duration = Duration::from_secs(30);

/// Time between two looks whether they have it.
const SETTLE_LOOK: Duration = Duration::from_millis(100);

/// Time between two looks at a repository, and at a balancer beside this program.
const LOOK: Duration = Duration::from_secs(1);

/// How often ports are looked for, where others take them meanwhile.
const LISTEN_TRIES: usize = 5;

/// Time until a failed look at the pods is repeated.
const AGAIN: Duration = Duration::from_secs(1);

/// Where and how the local world runs.
#[derive(Clone)]
pub struct LocalConfig {
    /// The state folder, which one program uses at a time.
    pub state: PathBuf,
    /// This very program, which is also the shim of every process.
    pub program: PathBuf,
    /// Where listeners listen.
    pub host: IpAddr,
    /// Ports of listeners by name; the others keep the one that they found first.
    pub ports: BTreeMap<String, u16>,
    /// Told of everything that happens to processes.
    pub events: Arc<dyn Fn(ProcessEvent) + Send + Sync>,
    /// How long a process that fell waits for its next start.
    pub back_off: BackOff,
    /// The weights that shifts have ordered so far. A rule begins with them, not with those of its
    /// manifest.
    pub orders: Vec<RuleOrdered>,
    /// Whether the balancer is a process of its own, which outlives this program as the fleets do.
    pub beside: bool,
}

impl LocalConfig {
    /// On this machine alone, with a kubelet's waits.
    pub fn new(state: PathBuf, program: PathBuf) -> Self {
        Self {
            state,
            program,
            host: Ipv4Addr::LOCALHOST.into(),
            ports: BTreeMap::new(),
            events: Arc::new(|_| ()),
            back_off: BackOff::default(),
            orders: Vec::new(),
            beside: false,
        }
    }
}

/// A local world that runs.
pub struct Local {
    config: LocalConfig,
    cluster: Arc<Processes>,
    front: Arc<Front>,
    /// Sockets that a parent has passed, for a balancer inside this program.
    inherited: Mutex<Inherited>,
    /// One change at a time.
    playing: tokio::sync::Mutex<()>,
    /// The targets that were registered.
    bound: tokio::sync::Mutex<BTreeSet<Bound>>,
    state: Mutex<State>,
    /// Rings when the bindings have changed.
    rebind: Arc<tokio::sync::Notify>,
    closing: CancellationToken,
}

/// What was taken over last.
#[derive(Debug, Default)]
struct State {
    backends: BTreeMap<String, Backend>,
    held: Vec<HeldStatus>,
    /// Orders of rules that have not been there yet.
    orders: Vec<RuleOrdered>,
    /// Why the balancer is not there.
    gone: Option<Reason>,
    /// What was played of a repository.
    last: last::Last,
}

impl Local {
    /// Takes over what runs; a balancer inside this program begins empty. Call inside a tokio
    /// runtime.
    pub async fn start(config: LocalConfig) -> Result<Arc<Self>, Reason> {
        live::disk::make_dir_private(&config.state)?;
        let program = config.program.display().to_string();
        let cluster = Processes::new(ProcessesConfig {
            programs: BTreeMap::from([("segue".to_owned(), config.program.clone())]),
            logs: config.state.join("logs"),
            events: Arc::clone(&config.events),
            keep: Keep { shim: vec![program, "shim".to_owned()], folder: config.state.clone() },
            engines: ["podman", "docker"].map(str::to_owned).to_vec(),
            back_off: config.back_off,
        })?;
        let front = if config.beside {
            Front::beside(&config).await?
        } else {
            Front::inside(&config).await?
        };
        let bound: BTreeSet<Bound> = front.registered().await?.into_iter().collect();
        let inherited = if config.beside { Inherited::default() } else { Inherited::take()? };
        let last = last::Last::load(&config.state)?;
        let state = State { orders: config.orders.clone(), last, ..State::default() };
        let local = Arc::new(Self {
            config,
            cluster: Arc::new(cluster),
            front: Arc::new(front),
            inherited: Mutex::new(inherited),
            playing: tokio::sync::Mutex::default(),
            bound: tokio::sync::Mutex::new(bound),
            state: Mutex::new(state),
            rebind: Arc::default(),
            closing: CancellationToken::new(),
        });
        tokio::spawn(Arc::clone(&local).keep_bound());
        tokio::spawn(Arc::clone(&local).keep_front());
        Ok(local)
    }

    /// The fleets: `Cluster` and `Fleets`.
    pub fn cluster(&self) -> &Arc<Processes> {
        &self.cluster
    }

    /// The balancer: `Cloud`.
    pub fn balancer(&self) -> &Arc<Front> {
        &self.front
    }

    /// Where each listener serves.
    pub fn addresses(&self) -> BTreeMap<String, SocketAddr> {
        self.front.addresses()
    }

    /// Makes the machine run what `objects` say, and nothing else that it ran before. What cannot
    /// be done is held, and the rest goes on; the error is of the balancer's configuration alone.
    pub async fn play(&self, objects: &Objects) -> Result<(), Reason> {
        let _one = self.playing.lock().await;
        for _ in 1..LISTEN_TRIES {
            match self.play_once(objects).await {
                // A balancer beside binds what was free a moment ago, and somebody else was faster:
                // the next look finds that port taken, and another one.
                Err(because) if because.code.id == code::LISTEN.id => {}
                done => return done,
            }
        }
        self.play_once(objects).await
    }

    async fn play_once(&self, objects: &Objects) -> Result<(), Reason> {
        let mut wanted = wanted::wanted(&objects.all());
        let (known, unread) = (std::mem::take(&mut wanted.workloads), objects.unread());
        let mut whole = known.clone();
        whole.retain(|object| !objects.routes.contains(object));
        // What is held of workloads is asked of the cluster itself, which also knows what was left
        // out of one that runs.
        let _ = self.cluster.apply(&whole).await;
        self.cluster.keep_only(&known, &unread);
        let sockets = self.open(&mut wanted).await;
        let mut config = BalancerConfig {
            listeners: wanted.listeners,
            groups: wanted.groups,
            ..BalancerConfig::default()
        };
        let due = orders::put(&self.state().orders, &mut config);
        self.state().backends.clone_from(&wanted.backends);
        {
            // Pods that run already are targets from the start.
            let mut bound = self.bound.lock().await;
            let mut ready =
                groups::ready(&*self.cluster, &wanted.backends).await.unwrap_or_default();
            ready.retain(|(group, target)| {
                let config = config.groups.get_mut(group);
                config.map(|config| config.targets.insert(*target)).is_some()
            });
            self.front.change(sockets, &config).await?;
            bound.append(&mut ready);
        }
        for order in due {
            // Refused only if somebody else has ordered since, who then knows better.
            let _ = self.front.set_weights(&order).await;
            self.state().orders.retain(|known| known.rule != order.rule);
        }
        self.sockets_kept(&config);
        {
            let mut state = self.state();
            state.held = wanted.held;
            state.held.extend(objects.held.iter().cloned());
        }
        self.rebind.notify_one();
        Ok(())
    }

    /// Waits until each of these target groups has targets and all are healthy, or until that
    /// takes too long: what is broken then is judged as it is.
    pub async fn settle(&self, groups: &BTreeSet<String>) {
        let settled = async {
            while !self.is_settled(groups).await {
                tokio::time::sleep(SETTLE_LOOK).await;
            }
        };
        let _ = tokio::time::timeout(SETTLE_WAIT, settled).await;
    }

    async fn is_settled(&self, groups: &BTreeSet<String>) -> bool {
        for group in groups {
            match self.front.group(group).await {
                Ok(seen) if seen.total > 0 && seen.healthy == seen.total => {}
                Ok(_) | Err(_) => return false,
            }
        }
        true
    }

    /// What runs, by name.
    pub async fn workloads(&self) -> Vec<WorkloadStatus> {
        let seen = self.cluster.workloads().await.unwrap_or_default();
        let status = seen.iter().map(|workload| WorkloadStatus {
            name: format!("deployment/{}", workload.name),
            wanted: workload.wanted,
            ready: u32::try_from(workload.ready()).unwrap_or(u32::MAX),
            restarts: workload.pods.iter().map(|pod| pod.restarts).sum(),
        });
        status.collect()
    }

    /// What is not done, and why.
    pub fn held(&self) -> Vec<HeldStatus> {
        let of = |(name, because)| HeldStatus { what: format!("workload/{name}"), because };
        let mut held: Vec<HeldStatus> = self.cluster.held().into_iter().map(of).collect();
        let state = self.state();
        held.extend(state.held.iter().cloned());
        let gone = state.gone.clone();
        held.extend(gone.map(|because| HeldStatus { what: "balancer".to_owned(), because }));
        held
    }

    /// Leaves the fleets running, and the balancer if it is a process of its own; one inside takes
    /// no new request and lets those under way finish.
    pub async fn close(&self) {
        self.closing.cancel();
        let _last = self.playing.lock().await;
        self.front.leave().await;
        self.cluster.leave();
    }

    /// Ends everything, the clients' side first: nobody is left without an answer.
    pub async fn stop(&self) {
        self.closing.cancel();
        // Nobody starts it again.
        let _last = self.playing.lock().await;
        self.front.stop().await;
        self.cluster.stop().await;
        self.cluster.leave();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the targets of the groups as the pods are.
    async fn keep_bound(self: Arc<Self>) {
        // Before the first play nothing is known of what belongs where: what an earlier program has
        // registered stays.
        self.rebind.notified().await;
        let mut changes = self.cluster.changes();
        loop {
            changes.mark_unchanged();
            let failed = self.bind_ready().await.is_err();
            tokio::select! {
                () = self.closing.cancelled() => return,
                () = self.rebind.notified() => {}
                rung = changes.changed() => if rung.is_err() { return },
                () = tokio::time::sleep(AGAIN), if failed => {}
            }
        }
    }

    /// Keeps a balancer of its own process running.
    async fn keep_front(self: Arc<Self>) {
        loop {
            tokio::select! {
                () = self.closing.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
            let _one = self.playing.lock().await;
            if self.closing.is_cancelled() {
                return;
            }
            let bound: Vec<Bound> = self.bound.lock().await.iter().cloned().collect();
            let trouble = self.front.revive(&bound).await.err();
            self.state().gone = trouble;
        }
    }

    async fn bind_ready(&self) -> Result<(), Fault> {
        let mut bound = self.bound.lock().await;
        let backends = self.state().backends.clone();
        let ready = groups::ready(&*self.cluster, &backends).await?;
        bind::step(&*self.front, &ready, &mut bound).await
    }
}

/// The kind and name of an object, as it is shown: `Service shop` or `Service ns/shop`.
fn shown(object: &Value) -> (String, String) {
    let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
    let name = text(&object["metadata"]["name"]);
    let namespace = object["metadata"]["namespace"].as_str();
    let namespace = namespace.filter(|namespace| *namespace != "default");
    let name = namespace.map_or(name.clone(), |namespace| format!("{namespace}/{name}"));
    (text(&object["kind"]), name)
}
