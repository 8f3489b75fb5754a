//! Capacity, connections and quotas: Z10, Z20, Z30.

use model::facts::Side;
use model::facts::capacity::Capacity;
use model::facts::databases::Database;
use model::facts::quotas::Quota;

use super::super::case::{Case, Cx};
use super::super::limits::{
    CONNECTIONS_PERCENT_ALARM, CONNECTIONS_PERCENT_MAX, HEADROOM_PERCENT, QUOTA_PERCENT_MAX,
};
use super::super::terms::{Mechanism, Moment};

/// Z10 before the start: the new side can grow to its last share, and the old one keeps its size.
pub(in super::super) fn both_sides(cx: &Cx<'_>) -> Case {
    let mut case = cx.case();
    let last = cx.terms.steps.iter().copied().max().unwrap_or(100);
    let Some(peak) = peak(cx, &mut case) else { return case };
    let new = &cx.facts.capacity.new;
    let replicas = case.know(&new.replicas, "new replicas").copied();
    let most = case.know(&new.replicas_max, "the maximum of new replicas").copied();
    let room = case.know(&new.room, "room for new replicas").copied();
    if let (Some(replicas), Some(most), Some(room)) = (replicas, most, room) {
        let reach = most.min(replicas.saturating_add(room));
        carries(&mut case, new, Side::New, reach, (last, peak));
    }
    let old = &cx.facts.capacity.old;
    if let Some(replicas) = case.know(&old.replicas, "old replicas").copied() {
        carries(&mut case, old, Side::Old, replicas, (100, peak));
        frozen(&mut case, old, replicas);
    }
    case
}

/// Z10 before each step: what runs now carries the share to come, and everything on the way back.
pub(in super::super) fn step(cx: &Cx<'_>, moment: Moment) -> Case {
    let mut case = cx.case();
    let Some(peak) = peak(cx, &mut case) else { return case };
    let new = &cx.facts.capacity.new;
    if let Some(replicas) = case.live(&new.replicas, "new replicas now").copied() {
        carries(&mut case, new, Side::New, replicas, (moment.target(), peak));
    }
    if !moment.gives_up_old() {
        let old = &cx.facts.capacity.old;
        if let Some(replicas) = case.live(&old.replicas, "old replicas now").copied() {
            carries(&mut case, old, Side::Old, replicas, (100, peak));
            frozen(&mut case, old, replicas);
        }
    }
    case
}

/// Auto scaling shrinks a side that gets fewer requests, and then it cannot take them back.
fn frozen(case: &mut Case, old: &Capacity, replicas: u32) {
    if let Some(least) = case.know(&old.replicas_min, "the minimum of old replicas") {
        case.at_least("minimum of old replicas", *least, replicas);
    }
}

fn peak(cx: &Cx<'_>, case: &mut Case) -> Option<u64> {
    case.know(&cx.facts.traffic.peak_per_minute, "requests of the busiest minute").copied()
}

/// Replicas × what one carries ≥ share × peak × 1.3, in whole requests a minute.
fn carries(case: &mut Case, of: &Capacity, side: Side, replicas: u32, load: (u8, u64)) {
    let what = format!("what one {side} replica carries");
    let Some(each) = case.know(&of.per_replica_per_minute, &what) else { return };
    let (share, peak) = load;
    let needed = (u128::from(share) * u128::from(peak) * HEADROOM_PERCENT).div_ceil(10_000);
    let name = format!("requests a minute that {replicas} {side} replicas carry ({share} %)");
    case.at_least(&name, u128::from(replicas) * u128::from(*each), needed);
}

/// Z20 before the start: the pools of both fleets fit.
pub(in super::super) fn pools(cx: &Cx<'_>) -> Case {
    databases(cx, |case, name, database| {
        let mut sum = 0_u128;
        for side in Side::BOTH {
            let what = format!("the {side} pool of {name}");
            let pool = case.know(database.pools.of(side), &what);
            sum += pool.map_or(0, |pool| u128::from(pool.max) * u128::from(pool.replicas_max));
        }
        let what = format!("connections of {name} that others need");
        sum += case.know(&database.admin, &what).map_or(0, |admin| u128::from(*admin));
        let most = case.know(&database.max_connections, &format!("max_connections of {name}"));
        if let Some(most) = most {
            // Rounded down: 0.8 of 101 is 80. What is not known makes the sum only larger.
            let allowed = u128::from(*most) * CONNECTIONS_PERCENT_MAX / 100;
            case.at_most(&format!("connections of {name}"), sum, allowed);
        }
    })
}

/// Z20 during steps: connections that are open.
pub(in super::super) fn connections(cx: &Cx<'_>, _: Moment) -> Case {
    databases(cx, |case, name, database| {
        let open = case.live(&database.open, &format!("open connections of {name}"));
        let most = case.know(&database.max_connections, &format!("max_connections of {name}"));
        if let (Some(open), Some(most)) = (open, most) {
            let alarm = (u128::from(*most) * CONNECTIONS_PERCENT_ALARM).div_ceil(100);
            let name = format!("open connections of {name}");
            case.at_most(&name, *open, alarm.saturating_sub(1));
        }
    })
}

fn databases(cx: &Cx<'_>, each: impl Fn(&mut Case, &str, &Database)) -> Case {
    let mut case = cx.case();
    let Some(all) = case.know(&cx.facts.databases.each, "the databases of the service") else {
        return case;
    };
    if all.is_empty() {
        return case.because_not("the service has no database");
    }
    for (name, database) in all {
        each(&mut case, name, database);
    }
    case
}

/// Z30: what the plan adds stays a tenth below each quota.
pub(in super::super) fn quotas(cx: &Cx<'_>) -> Case {
    let mut needed = vec![
        Quota::RulesPerBalancer,
        Quota::TargetGroupsPerBalancer,
        Quota::TargetGroupsPerAction,
        Quota::TargetsPerBalancer,
        Quota::TargetsPerTargetGroup,
        Quota::TargetGroupsPerRegion,
    ];
    match cx.terms.mechanism {
        Mechanism::Local => return cx.skip("Segue's own balancer has no quotas"),
        Mechanism::Bridge | Mechanism::Route53 => needed.push(Quota::BalancersPerRegion),
        Mechanism::SameAlb => {}
    }
    let mut case = cx.case();
    let Some(counts) = case.know(&cx.facts.quotas.counts, "the counts and their quotas") else {
        return case;
    };
    for quota in needed {
        if !counts.contains_key(&quota) {
            case.missing(format!("the quota of {quota}"));
        }
    }
    for (quota, count) in counts {
        let allowed = u128::from(count.quota) * QUOTA_PERCENT_MAX / 100;
        case.at_most(&quota.to_string(), count.after, allowed);
    }
    case
}
