//! Which waivers count on a day, and what must be said of those that do not.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::Reason;
use model::code::preflight as code;

use super::terms::{Terms, Waiver};
use super::verdict::{CheckId, Checked, Verdict};

/// The waivers that count, by check, and the notes on the others.
#[derive(Debug, Default)]
pub(super) struct InForce<'a> {
    by_check: BTreeMap<CheckId, &'a Waiver>,
    pub(super) notes: Vec<Reason>,
}

impl<'a> InForce<'a> {
    /// Judges the waivers of the terms on the day of `now`, in UTC.
    pub(super) fn of(terms: &'a Terms, now: Timestamp) -> Self {
        let today = now.to_zoned(TimeZone::UTC).date();
        let mut out = Self::default();
        for waiver in &terms.waivers {
            let note = |code| Reason::new(code).with("check", &waiver.check).with("by", &waiver.by);
            let lacks = [("name", &waiver.by), ("reason", &waiver.reason)]
                .into_iter()
                .find_map(|(name, text)| text.trim().is_empty().then_some(name));
            let Some(id) = CheckId::find(waiver.check.trim()) else {
                out.notes.push(note(&code::WAIVER_UNKNOWN));
                continue;
            };
            if let Some(lacks) = lacks {
                out.notes.push(note(&code::WAIVER_EMPTY).with("lacks", lacks));
            } else if waiver.until < today {
                out.notes.push(note(&code::WAIVER_EXPIRED).with("until", waiver.until));
            } else {
                if waiver.by == terms.author {
                    out.notes.push(note(&code::WAIVER_OWN));
                }
                out.by_check.entry(id).or_insert(waiver);
            }
        }
        out
    }

    /// The waiver of a check.
    pub(super) fn of_check(&self, id: CheckId) -> Option<&'a Waiver> {
        self.by_check.get(&id).copied()
    }

    /// Notes on waivers of checks that need none. A check that guards the steps only may need its
    /// waiver later, so that nothing is said of it.
    pub(super) fn needless<'c>(
        &self,
        checks: &'c [Checked],
    ) -> impl Iterator<Item = Reason> + use<'a, 'c, '_> {
        checks.iter().filter_map(|checked| {
            let waiver = self.of_check(checked.id)?;
            let needed = matches!(checked.verdict, Verdict::Waived { .. });
            let only = checked.kind == super::Kind::Preflight;
            (only && !needed).then(|| {
                Reason::new(&code::WAIVER_NEEDLESS)
                    .with("check", checked.id)
                    .with("by", &waiver.by)
                    .with("verdict", &checked.verdict)
            })
        })
    }
}
