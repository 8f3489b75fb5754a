//! All shifts of a repository that were started, over any ports, with their state in the store.
//!
//! An engine that starts anew has nothing but the store to go by: the runs say what was started,
//! the journals how far each is, and the world what of it is true.

mod book;
mod gates;
mod life;
mod page;
mod pages;
mod sampler;
mod status;
mod words;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use live::Store;
use live::store::StoredSample;
use model::Reason;
use model::code::{live as live_code, rehearsal};
use model::ports::{Clock, Cloud, Fleets, Journal as _, Prober};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use traffic::Goal;

use super::book::{HeldStatus, Sample, WorkloadStatus};
use super::proof::requests::Witness;
use super::shift::Shared;
use life::First;
use page::Page;
use pages::{Pages, Remembering, Told};

pub use page::Declared;

/// The ports that the engine stands on, but for the journal, which is the store.
#[derive(Debug)]
pub struct Ports<C, F, P, K> {
    /// The balancer.
    pub cloud: Arc<C>,
    /// Copies and jobs.
    pub fleets: Arc<F>,
    /// What is known before the start.
    pub prober: Arc<P>,
    /// Time.
    pub clock: K,
    /// Whether the balancer goes on by itself, or has started together with this engine.
    pub counts: Counts,
}

/// What the counts of the balancer are worth to an engine that starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    /// They go on: the balancer was there before.
    GoOn,
    /// They began with this engine.
    Anew,
}

/// What is shown around the shifts.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// The configuration repository, as the user named it.
    pub repository: String,
    /// The world: `local` today.
    pub world: String,
}

/// What is shown of the machine beside the shifts.
#[derive(Debug, Clone, Default)]
struct Beside {
    workloads: Vec<WorkloadStatus>,
    held: Vec<HeldStatus>,
}

/// An engine. Clones are the same one.
pub struct Engine<C, F, P, K> {
    inner: Arc<Inner<C, F, P, K>>,
}

impl<C, F, P, K> Clone for Engine<C, F, P, K> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

struct Inner<C, F, P, K> {
    cloud: Remembering<C>,
    fleets: Arc<F>,
    prober: Arc<P>,
    clock: K,
    journal: Told,
    store: Store,
    shared: Shared,
    pages: Arc<Pages>,
    place: Place,
    since: Timestamp,
    beside: Mutex<Beside>,
    /// The shifts whose loops run.
    alive: Mutex<BTreeSet<String>>,
    /// One shift is started, or taken over, at a time.
    starting: tokio::sync::Mutex<()>,
    /// Set when the world can be judged; no loop turns before.
    settled: CancellationToken,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl<C, F, P, K> Engine<C, F, P, K>
where
    C: Cloud + Send + Sync + 'static,
    F: Fleets + Send + Sync + 'static,
    P: Prober + Send + Sync + 'static,
    K: Clock + Send + Sync + 'static,
{
    /// Reads the store. Every shift that was started and has not ended goes on as soon as the
    /// world has [settled](Self::settled).
    pub async fn open(
        ports: Ports<C, F, P, K>,
        store: Store,
        place: Place,
        declared: Vec<Declared>,
    ) -> Result<Self, Reason> {
        let pages: Arc<Pages> = Arc::default();
        let runs = store.runs().await?;
        // A shift may begin only when all that are on the way stand on the board.
        let shared = Shared::default().anew(runs.len());
        let inner = Inner {
            cloud: Remembering { cloud: ports.cloud, store: store.clone() },
            fleets: ports.fleets,
            prober: ports.prober,
            since: ports.clock.now(),
            clock: ports.clock,
            journal: Told { store: store.clone(), pages: Arc::clone(&pages) },
            store,
            shared,
            pages,
            place,
            beside: Mutex::default(),
            alive: Mutex::default(),
            starting: tokio::sync::Mutex::default(),
            settled: CancellationToken::new(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        };
        let engine = Self { inner: Arc::new(inner) };
        engine.declare(declared);
        for run in runs {
            let first = match ports.counts {
                Counts::GoOn => First::Nothing,
                Counts::Anew => First::Recount,
            };
            engine.take_up(run, first).await?;
        }
        let sampled = engine.clone();
        engine.inner.tasks.spawn(async move { sampled.sample().await });
        Ok(engine)
    }

    /// The shifts as their files have them now. One that was started goes on as it was started.
    pub fn declare(&self, declared: Vec<Declared>) {
        let mut pages = self.inner.pages.lock();
        let named: BTreeSet<String> = declared.iter().map(|one| one.goal.shift.clone()).collect();
        pages.retain(|name, page| page.run.is_some() || named.contains(name));
        for one in declared {
            match pages.get_mut(&one.goal.shift) {
                Some(page) => {
                    if page.run.is_none() {
                        page.goal = one.goal.clone();
                    }
                    page.declared = one;
                }
                None => drop(pages.insert(one.goal.shift.clone(), Page::new(one))),
            }
        }
        drop(pages);
        self.inner.pages.ring();
    }

    /// What runs beside the shifts, and what is held there.
    pub fn beside(&self, workloads: Vec<WorkloadStatus>, held: Vec<HeldStatus>) {
        *self.inner.beside.lock().unwrap_or_else(PoisonError::into_inner) =
            Beside { workloads, held };
    }

    /// What somebody who sends requests has counted so far, for the page of the shift and for its
    /// ledger.
    pub fn witnessed(&self, shift: &str, witness: Witness) {
        self.inner.pages.change(shift, |page| page.witness = Some(witness));
    }

    /// What was counted so.
    pub fn witness(&self, shift: &str) -> Option<Witness> {
        self.inner.pages.lock().get(shift)?.witness.clone()
    }

    /// Lets the loops turn. A balancer that has just started knows no healthy target: judged by
    /// that, each shift would go back.
    pub fn settled(&self) {
        self.inner.settled.cancel();
    }

    /// Ends all loops. The shifts stay where they are.
    pub async fn stop(&self) {
        self.inner.stop.cancel();
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
    }

    /// A shift that was started, as the store knows it.
    async fn take_up(&self, run: live::store::Run, first: First) -> Result<(), Reason> {
        let goal: Goal = serde_json::from_value(run.goal.clone()).map_err(|error| {
            Reason::new(&live_code::JOURNAL)
                .with("path", format!("of {}", run.subject))
                .with("line", "goal")
                .with("cause", error)
        })?;
        let samples = self.inner.store.samples(&run.subject).await?;
        let name = goal.shift.clone();
        {
            let mut pages = self.inner.pages.lock();
            let page = pages.entry(name.clone()).or_insert_with(|| {
                let (service, environment) = (goal.shift.clone(), String::new());
                Page::new(Declared { goal: goal.clone(), service, environment })
            });
            page.goal = goal.clone();
            page.run = Some(run);
            page.series = samples.iter().filter_map(sample).collect();
        }
        // The page replays the journal as it is read.
        self.inner.journal.read(&goal.subject().to_string()).await.map_err(|f| f.because)?;
        self.live(goal, first);
        Ok(())
    }

    fn unknown(&self, shift: &str) -> Reason {
        let pages = self.inner.pages.lock();
        let names: Vec<&str> = pages.keys().map(String::as_str).collect();
        let known = if names.is_empty() {
            format!("{} has none", self.inner.place.repository)
        } else {
            format!("there are {}", names.join(", "))
        };
        Reason::new(&rehearsal::NO_SHIFT).with("name", shift).with("known", known)
    }
}

/// A measurement as the store has it; one that cannot be read is left out of the chart.
fn sample(stored: &StoredSample) -> Option<Sample> {
    serde_json::from_str(&stored.body).ok()
}
