//! What a client's connection does, for the watch over those that do nothing.
//!
//! Timers that are set and taken back for each request would cost more than the request's rules.
//! Each connection counts what moves instead, without a look at a clock, and has one slow tick
//! that compares the counts.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use super::settings::Limits;

/// What a connection does, for all who share it.
#[derive(Debug, Default)]
pub(super) struct Pulse {
    /// Reads and writes, and requests that began or ended.
    moves: AtomicU64,
    /// Heads that have come whole.
    heads: AtomicU64,
    /// A head has begun that is not whole.
    in_head: AtomicBool,
    under_way: AtomicU32,
    /// HTTP is over: the bytes are somebody else's protocol.
    tunnel: AtomicBool,
}

impl Pulse {
    /// A request has come.
    pub(super) fn begin(&self) {
        self.under_way.fetch_add(1, Ordering::Relaxed);
        self.moved();
    }

    /// A request has ended.
    pub(super) fn end(&self) {
        self.under_way.fetch_sub(1, Ordering::Relaxed);
        self.moved();
    }

    /// Bytes have moved.
    pub(super) fn moved(&self) {
        self.moves.fetch_add(1, Ordering::Relaxed);
    }

    /// Bytes have come, which end in the middle of a head or do not.
    pub(super) fn head(&self, open: bool) {
        self.moved();
        if !open {
            self.heads.fetch_add(1, Ordering::Relaxed);
        }
        self.in_head.store(open, Ordering::Relaxed);
    }

    /// From the next byte on, this is not HTTP.
    pub(super) fn leave_http(&self) {
        self.tunnel.store(true, Ordering::Release);
    }

    pub(super) fn is_tunnel(&self) -> bool {
        self.tunnel.load(Ordering::Acquire)
    }
}

/// The watch over one connection.
#[derive(Debug)]
pub(super) struct Watcher {
    moves: u64,
    /// Since when nothing has moved.
    still: Instant,
    /// The number of the head that has begun, and since when it is known.
    head: Option<(u64, Instant)>,
    stall: Stall,
}

/// Whether a connection on which nothing moves may have requests under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stall {
    /// Only for a while: every byte is seen here.
    Bounded,
    /// As long as the other end answers pings: streams have windows and times of their own.
    Free,
}

impl Watcher {
    pub(super) fn new(now: Instant, stall: Stall) -> Self {
        Self { moves: 0, still: now, head: None, stall }
    }

    /// Time between two looks: late by a quarter at most.
    pub(super) fn tick(limits: &Limits) -> Duration {
        let least = limits.idle.min(limits.head).min(limits.silence);
        (least / 4).clamp(Duration::from_millis(10), Duration::from_secs(5))
    }

    /// Whether the connection is to end: it rests for too long, or its head takes too long, or
    /// its client has not taken a byte for twice the time that a target may be silent.
    pub(super) fn is_over(&mut self, pulse: &Pulse, limits: &Limits, now: Instant) -> bool {
        let moves = pulse.moves.load(Ordering::Relaxed);
        if moves != self.moves {
            (self.moves, self.still) = (moves, now);
        }
        let heads = pulse.heads.load(Ordering::Relaxed);
        self.head = match self.head {
            _ if !pulse.in_head.load(Ordering::Relaxed) => None,
            Some((number, since)) if number == heads => Some((number, since)),
            _ => Some((heads, now)),
        };
        let busy = pulse.under_way.load(Ordering::Relaxed) > 0;
        let bound = match (busy, self.stall) {
            (false, _) => Some(limits.idle),
            (true, Stall::Bounded) => Some(limits.silence * 2),
            (true, Stall::Free) => None,
        };
        bound.is_some_and(|bound| now.duration_since(self.still) > bound)
            || self.head.is_some_and(|(_, since)| now.duration_since(since) > limits.head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_rests_or_dawdles_too_long_is_over() {
        let limits = Limits {
            idle: Duration::from_mins(1),
            head: Duration::from_secs(10),
            silence: Duration::from_secs(30),
            ..Limits::default()
        };
        let (pulse, start) = (Pulse::default(), Instant::now());
        let mut watcher = Watcher::new(start, Stall::Bounded);
        let mut over = |secs| watcher.is_over(&pulse, &limits, start + Duration::from_secs(secs));
        assert!(!over(60) && over(61), "nothing came at all");
        pulse.begin();
        assert!(!over(70) && !over(130) && over(131), "nothing is taken");
        pulse.end();
        assert!(!over(140) && !over(200) && over(201), "nothing comes any more");
        pulse.head(true);
        assert!(!over(210));
        pulse.head(true);
        assert!(!over(220) && over(221), "another byte does not begin the time anew");
        pulse.head(false);
        pulse.head(true);
        assert!(!over(222) && !over(232) && over(233), "another head does");
        pulse.head(false);
        pulse.begin();
        let mut free = Watcher::new(start, Stall::Free);
        let hour = start + Duration::from_hours(1);
        assert!(!free.is_over(&pulse, &limits, start), "a stream that lasts");
        assert!(!free.is_over(&pulse, &limits, hour), "a stream that lasts");
    }
}
