//! Building a world: at steady state, or a sentence that says what is wrong.

use twin::World;
use twin::process;
use twin::script::{Clients, Control, Deed, Dial, Fault, Job, Script, TimedFault, When};

use crate::support::{NEW, NEW_GROUP, OLD, OLD_GROUP, go_on, script, with};

#[test]
fn a_world_begins_at_steady_state() {
    let mut script = script();
    script.services.get_mut("shop").unwrap().new.replicas = 0;
    let mut world = World::build(&script).unwrap();
    let old = world.fleets.get(OLD).unwrap();
    assert_eq!((old.wanted, old.running(), old.ready(), old.healthy()), (3, 3, 3, 3));
    assert_eq!(world.fleets.get(NEW).unwrap().running(), 0);
    let group = world.balancers.group(OLD_GROUP).unwrap().seen();
    assert_eq!((group.healthy, group.total, group.zones), (3, 3, 3));
    assert_eq!(world.balancers.group(NEW_GROUP).unwrap().seen().total, 0);
    let copies: Vec<_> = world.processes.iter().map(|(copy, _)| copy).collect();
    assert!(copies.iter().all(|copy| process::is_healthy(&world, *copy)));

    go_on(&mut world, 120 * twin::time::SECOND);
    let account = twin::clients::account(&mut world, "shop").unwrap();
    assert!((2_000..2_800).contains(&account.sent), "{} sent", account.sent);
    assert_eq!((account.lost_total(), account.failed), (0, 0), "{:?}", account.lost);
    assert_eq!(world.fleets.get(OLD).unwrap().running(), 3, "nothing moves by itself");
}

#[test]
fn a_script_survives_json_and_builds_the_same_world() {
    let mut script = with(When::AfterRecord(4), Fault::ZoneLoss { zone: 1, secs: 60 });
    let service = script.services.get_mut("shop").unwrap();
    service.dial =
        Dial::Records { rule: "shop.example".to_owned(), ttl: 60, evaluate_target_health: true };
    service.clients = Clients { resolvers: vec![0.5, 0.25, 0.25], ..Clients::default() };
    service.jobs.push(Job {
        old: "schedule/default/a".to_owned(),
        new: "cronjob/shop/a".to_owned(),
        every_secs: 60,
        run_secs: 1,
    });
    let secs = 9;
    let faults = [
        Fault::Crash { down: 1 },
        Fault::Zombie { pause: 1 },
        Fault::LostReplies { secs },
        Fault::Duplicates { secs },
        Fault::Throttle { secs },
        Fault::StaleReads { age: 1, secs },
        Fault::ClockJump { by: -5 },
        Fault::ForeignWriter { service: "shop".to_owned(), weight: 7 },
        Fault::KillCopies { fleet: OLD.to_owned(), count: 1 },
        Fault::SlowStart { fleet: NEW.to_owned(), secs },
        Fault::BadRelease {
            service: "shop".to_owned(),
            error_rate: 0.25,
            slow_factor: 2.0,
            out_of_memory_secs: 0,
        },
        Fault::ControllerAbsent { secs },
        Fault::SlowPropagation { secs },
        Fault::Silence { secs },
    ];
    let timed = faults.map(|fault| TimedFault { at: When::BeforeRecord(2), fault });
    script.faults.extend(timed);
    script.people.push(Deed {
        at_millis: 1_000,
        by: "ada".to_owned(),
        service: "shop".to_owned(),
        what: "approve".to_owned(),
    });
    let json = serde_json::to_string_pretty(&script).unwrap();
    let again: Script = serde_json::from_str(&json).unwrap();
    assert_eq!(again, script);
    let hash = |script: &Script| {
        let mut world = World::build(script).unwrap();
        go_on(&mut world, 300 * twin::time::SECOND);
        world.trace.digest()
    };
    assert_eq!(hash(&again), hash(&script));
    let unknown = json.replace("\"everySecs\"", "\"everyHours\"");
    let said = serde_json::from_str::<Script>(&unknown).unwrap_err().to_string();
    assert!(said.contains("everyHours"), "{said}");
}

#[test]
fn a_script_that_makes_no_sense_is_refused_with_a_sentence() {
    type Spoil = fn(&mut Script);
    let fault = |script: &mut Script, fault| {
        script.faults.push(TimedFault { at: When::Millis(0), fault });
    };
    let check = |spoil: &dyn Fn(&mut Script), says: &str| {
        let mut script = script();
        spoil(&mut script);
        let Err(said) = World::build(&script) else { panic!("built, though {says}") };
        assert!(said.contains(says), "{said:?} does not say {says:?}");
    };
    let spoils: [(Spoil, &str); 12] = [
        (
            |s| s.services.get_mut("shop").unwrap().new.group = OLD_GROUP.to_owned(),
            "is there twice",
        ),
        (|s| s.services.get_mut("shop").unwrap().old.fleet = String::new(), "a fleet has no name"),
        (|s| s.services.get_mut("shop").unwrap().old.replicas = 5_000, "5000 is more than 1000"),
        (|s| s.services.get_mut("shop").unwrap().new.behaviour.cores = 0, "cores must be above 0"),
        (|s| s.services.get_mut("shop").unwrap().clients.rps = f64::NAN, "clients.rps: NaN"),
        (|s| s.services.get_mut("shop").unwrap().clients.rps = -1.0, "clients.rps: -1"),
        (|s| s.services.get_mut("shop").unwrap().clients.resolvers = vec![0.0], "all shares are 0"),
        (|s| s.services.get_mut("shop").unwrap().old.behaviour.error_rate = 1.5, "errorRate: 1.5"),
        (|s| s.control = Control { bucket: (0, 1), ..Control::default() }, "control.bucket"),
        (|s| s.control.nodes = 0, "there is no node for 3 copies"),
        (
            |s| {
                s.people.push(Deed {
                    at_millis: 0,
                    by: "ada".to_owned(),
                    service: "shop".to_owned(),
                    what: "dance".to_owned(),
                });
            },
            "nobody can dance",
        ),
        (
            |s| {
                let copy = s.services["shop"].clone();
                s.services.insert("again".to_owned(), copy);
            },
            "is there twice",
        ),
    ];
    for (spoil, says) in spoils {
        check(&spoil, says);
    }
    let none = || "none".to_owned();
    check(&|s| fault(s, Fault::ForeignWriter { service: none(), weight: 1 }), "no service none");
    let heavy = || Fault::ForeignWriter { service: "shop".to_owned(), weight: 101 };
    check(&|s| fault(s, heavy()), "a weight is not 101");
    check(&|s| fault(s, Fault::KillCopies { fleet: none(), count: 1 }), "no fleet none");
    check(&|s| fault(s, Fault::ZoneLoss { zone: 3, secs: 1 }), "no zone 3");
    check(&|s| fault(s, Fault::Crash { down: u32::MAX }), "is more than");
}
