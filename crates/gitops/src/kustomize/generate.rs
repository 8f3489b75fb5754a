//! `configMapGenerator` and `secretGenerator`.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::error::RenderError;
use super::file::{GeneratorArgs, GeneratorOptions, Texts};
use super::load::Loaded;
use super::resource::{Behavior, Resource};
use super::set::Set;
use crate::tree::Tree;
use crate::yaml::{Map, Node, Scalar, Tag};

/// Base64 is cut into lines of this length.
const BASE64_LINE: usize = 70;
/// From a line of this length on, kustomize stops reading a file of variables.
const ENV_LINE_MAX: usize = 64 * 1024;

/// What is generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    ConfigMap,
    Secret,
}

/// Runs the generators of a kustomization.
pub(super) fn run(tree: &Tree, from: &Loaded, set: &mut Set) -> Result<(), RenderError> {
    let spec = &from.spec;
    let config_maps = spec.config_map_generator.iter().map(|args| (Kind::ConfigMap, args));
    let secrets = spec.secret_generator.iter().map(|args| (Kind::Secret, args));
    for (kind, args) in config_maps.chain(secrets) {
        let fail = |detail| RenderError::Generator {
            file: from.file.clone(),
            name: args.name.clone(),
            detail,
        };
        if kind == Kind::ConfigMap && args.secret_type.is_some() {
            return Err(fail("a ConfigMap has no type".to_owned()));
        }
        let pairs = pairs(tree, from, args)?.map_err(fail)?;
        let options = options(args.options.as_ref(), spec.generator_options.as_ref());
        let resource = resource(kind, args, &options, &pairs).map_err(fail)?;
        set.absorb(resource).map_err(fail)?;
    }
    Ok(())
}

/// The options of the generator, filled up by those of the kustomization.
fn options(own: Option<&GeneratorOptions>, global: Option<&GeneratorOptions>) -> GeneratorOptions {
    let mut merged = own.cloned().unwrap_or_default();
    if let Some(global) = global {
        let fill = |own: &mut Texts, global: &Texts| {
            for (key, value) in &global.0 {
                own.0.entry(key.clone()).or_insert_with(|| value.clone());
            }
        };
        fill(&mut merged.labels, &global.labels);
        fill(&mut merged.annotations, &global.annotations);
        merged.disable_name_suffix_hash |= global.disable_name_suffix_hash;
        merged.immutable |= global.immutable;
    }
    merged
}

type Pairs = BTreeMap<String, Vec<u8>>;

/// The data, by key. The inner error is one of the generator itself.
fn pairs(
    tree: &Tree,
    from: &Loaded,
    args: &GeneratorArgs,
) -> Result<Result<Pairs, String>, RenderError> {
    let mut found: Vec<(String, Vec<u8>)> = Vec::new();
    for path in &args.envs {
        match variables(from.read(tree, path)?) {
            Ok(variables) => found.extend(variables),
            Err(detail) => return Ok(Err(format!("{path}: {detail}"))),
        }
    }
    for literal in &args.literals {
        match literal.split_once('=') {
            Some((key, value)) if !key.is_empty() => {
                found.push((key.to_owned(), unquoted(value).as_bytes().to_vec()));
            }
            Some(_) | None => return Ok(Err("a literal is not of the form key=value".to_owned())),
        }
    }
    for source in &args.files {
        let (key, path) = match file_source(source) {
            Ok(source) => source,
            Err(detail) => return Ok(Err(detail)),
        };
        found.push((key.to_owned(), from.read(tree, path)?.to_vec()));
    }
    Ok(unique(found))
}

fn unique(found: Vec<(String, Vec<u8>)>) -> Result<Pairs, String> {
    let mut pairs = Pairs::new();
    for (key, value) in found {
        if pairs.contains_key(&key) {
            return Err(format!("the key {key} is there twice"));
        }
        pairs.insert(key, value);
    }
    Ok(pairs)
}

