//! A listener: rules in their order, and what happens when none of them holds.

use super::condition::Condition;
use super::outcome::{Action, Outcome};
use super::request::Request;

/// A rule of a listener.
#[derive(Debug, Clone)]
pub struct Rule {
    /// How people find it: `rule 40`, `the default`, `Ingress/shop rule-40`.
    pub label: String,
    /// All must hold.
    pub conditions: Vec<Condition>,
    /// Logins before the action, in words that are equal if they are the same login.
    pub logins: Vec<String>,
    /// Changes of host and path, in words.
    pub rewrites: Vec<String>,
    /// What is done.
    pub action: Action,
}

/// A listener with its rules, as AWS has it or as the controller would make it.
#[derive(Debug, Clone)]
pub struct Listener {
    /// `HTTP` or `HTTPS`.
    pub protocol: String,
    /// 1 to 65535.
    pub port: i64,
    /// In the order in which they are asked.
    pub rules: Vec<Rule>,
    /// What holds when no rule does; it has no conditions.
    pub default: Rule,
}

impl Listener {
    /// The rule that takes `request`.
    pub fn rule(&self, request: &Request) -> &Rule {
        let holds = |rule: &&Rule| rule.conditions.iter().all(|one| one.holds(request));
        self.rules.iter().find(holds).unwrap_or(&self.default)
    }

    /// What becomes of `request` by `rule`.
    pub fn outcome(&self, rule: &Rule, request: &Request) -> Outcome {
        Outcome {
            logins: rule.logins.clone(),
            rewrites: rule.rewrites.clone(),
            answer: rule.action.answer(request, &self.protocol, self.port),
        }
    }
}
