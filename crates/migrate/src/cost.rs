//! What the estate costs today, and what it will cost.
//!
//! The steps, each in its module: `usage` (what was measured), `size` (what a service should ask
//! for), `demand` (tasks and sizes of every service), `today` and `balancers` (the bill of ECS),
//! `pack` and `nodes` (the bill of Kubernetes), `bills`, `verdict`, `notices`. Prices come from a
//! dated list that a team may replace. What it is not: it asks no price of AWS, and promises no
//! saving that rests on fewer than 14 days of usage.

mod balancers;
mod bills;
mod demand;
mod document;
mod estate;
mod machines;
mod money;
mod nodes;
mod notices;
mod pack;
mod prices;
mod size;
mod today;
mod usage;
mod verdict;

use std::collections::BTreeSet;

pub use document::{
    Assumption, Basis, Bill, BreakEven, Charge, Cost, Coverage, EnvironmentCost, Launch, Line,
    Pool, Saving, ServiceCost, Size, Usage, Verdict,
};
pub use money::{Case, Money, Range};
pub use prices::Prices;

use crate::given::{Given, Raised};
use crate::input::section::Section;
use estate::{Estate, Gaps};

/// Availability zones that pods are spread over where the files name none.
const ZONES_DEFAULT: i64 = 3;

/// Works out sizes and cost with the prices that come with the program.
///
/// What a person must know goes into `raised`.
pub fn plan(given: Given<'_, '_>, raised: &mut Vec<Raised>) -> Cost {
    plan_with(given, &Prices::embedded(), raised)
}

/// Works out sizes and cost with `prices`.
pub fn plan_with(given: Given<'_, '_>, prices: &Prices, raised: &mut Vec<Raised>) -> Cost {
    let demands = demand::of(given);
    let regions = estate::regions(&demands);
    // The region of most services; of equally many the first by name.
    let wanted = regions
        .iter()
        .max_by_key(|(name, count)| (**count, std::cmp::Reverse((*name).clone())))
        .map(|(name, _)| name.clone())
        .unwrap_or_default();
    let Some((used, region)) = prices.region(&wanted) else {
        return Cost::default();
    };
    if demands.is_empty() {
        return Cost { prices: estate::basis(prices, &wanted, used, region), ..Cost::default() };
    }
    let instances = today::Instances::read(given);
    let estate = Estate {
        demands: &demands,
        balancers: &balancers::all(given),
        instances: &instances,
        machines: &machines::embedded(),
        region,
        zones: zones(given),
    };
    let mut gaps = Gaps::default();
    let cost = estate.cost(estate::basis(prices, &wanted, used, region), &mut gaps);
    let outcome = notices::Outcome {
        cost: &cost,
        demands: &demands,
        prices,
        instances: &instances,
        regions: &regions,
        unpriced: &gaps.unpriced,
        unplaced: &gaps.unplaced,
    };
    notices::raise(&outcome, raised);
    cost
}

/// Zones that load balancers stand in.
fn zones(given: Given<'_, '_>) -> i64 {
    let balancers = given.inventory.all(Section::LoadBalancers).iter();
    let names: BTreeSet<String> = balancers
        .flat_map(|item| item.node.list("AvailabilityZones"))
        .filter_map(|zone| zone.text("ZoneName"))
        .collect();
    i64::try_from(names.len()).ok().filter(|count| *count > 0).unwrap_or(ZONES_DEFAULT)
}
