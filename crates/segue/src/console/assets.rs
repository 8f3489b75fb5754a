//! The style and the script. Their names hold a digest, so that browsers may keep them for ever.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use sha2::{Digest as _, Sha256};

use crate::serve::proof::key::hex;

const STYLE: &str = include_str!("console.css");
const SCRIPT: &str = include_str!("console.js");
const ICON: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 16 16\"><path fill=\"#1d5fb8\" d=\"M1 2h14v2H1zM1 12h14v2H1zM3 10h4V6h6v1.6H8.600V10z\"/></svg>";

static STYLE_NAME: LazyLock<String> = LazyLock::new(|| named("console", STYLE, "css"));
static SCRIPT_NAME: LazyLock<String> = LazyLock::new(|| named("console", SCRIPT, "js"));

fn named(stem: &str, text: &str, end: &str) -> String {
    let digest = hex(&Sha256::digest(text.as_bytes()));
    format!("{stem}.{}.{end}", &digest[..12])
}

/// Where the style is.
pub(super) fn style() -> String {
    format!("/assets/{}", *STYLE_NAME)
}

/// Where the script is.
pub(super) fn script() -> String {
    format!("/assets/{}", *SCRIPT_NAME)
}

/// Where the icon is.
pub(super) const ICON_PLACE: &str = "/assets/icon.svg";

/// One of them.
pub(super) async fn serve(Path(name): Path<String>) -> Response {
    let (kind, text) = if name == *STYLE_NAME {
        ("text/css; charset=utf-8", STYLE)
    } else if name == *SCRIPT_NAME {
        ("text/javascript; charset=utf-8", SCRIPT)
    } else if name == "icon.svg" {
        ("image/svg+xml", ICON)
    } else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let keep = "public, max-age=31536000, immutable";
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep)], text).into_response()
}
