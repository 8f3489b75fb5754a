//! This machine as the world of the shifts: processes from the local overlays, one balancer.
//!
//! Deliberately small: what `segue serve` starts stands behind these few names, so that another
//! runtime, or a balancer of its own process, can take their place.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use gitops::Tree;
use live::process::BackOff;
use live::store::RuleOrdered;
use live::{
    Balancer, BalancerConfig, HealthCheck, LiveError, Processes, ProcessesConfig, Sockets, disk,
};
use model::code::live as code;
use model::ports::{
    Cloud as _, Cluster as _, Fault, FleetSeen, Fleets, JobOrder, JobSeen, ScaleOrder, WeightOrder,
    Weights,
};
use model::{Reason, Subject};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use traffic::Goal;

use super::bind::{self, Bindings};
use super::book::{HeldStatus, WorkloadStatus};

/// How long requests under way may take at the end.
const STOP_WAIT: Duration = Duration::from_secs(5);
/// How long pods and targets may take to their first verdict at the start.
const SETTLE_WAIT: Duration = Duration::from_secs(30);
/// Time between two looks whether they have it.
const SETTLE_LOOK: Duration = Duration::from_millis(100);
/// Where the addresses of the listeners are kept, so that a new start serves at the same ones.
const ADDRESSES: &str = "listeners.json";

/// What this world is made from.
#[derive(Debug)]
pub struct Made<'a> {
    /// The configuration repository.
    pub config: &'a Path,
    /// The state folder.
    pub state: &'a Path,
    /// This program.
    pub program: PathBuf,
    /// The shifts, for their rules and groups.
    pub goals: Vec<Goal>,
    /// What each rule was told last.
    pub rules: Vec<RuleOrdered>,
}

/// Copies by the names that shifts use: `deployment/NAME` or `deployment/NAMESPACE/NAME`.
pub struct Copies(Arc<Processes>);

impl Copies {
    fn here(fleet: &str) -> String {
        Subject::new("process", workload(fleet)).to_string()
    }
}

impl Fleets for Copies {
    async fn fleet(&self, fleet: &str) -> Result<FleetSeen, Fault> {
        self.0.fleet(&Self::here(fleet)).await
    }

    async fn scale(&self, order: &ScaleOrder) -> Result<(), Fault> {
        let fleet = Self::here(&order.fleet);
        self.0.scale(&ScaleOrder { fleet, ..order.clone() }).await
    }

    async fn job(&self, job: &str) -> Result<JobSeen, Fault> {
        self.0.job(job).await
    }

    async fn set_job(&self, order: &JobOrder) -> Result<(), Fault> {
        self.0.set_job(order).await
    }
}

/// The world.
pub struct Here {
    /// The balancer.
    pub balancer: Arc<Balancer>,
    /// The processes.
    pub processes: Arc<Processes>,
    /// Where each rule serves.
    pub addresses: BTreeMap<String, SocketAddr>,
    /// Groups with a workload behind them.
    groups: BTreeSet<String>,
    held: Vec<HeldStatus>,
    binding: tokio::task::JoinHandle<()>,
    unbind: CancellationToken,
}

impl Here {
    /// Starts balancer and processes. What cannot be played is held, and the rest goes on.
    pub async fn start(made: Made<'_>) -> Result<Self, Reason> {
        let (objects, held) = objects(made.config)?;
        let checks = checks(&made.goals, &objects);
        let (sockets, addresses) = listen(made.state, &made.goals).await?;
        let balancer = Balancer::start(sockets, &config(&made.goals, &checks))?;
        for RuleOrdered { rule, weights, epoch, seq } in made.rules {
            let order = WeightOrder { rule, expected: weights.clone(), weights, epoch, seq };
            // A rule that is in no file any more has no balancer to be told.
            let _ = balancer.set_weights(&order).await;
        }
        let balancer = Arc::new(balancer);
        let processes = Arc::new(processes(&made.program, made.state)?);
        let unbind = CancellationToken::new();
        let binding = tokio::spawn({
            let (processes, balancer) = (Arc::clone(&processes), Arc::clone(&balancer));
            let (bindings, unbind) = (bindings(&made.goals), unbind.clone());
            async move {
                let changes = processes.changes();
                // It ends with the world; a fault of a target shows as one that is not healthy.
                let _ = bind::run(&*processes, &*balancer, &bindings, changes, &unbind).await;
            }
        });
        let groups = sides(&made.goals).map(|(_, group)| group.to_owned()).collect();
        let mut here = Self { balancer, processes, addresses, groups, held, binding, unbind };
        here.apply(&objects).await;
        Ok(here)
    }

