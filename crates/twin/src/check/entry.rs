//! The public format of the journal, read without the planner that wrote it. Members and entries
//! that are not known here are let through.

use std::collections::BTreeMap;
use std::fmt;

use model::ports::Weights;
use serde_json::Value;

/// What an order makes the world show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// A rule has these weights.
    Weights {
        /// The rule.
        rule: String,
        /// All its weights, by group; only those above 0.
        weights: BTreeMap<String, u32>,
    },
    /// A fleet has this many copies.
    Replicas {
        /// The fleet.
        fleet: String,
        /// How many.
        replicas: u32,
    },
    /// A job may start work, or not.
    Job {
        /// The job.
        job: String,
        /// Whether it may.
        enabled: bool,
    },
    /// The new side is drilled.
    Drill,
}

impl Effect {
    /// The effect of weights given to a rule.
    pub fn weights(rule: &str, weights: &Weights) -> Self {
        let weights = weights.iter().map(|(group, one)| (group, u32::from(one.percent())));
        Self::shares(rule, weights)
    }

    fn shares<'a>(rule: &str, weights: impl Iterator<Item = (&'a str, u32)>) -> Self {
        let above = weights.filter(|(_, weight)| *weight > 0);
        let weights = above.map(|(group, weight)| (group.to_owned(), weight)).collect();
        Self::Weights { rule: rule.to_owned(), weights }
    }

    /// What it changes: one order at a time for each.
    pub fn resource(&self) -> String {
        match self {
            Self::Weights { rule, .. } => format!("rule {rule}"),
            Self::Replicas { fleet, .. } => format!("fleet {fleet}"),
            Self::Job { job, .. } => format!("job {job}"),
            Self::Drill => "drills".to_owned(),
        }
    }

    fn read(value: &Value) -> Option<Self> {
        let (kind, of) = match value {
            Value::Object(members) => members.iter().next()?,
            Value::String(kind) => return (kind == "drill").then_some(Self::Drill),
            _ => return None,
        };
        let text = |name: &str| of.get(name)?.as_str().map(str::to_owned);
        match kind.as_str() {
            "weights" => {
                let weights = of.get("weights")?.as_object()?;
                let read = |(group, weight): (&String, &Value)| {
                    Some((group.clone(), u32::try_from(weight.as_u64()?).ok()?))
                };
                let weights: Option<Vec<_>> = weights.iter().map(read).collect();
                let weights = weights?;
                let borrowed = weights.iter().map(|(group, weight)| (group.as_str(), *weight));
                Some(Self::shares(&text("rule")?, borrowed))
            }
            "replicas" => {
                let replicas = u32::try_from(of.get("replicas")?.as_u64()?).ok()?;
                Some(Self::Replicas { fleet: text("fleet")?, replicas })
            }
            "job" => Some(Self::Job { job: text("job")?, enabled: of.get("enabled")?.as_bool()? }),
            "drill" => Some(Self::Drill),
            _ => None,
        }
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Weights { weights, .. } => {
                f.write_str("weights")?;
                for (group, weight) in weights {
                    write!(f, " {group}={weight}")?;
                }
                Ok(())
            }
            Self::Replicas { fleet, replicas } => write!(f, "{replicas} copies of {fleet}"),
            Self::Job { job, enabled: true } => write!(f, "{job} enabled"),
            Self::Job { job, enabled: false } => write!(f, "{job} disabled"),
            Self::Drill => f.write_str("drills"),
        }
    }
}

/// What is going to be ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Its number.
    pub seq: u64,
    /// What the world is to show.
    pub effect: Effect,
    /// Who acts; empty if it does not say.
    pub actor: String,
    /// The code of the reason; empty if it does not say.
    pub code: String,
    /// Whether it names the numbers that it rests on.
    pub has_evidence: bool,
}

/// One entry, as far as the checkers have to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// An engine owns the shift from here on.
    Opened,
    /// Something is going to be ordered.
    Asked(Asked),
    /// The same is going to be ordered again.
    AskedAgain(u64),
    /// The world shows what was asked for, or that was given up: the intent is not open any more.
    Closed(u64),
    /// The shift goes on to this phase, in lower-case letters.
    Phase(String),
    /// A person has decided something.
    Said {
        /// Who.
        by: String,
        /// What.
        what: String,
    },
    /// It is across.
    Done,
    /// Everything is back.
    RolledBack,
    /// A person has to decide.
    Frozen,
    /// Something else.
    Other,
}

