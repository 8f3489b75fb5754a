//! `replacements`: the value of one field copied into others.

use super::error::RenderError;
use super::file::{FieldOptions, ReplacementField, ReplacementTarget, Source};
use super::id::{Id, effective};
use super::load::Loaded;
use super::path::{self, Edit};
use super::resource::Resource;
use super::selector::Selector;
use super::set::Set;
use super::share;
use crate::tree::Tree;
use crate::yaml::json::to_json;
use crate::yaml::read;
use crate::yaml::resolve::Dialect;
use crate::yaml::{Node, Scalar};

/// An object may not grow beyond this by replacements.
const SIZE_MAX: usize = 1_000_000;
/// Nor nest deeper than this.
const DEPTH_MAX: usize = 250;
const DEFAULT_PATH: &str = "metadata.name";

/// Makes all replacements of a kustomization in order.
pub(super) fn run(tree: &Tree, from: &Loaded, set: &mut Set) -> Result<(), RenderError> {
    for entry in &from.spec.replacements {
        let fail = |detail| RenderError::Replacement { file: from.file.clone(), detail };
        if entry.path.is_empty() {
            replace(entry, set).map_err(fail)?;
            continue;
        }
        if entry.source.is_some()
            || entry.targets.as_ref().is_some_and(|targets| !targets.is_empty())
        {
            return Err(fail("it has a path beside a source or targets".to_owned()));
        }
        let text = from.read_text(tree, &entry.path)?;
        for entry in parse(text).map_err(fail)? {
            replace(&entry, set).map_err(fail)?;
        }
    }
    Ok(())
}

/// A file holds one replacement or a list of them.
fn parse(text: &str) -> Result<Vec<ReplacementField>, String> {
    let node = read::document(text, Dialect::V2).map_err(|flaw| flaw.detail)?;
    let value = match node {
        Some(Node::Map(map)) => to_json(&Node::Seq(vec![Node::Map(map)].into()), Dialect::V2)?,
        Some(list @ Node::Seq(_)) => to_json(&list, Dialect::V2)?,
        Some(Node::Scalar(_)) | None => return Err("its file holds no replacement".to_owned()),
    };
    serde_json::from_value(value).map_err(|error| error.to_string())
}

fn replace(entry: &ReplacementField, set: &mut Set) -> Result<(), String> {
    let value = match (&entry.source, &entry.source_value) {
        (Some(_), Some(_)) => return Err("it has a source and a sourceValue".to_owned()),
        (None, Some(text)) => Node::Scalar(Scalar::untagged(text.as_str())),
        (Some(source), None) => taken(source, set)?,
        (None, None) => return Err("it has no source".to_owned()),
    };
    let Some(targets) = &entry.targets else {
        return Err("it has no targets".to_owned());
    };
    targets.iter().try_for_each(|target| put(&value, target, set))
}

/// The value of the source.
fn taken(source: &Source, set: &Set) -> Result<Node, String> {
    let chosen: Vec<&Resource> =
        set.0.iter().filter(|resource| resource.was(|id| is_source(source, id))).collect();
    let named = format!("{} {}", source.kind, source.name);
    let resource = match chosen.as_slice() {
        [resource] => resource,
        [] => return Err(format!("its source {named} is not there")),
        [..] => return Err(format!("its source {named} is there several times")),
    };
    let path = if source.field_path.is_empty() { DEFAULT_PATH } else { &source.field_path };
    let found = path::lookup(&resource.fields, &path::split(path))?;
    match found.filter(|node| !node.is_nothing()) {
        Some(node) => part_of(node, &source.options).map(Node::unshared),
        None => Err(format!("its source {named} has no {path}")),
    }
}

fn is_source(source: &Source, id: &Id) -> bool {
    let fits = |pattern: &str, part: &str| pattern.is_empty() || pattern == part;
    let namespace = || effective(&source.namespace, false) == effective(&id.namespace, false);
    fits(&source.group, &id.gvk.group)
        && fits(&source.version, &id.gvk.version)
        && fits(&source.kind, &id.gvk.kind)
        && fits(&source.name, &id.name)
        && (source.namespace.is_empty() || namespace())
}

