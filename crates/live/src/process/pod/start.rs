//! How a pod begins: ports, folders, variables, and each life of its containers.

use std::path::PathBuf;

use model::ports::Clock as _;

use super::super::engine::Engine;
use super::super::environment::{Source, expand};
use super::super::life::{Life, Shim};
use super::super::record::{self, Ended};
use super::super::shim::Order;
use super::super::spec::{Bytes, Container, Content, Run};
use super::super::world::Kept;
use super::super::{ProcessEvent, volume};
use super::PodTask;
use crate::limits::LOG_BYTES_MAX;
use crate::{LiveError, SystemClock};

/// One life, ready to be started.
struct Ready {
    command: Vec<String>,
    env: Vec<(String, String)>,
    directory: Option<PathBuf>,
}

impl PodTask {
    /// Ports and folders; false if it was told to end before it had them.
    pub(super) async fn prepare(&self) -> bool {
        let mut wait = self.world.config.back_off.first;
        loop {
            if self.stop.is_cancelled() && self.record().containers.values().all(|s| s.life == 0) {
                return false;
            }
            let Err(error) = self.try_prepare() else { return true };
            self.world.event(ProcessEvent::Note(error.reason()));
            tokio::select! {
                () = self.stop.cancelled() => return false,
                () = tokio::time::sleep(wait) => {}
            }
            wait = wait.saturating_mul(2).min(self.world.config.back_off.max);
        }
    }

    fn try_prepare(&self) -> Result<(), LiveError> {
        let spec = std::sync::Arc::clone(&self.spec.borrow().spec);
        let wanted = spec.ports();
        if self.record().ports.len() != wanted.len() {
            let ports = self.world.ports.take(&wanted).map_err(|source| LiveError::Listen {
                address: format!("ports for {}", self.name()),
                source,
            })?;
            self.record().ports = ports;
            // Written down before anything listens there.
            self.update(|_| ())?;
        }
        let folder = self.folder();
        for (name, content) in spec.volumes.iter().filter(|_| self.spec.borrow().whole) {
            let files = match content {
                Content::Empty => None,
                Content::Files(files) => Some(files),
            };
            let files = files.into_iter().flatten().map(|(path, bytes)| match bytes {
                Bytes::Known(bytes) => (path.as_str(), bytes.clone()),
                Bytes::Told(source) => {
                    (path.as_str(), source.of_pod(&self.pod_name()).into_bytes())
                }
            });
            volume::fill(&volume::folder(&folder, name), files)?;
        }
        Ok(())
    }

    /// Begins the next life of a container; the error is how it ended before it ran.
    pub(super) async fn launch(&self, name: &str) -> Result<Life, Ended> {
        let not = |error: &dyn std::fmt::Display| Ended::NotStarted(error.to_string());
        let container = self.container(name).ok_or(Ended::Unseen)?;
        self.ports_again(&container).map_err(|error| not(&format!("no free port: {error}")))?;
        let life = self.state(name).life + 1;
        let ready = self.ready(&container, life);
        let order = Order {
            command: ready.command,
            env: ready.env,
            directory: ready.directory,
            user: user(&container),
            cgroup: self.limit(&container)?,
            log: self.log(name),
            log_bytes_max: LOG_BYTES_MAX,
            record: record::life_file(&self.folder(), name),
            life,
        };
        let since = SystemClock.now();
        let started = self.launch_kept(&self.world.kept, name, &order).await?;
        let ready = container.startup.is_none() && container.readiness.is_none();
        self.update_container(name, |state| {
            (state.life, state.since, state.again_at) = (life, Some(since), None);
            (state.started, state.ready) = (container.startup.is_none(), ready);
        });
        let (pid, ports) = (started.process.pid, self.record().ports.clone());
        self.world.event(ProcessEvent::Started { pod: self.name(), pid, ports });
        Ok(started)
    }

    /// The shim is written down before it is told what to run: one that nobody knows of never
    /// runs anything.
    async fn launch_kept(&self, kept: &Kept, name: &str, order: &Order) -> Result<Life, Ended> {
        let shim = Shim::start(&kept.shim)
            .map_err(|error| Ended::NotStarted(format!("the shim: {error}")))?;
        let identity = shim.identity;
        let written = self.update(|record| {
            if let Some(state) = record.containers.get_mut(name) {
                (state.life, state.shim, state.again_at) = (order.life, Some(identity), None);
                state.since = Some(SystemClock.now());
            }
        });
        written.map_err(|error| Ended::NotStarted(error.to_string()))?;
        shim.order(order).await.map_err(|error| Ended::NotStarted(format!("the shim: {error}")))?;
        Life::kept(identity, &order.record, order.life).await
    }

    /// After a fall, ports that somebody else took are replaced.
    fn ports_again(&self, container: &Container) -> std::io::Result<()> {
        if self.state(&container.name).restarts == 0 {
            return Ok(());
        }
        let own =
            |(inner, _): &(u16, u16)| container.ports.iter().any(|port| port.number == *inner);
        let present: Vec<_> = self.record().ports.iter().copied().filter(own).collect();
        let again = self.world.ports.again(&present)?;
        for (inner, outer) in again {
            let mut record = self.record();
            let found = record.ports.iter_mut().find(|(listed, _)| *listed == inner);
            if let Some(found) = found {
                found.1 = outer;
            }
        }
        Ok(())
    }

