//! The share of the new side, three times, and both sides in figures.

use maud::{Markup, html};

use super::super::{bits, home};
use super::View;
use crate::serve::book::Bank;
use crate::view::lang::fill;
use crate::view::report::format::number;

/// The three weights: what was asked for, what is stated, what requests do.
pub(super) fn weights(view: &View<'_>) -> Markup {
    let (shares, m) = (view.shift.weights, view.m);
    let rows = [
        (m.weight_asked, Some(f64::from(shares.asked))),
        (m.weight_stated, shares.stated.map(f64::from)),
        (m.weight_measured, shares.measured),
    ];
    html! {
        (bits::heading(m.weights_title))
        dl.weights { @for (name, share) in rows {
            div { dt { (name) } dd {
                @match share {
                    Some(share) => { span.big { (bits::share(share)) " %" } (home::bar(whole(share))) }
                    None => { span.small { (m.not_yet) } }
                }
            } }
        } }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
fn whole(share: f64) -> u8 {
    share.clamp(0.0, 100.0).round() as u8
}

/// Both sides in figures, and what the prober says.
pub(super) fn banks(view: &View<'_>) -> Markup {
    let (shift, m, words) = (view.shift, view.m, view.lang.live());
    let (old, new) = (&shift.old, &shift.new);
    let row = |name: &str, of: &dyn Fn(&Bank) -> Markup| {
        html! { tr { th scope="row" { (name) } td.n { (of(old)) } td.n { (of(new)) } } }
    };
    html! {
        (bits::heading(m.banks_title))
        (bits::wide(m.banks_title, &html! { table.banks { thead { tr { th {} th.n scope="col" { (words.side_old) } th.n scope="col" { (words.side_new) } } } tbody {
            (row(m.bank_group, &|bank| html! { code { (bank.group) } }))
            (row(m.bank_fleet, &|bank| html! { code { (bank.fleet) } }))
            (row(m.bank_healthy, &|bank| html! { @if bank.healthy < bank.total { b.held { "▲ " } } (bank.healthy) span.unit { " / " (bank.total) } }))
            (row(m.bank_rps, &|bank| html! { (format!("{:.0}", bank.rps)) }))
            (row(m.bank_errors, &|bank| html! { (format!("{:.2}", bank.errors)) span.unit { " %" } }))
            (row(m.bank_half, &|bank| bits::millis(bank.p50)))
            (row(m.bank_p95, &|bank| bits::millis(bank.p95)))
            (row(m.bank_p99, &|bank| bits::millis(bank.p99)))
            (row(m.bank_requests, &|bank| html! { (number(bank.requests)) }))
        } } }))
        h3 { (m.probes_title) }
        @match &shift.probes {
            Some(probes) => {
                @let facts: [(&str, &dyn std::fmt::Display); 5] = [("sent", &number(probes.sent)), ("old", &number(probes.old)), ("new", &number(probes.new)), ("failed", &number(probes.failed)), ("lost", &number(probes.lost))];
                p.probes { @if probes.lost > 0 { b.failed { "✖" } " " } (fill(m.probes_said, &facts)) }
            }
            None => p { (m.probes_none) },
        }
    }
}
