//! The one VPC of the company, its subnets, and who may reach whom in it.

pub mod groups;

use serde_json::{Value, json};

use super::answers::Answers;
use super::arn::{ACCOUNT, arn};
use super::catalog::Env;
use super::cell::{Cell, zone};
use super::dice::Dice;

/// Puts the VPC, its subnets and its security groups.
pub fn put(answers: &mut Answers, cells: &[Cell], dice: Dice) {
    let subnets: Value = Env::ALL
        .into_iter()
        .flat_map(|env| subnets(env, dice).into_iter().zip(0..).map(move |(id, at)| (env, id, at)))
        .map(|(env, id, at)| subnet(env, &id, at, dice))
        .collect();
    answers.put("ec2:DescribeVpcs", "1", json!({}), json!({"Vpcs": [vpc_body(dice)]}));
    answers.put("ec2:DescribeSubnets", "1", json!({}), json!({"Subnets": subnets}));
    groups::put(answers, cells, dice);
}

/// The id of the VPC: one for all three environments.
pub fn vpc(dice: Dice) -> String {
    format!("vpc-0{}", dice.hex("vpc", 16))
}

/// The private subnets of an environment, one in each zone.
pub fn subnets(env: Env, dice: Dice) -> Vec<String> {
    let id = |zone: u32| dice.hex(&format!("subnet/{}/{zone}", env.word()), 16);
    (0..3).map(|zone| format!("subnet-0{}", id(zone))).collect()
}

fn vpc_body(dice: Dice) -> Value {
    let association = |cidr: &str| {
        json!({
            "AssociationId": format!("vpc-cidr-assoc-0{}", dice.hex(cidr, 16)),
            "CidrBlock": cidr,
            "CidrBlockState": {"State": "associated"},
        })
    };
    json!({
        "VpcId": vpc(dice),
        "OwnerId": ACCOUNT,
        "InstanceTenancy": "default",
        "CidrBlock": "10.40.0.0/16",
        "CidrBlockAssociationSet": [
            association("10.40.0.0/16"), association("10.41.0.0/16"), association("10.42.0.0/16"),
        ],
        "DhcpOptionsId": format!("dopt-0{}", dice.hex("dhcp", 16)),
        "State": "available",
        "IsDefault": false,
        "Tags": [{"Key": "Name", "Value": "haedal-main"}],
    })
}

/// Production's subnets are nearly full: Fargate takes an address for each task.
fn subnet(env: Env, id: &str, at: u32, dice: Dice) -> Value {
    let zone = zone(at);
    let free = env.pick(&[3870, 3790, 41]) - dice.below(id, 20);
    json!({
        "SubnetId": id,
        "SubnetArn": arn("ec2", &format!("subnet/{id}")),
        "VpcId": vpc(dice),
        "OwnerId": ACCOUNT,
        "State": "available",
        "CidrBlock": format!("10.{}.{}.0/20", env.pick(&[40, 41, 42]), at * 16),
        "AvailableIpAddressCount": free,
        "AvailabilityZone": zone,
        "AvailabilityZoneId": format!("apne2-az{}", at + 1),
        "DefaultForAz": false,
        "MapPublicIpOnLaunch": false,
        "AssignIpv6AddressOnCreation": false,
        "Tags": [{"Key": "Name", "Value": format!("{}-private-{}", env.word(), &zone[zone.len() - 1..])}],
    })
}
