//! The life of one shift in the engine: opened, turned, and opened again after a fault.

use std::sync::PoisonError;
use std::time::Duration;

use model::code::live as code;
use model::ports::{Clock, Cloud, Fault, Fleets, Prober, Retry};
use tokio::sync::oneshot;
use traffic::Goal;

use super::Engine;
use crate::serve::shift::{Shift, World};

/// After a fault that ended the loop, it is opened again this much later.
const AGAIN: Duration = Duration::from_secs(5);

/// What comes before the first turn.
#[derive(Debug)]
pub(super) enum First {
    /// Nothing: it goes on as the journal says.
    Nothing,
    /// The balancer has started together with the engine: its counts begin again.
    Recount,
    /// A frozen shift is taken over.
    Adopt(String, Answer),
    /// A shift that went back begins once more.
    Again(String, Answer),
}

/// Who waits until it is in the journal.
type Answer = oneshot::Sender<Result<(), Fault>>;

impl<C, F, P, K> Engine<C, F, P, K>
where
    C: Cloud + Send + Sync + 'static,
    F: Fleets + Send + Sync + 'static,
    P: Prober + Send + Sync + 'static,
    K: Clock + Send + Sync + 'static,
{
    /// Starts the loop of a shift unless it runs already.
    pub(super) fn live(&self, goal: Goal, first: First) {
        let name = goal.shift.clone();
        if !self.alive(|alive| alive.insert(name.clone())) {
            return;
        }
        let engine = self.clone();
        self.inner.tasks.spawn(async move {
            tokio::select! {
                () = engine.inner.stop.cancelled() => {}
                () = engine.inner.settled.cancelled() => engine.turn_on(&goal, first).await,
            }
            engine.alive(|alive| alive.remove(&name));
            engine.inner.shared.deaf(&name);
            engine.inner.pages.ring();
        });
    }

    /// Whether the loop of a shift runs.
    pub(super) fn is_alive(&self, shift: &str) -> bool {
        self.alive(|alive| alive.contains(shift))
    }

    fn alive<R>(&self, with: impl FnOnce(&mut std::collections::BTreeSet<String>) -> R) -> R {
        with(&mut self.inner.alive.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Turns until the shift has ended, another engine took over, or the engine stops.
    async fn turn_on(&self, goal: &Goal, mut first: First) {
        let inner = &*self.inner;
        loop {
            let opening = std::mem::replace(&mut first, First::Nothing);
            if matches!(opening, First::Recount) {
                // Until it is in the journal.
                first = First::Recount;
            }
            let fault = match self.turns(goal, opening, &mut first).await {
                Ok(()) => return,
                Err(fault) => fault,
            };
            inner.pages.change(&goal.shift, |page| page.fault = Some(fault.because.clone()));
            if fault.because.code.id == code::FENCED.id {
                return;
            }
            let wait = match fault.retry {
                Retry::After(wait) => wait,
                Retry::Now | Retry::Never => AGAIN,
            };
            let at = inner.clock.now().checked_add(wait).unwrap_or(inner.clock.now());
            tokio::select! {
                () = inner.stop.cancelled() => return,
                () = inner.clock.sleep_until(at) => {}
            }
        }
    }

    async fn turns(&self, goal: &Goal, first: First, later: &mut First) -> Result<(), Fault> {
        let inner = &*self.inner;
        let world = World {
            cloud: &inner.cloud,
            fleets: &*inner.fleets,
            prober: &*inner.prober,
            journal: &inner.journal,
            clock: &inner.clock,
        };
        let opened = Shift::open(world, goal.clone(), inner.shared.clone()).await;
        let shift = match (opened, first) {
            (Ok(shift), First::Nothing) => shift,
            (Ok(mut shift), First::Recount) => {
                shift.recount().await?;
                *later = First::Nothing;
                shift
            }
            (Ok(mut shift), First::Adopt(by, answer)) => {
                let done = shift.adopt(&by).await;
                let refused = done.is_err();
                let _ = answer.send(done);
                if refused {
                    return Ok(());
                }
                shift
            }
            (Ok(mut shift), First::Again(by, answer)) => {
                let done = shift.again(&by).await;
                let refused = done.is_err();
                let _ = answer.send(done);
                if refused {
                    return Ok(());
                }
                shift
            }
            (Err(fault), First::Nothing | First::Recount) => return Err(fault),
            (Err(fault), First::Adopt(_, answer) | First::Again(_, answer)) => {
                let _ = answer.send(Err(fault));
                return Ok(());
            }
        };
        let name = goal.shift.as_str();
        let ended = shift
            .run(&inner.stop, |turn| match turn {
                Ok(turn) => inner.pages.change(name, |page| page.turned(turn)),
                Err(fault) => {
                    inner.pages.change(name, |page| page.fault = Some(fault.because.clone()));
                }
            })
            .await;
        ended.map(drop)
    }
}
