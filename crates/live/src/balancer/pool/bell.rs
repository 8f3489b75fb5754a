//! The waker of a connection that has no task of its own.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Wake, Waker};

/// Rung when a connection can move on. Wakes whoever waits for it, if anybody does: what a
/// request does to its connection while it polls it needs no other poll of that request.
#[derive(Debug)]
pub(super) struct Bell(Mutex<Rung>);

#[derive(Debug)]
struct Rung {
    rung: bool,
    waiting: Option<Waker>,
}

impl Bell {
    /// Of a connection that was never polled.
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Rung { rung: true, waiting: None })))
    }

    /// Whether the connection can move on, which the caller sees to. Nobody waits meanwhile.
    pub(super) fn answer(&self) -> bool {
        let mut now = self.lock();
        now.waiting = None;
        std::mem::take(&mut now.rung)
    }

    /// Has the task of `context` woken when the connection can move on, now if it already can.
    pub(super) fn wait(&self, context: &Context<'_>) {
        let mut now = self.lock();
        if now.rung {
            drop(now);
            context.waker().wake_by_ref();
        } else {
            now.waiting = Some(context.waker().clone());
        }
    }

    fn lock(&self) -> MutexGuard<'_, Rung> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let mut now = self.lock();
        now.rung = true;
        let waiting = now.waiting.take();
        drop(now);
        if let Some(waiting) = waiting {
            waiting.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    #[test]
    fn who_waits_is_woken_once_and_nobody_else() {
        let (bell, count) = (Bell::new(), Arc::new(Count::default()));
        let (rope, waker) = (Waker::from(Arc::clone(&bell)), Waker::from(Arc::clone(&count)));
        let context = Context::from_waker(&waker);
        let woken = || count.0.load(Ordering::SeqCst);
        assert!(bell.answer() && !bell.answer(), "a new connection wants a first poll");
        rope.wake_by_ref();
        assert_eq!(woken(), 0, "nobody waits");
        bell.wait(&context);
        assert_eq!(woken(), 1, "it was rung before");
        assert!(bell.answer());
        bell.wait(&context);
        rope.wake_by_ref();
        rope.wake_by_ref();
        assert_eq!(woken(), 2);
        assert!(bell.answer());
        bell.wait(&context);
        assert!(!bell.answer());
        rope.wake_by_ref();
        assert_eq!(woken(), 2, "who has answered waits no more");
    }
}
