//! Contradictions in `naming.yaml`: in the file itself, and against the estate.

use std::collections::{BTreeMap, BTreeSet};

use model::{Reason, code::migrate as codes};

use super::wire::{File, Placed, SaidOfOne};
use super::{Corrections, CorrectionsError, Position, Section};
use crate::naming::canonical::is_valid;
use crate::naming::token::tokens;
use crate::naming::{Named, Pin, Say, seeds};

type Checked<T> = Result<T, CorrectionsError>;

/// The corrections of a file that has no contradiction in itself.
pub(super) fn corrections(file: File) -> Checked<Corrections> {
    if let Some(key) = file.unknown.first() {
        return Err(unknown_key(key, "pins, aliases, notEnvironment, ignore"));
    }
    if let Some(key) = file.twice.first() {
        let reason = Reason::new(&codes::NAMING_MALFORMED)
            .with("what", format!("`{}` stands there twice", key.text));
        return Err(CorrectionsError::at(key.at, reason));
    }
    let mut out = Corrections::default();
    for (object, said) in file.pins {
        add_pin(&mut out, object, said)?;
    }
    for (word, target) in file.aliases {
        add_alias(&mut out, &word, target)?;
    }
    for entry in file.not_environment {
        out.places.insert((Section::NotEnvironment, entry.text.clone()), entry.at);
        out.not_environment.insert(entry.text);
    }
    for entry in file.ignore {
        out.places.insert((Section::Ignore, entry.text.clone()), entry.at);
        out.ignore.insert(entry.text);
    }
    no_circle(&out)?;
    not_in_both(&out)?;
    Ok(out)
}

fn unknown_key(key: &Placed, known: &str) -> CorrectionsError {
    let reason =
        Reason::new(&codes::NAMING_UNKNOWN_KEY).with("key", &key.text).with("known", known);
    CorrectionsError::at(key.at, reason)
}

fn add_pin(out: &mut Corrections, object: Placed, said: SaidOfOne) -> Checked<()> {
    let mut pin = Pin::default();
    for (key, value) in said {
        let slot = match key.text.as_str() {
            "environment" => &mut pin.environment,
            "service" => &mut pin.service,
            _ => return Err(unknown_key(&key, "environment, service")),
        };
        let what = if key.text == "service" { "a service" } else { "an environment" };
        let value = say(value, what)?;
        if *slot != Say::Open && *slot != value {
            let pair = (words(slot), words(&value));
            return Err(twice(key.at, &format!("{} of {}", key.text, object.text), pair));
        }
        *slot = value;
    }
    if let Some(first) = out.pins.get(&object.text)
        && *first != pin
    {
        return Err(twice(object.at, &object.text, (both(first), both(&pin))));
    }
    out.places.insert((Section::Pins, object.text.clone()), object.at);
    out.pins.insert(object.text, pin);
    Ok(())
}

/// What a pin says; null and `none` say that there is none.
fn say(value: Option<Placed>, what: &str) -> Checked<Say> {
    match value {
        None => Ok(Say::Nothing),
        Some(value) if value.text == "none" => Ok(Say::Nothing),
        Some(value) if is_valid(&value.text) => Ok(Say::Is(value.text)),
        Some(value) => Err(bad_value(&value, what)),
    }
}

fn bad_value(value: &Placed, what: &str) -> CorrectionsError {
    let reason =
        Reason::new(&codes::NAMING_BAD_VALUE).with("value", &value.text).with("what", what);
    CorrectionsError::at(value.at, reason)
}

fn twice(at: Position, pin: &str, (first, second): (String, String)) -> CorrectionsError {
    let reason = Reason::new(&codes::NAMING_PIN_TWICE)
        .with("pin", pin)
        .with("first", first)
        .with("second", second);
    CorrectionsError::at(at, reason)
}

fn words(say: &Say) -> String {
    match say {
        Say::Open => "…".to_owned(),
        Say::Nothing => "none".to_owned(),
        Say::Is(text) => text.clone(),
    }
}

fn both(pin: &Pin) -> String {
    format!("{}/{}", words(&pin.environment), words(&pin.service))
}

