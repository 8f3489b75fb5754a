//! Security groups and their rules. A database lets in the groups of the tasks that it knows, so
//! pods with another group stay outside: the usual late surprise.

use serde_json::{Value, json};

use super::super::answers::Answers;
use super::super::arn::{ACCOUNT, arn};
use super::super::catalog::{Env, Launch, Oddity, Store};
use super::super::cell::Cell;
use super::super::dice::Dice;
use super::super::elb::balancers::{balancers, front};
use super::super::elb::targets::target_groups;
use super::vpc;

/// A security group and what may come in.
struct Group {
    id: String,
    name: String,
    about: &'static str,
    tags: Vec<(&'static str, &'static str)>,
    ingress: Vec<Ingress>,
}

/// A way in.
struct Ingress {
    ports: (u32, u32),
    from: From,
    about: String,
}

enum From {
    Group(String),
    Range(&'static str),
}

/// Puts all groups, and all rules once more by themselves.
pub(super) fn put(answers: &mut Answers, cells: &[Cell], dice: Dice) {
    let mut groups = balancer_groups(cells);
    groups.extend(cells.iter().map(task_group));
    groups.extend(Env::ALL.into_iter().flat_map(|env| data_groups(cells, env, dice)));
    let bodies: Value = groups.iter().map(|group| body(group, dice)).collect();
    let rules: Value = groups.iter().flat_map(|group| rules(group, dice)).collect();
    let request = json!({"MaxResults": 1000});
    answers.put(
        "ec2:DescribeSecurityGroups",
        "1",
        request.clone(),
        json!({"SecurityGroups": bodies}),
    );
    answers.put(
        "ec2:DescribeSecurityGroupRules",
        "1",
        request,
        json!({"SecurityGroupRules": rules}),
    );
}

fn balancer_groups(cells: &[Cell]) -> Vec<Group> {
    balancers(cells)
        .into_iter()
        .map(|balancer| {
            let range = if balancer.main_port() == 80 { "10.40.0.0/14" } else { "0.0.0.0/0" };
            let ingress = |&port: &u16| Ingress {
                ports: (port.into(), port.into()),
                from: From::Range(range),
                about: String::new(),
            };
            Group {
                id: balancer.security_group(),
                name: format!("{}-sg", balancer.name),
                about: "load balancer",
                tags: vec![("Environment", balancer.env.word())],
                ingress: balancer.ports().iter().map(ingress).collect(),
            }
        })
        .collect()
}

/// A task lets in its load balancer; bridged tasks any port that Docker may choose.
fn task_group(cell: &Cell) -> Group {
    let ports = match target_groups(cell).first() {
        Some(_) if cell.service.launch == Launch::Ec2Bridge => Some((32_768, 60_999)),
        Some(group) => Some((group.container_port.into(), group.container_port.into())),
        None => None,
    };
    let from = front(cell).map(|front| front.security_group());
    let mut ingress: Vec<Ingress> = ports
        .zip(from)
        .map(|(ports, group)| Ingress {
            ports,
            from: From::Group(group),
            about: "from the ALB".into(),
        })
        .into_iter()
        .collect();
    if cell.service.has(Oddity::ConnectServer) || cell.service.has(Oddity::CloudMap) {
        let (port, range) = (cell.service.port.unwrap_or(8080).into(), "10.40.0.0/14");
        let about = "callers by name".into();
        ingress.push(Ingress { ports: (port, port), from: From::Range(range), about });
    }
    Group {
        id: cell.security_group(),
        name: format!("{}-task-sg", cell.names.cluster),
        about: "tasks",
        tags: cell.tags(),
        ingress,
    }
}

fn data_groups(cells: &[Cell], env: Env, dice: Dice) -> Vec<Group> {
    let here = || cells.iter().filter(move |cell| cell.env == env);
    let keeps = |store| here().filter(move |cell| cell.service.stores.contains(&store));
    let mut database = data_group(env, "aurora", 5432, keeps(Store::Postgres), dice);
    if env == Env::Prod {
        let guest = cells.iter().find(|cell| cell.is("video-transcoder", Env::Stag));
        database.ingress.extend(guest.map(|guest| ingress_from(guest, 5432)));
    }
    let files = here().filter(|cell| {
        cell.service.has(Oddity::EfsPlain) || cell.service.has(Oddity::EfsAccessPoint)
    });
    vec![
        database,
        data_group(env, "redis", 6379, keeps(Store::Redis), dice),
        data_group(env, "efs", 2049, files, dice),
    ]
}

fn data_group<'a>(
    env: Env,
    kind: &'static str,
    port: u32,
    from: impl Iterator<Item = &'a Cell>,
    dice: Dice,
) -> Group {
    let name = format!("{}-{kind}-sg", env.word());
    Group {
        id: data_group_id(env, kind, dice),
        name,
        about: "data",
        tags: vec![("Environment", env.word())],
        ingress: from.map(|cell| ingress_from(cell, port)).collect(),
    }
}

