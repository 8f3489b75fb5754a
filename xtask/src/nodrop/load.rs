//! The load: clients of all kinds, and the end of each of their requests.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use http_body_util::{BodyExt as _, Empty};
use hyper::header::{CONNECTION, HOST, HeaderValue};
use hyper::{Request, Version};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message;

use super::origin::{LARGE, SMALL};

/// Of ten requests one is for the large answer.
const LARGE_EVERY: u64 = 10;
/// Messages of one WebSocket, a few seconds in all.
const MESSAGES: u32 = 30;
/// Time between two messages of a WebSocket.
const MESSAGE_PAUSE: Duration = Duration::from_millis(100);
/// How long an answer may take before the request counts as lost.
const WAIT: Duration = Duration::from_secs(20);
/// How the library words a GOAWAY without an error that leaves a request out.
const GOING_AWAY: &str = "connection error received: not a result of an error";
/// Causes that are told.
const CAUSES_MAX: usize = 10;

/// Who sends how much.
#[derive(Debug, Clone)]
pub struct Load {
    /// Requests in all, without the messages of WebSockets.
    pub requests: u64,
    /// Clients with one kept HTTP/1.1 connection each.
    pub kept: usize,
    /// Clients that open a connection for each request.
    pub fresh: usize,
    /// Clients with one HTTP/2 connection each; only where the balancer speaks it.
    pub h2: usize,
    /// Requests at one time of an HTTP/2 client.
    pub streams: usize,
    /// Clients with a WebSocket that they open again and again.
    pub websockets: usize,
}

impl Default for Load {
    fn default() -> Self {
        Self { requests: 1_000_000, kept: 8, fresh: 4, h2: 2, streams: 4, websockets: 4 }
    }
}

/// How requests ended.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Sent.
    pub sent: u64,
    /// Answered 200 by a target, whole and with the right id.
    pub good: u64,
    /// Answered with another status.
    pub refused: u64,
    /// Not answered: connections that were reset, refused or closed, answers cut short.
    pub lost: u64,
    /// WebSockets that were opened.
    pub websockets: u64,
    /// WebSockets that were refused or cut.
    pub websockets_lost: u64,
    /// The first causes.
    pub causes: Vec<String>,
    /// Microseconds of each good answer.
    took: Vec<u32>,
}

impl Tally {
    fn add(&mut self, mut other: Self) {
        self.sent += other.sent;
        self.good += other.good;
        self.refused += other.refused;
        self.lost += other.lost;
        self.websockets += other.websockets;
        self.websockets_lost += other.websockets_lost;
        self.took.append(&mut other.took);
        let room = CAUSES_MAX.saturating_sub(self.causes.len());
        self.causes.extend(other.causes.into_iter().take(room));
    }

    fn cause(&mut self, cause: String) {
        if self.causes.len() < CAUSES_MAX {
            self.causes.push(cause);
        }
    }

    /// Milliseconds in which so many of a hundred good answers came.
    pub fn quantile(&self, percent: usize) -> f64 {
        let mut took = self.took.clone();
        took.sort_unstable();
        let rank = (took.len() * percent).div_ceil(100).max(1) - 1;
        took.get(rank).map_or(0.0, |micros| f64::from(*micros) / 1_000.0)
    }

    /// Whether nothing was lost at all.
    pub fn is_whole(&self) -> bool {
        self.refused == 0 && self.lost == 0 && self.websockets_lost == 0
    }
}

impl Load {
    /// Sends everything to `front`, what is HTTP/2 to `h2`, and counts how it ends.
    pub async fn run(&self, front: SocketAddr, h2: SocketAddr) -> Tally {
        let next = Arc::new(AtomicU64::new(0));
        let mut clients = JoinSet::new();
        let whole = self.requests;
        for _ in 0..self.kept {
            clients.spawn(requests(front, (client(false), false), whole, Arc::clone(&next)));
        }
        for _ in 0..self.fresh {
            clients.spawn(requests(front, (client(false), true), whole, Arc::clone(&next)));
        }
        for _ in 0..self.h2 {
            let client = client(true);
            for _ in 0..self.streams {
                let same = (client.clone(), false);
                clients.spawn(requests(h2, same, whole, Arc::clone(&next)));
            }
        }
        for _ in 0..self.websockets {
            clients.spawn(websockets(front, whole, Arc::clone(&next)));
        }
        let mut tally = Tally::default();
        while let Some(done) = clients.join_next().await {
            match done {
                Ok(done) => tally.add(done),
                Err(error) => tally.cause(error.to_string()),
            }
        }
        tally
    }
}

type Http = Client<HttpConnector, Empty<Bytes>>;

