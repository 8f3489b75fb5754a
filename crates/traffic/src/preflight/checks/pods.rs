//! Pods: Z1 (probes), Z2, Z3, Z4, Z12.

use model::facts::Side;

use super::super::case::{Case, Cx, secs};
use super::super::limits::{DRILL_REQUESTS_MIN, PRE_STOP_SECS_GOOD, PRE_STOP_SECS_MIN, STOP_SECS};
use super::super::terms::{Moment, Platform};

/// Z1 before the start: readiness asks something, and something else than liveness.
pub(in super::super) fn probes(cx: &Cx<'_>) -> Case {
    if !cx.terms.new.platform.has_pods() {
        return cx
            .skip("the new side runs on ECS, which registers tasks without a readiness probe");
    }
    let mut case = cx.case();
    if let Some(probes) = case.know(&cx.facts.pods.new.probes, "the probes of the new pods") {
        let named = |probe: &Option<String>| probe.clone().unwrap_or_else(|| "none".to_owned());
        let (readiness, liveness) = (named(&probes.readiness), named(&probes.liveness));
        let apart = probes.readiness.is_some() && probes.readiness != probes.liveness;
        case.must(apart, format!("readiness {readiness}, liveness {liveness}"));
    }
    case
}

/// Z2: every pod behind a binding carries the gate, and it is True.
pub(in super::super) fn gates(cx: &Cx<'_>) -> Case {
    if let Some(why) = cx.no_controller() {
        return cx.skip(why);
    }
    let mut case = cx.case();
    for side in kubernetes(cx) {
        let what = format!("the readiness gates of the {side} pods");
        let Some(gates) = case.know(&cx.facts.pods.of(side).gates, &what) else { continue };
        if gates.pods == 0 {
            case.missing(format!("{what} (there is no pod yet)"));
        }
        case.at_least(&format!("{side} pods with the gate"), gates.with_gate, gates.pods);
        case.at_least(&format!("{side} pods whose gate is True"), gates.open, gates.pods);
        let is = |holds| if holds { "is" } else { "is not" };
        let labelled = gates.namespace_labelled;
        case.must(labelled, format!("the namespace {} labelled", is(labelled)));
        let alive = gates.webhook_alive;
        case.must(alive, format!("the webhook {} alive", is(alive)));
    }
    case
}

/// Z3: preStop, grace period and deregistration delay are long enough.
pub(in super::super) fn stop(cx: &Cx<'_>) -> Case {
    let mut case = cx.case();
    let measured = &cx.facts.traffic.longest_request_secs;
    let declared = cx.terms.longest_request_secs;
    // What was declared is the least; without it the measurement is needed.
    let seen = if measured.is_none() && declared.is_some() {
        None
    } else {
        case.know(measured, "the longest request").copied()
    };
    let Some(longest) = seen.max(declared) else { return case };
    for side in Side::BOTH {
        let fleet = match side {
            Side::Old => cx.terms.old,
            Side::New => cx.terms.new,
        };
        if fleet.platform.has_pods() {
            pod_stop(cx, &mut case, side, longest);
        } else {
            case.note(format!("{side}: ECS drains before SIGTERM"));
        }
        let delay = &cx.facts.targets.of(side).deregistration_delay_secs;
        if let Some(delay) = case.know(delay, &format!("the {side} deregistration delay")) {
            case.at_least(&format!("{side} deregistration delay"), secs(*delay), secs(longest));
        }
    }
    case
}

