//! The loop of one traffic shift, the same in every world.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use model::code::live as code;
use model::facts::Facts;
use model::ports::{
    Clock, Cloud, DrillOrder, Epoch, Fault, Fleets, JobOrder, JobSeen, Journal, Prober, Record,
    Retry, ScaleOrder, Weight, WeightOrder, Weights,
};
use model::{Plan, Reason};
use tokio::sync::{Notify, oneshot};
use tokio_util::sync::CancellationToken;
use traffic::adopt;
use traffic::board::{self, Board, Brief};
use traffic::planted::{self, Bug};
use traffic::{Action, Deed, Effect, Entry, Goal, Order, Phase, Seen, State};

use super::pace::Pace;

/// An engine whose record took longer than this to be written does not act on it any more: its
/// lease may be over, and another one may have read the journal. It looks again first.
const ACT_WITHIN: Duration = Duration::from_secs(10);

/// How long the checks that guard the steps are given the same facts. CloudWatch has a figure a
/// minute, and health checks come every few seconds.
const FACTS_FOR: Duration = Duration::from_secs(5);

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
pub struct World<'a, C, F, P, J, K> {
    /// The balancer.
    pub cloud: &'a C,
    /// Copies and jobs.
    pub fleets: &'a F,
    /// What is known before the start.
    pub prober: &'a P,
    /// What survives.
    pub journal: &'a J,
    /// Time.
    pub clock: &'a K,
}

/// The shifts that run beside each other, as far as they need to know of one another.
#[derive(Debug, Clone, Default)]
pub struct Shared {
    board: Arc<Mutex<Board>>,
    /// Shifts that are to be on the board before any may begin: an engine that has just started
    /// does not know yet who is on the way.
    expected: usize,
    deeds: Arc<Mutex<Deeds>>,
    /// What wakes a shift that sleeps, by its name.
    bells: Arc<Mutex<BTreeMap<String, Arc<Notify>>>>,
    /// How often all of them may look; `None` where no account counts the calls.
    pace: Option<Arc<Mutex<Pace>>>,
}

/// What people have said, by shift.
type Deeds = BTreeMap<String, Vec<Said>>;

/// Something that a person has said.
#[derive(Debug)]
struct Said {
    by: String,
    what: Deed,
    /// Who waits until it is in the journal.
    told: Option<oneshot::Sender<Result<(), Fault>>>,
}

impl Shared {
    /// For shifts whose calls an account of AWS counts.
    pub fn of_an_account() -> Self {
        Self { pace: Some(Arc::default()), ..Self::default() }
    }

    /// For an engine of `expected` shifts that starts anew: what people said is kept, the board is
    /// empty again.
    #[must_use]
    pub fn anew(&self, expected: usize) -> Self {
        let pace = self.pace.as_ref().map(|_| Arc::default());
        Self {
            board: Arc::default(),
            expected,
            deeds: Arc::clone(&self.deeds),
            bells: Arc::default(),
            pace,
        }
    }

    /// A person decides something about the shift `shift`; its next turn writes it down.
    pub fn say(&self, shift: &str, by: &str, what: Deed) {
        self.hear(shift, Said { by: by.to_owned(), what, told: None });
    }

    /// The same, and wakes the shift. What comes back says whether it is in the journal; nothing
    /// comes back from a shift that does not run any more.
    pub fn tell(&self, shift: &str, by: &str, what: Deed) -> oneshot::Receiver<Result<(), Fault>> {
        let (told, answer) = oneshot::channel();
        self.hear(shift, Said { by: by.to_owned(), what, told: Some(told) });
        self.bell(shift).notify_one();
        answer
    }

    /// Forgets what was said of a shift that does not run any more.
    pub fn deaf(&self, shift: &str) {
        drop(self.heard(shift));
    }

    fn hear(&self, shift: &str, said: Said) {
        let mut deeds = self.deeds.lock().unwrap_or_else(PoisonError::into_inner);
        deeds.entry(shift.to_owned()).or_default().push(said);
    }

    fn bell(&self, shift: &str) -> Arc<Notify> {
        let mut bells = self.bells.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(bells.entry(shift.to_owned()).or_default())
    }

