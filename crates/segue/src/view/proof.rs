//! The ledger of a shift as one page: offline, light, dark and printed, in English and Korean.
//!
//! Its first lines answer what was moved and whether anything was lost; below stand both accounts
//! of the requests, each change of the weights with its evidence, and who did what. The signed
//! data are part of the page.

mod sections;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::lang::{Lang, Live, fill};
use super::report::{STYLE, format::number, format::said, section};
use crate::serve::book::{Fate, Moment, Standing};
use crate::serve::proof::{Ledger, seal};

/// What the ledger needs beyond the look of the report.
const OWN_STYLE: &str = include_str!("proof.css");

/// What a section is drawn from.
struct Page<'a> {
    ledger: &'a Ledger,
    lang: Lang,
    m: &'static Live,
}

/// The page of `ledger`, whose signed JSON is `sealed`. It ends without its own signature.
pub(crate) fn render(ledger: &Ledger, sealed: &str, lang: Lang) -> String {
    let page = Page { ledger, lang, m: lang.live() };
    let mut out = document(&page).into_string();
    // maud would escape the text; what is in it was written so that it may stand here as it is.
    let data = format!("{}{}</script></body></html>", seal::DATA_BEGIN, sealed);
    out.truncate(out.len() - "</body></html>".len());
    out.push_str(&data);
    out
}

fn document(page: &Page<'_>) -> Markup {
    let (m, ledger) = (page.m, page.ledger);
    let sections = sections::all(page);
    html! {
        (DOCTYPE)
        html lang=(page.lang.tag()) {
            head {
                meta charset="utf-8";
                meta name="generator" content="segue shift ledger";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (m.ledger) ": " (ledger.shift) }
                style { (PreEscaped(STYLE)) (PreEscaped(OWN_STYLE)) }
            }
            body {
                main {
                    (head(page))
                    @for (index, one) in sections.iter().enumerate() { (section::draw(&(index + 1).to_string(), one)) }
                }
                footer { p { (fill(m.seal_tool, &[("tool", &ledger.tool), ("when", &day_time(ledger.written))])) } }
            }
        }
    }
}

fn head(page: &Page<'_>) -> Markup {
    let (m, ledger) = (page.m, page.ledger);
    let when = |at: Option<jiff::Timestamp>| at.map_or_else(|| "–".to_owned(), day_time);
    let approved = match ledger.approved.as_slice() {
        [] => m.nobody.to_owned(),
        names => names.join(", "),
    };
    html! {
        header.title {
            p.from { (m.ledger) }
            h1 { (title(page)) }
            p.lead { (fill(m.ledger_from, &[("shift", &ledger.shift), ("env", &ledger.environment), ("from", &when(ledger.began)), ("to", &when(ledger.ended))])) }
            @if let Some(because) = &ledger.because { p.lead { (page.reason(because)) "." } }
            p { (fill(m.ledger_who, &[("author", &ledger.author), ("approved", &approved)])) }
        }
    }
}

fn title(page: &Page<'_>) -> String {
    let (m, ledger) = (page.m, page.ledger);
    let lost = ledger.requests.lost;
    let template = match (ledger.fate, lost) {
        (Fate::Done, 0) => m.ledger_done,
        (Fate::Done, _) => m.ledger_done_lost,
        (Fate::RolledBack, 0) => m.ledger_back,
        (Fate::RolledBack, _) => m.ledger_back_lost,
        _ => m.ledger_other,
    };
    let balancer = &ledger.requests.balancer;
    let sent = ledger
        .requests
        .prober
        .as_ref()
        .map_or(balancer.old.ended() + balancer.new.ended(), |prober| prober.sent);
    let facts: [(&str, &dyn std::fmt::Display); 4] = [
        ("service", &ledger.service),
        ("sent", &number(sent)),
        ("lost", &number(lost)),
        ("fate", &fate(ledger.fate, m)),
    ];
    fill(template, &facts)
}

