//! The readings that a name allows: each as an environment, a service, and how it was got.

use std::collections::BTreeSet;

use super::lexicon::{Class, Lexicon};
use super::{Place, Strength, seeds, token::squash};

/// One reading of a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Candidate {
    /// The environment; `None` if the name has none.
    pub(super) class: Option<Class>,
    /// The service without separators: what is compared.
    pub(super) key: String,
    /// The service as words: what is written.
    pub(super) words: Vec<String>,
    /// Where the environment stands.
    pub(super) place: Place,
    /// The word that says the environment.
    pub(super) word: Option<String>,
    /// How the reading was got.
    pub(super) how: How,
    /// A word that was left out beside the environment: an organisation's, or a repeated one.
    pub(super) dropped: Option<Dropped>,
}

/// A word that was left out beside the environment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Dropped {
    /// The word.
    pub(super) word: String,
    /// The service with the word, without separators.
    pub(super) from: String,
}

/// How a reading was got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum How {
    /// A token is a strong word.
    Strong,
    /// A token is a weak word.
    Weak,
    /// A strong word is glued to the rest.
    Glued,
    /// A weak word is glued to the rest.
    GluedWeak,
    /// No word; other names or evidence suggest the environment.
    Bare,
    /// No word, and no environment.
    Nothing,
    /// A pin.
    Pinned,
}

impl How {
    /// Whether a word of the name says the environment.
    pub(super) fn has_word(self) -> bool {
        matches!(self, Self::Strong | Self::Weak | Self::Glued | Self::GluedWeak)
    }
}

/// The readings by whole tokens, and the one without an environment.
pub(super) fn by_tokens(tokens: &[String], lexicon: &Lexicon) -> Vec<Candidate> {
    let mut out = vec![nothing(tokens)];
    for at in 0..tokens.len() {
        let Some(meaning) = lexicon.meaning(tokens, at) else {
            continue;
        };
        let how = if meaning.strength == Strength::Strong { How::Strong } else { How::Weak };
        out.push(without(tokens, at, 1, meaning.class, how));
    }
    add_compounds(&mut out, tokens, lexicon);
    out
}

/// The reading without an environment.
pub(super) fn nothing(tokens: &[String]) -> Candidate {
    Candidate {
        class: None,
        key: squash(tokens),
        words: tokens.to_vec(),
        place: Place::Absent,
        word: None,
        how: How::Nothing,
        dropped: None,
    }
}

/// The reading of the whole name as a service of the environment `class`.
pub(super) fn bare(tokens: &[String], class: Class) -> Candidate {
    Candidate { class: Some(class), how: How::Bare, ..nothing(tokens) }
}

/// The reading that takes `count` tokens at `at` as the environment.
fn without(tokens: &[String], at: usize, count: usize, class: Class, how: How) -> Candidate {
    let mut words = tokens.to_vec();
    let cut: Vec<String> = words.splice(at..at + count, []).collect();
    Candidate {
        class: Some(class),
        key: squash(&words),
        words,
        place: place(at, count, tokens.len()),
        word: Some(cut.join("-")),
        how,
        dropped: None,
    }
}

/// Where the tokens `at..at + count` of `len` stand.
fn place(at: usize, count: usize, len: usize) -> Place {
    if at == 0 {
        Place::First
    } else if at + count == len {
        Place::Last
    } else {
        Place::Middle
    }
}

/// `dev-backend-dev`: the readings without any word of the environment.
pub(super) fn by_repetition(tokens: &[String], lexicon: &Lexicon) -> Vec<Candidate> {
    let class_at = |at| lexicon.meaning(tokens, at).map(|meaning| meaning.class);
    let classes: Vec<Option<Class>> = (0..tokens.len()).map(class_at).collect();
    let mut out = Vec::new();
    for first in 0..tokens.len() {
        let Some(class) = classes.get(first).copied().flatten() else {
            continue;
        };
        let again = (first + 1..tokens.len()).find(|at| classes.get(*at) == Some(&Some(class)));
        let Some(again) = again else { continue };
        let mut reading = without(tokens, first, 1, class, How::Strong);
        let from = reading.key.clone();
        let word = reading.words.remove(again - 1);
        reading.key = squash(&reading.words);
        reading.dropped = Some(Dropped { word, from });
        out.push(reading);
    }
    out
}

/// `pre-prod-backend`: two tokens that are one word.
fn add_compounds(out: &mut Vec<Candidate>, tokens: &[String], lexicon: &Lexicon) {
    for (at, pair) in tokens.windows(2).enumerate() {
        let hit = seeds::COMPOUNDS.iter().find(|(a, b, _)| pair == [*a, *b]);
        let Some((.., canonical)) = hit else { continue };
        let Some(meaning) = lexicon.words.get(*canonical) else {
            continue;
        };
        let word = Some((*canonical).to_owned());
        out.push(Candidate { word, ..without(tokens, at, 2, meaning.class, How::Strong) });
    }
}

/// The readings with the word glued to a token: `devbackend-api`. They count only where the rest
/// is known.
pub(super) fn by_glue(tokens: &[String], lexicon: &Lexicon) -> Vec<Candidate> {
    let whole = squash(tokens);
    let mut out = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if lexicon.words.contains_key(token) {
            continue;
        }
        for (word, meaning) in &lexicon.words {
            let shortest = if meaning.strength == Strength::Strong { 2 } else { 3 };
            if word.len() < shortest || word.len() >= token.len() || !token.contains(word.as_str())
            {
                continue;
            }
            if lexicon.forbids_cut(&whole, word) {
                continue;
            }
            let how =
                if meaning.strength == Strength::Strong { How::Glued } else { How::GluedWeak };
            for (from, _) in token.match_indices(word.as_str()) {
                let Some(words) = cut_glued(tokens, at, from, word.len()) else {
                    continue;
                };
                let key = squash(&words);
                if key.len() < 3 {
                    continue;
                }
                out.push(Candidate {
                    class: Some(meaning.class),
                    key,
                    words,
                    place: glued_place((at, tokens.len()), (from, word.len(), token.len())),
                    word: Some(word.clone()),
                    how,
                    dropped: None,
                });
            }
        }
    }
    out
}

