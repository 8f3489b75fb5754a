//! The engine as a `Book`: what is known, and what can be said.

use std::sync::PoisonError;
use std::time::Duration;

use live::store::{Run, StoredAct};
use model::Reason;
use model::code::serve as code;
use model::ports::{Clock, Cloud, Fault, Fleets, Prober, Retry};
use tokio::sync::{oneshot, watch};
use traffic::{Deed, Goal, Phase};

use super::life::First;
use super::status::{self, Parts};
use super::{Engine, words};
use crate::serve::book::{Act, Book, Overview, ShiftStatus};

/// How long a decision may take until it is in the journal.
const ANSWER_WAIT: Duration = Duration::from_secs(30);

/// Time between two looks whether a loop has ended.
const REST_LOOK: Duration = Duration::from_millis(20);

/// How far a shift is, as far as people may say something about it.
enum Standing {
    NotStarted,
    Running,
    RolledBack,
    Frozen,
    Done,
}

impl<C, F, P, K> Book for Engine<C, F, P, K>
where
    C: Cloud + Send + Sync + 'static,
    F: Fleets + Send + Sync + 'static,
    P: Prober + Send + Sync + 'static,
    K: Clock + Send + Sync + 'static,
{
    fn overview(&self) -> Overview {
        let inner = &*self.inner;
        let beside = inner.beside.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let pages = inner.pages.lock();
        Overview {
            at: inner.clock.now(),
            since: inner.since,
            repository: inner.place.repository.clone(),
            world: inner.place.world.clone(),
            shifts: pages.values().map(|page| status::of(page, Parts::Short)).collect(),
            workloads: beside.workloads,
            held: beside.held,
        }
    }

    fn shift(&self, name: &str) -> Option<ShiftStatus> {
        self.inner.pages.lock().get(name).map(|page| status::of(page, Parts::All))
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.inner.pages.changes()
    }

    async fn activity(&self, limit: usize) -> Result<Vec<Act>, Reason> {
        let records = self.inner.store.latest(limit).await?;
        let others = self.inner.store.acts(limit).await?;
        let mut acts: Vec<Act> = records.iter().filter_map(words::act).collect();
        acts.extend(others.into_iter().map(|StoredAct { at, by, subject, what, because }| Act {
            at,
            by,
            subject,
            what,
            because: serde_json::from_str(&because).ok(),
        }));
        acts.sort_by_key(|act| std::cmp::Reverse(act.at));
        acts.truncate(limit);
        Ok(acts)
    }

    async fn start(&self, shift: &str, by: &str) -> Result<(), Reason> {
        let _one = self.inner.starting.lock().await;
        let (goal, standing) = self.standing(shift, true)?;
        match standing {
            Standing::Running => Ok(()),
            Standing::Frozen | Standing::Done => Err(ended(shift, &standing)),
            Standing::NotStarted => {
                self.run(&goal, by).await?;
                self.live(goal, First::Nothing);
                Ok(())
            }
            Standing::RolledBack => {
                self.at_rest(shift).await;
                self.run(&goal, by).await?;
                let (answer, done) = oneshot::channel();
                self.live(goal, First::Again(by.to_owned(), answer));
                written(shift, by, done).await
            }
        }
    }

    async fn say(&self, shift: &str, by: &str, what: Deed) -> Result<(), Reason> {
        let (goal, standing) = self.standing(shift, false)?;
        match standing {
            Standing::NotStarted => {
                return Err(Reason::new(&code::NOT_STARTED).with("shift", shift));
            }
            Standing::RolledBack | Standing::Frozen | Standing::Done => {
                return Err(ended(shift, &standing));
            }
            Standing::Running => {}
        }
        self.means_something(&goal, by, what)?;
        written(shift, by, self.inner.shared.tell(shift, by, what)).await
    }

    async fn adopt(&self, shift: &str, by: &str) -> Result<(), Reason> {
        let _one = self.inner.starting.lock().await;
        let (goal, standing) = self.standing(shift, false)?;
        if !matches!(standing, Standing::Frozen) {
            return Err(Reason::new(&model::code::traffic::NOT_ADOPTED)
                .with("shift", shift)
                .with("cause", "it is not frozen"));
        }
        self.at_rest(shift).await;
        let (answer, done) = oneshot::channel();
        self.live(goal, First::Adopt(by.to_owned(), answer));
        written(shift, by, done).await
    }
}

