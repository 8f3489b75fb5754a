//! One copy: its processors, its queue, and the requests under way.

use std::collections::{BinaryHeap, VecDeque};

use super::flight::{Fate, Flight};
use crate::script::Behaviour;
use crate::time::{MILLI, Micros, SECOND};

/// How long a balancer waits for an answer: the default idle time-out of an ALB.
pub const IDLE_TIME_OUT: Micros = 60 * SECOND;

/// Within so long of the end of an idle connection, a request that is sent on it meets the close.
const CLOSE_RACE: f64 = 0.002;

/// How far a copy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It runs: ready from its moment on.
    Running,
    /// It got SIGTERM: it finishes what is under way and refuses what is new.
    Ending,
    /// It is gone.
    Ended,
}

/// A copy of a service as it serves requests.
pub struct Process {
    /// The fleet that it is part of.
    pub fleet: String,
    /// The zone that it runs in.
    pub zone: u8,
    /// How far it is.
    pub stage: Stage,
    /// When it is ready for requests.
    pub ready_at: Micros,
    /// The fault that explains what this copy loses from now on.
    pub blame: Option<&'static str>,
    /// Requests that it answered or failed.
    pub served: u64,
    /// Number of the service whose requests it got.
    pub service: Option<u32>,
    /// Requests under way, the next end on top.
    pub flights: BinaryHeap<Flight>,
    behaviour: Behaviour,
    /// When each processor is free.
    processors: Vec<Micros>,
    /// When each request that waits for a processor gets it, upwards.
    waiting: VecDeque<Micros>,
    cold_until: Micros,
    close_odds: f64,
    busy_until: Micros,
}

/// What a request asks of a copy, and what chance makes of it.
#[derive(Debug, Clone, Copy)]
pub struct Work {
    /// Processor time, in units of the copy's own average.
    pub work: f64,
    /// Time of waiting for others, in units of the copy's own average.
    pub wait: f64,
    /// The longest a request may take.
    pub longest: Micros,
    /// Whether this is one of the few that take the longest.
    pub is_longest: bool,
    /// From 0 to 1: decides whether the copy fails it, or its connection closes under it.
    pub luck: f64,
}

/// How a copy meets a new request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Met {
    /// It works on it, until this moment.
    Taken(Micros, Fate),
    /// It refuses the connection.
    Refused,
    /// It closes the idle connection on which the request was just sent.
    Closed,
}

impl Process {
    /// A copy that starts.
    pub fn new(fleet: &str, behaviour: &Behaviour, zone: u8, ready_at: Micros) -> Self {
        let mut process = Self {
            fleet: fleet.to_owned(),
            zone,
            stage: Stage::Running,
            ready_at,
            blame: None,
            served: 0,
            service: None,
            flights: BinaryHeap::new(),
            behaviour: behaviour.clone(),
            processors: vec![0; usize::try_from(behaviour.cores.max(1)).unwrap_or(1)],
            waiting: VecDeque::new(),
            cold_until: 0,
            close_odds: 0.0,
            busy_until: 0,
        };
        process.behave(behaviour);
        process
    }

    /// How it behaves.
    pub fn behaviour(&self) -> &Behaviour {
        &self.behaviour
    }

    /// Lets it behave so from now on; requests under way are not touched.
    pub fn behave(&mut self, behaviour: &Behaviour) {
        let keep_alive = f64::from(behaviour.keep_alive_secs);
        let race = behaviour.keep_alive_secs > 0 && behaviour.keep_alive_secs <= 60;
        self.close_odds = if race { (CLOSE_RACE / keep_alive).min(1.0) } else { 0.0 };
        self.cold_until = self.ready_at.saturating_add(u64::from(behaviour.cold_secs) * SECOND);
        self.behaviour = behaviour.clone();
    }

    /// Whether it takes connections.
    pub fn accepts(&self, now: Micros) -> bool {
        self.stage == Stage::Running && now >= self.ready_at
    }

    /// Whether it answers its health check with yes.
    pub fn is_healthy(&self, now: Micros) -> bool {
        self.stage == Stage::Running && (now >= self.ready_at || !self.behaviour.truthful)
    }

    /// Whether a request that asks for next to no work would be answered now, before a balancer
    /// gives it up.
    pub fn would_answer(&self, now: Micros) -> bool {
        let free = self.processors.iter().min().copied().unwrap_or(0);
        self.accepts(now) && free <= now.saturating_add(IDLE_TIME_OUT)
    }

    /// When the last of the requests under way ends.
    pub fn busy_until(&self) -> Micros {
        self.busy_until
    }

    /// Meets a request that arrives at `now`.
    pub fn meet(&mut self, now: Micros, work: Work) -> Met {
        if !self.accepts(now) {
            return Met::Refused;
        }
        let mut luck = work.luck;
        if luck < self.close_odds {
            return Met::Closed;
        }
        luck -= self.close_odds;
        while self.waiting.front().is_some_and(|start| *start <= now) {
            self.waiting.pop_front();
        }
        if self.waiting.len() >= usize::try_from(self.behaviour.queue_max).unwrap_or(usize::MAX) {
            // Refused by the application itself, at the price of a millisecond.
            return self.take(now, now + MILLI, Fate::Overloaded);
        }
        let slower = if now < self.cold_until { self.behaviour.cold_factor } else { 1.0 };
        let computing = to_micros(work.work * self.behaviour.work_ms * slower).min(work.longest);
        let rest = work.longest - computing;
        let waiting = if work.is_longest {
            rest
        } else {
            to_micros(work.wait * self.behaviour.wait_ms * slower).min(rest)
        };
        let start = self.next_start(now, computing);
        if start > now {
            self.waiting.push_back(start);
        }
        let fate = match luck < self.behaviour.error_rate {
            _ if computing + waiting > IDLE_TIME_OUT => Fate::TooLong,
            true => Fate::Failed,
            false => Fate::Answered,
        };
        self.take(now, start + computing + waiting, fate)
    }

    /// The moment at which a processor takes up the next request, which then holds it so long.
    fn next_start(&mut self, now: Micros, computing: Micros) -> Micros {
        let mut first = 0;
        for index in 1..self.processors.len() {
            if self.processors[index] < self.processors[first] {
                first = index;
            }
        }
        let start = self.processors[first].max(now);
        self.processors[first] = start + computing;
        start
    }

    fn take(&mut self, now: Micros, end: Micros, fate: Fate) -> Met {
        self.busy_until = self.busy_until.max(end);
        if end > now + IDLE_TIME_OUT {
            let fate = if fate == Fate::TooLong { fate } else { Fate::TimedOut };
            return Met::Taken(now + IDLE_TIME_OUT, fate);
        }
        Met::Taken(end, fate)
    }
}

/// Milliseconds as microseconds; a negative number or none is 0.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
fn to_micros(millis: f64) -> Micros {
    (millis * 1000.0) as Micros
}
