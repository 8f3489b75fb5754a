//! Two accounts of the same requests, side by side: who sent them, and who passed them on.

use model::Reason;
use model::code::proof as code;
use model::ports::{Counts, Record};
use serde::{Deserialize, Serialize};
use traffic::{Counted, Entry};

use crate::serve::book::Probes;
use crate::serve::shift::entry;

/// Every request, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Requests {
    /// What the prober sent; `None` if none ran.
    pub prober: Option<ProberAccount>,
    /// What the balancer passed on.
    pub balancer: BalancerAccount,
    /// The old side in both accounts.
    pub old: Reconciled,
    /// The new side in both accounts.
    pub new: Reconciled,
    /// Requests that no application answered: the prober's, or where none ran the balancer's own
    /// 502, 503 and 504.
    pub lost: u64,
    /// What the accounts do not agree in, or cannot say.
    pub notes: Vec<Reason>,
}

/// What the prober sent, and how it ended.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProberAccount {
    /// Sent.
    pub sent: u64,
    /// Due and not sent, because too many were under way.
    pub skipped: u64,
    /// The old side's answers.
    pub old: Answers,
    /// The new side's answers.
    pub new: Answers,
    /// Without an answer of an application.
    pub lost: u64,
    /// The first of them.
    pub lost_first: Vec<LostRequest>,
}

/// Both accounts of the same requests, over the same time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Witness {
    /// What the prober sent.
    pub prober: ProberAccount,
    /// What the balancer passed on meanwhile.
    pub balancer: BalancerAccount,
}

/// One side's answers, as the prober got them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answers {
    /// Anything but a 5xx.
    pub answered: u64,
    /// A 5xx of the application.
    pub failed: u64,
    /// Microseconds in which half of the answers came.
    pub p50_micros: u64,
    /// … 99 of 100.
    pub p99_micros: u64,
}

/// A request that no application answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LostRequest {
    /// Its id, as it stands in the logs.
    pub id: String,
    /// What became of it.
    pub cause: String,
}

/// What the balancer passed on during the shift.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BalancerAccount {
    /// The old side.
    pub old: Counts,
    /// The new side.
    pub new: Counts,
    /// How often it began to count again.
    pub restarts: u32,
}

/// One side in both accounts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reconciled {
    /// Answers of this side that the balancer passed on.
    pub balancer: u64,
    /// Those of them that the prober got.
    pub prober: u64,
    /// The rest: answers to other clients.
    pub others: u64,
    /// Answers that the prober got and the balancer did not count; 0 if both are whole.
    pub missing: u64,
    /// Requests that the balancer answered itself with 502, 503 or 504.
    pub refused: u64,
}

impl Requests {
    /// Both accounts, held against each other.
    pub fn of(prober: Option<ProberAccount>, balancer: BalancerAccount) -> Self {
        let none = Answers::default();
        let side = |answers: Option<&Answers>, counts: &Counts| {
            let answers = answers.unwrap_or(&none);
            Reconciled::of(answers.answered + answers.failed, counts)
        };
        let old = side(prober.as_ref().map(|one| &one.old), &balancer.old);
        let new = side(prober.as_ref().map(|one| &one.new), &balancer.new);
        let refused = old.refused + new.refused;
        let lost = prober.as_ref().map_or(refused, |prober| prober.lost);
        let notes = notes(prober.as_ref(), &balancer, &[("old", old), ("new", new)], lost);
        Self { prober, balancer, old, new, lost, notes }
    }

    /// Whether every request that was sent has an end in both accounts.
    pub fn whole(&self) -> bool {
        let under_way = self.prober.as_ref().map_or(0, ProberAccount::under_way);
        under_way == 0 && self.old.missing == 0 && self.new.missing == 0
    }
}

impl Reconciled {
    fn of(prober: u64, counts: &Counts) -> Self {
        let balancer = counts.answered + counts.failed;
        Self {
            balancer,
            prober,
            others: balancer.saturating_sub(prober),
            missing: prober.saturating_sub(balancer),
            refused: counts.refused,
        }
    }
}

impl ProberAccount {
    /// Requests that have no end yet.
    pub fn under_way(&self) -> u64 {
        let ended = [&self.old, &self.new].map(|side| side.answered + side.failed);
        self.sent.saturating_sub(ended[0] + ended[1] + self.lost)
    }
}

impl From<&live::Tally> for ProberAccount {
    fn from(tally: &live::Tally) -> Self {
        let micros =
            |took: std::time::Duration| u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let side = |name: &str| {
            tally.sides.get(name).map_or_else(Answers::default, |side| Answers {
                answered: side.answered,
                failed: side.failed,
                p50_micros: micros(side.latency.percentile(50.0)),
                p99_micros: micros(side.latency.percentile(99.0)),
            })
        };
        let lost =
            |(id, cause): &(String, String)| LostRequest { id: id.clone(), cause: cause.clone() };
        Self {
            sent: tally.sent,
            skipped: tally.skipped,
            old: side("old"),
            new: side("new"),
            lost: tally.lost,
            lost_first: tally.lost_first.iter().map(lost).collect(),
        }
    }
}

