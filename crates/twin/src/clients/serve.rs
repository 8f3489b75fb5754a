//! The way of a request, from its client to its end: balancer, rule, group, copy.
//!
//! Between two events nothing changes, so that requests need no place in the queue of events: each
//! is generated, sent and decided at once. What is under way is kept at its copy until it ends.

use super::account::{Origin, why};
use super::source::{Cookie, Source, Way};
use crate::balancer::{Group, NODES, Rule};
use crate::dns::Records;
use crate::process::flight::{Fate, Flight};
use crate::process::serving::{Met, Work};
use crate::process::{CopyId, Process, Processes};
use crate::time::Micros;

/// One in so many requests takes the longest.
const LONGEST_ODDS: u64 = 1000;

/// What a request may meet.
pub(super) struct Street<'a> {
    /// Its rule, if it goes through one.
    pub rule: Option<&'a Rule>,
    /// Its records, if it goes through them.
    pub records: Option<&'a Records>,
    /// All groups.
    pub groups: &'a mut [Group],
    /// All copies.
    pub processes: &'a mut Processes,
}

/// Sends the requests of the service `number` until `at`.
pub(super) fn until(at: Micros, sources: &mut [Source], number: usize, street: &mut Street<'_>) {
    while let Some(now) = sources.get(number).map(|source| source.next).filter(|next| *next < at) {
        send(now, sources, number, street);
        if let Some(source) = sources.get_mut(number) {
            source.draw(now);
        }
    }
}

/// Sends one request.
fn send(now: Micros, sources: &mut [Source], number: usize, street: &mut Street<'_>) {
    let Some(source) = sources.get_mut(number) else {
        return;
    };
    source.sent += 1;
    let bits = source.paths.u64(..);
    // Three independent draws out of one: 16, 32 and 16 bits.
    let node = below(bits & 0xffff, 16, NODES as u64);
    let percent = below((bits >> 16) & 0xffff_ffff, 32, 100);
    let is_longest = below(bits >> 48, 16, LONGEST_ODDS) == 0;
    let node = usize::try_from(node).unwrap_or(0);
    let percent = u32::try_from(percent).unwrap_or(0);
    let group = choose(now, source, street, node, percent);
    let Some(home) = street.groups.get_mut(index(group)) else {
        return source.lose(Origin::Segue, why::EMPTY);
    };
    home.counts.chosen += 1;
    home.last_request = Some(now);
    let copy = match home.pick(node) {
        Ok(copy) => copy,
        Err(why) => {
            home.counts.refused += 1;
            source.roll(now ^ u64::from(group));
            return source.lose(home.origin(now), why);
        }
    };
    let work = Work {
        work: exponential(&mut source.paths),
        wait: exponential(&mut source.paths),
        longest: source.longest,
        is_longest,
        luck: source.paths.f64(),
    };
    let Some(process) = street.processes.get_mut(copy) else {
        return;
    };
    settle(now, copy, process, sources, street.groups);
    let (Some(source), Some(home)) = (sources.get_mut(number), street.groups.get_mut(index(group)))
    else {
        return;
    };
    let met = process.meet(now, work);
    source.roll(now ^ (u64::from(copy.0) << 40));
    match met {
        Met::Taken(end, fate) => {
            source.roll(end);
            let service = u32::try_from(number).unwrap_or(u32::MAX);
            process.service = Some(service);
            process.flights.push(Flight { end, sent: now, service, group, fate });
        }
        Met::Refused | Met::Closed => {
            home.counts.refused += 1;
            let why = if met == Met::Refused { why::REFUSED } else { why::CLOSED };
            source.lose(origin(copy, process, home, now), why);
        }
    }
}

