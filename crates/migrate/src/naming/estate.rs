//! What the readings of all names teach about each of them: one round of the inference.

use std::collections::{BTreeMap, BTreeSet};

use super::candidate::{Candidate, Dropped, How};
use super::lexicon::Class;
use super::{Kind, Place};

/// What one round teaches the next.
#[derive(Debug, Clone, Default)]
pub(super) struct Estate {
    /// Service → environment → how sure it exists, in thousandths.
    beliefs: BTreeMap<String, BTreeMap<Class, i32>>,
    /// The best object of each environment and service, by kind: score and index.
    taken: BTreeMap<(Kind, Class), BTreeMap<String, (i32, usize)>>,
    /// How many names have the environment at each place.
    places: Counts<(Option<Kind>, Option<Class>), Place>,
    /// How often each word is used.
    words: BTreeMap<String, i32>,
    /// How often the most used word is.
    most_used: i32,
    /// The environments that a good part of the services has.
    main: BTreeSet<Class>,
    /// How complete the services are on average, in thousandths.
    complete: i32,
    /// The share of names without an environment, in thousandths.
    without: i32,
    /// How many names were read.
    names: i32,
    /// The words that were left out as prefixes, and before which services.
    dropped: BTreeMap<String, BTreeSet<String>>,
    /// Words that are known to be an organisation's, not a service's.
    organisations: BTreeSet<String>,
}

/// How often each item was seen, by group.
type Counts<G, I> = BTreeMap<G, BTreeMap<I, i32>>;

/// A reading that is believed for now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Believed<'a> {
    /// The object's index.
    pub(super) object: usize,
    /// Its kind.
    pub(super) kind: Kind,
    /// The reading.
    pub(super) reading: &'a Candidate,
    /// How sure, in thousandths.
    pub(super) sure: i32,
    /// Its score.
    pub(super) score: i32,
}

