//! ECS: clusters, services, tasks, task definitions and the machines below them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::operation::{Draft, Operation};
use super::page::Page;
use super::seen::{Seen, distinct, last};

/// `DescribeServices` takes this many services of one cluster (ECS API reference).
const SERVICES_MAX: usize = 10;
/// `DescribeClusters`, `DescribeTasks` and `DescribeContainerInstances` take this many.
const THINGS_MAX: usize = 100;

const LIST_CLUSTERS: &str = "ecs:ListClusters";
const CLUSTERS: &str = "ecs:DescribeClusters";
const LIST_SERVICES: &str = "ecs:ListServices";
pub(super) const SERVICES: &str = "ecs:DescribeServices";
const LIST_TASKS: &str = "ecs:ListTasks";
const TASKS: &str = "ecs:DescribeTasks";
pub(super) const DEFINITIONS: &str = "ecs:DescribeTaskDefinition";
const LIST_INSTANCES: &str = "ecs:ListContainerInstances";
const RULES: &str = "events:ListRules";
const TARGETS: &str = "events:ListTargetsByRule";
const SCHEDULE: &str = "scheduler:GetSchedule";

/// EventBridge and its scheduler come first: what they start has task definitions too.
pub(super) const TABLE: &[Operation] = &[
    Operation::list(
        "sts:GetCallerIdentity",
        Page::None,
        |_| Draft::only(json!({})),
        "whose credentials these are, and of which account",
    )
    .core(),
    Operation::list(LIST_CLUSTERS, Page::LOWER, |_| Draft::only(json!({})), "every ECS service")
        .core(),
    Operation::list(
        CLUSTERS,
        Page::None,
        clusters,
        "settings and tags of clusters, and the instances below them",
    )
    .core()
    .each(&[LIST_CLUSTERS]),
    Operation::list(LIST_SERVICES, Page::LOWER, list_services, "every ECS service")
        .core()
        .each(&[LIST_CLUSTERS]),
    Operation::list(
        SERVICES,
        Page::None,
        services,
        "how many tasks a service runs, its load balancers, network and deployment",
    )
    .core()
    .each(&[LIST_SERVICES]),
    Operation::list(
        LIST_TASKS,
        Page::LOWER,
        list_tasks,
        "the digests of the images that run now: images stay on their tags",
    )
    .each(&[LIST_CLUSTERS]),
    Operation::list(
        TASKS,
        Page::None,
        tasks,
        "the digests of the images that run now: images stay on their tags",
    )
    .each(&[LIST_TASKS]),
    Operation::list(
        "ecs:DescribeCapacityProviders",
        Page::LOWER,
        |_| Draft::only(json!({"include": ["TAGS"]})),
        "on what capacity services run: Spot, or groups of instances",
    ),
    Operation::list(
        LIST_INSTANCES,
        Page::LOWER,
        list_instances,
        "the instances that tasks run on, and what has been paid for",
    )
    .each(&[CLUSTERS]),
    Operation::list(
        "ecs:DescribeContainerInstances",
        Page::None,
        instances,
        "the instances that tasks run on, and what has been paid for",
    )
    .each(&[LIST_INSTANCES]),
    Operation::list(
        "events:ListEventBuses",
        Page::UPPER,
        |_| Draft::only(json!({})),
        "rules on event buses other than the default one",
    ),
    Operation::list(RULES, Page::UPPER, rules, "scheduled tasks: their CronJobs")
        .core()
        .each(&["events:ListEventBuses"]),
    Operation::list(TARGETS, Page::UPPER, targets, "scheduled tasks: their CronJobs")
        .core()
        .each(&[RULES]),
    Operation::list(
        "scheduler:ListSchedules",
        Page::UPPER,
        |_| Draft::only(json!({})),
        "schedules of EventBridge Scheduler: their CronJobs",
    ),
    Operation::list(
        SCHEDULE,
        Page::None,
        schedules,
        "schedules of EventBridge Scheduler: their CronJobs",
    )
    .each(&["scheduler:ListSchedules"]),
    Operation::list(
        DEFINITIONS,
        Page::None,
        definitions,
        "what a service is made of: without its task definition it cannot be converted",
    )
    .core()
    // When all are in: a schedule may name a family without a revision, which is asked for only
    // if no service has it.
    .behind(&[SERVICES, TASKS, TARGETS, SCHEDULE]),
];

fn clusters(seen: &Seen<'_>) -> Vec<Draft> {
    let include = ["ATTACHMENTS", "CONFIGURATIONS", "SETTINGS", "STATISTICS", "TAGS"];
    let mut drafts = Vec::new();
    for page in seen.pages(LIST_CLUSTERS) {
        for part in page.answer.strings("clusterArns").chunks(THINGS_MAX) {
            let name = (drafts.len() + 1).to_string();
            drafts.push(Draft::about(name, json!({"clusters": part, "include": include})));
        }
    }
    drafts
}

/// One call a cluster.
fn of_clusters(seen: &Seen<'_>, more: &Value) -> Vec<Draft> {
    let arns = seen.strings(LIST_CLUSTERS, "clusterArns");
    arns.iter()
        .map(|arn| {
            let mut request = more.clone();
            request["cluster"] = json!(arn);
            Draft::about(last(arn), request)
        })
        .collect()
}

fn list_services(seen: &Seen<'_>) -> Vec<Draft> {
    of_clusters(seen, &json!({"maxResults": 100}))
}

