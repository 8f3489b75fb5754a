//! Who answers under a name: records of Route 53, listeners of load balancers, Service Connect and
//! Cloud Map, looked up as a caller's resolver and the load balancer would.

mod routes;

use std::collections::{BTreeMap, BTreeSet};

use super::words::Address;
use crate::convert::connect;
use crate::given::Given;
use crate::input::inventory::Inventory;
use crate::input::node::Node;
use crate::input::section::Section;
use crate::waves::graph::Sign;
use routes::Balancer;

/// Most steps from an alias to the next: a longer chain is a circle or a mistake.
const STEPS_MAX: usize = 8;

/// A service that answers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Answer {
    /// Its place among the converted services.
    pub(super) service: usize,
    /// By which kind of name.
    pub(super) sign: Sign,
    /// The steps from the name to the service.
    pub(super) way: Vec<String>,
}

/// Where a name leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Led {
    /// To services of the plan.
    Services(Vec<Answer>),
    /// To a host that no load balancer of the estate has, by these steps; the last one is it.
    Host(Vec<String>),
}

/// Every name of the estate.
#[derive(Debug)]
pub(super) struct Directory {
    /// Targets of aliases and CNAMEs, by name.
    records: BTreeMap<String, BTreeSet<String>>,
    /// Names of hosted zones and of namespaces of Cloud Map.
    zones: BTreeSet<String>,
    /// Load balancers by their own DNS name.
    balancers: BTreeMap<String, Balancer>,
    /// DNS names of load balancers that have a rule for this very host.
    by_host: BTreeMap<String, BTreeSet<String>>,
    /// Services by a full name of Cloud Map.
    cloud_map: BTreeMap<String, BTreeSet<usize>>,
    /// Services by namespace of Service Connect and name.
    connect: BTreeMap<(String, String), BTreeSet<usize>>,
    /// The namespace of Service Connect of each service.
    namespaces: BTreeMap<usize, String>,
}

impl Directory {
    /// Reads the names of the estate.
    pub(super) fn new(given: Given<'_, '_>) -> Self {
        let balancers = routes::balancers(given);
        let mut by_host: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (dns_name, balancer) in &balancers {
            for host in balancer.exact_hosts() {
                by_host.entry(host.to_owned()).or_default().insert(dns_name.clone());
            }
        }
        let (connect, namespaces) = service_connect(given);
        Self {
            records: records(given.inventory),
            zones: zones(given.inventory),
            balancers,
            by_host,
            cloud_map: cloud_map(given),
            connect,
            namespaces,
        }
    }

    /// True if the host is in a zone of the estate.
    pub(super) fn is_own(&self, host: &str) -> bool {
        let mut rest = Some(host);
        while let Some(zone) = rest {
            if self.zones.contains(zone) {
                return true;
            }
            rest = zone.split_once('.').map(|(_, tail)| tail);
        }
        false
    }

    /// Where `address` leads when the service at `caller` calls it; `hint` is the name of the
    /// variable, which often says whom it means where several answer one host.
    pub(super) fn look_up(&self, caller: usize, address: &Address, hint: &Hint<'_>) -> Led {
        let host = address.host.as_str();
        let namespace = self.namespaces.get(&caller);
        let alias = namespace.and_then(|ns| self.connect.get(&(ns.clone(), host.to_owned())));
        if let Some(services) = alias {
            return Led::Services(answers(
                services,
                Sign::ServiceConnect,
                &[host, "Service Connect"],
            ));
        }
        if let Some(services) = self.cloud_map.get(host) {
            return Led::Services(answers(services, Sign::CloudMap, &[host, "Cloud Map"]));
        }
        let chains = self.follow(host);
        let mut found = Vec::new();
        for chain in &chains {
            let Some(last) = chain.last() else { continue };
            let last = last.strip_prefix("dualstack.").unwrap_or(last);
            if let Some(balancer) = self.balancers.get(last) {
                let sign = if chain.len() == 1 { Sign::BalancerName } else { Sign::HostName };
                let way = &chain[..chain.len().saturating_sub(1)];
                found.extend(balancer.answers(address, hint, sign, way));
            }
        }
        // The zone was not read, but a listener names the host.
        if found.is_empty() && chains.iter().all(|chain| chain.len() == 1) {
            for dns_name in self.by_host.get(host).into_iter().flatten() {
                if let Some(balancer) = self.balancers.get(dns_name) {
                    let way = [host.to_owned()];
                    found.extend(balancer.answers(address, hint, Sign::HostName, &way));
                }
            }
        }
        found.sort();
        found.dedup_by(|one, other| one.service == other.service);
        if found.is_empty() {
            Led::Host(chains.into_iter().next_back().unwrap_or_default())
        } else {
            Led::Services(found)
        }
    }

    /// Every chain of names from `host` to one that no record leads on from.
    fn follow(&self, host: &str) -> Vec<Vec<String>> {
        let mut ends = Vec::new();
        let mut open = vec![vec![host.to_owned()]];
        let mut seen: BTreeSet<String> = BTreeSet::new();
        while let Some(chain) = open.pop() {
            let Some(last) = chain.last() else { continue };
            let targets = self.targets(last);
            let first_visit = seen.insert(last.clone());
            if targets.is_empty() || !first_visit || chain.len() > STEPS_MAX {
                ends.push(chain);
                continue;
            }
            for target in targets {
                let mut longer = chain.clone();
                longer.push(target.clone());
                open.push(longer);
            }
        }
        ends.sort();
        ends
    }

