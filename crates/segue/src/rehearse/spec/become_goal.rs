//! From a Shift to what the planner and the twin need.

use std::time::Duration;

use traffic::goal::{Copies, Dial, FLOOR_PER_MILLE, Finish, Job, Limits, TARGETS_MIN};
use traffic::guard::{Clearing, Settings};
use traffic::preflight::{Fleet, Mechanism, Platform, Terms, Waiver};
use traffic::{Goal, Hold, Steps};
use twin::script;

use super::{ClearSpec, Length, Shift, SideSpec};

/// Σ s² of the shares of the clients' resolvers where nobody has measured them: forty alike.
pub(super) const CLIENTS: f64 = 0.025;
/// A person looks this often, in seconds.
const LOOKS_EVERY: u64 = 10 * 60;
/// Most looks that a rehearsal holds.
const LOOKS_MAX: u64 = 500;

impl Shift {
    /// What the planner is to reach.
    pub fn goal(&self) -> Goal {
        let spec = &self.spec;
        let standard = Limits::default();
        let or = |length: Option<Length>, other| length.map_or(other, Length::duration);
        let held = Hold::default();
        let targets = spec.gates.healthy_targets_min.unwrap_or(TARGETS_MIN);
        let finish = spec
            .remove_old
            .as_ref()
            .map_or(Finish::Keep, |remove| Finish::Remove { quiet: remove.quiet.duration() });
        let clients = if spec.mechanism == Mechanism::Route53 { CLIENTS } else { 0.0 };
        let job = |job: &super::JobSpec| Job { old: job.old.clone(), new: job.new.clone() };
        Goal {
            author: spec.author.clone(),
            dial: Dial { settle: self.settle(), clients, ..Dial::default() },
            steps: Steps::new(&spec.steps).unwrap_or_default(),
            hold: Hold {
                tick: or(spec.hold.tick, held.tick),
                ticks: spec.hold.ticks.unwrap_or(held.ticks),
                requests_min: spec.hold.requests_min.unwrap_or(held.requests_min),
            },
            targets_min: targets,
            zones_min: spec.gates.zones_min.unwrap_or(0),
            floor_per_mille: spec.gates.errors_per_mille.unwrap_or(FLOOR_PER_MILLE),
            guard: self.guard(),
            copies: Some(Copies {
                old: spec.old.fleet.clone(),
                new: spec.new.fleet.clone(),
                old_need: spec.old.replicas,
                new_need: spec.new.replicas,
            }),
            preflight: Some(self.terms()),
            drills: true,
            jobs: spec.jobs.iter().map(job).collect(),
            finish,
            after: spec.after.clone(),
            requires: spec.requires.clone(),
            limits: Limits {
                shift: or(spec.limits.shift, standard.shift),
                back: or(spec.limits.back, standard.back),
                order: or(spec.limits.order, standard.order),
                converge: or(spec.limits.converge, standard.converge),
                silence: or(spec.limits.silence, standard.silence),
                ..standard
            },
            ..Goal::weights_only(
                &self.metadata.name,
                &spec.rule,
                (&spec.old.target_group, &spec.new.target_group),
            )
        }
    }

    fn guard(&self) -> Settings {
        let standard = Settings::default();
        let clear = |clear: &ClearSpec| {
            let standard = Clearing::default();
            Clearing {
                times: clear.times.unwrap_or(standard.times),
                alpha: clear.alpha.unwrap_or(standard.alpha),
                rate: clear.errors_below_per_mille.map(|errors| errors / 1_000.0),
            }
        };
        let guard = &self.spec.guard;
        Settings {
            alpha: guard.alpha.unwrap_or(standard.alpha),
            clear: guard.clear.as_ref().map(clear),
        }
    }

    /// How long a weight takes to reach everybody, by the mechanism.
    fn settle(&self) -> Duration {
        let usual = match self.spec.mechanism {
            Mechanism::SameAlb | Mechanism::Bridge => Duration::from_secs(30),
            Mechanism::Route53 => Duration::from_mins(2),
            Mechanism::Local => Duration::ZERO,
        };
        self.spec.settle.map_or(usual, Length::duration)
    }

