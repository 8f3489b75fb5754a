//! Z1 to Z4, Z12, Z24, Z29, Z32.

use model::facts::pods::{Budget, Stop};
use traffic::preflight::{Mechanism, Moment, Platform};

use super::{AS_IT_IS, BEFORE, DECOMMISSION, SCALE_DOWN, STEP, WATCH, When, check, found, value};

const NOT_APPLICABLE: &str = "not applicable";

#[test]
fn z1_readiness_is_asked_apart_from_liveness() {
    check(BEFORE, "Z1", "passed", AS_IT_IS);
    check(BEFORE, "Z1", "passed", &|f, _| value(&mut f.pods.new.probes).liveness = None);
    check(BEFORE, "Z1", "failed", &|f, _| value(&mut f.pods.new.probes).readiness = None);
    check(BEFORE, "Z1", "failed", &|f, _| {
        value(&mut f.pods.new.probes).liveness = Some("GET :8080/ready".to_owned());
    });
    check(BEFORE, "Z1", "unproven", &|f, _| f.pods.new.probes = None);
    check(BEFORE, "Z1", NOT_APPLICABLE, &|_, t| t.new.platform = Platform::Ecs);
}

#[test]
fn z1_targets_are_enough_for_the_share_to_come() {
    let healthy = |a, b| {
        move |f: &mut model::facts::Facts, _: &mut _| {
            let zones = &mut value(&mut f.targets.new.health).zones;
            zones.get_mut("a").unwrap().healthy = a;
            zones.get_mut("b").unwrap().healthy = b;
        }
    };
    // Half of 4 is 2; 51 % of 4 is 2.04 and needs 3.
    check(STEP, "Z1", "passed", &healthy(1, 1));
    check(STEP, "Z1", "failed", &healthy(1, 0));
    check(STEP, "Z1", "failed", &healthy(2, 0));
    let more = When::At(Moment::Step { from: 50, to: 51 });
    check(more, "Z1", "failed", &healthy(1, 1));
    check(more, "Z1", "passed", &healthy(2, 1));
    // One target would do for 1 % of 4, but two are the least.
    check(When::At(Moment::Step { from: 0, to: 1 }), "Z1", "failed", &healthy(1, 0));
    check(SCALE_DOWN, "Z1", "failed", &healthy(2, 1));
    check(SCALE_DOWN, "Z1", "passed", &healthy(2, 2));
    check(WATCH, "Z1", "unproven", &|f, _| f.targets.new.health = None);
    check(When::At(Moment::Watch { weight: 0 }), "Z1", NOT_APPLICABLE, AS_IT_IS);
    check(STEP, "Z1", "passed", &|f, t| {
        t.mechanism = Mechanism::Local;
        healthy(2, 0)(f, t);
    });
}

#[test]
fn z2_every_pod_carries_the_gate() {
    check(BEFORE, "Z2", "passed", AS_IT_IS);
    check(BEFORE, "Z2", "failed", &|f, _| value(&mut f.pods.new.gates).with_gate = 3);
    check(BEFORE, "Z2", "failed", &|f, _| value(&mut f.pods.new.gates).open = 3);
    check(BEFORE, "Z2", "failed", &|f, _| {
        value(&mut f.pods.new.gates).namespace_labelled = false;
    });
    check(BEFORE, "Z2", "failed", &|f, _| value(&mut f.pods.new.gates).webhook_alive = false);
    check(BEFORE, "Z2", "unproven", &|f, _| {
        let gates = value(&mut f.pods.new.gates);
        (gates.pods, gates.with_gate, gates.open) = (0, 0, 0);
    });
    check(BEFORE, "Z2", "unproven", &|f, _| f.pods.new.gates = None);
    check(BEFORE, "Z2", NOT_APPLICABLE, &|_, t| t.mechanism = Mechanism::Local);
    check(BEFORE, "Z2", NOT_APPLICABLE, &|_, t| t.new.platform = Platform::Ecs);
    // The old side counts too once it runs on Kubernetes.
    check(BEFORE, "Z2", "failed", &|f, t| {
        t.old.platform = Platform::Kubernetes;
        value(&mut f.pods.old.gates).open = 3;
    });
}

