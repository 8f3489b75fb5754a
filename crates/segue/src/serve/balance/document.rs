//! `kind: Balancer`: the file of `segue balance`, read strictly.

pub(super) mod made;
mod settings;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;

use live::BalancerConfig;
use live::balancer::{
    AccessLogConfig, Action, ForwardedMode, GroupConfig, ListenerConfig, Protocol, RuleConfig,
    TlsConfig, When,
};
use model::Reason;
use model::code::live as code;
use serde::{Deserialize, Serialize};
use serde_saphyr::{Location, Spanned};

use crate::rehearse::spec::Length;
use settings::{Bounds, Health, Manner, Passive};

/// The published schema: docs/reference/balancer.schema.json is this text.
pub const SCHEMA: &str = include_str!("balancer.schema.json");

/// The version that this program reads.
const API_VERSION: &str = "segue.dev/v1alpha1";

/// The most characters of a name: a Service of Kubernetes has up to 253, and its namespace and port
/// stand beside it.
const NAME_MAX: usize = 400;

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
    /// The folder of the file, from which the paths in it are meant.
    #[serde(skip)]
    folder: PathBuf,
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    limits: Option<Bounds>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    access_log: Option<AccessLogConfig>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Listener {
    name: Spanned<String>,
    address: SocketAddr,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tls: Option<TlsConfig>,
    #[serde(default)]
    forwarded: ForwardedMode,
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
    #[serde(default)]
    protocol_version: Protocol,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    passive_health: Option<Passive>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    slow_start: Option<Length>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deregistration_delay: Option<Length>,
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
        let mut document: Self = serde_saphyr::from_str(text).map_err(|error| {
            let place = error.location().map_or_else(|| place.to_owned(), at);
            let cause = error.without_snippet().to_string();
            let cause = cause.lines().next().unwrap_or_default();
            bad(&place, cause.split(" at line ").next().unwrap_or_default())
        })?;
        document.check().map_err(|(location, cause)| bad(&at(location), &cause))?;
        document.folder = settings::folder(place);
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
            let tls = one.tls.as_ref().map(|tls| settings::tls(&self.folder, tls));
            let listener = ListenerConfig::new(rules.collect(), default);
            let listener = ListenerConfig { tls, forwarded: one.forwarded, ..listener };
            (one.name.value.clone(), listener)
        };
        let group = |one: &TargetGroup| {
            let targets = one.targets.iter().copied().collect();
            let group = GroupConfig { targets, ..one.manner().group() };
            (one.name.value.clone(), group)
        };
        let log = self.spec.access_log.as_ref();
        BalancerConfig {
            listeners: self.spec.listeners.iter().map(listener).collect(),
            groups: self.spec.target_groups.iter().map(group).collect(),
            limits: self.spec.limits.as_ref().map(Bounds::limits).unwrap_or_default(),
            access_log: log.map(|log| settings::access_log(&self.folder, log)),
        }
    }

    /// Itself, if its certificates can be used too. Reads their files.
    pub fn with_certificates(self) -> Result<Self, Reason> {
        for listener in self.config().listeners.values() {
            listener.tls.as_ref().map_or(Ok(()), TlsConfig::check)?;
        }
        Ok(self)
    }

    /// How a listener is spoken to: `http` or `https`.
    pub fn scheme(&self, listener: &str) -> &'static str {
        let mut listeners = self.spec.listeners.iter();
        let secure = listeners.any(|one| one.name.value == listener && one.tls.is_some());
        if secure { "https" } else { "http" }
    }

    fn check(&self) -> Result<(), Wrong> {
        let Self { api_version, kind, metadata, spec, folder: _ } = self;
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
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.:/".contains(c);
    if (1..=NAME_MAX).contains(&name.value.len()) && name.value.chars().all(letter) {
        return Ok(());
    }
    let cause = format!("a name has a-z, 0-9 and - . : / only, at most {NAME_MAX} of them");
    Err((name.referenced, cause))
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
        let check = self.health_check.as_ref();
        match check.and_then(|check| Some((check.referenced, check.value.wrong()?))) {
            Some((place, cause)) => Err((place, cause.to_owned())),
            None => Ok(()),
        }
    }

    fn manner(&self) -> Manner<'_> {
        Manner {
            check: self.health_check.as_ref().map(|check| &check.value),
            protocol: self.protocol_version,
            passive: self.passive_health.as_ref(),
            slow_start: self.slow_start,
            drain: self.deregistration_delay,
        }
    }
}

#[cfg(test)]
mod tests;
