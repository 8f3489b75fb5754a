//! How a balancer is to be: listeners with rules, target groups.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::Duration;

use model::ports::Weights;

use super::HealthCheck;
use super::access_log::AccessLogConfig;
use super::action::{Action, Forward};
use super::forwarded::ForwardedMode;
use super::rules::When;
use super::settings::{Limits, PassiveHealth, Protocol, Settings};
use super::tls::TlsConfig;
use crate::LiveError;
use crate::limits::{
    DRAIN_MAX, DRAIN_WAIT, GROUPS_MAX, LISTENERS_MAX, RULES_MAX, SLOW_START_MAX, TARGETS_MAX,
};

/// How a balancer is to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BalancerConfig {
    /// Listeners by name.
    pub listeners: BTreeMap<String, ListenerConfig>,
    /// Target groups by name.
    pub groups: BTreeMap<String, GroupConfig>,
    /// Bounds.
    pub limits: Limits,
    /// The access log, if there is one.
    pub access_log: Option<AccessLogConfig>,
}

/// A target group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupConfig {
    /// How its targets are checked.
    pub check: HealthCheck,
    /// Targets from the start; others come and go by orders.
    pub targets: BTreeSet<SocketAddr>,
    /// What its targets speak.
    pub protocol: Protocol,
    /// When a target is passed over for what its requests meet.
    pub passive: PassiveHealth,
    /// How long a new target gets less than its share, which grows evenly; zero for not at all.
    /// As with an ALB, only where another healthy target is not new.
    pub slow_start: Duration,
    /// How long a target that leaves may finish what it has; then upgraded connections are cut.
    pub drain: Duration,
}

impl Default for GroupConfig {
    fn default() -> Self {
        Self {
            check: HealthCheck::default(),
            targets: BTreeSet::new(),
            protocol: Protocol::default(),
            passive: PassiveHealth::default(),
            slow_start: Duration::ZERO,
            drain: DRAIN_WAIT,
        }
    }
}

impl GroupConfig {
    /// With what the balancer sets for all groups.
    pub(super) fn settings(&self, limits: &Limits) -> Settings {
        Settings {
            check: self.check.clone(),
            protocol: self.protocol,
            passive: self.passive,
            slow_start: self.slow_start,
            drain: self.drain,
            most: limits.target_requests,
        }
    }
}

/// What one listener does with its requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenerConfig {
    /// Rules in order of priority: the first whose conditions hold is obeyed.
    pub rules: Vec<RuleConfig>,
    /// What is done when no rule holds. Orders call this rule by the name of the listener.
    pub default: Action,
    /// Certificates, if it speaks TLS.
    pub tls: Option<TlsConfig>,
    /// What becomes of the addresses that a client says are before it.
    pub forwarded: ForwardedMode,
}

impl ListenerConfig {
    /// One in clear text with these rules.
    pub fn new(rules: Vec<RuleConfig>, default: Action) -> Self {
        Self { rules, default, tls: None, forwarded: ForwardedMode::Append }
    }
}

/// A rule of a listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleConfig {
    /// Its name, by which orders call it; no other rule or listener has it.
    pub name: String,
    /// What it asks of a request.
    pub when: When,
    /// What it does.
    pub action: Action,
}

impl BalancerConfig {
    /// One listener whose only rule, of the same name, forwards everything by weights.
    pub fn one_rule(name: &str, groups: BTreeMap<String, HealthCheck>, weights: Weights) -> Self {
        let default = Action::Forward(Forward::by(weights));
        let listener = ListenerConfig::new(Vec::new(), default);
        let group = |check| GroupConfig { check, ..GroupConfig::default() };
        let groups = groups.into_iter().map(|(name, check)| (name, group(check))).collect();
        let listeners = BTreeMap::from([(name.to_owned(), listener)]);
        Self { listeners, groups, ..Self::default() }
    }

    /// What is wrong with it, if anything is.
    pub fn check(&self) -> Result<(), LiveError> {
        self.limits
            .check()
            .map_err(|cause| LiveError::Rule { rule: "limits".to_owned(), cause })?;
        full("the balancer", self.listeners.len(), LISTENERS_MAX, "listeners")?;
        full("the balancer", self.groups.len(), GROUPS_MAX, "target groups")?;
        for (name, group) in &self.groups {
            full(&format!("target group {name}"), group.targets.len(), TARGETS_MAX, "targets")?;
            let long = |what: &str, most: Duration| LiveError::Full {
                what: format!("{what} of target group {name}"),
                limit: format!("{} s", most.as_secs()),
            };
            if group.slow_start > SLOW_START_MAX {
                return Err(long("the slow start", SLOW_START_MAX));
            }
            if group.drain > DRAIN_MAX {
                return Err(long("the time to drain", DRAIN_MAX));
            }
        }
        let mut names: BTreeSet<&str> = self.listeners.keys().map(String::as_str).collect();
        for (name, listener) in &self.listeners {
            full(&format!("listener {name}"), listener.rules.len(), RULES_MAX, "rules")?;
            self.check_action(name, &listener.default)?;
            for rule in &listener.rules {
                let wrong = |cause| LiveError::Rule { rule: rule.name.clone(), cause };
                if !names.insert(&rule.name) {
                    return Err(wrong("another rule or listener has this name".to_owned()));
                }
                rule.when.check().map_err(wrong)?;
                self.check_action(&rule.name, &rule.action)?;
            }
        }
        Ok(())
    }

    fn check_action(&self, rule: &str, action: &Action) -> Result<(), LiveError> {
        let wrong = |cause| LiveError::Rule { rule: rule.to_owned(), cause };
        action.check().map_err(wrong)?;
        let Action::Forward(forward) = action else { return Ok(()) };
        let fit = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        if forward.stickiness.is_some() && !rule.bytes().all(fit) {
            return Err(wrong("its name is part of a cookie's, which it cannot be".to_owned()));
        }
        match forward.weights.iter().find(|(group, _)| !self.groups.contains_key(*group)) {
            Some((group, _)) => Err(wrong(format!("there is no target group {group}"))),
            None => Ok(()),
        }
    }
}

fn full(what: &str, count: usize, most: usize, of: &str) -> Result<(), LiveError> {
    if count <= most {
        return Ok(());
    }
    Err(LiveError::Full { what: what.to_owned(), limit: format!("{most} {of}") })
}
