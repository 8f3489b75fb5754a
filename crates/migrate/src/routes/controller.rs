//! Listeners as the AWS Load Balancer Controller would make them of Ingress objects.
//!
//! After its sources (`pkg/ingress`, release 2.17): Ingresses of a group by `group.order` and then
//! by name, their rules as listed, paths of one rule Exact, then Prefix by length, then
//! `ImplementationSpecific` as listed; hosts and paths of the annotation `conditions.*` are added to
//! those of the rule. What the controller refuses makes a group that answers nothing.

use std::cmp::Reverse;

use serde_json::Value;

use super::annotations::{Annotations, ParsedAction};
use super::condition::Condition;
use super::listener::{Listener, Rule};
use super::original;
use super::outcome::{Action, Target};
use super::pattern::Texts;
use super::wire;

/// An Ingress, and what must be known of the namespace it is in.
#[derive(Debug, Clone, Copy)]
pub struct Member<'v> {
    /// The namespace, which is the service's name.
    pub namespace: &'v str,
    /// The canonical environment.
    pub environment: &'v str,
    /// The Ingress.
    pub ingress: &'v Value,
    /// The objects of the namespace, among them the Services.
    pub objects: &'v [Value],
}

impl Member<'_> {
    /// The group that it belongs to; an Ingress without one is a group of its own.
    pub fn group(&self) -> String {
        let own = || format!("{}/{}", self.namespace, self.name());
        Annotations::of(self.ingress).text("group.name").map_or_else(own, str::to_owned)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.ingress["metadata"]["name"].as_str().unwrap_or_default()
    }

    fn order(&self) -> i64 {
        let text = Annotations::of(self.ingress).text("group.order");
        text.and_then(|text| text.trim().parse().ok()).unwrap_or(0)
    }

    /// Its listeners: protocol and port.
    pub fn listeners(&self) -> Vec<(String, i64)> {
        let notes = Annotations::of(self.ingress);
        let Some(text) = notes.text("listen-ports") else {
            let secure = notes.text("certificate-arn").is_some();
            return vec![if secure { ("HTTPS".to_owned(), 443) } else { ("HTTP".to_owned(), 80) }];
        };
        let parsed: Value = serde_json::from_str(text).unwrap_or_default();
        let entries =
            parsed.as_array().into_iter().flatten().filter_map(Value::as_object).flatten();
        entries.filter_map(|(protocol, port)| Some((protocol.clone(), port.as_i64()?))).collect()
    }
}

