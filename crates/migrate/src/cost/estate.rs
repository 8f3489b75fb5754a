//! The whole of it: every environment's charges, added up, compared and put into words.

use std::collections::{BTreeMap, BTreeSet};

use super::balancers::{self, Balancer};
use super::bills::{Sheet, Sheets};
use super::demand::Demand;
use super::document::{
    Assumption, Basis, Charge, Cost, Coverage, EnvironmentCost, Launch, Pool, ServiceCost,
};
use super::machines::Machines;
use super::money::{Case, Money, Range};
use super::nodes::{Ask, Extent, Market, Needs, Nodes, family, place};
use super::prices::{Prices, Region};
use super::size::{DAYS_MIN, HOURS, task_micros};
use super::today::{self, Instances};
use super::verdict::{self, Growth};

/// How many times the pods of an estate are taken to see what one of them costs.
const BATCH: i64 = 100;

/// When a pod asks for what it asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Declared sizes, the architecture of the task definition.
    First,
    /// Smaller sizes, any architecture that the images have.
    Later,
}

impl Stage {
    fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Later => "later",
        }
    }
}

/// Everything that the bills are made of.
#[derive(Debug)]
pub(super) struct Estate<'e, 'g, 'a> {
    pub(super) demands: &'e [Demand<'g, 'a>],
    pub(super) balancers: &'e [Balancer],
    pub(super) instances: &'e Instances,
    pub(super) machines: &'e Machines,
    pub(super) region: &'e Region,
    pub(super) zones: i64,
}

/// What could not be counted.
#[derive(Debug, Default)]
pub(super) struct Gaps {
    /// What has no price.
    pub(super) unpriced: BTreeSet<String>,
    /// Demands that fit on no node.
    pub(super) unplaced: BTreeSet<usize>,
}

