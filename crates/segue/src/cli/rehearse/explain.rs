//! `--explain T`: everything that the journal knew at a moment.

use traffic::{Entry, State};
use twin::time::{Micros, clock_face, moment};

use super::Ran;
use super::timeline::{effect, phase};
use crate::cli::term::{Style, Term};
use crate::serve::shift::entry;

/// Every shift that was on its way at `at`, and how many had not begun or had ended.
pub(super) fn show(ran: &Ran, at: Micros, term: &mut Term) {
    let title = format!("{} at {}", ran.stage.title, clock_face(at));
    term.line(&term.paint(Style::Strong, &title));
    let (mut waiting, mut ended) = (Vec::new(), Vec::new());
    for (name, goal) in &ran.stage.rehearsal.goals {
        let known = Known::at(ran, &goal.subject().to_string(), at);
        if known.state.ended() {
            ended.push(format!("{name} ({})", phase(&known.state.phase)));
        } else if known.state.phase == traffic::Phase::Planned {
            waiting.push(name.clone());
        } else {
            known.show(name, term);
        }
    }
    for (what, names) in [("not begun", waiting), ("ended", ended)] {
        if !names.is_empty() {
            let text = format!("{what}: {}: {}", names.len(), names.join(", "));
            term.paragraph(&text, 4);
        }
    }
}

/// What is known of one shift.
struct Known {
    state: State,
    /// The last order: what, why and on which numbers.
    asked: Option<traffic::Intent>,
    /// The share of requests that the last look found on the new side.
    realised: Option<String>,
    next: Option<(Micros, Entry)>,
}

impl Known {
    fn at(ran: &Ran, subject: &str, at: Micros) -> Self {
        let mut known = Self { state: State::default(), asked: None, realised: None, next: None };
        for record in ran.played.journal.iter().filter(|record| record.subject == subject) {
            let Ok(entry) = entry(record) else { continue };
            if moment(record.at) > at {
                if is_deed(&entry) {
                    known.next = Some((moment(record.at), entry));
                    break;
                }
                continue;
            }
            known.state.apply(&entry);
            match &entry {
                Entry::Asked(intent) => known.asked = Some(intent.clone()),
                Entry::Converged { counted, .. } | Entry::Observed { counted, .. } => {
                    let from = known.state.holding.as_ref().map(|holding| &holding.from);
                    let since = from.and_then(|from| counted.since(from));
                    known.realised = since
                        .filter(|counted| counted.chosen() > 0)
                        .map(|counted| traffic::weight::realised(&counted));
                }
                _ => {}
            }
        }
        known
    }

    fn show(&self, name: &str, term: &mut Term) {
        let Self { state, asked, realised, next } = self;
        let since = state.since.map(|since| clock_face(moment(since))).unwrap_or_default();
        term.line(&format!("{name}: {} since {since}", phase(&state.phase)));
        let wanted = state.intent().and_then(|intent| intent.effect.share()).unwrap_or(state.share);
        let realised = realised.as_deref().unwrap_or("not measured yet");
        term.line(&format!(
            "  weights   asked {wanted} · seen {} · realised {realised}",
            state.share
        ));
        if let Some(holding) = &state.holding {
            term.line(&format!("  observed  {} ticks of this step", holding.ticks));
        }
        if let Some(intent) = asked {
            let open = if state.intent().is_some() { "on its way" } else { "landed" };
            let text = format!(
                "  last      {} ({open}): {}; evidence: {}",
                effect(&intent.effect),
                intent.because.sentence(),
                intent.evidence
            );
            term.paragraph(&text, 12);
        }
        if let Some((at, entry)) = next {
            let what = match entry {
                Entry::Asked(intent) => effect(&intent.effect),
                Entry::Phase { to, .. } => phase(to),
                Entry::Done => "done".to_owned(),
                Entry::RolledBack { .. } => "rolled back".to_owned(),
                _ => "frozen".to_owned(),
            };
            term.line(&format!("  next      {what} at {}", clock_face(*at)));
        }
    }
}

/// An entry that changes what happens, not only what is known.
fn is_deed(entry: &Entry) -> bool {
    matches!(
        entry,
        Entry::Asked(_)
            | Entry::Phase { .. }
            | Entry::Done
            | Entry::RolledBack { .. }
            | Entry::Frozen { .. }
    )
}
