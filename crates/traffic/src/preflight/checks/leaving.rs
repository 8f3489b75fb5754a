//! Leaving the old side, and coming back to it: Z6, Z7, Z8, Z9, Z51.

use model::facts::drills::Session;
use model::facts::{Known, Side};

use super::super::case::{Case, Cx, percent, secs};
use super::super::limits::{INSYNC_SECS, PROPAGATION_SECS, QUIET_PERIODS, STRAGGLER_SECS};
use super::super::terms::{Mechanism, Moment};
use super::release;

/// Z6: no request reaches the old targets, for as long as a weight, a cookie or a connection lasts.
pub(in super::super) fn quiet(cx: &Cx<'_>, moment: Moment) -> Case {
    if !moment.gives_up_old() {
        return cx.skip("the old side is not being scaled down");
    }
    let mut case = cx.case();
    let balancer = &cx.facts.balancers.old;
    let Some(rule) = case.live(&balancer.rule, "the weights as read back") else { return case };
    case.at_least("share of the new side", percent(rule.new_percent), percent(100_u32));
    let mut pinned = rule.stickiness_secs.unwrap_or(0);
    if cx.terms.mechanism == Mechanism::Route53 {
        // Weights of one balancer are chosen for each request; names are looked up for each
        // connection, so that clients stay on the old balancer as long as theirs may last.
        let keep = &balancer.client_keep_alive_secs;
        let Some(keep) = case.know(keep, "the client keep-alive of the old balancer") else {
            return case;
        };
        pinned = pinned.max(*keep);
    }
    let known = &cx.facts.targets.old.quiet;
    if let Some(quiet) = case.live(known, "since when the old targets get no request") {
        let needed = u64::from(PROPAGATION_SECS) + u64::from(pinned);
        case.at_least("periods without a request", quiet.periods, QUIET_PERIODS);
        case.at_least("time without a request", secs(quiet.secs), secs(needed));
    }
    case
}

