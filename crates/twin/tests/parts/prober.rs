//! What is known of a shift, and drills.

use model::facts::Side;
use model::facts::drills::Session;
use model::ports::{Cloud as _, DrillOrder, Epoch, Journal as _, Prober as _, Weight, Weights};
use twin::prober::facts;
use twin::script::{Dial, Fault, Job, Script, When};
use twin::time::SECOND;
use twin::{World, balancer};

use crate::support::{NEW, NEW_GROUP, Notes, OLD_GROUP, go_on, play, script, wait, watch, with};

fn order(epoch: u64, seq: u64) -> DrillOrder {
    DrillOrder { shift: "shop".to_owned(), epoch: Epoch(epoch), seq }
}

fn begin(world: &mut World, epoch: u64, seq: u64) -> Result<(), &'static str> {
    let begun = twin::prober::drill::begin(world, &order(epoch, seq));
    begun.map_err(|fault| fault.because.code.id)
}

/// The drills of a shift, done to the end: requests lost, seconds to the close, green checks.
fn drilled(script: &Script) -> (u64, Option<u32>, u32) {
    let mut world = watch(script, 30);
    begin(&mut world, 1, 1).unwrap();
    go_on(&mut world, 300 * SECOND);
    assert_eq!(world.fleets.get(NEW).unwrap().ready(), 3, "the copy is replaced");
    let lost_by_clients = twin::clients::account(&mut world, "shop").unwrap().lost_total();
    assert_eq!(lost_by_clients, 0, "no request of a client is at risk");
    let drills = facts::of(&mut world, "shop").unwrap().drills;
    let load = drills.end_target.unwrap().value;
    assert!(load.requests > 1_000 && load.did.contains("copy"), "{load:?}");
    assert_eq!(drills.session.unwrap().value, Session::None);
    assert!(drills.connect.unwrap().value.balancer_to_target);
    let smoke = drills.smoke.unwrap().value;
    assert_eq!(smoke.checks, 50);
    (load.lost, drills.idle.unwrap().value.closed_after_secs, smoke.green)
}

#[test]
fn a_good_copy_passes_every_drill() {
    assert_eq!(drilled(&script()), (0, None, 50));
}

#[test]
fn a_bad_copy_is_found_by_the_drill_for_it() {
    let spoilt = |spoil: fn(&mut twin::script::Side)| {
        let mut script = script();
        spoil(&mut script.services.get_mut("shop").unwrap().new);
        drilled(&script)
    };
    let no_pre_stop = spoilt(|new| new.pod.pre_stop_secs = 0);
    assert!(no_pre_stop.0 > 10, "{no_pre_stop:?}");
    let cut = spoilt(|new| {
        new.pod.pre_stop_secs = 6;
        new.behaviour.finishes = false;
    });
    let finishes = spoilt(|new| new.pod.pre_stop_secs = 6);
    assert_eq!(cut.0, finishes.0 + 1, "what is under way at SIGTERM");
    assert_eq!(spoilt(|new| new.behaviour.keep_alive_secs = 5).1, Some(5));
    assert_eq!(spoilt(|new| new.behaviour.keep_alive_secs = 61).1, Some(61));
    let errors = spoilt(|new| new.behaviour.error_rate = 0.2);
    assert!((30..50).contains(&errors.2), "{errors:?}");
}

#[test]
fn a_drill_takes_its_time_and_goes_on_when_it_is_ordered_again() {
    let mut world = watch(&script(), 30);
    assert_eq!(begin(&mut world, 1, 1), Ok(()));
    assert_eq!(begin(&mut world, 1, 1), Ok(()), "the same order");
    assert_eq!(begin(&mut world, 2, 1), Ok(()), "by the successor");
    assert_eq!(begin(&mut world, 1, 2), Err("SG-R003"), "of the dead one");
    go_on(&mut world, 60 * SECOND);
    assert!(facts::of(&mut world, "shop").unwrap().drills.end_target.is_none(), "not over yet");
    go_on(&mut world, 120 * SECOND);
    assert!(facts::of(&mut world, "shop").unwrap().drills.end_target.is_some());
    let started = world.processes.iter().filter(|(_, one)| one.fleet == NEW).count();
    assert_eq!(started, 4, "one copy was ended, once");
}

#[test]
fn nothing_is_drilled_that_serves_or_that_cannot_be_spared() {
    let mut world = watch(&script(), 30);
    let weights = Weights::between(OLD_GROUP, NEW_GROUP, Weight::new(1).unwrap());
    balancer::write_rule(&mut world, "rule", &weights);
    assert_eq!(begin(&mut world, 1, 1), Err("SG-R005"));

    let mut tight = script();
    tight.services.get_mut("shop").unwrap().new.pod.min_available = 3;
    assert_eq!(begin(&mut watch(&tight, 30), 1, 1), Err("SG-R005"), "the budget");

    let mut empty = script();
    empty.services.get_mut("shop").unwrap().new.replicas = 0;
    assert_eq!(begin(&mut watch(&empty, 30), 1, 1), Err("SG-R005"));
}

