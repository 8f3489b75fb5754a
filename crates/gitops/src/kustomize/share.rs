//! Values that kustomize keeps in one place although they stand in several.
//!
//! `labels`, `commonLabels` and `commonAnnotations` put the very same node into every field that
//! lacked the key: the labels of a Deployment, its selector and its template share it. When a
//! later layer overwrites the value in one of these fields, it changes in all of them. Users may
//! not even know that they rely on it, so the output has to follow.

use std::collections::BTreeMap;

use crate::yaml::{Map, Node, Scalar};

/// Gives an overwritten value to every field that shares it.
pub(super) fn settle(fields: &mut Map) {
    let mut fresh = BTreeMap::new();
    for node in fields.values_mut() {
        collect(node, &mut fresh);
    }
    if fresh.is_empty() {
        return;
    }
    for node in fields.values_mut() {
        spread(node, &fresh);
    }
}

/// The overwritten values by their number; the last one counts.
fn collect(node: &mut Node, fresh: &mut BTreeMap<u32, Scalar>) {
    match node {
        Node::Scalar(scalar) => {
            if let Some(share) = scalar.share.as_mut().filter(|share| share.overwritten) {
                share.overwritten = false;
                fresh.insert(share.number, scalar.clone());
            }
        }
        Node::Seq(items) => items.iter_mut().for_each(|item| collect(item, fresh)),
        Node::Map(map) => map.values_mut().for_each(|value| collect(value, fresh)),
    }
}

fn spread(node: &mut Node, fresh: &BTreeMap<u32, Scalar>) {
    match node {
        Node::Scalar(scalar) => {
            let found = scalar.share.and_then(|share| fresh.get(&share.number));
            if let Some(found) = found {
                scalar.clone_from(found);
            }
        }
        Node::Seq(items) => items.iter_mut().for_each(|item| spread(item, fresh)),
        Node::Map(map) => map.values_mut().for_each(|value| spread(value, fresh)),
    }
}
