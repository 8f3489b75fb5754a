//! A form (`Filter.1.Value.2=x`) as the request that it stands for.
//!
//! A parameter that the model does not have is an error: real AWS ignores some and trips over
//! others, and a client of ours should send none.

use super::wire::{Kind, Member, Protocol, Service, Shape};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Reads `params` by the shape `kind`; the names that no member took come back beside it.
pub(super) fn read(
    service: &Service,
    protocol: Protocol,
    kind: &Kind,
    params: &BTreeMap<String, String>,
) -> (Value, Vec<String>) {
    let mut form = Form { service, protocol, params, taken: BTreeSet::new() };
    let value = form.value(kind, "").unwrap_or_else(|| Value::Object(Map::new()));
    let left = params.keys().filter(|name| !form.taken.contains(*name));
    let left = left.filter(|name| !matches!(name.as_str(), "Action" | "Version")).cloned();
    (value, left.collect())
}

struct Form<'a> {
    service: &'a Service,
    protocol: Protocol,
    params: &'a BTreeMap<String, String>,
    taken: BTreeSet<String>,
}

impl Form<'_> {
    fn value(&mut self, kind: &Kind, prefix: &str) -> Option<Value> {
        let service = self.service;
        match service.shape(kind) {
            Some(Shape::Structure(members)) => self.structure(members, prefix),
            Some(Shape::List { of, name, flat }) => self.list(of, name, *flat, prefix),
            Some(Shape::Map(_)) => None,
            None => {
                let text = self.params.get(prefix)?;
                self.taken.insert(prefix.to_owned());
                Some(scalar(kind, text))
            }
        }
    }

    fn structure(&mut self, members: &BTreeMap<String, Member>, prefix: &str) -> Option<Value> {
        let mut made = Map::new();
        for (name, member) in members {
            let below = join(prefix, &member.form);
            if self.has(&below)
                && let Some(value) = self.value(&member.kind, &below)
            {
                made.insert(name.clone(), value);
            }
        }
        (!made.is_empty()).then_some(Value::Object(made))
    }

    fn list(&mut self, of: &Kind, name: &str, flat: bool, prefix: &str) -> Option<Value> {
        let prefix = match self.protocol {
            Protocol::Ec2 => prefix.to_owned(),
            _ if flat => prefix.to_owned(),
            _ => join(prefix, name),
        };
        let mut made = Vec::new();
        for number in 1_usize.. {
            let below = join(&prefix, &number.to_string());
            if !self.has(&below) {
                break;
            }
            made.push(self.value(of, &below).unwrap_or(Value::Null));
        }
        (!made.is_empty()).then_some(Value::Array(made))
    }

    /// Whether there is a parameter called `name` or one below it.
    fn has(&self, name: &str) -> bool {
        let below = format!("{name}.");
        self.params.contains_key(name)
            || self.params.range(below.clone()..).next().is_some_and(|(k, _)| k.starts_with(&below))
    }
}

/// A value that travels as text, by its kind.
pub(super) fn scalar(kind: &Kind, text: &str) -> Value {
    match kind {
        Kind::Integer => text.parse::<i64>().map_or_else(|_| text.into(), Value::from),
        Kind::Float => text.parse::<f64>().map_or_else(|_| text.into(), Value::from),
        Kind::Boolean => text.parse::<bool>().map_or_else(|_| text.into(), Value::from),
        _ => Value::from(text),
    }
}

fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn decoded(service: &str, operation: &str, form: &[(&str, &str)]) -> (Value, Vec<String>) {
        let services = Service::all().unwrap();
        let service = services.iter().find(|found| found.name == service).unwrap();
        let params = form.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let kind = &service.operations[operation].input;
        read(service, service.protocols[0], kind, &params)
    }

    #[test]
    fn lists_of_query_have_a_member_and_lists_of_ec2_have_none() {
        let (request, left) = decoded(
            "elasticloadbalancing",
            "DescribeTags",
            &[("Action", "x"), ("ResourceArns.member.1", "a"), ("ResourceArns.member.2", "b")],
        );
        assert_eq!((request, left), (json!({"ResourceArns": ["a", "b"]}), vec![]));
        let (request, left) = decoded(
            "ec2",
            "DescribeVpcs",
            &[("Filter.1.Name", "vpc-id"), ("Filter.1.Value.1", "v"), ("MaxResults", "5")],
        );
        let wanted = json!({"Filters": [{"Name": "vpc-id", "Values": ["v"]}], "MaxResults": 5});
        assert_eq!((request, left), (wanted, vec![]));
    }

    #[test]
    fn a_parameter_that_the_model_does_not_have_is_told() {
        let form = [("Filters.1.Name", "vpc-id"), ("VpcId.1", "v"), ("VpcId.3", "w")];
        let (request, left) = decoded("ec2", "DescribeVpcs", &form);
        assert_eq!(request, json!({"VpcIds": ["v"]}));
        assert_eq!(left, ["Filters.1.Name", "VpcId.3"]);
    }
}
