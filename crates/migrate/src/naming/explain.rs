//! The sentences that say what counted for an answer.

use std::collections::BTreeSet;

use super::candidate::{Candidate, How};
use super::canonical::Canonical;
use super::evidence::Hint;
use super::{Basis, Place};

/// The sentence for one part of a score.
pub(super) fn part(basis: Basis, points: i32, best: &Candidate, canonical: &Canonical) -> String {
    let environment = canonical.environment(best.class).unwrap_or_default();
    let service = best.words.join("-");
    match basis {
        Basis::Pin => "pinned in naming.yaml".to_owned(),
        Basis::Word => word(points, best, &environment),
        Basis::Position if best.place == Place::Absent => {
            "other names leave the environment unsaid too".to_owned()
        }
        Basis::Position => format!("names have `{environment}` {} here", best.place.says()),
        Basis::Siblings if points > 0 => {
            format!("`{service}` is there in other environments too")
        }
        Basis::Siblings if best.class.is_none() => {
            format!("`{service}` is there with environments elsewhere")
        }
        Basis::Siblings => format!("no other environment has `{service}`"),
        Basis::Owner => format!("belongs to `{service}` {environment}").trim_end().to_owned(),
        Basis::Evidence => "what surrounds it".to_owned(),
        Basis::Occupied => format!("another object already is {environment}/{service}"),
        Basis::Habit => habit(best, &environment),
    }
}

fn word(points: i32, best: &Candidate, environment: &str) -> String {
    let word = best.word.as_deref().unwrap_or_default();
    match best.how {
        How::Strong => format!("`{word}` means {environment}"),
        How::Weak if points > 0 => format!("`{word}` can mean {environment}"),
        How::Weak => {
            format!("`{word}` is an ordinary word too and nothing else says {environment}")
        }
        How::Glued | How::GluedWeak => {
            format!("`{word}` ({environment}) is glued to a known service")
        }
        How::Bare | How::Nothing | How::Pinned => {
            "a word in the name can mean an environment".to_owned()
        }
    }
}

fn habit(best: &Candidate, environment: &str) -> String {
    if let Some(dropped) = &best.dropped {
        return format!("`{}` is left out of the service's name", dropped.word);
    }
    match best.how {
        How::Nothing => "names without an environment are not rare".to_owned(),
        How::Bare => format!("a name without a word is most often {environment}"),
        _ => format!("`{}` is a common word here", best.word.as_deref().unwrap_or_default()),
    }
}

/// The sentence for one source of evidence.
pub(super) fn evidence(label: &str, hints: &[Hint]) -> String {
    /// More texts of one source are not shown.
    const SHOWN_MAX: usize = 3;
    let texts: BTreeSet<&str> =
        hints.iter().filter(|hint| hint.label == label).map(|hint| hint.text.as_str()).collect();
    let shown: Vec<String> = texts.iter().take(SHOWN_MAX).map(|text| format!("`{text}`")).collect();
    let more = if texts.len() > SHOWN_MAX { ", …" } else { "" };
    format!("{label} {}{more}", shown.join(", "))
}
