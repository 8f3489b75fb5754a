//! A call across the network: it arrives late, may be refused or lost, and so may its answer.
//!
//! [`read`] and [`write`] are the one way for all calls of engines. What they serve happens at one
//! moment of the world; what goes wrong on the way there and back is decided here.

mod bucket;
mod calling;
mod stale;

use std::sync::Arc;
use std::time::Duration;

use model::code;
use model::ports::{Epoch, Fault};
use model::reason::Reason;

pub use calling::Calling;

use crate::api::bucket::Bucket;
use crate::api::stale::History;
use crate::rng;
use crate::run::Engine;
use crate::script::Control;
use crate::time::{MILLI, Micros, SECOND};
use crate::world::World;
pub(crate) use calling::Reply;

/// An engine gives a call up after this long.
pub(crate) const TIME_OUT: Micros = 10 * SECOND;
/// What arrives twice does so at most this much later.
const DUPLICATE: Micros = 5 * SECOND;
/// How long to wait after a call was refused or its answer lost.
pub(crate) const WAIT: Duration = Duration::from_secs(1);

/// Whose limits a call counts against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Area {
    /// Elastic Load Balancing.
    Balancing,
    /// Route 53.
    Names,
    /// ECS and `EventBridge`.
    Containers,
    /// The API server of the cluster: it has no bucket of the account.
    Cluster,
}

impl Area {
    fn name(self) -> &'static str {
        match self {
            Self::Balancing => "Elastic Load Balancing",
            Self::Names => "Route 53",
            Self::Containers => "ECS",
            Self::Cluster => "the cluster",
        }
    }
}

/// What calls go through.
pub struct Api {
    call_ms: u32,
    rng: fastrand::Rng,
    buckets: [Bucket; 3],
    history: Option<History>,
    /// Calls that were refused as throttled.
    pub throttled: u64,
}

impl Default for Api {
    fn default() -> Self {
        Self::new(0, &Control::default(), None)
    }
}

impl Api {
    /// The network of a run; `oldest` if reads are to be answered with what was true so long ago.
    pub(crate) fn new(seed: u64, control: &Control, oldest: Option<Micros>) -> Self {
        Self {
            call_ms: control.call_ms,
            rng: rng::stream(seed, "api"),
            buckets: [(); 3].map(|()| Bucket::new(control.bucket)),
            history: oldest.map(History::new),
            throttled: 0,
        }
    }

    fn bucket(&mut self, area: Area) -> Option<&mut Bucket> {
        let index = match area {
            Area::Balancing => 0,
            Area::Names => 1,
            Area::Containers => 2,
            Area::Cluster => return None,
        };
        self.buckets.get_mut(index)
    }

    /// How long a call takes one way: half of it fixed, half exponential, at most ten times the mean.
    fn one_way(&mut self) -> Micros {
        let mean = f64::from(self.call_ms) / 2.0;
        let tail = -(1.0 - self.rng.f64()).ln();
        let millis = (mean * (0.5 + 0.5 * tail)).min(mean * 10.0);
        to_micros(millis * 1_000.0)
    }
}

/// Whole microseconds of a number that is known to be small and not negative.
pub(crate) fn to_micros(value: f64) -> Micros {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the range of a day"
    )]
    let micros = value.clamp(0.0, 86_400_000_000.0) as Micros;
    micros
}

/// A call that reads; `key` names the call and what it reads, as in `rule shop`.
pub fn read<T: Clone + Send + Sync + 'static>(
    engine: &Engine,
    area: Area,
    key: String,
    serve: impl Fn(&mut World) -> Result<T, Fault> + Send + Sync + 'static,
) -> Calling<Result<T, Fault>> {
    let (calling, reply) = Calling::open();
    let serve: stale::Serve<T> = Arc::new(serve);
    let mut world = engine.world();
    let there = world.api.one_way();
    let at = world.now().saturating_add(there);
    world.plan(at, move |world| {
        let answer = match admit(world, area, &key) {
            Err(fault) => Err(fault),
            Ok(()) => stale::answer(world, &key, &serve),
        };
        send_back(world, reply, answer, there, &key);
    });
    calling
}

