//! The outcome of a run as data: what became of each service and of every request, what did not
//! hold, what happened when, and what such a run cannot tell.

use std::collections::{BTreeMap, BTreeSet};

use model::ports::{Latency, latency};
use serde::{Deserialize, Serialize};

use crate::check::{Ending, Line, Violation};
use crate::clients::{self, Account, Origin};
use crate::time::Micros;
use crate::world::World;

/// What a run of the twin says nothing about. Printed with each report.
pub const NOT_MODELLED: [&str; 14] = [
    "real images: that they can be pulled, and that they start where they are sent",
    "the network between pods, subnets and zones: addresses, security groups, NAT, MTU",
    "what a service does: sessions, caches, schemas and side effects of a request",
    "databases and other dependencies, but for the number of connections",
    "TLS: handshakes, certificates, SNI; HTTP/2 streams, websockets and server-sent events",
    "requests that clients send again, and what they do after an error",
    "several balancers or pods on one node that take processors or memory from each other",
    "autoscalers of either side: fleets have the copies that were ordered",
    "the scheduler's choice of nodes, but for zones and room; node start times",
    "how a balancer's own capacity grows, and LCU limits",
    "IAM: whether a call is allowed; quotas, but for those of one rule and of calls",
    "the propagation times of AWS, which have no published bounds: they are drawn up to a limit",
    "metrics of CloudWatch, which are late and coarse: engines count at the balancer",
    "a zone's loss for a balancer's own nodes: each goes on serving",
];

/// The outcome of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// The seed.
    pub seed: u64,
    /// The hash over everything that happened.
    pub trace_hash: String,
    /// How many things went into it.
    pub trace_count: u64,
    /// How long the run was, in microseconds of virtual time.
    pub virtual_micros: Micros,
    /// What became of each service.
    pub services: BTreeMap<String, ServiceOutcome>,
    /// What did not hold.
    pub violations: Vec<Violation>,
    /// Violations beyond those.
    pub violations_dropped: u64,
    /// What happened when.
    pub lines: Vec<Line>,
    /// What happened after those, and is not kept.
    pub lines_dropped: u64,
    /// What such a run says nothing about.
    pub not_modelled: Vec<String>,
}

/// What became of one service.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceOutcome {
    /// How its shift ended; absent if it did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ending>,
    /// When, in microseconds since the start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Micros>,
    /// Requests sent by clients.
    pub sent: u64,
    /// Answered, by side, with anything but a 5xx.
    pub answered: Sides,
    /// Answered by the application with a 5xx of its own.
    pub failed: Sides,
    /// Not ended when the run was over.
    pub in_flight: u64,
    /// Without an answer, or answered by the balancer with 502, 503 or 504.
    pub lost: Vec<Lost>,
    /// All of those.
    pub lost_total: u64,
    /// Those which no fault and no bad manners of the service explain.
    pub lost_by_segue: u64,
    /// Time to an answer in microseconds, by side: half of them, and 99 of 100, took no longer.
    pub p50_micros: Sides,
    /// 99 of 100 answers took no longer.
    pub p99_micros: Sides,
    /// Microseconds of idle time in which only a share of the requests was simulated.
    pub thinned_micros: u64,
}

/// A number for each side.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sides {
    /// Of the old side.
    pub old: u64,
    /// Of the new side.
    pub new: u64,
}

/// Requests lost in one way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lost {
    /// Whose act it was: `segue`, `fault NAME`, or a service that is not well-behaved.
    pub origin: String,
    /// In which way.
    pub why: String,
    /// How many.
    pub count: u64,
}

impl Outcome {
    /// The outcome of a run so far.
    pub fn of(world: &mut World) -> Self {
        clients::settle(world);
        // A shift of names has no clients of its own: those of its service find it by them.
        let shifts = world.checks.terms().map(|(name, _)| name);
        let names: BTreeSet<String> =
            world.clients.services().chain(shifts).map(str::to_owned).collect();
        let services = names.into_iter().map(|name| {
            let outcome = ServiceOutcome::of(world, &name);
            (name, outcome)
        });
        let services = services.collect();
        let checks = &world.checks;
        Self {
            seed: world.seed,
            trace_hash: world.trace.digest(),
            trace_count: world.trace.count(),
            virtual_micros: world.now(),
            services,
            violations: checks.violations().to_vec(),
            violations_dropped: checks.dropped(),
            lines: checks.lines().kept().to_vec(),
            lines_dropped: checks.lines().dropped(),
            not_modelled: NOT_MODELLED.map(str::to_owned).to_vec(),
        }
    }

