//! Laws of a bill, on random fleets and on the example estate.

use migrate::cost::{Bill, Case, Cost, EnvironmentCost, Money, Range};
use proptest::prelude::*;

use crate::fleet::{One, snapshot};
use crate::{ESTATE, plan};

type Part = (&'static str, fn(&Cost) -> &Bill, fn(&EnvironmentCost) -> &Bill);

const PARTS: [Part; 6] = [
    ("today", |cost| &cost.today, |env| &env.today),
    ("ecsShared", |cost| &cost.ecs_shared, |env| &env.ecs_shared),
    ("ecsRightSized", |cost| &cost.ecs_right_sized, |env| &env.ecs_right_sized),
    ("during", |cost| &cost.during, |env| &env.during),
    ("first", |cost| &cost.first, |env| &env.first),
    ("later", |cost| &cost.later, |env| &env.later),
];

fn sum<'b>(amounts: impl Iterator<Item = &'b Range>) -> Range {
    amounts.copied().sum()
}

/// Lines add up to totals, environments to the estate, services to the lines of Fargate.
fn adds_up(cost: &Cost) {
    for (name, whole, part) in PARTS {
        let bill = whole(cost);
        assert_eq!(sum(bill.lines.iter().map(|line| &line.amount)), bill.total, "{name}");
        let parts = || cost.environments.iter().map(part);
        assert_eq!(sum(parts().map(|bill| &bill.total)), bill.total, "{name}");
        for line in &bill.lines {
            let same = parts().flat_map(|bill| &bill.lines).filter(|one| one.what == line.what);
            assert_eq!(sum(same.map(|one| &one.amount)), line.amount, "{name} {line:?}");
            assert!(line.amount.low >= Money::ZERO, "{name} {line:?}");
        }
        let Range { low, expected, high } = bill.total;
        assert!(low <= expected && expected <= high, "{name} {:?}", bill.total);
    }
    let tasks = cost.today.lines.iter().filter(|line| {
        let name = serde_json::to_value(line.what).unwrap();
        ["fargate", "fargate-spot", "ephemeral-storage"].contains(&name.as_str().unwrap())
    });
    let services = sum(cost.services.iter().map(|one| &one.today));
    assert_eq!(sum(tasks.map(|line| &line.amount)), services);
    for saving in &cost.savings {
        let bill = |name: &str| {
            let (_, whole, _) = PARTS.iter().find(|(one, ..)| *one == name).unwrap();
            whole(cost).total
        };
        assert_eq!(saving.amount, bill(&saving.from) - bill(&saving.to));
    }
}

/// The document holds the same figures as memory, and adds up in cents.
fn survives_the_document(cost: &Cost) {
    let text = serde_json::to_string(cost).unwrap();
    assert_eq!(&serde_json::from_str::<Cost>(&text).unwrap(), cost);
    for bill in PARTS.map(|(_, whole, _)| whole(cost)) {
        for case in [Case::Low, Case::Expected, Case::High] {
            let cents =
                |amount: Money| -> i64 { amount.to_string().replace('.', "").parse().unwrap() };
            let lines: i64 = bill.lines.iter().map(|line| cents(line.amount.of(case))).sum();
            assert_eq!(lines, cents(bill.total.of(case)));
        }
    }
}

#[test]
fn the_bills_of_the_example_estate_add_up() {
    adds_up(&ESTATE.plan.cost);
    survives_the_document(&ESTATE.plan.cost);
}

fn one() -> impl Strategy<Value = One> {
    let sizes = prop::sample::select(vec![
        (256, 512),
        (512, 3072),
        (1024, 2048),
        (4096, 30720),
        (16384, 122_880),
        (300, 77),
        (999_999_999_999, 1),
    ]);
    let scaled = prop::option::of(0..40_i64);
    let tasks = prop_oneof![9 => 0..12_i64, 1 => Just(i64::MAX), 1 => Just(-5)];
    (0..12_usize, 0..3_usize, sizes, tasks, scaled, any::<(bool, bool)>(), 0..20_i64).prop_map(
        |(service, environment, (cpu, memory), tasks, scaled, (spot, arm), days)| One {
            cpu,
            memory,
            scaled,
            spot,
            arm,
            ..One::new(service, environment, tasks, days)
        },
    )
}

proptest! {
    // Each case plans a whole estate, names included.
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn bills_of_any_fleet_add_up(
        fleet in prop::collection::vec(one(), 0..6),
        region in prop::sample::select(vec!["us-east-1", "ap-northeast-2", "sa-east-1"]),
    ) {
        let snapshot = snapshot(&fleet, region);
        let cost = plan(&snapshot).plan.cost;
        adds_up(&cost);
        survives_the_document(&cost);
        // Smaller sizes of Fargate never cost more.
        prop_assert!(cost.ecs_right_sized.total.expected <= cost.ecs_shared.total.expected);
    }
}
