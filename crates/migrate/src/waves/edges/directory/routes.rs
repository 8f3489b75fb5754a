//! Which services a load balancer forwards a request to, as far as a name and a path tell it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Answer, Hint, plain};
use crate::convert::{RuleUse, Workload};
use crate::given::Given;
use crate::input::node::Node;
use crate::waves::edges::words::Address;
use crate::waves::graph::Sign;

/// The place of a listener's default action behind all rules.
const PRIORITY_LAST: i64 = i64::MAX;

/// A load balancer and the rules that lead to services.
#[derive(Debug, Default)]
pub(super) struct Balancer {
    name: String,
    routes: Vec<Route>,
}

/// A rule, or a default action, that leads to a service.
#[derive(Debug, Clone)]
struct Route {
    service: usize,
    port: Option<i64>,
    priority: i64,
    hosts: Vec<String>,
    paths: Vec<String>,
    /// It also asks for a method, a header, a query or an address.
    choosy: bool,
    label: String,
}

/// Every load balancer that leads to a service, by its DNS name.
pub(super) fn balancers(given: Given<'_, '_>) -> BTreeMap<String, Balancer> {
    let mut out: BTreeMap<String, Balancer> = BTreeMap::new();
    for (index, one) in given.converted.iter().enumerate() {
        for used in &one.work.rules {
            let Some(balancer) = &used.balancer else { continue };
            let Some(dns_name) = balancer.node.text("DNSName") else { continue };
            let entry = out.entry(plain(&dns_name)).or_default();
            entry.name = balancer.node.text("LoadBalancerName").unwrap_or(dns_name);
            entry.routes.push(route(index, &one.work, used));
        }
    }
    for balancer in out.values_mut() {
        balancer.routes.sort_by_key(|route| (route.priority, route.service));
    }
    out
}

fn route(service: usize, work: &Workload<'_>, used: &RuleUse<'_>) -> Route {
    let conditions = used.rule.node.list("Conditions");
    let is_default = used.rule.node.get("DefaultActions").is_some();
    let priority = if is_default { None } else { used.rule.node.int_at("Priority") };
    let rule = match priority {
        Some(priority) => format!("rule {priority}"),
        None => "default action".to_owned(),
    };
    let port = used.listener.as_ref().and_then(|listener| listener.node.int_at("Port"));
    let port_text = port.map(|port| format!(" on port {port}")).unwrap_or_default();
    Route {
        service,
        port,
        priority: priority.unwrap_or(PRIORITY_LAST),
        hosts: values(&conditions, "host-header", "HostHeaderConfig"),
        paths: values(&conditions, "path-pattern", "PathPatternConfig"),
        choosy: conditions.iter().any(|one| {
            let field = one.text("Field").unwrap_or_default();
            !["host-header", "path-pattern"].contains(&field.as_str())
        }),
        label: format!("{rule}{port_text} → {}", work.name),
    }
}