/// The part of a text that the options of the source choose.
fn part_of(node: &Node, options: &FieldOptions) -> Result<Node, String> {
    if options.delimiter.is_empty() {
        return Ok(node.clone());
    }
    let Node::Scalar(scalar) = node else {
        return Err("a delimiter needs a single value".to_owned());
    };
    let part = usize::try_from(options.index)
        .ok()
        .and_then(|at| scalar.text.split(options.delimiter.as_str()).nth(at));
    let Some(part) = part else {
        return Err(format!("its source has no part {}", options.index));
    };
    Ok(Node::Scalar(Scalar { text: part.to_owned(), ..scalar.clone() }))
}

fn put(value: &Node, target: &ReplacementTarget, set: &mut Set) -> Result<(), String> {
    let Some(select) = &target.select else {
        return Err("a target has no select".to_owned());
    };
    let select = Selector::new(select)?;
    let reject: Vec<Selector> =
        target.reject.iter().map(Selector::new).collect::<Result<_, _>>()?;
    let default = [DEFAULT_PATH.to_owned()];
    let paths = if target.field_paths.is_empty() { &default[..] } else { &target.field_paths };
    for resource in set.0.iter_mut().filter(|resource| is_target(resource, &select, &reject)) {
        for path in paths {
            copy(value, resource, path, &target.options)?;
        }
        let object = Node::Map(std::mem::take(&mut resource.fields));
        if object.size() > SIZE_MAX || object.depth() > DEPTH_MAX {
            return Err("it makes an object too large".to_owned());
        }
        if let Node::Map(fields) = object {
            resource.fields = fields;
        }
    }
    Ok(())
}

fn is_target(resource: &Resource, select: &Selector, reject: &[Selector]) -> bool {
    let rejected = |reject: &Selector| {
        (reject.names_metadata() && reject.matches_metadata(resource))
            || (reject.names_identity() && resource.was(|id| reject.matches_id(id)))
    };
    select.matches_metadata(resource)
        && !reject.iter().any(rejected)
        && resource.was(|id| select.matches_id(id))
}

fn copy(
    value: &Node,
    resource: &mut Resource,
    path: &str,
    options: &FieldOptions,
) -> Result<(), String> {
    let create = options.create.then(|| value.kind());
    let mut set = |node: &mut Node| set(node, value, options);
    let id = resource.id();
    let found =
        path::edit(&mut resource.fields, &path::split(path), &mut Edit { create, set: &mut set })
            .map_err(|detail| format!("{path} of {id}: {detail}"))?;
    share::settle(&mut resource.fields);
    if found == 0 { Err(format!("{id} has no {path}")) } else { Ok(()) }
}

fn set(node: &mut Node, value: &Node, options: &FieldOptions) -> Result<(), String> {
    let text = if options.delimiter.is_empty() {
        value.text().to_owned()
    } else {
        joined(node, value, options)?
    };
    match node {
        // Only the text: the type of the target stays.
        Node::Scalar(target) => {
            target.text = text;
            if let Some(share) = &mut target.share {
                share.overwritten = true;
            }
        }
        other => *other = value.clone(),
    }
    Ok(())
}

/// The text of the target with one of its parts replaced.
fn joined(node: &Node, value: &Node, options: &FieldOptions) -> Result<String, String> {
    let Node::Scalar(target) = node else {
        return Err("a delimiter needs a single value".to_owned());
    };
    let mut parts: Vec<&str> = target.text.split(options.delimiter.as_str()).collect();
    match usize::try_from(options.index) {
        Err(_) => parts.insert(0, value.text()),
        Ok(at) => match parts.get_mut(at) {
            Some(part) => *part = value.text(),
            None => parts.push(value.text()),
        },
    }
    Ok(parts.join(&options.delimiter))
}
