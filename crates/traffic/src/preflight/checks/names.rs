//! Names: Z25, Z27, Z28, Z50.

use std::collections::BTreeSet;

use super::super::case::{Case, Cx};
use super::super::terms::Mechanism;

/// Z25: no record looks at target health, or no target group is empty.
pub(in super::super) fn target_health(cx: &Cx<'_>) -> Case {
    if cx.is_local() {
        return cx.skip("no name of Route 53 leads to Segue's own balancer");
    }
    let mut case = cx.case();
    let Some(records) = case.know(&cx.facts.dns.records, "the records of the balancers") else {
        return case;
    };
    // A record that stands alone has nothing to flip to, and none is added to one that stays.
    let stays = cx.terms.mechanism == Mechanism::SameAlb;
    let flips = |it: &&model::facts::dns::Record| {
        it.evaluates_target_health && (it.one_of_several || !stays)
    };
    let flipping: Vec<String> =
        records.iter().filter(flips).map(|it| it.name.to_string()).collect();
    if flipping.is_empty() {
        case.must(true, format!("none of {} records can flip by target health", records.len()));
        return case;
    }
    for (name, balancer) in cx.balancers() {
        let what = format!("the empty target groups of {name}");
        if let Some(empty) = case.know(&balancer.empty_groups, &what) {
            let well = format!("no target group of {name} is empty");
            case.none_of(empty, &well, &format!("empty target groups of {name}"));
        }
    }
    case.note(format!("EvaluateTargetHealth is on for {}", flipping.join(", ")));
    case
}

/// Z27: every name, type and zone is in the plan.
pub(in super::super) fn all_planned(cx: &Cx<'_>) -> Case {
    if let Some(why) = cx.names_stay() {
        return cx.skip(why);
    }
    let mut case = cx.case();
    let records = case.know(&cx.facts.dns.records, "every record of the old balancer");
    let planned = case.know(&cx.facts.dns.planned, "the records that the shift moves");
    if let (Some(records), Some(planned)) = (records, planned) {
        let left = records.iter().map(|it| &it.name).filter(|name| !planned.contains(*name));
        let well = format!("all {} records are in the plan", records.len());
        case.none_of(left, &well, "not in the plan");
        if records.is_empty() {
            case.missing("the records of the old balancer (the list is empty)");
        }
    }
    case
}

/// Z28: every request came to a name of the plan.
pub(in super::super) fn known_hosts(cx: &Cx<'_>) -> Case {
    if let Some(why) = cx.names_stay() {
        return cx.skip(why);
    }
    let mut case = cx.case();
    let hosts = case.know(&cx.facts.balancers.old.hosts, "the names that clients use");
    let planned = case.know(&cx.facts.dns.planned, "the records that the shift moves");
    if let (Some(hosts), Some(planned)) = (hosts, planned) {
        // Hosts are compared as DNS does: without regard to case, port or a full stop at the end.
        let plain = |host: &str| {
            let host = host.rsplit_once(':').map_or(host, |(name, _)| name);
            host.trim_end_matches('.').to_ascii_lowercase()
        };
        let planned: BTreeSet<String> = planned.iter().map(|name| plain(&name.host)).collect();
        let strange = hosts.iter().filter(|(host, _)| !planned.contains(&plain(host)));
        let strange = strange.map(|(host, requests)| format!("{host} ({requests})"));
        let well = format!("clients use {} names, all in the plan", hosts.len());
        case.none_of(strange, &well, "names or addresses that are not in the plan");
    }
    case
}

/// Z50: each step is at least two standard deviations of the share that DNS gives.
pub(in super::super) fn steps(cx: &Cx<'_>) -> Case {
    match cx.terms.mechanism {
        Mechanism::Route53 => {}
        Mechanism::Bridge => return cx.skip("both balancers send to the same targets"),
        Mechanism::SameAlb | Mechanism::Local => {
            return cx.skip("the balancer chooses for each request");
        }
    }
    let mut case = cx.case();
    let known = &cx.facts.dns.resolvers;
    let Some(resolvers) = case.know(known, "requests by resolver") else { return case };
    // No resolver sends more in a day; the bound keeps the squares far from the end of a u128.
    let counts = || resolvers.values().map(|count| u128::from(*count).min(1_000_000_000_000));
    let (all, squares) = (counts().sum(), counts().map(|count| count * count).sum());
    if all == 0 {
        case.missing("requests by resolver (there were none)");
        return case;
    }
    let mut from = 0_u8;
    for to in &cx.terms.steps {
        let (step, noise) = (u128::from(to.saturating_sub(from)), noise(*to, all, squares));
        case.at_least(&format!("step from {from} % to {to} %, in thousandths"), step * 10, noise);
        from = *to;
    }
    case
}

/// Two standard deviations of the share at `weight` percent, in thousandths, rounded up: the least
/// whole number whose square is at least `4 · w(1−w) · Σs²`. In whole numbers, so that every machine
/// says the same.
fn noise(weight: u8, all: u128, squares: u128) -> u128 {
    let weight = u128::from(weight.min(100));
    let chance = 4 * weight * (100 - weight) * squares * 100;
    let floor = chance.isqrt() / all;
    if (floor * all).pow(2) >= chance { floor } else { floor + 1 }
}
