//! How operations look on the wire: names, places and kinds, as AWS's own models state them.
//!
//! `wire.json` is made by `wire.py` out of botocore, so that the fake does not share a reading of
//! the models with the client that it tests.

use anyhow::{Context, Result};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A protocol that the fake speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    /// `POST /` with `X-Amz-Target`, JSON both ways.
    Json,
    /// `POST /` with a form, XML back.
    Query,
    /// The same in EC2's dialect: flat lists, no result element, errors of its own.
    Ec2,
    /// Method and path say the operation, JSON back.
    RestJson,
    /// Method and path say the operation, XML back.
    RestXml,
}

/// A service of the table.
#[derive(Debug)]
pub(super) struct Service {
    /// As IAM writes it, `elasticloadbalancing`.
    pub(super) name: String,
    pub(super) protocols: Vec<Protocol>,
    /// The name in the scope of a signature, `monitoring`.
    pub(super) signs: String,
    pub(super) xmlns: String,
    pub(super) version: String,
    /// What stands before the dot of `X-Amz-Target`.
    pub(super) target: String,
    pub(super) operations: BTreeMap<String, Operation>,
    shapes: BTreeMap<String, Shape>,
}

/// An operation of a service.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) name: String,
    /// Of the REST protocols only.
    pub(super) method: String,
    /// Of the REST protocols only: `/hostedzone/{Id}/rrset`.
    pub(super) uri: String,
    pub(super) input: Kind,
    pub(super) output: Kind,
    /// The element around a query answer, `DescribeTagsResult`.
    pub(super) wrapper: Option<String>,
    /// The answer where there is nothing.
    pub(super) empty: Map<String, Value>,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing of it decides bytes.
    Plain,
    Text,
    Integer,
    Float,
    Boolean,
    Blob,
    /// Seconds since 1970 as a number.
    Epoch,
    /// RFC 3339.
    Iso,
    /// A structure, list or map of the service's table.
    Shape(String),
}

/// A structure, list or map.
#[derive(Debug)]
pub(super) enum Shape {
    Structure(BTreeMap<String, Member>),
    List { of: Kind, name: String, flat: bool },
    Map(Kind),
}

/// A member of a structure.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) kind: Kind,
    /// Its name in XML, in a query string, in a path or in a header.
    pub(super) name: String,
    /// Its name in a form.
    pub(super) form: String,
    /// Whether it travels in a header, which of the answers served here none needs.
    pub(super) in_header: bool,
}

impl Service {
    /// The shape that `kind` names, if it names one.
    pub(super) fn shape(&self, kind: &Kind) -> Option<&Shape> {
        match kind {
            Kind::Shape(name) => self.shapes.get(name),
            _ => None,
        }
    }

    /// The operations and shapes of all services.
    pub(super) fn all() -> Result<Vec<Self>> {
        let table: BTreeMap<String, Value> = serde_json::from_str(include_str!("wire.json"))?;
        table.iter().map(|(name, service)| read_service(name, service)).collect()
    }
}

fn read_service(name: &str, value: &Value) -> Result<Service> {
    let protocols = list(&value["protocols"]).iter().map(protocol).collect::<Result<_>>()?;
    let operations = map(&value["operations"]).iter();
    let shapes = map(&value["shapes"]).iter();
    Ok(Service {
        name: name.to_owned(),
        protocols,
        signs: text(&value["signs"]),
        xmlns: text(&value["xmlns"]),
        version: text(&value["version"]),
        target: text(&value["target"]),
        operations: operations.map(|(name, raw)| (name.clone(), operation(name, raw))).collect(),
        shapes: shapes.map(|(name, raw)| (name.clone(), shape(raw))).collect(),
    })
}

fn protocol(value: &Value) -> Result<Protocol> {
    Ok(match value.as_str().context("a protocol is no text")? {
        "json" => Protocol::Json,
        "query" => Protocol::Query,
        "ec2" => Protocol::Ec2,
        "rest-json" => Protocol::RestJson,
        "rest-xml" => Protocol::RestXml,
        other => anyhow::bail!("wire.json has a protocol `{other}`"),
    })
}

fn operation(name: &str, raw: &Value) -> Operation {
    Operation {
        name: name.to_owned(),
        method: text(&raw["method"]),
        uri: text(&raw["uri"]),
        input: kind(&raw["in"]),
        output: kind(&raw["out"]),
        wrapper: raw["wrapper"].as_str().map(ToOwned::to_owned),
        empty: map(&raw["empty"]).clone(),
    }
}

fn shape(raw: &Value) -> Shape {
    if raw.get("list").is_some() {
        let flat = raw["flat"].as_bool().unwrap_or(false);
        return Shape::List { of: kind(&raw["list"]), name: text(&raw["name"]), flat };
    }
    if raw.get("map").is_some() {
        return Shape::Map(kind(&raw["map"]));
    }
    let members = map(&raw["of"]).iter().map(|(member, raw)| {
        let name = raw["name"].as_str().unwrap_or(member).to_owned();
        let form = raw["query"].as_str().unwrap_or(&name).to_owned();
        let in_header = raw["in"] == "header";
        (member.clone(), Member { kind: kind(&raw["is"]), name, form, in_header })
    });
    Shape::Structure(members.collect())
}

fn kind(raw: &Value) -> Kind {
    match raw.as_str() {
        None => Kind::Plain,
        Some("s") => Kind::Text,
        Some("i") => Kind::Integer,
        Some("f") => Kind::Float,
        Some("b") => Kind::Boolean,
        Some("B") => Kind::Blob,
        Some("tu") => Kind::Epoch,
        Some("ti" | "tr") => Kind::Iso,
        Some(name) => Kind::Shape(name.to_owned()),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn map(value: &Value) -> &Map<String, Value> {
    static EMPTY: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    value.as_object().unwrap_or(&EMPTY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_protocol_and_every_shape_of_the_table_is_read() {
        let services = Service::all().unwrap();
        for protocol in
            [Protocol::Json, Protocol::Query, Protocol::Ec2, Protocol::RestJson, Protocol::RestXml]
        {
            assert!(services.iter().any(|service| service.protocols.contains(&protocol)));
        }
        for service in &services {
            for operation in service.operations.values() {
                for kind in [&operation.input, &operation.output] {
                    let named = matches!(kind, Kind::Shape(_));
                    assert_eq!(service.shape(kind).is_some(), named, "{operation:?}");
                }
            }
        }
    }
}
