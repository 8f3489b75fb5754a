//! One balancer takes over from another, under load.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use live::balancer::{Admin, Remote, Succession};
use live::{Balancer, BalancerConfig, Sockets};
use model::ports::{Cloud as _, Epoch};

use crate::fleet::{self, Target, get, join};

/// Successions under load.
const SUCCESSIONS: u64 = 12;

/// A balancer that can be taken over.
struct Serving {
    balancer: Arc<Balancer>,
    admin: Admin,
}

impl Serving {
    fn new(balancer: Balancer, path: &Path) -> Self {
        let balancer = Arc::new(balancer);
        let admin = Admin::open(path, Arc::clone(&balancer)).unwrap();
        Self { balancer, admin }
    }

    /// What a process does that is taken over: it lets its clients go.
    async fn retire(self) {
        self.admin.taken_over().await;
        self.balancer.retire(Duration::from_secs(30)).await;
    }
}

/// Takes over from whoever answers at `path`.
async fn succeed(path: &Path, config: &BalancerConfig) -> Serving {
    let address = Remote::connect(path).await.unwrap().addresses().await.unwrap()["front"];
    let mut succession = Succession::ask(path).await.unwrap();
    let socket = succession.socket("front", address).unwrap();
    let sockets = Sockets::from([("front".to_owned(), socket)]);
    let serving = Serving::new(succession.start(sockets, config).unwrap(), path);
    succession.confirm().await;
    serving
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn successors_lose_no_request_and_no_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("admin.sock");
    let config = fleet::config(50);
    let first = fleet::balancer(50).await;
    let address = fleet::front(&first);
    let (old, new) = (Target::start("old").await, Target::start("new").await);
    join(&first, "old", &old).await;
    join(&first, "new", &new).await;
    let mut serving = Serving::new(first, &path);

    let (done, next) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let loads: Vec<_> = (0..6)
        .map(|client| tokio::spawn(load(address, client, Arc::clone(&next), Arc::clone(&done))))
        .collect();
    let mut leaving = Vec::new();
    for epoch in 1..=SUCCESSIONS {
        let remote = Remote::connect(&path).await.unwrap();
        let percent = u8::try_from(epoch * 7).unwrap();
        remote.set_weights(&fleet::order(percent, epoch)).await.unwrap();
        let successor = succeed(&path, &config).await;
        leaving.push(tokio::spawn(std::mem::replace(&mut serving, successor).retire()));
        let seen = remote.rule("front").await.unwrap();
        assert_eq!((seen.weights, seen.epoch), (fleet::weights(percent), Epoch(epoch)));
        let before = next.load(Ordering::Relaxed);
        fleet::until(async || next.load(Ordering::Relaxed) > before + 300).await;
    }
    done.store(true, Ordering::Relaxed);
    let mut lost = Vec::new();
    for load in loads {
        lost.extend(load.await.unwrap());
    }
    assert_eq!(lost, Vec::<String>::new());
    for one in leaving {
        one.await.unwrap();
    }
    assert_eq!(serving.balancer.group("old").await.unwrap().healthy, 1);
}

/// Requests one after the other; every second client opens a connection for each.
async fn load(
    address: std::net::SocketAddr,
    number: u64,
    next: Arc<AtomicU64>,
    done: Arc<AtomicBool>,
) -> Vec<String> {
    let (mut client, mut lost) = (fleet::client(), Vec::new());
    while !done.load(Ordering::Relaxed) {
        let id = format!("r{}", next.fetch_add(1, Ordering::Relaxed));
        match get(&client, address, &id).await {
            Ok((200, text)) if text.contains(&format!("|{id}|")) => {}
            other => lost.push(format!("{other:?}")),
        }
        if number % 2 == 1 {
            client = fleet::client();
        }
    }
    lost
}

#[tokio::test]
async fn a_successor_that_ends_too_early_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("admin.sock");
    let serving = Serving::new(fleet::balancer(50).await, &path);
    let target = Target::start("old").await;
    join(&serving.balancer, "old", &target).await;

    let succession = Succession::ask(&path).await.unwrap();
    let refused = serving.balancer.set_weights(&fleet::order(0, 1)).await.unwrap_err();
    assert_eq!(refused.because.code.id, "SG-L014");
    let second = Succession::ask(&path).await.unwrap_err();
    assert_eq!(second.reason().code.id, "SG-L015", "one successor at a time");
    drop(succession);
    fleet::until(async || serving.balancer.set_weights(&fleet::order(0, 1)).await.is_ok()).await;
    let (status, _) = get(&fleet::client(), fleet::front(&serving.balancer), "r").await.unwrap();
    assert_eq!(status, 200);
}

#[tokio::test]
async fn a_successor_knows_the_targets_that_were_ordered_and_their_health() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("admin.sock");
    let serving = Serving::new(fleet::balancer(0).await, &path);
    let target = Target::start("old").await;
    join(&serving.balancer, "old", &target).await;
    serving.balancer.register("new", "127.0.0.1:1".parse().unwrap()).await.unwrap();
    fleet::until(async || serving.balancer.groups()["new"].total == 1).await;

    let successor = succeed(&path, &fleet::config(0)).await;
    // Asked at once: no check of its own can have been made.
    let seen = successor.balancer.groups();
    assert_eq!((seen["old"].healthy, seen["new"].healthy, seen["new"].total), (1, 0, 1));
    serving.retire().await;
}
