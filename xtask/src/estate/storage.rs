//! EFS: file systems, access points and mount targets of the two services that use them.

use serde_json::{Value, json};

use super::answers::{Answers, Paged};
use super::arn::{ACCOUNT, arn, date};
use super::catalog::{Env, Oddity};
use super::cell::{Cell, zone};
use super::network::{subnets, vpc};

const FILE_SYSTEMS: Paged = Paged {
    operation: "elasticfilesystem:DescribeFileSystems",
    list: "FileSystems",
    token: "NextMarker",
    size: 100,
};
const ACCESS_POINTS: Paged = Paged {
    operation: "elasticfilesystem:DescribeAccessPoints",
    list: "AccessPoints",
    token: "NextToken",
    size: 100,
};

/// Puts the file systems of all cells that have one.
pub fn put(answers: &mut Answers, cells: &[Cell]) {
    let with_point = |cell: &&Cell| cell.service.has(Oddity::EfsAccessPoint);
    let with_files = |cell: &&Cell| with_point(cell) || cell.service.has(Oddity::EfsPlain);
    let systems: Vec<Value> = cells.iter().filter(with_files).map(file_system).collect();
    let points: Vec<Value> = cells.iter().filter(with_point).map(access_point).collect();
    answers.put_pages(&FILE_SYSTEMS, &json!({}), &systems);
    answers.put_pages(&ACCESS_POINTS, &json!({}), &points);
    for cell in cells.iter().filter(with_files) {
        let id = file_system_id(cell);
        answers.put(
            "elasticfilesystem:DescribeMountTargets",
            &id,
            json!({"FileSystemId": id}),
            json!({"MountTargets": mount_targets(cell)}),
        );
    }
}

/// The id of a cell's file system.
pub fn file_system_id(cell: &Cell) -> String {
    format!("fs-0{}", cell.dice.hex(&cell.label("efs"), 16))
}

/// The id of a cell's access point.
pub fn access_point_id(cell: &Cell) -> String {
    format!("fsap-0{}", cell.dice.hex(&cell.label("access-point"), 16))
}

fn file_system(cell: &Cell) -> Value {
    let id = file_system_id(cell);
    let name = format!("{}-files", cell.plain_name());
    let bytes = u64::from(cell.dice.below(&id, 900_000)) * 1_048_576;
    json!({
        "OwnerId": ACCOUNT,
        "CreationToken": format!("console-{}", cell.dice.hex(&id, 12)),
        "FileSystemId": id,
        "FileSystemArn": arn("elasticfilesystem", &format!("file-system/{id}")),
        "CreationTime": date(1, 90),
        "LifeCycleState": "available",
        "Name": name,
        "NumberOfMountTargets": 3,
        "SizeInBytes": {"Value": bytes, "ValueInIA": 0, "ValueInStandard": bytes},
        "PerformanceMode": "generalPurpose",
        "Encrypted": cell.env == Env::Prod,
        "ThroughputMode": "elastic",
        "Tags": [{"Key": "Name", "Value": name}],
        "FileSystemProtection": {"ReplicationOverwriteProtection": "ENABLED"},
    })
}

fn access_point(cell: &Cell) -> Value {
    let id = access_point_id(cell);
    let name = format!("{}-content", cell.plain_name());
    json!({
        "ClientToken": format!("console-{}", cell.dice.hex(&id, 12)),
        "Name": name,
        "Tags": [{"Key": "Name", "Value": name}],
        "AccessPointId": id,
        "AccessPointArn": arn("elasticfilesystem", &format!("access-point/{id}")),
        "FileSystemId": file_system_id(cell),
        "PosixUser": {"Uid": 1200, "Gid": 1200},
        "RootDirectory": {
            "Path": "/content",
            "CreationInfo": {"OwnerUid": 1200, "OwnerGid": 1200, "Permissions": "0750"},
        },
        "OwnerId": ACCOUNT,
        "LifeCycleState": "available",
    })
}

fn mount_targets(cell: &Cell) -> Value {
    let subnets = subnets(cell.env, cell.dice);
    subnets
        .iter()
        .zip(0..)
        .map(|(subnet, at)| {
            let label = cell.label(&format!("mount/{at}"));
            let block = cell.env.pick(&[40, 41, 42]);
            json!({
                "OwnerId": ACCOUNT,
                "MountTargetId": format!("fsmt-0{}", cell.dice.hex(&label, 16)),
                "FileSystemId": file_system_id(cell),
                "SubnetId": subnet,
                "LifeCycleState": "available",
                "IpAddress": format!("10.{block}.{}.{}", at * 16, 10 + cell.dice.below(&label, 90)),
                "NetworkInterfaceId": format!("eni-0{}", cell.dice.hex(&format!("{label}/eni"), 16)),
                "AvailabilityZoneId": format!("apne2-az{}", at + 1),
                "AvailabilityZoneName": zone(at),
                "VpcId": vpc(cell.dice),
            })
        })
        .collect()
}
