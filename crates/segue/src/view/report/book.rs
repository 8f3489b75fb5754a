//! Findings as the report tells them: the same one of several environments once, and what nearly
//! every service has told for all of them at once.

use std::collections::{BTreeMap, BTreeSet};

use migrate::waivers::Waiver;
use serde::Deserialize;

use super::accepted::{Accepted, accepted};
use crate::view::lang::{Lang, Said};

/// A code that more than this share of services has is told once for all of them.
const COMMON_PERCENT: usize = 50;
/// With fewer services than this, everything is told with its service.
const COMMON_SERVICES_MIN: usize = 4;
/// What stands for the word of the environment where a name differs only by it.
const ENV: &str = "‹env›";

/// A finding of `plan/findings.json`; codes that this program does not know are kept.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Finding {
    pub(crate) id: String,
    severity: char,
    subject: Subject,
    pub(super) environment: String,
    #[serde(default)]
    place: Option<Place>,
    code: String,
    message: String,
    next: String,
    #[serde(default)]
    facts: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Deserialize)]
struct Subject {
    kind: String,
    name: String,
}

/// Where it stands in the input.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Place {
    /// The file.
    pub(crate) file: String,
    /// Pointer into it.
    pub(crate) pointer: String,
}

/// A thing of `plan/inventory.json`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Named {
    /// Its name in AWS.
    pub(crate) name: String,
    /// The environment.
    #[serde(default)]
    pub(crate) environment: Option<String>,
    /// The canonical service.
    #[serde(default)]
    pub(crate) service: Option<String>,
    /// How the name differs from most.
    #[serde(default)]
    pub(crate) deviations: Vec<BTreeMap<String, serde_json::Value>>,
}

/// One finding of one service, in the environments that have it.
#[derive(Debug)]
pub(super) struct Told<'a> {
    pub(super) code: &'a str,
    pub(super) severity: char,
    /// The service; empty for the estate.
    pub(super) service: &'a str,
    pub(super) envs: Vec<&'a str>,
    pub(super) sentence: Said,
    pub(super) next: Said,
    pub(super) place: Option<&'a Place>,
    /// Who accepted them, one entry for each waiver that differs.
    pub(super) accepted: Vec<Accepted<'a>>,
    /// True if every one of them is accepted.
    pub(super) waived: bool,
}

/// Everything of one code.
#[derive(Debug)]
pub(super) struct Chapter<'a> {
    pub(super) code: &'a str,
    pub(super) severity: char,
    /// How many findings, over all environments.
    pub(super) count: usize,
    /// By service, then in order of id.
    pub(super) told: Vec<Told<'a>>,
    /// Services that have it.
    pub(super) services: BTreeSet<&'a str>,
    /// True if it is told once for all.
    pub(super) common: bool,
    /// The sentence with what differs left out.
    pub(super) sentence: Said,
    /// The next step with what differs left out.
    pub(super) next: Said,
}

/// All findings.
#[derive(Debug)]
pub(super) struct Book<'a> {
    /// By severity, then by how many services have it.
    pub(super) chapters: Vec<Chapter<'a>>,
    /// Findings by severity for each service and environment: B, H, M, L.
    pub(super) cells: BTreeMap<(&'a str, &'a str), [usize; 4]>,
    /// Findings by severity over the estate.
    pub(super) totals: [usize; 4],
}

/// The place of a severity in a list of four.
pub(super) fn rank(severity: char) -> usize {
    "BHML".find(severity).unwrap_or(3)
}

impl<'a> Book<'a> {
    /// Groups the findings; `services` is how many the estate has.
    pub(super) fn new(
        findings: &'a [Finding],
        waived: &'a BTreeMap<String, Waiver>,
        services: usize,
        lang: Lang,
    ) -> Self {
        let mut cells: BTreeMap<_, [usize; 4]> = BTreeMap::new();
        let mut totals = [0; 4];
        let mut codes: BTreeMap<(usize, &str), Vec<&Finding>> = BTreeMap::new();
        for finding in findings {
            let rank = rank(finding.severity);
            totals[rank] += 1;
            if finding.subject.kind != "estate" {
                let key = (finding.subject.name.as_str(), finding.environment.as_str());
                cells.entry(key).or_default()[rank] += 1;
            }
            codes.entry((rank, &finding.code)).or_default().push(finding);
        }
        let mut chapters: Vec<Chapter<'_>> =
            codes.into_values().map(|list| chapter(&list, waived, services, lang)).collect();
        chapters.sort_by_key(|one| (rank(one.severity), usize::MAX - one.services.len(), one.code));
        Self { chapters, cells, totals }
    }

