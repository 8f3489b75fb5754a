//! Every fault of a script that befalls copies, zones, clocks and rules.

use model::ports::{Clock as _, Epoch, Weight};
use twin::script::{Fault, When};
use twin::time::SECOND;
use twin::{World, process};

use crate::support::{
    NEW, NEW_GROUP, Notes, OLD, OLD_GROUP, go_on, play, script, wait, watch, with,
};

fn healthy(world: &World, group: &str) -> u32 {
    world.balancers.group(group).unwrap().healthy()
}

#[test]
fn copies_that_are_killed_come_back() {
    for (fleet, group) in [(OLD, OLD_GROUP), (NEW, NEW_GROUP)] {
        let fault = Fault::KillCopies { fleet: fleet.to_owned(), count: 2 };
        let mut world = watch(&with(When::Millis(10_000), fault), 10);
        let alive = |world: &World| {
            let members = &world.fleets.get(fleet).unwrap().members;
            members.keys().filter(|copy| process::is_healthy(world, **copy)).count()
        };
        assert_eq!(alive(&world), 1, "{fleet}");
        go_on(&mut world, 15 * SECOND);
        assert_eq!(world.fleets.get(fleet).unwrap().ready(), 1, "{fleet}");
        go_on(&mut world, 120 * SECOND);
        assert_eq!((alive(&world), healthy(&world, group)), (3, 3), "{fleet}");
    }
}

#[test]
fn more_copies_than_there_are_cannot_be_killed() {
    let fault = Fault::KillCopies { fleet: NEW.to_owned(), count: 1_000 };
    let mut world = watch(&with(When::Millis(10_000), fault), 11);
    assert_eq!(world.fleets.get(NEW).unwrap().running(), 0);
    assert_eq!(world.fleets.get(OLD).unwrap().running(), 3, "another fleet");
    go_on(&mut world, 120 * SECOND);
    assert_eq!(world.fleets.get(NEW).unwrap().ready(), 3);
}

#[test]
fn a_lost_zone_takes_its_copies_and_gets_no_new_ones_until_it_is_back() {
    let mut world = watch(&with(When::Millis(10_000), Fault::ZoneLoss { zone: 1, secs: 600 }), 11);
    let zones = |world: &World, fleet: &str| {
        let mut zones = [0; 3];
        for member in world.fleets.get(fleet).unwrap().members.values() {
            if member.phase < twin::fleets::Phase::Leaving {
                zones[usize::from(member.zone)] += 1;
            }
        }
        zones
    };
    assert_eq!((zones(&world, OLD), zones(&world, NEW)), ([1, 0, 1], [1, 0, 1]));
    go_on(&mut world, 300 * SECOND);
    for (fleet, group) in [(OLD, OLD_GROUP), (NEW, NEW_GROUP)] {
        assert_eq!(healthy(&world, group), 3, "{fleet} came back elsewhere");
        assert_eq!(zones(&world, fleet)[1], 0);
    }
    go_on(&mut world, 700 * SECOND);
    twin::fleets::scale(&mut world, &crate::support::scale(NEW, 6, (1, 1))).unwrap();
    go_on(&mut world, 800 * SECOND);
    assert!(zones(&world, NEW)[1] >= 2, "the zone is back: {:?}", zones(&world, NEW));
}

#[test]
fn slow_starts_make_the_next_copies_late() {
    let ready_at = |slow: u32| {
        let fault = Fault::SlowStart { fleet: NEW.to_owned(), secs: slow };
        let mut script = with(When::Millis(0), fault);
        script.services.get_mut("shop").unwrap().new.replicas = 0;
        let mut world = watch(&script, 1);
        twin::fleets::scale(&mut world, &crate::support::scale(NEW, 2, (1, 1))).unwrap();
        let mut at = SECOND;
        while world.fleets.get(NEW).unwrap().ready() < 2 {
            at += SECOND;
            go_on(&mut world, at);
        }
        at / SECOND
    };
    let (quick, slow) = (ready_at(0), ready_at(100));
    assert!(slow > quick + 80, "{quick} s, then {slow} s");
}

#[test]
fn a_bad_release_spoils_the_copies_that_run_and_those_to_come() {
    let fault = Fault::BadRelease {
        service: "shop".to_owned(),
        error_rate: 0.5,
        slow_factor: 4.0,
        out_of_memory_secs: 0,
    };
    let mut world = watch(&with(When::Millis(10_000), fault), 11);
    twin::fleets::scale(&mut world, &crate::support::scale(NEW, 5, (1, 1))).unwrap();
    go_on(&mut world, 60 * SECOND);
    let fleet = world.fleets.get(NEW).unwrap();
    assert_eq!(fleet.members.len(), 5);
    for copy in fleet.members.keys() {
        let process = world.processes.get(*copy).unwrap();
        let rate = process.behaviour().error_rate;
        assert!((rate - 0.5).abs() < 1e-9 && process.behaviour().work_ms > 19.0);
        assert_eq!(process.blame, Some("bad release"));
    }
    let old = world.fleets.get(OLD).unwrap().members.keys().next().unwrap();
    assert!(world.processes.get(*old).unwrap().behaviour().error_rate < 1e-9);
}

