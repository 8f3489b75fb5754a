//! JSON patches (RFC 6902), with the liberties of the library that kustomize uses: indexes below
//! zero count from the end, and a field that is not there can be replaced.

use serde_json::Value;

use crate::yaml::json::{from_json, numbers_as_doubles};
use crate::yaml::{Map, Node};

/// A patched object may not have more values than this.
const SIZE_MAX: usize = 1_000_000;
/// Nor nest deeper than this.
const DEPTH_MAX: usize = 250;

/// One operation.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Operation {
    /// Sets a field or inserts an element.
    Add(Pointer, Value),
    /// Takes a field or element out.
    Remove(Pointer),
    /// Sets a field or element.
    Replace(Pointer, Value),
    /// Takes out in one place and adds in another.
    Move(Pointer, Pointer),
    /// Adds what is in another place.
    Copy(Pointer, Pointer),
    /// Fails when something else is there.
    Test(Pointer, Value),
}

/// A path in an object: where, and which key there. `None` is the object itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pointer {
    text: String,
    parts: Option<(Vec<String>, String)>,
}

impl Pointer {
    fn new(text: &str) -> Self {
        let unescaped = |part: &str| part.replace("~1", "/").replace("~0", "~");
        let mut parts: Vec<String> = text.split('/').skip(1).map(unescaped).collect();
        let last = parts.pop();
        let parts = last.map(|last| (parts, last));
        Self { text: text.to_owned(), parts }
    }
}

/// Reads the operations of a patch.
pub(super) fn parse(patch: &Value) -> Result<Vec<Operation>, String> {
    match patch {
        Value::Null => Ok(Vec::new()),
        Value::Array(operations) => operations.iter().map(operation).collect(),
        _ => Err("it is not a list".to_owned()),
    }
}

fn operation(value: &Value) -> Result<Operation, String> {
    let Value::Object(fields) = value else {
        return Err("an operation is not a mapping".to_owned());
    };
    let text = |field: &str| match fields.get(field) {
        Some(Value::String(text)) => Ok(Pointer::new(text)),
        Some(_) | None => Err(format!("an operation has no {field}")),
    };
    let value = || fields.get("value").cloned().unwrap_or(Value::Null);
    match fields.get("op").and_then(Value::as_str) {
        Some("add") => Ok(Operation::Add(text("path")?, value())),
        Some("remove") => Ok(Operation::Remove(text("path")?)),
        Some("replace") => Ok(Operation::Replace(text("path")?, value())),
        Some("move") => Ok(Operation::Move(text("from")?, text("path")?)),
        Some("copy") => Ok(Operation::Copy(text("from")?, text("path")?)),
        Some("test") => Ok(Operation::Test(text("path")?, value())),
        Some(other) => Err(format!("{other} is no operation")),
        None => Err("an operation has no op".to_owned()),
    }
}

/// Applies the operations in order.
pub(super) fn apply(mut object: Value, operations: &[Operation]) -> Result<Map, String> {
    for operation in operations {
        run(&mut object, operation)?;
        if matches!(operation, Operation::Copy(..)) && !is_within_bounds(&object, DEPTH_MAX, &mut 0)
        {
            return Err("makes the object too large".to_owned());
        }
    }
    numbers_as_doubles(&mut object);
    if !is_within_bounds(&object, DEPTH_MAX, &mut 0) {
        return Err("makes the object too large".to_owned());
    }
    match from_json(&object) {
        Node::Map(map) => Ok(map),
        Node::Scalar(_) | Node::Seq(_) => Err("leaves no object".to_owned()),
    }
}

fn run(object: &mut Value, operation: &Operation) -> Result<(), String> {
    match operation {
        Operation::Add(path, value) => add(object, path, value.clone()),
        Operation::Remove(path) => remove(object, path).map(drop),
        Operation::Replace(path, value) => replace(object, path, value),
        Operation::Move(from, path) => {
            let value = remove(object, from)?;
            add(object, path, value)
        }
        Operation::Copy(from, path) => {
            let value = get(object, from)?.clone();
            add(object, path, value)
        }
        Operation::Test(path, value) => test(object, path, value),
    }
}

