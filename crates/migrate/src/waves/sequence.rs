//! The waves: callees before callers, one environment after the other, the least risk first.

use model::Reason;
use serde::{Deserialize, Serialize};

/// Services that move at the same time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Wave {
    /// 1, 2, 3 … over all environments.
    pub number: u32,
    /// The environment.
    pub environment: String,
    /// What moves, the least risk first. Units of one wave do not call each other.
    pub units: Vec<Unit>,
    /// The highest risk of its units.
    pub risk: u8,
    /// Numbers of the waves that must have ended before this one starts. Waves that are not among
    /// them, nor behind them, may run beside it.
    pub after: Vec<u32>,
}

/// One service, or several that can only move together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Unit {
    /// Services, in order.
    pub services: Vec<String>,
    /// The highest risk of its services.
    pub risk: u8,
    /// Why it is in this wave and in no earlier one.
    pub because: Reason,
}

/// Services that call each other in a circle. They move together unless an edge is cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cycle {
    /// The environment.
    pub environment: String,
    /// The services of it, in order.
    pub services: Vec<String>,
    /// Every call among them: caller, callee, weight of the evidence.
    pub edges: Vec<Call>,
    /// The calls with the least evidence that would have to go for the circle to be none.
    pub cut: Vec<Call>,
}

/// A call among services of one environment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// The service that calls.
    pub caller: String,
    /// The service that is called.
    pub callee: String,
    /// The weight of the edge, 1 to 100.
    pub weight: u8,
}

/// A service that is in no wave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HeldMove {
    /// The service.
    pub service: String,
    /// The environment.
    pub environment: String,
    /// Why, and what to do.
    pub because: Reason,
    /// Ids of the findings that hold it, or of what it waits for (`service/ENV/NAME`).
    pub waits_for: Vec<String>,
}

/// A service whose ECS side must go on running after its own wave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    /// The service.
    pub service: String,
    /// The environment.
    pub environment: String,
    /// The wave after which it may end; none while a caller is held.
    pub until_wave: Option<u32>,
    /// Services that reach it only by a name that ECS resolves.
    pub callers: Vec<String>,
    /// Why.
    pub because: Reason,
}
