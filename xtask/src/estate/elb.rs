//! The answers of Elastic Load Balancing: balancers, listeners, rules, target groups.

pub mod balancers;
pub mod rules;
pub mod targets;
mod words;

use serde_json::{Value, json};

use super::answers::Answers;
use super::arn::arn;
use super::cell::{Cell, zone};
use super::network::{subnets, vpc};
use balancers::{Balancer, balancers};
use targets::{TargetGroup, target_groups};

/// Puts everything that the load balancers say.
pub fn put(answers: &mut Answers, cells: &[Cell]) {
    let balancers = balancers(cells);
    let groups: Vec<(&Cell, TargetGroup)> = cells
        .iter()
        .flat_map(|cell| target_groups(cell).into_iter().map(move |group| (cell, group)))
        .collect();
    put_balancers(answers, &balancers);
    put_target_groups(answers, &groups);
    for balancer in &balancers {
        put_listeners(answers, cells, balancer);
    }
    put_tags(answers, &balancers, &groups);
}

fn put_balancers(answers: &mut Answers, balancers: &[Balancer]) {
    let all: Value = balancers.iter().map(balancer_body).collect();
    let body = json!({"LoadBalancers": all});
    answers.put("elasticloadbalancing:DescribeLoadBalancers", "1", json!({}), body);
    for balancer in balancers {
        answers.put(
            "elasticloadbalancing:DescribeLoadBalancerAttributes",
            &balancer.name,
            json!({"LoadBalancerArn": balancer.arn}),
            json!({"Attributes": pairs(&[
                ("deletion_protection.enabled", if balancer.is_production() { "true" } else { "false" }),
                ("idle_timeout.timeout_seconds", balancer.idle_timeout_secs()),
                ("routing.http2.enabled", "true"),
                ("routing.http.drop_invalid_header_fields.enabled", "false"),
                ("access_logs.s3.enabled", "false"),
                ("load_balancing.cross_zone.enabled", "true"),
            ])}),
        );
    }
}

fn balancer_body(balancer: &Balancer) -> Value {
    let zones: Value = subnets(balancer.env, balancer.dice)
        .iter()
        .zip(0..)
        .map(|(subnet, index)| {
            json!({"ZoneName": zone(index), "SubnetId": subnet, "LoadBalancerAddresses": []})
        })
        .collect();
    json!({
        "LoadBalancerArn": balancer.arn,
        "LoadBalancerName": balancer.name,
        "DNSName": balancer.dns_name(),
        "CanonicalHostedZoneId": balancers::HOSTED_ZONE,
        "CreatedTime": "2025-04-17T05:12:40.560000+00:00",
        "Scheme": balancer.scheme,
        "VpcId": vpc(balancer.dice),
        "State": {"Code": "active"},
        "Type": "application",
        "AvailabilityZones": zones,
        "SecurityGroups": [balancer.security_group()],
        "IpAddressType": "ipv4",
    })
}

fn put_listeners(answers: &mut Answers, cells: &[Cell], balancer: &Balancer) {
    let listeners: Value =
        balancer.ports().iter().map(|&port| rules::listener(cells, balancer, port)).collect();
    answers.put(
        "elasticloadbalancing:DescribeListeners",
        &balancer.name,
        json!({"LoadBalancerArn": balancer.arn}),
        json!({"Listeners": listeners}),
    );
    for &port in balancer.ports() {
        let listener = balancer.listener_arn(port);
        let name = format!("{}-{port}", balancer.name);
        answers.put(
            "elasticloadbalancing:DescribeRules",
            &name,
            json!({"ListenerArn": listener}),
            json!({"Rules": rules::rules(cells, balancer, port)}),
        );
        if port != 80 {
            answers.put(
                "elasticloadbalancing:DescribeListenerCertificates",
                &name,
                json!({"ListenerArn": listener}),
                json!({"Certificates": [
                    {"CertificateArn": balancer.certificate_arn(), "IsDefault": true},
                ]}),
            );
        }
    }
}

fn put_target_groups(answers: &mut Answers, groups: &[(&Cell, TargetGroup)]) {
    let all: Value = groups.iter().map(|(cell, group)| targets::describe(cell, group)).collect();
    let body = json!({"TargetGroups": all});
    answers.put("elasticloadbalancing:DescribeTargetGroups", "1", json!({}), body);
    for (cell, group) in groups {
        let request = json!({"TargetGroupArn": group.arn});
        answers.put(
            "elasticloadbalancing:DescribeTargetGroupAttributes",
            &group.name,
            request.clone(),
            json!({"Attributes": pairs(&targets::attributes(cell))}),
        );
        answers.put(
            "elasticloadbalancing:DescribeTargetHealth",
            &group.name,
            request,
            json!({"TargetHealthDescriptions": targets::health(cell, group)}),
        );
    }
}

/// Twenty things a call: that is the limit.
fn put_tags(answers: &mut Answers, balancers: &[Balancer], groups: &[(&Cell, TargetGroup)]) {
    let balancers = balancers.iter().map(|balancer| {
        (balancer.arn.clone(), vec![("Environment", balancer.env.word()), ("ManagedBy", "hand")])
    });
    let groups = groups.iter().map(|(cell, group)| (group.arn.clone(), cell.tags()));
    let tagged: Vec<_> = balancers.chain(groups).collect();
    for (batch, number) in tagged.chunks(20).zip(1..) {
        let arns: Vec<&String> = batch.iter().map(|(arn, _)| arn).collect();
        let descriptions: Value = batch
            .iter()
            .map(|(arn, tags)| json!({"ResourceArn": arn, "Tags": pairs(tags)}))
            .collect();
        answers.put(
            "elasticloadbalancing:DescribeTags",
            &number.to_string(),
            json!({"ResourceArns": arns}),
            json!({"TagDescriptions": descriptions}),
        );
    }
}

fn pairs(of: &[(&str, &str)]) -> Value {
    of.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect()
}

/// The ARN of something below a load balancer.
fn elb_arn(resource: &str) -> String {
    arn("elasticloadbalancing", resource)
}