/// The listener of the group `members` on `port`; `None` if no Ingress of it listens there.
pub fn listener(members: &[Member<'_>], port: i64) -> Option<Listener> {
    let mut members: Vec<&Member<'_>> = members.iter().collect();
    members.sort_by_key(|member| (member.order(), member.namespace, member.name().to_owned()));
    let redirect = members
        .iter()
        .find_map(|member| Annotations::of(member.ingress).text("ssl-redirect"))
        .and_then(|text| text.parse().ok());
    let listens = |member: &&&Member<'_>| member.listeners().iter().any(|(_, at)| *at == port);
    let members: Vec<&Member<'_>> = members.iter().filter(listens).copied().collect();
    let (protocol, _) = members.first()?.listeners().into_iter().find(|(_, at)| *at == port)?;
    let made = match redirect {
        Some(to) if protocol == "HTTP" => Ok((Vec::new(), ssl_redirect(to))),
        _ => build(&members, &protocol, port),
    };
    let (rules, default) = made.unwrap_or_else(|why| {
        (
            Vec::new(),
            plain(
                "the group".to_owned(),
                Action::Nothing(format!("the controller refuses the group: {why}")),
            ),
        )
    });
    Some(Listener { protocol, port, rules, default })
}

type Refused = String;

fn build(members: &[&Member<'_>], protocol: &str, port: i64) -> Result<(Vec<Rule>, Rule), Refused> {
    let mut rules = Vec::new();
    for member in members {
        for entry in wire::list(&member.ingress["spec"], "rules") {
            for path in sorted(&entry["http"]["paths"])? {
                let rule = path_rule(member, entry, path, protocol)?;
                if !loops(&rule, protocol, port) {
                    rules.push(rule);
                }
            }
        }
    }
    let mut with_default = members.iter().filter_map(|member| {
        let backend = &member.ingress["spec"]["defaultBackend"];
        (!backend.is_null()).then_some((member, backend))
    });
    let default = match (with_default.next(), with_default.next()) {
        (None, _) => {
            let action = Action::Fixed { status: "404".to_owned(), content: String::new() };
            plain("the controller's default".to_owned(), action)
        }
        (Some((member, backend)), None) => {
            let label = format!("Ingress/{} default", member.name());
            backend_rule(member, backend, label, protocol)?
        }
        (Some(_), Some(_)) => return Err("several Ingresses have a default backend".to_owned()),
    };
    Ok((rules, default))
}

/// Paths of one rule in the controller's order.
fn sorted(paths: &Value) -> Result<Vec<&Value>, Refused> {
    let mut list: Vec<(u8, Reverse<usize>, &Value)> = Vec::new();
    for path in paths.as_array().into_iter().flatten() {
        let text = path["path"].as_str().unwrap_or_default();
        let key = match path["pathType"].as_str() {
            Some("Exact") => (0, Reverse(0)),
            Some("Prefix") => (1, Reverse(text.len())),
            Some("ImplementationSpecific") | None => (2, Reverse(0)),
            Some(other) => return Err(format!("unknown path type {other}")),
        };
        list.push((key.0, key.1, path));
    }
    list.sort_by_key(|(kind, length, _)| (*kind, *length));
    Ok(list.into_iter().map(|(_, _, path)| path).collect())
}

fn path_rule(
    member: &Member<'_>,
    entry: &Value,
    path: &Value,
    protocol: &str,
) -> Result<Rule, Refused> {
    let backend = &path["backend"];
    let name = backend["service"]["name"].as_str().unwrap_or_default();
    let label = format!("Ingress/{} {name}", member.name());
    let mut rule = backend_rule(member, backend, label, protocol)?;
    rule.conditions = conditions(member, entry, path, name)?;
    Ok(rule)
}

/// Hosts and paths of the rule and of the annotation together, and the other conditions.
fn conditions(
    member: &Member<'_>,
    entry: &Value,
    path: &Value,
    backend: &str,
) -> Result<Vec<Condition>, Refused> {
    let notes = Annotations::of(member.ingress);
    let mut hosts: (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    let mut paths: (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    hosts.0.extend(wire::text(entry, "host").filter(|host| !host.is_empty()));
    if let Some(text) = wire::text(path, "path").filter(|text| !text.is_empty()) {
        let regex = notes.text("use-regex-path-match") == Some("true");
        patterns(&text, path["pathType"].as_str(), regex, &mut paths)?;
    }
    let mut out = Vec::new();
    for condition in notes.conditions(backend)? {
        let field = wire::text(&condition, "field").unwrap_or_default();
        let config = wire::config(&condition, &field)
            .ok_or_else(|| format!("a condition of {backend} lacks its configuration"))?;
        let place = match field.as_str() {
            "host-header" => &mut hosts,
            "path-pattern" => &mut paths,
            _ => {
                out.push(Condition::of(&field, config));
                continue;
            }
        };
        place.0.extend(wire::strings(config, "values"));
        place.1.extend(wire::strings(config, "regexValues"));
    }
    for (what, (globs, regexes), fold) in [("host", &hosts, true), ("path", &paths, false)] {
        let texts = match (globs.is_empty(), regexes.is_empty()) {
            (true, true) => continue,
            (false, true) => Texts::globs(globs, fold),
            (true, false) => Texts::regexes(regexes, fold),
            (false, false) => {
                return Err(format!("the {what} of {backend} has values and regular expressions"));
            }
        };
        out.push(if fold { Condition::Host(texts) } else { Condition::Path(texts) });
    }
    if out.is_empty() {
        out.push(Condition::Path(Texts::globs(&["/*".to_owned()], false)));
    }
    Ok(out)
}

/// Patterns of one path: wildcards, or regular expressions.
fn patterns(
    text: &str,
    kind: Option<&str>,
    regex: bool,
    out: &mut (Vec<String>, Vec<String>),
) -> Result<(), Refused> {
    let wild = text.contains(['*', '?']);
    match kind {
        Some("Exact" | "Prefix") if wild => return Err(format!("{text} may not have wildcards")),
        Some("Prefix") if text == "/" => out.0.push("/*".to_owned()),
        Some("Prefix") => {
            let short = text.strip_suffix('/').unwrap_or(text);
            out.0.extend([short.to_owned(), format!("{short}/*")]);
        }
        Some("Exact") => out.0.push(text.to_owned()),
        _ if regex => out.1.push(text.get(1..).unwrap_or_default().to_owned()),
        _ => out.0.push(text.to_owned()),
    }
    Ok(())
}

/// What a backend does, without conditions.
fn backend_rule(
    member: &Member<'_>,
    backend: &Value,
    label: String,
    protocol: &str,
) -> Result<Rule, Refused> {
    let notes = Annotations::of(member.ingress);
    let service = &backend["service"];
    let name = service["name"].as_str().ok_or("a backend without a service")?;
    let port = &service["port"];
    let action = if port["name"] == "use-annotation" {
        match notes.action(name)? {
            None => unavailable("Backend action does not exist"),
            Some(ParsedAction::Made(action)) => action,
            Some(ParsedAction::Forward(groups, sticky)) => forward(member, &groups, sticky)?,
        }
    } else {
        let wanted =
            wire::scalar(if port["number"].is_null() { &port["name"] } else { &port["number"] });
        let groups = [(Ok((name.to_owned(), wanted.unwrap_or_default())), 1)];
        forward(member, &groups, None)?
    };
    let logins = if protocol == "HTTPS" { notes.logins()? } else { Vec::new() };
    let rewrites = notes.transforms(name)?.iter().map(original::rewrite).collect();
    Ok(Rule { label, conditions: Vec::new(), logins, rewrites, action })
}

/// A forward: Services become the port of their containers.
fn forward(
    member: &Member<'_>,
    groups: &[(super::annotations::Group, u64)],
    sticky: Option<i64>,
) -> Result<Action, Refused> {
    let mut targets = Vec::new();
    for (group, weight) in groups {
        let target = match group {
            Err(arn) => Target::Group(arn.clone()),
            Ok((service, port)) => match target(member, service, port) {
                Some(target) => target,
                None if groups.len() == 1 => {
                    return Ok(unavailable("Backend service does not exist"));
                }
                None => return Err(format!("the Service {service} has no port {port}")),
            },
        };
        targets.push((target, *weight));
    }
    Ok(Action::forward(targets, sticky))
}

/// The container port behind a port of a Service.
fn target(member: &Member<'_>, service: &str, port: &str) -> Option<Target> {
    let of_name = |kind: &str| {
        member
            .objects
            .iter()
            .filter(move |object| object["kind"] == kind)
            .find(|object| object["metadata"]["name"] == service)
    };
    let object = of_name("Service")?;
    let found = wire::list(&object["spec"], "ports").find(|entry| {
        wire::text(entry, "port").as_deref() == Some(port)
            || wire::text(entry, "name").as_deref() == Some(port)
    })?;
    let wanted = wire::text(found, "targetPort").or_else(|| wire::text(found, "port"))?;
    Some(Target::Service {
        service: member.namespace.to_owned(),
        environment: member.environment.to_owned(),
        port: super::pods::container_port(member.objects, &object["spec"]["selector"], &wanted),
        protocol: Annotations::of(member.ingress).protocol(object),
    })
}

fn unavailable(body: &str) -> Action {
    Action::Fixed { status: "503".to_owned(), content: format!("text/plain {body}") }
}

fn plain(label: String, action: Action) -> Rule {
    Rule { label, conditions: Vec::new(), logins: Vec::new(), rewrites: Vec::new(), action }
}

/// What `ssl-redirect` makes of a listener for HTTP.
fn ssl_redirect(port: i64) -> Rule {
    let config = serde_json::json!({"protocol": "HTTPS", "port": port, "statusCode": "HTTP_301"});
    plain("ssl-redirect".to_owned(), Action::redirect(&config))
}

fn loops(rule: &Rule, protocol: &str, port: i64) -> bool {
    let Action::Redirect(redirect) = &rule.action else { return false };
    let mut hosts = Vec::new();
    let mut paths = Vec::new();
    for condition in &rule.conditions {
        match condition {
            Condition::Host(texts) => hosts.extend(texts.texts()),
            Condition::Path(texts) => paths.extend(texts.texts()),
            _ => {}
        }
    }
    redirect.loops(&hosts, &paths, protocol, port)
}