    /// Starts each workload by itself: one that cannot be run holds no other.
    async fn apply(&mut self, objects: &[Value]) {
        let others: Vec<Value> =
            objects.iter().filter(|one| one["kind"] != "Deployment").cloned().collect();
        for deployment in objects.iter().filter(|one| one["kind"] == "Deployment") {
            let mut with = vec![deployment.clone()];
            with.extend(others.iter().cloned());
            if let Err(fault) = self.processes.apply(&with).await {
                let what = Subject::new("deployment", name(deployment)).to_string();
                self.held.push(HeldStatus { what, because: fault.because });
            }
        }
    }

    /// The copies of its fleets.
    pub fn fleets(&self) -> Copies {
        Copies(Arc::clone(&self.processes))
    }

    /// What runs.
    pub async fn workloads(&self) -> Vec<WorkloadStatus> {
        let Ok(workloads) = self.processes.workloads().await else { return Vec::new() };
        let status = |one: &model::ports::WorkloadSeen| WorkloadStatus {
            name: Subject::new("deployment", &one.name).to_string(),
            wanted: one.wanted,
            ready: u32::try_from(one.ready()).unwrap_or(u32::MAX),
            restarts: one.pods.iter().map(|pod| pod.restarts).sum(),
        };
        workloads.iter().map(status).collect()
    }

    /// Waits until each pod is ready and each target has its first verdict, or until that takes
    /// too long: what is broken then is judged as it is.
    pub async fn settle(&self) {
        let settled = async {
            while !self.is_settled().await {
                tokio::time::sleep(SETTLE_LOOK).await;
            }
        };
        let _ = tokio::time::timeout(SETTLE_WAIT, settled).await;
    }

    async fn is_settled(&self) -> bool {
        if self.workloads().await.iter().any(|one| one.ready < one.wanted) {
            return false;
        }
        for group in &self.groups {
            match self.balancer.group(group).await {
                Ok(seen) if seen.total > 0 && seen.healthy == seen.total => {}
                Ok(_) | Err(_) => return false,
            }
        }
        true
    }

    /// What is not played here, and why.
    pub fn held(&self) -> Vec<HeldStatus> {
        self.held.clone()
    }

    /// Ends everything, the clients' side first: nobody is left without an answer.
    pub async fn stop(self) {
        self.unbind.cancel();
        let _ = self.binding.await;
        if let Some(balancer) = Arc::into_inner(self.balancer) {
            balancer.stop(STOP_WAIT).await;
        }
        self.processes.stop().await;
    }
}

/// The objects of every `apps/*/overlays/local`; an overlay that gives none is held.
fn objects(config: &Path) -> Result<(Vec<Value>, Vec<HeldStatus>), Reason> {
    let mut tree = Tree::new();
    let (mut services, apps) = (BTreeSet::new(), config.join("apps"));
    if apps.is_dir() {
        for (path, bytes) in disk::read_tree(&apps, |_| true)? {
            if let Some((service, rest)) = path.split_once('/')
                && rest.starts_with("overlays/local/")
            {
                services.insert(service.to_owned());
            }
            tree.insert(format!("apps/{path}"), bytes);
        }
    }
    let (mut objects, mut held) = (Vec::new(), Vec::new());
    for service in services {
        match gitops::render(&tree, &format!("apps/{service}/overlays/local")) {
            Ok(rendered) => objects.extend(rendered.objects),
            Err(error) => held.push(HeldStatus {
                what: Subject::new("app", &service).to_string(),
                because: Reason::new(&code::MANIFESTS)
                    .with("service", &service)
                    .with("cause", error),
            }),
        }
    }
    Ok((objects, held))
}

fn name(object: &Value) -> &str {
    object["metadata"]["name"].as_str().unwrap_or_default()
}