/// The id of the group around a kind of data in an environment.
pub(in super::super) fn data_group_id(env: Env, kind: &str, dice: Dice) -> String {
    format!("sg-0{}", dice.hex(&format!("sg/{}/{kind}", env.word()), 16))
}

fn ingress_from(cell: &Cell, port: u32) -> Ingress {
    Ingress {
        ports: (port, port),
        from: From::Group(cell.security_group()),
        about: format!("{} tasks", cell.names.cluster),
    }
}

fn body(group: &Group, dice: Dice) -> Value {
    let incoming: Value = group.ingress.iter().map(|ingress| permission(ingress, dice)).collect();
    let everywhere = json!([{
        "IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [],
        "PrefixListIds": [], "UserIdGroupPairs": [],
    }]);
    let tags: Value =
        group.tags.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect();
    json!({
        "GroupId": group.id,
        "GroupName": group.name,
        "Description": group.about,
        "OwnerId": ACCOUNT,
        "VpcId": vpc(dice),
        "SecurityGroupArn": arn("ec2", &format!("security-group/{}", group.id)),
        "IpPermissions": incoming,
        "IpPermissionsEgress": everywhere,
        "Tags": tags,
    })
}

fn permission(ingress: &Ingress, dice: Dice) -> Value {
    let mut permission = json!({
        "IpProtocol": "tcp",
        "FromPort": ingress.ports.0,
        "ToPort": ingress.ports.1,
        "IpRanges": [],
        "Ipv6Ranges": [],
        "PrefixListIds": [],
        "UserIdGroupPairs": [],
    });
    match &ingress.from {
        From::Range(range) => permission["IpRanges"] = json!([{"CidrIp": range}]),
        From::Group(id) => {
            let pair = json!({"GroupId": id, "UserId": ACCOUNT, "VpcId": vpc(dice), "Description": ingress.about});
            permission["UserIdGroupPairs"] = json!([pair]);
        }
    }
    permission
}

fn rules(group: &Group, dice: Dice) -> Vec<Value> {
    let mut rules: Vec<Value> = group
        .ingress
        .iter()
        .zip(0..)
        .map(|(ingress, at)| ingress_rule(group, ingress, at, dice))
        .collect();
    let mut egress = rule(group, "egress", dice);
    egress["IsEgress"] = json!(true);
    egress["IpProtocol"] = json!("-1");
    egress["FromPort"] = json!(-1);
    egress["ToPort"] = json!(-1);
    egress["CidrIpv4"] = json!("0.0.0.0/0");
    rules.push(egress);
    rules
}

fn rule(group: &Group, label: &str, dice: Dice) -> Value {
    let id = format!("sgr-0{}", dice.hex(&format!("sgr/{}/{label}", group.id), 16));
    json!({
        "SecurityGroupRuleId": id,
        "SecurityGroupRuleArn": arn("ec2", &format!("security-group-rule/{id}")),
        "GroupId": group.id,
        "GroupOwnerId": ACCOUNT,
        "IsEgress": false,
        "Tags": [],
    })
}

fn ingress_rule(group: &Group, ingress: &Ingress, at: u32, dice: Dice) -> Value {
    let mut rule = rule(group, &at.to_string(), dice);
    rule["IpProtocol"] = json!("tcp");
    rule["FromPort"] = json!(ingress.ports.0);
    rule["ToPort"] = json!(ingress.ports.1);
    if !ingress.about.is_empty() {
        rule["Description"] = json!(ingress.about);
    }
    match &ingress.from {
        From::Range(range) => rule["CidrIpv4"] = json!(range),
        From::Group(id) => {
            rule["ReferencedGroupInfo"] =
                json!({"GroupId": id, "UserId": ACCOUNT, "VpcId": vpc(dice)});
        }
    }
    rule
}
