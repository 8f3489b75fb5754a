//! What every planner returns: steps to take, things held back, and when to look again.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::reason::Reason;

/// The decision of a planner at one moment, as data; carrying it out is somebody else's work.
#[must_use = "a plan does nothing until a world acts on it"]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan<A> {
    /// What to do now, in this order.
    pub steps: Vec<Step<A>>,
    /// What was deliberately not done, and why.
    pub held: Vec<Held>,
    /// When to plan again even if nothing changes; `None` means on the next change only.
    pub wake_at: Option<Timestamp>,
}

/// One action of a plan with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step<A> {
    /// What to do; absolute ("weight is 10"), never a delta, so that doing it twice is harmless.
    pub action: A,
    /// Why it is done.
    pub because: Reason,
}

/// Something that was not done, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// What is held back.
    pub what: Subject,
    /// Why, with the next command for a person.
    pub because: Reason,
}

/// What a step, a held item or a finding is about: a kind and a name, written `kind/name`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Subject {
    /// Lower-case kind as users type it, such as `shift`, `service`, `file`.
    pub kind: String,
    /// Name within the kind.
    pub name: String,
}

impl Subject {
    /// A subject of `kind` called `name`.
    pub fn new(kind: impl Into<String>, name: impl Into<String>) -> Self {
        Self { kind: kind.into(), name: name.into() }
    }
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.kind, self.name)
    }
}

impl<A> Plan<A> {
    /// A plan with nothing to do, nothing held and nothing to wait for.
    pub fn empty() -> Self {
        Self { steps: Vec::new(), held: Vec::new(), wake_at: None }
    }

    /// Adds a step and hands the plan back, for planners that read as a list of steps.
    pub fn then(mut self, action: A, because: Reason) -> Self {
        self.steps.push(Step { action, because });
        self
    }

    /// Adds a held item and hands the plan back.
    pub fn hold(mut self, what: Subject, because: Reason) -> Self {
        self.held.push(Held { what, because });
        self
    }

    /// Asks to be planned again at `at`, or earlier if something asked for an earlier time.
    pub fn wake(mut self, at: Timestamp) -> Self {
        self.wake_at = Some(self.wake_at.map_or(at, |present| present.min(at)));
        self
    }
}
