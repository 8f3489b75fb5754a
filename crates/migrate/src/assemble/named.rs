//! Every object with a name of its own, with what surrounds it, for the inference of names.

use super::references::forwards_to;
use crate::convert::names::last_part;
use crate::input::inventory::{Inventory, Item};
use crate::input::node::Node;
use crate::input::section::Section;
use crate::naming::{Evidence, Kind, Named, Source};

/// The id of an item: its ARN, or its place.
pub fn id_of(item: &Item<'_>) -> String {
    const ARNS: &[&str] = &[
        "serviceArn",
        "taskDefinitionArn",
        "clusterArn",
        "LoadBalancerArn",
        "TargetGroupArn",
        "RuleArn",
        "Arn",
    ];
    let arn = ARNS.iter().find_map(|key| item.node.text(key));
    arn.unwrap_or_else(|| format!("{}#{}", item.node.file, item.node.pointer))
}

/// The named objects of an inventory.
pub fn objects(inventory: &Inventory<'_>) -> Vec<Named> {
    let mut out = Vec::new();
    let mut add = |section: Section,
                   kind: Kind,
                   key: &str,
                   evidence: fn(&Inventory<'_>, &Item<'_>) -> Vec<Evidence>| {
        for item in inventory.all(section) {
            let Some(name) = item.node.text(key) else { continue };
            let mut evidence = evidence(inventory, item);
            evidence.extend(tags(item));
            out.push(Named { id: id_of(item), kind, name, evidence });
        }
    };
    add(Section::Clusters, Kind::Cluster, "clusterName", |inventory, item| {
        of_cluster(inventory, item)
    });
    add(Section::Services, Kind::Service, "serviceName", |inventory, item| {
        of_service(inventory, item)
    });
    add(Section::TaskDefinitions, Kind::TaskDefinition, "family", |_, item| of_task(&item.node));
    add(Section::LoadBalancers, Kind::LoadBalancer, "LoadBalancerName", |_, _| Vec::new());
    add(Section::TargetGroups, Kind::TargetGroup, "TargetGroupName", |_, _| Vec::new());
    add(Section::EventRules, Kind::Schedule, "Name", |_, _| Vec::new());
    add(Section::Schedules, Kind::Schedule, "Name", |_, _| Vec::new());
    // One object an id: pages and repeated answers may bring a thing twice.
    out.sort();
    out.dedup_by(|one, other| one.id == other.id);
    out
}

fn of_cluster(inventory: &Inventory<'_>, item: &Item<'_>) -> Vec<Evidence> {
    let arn = id_of(item);
    let services = inventory.having(Section::Services, "clusterArn", &arn);
    services
        .iter()
        .filter_map(|service| service.node.text("serviceName"))
        .map(|name| Evidence::new(Source::Service, name))
        .collect()
}

fn of_service(inventory: &Inventory<'_>, item: &Item<'_>) -> Vec<Evidence> {
    let node = &item.node;
    let mut out = Vec::new();
    let cluster = node.text("clusterArn").or_else(|| node.text("cluster"));
    if let Some(cluster) = cluster {
        out.push(Evidence::new(Source::Cluster, last_part(&cluster)));
    }
    if let Some(task) = node.text("taskDefinition") {
        let family = last_part(&task).split(':').next().unwrap_or_default().to_owned();
        out.push(Evidence::new(Source::Family, family));
        let found = inventory.having(Section::TaskDefinitions, "taskDefinitionArn", &task);
        out.extend(found.iter().flat_map(|task| of_task(&task.node)));
    }
    for entry in node.list("loadBalancers") {
        if let Some(arn) = entry.text("targetGroupArn") {
            out.push(Evidence::new(Source::TargetGroup, group_name(&arn)));
            out.extend(routes(inventory, &arn));
        }
    }
    out.extend(discovery(inventory, node));
    out
}

