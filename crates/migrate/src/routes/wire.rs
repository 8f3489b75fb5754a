//! Members of JSON without regard to the case of their names.
//!
//! AWS writes `HttpHeaderName`, people write `httpHeaderName` into annotations, and the controller
//! reads with Go's decoder, for which the case of a name does not count.

use serde_json::Value;

/// The member `key`, unless it is absent or null.
pub(super) fn get<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    let map = value.as_object()?;
    let found = map.get(key).or_else(|| {
        map.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value)
    });
    found.filter(|value| !value.is_null())
}

/// The scalar at `key` as text.
pub(super) fn text(value: &Value, key: &str) -> Option<String> {
    scalar(get(value, key)?)
}

/// Any scalar as text.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The whole number at `key`, also when written as text.
pub(super) fn int(value: &Value, key: &str) -> Option<i64> {
    text(value, key)?.trim().parse().ok()
}

/// The elements of the list at `key`.
pub(super) fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
    get(value, key).and_then(Value::as_array).into_iter().flatten()
}

/// The scalars of the list at `key`.
pub(super) fn strings(value: &Value, key: &str) -> Vec<String> {
    list(value, key).filter_map(scalar).collect()
}

/// The member of a condition that belongs to its field.
pub(super) fn config<'v>(condition: &'v Value, field: &str) -> Option<&'v Value> {
    let key = match field {
        "host-header" => "hostHeaderConfig",
        "path-pattern" => "pathPatternConfig",
        "http-header" => "httpHeaderConfig",
        "http-request-method" => "httpRequestMethodConfig",
        "query-string" => "queryStringConfig",
        "source-ip" => "sourceIpConfig",
        _ => return None,
    };
    get(condition, key)
}