impl Estate<'_, '_, '_> {
    /// Works out every bill; `basis` says what the prices are.
    pub(super) fn cost(&self, basis: Basis, gaps: &mut Gaps) -> Cost {
        let mut cost = Cost { prices: basis, ..Cost::default() };
        let mut whole = Sheets::default();
        let mut variable = Money::ZERO;
        let gpu_families = self.gpu_families();
        let market = Market {
            machines: self.machines,
            region: self.region,
            zones: self.zones,
            gpu_families: &gpu_families,
        };
        for env in self.environments() {
            let mut sheets = self.ecs(&env, gaps);
            for stage in [Stage::First, Stage::Later] {
                let asks = self.asks(&env, stage);
                let placed = place(&asks, market, Extent::Whole);
                gaps.unplaced.extend(&placed.unplaced);
                let sheet = self.nodes(&env, &placed.pools, &asks);
                match stage {
                    Stage::First => sheets.first = sheet,
                    Stage::Later => {
                        sheets.later = sheet;
                        variable = variable + self.variable(asks, market);
                    }
                }
                cost.pools.extend(placed.pools.iter().map(|pool| written(pool, &env, stage)));
            }
            cost.environments.push(sheets.bills(&env));
            whole = whole.with(&sheets);
        }
        let EnvironmentCost { today, ecs_shared, ecs_right_sized, during, first, later, .. } =
            whole.bills("");
        cost = Cost { today, ecs_shared, ecs_right_sized, during, first, later, ..cost };
        cost.services = self.demands.iter().map(|demand| self.service(demand)).collect();
        cost.covered = self.covered();
        cost.measured =
            self.demands.iter().any(|one| one.tasks.expected > 0 && one.right.is_some());
        self.judge(&mut cost, &whole, variable);
        cost
    }

    /// Environments of services, then what belongs to none.
    fn environments(&self) -> Vec<String> {
        let mut names: BTreeSet<String> =
            self.demands.iter().map(|demand| demand.work.env.clone()).collect();
        names.extend(self.balancers.iter().map(|one| one.env.clone()));
        if self.instances.clusters.keys().any(|cluster| self.environment_of(cluster).is_none()) {
            names.insert(String::new());
        }
        names.into_iter().collect()
    }

    /// The environment of the services of a cluster.
    fn environment_of(&self, cluster: &str) -> Option<&str> {
        let found = self.demands.iter().find(|demand| demand.cluster == cluster)?;
        Some(&found.work.env)
    }

    fn here<'s>(&'s self, env: &'s str) -> impl Iterator<Item = (usize, &'s Demand<'s, 's>)> {
        self.demands.iter().enumerate().filter(move |(_, demand)| demand.work.env == env)
    }

    /// What ECS and the load balancers cost in one environment.
    fn ecs(&self, env: &str, gaps: &mut Gaps) -> Sheets {
        let mut sheets = Sheets::default();
        for (_, demand) in self.here(env) {
            if demand.launch == Launch::Fargate && today::task_price(demand, self.region).is_none()
            {
                gaps.unpriced.insert(today::price_name(demand).to_owned());
            }
            let now = today::tasks(demand, demand.fargate_today(), self.region);
            let smaller = demand.fargate_later().unwrap_or_else(|| demand.fargate_today());
            let later = today::tasks(demand, smaller, self.region);
            sheets.ecs = sheets.ecs.with(&now);
            sheets.ecs_right_sized = sheets.ecs_right_sized.with(&later);
            sheets.addresses = sheets.addresses.with(&today::addresses(demand, self.region));
        }
        for cluster in self.instances.clusters.keys() {
            if self.environment_of(cluster).unwrap_or_default() == env {
                let sheet = self.instances.sheet(cluster, self.region, &mut gaps.unpriced);
                sheets.ecs = sheets.ecs.with(&sheet);
                sheets.ecs_right_sized = sheets.ecs_right_sized.with(&sheet);
            }
        }
        let shared = balancers::shared(self.balancers);
        sheets.balancers = balancers::sheet(env, self.balancers, self.balancers, self.region);
        sheets.balancers_shared = balancers::sheet(env, self.balancers, &shared, self.region);
        sheets
    }

    /// The pods of one environment.
    fn asks(&self, env: &str, stage: Stage) -> Vec<Ask> {
        let runs = |demand: &Demand<'_, '_>| match demand.launch {
            Launch::Fargate | Launch::Ec2 => true,
            Launch::External | Launch::Scheduled => false,
        };
        let ask = |(index, demand): (usize, &Demand<'_, '_>)| {
            let machine = demand.machine;
            let needs = match stage {
                _ if machine.windows => Needs::Windows,
                Stage::Later if machine.either => Needs::Either,
                Stage::First | Stage::Later if machine.arm => Needs::Arm,
                Stage::First | Stage::Later => Needs::Amd,
            };
            let size = match stage {
                Stage::First => demand.pod,
                Stage::Later => demand.pod_later(),
            };
            let gpus = machine.gpus;
            Ask { index, size, gpus, count: demand.tasks, needs, daemon: demand.daemon }
        };
        self.here(env).filter(|(_, demand)| runs(demand)).map(ask).collect()
    }

    /// The control plane of one environment, its nodes and their disks.
    fn nodes(&self, env: &str, pools: &[Nodes], asks: &[Ask]) -> Sheet {
        let mut sheet = Sheet::default();
        if !env.is_empty() {
            let month = Money::from_micros(self.region.eks.standard.micros() * HOURS);
            sheet.add(Charge::ControlPlane, Range::fixed(1), Range::fixed(month));
        }
        for pool in pools {
            sheet.add(Charge::Nodes, pool.count, pool.amount);
        }
        let scratch = |case: Case| {
            asks.iter().fold(0_i64, |sum, ask| {
                let each = self.demands.get(ask.index).map_or(0, |demand| demand.scratch_gib);
                sum.saturating_add(each.saturating_mul(ask.count.of(case)))
            })
        };
        let gib = Range::by(|case| {
            let nodes =
                pools.iter().fold(0_i64, |sum, pool| sum.saturating_add(pool.count.of(case)));
            nodes.saturating_mul(self.machines.disk_gib).saturating_add(scratch(case))
        });
        let month = self.region.disk_gb_month.micros();
        let amount = Range::by(|case| Money::from_micros(i128::from(gib.of(case)) * month));
        sheet.add(Charge::NodeDisks, gib, amount);
        sheet
    }

    /// What nodes and disks cost for the pods alone. A pod's part of a node shows only among many,
    /// so it is worked out for a hundred times as many and divided.
    fn variable(&self, mut asks: Vec<Ask>, market: Market<'_>) -> Money {
        for ask in &mut asks {
            ask.count = Range::by(|case| ask.count.of(case).saturating_mul(BATCH));
        }
        let bare = place(&asks, market, Extent::Variable);
        let amount = nodes_amount(&self.nodes("", &bare.pools, &asks));
        Money::from_micros(i128::from(amount.micros() / BATCH))
    }

    /// Instance families of the clusters whose services use GPUs.
    fn gpu_families(&self) -> BTreeSet<String> {
        let with_gpu = self.demands.iter().filter(|demand| demand.machine.gpus > 0);
        with_gpu
            .filter_map(|demand| self.instances.clusters.get(&demand.cluster))
            .flat_map(|types| types.keys().map(|name| family(name).to_owned()))
            .collect()
    }

    fn service(&self, demand: &Demand<'_, '_>) -> ServiceCost {
        let sheet = today::tasks(demand, demand.fargate_today(), self.region);
        let charges = [Charge::Fargate, Charge::FargateSpot, Charge::EphemeralStorage];
        let (waste, step_waste) = self.waste(demand);
        ServiceCost {
            service: demand.work.name.clone(),
            environment: demand.work.env.clone(),
            launch: demand.launch,
            tasks: demand.tasks,
            spot_tasks: demand.spot.expected,
            task: demand.task,
            declared: demand.pod,
            right_sized: demand.right,
            fargate_size: demand.fargate_later().filter(|_| demand.launch == Launch::Fargate),
            usage: demand.usage,
            today: charges.iter().map(|charge| sheet.amount(*charge)).sum(),
            waste,
            step_waste,
            notes: notes(demand),
        }
    }

    /// What is paid for and not used at p95, and the part of it that the steps of sizes force.
    fn waste(&self, demand: &Demand<'_, '_>) -> (Option<Money>, Option<Money>) {
        let price = today::task_price(demand, self.region);
        let (Some(price), Some(usage), Launch::Fargate) = (price, demand.usage, demand.launch)
        else {
            return (None, None);
        };
        let bought = demand.fargate_today();
        let month = |cpu_milli, memory_mib| {
            let size = super::document::Size { cpu_milli, memory_mib };
            task_micros(&price, size, demand.tasks.expected, HOURS)
        };
        let unused = month(
            bought.cpu_milli.saturating_sub(usage.cpu_p95_milli),
            bought.memory_mib.saturating_sub(usage.memory_p95_mib),
        );
        let steps = demand.fargate_later().zip(demand.right).map(|(size, need)| {
            let need = month(need.cpu_milli, need.memory_mib);
            Money::from_micros((month(size.cpu_milli, size.memory_mib) - need).max(0))
        });
        (Some(Money::from_micros(unused)), steps)
    }

    fn covered(&self) -> Coverage {
        let running = || self.demands.iter().filter(|demand| demand.tasks.expected > 0);
        let enough = running().filter(|one| one.usage.is_some_and(|usage| usage.days >= DAYS_MIN));
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        Coverage { services: count(enough.count()), of: count(running().count()) }
    }

    /// Compares the bills, and says on what they rest.
    fn judge(&self, cost: &mut Cost, whole: &Sheets, variable: Money) {
        // Files without one service say nothing about how many tasks run.
        let known = self.demands.iter().any(|demand| demand.work.service.is_some());
        if known {
            cost.verdict = verdict::of(cost.ecs_shared.total, cost.later.total);
            cost.verdict_first = verdict::of(cost.today.total, cost.first.total);
        }
        cost.savings = verdict::savings(cost);
        let running = self.demands.iter().filter(|one| {
            one.tasks.expected > 0 && matches!(one.launch, Launch::Fargate | Launch::Ec2)
        });
        let (services, tasks) = running.fold((0_i64, 0_i64), |(services, tasks), one| {
            (services.saturating_add(1), tasks.saturating_add(one.tasks.expected))
        });
        cost.break_even = verdict::break_even(Growth {
            tasks,
            services,
            today: whole.ecs.bill().total.expected,
            later: whole.later.bill().total.expected,
            variable,
            control_planes: whole.later.amount(Charge::ControlPlane).expected,
        });
        cost.assumptions = self.assumptions();
        cost.not_counted = self.not_counted();
        cost.sentence = verdict::sentence(cost);
    }

    fn assumptions(&self) -> Vec<Assumption> {
        let one = |about: &str, low: &str, expected: &str, high: &str| Assumption {
            about: about.to_owned(),
            low: low.to_owned(),
            expected: expected.to_owned(),
            high: high.to_owned(),
        };
        let percent = |case| 100 - self.region.fargate.spot_discount_percent.percent_left(case);
        let spot = |case| format!("Fargate Spot costs {} % less", percent(case));
        let units = |count: &str| format!("{count} through each load balancer, before and after");
        vec![
            one(
                "tasks",
                "autoscaled services at their minimum",
                "as many tasks as are wanted now, all month",
                "autoscaled services at their maximum",
            ),
            one("spot", &spot(Case::Low), &spot(Case::Expected), &spot(Case::High)),
            one(
                "nodes",
                "no spare node",
                "one spare node a pool (none with GPUs), spread over the zones",
                "as expected, and nodes filled to 85 %",
            ),
            one(
                "load balancers",
                &units("no capacity unit"),
                &units("one capacity unit (LCU)"),
                &units("three capacity units"),
            ),
            one(
                "while both run",
                "services leave ECS wave by wave, so this is an upper bound",
                "ECS and nodes in full, load balancers once",
                "as expected, at the maximum of tasks",
            ),
        ]
    }

    fn not_counted(&self) -> Vec<String> {
        let mut all = vec![
            "traffic between zones and through NAT gateways, which are left as they are".to_owned(),
            "logs, metrics, images, data transfer to the internet, and what databases cost"
                .to_owned(),
            "disks of container instances of ECS, while disks of nodes are counted".to_owned(),
            "Savings Plans, reserved instances and discounts of a contract".to_owned(),
            "Spot nodes: every node is counted on demand".to_owned(),
            format!(
                "versions of EKS in extended support, which cost {} an hour in place of {}",
                self.region.eks.extended, self.region.eks.standard
            ),
            "the work of people".to_owned(),
        ];
        let has = |launch| self.demands.iter().any(|demand| demand.launch == launch);
        if has(Launch::Scheduled) {
            all.push("scheduled tasks, since their run times are not known".to_owned());
        }
        if has(Launch::External) {
            all.push("services on machines outside of AWS, on either side".to_owned());
        }
        all
    }
}

