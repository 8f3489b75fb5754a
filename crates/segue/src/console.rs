//! The console: pages over a [`Book`], served as HTML and kept live by server-sent events.
//!
//! Every page answers one question and can be read and used without script. The server renders
//! each part of a page; when something has changed it renders again and sends the parts that
//! differ. Nothing is fetched from elsewhere. `guard` stands before every page: known hosts,
//! tokens, requests from other sites. docs/reference/console.md tells the pages, keys and headers.

mod assets;
mod deeds;
mod frame;
mod guard;
mod live;
mod login;
mod pages;
mod query;
mod secret;
mod settings;
mod visitor;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use model::Reason;
use tokio::sync::Semaphore;

use crate::serve::book::Book;

pub use settings::Settings;

/// Pages that may watch at one time; each holds a connection.
const WATCHERS_MAX: usize = 64;

/// What the handlers share.
struct Console<B> {
    book: Arc<B>,
    settings: Settings,
    secret: secret::Secret,
    watchers: Arc<Semaphore>,
    /// Rehearsals that were played for a page.
    played: tokio::sync::Mutex<Vec<pages::Kept>>,
}

/// The console as a router, to be served or merged into another one.
pub fn router<B: Book>(book: Arc<B>, settings: Settings) -> Result<Router, Reason> {
    let console = Arc::new(Console {
        book,
        settings,
        secret: secret::Secret::random()?,
        watchers: Arc::new(Semaphore::new(WATCHERS_MAX)),
        played: tokio::sync::Mutex::default(),
    });
    let router = Router::new()
        .route("/", get(pages::home::<B>))
        .route("/shifts", get(pages::shifts::<B>))
        .route("/shifts/{name}", get(pages::shift::<B>))
        .route("/shifts/{name}/{deed}", get(deeds::ask::<B>).post(deeds::act::<B>))
        .route("/why/{*of}", get(pages::why::<B>))
        .route("/log", get(pages::log::<B>))
        .route("/migrate", get(pages::migrate::<B>))
        .route("/migrate/report", get(pages::report::<B>))
        .route("/rehearse", get(pages::rehearsals::<B>))
        .route("/rehearse/{name}", get(pages::rehearsal::<B>))
        .route("/live", get(live::home::<B>))
        .route("/live/shifts", get(live::shifts::<B>))
        .route("/live/shifts/{name}", get(live::shift::<B>))
        .route("/live/log", get(live::log::<B>))
        .route("/login", get(login::ask::<B>).post(login::enter::<B>))
        .route("/assets/{name}", get(assets::serve))
        .fallback(pages::nothing::<B>)
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&console), guard::pass::<B>))
        .with_state(console);
    Ok(router)
}
