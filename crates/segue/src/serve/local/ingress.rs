//! Ingresses as rules of the balancer, in the order in which the AWS Load Balancer Controller
//! would make them.
//!
//! Ingresses of a group by `group.order`, then by name; their rules as listed; of one rule Exact
//! paths, then Prefix by length, then the others as listed. Hosts and paths of `conditions.*` are
//! added to those of the rule.

mod action;
mod condition;

use std::cmp::Reverse;

use live::balancer::{Action, RuleConfig, When};
use model::code::live as code;
use serde_json::Value;

use super::groups::{ALB, Services, called, list, namespace, text};
use super::wanted::Wanted;

/// An Ingress while it is read.
pub(super) struct Cx<'a> {
    ingress: &'a Value,
    namespace: String,
    name: String,
    services: &'a Services<'a>,
}

/// Makes the listeners of all Ingresses.
pub(super) fn listeners(objects: &[&Value], services: &Services<'_>, wanted: &mut Wanted) {
    let mut all: Vec<Cx<'_>> = objects
        .iter()
        .filter(|object| object["kind"] == "Ingress")
        .map(|ingress| Cx {
            ingress,
            namespace: namespace(ingress),
            name: text(&ingress["metadata"]["name"]),
            services,
        })
        .collect();
    all.sort_by_key(|cx| (cx.order(), cx.namespace.clone(), cx.name.clone()));
    for cx in &all {
        if let Err(cause) = cx.add(wanted) {
            wanted.hold(cx.ingress, &code::BAD_OBJECT, cause);
        }
    }
}

