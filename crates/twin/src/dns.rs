//! Weighted records, and the resolvers that remember them.
//!
//! A change is PENDING until it is INSYNC; only then do the name servers answer by it, and each
//! resolver asks again when its own answer has expired. Two records a set, one a side, each an
//! alias of a balancer with one target group. Not modelled: name servers that differ before
//! INSYNC, and the minute that Route 53 takes to see a balancer's health.

pub mod audience;

use std::collections::BTreeMap;

use model::ports::{Epoch, Weights};

pub use audience::Audience;

use crate::balancer::Group;
use crate::check::hooks;
use crate::clients;
use crate::rng;
use crate::time::{Micros, SECOND};
use crate::world::World;

/// Weighted records, and the resolvers that remember them.
#[derive(Default)]
pub struct Dns {
    sets: BTreeMap<String, Records>,
    insync: Micros,
    chance: Option<fastrand::Rng>,
}

/// A set of weighted records of one name and type.
pub struct Records {
    /// What the control plane shows.
    pub weights: Weights,
    /// Epoch and number of the last change that was accepted.
    pub last: (Epoch, u64),
    /// How often it was changed.
    pub version: u64,
    /// How long an answer may be remembered.
    pub ttl: Micros,
    evaluate: bool,
    /// Which change the name servers answer by.
    served: u64,
    groups: Vec<u32>,
    /// Weights and groups of that change.
    answers: Vec<(u32, u32)>,
}

impl Dns {
    /// The set `name`.
    pub fn records(&self, name: &str) -> Option<&Records> {
        self.sets.get(name)
    }

    /// All sets by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Records)> {
        self.sets.iter().map(|(name, set)| (name.as_str(), set))
    }

    /// From now on, a change is INSYNC after at most so long.
    pub fn set_insync(&mut self, insync: Micros) {
        self.insync = insync;
    }
}

impl Records {
    /// Whether every name server answers by what the control plane shows: INSYNC.
    pub fn is_settled(&self) -> bool {
        self.served == self.version
    }

    /// The group that the name servers send a resolver to, for a draw from 0 to 1.
    ///
    /// Records of a weight are asked by health if the zone says so; if none of those is healthy,
    /// the healthy ones of weight 0 are served; if none is, all count as healthy.
    pub fn answer(&self, draw: f64, groups: &[Group]) -> u32 {
        let lit = |group: u32| {
            let group = usize::try_from(group).ok().and_then(|group| groups.get(group));
            group.is_some_and(|group| !group.is_dark())
        };
        if self.evaluate {
            let healthy = self.answers.iter().filter(|(weight, group)| *weight > 0 && lit(*group));
            let last = self.answers.iter().filter(|(weight, group)| *weight == 0 && lit(*group));
            let resort = last.map(|(_, group)| (1, *group));
            let chosen = by_weight(healthy.copied(), draw).or_else(|| by_weight(resort, draw));
            if let Some(group) = chosen {
                return group;
            }
        }
        by_weight(self.answers.iter().copied(), draw).unwrap_or(0)
    }

    /// The groups that it has a record for.
    pub fn groups(&self) -> &[u32] {
        &self.groups
    }

    /// The group that every answer names, if there is one.
    pub fn one_sided(&self) -> Option<u32> {
        let mut positive = self.answers.iter().filter(|(weight, _)| *weight > 0);
        let (_, group) = positive.next()?;
        (positive.next().is_none() && self.is_settled()).then_some(*group)
    }
}

/// One of the groups, each with a chance of its weight.
fn by_weight(answers: impl Iterator<Item = (u32, u32)> + Clone, draw: f64) -> Option<u32> {
    let sum: u32 = answers.clone().map(|(weight, _)| weight).sum();
    let mut left = draw * f64::from(sum);
    let mut last = None;
    for (weight, group) in answers.filter(|(weight, _)| *weight > 0) {
        if left < f64::from(weight) {
            return Some(group);
        }
        left -= f64::from(weight);
        last = Some(group);
    }
    last
}

/// Makes a set of records that is INSYNC with these weights; false if the name is taken.
pub fn add_records(
    world: &mut World,
    name: &str,
    ttl_secs: u32,
    evaluate: bool,
    weights: &Weights,
) -> bool {
    if world.dns.sets.contains_key(name) {
        return false;
    }
    let set = Records {
        weights: weights.clone(),
        last: (Epoch::default(), 0),
        version: 0,
        ttl: u64::from(ttl_secs) * SECOND,
        evaluate,
        served: 0,
        groups: answers(world, weights).into_iter().map(|(_, group)| group).collect(),
        answers: answers(world, weights),
    };
    world.dns.sets.insert(name.to_owned(), set);
    true
}

/// Gives a set these weights, whoever asks: PENDING first, INSYNC later.
pub fn write_records(world: &mut World, name: &str, weights: &Weights) {
    let (now, seed) = (world.now(), world.seed);
    let answers = answers(world, weights);
    let dns = &mut world.dns;
    let chance = dns.chance.get_or_insert_with(|| rng::stream(seed, "dns"));
    let delay = chance.u64(0..=dns.insync);
    let Some(set) = dns.sets.get_mut(name) else {
        return;
    };
    set.weights = weights.clone();
    set.version += 1;
    let version = set.version;
    world.trace.note(now, &format!("records {name}: {weights}, PENDING"));
    clients::wake_dial(world, name);
    let name = name.to_owned();
    world.plan(now.saturating_add(delay), move |world| {
        let set = world.dns.sets.get_mut(&name).filter(|set| set.served < version);
        let Some(set) = set else {
            return;
        };
        set.served = version;
        set.answers = answers;
        world.trace.note(world.now(), &format!("records {name}: {version} is INSYNC"));
        clients::wake_dial(world, &name);
        hooks::on_settled(world, &name);
    });
}

/// Lets a set know epoch and number of the last change that was accepted.
pub(crate) fn set_last(world: &mut World, name: &str, last: (Epoch, u64)) {
    if let Some(set) = world.dns.sets.get_mut(name) {
        set.last = last;
    }
}

fn answers(world: &World, weights: &Weights) -> Vec<(u32, u32)> {
    let number = |name: &str| world.balancers.number(name);
    let named = weights
        .iter()
        .filter_map(|(group, weight)| Some((u32::from(weight.percent()), number(group)?)));
    named.collect()
}
