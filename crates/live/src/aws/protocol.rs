//! From a call to the bytes of a request, and from the bytes of an answer to JSON.
//!
//! A file a protocol. What is wrong with a request is said before anything is sent: AWS ignores
//! many members that it does not know, and a misspelt one would silently not happen.

mod form;
mod json;
mod rest;
mod scalar;
mod xml;

use serde_json::{Map, Value};

use super::operations::{Operation, Protocol, Service};
use super::refusal::Refusal;

/// A request before it is signed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wire {
    pub(super) method: &'static str,
    /// Path and query, percent-encoded.
    pub(super) target: String,
    /// Lower-case names.
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
}

/// An answer as it came.
#[derive(Debug, Default)]
pub(super) struct Reply {
    pub(super) status: u16,
    /// Lower-case names.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Reply {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(given, _)| given == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// The request of `operation`, or what is wrong with `request`.
pub(super) fn encode(
    service: &Service,
    operation: &Operation,
    request: &Value,
) -> Result<Wire, String> {
    let empty = Map::new();
    let request = match request {
        Value::Object(members) => members,
        Value::Null => &empty,
        _ => return Err("it is not an object".to_owned()),
    };
    for member in service.members(operation.input).iter().filter(|member| member.required) {
        if request.get(member.name).is_none_or(Value::is_null) {
            return Err(format!("{} is missing", member.name));
        }
    }
    match service.protocol {
        Protocol::Json(version) => json::encode(service, operation, version, request),
        Protocol::Query | Protocol::Ec2 => form::encode(service, operation, request),
        Protocol::RestJson | Protocol::RestXml => rest::encode(service, operation, request),
    }
}

/// The answer under the names of the model, or what is wrong with it.
pub(super) fn decode(
    service: &Service,
    operation: &Operation,
    reply: &Reply,
) -> Result<Value, String> {
    match service.protocol {
        Protocol::Json(_) => json::decode(service, operation.output, reply).map(Value::Object),
        Protocol::Query | Protocol::Ec2 => {
            xml::decode(service, operation, reply).map(Value::Object)
        }
        Protocol::RestJson | Protocol::RestXml => rest::decode(service, operation, reply),
    }
}

/// What the service says that is wrong.
pub(super) fn refusal(service: &Service, reply: &Reply) -> Refusal {
    match service.protocol {
        Protocol::Json(_) | Protocol::RestJson => json::refusal(reply),
        Protocol::Query | Protocol::Ec2 | Protocol::RestXml => xml::refusal(reply),
    }
}
