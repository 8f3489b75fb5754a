//! The person of the demo: starts the shift, brings a bad release in on the way, mends it when the
//! guard has sent everything back, and starts once more.
//!
//! It says and changes what a person would, through the same doors. It never moves a request: a
//! guard that does not send everything back in time fails the demo.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use model::Reason;
use model::code::live as code;
use model::code::traffic::ABORTED;
use model::ports::{Cluster, PodPhase, Repo};
use tokio::time::Instant;

use super::place::{AUTHOR, NEW_FLEET, NEW_GROUP, REPLICAS, SHIFT};
use super::release;
use super::screen::{News, Teller};
use crate::serve::book::{Book, Fate, ShiftStatus};

/// The share of the new side at which the bad release comes.
const BAD_AT: u8 = 25;

/// How long the guard has for a bad release, from the change of its manifest on: the copies have
/// to start first.
pub(super) const GUARD_WAIT: Duration = Duration::from_mins(1);

/// How long the copies of a release may take to start, and how long a step.
const STEP_WAIT: Duration = Duration::from_mins(2);

/// Time between two looks at the shift when nothing rings.
const LOOK: Duration = Duration::from_millis(200);

/// How the story went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ended {
    /// Every request is on the new side; a second person has to say how it goes on.
    AtHold,
    /// The guard has sent everything back where it was not to be.
    RolledBack(Reason),
    /// The traffic stands still until a person has decided.
    Frozen(Reason),
}

/// The person.
pub(super) struct Person<'a, B, C, R> {
    /// The shifts.
    pub(super) book: &'a B,
    /// The fleets.
    pub(super) cluster: &'a C,
    /// The configuration repository.
    pub(super) repo: &'a R,
    /// Percent of its requests that the bad release fails; 0: there is none.
    pub(super) fail_rate: u8,
    /// How long the guard has.
    pub(super) guard_wait: Duration,
    /// Where the output of the fleets is.
    pub(super) logs: PathBuf,
    /// Who is told.
    pub(super) tell: &'a Teller,
}

/// What a wait came to.
enum Came {
    /// What was waited for.
    It,
    /// An end of the shift instead.
    End(Ended),
}