/// Nodes and disks of a sheet, expected case.
fn nodes_amount(sheet: &Sheet) -> Money {
    sheet.amount(Charge::Nodes).expected + sheet.amount(Charge::NodeDisks).expected
}

fn written(pool: &Nodes, env: &str, stage: Stage) -> Pool {
    Pool {
        environment: env.to_owned(),
        stage: stage.name().to_owned(),
        instance_type: pool.machine.name.clone(),
        architecture: pool.machine.architecture.clone(),
        system: if pool.windows { "windows" } else { "linux" }.to_owned(),
        nodes: pool.count,
        spare: pool.spare,
        pods: pool.pods,
        cpu_percent: pool.cpu_percent,
        memory_percent: pool.memory_percent,
        amount: pool.amount,
    }
}

fn notes(demand: &Demand<'_, '_>) -> Vec<String> {
    let mut notes = Vec::new();
    match (demand.usage, demand.launch) {
        (_, Launch::Scheduled) => {
            notes.push("its run times are not known: it is in no bill".to_owned());
        }
        (None, _) => notes.push("no usage was read: its size stays as declared".to_owned()),
        (Some(usage), _) if usage.days < DAYS_MIN => {
            notes.push(format!(
                "{} days of usage were read, {DAYS_MIN} are needed: its size stays as declared",
                usage.days
            ));
        }
        (Some(_), _) => {}
    }
    if demand.count_assumed {
        notes.push("no service says how many run: counted as one task".to_owned());
    }
    if demand.launch == Launch::Ec2 {
        notes.push("paid for by the instances of its cluster, which stand in the bills".to_owned());
    }
    if demand.tasks.low < demand.tasks.high {
        let Range { low, expected, high } = demand.tasks;
        notes.push(format!("scaled between {low} and {high} tasks, {expected} now"));
    }
    notes
}

/// How many services run in each region that they name.
pub(super) fn regions(demands: &[Demand<'_, '_>]) -> BTreeMap<String, usize> {
    let mut regions = BTreeMap::new();
    for name in demands.iter().filter_map(|demand| demand.work.region.clone()) {
        *regions.entry(name).or_insert(0) += 1;
    }
    regions
}

/// What the document says of the prices in use.
pub(super) fn basis(prices: &Prices, wanted: &str, used: &str, region: &Region) -> Basis {
    Basis {
        currency: prices.currency.clone(),
        date: prices.date.clone(),
        region: wanted.to_owned(),
        used: used.to_owned(),
        verified: region.verified,
        own: prices.own,
        sources: region.sources.clone(),
        hours: i64::try_from(HOURS).unwrap_or_default(),
    }
}