    /// All shifts as they stand.
    pub fn board(&self) -> Board {
        self.board.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How long a look of a shift in `state` waits for the looks of the others.
    fn queue(&self, now: Duration, state: &State) -> Duration {
        let Some(pace) = &self.pace else { return Duration::ZERO };
        let mut pace = pace.lock().unwrap_or_else(PoisonError::into_inner);
        if state.phase == Phase::RollingBack {
            pace.urgent(now);
            return Duration::ZERO;
        }
        pace.look(now)
    }

    fn heard(&self, shift: &str) -> Vec<Said> {
        let mut deeds = self.deeds.lock().unwrap_or_else(PoisonError::into_inner);
        deeds.remove(shift).unwrap_or_default()
    }

    fn update(&self, goal: &Goal, state: &State) {
        let mut board = self.board.lock().unwrap_or_else(PoisonError::into_inner);
        board.insert(goal.shift.clone(), Brief::of(state, goal));
    }

    /// Takes a place among those on their way, if there still is one.
    fn reserve(&self, goal: &Goal, as_if: &State) -> bool {
        let mut board = self.board.lock().unwrap_or_else(PoisonError::into_inner);
        let known = board.len() >= self.expected;
        let free = known && board::admits(&board, goal).is_none();
        if free {
            board.insert(goal.shift.clone(), Brief::of(as_if, goal));
        }
        free
    }
}

/// A shift that an engine has taken over from the journal.
pub struct Shift<'a, C, F, P, J, K> {
    world: World<'a, C, F, P, J, K>,
    goal: Goal,
    shared: Shared,
    subject: String,
    state: State,
    /// The epoch that was taken with the journal.
    epoch: Epoch,
    bell: Arc<Notify>,
    /// What the checks were given last, and when.
    facts: Option<Box<(Timestamp, Facts)>>,
}

impl<'a, C: Cloud, F: Fleets, P: Prober, J: Journal, K: Clock> Shift<'a, C, F, P, J, K> {
    /// Replays the journal and takes the next epoch. Nothing is guessed: an intent that is open is
    /// settled by the first turns, from what the world shows.
    pub async fn open(
        world: World<'a, C, F, P, J, K>,
        goal: Goal,
        shared: Shared,
    ) -> Result<Self, Fault> {
        let subject = goal.subject().to_string();
        // Taken before it is read: what an older engine writes later is refused.
        let fenced = !planted::is(Bug::NoFencing);
        let epoch = if fenced { world.journal.take(&subject).await? } else { Epoch(1) };
        let records = world.journal.read(&subject).await?;
        let entries = records.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
        let mut state = State::replay(&entries);
        if planted::is(Bug::CounterInMemory) {
            state.seq = 0;
        }
        let at = world.clock.now();
        let bell = shared.bell(&goal.shift);
        let mut shift = Self { world, goal, shared, subject, state, epoch, bell, facts: None };
        shift.shared.update(&shift.goal, &shift.state);
        if !shift.state.ended() {
            shift.write(Entry::Opened { epoch, at }).await?;
        }
        Ok(shift)
    }

    /// Takes a frozen shift over as the world shows it, for `by`.
    pub async fn adopt(&mut self, by: &str) -> Result<(), Fault> {
        let seen = self.observe().await?;
        let at = self.world.clock.now();
        let entry = adopt::adopt(at, &seen, &self.goal, by).map_err(Fault::never)?;
        self.write(Entry::Opened { epoch: self.epoch, at }).await?;
        self.write(entry).await
    }

    /// Begins a shift that went back once more, for `by`.
    pub async fn again(&mut self, by: &str) -> Result<(), Fault> {
        let at = self.world.clock.now();
        let entry = adopt::again(at, &self.state, &self.goal, by).map_err(Fault::never)?;
        self.write(Entry::Opened { epoch: self.epoch, at }).await?;
        self.write(entry).await
    }

    /// Begins the counts of the present step again: the balancer has started together with this
    /// engine, and what it has counted so far belongs to no step. Its counts alone do not tell:
    /// they may have passed by now where the step began.
    pub async fn recount(&mut self) -> Result<(), Fault> {
        let Some(seq) = self.state.holding.as_ref().map(|holding| holding.seq) else {
            return Ok(());
        };
        if self.state.ended() {
            return Ok(());
        }
        let counted = self.observe().await?.counted();
        self.write(Entry::Recounted { seq, at: self.world.clock.now(), counted }).await
    }

    /// Turns until the shift has ended or `stop` is cancelled; a stopped shift stays where it is
    /// and can be opened again. Returns how far it came.
    pub async fn run(
        mut self,
        stop: &CancellationToken,
        mut watch: impl FnMut(Result<&Turn, &Fault>),
    ) -> Result<State, Fault> {
        while !self.state.ended() {
            let now = self.world.clock.now();
            let queue = self.shared.queue(self.world.clock.steady(), &self.state);
            if !queue.is_zero() && self.stopped(now.checked_add(queue).ok(), stop).await {
                break;
            }
            // On the heap: a turn holds all that was seen.
            let turn = Box::pin(self.turn()).await;
            watch(turn.as_ref());
            let wake_at = match turn {
                Ok(turn) => turn.plan.wake_at,
                Err(fault) => Some(self.again_at(fault)?),
            };
            if self.state.ended() || self.stopped(wake_at, stop).await {
                break;
            }
        }
        Ok(self.state)
    }

