//! What the conversion of one service in one environment writes down: rulings and findings.

use std::collections::BTreeMap;
use std::fmt::Write;

use model::{Reason, Subject};

use crate::finding::{Finding, Place, severity_of};
use crate::input::node::Node;
use crate::ledger::Ledger;

/// The book of one service in one environment, or of the estate as a whole.
#[derive(Debug, Clone)]
pub struct Scope {
    /// Canonical service, or empty for the estate as a whole.
    pub service: String,
    /// Canonical environment, `default` where none is known, or empty for the whole estate.
    pub env: String,
    /// Rulings on the leaves read here.
    pub ledger: Ledger,
    /// Findings in the order they were made.
    pub findings: Vec<Finding>,
    counts: BTreeMap<&'static str, usize>,
}

impl Scope {
    /// An empty book for `service` in `env`.
    pub fn new(service: &str, env: &str) -> Self {
        Self {
            service: service.to_owned(),
            env: env.to_owned(),
            ledger: Ledger::default(),
            findings: Vec::new(),
            counts: BTreeMap::new(),
        }
    }

    /// `node` is kept with the same meaning at `target`.
    pub fn exact(&mut self, node: &Node<'_>, target: &str) {
        self.ledger.exact(node, target);
    }

    /// `node` is kept at `target` with the difference `why`.
    pub fn approximated(&mut self, node: &Node<'_>, target: &str, why: &str) {
        self.ledger.approximated(node, target, why);
    }

    /// Nothing is made of `node`, because of `why`.
    pub fn ignored(&mut self, node: &Node<'_>, why: &str) {
        self.ledger.ignored(node, why);
    }

    /// `node` is a matter for a person. Returns the id of the finding.
    pub fn finding(&mut self, node: &Node<'_>, reason: Reason) -> String {
        self.finding_at(node, reason, None)
    }

    /// Like [`Scope::finding`], for a leaf that is kept at `target` all the same.
    pub fn finding_kept(&mut self, node: &Node<'_>, reason: Reason, target: &str) -> String {
        self.finding_at(node, reason, Some(target))
    }

    fn finding_at(&mut self, node: &Node<'_>, reason: Reason, target: Option<&str>) -> String {
        let why = reason.sentence();
        let id = self.add(Some(node), reason);
        self.ledger.finding(node, &id, &why, target);
        id
    }

    /// A finding about `node` that does not change what became of it. Returns its id.
    pub fn note(&mut self, node: &Node<'_>, reason: Reason) -> String {
        let id = self.add(Some(node), reason);
        self.ledger.mention(node, &id);
        id
    }

    /// A finding that comes from no single place. Returns its id.
    pub fn report(&mut self, reason: Reason) -> String {
        self.add(None, reason)
    }

    /// True if something keeps this service from being generated.
    pub fn blocked(&self) -> bool {
        self.findings.iter().any(Finding::blocks)
    }

    /// The same sentence twice is one finding, whatever number of leaves it speaks of.
    fn add(&mut self, node: Option<&Node<'_>>, reason: Reason) -> String {
        if let Some(present) = self.findings.iter().find(|finding| finding.reason == reason) {
            return present.id.clone();
        }
        let count = self.counts.entry(reason.code.id).or_insert(0);
        *count += 1;
        let parts = [reason.code.id, self.service.as_str(), self.env.as_str()];
        let mut id =
            parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("/");
        let _ = write!(id, "/{count}");
        self.findings.push(Finding {
            id: id.clone(),
            severity: severity_of(reason.code).letter(),
            subject: self.subject(),
            environment: self.env.clone(),
            place: node
                .map(|node| Place { file: node.file.to_owned(), pointer: node.pointer.clone() }),
            reason,
        });
        id
    }

    fn subject(&self) -> Subject {
        if self.service.is_empty() {
            Subject::new("estate", "estate")
        } else {
            Subject::new("service", &self.service)
        }
    }
}
