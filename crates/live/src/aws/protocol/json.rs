//! JSON 1.0 and 1.1: one path, the operation in a header. Also the bodies of REST-JSON.
//!
//! JSON needs the model for two things only: times are seconds on the wire, and names that the model
//! does not have are refused before they are sent.

use serde_json::{Map, Value};

use super::super::operations::{Kind, Member, Operation, Service, Shape, TimeFormat};
use super::super::refusal::Refusal;
use super::super::time;
use super::scalar;
use super::{Reply, Wire};

pub(super) fn encode(
    service: &Service,
    operation: &Operation,
    version: &str,
    request: &Map<String, Value>,
) -> Result<Wire, String> {
    let body = members(service, service.members(operation.input), request)?;
    let target = format!("{}.{}", service.target, operation.name);
    Ok(Wire {
        method: "POST",
        target: "/".to_owned(),
        headers: vec![
            ("content-type", format!("application/x-amz-json-{version}")),
            ("x-amz-target", target),
        ],
        body: Value::Object(body).to_string().into_bytes(),
    })
}

/// The members of a structure that stand in a body.
pub(super) fn members(
    service: &Service,
    known: &[Member],
    given: &Map<String, Value>,
) -> Result<Map<String, Value>, String> {
    let mut out = Map::new();
    for (name, value) in given.iter().filter(|(_, value)| !value.is_null()) {
        let Some(member) = known.iter().find(|member| member.name == name) else {
            return Err(format!("{name} is not in the model"));
        };
        if member.in_body() {
            let value = outgoing(service, member.kind, value);
            out.insert(member.wire().to_owned(), value.map_err(|what| format!("{name}: {what}"))?);
        }
    }
    Ok(out)
}

/// `value` as it goes out.
fn outgoing(service: &Service, kind: Kind, value: &Value) -> Result<Value, String> {
    match (kind, value) {
        (Kind::Any, _) => Ok(value.clone()),
        (Kind::Time(format), Value::String(text)) => time::read(text)
            .map(|time| time::to_json(time, format.unwrap_or(TimeFormat::Unix)))
            .ok_or_else(|| format!("`{text}` is not a time")),
        (Kind::Shape(name), _) => match (service.shapes.get(name), value) {
            (Some(Shape::Struct(known)), Value::Object(given)) => {
                members(service, known, given).map(Value::Object)
            }
            (Some(Shape::List { of, .. }), Value::Array(items)) => {
                items.iter().map(|item| outgoing(service, *of, item)).collect()
            }
            (Some(Shape::Map { value: of, .. }), Value::Object(entries)) => {
                let entry = |(key, value): (&String, &Value)| {
                    outgoing(service, *of, value).map(|value| (key.clone(), value))
                };
                entries.iter().map(entry).collect::<Result<Map<_, _>, _>>().map(Value::Object)
            }
            (Some(Shape::List { .. }), _) => Err("a list is wanted".to_owned()),
            _ => Err("an object is wanted".to_owned()),
        },
        (Kind::Policy, Value::Object(_)) => Ok(Value::String(value.to_string())),
        _ => scalar::text(kind, value, TimeFormat::Unix).map(|_| value.clone()),
    }
}

pub(super) fn decode(
    service: &Service,
    output: Option<&'static str>,
    reply: &Reply,
) -> Result<Map<String, Value>, String> {
    if reply.body.trim_ascii().is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(&reply.body) {
        Ok(Value::Object(given)) => {
            Ok(output.map_or_else(|| given.clone(), |name| structure(service, name, given.clone())))
        }
        Ok(_) => Err("it is JSON, but no object".to_owned()),
        Err(error) => Err(format!("it is not JSON: {error}")),
    }
}

/// A structure as it came, with times as text and without members that are null.
fn structure(service: &Service, name: &str, given: Map<String, Value>) -> Map<String, Value> {
    let known = service.members(Some(name));
    let mut out = Map::new();
    for (wire, value) in given {
        if value.is_null() {
            continue;
        }
        match known.iter().find(|member| member.wire() == wire) {
            Some(member) => {
                out.insert(member.name.to_owned(), incoming(service, member.kind, value));
            }
            // Newer than the table: kept as it is.
            None => {
                out.insert(wire, value);
            }
        }
    }
    out
}

fn incoming(service: &Service, kind: Kind, value: Value) -> Value {
    match (kind, value) {
        (Kind::Time(_), Value::Number(number)) => match time::of_number(&number) {
            Some(time) => Value::String(time::show(time)),
            None => Value::Number(number),
        },
        (Kind::Time(_), Value::String(text)) => Value::String(time::shown(&text)),
        (Kind::Shape(name), value) => match (service.shapes.get(name), value) {
            (Some(Shape::Struct(_)), Value::Object(given)) => {
                Value::Object(structure(service, name, given))
            }
            (Some(Shape::List { of, .. }), Value::Array(items)) => {
                items.into_iter().map(|item| incoming(service, *of, item)).collect()
            }
            (Some(Shape::Map { value: of, .. }), Value::Object(entries)) => Value::Object(
                entries.into_iter().map(|(k, v)| (k, incoming(service, *of, v))).collect(),
            ),
            (_, value) => value,
        },
        (_, value) => value,
    }
}

/// The code stands in a header or in the body, with a namespace before it or a link after it.
pub(super) fn refusal(reply: &Reply) -> Refusal {
    let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    let text = |names: &[&str]| {
        names.iter().find_map(|name| body.get(*name).and_then(Value::as_str)).unwrap_or_default()
    };
    let code =
        reply.header("x-amzn-errortype").unwrap_or_else(|| text(&["__type", "code", "Code"]));
    let code = code.split(':').next().unwrap_or_default();
    let code = code.rsplit('#').next().unwrap_or_default();
    Refusal {
        status: reply.status,
        code: code.to_owned(),
        message: text(&["message", "Message", "errorMessage"]).to_owned(),
    }
}
