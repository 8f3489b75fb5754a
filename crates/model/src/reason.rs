//! A reason: a code of the table and the facts that fill its sentence.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeStruct};

use crate::code::{self, Code};

/// Why something was done, held, refused or reported.
///
/// The sentence is not stored: it is made from the table of codes, so that CLI, console, log and
/// report say the same words. Facts never hold secret values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The entry of the table.
    pub code: &'static Code,
    /// Values for the `{names}` in the sentence and in the next command.
    pub facts: BTreeMap<String, String>,
}

impl Reason {
    /// A reason without facts yet.
    pub fn new(code: &'static Code) -> Self {
        Self { code, facts: BTreeMap::new() }
    }

    /// Adds the fact `name`.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.facts.insert(name.to_owned(), value.to_string());
        self
    }

    /// The plain sentence.
    pub fn sentence(&self) -> String {
        fill(self.code.sentence, &self.facts)
    }

    /// The next command, or what a person should do.
    pub fn next(&self) -> String {
        fill(self.code.next, &self.facts)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence())
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Reason", 4)?;
        out.serialize_field("code", self.code.id)?;
        out.serialize_field("message", &self.sentence())?;
        out.serialize_field("next", &self.next())?;
        out.serialize_field("facts", &self.facts)?;
        out.end()
    }
}

impl<'de> Deserialize<'de> for Reason {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Wire {
            code: String,
            #[serde(default)]
            facts: BTreeMap<String, String>,
        }
        let wire = Wire::deserialize(deserializer)?;
        let code = code::find(&wire.code)
            .ok_or_else(|| serde::de::Error::custom(format!("unknown code {}", wire.code)))?;
        Ok(Self { code, facts: wire.facts })
    }
}

/// Replaces each `{name}` by its fact; a name without a fact stays visible as `{name}`. A fact is
/// not filled again.
pub fn fill(template: &str, facts: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            out.push('{');
            out.push_str(after);
            return out;
        };
        if let Some(value) = facts.get(name) {
            out.push_str(value);
        } else {
            out.push('{');
            out.push_str(name);
            out.push('}');
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_fill_the_sentence_and_survive_json() {
        let reason = Reason::new(&code::cli::USAGE).with("what", "no such flag");
        assert_eq!(reason.sentence(), "no such flag");
        let json = serde_json::to_string(&reason).unwrap();
        assert_eq!(serde_json::from_str::<Reason>(&json).unwrap(), reason);
    }

    #[test]
    fn a_missing_fact_stays_visible() {
        assert_eq!(fill("a {b} c {d", &BTreeMap::new()), "a {b} c {d");
    }
}
