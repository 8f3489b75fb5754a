//! The rules of one listener, made ready for its requests.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwap;
use model::ports::{Epoch, RuleSeen};

use super::action::{Action, FixedResponse, Forward, Redirect};
use super::config::ListenerConfig;
use super::forwarded::ForwardedMode;
use super::group::Group;
use super::rules::{Asked, Conditions};
use super::sticky::Sticky;
use super::table::Table;
use crate::LiveError;

/// The weights of one rule, and whose turn it is. Outlives changes of the rule's conditions.
#[derive(Debug)]
pub(super) struct Split {
    pub(super) table: ArcSwap<Table>,
    turn: AtomicU64,
}

impl Split {
    pub(super) fn new(table: Table) -> Self {
        Self { table: ArcSwap::from_pointee(table), turn: AtomicU64::new(0) }
    }

    /// Its weights, and who ordered them.
    pub(super) fn seen(&self) -> RuleSeen {
        let table = self.table.load();
        RuleSeen { weights: table.weights.clone(), epoch: table.epoch, settled: true }
    }

    /// The group for the next request.
    fn next(&self) -> Option<Arc<Group>> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        // The table is not held while the request is under way, so that an old one can go.
        self.table.load().group(turn).cloned()
    }
}

/// What becomes of the weights of all rules when a configuration is taken over.
#[derive(Debug, Default)]
pub(super) struct Making {
    /// The weighted rules from then on, by name.
    pub(super) splits: BTreeMap<String, Arc<Split>>,
    /// Weights for those that stay, set when everything is made.
    pub(super) tables: Vec<(Arc<Split>, Table)>,
}

/// What a rule does, made ready.
#[derive(Debug)]
pub(super) enum Act {
    Forward(Forwarding),
    Redirect(Redirect),
    Fixed(FixedResponse),
}

impl Act {
    /// As an ALB's access log calls it.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Forward(_) => "forward",
            Self::Redirect(_) => "redirect",
            Self::Fixed(_) => "fixed-response",
        }
    }
}

/// The weights of a rule, and whether clients stay.
#[derive(Debug)]
pub(super) struct Forwarding {
    split: Arc<Split>,
    pub(super) sticky: Option<Sticky>,
}

impl Forwarding {
    /// The group for a request: the one that its client has, or the next by weight.
    pub(super) fn next(&self, asked: &Asked<'_>) -> Option<Arc<Group>> {
        let sticky = self.sticky.as_ref();
        let had = sticky.and_then(|sticky| sticky.group(asked.headers, &self.split.table.load()));
        had.or_else(|| self.split.next())
    }
}

/// The rules of one listener. Never changed, only replaced.
#[derive(Debug)]
pub(super) struct Routes {
    /// Conditions, what is done, and the name under which it is ordered.
    rules: Vec<(Conditions, Act, String)>,
    default: (Act, String),
    pub(super) forwarded: ForwardedMode,
}

/// What the rules of a configuration are made of.
pub(super) struct Parts<'a> {
    /// All target groups.
    pub(super) groups: &'a BTreeMap<String, Arc<Group>>,
    /// The weighted rules until now.
    pub(super) before: &'a BTreeMap<String, Arc<Split>>,
}

impl Routes {
    /// The rules of the listener `name`; those that forward are noted in `making`.
    pub(super) fn new(
        name: &str,
        listener: &ListenerConfig,
        parts: &Parts<'_>,
        making: &mut Making,
    ) -> Result<Self, LiveError> {
        let mut rules = Vec::with_capacity(listener.rules.len());
        for rule in &listener.rules {
            let wrong = |cause| LiveError::Rule { rule: rule.name.clone(), cause };
            let conditions = Conditions::new(&rule.when).map_err(wrong)?;
            let act = parts.act(&rule.name, &rule.action, making)?;
            rules.push((conditions, act, rule.name.clone()));
        }
        let default = (parts.act(name, &listener.default, making)?, name.to_owned());
        Ok(Self { rules, default, forwarded: listener.forwarded })
    }

    /// What the first rule that holds does, and its name.
    pub(super) fn act(&self, asked: &Asked<'_>) -> (&Act, &str) {
        let first = self.rules.iter().find(|(conditions, ..)| conditions.hold(asked));
        let (act, name) =
            first.map_or((&self.default.0, &self.default.1), |(_, act, name)| (act, name));
        (act, name)
    }
}

impl Parts<'_> {
    fn act(&self, name: &str, action: &Action, making: &mut Making) -> Result<Act, LiveError> {
        Ok(match action {
            Action::Forward(forward) => Act::Forward(Forwarding {
                split: self.split(name, forward, making)?,
                sticky: forward.stickiness.as_ref().map(|sticky| Sticky::new(name, sticky)),
            }),
            Action::Redirect(redirect) => Act::Redirect(redirect.clone()),
            Action::FixedResponse(fixed) => Act::Fixed(fixed.clone()),
        })
    }

    /// The weights of a rule: what an engine has ordered stays, as long as its groups do, since
    /// a file knows nothing of a shift that is under way; else what the configuration says.
    fn split(
        &self,
        name: &str,
        forward: &Forward,
        making: &mut Making,
    ) -> Result<Arc<Split>, LiveError> {
        let table = |weights, epoch| Table::new(self.groups, weights, epoch);
        let split = match self.before.get(name) {
            None => Arc::new(Split::new(table(forward.weights.clone(), Epoch::default())?)),
            Some(split) => {
                let present = split.table.load();
                let ordered = (present.epoch > Epoch::default()).then(|| present.weights.clone());
                let ordered = ordered.and_then(|weights| table(weights, present.epoch).ok());
                let table = match ordered {
                    Some(table) => table,
                    None => table(forward.weights.clone(), present.epoch)?,
                };
                making.tables.push((Arc::clone(split), table));
                Arc::clone(split)
            }
        };
        making.splits.insert(name.to_owned(), Arc::clone(&split));
        Ok(split)
    }
}
