//! From a seed to a rehearsal: a small estate, small goals, and trouble.

use std::collections::BTreeMap;
use std::time::Duration;

use traffic::goal::{Budget, Copies, Dial, Finish, Job, Limits};
use traffic::{Goal, Hold, Steps};
use twin::Script;
use twin::rng;
use twin::script::{
    Behaviour, Clients, Control, Deed, Dial as TwinDial, Fault, Job as TwinJob, Platform, Service,
    Side, TargetGroup, TimedFault, When,
};

use super::{Rehearsal, guarded};

/// Virtual time of a run, in seconds.
const UNTIL: u64 = 3 * 3_600;
/// Faults begin within this many milliseconds: most crossings take some ten minutes.
const TROUBLE_MILLIS: u64 = 700_000;

/// The rehearsal of `seed`.
pub fn make(seed: u64) -> Rehearsal {
    let mut rng = rng::stream(seed, "fuzz");
    let control = control(&mut rng);
    let count = rng.u32(1..=3);
    let mut services = BTreeMap::new();
    let mut goals: BTreeMap<String, Goal> = BTreeMap::new();
    for index in 0..count {
        let name = format!("s{index}");
        let service = service(&mut rng, &name, f64::from(count));
        let mut goal = goal(&mut rng, &name, &service, &control);
        let first = goals.keys().next().cloned().filter(|_| rng.u32(0..3) == 0);
        if rng.bool() {
            goal.after.extend(first);
        } else {
            goal.requires.extend(first);
        }
        goals.insert(name.clone(), goal);
        services.insert(name, service);
    }
    let moving_max = rng.u32(0..=count);
    for goal in goals.values_mut() {
        goal.budget = Budget { moving_max, ..Budget::default() };
    }
    let mut faults = faults(&mut rng, &services);
    let mut people = people(&mut rng, &services);
    // Streams of their own: what was added later leaves the rest of a seed as it was.
    let mut rng = rng::stream(seed, "fuzz rare");
    no_way_back(&mut rng, &services, &mut faults, &mut people);
    author_first(&mut rng, &services, &mut people);
    workers(&mut rng, &mut services);
    let mut rng = rng::stream(seed, "fuzz checks");
    match rng.u32(0..8) {
        0 => guarded::checks(&mut rng, &mut services, &mut goals),
        1 => guarded::connections(&mut rng, &mut services, &mut goals),
        _ => {}
    }
    let script = Script { seed, services, faults, people, control };
    Rehearsal::new(script, goals, UNTIL)
}

fn control(rng: &mut fastrand::Rng) -> Control {
    Control {
        call_ms: rng.u32(10..=200),
        propagation_secs: rng.u32(1..=20),
        insync_secs: rng.u32(10..=60),
        bucket: (40, 10),
        fenced_rules: rng.bool(),
        nodes: 60,
    }
}

fn service(rng: &mut fastrand::Rng, name: &str, count: f64) -> Service {
    let balancer = if rng.bool() { "shared".to_owned() } else { format!("alb-{name}") };
    let dial = if rng.u32(0..5) == 0 {
        TwinDial::Records { rule: name.to_owned(), ttl: 60, evaluate_target_health: false }
    } else {
        TwinDial::Rule { rule: format!("rule-{name}"), balancer }
    };
    let replicas = rng.u32(2..=4);
    let new_platform = if rng.u32(0..3) == 0 { Platform::Ecs } else { Platform::Kubernetes };
    let target_group = TargetGroup {
        interval_secs: rng.u32(5..=15),
        drain_secs: rng.u32(30..=120),
        ..TargetGroup::default()
    };
    let behaviour = Behaviour { start_secs: rng.u32(5..=40), ..Behaviour::default() };
    let jobs = if rng.u32(0..4) == 0 {
        vec![TwinJob {
            old: format!("schedule/default/{name}"),
            new: format!("cronjob/{name}/{name}"),
            every_secs: rng.u32(60..=600),
            run_secs: rng.u32(5..=40),
        }]
    } else {
        Vec::new()
    };
    let never_re_resolve = 0.0;
    Service {
        dial,
        old: Side {
            group: format!("{name}-old"),
            fleet: format!("ecs/old/{name}"),
            platform: Platform::Ecs,
            replicas,
            behaviour: Behaviour { error_rate: 0.0005, ..behaviour.clone() },
            target_group: target_group.clone(),
            ..Side::default()
        },
        new: Side {
            group: format!("{name}-new"),
            fleet: match new_platform {
                Platform::Ecs => format!("ecs/new/{name}"),
                Platform::Kubernetes => format!("deployment/{name}/{name}"),
            },
            platform: new_platform,
            replicas: 0,
            behaviour: Behaviour { error_rate: 0.0005, ..behaviour },
            target_group,
            ..Side::default()
        },
        clients: Clients {
            rps: (f64::from(rng.u32(6..=14))) / count,
            resolvers: vec![1.0; 40],
            never_re_resolve,
            keep_alive_secs: 20,
            ..Clients::default()
        },
        jobs,
        ..Service::default()
    }
}

