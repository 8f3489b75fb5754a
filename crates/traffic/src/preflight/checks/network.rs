//! Network and identity: Z13, Z14, Z15.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::super::case::{Case, Cx};

const ONE_MACHINE: &str = "both sides run on one machine, as one user";

/// Z13: the balancer reaches the targets, and they reach every dependency.
pub(in super::super) fn reachable(cx: &Cx<'_>) -> Case {
    if cx.is_local() {
        return cx.skip(ONE_MACHINE);
    }
    let mut case = cx.case();
    let needed = case.know(&cx.facts.network.dependencies, "what the service connects to");
    let tried = case.know(&cx.facts.drills.connect, "which connections are taken");
    if let (Some(needed), Some(tried)) = (needed, tried) {
        let reached = if tried.balancer_to_target { "reaches" } else { "does not reach" };
        case.must(tried.balancer_to_target, format!("the balancer {reached} a target"));
        for dependency in needed.iter().filter(|it| !tried.dependencies.contains_key(*it)) {
            case.missing(format!("whether a target reaches {dependency}"));
        }
        let refused = tried.dependencies.iter().filter(|(_, taken)| !**taken);
        let well = format!("a target reaches all {} dependencies", needed.len());
        case.none_of(refused.map(|(name, _)| name), &well, "a target does not reach");
    }
    case
}

/// Z14: partners let the new addresses in, and the service sees the same client address.
pub(in super::super) fn addresses(cx: &Cx<'_>) -> Case {
    if cx.is_local() {
        return cx.skip(ONE_MACHINE);
    }
    let mut case = cx.case();
    let egress = case.know(&cx.facts.network.egress, "the addresses of the new side");
    let lists = case.know(&cx.facts.network.allowlists, "the address lists of partners");
    if let (Some(egress), Some(lists)) = (egress, lists) {
        let shut = lists.iter().flat_map(|(partner, list)| {
            let strange = egress.iter().filter(|address| !lets_in(list, address));
            strange.map(move |address| format!("{address} by {partner}"))
        });
        let well = format!("{} partners let all {} addresses in", lists.len(), egress.len());
        case.none_of(shut, &well, "not let in");
    }
    let echo = &cx.facts.drills.client_address;
    if let Some(echo) = case.know(echo, "the client's address as each side sees it") {
        let found = format!("the client is {} to the old side, {} to the new", echo.old, echo.new);
        case.must(echo.old == echo.new, found);
    }
    case
}

/// Whether `address` (or block) is on a list of addresses and CIDR blocks.
fn lets_in(list: &BTreeSet<String>, address: &str) -> bool {
    let Some((inner, inner_bits)) = block(address) else { return list.contains(address) };
    list.iter()
        .filter_map(|entry| block(entry))
        .any(|(outer, bits)| bits <= inner_bits && prefix(outer, bits) == prefix(inner, bits))
}

/// An address and the length of its prefix; the whole address if none is given.
fn block(text: &str) -> Option<(IpAddr, u32)> {
    let (address, bits) = text.split_once('/').map_or((text, None), |(a, b)| (a, Some(b)));
    let address: IpAddr = address.trim().parse().ok()?;
    let all = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.map_or(Some(all), |bits| bits.trim().parse().ok())?;
    (bits <= all).then_some((address, bits))
}

/// The family and the first `bits` of an address.
fn prefix(address: IpAddr, bits: u32) -> (bool, u128) {
    let (number, all) = match address {
        IpAddr::V4(address) => (u128::from(address.to_bits()), 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    };
    (address.is_ipv4(), number.checked_shr(all - bits).unwrap_or(0))
}

/// Z15: role, names and calls of the new side are those of the old one.
pub(in super::super) fn identity(cx: &Cx<'_>) -> Case {
    if cx.is_local() {
        return cx.skip(ONE_MACHINE);
    }
    let mut case = cx.case();
    let facts = &cx.facts.identity;
    if let Some(denied) = case.know(&facts.denied, "what the new role may not do") {
        case.none_of(denied, "the new role may do all that the old one may", "denied");
    }
    let old = case.know(&facts.names.old, "variables and secrets of the old side");
    let new = case.know(&facts.names.new, "variables and secrets of the new side");
    if let (Some(old), Some(new)) = (old, new) {
        case.none_of(old.difference(new), "no name is missing", "only on the old side");
        case.none_of(new.difference(old), "no name is added", "only on the new side");
    }
    if let Some(calls) = case.know(&facts.calls, "whether AWS answers the new side") {
        let refused = calls.iter().filter(|(_, answered)| !**answered).map(|(api, _)| api);
        let well = format!("{} calls of AWS were answered", calls.len());
        case.none_of(refused, &well, "calls that were not answered");
    }
    case
}