    fn ready(&self, container: &Container, life: u64) -> Ready {
        let env = self.environment(container);
        let known = |name: &str| {
            env.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.clone())
        };
        let expanded =
            |words: &[String]| words.iter().map(|word| expand(word, &known)).collect::<Vec<_>>();
        let directory = container.directory.as_ref().map(PathBuf::from);
        match (&container.run, &*self.world.engine()) {
            (Run::Image { image, entrypoint, arguments, read_only }, Some(Ok(engine))) => {
                let run = Run::Image {
                    image: image.clone(),
                    entrypoint: expanded(entrypoint),
                    arguments: expanded(arguments),
                    read_only: *read_only,
                };
                let container = Container { run, ..container.clone() };
                let name = Engine::name(&self.name(), &container.name, life);
                let folders = self.mounted(&container);
                let ports = self.record().ports.clone();
                let command = engine.run(&name, &container, &env, &ports, &folders);
                Ready { command, env, directory: None }
            }
            (Run::Image { image, .. }, _) => {
                // Said by the manifest's reader already; a program of this name is not there.
                Ready { command: vec![image.clone()], env, directory: None }
            }
            (Run::Command(words), _) => {
                // The folder of an image is seldom there on the machine itself.
                let directory = directory.filter(|directory| directory.is_dir());
                Ready { command: expanded(words), env, directory }
            }
        }
    }

    /// Variables in order; each may refer to those before it.
    pub(super) fn environment(&self, container: &Container) -> Vec<(String, String)> {
        let mut env: Vec<(String, String)> = Vec::new();
        for variable in &container.env {
            let value = match &variable.value {
                Source::Text(text) => expand(text, &|name| {
                    env.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.clone())
                }),
                other => other.of_pod(&self.pod_name()),
            };
            env.push((variable.name.clone(), value));
        }
        if matches!(container.run, Run::Command(_)) {
            self.add_facts(container, &mut env);
        }
        env
    }

    /// Last, so that they win: the mapping is a fact of this machine, not a setting.
    fn add_facts(&self, container: &Container, env: &mut Vec<(String, String)>) {
        let ports = self.record().ports.clone();
        for (inner, outer) in &ports {
            env.push((format!("PORT_{inner}"), outer.to_string()));
        }
        let first = container.ports.first().map(|port| port.number);
        if let Some((_, outer)) = ports.iter().find(|(inner, _)| Some(*inner) == first) {
            env.push(("PORT".to_owned(), outer.to_string()));
        }
        for (folder, path, _) in self.mounted(container) {
            let folder = folder.display().to_string();
            if path == "/tmp" {
                env.push(("TMPDIR".to_owned(), folder.clone()));
            }
            env.push((volume::variable(&path), folder));
        }
        env.push(("SEGUE_POD".to_owned(), self.pod_name()));
    }

    /// The folders that a container sees: folder, path in the manifest, whether it may not write.
    fn mounted(&self, container: &Container) -> Vec<(PathBuf, String, bool)> {
        let folder = self.folder();
        let mounted = container.mounts.iter().map(|mount| {
            let volume = volume::folder(&folder, &mount.volume);
            let inner = mount.sub_path.as_ref().map_or(volume.clone(), |path| volume.join(path));
            (inner, mount.path.clone(), mount.read_only)
        });
        mounted.collect()
    }

    fn limit(&self, container: &Container) -> Result<Option<PathBuf>, Ended> {
        let Ok(cgroups) = &self.world.cgroups else { return Ok(None) };
        if !container.limits.any() || !matches!(container.run, Run::Command(_)) {
            return Ok(None);
        }
        let made = cgroups.make(&self.name(), &container.name, &container.limits);
        made.map(Some).map_err(|error| Ended::NotStarted(error.to_string()))
    }

    /// The pod's name as Kubernetes would have it, without its namespace.
    pub(super) fn pod_name(&self) -> String {
        let name = self.name();
        name.rsplit_once('/').map_or(name.clone(), |(_, name)| name.to_owned())
    }

    /// Where the output of a container goes; that of the one that serves has the pod's name.
    pub(super) fn log(&self, container: &str) -> PathBuf {
        let pod = record::file_name(&self.name());
        let spec = std::sync::Arc::clone(&self.spec.borrow().spec);
        let serving = spec.containers.iter().find(|one| !one.ports.is_empty());
        let serves = serving.or(spec.containers.first()).is_some_and(|one| one.name == container);
        let file = if serves { format!("{pod}.log") } else { format!("{pod}.{container}.log") };
        self.world.config.logs.join(file)
    }
}

/// User and group, where this program may become others. A volume lies in a folder that only
/// we may enter, so that a pod with volumes runs as we do.
fn user(container: &Container) -> Option<(u32, u32)> {
    let may = rustix::process::geteuid().is_root() && container.mounts.is_empty();
    container.user.filter(|_| may && matches!(container.run, Run::Command(_)))
}
