//! One pod: started, probed, started again after a fall, stopped with grace.

use std::fs::OpenOptions;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::OpenOptionsExt as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use model::ports::{Pod, PodPhase};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::net::TcpStream;
use tokio::process::Child;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use super::environment::{Source, expand};
use super::spawn::{Launch, Spawner};
use super::spec::{PreStop, Probe, Workload};
use super::{ProcessEvent, ProcessesConfig};
use crate::balancer::ask;
use crate::limits::{BACK_OFF_FIRST, BACK_OFF_MAX, BACK_OFF_RESET, PORT_TRIES};

/// What keeps one pod running until it is told to stop.
pub(super) struct Supervisor {
    pub(super) name: String,
    pub(super) spec: Workload,
    pub(super) config: ProcessesConfig,
    pub(super) spawner: Arc<Spawner>,
    pub(super) pod: Arc<Mutex<Pod>>,
    pub(super) changes: watch::Sender<u64>,
    pub(super) stop: CancellationToken,
}

/// A pod that has not been started yet.
pub(super) fn starting(name: &str) -> Pod {
    Pod { name: name.to_owned(), address: None, phase: PodPhase::Starting, restarts: 0 }
}

/// Why a life of the process is over.
enum Over {
    /// It ended by itself, or could not be started.
    Fell(String),
    /// It was told to stop.
    Stopped(String),
}

impl Supervisor {
    /// Life after life, until told to stop.
    pub(super) async fn run(self) {
        let mut back_off = BACK_OFF_FIRST;
        loop {
            let began = Instant::now();
            match self.life().await {
                Over::Stopped(how) => {
                    self.event(ProcessEvent::Stopped { pod: self.name.clone(), how });
                    break;
                }
                Over::Fell(how) => {
                    if began.elapsed() >= BACK_OFF_RESET {
                        back_off = BACK_OFF_FIRST;
                    }
                    let pod = self.name.clone();
                    self.event(ProcessEvent::Ended { pod, how, again_in: back_off });
                    self.update(|pod| {
                        pod.phase = PodPhase::BackOff;
                        pod.address = None;
                        pod.restarts = pod.restarts.saturating_add(1);
                    });
                }
            }
            tokio::select! {
                () = self.stop.cancelled() => break,
                () = sleep(back_off) => back_off = (back_off * 2).min(BACK_OFF_MAX),
            }
        }
        let changes = self.changes.clone();
        drop(self);
        changes.send_modify(|revision| *revision += 1);
    }

    /// One process, from start to end.
    async fn life(&self) -> Over {
        let ports = match free_ports(&self.spec.ports) {
            Ok(ports) => ports,
            Err(error) => return Over::Fell(format!("no free port: {error}")),
        };
        let mut child = match self.launch(&ports).await {
            Ok(child) => child,
            Err(error) => return Over::Fell(format!("cannot be started: {error}")),
        };
        // Held until the end of this life; `wait` would close it at once.
        let _lifeline = child.stdin.take();
        let group = child.id().and_then(|pid| Pid::from_raw(pid.cast_signed()));
        let address = ports.first().map(|(_, port)| SocketAddr::from((Ipv4Addr::LOCALHOST, *port)));
        self.update(|pod| {
            pod.phase = PodPhase::Starting;
            pod.address = address;
        });
        let pid = child.id().unwrap_or_default();
        self.event(ProcessEvent::Started { pod: self.name.clone(), pid, ports: ports.clone() });
        let over = tokio::select! {
            ended = child.wait() => Over::Fell(in_words(ended)),
            () = self.stop.cancelled() => self.end(&mut child, group).await,
            never = self.probe(&ports) => match never {},
        };
        // Whatever the process left behind in its group goes with it.
        signal(group, Signal::KILL);
        over
    }