impl Estate {
    /// What these readings teach.
    pub(super) fn of<'a>(believed: impl Iterator<Item = Believed<'a>>) -> Self {
        let mut out = Self::default();
        let (mut all, mut without) = (0, 0);
        for one in believed {
            all += 1;
            match one.reading.class {
                Some(class) => out.add(class, one),
                None => without += 1,
            }
        }
        out.without = without * 1000 / all.max(1);
        out.names = all;
        // A word that is used once in a small estate is not yet a common one.
        out.most_used = out.words.values().copied().max().unwrap_or(0).max(4);
        out.main = out.main();
        out.complete = out.complete();
        out
    }

    /// Counts one reading that has an environment.
    fn add(&mut self, class: Class, one: Believed<'_>) {
        let Candidate { key, place, word, how, dropped, .. } = one.reading;
        let belief = self.beliefs.entry(key.clone()).or_default().entry(class).or_default();
        *belief = one.sure.max(*belief);
        if *how != How::Pinned {
            for group in [(None, None), (Some(one.kind), None), (Some(one.kind), Some(class))] {
                *self.places.entry(group).or_default().entry(*place).or_default() += 1;
            }
        }
        if let Some(word) = word {
            *self.words.entry(word.clone()).or_default() += 1;
        }
        if let Some(Dropped { word, .. }) = dropped {
            self.dropped.entry(word.clone()).or_default().insert(key.clone());
        }
        if one.kind.one_per_service() {
            let services = self.taken.entry((one.kind, class)).or_default();
            let slot = services.entry(key.clone()).or_insert((i32::MIN, usize::MAX));
            if one.score > slot.0 {
                *slot = (one.score, one.object);
            }
        }
    }

    /// Environments that have a fifth of the services of the largest one.
    fn main(&self) -> BTreeSet<Class> {
        let mut counts: BTreeMap<Class, usize> = BTreeMap::new();
        for classes in self.beliefs.values() {
            for (class, _) in classes.iter().filter(|(_, sure)| **sure >= 900) {
                *counts.entry(*class).or_default() += 1;
            }
        }
        let most = counts.values().copied().max().unwrap_or(0);
        counts.into_iter().filter(|(_, count)| count * 5 >= most).map(|(class, _)| class).collect()
    }

    /// The mean share of the main environments that a service has beside its own.
    fn complete(&self) -> i32 {
        let (mut sum, mut count) = (0, 0);
        for (key, classes) in &self.beliefs {
            for class in classes.iter().filter(|(_, sure)| **sure >= 900).map(|(class, _)| class) {
                sum += self.siblings(key, Some(*class));
                count += 1;
            }
        }
        // Two or three services that are complete do not prove that the next one must be.
        let services = i32::try_from(self.beliefs.len()).unwrap_or(i32::MAX / 2);
        sum / count.max(1) * services.min(1000) / (services.min(1000) + 3)
    }

    /// The share of the other main environments that the service has, in thousandths.
    pub(super) fn siblings(&self, key: &str, class: Option<Class>) -> i32 {
        let others = self.main.iter().filter(|other| Some(**other) != class);
        let Some(classes) = self.beliefs.get(key) else {
            return 0;
        };
        let (mut sum, mut count) = (0, 0);
        for other in others {
            sum += classes.get(other).copied().unwrap_or(0);
            count += 1;
        }
        sum / count.max(1)
    }

    /// The environments, other than `class`, in which the service is believed to exist.
    pub(super) fn sibling_classes(&self, key: &str, class: Option<Class>) -> Vec<Class> {
        let Some(classes) = self.beliefs.get(key) else {
            return Vec::new();
        };
        classes
            .iter()
            .filter(|(other, sure)| Some(**other) != class && **sure >= 500)
            .map(|(other, _)| *other)
            .collect()
    }

    /// Score and index of the best object that has this environment and service.
    pub(super) fn taken(&self, kind: Kind, class: Class, key: &str) -> Option<(i32, usize)> {
        self.taken.get(&(kind, class))?.get(key).copied()
    }

    /// How likely the environment stands at this place, in thousandths.
    ///
    /// By kind and environment, leaning on the kind, the kind on the estate, and the estate on
    /// what is usual, the more the fewer names there are.
    pub(super) fn place(&self, kind: Kind, class: Class, place: Place) -> i32 {
        let prior = match place {
            Place::First => 450,
            Place::Last => 400,
            Place::Middle => 50,
            Place::Absent => 100,
        };
        let all = self.share((None, None), place, 4, prior);
        let by_kind = self.share((Some(kind), None), place, 4, all);
        self.share((Some(kind), Some(class)), place, 3, by_kind)
    }

    /// The share of a place in a group, with `weight` imagined names of the share `prior`.
    fn share(
        &self,
        group: (Option<Kind>, Option<Class>),
        place: Place,
        weight: i32,
        prior: i32,
    ) -> i32 {
        let (mut here, mut all) = (0, 0);
        if let Some(counts) = self.places.get(&group) {
            here = counts.get(&place).copied().unwrap_or(0);
            all = counts.values().sum();
        }
        (here * 1000 + weight * prior) / (all + weight)
    }

    /// How common the word is beside the most common one, in thousandths.
    pub(super) fn frequency(&self, word: &str) -> i32 {
        self.words.get(word).copied().unwrap_or(0) * 1000 / self.most_used
    }

    /// How complete the services are, in thousandths.
    pub(super) fn completeness(&self) -> i32 {
        self.complete
    }

    /// How usual names without an environment are, in thousandths: −500 where all have one.
    ///
    /// A few names prove little; −500 and 1000 are reached only in a large estate.
    pub(super) fn without_environment(&self) -> i32 {
        let share = if self.without > 0 { self.without } else { -500 };
        share * self.names / (self.names + 8)
    }

    /// The margin at most of a reading without an environment.
    ///
    /// Where nearly every name has one, a name without is worth a look, whatever the score.
    pub(super) fn ceiling_without(&self) -> i32 {
        const NAMES_MIN: i32 = 8;
        if self.names >= NAMES_MIN && self.without < 200 { 200 } else { 1000 }
    }

    /// The environments that a good part of the services has.
    pub(super) fn main_classes(&self) -> &BTreeSet<Class> {
        &self.main
    }

    /// Before how many services the word was left out.
    pub(super) fn dropped(&self, word: &str) -> usize {
        self.dropped.get(word).map_or(0, BTreeSet::len)
    }

    /// The same, knowing the words of the organisation.
    pub(super) fn with_organisations(mut self, words: &BTreeSet<String>) -> Self {
        self.organisations.clone_from(words);
        self
    }

    /// Words that are known to be an organisation's.
    pub(super) fn organisations(&self) -> &BTreeSet<String> {
        &self.organisations
    }
}
