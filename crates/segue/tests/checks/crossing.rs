//! Crossings that ask the checks while requests move.

use std::collections::BTreeMap;
use std::time::Duration;

use segue::rehearse::{Played, Rehearsal, play};
use traffic::goal::{Copies, Limits};
use traffic::preflight::Mechanism;
use traffic::{Goal, Hold, Steps};
use twin::check::Ending;
use twin::script::{Dial, Fault, TimedFault, When};

use crate::{NEW, OLD, script, service, terms, waiver};

/// The crossing of [`service`] behind one balancer, with every check and with drills.
fn shop() -> Rehearsal {
    let service = service(Dial::default());
    let (old, new) = (OLD.to_owned(), NEW.to_owned());
    let goal = Goal {
        author: "ada".to_owned(),
        dial: traffic::goal::Dial { settle: Duration::from_secs(20), ..Default::default() },
        steps: Steps::new(&[10, 50, 100]).unwrap(),
        hold: Hold { tick: Duration::from_secs(5), ticks: 4, requests_min: 20 },
        copies: Some(Copies { old, new, old_need: 3, new_need: 3 }),
        preflight: Some(terms(Mechanism::SameAlb)),
        drills: true,
        limits: Limits { shift: Duration::from_hours(1), ..Limits::default() },
        ..Goal::weights_only("shop", "rule", ("shop-ecs", "shop-pods"))
    };
    Rehearsal::new(script(service), BTreeMap::from([("shop".to_owned(), goal)]), 3 * 3_600)
}

/// Plays with this trouble, at so many seconds: nothing is violated, nothing lost by Segue.
fn story(mut rehearsal: Rehearsal, trouble: &[(u64, Fault)]) -> Played {
    let fault = |(at, fault): &(u64, Fault)| TimedFault {
        at: When::Millis(at * 1_000),
        fault: fault.clone(),
    };
    rehearsal.script.faults = trouble.iter().map(fault).collect();
    let played = play(&rehearsal).unwrap();
    assert_eq!(played.outcome.violations, []);
    assert_eq!(played.outcome.lost_by_segue(), 0);
    played
}

/// The same shift without the checks.
fn unchecked() -> Rehearsal {
    let mut rehearsal = shop();
    rehearsal.goals.get_mut("shop").unwrap().preflight = None;
    rehearsal
}

fn ended(played: &Played) -> Ending {
    played.outcome.services["shop"].ended.unwrap()
}

/// The shares that were asked for, each with its second.
fn asked(played: &Played) -> Vec<(i64, u64)> {
    let start = played.journal[0].at.as_second();
    let shares = played.journal.iter().filter_map(|record| {
        let share = record.body["effect"]["weights"]["share"].as_u64()?;
        (record.body["entry"] == "asked").then_some((record.at.as_second() - start, share))
    });
    shares.collect()
}

fn way(played: &Played) -> Vec<u64> {
    asked(played).into_iter().map(|(_, share)| share).collect()
}

/// The second at which `share` was asked for.
fn moment(played: &Played, share: u64) -> i64 {
    asked(played).into_iter().find(|(_, to)| *to == share).unwrap().0
}

/// A second at which a tenth is on the new side and the next step is near.
fn at_a_tenth(rehearsal: Rehearsal) -> u64 {
    let calm = story(rehearsal, &[]);
    let (tenth, half) = (moment(&calm, 10), moment(&calm, 50));
    assert!(half - tenth > 30, "{:?}", asked(&calm));
    u64::try_from(half - 10).unwrap()
}

#[test]
fn with_every_check_asked_a_healthy_world_crosses_and_nothing_is_lost() {
    let played = story(shop(), &[]);
    assert_eq!(ended(&played), Ending::Done);
    assert_eq!(way(&played), [10, 50, 100]);
    let shop = &played.outcome.services["shop"];
    assert_eq!(shop.lost_total, 0);
    assert!(shop.sent > 4_000, "{}", shop.sent);
}

#[test]
fn without_a_waiver_what_the_twin_does_not_model_holds_the_start() {
    let mut rehearsal = shop();
    let goal = rehearsal.goals.get_mut("shop").unwrap();
    goal.preflight.as_mut().unwrap().waivers.retain(|waiver| waiver.check != "Z15");
    let played = story(rehearsal, &[]);
    assert_eq!(ended(&played), Ending::RolledBack, "nobody proves it within the hour");
    assert_eq!(way(&played), [0_u64; 0]);
}

