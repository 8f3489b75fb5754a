//! The API: what a running Segue knows and can be told, as JSON over a socket in the state folder,
//! and the figures for Prometheus.
//!
//! `/v1` is stable: members are added, never renamed. A refusal is a reason of the table of codes,
//! with the HTTP status that fits its kind.

pub mod client;
mod figures;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures_util::Stream;
use futures_util::stream::unfold;
use model::Reason;
use model::code::rehearsal;
use model::code::{ErrorKind, Kind};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use traffic::Deed;

use super::book::Book;

/// Watchers hear of changes at most this often.
const TELL_EVERY: Duration = Duration::from_millis(200);
/// Lines of activity at most.
const ACTIVITY_MAX: usize = 1_000;

/// What every answer stands on.
#[derive(Debug)]
pub struct Served<B> {
    /// What is known.
    pub book: Arc<B>,
    /// Whether this instance plays its role.
    pub ready: Ready,
    /// Where the console is.
    pub console: SocketAddr,
    /// Ends the streams: a server waits for its connections, and a watcher never leaves.
    pub closing: CancellationToken,
}

impl<B> Clone for Served<B> {
    fn clone(&self) -> Self {
        Self {
            book: Arc::clone(&self.book),
            ready: self.ready.clone(),
            console: self.console,
            closing: self.closing.clone(),
        }
    }
}

/// Why this instance is not ready; `None` if it is.
pub type Ready = tokio::sync::watch::Receiver<Option<Reason>>;

/// Who asks for something.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Asked {
    /// The person.
    pub by: String,
}

/// What a person says about a shift.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Said {
    /// The person.
    pub by: String,
    /// What.
    pub what: Deed,
}

/// Where people look.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Console {
    /// The address for a browser.
    pub url: String,
}

/// How many lines.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Lines {
    #[serde(default = "lines")]
    limit: usize,
}

fn lines() -> usize {
    100
}

/// All of it, for the socket that only its owner can open.
pub fn router<B: Book>(served: Served<B>) -> Router {
    Router::new()
        .route("/v1/overview", get(overview::<B>))
        .route("/v1/activity", get(activity::<B>))
        .route("/v1/watch", get(watch::<B>))
        .route("/v1/console", get(console::<B>))
        .route("/v1/shifts/{name}", get(shift::<B>))
        .route("/v1/shifts/{name}/watch", get(watch_shift::<B>))
        .route("/v1/shifts/{name}/start", post(start::<B>))
        .route("/v1/shifts/{name}/adopt", post(adopt::<B>))
        .route("/v1/shifts/{name}/say", post(say::<B>))
        .with_state(served.clone())
        .merge(open(served))
}

/// Health and figures, for a listener that others can reach: nothing that says or changes more.
pub fn open<B: Book>(served: Served<B>) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready::<B>))
        .route("/metrics", get(metrics::<B>))
        .with_state(served)
}

/// A reason as an answer.
struct Refused(Reason);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (status(&self.0), Json(self.0)).into_response()
    }
}

/// The status that fits the kind of a refusal.
fn status(because: &Reason) -> StatusCode {
    if because.code.id == rehearsal::NO_SHIFT.id {
        return StatusCode::NOT_FOUND;
    }
    match because.code.kind {
        Kind::Error(ErrorKind::Usage) => StatusCode::BAD_REQUEST,
        Kind::Error(ErrorKind::Denied) => StatusCode::FORBIDDEN,
        Kind::Error(ErrorKind::Held) | Kind::Held => StatusCode::CONFLICT,
        Kind::Error(ErrorKind::World) => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Error(ErrorKind::Config | ErrorKind::Internal) | Kind::Finding(_) | Kind::Because => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

fn no_shift(name: &str) -> Refused {
    let known = "see segue shift list";
    Refused(Reason::new(&rehearsal::NO_SHIFT).with("name", name).with("known", known))
}

async fn overview<B: Book>(State(served): State<Served<B>>) -> Response {
    Json(served.book.overview()).into_response()
}

async fn console<B: Book>(State(served): State<Served<B>>) -> Response {
    Json(Console { url: format!("http://{}/", served.console) }).into_response()
}

async fn shift<B: Book>(State(served): State<Served<B>>, Path(name): Path<String>) -> Response {
    match served.book.shift(&name) {
        Some(status) => Json(status).into_response(),
        None => no_shift(&name).into_response(),
    }
}

async fn activity<B: Book>(
    State(served): State<Served<B>>,
    Query(Lines { limit }): Query<Lines>,
) -> Response {
    match served.book.activity(limit.min(ACTIVITY_MAX)).await {
        Ok(acts) => Json(acts).into_response(),
        Err(because) => Refused(because).into_response(),
    }
}

async fn start<B: Book>(
    State(served): State<Served<B>>,
    Path(name): Path<String>,
    Json(Asked { by }): Json<Asked>,
) -> Response {
    done(served.book.start(&name, &by).await, &served, &name)
}

async fn adopt<B: Book>(
    State(served): State<Served<B>>,
    Path(name): Path<String>,
    Json(Asked { by }): Json<Asked>,
) -> Response {
    done(served.book.adopt(&name, &by).await, &served, &name)
}

async fn say<B: Book>(
    State(served): State<Served<B>>,
    Path(name): Path<String>,
    Json(Said { by, what }): Json<Said>,
) -> Response {
    done(served.book.say(&name, &by, what).await, &served, &name)
}

/// What was done is in the journal: the answer is the shift as it is now.
fn done<B: Book>(done: Result<(), Reason>, served: &Served<B>, name: &str) -> Response {
    match done {
        Ok(()) => Json(served.book.shift(name)).into_response(),
        Err(because) => Refused(because).into_response(),
    }
}

async fn ready<B: Book>(State(served): State<Served<B>>) -> Response {
    let because = served.ready.borrow().clone();
    match because {
        None => "ready\n".into_response(),
        Some(because) => (StatusCode::SERVICE_UNAVAILABLE, Json(because)).into_response(),
    }
}

async fn metrics<B: Book>(State(served): State<Served<B>>) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    let ready = served.ready.borrow().is_none();
    (kind, figures::text(&served.book.overview(), ready)).into_response()
}

async fn watch<B: Book>(State(served): State<Served<B>>) -> Response {
    stream(served, |book| event(&book.overview())).into_response()
}

async fn watch_shift<B: Book>(
    State(served): State<Served<B>>,
    Path(name): Path<String>,
) -> Response {
    if served.book.shift(&name).is_none() {
        return no_shift(&name).into_response();
    }
    stream(served, move |book| book.shift(&name).and_then(|shift| event(&shift))).into_response()
}

fn event(value: &impl Serialize) -> Option<Event> {
    Event::default().json_data(value).ok()
}

/// An event now and after each change, until there is nothing more to show.
fn stream<B: Book>(
    served: Served<B>,
    show: impl Fn(&B) -> Option<Event> + Send + 'static,
) -> Sse<impl Stream<Item = Result<Event, Infallible>> + Send> {
    let changes = served.book.changes();
    let first = true;
    let events = unfold((served, changes, show, first), async |state| {
        let (served, mut changes, show, first) = state;
        if !first {
            tokio::select! {
                () = served.closing.cancelled() => return None,
                rung = changes.changed() => rung.ok()?,
            }
            tokio::time::sleep(TELL_EVERY).await;
        }
        changes.mark_unchanged();
        let event = show(&served.book)?;
        Some((Ok(event), (served, changes, show, false)))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}
