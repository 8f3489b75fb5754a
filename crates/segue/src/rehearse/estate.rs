//! From the plan of a migration to rehearsals: stage one takes every service into the one cluster
//! of its environment, stage two from there to Kubernetes, wave by wave.
//!
//! What the plan does not know is declared here, and said to whoever rehearses ([`Stage::said`]).

mod goal;
mod world;

use std::collections::BTreeMap;

use migrate::consolidate::Move;
use migrate::plan::MigrationPlan;
use twin::Script;
use twin::script::{Control, Deed};

use super::Rehearsal;

/// What a person declares for all services alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Declared {
    /// The seed.
    pub seed: u64,
    /// Requests a second of each copy of the old side: no plan knows them.
    pub rps_per_copy: f64,
    /// Share of the requests that is simulated while nothing can be learnt.
    pub thinning: f64,
    /// Virtual time after which a stage ends whatever happens, in seconds.
    pub until_secs: u64,
}

impl Default for Declared {
    fn default() -> Self {
        Self { seed: 1, rps_per_copy: 20.0, thinning: 0.1, until_secs: 24 * 3_600 }
    }
}

/// One stage of the crossing.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// What it does, in one sentence.
    pub title: String,
    /// What was declared and not read, and what is left out.
    pub said: Vec<String>,
    /// The run.
    pub rehearsal: Rehearsal,
}

/// A service on its way, whichever the stage.
#[derive(Debug, Clone)]
struct Moving {
    /// Name of the shift: `service-environment`.
    name: String,
    /// The rule whose weights move; made up where none does.
    rule: String,
    balancer: String,
    old: (String, String),
    new: (String, String),
    to_kubernetes: bool,
    copies: u32,
    /// Whether requests reach it through a balancer.
    served: bool,
    /// Schedules that start it; a worker without any is its own job.
    schedules: Vec<String>,
    after: Vec<String>,
}

/// Somebody other than the author looks after the shifts this often, in seconds, and agrees to the
/// removal of old sides that are silent.
const LOOKS_EVERY: u64 = 20 * 60;

/// Both stages of a plan; a stage without a service is left out.
pub fn stages(plan: &MigrationPlan, declared: &Declared) -> Vec<Stage> {
    let mut out = Vec::new();
    let first = consolidated(plan);
    let clusters = (plan.consolidation.counts.clusters_before, plan.consolidation.clusters.len());
    if !first.is_empty() {
        let title = format!(
            "Stage one: {} services of {} ECS clusters into {}",
            first.len(),
            clusters.0,
            clusters.1
        );
        out.push(stage(title, &first, (plan, declared), Vec::new()));
    }
    let second = converted(plan);
    if !second.is_empty() {
        let title = format!(
            "Stage two: {} services from ECS to Kubernetes in {} waves",
            second.len(),
            plan.order.waves.len()
        );
        let waits = |held: &migrate::waves::HeldMove| {
            format!("{}-{} is in no wave and is left out", held.service, held.environment)
        };
        out.push(stage(
            title,
            &second,
            (plan, declared),
            plan.order.held.iter().map(waits).collect(),
        ));
    }
    out
}

fn stage(
    title: String,
    moving: &[Moving],
    (plan, declared): (&MigrationPlan, &Declared),
    mut said: Vec<String>,
) -> Stage {
    let most = u32::try_from(plan.order.wave_size_max.max(1)).unwrap_or(u32::MAX);
    let copies: u32 = moving.iter().map(|one| one.copies).sum();
    let idle = moving.iter().filter(|one| !one.served).count();
    let goals = moving.iter().map(|one| (one.name.clone(), goal::of(one, most))).collect();
    let services: BTreeMap<_, _> =
        moving.iter().map(|one| (one.name.clone(), world::of(one, declared))).collect();
    let script = Script {
        seed: declared.seed,
        services,
        faults: Vec::new(),
        people: people(moving, declared),
        control: Control { nodes: copies.div_ceil(2).max(30), ..Control::default() },
    };
    said.insert(0, format!(
        "declared: {} requests a second for each of {copies} copies, since the plan has no request counts",
        declared.rps_per_copy
    ));
    if declared.thinning < 1.0 {
        said.push(format!(
            "thinned: while all requests of a service go to one side, {} % of them are simulated",
            declared.thinning * 100.0
        ));
    }
    if idle > 0 {
        said.push(format!(
            "{idle} services have no balancer: their messages, {} a second, move in one step, and their schedules and workers change hands",
            world::MESSAGES
        ));
    }
    said.push(format!(
        "at most {most} services move at a time; old sides go after somebody agrees"
    ));
    Stage { title, said, rehearsal: Rehearsal::new(script, goals, declared.until_secs) }
}

/// Somebody looks, and agrees.
fn people(moving: &[Moving], declared: &Declared) -> Vec<Deed> {
    let looks = declared.until_secs / LOOKS_EVERY;
    let deed = |look: u64, one: &Moving| Deed {
        at_millis: look * LOOKS_EVERY * 1_000,
        by: "reviewer".to_owned(),
        service: one.name.clone(),
        what: "approve".to_owned(),
    };
    (1..=looks).flat_map(|look| moving.iter().map(move |one| deed(look, one))).collect()
}

