//! Load balancers: rules and their propagation, target groups, health, draining.
//!
//! What is modelled is an ALB as the specification of traffic (§2.1) states it: weights are chosen
//! for each request before health is asked; each of three nodes learns of a change at its own
//! moment; a group of unhealthy targets fails open; a target that leaves still gets new requests
//! for seconds. Not modelled: checks that wait behind requests, nodes that are lost with a zone.

pub mod group;
pub mod health;
pub mod orders;
pub mod rule;

use std::collections::BTreeMap;

use model::ports::{Epoch, Weights};

pub use group::{Group, NODES};
pub use health::{on_kill, stir};
pub use rule::{GROUPS_MAX, Rule};

use crate::check::hooks;
use crate::clients::{self, why};
use crate::fleets;
use crate::process::CopyId;
use crate::rng;
use crate::time::{Micros, SECOND};
use crate::world::World;
use group::{Blame, Health, Target};

/// A node knows of a target that leaves after at most so long.
const LEAVE_LAG: Micros = 10 * SECOND;

/// Load balancers: rules and their propagation, target groups, health, draining.
#[derive(Default)]
pub struct Balancers {
    groups: Vec<Group>,
    numbers: BTreeMap<String, u32>,
    rules: BTreeMap<String, Rule>,
    homes: BTreeMap<CopyId, Vec<u32>>,
    /// Groups that hold the same copies as another one, by the name of that one.
    also: BTreeMap<String, String>,
    registrations: u64,
    propagation: Micros,
    fenced: bool,
    chance: Option<fastrand::Rng>,
}

