//! After the last step: jobs change hands, the old side falls silent, a person agrees, it goes.

use std::time::Duration;

use model::code::traffic as code;
use model::ports::JobSeen;
use model::{Plan, Reason};

use super::before::began;
use super::{Moment, since};
use crate::action::{Action, Entry};
use crate::effect::Effect;
use crate::gate;
use crate::goal::{Finish, Goal};
use crate::planted::{self, Bug};
use crate::preflight::Moment as Watched;
use crate::step::{Phase, State};

impl Moment<'_> {
    /// Jobs change hands, one after the other: never two owners, and none only for a moment.
    pub(super) fn hand_over(&self) -> Plan<Action> {
        let pairs = self.goal.jobs.iter().map(|job| (job.old.as_str(), job.new.as_str()));
        if let Some(plan) = pairs.into_iter().find_map(|pair| self.hand(pair)) {
            return plan;
        }
        match self.goal.finish {
            Finish::Keep => {
                let because = Reason::new(&code::DONE).with("evidence", "all steps were held");
                Plan::empty().then(Action::Journal(Entry::Done), because)
            }
            Finish::Remove { .. } => self.enter(Phase::Drain, began("drain")),
        }
    }

    /// On the way back, jobs go back as they came.
    pub(super) fn jobs_back(&self) -> Option<Plan<Action>> {
        let pairs = self.goal.jobs.iter().map(|job| (job.new.as_str(), job.old.as_str()));
        pairs.into_iter().find_map(|pair| self.hand(pair))
    }

    /// One job from one owner to the other: off, idle, on. `None` when that is so.
    fn hand(&self, (from, to): (&str, &str)) -> Option<Plan<Action>> {
        let (Some(giver), Some(taker)) = (self.seen.jobs.get(from), self.seen.jobs.get(to)) else {
            let because = Reason::new(&code::NO_JOB).with("job", format!("{from} or {to}"));
            return Some(self.wait(because));
        };
        let because = || Reason::new(&code::HANDED).with("from", from).with("to", to);
        match (giver, taker) {
            (_, JobSeen { enabled: false, .. }) if planted::is(Bug::TwoOwners) => {
                Some(self.ask((job(to, false), job(to, true)), because()))
            }
            (JobSeen { enabled: true, .. }, _) => {
                Some(self.ask((job(from, true), job(from, false)), because()))
            }
            (JobSeen { running: 1.., .. }, _) if !planted::is(Bug::RunNotAwaited) => {
                let runs = giver.running;
                Some(self.wait(Reason::new(&code::STILL_RUNS).with("job", from).with("runs", runs)))
            }
            (_, JobSeen { enabled: false, .. }) => {
                Some(self.ask((job(to, false), job(to, true)), because()))
            }
            _ => None,
        }
    }

    /// The old side has to fall silent.
    pub(super) fn drain(&self) -> Plan<Action> {
        if let Some(plan) = self.listen() {
            return plan;
        }
        match self.state.noise(self.goal) {
            None => self.enter(Phase::Approve, began("approval")),
            Some(because) => self.wait(because),
        }
    }

    /// A person other than the author has to agree, and the old side must still be silent.
    pub(super) fn approve(&self) -> Plan<Action> {
        if let Some(plan) = self.listen() {
            return plan;
        }
        if self.state.noise(self.goal).is_some() {
            return self.enter(Phase::Drain, began("drain, again"));
        }
        let author = &self.goal.author;
        match self
            .state
            .approved
            .iter()
            .find(|by| *by != author || planted::is(Bug::AuthorApproves))
        {
            Some(by) => {
                let moments = [Watched::ScaleDown, Watched::Decommission];
                let held = |moment| gate::held(self.seen, self.goal, moment, self.now);
                if let Some(because) = moments.into_iter().find_map(held) {
                    return self.wait(because);
                }
                self.enter(Phase::Decommission, Reason::new(&code::APPROVED).with("by", by))
            }
            None => self.wait(Reason::new(&code::UNAPPROVED).with("author", author)),
        }
    }

    /// The old side goes. Nothing goes back by itself any more.
    pub(super) fn decommission(&self) -> Plan<Action> {
        let gone = || {
            let because = Reason::new(&code::DONE).with("evidence", "the old side was removed");
            Plan::empty().then(Action::Journal(Entry::Done), because)
        };
        let (Some(copies), Some(fleets)) = (&self.goal.copies, &self.seen.fleets) else {
            return gone();
        };
        if fleets.old.wanted > 0 {
            let effect = |replicas| Effect::Replicas { fleet: copies.old.clone(), replicas };
            let because = Reason::new(&code::REMOVED).with("fleet", &copies.old);
            return self.ask((effect(fleets.old.wanted), effect(0)), because);
        }
        if fleets.old.running > 0 {
            let because = Reason::new(&code::STILL_RUNS)
                .with("job", &copies.old)
                .with("runs", fleets.old.running);
            return self.wait(because);
        }
        gone()
    }

    /// A tick of the silence: the journal has to say for how long it lasts.
    fn listen(&self) -> Option<Plan<Action>> {
        let holding = self.state.holding.as_ref()?;
        let Some(fresh) = self.seen.counted().since(&holding.tick_counted) else {
            return Some(self.recount(holding, "the balancer was started anew"));
        };
        let due = self.due(holding.tick_at, self.listens()).is_none();
        (due || fresh.old.chosen > 0).then(|| {
            let because = Reason::new(&code::LISTENED)
                .with("requests", fresh.old.chosen)
                .with("seconds", since(self.now, holding.tick_at).as_secs());
            self.tick(holding, because)
        })
    }

    /// How often the journal says that the old side is still silent.
    pub(super) fn listens(&self) -> Duration {
        listens(self.goal)
    }
}

impl State {
    /// Why the old side is not known to have been silent for its time; `None` if it is. Whoever
    /// agrees to its removal before that agrees to nothing.
    pub fn noise(&self, goal: &Goal) -> Option<Reason> {
        let Finish::Remove { quiet } = goal.finish else {
            return None;
        };
        let quiet = if planted::is(Bug::SilenceIgnored) { Duration::ZERO } else { quiet };
        let holding = self.holding.as_ref()?;
        // One more than was asked for: what came after the last look is not known yet, and one tick
        // may have been cut short by a clock that jumped.
        let needed = quiet.saturating_add(listens(goal)).saturating_add(UNSEEN);
        (holding.quiet < needed).then(|| {
            Reason::new(&code::NOT_SILENT)
                .with("silent", holding.quiet.as_secs())
                .with("seconds", needed.as_secs())
        })
    }
}

/// How often the journal says that the old side of a shift is still silent.
fn listens(goal: &Goal) -> Duration {
    goal.hold.tick.saturating_mul(5)
}

/// How old a count may be when it is read.
const UNSEEN: Duration = Duration::from_secs(10);

fn job(name: &str, enabled: bool) -> Effect {
    Effect::Job { job: name.to_owned(), enabled }
}
