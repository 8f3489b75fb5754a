//! The executor: polls engines until all of them wait, then moves time to the next event.
//!
//! An engine is a future made anew at each start, so that a crash is simply its end: whatever it
//! held in memory is gone, and only the journal is left.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use crate::time::Micros;
use crate::world::{EngineId, World};

/// Makes the future of an engine; called at each of its starts.
pub type Start = Box<dyn FnMut(Engine) -> Pin<Box<dyn Future<Output = ()> + Send>>>;

/// An engine's way to the world: it implements the ports of `model`.
#[derive(Clone)]
pub struct Engine {
    world: Arc<Mutex<World>>,
    /// Which engine this is.
    pub id: EngineId,
    /// How often it was started: a call of an earlier life is not answered any more.
    pub life: u32,
}

impl Engine {
    /// The world, for as long as the guard lives. Never held over an `.await`.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A world and the engines that run in it.
pub struct Run {
    world: Arc<Mutex<World>>,
    tasks: BTreeMap<EngineId, Task>,
    ready: Arc<Mutex<Vec<EngineId>>>,
}

struct Task {
    start: Start,
    life: u32,
    /// `None` while the engine is down, or when it has ended.
    future: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    waker: Waker,
    /// Woken while it was asleep.
    pending: bool,
}

/// Rings for one engine.
struct Bell {
    id: EngineId,
    ready: Arc<Mutex<Vec<EngineId>>>,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        if !ready.contains(&self.id) {
            ready.push(self.id);
        }
    }
}

/// What has happened to an engine; the world orders it, the executor does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It ends in the middle of what it does; its memory is gone.
    Crash,
    /// It is started (again).
    Start,
    /// It stands still: a long pause, a partition. It knows nothing of it.
    Sleep,
    /// It goes on as if nothing had been.
    Awake,
}

impl Run {
    /// A run of `world` with no engine yet.
    pub fn new(world: World) -> Self {
        Self { world: Arc::new(Mutex::new(world)), tasks: BTreeMap::new(), ready: Arc::default() }
    }

    /// Adds an engine and starts it at once.
    pub fn engine(&mut self, id: EngineId, start: Start) {
        self.standby(id, start);
        self.meet(id, Fate::Start);
    }

    /// Adds an engine that stands by: the world starts it when it is to take over.
    pub fn standby(&mut self, id: EngineId, start: Start) {
        let bell = Bell { id, ready: Arc::clone(&self.ready) };
        let waker = Waker::from(Arc::new(bell));
        let task = Task { start, life: 0, future: None, waker, pending: false };
        self.tasks.insert(id, task);
        self.world().knows(id);
    }

    /// The world, between two steps.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Goes on until every engine has ended, or the world has nothing left to do, or `until`.
    /// True if every engine has ended.
    pub fn until(&mut self, until: Micros) -> bool {
        loop {
            self.poll_all();
            if self.tasks.values().all(|task| task.future.is_none())
                && !self.world().expects_start()
            {
                return true;
            }
            let fates = {
                let mut world = self.world();
                match world.next_at() {
                    Some(at) if at <= until => world.step(),
                    _ => {
                        world.pass_to(until);
                        return false;
                    }
                }
                world.take_fates()
            };
            for (id, fate) in fates {
                self.meet(id, fate);
            }
        }
    }

    /// Polls whoever was woken, in the order of waking, until all wait.
    fn poll_all(&mut self) {
        loop {
            let woken = {
                let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
                std::mem::take(&mut *ready)
            };
            if woken.is_empty() {
                return;
            }
            for id in woken {
                self.poll(id);
            }
            let fates = self.world().take_fates();
            for (id, fate) in fates {
                self.meet(id, fate);
            }
        }
    }

    fn poll(&mut self, id: EngineId) {
        let asleep = self.world().is_asleep(id);
        let Some(task) = self.tasks.get_mut(&id) else {
            return;
        };
        if asleep {
            task.pending = true;
            return;
        }
        let Some(future) = task.future.as_mut() else {
            return;
        };
        let mut context = Context::from_waker(&task.waker);
        if let Poll::Ready(()) = future.as_mut().poll(&mut context) {
            task.future = None;
        }
    }

    fn meet(&mut self, id: EngineId, fate: Fate) {
        let world = Arc::clone(&self.world);
        let Some(task) = self.tasks.get_mut(&id) else {
            return;
        };
        match fate {
            Fate::Crash => task.future = None,
            Fate::Sleep => {}
            Fate::Start => {
                task.life += 1;
                self.world.lock().unwrap_or_else(PoisonError::into_inner).started(id, task.life);
                task.future = Some((task.start)(Engine { world, id, life: task.life }));
                task.waker.wake_by_ref();
            }
            Fate::Awake => {
                if std::mem::take(&mut task.pending) {
                    task.waker.wake_by_ref();
                }
            }
        }
    }
}
