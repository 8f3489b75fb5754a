//! Words that only this estate uses: from tags, and by substitution.

use std::collections::{BTreeMap, BTreeSet};

use super::lexicon::{Class, Lexicon};
use super::token::{squash, tokens};
use super::{Named, Source, Strength, seeds};

/// In how many different names a word must stand where environments stand.
const TEMPLATES_MIN: usize = 3;

/// Tags like `Environment: green` teach words, if two objects agree.
pub(super) fn from_tags(objects: &[&Named], lexicon: &mut Lexicon) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for object in objects {
        for piece in &object.evidence {
            let Source::Tag { key } = &piece.source else {
                continue;
            };
            if !seeds::tag_says_environment(key) {
                continue;
            }
            if let [word] = tokens(&piece.text).words.as_slice()
                && (2..=12).contains(&word.len())
            {
                *counts.entry(word.clone()).or_default() += 1;
            }
        }
    }
    for (word, count) in counts {
        if count >= 2 && !lexicon.words.contains_key(&word) {
            let class = lexicon.class(&word);
            lexicon.add(&word, class, Strength::Strong, true);
        }
    }
}

/// Words of the organisation: those that most names begin with, and those that two different
/// names of accounts and VPCs have beside the environment.
pub(super) fn organisations(
    objects: &[&Named],
    affixes: &[String],
    lexicon: &Lexicon,
) -> BTreeSet<String> {
    let texts: BTreeSet<&str> = objects
        .iter()
        .flat_map(|object| &object.evidence)
        .filter(|piece| matches!(piece.source, Source::Account | Source::Vpc))
        .map(|piece| piece.text.as_str())
        .collect();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for text in texts {
        for word in tokens(text).words.into_iter().collect::<BTreeSet<_>>() {
            *counts.entry(word).or_default() += 1;
        }
    }
    let plain = |word: &String| {
        word.len() >= 2
            && !lexicon.words.contains_key(word)
            && !seeds::NETWORK.contains(&word.as_str())
            && !word.bytes().all(|byte| byte.is_ascii_digit())
    };
    let shared = counts.into_iter().filter(|(_, count)| *count >= 2).map(|(word, _)| word);
    affixes.iter().cloned().chain(shared).filter(plain).collect()
}

/// Words that map names onto each other when they replace a known environment word.
pub(super) fn by_substitution(names: &[&Vec<String>], lexicon: &mut Lexicon) {
    let holes = holes(names, lexicon);
    let mut found: BTreeMap<&str, BTreeSet<&Hole>> = BTreeMap::new();
    for (hole, words) in &holes {
        let known: BTreeSet<Class> = words
            .iter()
            .filter_map(|word| lexicon.words.get(*word))
            .filter(|meaning| meaning.strength == Strength::Strong)
            .map(|meaning| meaning.class)
            .collect();
        if known.len() < 2 {
            continue;
        }
        for word in words.iter().filter(|word| !lexicon.words.contains_key(**word)) {
            found.entry(word).or_default().insert(hole);
        }
    }
    let beside = beside_environment(names, lexicon);
    let learned: Vec<(String, Class)> = found
        .into_iter()
        .filter(|(word, holes)| holes.len() >= TEMPLATES_MIN && !beside.contains(*word))
        .map(|(word, at)| (word.to_owned(), meant_by(&at, &holes, lexicon)))
        .collect();
    for (word, class) in learned {
        let class = if class == NEW { lexicon.class(&word) } else { class };
        lexicon.add(&word, class, Strength::Weak, true);
    }
}

/// A word that is an environment of its own.
const NEW: Class = usize::MAX;

/// A name with a hole: the tokens before it and after it, without separators.
type Hole = (String, String);

/// Every hole at the first or last place, and the words that fill it.
fn holes<'a>(names: &[&'a Vec<String>], lexicon: &Lexicon) -> BTreeMap<Hole, BTreeSet<&'a str>> {
    let mut out: BTreeMap<Hole, BTreeSet<&str>> = BTreeMap::new();
    for name in names.iter().filter(|name| name.len() > 1) {
        if let Some((first, rest)) = name.split_first() {
            out.entry((String::new(), squash(rest))).or_default().insert(first);
        }
        if let Some((last, rest)) = name.split_last() {
            out.entry((squash(rest), String::new())).or_default().insert(last);
        }
    }
    out.retain(|_, words| words.iter().any(|word| lexicon.words.contains_key(*word)));
    out
}

/// Words that stand in one name together with a strong word: parts of services, not environments.
fn beside_environment(names: &[&Vec<String>], lexicon: &Lexicon) -> BTreeSet<String> {
    let strong = |word: &String| {
        lexicon.words.get(word).is_some_and(|meaning| meaning.strength == Strength::Strong)
    };
    names
        .iter()
        .filter(|name| name.iter().any(strong))
        .flat_map(|name| name.iter().filter(|word| !strong(word)).cloned())
        .collect()
}

/// The environment that a learned word means: one that is always missing where the word stands,
/// or else a new one.
fn meant_by(
    at: &BTreeSet<&Hole>,
    holes: &BTreeMap<Hole, BTreeSet<&str>>,
    lexicon: &Lexicon,
) -> Class {
    let class_of = |word: &&str| lexicon.words.get(*word).map(|meaning| meaning.class);
    let mut usual: BTreeMap<Class, usize> = BTreeMap::new();
    for words in holes.values() {
        for class in words.iter().filter_map(class_of).collect::<BTreeSet<_>>() {
            *usual.entry(class).or_default() += 1;
        }
    }
    let present: BTreeSet<Class> =
        at.iter().filter_map(|hole| holes.get(*hole)).flatten().filter_map(class_of).collect();
    let missing = usual
        .into_iter()
        .filter(|(class, count)| !present.contains(class) && *count >= at.len())
        .max_by_key(|(class, count)| (*count, std::cmp::Reverse(*class)));
    missing.map_or(NEW, |(class, _)| class)
}

/// Lets a rare environment that no service has beside its like (`uat` beside `stag`) be the same.
pub(super) fn merge_same(names: &[&Vec<String>], lexicon: &mut Lexicon) {
    for (from, into) in seeds::SAME {
        let (Some(from), Some(into)) = (lexicon.find(from), lexicon.find(into)) else {
            continue;
        };
        let rare = services(names, lexicon, from);
        let common = services(names, lexicon, into);
        if !rare.is_empty() && rare.len() * 5 <= common.len() && rare.is_disjoint(&common) {
            lexicon.merge(from, into);
        }
    }
}

/// The services that have this environment, by whole tokens at an end of the name.
fn services(names: &[&Vec<String>], lexicon: &Lexicon, class: Class) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for name in names {
        let is = |at| lexicon.meaning(name, at).is_some_and(|meaning| meaning.class == class);
        if is(0)
            && let Some((_, rest)) = name.split_first()
        {
            out.insert(squash(rest));
        } else if is(name.len().saturating_sub(1))
            && let Some((_, rest)) = name.split_last()
        {
            out.insert(squash(rest));
        }
    }
    out
}
