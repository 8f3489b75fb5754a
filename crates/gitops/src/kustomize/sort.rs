//! The order of the output.

use std::cmp::Ordering;

use super::file::{LegacySortOptions, SortOptions};
use super::id::{Gvk, Id};
use super::set::Set;

const FIRST: &[&str] = &[
    "Namespace",
    "ResourceQuota",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "PodSecurityPolicy",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ConfigMap",
    "Secret",
    "Endpoints",
    "Service",
    "LimitRange",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
];
const LAST: &[&str] = &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

/// Sorts by kind, or leaves the order of reading.
pub(super) fn sort(set: Set, options: Option<&SortOptions>) -> Result<Set, String> {
    let legacy = options.and_then(|options| options.legacy_sort_options.as_ref());
    match options.map(|options| options.order.as_str()) {
        Some("fifo") if legacy.is_some() => {
            Err("sortOptions.legacySortOptions needs order: legacy".to_owned())
        }
        Some("fifo") => Ok(set),
        Some("legacy") | None => Ok(by_kind(set, &ranks(legacy))),
        Some(_) => Err("sortOptions.order must be fifo or legacy".to_owned()),
    }
}

/// The rank of every kind that has one; others are between the negative and the positive ones.
fn ranks(custom: Option<&LegacySortOptions>) -> std::collections::BTreeMap<String, i64> {
    let (first, last): (Vec<String>, Vec<String>) = match custom {
        Some(custom) => (custom.order_first.clone(), custom.order_last.clone()),
        None => (
            FIRST.iter().map(ToString::to_string).collect(),
            LAST.iter().map(ToString::to_string).collect(),
        ),
    };
    let first = first.into_iter().rev().zip(1..).map(|(kind, rank)| (kind, -rank));
    let first: Vec<(String, i64)> = first.collect();
    // A kind that is named twice counts where it is named last.
    first.into_iter().rev().chain(last.into_iter().zip(1..)).collect()
}

fn by_kind(set: Set, ranks: &std::collections::BTreeMap<String, i64>) -> Set {
    let mut resources: Vec<_> =
        set.0.into_iter().map(|resource| (resource.id(), resource)).collect();
    resources.sort_by(|(a, _), (b, _)| compare(a, b, ranks));
    Set(resources.into_iter().map(|(_, resource)| resource).collect())
}

fn compare(a: &Id, b: &Id, ranks: &std::collections::BTreeMap<String, i64>) -> Ordering {
    let rank = |id: &Id| ranks.get(&id.gvk.kind).copied().unwrap_or_default();
    rank(a)
        .cmp(&rank(b))
        .then_with(|| compare_kinds(&a.gvk, &b.gvk))
        .then_with(|| place(a).cmp(&place(b)))
}

fn compare_kinds(a: &Gvk, b: &Gvk) -> Ordering {
    let order = kind_text(a).cmp(&kind_text(b));
    let namespaces = a.kind == "Namespace" && b.kind == "Namespace";
    let one_is_core = a.group.is_empty() || b.group.is_empty();
    if namespaces && one_is_core { order.reverse() } else { order }
}

fn kind_text(gvk: &Gvk) -> String {
    let or = |part: &str, other: &str| {
        if part.is_empty() { other.to_owned() } else { part.to_owned() }
    };
    [or(&gvk.group, "~G"), or(&gvk.version, "~V"), or(&gvk.kind, "~K")].join("_")
}

fn place(id: &Id) -> String {
    let namespace = if id.namespace.is_empty() { "~X" } else { &id.namespace };
    let name = if id.name.is_empty() { "~N" } else { &id.name };
    format!("{namespace}|{name}")
}
