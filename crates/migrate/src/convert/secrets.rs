//! Secrets: every secret value comes through an ExternalSecret; none is ever read or written.

use std::collections::BTreeMap;

use model::Reason;
use model::code::convert as code;
use serde_json::{Value, json};

use crate::convert::{Cx, names};
use crate::credential;
use crate::input::node::Node;

/// Where External Secrets reads a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Store {
    /// AWS Secrets Manager.
    SecretsManager,
    /// SSM Parameter Store.
    ParameterStore,
}

impl Store {
    /// The `SecretStore`'s name in the namespace.
    pub fn name(self) -> &'static str {
        match self {
            Self::SecretsManager => "aws-secrets-manager",
            Self::ParameterStore => "aws-parameter-store",
        }
    }

    fn service(self) -> &'static str {
        match self {
            Self::SecretsManager => "SecretsManager",
            Self::ParameterStore => "ParameterStore",
        }
    }

    fn suffix(self) -> &'static str {
        match self {
            Self::SecretsManager => "secrets",
            Self::ParameterStore => "parameters",
        }
    }
}

/// An ExternalSecret being put together: entries by the key of the Secret that it fills.
#[derive(Debug, Clone)]
pub struct External {
    /// Where it reads.
    pub store: Store,
    /// `remoteRef` by key.
    pub data: BTreeMap<String, Value>,
    /// True for a registry login, templated to `dockerconfigjson`.
    pub registry: Option<String>,
}

/// A reference to a value in AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Where it is.
    pub store: Store,
    /// `key`, `property`, `version` of an ExternalSecret.
    pub remote: Value,
    /// The region in its ARN.
    pub region: Option<String>,
    /// The account in its ARN.
    pub account: Option<String>,
}

/// Reads `valueFrom`: a Secrets Manager ARN with its optional parts, an SSM ARN, or a bare SSM
/// name. `known` gives the plain name for an ARN where `DescribeSecret` was asked.
pub fn reference(value_from: &str, known: Option<&BTreeMap<String, String>>) -> Reference {
    let parts: Vec<&str> = value_from.splitn(7, ':').collect();
    let is_arn = parts.first() == Some(&"arn") && parts.len() >= 6;
    let part = |index: usize| parts.get(index).filter(|p| !p.is_empty()).map(|p| (*p).to_owned());
    if is_arn && parts[2] == "secretsmanager" {
        let tail: Vec<&str> = parts.get(6).unwrap_or(&"").split(':').collect();
        let field = |index: usize| tail.get(index).copied().filter(|p| !p.is_empty());
        let arn = format!("{}:{}", parts[..6].join(":"), field(0).unwrap_or_default());
        // The six characters at the end are AWS's own, but a name may look like that as well: only
        // what DescribeSecret says is stripped. External Secrets takes the ARN as it is.
        let key = known.and_then(|known| known.get(&arn).cloned()).unwrap_or(arn);
        let mut remote = json!({"key": key});
        if let Some(property) = field(1) {
            remote["property"] = json!(property);
        }
        match (field(2), field(3)) {
            (_, Some(id)) => remote["version"] = json!(format!("uuid/{id}")),
            (Some(stage), None) => remote["version"] = json!(stage),
            (None, None) => {}
        }
        return Reference {
            store: Store::SecretsManager,
            remote,
            region: part(3),
            account: part(4),
        };
    }
    if is_arn && parts[2] == "ssm" {
        let name = parts[5..].join(":");
        let name = name.strip_prefix("parameter").unwrap_or(&name);
        // `parameter/a` is the plain name `a`; `parameter/a/b` is the path `/a/b`.
        let plain = name.trim_start_matches('/');
        let key = if plain.contains('/') { format!("/{plain}") } else { plain.to_owned() };
        return Reference {
            store: Store::ParameterStore,
            remote: json!({"key": key}),
            region: part(3),
            account: part(4),
        };
    }
    Reference {
        store: Store::ParameterStore,
        remote: json!({"key": value_from}),
        region: None,
        account: None,
    }
}