/// Why no cookie can bind a client to a target group.
fn no_cookie(cx: &Cx<'_>) -> Option<&'static str> {
    match cx.terms.mechanism {
        Mechanism::Local => Some("Segue's own balancer sets no cookies"),
        Mechanism::Route53 => {
            Some("names have the weights, and a cookie of one balancer is none to the other")
        }
        Mechanism::SameAlb | Mechanism::Bridge => None,
    }
}

/// Z7 before the start: stickiness is off, or the old targets outlive the cookie.
pub(in super::super) fn sticky(cx: &Cx<'_>) -> Case {
    if let Some(why) = no_cookie(cx) {
        return cx.skip(why);
    }
    let mut case = cx.case();
    let Some(rule) = case.know(&cx.facts.balancers.old.rule, "the stickiness of the rule") else {
        return case;
    };
    let Some(sticky) = rule.stickiness_secs else {
        case.must(true, "stickiness is off");
        return case;
    };
    case.at_least("time that old targets are kept", secs(cx.terms.keep_old_secs), secs(sticky));
    match case.know(&cx.facts.drills.session, "whether a login is good on both sides") {
        Some(Session::Replayed { on_new, on_old }) => {
            release::replayed(&mut case, *on_new, *on_old);
        }
        Some(Session::None) => case.must(true, "the service has no login"),
        None => {}
    }
    case
}

/// Z7 at the end: the last cookie has died.
pub(in super::super) fn sticky_over(cx: &Cx<'_>, moment: Moment) -> Case {
    if let Some(why) = no_cookie(cx) {
        return cx.skip(why);
    }
    if !moment.gives_up_old() {
        return cx.skip("the old targets stay");
    }
    let mut case = cx.case();
    if let Some(rule) = case.live(&cx.facts.balancers.old.rule, "the weights as read back") {
        if let Some(sticky) = rule.stickiness_secs {
            case.at_least("share of the new side", percent(rule.new_percent), percent(100_u32));
            let since = secs(rule.since_secs);
            case.at_least("time since the old side lost its weight", since, secs(sticky));
        } else {
            case.must(true, "stickiness is off");
        }
    }
    case
}

/// Z8: the old balancer serves, until nobody comes to it any more.
pub(in super::super) fn old_name(cx: &Cx<'_>, moment: Moment) -> Case {
    if let Some(why) = cx.names_stay() {
        return cx.skip(why);
    }
    let mut case = cx.case();
    let bridge = cx.terms.mechanism == Mechanism::Bridge;
    // Over a bridge the old balancer forwards to the new targets: the old fleet may go before it.
    if moment == Moment::Decommission || (moment == Moment::ScaleDown && !bridge) {
        let known = &cx.facts.dns.stragglers;
        if let Some(left) = case.live(known, "who still comes to the old balancer") {
            case.at_least("time without a client", secs(left.quiet_secs), secs(STRAGGLER_SECS));
            let peak = if left.weekly_peak_seen { "is" } else { "is not" };
            case.must(
                left.weekly_peak_seen,
                format!("the busiest hour of the week {peak} among them"),
            );
            let named = left.clients.iter().map(|(who, requests)| format!("{who} ({requests})"));
            case.none_of(named, "nobody came in the last day", "still come");
        }
    } else if let Some(paths) = case.live(&cx.facts.engine.prober.old, "whether it serves") {
        let sent = paths.iter().fold(0, |sum: u64, path| sum.saturating_add(path.requests));
        let lost = paths.iter().fold(0, |sum: u64, path| sum.saturating_add(path.lost));
        if sent == 0 {
            case.missing("whether the old balancer serves (no request was sent)");
        }
        case.at_most(&format!("lost of {sent} requests to the old balancer"), lost, 0_u32);
    }
    case
}

/// Z9: long connections have the time that they take, or come back by themselves.
pub(in super::super) fn long_connections(cx: &Cx<'_>) -> Case {
    let mut case = cx.case();
    let known = &cx.facts.traffic.long_connections;
    let Some(long) = case.know(known, "how long connections last") else { return case };
    if long.seen == 0 {
        return case.because_not("no connection lasts longer than a request");
    }
    let counted = if long.counted_as_errors { "is counted as an error" } else { "is no error" };
    case.must(!long.counted_as_errors, format!("the end of a long connection {counted}"));
    let drill = &cx.facts.drills.reconnect;
    if case.has(drill)
        && case.know(drill, "whether they come back").is_some_and(|it| it.came_back && it.jitter)
    {
        case.must(true, "clients come back by themselves, spread out");
        return case;
    }
    for (side, fleet) in [(Side::Old, cx.terms.old), (Side::New, cx.terms.new)] {
        let delay = &cx.facts.targets.of(side).deregistration_delay_secs;
        let what = format!("the {side} deregistration delay");
        if let Some(delay) = case.know(delay, &what) {
            let name = format!("{side} deregistration delay");
            case.at_least(&name, secs(*delay), secs(long.longest_secs));
        }
        if fleet.platform.has_pods() {
            let stop = &cx.facts.pods.of(side).stop;
            if let Some(stop) = case.know(stop, &format!("how the {side} pods stop")) {
                let name = format!("{side} grace period");
                case.at_least(&name, secs(stop.grace_secs), secs(long.longest_secs));
            }
        }
    }
    case
}

/// Z51: the slowest client is back on the old side within the recovery budget.
pub(in super::super) fn way_back(cx: &Cx<'_>) -> Case {
    let mut case = cx.case();
    let both = &cx.facts.balancers;
    let route53 = match cx.terms.mechanism {
        Mechanism::Local => return cx.skip("Segue's own balancer changes its weights at once"),
        Mechanism::SameAlb | Mechanism::Bridge => false,
        Mechanism::Route53 => true,
    };
    let mut read = |known: &Known<u32>, what: &str| case.know(known, what).copied().map(u64::from);
    let moved = if route53 {
        let ttl = read(&cx.facts.dns.ttl_secs, "the TTL of the names");
        let keep =
            read(&both.new.client_keep_alive_secs, "the client keep-alive of the new balancer");
        ttl.zip(keep).map(|(ttl, keep)| u64::from(INSYNC_SECS) + ttl + keep)
    } else {
        Some(u64::from(PROPAGATION_SECS))
    };
    // A cookie of the new group holds its client there whatever the weights say.
    let sticky = if route53 {
        Some(0)
    } else {
        let rule = case.know(&both.old.rule, "the stickiness of the rule");
        rule.map(|rule| u64::from(rule.stickiness_secs.unwrap_or(0)))
    };
    if let (Some(moved), Some(sticky)) = (moved, sticky) {
        case.at_most("way back", secs(moved + sticky), secs(cx.terms.recovery_secs));
    }
    case
}
