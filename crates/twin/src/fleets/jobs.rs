//! Schedules and workers that change hands: who owns them, and which runs were missed or doubled.

use std::collections::BTreeMap;

use model::ports::{Epoch, Fault, JobOrder, JobSeen};

use crate::api::fence;
use crate::check::hooks;
use crate::fleets::unknown;
use crate::script;
use crate::time::{Micros, SECOND};
use crate::world::World;

/// So many moments of a kind are kept; beyond that they are only counted.
const KEPT: usize = 1_000;

/// All schedules and workers.
#[derive(Debug, Clone, Default)]
pub struct Jobs {
    pairs: Vec<Pair>,
    /// By name: the pair, and whether it is the new side of it.
    names: BTreeMap<String, (usize, bool)>,
}

/// One job and its two possible owners.
#[derive(Debug, Clone)]
pub struct Pair {
    /// Its service.
    pub service: String,
    /// Between two runs; 0: a worker that runs all the time.
    pub every: Micros,
    /// How long a run takes, or a worker to finish.
    pub run: Micros,
    /// On the old side.
    pub old: Owner,
    /// On the new side.
    pub new: Owner,
    /// Runs that were due while nobody owned the job.
    pub missed: Moments,
    /// Runs that were missed and made up for when a `CronJob` took the job over.
    pub made_up: Moments,
    /// A run was missed and nobody has made up for it, or run, since.
    owed: bool,
    /// Runs that both sides started.
    pub doubled: Moments,
    /// When two sides began to be enabled at once, or to work at once.
    pub overlaps: Moments,
}

/// One side of a job.
#[derive(Debug, Clone, Default)]
pub struct Owner {
    /// The name of the schedule or worker.
    pub name: String,
    /// Whether it may start work.
    pub enabled: bool,
    /// The last order that it obeyed.
    pub last: (Epoch, u64),
    /// When the runs that it has started end; those of the past are taken out now and then.
    ends: Vec<Micros>,
    /// Runs started so far.
    pub runs: u64,
}

/// Moments of one kind: how many, and the first of them.
#[derive(Debug, Clone, Default)]
pub struct Moments {
    /// How many there were.
    pub count: u64,
    /// The first thousand.
    pub at: Vec<Micros>,
}

impl Moments {
    fn add(&mut self, at: Micros) {
        self.count += 1;
        if self.at.len() < KEPT {
            self.at.push(at);
        }
    }
}

impl Owner {
    /// Runs or copies at work at `now`.
    pub fn running(&self, now: Micros, every: Micros) -> u32 {
        let runs = self.ends.iter().filter(|end| **end > now).count();
        let worker = usize::from(every == 0 && self.enabled);
        u32::try_from(runs + worker).unwrap_or(u32::MAX)
    }
}

impl Pair {
    /// Whether the new side makes up for a run that was missed, once: a `CronJob` does.
    pub fn makes_up(&self) -> bool {
        self.new.name.starts_with("cronjob/")
    }
}

impl Jobs {
    /// Every job with its two possible owners.
    pub fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    fn find(&self, name: &str) -> Option<(&Pair, bool)> {
        let (index, is_new) = *self.names.get(name)?;
        Some((self.pairs.get(index)?, is_new))
    }
}

/// Adds the job of a service; the old side owns it.
pub(crate) fn add(world: &mut World, service: &str, job: &script::Job) {
    let owner = |name: &str, enabled| Owner { name: name.to_owned(), enabled, ..Owner::default() };
    let pair = Pair {
        service: service.to_owned(),
        every: u64::from(job.every_secs) * SECOND,
        run: u64::from(job.run_secs) * SECOND,
        old: owner(&job.old, true),
        new: owner(&job.new, false),
        missed: Moments::default(),
        made_up: Moments::default(),
        owed: false,
        doubled: Moments::default(),
        overlaps: Moments::default(),
    };
    let every = pair.every;
    let jobs = &mut world.fleets.jobs;
    let index = jobs.pairs.len();
    jobs.names.insert(job.old.clone(), (index, false));
    jobs.names.insert(job.new.clone(), (index, true));
    jobs.pairs.push(pair);
    if every > 0 {
        let first = world.fleets.rng.u64(0..every);
        world.plan(first, move |world| due(world, index));
    }
}

/// A schedule or worker as its control plane states it.
pub fn seen(world: &World, job: &str) -> Result<JobSeen, Fault> {
    let (pair, is_new) = world.fleets.jobs.find(job).ok_or_else(|| unknown("job", job))?;
    let owner = if is_new { &pair.new } else { &pair.old };
    Ok(JobSeen { enabled: owner.enabled, running: owner.running(world.now(), pair.every) })
}

/// Obeys an order, unless a later one was obeyed before.
pub fn set(world: &mut World, order: &JobOrder) -> Result<(), Fault> {
    let now = world.now();
    let jobs = &mut world.fleets.jobs;
    let place = jobs.names.get(&order.job).copied();
    let pair = place.and_then(|(index, is_new)| Some((jobs.pairs.get_mut(index)?, is_new)));
    let Some((pair, is_new)) = pair else {
        return Err(unknown("job", &order.job));
    };
    let (every, run) = (pair.every, pair.run);
    let (owner, other) =
        if is_new { (&mut pair.new, &pair.old) } else { (&mut pair.old, &pair.new) };
    fence(&format!("job {}", order.job), owner.last, (order.epoch, order.seq))?;
    owner.last = (order.epoch, order.seq);
    let was = std::mem::replace(&mut owner.enabled, order.enabled);
    if was == order.enabled {
        hooks::on_job(world, order);
        return Ok(());
    }
    if every == 0 && was {
        // A worker that is told to stop finishes what it has in hand.
        owner.ends.push(now.saturating_add(run));
    }
    let works = every == 0 && other.running(now, every) > 0;
    if order.enabled && (other.enabled || works) {
        pair.overlaps.add(now);
    }
    if order.enabled && is_new && pair.owed && pair.makes_up() {
        // A CronJob that is resumed starts the run that was missed last, once.
        pair.owed = false;
        pair.made_up.add(now);
        pair.new.runs += 1;
        pair.new.ends.push(now.saturating_add(run));
    }
    world.trace.note(now, &format!("job {} enabled: {}", order.job, order.enabled));
    hooks::on_job(world, order);
    Ok(())
}

/// A run of a schedule is due.
fn due(world: &mut World, index: usize) {
    let now = world.now();
    let Some(pair) = world.fleets.jobs.pairs.get_mut(index) else {
        return;
    };
    let busy = |owner: &Owner| owner.running(now, pair.every) > 0;
    let (old, new) = (pair.old.enabled, pair.new.enabled);
    let crossing = (old && busy(&pair.new)) || (new && busy(&pair.old));
    match (old, new) {
        (false, false) => pair.missed.add(now),
        (true, true) => pair.doubled.add(now),
        _ if crossing => pair.overlaps.add(now),
        _ => {}
    }
    pair.owed = !old && !new;
    let end = now.saturating_add(pair.run);
    for owner in [&mut pair.old, &mut pair.new] {
        owner.ends.retain(|end| *end > now);
        if owner.enabled {
            owner.runs += 1;
            owner.ends.push(end);
        }
    }
    let next = now.saturating_add(pair.every);
    let name = if old { &pair.old.name } else { &pair.new.name };
    let text = format!("run of {name} due, old {old}, new {new}");
    world.trace.note(now, &text);
    world.plan(next, move |world| due(world, index));
}
