//! The figures in docs/explanation/cost.md are those that the program prints.

use std::fmt::Write;

use migrate::cost::{Bill, Cost, EnvironmentCost, Money, Range};

use crate::ESTATE;

const PAGE: &str = include_str!("../../../../docs/explanation/cost.md");

fn row(name: &str, range: Range) -> String {
    format!("| {name} | {} | {} | {} |", range.low, range.expected, range.high)
}

/// The rows of one bill, as the page has them.
fn rows(bill: &Bill) -> Vec<String> {
    let line = |line: &migrate::cost::Line| {
        let what = serde_json::to_value(line.what).unwrap();
        let what = what.as_str().unwrap().to_owned();
        format!("| {what} | {} | {} |", line.count.expected, line.amount.expected)
    };
    let total = format!("| **total** | | {} |", bill.total.expected);
    bill.lines.iter().map(line).chain([total]).collect()
}

#[test]
fn the_page_has_the_figures_of_the_estate() {
    let cost: &Cost = &ESTATE.plan.cost;
    let dev: &EnvironmentCost = cost.environments.iter().find(|one| one.name == "dev").unwrap();
    let mut expected = vec![
        row("today", cost.today.total),
        row("`ecsShared`", cost.ecs_shared.total),
        row("`ecsRightSized`", cost.ecs_right_sized.total),
        row("`during`", cost.during.total),
        row("`first`", cost.first.total),
        row("`later`", cost.later.total),
    ];
    expected.extend(rows(&dev.today));
    expected.extend(rows(&dev.first));
    expected.extend(rows(&dev.later));
    let found = cost.break_even.as_ref().unwrap();
    expected.push(format!("about {} tasks", found.tasks.unwrap()));
    let missing = expected.iter().filter(|text| !PAGE.contains(text.as_str()));
    let missing = missing.fold(String::new(), |mut out, text| {
        let _ = writeln!(out, "{text}");
        out
    });
    assert!(missing.is_empty(), "docs/explanation/cost.md lacks:\n{missing}");
}

/// The hand calculation of the page, once more: whole cents a service, from the prices alone.
#[test]
fn dev_on_fargate_by_hand() {
    let cost: &Cost = &ESTATE.plan.cost;
    let cents = |text: &str| text.replace('.', "").parse::<i64>().unwrap();
    // 9 of 0.25/0.5, one of 0.25/1, two of 0.5/1, one of 0.5/2, one of 0.5/4 on ARM, one of 1/4.
    let by_hand = 9 * 1036 + 1223 + 2 * 2072 + 2446 + 2554 + 4891;
    let dev = cost.services.iter().filter(|one| one.environment == "dev");
    let printed: Money = dev.map(|one| one.today.expected).sum();
    assert_eq!(cents(&printed.to_string()), by_hand);
    assert!(PAGE.contains(&format!("{}.{:02}", by_hand / 100, by_hand % 100)));
}
