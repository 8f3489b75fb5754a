//! The rules of one listener, made ready for its requests.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwap;
use model::ports::Epoch;

use super::action::{Action, FixedResponse, Redirect};
use super::config::ListenerConfig;
use super::group::Group;
use super::rules::{Asked, Conditions};
use super::table::Table;
use crate::LiveError;

/// The weights of one rule, and whose turn it is. Outlives changes of the rule's conditions.
#[derive(Debug)]
pub(super) struct Split {
    pub(super) table: ArcSwap<Table>,
    turn: AtomicU64,
}

impl Split {
    fn new(table: Table) -> Self {
        Self { table: ArcSwap::from_pointee(table), turn: AtomicU64::new(0) }
    }

    /// The group for the next request.
    pub(super) fn next(&self) -> Option<Arc<Group>> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        // The table is not held while the request is under way, so that an old one can go.
        self.table.load().group(turn).cloned()
    }
}

/// What a rule does, made ready.
#[derive(Debug)]
pub(super) enum Act {
    Forward(Arc<Split>),
    Redirect(Redirect),
    Fixed(FixedResponse),
}

/// The rules of one listener. Never changed, only replaced.
#[derive(Debug)]
pub(super) struct Routes {
    rules: Vec<(Conditions, Act)>,
    default: Act,
}

/// The weighted rules by name.
pub(super) type Splits = BTreeMap<String, Arc<Split>>;

impl Routes {
    /// The rules of the listener `name`, out of a configuration that was checked. Adds each that
    /// forwards to `splits`.
    pub(super) fn new(
        name: &str,
        listener: &ListenerConfig,
        groups: &BTreeMap<String, Arc<Group>>,
        splits: &mut Splits,
    ) -> Result<Self, LiveError> {
        let mut rules = Vec::with_capacity(listener.rules.len());
        for rule in &listener.rules {
            let wrong = |cause| LiveError::Rule { rule: rule.name.clone(), cause };
            let conditions = Conditions::new(&rule.when).map_err(wrong)?;
            rules.push((conditions, act(&rule.name, &rule.action, groups, splits)?));
        }
        let default = act(name, &listener.default, groups, splits)?;
        Ok(Self { rules, default })
    }

    /// What the first rule that holds does.
    pub(super) fn act(&self, asked: &Asked<'_>) -> &Act {
        let first = self.rules.iter().find(|(conditions, _)| conditions.hold(asked));
        first.map_or(&self.default, |(_, act)| act)
    }
}

fn act(
    name: &str,
    action: &Action,
    groups: &BTreeMap<String, Arc<Group>>,
    splits: &mut Splits,
) -> Result<Act, LiveError> {
    Ok(match action {
        Action::Forward(forward) => {
            let table = Table::new(groups, forward.weights.clone(), Epoch::default())?;
            let split = Arc::new(Split::new(table));
            splits.insert(name.to_owned(), Arc::clone(&split));
            Act::Forward(split)
        }
        Action::Redirect(redirect) => Act::Redirect(redirect.clone()),
        Action::FixedResponse(fixed) => Act::Fixed(fixed.clone()),
    })
}
