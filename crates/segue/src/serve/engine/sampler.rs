//! Measurements for banks and charts, once a second, kept in the store.

use std::time::Duration;

use live::store::StoredSample;
use model::ports::{Clock, Cloud, Fleets, Prober};
use traffic::Goal;

use super::Engine;
use super::page::Look;

/// Time between two looks.
const EVERY: Duration = Duration::from_secs(1);

impl<C, F, P, K> Engine<C, F, P, K>
where
    C: Cloud + Send + Sync + 'static,
    F: Fleets + Send + Sync + 'static,
    P: Prober + Send + Sync + 'static,
    K: Clock + Send + Sync + 'static,
{
    /// Looks until the engine stops.
    pub(super) async fn sample(&self) {
        let inner = &*self.inner;
        loop {
            self.look_at_all().await;
            let at = inner.clock.now().checked_add(EVERY).unwrap_or(inner.clock.now());
            tokio::select! {
                () = inner.stop.cancelled() => return,
                () = inner.clock.sleep_until(at) => {}
            }
        }
    }

    async fn look_at_all(&self) {
        let inner = &*self.inner;
        let goals: Vec<Goal> = inner.pages.lock().values().map(|page| page.goal.clone()).collect();
        let (mut new, mut old) = (Vec::new(), Vec::new());
        for goal in goals {
            let Some(look) = self.look(&goal).await else { continue };
            let subject = goal.subject().to_string();
            let mut pages = inner.pages.lock();
            let Some(page) = pages.get_mut(&goal.shift) else { continue };
            let sample = page.look(look);
            // A chart begins with the shift and ends with it.
            let drawn = page.run.is_some() && !page.state.ended();
            if let Some(sample) = sample.filter(|_| drawn) {
                let dropped = page.measured(sample);
                old.extend(dropped.into_iter().map(|at| (subject.clone(), at)));
                let body = serde_json::to_string(&sample).unwrap_or_default();
                new.push(StoredSample { subject, at: sample.at, body });
            }
        }
        inner.pages.ring();
        // A chart with a hole is no reason to stop anything: without room the journal says so.
        let _ = inner.store.sampled(&new, &old).await;
    }

    async fn look(&self, goal: &Goal) -> Option<Look> {
        let cloud = &self.inner.cloud;
        let rule = cloud.rule(&goal.rule).await.ok()?;
        let old = cloud.group(&goal.old).await.ok()?;
        let new = cloud.group(&goal.new).await.ok()?;
        let stated = Some(rule.weights.of(&goal.new).percent());
        Some(Look { at: self.inner.clock.now().as_millisecond(), stated, old, new })
    }
}
