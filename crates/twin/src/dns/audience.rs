//! The clients of a name: behind resolvers that remember, on connections that last, or with an
//! address that they looked up once and for all.

use super::Records;
use crate::balancer::Group;
use crate::script::Clients;
use crate::time::{Micros, SECOND};

/// Resolvers when the script names none: so many that no single one matters.
const MANY: usize = 200;
/// Clients that never ask again.
const PINNED: usize = 256;
/// Clients of all resolvers together, about.
const SLOTS: usize = 512;

/// The clients of a name.
pub struct Audience {
    resolvers: Vec<Resolver>,
    /// Sums of the shares, up to 1.
    shares: Vec<f64>,
    /// Where each of the clients that never ask again goes.
    pinned: Vec<u32>,
    never: f64,
    keep_alive: Micros,
}

/// A resolver and the clients behind it.
struct Resolver {
    answer: u32,
    expires: Micros,
    clients: Vec<Connection>,
}

/// A client's connection, and with it the address.
#[derive(Clone, Copy)]
struct Connection {
    group: u32,
    until: Micros,
}

impl Audience {
    /// Clients as the script states them, who have been there for a while at moment 0.
    pub fn new(
        clients: &Clients,
        records: &Records,
        groups: &[Group],
        chance: &mut fastrand::Rng,
    ) -> Self {
        let equal = vec![1.0; MANY];
        let shares = if clients.resolvers.is_empty() { &equal } else { &clients.resolvers };
        let total: f64 = shares.iter().map(|share| share.max(0.0)).sum();
        let mut sum = 0.0;
        let sums = shares.iter().map(|share| {
            sum += share.max(0.0) / total;
            sum
        });
        let keep_alive = u64::from(clients.keep_alive_secs) * SECOND;
        let count = (SLOTS / shares.len()).clamp(2, 64);
        let resolvers = shares.iter().map(|_| {
            let answer = records.answer(chance.f64(), groups);
            let expires = chance.u64(0..=records.ttl);
            let clients =
                (0..count).map(|_| Connection { group: answer, until: chance.u64(0..=keep_alive) });
            Resolver { answer, expires, clients: clients.collect() }
        });
        Self {
            shares: sums.collect(),
            resolvers: resolvers.collect(),
            pinned: (0..PINNED).map(|_| records.answer(chance.f64(), groups)).collect(),
            never: clients.never_re_resolve,
            keep_alive,
        }
    }

    /// The group that the next request goes to.
    pub fn next(
        &mut self,
        now: Micros,
        records: &Records,
        groups: &[Group],
        chance: &mut fastrand::Rng,
    ) -> u32 {
        if self.never > 0.0 && chance.f64() < self.never {
            return self.pinned[chance.usize(..self.pinned.len())];
        }
        let draw = chance.f64();
        let index = self.shares.partition_point(|sum| *sum <= draw);
        let index = index.min(self.resolvers.len().saturating_sub(1));
        let Some(resolver) = self.resolvers.get_mut(index) else {
            return 0;
        };
        let slot = chance.usize(..resolver.clients.len());
        let connection = resolver.clients[slot];
        if now < connection.until {
            return connection.group;
        }
        if now >= resolver.expires {
            resolver.answer = records.answer(chance.f64(), groups);
            resolver.expires = now.saturating_add(records.ttl);
        }
        let group = resolver.answer;
        resolver.clients[slot] = Connection { group, until: now.saturating_add(self.keep_alive) };
        group
    }
}
