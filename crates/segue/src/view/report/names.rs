//! Names that differ from what most names of the estate do.

use std::collections::BTreeMap;

use maud::html;
use serde_json::Value;

use super::Page;
use super::book::Named;
use super::format::{arn_name, count, number};
use super::section::Section;
use crate::view::lang::{Messages, fill};

/// Names that are printed for one sort of difference.
const SHOWN_MAX: usize = 24;

pub(super) fn section(page: &Page<'_>) -> Section {
    let m = page.m;
    let mut groups: BTreeMap<String, Vec<&Named>> = BTreeMap::new();
    let mut different = 0;
    for named in page.inventory {
        different += usize::from(!named.deviations.is_empty());
        for deviation in &named.deviations {
            groups.entry(words(deviation, m)).or_default().push(named);
        }
    }
    let mut groups: Vec<(String, Vec<&Named>)> = groups.into_iter().collect();
    groups.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.cmp(&b.0)));
    let heading = if different == 0 {
        m.names_head_none.to_owned()
    } else {
        fill(m.names_head, &[("n", &number(different)), ("of", &number(page.inventory.len()))])
    };
    let body = html! {
        p { (m.names_intro) }
        @if !groups.is_empty() {
            table.names {
                thead { tr {
                    th scope="col" { (m.names_how) } th.n scope="col" { (m.names_count) } th scope="col" { (m.names_which) }
                } }
                tbody { @for (how, list) in &groups {
                    tr {
                        th scope="row" { (how) }
                        td.n { (number(list.len())) }
                        td.small { @for (index, one) in list.iter().take(SHOWN_MAX).enumerate() {
                            @if index > 0 { ", " }
                            code { (arn_name(&one.name)) }
                            @if let (Some(service), Some(env)) = (&one.service, &one.environment) {
                                " → " (service) " / " (env)
                            }
                        }
                        @if list.len() > SHOWN_MAX {
                            " " (count(list.len() - SHOWN_MAX, m.one_more, m.many_more))
                        } }
                    }
                } }
            }
        }
    };
    Section { id: "names", topic: m.names_topic, heading, body }
}

/// A difference in words.
fn words(deviation: &BTreeMap<String, Value>, m: &Messages) -> String {
    let text = |key: &str| deviation.get(key).and_then(Value::as_str).unwrap_or("?");
    match text("type") {
        "position" if text("place") == "absent" => m.names_absent.to_owned(),
        "position" => fill(
            m.names_position,
            &[("place", &place(text("place"), m)), ("usual", &place(text("usual"), m))],
        ),
        "word" => fill(m.names_word, &[("word", &text("word")), ("usual", &text("usual"))]),
        "separator" if text("found").contains('_') => m.names_underscore.to_owned(),
        "separator" => m.names_camel.to_owned(),
        "case" => m.names_case.to_owned(),
        "affix" if deviation.get("extra").and_then(Value::as_bool) == Some(true) => {
            fill(m.names_affix_extra, &[("word", &text("word"))])
        }
        "affix" => fill(m.names_affix_lacks, &[("word", &text("word"))]),
        other => fill(m.names_other, &[("what", &other)]),
    }
}

fn place(word: &str, m: &Messages) -> &'static str {
    match word {
        "first" => m.place_first,
        "last" => m.place_last,
        _ => m.place_middle,
    }
}
