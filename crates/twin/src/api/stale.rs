//! Reads that answer what was true some time ago.
//!
//! Kept only in runs whose script has such a fault: what is read once is looked at each second
//! from then on, so that a later read can be answered with an earlier state.

use std::any::Any;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use model::ports::Fault;

use crate::time::{Micros, SECOND};
use crate::world::World;

/// What makes the answer of a read.
pub(crate) type Serve<T> = Arc<dyn Fn(&mut World) -> Result<T, Fault> + Send + Sync>;
/// The same, whatever it answers.
type Look = Arc<dyn Fn(&mut World) -> Seen + Send + Sync>;
/// An answer, whatever it is.
type Seen = Arc<dyn Any + Send + Sync>;

/// Earlier answers of all reads.
pub(crate) struct History {
    /// The oldest that may be asked for.
    kept: Micros,
    reads: BTreeMap<String, (Look, VecDeque<(Micros, Seen)>)>,
    looking: bool,
}

impl History {
    /// Nothing read yet; answers are kept for so long.
    pub(crate) fn new(kept: Micros) -> Self {
        Self { kept, reads: BTreeMap::new(), looking: false }
    }
}

/// The answer of a read: that of now, or an earlier one while reads are stale.
pub(crate) fn answer<T: Clone + Send + Sync + 'static>(
    world: &mut World,
    key: &str,
    serve: &Serve<T>,
) -> Result<T, Fault> {
    let present = serve(world);
    let now = world.now();
    let stale = world.faults.stale.filter(|stale| now < stale.until);
    let Some(history) = world.api.history.as_mut() else {
        return present;
    };
    let look: Look = {
        let serve = Arc::clone(serve);
        Arc::new(move |world: &mut World| Arc::new(serve(world)) as Seen)
    };
    let (_, seen) = history.reads.entry(key.to_owned()).or_insert((look, VecDeque::new()));
    let earlier = stale.and_then(|stale| {
        let at = now.saturating_sub(stale.age);
        let index = seen.partition_point(|(when, _)| *when <= at).saturating_sub(1);
        let (_, answer) = seen.get(index)?;
        answer.downcast_ref::<Result<T, Fault>>().cloned()
    });
    seen.push_back((now, Arc::new(present.clone())));
    if !std::mem::replace(&mut history.looking, true) {
        look_again(world);
    }
    earlier.unwrap_or(present)
}

/// Looks at everything that was ever read, each second.
fn look_again(world: &mut World) {
    let at = world.now().saturating_add(SECOND);
    world.plan(at, |world| {
        let now = world.now();
        let looks: Vec<(String, Look)> = match &world.api.history {
            Some(history) => history
                .reads
                .iter()
                .map(|(key, (look, _))| (key.clone(), Arc::clone(look)))
                .collect(),
            None => return,
        };
        for (key, look) in looks {
            let answer = look(world);
            let Some(history) = world.api.history.as_mut() else {
                return;
            };
            let oldest = now.saturating_sub(history.kept);
            if let Some((_, seen)) = history.reads.get_mut(&key) {
                // The newest of those that are old enough stays: it is still an answer.
                while seen.get(1).is_some_and(|(when, _)| *when <= oldest) {
                    seen.pop_front();
                }
                seen.push_back((now, answer));
            }
        }
        look_again(world);
    });
}
