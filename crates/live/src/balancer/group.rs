//! A target group: its targets, its counts, and whose turn it is.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use model::ports::{Counts, GroupSeen, Latency, latency};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::settings::Settings;
use super::target::{Lease, State, Target};
use crate::LiveError;
use crate::limits::TARGETS_MAX;

/// One target group.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) name: String,
    pub(super) settings: ArcSwap<Settings>,
    pub(super) counters: Counters,
    /// Rung when a target was added, so that it is checked at once.
    pub(super) added: Notify,
    /// Ends the checks: the group is not used any more.
    pub(super) gone: CancellationToken,
    targets: ArcSwap<Vec<Arc<Target>>>,
    /// Held while the list is replaced; never over an `.await`.
    change: Mutex<()>,
    turn: AtomicUsize,
}

/// Counts of one group; each only grows.
#[derive(Debug)]
pub(super) struct Counters {
    chosen: AtomicU64,
    answered: AtomicU64,
    failed: AtomicU64,
    refused: AtomicU64,
    /// Answers by [`latency::bucket`].
    took: [AtomicU64; latency::BUCKETS],
}

impl Default for Counters {
    fn default() -> Self {
        Self {
            chosen: AtomicU64::default(),
            answered: AtomicU64::default(),
            failed: AtomicU64::default(),
            refused: AtomicU64::default(),
            took: std::array::from_fn(|_| AtomicU64::default()),
        }
    }
}

impl Counters {
    /// A request was sent here by weight.
    pub(super) fn chosen(&self) {
        self.chosen.fetch_add(1, Ordering::Relaxed);
    }

