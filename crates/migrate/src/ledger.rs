//! The ledger of rulings: what became of every leaf of every input file.
//!
//! **Invariant:** no leaf is dropped silently. The converter claims what it reads; what nobody
//! claimed becomes a finding when the ledger is closed.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::input::node::Node;

/// What became of a leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Ruling {
    /// Nothing is made of it, for the reason given.
    Ignored,
    /// It is kept with the same meaning at the target.
    Exact,
    /// It is kept at the target with a difference that the reason names.
    Approximated,
    /// A person must look: the finding says why.
    Finding,
}

/// The ruling on one leaf: one row of `plan/rulings.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The input file, as the snapshot names it.
    pub file: String,
    /// RFC 6901 pointer into the file as given.
    pub pointer: String,
    /// The canonical service that the leaf belongs to; `None` for things of the whole estate.
    pub service: Option<String>,
    /// What became of it.
    pub ruling: Ruling,
    /// Where it went, `Kind/name path`; several places are joined by `; `.
    pub target: Option<String>,
    /// Id of the finding that speaks of it.
    pub finding: Option<String>,
    /// Why it is approximated, ignored or a finding.
    pub reason: Option<String>,
}

/// A claim on a leaf before it becomes a row.
#[derive(Debug, Clone, Default)]
struct Claim {
    ruling: Option<Ruling>,
    targets: Vec<String>,
    findings: Vec<String>,
    reasons: Vec<String>,
}

/// Rulings of one service, or of the estate as a whole.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    /// By file, then by pointer.
    claims: BTreeMap<String, BTreeMap<String, Claim>>,
}

impl Ledger {
    /// Rules every leaf under `node` as kept with the same meaning at `target`.
    pub fn exact(&mut self, node: &Node<'_>, target: &str) {
        self.claim(node, Ruling::Exact, Some(target), None);
    }

    /// Rules every leaf under `node` as kept at `target`, with the difference `why`.
    pub fn approximated(&mut self, node: &Node<'_>, target: &str, why: &str) {
        self.claim(node, Ruling::Approximated, Some(target), Some(why));
    }

    /// Rules every leaf under `node` as not needed, because of `why`.
    pub fn ignored(&mut self, node: &Node<'_>, why: &str) {
        self.claim(node, Ruling::Ignored, None, Some(why));
    }

    /// Rules every leaf under `node` as a matter for a person: finding `id` says why.
    pub fn finding(&mut self, node: &Node<'_>, id: &str, why: &str, target: Option<&str>) {
        self.claim(node, Ruling::Finding, target, Some(why));
        self.mention(node, id);
    }

    /// Lets finding `id` speak of the leaves under `node` without changing what became of them.
    pub fn mention(&mut self, node: &Node<'_>, id: &str) {
        if id.is_empty() {
            return;
        }
        for leaf in node.leaves() {
            push_new(&mut self.entry(&leaf).findings, id);
        }
    }

    /// Writes targets that begin with `from` anew, once for each of `to`: what an object is called,
    /// or what takes its place, may be known only after the fields were read.
    pub fn retarget(&mut self, from: &str, to: &[String]) {
        for claim in self.claims.values_mut().flat_map(BTreeMap::values_mut) {
            let mut targets = Vec::new();
            for target in std::mem::take(&mut claim.targets) {
                match target.strip_prefix(from) {
                    Some(rest) => {
                        for to in to {
                            push_new(&mut targets, &format!("{to}{rest}"));
                        }
                    }
                    None => push_new(&mut targets, &target),
                }
            }
            claim.targets = targets;
        }
    }

    /// Takes over the claims of another ledger.
    pub fn merge(&mut self, other: Self) {
        let claims = other.claims.into_iter().flat_map(|(file, claims)| {
            claims.into_iter().map(move |(pointer, claim)| (file.clone(), pointer, claim))
        });
        for (file, pointer, theirs) in claims {
            let ours = self.claims.entry(file).or_default().entry(pointer).or_default();
            if ours.ruling < theirs.ruling {
                ours.ruling = theirs.ruling;
                ours.reasons.clone_from(&theirs.reasons);
            }
            theirs.targets.iter().for_each(|target| push_new(&mut ours.targets, target));
            theirs.findings.iter().for_each(|finding| push_new(&mut ours.findings, finding));
        }
    }

