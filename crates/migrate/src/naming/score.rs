//! Weighs one reading of a name. The weights are thousandths of 1; the margins of
//! [`super::Verdict`] are in the same unit.

use std::collections::BTreeMap;

use super::candidate::{Candidate, Dropped, How};
use super::estate::Estate;
use super::evidence::{Hint, counts};
use super::lexicon::{Class, Lexicon};
use super::{Basis, Kind, seeds};

/// A strong word stands in the name.
const STRONG: i32 = 250;
/// A weak word stands there: 0.15 less.
const WEAK: i32 = 100;
/// A strong word is glued to another: 0.20 less.
const GLUED: i32 = 50;
/// A weak word is glued to another.
const GLUED_WEAK: i32 = -50;
/// A weak word that nothing else supports: an ordinary word more often than not.
const WEAK_ALONE: i32 = -260;
/// A name without an environment, before anything else is known.
const NOTHING: i32 = 180;
/// Such a name has a strong word all the same.
const NOTHING_DESPITE_WORD: i32 = -100;
/// The place of the environment, at most.
const PLACE: i32 = 350;
/// The same service in other environments, at most.
const SIBLINGS: i32 = 300;
/// Nobody has this service, though services are complete here; at most.
const ALONE: i32 = -250;
/// The whole name is a known service that lacks this very environment; at most.
const SHADOWED: i32 = -300;
/// How common the word is, at most.
const FREQUENCY: i32 = 100;
/// Evidence, at most.
const EVIDENCE: i32 = 500;
/// What it belongs to is this environment and service, at most.
const OWNER: i32 = 300;
/// Another object of the kind already is this.
const TAKEN: i32 = -250;
/// Production is what a name without a word means.
const UNNAMED: i32 = 50;
/// Another environment is less often left unsaid.
const UNSAID: i32 = -100;
/// The evidence names other environments, and the name none.
const AGAINST_EVIDENCE: i32 = -150;
/// A word was left out beside the environment.
const DROPPED: i32 = -150;
/// The same word was left out before other services too, or is one that says little.
const DROPPED_OFTEN: i32 = -50;
/// The word is the organisation's.
const DROPPED_ORGANISATION: i32 = -20;
/// The organisation's word is kept as a part of the service.
const KEPT_ORGANISATION: i32 = -120;
/// With the word it is a known service of other environments; at most.
const DROPPED_FROM_KNOWN: i32 = -150;

/// An object, as scoring needs it.
pub(super) struct Subject<'a> {
    /// Its index.
    pub(super) index: usize,
    /// Its kind.
    pub(super) kind: Kind,
    /// The whole name without separators.
    pub(super) whole: &'a str,
    /// Whether some reading has a strong word.
    pub(super) has_strong: bool,
    /// What surrounds it.
    pub(super) hints: &'a [Hint],
    /// What the services that it belongs to are believed to be.
    pub(super) owners: &'a [Candidate],
}

/// A score, part by part.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Score {
    /// What each basis counts.
    pub(super) parts: BTreeMap<Basis, i32>,
}

impl Score {
    /// The sum.
    pub(super) fn total(&self) -> i32 {
        self.parts.values().sum()
    }

    fn add(&mut self, basis: Basis, points: i32) {
        *self.parts.entry(basis).or_default() += points;
    }
}

/// The score of one reading.
pub(super) fn score(
    subject: &Subject<'_>,
    reading: &Candidate,
    estate: &Estate,
    lexicon: &Lexicon,
) -> Score {
    let mut out = Score::default();
    if reading.how == How::Pinned {
        out.add(Basis::Pin, 1000);
        return out;
    }
    let evidence: i32 = counts(subject.hints, reading).map(|(_, points)| points).sum();
    out.add(Basis::Evidence, evidence.min(EVIDENCE));
    out.add(Basis::Owner, owner(subject.owners, reading));
    match reading.class {
        Some(class) => named(&mut out, subject, (reading, class), estate, lexicon),
        None => nothing(&mut out, subject, reading, estate),
    }
    out.add(Basis::Habit, affix(reading, estate));
    out
}

/// The mean of what the owners say: 70 % for the environment, 30 % for the service.
fn owner(owners: &[Candidate], reading: &Candidate) -> i32 {
    let fit = |owner: &Candidate| {
        let class = if owner.class == reading.class { 7 } else { 0 };
        let key = if owner.key == reading.key { 3 } else { 0 };
        OWNER * (class + key) / 10
    };
    let sum: i32 = owners.iter().map(fit).sum();
    sum / i32::try_from(owners.len()).unwrap_or(i32::MAX).max(1)
}

