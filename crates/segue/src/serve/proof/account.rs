//! From what is known to the account: a pure function, so that equal sources give equal bytes.

use jiff::Timestamp;
use model::ports::Record;
use sha2::{Digest as _, Sha256};

use super::key::{Public, hex};
use super::requests::{BalancerAccount, ProberAccount, Requests};
use super::steps::steps;
use super::{FORMAT_VERSION, JournalMark, KIND, Ledger};
use crate::serve::book::ShiftStatus;

/// What a ledger is made of.
#[derive(Debug, Clone)]
pub struct Sources<'a> {
    /// The shift with its history and its series.
    pub status: &'a ShiftStatus,
    /// All records of its journal, oldest first.
    pub records: &'a [Record],
    /// What the prober sent; `None` if none ran.
    pub prober: Option<ProberAccount>,
    /// What the balancer counted during the shift; `None` takes what the journal says.
    pub balancer: Option<BalancerAccount>,
    /// When it is written.
    pub written: Timestamp,
    /// The program with its version.
    pub tool: &'a str,
    /// The key that will sign it.
    pub key: &'a Public,
}

/// The account of one shift.
pub fn account(sources: &Sources<'_>) -> Ledger {
    let status = sources.status;
    let balancer = sources.balancer.unwrap_or_else(|| BalancerAccount::of_journal(sources.records));
    Ledger {
        api_version: "segue.dev/v1alpha1".to_owned(),
        kind: KIND.to_owned(),
        format_version: FORMAT_VERSION,
        tool: sources.tool.to_owned(),
        key: sources.key.hex(),
        written: sources.written,
        shift: status.name.clone(),
        service: status.service.clone(),
        environment: status.environment.clone(),
        author: status.author.clone(),
        approved: status.approved.clone(),
        rule: status.rule.clone(),
        old: status.old.group.clone(),
        new: status.new.group.clone(),
        fate: status.fate,
        because: status.because.clone(),
        began: status.began,
        ended: status.ended,
        requests: Requests::of(sources.prober.clone(), balancer),
        steps: steps(sources.records),
        gates: status.gates.clone(),
        history: status.history.clone(),
        series: status.series.clone(),
        journal: journal(&format!("shift/{}", status.name), sources.records),
    }
}

/// What `records` of `subject` are held against later: one line of JSON each, with sorted keys, in
/// their order. Records of others are passed over.
pub fn journal(subject: &str, records: &[Record]) -> JournalMark {
    let own: Vec<&Record> = records.iter().filter(|record| record.subject == subject).collect();
    let mut hash = Sha256::new();
    for record in &own {
        // A record has no map whose keys are no text, so that this cannot fail.
        hash.update(serde_json::to_string(record).unwrap_or_default());
        hash.update("\n");
    }
    JournalMark {
        subject: subject.to_owned(),
        records: own.len(),
        first: own.first().map(|record| record.at),
        last: own.last().map(|record| record.at),
        epoch: own.iter().map(|record| record.epoch.0).max().unwrap_or_default(),
        sha256: hex(&hash.finalize()),
    }
}
