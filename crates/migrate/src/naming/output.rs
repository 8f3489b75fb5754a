//! What the inference answers: a name for every object, and what it learned about the estate.

use std::collections::BTreeMap;

use model::{Reason, code::migrate as codes};
use serde::Serialize;

use super::file::target;
use super::{Kind, Points, Vocabulary};

/// The inferred names of an estate.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use]
pub struct Names {
    /// What was inferred for each object, by id. Ignored objects are there, with that verdict.
    pub objects: BTreeMap<String, Name>,
    /// The words that mean an environment here.
    pub vocabulary: Vocabulary,
    /// Where and how most names say their environment.
    pub pattern: Pattern,
    /// Names that cannot all be kept.
    pub conflicts: Vec<Conflict>,
    /// What a person should know about the corrections: pins that match nothing.
    pub findings: Vec<Reason>,
}

impl Names {
    /// Environment and service of the object with this id; `None` if it is not there.
    pub fn get(&self, id: &str) -> Option<&Name> {
        self.objects.get(id)
    }
}

/// What was inferred for one object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Name {
    /// What sort of object it is.
    pub kind: Kind,
    /// The name as it stands in AWS.
    pub name: String,
    /// The environment's canonical word; `None` if nothing names one.
    pub environment: Option<String>,
    /// The canonical name of the service; `None` if the name says nothing but the environment
    /// (a cluster called `prod`).
    pub service: Option<String>,
    /// The margin to the second candidate.
    pub confidence: Points,
    /// What to do with the answer.
    pub verdict: Verdict,
    /// The second candidate.
    pub runner_up: Option<RunnerUp>,
    /// What counted for the answer, the heaviest first.
    pub because: Vec<Weight>,
    /// How the name differs from the habit of the estate.
    pub deviations: Vec<Deviation>,
}

impl Name {
    /// What a person should know of the answer: unsure, by a small margin, without environment.
    pub fn finding(&self) -> Option<Reason> {
        let code = match self.verdict {
            Verdict::Ask => &codes::NAME_ASK,
            Verdict::Listed => &codes::NAME_LISTED,
            Verdict::Accepted if self.environment.is_none() => &codes::NAME_NO_ENVIRONMENT,
            Verdict::Accepted | Verdict::Pinned | Verdict::Ignored => return None,
        };
        let second = self.runner_up.as_ref().map_or_else(
            || "something else".to_owned(),
            |second| target(second.environment.as_deref(), second.service.as_deref()),
        );
        Some(
            self.about(code)
                .with("first", target(self.environment.as_deref(), self.service.as_deref()))
                .with("second", second)
                .with("margin", self.confidence),
        )
    }

    /// A note for each deviation of the name.
    pub fn notes(&self) -> impl Iterator<Item = Reason> + '_ {
        self.deviations.iter().map(|deviation| {
            self.about(&codes::NAME_DEVIATES)
                .with("how", deviation.says())
                .with("canonical", target(self.environment.as_deref(), self.service.as_deref()))
        })
    }

    /// A reason with kind and name as facts.
    fn about(&self, code: &'static model::code::Code) -> Reason {
        Reason::new(code).with("kind", self.kind.noun()).with("name", &self.name)
    }
}

/// What to do with an inferred name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// A pin of `naming.yaml` says so.
    Pinned,
    /// Sure: the margin is 0.25 or more.
    Accepted,
    /// Used, and listed for a person to look at: 0.10 to 0.25.
    Listed,
    /// Unsure: a person must say.
    Ask,
    /// `naming.yaml` tells to leave it out.
    Ignored,
}

impl Verdict {
    /// The verdict for a margin.
    pub(crate) fn of(margin: Points) -> Self {
        match margin.0 {
            250.. => Self::Accepted,
            100..=249 => Self::Listed,
            _ => Self::Ask,
        }
    }

    /// Whether the planner may go on with the answer without asking.
    pub fn usable(self) -> bool {
        matches!(self, Self::Pinned | Self::Accepted | Self::Listed)
    }
}

/// The candidate that came second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RunnerUp {
    /// Its environment.
    pub environment: Option<String>,
    /// Its service.
    pub service: Option<String>,
    /// Its score.
    pub score: Points,
}

/// One thing that counted for the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Weight {
    /// What sort of thing it is.
    pub basis: Basis,
    /// How much it counted.
    pub points: Points,
    /// The plain sentence.
    pub says: String,
}

/// What sort of thing counted for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Basis {
    /// A person said so in `naming.yaml`.
    Pin,
    /// The word itself: known, learned, weak.
    Word,
    /// Where the word stands, compared with the other names.
    Position,
    /// The same service in other environments.
    Siblings,
    /// Tags, log groups, neighbours.
    Evidence,
    /// The service that it belongs to.
    Owner,
    /// Another object already has this environment and service.
    Occupied,
    /// How common the reading is in the estate.
    Habit,
}

