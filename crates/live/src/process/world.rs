//! What all pods share: how processes run, which ports are given, who is told.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::cgroup::Cgroups;
use super::engine::Engine;
use super::ports::Ports;
use super::{ProcessEvent, ProcessesConfig};

/// What all pods share.
pub(super) struct World {
    pub(super) config: ProcessesConfig,
    pub(super) kept: Kept,
    pub(super) ports: Ports,
    pub(super) changes: watch::Sender<u64>,
    /// Limits by the kernel, or why there are none.
    pub(super) cgroups: Result<Cgroups, String>,
    /// What runs images; `None` before anybody has asked.
    engine: Mutex<Option<Result<Engine, String>>>,
    /// This program ends: pods are left as they are.
    pub(super) closed: CancellationToken,
}

/// Where what outlives us is kept.
#[derive(Debug)]
pub(super) struct Kept {
    /// Words that start a shim.
    pub(super) shim: Vec<String>,
    /// Folder of the pods.
    pub(super) pods: PathBuf,
    /// Folder above it, of all records.
    pub(super) folder: PathBuf,
}

impl World {
    pub(super) fn new(config: ProcessesConfig, kept: Kept) -> Self {
        Self {
            config,
            kept,
            ports: Ports::default(),
            changes: watch::Sender::new(0),
            cgroups: Cgroups::find(),
            engine: Mutex::default(),
            closed: CancellationToken::new(),
        }
    }

    /// Tells everybody that something has changed.
    pub(super) fn changed(&self) {
        self.changes.send_modify(|revision| *revision += 1);
    }

    pub(super) fn event(&self, event: ProcessEvent) {
        (self.config.events)(event);
    }

    /// What runs images, as far as it is known.
    pub(super) fn engine(&self) -> MutexGuard<'_, Option<Result<Engine, String>>> {
        self.engine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks for a container engine, unless one was found already.
    pub(super) async fn find_engine(&self) {
        if !matches!(*self.engine(), Some(Ok(_))) {
            let found = Engine::find(&self.config.engines).await;
            *self.engine() = Some(found);
        }
    }
}