    /// True if every leaf under `node` has a ruling.
    pub fn has(&self, node: &Node<'_>) -> bool {
        node.leaves().iter().all(|leaf| self.ruling(leaf).is_some())
    }

    /// The ruling on a leaf, if it has one.
    fn ruling(&self, leaf: &Node<'_>) -> Option<Ruling> {
        self.claims.get(leaf.file)?.get(leaf.pointer.as_str())?.ruling
    }

    /// True if the leaf `node` is ruled as kept.
    pub fn keeps(&self, node: &Node<'_>) -> bool {
        matches!(self.ruling(node), Some(Ruling::Exact | Ruling::Approximated))
    }

    /// File and pointer of every leaf that has a ruling.
    pub fn places(&self) -> impl Iterator<Item = (&str, &str)> {
        let ruled = self.each().filter(|(_, _, claim)| claim.ruling.is_some());
        ruled.map(|(file, pointer, _)| (file, pointer))
    }

    /// File, pointer and claim of every leaf, in order of both.
    fn each(&self) -> impl Iterator<Item = (&str, &str, &Claim)> {
        self.claims.iter().flat_map(|(file, claims)| {
            claims.iter().map(move |(pointer, claim)| (file.as_str(), pointer.as_str(), claim))
        })
    }

    /// The leaves under `node` that have no ruling yet.
    pub fn unclaimed<'a>(&self, node: &Node<'a>) -> Vec<Node<'a>> {
        node.leaves().into_iter().filter(|leaf| self.ruling(leaf).is_none()).collect()
    }

    /// The rows of this ledger for `service`, in order of file and pointer.
    pub fn rows(&self, service: Option<&str>) -> Vec<Row> {
        let row = |(file, pointer, claim): (&str, &str, &Claim)| {
            Some(Row {
                file: file.to_owned(),
                pointer: pointer.to_owned(),
                service: service.map(str::to_owned),
                ruling: claim.ruling?,
                target: joined(&claim.targets),
                finding: joined(&claim.findings),
                reason: joined(&claim.reasons),
            })
        };
        self.each().filter_map(row).collect()
    }

    fn claim(&mut self, node: &Node<'_>, ruling: Ruling, target: Option<&str>, why: Option<&str>) {
        for leaf in node.leaves() {
            let claim = self.entry(&leaf);
            // A leaf read twice keeps its weightiest ruling and every target.
            if claim.ruling.is_some_and(|old| old < ruling) && ruling != Ruling::Ignored {
                claim.reasons.clear();
            }
            if claim.ruling.is_none_or(|old| old <= ruling) {
                claim.ruling = Some(ruling);
                if let Some(why) = why {
                    push_new(&mut claim.reasons, why);
                }
            }
            for target in target.iter().flat_map(|target| target.split("; ")) {
                push_new(&mut claim.targets, target);
            }
        }
    }

    fn entry(&mut self, leaf: &Node<'_>) -> &mut Claim {
        let file = self.claims.entry(leaf.file.to_owned()).or_default();
        file.entry(leaf.pointer.clone()).or_default()
    }
}

fn push_new(list: &mut Vec<String>, text: &str) {
    if !list.iter().any(|present| present == text) {
        list.push(text.to_owned());
    }
}

fn joined(list: &[String]) -> Option<String> {
    (!list.is_empty()).then(|| list.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_weightiest_ruling_stays_and_targets_add_up() {
        let value = json!({"cpu": 256});
        let root = Node::root("a.json", &value);
        let mut ledger = Ledger::default();
        ledger.ignored(&root, "not needed");
        ledger.exact(&root, "Deployment/a spec.x");
        ledger.approximated(&root, "Deployment/a spec.y", "rounded up");
        let rows = ledger.rows(Some("a"));
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].ruling, Ruling::Approximated);
        assert_eq!(rows[0].target.as_deref(), Some("Deployment/a spec.x; Deployment/a spec.y"));
        assert_eq!(rows[0].reason.as_deref(), Some("rounded up"));
    }
}
