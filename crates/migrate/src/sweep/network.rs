//! Networks and what lies in them: subnets, routes, groups, file systems, databases, caches.

use serde_json::json;

use super::operation::{Draft, Operation};
use super::page::Page;
use super::seen::Seen;

const FILE_SYSTEMS: &str = "elasticfilesystem:DescribeFileSystems";

/// The largest page of `DescribeSecurityGroups` and its like (EC2 API reference).
fn thousand(_: &Seen<'_>) -> Vec<Draft> {
    Draft::only(json!({"MaxResults": 1000}))
}

fn whole(_: &Seen<'_>) -> Vec<Draft> {
    Draft::only(json!({}))
}

pub(super) const TABLE: &[Operation] = &[
    Operation::list("ec2:DescribeVpcs", Page::UPPER, whole, "networks and their address ranges"),
    Operation::list(
        "ec2:DescribeSubnets",
        Page::UPPER,
        whole,
        "how many addresses are free for pods",
    ),
    Operation::list(
        "ec2:DescribeSecurityGroups",
        Page::UPPER,
        thousand,
        "who admits the tasks of a service today and would refuse its pods",
    ),
    Operation::list(
        "ec2:DescribeSecurityGroupRules",
        Page::UPPER,
        thousand,
        "who admits the tasks of a service today and would refuse its pods",
    ),
    Operation::list("ec2:DescribeRouteTables", Page::UPPER, whole, "ways out of the subnets"),
    Operation::list(
        "ec2:DescribeNatGateways",
        Page::UPPER,
        whole,
        "the addresses by which others know the tasks",
    ),
    Operation::list(
        "ec2:DescribeVpcEndpoints",
        Page::UPPER,
        whole,
        "private ways to AWS, which nodes need too",
    ),
    Operation::list(
        "ec2:DescribeVpcPeeringConnections",
        Page::UPPER,
        whole,
        "connections to other networks",
    ),
    Operation::list(
        "ec2:DescribeTransitGatewayVpcAttachments",
        Page::UPPER,
        whole,
        "connections to other networks",
    ),
    Operation::list(
        "ec2:DescribeNetworkInterfaces",
        Page::UPPER,
        thousand,
        "what uses the addresses and security groups",
    ),
    Operation::list(FILE_SYSTEMS, Page::NEXT_MARKER, whole, "file systems that tasks mount"),
    Operation::list(
        "elasticfilesystem:DescribeAccessPoints",
        Page::UPPER,
        whole,
        "as which user files are written",
    ),
    Operation::list(
        "elasticfilesystem:DescribeMountTargets",
        Page::NEXT_MARKER,
        |seen| {
            let all = seen.members(FILE_SYSTEMS, "FileSystems", "FileSystemId");
            all.iter().map(|id| Draft::about(id, json!({"FileSystemId": id}))).collect()
        },
        "from where file systems can be reached",
    )
    .each(&[FILE_SYSTEMS]),
    Operation::list(
        "rds:DescribeDBInstances",
        Page::MARKER,
        whole,
        "which databases admit the tasks by their security group",
    ),
    Operation::list(
        "elasticache:DescribeCacheClusters",
        Page::MARKER,
        whole,
        "which caches admit the tasks by their security group",
    ),
];