/// The readings with a strong word at the end of a single token, though the rest is not known:
/// `paymentsprod`. Only at the end, because `devices` and `product` begin with one.
pub(super) fn by_unknown_glue(tokens: &[String], lexicon: &Lexicon) -> Vec<Candidate> {
    let [token] = tokens else { return Vec::new() };
    let fits = |word: &str| token.len() >= word.len() + 3 && !lexicon.forbids_cut(token, word);
    let strong = lexicon.words.iter().filter(|(word, meaning)| {
        word.len() >= 3 && meaning.strength == Strength::Strong && fits(word)
    });
    strong
        .filter_map(|(word, meaning)| {
            let rest = token.strip_suffix(word.as_str())?;
            Some(Candidate {
                class: Some(meaning.class),
                key: rest.to_owned(),
                words: vec![rest.to_owned()],
                place: Place::Last,
                word: Some(word.clone()),
                how: How::GluedWeak,
                dropped: None,
            })
        })
        .collect()
}

/// The tokens with `len` bytes cut out of the one at `at`.
///
/// In the middle only of a name that is one token: `gradingstagworker`.
fn cut_glued(tokens: &[String], at: usize, from: usize, len: usize) -> Option<Vec<String>> {
    let token = tokens.get(at)?;
    let (head, tail) = (token.get(..from)?, token.get(from + len..)?);
    if !head.is_empty() && !tail.is_empty() && tokens.len() > 1 {
        return None;
    }
    let mut words = tokens.to_vec();
    *words.get_mut(at)? = format!("{head}{tail}");
    Some(words)
}

/// Where the cut bytes stand in the whole name.
fn glued_place((at, tokens): (usize, usize), (from, len, size): (usize, usize, usize)) -> Place {
    if at == 0 && from == 0 {
        Place::First
    } else if at + 1 == tokens && from + len == size {
        Place::Last
    } else {
        Place::Middle
    }
}

/// The same readings with the first or last word left out, where the rest is known.
///
/// The first word may be an organisation's (`acme-dev-backend` among `dev-backend`), the last one
/// of the words that say little (`backend-service` beside the cluster `backend`).
pub(super) fn by_dropping(
    readings: &[Candidate],
    lexicon: &Lexicon,
    known: &BTreeSet<String>,
) -> Vec<Candidate> {
    let mut out = Vec::new();
    for reading in
        readings.iter().filter(|reading| reading.words.len() > 1 && reading.dropped.is_none())
    {
        let mut drop = |rest: &[String], word: &String| {
            let key = squash(rest);
            if known.contains(&key) {
                out.push(Candidate {
                    key,
                    words: rest.to_vec(),
                    dropped: Some(Dropped { word: word.clone(), from: reading.key.clone() }),
                    ..reading.clone()
                });
            }
        };
        if let Some((first, rest)) = reading.words.split_first()
            && !is_strong(lexicon, first)
        {
            drop(rest, first);
        }
        if let Some((last, rest)) = reading.words.split_last()
            && seeds::OPTIONAL_LAST.contains(&last.as_str())
        {
            drop(rest, last);
        }
    }
    out
}

/// The name without an organisation's word that is glued to its first token: `acmebackend`.
pub(super) fn without_glued_org<'a>(
    tokens: &'a [String],
    organisations: &'a BTreeSet<String>,
) -> impl Iterator<Item = (Vec<String>, Dropped)> + 'a {
    let from = squash(tokens);
    organisations.iter().filter_map(move |word| {
        let (first, rest) = tokens.split_first()?;
        let tail = first.strip_prefix(word.as_str()).filter(|tail| tail.len() >= 3)?;
        let mut words = vec![tail.to_owned()];
        words.extend_from_slice(rest);
        Some((words, Dropped { word: word.clone(), from: from.clone() }))
    })
}

/// Readings whose service is a known one inside a longer name: a schedule, a secret, a host.
///
/// A strong word cannot be among what is left out.
pub(super) fn by_containing(
    readings: &[Candidate],
    lexicon: &Lexicon,
    known: &BTreeSet<String>,
) -> Vec<Candidate> {
    let strong = |words: &[String]| words.iter().filter(|word| is_strong(lexicon, word)).count();
    let inside = |reading: &Candidate| {
        let words = longest_known(&reading.words, known)?;
        let shorter = words.len() < reading.words.len() && strong(words) == strong(&reading.words);
        shorter.then(|| Candidate { key: squash(words), words: words.to_vec(), ..reading.clone() })
    };
    readings.iter().filter_map(inside).collect()
}

/// Whether the word hardly ever means anything but an environment.
fn is_strong(lexicon: &Lexicon, word: &str) -> bool {
    lexicon.words.get(word).is_some_and(|meaning| meaning.strength == Strength::Strong)
}

/// The longest run of words that is a known service.
pub(super) fn longest_known<'a>(
    words: &'a [String],
    known: &BTreeSet<String>,
) -> Option<&'a [String]> {
    const WORDS_MAX: usize = 8;
    let longest = words.len().min(WORDS_MAX);
    (1..=longest).rev().find_map(|size| {
        words.windows(size).find(|window| {
            let key = squash(window);
            key.len() >= 3 && known.contains(&key)
        })
    })
}
