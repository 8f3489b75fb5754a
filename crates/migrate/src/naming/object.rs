//! An object during one inference: its tokens, its evidence, its readings.

use std::collections::BTreeSet;

use super::candidate::{self, Candidate, How};
use super::estate::Estate;
use super::evidence::Hint;
use super::lexicon::{Class, Lexicon};
use super::pin::{Pin, Say};
use super::score::{Score, Subject, score};
use super::token::{Tokens, squash, tokens};
use super::{Kind, Named, Place, Points, Verdict, seeds};

/// An object during one inference.
pub(super) struct Object<'a> {
    /// What was given.
    pub(super) named: &'a Named,
    /// Its name in tokens.
    pub(super) tokens: Tokens,
    /// The tokens without the words that most names have.
    pub(super) words: Vec<String>,
    /// The words without separators.
    pub(super) whole: String,
    /// What people say of it.
    pub(super) pin: Option<Pin>,
    /// What surrounds it.
    pub(super) hints: Vec<Hint>,
    /// The readings by whole tokens.
    pub(super) plain: Vec<Candidate>,
    /// The readings by glued words, whether the rest is known or not.
    pub(super) glued: Vec<Candidate>,
    /// Its readings; never empty once [`Object::read`] ran.
    pub(super) readings: Vec<Candidate>,
    /// The readings' scores, best first, as indices into `readings`.
    pub(super) ranked: Vec<(i32, usize)>,
    /// Whether another service has the very same name, in another cluster.
    pub(super) repeated: bool,
    /// What the services that it belongs to are believed to be.
    pub(super) owners: Vec<Candidate>,
    /// The margin at most of a reading without an environment.
    pub(super) ceiling: i32,
}

/// Names without an environment that are a known service without a prefix: each environment of it.
fn unsaid_beside(readings: &[Candidate], estate: &Estate) -> Vec<Candidate> {
    let mut out = Vec::new();
    for reading in readings {
        if reading.how != How::Nothing || reading.dropped.is_none() {
            continue;
        }
        for class in estate.main_classes() {
            if !estate.sibling_classes(&reading.key, Some(*class)).is_empty() {
                let class = Some(*class);
                out.push(Candidate { class, how: How::Bare, ..reading.clone() });
            }
        }
    }
    out
}

/// Readings of one name at most; longer names do not come out of people's hands.
const READINGS_MAX: usize = 64;

