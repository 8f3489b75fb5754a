//! What a fault loses carries its name, and nothing else does.

use std::collections::BTreeSet;

use model::ports::{Weight, Weights};
use twin::clients::{Origin, account};
use twin::script::{Fault, When};
use twin::time::SECOND;
use twin::{World, balancer, fleets};

use crate::support::{NEW, NEW_GROUP, OLD_GROUP, go_on, scale, with};

/// Whose acts lost requests when half of them go to each side and `fault` happens at 60 s.
fn origins(fault: Fault, secs: u64) -> (u64, BTreeSet<String>) {
    origins_after(fault, secs, |_| {})
}

fn origins_after(fault: Fault, secs: u64, act: impl Fn(&mut World)) -> (u64, BTreeSet<String>) {
    let mut script = with(When::Millis(60_000), fault);
    script.services.get_mut("shop").unwrap().clients.rps = 200.0;
    let mut world = World::build(&script).unwrap();
    let weights = Weights::between(OLD_GROUP, NEW_GROUP, Weight::new(50).unwrap());
    balancer::write_rule(&mut world, "rule", &weights);
    go_on(&mut world, 61 * SECOND);
    act(&mut world);
    go_on(&mut world, secs * SECOND);
    let account = account(&mut world, "shop").unwrap();
    let names = account.lost.keys().map(|(origin, _)| origin.to_string()).collect();
    (account.lost_total(), names)
}

fn only(name: &str) -> BTreeSet<String> {
    BTreeSet::from([Origin::Fault(match name {
        "zone loss" => "zone loss",
        "kill copies" => "kill copies",
        "controller absent" => "controller absent",
        "foreign writer" => "foreign writer",
        _ => "bad release",
    })
    .to_string()])
}

#[test]
fn killed_copies_explain_their_losses() {
    for count in [1, 3] {
        let (lost, by) = origins(Fault::KillCopies { fleet: NEW.to_owned(), count }, 400);
        assert!(lost > 10, "{count}: {lost}");
        assert_eq!(by, only("kill copies"), "{count}");
    }
}

#[test]
fn a_lost_zone_explains_its_losses() {
    let (lost, by) = origins(Fault::ZoneLoss { zone: 0, secs: 120 }, 600);
    assert!(lost > 10, "{lost}");
    assert_eq!(by, only("zone loss"));
}

#[test]
fn a_bad_release_explains_its_losses() {
    let fault = Fault::BadRelease {
        service: "shop".to_owned(),
        error_rate: 0.0,
        slow_factor: 1.0,
        out_of_memory_secs: 30,
    };
    let (lost, by) = origins(fault, 900);
    assert!(lost > 1_000, "{lost}");
    assert_eq!(by, only("bad release"));
}

#[test]
fn an_absent_controller_explains_what_ends_behind_its_back() {
    let (lost, by) = origins_after(Fault::ControllerAbsent { secs: 300 }, 600, |world| {
        fleets::scale(world, &scale(NEW, 2, (1, 1))).unwrap();
    });
    assert!(lost > 10, "{lost}");
    assert_eq!(by, only("controller absent"));
}

#[test]
fn a_foreign_writer_explains_what_an_empty_side_loses() {
    let fault = Fault::ForeignWriter { service: "shop".to_owned(), weight: 20 };
    let mut script = with(When::Millis(60_000), fault);
    script.services.get_mut("shop").unwrap().new.replicas = 0;
    let mut world = World::build(&script).unwrap();
    go_on(&mut world, 3_600 * SECOND);
    let account = account(&mut world, "shop").unwrap();
    let by: BTreeSet<String> = account.lost.keys().map(|(by, _)| by.to_string()).collect();
    assert!(account.lost_total() > 10_000, "{}", account.lost_total());
    assert_eq!(by, only("foreign writer"), "as long as it stands");
}

#[test]
fn weight_on_an_empty_side_without_a_fault_is_nobody_elses_act() {
    let (lost, by) = origins_after(Fault::Silence { secs: 0 }, 400, |world| {
        fleets::scale(world, &scale(NEW, 0, (1, 1))).unwrap();
    });
    assert!(lost > 1_000, "{lost}");
    assert_eq!(by, BTreeSet::from([Origin::Segue.to_string()]));
}
