//! Probes of a container while it lives.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use model::ports::Clock as _;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::super::life::{Life, run_beside};
use super::super::spec::{Container, Probe, Way};
use super::PodTask;
use crate::SystemClock;
use crate::balancer::ask_with;

/// Shortest time between two probes.
const PERIOD_MIN: Duration = Duration::from_millis(100);

/// A probe that ends a life.
pub(super) struct Failed {
    /// `startup` or `liveness`.
    pub(super) probe: &'static str,
    /// How long the container may take to end.
    pub(super) grace: Duration,
}

impl PodTask {
    /// Probes until one says that the container must be started again.
    pub(super) async fn probe(&self, container: &Container, life: &Life) -> Failed {
        let name = &container.name;
        if let Some(probe) = &container.startup
            && !self.state(name).started
        {
            if !self.starts(container, life, probe).await {
                return self.failed("startup", probe);
            }
            self.update_container(name, |state| state.started = true);
        }
        let ready = async {
            let Some(probe) = &container.readiness else {
                if !self.state(name).ready {
                    self.update_container(name, |state| state.ready = true);
                }
                return std::future::pending().await;
            };
            loop {
                let before = self.state(name).ready;
                self.turn(container, life, probe, before).await;
                self.update_container(name, |state| state.ready = !before);
            }
        };
        let alive = async {
            let Some(probe) = &container.liveness else { return std::future::pending().await };
            self.turn(container, life, probe, true).await;
            self.failed("liveness", probe)
        };
        tokio::select! {
            failed = alive => failed,
            never = ready => match never {},
        }
    }

    fn failed(&self, probe: &'static str, failed: &Probe) -> Failed {
        Failed { probe, grace: failed.grace.unwrap_or(self.record().grace) }
    }

    /// Whether a container starts: one good answer, before too many bad ones in a row.
    async fn starts(&self, container: &Container, life: &Life, probe: &Probe) -> bool {
        self.delay(container, probe).await;
        for _ in 1..probe.failure_after {
            if self.ask(container, life, probe).await {
                return true;
            }
            sleep(probe.period.max(PERIOD_MIN)).await;
        }
        self.ask(container, life, probe).await
    }

    /// Probes until enough answers in a row say something else than `before`.
    async fn turn(&self, container: &Container, life: &Life, probe: &Probe, before: bool) {
        self.delay(container, probe).await;
        let needed = if before { probe.failure_after } else { probe.success_after };
        let mut others = 0_u32;
        loop {
            let good = self.ask(container, life, probe).await;
            others = if good == before { 0 } else { others + 1 };
            if others >= needed {
                return;
            }
            sleep(probe.period.max(PERIOD_MIN)).await;
        }
    }

    /// The first delay counts from the start of the life, also when the pod was adopted.
    async fn delay(&self, container: &Container, probe: &Probe) {
        let since = self.state(&container.name).since;
        let first = since.and_then(|since| since.checked_add(probe.initial_delay).ok());
        if let Some(first) = first {
            SystemClock.sleep_until(first).await;
        }
    }

    /// One answer.
    async fn ask(&self, container: &Container, life: &Life, probe: &Probe) -> bool {
        let address = |port: u16| SocketAddr::from((Ipv4Addr::LOCALHOST, self.port(port)));
        match &probe.way {
            Way::Get(get) => {
                let asked = ask_with(address(get.port), &get.path, &get.headers);
                matches!(timeout(probe.timeout, asked).await, Ok(Some(true)))
            }
            Way::Connect(port) => {
                matches!(
                    timeout(probe.timeout, TcpStream::connect(address(*port))).await,
                    Ok(Ok(_))
                )
            }
            Way::Command(words) => {
                let (command, env) = self.beside(container, life, words);
                run_beside(&command, &env, probe.timeout).await == Some(0)
            }
        }
    }

    /// The port of this machine that a container port is mapped to.
    pub(super) fn port(&self, inner: u16) -> u16 {
        let record = self.record();
        record.ports.iter().find(|(listed, _)| *listed == inner).map_or(inner, |(_, outer)| *outer)
    }
}