/// A call that changes something; `name` says what, as in `weights of shop`.
pub fn write<T: Send + 'static>(
    engine: &Engine,
    area: Area,
    name: String,
    serve: impl Fn(&mut World) -> Result<T, Fault> + Send + Sync + 'static,
) -> Calling<Result<T, Fault>> {
    let (calling, reply) = Calling::open();
    let mut world = engine.world();
    let there = world.api.one_way();
    let at = world.now().saturating_add(there);
    world.plan(at, move |world| {
        if let Err(fault) = admit(world, area, &name) {
            return send_back(world, reply, Err(fault), there, &name);
        }
        let answer = serve(world);
        let now = world.now();
        if now < world.faults.duplicates_until {
            let late = now + world.api.rng.u64(MILLI..=DUPLICATE);
            world.plan(late, move |world| {
                world.trace.note(world.now(), "duplicate");
                // Nobody waits for the answer of a duplicate.
                drop(serve(world));
            });
        }
        if now < world.faults.lost_replies_until {
            return lose(world, reply, there, &name);
        }
        send_back(world, reply, answer, there, &name);
    });
    calling
}

/// Refuses an order that is older than the last one obeyed: of a lower epoch, or of the same one
/// with a lower number. The same order again is obeyed again: orders are absolute.
pub fn fence(what: &str, last: (Epoch, u64), given: (Epoch, u64)) -> Result<(), Fault> {
    if given >= last {
        return Ok(());
    }
    let show = |(epoch, seq): (Epoch, u64)| format!("{seq} of epoch {epoch}");
    let reason = Reason::new(&code::twin::OVERTAKEN)
        .with("what", what)
        .with("given", show(given))
        .with("present", show(last));
    Err(Fault::never(reason))
}

/// Calls a minute that the account has in this area, and how many of them nobody has used in the
/// last one; `None` if they are not limited. While every call is refused, none is left.
pub(crate) fn left(world: &mut World, area: Area) -> Option<(u32, u32)> {
    let now = world.now();
    let throttled = now < world.faults.throttle_until;
    let (all, left) = world.api.bucket(area)?.left(now);
    Some((all, if throttled { 0 } else { left }))
}

/// Takes the call from its bucket.
fn admit(world: &mut World, area: Area, what: &str) -> Result<(), Fault> {
    let now = world.now();
    let held = world.api.bucket(area).is_none_or(|bucket| bucket.take(now));
    if held && now >= world.faults.throttle_until {
        return Ok(());
    }
    world.api.throttled += 1;
    let reason = Reason::new(&code::twin::THROTTLED).with("what", what).with("area", area.name());
    Err(Fault::after(WAIT, reason))
}

/// Sends the answer back; one that comes after the time-out is no answer.
fn send_back<T: Send + 'static>(
    world: &mut World,
    reply: Reply<Result<T, Fault>>,
    answer: Result<T, Fault>,
    there: Micros,
    what: &str,
) {
    let back = world.api.one_way();
    let (wait, answer) = if there.saturating_add(back) > TIME_OUT {
        (TIME_OUT.saturating_sub(there), Err(no_answer(what, "it came after 10 s")))
    } else {
        (back, answer)
    };
    let at = world.now().saturating_add(wait);
    world.plan(at, move |_| reply.send(answer));
}

/// Loses the answer: the connection breaks, or nothing comes until the time-out.
fn lose<T: Send + 'static>(
    world: &mut World,
    reply: Reply<Result<T, Fault>>,
    there: Micros,
    what: &str,
) {
    let (wait, cause) = if world.api.rng.bool() {
        (world.api.one_way(), "the connection broke")
    } else {
        (TIME_OUT.saturating_sub(there), "nothing came for 10 s")
    };
    let answer = Err(no_answer(what, cause));
    let at = world.now().saturating_add(wait);
    world.plan(at, move |_| reply.send(answer));
}

fn no_answer(what: &str, cause: &str) -> Fault {
    let reason = Reason::new(&code::twin::NO_ANSWER).with("what", what).with("cause", cause);
    Fault::after(WAIT, reason)
}
