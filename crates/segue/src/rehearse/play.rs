//! One run: the world is built, engines are started, and what came of it is judged.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use model::Reason;
use model::ports::Record;
use traffic::{Deed, Goal, State};
use twin::check::hooks;
use twin::report::Outcome;
use twin::script::Deed as Said;
use twin::time::{MILLI, SECOND};
use twin::world::EngineId;
use twin::{Run, World};

use super::Rehearsal;
use super::engine::{self, End, Known, Notes};
use super::terms::{self, terms};
use crate::serve::shift::{Shared, entry};

/// After the last shift has ended the world goes on for this long, so that what was left under way
/// comes to its end: requests, drains, late duplicates.
const AFTERMATH: u64 = 60 * SECOND;

/// A run that was played.
#[derive(Debug, Clone, PartialEq)]
pub struct Played {
    /// What came of it.
    pub outcome: Outcome,
    /// The journal, in the order in which it was written.
    pub journal: Vec<Record>,
    /// The last state of each shift, from its journal.
    pub states: BTreeMap<String, State>,
    /// What each shift was held for last, by its name, if it ever was.
    pub held: BTreeMap<String, Reason>,
}

/// Plays a rehearsal. An error says what is wrong with its script.
pub fn play(rehearsal: &Rehearsal) -> Result<Played, String> {
    let mut world = World::build(&rehearsal.script)?;
    let goals: Vec<Goal> = rehearsal.goals.values().cloned().collect();
    let deadline = Duration::from_secs(rehearsal.until_secs);
    let held = rehearsal.goals.iter().filter_map(|(name, goal)| {
        let service = terms::service(goal, &rehearsal.script)?;
        Some((name.clone(), terms(goal, service, deadline)))
    });
    hooks::begin(&mut world, held.collect());
    let shared = Shared::of_an_account();
    for said in &rehearsal.script.people {
        plan_deed(&mut world, said, &shared)?;
    }
    let mut run = Run::new(world);
    let goals = Arc::new(goals);
    let notes = Notes::default();
    let start = |shared: &Shared| {
        let (goals, shared, notes) = (Arc::clone(&goals), shared.clone(), Arc::clone(&notes));
        Box::new(move |engine| -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
            let (goals, notes) = (Arc::clone(&goals), Arc::clone(&notes));
            let shared = shared.anew(goals.len());
            Box::pin(engine::run(engine, goals, shared, notes))
        })
    };
    run.engine(EngineId(0), start(&shared));
    run.standby(EngineId(1), start(&shared));
    run.until(rehearsal.until_secs.saturating_mul(SECOND));
    let after = run.world().now().saturating_add(AFTERMATH);
    run.until(after);
    let mut world = run.world();
    let journal: Vec<Record> =
        world.journal.records().iter().map(|kept| kept.record.clone()).collect();
    let Known { ends, held } =
        std::mem::take(&mut *notes.lock().unwrap_or_else(PoisonError::into_inner));
    let states = replay(&mut world, &rehearsal.goals, &journal, &ends);
    hooks::at_end(&mut world);
    Ok(Played { outcome: Outcome::of(&mut world), journal, states, held })
}

/// A person's deed happens at its time.
fn plan_deed(world: &mut World, said: &Said, shared: &Shared) -> Result<(), String> {
    let what = match said.what.as_str() {
        "approve" => Deed::Approve,
        "pause" => Deed::Pause,
        "resume" => Deed::Resume,
        "promote" => Deed::Promote,
        "abort" => Deed::Abort,
        other => return Err(format!("people cannot {other} a shift")),
    };
    let (said, shared) = (said.clone(), shared.clone());
    world.plan(said.at_millis.saturating_mul(MILLI), move |_| {
        shared.say(&said.service, &said.by, what);
    });
    Ok(())
}

/// The state of each shift from its journal: read one by one, and from its own text, it has to be
/// the same, byte for byte, and the same as what each engine held that came to the end.
fn replay(
    world: &mut World,
    goals: &BTreeMap<String, Goal>,
    journal: &[Record],
    ends: &[End],
) -> BTreeMap<String, State> {
    let mut states = BTreeMap::new();
    for (name, goal) in goals {
        let subject = goal.subject().to_string();
        let ends: Vec<&End> = ends.iter().filter(|end| end.subject == subject).collect();
        let records = journal.iter().filter(|record| record.subject == subject);
        let mut state = State::default();
        let result = rebuild(&mut state, records, &ends).and_then(|()| same_bytes(&state));
        let now = world.now();
        world.checks.replayed(now, name, result);
        states.insert(name.clone(), state);
    }
    states
}

/// Applies all records, and compares the state with what was held in memory after as many.
fn rebuild<'a>(
    state: &mut State,
    records: impl Iterator<Item = &'a Record>,
    ends: &[&End],
) -> Result<(), String> {
    let mut result = Ok(());
    for (number, record) in (1..).zip(records) {
        match entry(record) {
            Ok(entry) => state.apply(&entry),
            Err(fault) => result = Err(fault.to_string()),
        }
        for end in ends.iter().filter(|end| end.records == number) {
            if text(state)? != text(&end.state)? {
                let what = "the engine held another state at its end than its journal adds up to";
                result = Err(what.to_owned());
            }
        }
    }
    result
}

fn same_bytes(state: &State) -> Result<(), String> {
    let before = text(state)?;
    let again: State = serde_json::from_str(&before).map_err(|error| error.to_string())?;
    if text(&again)? == before {
        Ok(())
    } else {
        Err("the state is not the same after a replay".to_owned())
    }
}

fn text(state: &State) -> Result<String, String> {
    serde_json::to_string(state).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rehearse::fuzz::make;

    #[test]
    fn an_engine_that_held_another_state_than_its_journal_says_is_found() {
        let rehearsal = make(1);
        let played = play(&rehearsal).unwrap();
        assert_eq!(played.outcome.violations, []);
        let goal = &rehearsal.goals["s0"];
        let subject = goal.subject().to_string();
        let records = played.journal.iter().filter(|record| record.subject == subject).count();
        let mut world = World::build(&rehearsal.script).unwrap();
        let state = played.states["s0"].clone();
        assert!(state.ended());
        let mut ends = vec![End { subject, records, state }];
        replay(&mut world, &rehearsal.goals, &played.journal, &ends);
        assert_eq!(world.checks.violations(), []);
        ends[0].state.seq += 1;
        replay(&mut world, &rehearsal.goals, &played.journal, &ends);
        let found: Vec<u8> = world.checks.violations().iter().map(|one| one.number).collect();
        assert_eq!(found, [18]);
    }
}
