//! The environment of a container: what Kubernetes would set, from the objects at hand.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::spec::{Cx, list};
use crate::LiveError;

/// One variable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) value: Source,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Source {
    /// Known now; `$(NAME)` refers to variables before it.
    Text(String),
    /// From an object, as it is: nothing in it refers to anything.
    Verbatim(String),
    /// The pod's name, known when it starts.
    PodName,
}

impl Source {
    /// The value, once the pod has its name.
    pub(super) fn of_pod(&self, pod: &str) -> String {
        match self {
            Self::Text(text) | Self::Verbatim(text) => text.clone(),
            Self::PodName => pod.to_owned(),
        }
    }
}

/// The variables of `container`, in order; later ones win.
pub(super) fn read(cx: &Cx<'_>, container: &Value) -> Result<Vec<Variable>, LiveError> {
    let mut variables = Vec::new();
    for source in list(&container["envFrom"]) {
        all_of(cx, source, &mut variables)?;
    }
    for variable in list(&container["env"]) {
        let Some(name) = variable["name"].as_str().filter(|name| !name.is_empty()) else {
            return Err(cx.wrong("a variable has no name"));
        };
        if let Some(value) = one(cx, container, variable)? {
            variables.push(Variable { name: name.to_owned(), value });
        }
    }
    Ok(variables)
}