fn add_alias(out: &mut Corrections, word: &Placed, target: Placed) -> Checked<()> {
    let key = word.text.to_ascii_lowercase();
    if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(bad_value(word, "an alias"));
    }
    if !is_valid(&target.text) {
        return Err(bad_value(&target, "an environment"));
    }
    if let Some(first) = out.aliases.get(&key)
        && *first != target.text
    {
        return Err(twice(word.at, &key, (first.clone(), target.text)));
    }
    out.places.insert((Section::Aliases, key.clone()), word.at);
    out.aliases.insert(key, target.text);
    Ok(())
}

/// Aliases that lead back to themselves.
fn no_circle(all: &Corrections) -> Checked<()> {
    for word in all.aliases.keys() {
        let mut path = vec![word.as_str()];
        while let Some(next) = path.last().and_then(|last| all.aliases.get(*last)) {
            if path.last() == Some(&next.as_str()) {
                break;
            }
            path.push(next);
            if next == word {
                let cycle = path.join(" → ");
                let reason =
                    Reason::new(&codes::NAMING_ALIAS_CYCLE).with("cycle", cycle).with("word", word);
                return Err(CorrectionsError::at(all.place(Section::Aliases, word), reason));
            }
            if path.len() > all.aliases.len() {
                break;
            }
        }
    }
    Ok(())
}

/// Entries that stand in two lists which exclude each other.
fn not_in_both(all: &Corrections) -> Checked<()> {
    let alias = all.not_environment.iter().find(|word| all.aliases.contains_key(*word));
    let ignored = all.ignore.iter().find(|name| all.pins.contains_key(*name));
    let alias = alias.map(|what| (what, Section::Aliases, Section::NotEnvironment));
    let ignored = ignored.map(|what| (what, Section::Pins, Section::Ignore));
    let Some((what, first, second)) = alias.or(ignored) else {
        return Ok(());
    };
    let reason = Reason::new(&codes::NAMING_CONTRADICTION)
        .with("what", what)
        .with("first", first.key())
        .with("second", second.key());
    Err(CorrectionsError::at(all.place(second, what), reason))
}

/// Contradictions that show only against the estate.
pub(super) fn against(all: &Corrections, objects: &[Named]) -> Checked<()> {
    for object in objects.iter().filter(|object| object.id != object.name) {
        if let (Some(by_id), Some(by_name)) = (all.pins.get(&object.id), all.pins.get(&object.name))
            && by_id != by_name
        {
            let at = all.place(Section::Pins, &object.id);
            return Err(twice(at, &object.id, (both(by_name), both(by_id))));
        }
    }
    targets_known(all, objects)
}

/// Every alias leads to a word that means an environment somewhere.
fn targets_known(all: &Corrections, objects: &[Named]) -> Checked<()> {
    if all.aliases.is_empty() {
        return Ok(());
    }
    let mut known: BTreeSet<String> =
        objects.iter().flat_map(|object| tokens(&object.name).words).collect();
    known.extend(seeds::SEEDS.iter().map(|seed| seed.word.to_owned()));
    known.extend(all.pins.values().filter_map(|pin| pin.environment.text().map(str::to_owned)));
    for (word, target) in &all.aliases {
        if known.contains(target) || all.aliases.contains_key(target) {
            continue;
        }
        let reason = Reason::new(&codes::NAMING_ALIAS_UNKNOWN)
            .with("word", word)
            .with("target", target)
            .with("suggestion", suggestion(target));
        return Err(CorrectionsError::at(all.place(Section::Aliases, word), reason));
    }
    Ok(())
}

/// The usual word that is nearest in letters.
fn suggestion(word: &str) -> String {
    let near: BTreeMap<usize, &str> = seeds::SEEDS
        .iter()
        .filter(|seed| seed.word == seed.class)
        .rev()
        .map(|seed| (distance(seed.word, word), seed.word))
        .collect();
    near.first_key_value().map_or_else(|| "dev".to_owned(), |(_, word)| format!("`{word}`"))
}

/// How many letters differ, counted with insertions and removals.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.bytes().enumerate() {
        let mut diagonal = i;
        let mut last = i + 1;
        for (slot, right) in row.iter_mut().skip(1).zip(b.bytes()) {
            let cost = diagonal + usize::from(left != right);
            diagonal = *slot;
            last = cost.min(last + 1).min(diagonal + 1);
            *slot = last;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}