    /// Sleeps until `wake_at`, or until a person says something; true if it was told to stop
    /// before that.
    async fn stopped(&self, wake_at: Option<Timestamp>, stop: &CancellationToken) -> bool {
        let sleep = self.world.clock.sleep_until(wake_at.unwrap_or(Timestamp::MAX));
        tokio::select! {
            biased;
            () = stop.cancelled() => true,
            () = self.bell.notified() => false,
            () = sleep => false,
        }
    }

    /// Observe, plan, act.
    async fn turn(&mut self) -> Result<Turn, Fault> {
        for Said { by, what, told } in self.shared.heard(&self.goal.shift) {
            let written = self.write(Entry::Said { by, what, at: self.world.clock.now() }).await;
            if let Some(told) = told {
                // Whoever asked may have gone away.
                let _ = told.send(written.clone());
            }
            written?;
        }
        let seen = self.observe().await?;
        let now = self.world.clock.now();
        let plan = traffic::plan(now, &seen, &self.goal);
        self.act(&plan).await?;
        Ok(Turn { now, seen, plan })
    }

    /// The rule first, the groups after: see [`Seen`].
    async fn observe(&mut self) -> Result<Seen, Fault> {
        let cloud = self.world.cloud;
        let rule = cloud.rule(&self.goal.rule).await?;
        let old = cloud.group(&self.goal.old).await?;
        let new = cloud.group(&self.goal.new).await?;
        let fleets = self.fleets().await?;
        let jobs = self.jobs().await?;
        let facts = self.facts().await?;
        let board = self.shared.board();
        Ok(Seen { rule, old, new, fleets, jobs, facts, board, state: self.state.clone() })
    }

    async fn fleets(&self) -> Result<Option<traffic::seen::Fleets>, Fault> {
        let Some(copies) = &self.goal.copies else {
            return Ok(None);
        };
        let old = self.world.fleets.fleet(&copies.old).await?;
        let new = self.world.fleets.fleet(&copies.new).await?;
        Ok(Some(traffic::seen::Fleets { old, new }))
    }

    /// Jobs are read only when they may change hands.
    async fn jobs(&self) -> Result<BTreeMap<String, JobSeen>, Fault> {
        let mut jobs = BTreeMap::new();
        if matches!(self.state.phase, Phase::HandOver | Phase::RollingBack) {
            for name in self.goal.jobs.iter().flat_map(|job| [&job.old, &job.new]) {
                jobs.insert(name.clone(), self.world.fleets.job(name).await?);
            }
        }
        Ok(jobs)
    }

    /// What the checks need is read only while they are made: anew each time before the first
    /// request moves, and every few seconds after that.
    async fn facts(&mut self) -> Result<Option<Facts>, Fault> {
        let guarded = self.goal.preflight.is_some();
        let fresh = match self.state.phase {
            Phase::Preflight | Phase::Rehearse if guarded || self.goal.drills => Duration::ZERO,
            Phase::Stepping | Phase::Hold | Phase::Approve if guarded => FACTS_FOR,
            _ => return Ok(None),
        };
        let now = self.world.clock.now();
        let age = |read: &Timestamp| Duration::try_from(now.duration_since(*read));
        let kept = self.facts.as_deref().filter(|(read, _)| age(read).is_ok_and(|age| age < fresh));
        if let Some((_, facts)) = kept {
            return Ok(Some(facts.clone()));
        }
        let facts = self.world.prober.facts(&self.goal.shift).await?;
        self.facts = Some(Box::new((now, facts.clone())));
        Ok(Some(facts))
    }

    /// In the plan's order; the first fault ends it.
    async fn act(&mut self, plan: &Plan<Action>) -> Result<(), Fault> {
        for step in &plan.steps {
            match &step.action {
                Action::Journal(entry) => {
                    let begun = (self.world.clock.now(), self.world.clock.steady());
                    if !self.may_begin(entry) {
                        return Ok(());
                    }
                    self.write(entry.clone()).await?;
                    if self.took_too_long(begun) {
                        return Ok(());
                    }
                }
                Action::Order(order) => self.order(order).await?,
            }
        }
        Ok(())
    }

