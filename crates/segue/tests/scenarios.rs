//! What went wrong in other people's controllers, as named scenarios: each sets the scene of a
//! published fault and asserts the story that a user of Segue should see instead.
//!
//! argo: github.com/argoproj/argo-rollouts, flagger: github.com/fluxcd/flagger.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::time::Duration;

use segue::rehearse::{Played, Rehearsal, play};
use traffic::goal::{Copies, Dial, Finish, Limits};
use traffic::{Goal, Hold, Steps};
use twin::Script;
use twin::check::Ending;
use twin::script::{Behaviour, Clients, Deed, Fault, Platform, Service, Side, TimedFault, When};

const OLD: &str = "ecs/dev/shop";
const NEW: &str = "deployment/shop/shop";

/// One service from ECS to Kubernetes: four copies, 20 requests a second, 10, 50 and 100 %.
/// Untroubled it stands at 10 % after a minute and ends after some minutes.
fn shop() -> Rehearsal {
    let behaviour = Behaviour { start_secs: 20, ..Behaviour::default() };
    let side = |group: &str, fleet: &str, platform, replicas| Side {
        group: group.to_owned(),
        fleet: fleet.to_owned(),
        platform,
        replicas,
        behaviour: behaviour.clone(),
        ..Side::default()
    };
    let service = Service {
        old: side("shop-old", OLD, Platform::Ecs, 4),
        new: side("shop-new", NEW, Platform::Kubernetes, 0),
        clients: Clients { rps: 20.0, ..Clients::default() },
        ..Service::default()
    };
    let (old, new) = (OLD.to_owned(), NEW.to_owned());
    let goal = Goal {
        author: "ada".to_owned(),
        dial: Dial { settle: Duration::from_secs(20), ..Dial::default() },
        steps: Steps::new(&[10, 50, 100]).unwrap(),
        hold: Hold { tick: Duration::from_secs(5), ticks: 4, requests_min: 20 },
        copies: Some(Copies { old, new, old_need: 4, new_need: 4 }),
        finish: Finish::Remove { quiet: Duration::from_mins(2) },
        limits: Limits { shift: Duration::from_hours(1), ..Limits::default() },
        ..Goal::weights_only("shop", "rule", ("shop-old", "shop-new"))
    };
    let services = BTreeMap::from([("shop".to_owned(), service)]);
    let mut script = Script { seed: 7, services, ..Script::default() };
    let looks = (1..=120).map(|minute| said(minute * 60, "approve"));
    script.people.extend(looks);
    Rehearsal::new(script, BTreeMap::from([("shop".to_owned(), goal)]), 3 * 3_600)
}

fn said(secs: u64, what: &str) -> Deed {
    let (by, service) = ("grace".to_owned(), "shop".to_owned());
    Deed { at_millis: secs * 1_000, by, service, what: what.to_owned() }
}

/// The story of the shop with this trouble: nothing may be violated, nothing lost by Segue.
fn story(mut rehearsal: Rehearsal, trouble: Vec<(u64, Fault)>, ending: Ending) -> Story {
    let faults = trouble.into_iter();
    rehearsal.script.faults =
        faults.map(|(at, fault)| TimedFault { at: When::Millis(at * 1_000), fault }).collect();
    let played = play(&rehearsal).unwrap();
    assert_eq!(played.outcome.violations, []);
    assert_eq!(played.outcome.lost_by_segue(), 0);
    assert_eq!(played.outcome.services["shop"].ended, Some(ending), "{:#?}", told(&played));
    Story { played }
}

fn told(played: &Played) -> Vec<String> {
    let lines = played.outcome.lines.iter();
    lines.map(|line| format!("{:>5} {}", line.at / 1_000_000, line.text)).collect()
}

struct Story {
    played: Played,
}

impl Story {
    /// The shares that were asked for, in order, with the second and the ticks that were observed
    /// since the share before.
    fn shares(&self) -> Vec<(u64, u64, usize)> {
        let mut ticks = 0;
        let mut shares = Vec::new();
        for record in &self.played.journal {
            let body = &record.body;
            match body["entry"].as_str().unwrap() {
                "observed" => ticks += 1,
                "asked" if !body["effect"]["weights"].is_null() => {
                    let at = u64::try_from(record.at.as_second()).unwrap();
                    let share = body["effect"]["weights"]["share"].as_u64().unwrap();
                    shares.push((at, share, ticks));
                    ticks = 0;
                }
                _ => {}
            }
        }
        let start = self.played.journal[0].at.as_second();
        let start = u64::try_from(start).unwrap();
        shares.into_iter().map(|(at, share, ticks)| (at - start, share, ticks)).collect()
    }

    /// The shares alone.
    fn way(&self) -> Vec<u64> {
        self.shares().into_iter().map(|(_, share, _)| share).collect()
    }

    /// The second of the first line that holds `text`.
    fn moment(&self, text: &str) -> u64 {
        let line = self.played.outcome.lines.iter().find(|line| line.text.contains(text));
        assert!(line.is_some(), "{text}: {:#?}", told(&self.played));
        line.unwrap().at / 1_000_000
    }

    /// Every step was left upwards on four observed ticks or more.
    fn every_step_was_observed(&self) {
        for (at, share, ticks) in self.shares().into_iter().skip(1) {
            assert!(ticks >= 4, "{share} % at {at} s after {ticks} ticks");
        }
    }
}