    /// A target has answered in full, `took` after the request was sent here.
    pub(super) fn answered(&self, status: hyper::StatusCode, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.took[usize::from(latency::bucket(micros))].fetch_add(1, Ordering::Relaxed);
        let counter = if status.is_server_error() { &self.failed } else { &self.answered };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// The balancer answered 502, 503 or 504, or broke off an answer.
    pub(super) fn refused(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    fn latency(&self) -> Latency {
        let counts = (0..).zip(&self.took);
        counts.map(|(bucket, count)| (bucket, count.load(Ordering::Relaxed))).collect()
    }

    fn read(&self) -> Counts {
        // `chosen` last: what is counted as ended is counted as chosen too.
        let (answered, failed, refused) = (
            self.answered.load(Ordering::Relaxed),
            self.failed.load(Ordering::Relaxed),
            self.refused.load(Ordering::Relaxed),
        );
        Counts { chosen: self.chosen.load(Ordering::Relaxed), answered, failed, refused }
    }
}

impl Group {
    pub(super) fn new(name: String, settings: Settings, gone: CancellationToken) -> Self {
        Self {
            name,
            settings: ArcSwap::from_pointee(settings),
            counters: Counters::default(),
            added: Notify::new(),
            gone,
            targets: ArcSwap::from_pointee(Vec::new()),
            change: Mutex::new(()),
            turn: AtomicUsize::new(0),
        }
    }

    /// Other settings.
    pub(super) fn set(&self, settings: Settings) {
        self.settings.store(Arc::new(settings));
    }

    /// All targets, also those that are leaving.
    pub(super) fn targets(&self) -> Arc<Vec<Arc<Target>>> {
        self.targets.load_full()
    }

    /// Takes the next target that may get a request and was not tried yet for this one.
    ///
    /// Healthy targets in turn, but for those that are new or passed over for a while, as long as
    /// there are others; if none is healthy, the unhealthy ones (an ALB "fails open"); never one that has not passed its first check, or that is leaving.
    pub(super) fn lease(&self, tried: &[SocketAddr]) -> Option<Lease> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let settings = self.settings.load();
        let (most, slow_start) = (settings.most, settings.slow_start);
        loop {
            let targets = self.targets.load();
            let pick = |wanted: State, fit: &dyn Fn(&Target) -> bool| {
                (0..targets.len())
                    .map(|step| &targets[turn.wrapping_add(step) % targets.len()])
                    .filter(|target| !tried.contains(&target.address) && fit(target))
                    .find_map(|target| target.lease(wanted, most))
            };
            let lease = pick(State::Healthy, &|target| target.trust.takes_turn(slow_start))
                .or_else(|| pick(State::Healthy, &|target| !target.trust.is_ejected()))
                .or_else(|| pick(State::Healthy, &|_| true))
                .or_else(|| pick(State::Unhealthy, &|_| true));
            // One target may have become healthy, and another have left, while this looked on.
            let missed =
                |target: &Arc<Target>| target.has_room(most) && !tried.contains(&target.address);
            if lease.is_some() || !self.targets.load().iter().any(missed) {
                return lease;
            }
        }
    }

    /// A request met a broken connection to `target`, or none: when that is too often in a row,
    /// it is passed over for a while, unless it is the last that is not.
    pub(super) fn trouble(&self, target: &Target) {
        let passive = self.settings.load().passive;
        if passive.failures == 0 || target.trust.bad() < passive.failures {
            return;
        }
        // One at a time, so that two do not take each other for the one that stays.
        let _change = self.change.lock().unwrap_or_else(PoisonError::into_inner);
        let stays = |other: &Arc<Target>| {
            other.address != target.address && other.is_healthy() && !other.trust.is_ejected()
        };
        if self.targets.load().iter().any(stays) {
            target.trust.eject(passive.eject);
        }
    }

    /// A target has become healthy: it begins slowly if the group wants that, and has another
    /// that carries the load meanwhile.
    pub(super) fn begin_slowly(&self, target: &Target) {
        let carries = |other: &Arc<Target>| {
            other.address != target.address && other.is_healthy() && !other.trust.is_warming()
        };
        let slow = !self.settings.load().slow_start.is_zero();
        if slow && self.targets.load().iter().any(carries) {
            target.trust.warm();
        }
    }

    /// Adds a target, or makes one that was leaving stay.
    pub(super) fn register(&self, address: SocketAddr) -> Result<(), LiveError> {
        let _change = self.change.lock().unwrap_or_else(PoisonError::into_inner);
        let mut targets: Vec<_> = self.targets.load().as_ref().clone();
        if targets.iter().any(|target| target.address == address && !target.is_draining()) {
            return Ok(());
        }
        if targets.iter().filter(|target| !target.is_draining()).count() >= TARGETS_MAX {
            return Err(LiveError::Full {
                what: format!("target group {}", self.name),
                limit: format!("{TARGETS_MAX} targets"),
            });
        }
        targets.retain(|target| target.address != address);
        targets.push(Arc::new(Target::new(address)));
        self.targets.store(Arc::new(targets));
        self.added.notify_one();
        Ok(())
    }

    /// Takes over a verdict about a target that has none yet.
    pub(super) fn judge(&self, address: SocketAddr, healthy: bool) {
        let targets = self.targets.load();
        if let Some(target) = targets.iter().find(|target| target.address == address) {
            target.judge(healthy);
        }
    }

    /// Marks a target as leaving and hands it over for draining; `None` if it is not here.
    pub(super) fn leave(&self, address: SocketAddr) -> Option<Arc<Target>> {
        let targets = self.targets.load();
        let target = targets.iter().find(|target| target.address == address)?;
        target.drain();
        Some(Arc::clone(target))
    }

    /// Takes a drained target off the list.
    pub(super) fn forget(&self, gone: &Arc<Target>) {
        let _change = self.change.lock().unwrap_or_else(PoisonError::into_inner);
        let mut targets: Vec<_> = self.targets.load().as_ref().clone();
        targets.retain(|target| !Arc::ptr_eq(target, gone));
        self.targets.store(Arc::new(targets));
    }

    /// Whether a target answers its checks.
    pub(super) fn has_healthy(&self) -> bool {
        self.targets.load().iter().any(|target| target.is_healthy())
    }

    /// Whether a target still waits for its first verdict.
    pub(super) fn unchecked(&self) -> bool {
        self.targets.load().iter().any(|target| target.is_initial())
    }

    /// Closes every free connection.
    pub(super) fn close(&self) {
        self.targets.load().iter().for_each(|target| target.pool.close());
    }

    /// Health and counts.
    pub(super) fn seen(&self) -> GroupSeen {
        let targets = self.targets.load();
        let count = |wanted: fn(&Target) -> bool| {
            u32::try_from(targets.iter().filter(|target| wanted(target)).count())
                .unwrap_or(u32::MAX)
        };
        GroupSeen {
            healthy: count(Target::is_healthy),
            total: count(|target| !target.is_draining()),
            // All targets of this balancer are on one machine.
            zones: 0,
            counts: self.counters.read(),
            latency: self.counters.latency(),
        }
    }
}
