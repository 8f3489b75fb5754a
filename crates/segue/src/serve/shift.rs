//! The loop of one traffic shift.

use jiff::Timestamp;
use model::code::live as code;
use model::ports::{Clock, Cloud, Fault, Journal, Record, Retry};
use model::{Plan, Reason};
use tokio_util::sync::CancellationToken;
use traffic::{Action, Entry, Goal, Seen, State};

/// One turn of the loop, for those who watch.
#[derive(Debug, Clone)]
pub struct Turn {
    /// When.
    pub now: Timestamp,
    /// What was observed.
    pub seen: Seen,
    /// What was decided.
    pub plan: Plan<Action>,
}

/// The ports that a shift stands on.
pub struct World<'a, C, J, K> {
    /// The balancer.
    pub cloud: &'a C,
    /// What survives.
    pub journal: &'a J,
    /// Time.
    pub clock: &'a K,
}

/// A shift that an engine has taken over from the journal.
pub struct Shift<'a, C, J, K> {
    world: World<'a, C, J, K>,
    goal: Goal,
    subject: String,
    state: State,
}

impl<'a, C: Cloud, J: Journal, K: Clock> Shift<'a, C, J, K> {
    /// Replays the journal and takes the next epoch. Nothing is guessed: an intent that is open is
    /// settled by the first turns, from what the world shows.
    pub async fn open(world: World<'a, C, J, K>, goal: Goal) -> Result<Self, Fault> {
        let subject = goal.subject().to_string();
        let records = world.journal.read(&subject).await?;
        let entries = records.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
        let state = State::replay(&entries);
        let epoch = world.journal.take(&subject).await?;
        let mut shift = Self { world, goal, subject, state };
        shift.write(Entry::Opened { epoch }).await?;
        Ok(shift)
    }

    /// Turns until the shift has ended or `stop` is cancelled; a stopped shift stays where it is
    /// and can be opened again. Returns how far it came.
    pub async fn run(
        mut self,
        stop: &CancellationToken,
        mut watch: impl FnMut(Result<&Turn, &Fault>),
    ) -> Result<State, Fault> {
        loop {
            let turn = self.turn().await;
            watch(turn.as_ref());
            let wake_at = match turn {
                Ok(turn) => turn.plan.wake_at,
                Err(fault) => Some(self.again_at(fault)?),
            };
            if self.state.ended() {
                return Ok(self.state);
            }
            let sleep = self.world.clock.sleep_until(wake_at.unwrap_or(Timestamp::MAX));
            tokio::select! {
                biased;
                () = stop.cancelled() => return Ok(self.state),
                () = sleep => {}
            }
        }
    }

    /// Observe, plan, act.
    async fn turn(&mut self) -> Result<Turn, Fault> {
        let seen = self.observe().await?;
        let now = self.world.clock.now();
        let plan = traffic::plan(now, &seen, &self.goal);
        self.act(&plan).await?;
        Ok(Turn { now, seen, plan })
    }

    /// The rule first, the groups after: see [`Seen`].
    async fn observe(&self) -> Result<Seen, Fault> {
        let cloud = self.world.cloud;
        let rule = cloud.rule(&self.goal.rule).await?;
        let old = cloud.group(&self.goal.old).await?;
        let new = cloud.group(&self.goal.new).await?;
        Ok(Seen { rule, old, new, state: self.state.clone() })
    }

    /// In the plan's order; the first fault ends it.
    async fn act(&mut self, plan: &Plan<Action>) -> Result<(), Fault> {
        for step in &plan.steps {
            match &step.action {
                Action::Journal(entry) => self.write(entry.clone()).await?,
                Action::SetWeights(order) => self.world.cloud.set_weights(order).await?,
            }
        }
        Ok(())
    }

    /// The entry counts once it is on the disk, not before.
    async fn write(&mut self, entry: Entry) -> Result<(), Fault> {
        let epoch = match &entry {
            Entry::Opened { epoch } => *epoch,
            _ => self.state.epoch,
        };
        let body =
            serde_json::to_value(&entry).map_err(|error| unreadable(&self.subject, &error))?;
        let record =
            Record { at: self.world.clock.now(), subject: self.subject.clone(), epoch, body };
        self.world.journal.append(&record).await?;
        self.state.apply(&entry);
        Ok(())
    }

    /// When to turn again after a fault; one that no repetition heals ends the loop.
    fn again_at(&self, fault: Fault) -> Result<Timestamp, Fault> {
        let now = self.world.clock.now();
        match fault.retry {
            Retry::Now => Ok(now),
            Retry::After(wait) => Ok(now.checked_add(wait).unwrap_or(now)),
            Retry::Never => Err(fault),
        }
    }
}

fn entry(record: &Record) -> Result<Entry, Fault> {
    serde_json::from_value(record.body.clone()).map_err(|error| unreadable(&record.subject, &error))
}

fn unreadable(subject: &str, error: &serde_json::Error) -> Fault {
    let because = Reason::new(&code::JOURNAL)
        .with("path", format!("of {subject}"))
        .with("line", "?")
        .with("cause", error);
    Fault::never(because)
}
