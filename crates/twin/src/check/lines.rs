//! What happened, for people: the lines of a time line, as many as were asked for.

use serde::{Deserialize, Serialize};

use crate::time::Micros;

/// Lines that are kept if nobody says otherwise: enough for a wave, little for a fuzzer.
const LINES_DEFAULT: usize = 2_000;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// When, in microseconds since the start.
    pub at: Micros,
    /// To which service; empty if to none or to all.
    pub service: String,
    /// What.
    pub text: String,
}

/// What happened, in the order of time.
#[derive(Debug, Clone)]
pub struct Lines {
    kept: Vec<Line>,
    most: usize,
    dropped: u64,
}

impl Default for Lines {
    fn default() -> Self {
        Self { kept: Vec::new(), most: LINES_DEFAULT, dropped: 0 }
    }
}

impl Lines {
    /// The lines that were kept: the first ones.
    pub fn kept(&self) -> &[Line] {
        &self.kept
    }

    /// Lines that came after.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    pub(super) fn keep(&mut self, most: usize) {
        self.most = most;
    }

    /// The text is made only if it is kept: a fuzzer keeps none.
    pub(super) fn add(&mut self, at: Micros, service: &str, text: impl FnOnce() -> String) {
        if self.kept.len() >= self.most {
            self.dropped += 1;
            return;
        }
        self.kept.push(Line { at, service: service.to_owned(), text: text() });
    }
}
