//! A place in an input file: its value and where it stands, read with tolerance.
//!
//! People keep task definitions in many shapes: exported with nulls, numbers as strings, booleans
//! as words. A `Node` reads them all and never loses the place, so that each leaf gets a ruling.

use serde_json::Value;

/// A value of an input file together with its place.
#[derive(Debug, Clone)]
pub struct Node<'a> {
    /// The input file, as the snapshot names it.
    pub file: &'a str,
    /// RFC 6901 pointer into the file as given.
    pub pointer: String,
    /// The value there.
    pub value: &'a Value,
}

impl<'a> Node<'a> {
    /// The whole of `file`.
    pub fn root(file: &'a str, value: &'a Value) -> Self {
        Self { file, pointer: String::new(), value }
    }

    /// The member `key`, unless it is absent or null: for AWS the two are the same.
    pub fn get(&self, key: &str) -> Option<Self> {
        let value = self.value.as_object()?.get(key)?;
        (!value.is_null()).then(|| self.child(key, value))
    }

    /// The member at a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<Self> {
        path.iter().try_fold(self.clone(), |node, key| node.get(key))
    }

    /// The elements of a list, nulls left out; nothing if it is no list.
    pub fn items(&self) -> Vec<Self> {
        let Some(list) = self.value.as_array() else {
            return Vec::new();
        };
        list.iter()
            .enumerate()
            .filter(|(_, value)| !value.is_null())
            .map(|(index, value)| self.child(&index.to_string(), value))
            .collect()
    }

    /// The elements of the list at `key`; nothing if there is none.
    pub fn list(&self, key: &str) -> Vec<Self> {
        self.get(key).map(|node| node.items()).unwrap_or_default()
    }

    /// The members of an object in order of their keys, nulls left out.
    pub fn entries(&self) -> Vec<(&'a str, Self)> {
        let Some(map) = self.value.as_object() else {
            return Vec::new();
        };
        map.iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| (key.as_str(), self.child(key, value)))
            .collect()
    }

    /// A string as it stands.
    pub fn str(&self) -> Option<&'a str> {
        self.value.as_str()
    }

    /// The string at `key`, if it is one and not empty.
    pub fn text(&self, key: &str) -> Option<String> {
        self.get(key)?.scalar().filter(|text| !text.is_empty())
    }

    /// Any scalar as text; `None` for lists and objects.
    pub fn scalar(&self) -> Option<String> {
        match self.value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// A whole number, also when written as a string or as `1.0`.
    pub fn int(&self) -> Option<i64> {
        match self.value {
            Value::Number(number) => number.as_i64().or_else(|| number.as_f64().and_then(whole)),
            Value::String(text) => {
                let text = text.trim();
                text.parse().ok().or_else(|| text.parse().ok().and_then(whole))
            }
            _ => None,
        }
    }

    /// The whole number at `key`.
    pub fn int_at(&self, key: &str) -> Option<i64> {
        self.get(key)?.int()
    }

    /// A truth value, also when written as a word (`"True"`, `"1"`, `"enabled"`).
    pub fn boolean(&self) -> Option<bool> {
        match self.value {
            Value::Bool(flag) => Some(*flag),
            Value::Number(number) => number.as_i64().map(|n| n != 0),
            Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" | "on" | "enabled" => Some(true),
                "false" | "0" | "no" | "off" | "disabled" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// The truth value at `key`; false if absent or unreadable.
    pub fn flag(&self, key: &str) -> bool {
        self.get(key).and_then(|node| node.boolean()).unwrap_or(false)
    }

    /// The strings of the list at `key`.
    pub fn strings(&self, key: &str) -> Vec<String> {
        self.list(key).iter().filter_map(Node::scalar).collect()
    }

    /// Every leaf below this node: a scalar, null, `{}`, `[]`, or the points of a measured series.
    pub fn leaves(&self) -> Vec<Self> {
        let mut found = Vec::new();
        self.collect_leaves(&mut found);
        found
    }

    fn collect_leaves(&self, found: &mut Vec<Self>) {
        match self.value {
            Value::Object(map) if !map.is_empty() => {
                for (key, value) in map {
                    self.child(key, value).collect_leaves(found);
                }
            }
            Value::Array(list) if !list.is_empty() && !self.is_points(list) => {
                for (index, value) in list.iter().enumerate() {
                    self.child(&index.to_string(), value).collect_leaves(found);
                }
            }
            _ => found.push(self.clone()),
        }
    }

    /// True for the times or values of a series of `GetMetricData`: one measurement, not hundreds
    /// of settings. A fortnight of sixty services would be 160,000 rulings that say the same.
    fn is_points(&self, list: &[Value]) -> bool {
        let series = self.pointer.strip_suffix("/Values");
        let series = series.or_else(|| self.pointer.strip_suffix("/Timestamps"));
        let of = series.and_then(|series| series.rsplit_once('/')).map(|(results, _)| results);
        of.is_some_and(|results| results.ends_with("/MetricDataResults"))
            && list.iter().all(|point| point.is_number() || point.is_string())
    }

    /// True for null, `{}` and `[]`: leaves that say nothing.
    pub fn is_void(&self) -> bool {
        match self.value {
            Value::Null => true,
            Value::Object(map) => map.is_empty(),
            Value::Array(list) => list.is_empty(),
            _ => false,
        }
    }

    fn child(&self, key: &str, value: &'a Value) -> Self {
        let mut pointer = String::with_capacity(self.pointer.len() + key.len() + 1);
        pointer.push_str(&self.pointer);
        pointer.push('/');
        for c in key.chars() {
            match c {
                '~' => pointer.push_str("~0"),
                '/' => pointer.push_str("~1"),
                other => pointer.push(other),
            }
        }
        Self { file: self.file, pointer, value }
    }
}

/// A float that is a whole number within the range that is exact in a float.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked first")]
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 9.0e15).then_some(number as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_the_shapes_that_people_write() {
        let value = json!({"a": "512", "b": 512.0, "c": null, "d": "True", "e/f": {"g~": []}});
        let root = Node::root("t.json", &value);
        assert_eq!(root.int_at("a"), Some(512));
        assert_eq!(root.int_at("b"), Some(512));
        assert!(root.get("c").is_none());
        assert!(root.flag("d"));
        let pointers: Vec<_> = root.leaves().into_iter().map(|leaf| leaf.pointer).collect();
        assert_eq!(pointers, ["/a", "/b", "/c", "/d", "/e~1f/g~0"]);
    }

    #[test]
    fn the_points_of_a_series_are_one_leaf() {
        let value = json!({"MetricDataResults": [
            {"Id": "m0", "Timestamps": ["2026-10-18T03:00:00Z", 1.5], "Values": [1, 2.5]},
            {"Id": "m1", "Timestamps": [], "Values": [{"no": "point"}, 2]}], "Values": ["a"]});
        let root = Node::root("t.json", &value);
        let mut pointers: Vec<_> = root.leaves().into_iter().map(|leaf| leaf.pointer).collect();
        pointers.sort();
        assert_eq!(
            pointers.join(" "),
            "/MetricDataResults/0/Id /MetricDataResults/0/Timestamps /MetricDataResults/0/Values \
             /MetricDataResults/1/Id /MetricDataResults/1/Timestamps \
             /MetricDataResults/1/Values/0/no /MetricDataResults/1/Values/1 /Values/0"
        );
    }
}
