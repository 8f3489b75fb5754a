//! References to objects follow their names, which prefixes, suffixes and hashes have changed.

#[path = "nameref_table.rs"]
mod table;

use std::collections::BTreeSet;

use super::field::{self, Make};
use super::id::{Gvk, GvkPattern, Id, NO_NAMESPACE};
use super::resource::Resource;
use super::set::Set;
use super::target::FieldFlaw;
use crate::yaml::node::{set_field, set_scalar};
use crate::yaml::{Map, Node, Scalar, Tag};

/// Rewrites every reference that the table knows.
pub(super) fn fix(set: &mut Set) -> Result<(), FieldFlaw> {
    let candidates: Vec<Candidate> = set.0.iter().map(Candidate::new).collect();
    if candidates.iter().all(|candidate| candidate.previous.is_empty()) {
        return Ok(());
    }
    for (resource, itself) in set.0.iter_mut().zip(&candidates) {
        let within = reachable(resource, itself, &candidates).map_err(|detail| FieldFlaw {
            id: resource.id().to_string(),
            field: "subjects".to_owned(),
            detail,
        })?;
        let first = resource.original_id();
        for reference in
            table::REFERENCES.iter().filter(|reference| reference.from.selects(&first.gvk))
        {
            let filter = Filter {
                referrer: itself,
                reference,
                role: role(reference, resource),
                within: &within,
            };
            let mut edit = |node: &mut Node| filter.set(node);
            field::edit(&mut resource.fields, &reference.path, Make::Nothing, &mut edit).map_err(
                |detail| FieldFlaw {
                    id: resource.id().to_string(),
                    field: reference.path.join("/"),
                    detail,
                },
            )?;
        }
    }
    Ok(())
}

/// A field that names an object of some kind.
#[derive(Debug)]
pub(super) struct Reference {
    /// The kind that is named.
    pub(super) to: GvkPattern<'static>,
    /// The kind that has the field.
    pub(super) from: GvkPattern<'static>,
    /// The field.
    pub(super) path: Vec<String>,
}

/// What has to be known of an object that may be referred to.
#[derive(Debug)]
struct Candidate {
    id: Id,
    previous: Vec<Id>,
    prefixes: Vec<String>,
    suffixes: Vec<String>,
}

impl Candidate {
    fn new(resource: &Resource) -> Self {
        Self {
            id: resource.id(),
            previous: resource.previous_ids().collect(),
            prefixes: resource.notes.prefixes.clone(),
            suffixes: resource.notes.suffixes.clone(),
        }
    }

    fn first(&self) -> &Id {
        self.previous.first().unwrap_or(&self.id)
    }

    /// Whether the objects went through the same kustomizations, as far as names tell.
    fn same_affixes(&self, other: &Self, or_none: bool) -> bool {
        let same = |a: &[String], b: &[String]| {
            (or_none && (a.is_empty() || b.is_empty())) || same_ending(a, b)
        };
        same(&self.prefixes, &other.prefixes) && same(&self.suffixes, &other.suffixes)
    }
}

fn same_ending(a: &[String], b: &[String]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.is_empty() { long.is_empty() } else { long.ends_with(short) }
}

/// The objects that this one can refer to: in its namespace, or without one, or in the namespaces
/// of service accounts that a role binding names.
fn reachable<'c>(
    resource: &Resource,
    itself: &Candidate,
    candidates: &'c [Candidate],
) -> Result<Vec<&'c Candidate>, String> {
    if itself.id.cluster_scoped {
        return Ok(candidates.iter().collect());
    }
    let accounts = account_namespaces(resource)?;
    let own = itself.id.effective_namespace();
    let reaches = |other: &&Candidate| {
        other.id.cluster_scoped
            || other.id.effective_namespace() == own
            || accounts.contains(other.id.namespace.as_str())
    };
    Ok(candidates.iter().filter(reaches).collect())
}

fn account_namespaces(resource: &Resource) -> Result<BTreeSet<String>, String> {
    let mut found = BTreeSet::new();
    if resource.kind() != "RoleBinding" {
        return Ok(found);
    }
    let Some(Node::Seq(subjects)) = resource.fields.get("subjects") else {
        return Ok(found);
    };
    for subject in subjects {
        if subject.get("kind").map(Node::text) != Some("ServiceAccount") {
            continue;
        }
        match subject.get("namespace") {
            None => {}
            Some(Node::Scalar(Scalar { tag: Tag::Str, text, .. })) => {
                found.insert(text.clone());
            }
            Some(_) => return Err("has a namespace that is not text".to_owned()),
        }
    }
    Ok(found)
}

