//! Anti-unification: what sibling environments have in common, and what each has on its own.
//!
//! The common part is the base, the rest a strategic merge patch of each overlay. A text that holds
//! an environment word never enters the base, however many environments share it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// The outcome: what is common, and what each side has besides.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// In every side; `None` if they have nothing in common.
    pub base: Option<Value>,
    /// Beyond the base, in the order of the sides.
    pub rest: Vec<Option<Value>>,
}

/// How to compare.
pub struct Rules<'r> {
    /// True for text that must stay out of the base.
    pub specific: &'r dyn Fn(&str) -> bool,
    /// True for kinds whose lists kustomize merges by key; others are replaced whole.
    pub keyed_lists: bool,
}

/// Merge keys of the lists that occur, as the API's own schema has them
/// (`x-kubernetes-patch-merge-key`).
const MERGE_KEYS: &[(&str, &str)] = &[
    ("containers", "name"),
    ("initContainers", "name"),
    ("env", "name"),
    ("volumes", "name"),
    ("volumeMounts", "mountPath"),
    ("imagePullSecrets", "name"),
    ("hostAliases", "ip"),
    ("topologySpreadConstraints", "topologyKey"),
];

/// Splits `sides`, at least one.
pub fn split(sides: &[&Value], rules: &Rules<'_>) -> Split {
    at("", sides, rules)
}

fn at(field: &str, sides: &[&Value], rules: &Rules<'_>) -> Split {
    let maps: Vec<&Map<String, Value>> = sides.iter().filter_map(|side| side.as_object()).collect();
    if maps.len() == sides.len() && maps.iter().all(|map| !map.is_empty()) {
        return split_maps(&maps, rules);
    }
    if let Some(split) = split_keyed(field, sides, rules) {
        return split;
    }
    let first = sides[0];
    if sides.iter().all(|side| *side == first) && !holds_specific(first, rules) {
        Split { base: Some(first.clone()), rest: vec![None; sides.len()] }
    } else {
        Split { base: None, rest: sides.iter().map(|side| Some((*side).clone())).collect() }
    }
}

fn split_maps(maps: &[&Map<String, Value>], rules: &Rules<'_>) -> Split {
    let mut base = Map::new();
    let mut rest = vec![Map::new(); maps.len()];
    let mut keys: Vec<&String> = maps.iter().flat_map(|map| map.keys()).collect();
    keys.sort();
    keys.dedup();
    for key in keys {
        let values: Vec<&Value> = maps.iter().filter_map(|map| map.get(key)).collect();
        if values.len() == maps.len() {
            let split = at(key, &values, rules);
            if let Some(value) = split.base {
                base.insert(key.clone(), value);
            }
            for (side, value) in rest.iter_mut().zip(split.rest) {
                if let Some(value) = value {
                    side.insert(key.clone(), value);
                }
            }
        } else {
            for (side, map) in rest.iter_mut().zip(maps) {
                if let Some(value) = map.get(key) {
                    side.insert(key.clone(), value.clone());
                }
            }
        }
    }
    let whole = |map: Map<String, Value>| (!map.is_empty()).then_some(Value::Object(map));
    Split { base: whole(base), rest: rest.into_iter().map(whole).collect() }
}

/// Lists whose elements have names are split element by element, if all sides have the same ones
/// in the same order; kustomize would put a new element elsewhere.
fn split_keyed(field: &str, sides: &[&Value], rules: &Rules<'_>) -> Option<Split> {
    if !rules.keyed_lists {
        return None;
    }
    let (_, merge_key) = MERGE_KEYS.iter().find(|(name, _)| *name == field)?;
    let names: Vec<Vec<&str>> =
        sides.iter().map(|side| names_of(side, merge_key)).collect::<Option<_>>()?;
    let first = names.first()?;
    let distinct = first.iter().collect::<std::collections::BTreeSet<_>>().len() == first.len();
    if !distinct
        || first.is_empty()
        || names.iter().any(|other| other != first)
        || first.iter().any(|name| (rules.specific)(name))
    {
        return None;
    }
    let mut base = Vec::new();
    let mut rest: Vec<Vec<Value>> = vec![Vec::new(); sides.len()];
    for (index, name) in first.iter().enumerate() {
        let elements: Vec<&Value> = sides.iter().map(|side| &side[index]).collect();
        let split = at("", &elements, rules);
        let mut common = split.base.unwrap_or_else(|| Value::Object(Map::new()));
        common[*merge_key] = Value::from(*name);
        base.push(common);
        for (side, value) in rest.iter_mut().zip(split.rest) {
            if let Some(mut value) = value {
                value[*merge_key] = Value::from(*name);
                side.push(value);
            }
        }
    }
    let whole = |list: Vec<Value>| (!list.is_empty()).then_some(Value::Array(list));
    Some(Split { base: Some(Value::Array(base)), rest: rest.into_iter().map(whole).collect() })
}