    /// The targets of a name: its own records, or those of the wildcard above it.
    fn targets(&self, name: &str) -> Vec<&String> {
        if let Some(own) = self.records.get(name) {
            return own.iter().collect();
        }
        let mut rest = name;
        while let Some((_, tail)) = rest.split_once('.') {
            if let Some(targets) = self.records.get(&format!("*.{tail}")) {
                return targets.iter().collect();
            }
            rest = tail;
        }
        Vec::new()
    }
}

/// What the name of a variable says about whom it means.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hint<'h> {
    /// The name of the variable; empty where there is none.
    pub(super) variable: &'h str,
    /// Names of all services, by their place.
    pub(super) services: &'h [String],
}

impl Hint<'_> {
    /// True if the variable is called after the service.
    pub(super) fn names(&self, service: usize) -> bool {
        let shout = |text: &str| text.replace(['-', '.', ' '], "_").to_ascii_uppercase();
        let Some(name) = self.services.get(service) else { return false };
        !self.variable.is_empty() && shout(self.variable).contains(&shout(name))
    }
}

fn answers(services: &BTreeSet<usize>, sign: Sign, way: &[&str]) -> Vec<Answer> {
    let way: Vec<String> = way.iter().map(|step| (*step).to_owned()).collect();
    services.iter().map(|service| Answer { service: *service, sign, way: way.clone() }).collect()
}

/// A name as records write it, in lower case and without the dot at its end.
fn plain(name: &str) -> String {
    name.trim_end_matches('.').replace("\\052", "*").to_ascii_lowercase()
}

fn records(inventory: &Inventory<'_>) -> BTreeMap<String, BTreeSet<String>> {
    let mut out: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for item in inventory.all(Section::Records) {
        let record = &item.node;
        let kind = record.text("Type").unwrap_or_default();
        let Some(name) = record.text("Name").map(|name| plain(&name)) else { continue };
        let mut add = |target: Option<String>| {
            let target = target.map(|target| plain(&target)).filter(|target| *target != name);
            if let Some(target) = target.filter(|target| !target.is_empty()) {
                out.entry(name.clone()).or_default().insert(target);
            }
        };
        if ["A", "AAAA", "CNAME"].contains(&kind.as_str()) {
            add(record.get("AliasTarget").and_then(|alias| alias.text("DNSName")));
        }
        if kind == "CNAME" {
            record.list("ResourceRecords").iter().for_each(|value| add(value.text("Value")));
        }
    }
    out
}

fn zones(inventory: &Inventory<'_>) -> BTreeSet<String> {
    let hosted = inventory.all(Section::HostedZones).iter();
    let mapped = inventory.all(Section::Namespaces).iter();
    let names = hosted.chain(mapped).filter_map(|item| item.node.text("Name"));
    names.map(|name| plain(&name)).filter(|name| name.contains('.')).collect()
}

/// `NAME.NAMESPACE` of every service that registers in Cloud Map with DNS.
fn cloud_map(given: Given<'_, '_>) -> BTreeMap<String, BTreeSet<usize>> {
    let named = |item: &crate::input::inventory::Item<'_>| {
        Some((item.node.text("Id")?, item.node.text("Name")?))
    };
    let namespaces: BTreeMap<String, String> =
        given.inventory.all(Section::Namespaces).iter().filter_map(named).collect();
    let mut out: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (index, one) in given.converted.iter().enumerate() {
        for item in one.work.discovery.values() {
            let own = item.node.text("NamespaceId");
            let id = own.or_else(|| item.node.get("DnsConfig")?.text("NamespaceId"));
            let namespace = id.and_then(|id| namespaces.get(&id));
            if let (Some(namespace), Some(name)) = (namespace, item.node.text("Name")) {
                out.entry(plain(&format!("{name}.{namespace}"))).or_default().insert(index);
            }
        }
    }
    out
}

type Offered = BTreeMap<(String, String), BTreeSet<usize>>;

/// Names that are offered, by namespace, and who is in which namespace. A namespace that two
/// environments share is kept as it is: then one can call the other, and a person must know.
fn service_connect(given: Given<'_, '_>) -> (Offered, BTreeMap<usize, String>) {
    let mut offered = Offered::new();
    let mut members = BTreeMap::new();
    for (index, one) in given.converted.iter().enumerate() {
        let Some(service) = one.work.service.as_ref() else { continue };
        let Some(config) = connect::configuration(&service.node) else { continue };
        let namespace = config.text("namespace").unwrap_or_else(|| own_cluster(&service.node));
        for alias in connect::aliases(&service.node, &one.work.task.node, &one.work.name) {
            let key = (namespace.clone(), plain(&alias.dns_name));
            offered.entry(key).or_default().insert(index);
        }
        members.insert(index, namespace);
    }
    (offered, members)
}

/// Without a namespace of its own a service takes the default one of its cluster.
fn own_cluster(service: &Node<'_>) -> String {
    service.text("clusterArn").unwrap_or_default()
}