fn goal(rng: &mut fastrand::Rng, name: &str, service: &Service, control: &Control) -> Goal {
    let (rule, records) = match &service.dial {
        TwinDial::Rule { rule, .. } => (rule, false),
        TwinDial::Records { rule, .. } => (rule, true),
    };
    let settle = if records {
        Duration::from_mins(2)
    } else {
        Duration::from_secs(u64::from(control.propagation_secs) + 10)
    };
    let ladders: [&[u8]; 4] = [&[10, 100], &[5, 25, 100], &[20, 50, 100], &[100]];
    let copies = Copies {
        old: service.old.fleet.clone(),
        new: service.new.fleet.clone(),
        old_need: service.old.replicas,
        new_need: service.old.replicas,
    };
    let job = |job: &TwinJob| Job { old: job.old.clone(), new: job.new.clone() };
    let finish =
        if rng.bool() { Finish::Keep } else { Finish::Remove { quiet: Duration::from_mins(2) } };
    Goal {
        author: "ada".to_owned(),
        dial: Dial {
            settle,
            clients: if records { 0.025 } else { 0.0 },
            takeover: if control.fenced_rules { Duration::ZERO } else { Duration::from_secs(25) },
        },
        steps: Steps::new(ladders[rng.usize(0..ladders.len())]).unwrap_or_default(),
        hold: Hold {
            tick: Duration::from_secs(rng.u64(2..=5)),
            ticks: rng.u32(2..=5),
            requests_min: rng.u64(5..=15),
        },
        copies: Some(copies),
        drills: rng.u32(0..4) == 0,
        jobs: service.jobs.iter().map(job).collect(),
        finish,
        limits: Limits {
            wait: Duration::from_mins(90),
            shift: Duration::from_hours(1),
            back: Duration::from_mins(20),
            order: Duration::from_mins(5),
            converge: Duration::from_mins(10),
            silence: Duration::from_mins(10),
        },
        ..Goal::weights_only(name, rule, (&service.old.group, &service.new.group))
    }
}

fn faults(rng: &mut fastrand::Rng, services: &BTreeMap<String, Service>) -> Vec<TimedFault> {
    let names: Vec<&String> = services.keys().collect();
    let mut faults = Vec::new();
    for _ in 0..rng.u32(0..=4) {
        let name = names[rng.usize(0..names.len())];
        let service = &services[name];
        let engine = rng.u32(0..3) == 0;
        let fault = if engine { of_engine(rng) } else { of_world(rng, name, service) };
        let at = if engine && rng.u32(0..4) > 0 {
            let record = rng.u32(0..120);
            if rng.bool() { When::BeforeRecord(record) } else { When::AfterRecord(record) }
        } else {
            When::Millis(rng.u64(0..TROUBLE_MILLIS))
        };
        faults.push(TimedFault { at, fault });
    }
    faults
}

fn of_engine(rng: &mut fastrand::Rng) -> Fault {
    if rng.u32(0..4) == 0 {
        Fault::Zombie { pause: rng.u32(5..=300) }
    } else {
        Fault::Crash { down: rng.u32(1..=300) }
    }
}

