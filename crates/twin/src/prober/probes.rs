//! Requests of the prober: ten a second to each side of a shift, over a route of its own.
//!
//! They begin when somebody first asks what is known of the shift, and go on for as long as
//! somebody asks. Each goes through a node of the balancer to a target of the side's group, as a
//! client's request does, whatever the weights are. They ask for next to no work, and they are
//! accounted apart: no group counts them, nobody's turn changes, no client notices.

use std::collections::VecDeque;

use model::facts::engine::Path;

use crate::balancer::{Balancers, NODES};
use crate::process::Processes;
use crate::rng;
use crate::script::Service;
use crate::time::{MILLI, Micros, SECOND};
use crate::world::World;

/// Between two probes of a side.
const EVERY: Micros = 100 * MILLI;
/// What is told is what happened in so many whole seconds.
const WINDOW_SECS: u64 = 60;
/// Nobody has asked for so long: the prober stops.
const FORGOTTEN: Micros = 600 * SECOND;

/// The probes of one shift.
pub(super) struct Probes {
    rng: fastrand::Rng,
    /// When the next one is sent, to both sides.
    next: Micros,
    /// When somebody asked last.
    asked: Micros,
    /// The first whole second.
    first: u64,
    /// The old side and the new one.
    sides: [Side; 2],
}

/// The probes of one side.
struct Side {
    /// The target group.
    group: u32,
    /// Over which way they go, for people.
    name: String,
    /// By second: sent and lost.
    seconds: VecDeque<(u64, u64, u64)>,
}

impl Probes {
    /// Probes of a service that begin now.
    pub(super) fn new(world: &World, shift: &str, service: &Service) -> Option<Self> {
        let side = |side: &crate::script::Side| {
            let group = world.balancers.number(&side.group)?;
            let home = &world.balancers.at(group)?.balancer;
            let name = format!("{home} to {}", side.group);
            Some(Side { group, name, seconds: VecDeque::new() })
        };
        let now = world.now();
        Some(Self {
            rng: rng::stream(world.seed, &format!("probes/{shift}")),
            next: now,
            asked: now,
            first: now.div_ceil(SECOND),
            sides: [side(&service.old)?, side(&service.new)?],
        })
    }

    /// What was sent to a side (0: the old one) in the last whole seconds.
    pub(super) fn told(&self, side: usize, now: Micros) -> Vec<Path> {
        let Some(side) = self.sides.get(side) else {
            return Vec::new();
        };
        let end = now / SECOND;
        let begin = self.first.max(end.saturating_sub(WINDOW_SECS));
        let inside = side.seconds.iter().filter(|(second, ..)| (begin..end).contains(second));
        let (requests, lost) =
            inside.fold((0, 0), |(sent, lost), (_, more, gone)| (sent + more, lost + gone));
        let over_secs = u32::try_from(end.saturating_sub(begin)).unwrap_or(u32::MAX);
        vec![Path { name: side.name.clone(), requests, over_secs, lost }]
    }

    /// Somebody asks: whoever was forgotten begins anew.
    pub(super) fn ask(&mut self, now: Micros) {
        if self.asked.saturating_add(FORGOTTEN) < now {
            (self.next, self.first) = (now, now.div_ceil(SECOND));
            self.sides.iter_mut().for_each(|side| side.seconds.clear());
        }
        self.asked = now;
    }

    fn until(&mut self, at: Micros, balancers: &Balancers, processes: &Processes) {
        let end = at.min(self.asked.saturating_add(FORGOTTEN));
        while self.next < end {
            let now = self.next;
            self.next += EVERY;
            for side in &mut self.sides {
                let (node, draw) = (self.rng.usize(..NODES), self.rng.f64());
                let group = balancers.at(side.group);
                let copy = group.and_then(|group| group.reach(node, draw));
                let copy = copy.and_then(|copy| processes.get(copy));
                side.note(now / SECOND, copy.is_some_and(|copy| copy.would_answer(now)));
            }
        }
    }
}

impl Side {
    fn note(&mut self, second: u64, answered: bool) {
        let lost = u64::from(!answered);
        match self.seconds.back_mut() {
            Some((last, sent, gone)) if *last == second => {
                *sent += 1;
                *gone += lost;
            }
            _ => self.seconds.push_back((second, 1, lost)),
        }
        // The second that goes on, and those that are told.
        while self.seconds.len() as u64 > WINDOW_SECS + 1 {
            self.seconds.pop_front();
        }
    }
}

/// Sends the probes of all shifts until `at`.
pub(crate) fn serve_until(world: &mut World, at: Micros) {
    let World { prober, balancers, processes, .. } = world;
    for probes in prober.probes() {
        probes.until(at, balancers, processes);
    }
}