impl Page<'_> {
    /// A reason in the language of the page.
    fn reason(&self, reason: &model::Reason) -> Markup {
        said(&self.lang.sentence(reason.code.id, &reason.facts, &reason.sentence()))
    }
}

/// How a shift stands, in words.
pub(crate) fn fate(fate: Fate, m: &Live) -> &'static str {
    match fate {
        Fate::Planned => m.fate_planned,
        Fate::Running => m.fate_running,
        Fate::Paused => m.fate_paused,
        Fate::Waiting => m.fate_waiting,
        Fate::RollingBack => m.fate_rolling_back,
        Fate::Done => m.fate_done,
        Fate::RolledBack => m.fate_rolled_back,
        Fate::Frozen => m.fate_frozen,
    }
}

/// Where a step or a gate stands: its sign, its class, its word.
pub(crate) fn standing(standing: Standing, m: &Live) -> (&'static str, &'static str, &'static str) {
    match standing {
        Standing::Passed => ("✔", "fine", m.standing_passed),
        Standing::Now => ("●", "now", m.standing_now),
        Standing::Ahead => ("○", "ahead", m.standing_ahead),
        Standing::Holds => ("▲", "held", m.standing_holds),
        Standing::Failed => ("✖", "failed", m.standing_failed),
        Standing::Unknown => ("·", "ahead", m.standing_unknown),
    }
}

/// A gate's name in words; a check is called by its id.
pub(crate) fn gate<'n>(name: &'n str, m: &'static Live) -> &'n str {
    match name {
        "errors" => m.gate_errors,
        "latency" => m.gate_latency,
        "targets" => m.gate_targets,
        "requests" => m.gate_requests,
        "weights" => m.gate_weights,
        other => other,
    }
}

/// What happened, in the language of the page where the journal's kinds say it.
pub(crate) fn moment(moment: &Moment, lang: Lang) -> Markup {
    let m = lang.live();
    let share = |word: &str, share: u8| html! { (word) ": " (m.side_new) " " (share) " %" };
    match (moment.kind.as_str(), moment.share) {
        ("asked", Some(to)) => share(m.asked, to),
        ("landed", Some(to)) => share(m.stated, to),
        ("converged", Some(to)) => share(m.measured, to),
        ("opened", _) => html! { (m.engine_opened) },
        ("phase", _) if moment.what == "approve" => html! { (m.phase_approve) },
        ("said", _) if moment.what == "approve" => html! { (m.said_approve) },
        ("phase" | "said", _) => match word(&moment.what, m) {
            Some(word) => html! { (word) },
            None => said(&lang.phrase(&moment.what)),
        },
        _ => said(&lang.phrase(&moment.what)),
    }
}

/// The words for a phase or for what a person said, however its letters are joined.
fn word(name: &str, m: &Live) -> Option<&'static str> {
    let letters: String = name.chars().filter(|c| c.is_alphabetic()).collect();
    Some(match letters.to_ascii_lowercase().as_str() {
        "preflight" => m.phase_preflight,
        "provision" => m.phase_provision,
        "warm" => m.phase_warm,
        "rehearse" => m.phase_rehearse,
        "stepping" => m.phase_stepping,
        "hold" => m.phase_hold,
        "handover" => m.phase_hand_over,
        "drain" => m.phase_drain,
        "decommission" => m.phase_decommission,
        "rollingback" => m.phase_rolling_back,
        "pause" | "paused" => m.said_pause,
        "resume" | "resumed" => m.said_resume,
        "promote" | "promoted" => m.said_promote,
        "abort" | "aborted" => m.said_abort,
        "approved" => m.said_approve,
        _ => return None,
    })
}

/// `2026-11-23 07:43:16`, in UTC.
pub(crate) fn day_time(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// `07:43:16`, in UTC.
pub(crate) fn time(at: jiff::Timestamp) -> String {
    at.strftime("%H:%M:%S").to_string()
}
