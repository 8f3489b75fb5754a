//! The words in use during one inference: seeds, aliases, pins, tags, and words by substitution.

use std::collections::{BTreeMap, BTreeSet};

use super::{Corrections, Strength, seeds, token::squash};

/// An environment during one inference: an index into [`Lexicon::classes`].
pub(super) type Class = usize;

/// The words and the environments that they mean.
#[derive(Debug, Clone, Default)]
pub(super) struct Lexicon {
    /// The environments, by default canonical word.
    pub(super) classes: Vec<String>,
    /// Word → what it means.
    pub(super) words: BTreeMap<String, Meaning>,
    /// Names that mean no environment, as tokens.
    pub(super) blocked: Vec<Vec<String>>,
    /// The canonical words that people gave, by class.
    pub(super) given: BTreeMap<Class, String>,
}

/// What a word means.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meaning {
    /// The environment.
    pub(super) class: Class,
    /// Whether the word is an ordinary word too.
    pub(super) strength: Strength,
    /// Whether the estate taught it.
    pub(super) learned: bool,
}

impl Lexicon {
    /// Seeds, aliases and pinned environments.
    pub(super) fn new(corrections: &Corrections) -> Self {
        let mut out = Self::default();
        for seed in seeds::SEEDS {
            let class = out.class(seed.class);
            out.add(seed.word, class, seed.strength, false);
        }
        for word in corrections.pins.values().filter_map(|pin| pin.environment.text()) {
            if !out.words.contains_key(word) {
                let class = out.class(word);
                out.add(word, class, Strength::Strong, true);
            }
        }
        out.add_aliases(corrections);
        out.give_pinned(corrections);
        out.blocked = corrections
            .not_environment
            .iter()
            .map(|name| super::token::tokens(name).words)
            .filter(|words| !words.is_empty())
            .collect();
        out
    }

    /// Aliases lead to the class of their target; the target is its canonical word.
    fn add_aliases(&mut self, corrections: &Corrections) {
        for (word, target) in &corrections.aliases {
            let target = resolve(&corrections.aliases, target);
            let class = match self.words.get(&target) {
                Some(meaning) => meaning.class,
                None => self.class(&target),
            };
            self.add(&target, class, Strength::Strong, true);
            self.add(word, class, Strength::Strong, true);
            self.given.insert(class, target);
        }
    }

    /// The pinned word of an environment is its canonical word; the most used one if they differ.
    fn give_pinned(&mut self, corrections: &Corrections) {
        let mut counts: BTreeMap<Class, BTreeMap<&str, usize>> = BTreeMap::new();
        for word in corrections.pins.values().filter_map(|pin| pin.environment.text()) {
            if let Some(meaning) = self.words.get(word) {
                *counts.entry(meaning.class).or_default().entry(word).or_default() += 1;
            }
        }
        for (class, words) in counts {
            let most =
                words.into_iter().max_by_key(|(word, count)| (*count, std::cmp::Reverse(*word)));
            if let Some((word, _)) = most {
                self.given.entry(class).or_insert_with(|| word.to_owned());
            }
        }
    }

    /// The class of this canonical word, made if it is new.
    pub(super) fn class(&mut self, canonical: &str) -> Class {
        if let Some(at) = self.classes.iter().position(|class| class == canonical) {
            return at;
        }
        self.classes.push(canonical.to_owned());
        self.classes.len() - 1
    }

    /// Adds or replaces a word.
    pub(super) fn add(&mut self, word: &str, class: Class, strength: Strength, learned: bool) {
        self.words.insert(word.to_owned(), Meaning { class, strength, learned });
    }

    /// Every numbered environment among the tokens (`dev1`) becomes a word.
    pub(super) fn add_numbered<'a>(&mut self, tokens: impl Iterator<Item = &'a String>) {
        let found: BTreeSet<&String> = tokens.filter(|word| seeds::is_numbered(word)).collect();
        for word in found {
            if !self.words.contains_key(word) {
                let class = self.class(word);
                self.add(word, class, Strength::Strong, true);
            }
        }
    }

    /// Lets all words of the class `from` mean the class `into`.
    pub(super) fn merge(&mut self, from: Class, into: Class) {
        for meaning in self.words.values_mut().filter(|meaning| meaning.class == from) {
            meaning.class = into;
        }
    }

    /// The class of a default canonical word, if it is known.
    pub(super) fn find(&self, canonical: &str) -> Option<Class> {
        self.classes.iter().position(|class| class == canonical)
    }

    /// What the token means at `at`, unless people said that it means nothing there.
    pub(super) fn meaning(&self, tokens: &[String], at: usize) -> Option<Meaning> {
        let meaning = *self.words.get(tokens.get(at)?)?;
        (!self.is_blocked(tokens, at)).then_some(meaning)
    }

    /// Whether the token stands inside a name that `notEnvironment` lists.
    fn is_blocked(&self, tokens: &[String], at: usize) -> bool {
        self.blocked.iter().any(|name| {
            (0..name.len()).any(|inside| {
                at.checked_sub(inside)
                    .and_then(|from| tokens.get(from..from + name.len()))
                    .is_some_and(|window| window == name.as_slice())
            })
        })
    }

    /// Whether `notEnvironment` forbids to cut `word` off the glued `name`.
    pub(super) fn forbids_cut(&self, name: &str, word: &str) -> bool {
        self.blocked.iter().map(|words| squash(words)).any(|blocked| {
            (blocked.starts_with(word) || blocked.ends_with(word)) && name.contains(&blocked)
        })
    }
}

/// Follows aliases to their end; bounded, because a file may hold a circle.
fn resolve(aliases: &BTreeMap<String, String>, word: &str) -> String {
    let mut word = word;
    for _ in 0..aliases.len() {
        match aliases.get(word) {
            Some(next) => word = next,
            None => break,
        }
    }
    word.to_owned()
}
