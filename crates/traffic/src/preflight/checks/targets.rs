//! Target groups: Z1 (healthy targets), Z24, Z29, Z32.

use model::facts::Side;
use model::facts::pods::Controller;
use model::facts::targets::Health;

use super::super::case::{Case, Cx, secs};
use super::super::limits::{CONTROLLER_SECS_MAX, HEALTHY_MIN, ZONES_MIN};
use super::super::terms::{Moment, Platform};
use super::super::verdict::Effect;

/// Z1 during steps: the new side has the targets that its share needs, in two zones.
pub(in super::super) fn healthy_enough(cx: &Cx<'_>, moment: Moment) -> Case {
    let share = u64::from(moment.target());
    if share == 0 {
        return cx.skip("the new side gets no requests");
    }
    let mut case = cx.case();
    if let Some(health) = case.live(&cx.facts.targets.new.health, "the health of the new targets") {
        let need = (u64::from(cx.terms.new.need) * share).div_ceil(100);
        let name = format!("healthy new targets at {share} %");
        case.at_least(&name, health.healthy(), need.max(u64::from(HEALTHY_MIN)));
        if !cx.is_local() {
            let zones = u64::try_from(health.healthy_zones()).unwrap_or(u64::MAX);
            case.at_least("zones with a healthy new target", zones, ZONES_MIN);
        }
    }
    case
}

/// Z24: every zone of a side with weight has a healthy target; without any, all goes back.
pub(in super::super) fn zones(cx: &Cx<'_>, moment: Moment) -> Case {
    let mut case = cx.case();
    let [old, new] = [Side::Old, Side::New].map(|side| &cx.facts.targets.of(side).health);
    let old_dead = old.as_ref().is_some_and(|fact| fact.value.healthy() == 0);
    if moment.weight() > 0
        && let Some(health) = case.live(new, "the health of the new targets")
    {
        // With both sides dead there is no better side: the split stays and a person is called.
        let effect = if old_dead { Effect::Freeze } else { Effect::RollBack };
        zones_of(&mut case, "new", health, effect);
    }
    if moment.weight() < 100
        && let Some(health) = case.live(old, "the health of the old targets")
    {
        zones_of(&mut case, "old", health, Effect::Hold);
    }
    case
}

fn zones_of(case: &mut Case, side: &str, health: &Health, when_dead: Effect) {
    let total = health.total();
    if health.healthy() == 0 {
        case.or(when_dead, false, format!("{side}: 0 of {total} targets are healthy"));
        return;
    }
    let dead = health.zones.iter().filter(|(_, zone)| zone.healthy == 0).map(|(name, _)| name);
    case.none_of(
        dead,
        &format!("{side}: {} of {total} targets are healthy, some in every zone", health.healthy()),
        &format!("{side}: no healthy target in"),
    );
}

/// Z29 before the start: the controller has done what it was told.
pub(in super::super) fn controller(cx: &Cx<'_>) -> Case {
    acts(cx, |case, side, known| case.know(known, &what(side)))
}

/// Z29 during steps: it still does.
pub(in super::super) fn controller_still(cx: &Cx<'_>, _: Moment) -> Case {
    acts(cx, |case, side, known| case.live(known, &what(side)))
}

fn what(side: Side) -> String {
    format!("what the load balancer controller did for the {side} side")
}

type Read =
    for<'f> fn(&mut Case, Side, &'f model::facts::Known<Controller>) -> Option<&'f Controller>;

fn acts(cx: &Cx<'_>, read: Read) -> Case {
    if let Some(why) = cx.no_controller() {
        return cx.skip(why);
    }
    let mut case = cx.case();
    let platforms = [(Side::Old, cx.terms.old.platform), (Side::New, cx.terms.new.platform)];
    for (side, platform) in platforms {
        if platform != Platform::Kubernetes {
            continue;
        }
        let Some(seen) = read(&mut case, side, &cx.facts.pods.of(side).controller) else {
            continue;
        };
        if seen.objects.is_empty() {
            case.missing(format!("the TargetGroupBinding of the {side} side"));
        }
        for object in &seen.objects {
            let name = &object.name;
            let seen = format!("generation of {name} that the controller has seen");
            case.at_least(&seen, object.observed, object.generation);
            let took = secs(object.took_secs);
            case.at_most(&format!("time that {name} took"), took, secs(CONTROLLER_SECS_MAX));
        }
        case.none_of(
            &seen.invalid_in_group,
            "every member of the Ingress group is valid",
            "members of the Ingress group that are not valid",
        );
    }
    case
}

/// Z32: no binding owns a group in which ECS registers its tasks.
pub(in super::super) fn binding(cx: &Cx<'_>) -> Case {
    if let Some(why) = cx.no_controller() {
        return cx.skip(why);
    }
    let mut case = cx.case();
    for side in Side::BOTH {
        let known = &cx.facts.targets.of(side).binding;
        let what = format!("who registers in the {side} target group");
        let Some(binding) = case.know(known, &what) else { continue };
        let shared = binding.bound && binding.ecs;
        let found = match (shared, binding.multi_cluster_from_first) {
            (false, _) => "has one registrar",
            (true, true) => "is shared, multiClusterTargetGroup was set from the first apply",
            (true, false) => "is shared, multiClusterTargetGroup was not set from the first apply",
        };
        let holds = !shared || binding.multi_cluster_from_first;
        case.must(holds, format!("the {side} target group {found}"));
    }
    case
}
