//! Fleets whose verdict is known.

use migrate::cost::{Charge, Cost, Verdict};
use migrate::generate::Generated;

use crate::fleet::{One, snapshot};
use crate::{ESTATE, plan};

fn codes(generated: &Generated) -> Vec<&'static str> {
    let findings = generated.findings.iter().map(|finding| finding.reason.code.id);
    findings.filter(|id| ("SG-M400".."SG-M430").contains(id)).collect()
}

fn of(fleet: &[One], region: &str) -> Generated {
    plan(&snapshot(fleet, region))
}

/// 20 services in dev, stag and prod, one task each and three in prod: the specification's example.
fn example(days: i64) -> Vec<One> {
    let tasks = |environment| if environment == 2 { 3 } else { 1 };
    (0..20)
        .flat_map(|service| (0..3).map(move |env| (service, env)))
        .map(|(service, env)| One::new(service, env, tasks(env), days))
        .collect()
}

#[test]
fn the_example_is_cheaper_on_kubernetes() {
    let generated = of(&example(14), "us-east-1");
    let cost = &generated.plan.cost;
    assert_eq!(cost.verdict, Verdict::Cheaper, "{}", cost.sentence);
    // 100 tasks of half a vCPU and 1 GiB: each of the 60 services is rounded to the cent.
    assert_eq!(cost.today.total.expected.to_string(), "1802.00");
    assert!(cost.measured && cost.covered.services == 60);
    assert!(!codes(&generated).contains(&"SG-M408"));
    let break_even = cost.break_even.as_ref().unwrap();
    assert!(break_even.tasks.unwrap() < break_even.tasks_now);
    let planes = cost.later.lines.iter().find(|line| line.what == Charge::ControlPlane).unwrap();
    assert_eq!(planes.amount.expected.to_string(), "219.00");
}

#[test]
fn a_small_fleet_is_cheaper_on_fargate_and_is_called_so() {
    let fleet: Vec<One> = (0..3).map(|env| One::new(0, env, 1, 14)).collect();
    let generated = of(&fleet, "us-east-1");
    let cost = &generated.plan.cost;
    assert_eq!((cost.verdict, cost.verdict_first), (Verdict::Dearer, Verdict::Dearer));
    assert!(cost.sentence.contains("Kubernetes is the dearer one"), "{}", cost.sentence);
    let dearer = generated.findings.iter().find(|one| one.reason.code.id == "SG-M405").unwrap();
    let sentence = dearer.reason.sentence();
    assert!(sentence.contains("control planes are"), "{sentence}");
    assert!(cost.break_even.as_ref().unwrap().tasks.unwrap() > 3);
}

#[test]
fn no_saving_is_claimed_without_fourteen_days() {
    let generated = of(&example(13), "us-east-1");
    let cost = &generated.plan.cost;
    assert!(!cost.measured && cost.services.iter().all(|one| one.right_sized.is_none()));
    assert_eq!(cost.ecs_right_sized, cost.ecs_shared);
    // Nothing is shared and nothing shrinks: later is what the first wave ends in.
    assert_eq!(cost.later, cost.first);
    assert!(cost.sentence.contains("as declared"), "{}", cost.sentence);
    assert!(codes(&generated).contains(&"SG-M408"));
}

#[test]
fn an_unknown_region_is_never_priced_silently() {
    let generated = of(&example(14), "eu-west-3");
    let cost = &generated.plan.cost;
    let basis = (cost.prices.region.as_str(), cost.prices.used.as_str());
    assert_eq!(basis, ("eu-west-3", "us-east-1"));
    assert!(codes(&generated).contains(&"SG-M402"));
    assert!(codes(&generated).contains(&"SG-M403"));
    assert!(!cost.prices.verified);
}

#[test]
fn the_example_estate_says_what_it_rests_on() {
    let cost: &Cost = &ESTATE.plan.cost;
    assert_eq!(cost.prices.used, "ap-northeast-2");
    assert_eq!((cost.covered.services, cost.covered.of), (53, 56));
    let found = codes(&ESTATE);
    // Unverified prices, no usage of the relay, points of an hour, schedules, a public task,
    // Spot, load balancers to share, instances, a heap, memory near its size or asked too low.
    for id in [
        "SG-M403", "SG-M408", "SG-M409", "SG-M411", "SG-M412", "SG-M416", "SG-M417", "SG-M418",
        "SG-M422", "SG-M423", "SG-M424",
    ] {
        assert!(found.contains(&id), "{id} is missing in {found:?}");
    }
    assert!(!found.contains(&"SG-M405") && !found.contains(&"SG-M415"));
}
