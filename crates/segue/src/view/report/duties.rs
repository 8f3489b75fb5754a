//! Who must do what before the first wave: each code belongs to a trade.

use std::collections::{BTreeMap, BTreeSet};

use maud::html;

use super::Page;
use super::book::Chapter;
use super::format::{count, mark, said};
use super::section::Section;
use crate::view::lang::{Messages, fill};

/// Services that a line names one by one.
const NAMED_MAX: usize = 6;

/// Whose work it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Trade {
    Owner,
    Access,
    Network,
    Secrets,
    Platform,
    Watch,
}

impl Trade {
    fn word(self, m: &Messages) -> &'static str {
        match self {
            Self::Owner => m.trade_owner,
            Self::Access => m.trade_access,
            Self::Network => m.trade_network,
            Self::Secrets => m.trade_secrets,
            Self::Platform => m.trade_platform,
            Self::Watch => m.trade_watch,
        }
    }
}

/// The trade of a code. What is not listed is about the program itself, and its team's.
fn trade(code: &str) -> Trade {
    match code.trim_start_matches("SG-") {
        "M128" | "M145" | "M198" | "M213" | "M261" | "M262" | "M263" | "M270" | "M306" => {
            Trade::Access
        }
        "M110" | "M138" | "M165" | "M183" | "M132" | "M133" | "M220" | "M265" | "M266" | "M267"
        | "M143" | "M237" | "M300" | "M301" | "M308" | "M309" => Trade::Network,
        "M100" | "M103" | "M144" | "M146" | "M148" | "M186" | "M191" | "M217" | "M163" | "M030" => {
            Trade::Secrets
        }
        "M111" | "M112" | "M114" | "M117" | "M127" | "M135" | "M155" | "M154" | "M168" | "M202"
        | "M203" | "M211" | "M228" | "M240" | "M241" | "M107" | "M302" | "M305" | "M221"
        | "M223" => Trade::Platform,
        "M105" | "M109" | "M139" | "M150" | "M157" | "M160" | "M224" | "M260" | "M268" | "M269"
        | "M273" | "M303" | "M304" | "M307" => Trade::Watch,
        _ => Trade::Owner,
    }
}

pub(super) fn section(page: &Page<'_>) -> Section {
    let m = page.m;
    let first = first(page);
    let mut trades: BTreeMap<Trade, Vec<(&Chapter<'_>, BTreeSet<&str>)>> = BTreeMap::new();
    let mut lines = 0;
    for chapter in page.book.chapters.iter().filter(|one| "BH".contains(one.severity)) {
        let told = chapter.told.iter().filter(|told| !told.waived);
        let services: BTreeSet<&str> = told
            .filter(|told| {
                told.service.is_empty() || first.is_empty() || first.contains(told.service)
            })
            .map(|told| told.service)
            .collect();
        if !services.is_empty() {
            lines += 1;
            trades.entry(trade(chapter.code)).or_default().push((chapter, services));
        }
    }
    let heading = fill(m.duties_head, &[("n", &lines), ("trades", &trades.len())]);
    let wave = page.plan.order.waves.first();
    let body = html! {
        p { @match wave {
            Some(wave) => (fill(m.duties_intro, &[("wave", &wave.number), ("env", &wave.environment), ("services", &first.iter().copied().collect::<Vec<_>>().join(", "))])),
            None => (m.duties_intro_all),
        } }
        @for (trade, list) in &trades {
            h3 { (trade.word(m)) }
            ul.duties { @for (chapter, services) in list {
                li {
                    span.box aria-hidden="true" { "☐" } " "
                    (said(&chapter.next)) " "
                    span.small { (mark(chapter.severity)) " " a href={ "#" (chapter.code) } { (chapter.code) } " · "
                        (who(services, page)) }
                }
            } }
        }
    };
    Section { id: "duties", topic: m.duties_topic, heading, body }
}

/// The services of the first wave.
fn first<'p>(page: &Page<'p>) -> BTreeSet<&'p str> {
    let units = page.plan.order.waves.first().map(|wave| wave.units.iter());
    units.into_iter().flatten().flat_map(|unit| unit.services.iter().map(String::as_str)).collect()
}

fn who(services: &BTreeSet<&str>, page: &Page<'_>) -> String {
    let named: Vec<&str> = services.iter().copied().filter(|name| !name.is_empty()).collect();
    if named.is_empty() {
        return page.m.estate.to_owned();
    }
    if named.len() <= NAMED_MAX {
        return named.join(", ");
    }
    count(named.len(), page.m.one_service, page.m.many_services)
}
