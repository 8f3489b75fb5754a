//! What stands in front: load balancers, certificates, web ACLs, names in Route 53.

use serde_json::json;

use super::operation::{Draft, Operation};
use super::page::Page;
use super::seen::{Seen, distinct, last, middle};

/// `DescribeTags` takes this many things (Elastic Load Balancing API reference).
const TAGGED_MAX: usize = 20;

const BALANCERS: &str = "elasticloadbalancing:DescribeLoadBalancers";
const LISTENERS: &str = "elasticloadbalancing:DescribeListeners";
const GROUPS: &str = "elasticloadbalancing:DescribeTargetGroups";
const CERTIFICATES: &str = "elasticloadbalancing:DescribeListenerCertificates";
const ZONES: &str = "route53:ListHostedZones";

pub(super) const TABLE: &[Operation] = &[
    Operation::list(
        BALANCERS,
        Page::NEXT_MARKER,
        |_| Draft::only(json!({})),
        "load balancers: how traffic reaches a service, and what the shift would turn",
    )
    .core(),
    Operation::list(
        "elasticloadbalancing:DescribeLoadBalancerAttributes",
        Page::None,
        |seen| of_balancers(seen, |_| true),
        "idle timeouts and other attributes of load balancers",
    )
    .each(&[BALANCERS]),
    Operation::list(
        LISTENERS,
        Page::NEXT_MARKER,
        |seen| of_balancers(seen, |kind| kind != "gateway"),
        "listeners: ports, certificates and what they do without a rule",
    )
    .core()
    .each(&[BALANCERS]),
    Operation::list(
        "elasticloadbalancing:DescribeRules",
        Page::NEXT_MARKER,
        |seen| of_listeners(seen, |protocol| protocol.starts_with("HTTP")),
        "listener rules: hosts, paths and weights of every service",
    )
    .core()
    .each(&[LISTENERS]),
    Operation::list(
        CERTIFICATES,
        Page::NEXT_MARKER,
        |seen| of_listeners(seen, |protocol| matches!(protocol, "HTTPS" | "TLS")),
        "certificates of listeners beyond the first",
    )
    .each(&[LISTENERS]),
    Operation::list(
        GROUPS,
        Page::NEXT_MARKER,
        |_| Draft::only(json!({})),
        "target groups: ports, protocols and health checks, from which probes are made",
    )
    .core(),
    Operation::list(
        "elasticloadbalancing:DescribeTargetGroupAttributes",
        Page::None,
        of_groups,
        "drain times and stickiness of target groups",
    )
    .core()
    .each(&[GROUPS]),
    Operation::list(
        "elasticloadbalancing:DescribeTargetHealth",
        Page::None,
        of_groups,
        "whether targets answer today",
    )
    .each(&[GROUPS]),
    Operation::list(
        "elasticloadbalancing:DescribeTags",
        Page::None,
        tags,
        "tags of load balancers and target groups, which are evidence for names",
    )
    .behind(&[BALANCERS, GROUPS]),
    Operation::list(
        "acm:DescribeCertificate",
        Page::None,
        certificates,
        "names and renewal of certificates",
    )
    .each(&[CERTIFICATES]),
    Operation::list(
        "wafv2:GetWebACLForResource",
        Page::None,
        web_acls,
        "web ACLs in front of load balancers, which new ones would need as well",
    )
    .also(&["wafv2:GetWebACL"])
    .each(&[BALANCERS]),
    Operation::list(
        ZONES,
        Page::NEXT_MARKER,
        |_| Draft::only(json!({"MaxItems": "100"})),
        "host names: which records lead to which load balancer",
    )
    .global(),
    Operation::list(
        "route53:ListResourceRecordSets",
        Page::Records,
        records,
        "host names: which records lead to which load balancer",
    )
    .global()
    .each(&[ZONES]),
];

fn of_balancers(seen: &Seen<'_>, of_kind: fn(&str) -> bool) -> Vec<Draft> {
    let balancers = seen.things(BALANCERS, "LoadBalancers");
    let wanted =
        balancers.iter().filter(|balancer| of_kind(&balancer.text("Type").unwrap_or_default()));
    distinct(wanted.filter_map(|balancer| balancer.text("LoadBalancerArn")))
        .iter()
        .map(|arn| Draft::about(middle(arn), json!({"LoadBalancerArn": arn})))
        .collect()
}

fn of_listeners(seen: &Seen<'_>, of_protocol: fn(&str) -> bool) -> Vec<Draft> {
    let listeners = seen.things(LISTENERS, "Listeners");
    listeners
        .iter()
        .filter(|listener| of_protocol(&listener.text("Protocol").unwrap_or_default()))
        .filter_map(|listener| {
            let arn = listener.text("ListenerArn")?;
            // `listener/app/BALANCER/ID/ID`
            let balancer = middle(arn.rsplit_once('/').map_or(&arn, |(before, _)| before));
            let name = format!("{balancer}-{}", listener.text("Port").unwrap_or_default());
            Some(Draft::about(name, json!({"ListenerArn": arn})))
        })
        .collect()
}

fn of_groups(seen: &Seen<'_>) -> Vec<Draft> {
    seen.members(GROUPS, "TargetGroups", "TargetGroupArn")
        .iter()
        .map(|arn| Draft::about(middle(arn), json!({"TargetGroupArn": arn})))
        .collect()
}

fn tags(seen: &Seen<'_>) -> Vec<Draft> {
    let mut arns = seen.members(BALANCERS, "LoadBalancers", "LoadBalancerArn");
    arns.extend(seen.members(GROUPS, "TargetGroups", "TargetGroupArn"));
    let parts = arns.chunks(TAGGED_MAX).zip(1..);
    parts
        .map(|(part, number): (_, usize)| {
            Draft::about(number.to_string(), json!({"ResourceArns": part}))
        })
        .collect()
}

fn certificates(seen: &Seen<'_>) -> Vec<Draft> {
    let arns = seen.members(CERTIFICATES, "Certificates", "CertificateArn");
    // A listener may also have a certificate that was uploaded to IAM.
    arns.iter()
        .filter(|arn| arn.split(':').nth(2) == Some("acm"))
        .map(|arn| Draft::about(last(arn), json!({"CertificateArn": arn})))
        .collect()
}

fn web_acls(seen: &Seen<'_>) -> Vec<Draft> {
    of_balancers(seen, |kind| kind == "application")
        .into_iter()
        .map(|mut draft| {
            let arn = draft.request["LoadBalancerArn"].take();
            draft.request = json!({"ResourceArn": arn});
            draft
        })
        .collect()
}

fn records(seen: &Seen<'_>) -> Vec<Draft> {
    let zones = seen.things(ZONES, "HostedZones");
    zones
        .iter()
        .filter_map(|zone| {
            let id = zone.text("Id")?;
            let name = zone.text("Name")?;
            let request = json!({"HostedZoneId": last(&id), "MaxItems": "300"});
            Some(Draft::about(name.trim_end_matches('.'), request))
        })
        .collect()
}