    /// Whether too much time has gone by since `begun` to act on what was seen then. By the clock,
    /// which goes on while a machine sleeps; and by steady time, since a clock that was put back
    /// hides a pause.
    fn took_too_long(&self, (at, steady): (Timestamp, Duration)) -> bool {
        let by_clock = Duration::try_from(self.world.clock.now().duration_since(at));
        let by_steady = self.world.clock.steady().saturating_sub(steady);
        by_clock.map_or(true, |took| took > ACT_WITHIN) || by_steady > ACT_WITHIN
    }

    /// Two shifts cannot take the last place together: the board is asked again, and kept.
    fn may_begin(&self, entry: &Entry) -> bool {
        if !matches!(entry, Entry::Phase { .. }) || self.state.phase != Phase::Planned {
            return true;
        }
        let mut as_if = self.state.clone();
        as_if.apply(entry);
        self.shared.reserve(&self.goal, &as_if)
    }

    async fn order(&self, order: &Order) -> Result<(), Fault> {
        let (epoch, seq) = (order.epoch, order.seq);
        match &order.effect {
            Effect::Weights { rule, weights, .. } => {
                let expected = match &order.expected {
                    Effect::Weights { weights, .. } => weights.clone(),
                    Effect::Replicas { .. } | Effect::Job { .. } | Effect::Drill { .. } => {
                        weights.clone()
                    }
                };
                let (rule, weights) = (rule.clone(), weights.clone());
                let order = WeightOrder { rule, weights, expected, epoch, seq };
                let done = self.world.cloud.set_weights(&order).await;
                if planted::is(Bug::DeltaWrites) && done.is_err() {
                    return self.relative(order).await;
                }
                done
            }
            Effect::Replicas { fleet, replicas } => {
                let order = ScaleOrder { fleet: fleet.clone(), replicas: *replicas, epoch, seq };
                self.world.fleets.scale(&order).await
            }
            Effect::Job { job, enabled } => {
                let order = JobOrder { job: job.clone(), enabled: *enabled, epoch, seq };
                self.world.fleets.set_job(&order).await
            }
            Effect::Drill { .. } => {
                let order = DrillOrder { shift: self.goal.shift.clone(), epoch, seq };
                self.world.prober.drill(&order).await
            }
        }
    }

    /// What [`Bug::DeltaWrites`] does after a lost reply: so much more than what is seen, again.
    async fn relative(&self, mut order: WeightOrder) -> Result<(), Fault> {
        let (old, new) = (&self.goal.old, &self.goal.new);
        let by = i16::from(order.weights.of(new).percent())
            - i16::from(order.expected.of(new).percent());
        order.expected = self.world.cloud.rule(&order.rule).await?.weights;
        let share = (i16::from(order.expected.of(new).percent()) + by).clamp(0, 100);
        let share = u8::try_from(share).ok().and_then(Weight::new).unwrap_or(Weight::NONE);
        order.weights = Weights::between(old, new, share);
        self.world.cloud.set_weights(&order).await
    }

    /// The entry counts once it is on the disk, not before.
    async fn write(&mut self, entry: Entry) -> Result<(), Fault> {
        let epoch: Epoch = match &entry {
            Entry::Opened { epoch, .. } => *epoch,
            _ => self.state.epoch,
        };
        let body =
            serde_json::to_value(&entry).map_err(|error| unreadable(&self.subject, &error))?;
        let record =
            Record { at: self.world.clock.now(), subject: self.subject.clone(), epoch, body };
        if let Err(fault) = self.world.journal.append(&record).await {
            self.reread().await?;
            return Err(fault);
        }
        self.state.apply(&entry);
        self.shared.update(&self.goal, &self.state);
        if matches!(entry, Entry::Asked(_) | Entry::AskedAgain { .. } | Entry::Landed { .. }) {
            // What was known before says what the world was like before.
            self.facts = None;
        }
        Ok(())
    }

    /// A record that could not be written may have been written all the same: the journal says.
    async fn reread(&mut self) -> Result<(), Fault> {
        let records = self.world.journal.read(&self.subject).await?;
        let entries = records.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
        self.state = State::replay(&entries);
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

/// The planner's entry in a record.
pub fn entry(record: &Record) -> Result<Entry, Fault> {
    serde_json::from_value(record.body.clone()).map_err(|error| unreadable(&record.subject, &error))
}

fn unreadable(subject: &str, error: &serde_json::Error) -> Fault {
    let because = Reason::new(&code::JOURNAL)
        .with("path", format!("of {subject}"))
        .with("line", "?")
        .with("cause", error);
    Fault::never(because)
}