    /// What the checks before the start need.
    fn terms(&self) -> Terms {
        let spec = &self.spec;
        let secs = |length: Duration| u32::try_from(length.as_secs()).unwrap_or(u32::MAX);
        let fleet = |side: &SideSpec| Fleet { platform: side.platform, need: side.replicas };
        let standard = Hold::default();
        let tick = spec.hold.tick.map_or(standard.tick, Length::duration);
        let hold = tick.saturating_mul(spec.hold.ticks.unwrap_or(standard.ticks));
        let waiver = |one: &super::WaiverSpec| Waiver {
            check: one.check.clone(),
            by: one.by.clone(),
            reason: one.reason.clone(),
            until: one.until,
        };
        Terms {
            shift: self.metadata.name.clone(),
            mechanism: spec.mechanism,
            old: fleet(&spec.old),
            new: fleet(&spec.new),
            steps: spec.steps.clone(),
            step_hold_secs: secs(hold),
            longest_request_secs: spec.longest_request.map(|length| secs(length.duration())),
            keep_old_secs: spec
                .remove_old
                .as_ref()
                .map_or(u32::MAX, |one| secs(one.quiet.duration())),
            single_owner: spec.jobs.iter().map(|job| job.old.clone()).collect(),
            recovery_secs: secs(spec.limits.back.map_or(Limits::default().back, Length::duration)),
            author: spec.author.clone(),
            waivers: spec.waivers.iter().map(waiver).collect(),
        }
    }

    /// Its service in the twin: both sides stand as their manifests have them, pods with one to
    /// spare, since a budget that lets none go holds the start.
    pub(super) fn world(&self, rps: f64, thinning: f64) -> script::Service {
        let spec = &self.spec;
        let old = side(&spec.old);
        let mut new = side(&spec.new);
        if new.platform == script::Platform::Kubernetes {
            new.replicas = new.replicas.saturating_add(1);
            new.pod.min_available = spec.new.replicas;
        }
        let dial = match spec.mechanism {
            Mechanism::Route53 => script::Dial::Records {
                rule: spec.rule.clone(),
                ttl: 60,
                evaluate_target_health: false,
            },
            Mechanism::SameAlb | Mechanism::Bridge | Mechanism::Local => {
                script::Dial::Rule { rule: spec.rule.clone(), balancer: "balancer".to_owned() }
            }
        };
        let job = |job: &super::JobSpec| script::Job {
            old: job.old.clone(),
            new: job.new.clone(),
            every_secs: 3_600,
            run_secs: 60,
        };
        script::Service {
            dial,
            names: self.names_in_the_twin(),
            old,
            new,
            clients: script::Clients {
                rps,
                thinning,
                resolvers: vec![1.0; 40],
                longest_secs: spec
                    .longest_request
                    .and_then(|length| u32::try_from(length.duration().as_secs()).ok())
                    .unwrap_or(1),
                ..script::Clients::default()
            },
            jobs: spec.jobs.iter().map(job).collect(),
            ..script::Service::default()
        }
    }

    /// Somebody other than the author, who agrees when asked.
    pub(super) fn reviewer(&self, until_secs: u64) -> Vec<script::Deed> {
        let deed = |look: u64| script::Deed {
            at_millis: look * LOOKS_EVERY * 1_000,
            by: "reviewer".to_owned(),
            service: self.metadata.name.clone(),
            what: "approve".to_owned(),
        };
        (1..=(until_secs / LOOKS_EVERY).min(LOOKS_MAX)).map(deed).collect()
    }
}

/// One side in the twin, as the shift finds it.
fn side(side: &SideSpec) -> script::Side {
    script::Side {
        group: side.target_group.clone(),
        fleet: side.fleet.clone(),
        platform: match side.platform {
            Platform::Ecs => script::Platform::Ecs,
            Platform::Kubernetes | Platform::Processes => script::Platform::Kubernetes,
        },
        replicas: side.replicas,
        behaviour: script::Behaviour { error_rate: 0.000_5, ..Default::default() },
        ..script::Side::default()
    }
}
