//! A script: the estate as a run begins, who sends requests, and what goes wrong. A file that
//! replays.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Everything that a run is made of, besides the engines.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Script {
    /// The seed of every stream of random numbers.
    pub seed: u64,
    /// The services, by name; each name is that of its shift.
    pub services: BTreeMap<String, Service>,
    /// What goes wrong.
    pub faults: Vec<TimedFault>,
    /// What people do: approvals, pauses, promotions, aborts. Handed to the engines as they are.
    pub people: Vec<Deed>,
    /// Account-wide settings of the control planes.
    pub control: Control,
}

/// One service with an old and a new side behind one dial.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Service {
    /// What is turned.
    pub dial: Dial,
    /// The second half of a bridge: the names in front of the rule's balancer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub names: Option<Names>,
    /// The side that has all requests at the start.
    pub old: Side,
    /// The side that is to get them.
    pub new: Side,
    /// Who sends requests.
    pub clients: Clients,
    /// Single-owner schedules and workers that change hands.
    pub jobs: Vec<Job>,
    /// Database connections that one copy holds, of either side.
    pub connections_per_copy: u32,
    /// Database connections that the service may hold in all; 0: no database.
    pub connections_max: u32,
}

/// What moves the requests of a service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, tag = "kind")]
pub enum Dial {
    /// The weights of one rule of one balancer (same-ALB, or the bridge).
    Rule {
        /// Name of the rule.
        rule: String,
        /// Name of the balancer; balancers are shared by name.
        balancer: String,
    },
    /// Weighted alias records for two balancers, one a side.
    Records {
        /// Name of the record set.
        rule: String,
        /// Time to live in seconds; 60 for an alias to an ALB.
        ttl: u32,
        /// Whether the zone asks for the health of the balancers (`EvaluateTargetHealth`).
        evaluate_target_health: bool,
    },
}

/// Names that clients find the rule's balancer by, and that can be turned to a second balancer.
///
/// That one has no rule to turn: it reaches the copies of the new side through a target group of
/// its own, which the same binding fills.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Names {
    /// Name of the record set.
    pub rule: String,
    /// Time to live in seconds; 60 for an alias to an ALB.
    pub ttl: u32,
    /// Whether the zone asks for the health of the balancers (`EvaluateTargetHealth`).
    pub evaluate_target_health: bool,
    /// Target group of the second balancer. The record of the first one goes by the name of the
    /// new side's target group, through which it reaches the same copies.
    pub group: String,
}

impl Default for Dial {
    fn default() -> Self {
        Self::Rule { rule: "rule".to_owned(), balancer: "balancer".to_owned() }
    }
}

/// One side of a service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Side {
    /// Name of the target group.
    pub group: String,
    /// Name of the fleet, such as `ecs/dev/shop` or `deployment/shop/shop`.
    pub fleet: String,
    /// What runs it.
    pub platform: Platform,
    /// Copies at the start.
    pub replicas: u32,
    /// How a copy behaves.
    pub behaviour: Behaviour,
    /// Health check and draining of the target group.
    pub target_group: TargetGroup,
    /// Kubernetes only: what protects a pod that ends.
    pub pod: PodTerms,
}

impl Default for Side {
    fn default() -> Self {
        Self {
            group: String::new(),
            fleet: String::new(),
            platform: Platform::Ecs,
            replicas: 2,
            behaviour: Behaviour::default(),
            target_group: TargetGroup::default(),
            pod: PodTerms::default(),
        }
    }
}

/// What runs the copies of a side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Platform {
    /// ECS: a task leaves the balancer and drains before it gets SIGTERM.
    Ecs,
    /// Kubernetes: SIGTERM (after preStop) and deregistration run at the same time.
    Kubernetes,
}

