//! XML: the answers of query, EC2 and REST-XML, and the requests of REST-XML.
//!
//! An answer is read into a small tree first, bounded in depth, and the tree into JSON by the shapes.

mod tree;

use serde_json::{Map, Value};

use super::super::operations::{Kind, Member, Operation, Protocol, Service, Shape, TimeFormat};
use super::super::refusal::Refusal;
use super::Reply;
use super::scalar;
use tree::Element;

/// What stands beside the answer and belongs to no model.
const ENVELOPE: [&str; 3] = ["ResponseMetadata", "requestId", "RequestId"];

pub(super) fn decode(
    service: &Service,
    operation: &Operation,
    reply: &Reply,
) -> Result<Map<String, Value>, String> {
    let Some(output) = operation.output else { return Ok(Map::new()) };
    if reply.body.trim_ascii().is_empty() && service.protocol == Protocol::RestXml {
        return Ok(Map::new());
    }
    let root = tree::read(&reply.body)?;
    // Tells AWS from a page of a proxy, without minding how an imitation names its root.
    if !root.name.ends_with("Response") {
        return Err(format!("its root is <{}>", root.name));
    }
    let answer = operation.wrapper.and_then(|name| root.child(name)).unwrap_or(&root);
    Ok(structure(service, service.members(Some(output)), answer))
}

fn structure(service: &Service, known: &[Member], from: &Element) -> Map<String, Value> {
    let mut out = Map::new();
    for member in known.iter().filter(|member| member.in_body()) {
        if let Some(value) = member_value(service, member, from) {
            out.insert(member.name.to_owned(), value);
        }
    }
    // Newer than the table: kept, as far as it can be told what it is.
    for child in &from.children {
        let is_known = known.iter().any(|member| {
            member.wire() == child.name || flat(service, member) == Some(&child.name)
        });
        if !is_known && !ENVELOPE.contains(&child.name.as_str()) {
            out.entry(child.name.clone()).or_insert_with(|| untold(child));
        }
    }
    out
}

/// The name of the items of a list that stands without an element around it.
fn flat(service: &Service, member: &Member) -> Option<&'static str> {
    let Kind::Shape(name) = member.kind else { return None };
    match service.shapes.get(name)? {
        Shape::List { flat: true, item, .. } => *item,
        _ => None,
    }
}

fn member_value(service: &Service, member: &Member, from: &Element) -> Option<Value> {
    if let Kind::Shape(name) = member.kind {
        match service.shapes.get(name) {
            Some(Shape::List { of, item, flat: true }) => {
                let name = item.unwrap_or(member.wire());
                let items: Vec<Value> =
                    from.named(name).map(|item| value(service, *of, item)).collect();
                return (!items.is_empty()).then_some(Value::Array(items));
            }
            Some(Shape::Map { value: of, names, flat: true }) => {
                let entries = from.named(member.wire());
                let map = entries.filter_map(|entry| pair(service, *of, *names, entry)).collect();
                return from.child(member.wire()).map(|_| Value::Object(map));
            }
            _ => {}
        }
    }
    from.child(member.wire()).map(|element| value(service, member.kind, element))
}

fn value(service: &Service, kind: Kind, from: &Element) -> Value {
    let Kind::Shape(name) = kind else { return scalar::value(kind, from.text.clone()) };
    match service.shapes.get(name) {
        Some(Shape::Struct(known)) => Value::Object(structure(service, known, from)),
        Some(Shape::List { of, .. }) => {
            from.children.iter().map(|item| value(service, *of, item)).collect()
        }
        Some(Shape::Map { value: of, names, .. }) => {
            let entries = from.children.iter();
            Value::Object(entries.filter_map(|entry| pair(service, *of, *names, entry)).collect())
        }
        None => untold(from),
    }
}

fn pair(
    service: &Service,
    of: Kind,
    names: (&str, &str),
    entry: &Element,
) -> Option<(String, Value)> {
    let key = entry.child(names.0)?.text.clone();
    Some((key, entry.child(names.1).map_or(Value::Null, |element| value(service, of, element))))
}

/// An element that no model describes: text, a list by the usual names of items, or an object.
fn untold(from: &Element) -> Value {
    if from.children.is_empty() {
        return Value::String(from.text.clone());
    }
    if from.children.iter().all(|child| child.name == "member" || child.name == "item") {
        return from.children.iter().map(untold).collect();
    }
    Value::Object(from.children.iter().map(|child| (child.name.clone(), untold(child))).collect())
}

/// `<ErrorResponse><Error><Code>`, EC2's `<Response><Errors><Error><Code>`, or, in Route 53, an
/// element with the name of the code and a list of messages.
pub(super) fn refusal(reply: &Reply) -> Refusal {
    let Ok(root) = tree::read(&reply.body) else {
        return Refusal { status: reply.status, ..Refusal::default() };
    };
    let text = |name: &str| root.find(name).map(|element| element.text.trim().to_owned());
    Refusal {
        status: reply.status,
        code: text("Code").unwrap_or_else(|| root.name.clone()),
        message: text("Message").unwrap_or_default(),
    }
}

/// The body of a REST-XML request.
pub(super) fn encode(
    service: &Service,
    operation: &Operation,
    request: &Map<String, Value>,
) -> Result<String, String> {
    let root = operation.root.unwrap_or(operation.name);
    let namespace = service.namespace.unwrap_or_default();
    let mut out = format!("<{root} xmlns=\"{namespace}\">");
    inside(service, service.members(operation.input), request, &mut out)?;
    close(&mut out, root);
    Ok(out)
}

fn inside(
    service: &Service,
    known: &[Member],
    given: &Map<String, Value>,
    out: &mut String,
) -> Result<(), String> {
    if let Some(name) = given.keys().find(|name| !known.iter().any(|member| member.name == **name))
    {
        return Err(format!("{name} is not in the model"));
    }
    for member in known.iter().filter(|member| member.in_body()) {
        if let Some(value) = given.get(member.name).filter(|value| !value.is_null()) {
            element(service, member.wire(), member.kind, value, out)
                .map_err(|what| format!("{}: {what}", member.name))?;
        }
    }
    Ok(())
}

fn element(
    service: &Service,
    name: &str,
    kind: Kind,
    value: &Value,
    out: &mut String,
) -> Result<(), String> {
    let Kind::Shape(shape) = kind else {
        let text = scalar::text(kind, value, TimeFormat::Iso)?;
        let text = quick_xml::escape::escape(text.as_str());
        open(out, name);
        out.push_str(&text);
        close(out, name);
        return Ok(());
    };
    match (service.shapes.get(shape), value) {
        (Some(Shape::Struct(known)), Value::Object(given)) => {
            open(out, name);
            inside(service, known, given, out)?;
            close(out, name);
            Ok(())
        }
        (Some(Shape::List { of, item, flat: true }), Value::Array(items)) => items
            .iter()
            .try_for_each(|value| element(service, item.unwrap_or(name), *of, value, out)),
        (Some(Shape::List { of, item, flat: false }), Value::Array(items)) => {
            open(out, name);
            for value in items {
                element(service, item.unwrap_or("member"), *of, value, out)?;
            }
            close(out, name);
            Ok(())
        }
        (Some(Shape::List { .. }), _) => Err("a list is wanted".to_owned()),
        (Some(Shape::Map { .. }), _) => Err("no request of XML has a map".to_owned()),
        _ => Err("an object is wanted".to_owned()),
    }
}

fn open(out: &mut String, name: &str) {
    out.extend(["<", name, ">"]);
}

fn close(out: &mut String, name: &str) {
    out.extend(["</", name, ">"]);
}