impl Object<'_> {
    /// Kinds whose names hold more than environment and service: the service is somewhere inside.
    pub(super) fn is_wide(&self) -> bool {
        !self.named.kind.one_per_service()
    }

    /// Finds the readings that do not depend on other names.
    ///
    /// Of a name that stands in several clusters a weak word says nothing: `live-chat` is not
    /// production in all of them.
    pub(super) fn cut(&mut self, lexicon: &Lexicon) {
        self.plain = candidate::by_tokens(&self.words, lexicon);
        if self.repeated {
            self.plain.retain(|reading| reading.how != How::Weak);
        }
        self.glued = candidate::by_glue(&self.words, lexicon);
    }

    /// Collects the readings of the name.
    pub(super) fn read(&mut self, lexicon: &Lexicon, estate: &Estate, known: &BTreeSet<String>) {
        let is_known = |reading: &&Candidate| known.contains(&reading.key);
        let mut out = self.plain.clone();
        out.extend(candidate::by_repetition(&self.words, lexicon));
        out.extend(self.glued.iter().filter(is_known).cloned());
        out.extend(candidate::by_unknown_glue(&self.words, lexicon));
        for (words, dropped) in candidate::without_glued_org(&self.words, estate.organisations()) {
            let mut rest = candidate::by_glue(&words, lexicon);
            rest.extend(candidate::by_tokens(&words, lexicon));
            rest.retain(|reading| known.contains(&reading.key));
            for reading in &mut rest {
                reading.dropped = Some(dropped.clone());
            }
            out.extend(rest);
        }
        for class in self.unsaid(lexicon, estate, &out) {
            out.push(candidate::bare(&self.words, class));
        }
        out.extend(self.owned());
        out.extend(candidate::by_dropping(&out, lexicon, known));
        out.extend(unsaid_beside(&out, estate));
        if self.is_wide() {
            let inside = candidate::by_containing(&out, lexicon, known);
            out.extend(inside);
        }
        out.sort();
        out.dedup();
        out.truncate(READINGS_MAX);
        self.readings = self.pinned(out, lexicon);
    }

    /// The reading that it is what its owner is, if it has one owner.
    fn owned(&self) -> Option<Candidate> {
        let [first, rest @ ..] = self.owners.as_slice() else { return None };
        let one = rest.iter().all(|owner| (owner.class, &owner.key) == (first.class, &first.key));
        let how = if first.class.is_some() { How::Bare } else { How::Nothing };
        one.then(|| Candidate {
            place: Place::Absent,
            word: None,
            how,
            dropped: None,
            ..first.clone()
        })
    }

    /// The environments that the name may leave unsaid.
    fn unsaid(
        &self,
        lexicon: &Lexicon,
        estate: &Estate,
        readings: &[Candidate],
    ) -> BTreeSet<Class> {
        let mut out: BTreeSet<Class> = self.hints.iter().filter_map(Hint::only_class).collect();
        if estate.siblings(&self.whole, None) > 0 {
            out.extend(estate.main_classes());
            out.extend(lexicon.find(seeds::UNNAMED));
        }
        if let Some(Say::Is(word)) = self.pin.as_ref().map(|pin| &pin.environment) {
            out.extend(lexicon.words.get(word).map(|meaning| meaning.class));
        }
        let named: BTreeSet<Class> = readings
            .iter()
            .filter(|reading| reading.how == How::Strong && reading.key == self.whole)
            .filter_map(|reading| reading.class)
            .collect();
        out.difference(&named).copied().collect()
    }

    /// Only the readings that the pin allows, with what it says.
    fn pinned(&self, readings: Vec<Candidate>, lexicon: &Lexicon) -> Vec<Candidate> {
        let Some(pin) = &self.pin else {
            return readings;
        };
        let class = match &pin.environment {
            Say::Open => None,
            Say::Nothing => Some(None),
            Say::Is(word) => Some(lexicon.words.get(word).map(|meaning| meaning.class)),
        };
        let mut out: Vec<Candidate> = readings
            .into_iter()
            .filter(|reading| class.is_none_or(|class| reading.class == class))
            .collect();
        if out.is_empty() {
            let class = class.flatten();
            out.push(Candidate { class, ..candidate::nothing(&self.words) });
        }
        if pin.service != Say::Open {
            let words = pin.service.text().map(|text| tokens(text).words).unwrap_or_default();
            for reading in &mut out {
                reading.key = squash(&words);
                reading.words.clone_from(&words);
            }
        }
        if class.is_some() && pin.service != Say::Open {
            out.truncate(1);
            for reading in &mut out {
                reading.how = How::Pinned;
            }
        }
        out
    }

    /// Scores the readings and ranks them.
    pub(super) fn rank(&mut self, index: usize, estate: &Estate, lexicon: &Lexicon) {
        let subject = self.subject(index);
        let mut ranked: Vec<(i32, usize)> = self
            .readings
            .iter()
            .enumerate()
            .map(|(at, reading)| (score(&subject, reading, estate, lexicon).total(), at))
            .collect();
        ranked.sort_by_key(|(total, at)| (std::cmp::Reverse(*total), *at));
        self.ranked = ranked;
        self.ceiling = estate.ceiling_without();
    }

    /// The parts of one reading's score.
    pub(super) fn score(
        &self,
        index: usize,
        reading: &Candidate,
        estate: &Estate,
        lexicon: &Lexicon,
    ) -> Score {
        score(&self.subject(index), reading, estate, lexicon)
    }

    /// The object as scoring needs it.
    fn subject(&self, index: usize) -> Subject<'_> {
        Subject {
            index,
            kind: self.named.kind,
            whole: &self.whole,
            has_strong: self.readings.iter().any(|reading| reading.how == How::Strong),
            hints: &self.hints,
            owners: &self.owners,
        }
    }

    /// The best reading and its score.
    pub(super) fn best(&self) -> Option<(&Candidate, i32)> {
        let (total, at) = self.ranked.first()?;
        Some((self.readings.get(*at)?, *total))
    }

    /// The best reading with another answer, and its score.
    pub(super) fn second(&self) -> Option<(&Candidate, i32)> {
        let (best, _) = self.best()?;
        self.ranked.iter().skip(1).find_map(|(total, at)| {
            let reading = self.readings.get(*at)?;
            let other = (reading.class, &reading.key) != (best.class, &best.key);
            other.then_some((reading, *total))
        })
    }

    /// The margin of the best reading to the second one, 0 to 1000.
    pub(super) fn margin(&self) -> i32 {
        let Some((reading, best)) = self.best() else {
            return 0;
        };
        let most = if reading.class.is_none() { self.ceiling } else { 1000 };
        self.second().map_or(most, |(_, second)| (best - second).clamp(0, most))
    }

    /// The answer and how sure it is: what must stand still.
    pub(super) fn state(&self) -> (Option<Class>, String, Verdict) {
        let verdict = Verdict::of(Points(self.margin()));
        let best = self.best().map(|(reading, _)| (reading.class, reading.key.clone()));
        let (class, key) = best.unwrap_or_default();
        (class, key, verdict)
    }

    /// Whether its name alone says the services of the estate.
    pub(super) fn is_primary(&self) -> bool {
        matches!(self.named.kind, Kind::Cluster | Kind::Service | Kind::TaskDefinition)
    }
}
