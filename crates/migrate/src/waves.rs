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
}

/// At most so many services move in one wave unless the team says otherwise: what two or three
/// people can watch at once, each with its graphs open.
pub const WAVE_SIZE_MAX: usize = 5;

/// Orders the services, [`WAVE_SIZE_MAX`] in a wave.
///
/// What a person must know goes into `raised`.
pub fn plan(given: Given<'_, '_>, raised: &mut Vec<Raised>) -> Order {
    plan_by(given, WAVE_SIZE_MAX, raised)
}

/// Orders the services, at most `wave_size_max` of them in a wave; 0 is taken as 1.
pub fn plan_by(given: Given<'_, '_>, wave_size_max: usize, raised: &mut Vec<Raised>) -> Order {
    let graph = edges::find(given);
    let risks = risk::of(given, &graph);
    let wanted = wanted::of(given, &graph, &risks, wave_size_max);
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
        wave_size_max: wanted.size_max,
    };
    wanted::raise(given, &order, raised);
    order
}