fn of_world(rng: &mut fastrand::Rng, name: &str, service: &Service) -> Fault {
    let secs = rng.u32(5..=180);
    let fleet = if rng.bool() { &service.old.fleet } else { &service.new.fleet };
    match rng.u32(0..14) {
        0 => Fault::LostReplies { secs },
        1 => Fault::Duplicates { secs },
        2 => Fault::Throttle { secs },
        3 => Fault::StaleReads { age: rng.u32(1..=10), secs },
        4 => Fault::ClockJump { by: rng.i32(-300..=900) },
        5 => Fault::ForeignWriter { service: name.to_owned(), weight: rng.u8(1..=99) },
        6 => Fault::ZoneLoss { zone: rng.u8(0..3), secs },
        7 => Fault::KillCopies { fleet: fleet.clone(), count: rng.u32(1..=2) },
        8 => Fault::SlowStart { fleet: fleet.clone(), secs },
        9 => Fault::BadRelease {
            service: name.to_owned(),
            error_rate: f64::from(rng.u32(2..=100)) / 100.0,
            slow_factor: 1.0,
            out_of_memory_secs: 0,
        },
        10 => Fault::BadRelease {
            service: name.to_owned(),
            error_rate: 0.0,
            slow_factor: f64::from(rng.u32(2..=8)),
            out_of_memory_secs: rng.u32(0..=120),
        },
        11 => Fault::ControllerAbsent { secs },
        12 => Fault::SlowPropagation { secs: rng.u32(1..=30) },
        _ => Fault::Silence { secs },
    }
}

/// Somebody agrees to the removal every now and then; sometimes a person stops or turns a shift.
fn people(rng: &mut fastrand::Rng, services: &BTreeMap<String, Service>) -> Vec<Deed> {
    let mut people = Vec::new();
    for name in services.keys() {
        let deed = |at_secs: u64, by: &str, what: &str| Deed {
            at_millis: at_secs * 1_000,
            by: by.to_owned(),
            service: name.clone(),
            what: what.to_owned(),
        };
        people.extend((1..=30).map(|minute| deed(minute * 120, "grace", "approve")));
        match rng.u32(0..10) {
            0 => people.push(deed(rng.u64(30..600), "grace", "abort")),
            1 => {
                let at = rng.u64(30..400);
                people.push(deed(at, "grace", "pause"));
                people.push(deed(at + rng.u64(10..400), "grace", "resume"));
            }
            2 => people.push(deed(rng.u64(60..400), "grace", "promote")),
            3 => people.push(deed(rng.u64(30..900), "ada", "approve")),
            _ => {}
        }
    }
    people
}

/// Sometimes the old side is gone, for longer than it usually takes, when somebody wants everything
/// back.
fn no_way_back(
    rng: &mut fastrand::Rng,
    services: &BTreeMap<String, Service>,
    faults: &mut Vec<TimedFault>,
    people: &mut Vec<Deed>,
) {
    for (name, service) in services {
        if rng.u32(0..10) != 0 {
            continue;
        }
        let (at, secs) = (rng.u64(90_000..400_000), rng.u32(30..=120));
        let fleet = service.old.fleet.clone();
        let slow = Fault::SlowStart { fleet: fleet.clone(), secs };
        let gone = Fault::KillCopies { fleet, count: service.old.replicas };
        faults.extend([slow, gone].map(|fault| TimedFault { at: When::Millis(at), fault }));
        people.push(Deed {
            at_millis: at + u64::from(rng.u32(15..=secs)) * 1_000,
            by: "grace".to_owned(),
            service: name.clone(),
            what: "abort".to_owned(),
        });
    }
}

/// Sometimes the author agrees to the removal himself, long before anybody else does.
fn author_first(
    rng: &mut fastrand::Rng,
    services: &BTreeMap<String, Service>,
    people: &mut [Deed],
) {
    for name in services.keys() {
        if rng.u32(0..10) == 0 {
            let early = people.iter_mut().filter(|deed| deed.at_millis < 1_800_000);
            let mine = early.filter(|deed| deed.what == "approve" && deed.service == *name);
            mine.for_each(|deed| "ada".clone_into(&mut deed.by));
        }
    }
}

/// Some jobs are workers, which finish what they have begun.
fn workers(rng: &mut fastrand::Rng, services: &mut BTreeMap<String, Service>) {
    for job in services.values_mut().flat_map(|service| &mut service.jobs) {
        if rng.u32(0..3) == 0 {
            job.every_secs = 0;
        }
    }
}
