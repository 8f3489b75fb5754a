//! The bucket of calls that an account has for one service.

use crate::time::Micros;

/// A bucket: holds so many calls, and gets so many back a second.
#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    /// In millionths of a call, so that a microsecond refills whole numbers.
    held: u64,
    size: u64,
    refill: u64,
    at: Micros,
}

impl Bucket {
    /// A full bucket of `size` calls that gets `refill` back a second.
    pub(crate) fn new((size, refill): (u32, u32)) -> Self {
        let size = u64::from(size) * 1_000_000;
        Self { held: size, size, refill: u64::from(refill), at: 0 }
    }

    /// Takes a call out at `now`; false if none is left.
    pub(crate) fn take(&mut self, now: Micros) -> bool {
        let came = now.saturating_sub(self.at).saturating_mul(self.refill);
        self.held = self.held.saturating_add(came).min(self.size);
        self.at = now.max(self.at);
        let Some(left) = self.held.checked_sub(1_000_000) else {
            return false;
        };
        self.held = left;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::SECOND;

    #[test]
    fn a_bucket_holds_a_burst_and_fills_at_its_rate() {
        let mut bucket = Bucket::new((3, 2));
        let taken = (0..5).filter(|_| bucket.take(0)).count();
        assert_eq!(taken, 3, "the burst");
        assert!(!bucket.take(SECOND / 2 - 1));
        assert!(bucket.take(SECOND / 2), "two a second");
        let taken = (0..9).filter(|_| bucket.take(100 * SECOND)).count();
        assert_eq!(taken, 3, "never more than its size");
    }
}
