//! The table of checks: one row each, in the order of the specification.

use std::fmt;

use model::code::{Code, preflight as code};
use serde::{Deserialize, Serialize};

use super::case::{Case, Cx};
use super::checks::{
    balancer, capacity, engine, jobs, leaving, names, network, pods, release, targets,
};
use super::terms::Moment;
use super::verdict::CheckId;

/// When a check is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Kind {
    /// Before the start, which it holds.
    #[serde(rename = "P")]
    Preflight,
    /// While requests move, which it pauses or sends back.
    #[serde(rename = "R")]
    Runtime,
    /// Both.
    #[serde(rename = "P/R")]
    Both,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Preflight => "P",
            Self::Runtime => "R",
            Self::Both => "P/R",
        })
    }
}

/// How a check is made before the start.
type Before = for<'a> fn(&Cx<'a>) -> Case;
/// How a check is made while requests move.
type During = for<'a> fn(&Cx<'a>, Moment) -> Case;

/// A row of the table.
pub struct Check {
    /// Its name.
    pub id: CheckId,
    /// Its sentence, what to do, and how a request is lost.
    pub code: &'static Code,
    /// The data that it reads.
    pub data: &'static str,
    pub(super) preflight: Option<Before>,
    pub(super) runtime: Option<During>,
}

impl Check {
    /// When it is made.
    pub fn kind(&self) -> Kind {
        match (self.preflight, self.runtime) {
            (Some(_), Some(_)) => Kind::Both,
            (None, Some(_)) => Kind::Runtime,
            (Some(_) | None, None) => Kind::Preflight,
        }
    }

    /// What must hold, in one sentence.
    pub fn rule(&self) -> &'static str {
        self.code.sentence.trim_end_matches(": {found}")
    }

    /// How a request is lost where it does not hold.
    pub fn protects(&self) -> &'static str {
        self.code.help
    }

    /// The next command, or what to change.
    pub fn fix(&self) -> &'static str {
        self.code.next
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.id, self.kind())
    }
}

const fn p(number: u8, code: &'static Code, data: &'static str, before: Before) -> Check {
    Check { id: CheckId(number), code, data, preflight: Some(before), runtime: None }
}

const fn r(number: u8, code: &'static Code, data: &'static str, during: During) -> Check {
    Check { id: CheckId(number), code, data, preflight: None, runtime: Some(during) }
}

const fn pr(
    number: u8,
    code: &'static Code,
    data: &'static str,
    (before, during): (Before, During),
) -> Check {
    Check { id: CheckId(number), code, data, preflight: Some(before), runtime: Some(during) }
}

