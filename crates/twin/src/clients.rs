//! Who sends requests, and the account of every one of them.
//!
//! - [`account`]: what became of them, and whose act it was that lost one
//! - [`source`]: arrivals, and how their rate changes
//! - `serve`: the way of a request, and its end

pub mod account;
mod serve;
pub mod source;

use std::collections::BTreeMap;

use model::ports::{Latency, Weights};

pub use account::{Account, Origin, why};
pub use source::{Source, Way};

use crate::balancer::{self, Balancers};
use crate::dns::{self, Audience};
use crate::process::CopyId;
use crate::rng;
use crate::script::{self, Control, Dial, Service};
use crate::time::{Micros, SECOND};
use crate::world::World;

/// Who sends requests, and the account of every one of them.
#[derive(Default)]
pub struct Clients {
    sources: Vec<Source>,
    numbers: BTreeMap<String, usize>,
    /// The minute of which the trace knows last.
    minute: u64,
}

impl Clients {
    /// The names of all services with clients.
    pub fn services(&self) -> impl Iterator<Item = &str> {
        self.numbers.keys().map(String::as_str)
    }

    fn source(&self, service: &str) -> Option<(usize, &Source)> {
        let number = *self.numbers.get(service)?;
        Some((number, self.sources.get(number)?))
    }
}

/// Sets the delays of the control planes: how long rules and records take to be served.
pub fn control(world: &mut World, control: &Control) {
    let propagation = u64::from(control.propagation_secs) * SECOND;
    world.balancers.set_control(propagation, control.fenced_rules);
    world.dns.set_insync(u64::from(control.insync_secs) * SECOND);
}

/// Adds a service: its two target groups, its rule or records with everything on the old side, and
/// its clients, who begin at once.
pub fn add(world: &mut World, name: &str, service: &Service) -> Result<(), String> {
    let (old, new) = (&service.old, &service.new);
    let all_old = Weights::between(&old.group, &new.group, model::ports::Weight::NONE);
    let mut numbers = Vec::new();
    for side in [old, new] {
        let balancer = match &service.dial {
            Dial::Rule { balancer, .. } => balancer.clone(),
            Dial::Records { rule, .. } => format!("{rule}/{}", side.group),
        };
        if !balancer::add_group(world, &side.group, &balancer, &side.target_group) {
            return Err(format!("there are two target groups {}", side.group));
        }
        numbers.extend(world.balancers.number(&side.group));
    }
    let chance = &mut rng::stream(world.seed, &format!("audience/{name}"));
    let (free, rule, way) = match &service.dial {
        Dial::Rule { rule, balancer } => {
            let free = balancer::add_rule(world, rule, balancer, &all_old);
            (free, rule, Some(Way::Rule(rule.clone())))
        }
        Dial::Records { rule, ttl, evaluate_target_health } => {
            let evaluate = *evaluate_target_health;
            let free = dns::add_records(world, rule, *ttl, evaluate, &all_old);
            let groups = world.balancers.groups();
            let audience = world.dns.records(rule);
            let audience = audience.map(|set| Audience::new(&service.clients, set, groups, chance));
            (free, rule, audience.map(|audience| Way::Records(rule.clone(), audience)))
        }
    };
    let Some(mut way) = way.filter(|_| free) else {
        return Err(format!("there are two rules {rule}"));
    };
    if let Some(names) = &service.names {
        way = Way::Names(add_names(world, names, service, rule, chance)?);
        numbers.extend(world.balancers.number(&names.group));
    }
    if world.clients.numbers.contains_key(name) {
        return Err(format!("there are two services {name}"));
    }
    let sticky = [old, new].iter().any(|side| side.target_group.sticky_secs > 0);
    let start = (world.seed, world.now());
    let source = Source::new(start, name, &service.clients, way, (numbers, sticky));
    world.clients.numbers.insert(name.to_owned(), world.clients.sources.len());
    world.clients.sources.push(source);
    wake(world, |_| true);
    Ok(())
}

/// Adds the names in front of a service's rule, and the second balancer that they can be turned to.
fn add_names(
    world: &mut World,
    names: &script::Names,
    service: &Service,
    rule: &str,
    chance: &mut fastrand::Rng,
) -> Result<source::Names, String> {
    let (first, second) = (&service.new.group, &names.group);
    let balancer = format!("{}/{second}", names.rule);
    if !balancer::add_second_group(world, second, &balancer, first) {
        return Err(format!("there are two target groups {second}"));
    }
    let all_first = Weights::between(first, second, model::ports::Weight::NONE);
    let evaluate = names.evaluate_target_health;
    if !dns::add_records(world, &names.rule, names.ttl, evaluate, &all_first) {
        return Err(format!("there are two rules {}", names.rule));
    }
    let (Some(set), Some(number)) = (world.dns.records(&names.rule), world.balancers.number(first))
    else {
        return Err(format!("there is no target group {first}"));
    };
    let audience = Audience::new(&service.clients, set, world.balancers.groups(), chance);
    let (records, rule) = (names.rule.clone(), rule.to_owned());
    Ok(source::Names { records, audience, rule, first: number })
}

