//! Names that cannot all be kept.

use std::collections::{BTreeMap, BTreeSet};

use super::object::Object;
use super::token::{squash, tokens};
use super::{Conflict, Kind, Name, Source, Verdict};

/// The longest name of a load balancer or target group.
const AWS_LENGTH_MAX: usize = 32;

/// Every conflict, sorted.
pub(super) fn find(objects: &[Object<'_>], names: &BTreeMap<String, Name>) -> Vec<Conflict> {
    let mut out = same_targets(names);
    out.extend(truncated(names));
    out.extend(shared(objects, names));
    out.sort();
    out
}

/// `prod/payments`, or `payments` without an environment.
fn target(name: &Name) -> Option<String> {
    let service = name.service.as_ref()?;
    Some(match &name.environment {
        Some(environment) => format!("{environment}/{service}"),
        None => service.clone(),
    })
}

/// Two objects of one kind that are one service in one environment.
fn same_targets(names: &BTreeMap<String, Name>) -> Vec<Conflict> {
    let mut groups: BTreeMap<(Kind, String), Vec<(&String, &Name)>> = BTreeMap::new();
    for (id, name) in names {
        if name.kind.one_per_service()
            && name.verdict != Verdict::Ignored
            && let Some(target) = target(name)
        {
            groups.entry((name.kind, target)).or_default().push((id, name));
        }
    }
    groups.into_iter().filter_map(|(group, members)| same_target(group, &members)).collect()
}

/// The conflict of one group: by meaning, or only by the way of writing.
fn same_target((kind, target): (Kind, String), members: &[(&String, &Name)]) -> Option<Conflict> {
    let raw: BTreeSet<&str> = members.iter().map(|(_, name)| name.name.as_str()).collect();
    let revisions = kind == Kind::TaskDefinition && raw.len() == 1;
    if members.len() < 2 || revisions {
        return None;
    }
    let squashed: BTreeSet<String> = raw.iter().map(|name| squash(&tokens(name).words)).collect();
    let ids = members.iter().map(|(id, _)| (*id).clone()).collect();
    Some(if raw.len() > 1 && squashed.len() == 1 {
        Conflict::Collapse { kind, target, ids }
    } else {
        Conflict::SameTarget { kind, target, ids }
    })
}

/// Different `<env>-<service>` that are equal after 32 characters.
fn truncated(names: &BTreeMap<String, Name>) -> Vec<Conflict> {
    let mut groups: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for name in names.values().filter(|name| name.verdict != Verdict::Ignored) {
        let (Some(environment), Some(service)) = (&name.environment, &name.service) else {
            continue;
        };
        let full = format!("{environment}-{service}");
        let cut: String = full.chars().take(AWS_LENGTH_MAX).collect();
        groups.entry(cut).or_default().insert(full);
    }
    groups
        .into_iter()
        .filter(|(_, full)| full.len() > 1)
        .map(|(name, full)| Conflict::Truncated { name, names: full.into_iter().collect() })
        .collect()
}

/// Routes, Cloud Map names and log groups that belong to several.
fn shared(objects: &[Object<'_>], names: &BTreeMap<String, Name>) -> Vec<Conflict> {
    let mut routes: BTreeMap<(&str, &str), BTreeSet<String>> = BTreeMap::new();
    let mut maps: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut logs: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for object in objects {
        let Some(name) = names.get(&object.named.id) else {
            continue;
        };
        let Some(target) = target(name) else { continue };
        for piece in &object.named.evidence {
            let text = piece.text.as_str();
            match &piece.source {
                Source::Route { balancer } => {
                    routes.entry((balancer, text)).or_default().insert(target.clone());
                }
                Source::CloudMap => {
                    maps.entry(text).or_default().insert(target.clone());
                }
                Source::LogGroup => logs.entry(text).or_default().extend(name.environment.clone()),
                _ => {}
            }
        }
    }
    let routes = several(routes).map(|((balancer, route), targets)| Conflict::SameRoute {
        balancer: balancer.to_owned(),
        route: route.to_owned(),
        targets,
    });
    let maps = several(maps)
        .map(|(name, targets)| Conflict::SameCloudMap { name: name.to_owned(), targets });
    let logs = several(logs).map(|(name, environments)| Conflict::SharedLogGroup {
        name: name.to_owned(),
        environments,
    });
    routes.chain(maps).chain(logs).collect()
}

/// The groups with more than one member.
fn several<K: Ord>(
    groups: BTreeMap<K, BTreeSet<String>>,
) -> impl Iterator<Item = (K, Vec<String>)> {
    let many = groups.into_iter().filter(|(_, members)| members.len() > 1);
    many.map(|(key, members)| (key, members.into_iter().collect()))
}