impl From<&ProberAccount> for Probes {
    fn from(account: &ProberAccount) -> Self {
        Self {
            sent: account.sent,
            old: account.old.answered,
            new: account.new.answered,
            failed: account.old.failed + account.new.failed,
            lost: account.lost,
        }
    }
}

impl BalancerAccount {
    /// What the counts in the records of a journal add up to. A balancer that was started anew
    /// begins at 0: what it had counted since the record before is not known.
    pub fn of_journal(records: &[Record]) -> Self {
        let counted = records.iter().filter_map(|record| match entry(record).ok()? {
            Entry::Landed { counted, .. }
            | Entry::Converged { counted, .. }
            | Entry::Observed { counted, .. }
            | Entry::Recounted { counted, .. } => Some(counted),
            _ => None,
        });
        let mut account = Self::default();
        let mut before: Option<Counted> = None;
        for now in counted {
            if let Some(before) = before {
                let restarted = now.since(&before).is_none();
                let since = now.since(&before).unwrap_or(now);
                add(&mut account.old, &since.old);
                add(&mut account.new, &since.new);
                account.restarts += u32::from(restarted);
            }
            before = Some(now);
        }
        account
    }
}

/// Adds `more` to each count.
pub(super) fn add(to: &mut Counts, more: &Counts) {
    to.chosen += more.chosen;
    to.answered += more.answered;
    to.failed += more.failed;
    to.refused += more.refused;
}

fn notes(
    prober: Option<&ProberAccount>,
    balancer: &BalancerAccount,
    sides: &[(&str, Reconciled)],
    lost: u64,
) -> Vec<Reason> {
    let mut out = Vec::new();
    let refused: u64 = sides.iter().map(|(_, side)| side.refused).sum();
    if lost > 0 || refused > 0 {
        out.push(Reason::new(&code::LOST).with("lost", lost).with("refused", refused));
    }
    match prober {
        None => out.push(Reason::new(&code::NO_PROBER)),
        Some(prober) if prober.under_way() > 0 => {
            out.push(Reason::new(&code::UNDER_WAY).with("requests", prober.under_way()));
        }
        Some(_) => {}
    }
    for (name, side) in sides.iter().filter(|(_, side)| side.missing > 0) {
        let reason = Reason::new(&code::MISSING).with("side", name);
        out.push(reason.with("balancer", side.balancer).with("prober", side.prober));
    }
    if balancer.restarts > 0 {
        out.push(Reason::new(&code::RECOUNTED).with("times", balancer.restarts));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(answered: u64, failed: u64, refused: u64) -> Counts {
        Counts { chosen: answered + failed + refused, answered, failed, refused }
    }

    fn prober(sent: u64, old: u64, new: u64, lost: u64) -> ProberAccount {
        let answers = |answered| Answers { answered, ..Answers::default() };
        ProberAccount {
            sent,
            old: answers(old),
            new: answers(new),
            lost,
            ..ProberAccount::default()
        }
    }

    fn ids(requests: &Requests) -> Vec<&str> {
        requests.notes.iter().map(|note| note.code.id).collect()
    }

    #[test]
    fn what_the_prober_did_not_get_went_to_others() {
        let balancer =
            BalancerAccount { old: counts(70, 0, 0), new: counts(40, 2, 0), restarts: 0 };
        let requests = Requests::of(Some(prober(100, 60, 40, 0)), balancer);
        assert_eq!((requests.old.others, requests.new.others), (10, 2));
        assert!(requests.whole() && requests.notes.is_empty() && requests.lost == 0);
    }

    #[test]
    fn whatever_does_not_add_up_is_told() {
        let balancer =
            BalancerAccount { old: counts(50, 0, 3), new: counts(40, 0, 0), restarts: 1 };
        let requests = Requests::of(Some(prober(100, 60, 30, 4)), balancer);
        assert_eq!(requests.old.missing, 10);
        assert!(!requests.whole());
        assert_eq!(ids(&requests), ["SG-P024", "SG-P021", "SG-P020", "SG-P022"]);
        assert_eq!(requests.notes[1].facts["requests"], "6");
    }

    #[test]
    fn without_a_prober_the_balancers_own_refusals_are_what_is_known_to_be_lost() {
        let balancer = BalancerAccount { old: counts(5, 0, 2), ..BalancerAccount::default() };
        let requests = Requests::of(None, balancer);
        assert_eq!((requests.lost, ids(&requests)), (2, vec!["SG-P024", "SG-P023"]));
    }
}
