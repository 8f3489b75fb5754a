//! What has been answered so far, as the table of operations reads it.

use std::collections::BTreeSet;

use super::{Outcome, Place, Sweep};
use crate::input::node::Node;

/// The answers so far.
pub(super) struct Seen<'s> {
    sweep: &'s Sweep,
}

/// One answer.
pub(super) struct Page<'s> {
    /// The answer itself.
    pub(super) answer: Node<'s>,
    /// The request.
    pub(super) request: Node<'s>,
    /// Which page of its list, from 1.
    pub(super) number: usize,
}

impl<'s> Seen<'s> {
    pub(super) fn new(sweep: &'s Sweep) -> Self {
        Self { sweep }
    }

    pub(super) fn place(&self) -> &'s Place {
        &self.sweep.place
    }

    /// Every answer of `operation`, in order of the paths.
    pub(super) fn pages(&self, operation: &str) -> Vec<Page<'s>> {
        let entries = self.sweep.entries.get(operation).into_iter().flatten();
        let mut pages: Vec<Page<'s>> = entries
            .filter_map(|(path, entry)| match &entry.outcome {
                Some(Outcome::Answered(answer)) if entry.page > 0 => Some(Page {
                    answer: Node::root(path, answer),
                    request: Node::root(path, &entry.call.request),
                    number: entry.page,
                }),
                Some(_) | None => None,
            })
            .collect();
        // The order of the list, where there is only one: `10.json` stands before `2.json`.
        pages.sort_by_key(|page| page.number);
        pages
    }

    /// The things in the lists called `key` in all answers of `operation`.
    pub(super) fn things(&self, operation: &str, key: &str) -> Vec<Node<'s>> {
        self.pages(operation).iter().flat_map(|page| page.answer.list(key)).collect()
    }

    /// The strings in the lists called `key` in all answers of `operation`, without doubles, in
    /// the order in which they came.
    pub(super) fn strings(&self, operation: &str, key: &str) -> Vec<String> {
        let things = self.things(operation, key);
        distinct(things.iter().filter_map(Node::scalar))
    }

    /// The members called `member` of the things in the lists called `key`, without doubles.
    pub(super) fn members(&self, operation: &str, key: &str, member: &str) -> Vec<String> {
        let things = self.things(operation, key);
        distinct(things.iter().filter_map(|thing| thing.text(member)))
    }
}

/// `all` without doubles and without what is empty, in order.
pub(super) fn distinct(all: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    all.into_iter().filter(|one| !one.is_empty() && seen.insert(one.clone())).collect()
}

/// The part of an ARN behind its last slash or colon.
pub(super) fn last(arn: &str) -> &str {
    arn.rsplit(['/', ':']).next().unwrap_or(arn)
}

/// `kind/NAME/ID` at the end of an ARN → `NAME`.
pub(super) fn middle(arn: &str) -> &str {
    last(arn.rsplit_once('/').map_or(arn, |(before, _)| before))
}
