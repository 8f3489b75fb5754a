//! What clients send.

use serde::{Deserialize, Serialize};

use super::Known;

/// What is known of the clients' requests.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Traffic {
    /// Requests of the busiest minute of the last two weeks. Source: `RequestCount`.
    pub peak_per_minute: Known<u64>,
    /// The longest answer to an ordinary request in seconds, rounded up. Source: access logs.
    pub longest_request_secs: Known<u32>,
    /// Websockets, server-sent events and long polls. Source: ages of connections, access logs.
    pub long_connections: Known<LongConnections>,
}

/// Connections that last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LongConnections {
    /// How many were seen in a day; 0 says that there are none.
    pub seen: u64,
    /// How long the longest lasted.
    pub longest_secs: u32,
    /// Whether the end of one is counted as an error by the metrics that judge the shift.
    pub counted_as_errors: bool,
}
