//! `Clock`: virtual time, as an engine's own clock shows it.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use model::ports::Clock;

use crate::api::Calling;
use crate::run::Engine;
use crate::time::{Micros, timestamp};

impl Clock for Engine {
    fn now(&self) -> Timestamp {
        let world = self.world();
        let shift = SignedDuration::from_micros(world.faults.clock_offset());
        let now = timestamp(world.now());
        now.checked_add(shift).unwrap_or(now)
    }

    fn steady(&self) -> Duration {
        Duration::from_micros(self.world().now())
    }

    async fn sleep_until(&self, at: Timestamp) {
        if at <= self.now() {
            return;
        }
        // A wait is for a span of time, as timers of an operating system are: a clock that jumps
        // while it lasts does not change when it ends.
        let wait = at.duration_since(self.now());
        let wait = Micros::try_from(wait.as_micros()).unwrap_or(0);
        let until = self.world().now().saturating_add(wait);
        Calling::at(self, until, ()).await;
    }
}