fn list_tasks(seen: &Seen<'_>) -> Vec<Draft> {
    of_clusters(seen, &json!({"desiredStatus": "RUNNING"}))
}

fn list_instances(seen: &Seen<'_>) -> Vec<Draft> {
    let clusters = seen.things(CLUSTERS, "clusters");
    let with = clusters
        .iter()
        .filter(|cluster| cluster.int_at("registeredContainerInstancesCount").unwrap_or(0) > 0);
    distinct(with.filter_map(|cluster| cluster.text("clusterArn")))
        .iter()
        .map(|arn| Draft::about(last(arn), json!({"cluster": arn})))
        .collect()
}

/// The things that a list names, `most` a call, one cluster a call.
fn parts(seen: &Seen<'_>, list: &str, of: [&str; 2], most: usize) -> Vec<Draft> {
    let [found, asked] = of;
    let mut drafts = Vec::new();
    for page in seen.pages(list) {
        let Some(cluster) = page.request.text("cluster") else { continue };
        // Numbers that do not depend on the order in which pages of several clusters come.
        let first = (page.number - 1).saturating_mul(THINGS_MAX.div_ceil(most)) + 1;
        for (at, part) in page.answer.strings(found).chunks(most).enumerate() {
            let number = first.saturating_add(at);
            let name = last(&cluster);
            let name = if number == 1 { name.to_owned() } else { format!("{name}-{number}") };
            let request = json!({"cluster": cluster, asked: part, "include": ["TAGS"]});
            drafts.push(Draft::about(name, request));
        }
    }
    drafts
}

fn services(seen: &Seen<'_>) -> Vec<Draft> {
    parts(seen, LIST_SERVICES, ["serviceArns", "services"], SERVICES_MAX)
}

fn tasks(seen: &Seen<'_>) -> Vec<Draft> {
    parts(seen, LIST_TASKS, ["taskArns", "tasks"], THINGS_MAX)
}

fn instances(seen: &Seen<'_>) -> Vec<Draft> {
    parts(seen, LIST_INSTANCES, ["containerInstanceArns", "containerInstances"], THINGS_MAX)
}

fn rules(seen: &Seen<'_>) -> Vec<Draft> {
    let mut drafts = Draft::only(json!({}));
    let buses = seen.members("events:ListEventBuses", "EventBuses", "Name");
    let others = buses.iter().filter(|name| *name != "default");
    drafts.extend(others.map(|name| Draft::about(name, json!({"EventBusName": name}))));
    drafts
}

fn targets(seen: &Seen<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for rule in seen.things(RULES, "Rules") {
        let Some(name) = rule.text("Name") else { continue };
        let bus = rule.text("EventBusName").filter(|bus| bus != "default");
        drafts.push(match bus {
            None => Draft::about(&name, json!({"Rule": name})),
            Some(bus) => {
                let request = json!({"Rule": name, "EventBusName": bus});
                Draft::about(format!("{bus}-{name}"), request)
            }
        });
    }
    drafts
}

fn schedules(seen: &Seen<'_>) -> Vec<Draft> {
    let all = seen.things("scheduler:ListSchedules", "Schedules");
    all.iter()
        .filter_map(|schedule| {
            let (group, name) = (schedule.text("GroupName")?, schedule.text("Name")?);
            let request = json!({"GroupName": group, "Name": name});
            Some(match group.as_str() {
                "default" => Draft::about(&name, request),
                group => Draft::about(format!("{group}-{name}"), request),
            })
        })
        .collect()
}

/// What services, schedules and tasks of no service name.
fn definitions(seen: &Seen<'_>) -> Vec<Draft> {
    let mut arns = Vec::new();
    for service in seen.things(SERVICES, "services") {
        arns.extend(service.text("taskDefinition"));
        let sets = service.list("taskSets");
        arns.extend(sets.iter().filter_map(|set| set.text("taskDefinition")));
    }
    for task in seen.things(TASKS, "tasks") {
        // Those of a service may still run a revision that is being replaced.
        let alone = !task.text("group").unwrap_or_default().starts_with("service:");
        arns.extend(task.text("taskDefinitionArn").filter(|_| alone));
    }
    for target in seen.things(TARGETS, "Targets") {
        let ecs = target.get("EcsParameters");
        arns.extend(ecs.and_then(|ecs| ecs.text("TaskDefinitionArn")));
    }
    for page in seen.pages(SCHEDULE) {
        let ecs = page.answer.at(&["Target", "EcsParameters"]);
        arns.extend(ecs.and_then(|ecs| ecs.text("TaskDefinitionArn")));
    }
    // `arn:aws:ecs:REGION:ACCOUNT:task-definition/FAMILY[:REVISION]`
    let family = |arn: &str| revision(arn).map(|(family, _)| family.to_owned());
    let known: BTreeSet<String> = arns.iter().filter_map(|arn| family(arn)).collect();
    arns.retain(|arn| revision(arn).is_some() || !known.contains(arn));
    distinct(arns)
        .iter()
        .map(|arn| {
            let name = arn.rsplit('/').next().unwrap_or(arn).replace(':', "-");
            Draft::about(name, json!({"include": ["TAGS"], "taskDefinition": arn}))
        })
        .collect()
}

/// The ARN of a family and its revision, if the ARN names one.
fn revision(arn: &str) -> Option<(&str, &str)> {
    let (family, revision) = arn.rsplit_once(':')?;
    (!revision.contains('/')).then_some((family, revision))
}
