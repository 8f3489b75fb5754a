//! The query protocol and its flavour for EC2: a form out, XML back.
//!
//! Lists are numbered from 1. Query puts a word between (`Names.member.1`), EC2 does not
//! (`VpcId.1`), and EC2 has names of its own, which begin with a capital.

use percent_encoding::utf8_percent_encode;
use serde_json::{Map, Value};

use super::super::operations::{Kind, Member, Operation, Protocol, Service, Shape, TimeFormat};
use super::Wire;
use super::scalar::{self, PLAIN};

pub(super) fn encode(
    service: &Service,
    operation: &Operation,
    request: &Map<String, Value>,
) -> Result<Wire, String> {
    let mut form = Form { service, pairs: Vec::new() };
    form.put("Action", operation.name);
    form.put("Version", service.version);
    form.members("", service.members(operation.input), request)?;
    let encoded = |text: &str| utf8_percent_encode(text, PLAIN).to_string();
    let pairs: Vec<String> = form
        .pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
        .collect();
    Ok(Wire {
        method: "POST",
        target: "/".to_owned(),
        headers: vec![(
            "content-type",
            "application/x-www-form-urlencoded; charset=utf-8".to_owned(),
        )],
        body: pairs.join("&").into_bytes(),
    })
}

struct Form<'a> {
    service: &'a Service,
    pairs: Vec<(String, String)>,
}

impl Form<'_> {
    fn put(&mut self, name: &str, value: &str) {
        self.pairs.push((name.to_owned(), value.to_owned()));
    }

    fn ec2(&self) -> bool {
        self.service.protocol == Protocol::Ec2
    }

    fn members(
        &mut self,
        prefix: &str,
        known: &[Member],
        given: &Map<String, Value>,
    ) -> Result<(), String> {
        for (name, value) in given.iter().filter(|(_, value)| !value.is_null()) {
            let Some(member) = known.iter().find(|member| member.name == name) else {
                return Err(format!("{name} is not in the model"));
            };
            let wire = self.name(member);
            let path = if prefix.is_empty() { wire } else { format!("{prefix}.{wire}") };
            self.value(&path, member.kind, value).map_err(|what| format!("{name}: {what}"))?;
        }
        Ok(())
    }

    fn name(&self, member: &Member) -> String {
        if !self.ec2() {
            return member.wire().to_owned();
        }
        if let Some(name) = member.query {
            return name.to_owned();
        }
        let mut letters = member.wire().chars();
        letters.next().map_or_else(String::new, |first| {
            first.to_ascii_uppercase().to_string() + letters.as_str()
        })
    }

    fn value(&mut self, path: &str, kind: Kind, value: &Value) -> Result<(), String> {
        let Kind::Shape(name) = kind else {
            let text = scalar::text(kind, value, TimeFormat::Iso)?;
            self.put(path, &text);
            return Ok(());
        };
        match (self.service.shapes.get(name), value) {
            (Some(Shape::Struct(known)), Value::Object(given)) => self.members(path, known, given),
            (Some(Shape::List { of, item, flat }), Value::Array(items)) => {
                self.list(path, *of, *item, *flat, items)
            }
            (Some(Shape::Map { value: of, names, flat }), Value::Object(entries)) => {
                let path = if *flat { path.to_owned() } else { format!("{path}.entry") };
                for (number, (key, value)) in (1..).zip(entries) {
                    self.put(&format!("{path}.{number}.{}", names.0), key);
                    self.value(&format!("{path}.{number}.{}", names.1), *of, value)?;
                }
                Ok(())
            }
            (Some(Shape::List { .. }), _) => Err("a list is wanted".to_owned()),
            _ => Err("an object is wanted".to_owned()),
        }
    }

    fn list(
        &mut self,
        path: &str,
        of: Kind,
        item: Option<&str>,
        flat: bool,
        items: &[Value],
    ) -> Result<(), String> {
        if items.is_empty() && !self.ec2() {
            // How an empty list is told from none.
            self.put(path, "");
        }
        let base = if self.ec2() {
            path.to_owned()
        } else if flat {
            match (item, path.rsplit_once('.')) {
                (Some(item), Some((front, _))) => format!("{front}.{item}"),
                (Some(item), None) => item.to_owned(),
                (None, _) => path.to_owned(),
            }
        } else {
            format!("{path}.{}", item.unwrap_or("member"))
        };
        for (number, value) in (1..).zip(items) {
            self.value(&format!("{base}.{number}"), of, value)?;
        }
        Ok(())
    }
}
