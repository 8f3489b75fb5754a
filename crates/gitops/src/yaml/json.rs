//! From nodes to JSON values and back, with the types that kustomize ends up with.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Number, Value as Json};

use super::number::{self, Whole};
use super::resolve::{Dialect, Value, resolve};
use super::{List, Map, Node, Scalar, Style, Tag, folded};

/// The JSON value of a node.
pub(crate) fn to_json(node: &Node, dialect: Dialect) -> Result<Json, String> {
    convert(node, Context { dialect, flow: false })
}

/// The JSON value of a whole object.
pub(crate) fn object_to_json(fields: &Map) -> Result<Json, String> {
    map_to_json(fields, Context { dialect: Dialect::V3, flow: false })
}

/// Where a value stands.
#[derive(Debug, Clone, Copy)]
struct Context {
    dialect: Dialect,
    /// Inside of braces or brackets.
    flow: bool,
}

fn convert(node: &Node, context: Context) -> Result<Json, String> {
    match node {
        Node::Scalar(scalar) => scalar_to_json(scalar, context),
        Node::Seq(items) => {
            let context = Context { flow: context.flow || items.flow, ..context };
            items.iter().map(|item| convert(item, context)).collect()
        }
        Node::Map(map) => map_to_json(map, context),
    }
}

fn map_to_json(map: &Map, context: Context) -> Result<Json, String> {
    let context = Context { flow: context.flow || map.flow, ..context };
    map.iter()
        .map(|(key, value)| Ok((key.clone(), convert(value, context)?)))
        .collect::<Result<serde_json::Map<_, _>, _>>()
        .map(Json::Object)
}

fn scalar_to_json(scalar: &Scalar, context: Context) -> Result<Json, String> {
    let Context { dialect, flow } = context;
    let rewrites = dialect == Dialect::V3;
    let left_out = scalar.text.is_empty() && scalar.style == Style::Plain;
    if rewrites && flow && left_out && matches!(scalar.tag, Tag::Null | Tag::Empty) {
        return Ok(Json::String(String::new()));
    }
    match typed(scalar, dialect)? {
        Value::Null => Ok(Json::Null),
        Value::Bool(value) => Ok(Json::Bool(value)),
        Value::Int(value) => Ok(Json::from(value)),
        Value::Uint(value) => Ok(Json::from(value)),
        Value::Float(value) => float_to_json(value),
        Value::Time(time) if dialect == Dialect::V3 => Ok(Json::String(time)),
        Value::Str if scalar.tag == Tag::Binary => binary(&scalar.text),
        Value::Str if scalar.style == Style::Folded && rewrites && !flow => {
            Ok(Json::String(folded::rewritten(&scalar.text)))
        }
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
        return Ok(if quoted && !scalar.explicit { Value::Str } else { value });
    }
    match (&scalar.tag, value) {
        #[expect(clippy::cast_precision_loss, reason = "the reference reader loses it too")]
        (Tag::Float, Value::Int(value)) => Ok(Value::Float(value as f64)),
        (tag, _) => Err(format!("a value is not of the type {} that it has", name(tag))),
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
    let bytes =
        STANDARD.decode(compact).map_err(|_| "a !!binary value is not base64".to_owned())?;
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
        Json::Null => Node::Scalar(Scalar { tag: Tag::Null, ..Scalar::untagged("null") }),
        Json::Bool(value) => {
            Node::Scalar(Scalar { tag: Tag::Bool, ..Scalar::untagged(value.to_string()) })
        }
        Json::Number(value) => {
            let text = match (value.as_i64(), value.as_u64(), value.as_f64()) {
                (Some(int), _, _) => int.to_string(),
                (None, Some(uint), _) => uint.to_string(),
                (None, None, Some(float)) => number::general(float),
                (None, None, None) => value.to_string(),
            };
            let tag = resolve(&text, Dialect::V3).tag();
            Node::Scalar(Scalar { tag, ..Scalar::untagged(text) })
        }
        Json::String(text) => {
            let plain = resolve(text, Dialect::V2) == Value::Str && !text.contains('\n');
            let style = if plain { Style::Plain } else { Style::Double };
            Node::Scalar(Scalar { style, ..Scalar::string(text.as_str()) })
        }
        // Empty ones are written with braces or brackets.
        Json::Array(items) => {
            let list: List = items.iter().map(from_json).collect();
            Node::Seq(list.with_flow(items.is_empty()))
        }
        Json::Object(fields) => {
            let map: Map =
                fields.iter().map(|(key, value)| (key.clone(), from_json(value))).collect();
            Node::Map(map.with_flow(fields.is_empty()))
        }
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