/// The group of a request: by what its client remembers of a name, by cookie, by the weights of a
/// rule.
fn choose(now: Micros, source: &mut Source, street: &Street<'_>, node: usize, percent: u32) -> u32 {
    match (&mut source.way, street.rule, street.records) {
        (Way::Records(_, audience), _, Some(records)) => {
            return audience.next(now, records, street.groups, &mut source.paths);
        }
        (Way::Names(names), _, Some(records)) => {
            let group = names.audience.next(now, records, street.groups, &mut source.paths);
            if group != names.first {
                return group;
            }
        }
        (Way::Rule(_) | Way::Records(..) | Way::Names(_), _, _) => {}
    }
    let Some(rule) = street.rule else {
        return u32::MAX;
    };
    if source.cookies.is_empty() {
        return rule.choose(node, percent);
    }
    let client = source.paths.usize(..source.cookies.len());
    let cookie = source.cookies[client];
    if now < cookie.until && rule.names(node, cookie.group) {
        return cookie.group;
    }
    let group = rule.choose(node, percent);
    let sticky = street.groups.get(index(group)).map_or(0, |g| g.settings.sticky_secs);
    let until = now + u64::from(sticky) * crate::time::SECOND;
    source.cookies[client] = Cookie { group, until };
    group
}

/// Lets what has ended at a copy until `until` be counted.
pub(super) fn settle(
    until: Micros,
    copy: CopyId,
    process: &mut Process,
    sources: &mut [Source],
    groups: &mut [Group],
) {
    while let Some(flight) = process.flights.peek().copied().filter(|flight| flight.end <= until) {
        process.flights.pop();
        let source = sources.get_mut(index(flight.service));
        let (Some(source), Some(group)) = (source, groups.get_mut(index(flight.group))) else {
            continue;
        };
        let unanswered = match flight.fate {
            Fate::TimedOut => Some((origin(copy, process, group, flight.end), why::TIMED_OUT)),
            // No balancer with the default time-out could serve it, whoever moves its requests.
            Fate::TooLong => Some((too_long(copy, process), why::TOO_LONG)),
            Fate::Answered | Fate::Failed | Fate::Overloaded => None,
        };
        if let Some((origin, why)) = unanswered {
            group.counts.refused += 1;
            source.lose(origin, why);
            continue;
        }
        process.served += 1;
        let bucket = model::ports::latency::bucket(flight.end - flight.sent);
        if let Some(count) = group.latency.get_mut(usize::from(bucket)) {
            *count += 1;
        }
        let answered = flight.fate == Fate::Answered;
        source.answered += u64::from(answered);
        group.counts.answered += u64::from(answered);
        source.failed += u64::from(!answered);
        group.counts.failed += u64::from(!answered);
        source.overloaded += u64::from(flight.fate == Fate::Overloaded);
    }
}

/// Cuts what is under way at a copy (through one group, or all of it) at `now`; how much it was.
pub(super) fn cut(
    now: Micros,
    (copy, process): (CopyId, &mut Process),
    only: Option<u32>,
    why: &'static str,
    (sources, groups): (&mut [Source], &mut [Group]),
) -> u32 {
    settle(now, copy, process, sources, groups);
    // The first to end stands last, as it is the greatest.
    let flights = std::mem::take(&mut process.flights).into_sorted_vec();
    let mut count = 0;
    for flight in flights.into_iter().rev() {
        if only.is_some_and(|group| group != flight.group) {
            process.flights.push(flight);
            continue;
        }
        let source = sources.get_mut(index(flight.service));
        if let (Some(source), Some(group)) = (source, groups.get_mut(index(flight.group))) {
            group.counts.refused += 1;
            source.roll(now ^ flight.sent);
            source.lose(origin(copy, process, group, now), why);
            count += 1;
        }
    }
    count
}

/// Whose act it is that a copy loses a request.
fn origin(copy: CopyId, process: &Process, group: &Group, now: Micros) -> Origin {
    match process.blame {
        Some(fault) => Origin::Fault(fault),
        None if !process.behaviour().is_good() => Origin::Badness(copy),
        None => group.origin(now),
    }
}

/// Whose act it is that a request takes longer than a balancer waits.
fn too_long(copy: CopyId, process: &Process) -> Origin {
    process.blame.map_or(Origin::Badness(copy), Origin::Fault)
}

/// A number below `count` from a draw of so many bits.
fn below(draw: u64, bits: u32, count: u64) -> u64 {
    (draw * count) >> bits
}

/// Exponential around 1.
fn exponential(chance: &mut fastrand::Rng) -> f64 {
    -(1.0 - chance.f64()).ln()
}

fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
