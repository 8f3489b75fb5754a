//! Balancers: Z5, Z11, Z16.

use super::super::case::{Case, Cx, secs};
use super::super::limits::{COLD_PER_MINUTE, DOUBLING_SECS, IDLE_SECS_MORE};

/// Z5: the service keeps a connection open for longer than any balancer in front of it.
pub(in super::super) fn idle(cx: &Cx<'_>) -> Case {
    let mut case = cx.case();
    let mut longest = None;
    for (name, balancer) in cx.facing_new() {
        let what = format!("the idle time-out of {name}");
        longest = longest.max(case.know(&balancer.idle_timeout_secs, &what).copied());
    }
    let drill = case.know(&cx.facts.drills.idle, "how long the service keeps an idle connection");
    if let (Some(longest), Some(drill)) = (longest, drill) {
        let needed = u64::from(longest) + u64::from(IDLE_SECS_MORE);
        if let Some(closed) = drill.closed_after_secs.filter(|closed| u64::from(*closed) < needed) {
            case.at_least("time that an idle connection stayed open", secs(closed), secs(needed));
        } else if u64::from(drill.watched_secs) < needed {
            let watched = drill.watched_secs;
            case.missing(format!("enough: watched for {watched} s, needed {needed}"));
        } else {
            let watched = secs(drill.watched_secs);
            case.at_least("time that an idle connection stayed open", watched, secs(needed));
        }
    }
    case
}

/// Z11: capacity is reserved, or the ramp is slow enough for the balancer to grow.
pub(in super::super) fn warm(cx: &Cx<'_>) -> Case {
    if let Some(why) = cx.names_stay() {
        return cx.skip(why);
    }
    let mut case = cx.case();
    let peak = case.know(&cx.facts.traffic.peak_per_minute, "requests of the busiest minute");
    let Some(peak) = peak.copied().map(u128::from) else { return case };
    if peak <= COLD_PER_MINUTE {
        case.at_most("requests of the busiest minute", peak, COLD_PER_MINUTE);
        return case;
    }
    let Some(step) = steepest(peak, &cx.terms.steps, cx.terms.step_hold_secs) else {
        case.must(true, "no step more than doubles the rate within 5 minutes");
        return case;
    };
    let used = case.know(&cx.facts.balancers.old.peak_units, "capacity units of the old balancer");
    let reserved = &cx.facts.balancers.new.reserved_units;
    let reserved = case.know(reserved, "capacity units that are reserved for the new balancer");
    if let (Some(used), Some(reserved)) = (used, reserved) {
        case.note(step);
        case.at_least("reserved capacity units", *reserved, *used);
    }
    case
}

/// The first step that is too steep for a cold balancer.
fn steepest(peak: u128, steps: &[u8], hold_secs: u32) -> Option<String> {
    let mut from = 0_u8;
    for to in steps {
        // In hundredths of a request, so that nothing is rounded.
        let (before, after) = (peak * u128::from(from), peak * u128::from(*to));
        let cold = COLD_PER_MINUTE * 100;
        let fast = after > cold && hold_secs < DOUBLING_SECS;
        if after > 2 * before.max(cold) || fast {
            return Some(format!(
                "{from} % to {to} % in steps of {hold_secs} s is too fast when cold"
            ));
        }
        from = *to;
    }
    None
}

/// Z16: no setting of the two balancers differs.
pub(in super::super) fn differences(cx: &Cx<'_>) -> Case {
    if let Some(why) = cx.names_stay() {
        return cx.skip(why);
    }
    let mut case = cx.case();
    let known = &cx.facts.balancers.new.differences;
    if let Some(differences) = case.know(known, "in what the two balancers differ") {
        let named = differences.iter().map(|it| format!("{} {} → {}", it.setting, it.old, it.new));
        case.none_of(named, "no setting differs", "settings that differ");
    }
    case
}