fn client(h2: bool) -> Http {
    Client::builder(TokioExecutor::new())
        // A second attempt by the client would hide the loss of the first. HTTP/2 says by GOAWAY
        // which requests a server has not looked at; those that were never put on the connection
        // go to the next one, as every client of it does.
        .retry_canceled_requests(h2)
        .http2_only(h2)
        .build_http()
}

/// One request after the other; where they are `fresh`, each has a connection of its own.
async fn requests(
    front: SocketAddr,
    (http, fresh): (Http, bool),
    whole: u64,
    next: Arc<AtomicU64>,
) -> Tally {
    let mut tally = Tally::default();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= whole {
            return tally;
        }
        tally.sent += 1;
        let began = Instant::now();
        match tokio::time::timeout(WAIT, ask(&http, front, number, fresh)).await {
            Ok(Ok(())) => {
                tally.good += 1;
                tally.took.push(u32::try_from(began.elapsed().as_micros()).unwrap_or(u32::MAX));
            }
            Ok(Err(Ended::Status(status))) => {
                tally.refused += 1;
                tally.cause(format!("request {number}: {status}"));
            }
            Ok(Err(Ended::Lost(cause))) => {
                tally.lost += 1;
                let kind = if fresh { "fresh" } else { "kept" };
                tally.cause(format!("request {number} ({kind}): {cause}"));
            }
            Err(_) => {
                tally.lost += 1;
                tally.cause(format!("request {number}: no answer in {} s", WAIT.as_secs()));
            }
        }
    }
}

/// A request that did not end well.
enum Ended {
    Status(hyper::StatusCode),
    Lost(String),
}

async fn ask(http: &Http, front: SocketAddr, number: u64, fresh: bool) -> Result<(), Ended> {
    let lost = |error: &dyn std::error::Error| Ended::Lost(whole(error));
    let (path, length) =
        if number.is_multiple_of(LARGE_EVERY) { ("large", LARGE) } else { ("small", SMALL) };
    let mut request = Request::get(format!("http://{front}/{path}"))
        .header("x-request-id", number.to_string())
        .body(Empty::new())
        .map_err(|error| lost(&error))?;
    if fresh {
        request.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    let answer = match http.request(request.clone()).await {
        // HTTP/2 (RFC 9113 §6.8): the server says that it has not looked at this request, and that
        // it may be sent again. Clients do so; this library leaves it to its user.
        Err(error) if whole(&error).contains(GOING_AWAY) => http.request(request).await,
        other => other,
    };
    let answer = answer.map_err(|error| lost(&error))?;
    if answer.status() != 200 {
        return Err(Ended::Status(answer.status()));
    }
    let mine = answer.headers().get("x-request-id").is_some_and(|id| id == &number.to_string());
    let body = answer.into_body().collect().await.map_err(|error| lost(&error))?.to_bytes();
    if !mine || body.len() != length {
        let got = body.len();
        return Err(Ended::Lost(format!("{got} bytes, of this request: {mine}")));
    }
    Ok(())
}

async fn websockets(front: SocketAddr, whole: u64, next: Arc<AtomicU64>) -> Tally {
    let mut tally = Tally::default();
    while next.load(Ordering::Relaxed) < whole {
        tally.websockets += 1;
        if let Err(cause) = talk(front).await {
            tally.websockets_lost += 1;
            tally.cause(format!("WebSocket: {cause}"));
        }
    }
    tally
}

/// One WebSocket from its opening to its end.
async fn talk(front: SocketAddr) -> Result<(), String> {
    let stream = tokio::net::TcpStream::connect(front).await.map_err(|error| error.to_string())?;
    let request = Request::get(format!("ws://{front}/socket"))
        .version(Version::HTTP_11)
        .header(HOST, front.to_string())
        .header("connection", "upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "c2VndWUgc2VndWUgc2VndQ==")
        .body(())
        .map_err(|error| error.to_string())?;
    let (mut socket, _) = tokio_tungstenite::client_async(request, stream)
        .await
        .map_err(|error| whole_text(&error))?;
    for number in 0..MESSAGES {
        tokio::time::sleep(MESSAGE_PAUSE).await;
        let text = number.to_string();
        socket.send(Message::text(text.clone())).await.map_err(|error| whole_text(&error))?;
        let heard = tokio::time::timeout(WAIT, socket.next()).await;
        match heard {
            Ok(Some(Ok(message))) if message.to_text().is_ok_and(|heard| heard == text) => {}
            other => return Err(format!("message {number}: {other:?}")),
        }
    }
    let _ = socket.close(None).await;
    Ok(())
}

fn whole_text(error: &tokio_tungstenite::tungstenite::Error) -> String {
    whole(error)
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
