//! Values that hold no others: their text in forms, paths and XML, and their types on the way back.

use serde_json::{Number, Value};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str};

use super::super::operations::{Kind, TimeFormat};
use super::super::time;

/// What RFC 3986 calls reserved, and the rest that is not plain: as signatures want it.
pub(super) const PLAIN: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The text of `value`, or why it is not what the model says.
pub(super) fn text(kind: Kind, value: &Value, times: TimeFormat) -> Result<String, String> {
    match (kind, value) {
        (Kind::Text | Kind::Blob | Kind::Policy, Value::String(text)) => Ok(text.clone()),
        (Kind::Policy, Value::Object(_)) => Ok(value.to_string()),
        (Kind::Int, Value::Number(number)) if !number.is_f64() => Ok(number.to_string()),
        (Kind::Num, Value::Number(number)) => Ok(number.to_string()),
        (Kind::Bool, Value::Bool(flag)) => Ok(flag.to_string()),
        (Kind::Time(format), Value::String(text)) => match time::read(text) {
            Some(time) => Ok(time::to_text(time, format.unwrap_or(times))),
            None => Err(format!("`{text}` is not a time")),
        },
        _ => Err(format!("{} is wanted", wanted(kind))),
    }
}

/// What a value should have been.
pub(super) fn wanted(kind: Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::Blob => "a text",
        Kind::Int => "a whole number",
        Kind::Num => "a number",
        Kind::Bool => "true or false",
        Kind::Time(_) => "a time",
        Kind::Policy => "a policy",
        Kind::Any => "any value",
        Kind::Shape(_) => "an object or a list",
    }
}

/// The value that `text` stands for in an answer. What does not parse stays text, so that nothing is
/// lost when AWS changes a type.
pub(super) fn value(kind: Kind, text: String) -> Value {
    let trimmed = text.trim();
    let typed = match kind {
        Kind::Int => trimmed.parse::<i64>().ok().map(Value::from),
        Kind::Num => trimmed.parse().ok().and_then(Number::from_f64).map(Value::Number),
        Kind::Bool => trimmed.to_ascii_lowercase().parse().ok().map(Value::Bool),
        Kind::Time(_) => Some(Value::String(time::shown(trimmed))),
        Kind::Policy => policy(trimmed),
        Kind::Text | Kind::Blob | Kind::Any | Kind::Shape(_) => None,
    };
    typed.unwrap_or(Value::String(text))
}

/// A policy as an object, as the AWS CLI shows it: IAM packs it into percent-encoded text.
fn policy(text: &str) -> Option<Value> {
    let plain = percent_decode_str(text).decode_utf8().ok()?;
    serde_json::from_str(&plain).ok().filter(Value::is_object)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_of_answers_are_typed_and_odd_ones_stay_text() {
        assert_eq!(value(Kind::Int, " 42 ".into()), json!(42));
        assert_eq!(value(Kind::Int, "many".into()), json!("many"));
        assert_eq!(value(Kind::Int, "99999999999999999999".into()), json!("99999999999999999999"));
        assert_eq!(value(Kind::Num, "0.5".into()), json!(0.5));
        assert_eq!(value(Kind::Num, "NaN".into()), json!("NaN"));
        assert_eq!(value(Kind::Bool, "true".into()), json!(true));
        assert_eq!(value(Kind::Bool, "False".into()), json!(false));
        assert_eq!(value(Kind::Text, " a ".into()), json!(" a "));
        assert_eq!(value(Kind::Policy, "%7B%22a%22%3A1%7D".into()), json!({"a": 1}));
        assert_eq!(value(Kind::Policy, "%ff".into()), json!("%ff"));
    }

    #[test]
    fn a_value_of_another_type_is_refused() {
        let text = |kind, value: Value| text(kind, &value, TimeFormat::Iso);
        assert_eq!(text(Kind::Int, json!(5)).unwrap(), "5");
        assert_eq!(text(Kind::Int, json!(5.5)).unwrap_err(), "a whole number is wanted");
        assert_eq!(text(Kind::Text, json!(5)).unwrap_err(), "a text is wanted");
        assert_eq!(text(Kind::Time(None), json!("noon")).unwrap_err(), "`noon` is not a time");
        assert_eq!(text(Kind::Policy, json!({"b": 1})).unwrap(), r#"{"b":1}"#);
    }
}