/// Lines `key=value` of a file of variables.
fn variables(content: &[u8]) -> Result<Vec<(String, Vec<u8>)>, String> {
    let mut found = Vec::new();
    let content = content.strip_suffix(b"\n").unwrap_or(content);
    for (at, line) in content.split(|byte| *byte == b'\n').enumerate() {
        if line.len() >= ENV_LINE_MAX {
            break;
        }
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let line =
            std::str::from_utf8(line).map_err(|_| format!("line {} is not UTF-8", at + 1))?;
        let line = if at == 0 { line.strip_prefix('\u{feff}').unwrap_or(line) } else { line };
        let line = line.trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        if !key.is_empty() {
            found.push((key.to_owned(), value.as_bytes().to_vec()));
        }
    }
    Ok(found)
}

fn unquoted(value: &str) -> &str {
    let inner = |quote: char| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    inner('"').or_else(|| inner('\'')).unwrap_or(value)
}

/// `path` or `key=path`.
fn file_source(source: &str) -> Result<(&str, &str), String> {
    match source.split_once('=') {
        None => {
            let name = source.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            Ok((name, source))
        }
        Some((key, path)) if key.is_empty() || path.is_empty() || path.contains('=') => {
            Err(format!("{source} is not of the form path or key=path"))
        }
        Some((key, path)) => Ok((key, path)),
    }
}

fn resource(
    kind: Kind,
    args: &GeneratorArgs,
    options: &GeneratorOptions,
    pairs: &Pairs,
) -> Result<Resource, String> {
    if args.name.is_empty() {
        return Err("it has no name".to_owned());
    }
    let mut fields = Map::new();
    fields.insert("apiVersion".to_owned(), Node::string("v1"));
    match kind {
        Kind::ConfigMap => {
            fields.insert("kind".to_owned(), Node::string("ConfigMap"));
            for (key, value) in pairs {
                let (field, text) = match std::str::from_utf8(value) {
                    Ok(text) => ("data", text.to_owned()),
                    Err(_) => ("binaryData", base64_lines(value)),
                };
                if let Some(data) = crate::yaml::node::child_map(&mut fields, field) {
                    data.insert(key.clone(), Node::string(text));
                }
            }
        }
        Kind::Secret => {
            fields.insert("kind".to_owned(), Node::string("Secret"));
            let secret_type = args.secret_type.as_deref().filter(|text| !text.is_empty());
            fields.insert("type".to_owned(), Node::string(secret_type.unwrap_or("Opaque")));
            let data =
                pairs.iter().map(|(key, value)| (key.clone(), Node::string(base64_lines(value))));
            fields.insert("data".to_owned(), Node::Map(data.collect()));
        }
    }
    if options.immutable {
        let yes = Scalar { tag: Tag::Bool, ..Scalar::untagged("true") };
        fields.insert("immutable".to_owned(), Node::Scalar(yes));
    }
    fields.insert("metadata".to_owned(), Node::Map(metadata(args, options)));
    let mut resource = Resource::new(Node::Map(fields))?;
    resource.notes.needs_hash = !options.disable_name_suffix_hash;
    resource.notes.behavior = Some(match args.behavior.as_str() {
        "create" => Behavior::Create,
        "replace" => Behavior::Replace,
        "merge" => Behavior::Merge,
        _ => Behavior::Unspecified,
    });
    Ok(resource)
}

fn metadata(args: &GeneratorArgs, options: &GeneratorOptions) -> Map {
    let mut metadata = Map::new();
    metadata.insert("name".to_owned(), Node::string(args.name.as_str()));
    if !args.namespace.is_empty() {
        metadata.insert("namespace".to_owned(), Node::string(args.namespace.as_str()));
    }
    for (field, texts) in [("labels", &options.labels), ("annotations", &options.annotations)] {
        let map: Map = texts
            .0
            .iter()
            .map(|(key, value)| (key.clone(), Node::string(value.as_str())))
            .collect();
        if !map.is_empty() {
            metadata.insert(field.to_owned(), Node::Map(map));
        }
    }
    metadata
}

/// Base64, in lines when it is long.
fn base64_lines(value: &[u8]) -> String {
    let text = STANDARD.encode(value);
    if text.len() < BASE64_LINE {
        return text;
    }
    let mut lines = String::with_capacity(text.len() + text.len() / BASE64_LINE + 1);
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(BASE64_LINE));
        lines.push_str(line);
        lines.push('\n');
        rest = after;
    }
    lines
}
