//! The form that asks for the token, where the console is bound to an address that others reach.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Form, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::html;
use model::Reason;
use model::code::console as code;
use serde::Deserialize;

use super::frame::{Here, Part, Screen};
use super::secret::same;
use super::visitor::{Visitor, who};
use super::{Console, deeds, frame, pages, query};
use crate::serve::book::Book;

/// Letters of a name.
const NAME_MAX: usize = 64;

/// What is sent to log in.
#[derive(Deserialize)]
pub(super) struct Entry {
    form: String,
    name: String,
    token: String,
    to: String,
}

/// The form.
pub(super) async fn ask<B: Book>(
    State(_console): State<Arc<Console<B>>>,
    Extension(visitor): Extension<Visitor>,
) -> Response {
    let m = visitor.lang.console();
    let to = query::value(&visitor.uri, "to").unwrap_or_else(|| "/".to_owned());
    let body = html! {
        form.login method="post" action="/login" {
            input type="hidden" name="form" value=(visitor.form);
            input type="hidden" name="to" value=(to);
            p { (m.login_intro) }
            label for="name" { (m.login_name) }
            input id="name" name="name" required maxlength=(NAME_MAX) autocomplete="username";
            label for="token" { (m.login_token) }
            input id="token" name="token" type="password" required autocomplete="current-password";
            button.main type="submit" { (m.login_enter) }
        }
    };
    let parts = vec![Part { id: "login", body }];
    let screen = Screen { here: Here::Nowhere, title: m.login_title.to_owned(), parts, live: None };
    frame::page(&visitor, &screen).into_response()
}

/// Looks at the token and keeps the name.
pub(super) async fn enter<B: Book>(
    State(console): State<Arc<Console<B>>>,
    Extension(visitor): Extension<Visitor>,
    Form(entry): Form<Entry>,
) -> Response {
    if let Err(reason) = deeds::own_form(&visitor, &entry.form) {
        return pages::trouble(&visitor, &reason, StatusCode::FORBIDDEN);
    }
    let Some(token) = &console.settings.token else {
        return Redirect::to("/").into_response();
    };
    let name: String =
        entry.name.trim().chars().filter(|c| !c.is_control()).take(NAME_MAX).collect();
    if name.is_empty() || !same(entry.token.trim(), token) {
        let reason = Reason::new(&code::WRONG_TOKEN);
        return pages::trouble(&visitor, &reason, StatusCode::UNAUTHORIZED);
    }
    // Only a place of this console: `//host` would lead elsewhere.
    let own = entry.to.starts_with('/') && !entry.to.starts_with("//") && !entry.to.contains('\\');
    let mut response = Redirect::to(if own { &entry.to } else { "/" }).into_response();
    if let Ok(cookie) = HeaderValue::from_str(&who(&name, token)) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