impl Balancers {
    /// The number of the group `name`.
    pub fn number(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    /// The group `name`.
    pub fn group(&self, name: &str) -> Option<&Group> {
        self.at(self.number(name)?)
    }

    /// The group of this number.
    pub fn at(&self, number: u32) -> Option<&Group> {
        self.groups.get(usize::try_from(number).ok()?)
    }

    /// The group of this number, to change it.
    pub fn at_mut(&mut self, number: u32) -> Option<&mut Group> {
        self.groups.get_mut(usize::try_from(number).ok()?)
    }

    /// All groups, by number.
    pub(crate) fn groups_mut(&mut self) -> &mut [Group] {
        &mut self.groups
    }

    /// All groups, in the order in which they were made.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The rule `name`.
    pub fn rule(&self, name: &str) -> Option<&Rule> {
        self.rules.get(name)
    }

    /// All rules by name.
    pub fn rules(&self) -> impl Iterator<Item = (&str, &Rule)> {
        self.rules.iter().map(|(name, rule)| (name.as_str(), rule))
    }

    /// The group that holds the same copies as the group `name`.
    fn also(&self, name: &str) -> Option<String> {
        self.also.get(name).cloned()
    }

    /// A rule and all groups, for the requests.
    pub(crate) fn serving(&mut self, rule: &str) -> (Option<&Rule>, &mut [Group]) {
        (self.rules.get(rule), &mut self.groups)
    }

    /// The numbers of the groups that a copy is registered in.
    pub fn homes(&self, copy: CopyId) -> Vec<u32> {
        self.homes.get(&copy).cloned().unwrap_or_default()
    }

    /// A changed rule reaches the nodes after at most so long; `fenced` if rules refuse orders
    /// that a later one has overtaken.
    pub fn set_control(&mut self, propagation: Micros, fenced: bool) {
        (self.propagation, self.fenced) = (propagation, fenced);
    }

    /// Whether rules refuse orders that a later one has overtaken.
    pub fn is_fenced(&self) -> bool {
        self.fenced
    }

    /// Sums of weights and numbers of groups, in the order of names.
    fn choices(&self, weights: &Weights) -> Vec<(u32, u32)> {
        let mut sum = 0;
        let named =
            weights.iter().filter_map(|(group, weight)| Some((self.number(group)?, weight)));
        let sums = named.map(|(group, weight)| {
            sum += u32::from(weight.percent());
            (sum, group)
        });
        sums.collect()
    }

    fn chance(&mut self, seed: u64) -> &mut fastrand::Rng {
        self.chance.get_or_insert_with(|| rng::stream(seed, "balancer"))
    }
}

/// Makes a target group on a balancer; false if the name is taken.
pub fn add_group(
    world: &mut World,
    name: &str,
    balancer: &str,
    settings: &crate::script::TargetGroup,
) -> bool {
    let balancers = &mut world.balancers;
    if balancers.numbers.contains_key(name) {
        return false;
    }
    let number = u32::try_from(balancers.groups.len()).unwrap_or(u32::MAX);
    balancers.groups.push(Group::new(name, balancer, settings));
    balancers.numbers.insert(name.to_owned(), number);
    true
}

/// Makes a second target group for the copies of `of`, on another balancer: what is registered in
/// the one is in the other, as a binding of two groups does it. False if a name is taken.
pub fn add_second_group(world: &mut World, name: &str, balancer: &str, of: &str) -> bool {
    let Some(settings) = world.balancers.group(of).map(|group| group.settings.clone()) else {
        return false;
    };
    let free = !world.balancers.also.contains_key(of);
    if !free || !add_group(world, name, balancer, &settings) {
        return false;
    }
    world.balancers.also.insert(of.to_owned(), name.to_owned());
    true
}

/// Makes a rule that all nodes of its balancer serve with these weights; false if the name is
/// taken.
pub fn add_rule(world: &mut World, name: &str, balancer: &str, weights: &Weights) -> bool {
    let balancers = &mut world.balancers;
    if balancers.rules.contains_key(name) {
        return false;
    }
    let rule = Rule::new(balancer, weights, &balancers.choices(weights));
    balancers.rules.insert(name.to_owned(), rule);
    true
}

/// Gives a rule these weights, whoever asks: the nodes serve them one by one, each at its moment.
pub fn write_rule(world: &mut World, name: &str, weights: &Weights) {
    let (now, seed) = (world.now(), world.seed);
    let balancers = &mut world.balancers;
    let choices = balancers.choices(weights);
    // A slow change is slow at every node.
    let slow = world.faults.propagation().map(|slow| slow / 2..=slow);
    let delay = slow.unwrap_or(0..=balancers.propagation);
    let delays = [(); NODES].map(|()| balancers.chance(seed).u64(delay.clone()));
    let Some(rule) = balancers.rules.get_mut(name) else {
        return;
    };
    rule.weights = weights.clone();
    rule.version += 1;
    let version = rule.version;
    world.trace.note(now, &format!("rule {name}: {weights}"));
    clients::wake_dial(world, name);
    for (node, delay) in delays.into_iter().enumerate() {
        let (name, choices) = (name.to_owned(), choices.clone());
        world.plan(now.saturating_add(delay), move |world| {
            let rule = world.balancers.rules.get_mut(&name);
            if rule.is_some_and(|rule| rule.reach(node, version, &choices)) {
                world
                    .trace
                    .note(world.now(), &format!("rule {name}: node {node} serves {version}"));
                clients::wake_dial(world, &name);
                hooks::on_reached(world, &name);
            }
        });
    }
}

/// Lets a rule know epoch and number of the last order that it obeyed.
pub(crate) fn set_last(world: &mut World, name: &str, last: (Epoch, u64)) {
    if let Some(rule) = world.balancers.rules.get_mut(name) {
        rule.last = last;
    }
}

/// Registers a copy in a group: it gets no request before its first good check. One that is
/// leaving begins anew; one that is there stays as it is. False if there is no such group or copy.
pub fn register(world: &mut World, group: &str, copy: CopyId) -> bool {
    let seed = world.seed;
    let zone = world.processes.get(copy).map(|process| process.zone);
    let (Some(number), Some(zone)) = (world.balancers.number(group), zone) else {
        return false;
    };
    world.balancers.registrations += 1;
    let registration = world.balancers.registrations;
    let draw = world.balancers.chance(seed).f64();
    let Some(home) = world.balancers.at_mut(number) else {
        return false;
    };
    if home.target(copy).is_some_and(|target| target.leaving.is_none()) {
        return true;
    }
    let interval = u64::from(home.settings.interval_secs.max(1)) * SECOND;
    home.targets.retain(|target| target.copy != copy);
    home.targets.push(Target {
        copy,
        zone,
        health: Health::Initial,
        good: 0,
        bad: 0,
        phase: share_of(interval, draw),
        planned: false,
        registration,
        leaving: None,
    });
    home.refresh();
    let homes = world.balancers.homes.entry(copy).or_default();
    if !homes.contains(&number) {
        homes.push(number);
    }
    note(world, group, copy, "registered");
    health::plan_check(world, number, copy);
    if let Some(also) = world.balancers.also(group) {
        register(world, &also, copy);
    }
    true
}

/// Takes a copy out of a group. Each node goes on sending it new requests until it knows; those
/// under way may finish within the deregistration delay, at the end of which the target is gone.
/// False if there is no such group; one that is not in it is gone already.
pub fn deregister(world: &mut World, group: &str, copy: CopyId) -> bool {
    let (now, seed) = (world.now(), world.seed);
    let Some(number) = world.balancers.number(group) else {
        return false;
    };
    if let Some(also) = world.balancers.also(group) {
        deregister(world, &also, copy);
    }
    world.balancers.registrations += 1;
    let registration = world.balancers.registrations;
    let delays = [(); NODES].map(|()| world.balancers.chance(seed).u64(0..=LEAVE_LAG));
    let Some(home) = world.balancers.at_mut(number) else {
        return false;
    };
    let drain = u64::from(home.settings.drain_secs) * SECOND;
    let Some(target) = home.target_mut(copy).filter(|target| target.leaving.is_none()) else {
        return true;
    };
    target.leaving = Some([false; NODES]);
    target.registration = registration;
    target.planned = false;
    home.refresh();
    note(world, group, copy, "leaves");
    for (node, delay) in delays.into_iter().enumerate() {
        world.plan(now.saturating_add(delay), move |world| {
            learn(world, number, copy, registration, node);
        });
    }
    world.plan(now.saturating_add(drain), move |world| gone(world, number, copy, registration));
    true
}

/// Names the fault that explains what a group loses until `until`.
pub fn blame(world: &mut World, group: &str, fault: &'static str, until: Micros) {
    if let Some(also) = world.balancers.also(group) {
        blame(world, &also, fault, until);
    }
    let number = world.balancers.number(group);
    if let Some(group) = number.and_then(|number| world.balancers.at_mut(number)) {
        // Not over before `until`, however many targets are healthy.
        group.blame = Some(Blame { fault, until, healthy_before: u32::MAX });
    }
}

fn learn(world: &mut World, number: u32, copy: CopyId, registration: u64, node: usize) {
    let Some(home) = world.balancers.at_mut(number) else {
        return;
    };
    let target = home.target_mut(copy).filter(|target| target.registration == registration);
    if let Some(knows) = target.and_then(|target| target.leaving.as_mut()) {
        knows[node] = true;
        home.refresh();
        clients::wake_group(world, number);
    }
}

fn gone(world: &mut World, number: u32, copy: CopyId, registration: u64) {
    let Some(home) = world.balancers.at(number) else {
        return;
    };
    let target = home.target(copy).filter(|target| target.registration == registration);
    if target.is_none_or(|target| target.leaving.is_none()) {
        return;
    }
    let name = home.name.clone();
    let cut = clients::cut(world, copy, Some(number), why::DRAINED);
    if let Some(home) = world.balancers.at_mut(number) {
        home.targets.retain(|target| target.copy != copy);
        home.refresh();
    }
    if let Some(homes) = world.balancers.homes.get_mut(&copy) {
        homes.retain(|home| *home != number);
    }
    note(world, &name, copy, &format!("is gone, {cut} requests cut"));
    fleets::on_drained(world, &name, copy);
}

fn note(world: &mut World, group: &str, copy: CopyId, what: &str) {
    let now = world.now();
    world.trace.note(now, &format!("target {} of {group} {what}", copy.0));
    if let Some(number) = world.balancers.number(group) {
        clients::wake_group(world, number);
    }
    hooks::on_health(world, group);
}

/// The part `draw` (0 to 1) of `whole`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "intervals are small, and a part of one is not negative"
)]
fn share_of(whole: Micros, draw: f64) -> Micros {
    (whole as f64 * draw) as Micros
}
