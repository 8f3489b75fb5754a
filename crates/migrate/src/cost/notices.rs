//! What a person must know of sizes and money: the findings.

use std::collections::{BTreeMap, BTreeSet};

use model::Reason;
use model::code::cost as code;

use super::demand::{Demand, SIZE_ASSUMED};
use super::document::{Charge, Cost, Launch, Size, Verdict};
use super::money::Money;
use super::nodes::family;
use super::prices::{CommitmentKind, Prices};
use super::size::{DAYS_MIN, task_micros};
use super::today::{Instances, task_price};
use super::verdict::charged;
use crate::convert::size::{cpu_quantity, memory_quantity};
use crate::given::Raised;

/// Names in a sentence before the rest is counted.
const NAMES_MAX: usize = 6;
/// Points that are further apart hide peaks.
const PERIOD_SECS_MAX: i64 = 300;
/// A task this many times as hot as the average, in percent, and this near its size is hot.
const HOT_PERCENT: i64 = 250;
const HOT_OF_SIZE_PERCENT: i64 = 80;
/// Memory use that is near the size, in percent of it.
const TIGHT_PERCENT: i64 = 90;

/// A saving of which at least this part, in percent, is possible in ECS is not the move's merit.
const ECS_SHARE_PERCENT: i64 = 25;
/// From this part of the bill on, in percent, container instances are worth a word.
const INSTANCES_PERCENT: i64 = 30;

/// What was worked out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outcome<'o, 'g, 'a> {
    pub(super) cost: &'o Cost,
    pub(super) demands: &'o [Demand<'g, 'a>],
    pub(super) prices: &'o Prices,
    pub(super) instances: &'o Instances,
    /// Regions of services.
    pub(super) regions: &'o BTreeMap<String, usize>,
    /// What has no price.
    pub(super) unpriced: &'o BTreeSet<String>,
    /// Demands that fit on no node.
    pub(super) unplaced: &'o BTreeSet<usize>,
}

/// Raises everything that a person must know.
pub(super) fn raise(outcome: &Outcome<'_, '_, '_>, raised: &mut Vec<Raised>) {
    let mut all = Vec::new();
    assumed(outcome, &mut all);
    // Files without one service say nothing about what runs, and so nothing about money.
    if outcome.demands.iter().any(|demand| demand.work.service.is_some()) {
        prices(outcome, &mut all);
        verdict(outcome, &mut all);
        measured(outcome, &mut all);
        left_out(outcome, &mut all);
        commitments(outcome, &mut all);
    }
    let estate = |reason| Raised { service: String::new(), environment: String::new(), reason };
    raised.extend(all.into_iter().map(estate));
    for (index, demand) in outcome.demands.iter().enumerate() {
        let own = |reason| Raised {
            service: demand.work.name.clone(),
            environment: demand.work.env.clone(),
            reason,
        };
        raised.extend(of_service(outcome, index, demand).into_iter().map(own));
    }
}

/// Names of services with their environment, shortened.
fn list<'d>(demands: impl Iterator<Item = &'d Demand<'d, 'd>>) -> String {
    shortened(&demands.map(|one| format!("{}/{}", one.work.name, one.work.env)).collect::<Vec<_>>())
}

