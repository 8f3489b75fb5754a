//! A shift of which all is known and well, with each number where its check just passes: ECS to
//! Kubernetes over a bridge.

use std::collections::{BTreeMap, BTreeSet};

use model::facts::balancers::{Balancer, Rule};
use model::facts::capacity::Capacity;
use model::facts::databases::{Database, Databases, Migrations, Pool};
use model::facts::dns::{Dns, Name, Record, Stragglers, Zone};
use model::facts::drills::{
    ClientAddress, Connections, Drills, Idle, Leave, Load, Reconnect, Session, Smoke,
};
use model::facts::engine::{Engine, Lease, Path};
use model::facts::identity::Identity;
use model::facts::jobs::{Consumer, Jobs, Queue, Schedule};
use model::facts::network::{Network, Steadiness};
use model::facts::owners::{Owners, Writer};
use model::facts::pods::{Budget, Controller, Disruption, Gates, Pods, Probes, Reconciled, Stop};
use model::facts::quotas::{Count, Limiter, Limits, Quota, RollBack};
use model::facts::targets::{self, Binding, Health, Latency, Quiet, Targets};
use model::facts::traffic::{LongConnections, Traffic};
use model::facts::{Facts, Side, Sides};
use traffic::preflight::{Fleet, Mechanism, Platform, Terms};

use super::known;

pub(crate) const NOW: &str = "2026-11-23T10:00:00Z";

pub(crate) fn terms() -> Terms {
    Terms {
        shift: "payments-prod".to_owned(),
        mechanism: Mechanism::Bridge,
        old: Fleet { platform: Platform::Ecs, need: 4 },
        new: Fleet { platform: Platform::Kubernetes, need: 4 },
        steps: vec![1, 5, 10, 25, 50, 100],
        step_hold_secs: 300,
        longest_request_secs: Some(20),
        keep_old_secs: 3600,
        single_owner: vec!["nightly".to_owned()],
        recovery_secs: 180,
        author: "kim".to_owned(),
        waivers: Vec::new(),
    }
}

pub(crate) fn facts() -> Facts {
    Facts {
        // The pods of the old side are for tests in which it runs on Kubernetes too.
        pods: both(pods()),
        targets: both(targets()),
        balancers: Sides { old: balancer(), new: balancer() },
        dns: dns(),
        network: network(),
        identity: identity(),
        jobs: jobs(),
        databases: databases(),
        owners: Owners {
            writers: known(vec![Writer {
                resource: "rule 10".to_owned(),
                who: "Terraform".to_owned(),
                locked_out: true,
            }]),
            drift: known(Vec::new()),
        },
        quotas: quotas(),
        capacity: both(Capacity {
            replicas: known(4),
            replicas_max: known(4),
            room: known(0),
            per_replica_per_minute: known(3_900),
            replicas_min: known(4),
        }),
        traffic: Traffic {
            peak_per_minute: known(12_000),
            longest_request_secs: known(20),
            long_connections: known(LongConnections {
                seen: 5,
                longest_secs: 60,
                counted_as_errors: false,
            }),
        },
        engine: Engine {
            prober: both(known(vec![Path {
                name: "pay.example.com".to_owned(),
                requests: 600,
                over_secs: 60,
                lost: 0,
            }])),
            lease: known(Lease { ours: 3, journal: 3, left_ms: 5_001, call_ms: 5_000 }),
        },
        drills: drills(),
    }
}

fn both<T: Clone>(of: T) -> Sides<T> {
    Sides { old: of.clone(), new: of }
}

fn pods() -> Pods {
    Pods {
        probes: known(Probes {
            readiness: Some("GET :8080/ready".to_owned()),
            liveness: Some("GET :8080/live".to_owned()),
        }),
        gates: known(Gates {
            pods: 4,
            with_gate: 4,
            open: 4,
            namespace_labelled: true,
            webhook_alive: true,
        }),
        stop: known(Stop { pre_stop_secs: 60, grace_secs: 85 }),
        disruption: known(Disruption {
            budget: Some(Budget { allowed: 1, keeps: 4 }),
            node_budget_zero: true,
            do_not_disrupt: false,
            node_grace_secs: None,
        }),
        controller: known(Controller {
            objects: vec![Reconciled {
                name: "targetgroupbinding/prod/payments".to_owned(),
                generation: 2,
                observed: 2,
                took_secs: 60,
            }],
            invalid_in_group: Vec::new(),
        }),
    }
}

fn targets() -> Targets {
    let zone = targets::Zone { healthy: 2, total: 2 };
    Targets {
        health: known(Health {
            zones: BTreeMap::from([("a".to_owned(), zone), ("b".to_owned(), zone)]),
        }),
        deregistration_delay_secs: known(60),
        quiet: known(Quiet { periods: 2, secs: 120 }),
        latency: known(Latency { p50_ms: 40, p99_ms: 200 }),
        binding: known(Binding { bound: true, ecs: false, multi_cluster_from_first: false }),
    }
}

