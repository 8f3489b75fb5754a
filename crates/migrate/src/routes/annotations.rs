//! The annotations of an Ingress that decide about requests, read as the controller reads them.

use serde_json::{Map, Value, json};

use super::original;
use super::outcome::Action;
use super::wire;

const PREFIX: &str = "alb.ingress.kubernetes.io/";

/// A target of a forward: a Service with its port, or a target group's ARN.
pub(super) type Group = Result<(String, String), String>;

/// What an annotation `actions.*` says.
pub(super) enum ParsedAction {
    /// An action that needs no Service.
    Made(Action),
    /// A forward with weights, and seconds of stickiness.
    Forward(Vec<(Group, u64)>, Option<i64>),
}

/// The annotations of an Ingress.
#[derive(Debug, Clone, Copy)]
pub(super) struct Annotations<'v> {
    map: Option<&'v Map<String, Value>>,
}

impl<'v> Annotations<'v> {
    pub(super) fn of(object: &'v Value) -> Self {
        Self { map: object["metadata"]["annotations"].as_object() }
    }

    /// The annotation `key`, without the prefix.
    pub(super) fn text(self, key: &str) -> Option<&'v str> {
        self.map?.get(&format!("{PREFIX}{key}"))?.as_str()
    }

    fn json(self, key: &str) -> Result<Option<Value>, String> {
        let Some(text) = self.text(key) else { return Ok(None) };
        let parsed = serde_json::from_str(text);
        parsed.map(Some).map_err(|error| format!("the annotation {key} is no JSON: {error}"))
    }

    /// The conditions of the backend `name`.
    pub(super) fn conditions(self, name: &str) -> Result<Vec<Value>, String> {
        self.elements(&format!("conditions.{name}"))
    }

    /// The transforms of the backend `name`.
    pub(super) fn transforms(self, name: &str) -> Result<Vec<Value>, String> {
        self.elements(&format!("transforms.{name}"))
    }

    fn elements(self, key: &str) -> Result<Vec<Value>, String> {
        match self.json(key)? {
            None => Ok(Vec::new()),
            Some(Value::Array(list)) => Ok(list),
            Some(_) => Err(format!("the annotation {key} is no list")),
        }
    }

    /// The action of the backend `name`; `None` if there is none.
    pub(super) fn action(self, name: &str) -> Result<Option<ParsedAction>, String> {
        let key = format!("actions.{name}");
        let Some(value) = self.json(&key)? else { return Ok(None) };
        let config = |member: &str| {
            wire::get(&value, member).ok_or_else(|| format!("{key} has no {member}"))
        };
        let kind = wire::text(&value, "type").unwrap_or_default();
        let made = match kind.as_str() {
            "redirect" | "fixed-response" => {
                let fixed = kind == "fixed-response";
                let config = config(if fixed { "fixedResponseConfig" } else { "redirectConfig" })?;
                wire::text(config, "statusCode").ok_or_else(|| format!("{key} has no status"))?;
                let made = if fixed { Action::fixed(config) } else { Action::redirect(config) };
                ParsedAction::Made(made)
            }
            "forward" => match wire::text(&value, "targetGroupARN") {
                Some(arn) => ParsedAction::Forward(vec![(Err(arn), 1)], None),
                None => forward(config("forwardConfig")?, &key)?,
            },
            other => return Err(format!("{key} is of the unknown type {other}")),
        };
        Ok(Some(made))
    }

    /// The login before every rule of the Ingress.
    pub(super) fn logins(self) -> Result<Vec<String>, String> {
        let mut out = Vec::new();
        if let Some(kind) = self.text("auth-type").filter(|kind| *kind != "none") {
            let idp = self.json(&format!("auth-idp-{kind}"))?;
            let idp = idp.ok_or_else(|| format!("auth-type is {kind} without auth-idp-{kind}"))?;
            let session = json!({
                "scope": self.text("auth-scope"),
                "sessionCookieName": self.text("auth-session-cookie"),
                "sessionTimeout": self.text("auth-session-timeout"),
                "onUnauthenticatedRequest": self.text("auth-on-unauthenticated-request"),
            });
            out.push(original::words(kind, &idp, &session));
        }
        out.extend(self.json("jwt-validation")?.map(|config| original::jwt(&config)));
        Ok(out)
    }

    /// What is spoken to the pods; annotations of the Service come first.
    pub(super) fn protocol(self, service: &Value) -> String {
        let own = Annotations::of(service);
        let text = |key: &str, absent: &str| {
            own.text(key).or_else(|| self.text(key)).unwrap_or(absent).to_owned()
        };
        let version = text("backend-protocol-version", "HTTP1");
        format!("{} {version}", text("backend-protocol", "HTTP"))
    }
}

fn forward(config: &Value, key: &str) -> Result<ParsedAction, String> {
    let mut groups = Vec::new();
    for group in wire::list(config, "targetGroups") {
        let arn = wire::text(group, "targetGroupARN");
        let service = wire::text(group, "serviceName");
        let port = wire::text(group, "servicePort");
        let target = match (arn, service, port) {
            (Some(arn), None, _) => Err(arn),
            (None, Some(service), Some(port)) => Ok((service, port)),
            _ => return Err(format!("{key} has a target that is not one of Service and ARN")),
        };
        groups.push((target, original::weight(group)));
    }
    let weighted = wire::list(config, "targetGroups").all(|one| wire::get(one, "weight").is_some());
    if groups.len() > 1 && !weighted {
        return Err(format!("{key} has several targets, and not all have a weight"));
    }
    Ok(ParsedAction::Forward(groups, original::sticky(config)))
}
