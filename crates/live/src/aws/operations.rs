//! The table of operations: what Segue calls, and how each is spelled on the wire.
//!
//! `operations.txt` says which, `shapes.txt` says how; the second is made from AWS's own models by
//! `cargo xtask gen aws-shapes`, so that no name here comes from memory. It is read once.

mod read;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use model::ports::Call;

/// Services by the prefix that IAM uses.
static TABLE: LazyLock<BTreeMap<&'static str, Service>> =
    LazyLock::new(|| read::table(include_str!("shapes.txt")));

/// A service and what is called of it.
#[derive(Debug)]
pub(super) struct Service {
    /// The prefix by which IAM names it, `elasticloadbalancing`.
    pub(super) name: &'static str,
    pub(super) protocol: Protocol,
    /// The version of the API, `2015-12-01`.
    pub(super) version: &'static str,
    /// The first part of its host, `api.ecr`.
    pub(super) host: &'static str,
    /// Its name in signatures.
    pub(super) signing: &'static str,
    /// What stands before the operation in `X-Amz-Target`.
    pub(super) target: &'static str,
    /// The XML namespace of its requests.
    pub(super) namespace: Option<&'static str>,
    /// What settings of the AWS CLI call it, in whatever case: `Application_Auto_Scaling`. With
    /// underscores in `services` sections too, where `aws-config` would put hyphens for spaces.
    pub(super) id: &'static str,
    pub(super) operations: BTreeMap<&'static str, Operation>,
    pub(super) shapes: BTreeMap<&'static str, Shape>,
}

/// How a service is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    /// JSON in both directions, the operation in a header; with its version, `1.1`.
    Json(&'static str),
    /// A form out, XML back.
    Query,
    /// The same as EC2 has it: lists flattened, other names.
    Ec2,
    /// Method and path per operation, JSON bodies.
    RestJson,
    /// Method and path per operation, XML bodies.
    RestXml,
}

/// One operation.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) name: &'static str,
    /// It changes nothing.
    pub(super) reads: bool,
    pub(super) method: &'static str,
    /// `/2013-04-01/hostedzone/{Id}/rrset`.
    pub(super) path: &'static str,
    /// The shapes of request and answer.
    pub(super) input: Option<&'static str>,
    pub(super) output: Option<&'static str>,
    /// The XML element inside the root that holds the answer.
    pub(super) wrapper: Option<&'static str>,
    /// The root of an XML request.
    pub(super) root: Option<&'static str>,
    /// The member by which AWS knows a repetition.
    pub(super) token: Option<&'static str>,
}

/// A type that holds others.
#[derive(Debug)]
pub(super) enum Shape {
    Struct(Vec<Member>),
    /// The name that XML gives to an item, and whether items stand without an element around them.
    List {
        of: Kind,
        item: Option<&'static str>,
        flat: bool,
    },
    /// The XML names of an entry's two sides.
    Map {
        value: Kind,
        names: (&'static str, &'static str),
        flat: bool,
    },
}

/// A member of a structure.
#[derive(Debug)]
pub(super) struct Member {
    /// Its name in the model.
    pub(super) name: &'static str,
    pub(super) required: bool,
    pub(super) kind: Kind,
    pub(super) place: Place,
    /// Its name in requests of EC2, where that is no rule.
    pub(super) query: Option<&'static str>,
}

/// Where a member stands, and under which name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In the body, under its own name or this one.
    Body(Option<&'static str>),
    Path(&'static str),
    Query(&'static str),
    Header(&'static str),
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Int,
    Num,
    Bool,
    /// Bytes; base64 on both sides.
    Blob,
    /// A time; `None` has the format of the protocol.
    Time(Option<TimeFormat>),
    /// A policy of IAM: JSON that the answer packs into percent-encoded text.
    Policy,
    Any,
    Shape(&'static str),
}

/// How a time is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TimeFormat {
    Iso,
    Unix,
    Http,
}

impl Member {
    /// Its name in a body.
    pub(super) fn wire(&self) -> &'static str {
        match self.place {
            Place::Body(Some(name)) => name,
            _ => self.name,
        }
    }

    pub(super) fn in_body(&self) -> bool {
        matches!(self.place, Place::Body(_))
    }
}

impl Service {
    /// The members of the structure `name`; none if it is no structure.
    pub(super) fn members(&self, name: Option<&str>) -> &[Member] {
        match name.and_then(|name| self.shapes.get(name)) {
            Some(Shape::Struct(members)) => members,
            _ => &[],
        }
    }
}

/// The service and the operation that `call` names.
pub(super) fn find(call: &Call) -> Option<(&'static Service, &'static Operation)> {
    let service = TABLE.get(call.service())?;
    Some((service, service.operations.get(call.name())?))
}

/// Every service of the table.
pub(super) fn services() -> impl Iterator<Item = &'static Service> {
    TABLE.values()
}

/// Every operation of the table, `ecs:DescribeServices`, with whether it only reads.
pub fn known() -> impl Iterator<Item = (String, bool)> {
    TABLE.values().flat_map(|service| {
        let name = |operation: &Operation| format!("{}:{}", service.name, operation.name);
        service.operations.values().map(move |operation| (name(operation), operation.reads))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_that_is_named_is_there() {
        for service in TABLE.values() {
            let there = |name: &str| service.shapes.contains_key(name);
            let known = |kind: &Kind| !matches!(kind, Kind::Shape(name) if !there(name));
            for operation in service.operations.values() {
                for name in [operation.input, operation.output].into_iter().flatten() {
                    assert!(there(name), "{}: {name}", service.name);
                }
            }
            for (name, shape) in &service.shapes {
                let whole = match shape {
                    Shape::Struct(members) => members.iter().all(|member| known(&member.kind)),
                    Shape::List { of, .. } => known(of),
                    Shape::Map { value, .. } => known(value),
                };
                assert!(whole, "{}: {name}", service.name);
            }
        }
    }

    #[test]
    fn the_table_is_what_the_list_asks_for_and_answers_no_secret() {
        let mut listed = Vec::new();
        let mut service = "";
        for line in include_str!("operations.txt").lines().filter(|line| !line.starts_with('#')) {
            let mut words = line.split_whitespace();
            let Some(first) = words.next() else { continue };
            if line.starts_with(' ') {
                listed.extend(words.map(|name| (format!("{service}:{name}"), first == "read")));
            } else {
                service = first;
            }
        }
        listed.sort();
        let mut table: Vec<_> = known().collect();
        table.sort();
        assert_eq!(table, listed, "run cargo xtask gen aws-shapes");
        let secret =
            ["GetSecretValue", "GetParameter", "AccessKey", "AuthorizationToken", "Assume"];
        for (name, _) in table {
            let name = name.split(':').next_back().unwrap().to_owned();
            assert!(!secret.iter().any(|word| name.starts_with(word)), "{name}");
        }
    }
}