fn balancer() -> Balancer {
    Balancer {
        idle_timeout_secs: known(60),
        client_keep_alive_secs: known(60),
        rule: known(Rule { new_percent: 100, since_secs: 120, stickiness_secs: None }),
        peak_units: known(40),
        reserved_units: known(40),
        differences: known(Vec::new()),
        empty_groups: known(BTreeSet::new()),
        hosts: known(BTreeMap::from([("pay.example.com".to_owned(), 12_000)])),
    }
}

pub(crate) fn name(host: &str, kind: &str) -> Name {
    Name { host: host.to_owned(), kind: kind.to_owned(), zone: Zone::Public }
}

fn dns() -> Dns {
    let names = [name("pay.example.com", "A"), name("pay.example.com", "AAAA")];
    let record = |name| Record { name, one_of_several: true, evaluates_target_health: false };
    Dns {
        records: known(names.clone().map(record).to_vec()),
        planned: known(BTreeSet::from(names)),
        ttl_secs: known(60),
        resolvers: known((0..400).map(|n| (format!("10.0.0.{n}"), 10)).collect()),
        stragglers: known(Stragglers {
            quiet_secs: 86_400,
            weekly_peak_seen: true,
            clients: BTreeMap::new(),
        }),
    }
}

fn network() -> Network {
    let names = |list: &[&str]| list.iter().map(|&it| it.to_owned()).collect::<BTreeSet<_>>();
    Network {
        dependencies: known(names(&["db:5432"])),
        egress: known(names(&["203.0.113.7"])),
        allowlists: known(BTreeMap::from([("bank".to_owned(), names(&["203.0.113.0/29"]))])),
        dependency_latency: known(BTreeMap::from([(
            "db:5432".to_owned(),
            Steadiness { before_ms: 100, now_ms: 130 },
        )])),
    }
}

fn identity() -> Identity {
    let names = known(BTreeSet::from(["DB_URL".to_owned()]));
    Identity {
        denied: known(BTreeSet::new()),
        names: Sides { old: names.clone(), new: names },
        calls: known(BTreeMap::from([("s3:GetObject".to_owned(), true)])),
    }
}

fn jobs() -> Jobs {
    let consumer = Consumer { visibility_secs: 30, dead_letters: "mail-dead".to_owned() };
    let schedule = Schedule {
        enabled: BTreeSet::from([Side::Old]),
        fenced: true,
        missed_runs_once: true,
        in_hand_over: false,
    };
    let queue = Queue { idempotent: true, duplicate_test: Some(true), sides: both(consumer) };
    Jobs {
        schedules: known(BTreeMap::from([("nightly".to_owned(), schedule)])),
        queues: known(BTreeMap::from([("mail".to_owned(), queue)])),
    }
}

fn databases() -> Databases {
    let pool = known(Pool { max: 10, replicas_max: 4 });
    let database = Database {
        pools: both(pool),
        admin: known(16),
        max_connections: known(120),
        open: known(101),
    };
    Databases {
        each: known(BTreeMap::from([("main".to_owned(), database)])),
        migrations: known(Migrations { expanded: true, contract_blocked: true }),
    }
}

fn quotas() -> Limits {
    let count = |after, quota| Count { after, quota };
    Limits {
        counts: known(BTreeMap::from([
            (Quota::RulesPerBalancer, count(90, 100)),
            (Quota::TargetGroupsPerBalancer, count(90, 100)),
            (Quota::TargetGroupsPerAction, count(4, 5)),
            (Quota::TargetsPerBalancer, count(900, 1000)),
            (Quota::TargetsPerTargetGroup, count(900, 1000)),
            (Quota::TargetGroupsPerRegion, count(2700, 3000)),
            (Quota::BalancersPerRegion, count(45, 50)),
        ])),
        limiter: known(Limiter { per_minute: 600, reserved_per_minute: 180 }),
        roll_back: known(RollBack { built: true, validated: true }),
    }
}

fn drills() -> Drills {
    Drills {
        end_target: known(Load { did: "deleted pod x".to_owned(), requests: 100, lost: 0 }),
        idle: known(Idle { watched_secs: 62, closed_after_secs: None }),
        session: known(Session::Replayed { on_new: 200, on_old: 200 }),
        connect: known(Connections {
            balancer_to_target: true,
            dependencies: BTreeMap::from([("db:5432".to_owned(), true)]),
        }),
        smoke: known(Smoke { checks: 12, green: 12 }),
        reconnect: known(Reconnect { came_back: true, jitter: true }),
        leave: known(Leave { deregistration_p99_secs: 20, propagation_secs: 25 }),
        client_address: known(ClientAddress {
            old: "198.51.100.1".to_owned(),
            new: "198.51.100.1".to_owned(),
        }),
    }
}
