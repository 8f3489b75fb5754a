//! What holds for every input.

use std::time::Duration;

use model::ports::{Weight, Weights};
use proptest::prelude::*;
use traffic::{Action, Effect, Entry, Phase, State};

use crate::world::World;

/// Something that happens to a shift.
#[derive(Debug, Clone)]
enum Event {
    /// Seconds with requests, as on an ordinary day.
    Ticks(u8),
    Wait(u16),
    Traffic(u16),
    NewTargets(u32),
    OldTargets(u32),
    Failing(u64),
    Obeys(bool),
    Restart,
    Engine,
    Foreign(u8),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        8 => (1..8_u8).prop_map(Event::Ticks),
        8 => (0..3_000_u16).prop_map(Event::Wait),
        8 => (0..1_000_u16).prop_map(Event::Traffic),
        1 => (0..4_u32).prop_map(Event::NewTargets),
        1 => (0..4_u32).prop_map(Event::OldTargets),
        2 => prop_oneof![4 => Just(0), 2 => 1..15_u64, 1 => 0..100_u64].prop_map(Event::Failing),
        1 => any::<bool>().prop_map(Event::Obeys),
        1 => Just(Event::Restart),
        1 => Just(Event::Engine),
    ]
}

fn happen(world: &mut World, event: &Event) {
    match event {
        Event::Ticks(seconds) => {
            for _ in 0..*seconds {
                world.now += Duration::from_secs(1);
                world.traffic(150);
                rest(world);
            }
        }
        Event::Wait(millis) => world.now += Duration::from_millis(u64::from(*millis)),
        Event::Traffic(requests) => world.traffic(u64::from(*requests)),
        Event::NewTargets(healthy) => world.new.healthy = *healthy,
        Event::OldTargets(healthy) => world.old.healthy = *healthy,
        Event::Failing(percent) => world.failing = *percent,
        Event::Obeys(obeys) => world.obeys = *obeys,
        Event::Restart => {
            world.old.counts = model::ports::Counts::default();
            world.new.counts = model::ports::Counts::default();
        }
        Event::Engine => world.engine(),
        Event::Foreign(percent) => {
            let weight = Weight::new(*percent % 101).unwrap();
            world.rule.weights = Weights::between("old", "new", weight);
        }
    }
}

/// Plans and acts once, and checks what must hold for every plan.
fn turn(world: &mut World) {
    let plan = world.plan();
    assert_eq!(plan, world.plan(), "equal input, equal plan");
    let before = world.state();
    let mut journalled = false;
    for step in &plan.steps {
        match &step.action {
            Action::Journal(Entry::Asked(intent)) => {
                journalled = true;
                assert!(intent.seq > before.seq, "intents are numbered upwards");
                assert!(before.open.is_none(), "one intent at a time");
                let (from, to) = intent.shares().unwrap();
                let next = world.goal.steps.after(from);
                let back = before.phase == Phase::RollingBack;
                assert!(back == (to == Weight::NONE), "only a roll back goes to nothing");
                assert!(back || next == Some(to), "one step up, or all the way back");
                assert!(back || world.new.healthy >= world.goal.targets_min, "{intent:?}");
                assert!(world.old.healthy > 0, "no order without a way back");
                if let (false, Some(holding)) = (back, &before.holding) {
                    let new = world.new.counts.since(&holding.from.new).unwrap();
                    let allowed = new.ended() * world.goal.floor_per_mille;
                    assert!(new.bad() * 1000 <= allowed, "no step up above the floor: {new:?}");
                }
            }
            Action::Journal(entry) => {
                journalled |= matches!(entry, Entry::AskedAgain { .. });
            }
            Action::Order(order) => {
                assert!(journalled, "no effect without its intent");
                let Effect::Weights { weights, .. } = &order.effect else {
                    panic!("a shift of weights alone orders weights: {order:?}");
                };
                let sum: u32 = weights.iter().map(|(_, w)| u32::from(w.percent())).sum();
                assert_eq!(sum, 100);
                assert_eq!(order.epoch, before.epoch, "orders are of the present epoch");
            }
        }
    }
    assert!(!plan.steps.is_empty() || plan.wake_at.is_some() || before.ended(), "never stuck");
    if plan.steps.is_empty() && !before.ended() {
        assert!(!plan.held.is_empty(), "waiting always has a reason");
        assert!(plan.wake_at > Some(world.now), "no busy wait");
    }
    world.act(&plan);
}

/// Takes turns until nothing is left to do at this moment.
fn rest(world: &mut World) {
    for _ in 0..16 {
        if world.plan().steps.is_empty() {
            return;
        }
        turn(world);
    }
    panic!("sixteen plans and still something to do");
}

proptest! {
    #[test]
    fn laws_hold_whatever_happens(events in prop::collection::vec(event(), 0..120)) {
        let mut world = World::new();
        // Answers take their time, so that the journal has to keep how long.
        world.timed = true;
        for event in &events {
            happen(&mut world, event);
            rest(&mut world);
            prop_assert!(world.plan().steps.is_empty(), "a plan applied leaves nothing to plan");
        }
        let state = world.state();
        let text: Vec<String> =
            world.journal.iter().map(|entry| serde_json::to_string(entry).unwrap()).collect();
        let again: Vec<Entry> =
            text.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        prop_assert_eq!(&State::replay(&again), &state);
        prop_assert_eq!(
            serde_json::to_string(&State::replay(&again)).unwrap(),
            serde_json::to_string(&state).unwrap()
        );
        match state.phase {
            Phase::Done => prop_assert_eq!(world.rule.weights.of("new"), Weight::ALL),
            Phase::RolledBack { .. } => {
                prop_assert_eq!(world.rule.weights.of("new"), Weight::NONE);
            }
            _ => {}
        }
    }

    #[test]
    fn a_foreign_weight_is_never_overwritten(
        before in prop::collection::vec(event(), 0..40),
        percent in 0..=100_u8,
        after in prop::collection::vec(event(), 1..20),
    ) {
        let mut world = World::new();
        for event in &before {
            happen(&mut world, event);
            rest(&mut world);
        }
        let weight = Weight::new(percent).unwrap();
        // A share that was ours once is put right; any other is somebody else's.
        prop_assume!(weight != Weight::NONE && !world.state().asked.contains(&weight));
        happen(&mut world, &Event::Foreign(percent));
        for event in &after {
            rest(&mut world);
            prop_assert_eq!(world.rule.weights.of("new"), weight);
            happen(&mut world, event);
        }
    }

    #[test]
    fn under_calm_skies_every_shift_ends(events in prop::collection::vec(event(), 0..60)) {
        let mut world = World::new();
        for event in &events {
            happen(&mut world, event);
            rest(&mut world);
        }
        (world.old.healthy, world.new.healthy, world.obeys, world.failing) = (2, 2, true, 0);
        for _ in 0..200 {
            rest(&mut world);
            world.now += Duration::from_secs(1);
            world.traffic(300);
        }
        prop_assert!(world.state().ended(), "{:?}", world.state());
    }
}