/// Every check: Z1 to Z35 of the specification, then Segue's own.
pub static CHECKS: [Check; 37] = [
    pr(
        1,
        &code::TARGETS_READY,
        "pod template; DescribeTargetHealth",
        (pods::probes, targets::healthy_enough),
    ),
    p(2, &code::READINESS_GATES, "pods, namespace label, webhook", pods::gates),
    p(
        3,
        &code::STOPS_LATE,
        "pod template; DescribeTargetGroupAttributes; access logs; drill: leave",
        pods::stop,
    ),
    p(4, &code::ENDS_CLEANLY, "drill: a target of the new side ended under load", pods::end_target),
    p(
        5,
        &code::KEEPS_IDLE,
        "DescribeLoadBalancerAttributes; drill: an idle connection",
        balancer::idle,
    ),
    r(
        6,
        &code::OLD_IS_QUIET,
        "DescribeRules; RequestCount of the old target group",
        leaving::quiet,
    ),
    pr(
        7,
        &code::NOT_STICKY,
        "DescribeRules; drill: a login on both sides",
        (leaving::sticky, leaving::sticky_over),
    ),
    r(
        8,
        &code::OLD_NAME_SERVES,
        "prober; access logs and ActiveConnectionCount of the old balancer",
        leaving::old_name,
    ),
    p(
        9,
        &code::LONG_CONNECTIONS,
        "ages of connections; DescribeTargetGroupAttributes; pod template; drill: reconnect",
        leaving::long_connections,
    ),
    pr(
        10,
        &code::CAPACITY,
        "HPA or scalable target; load test; RequestCount; subnets, NodePool limits, quotas",
        (capacity::both_sides, capacity::step),
    ),
    p(
        11,
        &code::BALANCER_WARM,
        "RequestCount; PeakLCUs; DescribeCapacityReservation",
        balancer::warm,
    ),
    pr(
        12,
        &code::NODES_HOLD_STILL,
        "PodDisruptionBudget; NodePool; pods",
        (pods::budget, pods::undisturbed),
    ),
    p(
        13,
        &code::REACHABLE,
        "inventory; drill: TCP connections from a real pod",
        network::reachable,
    ),
    p(
        14,
        &code::ADDRESSES,
        "NAT gateways; partners' lists in the shift; drill: the client's address",
        network::addresses,
    ),
    p(
        15,
        &code::IDENTITY,
        "SimulatePrincipalPolicy; task definition and pod template; drill: one call of each API",
        network::identity,
    ),
    p(16, &code::SAME_BALANCER, "Describe* of both balancers", balancer::differences),
    p(17, &code::SESSIONS, "drill: a login on both sides", release::sessions),
    pr(
        18,
        &code::ONE_SCHEDULE,
        "EventBridge, CronJobs, lease table; the shift",
        (jobs::schedules, jobs::owned),
    ),
    p(
        19,
        &code::QUEUES,
        "SQS; declarations of the shift; drill: a message sent twice",
        jobs::queues,
    ),
    pr(
        20,
        &code::DATABASE_CONNECTIONS,
        "settings of the pools; HPA or scalable target; the database",
        (capacity::pools, capacity::connections),
    ),
    p(21, &code::SCHEMA, "migration tool", release::schema),
    r(22, &code::DEPENDENCIES_STEADY, "p99 of each dependency", release::dependencies),
    p(23, &code::HEALTH_TRUE, "drill: a deep smoke test through the test route", release::smoke),
    r(24, &code::HEALTHY_ZONES, "DescribeTargetHealth; HealthyHostCount", targets::zones),
    p(
        25,
        &code::TARGET_HEALTH_RECORDS,
        "ListResourceRecordSets; DescribeTargetHealth of every target group",
        names::target_health,
    ),
    pr(
        26,
        &code::ONE_WRITER,
        "CloudTrail, tags and state files; read-back",
        (engine::writers, engine::drift),
    ),
    p(27, &code::ALL_NAMES, "ListResourceRecordSets of all zones; the shift", names::all_planned),
    p(28, &code::KNOWN_HOSTS, "access logs of the old balancer; the shift", names::known_hosts),
    pr(
        29,
        &code::CONTROLLER_ACTS,
        "TargetGroupBinding and Ingress, their status and events",
        (targets::controller, targets::controller_still),
    ),
    p(30, &code::QUOTAS, "Service Quotas; Describe*; the plan", capacity::quotas),
    r(
        31,
        &code::ROLL_BACK_CALLS,
        "Segue's limiter; the roll back request in the journal",
        engine::roll_back,
    ),
    p(32, &code::OWN_GROUP, "TargetGroupBinding; DescribeTargetHealth", targets::binding),
    r(33, &code::AS_FAST, "TargetResponseTime of both target groups", release::as_fast),
    r(34, &code::ONE_ENGINE, "journal", engine::lease),
    r(35, &code::PROBED, "prober", engine::probed),
    p(50, &code::DNS_STEPS, "access logs: requests by resolver; the shift", names::steps),
    p(
        51,
        &code::WAY_BACK,
        "DescribeRules; DescribeLoadBalancerAttributes; Route 53; the shift",
        leaving::way_back,
    ),
];