/// How a name differs from the habit of the estate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase", tag = "type")]
pub enum Deviation {
    /// The environment stands elsewhere than in most names.
    Position {
        /// Where it stands here.
        place: Place,
        /// Where it stands in most names.
        usual: Place,
    },
    /// Another word for the environment: `production` where most say `prod`.
    Word {
        /// The word used here.
        word: String,
        /// The estate's own word.
        usual: String,
    },
    /// Another separator, or none: `_`, `.`, CamelCase, glued.
    Separator {
        /// What is used here, in words.
        found: String,
        /// What most names use, in words.
        usual: String,
    },
    /// Capital letters.
    Case,
    /// A prefix or suffix that most names do not have, or the lack of one that they have.
    Affix {
        /// The word.
        word: String,
        /// Whether this name has it and the others do not.
        extra: bool,
    },
}

impl Deviation {
    /// The plain sentence.
    pub fn says(&self) -> String {
        match self {
            Self::Position { place: Place::Absent, usual } => {
                format!("names no environment; most names have it {}", usual.says())
            }
            Self::Position { place, usual } => {
                format!("has the environment {}; most names have it {}", place.says(), usual.says())
            }
            Self::Word { word, usual } => format!("says `{word}`; the estate's word is `{usual}`"),
            Self::Separator { found, usual } => format!("is written {found}; most names {usual}"),
            Self::Case => "has capital letters".to_owned(),
            Self::Affix { word, extra: true } => format!("has `{word}`, which most names lack"),
            Self::Affix { word, extra: false } => format!("lacks `{word}`, which most names have"),
        }
    }
}

/// Where in a name the environment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Place {
    /// At the start: `dev-backend`, `acme-dev-backend`.
    First,
    /// At the end: `backend-dev`.
    Last,
    /// Between two words of the service: `backend-dev-api`.
    Middle,
    /// Nowhere: `backend`.
    Absent,
}

impl Place {
    /// The words of a sentence: `at the start`.
    pub fn says(self) -> &'static str {
        match self {
            Self::First => "at the start",
            Self::Last => "at the end",
            Self::Middle => "in the middle",
            Self::Absent => "nowhere",
        }
    }
}

/// Where and how most names of the estate say their environment.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Pattern {
    /// How many names have the environment at each place.
    pub places: BTreeMap<Place, usize>,
    /// The place of most names; `None` if no name has an environment.
    pub usual: Option<Place>,
    /// Words that stand before or after all or most names and are left out of the service:
    /// `acme`, `cluster`.
    pub affixes: Vec<String>,
    /// The environments, most used first.
    pub environments: Vec<String>,
}

/// Names that cannot all be kept (each list of ids is sorted).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase", tag = "type")]
pub enum Conflict {
    /// Two objects of one kind are the same service in the same environment.
    SameTarget {
        /// The kind of both.
        kind: Kind,
        /// `prod/payments`.
        target: String,
        /// The objects.
        ids: Vec<String>,
    },
    /// Two names become one when they are written in the canonical form (`pay_ments`, `pay-ments`).
    Collapse {
        /// The kind of both.
        kind: Kind,
        /// `prod/payments`.
        target: String,
        /// The objects.
        ids: Vec<String>,
    },
    /// Two `<env>-<service>` names are equal once AWS's 32 characters cut them.
    Truncated {
        /// What is left of both.
        name: String,
        /// The full names.
        names: Vec<String>,
    },
    /// One host and path on one load balancer leads to two services.
    SameRoute {
        /// The load balancer.
        balancer: String,
        /// Host and path.
        route: String,
        /// `dev/payments`, `prod/payments`.
        targets: Vec<String>,
    },
    /// Two services have one Cloud Map name.
    SameCloudMap {
        /// The name.
        name: String,
        /// `dev/payments`, `prod/payments`.
        targets: Vec<String>,
    },
    /// Two environments write to one log group.
    SharedLogGroup {
        /// The log group.
        name: String,
        /// The environments.
        environments: Vec<String>,
    },
}

impl Conflict {
    /// The finding to show, with its code.
    pub fn reason(&self) -> Reason {
        match self {
            Self::SameTarget { kind, target, ids } => Reason::new(&codes::NAME_SAME_TARGET)
                .with("kind", kind.noun())
                .with("target", target)
                .with("ids", ids.join(", "))
                .with("id", ids.last().map_or("", String::as_str)),
            Self::Collapse { kind, target, ids } => Reason::new(&codes::NAME_COLLAPSE)
                .with("kind", kind.noun())
                .with("target", target)
                .with("ids", ids.join(", "))
                .with("id", ids.last().map_or("", String::as_str)),
            Self::Truncated { name, names } => Reason::new(&codes::NAME_TRUNCATED)
                .with("name", name)
                .with("names", names.join(", ")),
            Self::SameRoute { balancer, route, targets } => Reason::new(&codes::NAME_SAME_ROUTE)
                .with("balancer", balancer)
                .with("route", route)
                .with("targets", targets.join(", ")),
            Self::SameCloudMap { name, targets } => Reason::new(&codes::NAME_SAME_CLOUD_MAP)
                .with("name", name)
                .with("targets", targets.join(", ")),
            Self::SharedLogGroup { name, environments } => {
                Reason::new(&codes::NAME_SHARED_LOG_GROUP)
                    .with("name", name)
                    .with("environments", environments.join(", "))
            }
        }
    }
}
