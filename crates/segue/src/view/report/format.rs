//! Figures, places and marks as they are printed.

use std::fmt::{Display, Write as _};

use maud::{Markup, html};

use super::book::Place;
use crate::view::lang::{Messages, Said, fill};

/// `1234567` as `1,234,567`.
pub(crate) fn number<T: Copy + Display>(value: T) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        let left = digits.len() - index;
        if index > 0 && left.is_multiple_of(3) && !out.ends_with('-') {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 service`, `3 services`: `one` and `many` have `{n}`.
pub(super) fn count(n: usize, one: &str, many: &str) -> String {
    fill(if n == 1 { one } else { many }, &[("n", &number(n))])
}

/// A sentence, marked where it is not in the language of the page.
pub(crate) fn said(said: &Said) -> Markup {
    html! { @if said.english { span lang="en" { (marked(&said.text)) } } @else { (marked(&said.text)) } }
}

/// Text in which what stands between backticks is code; a backtick without a second one stays.
fn marked(text: &str) -> Markup {
    let parts: Vec<&str> = text.split('`').collect();
    html! { @for (index, part) in parts.iter().enumerate() {
        @if index % 2 == 0 { (part) }
        @else if index + 1 < parts.len() { code { (part) } }
        @else { "`" (part) }
    } }
}

/// Glyph of a severity; never shown without its letter.
pub(super) fn glyph(severity: char) -> &'static str {
    match severity {
        'B' => "✖",
        'H' => "▲",
        'M' => "○",
        _ => "·",
    }
}

/// The class of a severity.
pub(super) fn class(severity: char) -> &'static str {
    match severity {
        'B' => "b",
        'H' => "h",
        'M' => "m",
        _ => "l",
    }
}

/// Glyph and letter.
pub(super) fn mark(severity: char) -> Markup {
    html! { b class=(class(severity)) { (glyph(severity)) " " (severity) } }
}

/// The word for a severity.
pub(super) fn severity_word(severity: char, m: &Messages) -> &'static str {
    match severity {
        'B' => m.sev_b,
        'H' => m.sev_h,
        'M' => m.sev_m,
        _ => m.sev_l,
    }
}

/// A place in the input, short: the operation and the path in its answer.
pub(super) fn place(place: &Place) -> String {
    let parts: Vec<&str> = place.file.split('/').collect();
    let source = match parts.as_slice() {
        ["answers", _, operation, file] => {
            format!("{operation}/{}", file.trim_end_matches(".json"))
        }
        _ => place.file.clone(),
    };
    let pointer = place.pointer.trim_start_matches('/').replace('/', ".");
    if pointer.is_empty() { source } else { format!("{source} › {pointer}") }
}

/// The last part of an ARN, as people call the thing.
pub(super) fn arn_name(arn: &str) -> &str {
    let tail = arn.rsplit(':').next().unwrap_or(arn);
    let mut parts = tail.split('/');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (
            Some("listener" | "listener-rule" | "loadbalancer"),
            Some("app" | "net"),
            Some(name),
            _,
        )
        | (Some("targetgroup"), Some(name), ..) => name,
        _ => tail.rsplit('/').next().unwrap_or(tail),
    }
}

/// An id that is safe in a link, whatever the name holds; different names have different ids.
pub(super) fn anchor(kind: &str, name: &str) -> String {
    let mut out = format!("{kind}-");
    for c in name.chars() {
        if c.is_alphanumeric() || c == '-' {
            out.push(c);
        } else {
            let _ = write!(out, "_{:x}_", u32::from(c));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_parted_by_threes() {
        assert_eq!(number(60_143), "60,143");
        assert_eq!(number(-1_234), "-1,234");
        assert_eq!(number(-123), "-123");
        assert_eq!(number(7), "7");
    }

    #[test]
    fn things_are_called_by_their_names() {
        let arn = "arn:aws:elasticloadbalancing:r:1:listener-rule/app/dev-alb/79/2b/ce";
        assert_eq!(arn_name(arn), "dev-alb");
        assert_eq!(arn_name("arn:aws:elasticloadbalancing:r:1:targetgroup/shop-tg/d8"), "shop-tg");
        assert_eq!(arn_name("arn:aws:ecs:r:1:cluster/DevShop"), "DevShop");
        assert_eq!(arn_name("한글"), "한글");
    }
}
