//! What ties a service by its configuration: secrets, file systems, schedules, target groups.

use std::collections::BTreeMap;

use super::resources::{self, Named};
use super::texts::id_of;
use super::{Finder, Graph, Said, place};
use crate::evidence::things;
use crate::input::node::Node;
use crate::waves::graph::{Relation, Sign, Thing, ThingKind};

/// Finds what the service at `index` reads, mounts and is started by.
pub(super) fn find(finder: &Finder<'_, '_>, index: usize, graph: &mut Graph) {
    secrets(finder, index, graph);
    file_systems(finder, index, graph);
    schedules(finder, index, graph);
}

fn secrets(finder: &Finder<'_, '_>, index: usize, graph: &mut Graph) {
    let work = &finder.given.converted[index].work;
    for container in work.task.node.list("containerDefinitions") {
        let mut entries: Vec<(Node<'_>, String)> = Vec::new();
        let log = container.get("logConfiguration");
        let options = log.map(|log| log.list("secretOptions")).unwrap_or_default();
        for entry in container.list("secrets").into_iter().chain(options) {
            let name = entry.text("name").unwrap_or_default();
            entries.extend(entry.get("valueFrom").map(|node| (node, name)));
        }
        let login = container.get("repositoryCredentials");
        let login = login.and_then(|login| login.get("credentialsParameter"));
        entries.extend(login.map(|node| (node, "repositoryCredentials".to_owned())));
        for (node, name) in entries {
            let Some(value) = node.str() else { continue };
            let Some(named) = resources::of_value_from(value) else { continue };
            let said = Said {
                from: id_of(finder, index),
                place: place(&node),
                sign: Sign::SecretRead,
                // The name of a secret is no secret, but whoever wrote a value there had one.
                words: finder.quote(&format!("secret {name}"), value, &named.name),
                way: Vec::new(),
            };
            if let Some(thing) = finder.resource(index, named) {
                graph.add(said, thing, Relation::Uses);
            }
        }
    }
}

fn file_systems(finder: &Finder<'_, '_>, index: usize, graph: &mut Graph) {
    let work = &finder.given.converted[index].work;
    for volume in work.task.node.list("volumes") {
        let efs = volume.get("efsVolumeConfiguration");
        let Some(id) = efs.and_then(|efs| efs.get("fileSystemId")) else { continue };
        let Some(text) = id.str().filter(|text| !text.is_empty()) else { continue };
        let known = things(finder.given.inventory, "FileSystems");
        let system = known.iter().find(|one| one.text("FileSystemId").as_deref() == Some(text));
        let name = system.and_then(|system| system.text("Name"));
        let said = Said {
            from: id_of(finder, index),
            place: place(&id),
            sign: Sign::Arn,
            words: finder.quote("volume", &volume.text("name").unwrap_or_default(), text),
            way: name.clone().into_iter().collect(),
        };
        let Some(mut thing) = finder.resource(index, Named::new(ThingKind::FileSystem, text))
        else {
            continue;
        };
        // The id says nothing of an environment; the name that people gave it does.
        let name = name.filter(|name| !finder.credentials.contains(name));
        if let Some(name) = name {
            thing.environment = finder.environment_of(index, &name);
            thing.name = format!("{name} ({text})");
        }
        graph.add(said, thing, Relation::Uses);
    }
}

fn schedules(finder: &Finder<'_, '_>, index: usize, graph: &mut Graph) {
    let work = &finder.given.converted[index].work;
    for used in &work.schedules {
        let name = used.rule.as_ref().and_then(|rule| rule.node.text("Name"));
        let name = name.unwrap_or_else(|| used.label.clone());
        let Some(schedule) = finder.resource(index, Named::new(ThingKind::Schedule, &name)) else {
            continue;
        };
        let when = used.rule.as_ref().and_then(|rule| rule.node.text("ScheduleExpression"));
        let said = Said {
            from: schedule.id.clone(),
            place: place(&used.target),
            sign: Sign::ScheduleTarget,
            words: finder.quote(&name, &when.unwrap_or_default(), &name),
            way: Vec::new(),
        };
        graph.add_thing(schedule);
        graph.add(said, finder.service(index), Relation::Starts);
    }
}

/// Services that register in one target group.
pub(super) fn shared_groups(finder: &Finder<'_, '_>, graph: &mut Graph) {
    let mut users: BTreeMap<String, Vec<(usize, Node<'_>)>> = BTreeMap::new();
    for (index, one) in finder.given.converted.iter().enumerate() {
        for used in &one.work.target_groups {
            if let Some(node) = used.entry.get("targetGroupArn")
                && let Some(arn) = node.str().filter(|arn| !arn.is_empty())
            {
                users.entry(arn.to_owned()).or_default().push((index, node));
            }
        }
    }
    for (arn, list) in users {
        for pair in list.windows(2) {
            let [(one, node), (other, _)] = pair else { continue };
            let said = Said {
                from: id_of(finder, *one),
                place: place(node),
                sign: Sign::TargetGroup,
                words: finder.quote("targetGroupArn", &arn, &arn),
                way: Vec::new(),
            };
            let to: Thing = finder.service(*other);
            graph.add(said, to, Relation::Shares);
        }
    }
}
