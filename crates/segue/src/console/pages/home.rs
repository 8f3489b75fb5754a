//! Home: what needs me?

use maud::{Markup, html};

use super::bits;
use crate::console::Console;
use crate::console::frame::{Here, Part, Screen};
use crate::console::query;
use crate::console::visitor::Visitor;
use crate::serve::book::{Book, Fate, Overview, ShiftStatus};
use crate::view::lang::{Lang, Words, fill};
use crate::view::proof;

/// The page.
pub(in crate::console) fn screen<B: Book>(console: &Console<B>, visitor: &Visitor) -> Screen {
    let m = visitor.lang.console();
    let all = console.book.overview();
    let parts = vec![
        Part { id: "needs", body: needs(&all, visitor.lang, m) },
        Part { id: "held", body: held(&all, visitor.lang, m) },
        Part { id: "quiet", body: quiet(&all, m) },
    ];
    Screen {
        here: Here::Home,
        title: m.home_title.to_owned(),
        parts,
        live: Some("/live".to_owned()),
    }
}

/// Shifts that wait, move, or went wrong, in the order in which eyes are needed.
fn needs(all: &Overview, lang: Lang, m: &Words) -> Markup {
    let of = |wanted: &[Fate]| -> Vec<&ShiftStatus> {
        all.shifts.iter().filter(|shift| wanted.contains(&shift.fate)).collect()
    };
    let groups = [
        (m.home_waiting, of(&[Fate::Waiting, Fate::Paused, Fate::Frozen])),
        (m.home_moving, of(&[Fate::Running, Fate::RollingBack])),
        (m.home_failed, of(&[Fate::RolledBack])),
    ];
    let nothing = groups.iter().all(|(_, shifts)| shifts.is_empty());
    html! {
        @if nothing { p.lead { "✔ " (m.home_nothing) } }
        @for (title, shifts) in groups.iter().filter(|(_, shifts)| !shifts.is_empty()) {
            h2 { (title) " " span.count { (shifts.len()) } }
            ul.rows { @for shift in shifts { (row(shift, lang, m)) } }
        }
    }
}

fn row(shift: &ShiftStatus, lang: Lang, m: &Words) -> Markup {
    let because = shift.held.first().or(shift.because.as_ref());
    html! { li {
        (bits::fate(shift, lang))
        a.name href={ "/shifts/" (query::escaped(&shift.name)) } { (shift.name) }
        (bar(shift.weights.asked))
        span.figure { (shift.weights.asked) " %" }
        span.what {
            @if let Some(because) = because { (bits::reason(because, lang)) }
            @if let Some(next) = &shift.next { span.next { (m.col_next) ": " (bits::decision(next, lang)) } }
        }
    } }
}

/// The share of the new side as a bar between two banks.
pub(super) fn bar(share: u8) -> Markup {
    html! { svg.bar viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" {
        rect.water.old x="0" y="0" width="100" height="10" {}
        rect.fill x="0" y="0" width=(share) height="10" {}
    } }
}

fn held(all: &Overview, lang: Lang, m: &Words) -> Markup {
    html! { @if !all.held.is_empty() {
        h2 { (m.home_held) " " span.count { (all.held.len()) } }
        ul.rows.plain { @for one in &all.held { li {
            b.held { "▲" } code { (one.what) } span.what { (bits::full(&one.because, lang)) }
        } } }
    } }
}

fn quiet(all: &Overview, m: &Words) -> Markup {
    let count = |fate| all.shifts.iter().filter(|shift| shift.fate == fate).count();
    let (ready, wanted): (u32, u32) = (
        all.workloads.iter().map(|one| one.ready).sum(),
        all.workloads.iter().map(|one| one.wanted).sum(),
    );
    let counts: [(&str, &dyn std::fmt::Display); 4] = [
        ("done", &count(Fate::Done)),
        ("planned", &count(Fate::Planned)),
        ("ready", &ready),
        ("wanted", &wanted),
    ];
    let since = proof::day_time(all.since);
    let world: [(&str, &dyn std::fmt::Display); 3] =
        [("repository", &all.repository), ("world", &all.world), ("since", &since)];
    html! {
        h2 { (m.home_quiet) }
        p { (fill(m.home_counts, &counts)) }
        @if !all.workloads.is_empty() { details id="workloads" { summary { (m.home_workloads) }
            table { thead { tr { th scope="col" { (m.col_workload) } th.n scope="col" { (m.col_ready) } th.n scope="col" { (m.col_restarts) } } }
                tbody { @for one in &all.workloads { tr {
                    th scope="row" { code { (one.name) } }
                    td.n { @if one.ready < one.wanted { b.held { "▲ " } } (one.ready) "/" (one.wanted) }
                    td.n { (one.restarts) }
                } } } }
        } }
        p.small { (fill(m.home_world, &world)) }
    }
}