#[test]
fn without_trouble_it_crosses() {
    let story = story(shop(), Vec::new(), Ending::Done);
    assert_eq!(story.way(), [10, 50, 100]);
    story.every_step_was_observed();
    assert_eq!(story.played.outcome.lost(), 0);
}

/// Flagger runs one advance as soon as its controller starts.
#[test]
fn a_restart_is_no_extra_step() {
    let crashes = [75, 90, 105].map(|at| (at, Fault::Crash { down: 3 }));
    let story = story(shop(), crashes.to_vec(), Ending::Done);
    assert_eq!(story.way(), [10, 50, 100]);
    story.every_step_was_observed();
}

/// Argo Rollouts counts the time in which its controller was dead as soak.
#[test]
fn time_that_nobody_observed_is_no_soak() {
    let story = story(shop(), vec![(80, Fault::Crash { down: 600 })], Ending::Done);
    story.every_step_was_observed();
    let shares = story.shares();
    assert!(shares[1].0 > 680, "{shares:?}");
}

/// argo 2864, 4433: the last switch meets targets that a controller is still to register.
#[test]
fn the_end_of_the_way_up_is_served() {
    let trouble = vec![
        (0, Fault::SlowPropagation { secs: 15 }),
        (120, Fault::ControllerAbsent { secs: 120 }),
    ];
    let story = story(shop(), trouble, Ending::Done);
    assert_eq!(story.played.outcome.lost(), 0);
}

/// argo 3333, 4595: the old side was scaled down while throttled calls had not moved the weight.
#[test]
fn the_old_side_stays_until_it_is_silent() {
    let trouble =
        vec![(0, Fault::SlowPropagation { secs: 30 }), (130, Fault::Throttle { secs: 180 })];
    let story = story(shop(), trouble, Ending::Done);
    let across = story.shares().last().unwrap().0;
    let removed = story.moment("phase decommission");
    assert!(removed >= across + 120, "across at {across} s, removed at {removed} s");
    assert_eq!(story.played.outcome.lost(), 0);
}

/// flagger 869: everything goes back at once onto an old side that has shrunk meanwhile.
#[test]
fn a_shrunk_side_gets_back_what_it_can_carry() {
    let mut rehearsal = shop();
    rehearsal.script.people.push(said(140, "abort"));
    let trouble = vec![
        (100, Fault::SlowStart { fleet: OLD.to_owned(), secs: 120 }),
        (135, Fault::KillCopies { fleet: OLD.to_owned(), count: 2 }),
    ];
    let story = story(rehearsal, trouble, Ending::RolledBack);
    let way = story.way();
    let back: Vec<u64> = way.iter().copied().skip_while(|share| *share != 50).skip(1).collect();
    assert_eq!(back.last(), Some(&0), "{way:?}");
    assert!(back.windows(2).all(|pair| pair[0] > pair[1]), "{way:?}");
    // Half of the old side stands: it is not given the rest before it does.
    assert!(story.shares().last().unwrap().0 > 200, "{:?}", story.shares());
}

/// The load balancer controller is away for minutes: nothing is registered, and nobody guesses.
#[test]
fn without_a_controller_the_step_waits() {
    let trouble = vec![(1, Fault::ControllerAbsent { secs: 300 })];
    let story = story(shop(), trouble, Ending::Done);
    assert!(story.shares()[0].0 >= 300, "{:?}", story.shares());
    assert_eq!(story.played.outcome.lost(), 0);
}

/// argo 4461: an abort after the full promotion is ignored.
#[test]
fn an_abort_at_all_requests_is_heard() {
    let mut rehearsal = shop();
    let across = story(shop(), Vec::new(), Ending::Done).shares()[2].0;
    rehearsal.script.people.push(said(across + 45, "abort"));
    let story = story(rehearsal, Vec::new(), Ending::RolledBack);
    assert_eq!(story.way(), [10, 50, 100, 0]);
}

/// flagger 874: a canary without a pod gets requests.
#[test]
fn a_side_without_pods_gets_no_request() {
    let trouble = vec![(0, Fault::SlowStart { fleet: NEW.to_owned(), secs: 180 })];
    let story = story(shop(), trouble, Ending::Done);
    let healthy = story.moment("the new side has a healthy target");
    assert!(healthy >= 180 && story.shares()[0].0 >= healthy, "{:?}", story.shares());
}

/// flagger 1202: a promotion does not wait for pods that are ready. Here three of four are gone
/// when a person promotes: nothing goes up, and what their end cost sends everything back.
#[test]
fn a_promotion_goes_nowhere_without_ready_pods() {
    let mut rehearsal = shop();
    rehearsal.script.people.push(said(75, "promote"));
    let trouble = vec![
        (60, Fault::SlowStart { fleet: NEW.to_owned(), secs: 120 }),
        (72, Fault::KillCopies { fleet: NEW.to_owned(), count: 3 }),
    ];
    let story = story(rehearsal, trouble, Ending::RolledBack);
    assert_eq!(story.way(), [10, 0]);
    assert!(story.moment("phase rollingback") >= 75);
}

/// argo 3765: pods that crash for ever keep a rollout for ever.
#[test]
fn a_crash_loop_ends_within_the_limit() {
    let release = Fault::BadRelease {
        service: "shop".to_owned(),
        error_rate: 0.0,
        slow_factor: 1.0,
        out_of_memory_secs: 5,
    };
    let story = story(shop(), vec![(0, release)], Ending::RolledBack);
    assert!(story.played.outcome.services["shop"].ended_at.unwrap() < 2 * 3_600 * 1_000_000);
}