#[test]
fn z3_a_pod_outlives_its_last_request() {
    let stop = |pre_stop_secs, grace_secs| {
        move |f: &mut model::facts::Facts, _: &mut _| {
            *value(&mut f.pods.new.stop) = Stop { pre_stop_secs, grace_secs };
        }
    };
    check(BEFORE, "Z3", "passed", AS_IT_IS);
    // Measured: 20 + 25 s.
    check(BEFORE, "Z3", "passed", &stop(45, 70));
    check(BEFORE, "Z3", "failed", &stop(44, 85));
    check(BEFORE, "Z3", "failed", &stop(45, 69));
    // The floor of 30 s, whatever was measured.
    let quick = |secs| {
        move |f: &mut model::facts::Facts, t: &mut _| {
            value(&mut f.drills.leave).propagation_secs = 0;
            stop(secs, 85)(f, t);
        }
    };
    check(BEFORE, "Z3", "passed", &quick(30));
    check(BEFORE, "Z3", "failed", &quick(29));
    // Nothing measured: 60 s are enough, 59 unproven, 29 fail.
    let unmeasured = |secs| {
        move |f: &mut model::facts::Facts, t: &mut _| {
            f.drills.leave = None;
            stop(secs, 85)(f, t);
        }
    };
    check(BEFORE, "Z3", "passed", &unmeasured(60));
    check(BEFORE, "Z3", "unproven", &unmeasured(59));
    check(BEFORE, "Z3", "failed", &unmeasured(29));
    check(BEFORE, "Z3", "failed", &|f, _| {
        f.targets.new.deregistration_delay_secs = super::known(19);
    });
    check(BEFORE, "Z3", "failed", &|f, _| {
        f.targets.old.deregistration_delay_secs = super::known(19);
    });
    check(BEFORE, "Z3", "passed", &|f, _| {
        f.targets.old.deregistration_delay_secs = super::known(20);
    });
    // What was measured counts if it is longer than what was declared.
    check(BEFORE, "Z3", "failed", &|f, _| f.traffic.longest_request_secs = super::known(21));
    check(BEFORE, "Z3", "passed", &|f, _| f.traffic.longest_request_secs = None);
    check(BEFORE, "Z3", "unproven", &|f, t| {
        f.traffic.longest_request_secs = None;
        t.longest_request_secs = None;
    });
    check(BEFORE, "Z3", "unproven", &|f, _| f.pods.new.stop = None);
    // Pods on both sides: the old ones are ended too.
    check(BEFORE, "Z3", "failed", &|f, t| {
        t.old.platform = Platform::Kubernetes;
        value(&mut f.pods.old.stop).pre_stop_secs = 0;
    });
    // The floor is an ALB's; on one machine what was measured counts.
    check(BEFORE, "Z3", "passed", &|f, t| {
        t.mechanism = Mechanism::Local;
        t.new.platform = Platform::Processes;
        *value(&mut f.drills.leave) =
            model::facts::drills::Leave { deregistration_p99_secs: 1, propagation_secs: 0 };
        stop(1, 26)(f, t);
    });
}

#[test]
fn z4_a_target_ends_without_loss() {
    check(BEFORE, "Z4", "passed", AS_IT_IS);
    check(BEFORE, "Z4", "failed", &|f, _| value(&mut f.drills.end_target).lost = 1);
    check(BEFORE, "Z4", "unproven", &|f, _| value(&mut f.drills.end_target).requests = 99);
    check(BEFORE, "Z4", "unproven", &|f, _| f.drills.end_target = None);
}

