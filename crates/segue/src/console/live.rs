//! Pages that stay live: when something has changed, their parts are rendered again, and those
//! that differ are sent as events.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use model::Reason;
use model::code::console as code;
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::frame::Screen;
use super::visitor::Visitor;
use super::{Console, WATCHERS_MAX, pages};
use crate::serve::book::Book;

/// Between two events of one page: eyes need no more, and a small machine has other work.
const PACE: Duration = Duration::from_millis(400);

/// Which page is watched.
#[derive(Debug, Clone)]
enum Watched {
    Home,
    Shifts,
    Shift(String),
    Log,
}

/// Home.
pub(super) async fn home<B: Book>(
    console: State<Arc<Console<B>>>,
    visitor: Extension<Visitor>,
) -> Response {
    watch_page(console, visitor, Watched::Home)
}

/// The list of shifts.
pub(super) async fn shifts<B: Book>(
    console: State<Arc<Console<B>>>,
    visitor: Extension<Visitor>,
) -> Response {
    watch_page(console, visitor, Watched::Shifts)
}

/// One shift.
pub(super) async fn shift<B: Book>(
    console: State<Arc<Console<B>>>,
    visitor: Extension<Visitor>,
    Path(name): Path<String>,
) -> Response {
    watch_page(console, visitor, Watched::Shift(name))
}

/// The activity.
pub(super) async fn log<B: Book>(
    console: State<Arc<Console<B>>>,
    visitor: Extension<Visitor>,
) -> Response {
    watch_page(console, visitor, Watched::Log)
}

/// One page that is being watched.
struct Watch<B> {
    console: Arc<Console<B>>,
    visitor: Visitor,
    watched: Watched,
    changes: watch::Receiver<u64>,
    /// What each part looked like when it was sent last.
    sent: BTreeMap<&'static str, String>,
    /// True until the first event, which does not wait: the page may be older than the stream.
    first: bool,
    _permit: OwnedSemaphorePermit,
}

fn watch_page<B: Book>(
    State(console): State<Arc<Console<B>>>,
    Extension(visitor): Extension<Visitor>,
    watched: Watched,
) -> Response {
    let Ok(permit) = Arc::clone(&console.watchers).try_acquire_owned() else {
        let reason = Reason::new(&code::TOO_MANY).with("limit", WATCHERS_MAX);
        return pages::trouble(&visitor, &reason, StatusCode::SERVICE_UNAVAILABLE);
    };
    let changes = console.book.changes();
    let watch = Watch {
        console,
        visitor,
        watched,
        changes,
        sent: BTreeMap::new(),
        first: true,
        _permit: permit,
    };
    let events = stream::unfold(watch, |mut watch| async move {
        let event = watch.next().await?;
        Some((Ok::<_, Infallible>(event), watch))
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))).into_response()
}

impl<B: Book> Watch<B> {
    /// The next event: all parts that look different from before. `None` when the book is closed.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if !self.first {
                tokio::time::sleep(PACE).await;
                tokio::select! {
                    () = self.console.settings.closing.cancelled() => return None,
                    changed = self.changes.changed() => changed.ok()?,
                }
            }
            self.first = false;
            self.changes.mark_unchanged();
            let mut fresh = Vec::new();
            for part in self.screen().await?.parts {
                let html = part.body.into_string();
                if self.sent.get(part.id) != Some(&html) {
                    fresh.push(serde_json::json!({ "id": part.id, "html": html }));
                    self.sent.insert(part.id, html);
                }
            }
            if !fresh.is_empty() {
                return Event::default().event("parts").json_data(fresh).ok();
            }
        }
    }

    async fn screen(&self) -> Option<Screen> {
        match &self.watched {
            Watched::Home => Some(pages::home_screen(&self.console, &self.visitor)),
            Watched::Shifts => Some(pages::shifts_screen(&self.console, &self.visitor)),
            Watched::Shift(name) => pages::shift_screen(&self.console, &self.visitor, name),
            Watched::Log => pages::log_screen(&self.console, &self.visitor).await.ok(),
        }
    }
}
