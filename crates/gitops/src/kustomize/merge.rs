//! The strategic merge of a patch into an object.
//!
//! kustomize walks both trees at once and edits the object in place. Three of its habits show in
//! the output and are kept on purpose: a new subtree is merged with itself, which takes its nulls
//! and directives out; a null in the object stays only when it was written out; and elements that
//! a patch adds to a list with a merge key come before those that were there.

#[path = "merge_list.rs"]
mod list;

use std::collections::BTreeSet;

use super::id::Gvk;
use super::schema::Schema;
use crate::yaml::node::{Kind, describe};
use crate::yaml::{List, Map, Node};

/// What a patch says about a whole mapping or list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Directive {
    Merge,
    Replace,
    Delete,
}

const DIRECTIVE: &str = "$patch";

/// Merges `patch` into `object`. `None` when the patch deletes the object.
pub(super) fn merge(object: Map, patch: Map) -> Result<Option<Map>, String> {
    let (object, patch) = (Node::Map(object), Node::Map(patch));
    match walk(Some(object), Some(patch), None)? {
        Some(Node::Map(map)) if !map.is_empty() => Ok(Some(map)),
        Some(_) | None => Ok(None),
    }
}

/// Which of the two trees a subtree is in when the other has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Object,
    Patch,
}

/// Merges what is at one place of both trees. `None` when nothing remains.
fn walk(
    dest: Option<Node>,
    patch: Option<Node>,
    schema: Option<Schema>,
) -> Result<Option<Node>, String> {
    let (dest, patch) = match (dest, patch) {
        (Some(dest), Some(patch)) if !dest.is_null() && !patch.is_null() => (dest, patch),
        (Some(dest), None) if !dest.is_null() => return alone(dest, Side::Object, schema),
        (Some(_), Some(patch)) if !patch.is_null() => {
            return Ok(added(patch, schema)?.map(|node| written_as(node, false)));
        }
        (None, Some(patch)) if !patch.is_null() => return added(patch, schema),
        // A null that was written out is kept, an empty one is not, and a patch's null deletes.
        (Some(dest), None) => return Ok(Some(dest).filter(|dest| !dest.text().is_empty())),
        (_, Some(_)) | (None, None) => return Ok(None),
    };
    if dest.kind() != patch.kind() {
        let (patch, dest) = (describe(&patch), describe(&dest));
        return Err(format!("puts {patch} where the object has {dest}"));
    }
    let schema = schema.or_else(|| embedded(&dest)).or_else(|| embedded(&patch));
    let flow = is_flow(if dest.is_nothing() { &patch } else { &dest });
    let merged = match (dest, patch) {
        (Node::Map(dest), Node::Map(patch)) => maps(dest, patch, schema)?,
        (Node::Seq(dest), Node::Seq(patch)) => lists(dest, patch, schema)?,
        // How the value was written outlives the value.
        (Node::Scalar(dest), Node::Scalar(patch)) => Some(Node::Scalar(patch.in_place_of(&dest))),
        (_, patch) => Some(patch),
    };
    Ok(merged.map(|node| written_as(node, flow)))
}

fn maps(dest: Map, mut patch: Map, schema: Option<Schema>) -> Result<Option<Node>, String> {
    match directive(&mut patch)? {
        Directive::Delete => Ok(None),
        Directive::Replace => fields_alone(patch, Side::Patch, schema).map(Some),
        Directive::Merge => fields(dest, patch, schema).map(Some),
    }
}

fn lists(dest: List, mut patch: List, schema: Option<Schema>) -> Result<Option<Node>, String> {
    let Some(Schema::List(keys, element)) = schema else {
        return Ok(Some(Node::Seq(patch)));
    };
    match list::directive(&mut patch)? {
        Directive::Delete => Ok(None),
        Directive::Replace => list::alone(patch, Side::Patch, keys, element).map(Some),
        Directive::Merge => list::merge(dest, patch, keys, element).map(Some),
    }
}

/// Whether a mapping or list stands in braces or brackets.
fn is_flow(node: &Node) -> bool {
    match node {
        Node::Map(map) => map.flow,
        Node::Seq(list) => list.flow,
        Node::Scalar(_) => false,
    }
}

