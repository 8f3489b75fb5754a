//! An engine in the twin: the very loop that runs on a real estate, one for each shift.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use model::Reason;
use model::ports::{Clock as _, Fault, Retry};
use tokio_util::sync::CancellationToken;
use traffic::{Goal, State};
use twin::Engine;

use crate::serve::shift::{Shared, Shift, Turn, World};

/// After a fault that ends a loop, it is opened again this much later: what a supervisor does.
const AGAIN: Duration = Duration::from_secs(5);

/// What engines knew and no journal tells, all lives of all engines together.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// What they had in memory when their shifts had ended.
    pub ends: Vec<End>,
    /// Why a shift did not go on when it was looked at last, by its name.
    pub held: BTreeMap<String, Reason>,
}

/// Where engines leave it.
pub(super) type Notes = Arc<Mutex<Known>>;

/// What an engine held in memory when a shift had ended, not what its journal adds up to.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct End {
    /// The shift.
    pub subject: String,
    /// Records about it at that moment.
    pub records: usize,
    /// The state.
    pub state: State,
}

/// Every shift of `goals`, beside each other, until all have ended or another engine took over.
pub(super) async fn run(engine: Engine, goals: Arc<Vec<Goal>>, shared: Shared, notes: Notes) {
    let mut shifts: FuturesUnordered<_> =
        goals.iter().map(|goal| shift(&engine, goal, &shared, &notes)).collect();
    while shifts.next().await.is_some() {}
}

/// One shift, opened again after whatever ended its loop, unless another engine owns it.
async fn shift(engine: &Engine, goal: &Goal, shared: &Shared, notes: &Notes) {
    let stop = CancellationToken::new();
    loop {
        let world =
            World { cloud: engine, fleets: engine, prober: engine, journal: engine, clock: engine };
        let fault = match Shift::open(world, goal.clone(), shared.clone()).await {
            Ok(shift) => match shift.run(&stop, |turn| note(goal, turn, notes)).await {
                Ok(state) => return keep(engine, goal, state, notes),
                Err(fault) => fault,
            },
            Err(fault) => fault,
        };
        if fault.because.code.id == model::code::live::FENCED.id {
            return;
        }
        let wait = match fault.retry {
            Retry::After(wait) => wait,
            Retry::Now | Retry::Never => AGAIN,
        };
        let at = engine.now().checked_add(wait).unwrap_or(engine.now());
        engine.sleep_until(at).await;
    }
}

fn keep(engine: &Engine, goal: &Goal, state: State, notes: &Notes) {
    let subject = goal.subject().to_string();
    let world = engine.world();
    let about = world.journal.records().iter().filter(|kept| kept.record.subject == subject);
    let end = End { records: about.count(), subject, state };
    notes.lock().unwrap_or_else(PoisonError::into_inner).ends.push(end);
}

/// Keeps what a turn was held for; one that went on, or could not look, leaves what was known.
fn note(goal: &Goal, turn: Result<&Turn, &Fault>, notes: &Notes) {
    let because = turn.ok().and_then(|turn| turn.plan.held.last()).map(|held| held.because.clone());
    if let Some(because) = because {
        let mut notes = notes.lock().unwrap_or_else(PoisonError::into_inner);
        notes.held.insert(goal.shift.clone(), because);
    }
}
