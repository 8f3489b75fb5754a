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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::operations::find;
    use model::ports::Call;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    /// Requests and answers of every operation, as botocore has them.
    static VECTORS: LazyLock<Vec<Value>> = LazyLock::new(|| {
        let text = include_str!("../../tests/aws/vectors.jsonl");
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    });

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "\\PC{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("\\PC{0,8}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    /// Puts `wild` where the walk by `path` ends in `value`.
    fn graft(value: &mut Value, path: &[usize], wild: Value) {
        let Some((&first, rest)) = path.split_first() else {
            *value = wild;
            return;
        };
        match value {
            Value::Object(map) if !map.is_empty() => {
                let at = first % map.len();
                if let Some(value) = map.values_mut().nth(at) {
                    graft(value, rest, wild);
                }
            }
            Value::Array(items) if !items.is_empty() => {
                let at = first % items.len();
                graft(&mut items[at], rest, wild);
            }
            _ => *value = wild,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Whatever stands in a request or an answer, it ends in a value or in a sentence.
        #[test]
        fn nothing_panics(
            pick in any::<prop::sample::Index>(),
            path in prop::collection::vec(0..20usize, 0..5),
            wild in any_json(),
            cut in any::<prop::sample::Index>(),
            noise in prop::collection::vec(any::<u8>(), 0..8),
        ) {
            let vector = pick.get(&VECTORS);
            let name = vector["operation"].as_str().unwrap();
            let (service, operation) = find(&Call::new(name, Value::Null)).unwrap();
            let mut request = vector["request"].clone();
            graft(&mut request, &path, wild.clone());
            let _ = encode(service, operation, &request);

            let text = vector["answer"].as_str().unwrap();
            let mut body = text.as_bytes().to_vec();
            let at = cut.index(body.len() + 1);
            body.splice(at..at, noise);
            for body in [body.clone(), body[..at].to_vec(), wild.to_string().into_bytes()] {
                let reply = Reply { status: 200, headers: Vec::new(), body };
                let _ = decode(service, operation, &reply);
                let _ = refusal(service, &reply);
            }
        }
    }
}
