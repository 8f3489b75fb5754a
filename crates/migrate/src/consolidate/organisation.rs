//! The word of the organisation, out of names that belong to the account as a whole.
//!
//! Zones, registries and VPCs are named after who owns them, services after what they do. A word
//! counts only if two kinds of things agree on it.

use std::collections::{BTreeMap, BTreeSet};

use crate::consolidate::document::Organisation;
use crate::consolidate::facts::things;
use crate::given::Given;
use crate::input::section::Section;
use crate::settings::Word;

/// Kinds of things that must agree.
const KINDS_MIN: usize = 2;
/// Words that are no organisation, whoever begins names with them.
const COMMON: &[&str] =
    &["www", "api", "app", "apps", "main", "default", "aws", "ecs", "vpc", "internal"];

/// The word that the team named, or else the one that the account says.
pub(super) fn of(given: Given<'_, '_>) -> Organisation {
    let said = |name: Option<&String>| Organisation {
        name: name.cloned(),
        evidence: vec!["segue.yaml".to_owned()],
    };
    match &given.settings.organization {
        Word::Inferred => infer(given),
        Word::None => said(None),
        Word::Named(word) => said(Some(word)),
    }
}

/// Infers the word.
fn infer(given: Given<'_, '_>) -> Organisation {
    let mut votes: BTreeMap<String, BTreeMap<&'static str, BTreeSet<String>>> = BTreeMap::new();
    for (kind, name, word) in names(given) {
        let word = word.to_ascii_lowercase();
        if usable(&word, given) {
            votes.entry(word).or_default().entry(kind).or_default().insert(name);
        }
    }
    let agreed = votes.into_iter().filter(|(_, kinds)| kinds.len() >= KINDS_MIN);
    let names =
        |kinds: &BTreeMap<&str, BTreeSet<String>>| kinds.values().map(BTreeSet::len).sum::<usize>();
    // Of two words with as much behind them, the first by letters: the choice must be the same
    // on every run.
    let best = agreed.max_by(|(one, kinds), (other, theirs)| {
        let rank = (kinds.len(), names(kinds)).cmp(&(theirs.len(), names(theirs)));
        rank.then_with(|| other.cmp(one))
    });
    let Some((word, kinds)) = best else { return Organisation::default() };
    let line = |(kind, names): (&str, BTreeSet<String>)| match names.first() {
        Some(first) if names.len() == 1 => format!("{kind} {first}"),
        Some(first) => format!("{} {}, such as {first}", names.len(), several(kind)),
        None => kind.to_owned(),
    };
    Organisation { name: Some(word), evidence: kinds.into_iter().map(line).collect() }
}

/// The plural of a kind.
fn several(kind: &str) -> &str {
    match kind {
        "repository" => "repositories",
        "hosted zone" => "hosted zones",
        _ => "VPCs",
    }
}

/// Kind, name and the word in it that may be the organisation's.
fn names(given: Given<'_, '_>) -> Vec<(&'static str, String, String)> {
    let inventory = given.inventory;
    let mut out = Vec::new();
    for zone in inventory.all(Section::HostedZones) {
        let name = zone.node.text("Name").unwrap_or_default();
        let name = name.trim_end_matches('.').to_owned();
        // haedal.example, prod.haedal.internal: the label before the last.
        if let Some(word) = name.rsplit('.').nth(1) {
            out.push(("hosted zone", name.clone(), word.to_owned()));
        }
    }
    for one in given.converted {
        for container in one.work.task.node.list("containerDefinitions") {
            let image = container.text("image").unwrap_or_default();
            let repository = crate::convert::image::split_image(&image).repository;
            let Some((_, path)) = repository.split_once('/') else { continue };
            if let Some((word, _)) = path.split_once('/') {
                out.push(("repository", path.to_owned(), word.to_owned()));
            }
        }
    }
    for vpc in things(inventory, "Vpcs") {
        let tags = vpc.list("Tags");
        let named = tags.iter().find(|tag| tag.text("Key").as_deref() == Some("Name"));
        let Some(name) = named.and_then(|tag| tag.text("Value")) else { continue };
        let word = name.split(['-', '_', ' ', '.']).next().unwrap_or_default().to_owned();
        out.push(("VPC", name, word));
    }
    out
}

/// A word that can begin a name, and is neither an environment nor a service.
fn usable(word: &str, given: Given<'_, '_>) -> bool {
    let shaped = word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        && (2..=20).contains(&word.len());
    let taken = given.names.vocabulary.words.contains_key(word)
        || given.converted.iter().any(|one| one.work.name == word || one.work.env == word);
    shaped && !taken && !COMMON.contains(&word)
}
