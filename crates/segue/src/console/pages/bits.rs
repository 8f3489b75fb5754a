//! What several pages draw: states, reasons, figures.

use std::time::Duration;

use maud::{Markup, html};
use model::Reason;

use crate::serve::book::{Decision, Fate, ShiftStatus};
use crate::view::lang::Lang;
use crate::view::proof;
use crate::view::report::format::said;

/// A reason's sentence.
pub(super) fn reason(reason: &Reason, lang: Lang) -> Markup {
    said(&lang.sentence(reason.code.id, &reason.facts, &reason.sentence()))
}

/// A reason's next step.
pub(super) fn next(reason: &Reason, lang: Lang) -> Markup {
    said(&lang.next(reason.code.id, &reason.facts, &reason.next()))
}

/// A reason with its code, which leads to what it means.
pub(super) fn full(one: &Reason, lang: Lang) -> Markup {
    html! {
        (reason(one, lang)) " " a.code href={ "/why/" (one.code.id) } { (one.code.id) }
        span.next { "→ " (next(one, lang)) }
    }
}

/// How a shift stands: sign and word.
pub(super) fn fate(shift: &ShiftStatus, lang: Lang) -> Markup {
    let (sign, class) = match shift.fate {
        Fate::Planned => ("○", "ahead"),
        Fate::Running => ("●", "now"),
        Fate::Paused | Fate::Waiting => ("‖", "held"),
        Fate::RollingBack => ("●", "held"),
        Fate::Done => ("✔", "fine"),
        Fate::RolledBack => ("▲", "held"),
        Fate::Frozen => ("✖", "failed"),
    };
    html! { b class=(class) { (sign) " " (proof::fate(shift.fate, lang.live())) } }
}

/// Words that an engine wrote, marked where they are not in the language of the page.
pub(super) fn words(text: &str, lang: Lang) -> Markup {
    said(&lang.phrase(text))
}

/// What comes next. Shares say the same in every language.
pub(super) fn decision(decision: &Decision, lang: Lang) -> Markup {
    let shares = decision.what.split_once(" to ").filter(|(from, to)| {
        [from, to].iter().all(|one| one.strip_suffix(" %").is_some_and(|n| n.parse::<u8>().is_ok()))
    });
    match shares {
        Some((from, to)) => html! { (from) " → " (to) },
        None => words(&decision.what, lang),
    }
}

/// `54 s`, `5 min`, `2 h 10 min`.
pub(super) fn length(length: Duration, lang: Lang) -> String {
    let secs = length.as_secs();
    let (hours, minutes) = (secs / 3_600, secs / 60 % 60);
    match (lang, hours, minutes) {
        (Lang::En, 0, 0) => format!("{secs} s"),
        (Lang::En, 0, _) => format!("{minutes} min"),
        (Lang::En, ..) => format!("{hours} h {minutes} min"),
        (Lang::Ko, 0, 0) => format!("{secs}초"),
        (Lang::Ko, 0, _) => format!("{minutes}분"),
        (Lang::Ko, ..) => format!("{hours}시간 {minutes}분"),
    }
}

/// From one moment to another one.
pub(super) fn between(from: jiff::Timestamp, to: jiff::Timestamp) -> Duration {
    let secs = to.as_second().saturating_sub(from.as_second());
    Duration::from_secs(u64::try_from(secs).unwrap_or_default())
}

/// Milliseconds with their unit, or a dash.
pub(super) fn millis(value: Option<f64>) -> Markup {
    match value {
        Some(value) if value >= 10.0 => html! { (format!("{value:.0}")) span.unit { " ms" } },
        Some(value) => html! { (format!("{value:.1}")) span.unit { " ms" } },
        None => html! { span.unit { "–" } },
    }
}

/// A share with at most one digit behind the point.
pub(super) fn share(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    if (rounded - rounded.round()).abs() < f64::EPSILON {
        format!("{rounded:.0}")
    } else {
        format!("{rounded:.1}")
    }
}

/// A heading with the drawing's or table's title.
pub(super) fn heading(text: &str) -> Markup {
    html! { h2 { (text) } }
}

/// A table that may be wider than the page: it is moved by itself, with keys too.
pub(super) fn wide(label: &str, table: &Markup) -> Markup {
    html! { div.wide tabindex="0" role="region" aria-label=(label) { (table) } }
}
