//! The hash of its content in the name of a generated object.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::resource::Resource;
use crate::yaml::Node;
use crate::yaml::json::to_json;
use crate::yaml::resolve::Dialect;

/// Adds the hash to every name that wants one.
pub(super) fn add(resources: &mut [Resource]) -> Result<(), (String, String)> {
    for resource in resources.iter_mut().filter(|resource| resource.notes.needs_hash) {
        let hash = hash(resource).map_err(|detail| (resource.id().to_string(), detail))?;
        resource.store_previous();
        let name = format!("{}-{hash}", resource.name());
        resource.set_name(&name);
    }
    Ok(())
}

fn hash(resource: &Resource) -> Result<String, String> {
    // The name is meant to count, but the reference looks for it in the wrong place.
    let mut content =
        json!({ "kind": resource.kind(), "name": "", "data": part(resource, "data")? });
    let extra = if resource.kind() == "Secret" {
        content["type"] = part(resource, "type")?;
        "stringData"
    } else {
        "binaryData"
    };
    if let found @ Value::Object(_) = part(resource, extra)? {
        content[extra] = found;
    }
    Ok(short(&go_json(&content)))
}

/// A field as it enters the hash; one that is not there as the empty text.
fn part(resource: &Resource, field: &str) -> Result<Value, String> {
    match resource.fields.get(field) {
        None => Ok(Value::String(String::new())),
        Some(Node::Scalar(scalar)) => Ok(Value::String(scalar.text.clone())),
        Some(node) => to_json(node, Dialect::V3),
    }
}

/// JSON with sorted keys and the escapes of Go's encoder.
fn go_json(value: &Value) -> String {
    let mut out = String::new();
    for c in sorted(value).chars() {
        match c {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            other => out.push(other),
        }
    }
    out
}

fn sorted(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_unstable();
            let fields: Vec<String> = keys
                .into_iter()
                .map(|key| format!("{}:{}", Value::from(key.as_str()), sorted(&map[key])))
                .collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(sorted).collect();
            format!("[{}]", items.join(","))
        }
        other => other.to_string(),
    }
}

/// Ten characters of the digest, with vowels and look-alikes replaced.
fn short(content: &str) -> String {
    let digest = Sha256::digest(content.as_bytes());
    let hex = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    hex.take(10)
        .map(|nibble| match nibble {
            0 => 'g',
            1 => 'h',
            3 => 'k',
            0xa => 'm',
            0xe => 't',
            other => char::from_digit(u32::from(other), 16).unwrap_or('x'),
        })
        .collect()
}