/// A reading without an environment.
fn nothing(out: &mut Score, subject: &Subject<'_>, reading: &Candidate, estate: &Estate) {
    out.add(Basis::Habit, NOTHING + 200 * estate.without_environment() / 1000);
    if subject.has_strong {
        out.add(Basis::Word, NOTHING_DESPITE_WORD);
    }
    if subject.hints.iter().any(|hint| hint.trust > 0 && hint.only_class().is_some()) {
        out.add(Basis::Habit, AGAINST_EVIDENCE);
    }
    out.add(Basis::Siblings, -200 * estate.siblings(&reading.key, None) / 1000);
}

/// A reading with an environment.
fn named(
    out: &mut Score,
    subject: &Subject<'_>,
    (reading, class): (&Candidate, Class),
    estate: &Estate,
    lexicon: &Lexicon,
) {
    let siblings = estate.siblings(&reading.key, Some(class));
    let supported = siblings > 0 || out.parts.get(&Basis::Evidence).is_some_and(|sum| *sum >= 60);
    out.add(Basis::Word, word(reading.how, supported));
    out.add(Basis::Position, PLACE * estate.place(subject.kind, class, reading.place) / 1000);
    if let Some(word) = &reading.word {
        out.add(Basis::Habit, FREQUENCY * estate.frequency(word) / 1000);
    }
    if reading.how == How::Bare {
        unsaid(out, subject, class, lexicon);
    }
    if siblings > 0 {
        out.add(Basis::Siblings, SIBLINGS * (400 + 600 * siblings / 1000) / 1000);
    } else {
        // A shared load balancer need not have its like in every environment.
        let complete = if subject.kind.one_per_service() { estate.completeness() } else { 0 };
        out.add(Basis::Siblings, ALONE * complete / 1000 * complete / 1000);
        if reading.how.has_word() && reading.key != subject.whole {
            let shadow = estate.siblings(subject.whole, Some(class));
            out.add(Basis::Siblings, SHADOWED * shadow / 1000);
        }
    }
    taken(out, subject, (reading, class), estate);
}

/// What the word itself counts.
fn word(how: How, supported: bool) -> i32 {
    match how {
        How::Strong => STRONG,
        How::Weak if supported => WEAK,
        How::Weak => WEAK + WEAK_ALONE,
        How::Glued => GLUED,
        How::GluedWeak => GLUED_WEAK,
        How::Bare | How::Nothing | How::Pinned => 0,
    }
}

/// An environment that the name leaves unsaid: production more often than another.
fn unsaid(out: &mut Score, subject: &Subject<'_>, class: Class, lexicon: &Lexicon) {
    let mut named = subject.hints.iter().filter(|hint| !hint.classes.is_empty()).peekable();
    let points = if named.peek().is_none() {
        let is_usual = lexicon.classes.get(class).is_some_and(|name| name == seeds::UNNAMED);
        if is_usual { UNNAMED } else { UNSAID }
    } else if named.any(|hint| hint.classes.contains_key(&class)) {
        0
    } else {
        AGAINST_EVIDENCE
    };
    out.add(Basis::Habit, points);
}

/// Another object of the kind is better at being this.
fn taken(
    out: &mut Score,
    subject: &Subject<'_>,
    (reading, class): (&Candidate, Class),
    estate: &Estate,
) {
    let Some((best, index)) = estate.taken(subject.kind, class, &reading.key) else {
        return;
    };
    if index != subject.index && best > out.total() {
        out.add(Basis::Occupied, if reading.how == How::Bare { 2 * TAKEN } else { TAKEN });
    }
}

/// Words beside the service: left out, or kept though they are the organisation's.
fn affix(reading: &Candidate, estate: &Estate) -> i32 {
    let is_organisation = |word: &String| estate.organisations().contains(word);
    let Some(Dropped { word, from }) = &reading.dropped else {
        let kept = reading.words.len() > 1 && reading.words.first().is_some_and(is_organisation);
        return if kept { KEPT_ORGANISATION } else { 0 };
    };
    if is_organisation(word) {
        return DROPPED_ORGANISATION;
    }
    let often = seeds::OPTIONAL_LAST.contains(&word.as_str()) || estate.dropped(word) >= 2;
    let known = DROPPED_FROM_KNOWN * estate.siblings(from, reading.class) / 1000;
    known + if often { DROPPED_OFTEN } else { DROPPED }
}
