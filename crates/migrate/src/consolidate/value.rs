//! Inputs of calls as JSON: taking over what an answer says, without what a call refuses.

use serde_json::{Map, Value};

use crate::credential::Credentials;
use crate::input::node::Node;

/// Sets `key`, unless the value is null, `{}` or `[]`.
pub(super) fn put(map: &mut Map<String, Value>, key: &str, value: Value) {
    if !is_void(&value) {
        map.insert(key.to_owned(), value);
    }
}

/// The members `keys` of `node`, without nulls and empty lists.
pub(super) fn members(node: &Node<'_>, keys: &[&str]) -> Map<String, Value> {
    let mut out = Map::new();
    for key in keys {
        if let Some(member) = node.get(key) {
            put(&mut out, key, clean(member.value));
        }
    }
    out
}

/// A value without nulls, empty lists and empty objects in it: for AWS the same as absent.
pub(super) fn clean(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let members = map.iter().map(|(key, value)| (key.clone(), clean(value)));
            Value::Object(members.filter(|(_, value)| !is_void(value)).collect())
        }
        Value::Array(list) => {
            Value::Array(list.iter().map(clean).filter(|value| !value.is_null()).collect())
        }
        other => other.clone(),
    }
}

/// Replaces every string that is `from` by `to`.
pub(super) fn replace(value: &mut Value, from: &str, to: &str) {
    match value {
        Value::String(text) if text == from => to.clone_into(text),
        Value::Array(list) => list.iter_mut().for_each(|item| replace(item, from, to)),
        Value::Object(map) => map.values_mut().for_each(|item| replace(item, from, to)),
        _ => {}
    }
}

/// Takes literals that look like credentials out of every string and every key.
pub(super) fn redact(value: &mut Value, credentials: &Credentials) {
    match value {
        Value::String(text) => {
            if let Some(clean) = credentials.redacted(text) {
                *text = clean;
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|item| redact(item, credentials)),
        Value::Object(map) => {
            let dirty = map.keys().any(|key| credentials.redacted(key).is_some());
            if dirty {
                let members = std::mem::take(map).into_iter();
                *map = members
                    .map(|(key, value)| (credentials.redacted(&key).unwrap_or(key), value))
                    .collect();
            }
            map.values_mut().for_each(|item| redact(item, credentials));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Tags as a call takes them: those with the prefix `aws:` belong to AWS.
pub(super) fn tags(pairs: impl Iterator<Item = (String, String)>, names: (&str, &str)) -> Value {
    let (key_name, value_name) = names;
    let own = pairs.filter(|(key, _)| !key.starts_with("aws:"));
    own.map(|(key, value)| {
        let pair = [(key_name, key), (value_name, value)];
        pair.into_iter()
            .map(|(name, text)| (name.to_owned(), Value::String(text)))
            .collect::<Map<_, _>>()
    })
    .map(Value::Object)
    .collect()
}

fn is_void(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
