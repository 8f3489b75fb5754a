//! JSON in which no object names a member twice with two values.
//!
//! `serde_json` keeps the last of two: the first would be dropped silently. No answer of AWS has
//! such members, but files that people merge by hand do.

use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Reads one JSON value.
///
/// # Errors
/// What `serde_json` finds, and a member that stands twice with two values.
pub fn read(text: &str) -> Result<Value, serde_json::Error> {
    let mut from = serde_json::Deserializer::from_str(text);
    let value = One.deserialize(&mut from)?;
    from.end()?;
    Ok(value)
}

/// Reads a value of any kind.
struct One;

impl<'de> DeserializeSeed<'de> for One {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for One {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = from.next_element_seed(One)? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = from.next_key::<String>()? {
            let value = from.next_value_seed(One)?;
            if map.get(&key).is_some_and(|present| *present != value) {
                let why = format!("`{}` stands twice in one object, with two values", shown(&key));
                return Err(A::Error::custom(why));
            }
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

/// A name as a sentence can hold it: short, and on one line.
fn shown(key: &str) -> String {
    const LENGTH_MAX: usize = 60;
    key.chars().take(LENGTH_MAX).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn two_values_of_one_name_are_refused_where_they_stand() {
        let error = read("{\"a\": {\"b\": 1,\n\"b\": 2}}").unwrap_err();
        assert_eq!(error.line(), 2);
        assert!(error.to_string().starts_with("`b` stands twice in one object"), "{error}");
        // The same twice loses nothing, and neither does a name in two objects.
        assert!(read(r#"{"a": 1, "a": 1, "c": [{"a": 2}, {"a": 3}]}"#).is_ok());
    }

    #[test]
    fn deep_nesting_is_an_error_and_no_overflow() {
        assert!(read(&"[".repeat(100_000)).is_err());
        assert!(read(&"{\"a\":".repeat(100_000)).is_err());
    }

    proptest! {
        #[test]
        fn it_reads_what_serde_json_reads(text in "[\\[\\]{},:\"0-9eE.+\\-truefalsn ]{0,40}") {
            let theirs: Result<Value, _> = serde_json::from_str(&text);
            match (read(&text), theirs) {
                (Ok(ours), Ok(theirs)) => prop_assert_eq!(ours, theirs),
                (Err(ours), Ok(_)) => prop_assert!(ours.to_string().contains("stands twice")),
                (ours, Err(_)) => prop_assert!(ours.is_err()),
            }
        }
    }
}
