//! REST: method and path per operation, members in path, query, headers and body.

use percent_encoding::utf8_percent_encode;
use serde_json::{Map, Value};

use super::super::operations::{
    Kind, Member, Operation, Place, Protocol, Service, Shape, TimeFormat,
};
use super::scalar::{self, PLAIN};
use super::{Reply, Wire, json, xml};

pub(super) fn encode(
    service: &Service,
    operation: &Operation,
    request: &Map<String, Value>,
) -> Result<Wire, String> {
    let known = service.members(operation.input);
    let mut target = path(service, operation, known, request)?;
    let query = query(service, known, request)?;
    if !query.is_empty() {
        target.push(if target.contains('?') { '&' } else { '?' });
        target.push_str(&query);
    }
    let mut headers = Vec::new();
    for member in known {
        if let (Place::Header(name), Some(value)) = (member.place, given(request, member)) {
            headers.push((name, scalar::text(member.kind, value, TimeFormat::Http)?));
        }
    }
    // Whatever the request has must be in the model, also for operations without a body.
    let members = json::members(service, known, request)?;
    let has_body = known.iter().any(Member::in_body) && operation.method != "GET";
    let body = match (has_body, service.protocol) {
        (false, _) => Vec::new(),
        (true, Protocol::RestXml) => {
            headers.push(("content-type", "application/xml".to_owned()));
            xml::encode(service, operation, request)?.into_bytes()
        }
        (true, _) => {
            headers.push(("content-type", "application/json".to_owned()));
            Value::Object(members).to_string().into_bytes()
        }
    };
    Ok(Wire { method: operation.method, target, headers, body })
}

fn given<'a>(request: &'a Map<String, Value>, member: &Member) -> Option<&'a Value> {
    request.get(member.name).filter(|value| !value.is_null())
}

/// The path with its `{labels}` filled.
fn path(
    service: &Service,
    operation: &Operation,
    known: &[Member],
    request: &Map<String, Value>,
) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = operation.path;
    while let Some((before, after)) = rest.split_once('{') {
        let (label, tail) = after.split_once('}').unwrap_or((after, ""));
        let (label, greedy) = label.strip_suffix('+').map_or((label, false), |label| (label, true));
        out.push_str(before);
        let member = known.iter().find(|member| member.place == Place::Path(label));
        let text = match member.and_then(|member| Some((member, given(request, member)?))) {
            Some((member, value)) => scalar::text(member.kind, value, TimeFormat::Iso)?,
            None => String::new(),
        };
        // Route 53 answers `/hostedzone/Z1` and wants `Z1`.
        let text = match service.name {
            "route53" => text.rsplit('/').next().unwrap_or_default(),
            _ => text.as_str(),
        };
        if text.is_empty() || text == "." || text == ".." {
            return Err(format!("{label} has no place in a path"));
        }
        let parts: Vec<&str> = if greedy { text.split('/').collect() } else { vec![text] };
        let parts: Vec<String> =
            parts.into_iter().map(|part| utf8_percent_encode(part, PLAIN).to_string()).collect();
        out.push_str(&parts.join("/"));
        rest = tail;
    }
    out.push_str(rest);
    Ok(out)
}

/// What stands behind the question mark.
fn query(
    service: &Service,
    known: &[Member],
    request: &Map<String, Value>,
) -> Result<String, String> {
    let mut pairs = Vec::new();
    for member in known {
        let (Place::Query(name), Some(value)) = (member.place, given(request, member)) else {
            continue;
        };
        let (kind, values) = match (member.kind, value) {
            (Kind::Shape(shape), Value::Array(items)) => match service.shapes.get(shape) {
                Some(Shape::List { of, .. }) => (*of, items.iter().collect()),
                _ => return Err(format!("{}: a text is wanted", member.name)),
            },
            (kind, value) => (kind, vec![value]),
        };
        for value in values {
            let text = scalar::text(kind, value, TimeFormat::Iso)
                .map_err(|what| format!("{}: {what}", member.name))?;
            pairs.push(format!("{name}={}", utf8_percent_encode(&text, PLAIN)));
        }
    }
    Ok(pairs.join("&"))
}

pub(super) fn decode(
    service: &Service,
    operation: &Operation,
    reply: &Reply,
) -> Result<Value, String> {
    let mut out = match service.protocol {
        Protocol::RestXml => xml::decode(service, operation, reply)?,
        _ => json::decode(service, operation.output, reply)?,
    };
    for member in service.members(operation.output) {
        let Place::Header(name) = member.place else { continue };
        if let Some(text) = reply.header(&name.to_ascii_lowercase()) {
            out.insert(member.name.to_owned(), scalar::value(member.kind, text.to_owned()));
        }
    }
    Ok(Value::Object(out))
}
