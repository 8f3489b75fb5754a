//! How long a request under way has been without a byte from either side.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep};

/// When a request's bytes last moved, so that a long upload is not taken for a silent target.
#[derive(Debug)]
pub(super) struct Activity {
    start: Instant,
    moved_ms: AtomicU64,
    /// Bytes of the request's body.
    received: AtomicU64,
    /// Nothing more of the request's body will be sent.
    uploaded: AtomicBool,
    /// How long nothing may move.
    limit: Duration,
    /// Who looks whether it is over.
    watch: Watch,
}

/// Who looks whether a silence has been too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Watch {
    /// The connection, whose task is woken by a slow tick. Costs nothing for a request.
    Tick,
    /// A timer, where a request has a task of its own.
    Timer,
}

impl Activity {
    pub(super) fn new(limit: Duration, watch: Watch) -> Arc<Self> {
        let (moved_ms, received, uploaded) = Default::default();
        Arc::new(Self { start: Instant::now(), moved_ms, received, uploaded, limit, watch })
    }

    /// When the request was sent on.
    pub(super) fn start(&self) -> Instant {
        self.start
    }

    /// Something has moved.
    pub(super) fn moved(&self) {
        let elapsed = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.moved_ms.store(elapsed, Ordering::Relaxed);
    }

    /// Bytes of the request's body have come.
    pub(super) fn receive(&self, bytes: usize) {
        self.received.fetch_add(u64::try_from(bytes).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub(super) fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    /// The request's body is at its end, or given up.
    pub(super) fn uploaded(&self) {
        self.uploaded.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_uploaded(&self) -> bool {
        self.uploaded.load(Ordering::Relaxed)
    }

    /// When the silence is too long, as far as is known now.
    fn deadline(&self) -> Instant {
        self.start + Duration::from_millis(self.moved_ms.load(Ordering::Relaxed)) + self.limit
    }

    /// Ends when nothing has moved for too long.
    pub(super) fn silence(self: &Arc<Self>) -> Silence {
        Silence { activity: Arc::clone(self), timer: None }
    }
}

/// Ends when nothing has moved for too long.
#[derive(Debug)]
pub(super) struct Silence {
    activity: Arc<Activity>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Silence {
    /// Where its activity is told what moves.
    pub(super) fn activity(&self) -> &Activity {
        &self.activity
    }
}

impl Future for Silence {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        loop {
            let deadline = self.activity.deadline();
            if deadline <= Instant::now() {
                return Poll::Ready(());
            }
            if self.activity.watch == Watch::Tick {
                return Poll::Pending;
            }
            let timer =
                self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
            if timer.deadline() < deadline {
                timer.as_mut().reset(deadline);
            }
            if timer.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_silence_counts_from_the_last_move() {
        let limit = Duration::from_millis(50);
        let activity = Activity::new(limit, Watch::Timer);
        let silence = tokio::spawn(activity.silence());
        let mut last = Instant::now();
        for _ in 0..10 {
            tokio::time::sleep(limit / 5).await;
            // Before the move, which may come late: then the silence may have ended already.
            if silence.is_finished() {
                break;
            }
            last = Instant::now();
            activity.moved();
        }
        silence.await.unwrap();
        assert!(last.elapsed() + Duration::from_millis(2) >= limit, "{:?}", last.elapsed());
    }
}
