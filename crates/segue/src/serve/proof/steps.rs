//! Each change of the weights as the journal tells it: who asked, on what evidence, when it was
//! read back, and what was counted while it was held.

use jiff::Timestamp;
use model::Reason;
use model::ports::{Counts, Record};
use serde::{Deserialize, Serialize};
use traffic::{Counted, Entry, Intent};

use super::requests::add;
use crate::serve::shift::entry;

/// One change of the weights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepTaken {
    /// Number of the intent.
    pub seq: u64,
    /// Share of the new side before, in percent.
    pub from: u8,
    /// Share that was asked for.
    pub to: u8,
    /// When it was written down.
    pub asked: Timestamp,
    /// When the control plane stated it.
    pub landed: Option<Timestamp>,
    /// When the measured share agreed.
    pub converged: Option<Timestamp>,
    /// Whether it was given up for one that mattered more.
    pub abandoned: bool,
    /// Ticks that were observed.
    pub ticks: u32,
    /// What the old side was counted while this was held.
    pub old: Counts,
    /// What the new side was counted while this was held.
    pub new: Counts,
    /// Who acted.
    pub by: String,
    /// The numbers that it rests on.
    pub evidence: String,
    /// Why.
    pub because: Reason,
}

/// The changes of the weights in the records, in their order.
pub fn steps(records: &[Record]) -> Vec<StepTaken> {
    let mut out: Vec<StepTaken> = Vec::new();
    let mut before: Option<Counted> = None;
    for record in records {
        let Ok(entry) = entry(record) else { continue };
        match &entry {
            Entry::Asked(intent) => out.extend(taken(intent)),
            Entry::Abandoned { seq, .. } => {
                on(&mut out, *seq, |step| step.abandoned = true);
            }
            Entry::Landed { seq, at, counted, .. } => {
                on(&mut out, *seq, |step| step.landed = step.landed.or(Some(*at)));
                before = Some(*counted);
            }
            Entry::Converged { seq, at, counted, .. } => {
                on(&mut out, *seq, |step| step.converged = step.converged.or(Some(*at)));
                count(&mut out, *seq, &mut before, *counted);
            }
            Entry::Observed { seq, counted, .. } => {
                on(&mut out, *seq, |step| step.ticks += 1);
                count(&mut out, *seq, &mut before, *counted);
            }
            Entry::Recounted { counted, .. } => before = Some(*counted),
            _ => {}
        }
    }
    out
}

fn taken(intent: &Intent) -> Option<StepTaken> {
    let (from, to) = intent.shares()?;
    Some(StepTaken {
        seq: intent.seq,
        from: from.percent(),
        to: to.percent(),
        asked: intent.at,
        landed: None,
        converged: None,
        abandoned: false,
        ticks: 0,
        old: Counts::default(),
        new: Counts::default(),
        by: intent.actor.clone(),
        evidence: intent.evidence.clone(),
        because: intent.because.clone(),
    })
}

fn on(steps: &mut [StepTaken], seq: u64, change: impl FnOnce(&mut StepTaken)) {
    if let Some(step) = steps.iter_mut().rev().find(|step| step.seq == seq) {
        change(step);
    }
}

/// Adds what was counted since the record before; a balancer that was started anew has nothing to
/// be compared with.
fn count(steps: &mut [StepTaken], seq: u64, before: &mut Option<Counted>, now: Counted) {
    if let Some(since) = before.and_then(|before| now.since(&before)) {
        on(steps, seq, |step| {
            add(&mut step.old, &since.old);
            add(&mut step.new, &since.new);
        });
    }
    *before = Some(now);
}
