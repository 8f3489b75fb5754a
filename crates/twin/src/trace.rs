//! The trace of a run: a chain of hashes over everything that happened, and its last words.

use sha2::{Digest as _, Sha256};

use crate::time::Micros;

/// A chain of hashes. Two runs that end on the same hash did the same things at the same moments.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    hash: [u8; 32],
    count: u64,
}

impl Trace {
    /// Takes in one thing that happened.
    pub fn note(&mut self, at: Micros, what: &str) {
        let mut next = Sha256::new();
        next.update(self.hash);
        next.update(at.to_le_bytes());
        next.update(what.as_bytes());
        self.hash = next.finalize().into();
        self.count += 1;
    }

    /// How many things were taken in.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The hash so far, as 16 hexadecimal digits.
    pub fn digest(&self) -> String {
        let mut first = [0_u8; 8];
        first.copy_from_slice(&self.hash[..8]);
        format!("{:016x}", u64::from_be_bytes(first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_depends_on_what_happened_when_and_in_which_order() {
        let run = |notes: &[(u64, &str)]| {
            let mut trace = Trace::default();
            for (at, what) in notes {
                trace.note(*at, what);
            }
            trace.digest()
        };
        assert_eq!(run(&[(1, "a"), (2, "b")]), run(&[(1, "a"), (2, "b")]));
        assert_ne!(run(&[(1, "a"), (2, "b")]), run(&[(2, "b"), (1, "a")]));
        assert_ne!(run(&[(1, "a")]), run(&[(2, "a")]));
        assert_eq!(run(&[(1, "a")]).len(), 16);
    }
}
