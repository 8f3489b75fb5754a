//! `Clock`: virtual time, as an engine's own clock shows it.

use jiff::Timestamp;
use model::ports::Clock;

use crate::api::Calling;
use crate::run::Engine;
use crate::time::{moment, timestamp};

impl Clock for Engine {
    fn now(&self) -> Timestamp {
        timestamp(self.world().now())
    }

    async fn sleep_until(&self, at: Timestamp) {
        if at <= self.now() {
            return;
        }
        Calling::at(self, moment(at), ()).await;
    }
}