/// Converts one entry of `secrets`.
pub fn variable(
    cx: &mut Cx<'_, '_>,
    entry: &Node<'_>,
    container: &str,
    base: &str,
    env: &mut Vec<Value>,
) {
    let name = entry.text("name").filter(|name| names::is_config_key(name));
    let (Some(name), Some(value_from)) = (name, entry.text("valueFrom")) else {
        if let (Some(raw), Some(from)) = (entry.text("name"), entry.text("valueFrom")) {
            // A name that no Secret key can have keeps its variable name and gets a plain key.
            let key = names::dns_label(&raw, 63);
            return reference_variable(cx, entry, container, base, &raw, &key, &from, env);
        }
        cx.scope.finding(entry, Reason::new(&code::SECRET_INCOMPLETE).with("container", container));
        return;
    };
    reference_variable(cx, entry, container, base, &name.clone(), &name, &value_from, env);
}

#[expect(
    clippy::too_many_arguments,
    reason = "one call site each; a struct would only rename them"
)]
fn reference_variable(
    cx: &mut Cx<'_, '_>,
    entry: &Node<'_>,
    container: &str,
    base: &str,
    name: &str,
    key: &str,
    value_from: &str,
    env: &mut Vec<Value>,
) {
    if cx.credentials.contains(value_from) {
        return literal(cx, entry, container, base, name, env);
    }
    let found = reference(value_from, cx.work.known_secrets.as_ref());
    let secret = external(cx, base, found.store, key, found.remote.clone());
    check_reference(cx, entry, name, value_from, &found);
    let target = format!(
        "ExternalSecret/{secret} spec.data[{key}]; {}",
        cx.pod(&format!("containers[{container}].env[{name}]"))
    );
    cx.scope.exact(entry, &target);
    env.retain(|present| present["name"] != name);
    env.push(secret_env(name, &secret, key));
}

/// Moves a literal credential behind an ExternalSecret; the team stores the value in AWS.
pub fn literal(
    cx: &mut Cx<'_, '_>,
    node: &Node<'_>,
    container: &str,
    base: &str,
    name: &str,
    env: &mut Vec<Value>,
) {
    let key = if names::is_config_key(name) { name.to_owned() } else { names::dns_label(name, 63) };
    let path = format!("{}/{}/{}", cx.work.env, cx.work.name, names::dns_label(container, 40));
    let secret =
        external(cx, base, Store::SecretsManager, &key, json!({"key": path, "property": key}));
    let reason = Reason::new(&code::LITERAL_CREDENTIAL)
        .with("name", name)
        .with("container", container)
        .with("path", &path)
        .with("key", &key);
    cx.scope.finding_kept(node, reason, &format!("ExternalSecret/{secret} spec.data[{key}]"));
    env.retain(|present| present["name"] != name);
    env.push(secret_env(name, &secret, &key));
}

/// Adds an entry to an ExternalSecret and returns the name of the Secret that it fills.
pub fn external(cx: &mut Cx<'_, '_>, base: &str, store: Store, key: &str, remote: Value) -> String {
    let name = format!("{base}-{}", store.suffix());
    let entry = cx.secrets.entry(name.clone());
    entry
        .or_insert_with(|| External { store, data: BTreeMap::new(), registry: None })
        .data
        .insert(key.to_owned(), remote);
    name
}

/// The registry login of a private repository: an ExternalSecret templated to dockerconfigjson.
pub fn registry_login(cx: &mut Cx<'_, '_>, node: &Node<'_>, base: &str, registry: &str) -> String {
    let name = format!("{base}-registry");
    let found = reference(&node.scalar().unwrap_or_default(), cx.work.known_secrets.as_ref());
    let mut data = BTreeMap::new();
    for property in ["username", "password"] {
        let mut remote = found.remote.clone();
        remote["property"] = json!(property);
        data.insert(property.to_owned(), remote);
    }
    cx.secrets.insert(
        name.clone(),
        External { store: found.store, data, registry: Some(registry.to_owned()) },
    );
    let reason =
        Reason::new(&code::REGISTRY_LOGIN).with("registry", registry).with("secret", &name);
    cx.scope.finding_kept(
        node,
        reason,
        &format!("ExternalSecret/{name}; {}", cx.pod("imagePullSecrets")),
    );
    name
}

