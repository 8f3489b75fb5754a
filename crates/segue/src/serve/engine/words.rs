//! Entries of a journal as people read them.

use jiff::Timestamp;
use model::Reason;
use model::ports::Record;
use traffic::{Deed, Effect, Entry, Intent};

use crate::serve::book::{Act, Moment};
use crate::serve::shift::entry;

/// The engine's own name among those who do something.
pub(super) const ENGINE: &str = "segue";

/// What a person would want to hear of an entry; `None` for the beats and ticks between.
pub(super) fn moment(entry: &Entry, at: Timestamp) -> Option<Moment> {
    let said = |kind: &str, by: &str, what: String| Moment {
        at,
        kind: kind.to_owned(),
        by: by.to_owned(),
        what,
        share: None,
        because: None,
    };
    let own = |kind: &str, what: &str| said(kind, ENGINE, what.to_owned());
    let end = |kind: &str, what: &str, because: &Reason| Moment {
        because: Some(because.clone()),
        ..own(kind, what)
    };
    Some(match entry {
        Entry::Opened { epoch, .. } => own("opened", &format!("engine {epoch} goes on")),
        Entry::Phase { to, because, .. } => {
            Moment { because: Some(because.clone()), ..said("phase", ENGINE, phase(to)) }
        }
        Entry::Asked(intent) => Moment {
            share: intent.effect.share().map(model::ports::Weight::percent),
            because: Some(intent.because.clone()),
            ..said("asked", &intent.actor, asked(intent))
        },
        Entry::AskedAgain { .. } => own("askedAgain", "the same order once more"),
        Entry::Abandoned { .. } => own("abandoned", "the order is given up"),
        Entry::Landed { .. } => own("landed", "the world shows it"),
        Entry::Converged { .. } => own("converged", "the requests follow"),
        Entry::Recounted { .. } => own("recounted", "counted anew"),
        Entry::Doubted { .. } => own("doubted", "the rule shows an older share"),
        Entry::Gap { .. } => own("gap", "nobody observed; this time does not count"),
        Entry::Said { by, what, .. } => said("said", by, deed(*what).to_owned()),
        Entry::Adopted { by, share, .. } => Moment {
            share: Some(share.percent()),
            ..said("adopted", by, format!("took over at {share}"))
        },
        Entry::Again { by, .. } => {
            Moment { share: Some(0), ..said("again", by, "started once more".to_owned()) }
        }
        Entry::Done => own("done", "across"),
        Entry::RolledBack { because } => {
            Moment { share: Some(0), ..end("rolledBack", "everything is back", because) }
        }
        Entry::Frozen { because } => end("frozen", "frozen", because),
        Entry::Observed { .. } | Entry::Beat { .. } => return None,
    })
}

/// A line of the activity page.
pub(super) fn act(record: &Record) -> Option<Act> {
    let Moment { at, by, what, because, .. } = moment(&entry(record).ok()?, record.at)?;
    Some(Act { at, by, subject: record.subject.clone(), what, because })
}

/// What a person did, in the past tense.
pub(super) fn deed(deed: Deed) -> &'static str {
    match deed {
        Deed::Approve => "approved",
        Deed::Pause => "paused",
        Deed::Resume => "resumed",
        Deed::Promote => "let the step go",
        Deed::Abort => "aborted",
    }
}

/// The verb of a deed, as the command line spells it.
pub(super) fn verb(deed: Deed) -> &'static str {
    match deed {
        Deed::Approve => "approve",
        Deed::Pause => "pause",
        Deed::Resume => "resume",
        Deed::Promote => "promote",
        Deed::Abort => "abort",
    }
}

/// A phase as the journal writes it.
pub(super) fn phase(phase: &traffic::Phase) -> String {
    let value = serde_json::to_value(phase).unwrap_or_default();
    value["phase"].as_str().unwrap_or_default().to_owned()
}

/// An intent in a few words.
fn asked(intent: &Intent) -> String {
    match &intent.effect {
        Effect::Weights { share, .. } => format!("new side {share}"),
        Effect::Replicas { fleet, replicas } => format!("{fleet}: {replicas} copies"),
        other @ (Effect::Job { .. } | Effect::Drill { .. }) => other.to_string(),
    }
}
