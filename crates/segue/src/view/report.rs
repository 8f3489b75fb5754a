//! The migration report: one page, offline, for a team in a meeting, some of whom know no Kubernetes.
//!
//! Each section answers one question, and its heading is the answer. `book` groups findings so that
//! the same words are printed once; every other module draws one section. Nothing on the page needs
//! script. Everything that comes from the estate is escaped by `maud`.

mod accepted;
mod appendix;
mod book;
mod duties;
pub(crate) mod format;
mod map;
mod matrix;
mod money;
mod names;
mod page;
mod route;
pub(crate) mod section;
mod verdict;
mod waves;
mod words;
mod worries;

use std::collections::BTreeMap;

use migrate::plan::MigrationPlan;
use migrate::waivers::Waiver;

use super::lang::{Lang, Messages};

pub(crate) use book::{Finding, Named};
pub(crate) use page::{STYLE, render};

/// What tells a report from any other file; it stands in the first lines.
pub(crate) const MARK: &str = "<meta name=\"generator\" content=\"segue migrate report\">";

/// What a report is made of.
#[derive(Debug)]
pub(crate) struct Input<'a> {
    /// `plan/plan.json`.
    pub(crate) plan: &'a MigrationPlan,
    /// `plan/findings.json`.
    pub(crate) findings: Vec<Finding>,
    /// `plan/inventory.json`.
    pub(crate) inventory: Vec<Named>,
    /// The waivers in force today, by the id of their finding.
    pub(crate) waived: &'a BTreeMap<String, Waiver>,
    /// How many settings have which ruling, where `plan/rulings.json` could be read.
    pub(crate) rulings: Option<Rulings>,
    /// The language of the page.
    pub(crate) lang: Lang,
}

/// How many settings have which ruling.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Rulings {
    /// Carried over as they are.
    pub(crate) exact: usize,
    /// Carried over with a difference that is written down.
    pub(crate) approximated: usize,
    /// Told to a person.
    pub(crate) findings: usize,
    /// Left out, each with its reason.
    pub(crate) ignored: usize,
}

/// What every section is drawn from.
struct Page<'a> {
    plan: &'a MigrationPlan,
    book: book::Book<'a>,
    inventory: &'a [Named],
    rulings: Option<Rulings>,
    lang: Lang,
    m: &'static Messages,
}