fn secret_env(name: &str, secret: &str, key: &str) -> Value {
    json!({"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}})
}

fn check_reference(
    cx: &mut Cx<'_, '_>,
    entry: &Node<'_>,
    name: &str,
    value_from: &str,
    found: &Reference,
) {
    let other = |theirs: &Option<String>, ours: &Option<String>| matches!((theirs, ours), (Some(theirs), Some(ours)) if theirs != ours && !credential::is_placeholder(theirs));
    if other(&found.region, &cx.work.region) || other(&found.account, &cx.work.account) {
        cx.scope.note(
            entry,
            Reason::new(&code::SECRET_ELSEWHERE).with("name", name).with("ref", value_from),
        );
    }
    if value_from.contains(['<', '{', '$']) {
        cx.scope
            .note(entry, Reason::new(&code::PLACEHOLDER).with("field", format!("secret {name}")));
    } else if let Some(known) = &cx.work.known_secrets {
        let stem = value_from.split(':').take(7).collect::<Vec<_>>().join(":");
        let exists = known.iter().any(|(arn, plain)| {
            *arn == stem
                || plain == value_from
                || arn
                    .strip_prefix(&stem)
                    .is_some_and(|rest| rest.len() == 7 && rest.starts_with('-'))
        });
        if !exists {
            cx.scope.note(
                entry,
                Reason::new(&code::SECRET_NOT_FOUND).with("name", name).with("ref", value_from),
            );
        }
    }
    if found.store == Store::SecretsManager && found.remote.get("property").is_none() {
        cx.scope.note(entry, Reason::new(&code::SECRET_WHOLE).with("name", name));
    }
}

/// Writes the stores and the ExternalSecrets that the conversion asked for.
pub fn finish(cx: &mut Cx<'_, '_>) {
    let secrets = std::mem::take(&mut cx.secrets);
    let mut stores: Vec<Store> = secrets.values().map(|secret| secret.store).collect();
    stores.sort_unstable();
    stores.dedup();
    for store in &stores {
        let region = cx.work.region.clone().unwrap_or_else(|| "us-east-1".to_owned());
        let auth = json!({"jwt": {"serviceAccountRef": {"name": cx.work.name}}});
        let spec = json!({"provider": {"aws": {"service": store.service(), "region": region, "auth": auth}}});
        let object = cx.object("external-secrets.io/v1", "SecretStore", store.name(), spec);
        cx.built.objects.push(object);
    }
    if !stores.is_empty() && cx.work.region.is_none() {
        cx.scope.report(Reason::new(&code::NO_REGION).with("service", &cx.work.name));
    }
    if !stores.is_empty() {
        cx.scope.report(Reason::new(&code::SECRET_READER).with("service", &cx.work.name));
    }
    for (name, secret) in &secrets {
        let data: Vec<Value> = secret
            .data
            .iter()
            .map(|(key, remote)| json!({"secretKey": key, "remoteRef": remote}))
            .collect();
        let mut target = json!({"name": name, "creationPolicy": "Owner"});
        if let Some(registry) = &secret.registry {
            target["template"] = registry_template(registry);
        }
        let spec = json!({
            "refreshInterval": "1h",
            "secretStoreRef": {"kind": "SecretStore", "name": secret.store.name()},
            "target": target,
            "data": data,
        });
        let object = cx.object("external-secrets.io/v1", "ExternalSecret", name, spec);
        cx.built.objects.push(object);
    }
}

fn registry_template(registry: &str) -> Value {
    let login = format!(
        "{{\"auths\":{{\"{registry}\":{{\"username\":\"{{{{ .username }}}}\",\"password\":\"{{{{ .password }}}}\"}}}}}}"
    );
    json!({"type": "kubernetes.io/dockerconfigjson", "data": {".dockerconfigjson": login}})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_value_from() {
        let arn = "arn:aws:secretsmanager:ap-northeast-2:1:secret:prod/db-AbC123";
        let with_parts = reference(&format!("{arn}:password:AWSPREVIOUS:"), None);
        assert_eq!(
            with_parts.remote,
            json!({"key": arn, "property": "password", "version": "AWSPREVIOUS"})
        );
        let by_id = reference(&format!("{arn}:::1234"), None);
        assert_eq!(by_id.remote["version"], "uuid/1234");
        let known = BTreeMap::from([(arn.to_owned(), "prod/db".to_owned())]);
        assert_eq!(reference(arn, Some(&known)).remote, json!({"key": "prod/db"}));
        let ssm = |text: &str| reference(text, None).remote["key"].clone();
        assert_eq!(ssm("arn:aws:ssm:r:1:parameter/prod/api/key"), "/prod/api/key");
        assert_eq!(ssm("arn:aws:ssm:r:1:parameter/plain"), "plain");
        assert_eq!(ssm("bare-name"), "bare-name");
    }
}
