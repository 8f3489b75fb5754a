//! Words that stand before or after most names and say nothing about the service: `acme-…`.

use std::collections::{BTreeMap, BTreeSet};

use super::lexicon::Lexicon;
use super::{Strength, token::squash};

/// Fewer names than this teach nothing.
const NAMES_MIN: usize = 6;
/// A word before fewer different services than this may be a part of their names.
const SERVICES_MIN: usize = 4;
/// How many such words an estate may have at each end.
const AFFIXES_MAX: usize = 3;

/// Removes the words that most names begin or end with, and returns them.
pub(super) fn strip(names: &mut [&mut Vec<String>], lexicon: &Lexicon) -> Vec<String> {
    let mut out = Vec::new();
    for end in [End::Front, End::Back] {
        for _ in 0..AFFIXES_MAX {
            let Some(word) = most_common(names, lexicon, end) else {
                break;
            };
            for name in names.iter_mut() {
                remove(name, lexicon, end, &word);
            }
            out.push(word);
        }
    }
    out
}

/// An end of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Front,
    Back,
}

/// The outermost token at this end that is not an environment.
fn outer(name: &[String], lexicon: &Lexicon, end: End) -> Option<usize> {
    let plain = |at: &usize| {
        lexicon.meaning(name, *at).is_none_or(|meaning| meaning.strength == Strength::Weak)
    };
    match end {
        End::Front => (0..name.len()).find(plain),
        End::Back => (0..name.len()).rev().find(plain),
    }
}

/// The word that 60 % of the names have at this end, before enough different services.
fn most_common(names: &[&mut Vec<String>], lexicon: &Lexicon, end: End) -> Option<String> {
    let mut rests: BTreeMap<&str, (usize, BTreeSet<String>)> = BTreeMap::new();
    for name in names {
        let Some(word) = outer(name, lexicon, end).and_then(|at| name.get(at)) else {
            continue;
        };
        if lexicon.words.contains_key(word) {
            continue;
        }
        let slot = rests.entry(word).or_default();
        slot.0 += 1;
        slot.1.insert(rest_key(name, lexicon, word));
    }
    let enough = |count: usize| names.len() >= NAMES_MIN && count * 10 >= names.len() * 6;
    rests
        .into_iter()
        .filter(|(_, (count, services))| enough(*count) && services.len() >= SERVICES_MIN)
        .max_by_key(|(_, (count, _))| *count)
        .map(|(word, _)| word.to_owned())
}

/// The service that is left without environment words and without `word`.
fn rest_key(name: &[String], lexicon: &Lexicon, word: &str) -> String {
    let rest: Vec<&String> = (0..name.len())
        .filter(|at| lexicon.meaning(name, *at).is_none())
        .filter_map(|at| name.get(at))
        .filter(|token| *token != word)
        .collect();
    squash(&rest)
}

/// Removes `word` from this end if something else is left.
fn remove(name: &mut Vec<String>, lexicon: &Lexicon, end: End, word: &str) {
    if let Some(at) = outer(name, lexicon, end)
        && name.len() > 1
        && name.get(at).is_some_and(|token| token == word)
    {
        name.remove(at);
    }
}
