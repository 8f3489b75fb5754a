//! What stands before every page: known hosts, requests of other sites, who has logged in; and the
//! headers that keep browsers from doing more than they should.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use model::Reason;
use model::code::console as code;

use super::Console;
use super::pages::trouble;
use super::query;
use super::secret::random_digits;
use super::visitor::Visitor;
use crate::serve::book::Book;

/// Nothing but what this server sends, and no frame around it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Lets a request through, or says why not.
pub(super) async fn pass<B: Book>(
    State(console): State<Arc<Console<B>>>,
    mut request: Request,
    next: Next,
) -> Response {
    let uri = request.uri().clone();
    let fresh = random_digits("a session").unwrap_or_default();
    let visitor = Visitor::of(&uri, request.headers(), &console.settings, &console.secret, &fresh);
    let cookies = visitor.cookies.clone();
    let path = uri.path();
    let open = path == "/login" || path.starts_with("/assets/");
    let host = host(request.headers(), &console.settings.hosts);
    let response = match (host, foreign(request.method(), request.headers())) {
        (Err(reason), _) => trouble(&visitor, &reason, StatusCode::MISDIRECTED_REQUEST),
        (_, Some(reason)) => trouble(&visitor, &reason, StatusCode::FORBIDDEN),
        _ if visitor.by.is_none() && !open => unknown(&visitor, request.method()),
        _ => {
            request.extensions_mut().insert(visitor);
            next.run(request).await
        }
    };
    with_headers(response, &cookies)
}

/// Someone who has not logged in: pages lead to the form, all else is refused.
fn unknown(visitor: &Visitor, method: &Method) -> Response {
    let live = visitor.uri.path().starts_with("/live");
    if method == Method::GET && !live {
        let back = query::escaped(visitor.uri.path());
        return Redirect::to(&format!("/login?to={back}")).into_response();
    }
    trouble(visitor, &Reason::new(&code::LOGIN), StatusCode::UNAUTHORIZED)
}

/// A name that another site may point here is not ours; addresses cannot be pointed elsewhere.
fn host(headers: &HeaderMap, names: &[String]) -> Result<(), Reason> {
    let given = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let given = given.to_ascii_lowercase();
    let name = match given.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => given.as_str(),
    };
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok();
    if address || name == "localhost" || names.iter().any(|known| known == name) {
        return Ok(());
    }
    Err(Reason::new(&code::OTHER_HOST).with("host", format!("`{given}`")))
}

/// Why a request that changes something comes from elsewhere, if it does. Browsers say where it
/// comes from; whoever says nothing still needs the token of a page.
fn foreign(method: &Method, headers: &HeaderMap) -> Option<Reason> {
    if method == Method::GET || method == Method::HEAD {
        return None;
    }
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let refused = |cause: String| Some(Reason::new(&code::OTHER_SITE).with("cause", cause));
    if let Some(site) = text("sec-fetch-site").filter(|site| *site != "same-origin") {
        return refused(format!("the browser says it is {site}"));
    }
    let host = text("host").unwrap_or_default();
    match text("origin") {
        Some(origin)
            if origin.strip_prefix("http://") != Some(host)
                && origin.strip_prefix("https://") != Some(host) =>
        {
            refused(format!("it comes from {origin}"))
        }
        _ => None,
    }
}

fn with_headers(mut response: Response, cookies: &[String]) -> Response {
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set("content-security-policy", POLICY);
    set("x-content-type-options", "nosniff");
    set("x-frame-options", "DENY");
    set("referrer-policy", "same-origin");
    set("cross-origin-opener-policy", "same-origin");
    set("cross-origin-resource-policy", "same-origin");
    set("permissions-policy", "camera=(), microphone=(), geolocation=()");
    set("cache-control", "no-store");
    for cookie in cookies {
        if let Ok(value) = HeaderValue::from_str(cookie) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_name_that_was_not_given_is_not_served() {
        let names = ["segue.example.com".to_owned()];
        for known in
            ["127.0.0.1:80", "localhost:1", "[::1]:9", "192.0.2.7", "Segue.Example.com:443"]
        {
            assert!(host(&headers(&[("host", known)]), &names).is_ok(), "{known}");
        }
        for other in ["evil.example", "127.0.0.1.evil.example:80", "localhost.evil:1", ""] {
            assert!(host(&headers(&[("host", other)]), &names).is_err(), "{other}");
        }
        assert!(host(&HeaderMap::new(), &names).is_err());
    }

    #[test]
    fn what_changes_something_comes_from_our_own_pages() {
        let post = |pairs: &[(&'static str, &str)]| foreign(&Method::POST, &headers(pairs));
        let here = ("host", "127.0.0.1:80");
        assert!(post(&[here]).is_none());
        assert!(post(&[here, ("origin", "http://127.0.0.1:80")]).is_none());
        assert!(post(&[here, ("sec-fetch-site", "same-origin")]).is_none());
        for (name, value) in [
            ("origin", "null"),
            ("origin", "http://127.0.0.1:81"),
            ("origin", "http://evil.example"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-site", "none"),
        ] {
            assert!(post(&[here, (name, value)]).is_some(), "{name}: {value}");
        }
        assert!(foreign(&Method::GET, &headers(&[("origin", "http://evil.example")])).is_none());
    }
}