/// Host and path of every rule that leads to the target group.
fn routes(inventory: &Inventory<'_>, group: &str) -> Vec<Evidence> {
    let group = [group.to_owned()];
    let mut out = Vec::new();
    for rule in inventory.all(Section::ListenerRules) {
        if !forwards_to(&rule.node, "Actions", &group) {
            continue;
        }
        // listener-rule/app/NAME/id/listener/rule
        let arn = rule.node.text("RuleArn").unwrap_or_default();
        let balancer = arn.split('/').nth(2).unwrap_or_default().to_owned();
        let values = |field: &str| -> Vec<String> {
            let of = |condition: &Node<'_>| condition.text("Field").as_deref() == Some(field);
            let conditions = rule.node.list("Conditions");
            conditions
                .iter()
                .filter(|condition| of(condition))
                .flat_map(|condition| condition.strings("Values"))
                .collect()
        };
        let (hosts, paths) = (values("host-header"), values("path-pattern"));
        // Only what a host alone, or host and path, leads to is a route of its own.
        if rule.node.list("Conditions").len() > 2 || hosts.is_empty() {
            continue;
        }
        for host in &hosts {
            let all = [String::new()];
            for path in if paths.is_empty() { &all[..] } else { &paths[..] } {
                let source = Source::Route { balancer: balancer.clone() };
                out.push(Evidence::new(source, format!("{host}{path}")));
            }
        }
    }
    out
}

/// Names under which Cloud Map knows the service.
fn discovery(inventory: &Inventory<'_>, service: &Node<'_>) -> Vec<Evidence> {
    let registries = service.list("serviceRegistries");
    let arns = registries.iter().filter_map(|entry| entry.text("registryArn"));
    let found = arns.filter_map(|arn| {
        let item = (*inventory.having(Section::DiscoveryServices, "Arn", &arn).first()?).clone();
        let name = item.node.text("Name")?;
        let namespace = item
            .node
            .at(&["DnsConfig", "NamespaceId"])
            .and_then(|node| node.scalar())
            .or_else(|| item.asked_for("NamespaceId").map(str::to_owned));
        let namespaces = inventory.all(Section::Namespaces);
        let namespace =
            namespaces.iter().find(|item| item.node.text("Id") == namespace && namespace.is_some());
        let suffix = namespace
            .and_then(|item| item.node.text("Name"))
            .map(|name| format!(".{name}"))
            .unwrap_or_default();
        Some(Evidence::new(Source::CloudMap, format!("{name}{suffix}")))
    });
    found.collect()
}

/// `targetgroup/name/id` in an ARN.
fn group_name(arn: &str) -> String {
    arn.split('/').nth(1).unwrap_or(arn).to_owned()
}

fn of_task(node: &Node<'_>) -> Vec<Evidence> {
    let mut out = Vec::new();
    for container in node.list("containerDefinitions") {
        if let Some(name) = container.text("name") {
            out.push(Evidence::new(Source::Container, name));
        }
        if let Some(image) = container.text("image") {
            let repository = crate::convert::image::split_image(&image).repository;
            let path =
                repository.split_once('/').map_or(repository.as_str(), |(_, path)| path).to_owned();
            out.push(Evidence::new(Source::Image, path));
        }
        if let Some(group) =
            container.at(&["logConfiguration", "options", "awslogs-group"]).and_then(|n| n.scalar())
        {
            out.push(Evidence::new(Source::LogGroup, group));
        }
        for secret in container.list("secrets") {
            if let Some(from) = secret.text("valueFrom") {
                let path = from
                    .split(":secret:")
                    .nth(1)
                    .or_else(|| from.split(":parameter/").nth(1))
                    .unwrap_or(&from);
                out.push(Evidence::new(Source::SecretPath, path));
            }
        }
    }
    out
}

fn tags(item: &Item<'_>) -> Vec<Evidence> {
    let mut list = item.node.list("tags");
    list.extend(
        item.beside
            .iter()
            .filter(|_| item.node.get("family").is_some())
            .flat_map(|beside| beside.list("tags")),
    );
    let pair = |tag: &Node<'_>| Some((tag.text("key")?, tag.text("value")?));
    list.iter()
        .filter_map(pair)
        .map(|(key, value)| Evidence::new(Source::Tag { key }, value))
        .collect()
}