impl<B: Book, C: Cluster, R: Repo> Person<'_, B, C, R> {
    /// From the start to the wait for a second person.
    pub(super) async fn play(&self) -> Result<Ended, Reason> {
        self.did(format!("{AUTHOR} starts {SHIFT}"));
        self.book.start(SHIFT, AUTHOR).await?;
        if self.fail_rate > 0
            && let Came::End(ended) = self.bad_release().await?
        {
            return Ok(ended);
        }
        self.across().await
    }

    /// A bad release comes in at a quarter of the requests, goes back by the guard, and is mended.
    async fn bad_release(&self) -> Result<Came, Reason> {
        let at = |shift: &ShiftStatus| {
            let landed = shift.weights.stated == Some(BAD_AT) && shift.weights.measured.is_some();
            (landed && shift.steps.iter().any(|step| step.ticks.0 > 0)).then_some(Came::It)
        };
        let what = format!("{BAD_AT} % of the requests on the new side");
        if let Came::End(ended) =
            self.until(&what, STEP_WAIT, |shift| at(shift).or_else(|| over(shift))).await?
        {
            return Ok(Came::End(ended));
        }
        let good = self.pods().await?;
        let rate = self.fail_rate;
        release::spoil(self.repo, rate)?;
        self.did(format!(
            "a bad release comes in: {rate} % of its answers are errors ({NEW_FLEET})"
        ));
        self.did("nobody tells the guard, and nobody but the guard will send it back".to_owned());
        let back = |shift: &ShiftStatus| match shift.fate {
            Fate::RolledBack if !by_a_person(shift) => Some(Came::It),
            _ => over(shift),
        };
        let came = self.until("the guard to send everything back", self.guard_wait, back).await?;
        if let Came::End(ended) = came {
            return Ok(Came::End(ended));
        }
        let bad: BTreeSet<String> = self.pods().await?.difference(&good).cloned().collect();
        release::mend(self.repo)?;
        self.did("the guard has done it by itself; the good release is put back".to_owned());
        self.mended(&bad).await?;
        self.did(format!("its {REPLICAS} copies run; {AUTHOR} starts {SHIFT} once more"));
        self.book.start(SHIFT, AUTHOR).await?;
        Ok(Came::It)
    }

    /// Every step, then the silence of the old side, up to where a second person has to agree.
    async fn across(&self) -> Result<Ended, Reason> {
        let all = |shift: &ShiftStatus| {
            let all = ["handOver", "drain", "approve"].contains(&shift.phase.as_str());
            all.then_some(Came::It).or_else(|| over(shift))
        };
        // Five steps, and what a busy machine adds to each.
        if let Came::End(ended) =
            self.until("all requests on the new side", STEP_WAIT * 5, all).await?
        {
            return Ok(ended);
        }
        self.did(
            "every request is on the new side; the old fleet is kept until it is proven silent"
                .to_owned(),
        );
        let hold = |shift: &ShiftStatus| {
            (shift.phase == "approve").then_some(Came::It).or_else(|| over(shift))
        };
        match self.until("the silence of the old side", STEP_WAIT, hold).await? {
            Came::It => Ok(Ended::AtHold),
            Came::End(ended) => Ok(ended),
        }
    }

    /// Waits until no copy of the bad release is left and all of the good one are ready.
    async fn mended(&self, bad: &BTreeSet<String>) -> Result<(), Reason> {
        let mended = async {
            loop {
                let seen = self.cluster.workloads().await.map_err(|fault| fault.because)?;
                let fleet = seen.iter().find(|one| short(&one.name) == NEW_GROUP);
                let mended = fleet.is_some_and(|fleet| {
                    let ready =
                        fleet.pods.iter().filter(|pod| pod.phase == PodPhase::Ready).count();
                    let gone = fleet.pods.iter().all(|pod| !bad.contains(&pod.name));
                    gone && ready == fleet.pods.len() && u32::try_from(ready) == Ok(fleet.wanted)
                });
                if mended {
                    return Ok(());
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        let late = || self.stuck("the good release to run", STEP_WAIT, "its copies are not ready");
        tokio::time::timeout(STEP_WAIT, mended).await.unwrap_or_else(|_| Err(late()))
    }

    /// The copies of the new fleet that are there now.
    async fn pods(&self) -> Result<BTreeSet<String>, Reason> {
        let seen = self.cluster.workloads().await.map_err(|fault| fault.because)?;
        let fleet = seen.into_iter().filter(|one| short(&one.name) == NEW_GROUP);
        Ok(fleet.flat_map(|one| one.pods).map(|pod| pod.name).collect())
    }

    /// Waits until the shift is as `good` finds it.
    async fn until(
        &self,
        what: &str,
        wait: Duration,
        good: impl Fn(&ShiftStatus) -> Option<Came>,
    ) -> Result<Came, Reason> {
        let mut changes = self.book.changes();
        let mut left = wait;
        loop {
            let began = Instant::now();
            let Some(shift) = self.book.shift(SHIFT) else {
                return Err(self.stuck(what, wait, "its file is gone"));
            };
            if let Some(came) = good(&shift) {
                // What led to it is told before what follows from it.
                self.tell.say(News::Shift { shift: Box::new(shift), tally: None });
                return Ok(came);
            }
            if left.is_zero() {
                return Err(self.stuck(what, wait, &standing(&shift)));
            }
            // Looked at again in any case: a book that has ended rings no more.
            let _ = tokio::time::timeout(LOOK.min(left), changes.changed()).await;
            // Whoever pauses it in the console may look around for as long as they like.
            if !shift.paused {
                left = left.saturating_sub(began.elapsed());
            }
        }
    }

    fn stuck(&self, what: &str, wait: Duration, seen: &str) -> Reason {
        Reason::new(&code::DEMO_STUCK)
            .with("what", what)
            .with("seconds", wait.as_secs())
            .with("seen", seen)
            .with("logs", self.logs.display())
    }

    fn did(&self, what: String) {
        self.tell.say(News::Did(what));
    }
}

/// An end of the shift that the story has no place for.
fn over(shift: &ShiftStatus) -> Option<Came> {
    let because = || {
        let said = shift.because.clone().or_else(|| shift.held.first().cloned());
        said.unwrap_or_else(|| {
            Reason::new(&model::code::traffic::DONE).with("evidence", "it ended")
        })
    };
    match shift.fate {
        Fate::RolledBack => Some(Came::End(Ended::RolledBack(because()))),
        Fate::Frozen => Some(Came::End(Ended::Frozen(because()))),
        // A second person was faster than the demo.
        Fate::Done => Some(Came::End(Ended::AtHold)),
        Fate::Planned | Fate::Running | Fate::Paused | Fate::Waiting | Fate::RollingBack => None,
    }
}

/// Whether somebody has sent it back, in the console for example.
fn by_a_person(shift: &ShiftStatus) -> bool {
    shift.because.as_ref().is_some_and(|because| because.code.id == ABORTED.id)
}

/// How a shift stands, for an error.
fn standing(shift: &ShiftStatus) -> String {
    let share = shift.weights.stated.map_or_else(|| "?".to_owned(), |share| format!("{share} %"));
    let held = shift.held.first().map_or_else(String::new, |because| format!(", held: {because}"));
    format!("it is in the phase {} with {share} on the new side{held}", shift.phase)
}

/// A workload's name without its namespace.
pub(super) fn short(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

#[cfg(test)]
mod tests;
