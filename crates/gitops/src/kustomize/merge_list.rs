//! Lists whose elements are merged by a key, or by several.

use super::super::schema::{Schema, Type};
use super::{
    DIRECTIVE, Directive, Side, alone as element_alone, directive as map_directive, is_map, named,
    walk,
};
use crate::yaml::node::set_field;
use crate::yaml::{List, Node, Scalar, Tag};

/// The values of the merge keys of an element, empty where it has none.
type Values = Vec<String>;

/// Reads and takes out what a patch says about a list: an element that has nothing but `$patch`.
pub(super) fn directive(patch: &mut List) -> Result<Directive, String> {
    let first =
        patch.iter().find_map(|item| item.as_map().filter(|map| map.contains_key(DIRECTIVE)));
    let Some(map) = first.filter(|map| map.len() == 1) else {
        return Ok(Directive::Merge);
    };
    let text = map.get(DIRECTIVE).map_or("", Node::text).to_owned();
    let found = named(&text)?;
    patch.retain(|item| {
        let says = item.get(DIRECTIVE).map(Node::text) == Some(text.as_str());
        !(says || item.is_null() || is_map(item) && item.is_nothing())
    });
    Ok(found)
}

/// A list that only one of the trees has.
pub(super) fn alone(
    items: List,
    side: Side,
    keys: &'static [&'static str],
    element: &'static Type,
) -> Result<Node, String> {
    let (flow, dest) = (items.flow, items.into_items());
    let element = Schema::Object(element);
    let merged = Merge { dest, patch: None, side, keys: effective(keys), element }.run()?;
    Ok(Node::Seq(List::from(merged).with_flow(flow)))
}

/// A list that both trees have.
pub(super) fn merge(
    dest: List,
    patch: List,
    keys: &'static [&'static str],
    element: &'static Type,
) -> Result<Node, String> {
    let element = Schema::Object(element);
    let (dest, patch) = (dest.into_items(), Some(patch.into_items()));
    let keys = effective(keys);
    let merged = Merge { dest, patch, side: Side::Object, keys, element }.run()?;
    Ok(Node::Seq(merged.into()))
}

/// Lists of single values are merged by the value itself, which goes by the empty key.
fn effective(keys: &'static [&'static str]) -> &'static [&'static str] {
    if keys.is_empty() { &[""] } else { keys }
}

struct Merge {
    dest: Vec<Node>,
    patch: Option<Vec<Node>>,
    /// Whose list it is when there is only one.
    side: Side,
    keys: &'static [&'static str],
    element: Schema,
}

impl Merge {
    fn run(mut self) -> Result<Vec<Node>, String> {
        let mut list = self.all_values();
        if self.keys.len() > 1 {
            unify(&mut list);
        }
        let mut merged: Vec<Node> = Vec::new();
        let mut keys: Vec<&'static str> = Vec::new();
        for at in 0..list.len() {
            let values;
            (keys, values) = used(&list, &list[at], self.keys);
            let Some(element) = self.element(&keys, &values)? else {
                set(&mut self.dest, None, &keys, &values)?;
                continue;
            };
            set(&mut merged, Some(element), &keys, &values)?;
        }
        if list.is_empty() {
            return Ok(self.dest);
        }
        append(&mut merged, self.dest, &keys)?;
        Ok(merged)
    }

    /// The keys of all elements, those of the patch first.
    fn all_values(&self) -> Vec<Values> {
        let mut list: Vec<Values> = Vec::new();
        for item in self.patch.iter().flatten().chain(&self.dest) {
            let values: Values = self.keys.iter().map(|key| value(item, key).to_owned()).collect();
            if !list.contains(&values) {
                list.push(values);
            }
        }
        list
    }

    /// The merged element with these keys; that of the object is edited in place too.
    fn element(
        &mut self,
        keys: &[&'static str],
        values: &[String],
    ) -> Result<Option<Node>, String> {
        let own = [values.to_vec()];
        let (search_keys, search_values) = used(&own, values, keys);
        let place = find(&self.dest, &search_keys, &search_values);
        let patch_place =
            self.patch.as_ref().and_then(|patch| find(patch, &search_keys, &search_values));
        let dest = place.map(|at| self.dest[at].clone());
        let patch = self.patch.as_mut().zip(patch_place).map(|(patch, at)| &mut patch[at]);
        let whole = patch.as_deref().cloned();
        // A directive works once, should the keys of two elements have become the same.
        let directive = patch.and_then(Node::as_map_mut).map(map_directive);
        let replaces = matches!(directive, Some(Ok(Directive::Replace)));
        let found = match (dest, self.side) {
            (Some(dest), Side::Patch) => element_alone(dest, Side::Patch, Some(self.element))?,
            (dest, _) => walk(dest, whole, Some(self.element))?,
        };
        let found = found.filter(|node| !(node.is_null() || is_map(node) && node.is_nothing()));
        let Some(mut found) = found else {
            return Ok(None);
        };
        name(&mut found, keys, values);
        match place {
            // What replaces an element leaves the old one in the list, which comes back later.
            Some(_) if replaces && self.side == Side::Object => {}
            Some(at) => self.dest[at] = found.clone(),
            None => {}
        }
        Ok(Some(found))
    }
}

/// Makes sure that the element has its keys.
fn name(element: &mut Node, keys: &[&'static str], values: &[String]) {
    for (key, value) in keys.iter().zip(values).filter(|(_, value)| !value.is_empty()) {
        match element {
            Node::Map(map) if !map.contains_key(*key) => {
                set_field(map, key, Scalar::untagged(value.as_str()));
            }
            Node::Scalar(scalar) if key.is_empty() => scalar.tag = Tag::Empty,
            Node::Map(_) | Node::Scalar(_) | Node::Seq(_) => {}
        }
    }
}

/// The value of a key; the element itself for the empty key.
fn value<'n>(item: &'n Node, key: &str) -> &'n str {
    if key.is_empty() {
        return item.text();
    }
    item.get(key).filter(|value| !value.is_nothing()).map_or("", Node::text)
}

