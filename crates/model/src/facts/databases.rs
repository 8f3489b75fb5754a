//! Databases: connections of two fleets, and migrations of the schema.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Known, Sides};

/// What is known of databases.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Databases {
    /// Every database of the service by its name; none says that it has none. Source: inventory.
    pub each: Known<BTreeMap<String, Database>>,
    /// The migrations of the release that is shifted. Source: the migration tool.
    pub migrations: Known<Migrations>,
}

/// The connections of one database.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Database {
    /// The pools of each side. Source: settings of the service, HPA or service auto scaling.
    pub pools: Sides<Known<Pool>>,
    /// Connections kept for administration and for all other services. Source: declared, or the
    /// database's own list.
    pub admin: Known<u32>,
    /// `max_connections`. Source: the database.
    pub max_connections: Known<u32>,
    /// Connections open now. Source: `DatabaseConnections`, or the database.
    pub open: Known<u32>,
}

/// The connection pools of one side.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pool {
    /// Connections that one replica may open.
    pub max: u32,
    /// Replicas that auto scaling may start.
    pub replicas_max: u32,
}

/// The migrations of a release.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Migrations {
    /// Whether everything that the new side needs has been added.
    pub expanded: bool,
    /// Whether nothing that the old side needs can be removed before the point of no return.
    pub contract_blocked: bool,
}
