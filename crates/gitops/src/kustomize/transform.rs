//! `namespace`, `namePrefix`, `nameSuffix` and `replicas`.

use std::collections::BTreeSet;

use super::field::{self, Make};
use super::file::Replica;
use super::id::{Gvk, GvkPattern};
use super::resource::Resource;
use super::set::Set;
use super::target::{FieldFlaw, Flaw};
use crate::yaml::node::{set_field, set_scalar};
use crate::yaml::{Node, Scalar, Tag};

/// Puts every object that can have a namespace into this one.
pub(super) fn namespace(namespace: &str, set: &mut Set) -> Result<(), Flaw> {
    if namespace.is_empty() {
        return Ok(());
    }
    let mut seen = BTreeSet::new();
    for resource in &mut set.0 {
        resource.store_previous();
        move_to(resource, namespace)?;
        let id = resource.id();
        let place = (id.gvk.clone(), id.effective_namespace().to_owned(), id.name.clone());
        if !seen.insert(place) {
            return Err(Flaw::Duplicate(id.to_string()));
        }
    }
    Ok(())
}

fn move_to(resource: &mut Resource, namespace: &str) -> Result<(), Flaw> {
    let gvk = resource.gvk();
    if !gvk.is_cluster_scoped() {
        set_text(resource, "metadata/namespace", Make::Scalar, namespace)?;
    }
    if matches!(gvk.kind.as_str(), "RoleBinding" | "ClusterRoleBinding") {
        move_subjects(resource, namespace).map_err(|detail| flaw(resource, "subjects", detail))?;
    }
    let field = match (gvk.group.as_str(), gvk.kind.as_str()) {
        // The object that stands for a namespace, not one that is in it.
        (_, "Namespace") if resource.api_version() == "v1" => ("metadata/name", Make::Scalar),
        ("apiregistration.k8s.io", "APIService") => ("spec/service/namespace", Make::Scalar),
        ("apiextensions.k8s.io", "CustomResourceDefinition") => {
            ("spec/conversion/webhook/clientConfig/service/namespace", Make::Nothing)
        }
        _ => return Ok(()),
    };
    set_text(resource, field.0, field.1, namespace)
}

fn set_text(resource: &mut Resource, path: &str, make: Make, text: &str) -> Result<(), Flaw> {
    let mut set = |node: &mut Node| set_scalar(node, text, Tag::Str);
    field::edit(&mut resource.fields, &field::split(path), make, &mut set)
        .map_err(|detail| flaw(resource, path, detail))
}

/// Only subjects named `default` move, as in kustomize.
fn move_subjects(resource: &mut Resource, namespace: &str) -> Result<(), String> {
    let Some(subjects) = resource.fields.get_mut("subjects").filter(|subjects| !subjects.is_null())
    else {
        return Ok(());
    };
    let Node::Seq(subjects) = subjects else {
        return Err("is not a list".to_owned());
    };
    for subject in subjects.iter_mut().filter(|subject| !subject.is_null()) {
        let Node::Map(subject) = subject else {
            return Err("has an entry that is not a mapping".to_owned());
        };
        match subject.get("name") {
            Some(Node::Scalar(name)) if name.text == "default" => {
                set_field(subject, "namespace", Scalar::string(namespace));
            }
            Some(_) | None => {}
        }
    }
    Ok(())
}

/// Puts text before the names.
pub(super) fn prefix(prefix: &str, set: &mut Set) -> Result<(), Flaw> {
    rename(set, prefix.is_empty(), &|resource| {
        resource.notes.prefixes.push(prefix.to_owned());
        format!("{prefix}{}", resource.name())
    })
}

/// Puts text after the names.
pub(super) fn suffix(suffix: &str, set: &mut Set) -> Result<(), Flaw> {
    rename(set, suffix.is_empty(), &|resource| {
        resource.notes.suffixes.push(suffix.to_owned());
        format!("{}{suffix}", resource.name())
    })
}

fn rename(
    set: &mut Set,
    unchanged: bool,
    name: &dyn Fn(&mut Resource) -> String,
) -> Result<(), Flaw> {
    if unchanged {
        return Ok(());
    }
    for resource in &mut set.0 {
        if keeps_name(&resource.original_id().gvk) {
            continue;
        }
        let name = name(resource);
        resource.store_previous();
        let mut set = |node: &mut Node| set_scalar(node, name.as_str(), Tag::Empty);
        field::edit(&mut resource.fields, &["metadata", "name"], Make::Nothing, &mut set)
            .map_err(|detail| flaw(resource, "metadata/name", detail))?;
    }
    Ok(())
}

/// Kinds whose names mean something to others.
fn keeps_name(gvk: &Gvk) -> bool {
    matches!(gvk.kind.as_str(), "CustomResourceDefinition" | "Namespace")
        || (gvk.kind == "APIService" && gvk.group == "apiregistration.k8s.io")
}

/// Sets the count of an object, known by its name now or before.
pub(super) fn replicas(replica: &Replica, set: &mut Set) -> Result<(), Flaw> {
    let mut found = false;
    for kind in ["Deployment", "ReplicaSet", "ReplicationController", "StatefulSet"] {
        let pattern = GvkPattern { group: "", version: "", kind };
        let places = set.matching(|id| id.name == replica.name && pattern.selects(&id.gvk));
        for at in places {
            found = true;
            let resource = &mut set.0[at];
            if resource.kind() != kind {
                continue;
            }
            let mut set = |node: &mut Node| set_scalar(node, replica.count.to_string(), Tag::Int);
            field::edit(&mut resource.fields, &["spec", "replicas"], Make::Scalar, &mut set)
                .map_err(|detail| flaw(resource, "spec/replicas", detail))?;
        }
    }
    if found {
        return Ok(());
    }
    let detail =
        format!("names {}, which is no Deployment, ReplicaSet or StatefulSet here", replica.name);
    Err(Flaw::NoTarget("an entry of replicas".to_owned(), detail))
}

fn flaw(resource: &Resource, field: &str, detail: String) -> Flaw {
    Flaw::Field(FieldFlaw { id: resource.id().to_string(), field: field.to_owned(), detail })
}