#[test]
fn copies_that_run_out_of_memory_end_again_and_again_and_wait_longer_each_time() {
    let fault = Fault::BadRelease {
        service: "shop".to_owned(),
        error_rate: 0.0,
        slow_factor: 1.0,
        out_of_memory_secs: 60,
    };
    let mut world = watch(&with(When::Millis(10_000), fault), 71);
    assert_eq!(world.fleets.get(NEW).unwrap().ready(), 0, "all at once, 60 s later");
    go_on(&mut world, 3_600 * SECOND);
    let started = world.processes.iter().filter(|(_, one)| one.fleet == NEW).count();
    assert!((9..=60).contains(&started), "back-off: {started} starts in an hour");
}

#[test]
fn a_clock_that_jumps_shows_another_time_and_waits_no_other_span() {
    for by in [3_600, -3_600] {
        let notes = Notes::default();
        let kept = notes.clone();
        let script = with(When::Millis(5_000), Fault::ClockJump { by });
        play(&script, 60, move |engine| {
            let notes = kept.clone();
            async move {
                wait(&engine, 10_000).await;
                notes.add(engine.now().to_string());
                notes.add((engine.world().now() / SECOND).to_string());
                wait(&engine, 2_000).await;
                notes.add((engine.world().now() / SECOND).to_string());
            }
        });
        let shown = if by > 0 { "2026-01-05T01:00:10Z" } else { "2026-01-04T23:00:10Z" };
        assert_eq!(notes.all(), [shown, "10", "12"]);
    }
}

#[test]
fn a_foreign_writer_moves_the_rule_past_every_engine() {
    let fault = Fault::ForeignWriter { service: "shop".to_owned(), weight: 30 };
    let world = watch(&with(When::Millis(10_000), fault), 11);
    let rule = world.balancers.rule("rule").unwrap();
    assert_eq!(rule.weights.of(NEW_GROUP), Weight::new(30).unwrap());
    assert_eq!(rule.last.0, Epoch(0), "nobody's epoch");
}

#[test]
fn a_foreign_writer_moves_records_too() {
    let fault = Fault::ForeignWriter { service: "shop".to_owned(), weight: 30 };
    let mut script = with(When::Millis(10_000), fault);
    script.services.get_mut("shop").unwrap().dial = twin::script::Dial::Records {
        rule: "shop.example".to_owned(),
        ttl: 60,
        evaluate_target_health: false,
    };
    let world = watch(&script, 11);
    let records = world.dns.records("shop.example").unwrap();
    assert_eq!(records.weights.of(NEW_GROUP), Weight::new(30).unwrap());
}

#[test]
fn in_silence_nobody_sends() {
    let sent = |secs| {
        let script = with(When::Millis(60_000), Fault::Silence { secs: 60 });
        let mut world = watch(&script, secs);
        twin::clients::account(&mut world, "shop").unwrap().sent
    };
    let (before, during, after) = (sent(60), sent(119), sent(180));
    assert_eq!(before, during);
    assert!(before > 1_000 && after > before + 1_000, "{before} {after}");
}

#[test]
fn slow_propagation_delays_what_a_rule_serves() {
    let served_at = |script| {
        let mut world = watch(&script, 5);
        let weights =
            model::ports::Weights::between(OLD_GROUP, NEW_GROUP, Weight::new(50).unwrap());
        twin::balancer::write_rule(&mut world, "rule", &weights);
        let mut at = 5 * SECOND;
        while !world.balancers.rule("rule").unwrap().is_served() {
            at += SECOND;
            go_on(&mut world, at);
        }
        at / SECOND - 5
    };
    assert!(served_at(script()) <= 11);
    let slow = served_at(with(When::Millis(0), Fault::SlowPropagation { secs: 120 }));
    assert!((30..=121).contains(&slow), "{slow} s");
}

#[test]
fn a_crash_at_a_moment_befalls_the_engine_that_wrote_last() {
    let notes = Notes::default();
    let kept = notes.clone();
    let script = with(When::Millis(5_000), Fault::Crash { down: 10 });
    play(&script, 60, move |engine| {
        let notes = kept.clone();
        async move {
            notes.add(format!("life {} at {}", engine.life, engine.now()));
            wait(&engine, 8_000).await;
            notes.add(format!("life {} done", engine.life));
        }
    });
    let lives = ["life 1 at 2026-01-05T00:00:00Z", "life 2 at 2026-01-05T00:00:15Z", "life 2 done"];
    assert_eq!(notes.all(), lives);
}

#[test]
fn equal_scripts_leave_equal_traces() {
    let script = || {
        let fault = Fault::KillCopies { fleet: NEW.to_owned(), count: 2 };
        let mut script = with(When::Millis(10_000), fault);
        script.faults.push(twin::script::TimedFault {
            at: When::Millis(100_000),
            fault: Fault::ZoneLoss { zone: 2, secs: 60 },
        });
        script
    };
    let digest = |script| watch(&script, 600).trace.digest();
    assert_eq!(digest(script()), digest(script()));
    let other = twin::Script { seed: 8, ..script() };
    assert_ne!(digest(script()), digest(other));
}