#[test]
fn facts_tell_what_the_world_models_and_nothing_else() {
    let mut script = script();
    let shop = script.services.get_mut("shop").unwrap();
    shop.connections_per_copy = 10;
    shop.connections_max = 100;
    shop.jobs.push(Job {
        old: "schedule/default/a".to_owned(),
        new: "cronjob/shop/a".to_owned(),
        every_secs: 60,
        run_secs: 1,
    });
    let mut world = watch(&script, 120);
    let facts = facts::of(&mut world, "shop").unwrap();
    assert_eq!(facts.targets.old.health.as_ref().unwrap().value.healthy(), 3);
    assert_eq!(facts.targets.new.health.as_ref().unwrap().value.healthy_zones(), 3);
    assert_eq!(facts.targets.old.quiet.unwrap().value.periods, 0);
    assert_eq!(facts.targets.new.quiet.unwrap().value.periods, 2);
    assert!(facts.pods.old.stop.is_none(), "no pods on ECS");
    assert_eq!(facts.pods.new.stop.unwrap().value.pre_stop_secs, 60);
    let gates = facts.pods.new.gates.unwrap().value;
    assert_eq!((gates.pods, gates.with_gate, gates.open), (3, 3, 3));
    let budget = facts.pods.new.disruption.unwrap().value.budget.unwrap();
    assert_eq!((budget.allowed, budget.keeps), (2, 1));
    assert_eq!(facts.capacity.new.replicas.unwrap().value, 3);
    assert_eq!(facts.balancers.old.rule.unwrap().value.new_percent, 0);
    assert!(facts.balancers.new.rule.is_none(), "one balancer serves both");
    let database = &facts.databases.each.unwrap().value["database"];
    assert_eq!(database.open.as_ref().unwrap().value, 60);
    let schedule = &facts.jobs.schedules.unwrap().value["schedule/default/a"];
    assert_eq!(schedule.enabled.iter().collect::<Vec<_>>(), [&Side::Old]);
    assert!(facts.traffic.peak_per_minute.unwrap().value >= 1_200);
    assert!(facts.owners.writers.unwrap().value.is_empty());
    assert!(facts.dns.records.is_none(), "no name moves");
    // Not modelled, so nobody knows.
    assert!(facts.identity.denied.is_none() && facts.network.egress.is_none());
    assert!(facts.databases.migrations.is_none() && facts.drills.client_address.is_none());
    assert!(facts.engine.lease.is_none(), "nobody has taken an epoch");
}

#[test]
fn probes_meet_what_requests_would_meet_and_no_client_notices() {
    let dead = Fault::KillCopies { fleet: NEW.to_owned(), count: 3 };
    let script = with(When::Millis(100_500), dead);
    let mut world = watch(&script, 10);
    let mut probed = |at: u64| {
        go_on(&mut world, at * SECOND);
        let prober = facts::of(&mut world, "shop").unwrap().engine.prober;
        [prober.old, prober.new].map(|side| {
            let path = side.unwrap().value[0].clone();
            (path.requests, path.over_secs, path.lost)
        })
    };
    assert_eq!(probed(10), [(0, 0, 0); 2], "they begin when somebody asks");
    assert_eq!(probed(15), [(50, 5, 0); 2]);
    assert_eq!(probed(100), [(600, 60, 0); 2], "of the last minute");
    let [old, new] = probed(110);
    assert_eq!((old, new.0), ((600, 60, 0), 600));
    assert!((80..=95).contains(&new.2), "{new:?}");
    assert_eq!(probed(200), [(600, 60, 0); 2], "the copies were replaced");
    assert_eq!(probed(1_000), [(0, 0, 0); 2], "nobody had asked for long");
    assert_eq!(probed(1_010), [(100, 10, 0); 2]);

    let mut alone = watch(&script, 1_010);
    let account = |world: &mut World| twin::clients::account(world, "shop").unwrap();
    assert_eq!(account(&mut world), account(&mut alone));
}