/// The value that holds the key, and the key.
fn holder<'v, 'p>(
    object: &'v mut Value,
    path: &'p Pointer,
) -> Result<(&'v mut Value, &'p str), String> {
    let Some((parts, last)) = &path.parts else {
        return Err(format!("{:?} is no place in an object", path.text));
    };
    let mut place = object;
    for part in parts {
        place = child_mut(place, part).ok_or_else(|| missing(path))?;
    }
    match place {
        Value::Object(_) | Value::Array(_) => Ok((place, last)),
        _ => Err(missing(path)),
    }
}

fn missing(path: &Pointer) -> String {
    format!("{} is not there", path.text)
}

fn child_mut<'v>(value: &'v mut Value, key: &str) -> Option<&'v mut Value> {
    match value {
        Value::Object(map) => map.get_mut(key),
        Value::Array(items) => {
            let at = index(key, items.len())?;
            items.get_mut(at)
        }
        _ => None,
    }
}

/// An index, from the end when it is below zero.
fn index(key: &str, len: usize) -> Option<usize> {
    let at: isize = key.parse().ok()?;
    if at < 0 { len.checked_sub(at.unsigned_abs()) } else { usize::try_from(at).ok() }
}

fn add(object: &mut Value, path: &Pointer, value: Value) -> Result<(), String> {
    let (holder, key) = holder(object, path)?;
    match holder {
        Value::Object(map) => {
            map.insert(key.to_owned(), value);
            Ok(())
        }
        Value::Array(items) if key == "-" => {
            items.push(value);
            Ok(())
        }
        Value::Array(items) => {
            let at = index(key, items.len() + 1).filter(|at| *at <= items.len());
            items.insert(at.ok_or_else(|| missing(path))?, value);
            Ok(())
        }
        _ => Err(missing(path)),
    }
}

fn remove(object: &mut Value, path: &Pointer) -> Result<Value, String> {
    let (holder, key) = holder(object, path)?;
    let removed = match holder {
        Value::Object(map) => map.remove(key),
        Value::Array(items) => {
            index(key, items.len()).filter(|at| *at < items.len()).map(|at| items.remove(at))
        }
        _ => None,
    };
    removed.ok_or_else(|| missing(path))
}

fn replace(object: &mut Value, path: &Pointer, value: &Value) -> Result<(), String> {
    if path.parts.is_none() {
        if !matches!(value, Value::Object(_) | Value::Array(_)) {
            return Err("replaces the object by a single value".to_owned());
        }
        *object = value.clone();
        return Ok(());
    }
    let (holder, key) = holder(object, path)?;
    match holder {
        Value::Object(map) => {
            map.insert(key.to_owned(), value.clone());
            Ok(())
        }
        Value::Array(items) => {
            let at = index(key, items.len());
            let place = at.and_then(|at| items.get_mut(at)).ok_or_else(|| missing(path))?;
            *place = value.clone();
            Ok(())
        }
        _ => Err(missing(path)),
    }
}

fn get<'v>(object: &'v mut Value, path: &Pointer) -> Result<&'v Value, String> {
    let (holder, key) = holder(object, path)?;
    child_mut(holder, key).map(|value| &*value).ok_or_else(|| missing(path))
}

fn test(object: &mut Value, path: &Pointer, wanted: &Value) -> Result<(), String> {
    if path.parts.is_none() {
        return if same(object, wanted) { Ok(()) } else { Err("finds another object".to_owned()) };
    }
    let (holder, key) = holder(object, path)?;
    let is_field = holder.is_object();
    let found = match child_mut(holder, key) {
        Some(value) => &*value,
        None if is_field => &Value::Null,
        None => return Err(missing(path)),
    };
    if same(found, wanted) { Ok(()) } else { Err(format!("finds another value at {}", path.text)) }
}

/// Equality where 1 and 1.0 are the same.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        (a, b) => a == b,
    }
}

fn is_within_bounds(value: &Value, depth: usize, size: &mut usize) -> bool {
    *size += 1;
    if depth == 0 || *size > SIZE_MAX {
        return false;
    }
    match value {
        Value::Array(items) => items.iter().all(|item| is_within_bounds(item, depth - 1, size)),
        Value::Object(map) => map.values().all(|item| is_within_bounds(item, depth - 1, size)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}
