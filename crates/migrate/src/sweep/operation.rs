//! What the sweep knows of an operation.

use serde_json::Value;

use super::page::Page;
use super::seen::Seen;

/// An operation of the sweep.
#[derive(Debug)]
pub struct Operation {
    /// `service:Operation` as IAM writes it.
    pub name: &'static str,
    /// What must be allowed besides the operation itself.
    pub also: &'static [&'static str],
    /// What is missing in the plan without it.
    pub missing: &'static str,
    /// What a failure that is no refusal means for the scan.
    pub weight: Weight,
    /// True for services that have no region.
    pub global: bool,
    /// Operations whose answers say what to ask.
    pub(super) after: &'static [&'static str],
    /// True if all answers of those must be in before the first call is made.
    pub(super) waits: bool,
    /// How its list is paged.
    pub(super) page: Page,
    /// The calls, one a list, from what has been answered.
    pub(super) drafts: fn(&Seen<'_>) -> Vec<Draft>,
}

/// How much a plan depends on the answers of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// A plan without it would be wrong: a scan that cannot get it stops and goes on later.
    Core,
    /// A plan without it says less: the scan goes on, and the plan names what is missing.
    Evidence,
}

/// The first call of a list.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Draft {
    /// What the file is called; none where there is one list in the account.
    pub(super) name: Option<String>,
    /// The request.
    pub(super) request: Value,
}

impl Draft {
    /// The one list of an account.
    pub(super) fn only(request: Value) -> Vec<Self> {
        vec![Self { name: None, request }]
    }

    /// A call about `name`.
    pub(super) fn about(name: impl Into<String>, request: Value) -> Self {
        Self { name: Some(name.into()), request }
    }
}

impl Operation {
    /// An operation with one list an account, whose absence makes a plan say less.
    pub(super) const fn list(
        name: &'static str,
        page: Page,
        drafts: fn(&Seen<'_>) -> Vec<Draft>,
        missing: &'static str,
    ) -> Self {
        Self {
            name,
            also: &[],
            missing,
            weight: Weight::Evidence,
            global: false,
            after: &[],
            waits: false,
            page,
            drafts,
        }
    }

    /// The same, asked for what `after` names, as its answers come in.
    pub(super) const fn each(self, after: &'static [&'static str]) -> Self {
        Self { after, ..self }
    }

    /// The same, asked when all answers of `after` are in.
    pub(super) const fn behind(self, after: &'static [&'static str]) -> Self {
        Self { after, waits: true, ..self }
    }

    /// The same, as one that a plan cannot be without.
    pub(super) const fn core(self) -> Self {
        Self { weight: Weight::Core, ..self }
    }

    /// The same for a service without regions.
    pub(super) const fn global(self) -> Self {
        Self { global: true, ..self }
    }

    /// The same with another action that must be allowed.
    pub(super) const fn also(self, also: &'static [&'static str]) -> Self {
        Self { also, ..self }
    }

    /// The calls that need no answer first: what a check of permissions can try.
    pub fn probe(&self, place: &super::Place) -> Option<Value> {
        if !self.after.is_empty() || (self.global && !place.global) {
            return None;
        }
        let sweep = super::Sweep::new(place.clone());
        (self.drafts)(&Seen::new(&sweep)).into_iter().next().map(|draft| draft.request)
    }
}