/// How a copy of a service behaves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Behaviour {
    /// Processor time of one request in milliseconds, on average (exponential around it).
    pub work_ms: f64,
    /// Time that a request waits for others (databases), in milliseconds, on average.
    pub wait_ms: f64,
    /// Processors of one copy.
    pub cores: u32,
    /// Requests that wait for a processor before the next is refused with a 503 of its own.
    pub queue_max: u32,
    /// Seconds from start to ready.
    pub start_secs: u32,
    /// Seconds after ready in which it is slower, by `cold_factor`.
    pub cold_secs: u32,
    /// How much slower it is while cold.
    pub cold_factor: f64,
    /// Share of its requests that it fails with a 500, by itself.
    pub error_rate: f64,
    /// Whether it finishes its work after SIGTERM. False: it ends at once.
    pub finishes: bool,
    /// Whether it says ready only when it is.
    pub truthful: bool,
    /// Seconds for which it keeps an idle connection; a well-behaved one longer than its balancer.
    pub keep_alive_secs: u32,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            work_ms: 5.0,
            wait_ms: 15.0,
            cores: 1,
            queue_max: 200,
            start_secs: 20,
            cold_secs: 0,
            cold_factor: 1.0,
            error_rate: 0.0,
            finishes: true,
            truthful: true,
            keep_alive_secs: 75,
        }
    }
}

impl Behaviour {
    /// Whether nothing that Segue does may lose a request of it: it finishes its work, tells the
    /// truth about being ready, and keeps connections longer than a balancer does (60 s).
    pub fn is_good(&self) -> bool {
        self.finishes && self.truthful && self.keep_alive_secs > 60
    }
}

/// A target group's settings, in seconds, with the defaults of the AWS Load Balancer Controller.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TargetGroup {
    /// Between two health checks.
    pub interval_secs: u32,
    /// Good checks until an unhealthy target counts as healthy; a new one needs one.
    pub healthy_threshold: u32,
    /// Bad checks until a target counts as unhealthy.
    pub unhealthy_threshold: u32,
    /// Deregistration delay.
    pub drain_secs: u32,
    /// Stickiness of clients to the group; 0: none.
    pub sticky_secs: u32,
}

impl Default for TargetGroup {
    fn default() -> Self {
        Self {
            interval_secs: 15,
            healthy_threshold: 2,
            unhealthy_threshold: 2,
            drain_secs: 300,
            sticky_secs: 0,
        }
    }
}

/// What protects a pod that ends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PodTerms {
    /// Seconds of the preStop sleep.
    pub pre_stop_secs: u32,
    /// terminationGracePeriodSeconds; it begins with preStop.
    pub grace_secs: u32,
    /// Whether the pods carry the readiness gate of their target group.
    pub readiness_gate: bool,
    /// Pods that a `PodDisruptionBudget` keeps; 0: none.
    pub min_available: u32,
}

impl Default for PodTerms {
    fn default() -> Self {
        Self { pre_stop_secs: 60, grace_secs: 120, readiness_gate: true, min_available: 1 }
    }
}

/// Who sends requests to a service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Clients {
    /// Requests a second, on average; arrivals are a Poisson process.
    pub rps: f64,
    /// How much the rate swings over a day, as a share of it (0.5: between half and one and a half).
    pub swing: f64,
    /// Shares of the clients' resolvers; they are normalised. Empty: one resolver each for many.
    pub resolvers: Vec<f64>,
    /// Share of the clients that never ask their resolver again.
    pub never_re_resolve: f64,
    /// Seconds for which a client keeps its connection, and with it the address.
    pub keep_alive_secs: u32,
    /// Longest request in seconds; a few take that long.
    pub longest_secs: u32,
    /// Of the time in which nothing can be learnt (an idle hold), only this share of the requests
    /// is simulated; 1.0 simulates all.
    pub thinning: f64,
}

impl Default for Clients {
    fn default() -> Self {
        Self {
            rps: 20.0,
            swing: 0.0,
            resolvers: Vec::new(),
            never_re_resolve: 0.0,
            keep_alive_secs: 60,
            longest_secs: 1,
            thinning: 1.0,
        }
    }
}

/// A schedule or a worker that changes hands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Job {
    /// Its name on the old side, such as `schedule/default/shop-nightly`.
    pub old: String,
    /// Its name on the new side, such as `cronjob/shop/nightly`.
    pub new: String,
    /// Seconds between two runs; 0: a worker that runs all the time.
    pub every_secs: u32,
    /// Seconds that a run takes, or that a worker needs to finish when told to stop.
    pub run_secs: u32,
}