#[test]
fn z12_nodes_hold_still() {
    check(BEFORE, "Z12", "passed", AS_IT_IS);
    let budget = |budget| {
        move |f: &mut model::facts::Facts, _: &mut _| {
            value(&mut f.pods.new.disruption).budget = budget;
        }
    };
    check(BEFORE, "Z12", "failed", &budget(None));
    check(BEFORE, "Z12", "failed", &budget(Some(Budget { allowed: 0, keeps: 4 })));
    check(BEFORE, "Z12", "failed", &budget(Some(Budget { allowed: 1, keeps: 3 })));
    check(BEFORE, "Z12", "unproven", &|f, _| f.pods.new.disruption = None);
    check(BEFORE, "Z12", NOT_APPLICABLE, &|_, t| t.new.platform = Platform::Ecs);
    check(STEP, "Z12", "passed", AS_IT_IS);
    check(STEP, "Z12", "passed", &|f, _| {
        let it = value(&mut f.pods.new.disruption);
        (it.node_budget_zero, it.do_not_disrupt) = (false, true);
    });
    check(STEP, "Z12", "failed", &|f, _| {
        value(&mut f.pods.new.disruption).node_budget_zero = false;
    });
    // A node's own time-out decides nothing, and is said.
    let grace = |f: &mut model::facts::Facts, _: &mut _| {
        value(&mut f.pods.new.disruption).node_grace_secs = Some(300);
    };
    for when in [BEFORE, STEP] {
        check(when, "Z12", "passed", &grace);
        found(when, "Z12", "nodes end pods after 300 s all the same", &grace);
    }
    check(STEP, "Z12", "unproven", &|f, _| f.pods.new.disruption = None);
    check(STEP, "Z12", NOT_APPLICABLE, &|_, t| t.new.platform = Platform::Processes);
}

#[test]
fn z24_no_zone_is_dead() {
    let dead = |old: bool, zone: &'static str| {
        move |f: &mut model::facts::Facts, _: &mut _| {
            let side = if old { &mut f.targets.old } else { &mut f.targets.new };
            value(&mut side.health).zones.get_mut(zone).unwrap().healthy = 0;
        }
    };
    check(WATCH, "Z24", "passed", AS_IT_IS);
    check(WATCH, "Z24", "failed", &dead(false, "a"));
    check(WATCH, "Z24", "failed", &dead(true, "b"));
    check(WATCH, "Z24", "unproven", &|f, _| f.targets.old.health = None);
    check(WATCH, "Z24", "unproven", &|f, _| f.targets.new.health = None);
    // A side without weight may be empty.
    check(When::At(Moment::Watch { weight: 0 }), "Z24", "passed", &dead(false, "a"));
    check(DECOMMISSION, "Z24", "passed", &dead(true, "a"));
}

#[test]
fn z29_the_controller_acts() {
    for when in [BEFORE, STEP] {
        check(when, "Z29", "passed", AS_IT_IS);
        check(when, "Z29", "failed", &|f, _| {
            value(&mut f.pods.new.controller).objects[0].observed = 1;
        });
        check(when, "Z29", "failed", &|f, _| {
            value(&mut f.pods.new.controller).objects[0].took_secs = 61;
        });
        check(when, "Z29", "failed", &|f, _| {
            value(&mut f.pods.new.controller).invalid_in_group.push("ingress/prod/x".to_owned());
        });
        check(when, "Z29", "unproven", &|f, _| value(&mut f.pods.new.controller).objects.clear());
        check(when, "Z29", "unproven", &|f, _| f.pods.new.controller = None);
        check(when, "Z29", NOT_APPLICABLE, &|_, t| t.new.platform = Platform::Ecs);
    }
}

#[test]
fn z32_no_binding_owns_a_shared_group() {
    check(BEFORE, "Z32", "passed", AS_IT_IS);
    check(BEFORE, "Z32", "failed", &|f, _| value(&mut f.targets.new.binding).ecs = true);
    check(BEFORE, "Z32", "failed", &|f, _| value(&mut f.targets.old.binding).ecs = true);
    check(BEFORE, "Z32", "passed", &|f, _| {
        let binding = value(&mut f.targets.new.binding);
        (binding.ecs, binding.multi_cluster_from_first) = (true, true);
    });
    // ECS alone may register there.
    check(BEFORE, "Z32", "passed", &|f, _| {
        let binding = value(&mut f.targets.old.binding);
        (binding.bound, binding.ecs) = (false, true);
    });
    check(BEFORE, "Z32", "unproven", &|f, _| f.targets.new.binding = None);
    check(BEFORE, "Z32", NOT_APPLICABLE, &|_, t| t.mechanism = Mechanism::Local);
}