fn pod_stop(cx: &Cx<'_>, case: &mut Case, side: Side, longest: u32) {
    let stop = &cx.facts.pods.of(side).stop;
    let Some(stop) = case.know(stop, &format!("how the {side} pods stop")) else { return };
    // The floor is that of an ALB; Segue's own balancer is as slow as it was measured.
    let floor = if cx.is_local() { 0 } else { PRE_STOP_SECS_MIN };
    let pre_stop = stop.pre_stop_secs;
    let name = format!("{side} preStop");
    let leave = &cx.facts.drills.leave;
    if pre_stop < floor {
        case.at_least(&name, secs(pre_stop), secs(floor));
    } else if !case.has(leave) && pre_stop >= PRE_STOP_SECS_GOOD {
        case.at_least(&name, secs(pre_stop), secs(PRE_STOP_SECS_GOOD));
    } else if let Some(leave) = case.know(leave, "how long a target that leaves gets requests") {
        let slowest = leave.deregistration_p99_secs.saturating_add(leave.propagation_secs);
        case.at_least(&name, secs(pre_stop), secs(slowest.max(floor)));
    }
    let grace = u64::from(pre_stop) + u64::from(longest) + u64::from(STOP_SECS);
    case.at_least(&format!("{side} grace period"), secs(stop.grace_secs), secs(grace));
}

/// Z4: a target was ended under load and nothing was lost.
pub(in super::super) fn end_target(cx: &Cx<'_>) -> Case {
    let mut case = cx.case();
    if let Some(drill) = case.know(&cx.facts.drills.end_target, "what the end of a target costs") {
        if drill.requests < DRILL_REQUESTS_MIN {
            let few = drill.requests;
            case.missing(format!("enough: {few} requests, needed {DRILL_REQUESTS_MIN}"));
        }
        let name = format!("lost of {} requests ({})", drill.requests, drill.did);
        case.at_most(&name, drill.lost, 0_u32);
    }
    case
}

/// Z12 before the start: a budget that lets nodes go on and keeps what is needed.
pub(in super::super) fn budget(cx: &Cx<'_>) -> Case {
    if let Some(why) = no_nodes(cx) {
        return cx.skip(why);
    }
    let mut case = cx.case();
    let known = &cx.facts.pods.new.disruption;
    if let Some(disruption) = case.know(known, "what may take new pods away") {
        if let Some(budget) = disruption.budget {
            case.at_least("pods that the budget lets go", budget.allowed, 1_u32);
            case.at_least("pods that the budget keeps", budget.keeps, cx.terms.new.need);
        } else {
            case.must(false, "the new pods have no PodDisruptionBudget");
        }
        node_grace(&mut case, disruption.node_grace_secs);
    }
    case
}

/// Z12 during steps: nothing may take pods away at all.
pub(in super::super) fn undisturbed(cx: &Cx<'_>, _: Moment) -> Case {
    if let Some(why) = no_nodes(cx) {
        return cx.skip(why);
    }
    let mut case = cx.case();
    let known = &cx.facts.pods.new.disruption;
    if let Some(disruption) = case.live(known, "what may take new pods away now") {
        let still = disruption.node_budget_zero || disruption.do_not_disrupt;
        let found = match (disruption.node_budget_zero, disruption.do_not_disrupt) {
            (true, _) => "the NodePool budget is 0",
            (false, true) => "the pods have karpenter.sh/do-not-disrupt",
            (false, false) => "the NodePool budget is above 0 and the pods have no do-not-disrupt",
        };
        case.must(still, found);
        node_grace(&mut case, disruption.node_grace_secs);
    }
    case
}

fn node_grace(case: &mut Case, grace: Option<u32>) {
    if let Some(grace) = grace {
        case.note(format!("nodes end pods after {grace} s all the same (terminationGracePeriod)"));
    }
}

fn no_nodes(cx: &Cx<'_>) -> Option<&'static str> {
    (cx.terms.new.platform != Platform::Kubernetes)
        .then_some("the new side does not run on nodes of a cluster")
}

/// The sides that run on Kubernetes.
fn kubernetes(cx: &Cx<'_>) -> impl Iterator<Item = Side> + use<> {
    let platforms = [(Side::Old, cx.terms.old.platform), (Side::New, cx.terms.new.platform)];
    platforms.into_iter().filter(|(_, it)| *it == Platform::Kubernetes).map(|(side, _)| side)
}
