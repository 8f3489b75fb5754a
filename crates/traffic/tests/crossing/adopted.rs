//! What follows when a person takes a frozen shift over, or starts one that went back once more.

use std::time::Duration;

use model::Reason;
use model::code::traffic as code;
use model::ports::{Weight, Weights};
use traffic::{Entry, Phase, State, adopt};

use crate::world::World;

fn weight(percent: u8) -> Weight {
    Weight::new(percent).unwrap()
}

/// Does what is planned, tick by tick, until `until` holds or nothing more happens.
fn go_on(world: &mut World, until: impl Fn(&World) -> bool) {
    for _ in 0..200 {
        for _ in 0..20 {
            if until(world) {
                return;
            }
            let plan = world.plan();
            if plan.steps.is_empty() {
                break;
            }
            world.act(&plan);
        }
        world.now += Duration::from_secs(1);
        world.traffic(300);
    }
}

/// At 10 %, where somebody else sets the rule to `percent`.
fn frozen_at(percent: u8) -> World {
    let mut world = World::new();
    let ten = |world: &World| {
        world.state().share == weight(10) && world.state().holding.is_some_and(|one| one.converged)
    };
    go_on(&mut world, ten);
    world.rule.weights = Weights::between("old", "new", weight(percent));
    go_on(&mut world, |world| world.state().ended());
    assert!(matches!(world.state().phase, Phase::Frozen { .. }), "{:?}", world.state().phase);
    world
}

fn take_over(world: &mut World) -> Result<(), Reason> {
    let entry = adopt::adopt(world.now, &world.seen(), &world.goal, "grace")?;
    world.engine();
    world.write(entry);
    Ok(())
}

#[test]
fn a_frozen_shift_goes_on_from_the_share_that_somebody_else_set() {
    let mut world = frozen_at(30);
    let before = world.state();
    take_over(&mut world).unwrap();
    let state = world.state();
    assert_eq!((&state.phase, state.share), (&Phase::Stepping, weight(30)));
    let holding = state.holding.clone().unwrap();
    assert_eq!((holding.ticks, holding.converged), (0, false), "the share is judged anew");
    assert!(state.seq > before.seq, "counts of before belong to another number");
    assert_eq!(state, State::replay(&world.journal), "and the journal says the same");
    let asked = world.journal.len();
    go_on(&mut world, |world| world.state().ended());
    assert_eq!(world.state().phase, Phase::Done);
    let shares: Vec<_> = world.journal[asked..]
        .iter()
        .filter_map(|entry| match entry {
            Entry::Asked(intent) => intent.effect.share(),
            _ => None,
        })
        .collect();
    assert_eq!(shares, [weight(50), weight(100)], "the steps above what was found");
}

#[test]
fn a_shift_that_was_frozen_on_its_way_back_goes_on_backwards() {
    let mut world = frozen_at(30);
    // It froze before it could turn back; a person who takes it over then aborts it.
    take_over(&mut world).unwrap();
    let at = world.now;
    world.write(Entry::Said { by: "grace".to_owned(), what: traffic::Deed::Abort, at });
    go_on(&mut world, |world| world.state().phase == Phase::RollingBack);
    world.rule.weights = Weights::between("old", "new", weight(7));
    go_on(&mut world, |world| world.state().ended());
    assert!(matches!(world.state().phase, Phase::Frozen { .. }), "{:?}", world.state().phase);
    take_over(&mut world).unwrap();
    assert_eq!(world.state().phase, Phase::RollingBack);
    go_on(&mut world, |world| world.state().ended());
    assert!(matches!(world.state().phase, Phase::RolledBack { .. }));
    assert!(world.rule.weights.same_as(&world.goal.weights(Weight::NONE)));
}

#[test]
fn limits_count_from_the_moment_when_a_person_took_over() {
    let mut world = frozen_at(30);
    world.now += Duration::from_hours(48);
    take_over(&mut world).unwrap();
    go_on(&mut world, |world| world.state().ended());
    assert_eq!(world.state().phase, Phase::Done, "48 h in the ice are no 48 h of the shift");
}

#[test]
fn what_is_not_frozen_or_goes_elsewhere_is_not_taken_over() {
    let refused = |world: &mut World| take_over(world).unwrap_err();
    assert_eq!(refused(&mut World::new()).code.id, code::NOT_ADOPTED.id);
    let mut world = frozen_at(30);
    world.rule.weights = Weights::between("old", "third", weight(30));
    let because = refused(&mut world);
    assert!(because.sentence().contains("elsewhere: old 70 %, third 30 %"), "{because}");
    let mut world = frozen_at(30);
    let mut state = world.state();
    state.frozen_in = Some(Box::new(Phase::Decommission));
    let seen = traffic::Seen { state, ..world.seen() };
    let because = adopt::adopt(world.now, &seen, &world.goal, "grace").unwrap_err();
    assert!(because.sentence().contains("is being removed"), "{because}");
    world.rule.weights = Weights::between("old", "new", Weight::ALL);
    let seen = traffic::Seen { rule: world.rule.clone(), ..seen };
    adopt::adopt(world.now, &seen, &world.goal, "grace").unwrap();
}

#[test]
fn a_shift_that_went_back_begins_once_more_and_ends_well() {
    let mut world = World::new();
    world.failing = 50;
    go_on(&mut world, |world| world.state().ended());
    assert!(matches!(world.state().phase, Phase::RolledBack { .. }), "{:?}", world.state().phase);
    let first = world.state();
    world.failing = 0;
    let entry = adopt::again(world.now, &first, &world.goal, "ada").unwrap();
    world.engine();
    world.write(entry);
    assert_eq!(world.state().phase, Phase::Planned);
    go_on(&mut world, |world| world.state().ended());
    let last = world.state();
    assert_eq!(last.phase, Phase::Done);
    assert!(last.seq > first.seq && last.epoch > first.epoch, "numbers go on");
    assert_eq!(last, State::replay(&world.journal));
    let because = adopt::again(world.now, &last, &world.goal, "ada").unwrap_err();
    assert_eq!(because.code.id, code::NOT_AGAIN.id);
}