    /// Whether everything held.
    pub fn holds(&self) -> bool {
        self.violations.is_empty()
    }

    /// Requests sent in all.
    pub fn sent(&self) -> u64 {
        self.services.values().map(|service| service.sent).sum()
    }

    /// Requests lost in all, whatever the reason.
    pub fn lost(&self) -> u64 {
        self.services.values().map(|service| service.lost_total).sum()
    }

    /// Requests that nothing but Segue's own acts can have lost.
    pub fn lost_by_segue(&self) -> u64 {
        self.services.values().map(|service| service.lost_by_segue).sum()
    }

    /// How many services ended so; `None` counts those that did not end.
    pub fn ended(&self, how: Option<Ending>) -> usize {
        self.services.values().filter(|service| service.ended == how).count()
    }
}

impl ServiceOutcome {
    fn of(world: &mut World, service: &str) -> Self {
        let account = clients::account(world, service).unwrap_or_default();
        let terms = world.checks.terms().find(|(name, _)| *name == service);
        let old = terms.map(|(_, terms)| terms.old.group.clone());
        let ended = world.checks.ending(service);
        let mut outcome = Self {
            ended: ended.map(|(how, _)| how),
            ended_at: ended.map(|(_, at)| at),
            sent: account.sent,
            in_flight: account.in_flight,
            lost: losses(&account),
            lost_total: account.lost_total(),
            lost_by_segue: account.lost_by_segue(),
            thinned_micros: account.thinned,
            ..Self::default()
        };
        let Some(old) = old else {
            // Nobody said which group is which side: the totals stand on the old one.
            outcome.answered.old = account.answered;
            outcome.failed.old = account.failed;
            return outcome;
        };
        // The new side may be reached through a second balancer, by a group of its own.
        for (group, (counts, _)) in &account.by_group {
            let side = |sides: &mut Sides, count| {
                *(if *group == old { &mut sides.old } else { &mut sides.new }) += count;
            };
            side(&mut outcome.answered, counts.answered);
            side(&mut outcome.failed, counts.failed);
        }
        let latency = |of_old: bool| -> Latency {
            let groups = account.by_group.iter().filter(|(group, _)| (**group == old) == of_old);
            let mut sums = BTreeMap::<u8, u64>::new();
            for (bucket, count) in groups.flat_map(|(_, (_, latency))| latency.iter()) {
                *sums.entry(bucket).or_default() += count;
            }
            sums.into_iter().collect()
        };
        let both = [latency(true), latency(false)];
        let at = |per_mille| Sides {
            old: quantile(&both[0], per_mille),
            new: quantile(&both[1], per_mille),
        };
        (outcome.p50_micros, outcome.p99_micros) = (at(500), at(990));
        outcome
    }
}

/// The lost requests of an account by origin and way: copies of one service count together.
fn losses(account: &Account) -> Vec<Lost> {
    let mut sums = BTreeMap::<(String, &str), u64>::new();
    for ((origin, why), count) in &account.lost {
        let origin = match origin {
            Origin::Segue => "segue".to_owned(),
            Origin::Fault(name) => format!("fault {name}"),
            Origin::Badness(_) => "the service is not well-behaved".to_owned(),
        };
        *sums.entry((origin, why)).or_default() += count;
    }
    let lost = sums.into_iter();
    lost.map(|((origin, why), count)| Lost { origin, why: why.to_owned(), count }).collect()
}

/// The upper bound of the bucket that holds a quantile; 0 without answers.
fn quantile(latency: &Latency, per_mille: u64) -> u64 {
    latency.quantile(per_mille).and_then(latency::upper_bound).unwrap_or(0)
}
