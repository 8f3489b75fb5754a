//! The bill: today, while both sides run, after.

use maud::{Markup, html};
use migrate::cost::{Bill, Charge, Cost, Money, Range, Verdict};

use super::Page;
use super::format::{count, number, said};
use super::section::Section;
use crate::view::lang::{Messages, fill};

/// Width of the drawing.
const WIDTH: i64 = 960;
/// Where the bars begin.
const LEFT: i64 = 250;
/// Room for the figures at the end of the longest bar.
const RIGHT: i64 = 200;
/// Height of a bar with its distance.
const ROW: i64 = 38;
/// Services with the most waste that are listed.
const WASTE_MAX: usize = 8;

pub(super) fn section(page: &Page<'_>) -> Section {
    let m = page.m;
    let cost = &page.plan.cost;
    let body = html! {
        @if cost.today.lines.is_empty() {
            p { (m.money_none) }
        } @else {
            p { (m.money_intro) }
            figure { (bars(cost, m)) figcaption { (m.money_caption) " " (basis(cost, m)) } }
            (table(cost, m))
            (savings(page))
            (waste(cost, m))
            (assumptions(page))
        }
    };
    Section { id: "money", topic: m.money_topic, heading: sentence(cost, m), body }
}

/// What the move ends in, one sentence.
pub(super) fn sentence(cost: &Cost, m: &Messages) -> String {
    let (from, to) = (&cost.ecs_shared.total, &cost.later.total);
    let span = |range: &Range| format!("{}–{}", amount(range.low), amount(range.high));
    let facts: [(&str, &dyn std::fmt::Display); 4] = [
        ("today", &amount(cost.today.total.expected)),
        ("range", &span(&cost.today.total)),
        ("later", &amount(to.expected)),
        ("later_range", &span(to)),
    ];
    let first = match cost.verdict {
        Verdict::Unknown => return m.money_unknown.to_owned(),
        _ => fill(m.money_head, &facts),
    };
    let difference = amount((from.expected - to.expected).max(to.expected - from.expected));
    let second = match cost.verdict {
        Verdict::Cheaper => fill(m.money_cheaper, &[("difference", &difference)]),
        Verdict::Dearer => fill(m.money_dearer, &[("difference", &difference)]),
        _ => m.money_same.to_owned(),
    };
    format!("{first} {second}")
}

/// `$1,802`.
pub(super) fn amount(money: Money) -> String {
    let whole = money.whole();
    whole.strip_prefix('-').map_or_else(|| format!("${whole}"), |rest| format!("−${rest}"))
}

fn basis(cost: &Cost, m: &Messages) -> String {
    let prices = &cost.prices;
    let mut out = fill(
        m.money_prices,
        &[("date", &prices.date), ("region", &prices.used), ("currency", &prices.currency)],
    );
    if !prices.verified {
        out.push(' ');
        out.push_str(m.money_unverified);
    }
    out
}

fn stages<'c>(cost: &'c Cost, m: &'static Messages) -> [(&'static str, &'c Bill); 6] {
    [
        (m.stage_today, &cost.today),
        (m.stage_ecs_shared, &cost.ecs_shared),
        (m.stage_ecs_right, &cost.ecs_right_sized),
        (m.stage_during, &cost.during),
        (m.stage_first, &cost.first),
        (m.stage_later, &cost.later),
    ]
}

fn bars(cost: &Cost, m: &'static Messages) -> Markup {
    let stages = stages(cost, m);
    let most = stages
        .iter()
        .map(|(_, bill)| bill.total.high.max(bill.total.expected).micros())
        .max()
        .unwrap_or(1)
        .max(1);
    let scale = |money: Money| {
        let wide =
            i128::from(money.micros().max(0)) * i128::from(WIDTH - LEFT - RIGHT) / i128::from(most);
        i64::try_from(wide).unwrap_or_default()
    };
    let rows: Vec<(i64, &str, Range)> = (0..)
        .zip(stages)
        .map(|(index, (name, bill))| (index * ROW + 6, name, bill.total))
        .collect();
    html! {
        svg.money viewBox={ "0 0 " (WIDTH) " " (ROW * 6 + 8) } role="img" aria-label=(m.money_alt) {
            @for (index, (y, name, total)) in rows.iter().enumerate() {
                @let ends = (scale(total.low), scale(total.high));
                text.s x="0" y=(y + 17) { (name) }
                rect class=(if index == 5 { "bar last" } else { "bar" }) x=(LEFT) y=(y) width=(scale(total.expected).max(1)) height="24" {}
                path.range d={ "M " (LEFT + ends.0) " " (y + 12) " H " (LEFT + ends.1) " M " (LEFT + ends.0) " " (y + 7) " v 10 M " (LEFT + ends.1) " " (y + 7) " v 10" } {}
                text.f x=(LEFT + scale(total.expected.max(total.high)) + 10) y=(y + 17) { (amount(total.expected)) tspan.k { "  " (amount(total.low)) "–" (amount(total.high)) } }
            }
            path.zero d={ "M " (LEFT) " 0 V " (ROW * 6 + 4) } {}
        }
    }
}

fn table(cost: &Cost, m: &'static Messages) -> Markup {
    let stages = stages(cost, m);
    let mut charges: Vec<Charge> =
        stages.iter().flat_map(|(_, bill)| bill.lines.iter().map(|line| line.what)).collect();
    charges.sort_unstable();
    charges.dedup();
    let of = |bill: &Bill, what: Charge| {
        bill.lines.iter().find(|line| line.what == what).map(|line| amount(line.amount.expected))
    };
    html! {
        table.figures.bill {
            thead { tr { th scope="col" { (m.money_what) } @for (name, _) in &stages { th.n scope="col" { (name) } } } }
            tbody { @for what in charges {
                tr { th scope="row" { (charge(what, m)) } @for (_, bill) in &stages { td.n { (of(bill, what).unwrap_or_else(|| "–".to_owned())) } } }
            } }
            tfoot { tr { th scope="row" { (m.money_total) } @for (_, bill) in &stages { td.n { (amount(bill.total.expected)) } } } }
        }
    }
}

