//! The head of the page: the verdict, and the minute that everybody has.

use maud::{Markup, html};
use migrate::cost::Verdict;

use super::Page;
use super::format::{count, number};
use super::money;
use crate::view::lang::fill;

/// The verdict in one sentence.
pub(super) fn title(page: &Page<'_>) -> String {
    let m = page.m;
    let all = page.plan.services.len();
    let waiting = page.plan.services.iter().filter(|one| one.blocked).count();
    let facts: [(&str, &dyn std::fmt::Display); 3] =
        [("n", &number(all - waiting)), ("of", &number(all)), ("waiting", &number(waiting))];
    match (all, waiting) {
        (0, _) => m.title_none.to_owned(),
        (1, 0) => m.title_one.to_owned(),
        (_, 0) => fill(m.title_all, &facts),
        _ => fill(m.title_some, &facts),
    }
}

pub(super) fn draw(page: &Page<'_>) -> Markup {
    let m = page.m;
    html! {
        header.title {
            p.from { (m.report) " · " (source(page)) }
            h1 { (title(page)) }
            p.lead { (lead(page)) }
        }
        section.minute aria-labelledby="minute-h" {
            p.topic { span.no { "–" } " " (m.minute_topic) }
            h2 id="minute-h" { (m.minute_head) }
            dl.minute {
                dt { (m.minute_what) } dd { (what(page)) }
                dt { (m.minute_when) } dd { (when(page)) }
                dt { (m.minute_money) } dd { (money::sentence(&page.plan.cost, m)) }
                dt { (m.minute_wrong) } dd { (wrong(page)) }
                dt { (m.minute_back) } dd { (m.minute_back_said) }
            }
        }
    }
}

/// Where the figures come from: accounts, regions, the day of the scan.
pub(super) fn source(page: &Page<'_>) -> String {
    let m = page.m;
    let mut parts = Vec::new();
    for source in &page.plan.sources {
        let day = source.taken_at.split('T').next().unwrap_or_default();
        if source.accounts.is_empty() && day.is_empty() {
            parts.push(m.from_files.to_owned());
        } else {
            let facts: [(&str, &dyn std::fmt::Display); 3] = [
                ("accounts", &source.accounts.join(", ")),
                ("regions", &source.regions.join(", ")),
                ("day", &day),
            ];
            parts.push(fill(m.from_aws, &facts));
        }
    }
    parts.join("; ")
}

fn lead(page: &Page<'_>) -> String {
    let m = page.m;
    let services = count(page.services().len(), m.one_service, m.many_services);
    let envs = page.environments().join(", ");
    let facts: [(&str, &dyn std::fmt::Display); 4] = [
        ("services", &services),
        ("envs", &envs),
        ("from", &number(page.clusters())),
        ("to", &page.plan.environments.len()),
    ];
    fill(if page.clusters() == 0 { m.lead_files } else { m.lead }, &facts)
}

fn what(page: &Page<'_>) -> String {
    let m = page.m;
    let services = count(page.services().len(), m.one_service, m.many_services);
    fill(
        m.minute_what_said,
        &[("services", &services), ("workloads", &number(page.plan.services.len()))],
    )
}

fn when(page: &Page<'_>) -> String {
    let m = page.m;
    let order = &page.plan.order;
    if order.waves.is_empty() {
        return m.waves_head_none.to_owned();
    }
    let first = order.waves.first().map(|wave| wave.environment.as_str()).unwrap_or_default();
    fill(
        m.minute_when_said,
        &[("waves", &count(order.waves.len(), m.one_wave, m.many_waves)), ("env", &first)],
    )
}

fn wrong(page: &Page<'_>) -> String {
    let m = page.m;
    let [blockers, high, ..] = page.book.totals;
    let kinds = page.book.severity('H').count();
    let facts: [(&str, &dyn std::fmt::Display); 3] =
        [("blockers", &number(blockers)), ("high", &number(high)), ("kinds", &kinds)];
    fill(if blockers == 0 { m.minute_wrong_no_blocker } else { m.minute_wrong_said }, &facts)
}

/// True if money has anything to say.
pub(super) fn has_money(page: &Page<'_>) -> bool {
    page.plan.cost.verdict != Verdict::Unknown || !page.plan.cost.today.lines.is_empty()
}