/// Something that goes wrong, and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TimedFault {
    /// When.
    pub at: When,
    /// What.
    pub fault: Fault,
}

/// When a fault happens.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum When {
    /// Milliseconds after the start of the run.
    Millis(u64),
    /// Right before the n-th record of the whole run is written to the journal (from 0).
    BeforeRecord(u32),
    /// Right after it was written, before the engine learns of it.
    AfterRecord(u32),
}

/// What goes wrong. Times are in seconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, tag = "kind")]
pub enum Fault {
    /// The engine ends and is started again after `down`.
    Crash {
        /// Seconds until the start.
        down: u32,
    },
    /// A second engine takes over while the first stands still for `pause` and then goes on.
    Zombie {
        /// Seconds of the pause.
        pause: u32,
    },
    /// Calls that change something succeed, and their answers are lost.
    LostReplies {
        /// For so long.
        secs: u32,
    },
    /// Calls arrive twice.
    Duplicates {
        /// For so long.
        secs: u32,
    },
    /// Every call is refused as throttled.
    Throttle {
        /// For so long.
        secs: u32,
    },
    /// Reads answer what was true this long ago.
    StaleReads {
        /// How old the answers are.
        age: u32,
        /// For so long.
        secs: u32,
    },
    /// The engines' clock jumps by so much, forward or back.
    ClockJump {
        /// Seconds, negative for back.
        by: i32,
    },
    /// Somebody else gives a service's rule these weights.
    ForeignWriter {
        /// The service.
        service: String,
        /// Weight of the new side in percent.
        weight: u8,
    },
    /// Every copy of a zone ends at once.
    ZoneLoss {
        /// The zone, from 0 to 2.
        zone: u8,
        /// Seconds until it is back.
        secs: u32,
    },
    /// Some copies of a fleet end at once.
    KillCopies {
        /// The fleet.
        fleet: String,
        /// How many.
        count: u32,
    },
    /// From now on, copies start this much slower.
    SlowStart {
        /// The fleet.
        fleet: String,
        /// Additional seconds to ready.
        secs: u32,
    },
    /// From now on, the new side's copies fail, are slow, or run out of memory.
    BadRelease {
        /// The service.
        service: String,
        /// Share of requests that fail with a 500.
        error_rate: f64,
        /// How much longer a request takes.
        slow_factor: f64,
        /// Seconds after its start at which a copy runs out of memory and ends; 0: never.
        out_of_memory_secs: u32,
    },
    /// Nothing binds pods to target groups: the controller is absent.
    ControllerAbsent {
        /// For so long.
        secs: u32,
    },
    /// A change of a rule takes this long to reach the balancer's nodes.
    SlowPropagation {
        /// Seconds.
        secs: u32,
    },
    /// No client sends a request.
    Silence {
        /// For so long.
        secs: u32,
    },
}

/// What a person does, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Deed {
    /// Milliseconds after the start of the run.
    pub at_millis: u64,
    /// Who.
    pub by: String,
    /// The service.
    pub service: String,
    /// `approve`, `pause`, `resume`, `promote` or `abort`.
    pub what: String,
}

/// How the control planes behave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Control {
    /// A call takes this long there and back, in milliseconds, on average.
    pub call_ms: u32,
    /// A changed rule reaches the balancer's nodes after at most this many seconds.
    pub propagation_secs: u32,
    /// A changed record is INSYNC after at most this many seconds.
    pub insync_secs: u32,
    /// Calls that the account's bucket holds, and how many it gets back a second.
    pub bucket: (u32, u32),
    /// Whether rules refuse orders of a lower epoch (fenced by tags). False: they obey anybody.
    pub fenced_rules: bool,
    /// Whether the new side's pods may be as many as asked (nodes are there).
    pub nodes: u32,
}

impl Default for Control {
    fn default() -> Self {
        Self {
            call_ms: 40,
            propagation_secs: 10,
            insync_secs: 45,
            bucket: (40, 10),
            fenced_rules: true,
            nodes: 100,
        }
    }
}
