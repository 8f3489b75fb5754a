//! A call under way, as an engine awaits it.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::run::Engine;
use crate::time::Micros;
use crate::world::World;

/// The answer of a call, once it is there.
struct Slot<T> {
    answer: Option<T>,
    waker: Option<Waker>,
}

/// A call under way.
pub struct Calling<T> {
    slot: Arc<Mutex<Slot<T>>>,
}

/// The other end of a call: whoever answers it. Without an answer the engine waits for ever.
pub(crate) struct Reply<T> {
    slot: Arc<Mutex<Slot<T>>>,
}

impl<T> Reply<T> {
    /// Hands the answer over. An engine that has ended does not get it.
    pub(crate) fn send(self, answer: T) {
        let mut slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
        slot.answer = Some(answer);
        if let Some(waker) = slot.waker.take() {
            waker.wake();
        }
    }
}

impl<T: Send + 'static> Calling<T> {
    /// A call and its other end.
    pub(crate) fn open() -> (Self, Reply<T>) {
        let slot = Arc::new(Mutex::new(Slot { answer: None, waker: None }));
        (Self { slot: Arc::clone(&slot) }, Reply { slot })
    }

    /// Lets `serve` happen in the world `there` microseconds from now, and hands its answer over
    /// `back` microseconds after that.
    pub fn new(
        engine: &Engine,
        (there, back): (Micros, Micros),
        serve: impl FnOnce(&mut World) -> T + Send + 'static,
    ) -> Self {
        let (calling, reply) = Self::open();
        let mut world = engine.world();
        let at = world.now().saturating_add(there);
        world.plan(at, move |world| {
            let answer = serve(world);
            let at = world.now().saturating_add(back);
            world.plan(at, move |_| reply.send(answer));
        });
        calling
    }

    /// An answer that needs no network, at the moment `at`.
    pub fn at(engine: &Engine, at: Micros, answer: T) -> Self {
        let (calling, reply) = Self::open();
        engine.world().plan(at, move |_| reply.send(answer));
        calling
    }
}

impl<T> Future for Calling<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let mut slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = slot.answer.take() {
            return Poll::Ready(answer);
        }
        slot.waker = Some(context.waker().clone());
        Poll::Pending
    }
}