    /// What is told of one service, the weightiest first.
    pub(super) fn of<'b>(
        &'b self,
        service: &str,
    ) -> impl Iterator<Item = (&'b Chapter<'a>, &'b Told<'a>)> {
        self.chapters.iter().flat_map(move |chapter| {
            chapter
                .told
                .iter()
                .filter(move |told| told.service == service)
                .map(move |told| (chapter, told))
        })
    }

    /// Chapters of one severity.
    pub(super) fn severity(&self, letter: char) -> impl Iterator<Item = &Chapter<'a>> {
        self.chapters.iter().filter(move |chapter| chapter.severity == letter)
    }
}

fn chapter<'a>(
    list: &[&'a Finding],
    waived: &'a BTreeMap<String, Waiver>,
    services: usize,
    lang: Lang,
) -> Chapter<'a> {
    let mut by_service: BTreeMap<&str, Vec<&'a Finding>> = BTreeMap::new();
    for finding in list {
        let name =
            if finding.subject.kind == "estate" { "" } else { finding.subject.name.as_str() };
        by_service.entry(name).or_default().push(finding);
    }
    let hit: BTreeSet<&str> = by_service.keys().copied().filter(|name| !name.is_empty()).collect();
    let told: Vec<Told<'_>> = by_service
        .into_iter()
        .flat_map(|(service, findings)| {
            pairs(&findings).into_iter().map(move |group| told(service, &group, waived, lang))
        })
        .collect();
    let facts = common_facts(list, "…");
    let (code, message, next) = list.first().map_or(("", "", ""), |first| {
        (first.code.as_str(), first.message.as_str(), first.next.as_str())
    });
    Chapter {
        code,
        severity: list.first().map_or('L', |first| first.severity),
        count: list.len(),
        common: services >= COMMON_SERVICES_MIN && hit.len() * 100 > services * COMMON_PERCENT,
        services: hit,
        told,
        sentence: lang.sentence(code, &facts, message),
        next: lang.next(code, &facts, next),
    }
}

/// The findings of one code and service that are the same in several environments.
///
/// If every environment has as many of them, the n-th of each belong together, since a code counts
/// in the order of the input. Else only those that say the same do.
fn pairs<'a>(findings: &[&'a Finding]) -> Vec<Vec<&'a Finding>> {
    let mut by_env: BTreeMap<&str, Vec<&'a Finding>> = BTreeMap::new();
    for finding in findings {
        by_env.entry(&finding.environment).or_default().push(finding);
    }
    let most = by_env.values().map(Vec::len).max().unwrap_or_default();
    if by_env.values().all(|list| list.len() == most) {
        return (0..most)
            .map(|index| by_env.values().filter_map(|list| list.get(index).copied()).collect())
            .collect();
    }
    let mut same: BTreeMap<&str, Vec<&'a Finding>> = BTreeMap::new();
    for finding in findings {
        same.entry(&finding.message).or_default().push(finding);
    }
    same.into_values().collect()
}

fn told<'a>(
    service: &'a str,
    group: &[&'a Finding],
    waived: &'a BTreeMap<String, Waiver>,
    lang: Lang,
) -> Told<'a> {
    let facts = common_facts(group, "");
    let first = group.first();
    let text = |pick: fn(&'a Finding) -> &'a str| first.map(|one| pick(one)).unwrap_or_default();
    let code = text(|one| &one.code);
    let mut envs: Vec<&str> =
        group.iter().map(|one| one.environment.as_str()).filter(|env| !env.is_empty()).collect();
    envs.dedup();
    Told {
        code,
        severity: first.map_or('L', |one| one.severity),
        service,
        envs,
        sentence: lang.sentence(code, &facts, text(|one| &one.message)),
        next: lang.next(code, &facts, text(|one| &one.next)),
        place: first.and_then(|one| one.place.as_ref()),
        accepted: accepted(group, waived),
        waived: group.iter().all(|one| waived.contains_key(&one.id)),
    }
}

/// The facts of all of them: what is equal as it is, what differs only by the environment's word
/// with that word left open, what differs otherwise one after the other, or as `otherwise`.
fn common_facts(group: &[&Finding], otherwise: &str) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    let Some(first) = group.first() else { return out };
    for name in first.facts.keys() {
        let values: Vec<(&str, &str)> = group
            .iter()
            .filter_map(|one| Some((one.environment.as_str(), one.facts.get(name)?.as_str())))
            .collect();
        let distinct: BTreeSet<&str> = values.iter().map(|(_, value)| *value).collect();
        let open: BTreeSet<String> = values.iter().map(|(env, value)| opened(value, env)).collect();
        let text = match (distinct.len(), open.len()) {
            (1, _) => distinct.first().copied().unwrap_or_default().to_owned(),
            (_, 1) => open.first().cloned().unwrap_or_default(),
            _ if !otherwise.is_empty() => otherwise.to_owned(),
            _ => distinct.into_iter().collect::<Vec<_>>().join(" / "),
        };
        out.insert(name.clone(), text);
    }
    out
}