/// Sends and serves the requests of all services until `at`.
pub(crate) fn serve_until(world: &mut World, at: Micros) {
    let World { clients, balancers, dns, processes, .. } = world;
    let sources = &mut clients.sources;
    for number in 0..sources.len() {
        if sources[number].next >= at {
            continue;
        }
        let (rule, records) = match &sources[number].way {
            Way::Rule(name) => (name.as_str(), None),
            Way::Records(name, _) => ("", dns.records(name)),
            Way::Names(names) => (names.rule.as_str(), dns.records(&names.records)),
        };
        let (rule, groups) = balancers.serving(rule);
        let mut street = serve::Street { rule, records, groups, processes };
        serve::until(at, sources, number, &mut street);
    }
    let minute = at / (60 * SECOND);
    if minute > clients.minute {
        clients.minute = minute;
        seal(world, at);
    }
}

/// Takes what became of the requests so far into the trace; done each minute, and at the end.
pub fn seal(world: &mut World, at: Micros) {
    let sources = &world.clients.sources;
    let sent: u64 = sources.iter().map(|source| source.sent).sum();
    let mix = |sum: u64, source: &Source| sum.rotate_left(7) ^ source.hash;
    let hash = sources.iter().fold(0, mix);
    world.trace.note(at, &format!("requests {sent} {hash:016x}"));
}

/// Takes note of a silence of all clients that has begun.
pub fn stir(world: &mut World) {
    silence(world, world.faults.silence_until());
}

/// Lets no client of any service send a request before `until`.
pub fn silence(world: &mut World, until: Micros) {
    let now = world.now();
    world.clients.sources.iter_mut().for_each(|source| source.silence(now, until));
}

/// Requests of a service that were lost by Segue's own acts so far.
pub fn lost_by_segue(world: &World, service: &str) -> u64 {
    let source = world.clients.source(service);
    source.map_or(0, |(_, source)| account::lost_by_segue(&source.lost))
}

/// The account of a service's requests, as of now.
pub fn account(world: &mut World, service: &str) -> Option<Account> {
    settle(world);
    let now = world.now();
    let (number, source) = world.clients.source(service)?;
    let here =
        |flight: &&crate::process::flight::Flight| usize::try_from(flight.service) == Ok(number);
    let copies = || world.processes.iter();
    let in_flight = copies().map(|(_, process)| process.flights.iter().filter(here).count() as u64);
    let groups = source.groups.iter().filter_map(|group| world.balancers.at(*group));
    let by_group: BTreeMap<_, _> =
        groups.map(|group| (group.name.clone(), (group.counts, group.histogram()))).collect();
    let by_copy = copies().filter(|(_, process)| {
        let service = process.service.and_then(|service| usize::try_from(service).ok());
        process.served > 0 && service == Some(number)
    });
    let mut latency = BTreeMap::<u8, u64>::new();
    for (bucket, count) in by_group.values().flat_map(|(_, latency)| latency.iter()) {
        *latency.entry(bucket).or_default() += count;
    }
    Some(Account {
        sent: source.sent,
        answered: source.answered,
        failed: source.failed,
        overloaded: source.overloaded,
        lost: source.lost.clone(),
        in_flight: in_flight.sum(),
        by_copy: by_copy.map(|(copy, process)| (copy, process.served)).collect(),
        by_group,
        latency: latency.into_iter().collect::<Latency>(),
        thinned: source.thinned(now),
        hash: source.hash,
    })
}

/// Lets everything that has ended by now be counted.
pub fn settle(world: &mut World) {
    let now = world.now();
    let World { clients, balancers, processes, .. } = world;
    for (copy, process) in processes.iter_mut() {
        serve::settle(now, copy, process, &mut clients.sources, balancers.groups_mut());
    }
}

/// Cuts what is under way at a copy, through one group or all of it; how many requests it was.
pub(crate) fn cut(world: &mut World, copy: CopyId, only: Option<u32>, why: &'static str) -> u32 {
    let now = world.now();
    let World { clients, balancers, processes, .. } = world;
    let Some(process) = processes.get_mut(copy) else {
        return 0;
    };
    let books = (clients.sources.as_mut_slice(), balancers.groups_mut());
    serve::cut(now, (copy, process), only, why, books)
}

/// Takes note of a change of a group: its service is simulated in full again.
pub(crate) fn wake_group(world: &mut World, group: u32) {
    wake(world, |source| source.groups.contains(&group));
}

/// Takes note of a change of a rule or a set of records.
pub(crate) fn wake_dial(world: &mut World, dial: &str) {
    wake(world, |source| match &source.way {
        Way::Rule(name) | Way::Records(name, _) => name == dial,
        Way::Names(names) => names.rule == dial || names.records == dial,
    });
}

fn wake(world: &mut World, which: impl Fn(&Source) -> bool) {
    let now = world.now();
    let World { clients, balancers, dns, .. } = world;
    for source in clients.sources.iter_mut().filter(|source| which(source)) {
        let idle = is_idle(source, balancers, dns);
        source.wake(now, idle);
    }
}

/// Whether all requests go to one side, so that nothing can be learnt of the other.
fn is_idle(source: &Source, balancers: &Balancers, dns: &dns::Dns) -> bool {
    let by_rule = |name: &str| {
        let rule = balancers.rule(name);
        rule.is_some_and(|rule| rule.is_served() && rule.one_sided().is_some())
    };
    let by_records = |name: &str| dns.records(name).is_some_and(|set| set.one_sided().is_some());
    match &source.way {
        Way::Rule(name) => by_rule(name),
        Way::Records(name, _) => by_records(name),
        Way::Names(names) => by_rule(&names.rule) && by_records(&names.records),
    }
}