#[test]
fn a_zone_without_a_target_holds_the_first_step() {
    let at = u64::try_from(moment(&story(shop(), &[]), 10) - 30).unwrap();
    let lost = [(at, Fault::ZoneLoss { zone: 1, secs: 60 })];
    // Copies start anew in other zones and stay there: Z24 holds until the shift is too late.
    let played = story(shop(), &lost);
    assert_eq!((ended(&played), way(&played)), (Ending::RolledBack, vec![]));
    assert!(played.outcome.lines.iter().any(|line| line.text.contains("zone")), "it was lost");
    let alone = story(unchecked(), &lost);
    assert_eq!((ended(&alone), way(&alone)), (Ending::Done, vec![10, 50, 100]), "no checks");
}

#[test]
fn a_zone_that_is_lost_under_way_sends_everything_back() {
    let lost = [(at_a_tenth(shop()), Fault::ZoneLoss { zone: 1, secs: 60 })];
    let played = story(shop(), &lost);
    assert_eq!((ended(&played), way(&played)), (Ending::RolledBack, vec![10, 0]));
}

#[test]
fn a_new_side_that_is_dead_is_left_at_once() {
    let at = at_a_tenth(shop());
    let dead = Fault::KillCopies { fleet: NEW.to_owned(), count: 9 };
    let played = story(shop(), &[(at, dead)]);
    assert_eq!((ended(&played), way(&played)), (Ending::RolledBack, vec![10, 0]));
    let back = moment(&played, 0) - i64::try_from(at).unwrap();
    assert!(back < 60, "{back} s");
}

#[test]
fn a_write_of_somebody_else_freezes_the_shift() {
    let foreign = Fault::ForeignWriter { service: "shop".to_owned(), weight: 33 };
    let played = story(shop(), &[(at_a_tenth(shop()), foreign)]);
    assert_eq!((ended(&played), way(&played)), (Ending::Frozen, vec![10]));
}

#[test]
fn a_controller_that_is_absent_holds_the_step_and_no_longer() {
    let calm = story(shop(), &[]);
    let at = at_a_tenth(shop());
    let played = story(shop(), &[(at, Fault::ControllerAbsent { secs: 300 })]);
    assert_eq!((ended(&played), way(&played)), (Ending::Done, vec![10, 50, 100]));
    let back = i64::try_from(at + 300).unwrap();
    assert!(moment(&calm, 50) < back, "{:?}", asked(&calm));
    let half = moment(&played, 50);
    assert!((back..back + 30).contains(&half), "{half} s, back at {back} s");
    assert_eq!(played.outcome.services["shop"].lost_total, 0);
}

#[test]
fn an_old_side_that_cannot_take_everything_back_holds_the_step() {
    // Three copies carry the busiest minute with room to spare, two do not: only Z10 knows, since
    // two are all that the shift itself asks for. A zone may be empty meanwhile.
    let tight = || {
        let mut rehearsal = shop();
        let service = rehearsal.script.services.get_mut("shop").unwrap();
        for side in [&mut service.old, &mut service.new] {
            side.behaviour.work_ms = 60.0;
        }
        let goal = rehearsal.goals.get_mut("shop").unwrap();
        goal.copies.as_mut().unwrap().old_need = 2;
        goal.preflight.as_mut().unwrap().waivers.push(waiver("Z24", "one zone may be empty"));
        rehearsal
    };
    let at = at_a_tenth(tight());
    let slow = Fault::SlowStart { fleet: OLD.to_owned(), secs: 300 };
    let fewer = Fault::KillCopies { fleet: OLD.to_owned(), count: 1 };
    let trouble = [(at - 1, slow), (at, fewer)];
    let played = story(tight(), &trouble);
    assert_eq!((ended(&played), way(&played)), (Ending::Done, vec![10, 50, 100]));
    let (half, back) = (moment(&played, 50), i64::try_from(at + 300).unwrap());
    assert!((back..back + 120).contains(&half), "{half} s, back at {back} s");

    let mut alone = tight();
    alone.goals.get_mut("shop").unwrap().preflight = None;
    let half = moment(&story(alone, &trouble), 50);
    assert!(half < back, "without the checks at {half} s");
}
