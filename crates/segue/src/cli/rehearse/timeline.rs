//! The time line of a run, from its journal and its script.

use traffic::{Deed, Effect, Entry};
use twin::script::{Fault, When};
use twin::time::{MILLI, Micros, moment};

use super::Ran;
use crate::serve::shift::entry;

/// Something that happened.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// When.
    pub(crate) at: Micros,
    /// The shift; empty for what happens to all.
    pub(crate) shift: String,
    /// What.
    pub(crate) what: String,
    /// Why.
    pub(crate) because: String,
    /// Shown even where there are many shifts.
    pub(crate) matters: bool,
}

/// Everything that happened, in the order of time.
pub(super) fn lines(ran: &Ran) -> Vec<Line> {
    let mut lines: Vec<Line> = ran.played.journal.iter().filter_map(line).collect();
    for fault in &ran.stage.rehearsal.script.faults {
        let When::Millis(millis) = fault.at else { continue };
        let at = millis.saturating_mul(MILLI);
        if at > ran.played.outcome.virtual_micros {
            continue;
        }
        let what = format!("fault: {}", words(&fault.fault));
        let because = "you asked".to_owned();
        lines.push(Line { at, shift: String::new(), what, because, matters: true });
    }
    for violation in &ran.played.outcome.violations {
        lines.push(Line {
            at: violation.at,
            shift: violation.service.clone(),
            what: format!("✖ invariant {}: {}", violation.number, violation.sentence),
            because: violation.invariant.sentence().to_owned(),
            matters: true,
        });
    }
    lines.sort_by_key(|line| line.at);
    lines
}

/// The line of a record, if people want to see it.
fn line(record: &model::ports::Record) -> Option<Line> {
    let (what, because, matters) = match entry(record).ok()? {
        Entry::Opened { epoch, .. } if epoch.0 > 1 => {
            (format!("engine {} takes over", epoch.0), String::new(), false)
        }
        Entry::Phase { to, because, .. } => {
            let name = phase(&to);
            let matters = name == "preflight" || name == "rolling back";
            // "preflight: on to: preflight" says nothing more than "preflight".
            let plain = because.code.id == model::code::traffic::PHASE.id;
            (name, if plain { String::new() } else { because.sentence() }, matters)
        }
        Entry::Asked(intent) => (effect(&intent.effect), intent.because.sentence(), false),
        // Who agrees says so again and again; when it counts, the next phase names them.
        Entry::Said { what: Deed::Approve, .. } => return None,
        Entry::Said { by, what, .. } => {
            (format!("{by}: {}", format!("{what:?}").to_lowercase()), String::new(), false)
        }
        Entry::Adopted { by, share, .. } => {
            (format!("{by}: goes on at {share}"), String::new(), true)
        }
        Entry::Again { by, .. } => (format!("{by}: once more"), String::new(), true),
        Entry::Done => ("✔ done".to_owned(), "the new side answers everything".to_owned(), true),
        Entry::RolledBack { because } => ("▲ rolled back".to_owned(), because.sentence(), true),
        Entry::Frozen { because } => ("▲ frozen".to_owned(), because.sentence(), true),
        _ => return None,
    };
    let shift = record.subject.trim_start_matches("shift/").to_owned();
    Some(Line { at: moment(record.at), shift, what, because, matters })
}

/// A phase as people say it: `handOver` is "hand over".
pub(in crate::cli) fn phase(phase: &traffic::Phase) -> String {
    let value = serde_json::to_value(phase).unwrap_or_default();
    let mut out = String::new();
    for c in value["phase"].as_str().unwrap_or_default().chars() {
        if c.is_ascii_uppercase() {
            out.push(' ');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// An effect as people say it.
pub(super) fn effect(effect: &Effect) -> String {
    match effect {
        Effect::Weights { share, .. } => format!("new side {share}"),
        Effect::Replicas { fleet, replicas } => format!("{replicas} copies of {fleet}"),
        Effect::Job { job, enabled: true } => format!("{job} starts work"),
        Effect::Job { job, enabled: false } => format!("{job} stops"),
        Effect::Drill { .. } => "drills on the new side".to_owned(),
    }
}

/// A fault as people say it.
fn words(fault: &Fault) -> String {
    let value = serde_json::to_value(fault).unwrap_or_default();
    let mut parts = Vec::new();
    for (name, value) in value.as_object().into_iter().flatten() {
        match value.as_str() {
            Some(text) if name == "kind" => parts.insert(0, text.to_owned()),
            Some(text) => parts.push(format!("{name} {text}")),
            None => parts.push(format!("{name} {value}")),
        }
    }
    parts.join(", ")
}
