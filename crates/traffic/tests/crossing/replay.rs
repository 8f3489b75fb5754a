//! The journal of an engine that did not know better: entries about an intent that is not the open
//! or the landed one change nothing but the time.

use std::time::Duration;

use jiff::Timestamp;
use model::ports::{Counts, Epoch, Latency, Weight};
use traffic::evidence::{Fresh, Slow};
use traffic::guard::Split;
use traffic::seen::Counted;
use traffic::{Entry, State};

use crate::world::World;

const STRANGE: u64 = 99;

/// A shift at its first step, observed once.
fn at_one_percent() -> World {
    let mut world = World::new();
    for _ in 0..3 {
        while !world.plan().steps.is_empty() {
            let plan = world.plan();
            world.act(&plan);
        }
        world.now += Duration::from_secs(1);
        world.traffic(300);
    }
    world
}

/// The state without the time of the last entry.
fn timeless(state: &State) -> State {
    State { last_at: None, ..state.clone() }
}

fn strange_entries(at: Timestamp) -> Vec<Entry> {
    let (seq, counted, slow) = (STRANGE, Counted::default(), Slow::default());
    vec![
        Entry::AskedAgain { seq, at },
        Entry::Abandoned { seq, at },
        Entry::Landed { seq, at, counted, latency: Latency::default() },
        Entry::Converged { seq, at, counted, slow, split: Split::Clients },
        Entry::Recounted { seq, at, counted },
        Entry::Observed { seq, at, counted, within: Duration::ZERO, fresh: Fresh::default(), slow },
    ]
}

#[test]
fn entries_about_another_intent_are_passed_over() {
    let mut open = World::new();
    open.obeys = false;
    while open.state().open.is_none() {
        let plan = open.plan();
        open.act(&plan);
    }
    for world in [open, at_one_percent()] {
        for entry in strange_entries(world.now) {
            let (before, mut after) = (world.state(), world.state());
            after.apply(&entry);
            assert_eq!(timeless(&after), timeless(&before), "{entry:?}");
            assert_eq!(after.last_at, Some(world.now), "{entry:?}");
        }
    }
}

/// A tick over which the balancer began to count anew proves nothing, and is a tick all the same:
/// the next plan recounts.
#[test]
fn a_tick_over_a_restart_of_the_balancer_is_not_judged() {
    let world = at_one_percent();
    let before = world.state();
    let holding = before.holding.clone().unwrap();
    assert!(holding.converged && holding.tick_counted.old.chosen > 0, "{holding:?}");
    let counts = Counts { chosen: 1, failed: 1, ..Counts::default() };
    let mut after = before.clone();
    after.apply(&Entry::Observed {
        seq: holding.seq,
        at: world.now,
        counted: Counted { old: Counts::default(), new: counts },
        within: Duration::from_secs(5),
        fresh: Fresh::default(),
        slow: Slow::default(),
    });
    assert_eq!(after.judged, before.judged);
    assert_eq!(after.holding.unwrap().ticks, holding.ticks + 1);
}

/// Whatever was given up before, what counts is the share that may still land.
#[test]
fn a_share_that_was_given_up_is_remembered_until_a_later_one_has_landed() {
    let mut world = World::new();
    world.obeys = false;
    while world.state().open.is_none() {
        let plan = world.plan();
        world.act(&plan);
    }
    let seq = world.state().seq;
    world.write(Entry::Abandoned { seq, at: world.now });
    assert_eq!(world.state().abandoned, Weight::new(1));
    assert_eq!(world.state().open, None);
    // A newer engine keeps its epoch whatever an older one writes.
    world.write(Entry::Opened { epoch: Epoch(7), at: world.now });
    world.write(Entry::Opened { epoch: Epoch(3), at: world.now });
    assert_eq!(world.state().epoch, Epoch(7));
}
