//! Bills: lines that are collected by sort of charge, and the bills of each environment.

use std::collections::BTreeMap;

use super::document::{Bill, Charge, EnvironmentCost, Line};
use super::money::Range;

/// A bill while it is made.
#[derive(Debug, Clone, Default)]
pub(super) struct Sheet(BTreeMap<Charge, (Range<i64>, Range)>);

impl Sheet {
    /// Adds an amount that is rounded to cents already.
    pub(super) fn add(&mut self, what: Charge, count: Range<i64>, amount: Range) {
        let (counts, amounts) = self.0.entry(what).or_default();
        *counts = Range::by(|case| counts.of(case).saturating_add(count.of(case)));
        *amounts = *amounts + amount;
    }

    /// This and `other` on one bill.
    #[must_use]
    pub(super) fn with(mut self, other: &Self) -> Self {
        for (what, (count, amount)) in &other.0 {
            self.add(*what, *count, *amount);
        }
        self
    }

    /// The amounts of one sort of charge.
    pub(super) fn amount(&self, what: Charge) -> Range {
        self.0.get(&what).map(|(_, amount)| *amount).unwrap_or_default()
    }

    /// The bill, without lines that are nothing in every case.
    pub(super) fn bill(&self) -> Bill {
        let lines: Vec<Line> = self
            .0
            .iter()
            .filter(|(_, (count, amount))| *count != Range::fixed(0) || *amount != Range::default())
            .map(|(what, (count, amount))| Line { what: *what, count: *count, amount: *amount })
            .collect();
        let total = lines.iter().map(|line| line.amount).sum();
        Bill { lines, total }
    }
}

/// The bills of one environment while they are made.
#[derive(Debug, Clone, Default)]
pub(super) struct Sheets {
    /// Tasks and container instances as they are.
    pub(super) ecs: Sheet,
    /// The same with the smallest size of Fargate that does.
    pub(super) ecs_right_sized: Sheet,
    /// Public addresses of tasks.
    pub(super) addresses: Sheet,
    /// All load balancers.
    pub(super) balancers: Sheet,
    /// Shared load balancers.
    pub(super) balancers_shared: Sheet,
    /// Control plane and nodes with declared sizes.
    pub(super) first: Sheet,
    /// Control plane and nodes with smaller sizes.
    pub(super) later: Sheet,
}

impl Sheets {
    /// The bills of the environment `name`.
    pub(super) fn bills(&self, name: &str) -> EnvironmentCost {
        let together = |parts: &[&Sheet]| {
            parts.iter().fold(Sheet::default(), |sum, part| sum.with(part)).bill()
        };
        EnvironmentCost {
            name: name.to_owned(),
            today: together(&[&self.ecs, &self.addresses, &self.balancers]),
            ecs_shared: together(&[&self.ecs, &self.addresses, &self.balancers_shared]),
            ecs_right_sized: together(&[
                &self.ecs_right_sized,
                &self.addresses,
                &self.balancers_shared,
            ]),
            during: together(&[&self.ecs, &self.addresses, &self.first, &self.balancers]),
            first: together(&[&self.first, &self.balancers]),
            later: together(&[&self.later, &self.balancers_shared]),
        }
    }

    /// These and `other` together.
    #[must_use]
    pub(super) fn with(self, other: &Self) -> Self {
        Self {
            ecs: self.ecs.with(&other.ecs),
            ecs_right_sized: self.ecs_right_sized.with(&other.ecs_right_sized),
            addresses: self.addresses.with(&other.addresses),
            balancers: self.balancers.with(&other.balancers),
            balancers_shared: self.balancers_shared.with(&other.balancers_shared),
            first: self.first.with(&other.first),
            later: self.later.with(&other.later),
        }
    }
}
