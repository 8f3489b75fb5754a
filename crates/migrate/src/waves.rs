//! What depends on what, how risky each move is, and in which order services move.
//!
//! Four questions, one module each: `graph` and `edges` (who calls whom and who shares what, with
//! the words that say so), `risk` (0 to 100, explained by its parts), `obstacles` (what is open
//! before a move), `sequence` (waves, and what is held). It reads what was converted and what was
//! read; it moves nothing.

mod edges;
pub mod graph;
pub mod obstacles;
pub mod risk;
pub mod sequence;
mod wanted;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::given::{Given, Raised};

pub use edges::service_id;
pub use graph::{Edge, Evidence, Relation, Sign, Thing, ThingKind};
pub use obstacles::{Obstacle, Obstacles};
pub use risk::{Part, PartKind, Risk};
pub use sequence::{Call, Cycle, HeldMove, Kept, Sequence, Unit, Wave};

/// Dependencies, risks and waves.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// Every service in every environment, and everything that a service uses, in order of id.
    pub things: Vec<Thing>,
    /// Who calls or uses what, in order of `from` and `to`; one edge for each pair.
    pub edges: Vec<Edge>,
    /// One entry for each service in each environment, in order of both.
    pub risks: Vec<Risk>,
    /// What is open before a service can move, in order of service and environment; services of
    /// which nothing is open are left out.
    pub obstacles: Vec<Obstacles>,
    /// Services that call each other in a circle.
    pub cycles: Vec<Cycle>,
    /// The waves, in the order in which they are moved.
    pub waves: Vec<Wave>,
    /// Services that are in no wave, with the reason, in order of service and environment.
    pub held: Vec<HeldMove>,
    /// Services whose ECS side must stay after their own wave, in order of service and environment.
    pub kept: Vec<Kept>,
    /// At most so many services are in one wave; a circle that is larger is a wave of its own.
    pub wave_size_max: usize,
    /// Environments for which the team named another number.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub wave_size_max_in: BTreeMap<String, usize>,
}

/// At most so many services move in one wave unless the team says otherwise: what two or three
/// people can watch at once, each with its graphs open.
pub const WAVE_SIZE_MAX: usize = 5;

/// How many services may move at the same time; 0 is taken as 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// In an environment that is not named below.
    pub services_max: usize,
    /// By environment.
    pub services_max_in: BTreeMap<String, usize>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { services_max: WAVE_SIZE_MAX, services_max_in: BTreeMap::new() }
    }
}

impl Limits {
    /// At most so many services in a wave of `environment`.
    pub fn of(&self, environment: &str) -> usize {
        self.services_max_in.get(environment).copied().unwrap_or(self.services_max).max(1)
    }
}

/// Orders the services, as many in a wave as the settings allow.
///
/// What a person must know goes into `raised`.
pub fn plan(given: Given<'_, '_>, raised: &mut Vec<Raised>) -> Order {
    let limits = &given.settings.waves;
    let graph = edges::find(given);
    let risks = risk::of(given, &graph);
    let wanted = wanted::of(given, &graph, &risks, limits);
    let Sequence { waves, held, cycles, kept } = sequence::plan(&wanted);
    let order = Order {
        things: graph.things.into_values().collect(),
        edges: graph.edges.into_values().collect(),
        risks,
        obstacles: obstacles::of(given.converted, given.credentials),
        cycles,
        waves,
        held,
        kept,
        wave_size_max: limits.services_max.max(1),
        wave_size_max_in: limits.services_max_in.clone(),
    };
    wanted::raise(given, &order, raised);
    order
}
