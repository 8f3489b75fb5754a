//! The AWS client against small servers on this machine: the bytes that it sends, what it makes of
//! answers, and what it does when things go wrong.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests; the chain is tested by processes and files of its own"
)]

mod chain;
mod endpoints;
mod page;
mod server;
mod trouble;
mod vectors;
mod wire;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use live::aws::{Client, GivenKeys, Pace, Settings};
use model::ports::{Aws, Call, Clock, Fault};
use serde_json::Value;

/// A clock whose waits pass at once.
#[derive(Debug, Clone)]
struct QuickClock(Arc<Mutex<Timestamp>>);

impl QuickClock {
    fn at(time: &str) -> Self {
        Self(Arc::new(Mutex::new(time.parse().unwrap())))
    }
}

impl Clock for QuickClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    fn steady(&self) -> Duration {
        let since = self.now().duration_since(Timestamp::UNIX_EPOCH);
        since.try_into().unwrap_or_default()
    }

    async fn sleep_until(&self, at: Timestamp) {
        let mut now = self.0.lock().unwrap();
        *now = (*now).max(at);
    }
}

/// The time of the tests.
const NOW: &str = "2026-11-22T22:30:00Z";

/// Settings for the server at `url`.
fn settings(url: &str) -> Settings {
    Settings {
        region: Some("ap-northeast-2".to_owned()),
        endpoint_url: Some(url.to_owned()),
        keys: Some(GivenKeys::fixed("AKIDEXAMPLE", "the-secret-key")),
        pace: Pace::even(1e6),
        trace: true,
        ..Settings::default()
    }
}

async fn client(url: &str) -> Client<QuickClock> {
    Client::new(settings(url), QuickClock::at(NOW)).await.unwrap()
}

async fn ask(client: &Client<QuickClock>, operation: &str, request: Value) -> Result<Value, Fault> {
    client.call(&Call::new(operation, request)).await
}
