//! From nodes to JSON values and back, with the types that kustomize ends up with.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Number, Value as Json};

use super::number::{self, Whole};
use super::resolve::{Dialect, Value, resolve};
use super::{Node, Scalar, Style, Tag};

/// The JSON value of a node.
pub(crate) fn to_json(node: &Node, dialect: Dialect) -> Result<Json, String> {
    match node {
        Node::Scalar(scalar) => scalar_to_json(scalar, dialect),
        Node::Seq(items) => items.iter().map(|item| to_json(item, dialect)).collect(),
        Node::Map(map) => map
            .iter()
            .map(|(key, value)| Ok((key.clone(), to_json(value, dialect)?)))
            .collect::<Result<serde_json::Map<_, _>, _>>()
            .map(Json::Object),
    }
}

fn scalar_to_json(scalar: &Scalar, dialect: Dialect) -> Result<Json, String> {
    match typed(scalar, dialect)? {
        Value::Null => Ok(Json::Null),
        Value::Bool(value) => Ok(Json::Bool(value)),
        Value::Int(value) => Ok(Json::from(value)),
        Value::Uint(value) => Ok(Json::from(value)),
        Value::Float(value) => float_to_json(value),
        Value::Time(time) if dialect == Dialect::V3 => Ok(Json::String(time)),
        Value::Str if scalar.tag == Tag::Binary => binary(&scalar.text),
        Value::Time(_) | Value::Str => Ok(Json::String(scalar.text.clone())),
    }
}

/// The value of a scalar, given its text, tag and style.
fn typed(scalar: &Scalar, dialect: Dialect) -> Result<Value, String> {
    let quoted = scalar.style != Style::Plain;
    match scalar.tag {
        Tag::Str | Tag::Binary | Tag::Other => return Ok(Value::Str),
        Tag::Empty if quoted => return Ok(Value::Str),
        Tag::Empty => return Ok(resolve(&scalar.text, dialect)),
        Tag::Int | Tag::Float | Tag::Bool | Tag::Null | Tag::Timestamp => {}
    }
    let value = resolve(&scalar.text, dialect);
    if value.tag() == scalar.tag {
        return Ok(if quoted && !scalar.explicit {
            Value::Str
        } else {
            value
        });
    }
    match (&scalar.tag, value) {
        #[expect(
            clippy::cast_precision_loss,
            reason = "the reference reader loses it too"
        )]
        (Tag::Float, Value::Int(value)) => Ok(Value::Float(value as f64)),
        (tag, _) => Err(format!(
            "a value is not of the type {} that it has",
            name(tag)
        )),
    }
}

fn name(tag: &Tag) -> &'static str {
    match tag {
        Tag::Empty | Tag::Other => "unknown",
        Tag::Str => "string",
        Tag::Int => "integer",
        Tag::Float => "number",
        Tag::Bool => "boolean",
        Tag::Null => "null",
        Tag::Timestamp => "timestamp",
        Tag::Binary => "binary",
    }
}

fn binary(text: &str) -> Result<Json, String> {
    let compact: String = text.split_ascii_whitespace().collect();
    let bytes = STANDARD
        .decode(compact)
        .map_err(|_| "a !!binary value is not base64".to_owned())?;
    Ok(Json::String(String::from_utf8_lossy(&bytes).into_owned()))
}

fn float_to_json(value: f64) -> Result<Json, String> {
    match number::whole(value) {
        Some(Whole::Int(whole)) => Ok(Json::from(whole)),
        Some(Whole::Uint(whole)) => Ok(Json::from(whole)),
        None => Number::from_f64(value)
            .map(Json::Number)
            .ok_or_else(|| format!("{} cannot be written as JSON", number::general(value))),
    }
}

/// The node of a JSON value; text is quoted where it must be.
pub(crate) fn from_json(value: &Json) -> Node {
    match value {
        Json::Null => Node::Scalar(Scalar {
            tag: Tag::Null,
            ..Scalar::untagged("null")
        }),
        Json::Bool(value) => Node::Scalar(Scalar {
            tag: Tag::Bool,
            ..Scalar::untagged(value.to_string())
        }),
        Json::Number(value) => {
            let text = match (value.as_i64(), value.as_u64(), value.as_f64()) {
                (Some(int), _, _) => int.to_string(),
                (None, Some(uint), _) => uint.to_string(),
                (None, None, Some(float)) => number::general(float),
                (None, None, None) => value.to_string(),
            };
            let tag = resolve(&text, Dialect::V3).tag();
            Node::Scalar(Scalar {
                tag,
                ..Scalar::untagged(text)
            })
        }
        Json::String(text) => {
            let plain = resolve(text, Dialect::V2) == Value::Str && !text.contains('\n');
            let style = if plain { Style::Plain } else { Style::Double };
            Node::Scalar(Scalar {
                style,
                ..Scalar::string(text.as_str())
            })
        }
        Json::Array(items) => Node::Seq(items.iter().map(from_json).collect()),
        Json::Object(map) => Node::Map(
            map.iter()
                .map(|(key, value)| (key.clone(), from_json(value)))
                .collect(),
        ),
    }
}

/// Turns every number into a double, as a trip through Go's JSON does.
pub(crate) fn numbers_as_doubles(value: &mut Json) {
    match value {
        Json::Number(number) => {
            if let Some(double) = number.as_f64().and_then(Number::from_f64) {
                *number = double;
            }
        }
        Json::Array(items) => items.iter_mut().for_each(numbers_as_doubles),
        Json::Object(map) => map.values_mut().for_each(numbers_as_doubles),
        Json::Null | Json::Bool(_) | Json::String(_) => {}
    }
}
