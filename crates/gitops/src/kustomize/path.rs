//! Paths of replacements: fields and list elements, separated by dots.

use super::regex::compile;
use crate::yaml::node::{Kind, describe, set_field};
use crate::yaml::{List, Map, Node, Scalar};

/// The parts of a path. A dot inside brackets, or after `\`, does not separate.
pub(super) fn split(path: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut pieces = path.split('.').peekable();
    if path.contains('.') && pieces.peek() == Some(&"") {
        pieces.next();
    }
    let mut escaped: Vec<String> = Vec::new();
    for piece in pieces {
        match escaped.last_mut() {
            Some(last) if last.ends_with('\\') => {
                last.pop();
                last.push('.');
                last.push_str(piece);
            }
            _ => escaped.push(piece.to_owned()),
        }
    }
    let mut pieces = escaped.into_iter();
    while let Some(mut part) = pieces.next() {
        if part.starts_with('[') && !part.ends_with(']') {
            for next in pieces.by_ref() {
                part.push('.');
                part.push_str(&next);
                if next.ends_with(']') {
                    break;
                }
            }
            if !part.contains('=') {
                part.retain(|c| !matches!(c, '[' | ']'));
            }
        }
        parts.push(part);
    }
    parts
}

/// What a part of a path selects.
enum Part<'p> {
    Field(&'p str),
    Index(usize),
    /// Elements with a field, or elements that are single values when the field is empty.
    Element(&'p str, &'p str),
    Every,
    Last,
}

fn part(text: &str) -> Result<Part<'_>, String> {
    if let Ok(index) = text.parse::<i64>() {
        return usize::try_from(index)
            .map(Part::Index)
            .map_err(|_| format!("index {index} is below zero"));
    }
    match text {
        "*" => return Ok(Part::Every),
        "-" => return Ok(Part::Last),
        _ => {}
    }
    match text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        Some(inner) => inner
            .split_once('=')
            .map(|(field, value)| Part::Element(field, value))
            .ok_or_else(|| format!("{text} is not of the form [field=value]")),
        None => Ok(Part::Field(text)),
    }
}

/// The one value at the path.
pub(super) fn lookup<'n>(fields: &'n Map, path: &[String]) -> Result<Option<&'n Node>, String> {
    let mut parts = path.iter().map(|part| part.trim()).filter(|part| !part.is_empty());
    let Some(first) = parts.next() else {
        return Ok(None);
    };
    let mut place = match part(first)? {
        Part::Field(name) => fields.get(name),
        _ => return Err("does not begin with a field".to_owned()),
    };
    for text in parts {
        let Some(node) = place.filter(|node| !node.is_null()) else {
            return Ok(None);
        };
        place = step(node, text)?;
    }
    Ok(place)
}

fn step<'n>(node: &'n Node, text: &str) -> Result<Option<&'n Node>, String> {
    let part = part(text)?;
    match (part, node) {
        (Part::Every, _) => Err("* cannot be used in a source".to_owned()),
        (Part::Field(name), Node::Map(map)) => Ok(map.get(name)),
        (Part::Index(at), Node::Seq(items)) => Ok(items.get(at)),
        (Part::Last, Node::Seq(items)) => Ok(items.last()),
        (Part::Element("", value), Node::Seq(items)) => {
            Ok(items.iter().find(|item| item.text() == value))
        }
        (Part::Element(field, value), Node::Seq(items)) => {
            Ok(items.iter().find(|item| item.get(field).is_some_and(|found| found.text() == value)))
        }
        (_, node) => Err(format!("finds {} at {text}", describe(node))),
    }
}

/// The edit of a target, and what is made when it is not there.
pub(super) struct Edit<'e> {
    /// Makes what is missing, of this kind at the end of the path.
    pub(super) create: Option<Kind>,
    /// Called on each node found.
    pub(super) set: &'e mut dyn FnMut(&mut Node) -> Result<(), String>,
}

/// Edits every value at the path; gives their number.
pub(super) fn edit(
    fields: &mut Map,
    path: &[String],
    edit: &mut Edit<'_>,
) -> Result<usize, String> {
    let Some((first, rest)) = path.split_first() else {
        return Ok(0);
    };
    match part(first)? {
        Part::Field(name) => in_field(fields, name, rest, edit),
        Part::Last => in_field(fields, "-", rest, edit),
        Part::Index(_) | Part::Element(..) | Part::Every => {
            Err("does not begin with a field".to_owned())
        }
    }
}

