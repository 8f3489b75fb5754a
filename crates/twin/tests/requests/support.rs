//! A small world with one service, and time that passes.

use model::ports::{Weight, Weights};
use twin::balancer::group::Health;
use twin::clients::{self, Account};
use twin::process::{self, CopyId};
use twin::script::{Behaviour, Clients, Control, Dial, Service, Side, TargetGroup};
use twin::time::{Micros, SECOND};
use twin::{World, balancer};

/// A service `shop` with the groups `old` and `new` on one balancer, and these clients.
pub(crate) fn shop(clients: Clients) -> Service {
    let side = |name: &str| Side {
        group: name.to_owned(),
        fleet: format!("fleet/{name}"),
        target_group: TargetGroup { drain_secs: 60, ..TargetGroup::default() },
        ..Side::default()
    };
    let dial = Dial::Rule { rule: "shop".to_owned(), balancer: "alb".to_owned() };
    Service { dial, old: side("old"), new: side("new"), clients, ..Service::default() }
}

/// The same behind weighted records.
pub(crate) fn by_name(ttl: u32, evaluate: bool, clients: Clients) -> Service {
    let rule = "shop".to_owned();
    Service { dial: Dial::Records { rule, ttl, evaluate_target_health: evaluate }, ..shop(clients) }
}

/// Clients that send so many requests a second.
pub(crate) fn rate(rps: f64) -> Clients {
    Clients { rps, ..Clients::default() }
}

/// A world with this service and no copy of it yet.
pub(crate) fn world(seed: u64, service: &Service) -> World {
    let mut world = World::new(seed);
    clients::control(&mut world, &Control::default());
    clients::add(&mut world, "shop", service).unwrap();
    world
}

/// A copy that has been healthy in `group` for long.
pub(crate) fn copy(world: &mut World, group: &str, behaviour: &Behaviour) -> CopyId {
    let zone = u8::try_from(world.processes.iter().count() % 3).unwrap();
    let now = world.now();
    let copy = process::start(world, &format!("fleet/{group}"), behaviour, zone, now);
    assert!(balancer::register(world, group, copy));
    let number = world.balancers.number(group).unwrap();
    let group = world.balancers.at_mut(number).unwrap();
    group.target_mut(copy).unwrap().health = Health::Healthy;
    group.refresh();
    copy
}

/// Two good copies on each side.
pub(crate) fn both_sides(world: &mut World) -> Vec<CopyId> {
    let good = Behaviour::default();
    ["old", "old", "new", "new"].map(|group| copy(world, group, &good)).to_vec()
}

/// Lets everything happen until `secs` seconds after the start.
pub(crate) fn go(world: &mut World, secs: u64) {
    pass(world, secs * SECOND);
}

/// The same in microseconds.
pub(crate) fn pass(world: &mut World, until: Micros) {
    while world.next_at().is_some_and(|at| at <= until) {
        world.step();
    }
    world.pass_to(until);
}

/// So much to `new` and the rest to `old`.
pub(crate) fn percent(new: u8) -> Weights {
    Weights::between("old", "new", Weight::new(new).unwrap())
}

/// The account of `shop`, in which every request has its place.
pub(crate) fn account(world: &mut World) -> Account {
    let account = clients::account(world, "shop").unwrap();
    let ended = account.answered + account.failed + account.lost_total();
    assert_eq!(account.sent, ended + account.in_flight, "{account:?}");
    let counts = account.by_group.values().map(|(counts, _)| counts);
    let (mut chosen, mut answered, mut failed, mut refused) = (0, 0, 0, 0);
    for count in counts {
        chosen += count.chosen;
        answered += count.answered;
        failed += count.failed;
        refused += count.refused;
    }
    assert_eq!(
        (chosen, answered, failed, refused),
        (account.sent, account.answered, account.failed, account.lost_total()),
        "the balancers count what the clients count"
    );
    assert_eq!(account.latency.total(), account.answered + account.failed);
    assert_eq!(account.by_copy.values().sum::<u64>(), account.answered + account.failed);
    account
}

/// Whether `hits` of `draws` is what a chance of `share` gives, within 4 standard deviations.
#[expect(clippy::cast_precision_loss, reason = "counts of a test")]
pub(crate) fn assert_share(hits: u64, draws: u64, share: f64) {
    let (hits, draws) = (hits as f64, draws as f64);
    let sd = (draws * share * (1.0 - share)).sqrt();
    let off = (hits - draws * share).abs();
    assert!(off <= 4.0 * sd, "{hits} of {draws} is not {share}: {:.1} sd", off / sd);
}
