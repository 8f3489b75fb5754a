//! The steps of one move as they are written down, each after the one before.

use model::{Reason, code::Code};
use serde_json::Value;

use crate::consolidate::carry::Made;
use crate::consolidate::document::{Action, Call, Step, Until};

/// Steps under construction.
#[derive(Debug)]
pub(super) struct Draft {
    of: String,
    prefix: String,
    region: String,
    /// What was written so far.
    pub(super) steps: Vec<Step>,
}

impl Draft {
    /// No steps yet; `of` is the move, `prefix` begins the ids.
    pub(super) fn new(of: &str, prefix: &str, region: &str) -> Self {
        let [of, prefix, region] = [of, prefix, region].map(str::to_owned);
        Self { of, prefix, region, steps: Vec::new() }
    }

    /// Adds a step after the last one and hands it back to be completed.
    pub(super) fn step(&mut self, action: Action, because: Reason) -> &mut Step {
        let after = self.last().into_iter().collect();
        let id = format!("{}/{:02}", self.prefix, self.steps.len() + 1);
        let of = self.of.clone();
        self.steps.push(Step {
            id,
            of,
            action,
            percent: None,
            calls: Vec::new(),
            until: Vec::new(),
            after,
            back: None,
            because,
        });
        let at = self.steps.len() - 1;
        &mut self.steps[at]
    }

    /// Adds a step with calls, unless there are none.
    pub(super) fn calls(
        &mut self,
        action: Action,
        made: Vec<Made>,
        because: Reason,
    ) -> Option<&mut Step> {
        if made.is_empty() {
            return None;
        }
        let region = self.region.clone();
        let step = self.step(action, because);
        step.calls = made.into_iter().map(|made| call(&region, made)).collect();
        Some(step)
    }

    /// The id of the last step.
    pub(super) fn last(&self) -> Option<String> {
        self.steps.last().map(|step| step.id.clone())
    }

    /// The id of the last step of that sort.
    pub(super) fn last_of(&self, action: Action) -> Option<String> {
        self.steps.iter().rev().find(|step| step.action == action).map(|step| step.id.clone())
    }
}

fn call(region: &str, (operation, input): (&'static str, Value)) -> Call {
    Call { operation: operation.to_owned(), region: region.to_owned(), input }
}

/// A reason about a service in its environment that is one sentence of its own.
pub(super) fn because(code: &'static Code, what: impl Into<String>) -> Reason {
    Reason::new(code).with("what", what.into())
}

/// Waits for a service to be steady with so many tasks.
pub(super) fn steady(cluster: &str, service: &str, tasks: i64) -> Until {
    Until::Steady { cluster: cluster.to_owned(), service: service.to_owned(), tasks }
}