#[test]
fn calls_that_others_use_are_not_left_for_a_roll_back() {
    let notes = Notes::default();
    let kept = notes.clone();
    let throttle = Fault::Throttle { secs: 10 };
    play(&with(When::Millis(40_000), throttle), 60, move |engine| {
        let notes = kept.clone();
        async move {
            let limiter = |world: &mut World| {
                let quotas = facts::of(world, "shop").unwrap().quotas;
                assert!(quotas.roll_back.unwrap().value.validated);
                let limiter = quotas.limiter.unwrap().value;
                format!("{} of {}", limiter.reserved_per_minute, limiter.per_minute)
            };
            notes.add(limiter(&mut engine.world()));
            for _ in 0..30 {
                engine.group(OLD_GROUP).await.unwrap();
            }
            notes.add(limiter(&mut engine.world()));
            wait(&engine, 41_000).await;
            notes.add(limiter(&mut engine.world()));
        }
    });
    assert_eq!(notes.all(), ["600 of 600", "570 of 600", "0 of 600"]);
}

#[test]
fn an_engine_is_told_whose_epoch_it_is() {
    let notes = Notes::default();
    let kept = notes.clone();
    let zombie = with(When::Millis(5_000), Fault::Zombie { pause: 20 });
    let mut run = twin::Run::new(World::build(&zombie).unwrap());
    let made = move |engine: twin::Engine| {
        let notes = kept.clone();
        async move {
            engine.take("shift/shop").await.unwrap();
            for _ in 0..2 {
                let lease = engine.facts("shop").await.unwrap().engine.lease.unwrap().value;
                let lasts = if lease.left_ms > lease.call_ms { "held" } else { "lost" };
                notes.add(format!("{}: {} of {} {lasts}", engine.id.0, lease.ours, lease.journal));
                wait(&engine, 10_000).await;
            }
        }
    };
    run.engine(twin::world::EngineId(0), crate::support::engine(made.clone()));
    run.standby(twin::world::EngineId(1), crate::support::engine(made));
    run.until(60 * SECOND);
    assert_eq!(
        notes.all(),
        ["0: 1 of 1 held", "1: 2 of 2 held", "1: 2 of 2 held", "0: 1 of 2 lost"]
    );
}

#[test]
fn facts_follow_what_goes_wrong() {
    let shop = || "shop".to_owned();
    let fault = Fault::ForeignWriter { service: shop(), weight: 30 };
    let mut world = watch(&with(When::Millis(10_000), fault), 20);
    let facts = facts::of(&mut world, "shop").unwrap();
    assert_eq!(facts.owners.writers.unwrap().value.len(), 1);
    assert_eq!(facts.balancers.old.rule.unwrap().value.new_percent, 30);
    go_on(&mut world, 50 * SECOND);
    let facts = facts::of(&mut world, "shop").unwrap();
    assert_eq!(facts.balancers.old.rule.unwrap().value.since_secs, 30, "since it was first read");

    let mut world = watch(&with(When::Millis(10_000), Fault::ControllerAbsent { secs: 90 }), 80);
    let facts = facts::of(&mut world, "shop").unwrap();
    assert!(!facts.pods.new.gates.unwrap().value.webhook_alive);
    let object = facts.pods.new.controller.unwrap().value.objects[0].clone();
    assert_eq!((object.took_secs, object.observed < object.generation), (70, true));

    let mut lying = script();
    lying.services.get_mut("shop").unwrap().new.behaviour.truthful = false;
    let facts = facts::of(&mut watch(&lying, 1), "shop").unwrap();
    assert!(facts.pods.new.probes.unwrap().value.readiness.is_none());
}

#[test]
fn names_bring_their_records_and_resolvers() {
    let mut script = script();
    let shop = script.services.get_mut("shop").unwrap();
    shop.clients.resolvers = vec![3.0, 1.0];
    shop.dial =
        Dial::Records { rule: "shop.example".to_owned(), ttl: 60, evaluate_target_health: true };
    let facts = facts::of(&mut watch(&script, 60), "shop").unwrap();
    assert!(facts.dns.records.unwrap().value[0].evaluates_target_health);
    let resolvers = facts.dns.resolvers.unwrap().value;
    assert_eq!(resolvers.into_values().collect::<Vec<_>>(), [750_000, 250_000]);
    assert!(facts.balancers.new.rule.is_some() && facts.balancers.old.rule.is_some());
}

#[test]
fn an_engine_asks_through_the_port() {
    let notes = Notes::default();
    let kept = notes.clone();
    play(&script(), 200, move |engine| {
        let notes = kept.clone();
        async move {
            let unknown = engine.facts("none").await.unwrap_err();
            notes.add(unknown.because.code.id);
            engine.drill(&order(1, 1)).await.unwrap();
            while engine.facts("shop").await.unwrap().drills.end_target.is_none() {
                wait(&engine, 5_000).await;
            }
            let at = engine.world().now() / SECOND;
            notes.add(format!("{}", (74..=85).contains(&at)));
        }
    });
    assert_eq!(notes.all(), ["SG-R004", "true"]);
}
