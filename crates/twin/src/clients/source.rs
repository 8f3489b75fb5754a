//! Where the requests of one service come from: arrivals, their rate, and what became of them.

use std::collections::BTreeMap;

use super::account::Origin;
use crate::dns::Audience;
use crate::rng;
use crate::script;
use crate::time::{Micros, SECOND};

/// Nothing can be learnt from a service after so long without a change.
const QUIET: Micros = 600 * SECOND;
/// A day, the period of the swing.
const DAY: f64 = 86_400_000_000.0;
/// Clients of a service that keep a cookie.
const COOKIES: usize = 1024;

/// How requests reach a group.
pub enum Way {
    /// Through a rule.
    Rule(String),
    /// Through a set of records, and what the clients remember of it.
    Records(String, Audience),
    /// Through a set of records to one of two balancers.
    Names(Names),
}

/// Names in front of a rule's balancer.
pub struct Names {
    /// The set of records.
    pub records: String,
    /// What the clients remember of it.
    pub audience: Audience,
    /// The rule of the first balancer.
    pub rule: String,
    /// What the records call the first balancer: this group, though its rule has the say.
    pub first: u32,
}

/// A client's cookie of a target group.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cookie {
    /// The group.
    pub group: u32,
    /// Until when it holds. It is not renewed by requests.
    pub until: Micros,
}

/// The requests of one service.
pub struct Source {
    /// The service.
    pub name: String,
    /// How they reach a group.
    pub way: Way,
    /// Its target groups, the old one first.
    pub groups: Vec<u32>,
    /// When the next one is sent; never: the end of time.
    pub next: Micros,
    /// The longest request.
    pub longest: Micros,
    /// Draws for what a request meets.
    pub paths: fastrand::Rng,
    /// Cookies, if a group is sticky.
    pub cookies: Vec<Cookie>,
    /// Sent so far.
    pub sent: u64,
    /// Answered so far.
    pub answered: u64,
    /// Failed so far.
    pub failed: u64,
    /// Of the failed: those that met a full queue.
    pub overloaded: u64,
    /// Lost so far.
    pub lost: BTreeMap<(Origin, &'static str), u64>,
    /// A rolling hash over what happened.
    pub hash: u64,
    rps: f64,
    swing: f64,
    thinning: f64,
    silent_until: Micros,
    /// From when on only a share is simulated.
    thin_at: Micros,
    thinned: Micros,
    arrivals: fastrand::Rng,
}

impl Source {
    /// A source that begins at `now`.
    pub fn new(
        (seed, now): (u64, Micros),
        name: &str,
        clients: &script::Clients,
        way: Way,
        (groups, sticky): (Vec<u32>, bool),
    ) -> Self {
        let mut source = Self {
            name: name.to_owned(),
            way,
            groups,
            next: Micros::MAX,
            longest: u64::from(clients.longest_secs) * SECOND,
            paths: rng::stream(seed, &format!("paths/{name}")),
            cookies: if sticky { vec![Cookie::default(); COOKIES] } else { Vec::new() },
            sent: 0,
            answered: 0,
            failed: 0,
            overloaded: 0,
            lost: BTreeMap::new(),
            hash: 0,
            rps: clients.rps,
            swing: clients.swing,
            thinning: clients.thinning,
            silent_until: 0,
            thin_at: Micros::MAX,
            thinned: 0,
            arrivals: rng::stream(seed, &format!("arrivals/{name}")),
        };
        source.draw(now);
        source
    }

    /// Draws the next arrival after `now`: a Poisson process of the rate at that moment.
    pub fn draw(&mut self, now: Micros) {
        if self.rps <= 0.0 {
            self.next = Micros::MAX;
            return;
        }
        let now = now.max(self.silent_until);
        let mut rate = self.rps;
        if self.swing > 0.0 {
            rate *= (1.0 + self.swing * day_wave(now)).max(0.01);
        }
        if now >= self.thin_at {
            rate *= self.thinning;
        }
        let gap = -(1.0 - self.arrivals.f64()).ln() / rate * 1_000_000.0;
        self.next = now.saturating_add(whole(gap));
    }

    /// Lets nobody send before `until`.
    pub fn silence(&mut self, now: Micros, until: Micros) {
        self.silent_until = self.silent_until.max(until);
        if self.next < self.silent_until {
            self.draw(now);
        }
    }

    /// Takes note of a change: everything is simulated again, for as long as something can be
    /// learnt (`idle`: all requests go to one side).
    pub fn wake(&mut self, now: Micros, idle: bool) {
        let was_thin = now >= self.thin_at;
        self.thinned = self.thinned(now);
        let thins = idle && self.thinning < 1.0;
        self.thin_at = if thins { now.saturating_add(QUIET) } else { Micros::MAX };
        if was_thin {
            self.draw(now);
        }
    }

    /// How long only a share was simulated, until `now`.
    pub fn thinned(&self, now: Micros) -> Micros {
        self.thinned + now.saturating_sub(self.thin_at)
    }

    /// Takes in what happened to a request.
    pub fn roll(&mut self, what: u64) {
        // The multiplier of FxHash: odd, and without a short pattern.
        self.hash = (self.hash.rotate_left(5) ^ what).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    /// Counts a lost request.
    pub fn lose(&mut self, origin: Origin, why: &'static str) {
        *self.lost.entry((origin, why)).or_default() += 1;
    }
}

/// From -1 at midnight to 1 at noon and back, straight.
#[expect(clippy::cast_precision_loss, reason = "runs are shorter than a century")]
fn day_wave(now: Micros) -> f64 {
    let part = (now as f64 % DAY) / DAY;
    1.0 - (part - 0.5).abs() * 4.0
}

/// Microseconds without the fraction.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
fn whole(micros: f64) -> Micros {
    micros as Micros
}
