//! A path to fields of an object, and the edit of what is found there.

use crate::yaml::{List, Map, Node, Scalar, Tag};

/// What is made at the end of a path when nothing is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Make {
    /// Nothing: only what is there is edited.
    Nothing,
    /// A single value, to be set by the edit.
    Scalar,
    /// A mapping.
    Map,
}

/// The parts of a path: separated by `/`, which `\` keeps in a part.
pub(super) fn split(path: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut pieces = path.split('/').peekable();
    if path.contains('/') && pieces.peek() == Some(&"") {
        pieces.next();
    }
    for piece in pieces {
        match parts.last_mut() {
            Some(last) if last.ends_with('\\') => {
                last.pop();
                last.push('/');
                last.push_str(piece);
            }
            _ => parts.push(piece.to_owned()),
        }
    }
    parts
}

/// Calls `edit` on every node that the path leads to. Lists are walked through without a part of
/// their own; a part with `[]` at its end names a list that is never made.
pub(super) fn edit(
    fields: &mut Map,
    path: &[impl AsRef<str>],
    make: Make,
    edit: &mut dyn FnMut(&mut Node) -> Result<(), String>,
) -> Result<(), String> {
    let Some((first, rest)) = path.split_first() else {
        return Ok(());
    };
    in_map(fields, first.as_ref(), rest, make, edit)
}

fn in_node(
    node: &mut Node,
    path: &[impl AsRef<str>],
    make: Make,
    edit: &mut dyn FnMut(&mut Node) -> Result<(), String>,
) -> Result<(), String> {
    let Some((first, rest)) = path.split_first() else {
        return edit(node);
    };
    if node.is_null() {
        return Ok(());
    }
    match node {
        Node::Map(map) => in_map(map, first.as_ref(), rest, make, edit),
        Node::Seq(items) => items.iter_mut().try_for_each(|item| in_node(item, path, make, edit)),
        Node::Scalar(_) => Err("is a single value where a mapping or a list belongs".to_owned()),
    }
}

fn in_map(
    map: &mut Map,
    part: &str,
    rest: &[impl AsRef<str>],
    make: Make,
    edit: &mut dyn FnMut(&mut Node) -> Result<(), String>,
) -> Result<(), String> {
    let (name, is_list) = match part.strip_suffix("[]") {
        Some(name) => (name, true),
        None => (part, false),
    };
    if name.is_empty() {
        return Err("has an empty part in its path".to_owned());
    }
    let missing = match (is_list, make) {
        (true, _) => Some(Node::Seq(List::default())),
        (false, Make::Nothing) => None,
        (false, Make::Scalar) if rest.is_empty() => Some(Node::Scalar(Scalar::untagged(""))),
        (false, Make::Map | Make::Scalar) => Some(Node::map()),
    };
    match map.get_mut(name) {
        Some(node) => {
            if let (true, Some(missing)) = (node.is_null(), missing) {
                replace_null(node, missing);
            }
            in_node(node, rest, make, edit)
        }
        None => match missing.filter(|_| !is_list) {
            Some(mut node) => {
                let result = in_node(&mut node, rest, make, edit);
                map.insert(name.to_owned(), node);
                result
            }
            None => Ok(()),
        },
    }
}

/// A null becomes what is wanted; a single value keeps the text until the edit sets it.
fn replace_null(node: &mut Node, wanted: Node) {
    match (&mut *node, wanted) {
        (Node::Scalar(null), Node::Scalar(_)) => null.tag = Tag::Empty,
        (_, wanted) => *node = wanted,
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_slash_can_be_kept() {
        assert_eq!(split("metadata/annotations/a.b\\/c"), ["metadata", "annotations", "a.b/c"]);
        assert_eq!(split("/spec/x"), ["spec", "x"]);
    }
}
