//! Targets that are passed over for broken connections, and new ones that begin slowly.

use std::time::Duration;

use live::Balancer;
use live::balancer::{PassiveHealth, TargetState};
use model::ports::Cloud as _;
use tokio::io::AsyncReadExt as _;

use crate::fleet::{self, Target, get, join, raw, registered};

async fn with(passive: PassiveHealth, slow_start: Duration) -> Balancer {
    let mut config = crate::rules::config(vec![]);
    for group in config.groups.values_mut() {
        (group.passive, group.slow_start) = (passive, slow_start);
    }
    fleet::start(&config).await
}

/// A target that answers its health checks, and breaks every other connection.
async fn breaking(balancer: &Balancer) -> std::net::SocketAddr {
    let target = raw(|mut stream, _| async move {
        let _ = tokio::time::timeout(Duration::ZERO, stream.read(&mut [0; 1])).await;
    })
    .await;
    registered(balancer, "old", target).await;
    target
}

/// Statuses of so many requests.
async fn statuses(balancer: &Balancer, count: usize) -> Vec<u16> {
    let (client, mut statuses) = (fleet::client(), Vec::new());
    for number in 0..count {
        let id = number.to_string();
        statuses.push(get(&client, fleet::front(balancer), &id).await.unwrap().0);
    }
    statuses
}

fn bad(statuses: &[u16]) -> usize {
    statuses.iter().filter(|status| **status == 502).count()
}

#[tokio::test]
async fn a_target_whose_connections_break_is_passed_over_though_its_checks_are_good() {
    let passive = PassiveHealth { failures: 3, eject: Duration::from_mins(10) };
    let balancer = with(passive, Duration::ZERO).await;
    let good = Target::start("old").await;
    join(&balancer, "old", &good).await;
    let address = breaking(&balancer).await;
    assert_eq!(bad(&statuses(&balancer, 40).await), 3);
    let seen = balancer.targets("old").unwrap();
    let ejected = seen.iter().find(|target| target.address == address).unwrap();
    assert_eq!((ejected.ejected, ejected.state), (true, TargetState::Healthy));
    assert_eq!(seen.iter().filter(|target| target.ejected).count(), 1);

    // The last one that is not passed over stays, whatever it does.
    balancer.deregister("old", good.address).await.unwrap();
    let other = breaking(&balancer).await;
    assert_eq!(bad(&statuses(&balancer, 20).await), 20);
    let seen = balancer.targets("old").unwrap();
    assert!(!seen.iter().find(|target| target.address == other).unwrap().ejected);
}

#[tokio::test]
async fn an_ejection_ends_and_can_be_turned_off() {
    let passive = PassiveHealth { failures: 1, eject: Duration::from_millis(50) };
    let balancer = with(passive, Duration::ZERO).await;
    let good = Target::start("old").await;
    join(&balancer, "old", &good).await;
    breaking(&balancer).await;
    while bad(&statuses(&balancer, 10).await) == 0 {}
    // It comes back, and fails again.
    while bad(&statuses(&balancer, 10).await) == 0 {}

    let balancer = with(PassiveHealth { failures: 0, ..passive }, Duration::ZERO).await;
    join(&balancer, "old", &good).await;
    breaking(&balancer).await;
    assert_eq!(bad(&statuses(&balancer, 20).await), 10);
}

#[tokio::test]
async fn a_new_target_begins_slowly_beside_one_that_carries_the_load() {
    let balancer = with(PassiveHealth::default(), Duration::from_mins(15)).await;
    let (first, second) = (Target::start("first").await, Target::start("second").await);
    join(&balancer, "old", &first).await;
    assert!(!balancer.targets("old").unwrap()[0].warming, "nobody else carries the load");
    join(&balancer, "old", &second).await;
    let (client, mut new) = (fleet::client(), 0);
    for number in 0..200 {
        let (status, text) =
            get(&client, fleet::front(&balancer), &number.to_string()).await.unwrap();
        assert_eq!(status, 200);
        new += u32::from(text.starts_with("second"));
    }
    assert!(new < 60, "{new} of 200 where an old one would have had 100");
    let warming = |seen: Vec<live::balancer::TargetSeen>| {
        seen.iter().filter(|target| target.warming).map(|target| target.address).collect::<Vec<_>>()
    };
    assert_eq!(warming(balancer.targets("old").unwrap()), [second.address]);
    // Alone, it takes all.
    balancer.drain("old", first.address).await.unwrap();
    assert_eq!(statuses(&balancer, 10).await, [200; 10]);
}

#[tokio::test]
async fn in_flight_is_seen_by_target() {
    let balancer = with(PassiveHealth::default(), Duration::ZERO).await;
    let target = Target::start("old").await;
    join(&balancer, "old", &target).await;
    let mut stream = tokio::net::TcpStream::connect(fleet::front(&balancer)).await.unwrap();
    let head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n";
    tokio::io::AsyncWriteExt::write_all(&mut stream, head).await.unwrap();
    fleet::until(async || balancer.targets("old").unwrap()[0].in_flight == 1).await;
    tokio::io::AsyncWriteExt::write_all(&mut stream, b"a").await.unwrap();
    fleet::until(async || balancer.targets("old").unwrap()[0].in_flight == 0).await;
    assert!(balancer.targets("nobody").is_err());
}
