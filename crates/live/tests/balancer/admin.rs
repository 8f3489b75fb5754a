//! The admin socket: another process sees and orders what this one does.

use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use live::balancer::{Admin, Remote};
use model::ports::{Cloud as _, Retry};

use crate::fleet::{self, Target, until};

#[tokio::test]
async fn what_the_socket_says_is_what_the_balancer_says() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("admin.sock");
    let balancer = Arc::new(fleet::balancer(10).await);
    let admin = Admin::open(&path, Arc::clone(&balancer)).unwrap();
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let remote = Remote::connect(&path).await.unwrap();
    assert_eq!(remote.addresses().await.unwrap(), balancer.addresses());

    remote.set_weights(&fleet::order(25, 7)).await.unwrap();
    assert_eq!(remote.rule("front").await.unwrap(), balancer.rule("front").await.unwrap());
    assert_eq!(remote.rules().await.unwrap()["front"].weights, fleet::weights(25));

    let target = Target::start("new").await;
    remote.register("new", target.address).await.unwrap();
    until(async || remote.group("new").await.unwrap().healthy == 1).await;
    let client = fleet::client();
    for number in 0..100 {
        let id = format!("r{number}");
        fleet::get(&client, fleet::front(&balancer), &id).await.unwrap();
    }
    let (theirs, ours) = (remote.groups().await.unwrap(), balancer.groups());
    assert_eq!(theirs, ours);
    assert_eq!((ours["new"].counts.chosen, ours["new"].counts.answered), (25, 25));

    remote.deregister("new", target.address).await.unwrap();
    assert_eq!(balancer.group("new").await.unwrap().total, 0);
    admin.close();
    assert!(!path.exists());
}

#[tokio::test]
async fn a_refusal_comes_with_its_code_and_says_whether_to_ask_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("admin.sock");
    let nobody = Remote::connect(&path).await.unwrap_err();
    assert_eq!(nobody.because.code.id, "SG-L015");
    assert!(matches!(nobody.retry, Retry::After(_)));

    let balancer = Arc::new(fleet::balancer(10).await);
    let _admin = Admin::open(&path, Arc::clone(&balancer)).unwrap();
    let remote = Remote::connect(&path).await.unwrap();
    remote.set_weights(&fleet::order(25, 7)).await.unwrap();
    let zombie = remote.set_weights(&fleet::order(90, 6)).await.unwrap_err();
    assert_eq!((zombie.because.code.id, zombie.retry), ("SG-L011", Retry::Never));
    assert_eq!(zombie, balancer.set_weights(&fleet::order(90, 6)).await.unwrap_err());
    assert_eq!(balancer.rule("front").await.unwrap().weights, fleet::weights(25));
    let unknown = remote.rule("a/b c").await.unwrap_err();
    assert_eq!(unknown.because.code.id, "SG-L012");
    assert_eq!(unknown.because.facts["name"], "a/b c");
    assert_eq!(remote.group("other").await.unwrap_err().because.code.id, "SG-L012");
}