impl Cx<'_> {
    fn note(&self, key: &str) -> Option<&str> {
        self.ingress["metadata"]["annotations"][format!("{ALB}{key}")].as_str()
    }

    /// The JSON of an annotation.
    fn json(&self, key: &str) -> Result<Option<Value>, String> {
        let parsed = self.note(key).map(serde_json::from_str).transpose();
        parsed.map_err(|error| format!("the annotation {key} is no JSON: {error}"))
    }

    fn order(&self) -> i64 {
        self.note("group.order").and_then(|text| text.trim().parse().ok()).unwrap_or(0)
    }

    /// The ports that it listens on.
    fn ports(&self) -> Result<Vec<u16>, String> {
        let Some(entries) = self.json("listen-ports")? else {
            return Ok(vec![if self.note("certificate-arn").is_some() { 443 } else { 80 }]);
        };
        let ports = list(&entries).iter().filter_map(Value::as_object).flatten();
        let ports: Vec<u16> = ports.filter_map(|(_, port)| super::groups::number(port)).collect();
        if ports.is_empty() { Err("listen-ports names no port".to_owned()) } else { Ok(ports) }
    }

    /// Adds its rules to the listeners of its group.
    fn add(&self, wanted: &mut Wanted) -> Result<(), String> {
        if let Some(kind) = self.note("auth-type").filter(|kind| *kind != "none") {
            return Err(format!("its requests need a login ({kind}), which is not done here"));
        }
        let ports = self.ports()?;
        let own = format!("{}/{}", self.namespace, self.name);
        let balancer = self.note("group.name").unwrap_or(&own).to_owned();
        for port in &ports {
            let listener = format!("{balancer}:{port}");
            wanted.listener(&listener, *port);
            let suffix = if ports.len() > 1 { format!(".{port}") } else { String::new() };
            for (path, entry) in self.paths()? {
                let backend = text(&path["backend"]["service"]["name"]);
                // Of letters that a cookie's name may have: a sticky rule has one.
                let first = format!("{}.{backend}{suffix}", self.name);
                let again = (2..1_000).map(|number| format!("{first}.{number}"));
                let mut names = std::iter::once(first.clone()).chain(again);
                let free = names.find(|name| !taken(wanted, name));
                let name = free.ok_or_else(|| format!("too many rules for {first}"))?;
                match self.rule(entry, path, &name, wanted) {
                    Ok(rule) => wanted.listener(&listener, *port).rules.push(rule),
                    Err(cause) => {
                        let cause = format!("rule {name}: {cause}");
                        wanted.hold(self.ingress, &code::BAD_OBJECT, cause);
                    }
                }
            }
            let default = &self.ingress["spec"]["defaultBackend"];
            if default.is_object() {
                let action = self.backend(default, wanted)?;
                wanted.listener(&listener, *port).default = action;
            }
        }
        if self.note("ssl-redirect").is_some() {
            let cause = "ssl-redirect is not done: this machine has no certificate";
            wanted.hold(self.ingress, &code::NOT_PLAYED, cause);
        }
        Ok(())
    }

    /// Its paths, each with its rule, in order.
    fn paths(&self) -> Result<Vec<(&Value, &Value)>, String> {
        let mut out = Vec::new();
        for entry in list(&self.ingress["spec"]["rules"]) {
            let mut paths = Vec::new();
            for path in list(&entry["http"]["paths"]) {
                let length = text(&path["path"]).len();
                let key = match path["pathType"].as_str() {
                    Some("Exact") => (0, Reverse(0)),
                    Some("Prefix") => (1, Reverse(length)),
                    Some("ImplementationSpecific") | None => (2, Reverse(0)),
                    Some(other) => return Err(format!("the pathType {other} is not known")),
                };
                paths.push((key, path));
            }
            paths.sort_by_key(|(key, _)| *key);
            out.extend(paths.into_iter().map(|(_, path)| (path, entry)));
        }
        Ok(out)
    }

    fn rule(
        &self,
        entry: &Value,
        path: &Value,
        name: &str,
        wanted: &mut Wanted,
    ) -> Result<RuleConfig, String> {
        let backend = text(&path["backend"]["service"]["name"]);
        let mut when = When::default();
        when.hosts
            .extend(entry["host"].as_str().filter(|host| !host.is_empty()).map(str::to_owned));
        let regex = self.note("use-regex-path-match") == Some("true");
        when.paths.extend(condition::paths(path, regex)?);
        let conditions = self.json(&format!("conditions.{backend}"))?.unwrap_or_default();
        condition::add(&mut when, list(&conditions))?;
        if self.note(&format!("transforms.{backend}")).is_some() {
            return Err("it rewrites requests, which is not done here".to_owned());
        }
        if when == When::default() {
            when.paths.push("/*".to_owned());
        }
        // A rule whose host is any and whose path is any is fine; what is too much is said once.
        when.check()?;
        let action = self.backend(&path["backend"], wanted)?;
        Ok(RuleConfig { name: name.to_owned(), when, action })
    }

    /// What a backend does.
    fn backend(&self, backend: &Value, wanted: &mut Wanted) -> Result<Action, String> {
        let service = &backend["service"];
        let name = service["name"].as_str().ok_or("a backend has no service")?;
        if service["port"]["name"] == "use-annotation" {
            let key = format!("actions.{name}");
            let action = self.json(&key)?.ok_or_else(|| format!("there is no annotation {key}"))?;
            return self.action(&key, &action, wanted);
        }
        let port = &service["port"];
        let port = called(if port["number"].is_null() { &port["name"] } else { &port["number"] });
        Ok(super::wanted::all_to(&self.group(name, &port, wanted)?))
    }

    /// The group of a Service; the Ingress's own annotations about checks count, unless the
    /// Service has such.
    fn group(&self, service: &str, port: &str, wanted: &mut Wanted) -> Result<String, String> {
        let group = self.services.group(&self.namespace, service, port);
        let group =
            group.ok_or_else(|| format!("there is no Service {service} with port {port}"))?;
        if let (Some(config), Some(object)) =
            (wanted.groups.get_mut(group), self.services.object(&self.namespace, service))
        {
            super::groups::annotate(&mut config.check, self.ingress);
            super::groups::annotate(&mut config.check, object);
        }
        Ok(group.clone())
    }
}

/// Whether a rule or listener has this name.
fn taken(wanted: &Wanted, name: &str) -> bool {
    let mut rules = wanted.listeners.values().flat_map(|listener| &listener.rules);
    wanted.listeners.contains_key(name) || rules.any(|rule| rule.name == name)
}