fn charge(what: Charge, m: &Messages) -> &'static str {
    match what {
        Charge::Fargate => m.charge_fargate,
        Charge::FargateSpot => m.charge_spot,
        Charge::EphemeralStorage => m.charge_disk,
        Charge::ContainerInstances => m.charge_instances,
        Charge::ControlPlane => m.charge_control,
        Charge::Nodes => m.charge_nodes,
        Charge::NodeDisks => m.charge_node_disks,
        Charge::LoadBalancers => m.charge_alb,
        Charge::LoadBalancerUse => m.charge_lcu,
        Charge::PublicAddresses => m.charge_ip,
    }
}

fn savings(page: &Page<'_>) -> Markup {
    let (m, cost) = (page.m, &page.plan.cost);
    let names = stages(cost, m);
    let name = |key: &str| {
        let at = ["today", "ecsShared", "ecsRightSized", "during", "first", "later"]
            .iter()
            .position(|one| *one == key);
        at.and_then(|at| names.get(at))
            .map_or_else(|| key.to_owned(), |(name, _)| (*name).to_owned())
    };
    html! {
        @if !cost.savings.is_empty() {
            h3 { (m.money_steps) }
            table.figures { thead { tr { th scope="col" { (m.money_step) } th.n scope="col" { (m.money_saving) } th.n scope="col" { (m.money_between) } th scope="col" { (m.why) } } }
                tbody { @for saving in &cost.savings {
                    tr {
                        th scope="row" { (name(&saving.from)) " → " (name(&saving.to)) }
                        td.n { (amount(saving.amount.expected)) " (" (saving.percent) " %)" }
                        td.n { (amount(saving.amount.low)) " … " (amount(saving.amount.high)) }
                        td.small { (said(&page.lang.phrase(&saving.why))) }
                    }
                } }
            }
        }
        @if let Some(even) = &cost.break_even {
            p { @match even.tasks {
                Some(tasks) => (fill(m.money_even, &[("tasks", &number(tasks)), ("now", &number(even.tasks_now)), ("percent", &even.control_plane_percent)])),
                None => (fill(m.money_even_never, &[("percent", &even.control_plane_percent)])),
            } }
        }
        @if cost.covered.of > 0 {
            p { (fill(m.money_covered, &[("n", &number(cost.covered.services)), ("of", &number(cost.covered.of))])) }
        }
    }
}

fn waste(cost: &Cost, m: &'static Messages) -> Markup {
    let mut list: Vec<_> = cost
        .services
        .iter()
        .filter_map(|one| Some((one.waste?, one)))
        .filter(|(waste, _)| waste.micros() > 0)
        .collect();
    list.sort_by(|a, b| {
        b.0.cmp(&a.0)
            .then_with(|| (&a.1.service, &a.1.environment).cmp(&(&b.1.service, &b.1.environment)))
    });
    html! {
        @if !list.is_empty() {
            h3 { (m.money_waste) }
            table.figures { thead { tr {
                th scope="col" { (m.service) } th scope="col" { (m.environment) } th.n scope="col" { (m.money_size) }
                th.n scope="col" { (m.money_used) } th.n scope="col" { (m.money_wasted) }
            } }
            tbody { @for (waste, one) in list.iter().take(WASTE_MAX) {
                tr {
                    th scope="row" { (one.service) } td { (one.environment) }
                    td.n { @if let Some(size) = one.task { (vcpu(size.cpu_milli)) " · " (gib(size.memory_mib)) } @else { "–" } }
                    td.n { @if let Some(usage) = one.usage { (vcpu(usage.cpu_p95_milli)) " · " (gib(usage.memory_p95_mib)) } @else { "–" } }
                    td.n { (amount(*waste)) }
                }
            } } }
            @if list.len() > WASTE_MAX { p.small { (count(list.len() - WASTE_MAX, m.one_more, m.many_more)) } }
        }
    }
}

fn vcpu(milli: i64) -> String {
    format!("{}.{:02} vCPU", milli / 1000, milli.rem_euclid(1000) / 10)
}

fn gib(mib: i64) -> String {
    let hundredths = mib.saturating_mul(100) / 1024;
    format!("{}.{:02} GiB", hundredths / 100, hundredths.rem_euclid(100))
}

fn assumptions(page: &Page<'_>) -> Markup {
    let m = page.m;
    let cost = &page.plan.cost;
    let words = |text: &str| said(&page.lang.phrase(text));
    html! {
        @if !cost.assumptions.is_empty() {
            h3 { (m.money_assumptions) }
            table.small { thead { tr {
                th scope="col" { (m.money_about) } th scope="col" { (m.money_low) }
                th scope="col" { (m.money_expected) } th scope="col" { (m.money_high) }
            } }
            tbody { @for one in &cost.assumptions {
                tr { th scope="row" { (words(&one.about)) } td { (words(&one.low)) } td { (words(&one.expected)) } td { (words(&one.high)) } }
            } } }
        }
        @if !cost.not_counted.is_empty() {
            h3 { (m.money_not_counted) }
            ul.small { @for one in &cost.not_counted { li { (words(one)) } } }
        }
        @if !cost.prices.sources.is_empty() {
            h3 { (m.money_sources) }
            ul.small { @for one in &cost.prices.sources { li { (words(one)) } } }
        }
    }
}
