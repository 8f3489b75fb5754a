//! `segue serve` is killed at any moment of a crossing, and the crossing ends right.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use live::Store;
use model::ports::Journal as _;
use segue::serve::book::Fate;
use segue::serve::shift::entry;
use traffic::Entry;

use crate::clients::{CLIENTS, Tally};
use crate::world::{SHIFT, World};

/// A kill comes at most this long after the start, in milliseconds.
const LIFE_MAX: u64 = 4_000;

/// What a crossing with kills came to.
#[derive(Debug)]
pub(crate) struct Killed {
    /// Kills that came while the shift was under way.
    pub(crate) kills: u32,
    /// Requests.
    pub(crate) sent: u64,
    /// Of them, without a good answer while nothing served.
    pub(crate) while_down: u64,
    /// At most so many can have been under way when it was killed.
    pub(crate) under_way: u64,
}

/// One crossing that is killed `kills` times at moments drawn from `seed`, with the balancer
/// `inside` of what is killed, or `held` by a parent that has its socket, or `beside` it.
pub(crate) fn crossing(seed: u64, kills: u32, balancer: &'static str) -> Killed {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut world = World::new(0);
    match balancer {
        "held" => world.hold(),
        other => world.balancer = other,
    }
    let inside = balancer != "beside";
    let mut serving = world.serve();
    let clients = world.clients(&serving);
    let mut struck = 0;
    world.done(&["shift", "start", SHIFT, "--yes"]);
    for _ in 0..kills {
        thread::sleep(Duration::from_millis(random.u64(0..LIFE_MAX)));
        clients.down.store(inside, Ordering::SeqCst);
        serving.kill();
        struck += u32::from(!is_over(&world));
        let front = serving.front;
        serving = world.serve();
        assert_eq!(front, serving.front, "clients find it where it was");
        clients.down.store(false, Ordering::SeqCst);
    }
    let shift = world.ended(Fate::Done);
    assert_eq!(shift.weights.stated, Some(100), "seed {seed}: {shift:#?}");
    let tally = clients.stop();
    tally.check();
    journal_is_sound(&world, seed);
    let of = |count: fn(&Tally) -> u64| count(&tally);
    Killed {
        kills: struck,
        sent: of(|tally| tally.sent.load(Ordering::SeqCst)),
        while_down: of(|tally| tally.while_down.load(Ordering::SeqCst)),
        under_way: u64::from(kills) * u64::from(CLIENTS),
    }
}

fn entries(world: &World) -> Vec<Entry> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Store::read_only(&world.state().join("segue.db")).await.unwrap();
        let records = store.read(&format!("shift/{SHIFT}")).await.unwrap();
        records.iter().map(|record| entry(record).unwrap()).collect()
    })
}

fn is_over(world: &World) -> bool {
    entries(world).last() == Some(&Entry::Done)
}

/// What holds in any journal, whatever was killed when.
fn journal_is_sound(world: &World, seed: u64) {
    let entries = entries(world);
    let mut shares = Vec::new();
    let mut numbers = BTreeSet::new();
    let mut open = None;
    let mut epochs = Vec::new();
    for entry in &entries {
        match entry {
            Entry::Asked(intent) => {
                assert_eq!(open, None, "seed {seed}: two open intents: {entries:#?}");
                assert!(numbers.insert(intent.seq), "seed {seed}: number {} twice", intent.seq);
                open = Some(intent.seq);
                shares.extend(intent.effect.share().map(model::ports::Weight::percent));
            }
            Entry::Landed { seq, .. } => assert_eq!(open.take(), Some(*seq), "seed {seed}"),
            Entry::Opened { epoch, .. } => epochs.push(epoch.0),
            _ => {}
        }
    }
    assert_eq!(shares, [10, 50, 100], "seed {seed}: each step once, in order");
    assert!(epochs.is_sorted() && epochs.windows(2).all(|pair| pair[0] < pair[1]), "{epochs:?}");
    assert_eq!(entries.last(), Some(&Entry::Done), "seed {seed}");
}

/// It was killed under way, and what clients missed, they missed while nothing served.
#[test]
fn killed_with_its_balancer_a_crossing_ends_right() {
    let killed = crossing(1, 4, "inside");
    assert!(killed.kills > 0 && killed.while_down > 0, "{killed:?}");
    assert!(killed.while_down < killed.sent, "{killed:?}");
}

/// Connections that come meanwhile wait in the socket; lost is what the killed process was at.
#[test]
fn killed_while_a_parent_holds_the_socket_no_connection_is_refused() {
    let killed = crossing(3, 4, "held");
    assert!(killed.kills > 0 && killed.while_down <= killed.under_way, "{killed:?}");
}

#[test]
fn killed_beside_its_balancer_a_crossing_ends_right_and_no_request_is_lost() {
    let killed = crossing(2, 4, "beside");
    assert!(killed.kills > 0 && killed.while_down == 0, "{killed:?}");
}