/// The workload that a fleet names: `deployment/NAME` or `deployment/NAMESPACE/NAME`.
fn workload(fleet: &str) -> &str {
    fleet.rsplit('/').next().unwrap_or(fleet)
}

/// Which workload stands behind which group.
fn sides(goals: &[Goal]) -> impl Iterator<Item = (&str, &str)> {
    goals.iter().flat_map(|goal| {
        let fleets = goal.copies.as_ref();
        let old = fleets.map(|fleets| (workload(&fleets.old), goal.old.as_str()));
        let new = fleets.map(|fleets| (workload(&fleets.new), goal.new.as_str()));
        old.into_iter().chain(new)
    })
}

fn bindings(goals: &[Goal]) -> Bindings {
    sides(goals).map(|(workload, group)| (workload.to_owned(), group.to_owned())).collect()
}

/// How the targets of each group are checked: by the readiness probe of their workload.
fn checks(goals: &[Goal], objects: &[Value]) -> BTreeMap<String, HealthCheck> {
    let mut checks = BTreeMap::new();
    for goal in goals {
        for group in [&goal.old, &goal.new] {
            checks.insert(group.clone(), HealthCheck::default());
        }
    }
    for (workload, group) in sides(goals) {
        let deployment =
            objects.iter().find(|one| one["kind"] == "Deployment" && name(one) == workload);
        let containers = deployment.map(|one| &one["spec"]["template"]["spec"]["containers"]);
        let path = containers.and_then(|all| {
            all.as_array()?.iter().find_map(|one| {
                one["readinessProbe"]["httpGet"]["path"].as_str().map(str::to_owned)
            })
        });
        if let Some(path) = path {
            checks.insert(group.to_owned(), HealthCheck { path, ..HealthCheck::default() });
        }
    }
    checks
}

fn config(goals: &[Goal], checks: &BTreeMap<String, HealthCheck>) -> BalancerConfig {
    let mut config = BalancerConfig::default();
    for goal in goals {
        let check = |group: &String| Some((group.clone(), checks.get(group)?.clone()));
        let groups = [&goal.old, &goal.new].into_iter().filter_map(check).collect();
        let one = BalancerConfig::one_rule(&goal.rule, groups, Weights::all_to(&goal.old));
        config.listeners.extend(one.listeners);
        config.groups.extend(one.groups);
    }
    config
}

/// A socket for each rule, at the address that it had before if that is free.
async fn listen(
    state: &Path,
    goals: &[Goal],
) -> Result<(Sockets, BTreeMap<String, SocketAddr>), Reason> {
    let path = state.join(ADDRESSES);
    let before: BTreeMap<String, SocketAddr> = if path.is_file() {
        serde_json::from_slice(&disk::read_file(&path)?).unwrap_or_default()
    } else {
        BTreeMap::new()
    };
    let (mut sockets, mut addresses) = (Sockets::new(), BTreeMap::new());
    for rule in goals.iter().map(|goal| &goal.rule) {
        if sockets.contains_key(rule) {
            continue;
        }
        let wished = before.get(rule).copied().unwrap_or(SocketAddr::from(([127, 0, 0, 1], 0)));
        let refused = |source| LiveError::Listen { address: wished.to_string(), source };
        let socket = TcpListener::bind(wished).await.map_err(refused)?;
        addresses.insert(rule.clone(), socket.local_addr().map_err(refused)?);
        sockets.insert(rule.clone(), socket);
    }
    disk::write_private(&path, &serde_json::to_vec(&addresses).unwrap_or_default())?;
    Ok((sockets, addresses))
}

fn processes(program: &Path, state: &Path) -> Result<Processes, Reason> {
    let parent = std::process::id().to_string();
    let shown = program.display().to_string();
    let tether = [shown.as_str(), "tether", "--parent", &parent, "--"];
    Ok(Processes::new(ProcessesConfig {
        tether: tether.map(str::to_owned).to_vec(),
        programs: BTreeMap::from([("segue".to_owned(), program.to_owned())]),
        logs: state.join("logs"),
        events: Arc::new(|_| {}),
        keep: None,
        engines: Vec::new(),
        back_off: BackOff::default(),
    })?)
}
