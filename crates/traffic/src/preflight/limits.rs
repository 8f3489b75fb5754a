//! Every number that a check compares with, and its reason. Those of the table of checks come from
//! the specification of traffic shifting; the others say so.

/// How old a fact may be that does not change by itself: settings, quotas, drills. A day: a team
/// plans in the afternoon and shifts in the morning.
pub const AGE_SECS_MAX: i64 = 24 * 3600;

/// How old a fact may be that changes while requests move. CloudWatch is one to three minutes late,
/// so that less than five would make every fact from there unproven.
pub const LIVE_AGE_SECS_MAX: i64 = 300;

/// How far in the future a fact may have been read. Clocks differ; more than a minute is a fault of
/// a clock, and then no age means anything.
pub const AHEAD_SECS_MAX: i64 = 60;

/// Names that a sentence lists; the rest is counted. Five fill a line.
pub const NAMED_MAX: usize = 5;

/// Z1: healthy targets that a side with weight needs at least. With one, the loss of a single target
/// is the loss of the side.
pub const HEALTHY_MIN: u32 = 2;

/// Z1: zones with a healthy target that a side with weight needs.
pub const ZONES_MIN: u32 = 2;

/// Z3: the shortest preStop behind an ALB, whatever was measured. 15 s were too short for GOV.UK.
pub const PRE_STOP_SECS_MIN: u32 = 30;

/// Z3: preStop that needs no measurement. The same people went to this and stayed.
pub const PRE_STOP_SECS_GOOD: u32 = 60;

/// Z3: what a service gets to stop after its longest request.
pub const STOP_SECS: u32 = 5;

/// Z4: requests below which a drill under load proves nothing (own figure): ten seconds of the
/// prober at its lowest rate.
pub const DRILL_REQUESTS_MIN: u64 = 100;

/// Z5: how much longer than the balancer's idle time-out a connection must stay open.
pub const IDLE_SECS_MORE: u32 = 2;

/// Z6: whole periods without a request before the old side is scaled down.
pub const QUIET_PERIODS: u32 = 2;

/// Z6 and Z51: how long a weight may take to be in force everywhere after its read-back. Nothing
/// is published; 120 s ended the 503s of argo-rollouts#4595.
pub const PROPAGATION_SECS: u32 = 120;

/// Z8: how long nobody may have come to the old balancer.
pub const STRAGGLER_SECS: u32 = 24 * 3600;

/// Z10: what a side must carry for each hundred requests of its share.
pub const HEADROOM_PERCENT: u128 = 130;

/// Z11: requests a minute below which a new balancer needs no warming: 1,000 a second.
pub const COLD_PER_MINUTE: u128 = 60_000;

/// Z11: how often the rate of a cold balancer may double.
pub const DOUBLING_SECS: u32 = 300;

/// Z20: percent of a database's connections that two fleets may hold at most.
pub const CONNECTIONS_PERCENT_MAX: u128 = 80;

/// Z20: percent of open connections at which the shift pauses.
pub const CONNECTIONS_PERCENT_ALARM: u128 = 85;

/// Z22 and Z33: percent by which p50 and p99 may grow (own figure; the guard judges single requests
/// far more finely, this is for what it does not see).
pub const SLOWER_PERCENT_MAX: u128 = 25;

/// Z22 and Z33: milliseconds by which they may grow in any case (own figure): 25 % of 4 ms is noise.
pub const SLOWER_MS_MAX: u128 = 5;

/// Z29: how long the load balancer controller may take.
pub const CONTROLLER_SECS_MAX: u32 = 60;

/// Z30: percent of a quota that a plan may use.
pub const QUOTA_PERCENT_MAX: u128 = 90;

/// Z31: percent of the calls that only a roll back may use.
pub const RESERVED_PERCENT_MIN: u128 = 30;

/// Z35: requests a second that the prober sends over each path.
pub const PROBES_PER_SEC: u64 = 10;

/// Z51: how long Route 53 may take from PENDING to INSYNC.
pub const INSYNC_SECS: u32 = 60;
