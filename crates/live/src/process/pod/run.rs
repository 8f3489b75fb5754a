//! The way of a pod: init containers one after the other, then all containers side by side, each
//! life after life.

use std::sync::Arc;

use model::ports::Clock as _;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::super::ProcessEvent;
use super::super::life::Life;
use super::super::record::{self, Ended, LifeRecord, Outcome};
use super::super::spec::{Container, Restart};
use super::PodTask;
use crate::SystemClock;

/// How it goes on after a life.
enum Next {
    /// Another life.
    Again,
    /// It is over.
    Over(Outcome),
}

/// Why a life is over.
pub(super) enum Over {
    /// It ended by itself, could not be started, or was ended for a failed probe.
    Fell(Ended),
    /// The pod was told to end.
    Stopped(String),
}

impl PodTask {
    /// Runs the pod until it is over, or until this program ends, which leaves it as it is.
    pub(in crate::process) async fn run(self: Arc<Self>) {
        let closed = self.world.closed.clone();
        tokio::select! {
            biased;
            () = closed.cancelled() => {}
            outcome = self.way() => {
                let _ = self.update(|record| record.outcome = Some(outcome));
                self.world.changed();
            }
        }
    }

    async fn way(self: &Arc<Self>) -> Outcome {
        if !self.prepare().await {
            return Outcome::Stopped;
        }
        let spec = Arc::clone(&self.spec.borrow().spec);
        let beside = CancellationToken::new();
        let mut sidecars = JoinSet::new();
        for container in &spec.init {
            let outcome = if container.sidecar {
                sidecars.spawn(self.lives(&container.name, Restart::Always, &beside));
                self.until_started(&container.name).await
            } else {
                let again = if spec.restart == Restart::Never {
                    Restart::Never
                } else {
                    Restart::OnFailure
                };
                self.lives(&container.name, again, &self.stop).await
            };
            if !outcome.well() {
                beside.cancel();
                while sidecars.join_next().await.is_some() {}
                return outcome;
            }
        }
        let mut all = JoinSet::new();
        for container in &spec.containers {
            all.spawn(self.lives(&container.name, spec.restart, &self.stop));
        }
        let mut worst = Outcome::Succeeded;
        while let Some(outcome) = all.join_next().await {
            worst = worst.max(outcome.unwrap_or(Outcome::Failed));
        }
        beside.cancel();
        while sidecars.join_next().await.is_some() {}
        worst
    }

    /// Waits until a sidecar is there, so that what comes after may use it.
    async fn until_started(&self, container: &str) -> Outcome {
        let mut changes = self.world.changes.subscribe();
        while !self.state(container).started {
            tokio::select! {
                () = self.stop.cancelled() => return Outcome::Stopped,
                rung = changes.changed() => if rung.is_err() { return Outcome::Stopped },
            }
        }
        Outcome::Succeeded
    }

    /// Life after life of one container.
    fn lives(
        self: &Arc<Self>,
        container: &str,
        restart: Restart,
        stop: &CancellationToken,
    ) -> impl Future<Output = Outcome> + Send + use<> {
        let (pod, name, stop) = (Arc::clone(self), container.to_owned(), stop.clone());
        async move {
            if pod.state(&name).done {
                return Outcome::Succeeded;
            }
            let mut adopted = pod.adopt(&name).await;
            loop {
                let life = match adopted.take() {
                    Some(life) => life,
                    None if pod.wait(&name, &stop).await => pod.launch(&name).await,
                    None => return Outcome::Stopped,
                };
                let over = match life {
                    Ok(life) => pod.watch(&name, &life, &stop).await,
                    Err(ended) => Over::Fell(ended),
                };
                match over {
                    Over::Stopped(how) => {
                        pod.world.event(ProcessEvent::Stopped { pod: pod.name(), how });
                        return Outcome::Stopped;
                    }
                    Over::Fell(ended) => {
                        if let Next::Over(outcome) = pod.fell(&name, &ended, restart) {
                            return outcome;
                        }
                    }
                }
            }
        }
    }

    /// The life that an earlier run of this program has left, if there is one.
    async fn adopt(&self, container: &str) -> Option<Result<Life, Ended>> {
        let state = self.state(container);
        let (shim, folder) = (state.shim?, self.folder());
        if state.again_at.is_some() || state.done {
            return None;
        }
        let file = record::life_file(&folder, container);
        let life = Life::kept(shim, &file, state.life).await;
        let began = record::load::<LifeRecord>(&file).is_some_and(|one| one.life == state.life);
        // A start that was cut short before the shim had its order is no fall.
        (life.is_ok() || began).then_some(life)
    }

    /// Waits until the next life may begin; false if it was told to stop before.
    async fn wait(&self, container: &str, stop: &CancellationToken) -> bool {
        let again = async {
            if let Some(at) = self.state(container).again_at {
                SystemClock.sleep_until(at).await;
            }
            let _ = self.spec.subscribe().wait_for(|known| known.whole).await;
        };
        tokio::select! {
            biased;
            () = stop.cancelled() => false,
            () = again => true,
        }
    }

    /// One life to its end.
    async fn watch(&self, name: &str, life: &Life, stop: &CancellationToken) -> Over {
        let Some(container) = self.container(name) else { return Over::Fell(Ended::Unseen) };
        tokio::select! {
            biased;
            () = stop.cancelled() => {
                Over::Stopped(self.end_life(&container, life, None).await)
            }
            ended = life.over() => Over::Fell(ended),
            failed = self.probe(&container, life) => {
                self.update_container(name, |state| state.ready = false);
                let pod = self.name();
                self.world.event(ProcessEvent::Failed { pod, probe: failed.probe });
                let _ = self.end_life(&container, life, Some(failed.grace)).await;
                Over::Fell(life.over().await)
            }
        }
    }

    /// Writes down how a life ended, and says how it goes on.
    fn fell(&self, name: &str, ended: &Ended, restart: Restart) -> Next {
        let again = match restart {
            Restart::Always => true,
            Restart::OnFailure => !ended.well(),
            Restart::Never => false,
        };
        let pod = self.name();
        if !again {
            let outcome = if ended.well() { Outcome::Succeeded } else { Outcome::Failed };
            self.update_container(name, |state| {
                state.last = Some(ended.clone());
                (state.done, state.ready) = (outcome.well(), false);
            });
            self.world.event(ProcessEvent::Stopped { pod, how: ended.to_string() });
            return Next::Over(outcome);
        }
        let (now, times) = (SystemClock.now(), self.world.config.back_off);
        let mut wait = std::time::Duration::ZERO;
        self.update_container(name, |state| {
            let ran =
                state.since.map_or(jiff::SignedDuration::ZERO, |since| now.duration_since(since));
            let recovered = std::time::Duration::try_from(ran).is_ok_and(|ran| ran >= times.reset);
            let before = state.back_off.filter(|_| !recovered);
            wait = before.unwrap_or_default();
            let next = before.map_or(times.first, |before| before.saturating_mul(2));
            state.back_off = Some(next.min(times.max));
            state.again_at = now.checked_add(wait).ok();
            state.last = Some(ended.clone());
            state.restarts = state.restarts.saturating_add(1);
            (state.started, state.ready, state.shim) = (false, false, None);
        });
        let how = ended.to_string();
        self.world.event(ProcessEvent::Ended { pod, how, again_in: wait });
        Next::Again
    }

    /// A container by name, as it is known now.
    pub(super) fn container(&self, name: &str) -> Option<Container> {
        let known = self.spec.borrow();
        known.spec.all().find(|container| container.name == name).cloned()
    }
}
