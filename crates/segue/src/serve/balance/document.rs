//! `kind: Balancer`: the file of `segue balance`, read strictly.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::Duration;

use live::balancer::{Action, GroupConfig, ListenerConfig, RuleConfig, When};
use live::{BalancerConfig, HealthCheck};
use model::Reason;
use model::code::live as code;
use serde::{Deserialize, Serialize};
use serde_saphyr::{Location, Spanned};

use crate::rehearse::spec::Length;

/// The published schema: docs/reference/balancer.schema.json is this text.
pub const SCHEMA: &str = include_str!("balancer.schema.json");

/// The version that this program reads.
const API_VERSION: &str = "segue.dev/v1alpha1";

/// A file of kind Balancer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Document {
    /// `segue.dev/v1alpha1`.
    api_version: Spanned<String>,
    /// `Balancer`.
    kind: Spanned<String>,
    /// Who it is.
    metadata: Meta,
    /// What it does.
    spec: Spec,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Meta {
    name: Spanned<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Spec {
    listeners: Vec<Listener>,
    #[serde(default)]
    target_groups: Vec<TargetGroup>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Listener {
    name: Spanned<String>,
    address: SocketAddr,
    #[serde(default)]
    rules: Vec<Rule>,
    default: Spanned<Action>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Rule {
    name: Spanned<String>,
    when: Spanned<When>,
    action: Spanned<Action>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TargetGroup {
    name: Spanned<String>,
    #[serde(default)]
    targets: Vec<SocketAddr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    health_check: Option<Spanned<Health>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Health {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    interval: Option<Length>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    timeout: Option<Length>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    healthy_after: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unhealthy_after: Option<u32>,
}

/// What is wrong, and where.
type Wrong = (Location, String);

impl Document {
    /// Reads a file; `place` names it in errors, with line and column.
    pub fn parse(place: &str, bytes: &[u8]) -> Result<Self, Reason> {
        let bad = |place: &str, cause: &str| {
            Reason::new(&code::BAD_BALANCER).with("place", place).with("cause", cause)
        };
        let at = |location: Location| format!("{place}:{}:{}", location.line(), location.column());
        let text = std::str::from_utf8(bytes).map_err(|_| bad(place, "this is not UTF-8 text"))?;
        let document: Self = serde_saphyr::from_str(text).map_err(|error| {
            let place = error.location().map_or_else(|| place.to_owned(), at);
            let cause = error.without_snippet().to_string();
            let cause = cause.lines().next().unwrap_or_default();
            bad(&place, cause.split(" at line ").next().unwrap_or_default())
        })?;
        document.check().map_err(|(location, cause)| bad(&at(location), &cause))?;
        // What is left has no single place: how many there are of something.
        document.config().check().map_err(|error| bad(place, &error.to_string()))?;
        Ok(document)
    }

    /// The name of the balancer.
    pub fn name(&self) -> &str {
        &self.metadata.name.value
    }

    /// Where each listener is to serve.
    pub fn addresses(&self) -> BTreeMap<String, SocketAddr> {
        let listeners = self.spec.listeners.iter();
        listeners.map(|one| (one.name.value.clone(), one.address)).collect()
    }

    /// What the balancer is to be.
    pub fn config(&self) -> BalancerConfig {
        let listener = |one: &Listener| {
            let rules = one.rules.iter().map(|rule| RuleConfig {
                name: rule.name.value.clone(),
                when: rule.when.value.clone(),
                action: rule.action.value.clone(),
            });
            let default = one.default.value.clone();
            (one.name.value.clone(), ListenerConfig::new(rules.collect(), default))
        };
        let group = |one: &TargetGroup| {
            let targets = one.targets.iter().copied().collect();
            let check = one.health_check.as_ref().map(|check| check.value.check());
            let check = check.unwrap_or_default();
            (one.name.value.clone(), GroupConfig { check, targets, ..GroupConfig::default() })
        };
        BalancerConfig {
            listeners: self.spec.listeners.iter().map(listener).collect(),
            groups: self.spec.target_groups.iter().map(group).collect(),
            ..BalancerConfig::default()
        }
    }

    fn check(&self) -> Result<(), Wrong> {
        let Self { api_version, kind, metadata, spec } = self;
        if api_version.value != API_VERSION {
            let cause = format!("apiVersion is {API_VERSION}, not {}", api_version.value);
            return Err((api_version.referenced, cause));
        }
        if kind.value != "Balancer" {
            return Err((kind.referenced, format!("kind is Balancer, not {}", kind.value)));
        }
        named(&metadata.name)?;
        if spec.listeners.is_empty() {
            return Err((metadata.name.referenced, "there is no listener".to_owned()));
        }
        let mut groups = BTreeSet::new();
        for group in &spec.target_groups {
            unique("target group", &group.name, &mut groups)?;
            group.check()?;
        }
        let (mut names, mut addresses) = (BTreeSet::new(), BTreeSet::new());
        for listener in &spec.listeners {
            unique("listener or rule", &listener.name, &mut names)?;
            if listener.address.port() != 0 && !addresses.insert(listener.address) {
                let cause = format!("another listener has the address {}", listener.address);
                return Err((listener.name.referenced, cause));
            }
            action(&listener.default, &groups)?;
        }
        for rule in spec.listeners.iter().flat_map(|listener| &listener.rules) {
            unique("listener or rule", &rule.name, &mut names)?;
            rule.when.value.check().map_err(|cause| (rule.when.referenced, cause))?;
            action(&rule.action, &groups)?;
        }
        Ok(())
    }
}

/// A name that is fit to be one, and that nothing else has.
fn unique<'a>(
    kind: &str,
    name: &'a Spanned<String>,
    names: &mut BTreeSet<&'a str>,
) -> Result<(), Wrong> {
    named(name)?;
    if names.insert(&name.value) {
        return Ok(());
    }
    Err((name.referenced, format!("another {kind} is called {}", name.value)))
}

fn named(name: &Spanned<String>) -> Result<(), Wrong> {
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c);
    if (1..=63).contains(&name.value.len()) && name.value.chars().all(letter) {
        return Ok(());
    }
    Err((name.referenced, "a name has a-z, 0-9, - and . only, at most 63 of them".to_owned()))
}

fn action(action: &Spanned<Action>, groups: &BTreeSet<&str>) -> Result<(), Wrong> {
    action.value.check().map_err(|cause| (action.referenced, cause))?;
    let Action::Forward(forward) = &action.value else { return Ok(()) };
    match forward.weights.iter().find(|(group, _)| !groups.contains(group)) {
        Some((group, _)) => Err((action.referenced, format!("there is no target group {group}"))),
        None => Ok(()),
    }
}

impl TargetGroup {
    fn check(&self) -> Result<(), Wrong> {
        let name = &self.name.value;
        let wrong = |cause: String| Err((self.name.referenced, cause));
        if let Some(target) = self.targets.iter().find(|target| target.port() == 0) {
            return wrong(format!("target {target} of {name} has no port"));
        }
        if self.targets.iter().collect::<BTreeSet<_>>().len() < self.targets.len() {
            return wrong(format!("a target of {name} is named twice"));
        }
        let Some(check) = &self.health_check else { return Ok(()) };
        let wrong = |cause: &str| Err((check.referenced, cause.to_owned()));
        let zero =
            |length: Option<Length>| length.is_some_and(|length| length.duration().is_zero());
        let Health { path, interval, timeout, healthy_after, unhealthy_after } = &check.value;
        if path.as_ref().is_some_and(|path| !is_path(path)) {
            return wrong("the path of a health check begins with / and is visible ASCII");
        }
        if zero(*interval) || zero(*timeout) {
            return wrong("interval and timeout are at least 1s");
        }
        let few = |count: &Option<u32>| count.is_some_and(|count| !(1..=10).contains(&count));
        if few(healthy_after) || few(unhealthy_after) {
            return wrong("healthyAfter and unhealthyAfter are 1 to 10");
        }
        Ok(())
    }
}

fn is_path(text: &str) -> bool {
    text.starts_with('/') && text.bytes().all(|byte| byte.is_ascii_graphic())
}

impl Health {
    fn check(&self) -> HealthCheck {
        let usual = HealthCheck::default();
        let or = |length: Option<Length>, usual: Duration| length.map_or(usual, Length::duration);
        HealthCheck {
            path: self.path.clone().unwrap_or(usual.path),
            interval: or(self.interval, usual.interval),
            timeout: or(self.timeout, usual.timeout),
            healthy_after: self.healthy_after.unwrap_or(usual.healthy_after),
            unhealthy_after: self.unhealthy_after.unwrap_or(usual.unhealthy_after),
        }
    }
}

#[cfg(test)]
mod tests;
