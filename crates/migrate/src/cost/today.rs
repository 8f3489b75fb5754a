//! What runs today: tasks on Fargate, and the container instances of ECS clusters.

use std::collections::{BTreeMap, BTreeSet};

use super::bills::Sheet;
use super::demand::Demand;
use super::document::{Charge, Launch, Size};
use super::money::{Money, Range};
use super::prices::{Region, Task};
use super::size::{HOURS, task_micros};
use crate::convert::names;
use crate::given::Given;
use crate::input::node::Node;

/// The price of a task by its machine; none if the list has none.
pub(super) fn task_price(demand: &Demand<'_, '_>, region: &Region) -> Option<Task> {
    if demand.machine.windows {
        region.fargate.windows
    } else if demand.machine.arm {
        region.fargate.arm
    } else {
        Some(region.fargate.x86)
    }
}

/// What people call the price that [`task_price`] looks for.
pub(super) fn price_name(demand: &Demand<'_, '_>) -> &'static str {
    if demand.machine.windows { "Fargate on Windows" } else { "Fargate on ARM" }
}

/// The charges for the tasks of one service at `size`; nothing unless it runs on Fargate.
pub(super) fn tasks(demand: &Demand<'_, '_>, size: Size, region: &Region) -> Sheet {
    let mut sheet = Sheet::default();
    if demand.launch != Launch::Fargate {
        return sheet;
    }
    let on_demand =
        Range::by(|case| demand.tasks.of(case).saturating_sub(demand.spot.of(case)).max(0));
    if let Some(price) = task_price(demand, region) {
        let amount = Range::by(|case| {
            Money::from_micros(task_micros(&price, size, on_demand.of(case), HOURS))
        });
        sheet.add(Charge::Fargate, on_demand, amount);
        let spot = Range::by(|case| {
            let left = i128::from(region.fargate.spot_discount_percent.percent_left(case));
            Money::from_micros(task_micros(&price, size, demand.spot.of(case), HOURS) * left / 100)
        });
        sheet.add(Charge::FargateSpot, demand.spot, spot);
    }
    let gib = Range::by(|case| demand.tasks.of(case).saturating_mul(demand.scratch_gib));
    let hour = region.fargate.ephemeral_gb.micros();
    let amount = Range::by(|case| Money::from_micros(i128::from(gib.of(case)) * hour * HOURS));
    sheet.add(Charge::EphemeralStorage, gib, amount);
    sheet
}

/// The charges for public addresses of the tasks of one service.
pub(super) fn addresses(demand: &Demand<'_, '_>, region: &Region) -> Sheet {
    let mut sheet = Sheet::default();
    if demand.public_address && demand.launch == Launch::Fargate {
        let month = region.public_ipv4.micros() * HOURS;
        let amount =
            Range::by(|case| Money::from_micros(i128::from(demand.tasks.of(case)) * month));
        sheet.add(Charge::PublicAddresses, demand.tasks, amount);
    }
    sheet
}

/// Container instances of each cluster by type.
#[derive(Debug, Default)]
pub(super) struct Instances {
    pub(super) clusters: BTreeMap<String, BTreeMap<String, i64>>,
}

impl Instances {
    /// Reads what `DescribeContainerInstances` answered.
    pub(super) fn read(given: Given<'_, '_>) -> Self {
        let mut out = Self::default();
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let items = given.inventory.sections().flat_map(|(_, items)| items);
        for item in items.filter(|item| item.node.pointer == "/containerInstances") {
            for instance in item.node.items() {
                let arn = instance.text("containerInstanceArn").unwrap_or_default();
                if !arn.is_empty() && !seen.insert(arn.clone()) {
                    continue;
                }
                // arn:aws:ecs:REGION:ACCOUNT:container-instance/CLUSTER/ID
                let by_arn = arn.split('/').nth(1).filter(|_| arn.matches('/').count() == 2);
                let by_request = || item.asked_for("cluster").map(names::last_part);
                let cluster = by_arn.or_else(by_request).unwrap_or_default();
                let types = out.clusters.entry(cluster.to_owned()).or_default();
                *types.entry(instance_type(&instance)).or_insert(0) += 1;
            }
        }
        out
    }

    /// The charges for the instances of one cluster; types without a price go into `unpriced`.
    pub(super) fn sheet(
        &self,
        cluster: &str,
        region: &Region,
        unpriced: &mut BTreeSet<String>,
    ) -> Sheet {
        let mut sheet = Sheet::default();
        for (name, count) in self.clusters.get(cluster).into_iter().flatten() {
            let Some(rate) = region.instances.get(name) else {
                unpriced.insert(name.clone());
                continue;
            };
            let micros = rate.micros() * HOURS * i128::from(*count);
            let amount = Range::fixed(Money::from_micros(micros));
            sheet.add(Charge::ContainerInstances, Range::fixed(*count), amount);
        }
        sheet
    }
}

fn instance_type(instance: &Node<'_>) -> String {
    let attributes = instance.list("attributes");
    let found = attributes
        .iter()
        .find(|one| one.text("name").as_deref() == Some("ecs.instance-type"))
        .and_then(|one| one.text("value"));
    found.unwrap_or_else(|| "an unknown instance type".to_owned())
}