/// The values of the conditions on one field; patterns by expression count as any value.
fn values(conditions: &[Node<'_>], field: &str, config: &str) -> Vec<String> {
    let of_field = conditions.iter().filter(|one| one.text("Field").as_deref() == Some(field));
    let mut out: Vec<String> = of_field
        .flat_map(|one| {
            let own = one.get(config);
            let values = own.as_ref().map(|config| config.strings("Values")).unwrap_or_default();
            let expressions = own.map(|config| config.strings("RegexValues")).unwrap_or_default();
            let any = expressions.iter().map(|_| "*".to_owned()).collect::<Vec<_>>();
            let old = if values.is_empty() { one.strings("Values") } else { values };
            old.into_iter().chain(any).collect::<Vec<_>>()
        })
        .collect();
    if field == "host-header" {
        out = out.iter().map(|host| plain(host)).collect();
    }
    out
}

impl Balancer {
    /// Hosts without wildcards that its rules name.
    pub(super) fn exact_hosts(&self) -> impl Iterator<Item = &str> {
        let hosts = self.routes.iter().flat_map(|route| &route.hosts);
        hosts.map(String::as_str).filter(|host| !host.contains(['*', '?']))
    }

    /// Who answers `address`; `way` are the names that led here.
    pub(super) fn answers(
        &self,
        address: &Address,
        hint: &Hint<'_>,
        sign: Sign,
        way: &[String],
    ) -> Vec<Answer> {
        let routes = self.candidates(address, hint);
        let services: BTreeSet<usize> = routes.iter().map(|route| route.service).collect();
        let sign = if services.len() > 1 { Sign::AmongSeveral } else { sign };
        let step = |service: usize| {
            let route = routes.iter().find(|route| route.service == service);
            route.map(|route| format!("ALB {}, {}", self.name, route.label)).unwrap_or_default()
        };
        services
            .into_iter()
            .map(|service| {
                let mut way = way.to_vec();
                way.push(step(service));
                Answer { service, sign, way }
            })
            .collect()
    }

    /// The routes that may take a request for `address`: by the first rule that fits its path, by
    /// the rules of its host, or by whatever asks for no host.
    fn candidates(&self, address: &Address, hint: &Hint<'_>) -> Vec<&Route> {
        let on_port = |route: &&Route| match (route.port, address.called_port()) {
            (Some(port), Some(called)) => port == i64::from(called),
            _ => true,
        };
        let of_host =
            |route: &Route| route.hosts.iter().any(|pattern| fits(pattern, &address.host));
        // A plain port may only redirect to the one that forwards.
        let mut routes: Vec<&Route> = self.routes.iter().filter(on_port).collect();
        if !routes.iter().any(|route| route.hosts.is_empty() || of_host(route)) {
            routes = self.routes.iter().collect();
        }
        let for_us = |route: &&&Route| route.hosts.is_empty() || of_host(route);
        if address.path.len() > 1 {
            let slashed = format!("{}/", address.path.trim_end_matches('/'));
            let of_path = |route: &&&Route| {
                route.paths.is_empty()
                    || route
                        .paths
                        .iter()
                        .any(|pattern| fits(pattern, &address.path) || fits(pattern, &slashed))
            };
            let mut fitting = routes.iter().filter(for_us).filter(of_path);
            if let Some(first) = fitting.find(|route| !route.choosy) {
                // Rules of one priority: a default action of several listeners, or shares.
                let same = |route: &&&Route| route.priority == first.priority && !route.choosy;
                return routes
                    .iter()
                    .filter(for_us)
                    .filter(of_path)
                    .filter(same)
                    .copied()
                    .collect();
            }
        }
        let named: Vec<&Route> = routes.iter().filter(|route| of_host(route)).copied().collect();
        let meant: Vec<&Route> =
            named.iter().filter(|route| hint.names(route.service)).copied().collect();
        if meant.iter().map(|route| route.service).collect::<BTreeSet<_>>().len() == 1 {
            return meant;
        }
        if !named.is_empty() {
            let whole: Vec<&Route> = named
                .iter()
                .filter(|route| route.paths.is_empty() && !route.choosy)
                .copied()
                .collect();
            return if whole.is_empty() { named } else { whole };
        }
        routes.into_iter().filter(|route| route.hosts.is_empty()).collect()
    }
}

/// Whether a pattern of `ELBv2` (`*` any run, `?` one character) fits the whole of `text`. Linear in
/// memory and at most quadratic in time: patterns have at most 128 characters.
fn fits(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                back = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || Some(c) == text.get(t) => {
                p += 1;
                t += 1;
            }
            _ => match back {
                Some((star, at)) => {
                    back = Some((star, at + 1));
                    p = star + 1;
                    t = at + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_as_a_listener_reads_them() {
        for (pattern, text, want) in [
            ("*.example.com", "a.example.com", true),
            ("*.example.com", "example.com", false),
            ("/v?/x*", "/v1/xyz", true),
            ("/a*b*c", "/a-b-b-c", true),
            ("/a*b*c", "/a-b-b", false),
            ("*", "", true),
            ("", "x", false),
        ] {
            assert_eq!(fits(pattern, text), want, "{pattern} {text}");
        }
    }

    fn balancer(routes: &[(usize, &str, &str)]) -> Balancer {
        let route = |(at, (service, host, path)): (usize, &(usize, &str, &str))| Route {
            service: *service,
            port: Some(443),
            priority: i64::try_from(at).unwrap(),
            hosts: if host.is_empty() { Vec::new() } else { vec![(*host).to_owned()] },
            paths: if path.is_empty() { Vec::new() } else { vec![(*path).to_owned()] },
            choosy: false,
            label: String::new(),
        };
        Balancer { name: "edge".to_owned(), routes: routes.iter().enumerate().map(route).collect() }
    }

    #[test]
    fn hosts_paths_and_the_name_of_the_variable_decide() {
        let names = ["player".to_owned(), "certificate".to_owned(), "web".to_owned()];
        let edge =
            balancer(&[(0, "learn.x", "/player/*"), (1, "learn.x", "/certs/*"), (2, "", "")]);
        let ask = |host: &str, path: &str, variable: &str| {
            let address = Address {
                scheme: "https".to_owned(),
                host: host.to_owned(),
                port: None,
                path: path.to_owned(),
            };
            let hint = Hint { variable, services: &names };
            let found = edge.answers(&address, &hint, Sign::HostName, &[]);
            found.iter().map(|one| (one.service, one.sign)).collect::<Vec<_>>()
        };
        assert_eq!(ask("learn.x", "/certs", ""), [(1, Sign::HostName)]);
        assert_eq!(ask("learn.x", "/other", ""), [(2, Sign::HostName)]);
        assert_eq!(ask("else.x", "", ""), [(2, Sign::HostName)]);
        assert_eq!(ask("learn.x", "", "CERTIFICATE_URL"), [(1, Sign::HostName)]);
        assert_eq!(ask("learn.x", "", "URL"), [(0, Sign::AmongSeveral), (1, Sign::AmongSeveral)]);
    }
}
