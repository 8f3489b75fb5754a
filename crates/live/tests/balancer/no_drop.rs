//! No request is lost while weights change and targets come and go.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use live::Balancer;
use model::ports::Cloud as _;

use crate::fleet::{self, Target, get, join};

/// Requests of the whole test.
const REQUESTS: u64 = 24_000;
/// Clients, each with one kept connection.
const CLIENTS: u64 = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn weights_change_and_targets_come_and_go() {
    let balancer = Arc::new(fleet::balancer(50).await);
    let (old, new) = (Target::start("old").await, Target::start("new").await);
    join(&balancer, "old", &old).await;
    join(&balancer, "new", &new).await;

    let done = Arc::new(AtomicBool::new(false));
    let shifting = tokio::spawn(shift(Arc::clone(&balancer), Arc::clone(&done)));
    let coming = tokio::spawn(come_and_go(Arc::clone(&balancer), Arc::clone(&done)));
    let next = Arc::new(AtomicU64::new(0));
    let loads: Vec<_> = (0..CLIENTS)
        .map(|_| tokio::spawn(load(Arc::clone(&balancer), Arc::clone(&next))))
        .collect();
    let (mut sides, mut lost) = ([0_u64; 2], Vec::new());
    for load in loads {
        let (answered, failures) = load.await.unwrap();
        sides = [sides[0] + answered[0], sides[1] + answered[1]];
        lost.extend(failures);
    }
    done.store(true, Ordering::Relaxed);
    let changes = shifting.await.unwrap();
    let comings = coming.await.unwrap();

    assert_eq!(lost, Vec::<String>::new());
    assert_eq!(sides[0] + sides[1], REQUESTS);
    assert!(sides[0] > 0 && sides[1] > 0 && changes > 2 && comings > 2, "{sides:?}");
    let counts = [balancer.group("old").await.unwrap(), balancer.group("new").await.unwrap()];
    for (side, seen) in sides.iter().zip(counts) {
        assert_eq!(seen.counts.chosen, *side, "the balancer counts what the clients count");
        assert_eq!(seen.counts.answered, *side);
    }
}

/// Sends requests one after the other until all are used up.
async fn load(balancer: Arc<Balancer>, next: Arc<AtomicU64>) -> ([u64; 2], Vec<String>) {
    let (client, mut answered, mut lost) = (fleet::client(), [0, 0], Vec::new());
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= REQUESTS {
            return (answered, lost);
        }
        let id = format!("r{number}");
        match get(&client, fleet::front(&balancer), &id).await {
            Ok((200, text)) if text.contains(&format!("|{id}|")) => {
                answered[usize::from(text.starts_with("new"))] += 1;
            }
            other => lost.push(format!("{other:?}")),
        }
    }
}

/// Changes the weights every 50 ms.
async fn shift(balancer: Arc<Balancer>, done: Arc<AtomicBool>) -> u64 {
    let mut changes = 0;
    while !done.load(Ordering::Relaxed) {
        for percent in [1, 10, 50, 100, 0, 99, 37] {
            balancer.set_weights(&fleet::order(percent, changes)).await.unwrap();
            changes += 1;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    changes
}

/// Targets join, leave and stop, one after the other.
async fn come_and_go(balancer: Arc<Balancer>, done: Arc<AtomicBool>) -> u64 {
    let mut comings = 0;
    while !done.load(Ordering::Relaxed) {
        for group in ["old", "new"] {
            let target = Target::start(group).await;
            join(&balancer, group, &target).await;
            tokio::time::sleep(Duration::from_millis(30)).await;
            balancer.drain(group, target.address).await.unwrap();
            target.stop().await;
            comings += 1;
        }
    }
    comings
}
