//! An account of what was sent: counts always, every request if it is asked for.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use model::ports::Call;

use crate::limits::AWS_TRACE_MAX;

/// A request that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// `ecs:DescribeServices`.
    pub operation: String,
    /// Which attempt of its call it was, from 1.
    pub attempt: u32,
    /// The status of the answer; 0 when there was none.
    pub status: u16,
    /// The code of the error; empty when there was none.
    pub code: String,
    /// The time in the signature.
    pub signed: Timestamp,
}

#[derive(Debug)]
pub(super) struct Trace {
    whole: bool,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    counts: BTreeMap<String, u64>,
    requests: VecDeque<Sent>,
}

impl Trace {
    pub(super) fn new(whole: bool) -> Self {
        Self { whole, kept: Mutex::default() }
    }

    pub(super) fn note(
        &self,
        call: &Call,
        attempt: u32,
        status: u16,
        code: &str,
        signed: Timestamp,
    ) {
        let mut kept = self.kept();
        let count = kept.counts.entry(call.operation.clone()).or_default();
        *count = count.saturating_add(1);
        if !self.whole {
            return;
        }
        if kept.requests.len() >= AWS_TRACE_MAX {
            kept.requests.pop_front();
        }
        let (operation, code) = (call.operation.clone(), code.to_owned());
        kept.requests.push_back(Sent { operation, attempt, status, code, signed });
    }

    pub(super) fn counts(&self) -> BTreeMap<String, u64> {
        self.kept().counts.clone()
    }

    pub(super) fn requests(&self) -> Vec<Sent> {
        self.kept().requests.iter().cloned().collect()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
