//! The environment of a container: what Kubernetes would set, from the objects at hand.

use serde_json::Value;

use crate::LiveError;

/// One variable.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) value: Source,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Source {
    /// Known now; `$(NAME)` refers to variables before it.
    Text(String),
    /// The pod's name, known when it starts.
    PodName,
}

/// The variables of `container`, in order; later ones win.
pub(super) fn read(
    workload: &str,
    container: &Value,
    objects: &[Value],
) -> Result<Vec<Variable>, LiveError> {
    let lookup = Lookup { workload, objects };
    let mut variables = Vec::new();
    for source in list(&container["envFrom"]) {
        lookup.all_of(source, &mut variables)?;
    }
    for variable in list(&container["env"]) {
        let name = variable["name"].as_str().unwrap_or_default().to_owned();
        if let Some(value) = lookup.one(variable)? {
            variables.push(Variable { name, value });
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

/// Finds `ConfigMap`s and `Secret`s among the objects.
struct Lookup<'a> {
    workload: &'a str,
    objects: &'a [Value],
}

impl Lookup<'_> {
    /// Every key of a ConfigMap or Secret.
    fn all_of(&self, source: &Value, variables: &mut Vec<Variable>) -> Result<(), LiveError> {
        let prefix = source["prefix"].as_str().unwrap_or_default();
        let (kind, reference) = if source["configMapRef"].is_object() {
            ("ConfigMap", &source["configMapRef"])
        } else {
            ("Secret", &source["secretRef"])
        };
        let Some(object) = self.object(kind, reference)? else {
            return Ok(());
        };
        for field in ["data", "stringData"] {
            // Secrets made for this machine are plain text; real ones do not belong in a tree.
            for (key, value) in object[field].as_object().into_iter().flatten() {
                let value = Source::Text(value.as_str().unwrap_or_default().to_owned());
                variables.push(Variable { name: format!("{prefix}{key}"), value });
            }
        }
        Ok(())
    }

    /// The value of one variable; `None` if it is optional and not there.
    fn one(&self, variable: &Value) -> Result<Option<Source>, LiveError> {
        let from = &variable["valueFrom"];
        if let Some(path) = from["fieldRef"]["fieldPath"].as_str() {
            return Ok(Some(match path {
                "metadata.name" => Source::PodName,
                "metadata.namespace" => Source::Text("default".to_owned()),
                "status.podIP" | "status.hostIP" => Source::Text("127.0.0.1".to_owned()),
                "spec.nodeName" => Source::Text("localhost".to_owned()),
                other => return Err(self.wrong(&format!("fieldRef {other} is not known here"))),
            }));
        }
        for (field, kind) in [("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")] {
            if from[field].is_object() {
                return self.key(kind, &from[field]);
            }
        }
        if from.is_object() {
            return Err(self.wrong("a valueFrom that is not known here"));
        }
        Ok(Some(Source::Text(variable["value"].as_str().unwrap_or_default().to_owned())))
    }

    fn key(&self, kind: &str, reference: &Value) -> Result<Option<Source>, LiveError> {
        let Some(object) = self.object(kind, reference)? else {
            return Ok(None);
        };
        let key = reference["key"].as_str().unwrap_or_default();
        let value = ["stringData", "data"].iter().find_map(|field| object[field][key].as_str());
        match value {
            Some(value) => Ok(Some(Source::Text(value.to_owned()))),
            None if reference["optional"] == true => Ok(None),
            None => Err(self.wrong(&format!("{kind} {} has no key {key}", reference["name"]))),
        }
    }

    fn object(&self, kind: &str, reference: &Value) -> Result<Option<&Value>, LiveError> {
        let name = &reference["name"];
        let found = self
            .objects
            .iter()
            .find(|object| object["kind"] == kind && object["metadata"]["name"] == *name);
        match found {
            None if reference["optional"] == true => Ok(None),
            None => Err(self.wrong(&format!("{kind} {name} is not among the manifests"))),
            found => Ok(found),
        }
    }

    fn wrong(&self, cause: &str) -> LiveError {
        LiveError::Manifest { workload: self.workload.to_owned(), cause: cause.to_owned() }
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn references_expand_as_in_kubernetes() {
        let known = |name: &str| (name == "PORT").then(|| "80".to_owned());
        for (text, expected) in [
            ("--port=$(PORT)", "--port=80"),
            ("$$(PORT)", "$(PORT)"),
            ("$(NONE) $PORT $(", "$(NONE) $PORT $("),
            ("", ""),
        ] {
            assert_eq!(expand(text, &known), expected);
        }
    }

    #[test]
    fn variables_come_from_values_config_maps_and_secrets() {
        let container = json!({
            "envFrom": [{ "configMapRef": { "name": "shop" }, "prefix": "A_" }],
            "env": [
                { "name": "X", "value": "1" },
                { "name": "S", "valueFrom": { "secretKeyRef": { "name": "s", "key": "k" } } },
                { "name": "O", "valueFrom": { "secretKeyRef":
                    { "name": "none", "key": "k", "optional": true } } },
                { "name": "P", "valueFrom": { "fieldRef": { "fieldPath": "metadata.name" } } },
            ],
        });
        let objects = [
            json!({ "kind": "ConfigMap", "metadata": { "name": "shop" }, "data": { "k": "v" } }),
            json!({ "kind": "Secret", "metadata": { "name": "s" }, "stringData": { "k": "hush" } }),
        ];
        let read = read("shop", &container, &objects).unwrap();
        let names: Vec<&str> = read.iter().map(|variable| variable.name.as_str()).collect();
        assert_eq!(names, ["A_k", "X", "S", "P"]);
        assert_eq!(read[3].value, Source::PodName);
        let missing = json!({ "env": [{ "name": "S", "valueFrom":
            { "secretKeyRef": { "name": "gone", "key": "k" } } }] });
        let error = super::read("shop", &missing, &objects).unwrap_err();
        assert!(error.to_string().contains("Secret \"gone\" is not among"), "{error}");
    }
}