    async fn launch(&self, ports: &[(u16, u16)]) -> std::io::Result<Child> {
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(self.config.logs.join(format!("{}.log", self.name)))?;
        let env = self.environment(ports);
        let known = |name: &str| {
            env.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.clone())
        };
        let words = self.spec.command.iter().map(|word| expand(word, &known));
        let command = self.config.tether.iter().cloned().chain(words).collect();
        self.spawner.spawn(Launch { command, env, log }).await
    }

    /// Variables in order; each may refer to those before it.
    fn environment(&self, ports: &[(u16, u16)]) -> Vec<(String, String)> {
        let mut env: Vec<(String, String)> = Vec::new();
        for variable in &self.spec.env {
            let value = match &variable.value {
                Source::PodName => self.name.clone(),
                Source::Text(text) => expand(text, &|name| {
                    env.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.clone())
                }),
            };
            env.push((variable.name.clone(), value));
        }
        // Last, so that they win: the mapping is a fact of this machine, not a setting.
        for (index, (container, port)) in ports.iter().enumerate() {
            env.push((format!("PORT_{container}"), port.to_string()));
            if index == 0 {
                env.push(("PORT".to_owned(), port.to_string()));
            }
        }
        env.push(("SEGUE_POD".to_owned(), self.name.clone()));
        env
    }

    /// Probes for ever; without a probe a started process is a ready one, as in Kubernetes.
    async fn probe(&self, ports: &[(u16, u16)]) -> std::convert::Infallible {
        let Some(probe) = &self.spec.readiness else {
            self.set_ready(true);
            return std::future::pending().await;
        };
        let mapped = ports.iter().find(|(container, _)| *container == probe.port);
        let port = mapped.map_or(probe.port, |(_, port)| *port);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        sleep(probe.initial_delay).await;
        let (mut ready, mut streak) = (false, 0_u32);
        loop {
            let good = matches!(timeout(probe.timeout, answers(probe, address)).await, Ok(true));
            streak = if good == ready { 0 } else { streak.saturating_add(1) };
            let needed = if good { probe.success_after } else { probe.failure_after };
            if streak >= needed.max(1) {
                (ready, streak) = (good, 0);
                self.set_ready(ready);
            }
            sleep(probe.period.max(Duration::from_millis(100))).await;
        }
    }

    fn set_ready(&self, ready: bool) {
        self.update(|pod| {
            pod.phase = if ready { PodPhase::Ready } else { PodPhase::Starting };
        });
        let pod = self.name.clone();
        self.event(if ready { ProcessEvent::Ready { pod } } else { ProcessEvent::Unready { pod } });
    }

    /// preStop, SIGTERM, and SIGKILL when the grace period, which began with preStop, is over.
    async fn end(&self, child: &mut Child, group: Option<Pid>) -> Over {
        self.update(|pod| pod.phase = PodPhase::Terminating);
        let deadline = Instant::now() + self.spec.grace;
        let before = async {
            match &self.spec.pre_stop {
                Some(PreStop::Sleep(wait)) => sleep(*wait).await,
                Some(PreStop::Command(command)) => self.run_hook(command.clone()).await,
                None => {}
            }
        };
        tokio::select! {
            ended = child.wait() => return Over::Stopped(in_words(ended)),
            _ = timeout_at(deadline, before) => {}
        }
        signal(group, Signal::TERM);
        if let Ok(ended) = timeout_at(deadline, child.wait()).await {
            return Over::Stopped(in_words(ended));
        }
        signal(group, Signal::KILL);
        let _ = child.wait().await;
        Over::Stopped(format!("killed after {} s of grace", self.spec.grace.as_secs()))
    }

    /// Runs a preStop command to its end; its failure changes nothing, as in Kubernetes.
    async fn run_hook(&self, command: Vec<String>) {
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(self.config.logs.join(format!("{}.log", self.name)));
        let Ok(log) = log else { return };
        let launch = Launch { command, env: Vec::new(), log };
        if let Ok(mut hook) = self.spawner.spawn(launch).await {
            let _ = hook.wait().await;
        }
    }

    fn update(&self, change: impl FnOnce(&mut Pod)) {
        change(&mut self.pod.lock().unwrap_or_else(PoisonError::into_inner));
        self.changes.send_modify(|revision| *revision += 1);
    }

    fn event(&self, event: ProcessEvent) {
        (self.config.events)(event);
    }
}

/// Whether the probe is answered well.
async fn answers(probe: &Probe, address: SocketAddr) -> bool {
    match &probe.path {
        Some(path) => ask(address, path).await == Some(true),
        None => TcpStream::connect(address).await.is_ok(),
    }
}

/// A free port of this machine for each container port. Somebody may take one before the process
/// does; the process then falls, and its next life gets others.
fn free_ports(containers: &[u16]) -> std::io::Result<Vec<(u16, u16)>> {
    let mut held = Vec::new();
    for container in containers {
        let listener = bind_free()?;
        held.push((*container, listener));
    }
    held.iter().map(|(container, held)| Ok((*container, held.local_addr()?.port()))).collect()
}

fn bind_free() -> std::io::Result<TcpListener> {
    let mut outcome = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    for _ in 1..PORT_TRIES {
        if outcome.is_ok() {
            break;
        }
        outcome = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    }
    outcome
}

fn signal(group: Option<Pid>, signal: Signal) {
    if let Some(group) = group {
        // No such group: all its members have ended already.
        let _ = kill_process_group(group, signal);
    }
}

fn in_words(ended: std::io::Result<std::process::ExitStatus>) -> String {
    ended.map_or_else(|error| error.to_string(), |status| status.to_string())
}