/// `value` with the environment's word replaced where it stands alone.
fn opened(value: &str, env: &str) -> String {
    if env.is_empty() {
        return value.to_owned();
    }
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find(env) {
        let (before, found) = rest.split_at(at);
        let after = &found[env.len()..];
        let alone =
            !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric);
        out.push_str(before);
        out.push_str(if alone { ENV } else { env });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn finding(
        code: &str,
        service: &str,
        env: &str,
        n: usize,
        facts: &serde_json::Value,
    ) -> Finding {
        serde_json::from_value(json!({
            "id": format!("{code}/{service}/{env}/{n}"), "severity": "H",
            "subject": {"kind": "service", "name": service}, "environment": env,
            "code": code, "message": format!("{service} {env} {facts}"), "next": "x", "facts": facts,
        }))
        .unwrap()
    }

    #[test]
    fn the_same_in_three_environments_is_told_once() {
        let list: Vec<Finding> = ["dev", "prod", "stag"]
            .map(|env| {
                finding(
                    "SG-M128",
                    "shop",
                    env,
                    1,
                    &json!({"role": format!("{env}-shop-task"), "service": "shop"}),
                )
            })
            .into();
        let none = BTreeMap::new();
        let book = Book::new(&list, &none, 1, Lang::En);
        let told = &book.chapters[0].told;
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].envs, ["dev", "prod", "stag"]);
        assert!(
            told[0].sentence.text.starts_with("the role ‹env›-shop-task must trust"),
            "{:?}",
            told[0]
        );
    }

    #[test]
    fn what_differs_stands_side_by_side() {
        let list = [
            finding("SG-M127", "shop", "dev", 1, &json!({"container": "web", "limit": "nofile"})),
            finding("SG-M127", "shop", "prod", 1, &json!({"container": "web", "limit": "stack"})),
        ];
        let none = BTreeMap::new();
        let book = Book::new(&list, &none, 1, Lang::En);
        assert!(book.chapters[0].told[0].sentence.text.contains("nofile / stack"));
        assert!(book.chapters[0].sentence.text.contains('…'));
    }

    #[test]
    fn a_word_inside_another_word_is_no_environment() {
        assert_eq!(opened("prod-product", "prod"), "‹env›-product");
        assert_eq!(opened("a/prod/b", "prod"), "a/‹env›/b");
        assert_eq!(opened("개발prod", "prod"), "개발prod");
    }

    #[test]
    fn a_waived_one_counts_as_waived_only_if_all_are() {
        let list = [
            finding("SG-M127", "shop", "dev", 1, &json!({"container": "web", "limit": "nofile"})),
            finding("SG-M127", "shop", "prod", 1, &json!({"container": "web", "limit": "nofile"})),
        ];
        let waiver = |index: usize, name: &str| Waiver {
            finding: list[index].id.clone(),
            name: name.to_owned(),
            reason: "it is known".to_owned(),
            expires: jiff::civil::date(2027, 1, 31),
        };
        let waived = |all: &[Waiver]| -> BTreeMap<String, Waiver> {
            all.iter().map(|one| (one.finding.clone(), one.clone())).collect()
        };
        let one = waived(&[waiver(0, "mina")]);
        let book = Book::new(&list, &one, 1, Lang::En);
        let told = &book.chapters[0].told[0];
        assert!(!told.waived);
        assert_eq!((told.accepted.len(), &told.accepted[0].envs), (1, &vec!["dev"]));
        let same = waived(&[waiver(0, "mina"), waiver(1, "mina")]);
        let book = Book::new(&list, &same, 1, Lang::En);
        let told = &book.chapters[0].told[0];
        assert!(told.waived);
        assert_eq!((told.accepted.len(), &told.accepted[0].envs), (1, &vec!["dev", "prod"]));
        let two = waived(&[waiver(0, "mina"), waiver(1, "joon")]);
        let book = Book::new(&list, &two, 1, Lang::En);
        let names: Vec<&str> =
            book.chapters[0].told[0].accepted.iter().map(|one| one.waiver.name.as_str()).collect();
        assert_eq!(names, ["mina", "joon"]);
    }
}
