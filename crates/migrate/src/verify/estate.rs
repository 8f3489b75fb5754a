//! Every overlay of the estate, checked before its files are written.

use model::Reason;
use model::code::convert as told;
use model::code::{Code, routes as code};
use serde_json::{Map, Value, json};

use super::{Breach, Fault, Rule, policy, verify};
use crate::generate::Converted;
use crate::given::{Given, Raised};

/// Raises what does not fit, and what a policy refuses and nobody has said yet.
pub fn check(given: Given<'_, '_>, raised: &mut Vec<Raised>) {
    for one in given.converted.iter().filter(|one| !one.scope.blocked()) {
        let objects = overlay(one);
        for problem in verify(&objects) {
            let reason = match &problem.fault {
                Fault::ReplicasTwice(other) => {
                    Reason::new(&code::POLICY_REPLICAS).with("what", other)
                }
                fault => Reason::new(&code::OBJECT_DOES_NOT_FIT).with("what", fault),
            };
            raise(one, reason.with("object", &problem.object), raised);
        }
        for breach in policy(&objects) {
            if !breach.explained && !is_told(one, breach.rule) {
                raise(one, reason(&breach), raised);
            }
        }
    }
}

fn raise(one: &Converted<'_>, reason: Reason, raised: &mut Vec<Raised>) {
    let (service, environment) = (one.work.name.clone(), one.work.env.clone());
    let reason = reason.with("service", &service);
    raised.push(Raised { service, environment, reason });
}

fn reason(breach: &Breach) -> Reason {
    let code = match breach.rule {
        Rule::Image => &code::POLICY_IMAGE,
        Rule::Resources => &code::POLICY_RESOURCES,
        Rule::Root => &code::POLICY_ROOT,
        Rule::WritableRoot | Rule::Privilege | Rule::Capabilities => &code::POLICY_RIGHTS,
        Rule::HostPath | Rule::HostNamespace | Rule::HostPort => &code::POLICY_HOST,
    };
    Reason::new(code).with("object", &breach.object).with("what", &breach.what)
}

/// Whether a finding of the conversion says it already.
fn is_told(one: &Converted<'_>, rule: Rule) -> bool {
    let codes: &[&Code] = match rule {
        Rule::Image => &[&told::LATEST_TAG],
        Rule::Resources => &[&told::NO_MEMORY_LIMIT],
        Rule::Root => &[&told::USER_BY_NAME, &told::RUNS_AS_ROOT, &told::ROOT_IMAGE],
        Rule::WritableRoot => &[],
        Rule::Privilege => &[&told::PRIVILEGED],
        Rule::Capabilities => &[&told::PRIVILEGED, &told::CAPABILITY_ADDED],
        Rule::HostPath => &[&told::HOST_PATH],
        Rule::HostNamespace => &[&told::HOST_NETWORK, &told::HOST_NAMESPACE],
        Rule::HostPort => &[&told::FIXED_HOST_PORT],
    };
    let has = |code: &&Code| one.scope.findings.iter().any(|found| found.reason.code.id == code.id);
    codes.iter().any(has)
}

/// The objects of an overlay as they come out of rendering, but for hashes in names, and the Secrets
/// that the team puts beside them.
pub fn overlay(one: &Converted<'_>) -> Vec<Value> {
    let mut objects = one.built.objects.clone();
    for (name, settings) in &one.built.configs {
        let data: Map<String, Value> =
            settings.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
        objects.push(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}));
    }
    let secret = |name| json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}});
    objects.extend(one.built.awaited.iter().map(secret));
    for object in &mut objects {
        if object["kind"] == "Deployment"
            && object["metadata"]["name"] == one.work.name.as_str()
            && let Some(count) = one.built.replicas
        {
            object["spec"]["replicas"] = json!(count);
        }
        images(object, one);
    }
    objects.extend(one.built.later.iter().cloned());
    objects
}

/// Puts the pinned images where the base has their logical names.
fn images(value: &mut Value, one: &Converted<'_>) {
    match value {
        Value::Object(map) => {
            let pinned = map.get("image").and_then(Value::as_str).and_then(|name| {
                let image = one.built.images.get(name)?;
                let tag = image.tag.as_ref().map(|tag| format!(":{tag}"));
                let digest = image.digest.as_ref().map(|digest| format!("@{digest}"));
                let version = digest.or(tag).unwrap_or_default();
                Some(format!("{}{version}", image.repository))
            });
            if let Some(pinned) = pinned {
                map.insert("image".to_owned(), json!(pinned));
            }
            map.values_mut().for_each(|inner| images(inner, one));
        }
        Value::Array(list) => list.iter_mut().for_each(|inner| images(inner, one)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
