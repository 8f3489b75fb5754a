//! Sends requests at a fixed rate and accounts for every one of them.
//!
//! Open loop: request `n` is due at `n / rate` whatever happened to those before it, and its
//! latency counts from then, so that a stall shows in every request that it delayed. A request
//! ends as *answered* (and by which side), *failed* (the application said 5xx) or *lost* (no
//! answer, somebody else's answer, or a 502, 503 or 504 that the balancer made).

mod tally;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty};
use hyper::header::{CONNECTION, HeaderValue};
use hyper::{Request, Response, body::Incoming};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::limits::{PROBE_WAIT, PROBES_MAX};

pub use tally::{Latency, SideTally, Tally};

/// Response header that names the side; an answer without it is the balancer's own.
pub const SIDE_HEADER: &str = "x-segue-side";
/// Request and response header with the request's identity.
pub const ID_HEADER: &str = "x-request-id";

/// Requests after which one is sent on a fresh connection, so that accepting is probed as well.
const FRESH_EVERY: u64 = 10;

/// What is probed.
#[derive(Debug, Clone)]
pub struct ProberConfig {
    /// Where the balancer serves.
    pub target: SocketAddr,
    /// Path and query asked for.
    pub path: String,
    /// Requests a second, at least one.
    pub rate: u32,
    /// Beginning of every request id, so that runs can be told apart.
    pub run: String,
}

/// A prober at work.
#[derive(Debug)]
pub struct Prober {
    shared: Arc<Shared>,
    sending: tokio::task::JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    config: ProberConfig,
    client: Client<HttpConnector, Empty<Bytes>>,
    tally: Mutex<Tally>,
    stop: CancellationToken,
    requests: TaskTracker,
}

impl Prober {
    /// Begins to send.
    pub fn start(config: ProberConfig) -> Self {
        let client = Client::builder(TokioExecutor::new())
            // A second attempt by the client would hide the loss of the first.
            .retry_canceled_requests(false)
            // Less than the balancer's idle time-out, so that no request meets a closing connection.
            .pool_idle_timeout(Duration::from_secs(30))
            .pool_timer(TokioTimer::new())
            .build_http();
        let shared = Arc::new(Shared {
            config,
            client,
            tally: Mutex::new(Tally::default()),
            stop: CancellationToken::new(),
            requests: TaskTracker::new(),
        });
        let sending = tokio::spawn(send_all(Arc::clone(&shared)));
        Self { shared, sending }
    }

    /// The account so far.
    pub fn tally(&self) -> Tally {
        self.shared.tally().clone()
    }

    /// Sends no more, waits for what is under way, and closes the account.
    pub async fn stop(self) -> Tally {
        self.shared.stop.cancel();
        let _ = self.sending.await;
        self.shared.requests.close();
        self.shared.requests.wait().await;
        self.shared.tally().clone()
    }
}

impl Shared {
    fn tally(&self) -> std::sync::MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sends request after request when each is due.
async fn send_all(shared: Arc<Shared>) {
    let rate = f64::from(shared.config.rate.max(1));
    let start = Instant::now();
    let mut number: u64 = 0;
    loop {
        #[expect(clippy::cast_precision_loss, reason = "2^52 requests are 400,000 years at 300/s")]
        let due = start + Duration::from_secs_f64(number as f64 / rate);
        tokio::select! {
            biased;
            () = shared.stop.cancelled() => return,
            () = tokio::time::sleep_until(due) => {}
        }
        if shared.requests.len() >= PROBES_MAX {
            shared.tally().skipped += 1;
        } else {
            shared.tally().sent += 1;
            shared.requests.spawn(send_one(Arc::clone(&shared), number, due));
        }
        number += 1;
    }
}

/// Sends one request and enters its end.
async fn send_one(shared: Arc<Shared>, number: u64, due: Instant) {
    let id = format!("{}-{number}", shared.config.run);
    let outcome = match tokio::time::timeout(PROBE_WAIT, ask(&shared, number, &id)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(format!("no answer in {} s", PROBE_WAIT.as_secs())),
    };
    let mut tally = shared.tally();
    match outcome {
        Ok(answer) => tally.answered(&answer.side, answer.failed, due.elapsed()),
        Err(cause) => tally.lost(&id, &cause),
    }
}

/// An application's answer.
struct ByApplication {
    side: String,
    failed: bool,
}

async fn ask(shared: &Shared, number: u64, id: &str) -> Result<ByApplication, String> {
    let config = &shared.config;
    let mut request = Request::get(format!("http://{}{}", config.target, config.path))
        .header(ID_HEADER, id)
        .body(Empty::new())
        .map_err(|error| error.to_string())?;
    if number.is_multiple_of(FRESH_EVERY) {
        request.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    let response = shared.client.request(request).await.map_err(|error| whole(&error))?;
    let answer = judge(&response, id);
    response.into_body().collect().await.map_err(|error| whole(&error))?;
    answer
}

/// Whose answer it is.
fn judge(response: &Response<Incoming>, id: &str) -> Result<ByApplication, String> {
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
    let status = response.status();
    let Some(side) = header(SIDE_HEADER) else {
        return Err(format!("answered {status} by the balancer itself"));
    };
    if header(ID_HEADER) != Some(id) {
        return Err("got the answer to another request".to_owned());
    }
    Ok(ByApplication { side: side.to_owned(), failed: status.is_server_error() })
}

/// An error with everything beneath it.
fn whole(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
