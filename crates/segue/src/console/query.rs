//! The query of an address: read with tolerance, written with care.

use axum::http::Uri;

/// The pairs of a query, decoded.
pub(super) fn pairs(uri: &Uri) -> Vec<(String, String)> {
    let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(uri);
    pairs.map(|query| query.0).unwrap_or_default()
}

/// The first value of `name`.
pub(super) fn value(uri: &Uri, name: &str) -> Option<String> {
    pairs(uri).into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

/// The address with `name` set to `value`; all else stays, so that an address holds what is shown.
pub(super) fn with(uri: &Uri, name: &str, value: &str) -> String {
    let mut kept = pairs(uri);
    kept.retain(|(key, _)| key != name);
    kept.push((name.to_owned(), value.to_owned()));
    let query: Vec<String> =
        kept.iter().map(|(key, value)| format!("{}={}", escaped(key), escaped(value))).collect();
    format!("{}?{}", uri.path(), query.join("&"))
}

/// Text as it may stand in a part of a path or a query.
pub(super) fn escaped(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_what_it_held() {
        let uri: Uri = "/log?by=ada%20l&lang=en".parse().unwrap();
        assert_eq!(with(&uri, "lang", "ko"), "/log?by=ada%20l&lang=ko");
        assert_eq!(value(&uri, "by").as_deref(), Some("ada l"));
        assert_eq!(escaped("a/b?<한"), "a%2Fb%3F%3C%ED%95%9C");
    }
}
