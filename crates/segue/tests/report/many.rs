//! A plan of 200 services in three environments: the example's, ten times over.
//!
//! Every copy has clusters, callers, stores, findings and costs of its own. The waves are not
//! copied: the planner of waves orders all 600 workloads anew, and bills are added up again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use migrate::cost::{Bill, Charge, Range};
use migrate::plan::MigrationPlan;
use migrate::waves::sequence::{Called, Key, Wanted, plan as order};
use migrate::waves::{Relation, ThingKind};
use serde_json::Value;

/// So many times the twenty services of the example.
const COPIES: usize = 10;

/// The name of a copy; the first is the example's own.
fn named(name: &str, copy: usize) -> String {
    if copy == 0 { name.to_owned() } else { format!("{name}-{copy}") }
}

/// Every item in every copy, `rename`d.
fn multiplied<T: Clone>(items: &[T], rename: impl Fn(&mut T, usize)) -> Vec<T> {
    let copies = (0..COPIES).flat_map(|copy| items.iter().map(move |item| (copy, item.clone())));
    copies
        .map(|(copy, mut item)| {
            rename(&mut item, copy);
            item
        })
        .collect()
}

/// Makes the documents of `config` those of 200 services.
pub(crate) fn grow(config: &Path) {
    let path = config.join("plan/plan.json");
    let mut plan: MigrationPlan = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    plan.services = multiplied(&plan.services, |one, copy| {
        one.name = named(&one.name, copy);
        one.from.cluster_arn = one.from.cluster_arn.as_deref().map(|arn| named(arn, copy));
    });
    consolidation(&mut plan);
    waves(&mut plan);
    cost(&mut plan);
    std::fs::write(&path, serde_json::to_vec(&plan).unwrap()).unwrap();
    let list = |file: &str, rename: fn(&mut Value, usize)| {
        let path = config.join(file);
        let items: Vec<Value> = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let grown = multiplied(&items, rename);
        std::fs::write(&path, serde_json::to_vec(&grown).unwrap()).unwrap();
    };
    list("plan/findings.json", |one, copy| {
        // What is said of the whole estate is said once.
        if one["subject"]["kind"] != "estate" {
            one["subject"]["name"] = named(one["subject"]["name"].as_str().unwrap(), copy).into();
        }
        one["id"] = named(one["id"].as_str().unwrap(), copy).into();
    });
    list("plan/inventory.json", |one, copy| {
        for key in ["name", "service"] {
            if let Some(text) = one[key].as_str() {
                one[key] = named(text, copy).into();
            }
        }
    });
}

fn consolidation(plan: &mut MigrationPlan) {
    let stage = &mut plan.consolidation;
    for cluster in &mut stage.clusters {
        cluster.from = multiplied(&cluster.from, |name, copy| *name = named(name, copy));
    }
    stage.moves = multiplied(&stage.moves, |one, copy| {
        one.service = named(&one.service, copy);
        one.from.cluster = named(&one.from.cluster, copy);
        one.from.service = named(&one.from.service, copy);
        one.to.service = named(&one.to.service, copy);
    });
    stage.steps = multiplied(&stage.steps, |step, copy| step.id = named(&step.id, copy));
    let counts = &mut stage.counts;
    for count in [
        &mut counts.clusters_before,
        &mut counts.services,
        &mut counts.moved,
        &mut counts.groups_made,
        &mut counts.rules,
        &mut counts.schedules,
        &mut counts.by_person,
    ] {
        *count *= COPIES;
    }
}

fn waves(plan: &mut MigrationPlan) {
    let order_of = &mut plan.order;
    order_of.things = multiplied(&order_of.things, |thing, copy| {
        thing.id = named(&thing.id, copy);
        thing.name = named(&thing.name, copy);
    });
    order_of.edges = multiplied(&order_of.edges, |edge, copy| {
        edge.from = named(&edge.from, copy);
        edge.to = named(&edge.to, copy);
    });
    order_of.risks =
        multiplied(&order_of.risks, |risk, copy| risk.service = named(&risk.service, copy));
    order_of.obstacles =
        multiplied(&order_of.obstacles, |one, copy| one.service = named(&one.service, copy));
    let services: BTreeMap<&str, Key> = order_of
        .things
        .iter()
        .filter(|thing| thing.kind == ThingKind::Service)
        .map(|thing| {
            let env = thing.environment.clone().unwrap_or_default();
            (thing.id.as_str(), (env, thing.name.clone()))
        })
        .collect();
    let mut wanted = Wanted::default();
    for risk in &order_of.risks {
        wanted.risks.insert((risk.environment.clone(), risk.service.clone()), risk.score);
    }
    for edge in order_of.edges.iter().filter(|edge| edge.relation == Relation::Calls) {
        let (Some(from), Some(to)) =
            (services.get(edge.from.as_str()), services.get(edge.to.as_str()))
        else {
            continue;
        };
        if from.0 == to.0 {
            let called = Called { service: to.1.clone(), weight: edge.weight, only_in_ecs: false };
            wanted.calls.entry(from.clone()).or_default().push(called);
        }
    }
    for one in plan.services.iter().filter(|one| one.blocked) {
        let ids = vec![format!("SG-M215/{}/{}/1", one.name, one.environment)];
        wanted.blocked.insert((one.environment.clone(), one.name.clone()), ids);
    }
    let made = order(&wanted);
    (order_of.waves, order_of.held) = (made.waves, made.held);
    (order_of.cycles, order_of.kept) = (made.cycles, made.kept);
}

fn times(range: Range) -> Range {
    std::iter::repeat_n(range, COPIES).sum()
}

fn cost(plan: &mut MigrationPlan) {
    let cost = &mut plan.cost;
    let grow = |bill: &mut Bill| {
        // The clusters are as many as before; all else comes with the services.
        for line in bill.lines.iter_mut().filter(|line| line.what != Charge::ControlPlane) {
            line.amount = times(line.amount);
        }
        bill.total = bill.lines.iter().map(|line| line.amount).sum();
    };
    let bills = [
        &mut cost.today,
        &mut cost.ecs_shared,
        &mut cost.ecs_right_sized,
        &mut cost.during,
        &mut cost.first,
        &mut cost.later,
    ];
    bills.into_iter().for_each(grow);
    cost.services = multiplied(&cost.services, |one, copy| one.service = named(&one.service, copy));
    let copies = i64::try_from(COPIES).unwrap();
    cost.covered.services *= copies;
    cost.covered.of *= copies;
    if let Some(even) = &mut cost.break_even {
        even.tasks_now *= copies;
    }
    let bills: BTreeMap<&str, Range> = [
        ("today", cost.today.total),
        ("ecsShared", cost.ecs_shared.total),
        ("ecsRightSized", cost.ecs_right_sized.total),
        ("first", cost.first.total),
        ("later", cost.later.total),
    ]
    .into();
    for saving in &mut cost.savings {
        let from = bills[saving.from.as_str()];
        saving.amount = from - bills[saving.to.as_str()];
        saving.percent = saving.amount.expected.percent_of(from.expected);
    }
}

/// The services that a plan's waves move, each once.
pub(crate) fn moved(plan: &MigrationPlan) -> BTreeSet<(String, String)> {
    let mut out = BTreeSet::new();
    for wave in &plan.order.waves {
        for service in wave.units.iter().flat_map(|unit| &unit.services) {
            assert!(out.insert((service.clone(), wave.environment.clone())), "{service} twice");
        }
    }
    out
}