/// Replaces `$(NAME)` by what `known` says; `$$(NAME)` stays as `$(NAME)`, an unknown name as it is.
pub(super) fn expand(text: &str, known: &dyn Fn(&str) -> Option<String>) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        if let Some(tail) = after.strip_prefix('$') {
            out.push('$');
            rest = tail;
            continue;
        }
        let reference = after.strip_prefix('(').and_then(|tail| tail.split_once(')'));
        let value = reference.and_then(|(name, tail)| Some((known(name)?, tail)));
        if let Some((value, tail)) = value {
            out.push_str(&value);
            rest = tail;
        } else {
            out.push('$');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// The files of a ConfigMap or Secret; `None` if it may be absent and is.
pub(super) fn data(
    cx: &Cx<'_>,
    kind: &str,
    name: &Value,
    optional: bool,
) -> Result<Option<BTreeMap<String, Vec<u8>>>, LiveError> {
    let Some(object) = object(cx, kind, name, optional)? else { return Ok(None) };
    let mut data = BTreeMap::new();
    let coded = if kind == "Secret" { "data" } else { "binaryData" };
    let plain = if kind == "Secret" { "stringData" } else { "data" };
    for (key, value) in object[coded].as_object().into_iter().flatten() {
        let text = value.as_str().unwrap_or_default();
        // Folded lines are usual in files that people write.
        let packed: String = text.split_ascii_whitespace().collect();
        let bytes = STANDARD.decode(packed).map_err(|error| {
            cx.wrong(format!("{kind} {name}: {key} of its {coded} is no base64: {error}"))
        })?;
        data.insert(key.clone(), bytes);
    }
    for (key, value) in object[plain].as_object().into_iter().flatten() {
        data.insert(key.clone(), value.as_str().unwrap_or_default().as_bytes().to_vec());
    }
    Ok(Some(data))
}

/// What `fieldRef` of an object, or of a file of a volume, names.
pub(super) fn told(cx: &Cx<'_>, from: &Value) -> Result<Source, LiveError> {
    if from["resourceFieldRef"].is_object() {
        return Err(cx.wrong("a resourceFieldRef names a container here only for variables"));
    }
    let path = from["fieldRef"]["fieldPath"].as_str().unwrap_or_default();
    let metadata = &cx.template["metadata"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let spec = &cx.template["spec"];
    let account = spec["serviceAccountName"].as_str().unwrap_or("default");
    Ok(Source::Verbatim(match path {
        "metadata.name" => return Ok(Source::PodName),
        "metadata.namespace" => cx.namespace.to_owned(),
        "status.podIP" | "status.hostIP" | "status.podIPs" | "status.hostIPs" => {
            "127.0.0.1".to_owned()
        }
        "spec.nodeName" => "localhost".to_owned(),
        "spec.serviceAccountName" => account.to_owned(),
        "metadata.labels" => pairs(&metadata["labels"]),
        "metadata.annotations" => pairs(&metadata["annotations"]),
        other => match key(other) {
            Some(("labels", key)) => text(&metadata["labels"][key]),
            Some(("annotations", key)) => text(&metadata["annotations"][key]),
            _ => return Err(cx.wrong(format!("fieldRef {other} is not known here"))),
        },
    }))
}

/// The part and the key of `metadata.labels['key']`.
fn key(path: &str) -> Option<(&str, &str)> {
    let (part, rest) = path.strip_prefix("metadata.")?.split_once("['")?;
    Some((part, rest.strip_suffix("']")?))
}

/// All labels as the files of the downward API hold them.
fn pairs(labels: &Value) -> String {
    let labels = labels.as_object().into_iter().flatten();
    let line = |(key, value): (&String, &Value)| format!("{key}={value}");
    labels.map(line).collect::<Vec<_>>().join("\n")
}

/// Every key of a ConfigMap or Secret.
fn all_of(cx: &Cx<'_>, source: &Value, variables: &mut Vec<Variable>) -> Result<(), LiveError> {
    let prefix = source["prefix"].as_str().unwrap_or_default();
    let (kind, reference) = if source["configMapRef"].is_object() {
        ("ConfigMap", &source["configMapRef"])
    } else {
        ("Secret", &source["secretRef"])
    };
    let optional = reference["optional"] == true;
    for (key, bytes) in data(cx, kind, &reference["name"], optional)?.into_iter().flatten() {
        let name = format!("{prefix}{key}");
        // Kubernetes passes over keys that no variable can be called by, too.
        if let (Ok(text), false) = (String::from_utf8(bytes), name.contains(['=', '\0'])) {
            variables.push(Variable { name, value: Source::Verbatim(text) });
        }
    }
    Ok(())
}

/// The value of one variable; `None` if it is optional and not there.
fn one(cx: &Cx<'_>, container: &Value, variable: &Value) -> Result<Option<Source>, LiveError> {
    let from = &variable["valueFrom"];
    if from["fieldRef"].is_object() {
        return told(cx, from).map(Some);
    }
    if let Some(resource) = from["resourceFieldRef"]["resource"].as_str() {
        return resource_of(cx, container, resource, &from["resourceFieldRef"]["divisor"])
            .map(Some);
    }
    for (field, kind) in [("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")] {
        if from[field].is_object() {
            return key_of(cx, kind, &from[field]);
        }
    }
    if from.is_object() {
        return Err(cx.wrong(format!("a valueFrom that is not known here: {from}")));
    }
    match &variable["value"] {
        Value::Null => Ok(Some(Source::Text(String::new()))),
        Value::String(text) => Ok(Some(Source::Text(text.clone()))),
        other => Err(cx.wrong(format!("the value of {} is no text: {other}", variable["name"]))),
    }
}

fn key_of(cx: &Cx<'_>, kind: &str, reference: &Value) -> Result<Option<Source>, LiveError> {
    let (name, optional) = (&reference["name"], reference["optional"] == true);
    let Some(data) = data(cx, kind, name, optional)? else { return Ok(None) };
    let key = reference["key"].as_str().unwrap_or_default();
    match data.get(key).map(|bytes| String::from_utf8(bytes.clone())) {
        Some(Ok(text)) => Ok(Some(Source::Verbatim(text))),
        Some(Err(_)) => Err(cx.wrong(format!("{key} of {kind} {name} is no text"))),
        None if optional => Ok(None),
        None => Err(cx.wrong(format!("{kind} {name} has no key {key}"))),
    }
}

/// A limit or request of the container itself, in units of its divisor, rounded up.
fn resource_of(
    cx: &Cx<'_>,
    container: &Value,
    resource: &str,
    divisor: &Value,
) -> Result<Source, LiveError> {
    let amount = resource.split_once('.').and_then(|(kind, field)| {
        let value = &container["resources"][kind][field];
        super::spec::quantity(value)
    });
    let amount =
        amount.ok_or_else(|| cx.wrong(format!("resourceFieldRef: it sets no {resource}")))?;
    let divisor = super::spec::quantity(divisor).filter(|divisor| *divisor > 0.0).unwrap_or(1.0);
    Ok(Source::Verbatim(format!("{:.0}", (amount / divisor).ceil())))
}

/// The object of this name in the workload's namespace.
fn object<'a>(
    cx: &Cx<'a>,
    kind: &str,
    name: &Value,
    optional: bool,
) -> Result<Option<&'a Value>, LiveError> {
    let here = |object: &Value| {
        object["metadata"]["namespace"].as_str().unwrap_or("default") == cx.namespace
    };
    let mut named = cx.reader.objects.iter().filter(|object| {
        object["kind"] == kind && object["metadata"]["name"] == *name && here(object)
    });
    match named.next() {
        None if optional => Ok(None),
        None => Err(cx.wrong(format!("{kind} {name} is not among the manifests"))),
        found => Ok(found),
    }
}

#[cfg(test)]
mod tests;
