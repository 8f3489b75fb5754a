//! Words of the organisation that only some names begin with: `acme-dev-users` instead of
//! `dev-users`.

use std::collections::{BTreeMap, BTreeSet};

use super::lexicon::{Class, Lexicon};
use super::object::Object;
use super::token::squash;
use super::{Kind, seeds};

/// In how many services a word must stand where another name lacks it.
const SERVICES_MIN: usize = 2;

/// A name by its whole tokens: kind, environment, and the words of the service.
type Plain = (Kind, Option<Class>, Vec<String>);

/// Words that some names have instead of, and never beside, the name without them.
///
/// `admin-users` beside `users` is a service of its own; `acme-users` where `users` is missing is
/// `users`.
pub(super) fn replacing(objects: &[Object<'_>], lexicon: &Lexicon) -> BTreeSet<String> {
    let names: BTreeSet<Plain> = objects
        .iter()
        .filter(|object| object.is_primary())
        .map(|object| plain(object, lexicon))
        .collect();
    let present: BTreeSet<(Kind, Option<Class>, String)> =
        names.iter().map(|(kind, class, words)| (*kind, *class, squash(words))).collect();
    let services: BTreeSet<&String> = present.iter().map(|(.., key)| key).collect();
    let mut found: BTreeMap<&String, Counts> = BTreeMap::new();
    for (kind, class, words) in &names {
        let Some((first, rest)) = words.split_first() else { continue };
        let key = squash(rest);
        if rest.is_empty() || lexicon.words.contains_key(first) || !services.contains(&key) {
            continue;
        }
        let counts = found.entry(first).or_default();
        if present.contains(&(*kind, *class, key.clone())) {
            counts.beside += 1;
        } else {
            counts.instead.insert(key);
        }
    }
    let only_instead = |counts: &Counts| counts.beside == 0 && counts.instead.len() >= SERVICES_MIN;
    let words = found.into_iter().filter(|(_, counts)| only_instead(counts));
    words.map(|(word, _)| word.clone()).collect()
}

/// How a word stands to the names without it.
#[derive(Default)]
struct Counts {
    /// Services whose name without the word is missing there.
    instead: BTreeSet<String>,
    /// Names that are there with and without the word.
    beside: usize,
}

/// The name by its first known word; without one it is what unnamed things most often are.
fn plain(object: &Object<'_>, lexicon: &Lexicon) -> Plain {
    let words = &object.words;
    let found = (0..words.len()).find_map(|at| Some((at, lexicon.meaning(words, at)?.class)));
    let mut rest = words.clone();
    let class = match found {
        Some((at, class)) => {
            rest.remove(at);
            Some(class)
        }
        None => lexicon.find(seeds::UNNAMED),
    };
    (object.named.kind, class, rest)
}