impl<C, F, P, K> Engine<C, F, P, K>
where
    C: Cloud + Send + Sync + 'static,
    F: Fleets + Send + Sync + 'static,
    P: Prober + Send + Sync + 'static,
    K: Clock + Send + Sync + 'static,
{
    /// The goal of a shift and how far it is; `anew`: the goal as its file has it now, where it
    /// does not run.
    fn standing(&self, shift: &str, anew: bool) -> Result<(Goal, Standing), Reason> {
        let pages = self.inner.pages.lock();
        let Some(page) = pages.get(shift) else {
            drop(pages);
            return Err(self.unknown(shift));
        };
        let standing = match &page.state.phase {
            _ if page.run.is_none() => Standing::NotStarted,
            Phase::Done => Standing::Done,
            Phase::Frozen { .. } => Standing::Frozen,
            Phase::RolledBack { .. } => Standing::RolledBack,
            Phase::Planned
            | Phase::Preflight
            | Phase::Provision
            | Phase::Warm
            | Phase::Rehearse
            | Phase::Stepping
            | Phase::Hold
            | Phase::HandOver
            | Phase::Drain
            | Phase::Approve
            | Phase::Decommission
            | Phase::RollingBack => Standing::Running,
        };
        let from_file = anew && !matches!(standing, Standing::Running);
        let goal = if from_file { &page.declared.goal } else { &page.goal };
        Ok((goal.clone(), standing))
    }

    /// Waits until the loop of a shift that has ended is over: it may just be closing, or not have
    /// looked yet.
    async fn at_rest(&self, shift: &str) {
        let over = async {
            while self.is_alive(shift) {
                tokio::time::sleep(REST_LOOK).await;
            }
        };
        let _ = tokio::time::timeout(ANSWER_WAIT, over).await;
    }

    /// Remembers that a shift was started.
    async fn run(&self, goal: &Goal, by: &str) -> Result<(), Reason> {
        let inner = &*self.inner;
        let at = inner.clock.now();
        let subject = goal.subject().to_string();
        let value = serde_json::to_value(goal).unwrap_or_default();
        let run = Run { subject: subject.clone(), goal: value, by: by.to_owned(), at };
        inner.store.start(&run).await?;
        let act = StoredAct {
            at,
            by: by.to_owned(),
            subject,
            what: "started".to_owned(),
            because: String::new(),
        };
        inner.store.act(&act).await?;
        inner.pages.change(&goal.shift, |page| {
            page.goal = goal.clone();
            page.run = Some(run);
        });
        Ok(())
    }

    /// Refuses what could not mean what the person thinks it means.
    fn means_something(&self, goal: &Goal, by: &str, what: Deed) -> Result<(), Reason> {
        let shift = goal.shift.as_str();
        let not_now = |cause: &str| {
            let verb = words::verb(what);
            let because = Reason::new(&code::NOT_NOW).with("shift", shift);
            Err(because.with("deed", verb).with("cause", cause))
        };
        let pages = self.inner.pages.lock();
        let Some(page) = pages.get(shift) else { return Ok(()) };
        let state = &page.state;
        match what {
            Deed::Approve if by == goal.author => {
                Err(Reason::new(&code::OWN_APPROVAL).with("by", by).with("shift", shift))
            }
            Deed::Approve if state.phase != Phase::Approve => {
                not_now("it is asked for when the old side has been silent for its time")
            }
            // After a restart nobody has heard the silence yet: it is proven anew, and then asked for.
            Deed::Approve if let Some(because) = state.noise(goal) => not_now(&because.sentence()),
            Deed::Promote if state.phase == Phase::RollingBack => not_now("it is on its way back"),
            Deed::Promote if state.holding.is_none() => not_now("no request has moved yet"),
            Deed::Resume if !state.paused => not_now("it is not paused"),
            Deed::Pause if state.paused => not_now("it is paused already"),
            Deed::Abort if state.past_return() => {
                not_now("the old side is being removed; nothing can go back to it")
            }
            Deed::Abort if state.aborted.is_some() => not_now("it was aborted already"),
            Deed::Approve | Deed::Promote | Deed::Resume | Deed::Pause | Deed::Abort => Ok(()),
        }
    }
}

/// Said of a shift that has come to its end.
fn ended(shift: &str, standing: &Standing) -> Reason {
    let how = match standing {
        Standing::RolledBack => "everything is back on the old side",
        Standing::Frozen => "it is frozen",
        Standing::Done | Standing::NotStarted | Standing::Running => {
            "the new side answers everything"
        }
    };
    Reason::new(&code::ENDED).with("shift", shift).with("how", how)
}

/// Waits until what was said is in the journal.
async fn written(
    shift: &str,
    by: &str,
    done: oneshot::Receiver<Result<(), Fault>>,
) -> Result<(), Reason> {
    let not = |cause: String| {
        Err(Reason::new(&code::NOT_WRITTEN)
            .with("by", by)
            .with("shift", shift)
            .with("cause", cause))
    };
    match tokio::time::timeout(ANSWER_WAIT, done).await {
        Ok(Ok(Ok(()))) => Ok(()),
        // Saying it again may help; what was refused for good speaks for itself.
        Ok(Ok(Err(fault))) if fault.retry != Retry::Never => not(fault.because.sentence()),
        Ok(Ok(Err(fault))) => Err(fault.because),
        Ok(Err(_)) => not("the shift does not run any more".to_owned()),
        Err(_) => not(format!("it takes longer than {} s", ANSWER_WAIT.as_secs())),
    }
}