impl Entry {
    /// Reads the body of a record.
    pub fn read(body: &Value) -> Result<Self, String> {
        let name = body.get("entry").and_then(Value::as_str);
        let name = name.ok_or_else(|| "a record without \"entry\"".to_owned())?;
        let seq = || {
            let seq = body.get("seq").and_then(Value::as_u64);
            seq.ok_or_else(|| format!("\"{name}\" without \"seq\""))
        };
        let text = |member: &str| body.get(member).and_then(Value::as_str).unwrap_or("").to_owned();
        Ok(match name {
            "opened" => Self::Opened,
            "asked" => Self::Asked(Self::asked(body, seq()?)?),
            "askedAgain" => Self::AskedAgain(seq()?),
            "landed" | "converged" | "abandoned" => Self::Closed(seq()?),
            "phase" => Self::Phase(phase(body.get("to").unwrap_or(&Value::Null))?),
            "said" => Self::Said { by: text("by"), what: text("what") },
            "done" => Self::Done,
            "rolledBack" => Self::RolledBack,
            "frozen" => Self::Frozen,
            _ => Self::Other,
        })
    }

    fn asked(body: &Value, seq: u64) -> Result<Asked, String> {
        let effect = body.get("effect").and_then(Effect::read);
        let effect = effect.ok_or_else(|| format!("intent {seq} without a readable effect"))?;
        let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or("").to_owned();
        let evidence = body.get("evidence").unwrap_or(&Value::Null);
        let has_evidence = match evidence {
            Value::Null => false,
            Value::String(text) => !text.trim().is_empty(),
            Value::Array(list) => !list.is_empty(),
            Value::Object(members) => !members.is_empty(),
            Value::Bool(_) | Value::Number(_) => true,
        };
        let code = body.get("because").and_then(|because| because.get("code"));
        Ok(Asked { seq, effect, actor: text(body.get("actor")), code: text(code), has_evidence })
    }
}

/// The name of a phase: a word, the member `phase` of an object, or its one member.
fn phase(to: &Value) -> Result<String, String> {
    let name = match to {
        Value::String(name) => Some(name.as_str()),
        Value::Object(members) => match members.get("phase") {
            Some(name) => name.as_str(),
            None => members.keys().next().map(String::as_str),
        },
        _ => None,
    };
    let name = name.ok_or_else(|| "\"phase\" without \"to\"".to_owned())?;
    Ok(name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_intent_is_read_with_members_that_are_not_known() {
        let body = json!({
            "entry": "asked", "seq": 3, "actor": "segue", "evidence": "7 ticks",
            "effect": {"weights": {"rule": "r", "weights": {"a": 90, "b": 10, "c": 0}, "share": 10}},
            "because": {"code": "SG-T001", "message": "next step"}, "more": 1,
        });
        let Entry::Asked(asked) = Entry::read(&body).unwrap() else { panic!("not an intent") };
        let weights = [("a".to_owned(), 90), ("b".to_owned(), 10)].into_iter().collect();
        assert_eq!(asked.effect, Effect::Weights { rule: "r".to_owned(), weights });
        assert_eq!((asked.seq, asked.code.as_str(), asked.has_evidence), (3, "SG-T001", true));
    }

    #[test]
    fn phases_are_words_or_objects() {
        let read = |to: Value| Entry::read(&json!({"entry": "phase", "to": to})).unwrap();
        assert_eq!(read(json!("rollingBack")), Entry::Phase("rollingback".to_owned()));
        assert_eq!(read(json!({"rolledBack": {}})), Entry::Phase("rolledback".to_owned()));
        let tagged = json!({"phase": "frozen", "because": {"code": "SG-T001"}});
        assert_eq!(read(tagged), Entry::Phase("frozen".to_owned()));
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        assert!(Entry::read(&json!({"at": 1})).is_err());
        assert!(Entry::read(&json!({"entry": "asked", "effect": {"drill": {}}})).is_err());
        assert!(Entry::read(&json!({"entry": "asked", "seq": 1, "effect": {"w": {}}})).is_err());
        assert_eq!(Entry::read(&json!({"entry": "beat"})), Ok(Entry::Other));
    }
}