fn in_node(node: &mut Node, path: &[String], edit: &mut Edit<'_>) -> Result<usize, String> {
    let Some((first, rest)) = path.split_first() else {
        (edit.set)(node)?;
        return Ok(1);
    };
    let found = describe(node);
    match (part(first)?, node) {
        (_, node) if node.is_null() => Ok(0),
        (Part::Field(name), Node::Map(map)) => in_field(map, name, rest, edit),
        (Part::Last, Node::Map(map)) => in_field(map, "-", rest, edit),
        (Part::Index(at), Node::Seq(items)) => in_index(items, at, rest, edit),
        (Part::Every, Node::Seq(items)) => {
            items.iter_mut().try_fold(0, |count, item| Ok(count + in_node(item, rest, edit)?))
        }
        (Part::Element(field, value), Node::Seq(items)) => {
            in_elements(items, (field, value), rest, edit)
        }
        (Part::Field(_), Node::Scalar(_)) => {
            Err(format!("{first} would be inside the text of a field, which is not supported"))
        }
        (_, _) => Err(format!("finds {found} at {first}")),
    }
}

fn in_field(
    map: &mut Map,
    name: &str,
    rest: &[String],
    edit: &mut Edit<'_>,
) -> Result<usize, String> {
    if !map.contains_key(name) {
        let Some(kind) = edit.create else {
            return Ok(0);
        };
        map.insert(name.to_owned(), made(rest, kind));
    }
    match map.get_mut(name) {
        Some(node) => in_node(node, rest, edit),
        None => Ok(0),
    }
}

fn in_index(
    items: &mut Vec<Node>,
    at: usize,
    rest: &[String],
    edit: &mut Edit<'_>,
) -> Result<usize, String> {
    if let Some(kind) = edit.create.filter(|_| at == items.len()) {
        items.push(made(rest, kind));
    }
    let len = items.len();
    let item = items.get_mut(at).ok_or_else(|| format!("index {at} of a list of {len}"))?;
    in_node(item, rest, edit)
}

fn in_elements(
    items: &mut Vec<Node>,
    (field, value): (&str, &str),
    rest: &[String],
    edit: &mut Edit<'_>,
) -> Result<usize, String> {
    let pattern = compile(value)?;
    let mut count = 0;
    for item in items.iter_mut() {
        if field.is_empty() {
            let Node::Scalar(scalar) = &*item else {
                continue;
            };
            if pattern.is_match(scalar.written().trim()) {
                // Whatever follows in the path is not looked at.
                (edit.set)(item)?;
                count += 1;
            }
            continue;
        }
        let Some(Node::Scalar(scalar)) = item.get(field) else {
            continue;
        };
        if pattern.is_match(scalar.written().trim()) {
            count += in_node(item, rest, edit)?;
        }
    }
    if count > 0 || edit.create.is_none() {
        return Ok(count);
    }
    let mut made = Node::Scalar(Scalar::untagged(value));
    let count = if field.is_empty() {
        (edit.set)(&mut made)?;
        1
    } else {
        let mut map = Map::new();
        set_field(&mut map, field, Scalar::untagged(value));
        map.insert(field.to_owned(), made);
        made = Node::Map(map);
        in_node(&mut made, rest, edit)?
    };
    items.push(made);
    Ok(count)
}

/// An empty node of the kind that the rest of the path wants.
fn made(rest: &[String], at_end: Kind) -> Node {
    let kind = match rest.first() {
        None => at_end,
        Some(next) if next.starts_with('[') && next.ends_with(']') => Kind::Seq,
        Some(next) if next.parse::<u32>().is_ok() => Kind::Seq,
        Some(_) => Kind::Map,
    };
    match kind {
        Kind::Scalar => Node::Scalar(Scalar::untagged("")),
        Kind::Seq => Node::Seq(List::default()),
        Kind::Map => Node::map(),
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn dots_in_brackets_and_after_a_backslash_stay() {
        assert_eq!(
            split("spec.containers.[name=a.b].image"),
            ["spec", "containers", "[name=a.b]", "image"]
        );
        assert_eq!(split("metadata.annotations.a\\.b/c"), ["metadata", "annotations", "a.b/c"]);
        assert_eq!(split("metadata.annotations.[a.b/c]"), ["metadata", "annotations", "a.b/c"]);
    }
}
