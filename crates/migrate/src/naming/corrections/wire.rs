//! `naming.yaml` as it stands in the file: every entry with its place, doubles kept.

use std::fmt;
use std::marker::PhantomData;

use model::{Reason, code::migrate as codes};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_saphyr::{Location, Options, Spanned, options::DuplicateKeyPolicy};

use super::{CorrectionsError, Position};

/// A text and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placed {
    /// The text.
    pub(super) text: String,
    /// Where it stands.
    pub(super) at: Position,
}

/// What is said of one object: `environment`, `service`; `None` for null.
pub(super) type SaidOfOne = Vec<(Placed, Option<Placed>)>;

/// The file.
#[derive(Debug, Default)]
pub(super) struct File {
    /// `pins`: the object, and what is said of it.
    pub(super) pins: Vec<(Placed, SaidOfOne)>,
    /// `aliases`.
    pub(super) aliases: Vec<(Placed, Placed)>,
    /// `notEnvironment`.
    pub(super) not_environment: Vec<Placed>,
    /// `ignore`.
    pub(super) ignore: Vec<Placed>,
    /// Keys that are none of these.
    pub(super) unknown: Vec<Placed>,
    /// Keys that stand there twice.
    pub(super) twice: Vec<Placed>,
}

/// Reads the file.
pub(super) fn read(text: &str) -> Result<File, CorrectionsError> {
    // The reader keeps doubles in sight, so that an error can say both values.
    let mut options = Options::default();
    options.duplicate_keys = DuplicateKeyPolicy::LastWins;
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let at = error.location().map(position).unwrap_or_default();
        let what = error.without_snippet().to_string();
        let what = what.lines().next().unwrap_or("not YAML").to_owned();
        let what = what.split(" at line ").next().unwrap_or("not YAML").to_owned();
        CorrectionsError::at(at, Reason::new(&codes::NAMING_MALFORMED).with("what", what))
    })
}

fn position(location: Location) -> Position {
    Position { line: location.line(), column: location.column() }
}

impl From<Spanned<String>> for Placed {
    fn from(spanned: Spanned<String>) -> Self {
        Self { text: spanned.value, at: position(spanned.referenced) }
    }
}

/// A mapping that keeps order, places and doubles.
struct Pairs<V>(Vec<(Placed, V)>);

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Pairs<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor(PhantomData))
    }
}

struct PairsVisitor<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for PairsVisitor<V> {
    type Value = Pairs<V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut out = Vec::new();
        while let Some((key, value)) = map.next_entry::<Spanned<String>, V>()? {
            out.push((key.into(), value));
        }
        Ok(Pairs(out))
    }
}

/// What is said of one object.
type Said = Option<Pairs<Spanned<Option<String>>>>;

impl<'de> Deserialize<'de> for File {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FileVisitor)
    }
}

struct FileVisitor;

impl<'de> Visitor<'de> for FileVisitor {
    type Value = File;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping with pins, aliases, notEnvironment and ignore")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<File, A::Error> {
        let mut out = File::default();
        let mut seen: Vec<String> = Vec::new();
        while let Some(key) = map.next_key::<Spanned<String>>()? {
            let key = Placed::from(key);
            if seen.contains(&key.text) {
                out.twice.push(key.clone());
            }
            seen.push(key.text.clone());
            match key.text.as_str() {
                "pins" => out.pins.extend(pins(map.next_value()?)),
                "aliases" => out.aliases.extend(aliases(map.next_value()?)),
                "notEnvironment" => out.not_environment.extend(list(map.next_value()?)),
                "ignore" => out.ignore.extend(list(map.next_value()?)),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    out.unknown.push(key);
                }
            }
        }
        Ok(out)
    }
}

/// The pins; an empty list, and a pin that says nothing, are null.
fn pins(read: Option<Pairs<Said>>) -> Vec<(Placed, SaidOfOne)> {
    let said = |said: Said| said.map(|pairs| pairs.0).unwrap_or_default();
    let placed = |value: Spanned<Option<String>>| {
        let at = position(value.referenced);
        value.value.map(|text| Placed { text, at })
    };
    let pin = |pin: Said| said(pin).into_iter().map(|(key, value)| (key, placed(value))).collect();
    read.map(|pairs| pairs.0)
        .unwrap_or_default()
        .into_iter()
        .map(|(object, value)| (object, pin(value)))
        .collect()
}

fn aliases(read: Option<Pairs<Spanned<String>>>) -> Vec<(Placed, Placed)> {
    let pairs = read.map(|pairs| pairs.0).unwrap_or_default();
    pairs.into_iter().map(|(word, target)| (word, target.into())).collect()
}

fn list(read: Option<Vec<Spanned<String>>>) -> Vec<Placed> {
    read.unwrap_or_default().into_iter().map(Placed::from).collect()
}
