//! What a scan asks besides: the bus of events, certificates, limits, ways out, and lists in which
//! this company has nothing.

use serde_json::{Value, json};

use super::answers::Answers;
use super::arn::{ACCOUNT, arn, date};
use super::cell::zone;
use super::dice::Dice;
use super::network::vpc;

/// Operations whose list is empty here, with the member that holds it and the request.
const EMPTY: &[(&str, &str, &str)] = &[
    ("ec2:DescribeVpcEndpoints", "VpcEndpoints", "{}"),
    ("ec2:DescribeVpcPeeringConnections", "VpcPeeringConnections", "{}"),
    ("ec2:DescribeTransitGatewayVpcAttachments", "TransitGatewayVpcAttachments", "{}"),
    ("ec2:DescribeNetworkInterfaces", "NetworkInterfaces", r#"{"MaxResults": 1000}"#),
    ("elasticache:DescribeCacheClusters", "CacheClusters", "{}"),
    ("rds:DescribeDBInstances", "DBInstances", "{}"),
    ("logs:DescribeMetricFilters", "metricFilters", "{}"),
];

/// Quotas as AWS sets them, by service, code and name.
const QUOTAS: &[(&str, &str, &str, u32)] = &[
    ("elasticloadbalancing", "L-53DA6B97", "Application Load Balancers per Region", 50),
    ("elasticloadbalancing", "L-B22855CB", "Target Groups per Region", 3000),
    ("elasticloadbalancing", "L-164CFF6E", "Rules per Application Load Balancer", 100),
    ("vpc", "L-F678F1CE", "VPCs per Region", 5),
    ("vpc", "L-0EA8095F", "Inbound or outbound rules per security group", 60),
];

/// Puts them. What load balancers say must be there already.
pub fn put(answers: &mut Answers, dice: Dice) {
    for (operation, list, request) in EMPTY {
        let request = serde_json::from_str(request).unwrap_or_default();
        answers.put(operation, "1", request, json!({*list: []}));
    }
    let bus = json!({"Name": "default", "Arn": arn("events", "event-bus/default")});
    answers.put("events:ListEventBuses", "1", json!({}), json!({"EventBuses": [bus]}));
    ways_out(answers, dice);
    certificates(answers);
    for arn in
        answers.strings_under("elasticloadbalancing:DescribeLoadBalancers", "LoadBalancerArn")
    {
        let name = arn.rsplit('/').nth(1).unwrap_or_default().to_owned();
        answers.put("wafv2:GetWebACLForResource", &name, json!({"ResourceArn": arn}), json!({}));
    }
    for service in ["elasticloadbalancing", "vpc"] {
        let of = QUOTAS.iter().filter(|quota| quota.0 == service);
        let quotas: Value = of.map(quota).collect();
        let request = json!({"ServiceCode": service});
        answers.put("servicequotas:ListServiceQuotas", service, request, json!({"Quotas": quotas}));
    }
}

fn quota((service, code, name, value): &(&str, &str, &str, u32)) -> Value {
    json!({
        "ServiceCode": service, "QuotaCode": code, "QuotaName": name, "Value": f64::from(*value),
        "QuotaArn": arn("servicequotas", &format!("{service}/{code}")),
        "Adjustable": true, "GlobalQuota": false, "Unit": "None",
    })
}

/// One NAT gateway for all, in the first zone, and one route table.
fn ways_out(answers: &mut Answers, dice: Dice) {
    let gateway = format!("nat-0{}", dice.hex("nat", 16));
    let nat = json!({
        "NatGatewayId": gateway, "VpcId": vpc(dice), "State": "available",
        "ConnectivityType": "public", "CreateTime": date(1, 100),
        "NatGatewayAddresses": [{
            "AllocationId": format!("eipalloc-0{}", dice.hex("eip", 16)),
            "PublicIp": "203.0.113.41", "PrivateIp": "10.40.255.9", "IsPrimary": true,
            "Status": "succeeded",
        }],
        "Tags": [{"Key": "Name", "Value": format!("haedal-nat-{}", zone(0))}],
    });
    answers.put("ec2:DescribeNatGateways", "1", json!({}), json!({"NatGateways": [nat]}));
    let table = format!("rtb-0{}", dice.hex("rtb", 16));
    let route = |to: &str| {
        json!({
            "DestinationCidrBlock": to, "State": "active",
            "Origin": "CreateRoute",
        })
    };
    let mut out = route("0.0.0.0/0");
    out["NatGatewayId"] = json!(gateway);
    let mut local = route("10.40.0.0/16");
    local["GatewayId"] = json!("local");
    local["Origin"] = json!("CreateRouteTable");
    let body = json!({
        "RouteTableId": table, "VpcId": vpc(dice), "OwnerId": ACCOUNT, "PropagatingVgws": [],
        "Associations": [{
            "RouteTableId": table, "Main": true, "AssociationState": {"State": "associated"},
            "RouteTableAssociationId": format!("rtbassoc-0{}", dice.hex("rtbassoc", 16)),
        }],
        "Routes": [local, out],
        "Tags": [{"Key": "Name", "Value": "haedal-private"}],
    });
    answers.put("ec2:DescribeRouteTables", "1", json!({}), json!({"RouteTables": [body]}));
}

/// The certificates of the listeners, which renew themselves.
fn certificates(answers: &mut Answers) {
    let operation = "elasticloadbalancing:DescribeListenerCertificates";
    for certificate in answers.strings_under(operation, "CertificateArn") {
        let id = certificate.rsplit('/').next().unwrap_or_default().to_owned();
        let body = json!({"Certificate": {
            "CertificateArn": certificate, "DomainName": "haedal.example",
            "SubjectAlternativeNames": ["haedal.example", "*.haedal.example", "*.dev.haedal.example"],
            "Status": "ISSUED", "Type": "AMAZON_ISSUED", "KeyAlgorithm": "RSA-2048",
            "RenewalEligibility": "ELIGIBLE", "IssuedAt": date(2, 60),
            "InUseBy": [],
        }});
        let request = json!({"CertificateArn": certificate});
        answers.put("acm:DescribeCertificate", &id, request, body);
    }
}