/// The kind that `roleRef` names, when the field is the name in one.
fn role(reference: &Reference, resource: &Resource) -> Option<Gvk> {
    if !reference.path.ends_with(&["roleRef".to_owned(), "name".to_owned()]) {
        return None;
    }
    let role = resource.fields.get("roleRef")?;
    let group = role.get("apiGroup").filter(|node| !node.is_null())?.text().to_owned();
    let kind = role.get("kind").filter(|node| !node.is_null())?.text().to_owned();
    Some(Gvk { group, version: String::new(), kind })
}

struct Filter<'a> {
    referrer: &'a Candidate,
    reference: &'a Reference,
    role: Option<Gvk>,
    within: &'a [&'a Candidate],
}

impl Filter<'_> {
    fn set(&self, node: &mut Node) -> Result<(), String> {
        if node.is_null() {
            return Ok(());
        }
        match node {
            Node::Scalar(_) => self.set_name(node),
            Node::Map(map) => self.set_reference(map),
            Node::Seq(items) => {
                items.iter_mut().filter(|item| !item.is_null()).try_for_each(|item| match item {
                    Node::Scalar(_) => self.set_name(item),
                    Node::Map(map) => self.set_reference(map),
                    Node::Seq(_) => Err("has a list inside a list".to_owned()),
                })
            }
        }
    }

    /// A field that is the name.
    fn set_name(&self, node: &mut Node) -> Result<(), String> {
        let same = |a: &Candidate, b: &Candidate| a.id.name == b.id.name;
        match self.referral(node.text(), self.within.to_vec(), &same)? {
            Some(found) if found.id.name != node.text() => {
                set_scalar(node, found.id.name.as_str(), Tag::Empty)
            }
            Some(_) | None => Ok(()),
        }
    }

    /// A field that has a name and perhaps a namespace.
    fn set_reference(&self, map: &mut Map) -> Result<(), String> {
        let Some(name) = map.get("name") else {
            return Err("has no name".to_owned());
        };
        let name = name.text().to_owned();
        let within = match map.get("namespace") {
            None => self.within.to_vec(),
            Some(namespace) => self.in_namespace(namespace.text()),
        };
        let same = |a: &Candidate, b: &Candidate| {
            a.id.name == b.id.name && a.id.namespace == b.id.namespace
        };
        let Some(found) = self.referral(&name, within, &same)? else {
            return Ok(());
        };
        if found.id.name == name && found.id.namespace.is_empty() {
            return Ok(());
        }
        set_field(map, "name", Scalar::untagged(found.id.name.as_str()));
        if !found.id.namespace.is_empty() {
            set_field(map, "namespace", Scalar::untagged(found.id.namespace.as_str()));
        }
        Ok(())
    }

    /// The candidates that came from this namespace, or else those that are in it now.
    fn in_namespace(&self, namespace: &str) -> Vec<&Candidate> {
        let pick = |of: fn(&Candidate) -> &Id| -> Vec<&Candidate> {
            let fits = |candidate: &&&Candidate| {
                let found = of(candidate).effective_namespace();
                found == namespace && found != NO_NAMESPACE
            };
            self.within.iter().filter(fits).copied().collect()
        };
        let first = pick(Candidate::first);
        if first.is_empty() { pick(|candidate| &candidate.id) } else { first }
    }

    /// The one object that is meant by a name of old, if there is one.
    fn referral<'c>(
        &self,
        name: &str,
        mut candidates: Vec<&'c Candidate>,
        same: &dyn Fn(&Candidate, &Candidate) -> bool,
    ) -> Result<Option<&'c Candidate>, String> {
        candidates.retain(|candidate| {
            candidate.previous.iter().any(|id| id.name == name)
                && candidate.previous.iter().any(|id| self.reference.to.selects(&id.gvk))
                && self.fits_role(candidate)
                && self.in_sight(candidate)
        });
        if candidates.len() > 1 || candidates.is_empty() {
            candidates.retain(|candidate| candidate.same_affixes(self.referrer, true));
        }
        if candidates.len() > 1 {
            candidates.retain(|candidate| candidate.same_affixes(self.referrer, false));
        }
        match candidates.as_slice() {
            [] => Ok(None),
            [found, others @ ..] if others.iter().all(|other| same(found, other)) => {
                Ok(Some(found))
            }
            [..] => Err(format!("names {name}, which may be one of several objects")),
        }
    }

    fn fits_role(&self, candidate: &Candidate) -> bool {
        let Some(role) = &self.role else { return true };
        let pattern = GvkPattern { group: &role.group, version: "", kind: &role.kind };
        candidate.previous.iter().any(|id| pattern.selects(&id.gvk))
    }

    fn in_sight(&self, candidate: &Candidate) -> bool {
        self.referrer.id.cluster_scoped
            || candidate.id.cluster_scoped
            || candidate.id.gvk.kind == "ServiceAccount"
            || candidate.id.effective_namespace() == self.referrer.id.effective_namespace()
    }
}