fn shortened(names: &[String]) -> String {
    let shown = names.get(..NAMES_MAX).unwrap_or(names).join(", ");
    match names.len().saturating_sub(NAMES_MAX) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn prices(outcome: &Outcome<'_, '_, '_>, all: &mut Vec<Reason>) {
    let basis = &outcome.cost.prices;
    if basis.region != basis.used {
        let region = if basis.region.is_empty() { "an unknown region" } else { &basis.region };
        let reason = Reason::new(&code::REGION_UNPRICED);
        all.push(reason.with("region", region).with("used", &basis.used));
    }
    if !basis.verified {
        let reason = Reason::new(&code::PRICES_UNVERIFIED);
        all.push(reason.with("region", &basis.used).with("date", &basis.date));
    }
    if outcome.regions.len() > 1 {
        let names: Vec<String> = outcome.regions.keys().cloned().collect();
        let reason = Reason::new(&code::SEVERAL_REGIONS);
        all.push(reason.with("list", shortened(&names)).with("region", &basis.region));
    }
    if !outcome.unpriced.is_empty() {
        let names: Vec<String> = outcome.unpriced.iter().cloned().collect();
        let reason = Reason::new(&code::NO_PRICE);
        all.push(reason.with("list", shortened(&names)).with("region", &basis.used));
    }
}

fn verdict(outcome: &Outcome<'_, '_, '_>, all: &mut Vec<Reason>) {
    let cost = outcome.cost;
    let (before, after) = (cost.ecs_shared.total.expected, cost.later.total.expected);
    let figures = |reason: Reason| {
        reason
            .with("before", before.whole())
            .with("after", after.whole())
            .with("currency", &cost.prices.currency)
    };
    match cost.verdict {
        Verdict::Dearer => {
            let planes = charged(&cost.later, Charge::ControlPlane);
            let percent = planes.percent_of(after);
            let driver = format!("control planes are {percent} % of the new bill");
            let tasks = cost.break_even.as_ref().and_then(|found| found.tasks);
            let tasks = tasks.map_or_else(|| "any number of".to_owned(), |n| n.to_string());
            let reason = figures(Reason::new(&code::DEARER));
            all.push(reason.with("driver", driver).with("tasks", tasks));
        }
        Verdict::AboutTheSame => all.push(figures(Reason::new(&code::NO_CLEAR_WINNER))),
        Verdict::Cheaper | Verdict::Unknown => {}
    }
    let saving = cost.today.total.expected - after;
    let ecs = cost.today.total.expected - cost.ecs_right_sized.total.expected;
    if cost.verdict == Verdict::Cheaper && ecs.percent_of(saving) >= ECS_SHARE_PERCENT {
        let reason = figures(Reason::new(&code::RIGHT_SIZE_FIRST));
        all.push(reason.with("saving", saving.whole()).with("ecs", ecs.min(saving).whole()));
    }
    let instances = charged(&cost.today, Charge::ContainerInstances);
    let much = instances.percent_of(cost.today.total.expected) >= INSTANCES_PERCENT;
    if cost.verdict == Verdict::Cheaper && much {
        let reason = Reason::new(&code::IDLE_INSTANCES)
            .with("amount", instances.whole())
            .with("before", cost.today.total.expected.whole())
            .with("currency", &cost.prices.currency);
        all.push(reason);
    }
    let count = |bill: &super::document::Bill| {
        let lines = bill.lines.iter().filter(|line| line.what == Charge::LoadBalancers);
        lines.map(|line| line.count.expected).sum::<i64>()
    };
    let (now, left) = (count(&cost.today), count(&cost.ecs_shared));
    if left < now {
        let amount = cost.today.total.expected - cost.ecs_shared.total.expected;
        let reason = figures(Reason::new(&code::SHARE_BALANCERS));
        all.push(reason.with("count", now).with("left", left).with("amount", amount.whole()));
    }
}

fn measured(outcome: &Outcome<'_, '_, '_>, all: &mut Vec<Reason>) {
    let running = || {
        outcome.demands.iter().filter(|one| one.tasks.expected > 0 && one.work.service.is_some())
    };
    let short = || running().filter(|one| one.usage.is_none_or(|usage| usage.days < DAYS_MIN));
    if short().next().is_some() {
        let reason = Reason::new(&code::NOT_MEASURED)
            .with("count", short().count())
            .with("total", running().count())
            .with("list", list(short()));
        all.push(reason);
    }
    let period = outcome.demands.iter().filter_map(|one| Some(one.usage?.period_secs)).max();
    if let Some(secs) = period.filter(|secs| *secs > PERIOD_SECS_MAX) {
        all.push(Reason::new(&code::COARSE_METRICS).with("minutes", secs / 60));
    }
}

fn assumed(outcome: &Outcome<'_, '_, '_>, all: &mut Vec<Reason>) {
    let count = outcome.demands.iter().filter(|demand| demand.count_assumed).count();
    if count > 0 {
        all.push(Reason::new(&code::COUNT_ASSUMED).with("count", count));
    }
}

/// What is in no bill, or counted in another way than it runs.
fn left_out(outcome: &Outcome<'_, '_, '_>, all: &mut Vec<Reason>) {
    let currency = &outcome.cost.prices.currency;
    let scheduled = || {
        outcome
            .demands
            .iter()
            .filter(|one| one.launch == Launch::Scheduled || !one.work.schedules.is_empty())
    };
    if scheduled().next().is_some() {
        let region = outcome.prices.region(&outcome.cost.prices.used);
        let hour = |one: &Demand<'_, '_>| {
            let price = region.and_then(|(_, region)| task_price(one, region))?;
            Some(Money::from_micros(task_micros(&price, one.fargate_today(), 1, 1)))
        };
        let hours: Money = scheduled().filter_map(hour).sum();
        let reason = Reason::new(&code::SCHEDULED_UNKNOWN).with("list", list(scheduled()));
        all.push(reason.with("hour", hours).with("currency", currency));
    }
    let public = || outcome.demands.iter().filter(|one| one.public_address);
    let tasks: i64 = public().map(|one| one.tasks.expected).sum();
    if tasks > 0 {
        let reason = Reason::new(&code::PUBLIC_ADDRESSES).with("count", tasks);
        all.push(reason.with("list", list(public())));
    }
    let spot = || outcome.demands.iter().filter(|one| one.spot.expected > 0);
    let tasks: i64 = spot().map(|one| one.spot.expected).sum();
    if tasks > 0 {
        let reason = Reason::new(&code::SPOT_TASKS).with("count", tasks);
        all.push(reason.with("list", list(spot())));
    }
    let mut unread: BTreeMap<&str, Vec<&Demand<'_, '_>>> = BTreeMap::new();
    for one in outcome.demands.iter().filter(|one| one.launch == Launch::Ec2) {
        let read = outcome.instances.clusters.contains_key(&one.cluster);
        if !read && !one.cluster.is_empty() && one.tasks.expected > 0 {
            unread.entry(&one.cluster).or_default().push(one);
        }
    }
    for (cluster, demands) in unread {
        let reason = Reason::new(&code::INSTANCES_UNREAD).with("cluster", cluster);
        all.push(reason.with("list", list(demands.into_iter())));
    }
}

/// Commitments to families of EC2 that no pool uses later.
fn commitments(outcome: &Outcome<'_, '_, '_>, all: &mut Vec<Reason>) {
    for one in &outcome.prices.commitments {
        let pools = outcome.cost.pools.iter().filter(|pool| pool.stage == "later");
        let used = one.kind == CommitmentKind::ComputeSavingsPlan
            || pools.map(|pool| family(&pool.instance_type)).any(|name| name == one.family);
        if !used {
            let covers = if one.family.is_empty() { "EC2" } else { &one.family };
            let reason = Reason::new(&code::STRANDED)
                .with("name", &one.name)
                .with("amount", one.hour)
                .with("currency", &outcome.cost.prices.currency)
                .with("until", &one.until)
                .with("covers", covers);
            all.push(reason);
        }
    }
}

/// What concerns one service.
fn of_service(outcome: &Outcome<'_, '_, '_>, index: usize, demand: &Demand<'_, '_>) -> Vec<Reason> {
    let mut all = Vec::new();
    let about =
        |reason: Reason| reason.with("service", &demand.work.name).with("env", &demand.work.env);
    let unsized_task = demand.task.is_none() && demand.pod == SIZE_ASSUMED;
    if unsized_task && demand.work.service.is_some() {
        all.push(about(Reason::new(&code::SIZE_UNKNOWN)).with("assumed", shown(SIZE_ASSUMED)));
    }
    if outcome.unplaced.contains(&index) {
        let size = demand.pod.max(demand.pod_later());
        all.push(about(Reason::new(&code::NO_NODE_FITS)).with("size", shown(size)));
    }
    let Some(usage) = demand.usage else { return all };
    let size = demand.task.unwrap_or(demand.pod);
    let hot = usage.cpu_max_milli.saturating_mul(100)
        >= usage.cpu_p95_milli.saturating_mul(HOT_PERCENT).max(1)
        && percent(usage.cpu_max_milli, size.cpu_milli) >= HOT_OF_SIZE_PERCENT;
    if hot && demand.tasks.expected > 1 {
        let reason = about(Reason::new(&code::HOT_TASK))
            .with("max", format!("{}m", usage.cpu_max_milli))
            .with("average", format!("{}m", usage.cpu_p95_milli))
            .with("size", format!("{}m", size.cpu_milli));
        all.push(reason);
    }
    if percent(usage.memory_max_mib, size.memory_mib) >= TIGHT_PERCENT {
        let reason = about(Reason::new(&code::MEMORY_TIGHT))
            .with("max", memory_quantity(usage.memory_max_mib))
            .with("size", memory_quantity(size.memory_mib));
        all.push(reason);
    }
    if demand.pod.memory_mib < usage.memory_p95_mib {
        let reason = about(Reason::new(&code::ASKS_TOO_LITTLE))
            .with("request", memory_quantity(demand.pod.memory_mib))
            .with("used", memory_quantity(usage.memory_p95_mib));
        all.push(reason);
    }
    let shrinks = demand.right.filter(|right| right.memory_mib < demand.pod.memory_mib);
    if let Some((right, runtime)) = shrinks.zip(demand.runtime) {
        let reason = about(Reason::new(&code::HEAP_FOLLOWS_LIMIT))
            .with("old", memory_quantity(demand.pod.memory_mib))
            .with("new", memory_quantity(right.memory_mib))
            .with("runtime", runtime);
        all.push(reason);
    }
    all
}

fn percent(part: i64, whole: i64) -> i64 {
    if whole <= 0 { 0 } else { part.saturating_mul(100) / whole }
}

/// A size for people: `250m CPU and 512Mi`.
fn shown(size: Size) -> String {
    // `cpu_quantity` takes ECS units; thousandths are written as they are.
    let cpu = match size.cpu_milli % 1000 {
        0 if size.cpu_milli > 0 => cpu_quantity(size.cpu_milli / 1000 * 1024),
        _ => format!("{}m", size.cpu_milli),
    };
    format!("{cpu} CPU and {}", memory_quantity(size.memory_mib))
}
