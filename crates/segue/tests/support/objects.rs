//! Two generated repositories, object by object and field by field.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use xtask::moto::How;

use super::repository::Repository;

/// Where an object is rendered, its kind, and its name with its namespace.
pub(crate) type Place = (String, String, String);

/// A field in which two objects differ.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Difference {
    pub(crate) place: Place,
    pub(crate) field: String,
    pub(crate) how: How,
    /// Both values, cut short.
    pub(crate) values: (String, String),
}

/// Every object of every folder that is rendered, and what `plan/inventory.json` says each thing of
/// AWS is; `back` has the ids of moto with those that stand for them.
pub(crate) fn objects(
    repository: &Repository,
    back: &BTreeMap<&str, &str>,
) -> BTreeMap<Place, Value> {
    let mut all = Vec::new();
    for (folder, rendered) in repository.rendered() {
        all.extend(rendered.objects.iter().map(|object| (folder.clone(), object.clone())));
    }
    let inventory = std::fs::read(repository.path("plan/inventory.json")).unwrap();
    let inventory: Vec<Value> = serde_json::from_slice(&inventory).unwrap();
    assert!(inventory.len() > 200, "{} things", inventory.len());
    for thing in inventory {
        let (service, environment) = (&thing["service"], &thing["environment"]);
        let says = json!({"kind": thing["kind"], "metadata": {"name": thing["name"]},
            "service": service, "environment": environment});
        all.push(("plan".to_owned(), says));
    }
    let mut text = json!(all).to_string();
    let mut ids: Vec<(&&str, &&str)> = back.iter().collect();
    ids.sort_by_key(|(made, _)| std::cmp::Reverse(made.len()));
    for (made, recorded) in ids {
        if text.contains(*made) {
            text = text.replace(*made, recorded);
        }
    }
    let all: Vec<(String, Value)> = serde_json::from_str(&text).unwrap();
    let mut objects: BTreeMap<Place, Value> = BTreeMap::new();
    for (folder, object) in all {
        let said = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let meta = &object["metadata"];
        let name = format!("{} {}", said(&meta["name"]), said(&meta["namespace"]));
        let mut place = (folder, said(&object["kind"]), name.trim_end().to_owned());
        // Two things of AWS may have one name, in two clusters.
        while objects.contains_key(&place) {
            place.2.push('\'');
        }
        objects.insert(place, object);
    }
    objects
}

/// Every field that only one of the two has, or that has another value in each.
pub(crate) fn differences(
    one: &BTreeMap<Place, Value>,
    other: &BTreeMap<Place, Value>,
) -> Vec<Difference> {
    let mut all = Vec::new();
    for place in one.keys().chain(other.keys()).collect::<BTreeSet<_>>() {
        let mut walk = Walk { place, all: &mut all };
        match (one.get(place), other.get(place)) {
            (Some(one), Some(other)) => walk.value(one, other, ""),
            (one, other) => walk.note(one, other, ""),
        }
    }
    all
}

struct Walk<'a> {
    place: &'a Place,
    all: &'a mut Vec<Difference>,
}

impl Walk<'_> {
    fn value(&mut self, one: &Value, other: &Value, field: &str) {
        match (one, other) {
            _ if one == other => {}
            (Value::Object(left), Value::Object(right)) => {
                for name in left.keys().chain(right.keys()).collect::<BTreeSet<_>>() {
                    let below = format!("{field}/{name}");
                    self.either(left.get(name), right.get(name), &below);
                }
            }
            (Value::Array(left), Value::Array(right)) => self.list(left, right, field),
            _ => self.note(Some(one), Some(other), field),
        }
    }

    /// A map that one side lacks is looked into: each of its fields is a difference of its own.
    fn either(&mut self, one: Option<&Value>, other: Option<&Value>, field: &str) {
        match (one, other) {
            (Some(one), Some(other)) => self.value(one, other, field),
            (Some(map @ Value::Object(_)), None) => self.value(map, &json!({}), field),
            (None, Some(map @ Value::Object(_))) => self.value(&json!({}), map, field),
            _ => self.note(one, other, field),
        }
    }

    fn list(&mut self, left: &[Value], right: &[Value], field: &str) {
        let field = format!("{field}[]");
        let (ours, theirs) = (keyed(left), keyed(right));
        for key in ours.keys().chain(theirs.keys()).collect::<BTreeSet<_>>() {
            match (ours.get(key), theirs.get(key)) {
                (Some(one), Some(other)) => self.value(one, other, &field),
                (one, other) => self.note(one.copied(), other.copied(), &field),
            }
        }
        // Load balancers take the first rule that fits.
        let order = |items: &[Value], among: &BTreeMap<String, &Value>| -> Vec<String> {
            keys(items).into_iter().filter(|key| among.contains_key(key)).collect()
        };
        let (one, other) = (order(left, &theirs), order(right, &ours));
        if one != other {
            self.note(Some(&json!(one)), Some(&json!(other)), &format!("{field} order"));
        }
    }

    fn note(&mut self, one: Option<&Value>, other: Option<&Value>, field: &str) {
        let short = |value: Option<&Value>| -> String {
            value.map(Value::to_string).unwrap_or_default().chars().take(200).collect()
        };
        self.all.push(Difference {
            place: self.place.clone(),
            field: field.to_owned(),
            how: match (one, other) {
                (Some(_), None) => How::Lost,
                (None, _) => How::Invented,
                (Some(_), Some(_)) => How::Changed,
            },
            values: (short(one), short(other)),
        });
    }
}

fn keyed(items: &[Value]) -> BTreeMap<String, &Value> {
    keys(items).into_iter().zip(items).collect()
}

/// What each item of a list is known by: its name, its host, where it leads, or all of it; the
/// second of a key is told from the first.
fn keys(items: &[Value]) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let numbered = |item: &Value| {
        let known = [&item["name"], &item["host"], &item["backend"]["service"]["name"]];
        let key = match known.into_iter().find_map(Value::as_str) {
            Some(name) => format!("{name} {}", item["path"]),
            None if item["http"].is_object() => "every host".to_owned(),
            None => item.to_string(),
        };
        let count = seen.entry(key.clone()).or_default();
        *count += 1;
        format!("{key} {count}")
    };
    items.iter().map(numbered).collect()
}
