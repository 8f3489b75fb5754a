//! The list of objects that a kustomization works on.

use super::id::Id;
use super::resource::{Behavior, Resource};
use super::selector::Selector;
use crate::yaml::{Map, Node, Scalar};

/// Objects in the order in which they came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Set(pub(crate) Vec<Resource>);

impl Set {
    /// Adds an object; the error names it when it is there already.
    pub(crate) fn append(&mut self, resource: Resource) -> Result<(), String> {
        let id = resource.id();
        if self.0.iter().any(|other| other.name() == id.name && other.id().same(&id)) {
            return Err(id.to_string());
        }
        self.0.push(resource);
        Ok(())
    }

    /// Adds objects that are all there or all new.
    pub(crate) fn append_all(&mut self, other: Self) -> Result<(), String> {
        other.0.into_iter().try_for_each(|resource| self.append(resource))
    }

    /// The places of the objects that were or are called `id`.
    pub(crate) fn matching(&self, wanted: impl Fn(&Id) -> bool) -> Vec<usize> {
        let found = |(_, resource): &(usize, &Resource)| resource.was(&wanted);
        self.0.iter().enumerate().filter(found).map(|(at, _)| at).collect()
    }

    /// The place of the one object that was or is called `id`.
    pub(crate) fn find(&self, id: &Id) -> Result<usize, String> {
        match self.matching(|other| other.same(id))[..] {
            [at] => Ok(at),
            [] => Err(format!("names {id}, which is not there")),
            [..] => Err(format!("names {id}, which is there several times")),
        }
    }

    /// The places of the objects that a selector picks.
    pub(crate) fn select(&self, selector: &Selector) -> Vec<usize> {
        let found = |(_, resource): &(usize, &Resource)| selector.selects(resource);
        self.0.iter().enumerate().filter(found).map(|(at, _)| at).collect()
    }

    /// Adds an object from a generator, by its behavior.
    pub(crate) fn absorb(&mut self, mut new: Resource) -> Result<(), String> {
        let id = new.id();
        let behavior = new.notes.behavior.unwrap_or(Behavior::Unspecified);
        let adds = matches!(behavior, Behavior::Merge | Behavior::Replace);
        match self.matching(|other| other.same(&id))[..] {
            [] if adds => Err(format!("there is no {id} to merge into or to replace")),
            [] => self.append(new).map_err(|id| format!("{id} is there already")),
            [at] if adds => {
                inherit(&mut new, &self.0[at]);
                if behavior == Behavior::Merge {
                    inherit_data(&mut new.fields, &self.0[at].fields, "data");
                    inherit_data(&mut new.fields, &self.0[at].fields, "binaryData");
                }
                self.0[at] = new;
                Ok(())
            }
            [_] => Err(format!("{id} is there already: say behavior: merge or replace")),
            [..] => Err(format!("{id} is there several times")),
        }
    }
}

/// Takes name, namespace, labels, annotations and notes of the old object.
pub(super) fn inherit(new: &mut Resource, old: &Resource) {
    for field in ["labels", "annotations"] {
        let mut merged = old.meta_map(field).cloned().unwrap_or_default();
        merged.extend(new.meta_map(field).cloned().unwrap_or_default());
        if let Some(meta) = crate::yaml::node::child_map(&mut new.fields, "metadata") {
            meta.insert(field.to_owned(), Node::Map(merged));
        }
        new.stringify(field);
    }
    let wants_hash = new.notes.needs_hash;
    new.notes = old.notes.clone();
    new.notes.needs_hash &= wants_hash;
    new.set_name(old.name());
    new.set_namespace(old.namespace());
}

/// Adds what the old data has and the new has not.
fn inherit_data(new: &mut Map, old: &Map, field: &str) {
    let texts = |node: Option<&Node>| -> Map {
        let map = node.and_then(Node::as_map).cloned().unwrap_or_default();
        map.into_iter()
            .map(|(key, value)| {
                let text = if value.is_null() { "" } else { value.text() };
                let text = Scalar::string(text);
                (key, Node::Scalar(text))
            })
            .collect()
    };
    let mut merged = texts(old.get(field));
    merged.extend(texts(new.get(field)));
    if merged.is_empty() {
        new.remove(field);
    } else {
        new.insert(field.to_owned(), Node::Map(merged));
    }
}