/// What takes the place of something else is written as that was.
fn written_as(node: Node, flow: bool) -> Node {
    match node {
        Node::Map(map) => Node::Map(map.with_flow(flow)),
        Node::Seq(list) => Node::Seq(list.with_flow(flow)),
        scalar @ Node::Scalar(_) => scalar,
    }
}

/// A subtree that the patch adds.
fn added(patch: Node, schema: Option<Schema>) -> Result<Option<Node>, String> {
    let schema = schema.or_else(|| embedded(&patch));
    match patch {
        Node::Map(mut map) => {
            // An unknown directive is an error only where there is something to merge into.
            if matches!(directive(&mut map), Ok(Directive::Delete)) {
                return Ok(None);
            }
            fields_alone(map, Side::Patch, schema).map(Some)
        }
        Node::Seq(items) => match schema {
            Some(Schema::List(keys, element)) => {
                let list = list::alone(items, Side::Patch, keys, element)?;
                Ok(Some(written_as(list, false)))
            }
            Some(Schema::Object(_)) | None => Ok(Some(Node::Seq(items))),
        },
        scalar @ Node::Scalar(_) => Ok(Some(scalar)),
    }
}

/// A subtree that only one of the trees has, once the walk is inside.
fn alone(node: Node, side: Side, schema: Option<Schema>) -> Result<Option<Node>, String> {
    if node.is_null() {
        return Ok(Some(node).filter(|node| side == Side::Object && !node.text().is_empty()));
    }
    let schema = schema.or_else(|| embedded(&node));
    match node {
        Node::Map(mut map) => {
            if side == Side::Patch && directive(&mut map)? == Directive::Delete {
                return Ok(None);
            }
            fields_alone(map, side, schema).map(Some)
        }
        Node::Seq(mut items) => {
            let Some(Schema::List(keys, element)) = schema else {
                return Ok(Some(Node::Seq(items)));
            };
            if side == Side::Patch && list::directive(&mut items)? == Directive::Delete {
                return Ok(None);
            }
            list::alone(items, side, keys, element).map(Some)
        }
        scalar @ Node::Scalar(_) => Ok(Some(scalar)),
    }
}

fn fields_alone(map: Map, side: Side, schema: Option<Schema>) -> Result<Node, String> {
    let mut kept = Map::new().with_flow(map.flow);
    for (key, value) in map {
        let schema = schema.and_then(|schema| schema.field(&key));
        if let Some(value) = alone(value, side, schema)? {
            kept.insert(key, value);
        }
    }
    Ok(Node::Map(kept))
}

fn fields(mut dest: Map, mut patch: Map, schema: Option<Schema>) -> Result<Node, String> {
    let keys: BTreeSet<String> = dest.keys().chain(patch.keys()).cloned().collect();
    let mut merged = Map::new();
    for key in keys {
        let schema = schema.and_then(|schema| schema.field(&key));
        if let Some(value) = walk(dest.remove(&key), patch.remove(&key), schema)? {
            merged.insert(key, value);
        }
    }
    Ok(Node::Map(merged))
}

/// An object inside an object of a kind that nobody knows is merged by its own kind.
fn embedded(node: &Node) -> Option<Schema> {
    let (api_version, kind) = (node.get("apiVersion")?, node.get("kind")?);
    Schema::of(&Gvk::new(api_version.text(), kind.text()))
}

/// Reads and takes out what the patch says about a mapping.
fn directive(patch: &mut Map) -> Result<Directive, String> {
    let Some(value) = patch.get(DIRECTIVE) else {
        return Ok(Directive::Merge);
    };
    let found = named(value.text())?;
    patch.remove(DIRECTIVE);
    Ok(found)
}

fn named(directive: &str) -> Result<Directive, String> {
    match directive {
        "merge" => Ok(Directive::Merge),
        "replace" => Ok(Directive::Replace),
        "delete" => Ok(Directive::Delete),
        other => Err(format!("has the unknown directive {DIRECTIVE}: {other}")),
    }
}

/// Whether the node is a mapping; lists may hold anything.
fn is_map(node: &Node) -> bool {
    node.kind() == Kind::Map
}