/// Fills up keys that one element has and a matching one has not.
fn unify(list: &mut [Values]) {
    for i in 0..list.len() {
        let own = list[i].clone();
        for j in 0..list.len() {
            if let Some(united) = united(&own, &list[j]) {
                list[i].clone_from(&united);
                list[j] = united;
            }
        }
    }
}

/// Two elements are the same when a key agrees and none contradicts.
fn united(a: &[String], b: &[String]) -> Option<Values> {
    let contradicts = a.iter().zip(b).any(|(a, b)| a != b && !a.is_empty() && !b.is_empty());
    let agrees = a.iter().zip(b).any(|(a, b)| a == b);
    if contradicts || !agrees {
        return None;
    }
    Some(a.iter().zip(b).map(|(a, b)| if a.is_empty() { b.clone() } else { a.clone() }).collect())
}

/// The keys that any element of the list uses, with the values of one of them.
fn used(list: &[Values], values: &[String], keys: &[&'static str]) -> (Vec<&'static str>, Values) {
    let in_use =
        |at: usize| list.iter().any(|values| values.get(at).is_some_and(|value| !value.is_empty()));
    if !(0..keys.len()).any(in_use) {
        return (keys.to_vec(), values.to_vec());
    }
    let kept: Vec<usize> = (0..keys.len()).filter(|at| in_use(*at)).collect();
    let values = kept.iter().map(|at| values.get(*at).cloned().unwrap_or_default()).collect();
    (kept.into_iter().map(|at| keys[at]).collect(), values)
}

/// The first element whose keys have exactly these values.
fn find(items: &[Node], keys: &[&str], values: &[String]) -> Option<usize> {
    if keys.first().is_none_or(|key| key.is_empty()) {
        let wanted = values.first().map_or("", String::as_str);
        return items.iter().position(|item| item.text() == wanted);
    }
    items.iter().position(|item| {
        keys.iter()
            .zip(values)
            .all(|(key, value)| item.get(key).is_some_and(|node| node.text() == value))
    })
}

/// Replaces the element with these keys, or adds it; without an element, takes it out. Elements
/// without content go in any case, and those without any key when no value is given.
fn set(
    items: &mut Vec<Node>,
    element: Option<Node>,
    keys: &[&str],
    values: &[String],
) -> Result<(), String> {
    let by_key = keys.first().is_some_and(|key| !key.is_empty())
        && values.first().is_some_and(|value| !value.is_empty());
    let mut kept = Vec::with_capacity(items.len() + 1);
    let mut found = false;
    for item in items.drain(..) {
        if item.is_null() || (is_map(&item) && item.is_nothing()) {
            continue;
        }
        if by_key && !is_map(&item) {
            kept.push(item);
        } else if !fits(&item, keys, values)? {
            if !values.is_empty() {
                kept.push(item);
            }
        } else {
            found = true;
            kept.extend(element.clone());
        }
    }
    if !found {
        kept.extend(element.filter(|element| !element.is_null()));
    }
    *items = kept;
    Ok(())
}

/// Whether the element has these keys; an empty value stands for any.
fn fits(item: &Node, keys: &[&str], values: &[String]) -> Result<bool, String> {
    if values.is_empty() {
        return Ok(false);
    }
    for (key, value) in keys.iter().zip(values) {
        if key.is_empty() {
            let Node::Scalar(scalar) = item else {
                return Err("has a mapping or a list where single values belong".to_owned());
            };
            if scalar.text != *value {
                return Ok(false);
            }
            continue;
        }
        let Node::Map(map) = item else {
            return Err("has an element that is not a mapping".to_owned());
        };
        if !map.get(*key).is_some_and(|node| value.is_empty() || node.text() == value) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Adds the elements of the object after those of the patch; merged ones keep their place.
fn append(merged: &mut Vec<Node>, dest: Vec<Node>, keys: &[&str]) -> Result<(), String> {
    for item in dest {
        if keys.first().is_none_or(|key| key.is_empty()) {
            let value = [item.text().to_owned()];
            set(merged, Some(item), &[""], &value)?;
            continue;
        }
        let mut values = Values::new();
        for key in keys {
            match &item {
                Node::Map(map) => match map.get(*key) {
                    Some(value) => values.push(value.text().to_owned()),
                    None => merged.push(item.clone()),
                },
                other if other.is_null() => merged.push(item.clone()),
                Node::Scalar(_) | Node::Seq(_) => {
                    return Err("has an element that is not a mapping".to_owned());
                }
            }
        }
        if keys.len() > 1 {
            set(merged, None, keys, &values)?;
        }
        set(merged, Some(item), keys, &values)?;
    }
    Ok(())
}
