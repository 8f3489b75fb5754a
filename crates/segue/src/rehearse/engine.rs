//! An engine in the twin: the very loop that runs on a real estate, one for each shift.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use model::ports::{Clock as _, Retry};
use tokio_util::sync::CancellationToken;
use traffic::Goal;
use twin::Engine;

use crate::serve::shift::{Shared, Shift, World};

/// After a fault that ends a loop, it is opened again this much later: what a supervisor does.
const AGAIN: Duration = Duration::from_secs(5);

/// Every shift of `goals`, beside each other, until all have ended or another engine took over.
pub(super) async fn run(engine: Engine, goals: Arc<Vec<Goal>>, shared: Shared) {
    let mut shifts: FuturesUnordered<_> =
        goals.iter().map(|goal| shift(&engine, goal, &shared)).collect();
    while shifts.next().await.is_some() {}
}

/// One shift, opened again after whatever ended its loop, unless another engine owns it.
async fn shift(engine: &Engine, goal: &Goal, shared: &Shared) {
    let stop = CancellationToken::new();
    loop {
        let world =
            World { cloud: engine, fleets: engine, prober: engine, journal: engine, clock: engine };
        let fault = match Shift::open(world, goal.clone(), shared.clone()).await {
            Ok(shift) => match shift.run(&stop, |_| {}).await {
                Ok(_) => return,
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