/// The moves of the consolidation, environment after environment in the order of the waves.
fn consolidated(plan: &MigrationPlan) -> Vec<Moving> {
    let order = environments(plan);
    let moves = &plan.consolidation.moves;
    let of = |environment: &String| -> Vec<&Move> {
        moves.iter().filter(|one| one.environment == *environment).collect()
    };
    let mut out = Vec::new();
    for (index, environment) in order.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| order.get(before));
        for one in of(environment) {
            let name = shift_name(&one.service, &one.environment);
            let earlier = before.into_iter().flat_map(of);
            let earlier = earlier.map(|one| shift_name(&one.service, &one.environment));
            let own = one.after.iter().map(|key| key.replace('@', "-"));
            let rule = one.rules.first();
            let group = one.groups.first();
            out.push(Moving {
                rule: rule.map_or_else(|| format!("{name}/messages"), |rule| rule.arn.clone()),
                balancer: rule
                    .map_or_else(|| format!("{name}/queue"), |rule| rule.balancer.clone()),
                old: (
                    group.map_or_else(|| format!("{name}/old"), |group| group.old.clone()),
                    format!("ecs/{}/{}", one.from.cluster, one.from.service),
                ),
                new: (
                    group.map_or_else(|| format!("{name}/new"), |group| group.name.clone()),
                    format!("ecs/{}/{}", one.to.cluster, one.to.service),
                ),
                to_kubernetes: false,
                copies: u32::try_from(one.tasks.max(1)).unwrap_or(1),
                served: rule.is_some() && group.is_some(),
                schedules: schedules(plan, &one.service, environment),
                after: earlier.chain(own).collect(),
                name,
            });
        }
    }
    unique(out)
}

/// The services of the waves, each after the services of the waves before its own.
fn converted(plan: &MigrationPlan) -> Vec<Moving> {
    let mut out = Vec::new();
    for wave in &plan.order.waves {
        let earlier = plan.order.waves.iter().filter(|one| wave.after.contains(&one.number));
        let last = plan.order.waves.iter().filter(|one| one.number + 1 == wave.number);
        let after: Vec<String> = earlier
            .chain(last)
            .flat_map(|one| {
                one.units
                    .iter()
                    .flat_map(|unit| &unit.services)
                    .map(|service| shift_name(service, &one.environment))
            })
            .collect();
        for service in wave.units.iter().flat_map(|unit| &unit.services) {
            let is = |name: &str, env: &str| name == service && env == wave.environment;
            let moved =
                plan.consolidation.moves.iter().find(|one| is(&one.service, &one.environment));
            let target = plan.services.iter().find(|one| is(&one.name, &one.environment));
            let name = shift_name(service, &wave.environment);
            let rule = moved.and_then(|one| one.rules.first());
            let group = moved.and_then(|one| one.groups.first());
            let namespace = target.map_or(service.as_str(), |one| one.to.namespace.as_str());
            let fleet = moved.map_or_else(
                || format!("ecs/{service}"),
                |one| format!("ecs/{}/{}", one.to.cluster, one.to.service),
            );
            let replicas = target.and_then(|one| one.to.replicas);
            let copies = replicas.or(moved.map(|one| one.tasks)).unwrap_or(1).max(1);
            let cluster = target.map_or("", |one| one.to.cluster.as_str());
            out.push(Moving {
                rule: rule.map_or_else(|| format!("{name}/messages"), |rule| rule.arn.clone()),
                balancer: rule
                    .map_or_else(|| format!("{name}/queue"), |rule| rule.balancer.clone()),
                old: (
                    group.map_or_else(|| format!("{name}/old"), |group| group.name.clone()),
                    fleet,
                ),
                new: (
                    format!("{name}-pods"),
                    format!("deployment/{cluster}/{namespace}/{service}"),
                ),
                to_kubernetes: true,
                copies: u32::try_from(copies).unwrap_or(1),
                served: rule.is_some() && group.is_some(),
                schedules: schedules(plan, service, &wave.environment),
                after: after.clone(),
                name,
            });
        }
    }
    unique(out)
}

/// Two services behind one rule or one group would not be two dials: the later gets its own name
/// in the rehearsal.
fn unique(mut moving: Vec<Moving>) -> Vec<Moving> {
    let mut taken = std::collections::BTreeSet::new();
    for one in &mut moving {
        for name in [&mut one.rule, &mut one.old.0, &mut one.new.0, &mut one.old.1, &mut one.new.1]
        {
            if !taken.insert(name.clone()) {
                *name = format!("{name}#{}", one.name);
                taken.insert(name.clone());
            }
        }
        one.after.sort();
        one.after.dedup();
    }
    moving
}

/// The environments in the order in which they move; those in no wave come last.
fn environments(plan: &MigrationPlan) -> Vec<String> {
    let first = |env: &String| {
        let waves = plan.order.waves.iter().filter(|wave| wave.environment == *env);
        waves.map(|wave| wave.number).min().unwrap_or(u32::MAX)
    };
    let mut environments = plan.environments.clone();
    environments.sort_by_key(first);
    environments
}

fn schedules(plan: &MigrationPlan, service: &str, environment: &str) -> Vec<String> {
    let mut all = plan.services.iter();
    let found = all.find(|one| one.name == service && one.environment == environment);
    found.map(|one| one.schedules.clone()).unwrap_or_default()
}

fn shift_name(service: &str, environment: &str) -> String {
    format!("{service}-{environment}")
}