fn names_of<'v>(list: &'v Value, merge_key: &str) -> Option<Vec<&'v str>> {
    list.as_array()?.iter().map(|element| element.get(merge_key)?.as_str()).collect()
}

fn holds_specific(value: &Value, rules: &Rules<'_>) -> bool {
    match value {
        Value::String(text) => (rules.specific)(text),
        Value::Array(list) => list.iter().any(|item| holds_specific(item, rules)),
        Value::Object(map) => {
            map.iter().any(|(key, item)| (rules.specific)(key) || holds_specific(item, rules))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Splits flat settings: common ones that may enter the base, and the others of each side.
pub fn split_settings(
    sides: &[&BTreeMap<String, String>],
    specific: &dyn Fn(&str) -> bool,
) -> (BTreeMap<String, String>, Vec<BTreeMap<String, String>>) {
    let mut base = BTreeMap::new();
    let Some(first) = sides.first() else { return (base, Vec::new()) };
    for (key, value) in *first {
        let everywhere = sides.iter().all(|side| side.get(key) == Some(value));
        if everywhere && !specific(value) && !specific(key) {
            base.insert(key.clone(), value.clone());
        }
    }
    let rest = sides.iter().map(|side| {
        side.iter()
            .filter(|(key, _)| !base.contains_key(*key))
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect()
    });
    let rest = rest.collect();
    (base, rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn merge(base: Option<&Value>, patch: Option<&Value>) -> Value {
        match (base, patch) {
            (Some(Value::Object(base)), Some(Value::Object(patch))) => {
                let mut out = base.clone();
                for (key, value) in patch {
                    let merged = merge(base.get(key), Some(value));
                    out.insert(key.clone(), merged);
                }
                Value::Object(out)
            }
            (Some(Value::Array(base)), Some(Value::Array(patch)))
                if base.iter().all(|e| e.get("name").is_some()) =>
            {
                let mut out = base.clone();
                for element in patch {
                    match out.iter_mut().find(|e| e["name"] == element["name"]) {
                        Some(present) => *present = merge(Some(&present.clone()), Some(element)),
                        None => out.push(element.clone()),
                    }
                }
                Value::Array(out)
            }
            (Some(base), None) => base.clone(),
            (_, Some(patch)) => patch.clone(),
            (None, None) => Value::Null,
        }
    }

    fn check(sides: &[Value]) {
        let rules = Rules { specific: &|text| text.contains("dev"), keyed_lists: true };
        let split = split(&sides.iter().collect::<Vec<_>>(), &rules);
        assert!(!split.base.as_ref().is_some_and(|base| base.to_string().contains("dev")));
        for (side, rest) in sides.iter().zip(&split.rest) {
            assert_eq!(&merge(split.base.as_ref(), rest.as_ref()), side);
        }
    }

    #[test]
    fn base_and_patch_give_back_each_side() {
        check(&[
            json!({"a": 1, "containers": [{"name": "x", "image": "i", "env": [{"name": "E", "value": "dev"}]}]}),
            json!({"a": 1, "b": 2, "containers": [{"name": "x", "image": "i", "env": [{"name": "E", "value": "prod"}]}]}),
        ]);
        check(&[json!({"host": "dev.example.com", "same": true})]);
    }

    fn tree() -> impl Strategy<Value = Value> {
        let leaf =
            prop_oneof![any::<bool>().prop_map(Value::from), "[a-c]|dev".prop_map(Value::from)];
        leaf.prop_recursive(3, 16, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::btree_map("[p-r]", inner, 1..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_trees_come_back(one in tree(), two in tree()) {
            check(&[json!({"k": one.clone(), "same": two.clone()}), json!({"k": two.clone(), "same": two})]);
        }
    }
}
