//! Scheduled tasks: `CronJobs`, suspended until the old schedule is switched off.

use std::collections::BTreeSet;

use model::Reason;
use model::code::convert as code;
use serde_json::{Value, json};

use crate::convert::{Cx, ScheduleUse, cron, escape::escape, names, placement, secrets, service};
use crate::input::node::Node;

/// The thirty-first of February: for a CronJob whose schedule a person must write.
const NEVER: &str = "0 0 31 2 *";

/// Parameters of targets that start no ECS task.
const OTHER_TARGETS: &[&str] = &[
    "AppSyncParameters",
    "BatchParameters",
    "EventBridgeParameters",
    "EventBridgePutEventsV2Parameters",
    "EventBridgePutRawEventsParameters",
    "HttpParameters",
    "KinesisParameters",
    "RedshiftDataParameters",
    "RunCommandParameters",
    "SageMakerPipelineParameters",
    "SqsParameters",
];

/// Converts every schedule of the task definition.
pub fn convert(cx: &mut Cx<'_, '_>) {
    let template = service::workload_mut(cx).map(|object| object["spec"]["template"].clone());
    let metadata = service::workload_mut(cx).map(|object| object["metadata"].clone());
    if cx.work.only_scheduled {
        cx.built.objects.retain(|object| object["apiVersion"] != "segue.dev/template");
    }
    let Some(template) = template else { return };
    let mut used = BTreeSet::new();
    for schedule in cx.work.schedules.clone() {
        let alone = cx.work.only_scheduled && cx.work.schedules.len() == 1;
        let wanted = if alone {
            cx.work.name.clone()
        } else {
            names::dns_label(&format!("{}-{}", cx.work.name, schedule.label), 52)
        };
        let mut name = wanted.clone();
        let mut count = 2;
        while !used.insert(name.clone()) {
            name = format!("{}-{count}", names::dns_label(&wanted, 49));
            count += 1;
        }
        one(cx, &schedule, &name, &template);
    }
    if let (true, Some(metadata)) = (cx.work.only_scheduled, metadata) {
        stand_in(cx, &metadata);
    }
}

/// The jobs take the place of the workload that there is not: its labels and annotations are
/// theirs, and what was ruled to go to it goes to them.
fn stand_in(cx: &mut Cx<'_, '_>, metadata: &Value) {
    let (mut whole, mut inner) = (Vec::new(), Vec::new());
    for job in cx.built.objects.iter_mut().filter(|object| object["apiVersion"] == "batch/v1") {
        for key in ["labels", "annotations"] {
            for (name, value) in metadata[key].as_object().into_iter().flatten() {
                job["metadata"][key][name] = value.clone();
            }
        }
        let kind = job["kind"].as_str().unwrap_or_default();
        let own = format!("{kind}/{} ", job["metadata"]["name"].as_str().unwrap_or_default());
        inner.push(if kind == "CronJob" { format!("{own}spec.jobTemplate.") } else { own.clone() });
        whole.push(format!("{own}metadata"));
    }
    let own = format!("CronJob/{} ", cx.work.name);
    cx.scope.ledger.retarget(&format!("{own}spec.jobTemplate."), &inner);
    cx.scope.ledger.retarget(&format!("{own}metadata"), &whole);
}

fn one(cx: &mut Cx<'_, '_>, schedule: &ScheduleUse<'_>, name: &str, template: &Value) {
    let rule = schedule.rule.as_ref().map(|item| item.node.clone());
    let target = format!("CronJob/{name}");
    rule_identity(cx, schedule, rule.as_ref());
    let parameters = schedule.target.get("EcsParameters");
    let mut pod = template.clone();
    prepare(cx, &mut pod, name);
    overrides(cx, &schedule.target, &mut pod, &target);
    let count =
        parameters.as_ref().and_then(|node| node.int_at("TaskCount")).unwrap_or(1).clamp(1, 1000);
    if let Some(parameters) = &parameters {
        constraints(cx, parameters, &mut pod, &target);
    }
    ecs_parameters(cx, &schedule.target, &target);
    let mut job = json!({"backoffLimit": 0, "template": pod});
    if count > 1 {
        job["parallelism"] = json!(count);
        job["completions"] = json!(count);
    }
    let Some(rule) = rule else {
        let reason = Reason::new(&code::SCHEDULE_UNREAD).with("service", &cx.work.name);
        cx.scope.note(&schedule.target, reason);
        cron_job(cx, name, NEVER, "Etc/UTC", &job);
        return;
    };
    if let Some(node) = rule.get("EventPattern") {
        cx.scope.finding(&node, Reason::new(&code::EVENT_PATTERN).with("name", name));
    }
    let Some(node) = rule.get("ScheduleExpression") else {
        return;
    };
    let zone = rule.text("ScheduleExpressionTimezone").unwrap_or_else(|| "Etc/UTC".to_owned());
    let expression = node.scalar().unwrap_or_default();
    match cron::five_fields(&expression) {
        Ok(fields) => {
            double_run(cx, &node, name, &target, expression.starts_with("rate("));
            cron_job(cx, name, &fields, &zone, &job);
        }
        Err(cron::NotCron::Once) => {
            job["suspend"] = json!(true);
            cx.scope.finding_kept(
                &node,
                Reason::new(&code::RUNS_ONCE).with("name", name).with("when", &expression),
                &format!("Job/{name}"),
            );
            let object = cx.object("batch/v1", "Job", name, job);
            cx.built.objects.push(object);
        }
        Err(why) => {
            let why = match why {
                cron::NotCron::SpecialDay => "L, W and # have no equal in five fields",
                cron::NotCron::Year => "five fields have no year",
                cron::NotCron::UnevenRate => "the rate does not divide an hour or a day",
                cron::NotCron::Once | cron::NotCron::Malformed => {
                    "it is no cron, rate or at expression"
                }
            };
            let reason = Reason::new(&code::SCHEDULE_UNLIKE)
                .with("name", name)
                .with("why", why)
                .with("expression", &expression);
            cx.scope.finding_kept(&node, reason, &format!("{target} spec.schedule"));
            cron_job(cx, name, NEVER, &zone, &job);
        }
    }
}

fn cron_job(cx: &mut Cx<'_, '_>, name: &str, fields: &str, zone: &str, job: &Value) {
    let spec = json!({
        "schedule": fields,
        "timeZone": zone,
        "suspend": true,
        "concurrencyPolicy": "Allow",
        "jobTemplate": {"spec": job},
    });
    let object = cx.object("batch/v1", "CronJob", name, spec);
    cx.built.objects.push(object);
}

fn double_run(cx: &mut Cx<'_, '_>, node: &Node<'_>, name: &str, target: &str, rate: bool) {
    let place = format!("{target} spec.schedule");
    if rate {
        cx.scope.approximated(
            node,
            &place,
            "the rate runs on the clock's own marks, not from the moment it was made",
        );
    } else {
        cx.scope.exact(node, &place);
    }
    cx.scope.note(node, Reason::new(&code::DOUBLE_RUN).with("name", name));
}

/// A Job's pods must not be taken for the service's own: another name, no probes, no restarts.
fn prepare(cx: &mut Cx<'_, '_>, pod: &mut Value, name: &str) {
    pod["metadata"]["labels"]["app.kubernetes.io/name"] =
        json!(if cx.work.only_scheduled { cx.work.name.clone() } else { name.to_owned() });
    pod["metadata"]["labels"]["app.kubernetes.io/component"] = json!("scheduled");
    let Some(spec) = pod["spec"].as_object_mut() else {
        return;
    };
    spec.insert("restartPolicy".to_owned(), json!("Never"));
    spec.remove("topologySpreadConstraints");
    // Which nodes the task may run on stays; to keep apart from its like is for services.
    if let Some(affinity) = spec.get_mut("affinity").and_then(Value::as_object_mut) {
        affinity.retain(|key, _| key == "nodeAffinity");
        if affinity.is_empty() {
            spec.remove("affinity");
        }
    }
    let Some(containers) = spec.get_mut("containers").and_then(Value::as_array_mut) else {
        return;
    };
    for container in containers.iter_mut() {
        if let Some(map) = container.as_object_mut() {
            for key in ["livenessProbe", "readinessProbe", "startupProbe", "lifecycle", "ports"] {
                map.remove(key);
            }
        }
    }
    if containers.len() > 1 {
        cx.scope.report(Reason::new(&code::JOB_WITH_SIDECARS).with("name", name));
    }
}

/// `containerOverrides` in the target's input.
fn overrides(cx: &mut Cx<'_, '_>, target: &Node<'_>, pod: &mut Value, place: &str) {
    let Some(input) = target.get("Input") else {
        return;
    };
    let text = input.scalar().unwrap_or_default();
    let Ok(parsed) = serde_json::from_str::<Value>(&text) else {
        cx.scope
            .finding(&input, Reason::new(&code::INPUT_UNREADABLE).with("service", &cx.work.name));
        return;
    };
    cx.scope.approximated(
        &input,
        &format!("{place} spec.jobTemplate.spec.template.spec.containers"),
        "overrides are written into the Job's pod",
    );
    let root = Node::root(input.file, &parsed);
    for entry in root.list("containerOverrides") {
        let name = names::dns_label(&entry.text("name").unwrap_or_default(), 63);
        let list = pod["spec"]["containers"].as_array_mut();
        let Some(container) = list.and_then(|list| list.iter_mut().find(|c| c["name"] == name))
        else {
            cx.scope
                .note(&input, Reason::new(&code::INPUT_UNREADABLE).with("service", &cx.work.name));
            continue;
        };
        one_override(cx, &input, &entry, &name, container);
    }
    for (key, _) in root.entries() {
        if key != "containerOverrides" {
            cx.scope.note(
                &input,
                Reason::new(&code::TASK_OVERRIDE).with("field", key).with("service", &cx.work.name),
            );
        }
    }
}

fn one_override(
    cx: &mut Cx<'_, '_>,
    input: &Node<'_>,
    entry: &Node<'_>,
    name: &str,
    container: &mut Value,
) {
    let base = names::dns_label(&format!("{}-{name}", cx.work.name), 52);
    let mut env = container["env"].as_array().cloned().unwrap_or_default();
    if entry.get("command").is_some() {
        let mut words = Vec::new();
        for (index, word) in entry.strings("command").iter().enumerate() {
            if cx.credentials.contains(word) {
                let variable = format!("SEGUE_OVERRIDE_{index}");
                secrets::literal(cx, input, name, &base, &variable, &mut env);
                words.push(format!("$({variable})"));
            } else {
                words.push(escape(word));
            }
        }
        container["args"] = json!(words);
    }
    for pair in entry.list("environment") {
        let (Some(key), Some(value)) =
            (pair.text("name"), pair.get("value").and_then(|n| n.scalar()))
        else {
            continue;
        };
        if cx.credentials.guards(&key, &value) {
            secrets::literal(cx, input, name, &base, &key, &mut env);
        } else {
            env.retain(|present| present["name"] != key);
            env.push(json!({"name": key, "value": escape(&value)}));
        }
    }
    for (key, quantity) in [("cpu", "cpu"), ("memory", "memory"), ("memoryReservation", "memory")] {
        if entry.get(key).is_some() {
            let reason = Reason::new(&code::TASK_OVERRIDE)
                .with("field", key)
                .with("service", format!("{} ({quantity})", cx.work.name));
            cx.scope.note(input, reason);
        }
    }
    if !env.is_empty() {
        container["env"] = json!(env);
    }
}

fn rule_identity(cx: &mut Cx<'_, '_>, schedule: &ScheduleUse<'_>, rule: Option<&Node<'_>>) {
    let Some(rule) = rule else { return };
    for (key, node) in rule.entries() {
        match key {
            "ScheduleExpression" | "EventPattern" | "Target" | "ScheduleExpressionTimezone" => {}
            "FlexibleTimeWindow" if node.text("Mode").as_deref() != Some("OFF") => {
                cx.scope.finding(
                    &node,
                    Reason::new(&code::FLEXIBLE_WINDOW).with("name", &schedule.label),
                );
            }
            "FlexibleTimeWindow" => cx.scope.ignored(&node, "switched off"),
            "State" => cx.scope.approximated(
                &node,
                "CronJob spec.suspend",
                "every CronJob starts suspended, until the old schedule is off",
            ),
            "StartDate" | "EndDate" => {
                cx.scope.finding(
                    &node,
                    Reason::new(&code::SCHEDULE_BOUNDS).with("name", &schedule.label),
                );
            }
            _ => cx.scope.ignored(&node, "identity of the schedule"),
        }
    }
    if let Some(node) = rule.get("ScheduleExpressionTimezone") {
        cx.scope.exact(&node, "CronJob spec.timeZone");
    }
}

/// Constraints of the target itself, beside those of the task definition.
fn constraints(cx: &mut Cx<'_, '_>, parameters: &Node<'_>, pod: &mut Value, target: &str) {
    let mut all = Vec::new();
    for constraint in parameters.list("PlacementConstraints") {
        let text = constraint.text("expression").unwrap_or_default();
        match placement::expression(&text) {
            Some(expressions) if constraint.text("type").as_deref() == Some("memberOf") => {
                all.extend(expressions);
                cx.scope.approximated(
                    &constraint,
                    &format!("{target} spec.jobTemplate.spec.template.spec.affinity.nodeAffinity"),
                    "the cluster query becomes required node affinity on the nodes' labels",
                );
            }
            _ => {
                let what = if text.is_empty() { constraint.text("type") } else { Some(text) };
                let reason = Reason::new(&code::PLACEMENT_EXPRESSION);
                cx.scope.finding(&constraint, reason.with("expression", what.unwrap_or_default()));
            }
        }
    }
    if all.is_empty() {
        return;
    }
    let required = &mut pod["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"];
    let term = &mut required["nodeSelectorTerms"];
    let present = term.pointer_mut("/0/matchExpressions").and_then(Value::as_array_mut);
    match present {
        Some(present) => present.extend(all),
        None => *term = json!([{"matchExpressions": all}]),
    }
}

/// Capacity providers of a target: a Job has no ratio, so each that is not plain is told.
fn providers(cx: &mut Cx<'_, '_>, strategy: &Node<'_>) {
    for entry in strategy.items() {
        let provider = entry.text("capacityProvider").unwrap_or_default();
        if provider.contains("SPOT") {
            let reason = Reason::new(&code::CAPACITY_RATIO).with("provider", &provider);
            cx.scope.finding(&entry, reason);
        } else {
            cx.scope.ignored(&entry, "a Job's pod runs on whatever node fits");
        }
    }
}

fn ecs_parameters(cx: &mut Cx<'_, '_>, target: &Node<'_>, place: &str) {
    for (key, node) in target.entries() {
        match key {
            "EcsParameters" => {
                for (key, node) in node.entries() {
                    match key {
                        "TaskCount" => cx
                            .scope
                            .exact(&node, &format!("{place} spec.jobTemplate.spec.completions")),
                        "TaskDefinitionArn" => cx
                            .scope
                            .ignored(&node, "names the task definition that is converted here"),
                        "NetworkConfiguration" => {
                            cx.scope.finding(
                                &node,
                                Reason::new(&code::SECURITY_GROUPS)
                                    .with("groups", groups(&node))
                                    .with("service", &cx.work.name),
                            );
                        }
                        "LaunchType" if node.str() == Some("EXTERNAL") => {
                            let reason = Reason::new(&code::EXTERNAL_LAUNCH);
                            cx.scope.finding(&node, reason.with("service", &cx.work.name));
                        }
                        "LaunchType" | "PlatformVersion" | "PlacementStrategy" => {
                            cx.scope.ignored(&node, "a Job's pod runs on whatever node fits");
                        }
                        "Group" | "ReferenceId" => {
                            cx.scope.ignored(&node, "a name for the tasks that one call starts");
                        }
                        "CapacityProviderStrategy" => providers(cx, &node),
                        "PropagateTags" | "EnableECSManagedTags" | "Tags" => {
                            cx.scope.finding(&node, Reason::new(&code::COST_TAGS));
                        }
                        "EnableExecuteCommand" => {
                            cx.scope.ignored(&node, "access to pods/exec is a matter of RBAC");
                        }
                        // `Input` is read with the overrides; what is left is ruled when the service is closed.
                        _ => {}
                    }
                }
            }
            "RetryPolicy" | "DeadLetterConfig" => {
                cx.scope.finding(&node, Reason::new(&code::RETRY_AND_DLQ).with("field", key));
            }
            "RoleArn" => cx.scope.ignored(
                &node,
                "the role that started tasks is not needed; Jobs are started by the cluster",
            ),
            "Arn" | "Id" => cx.scope.ignored(&node, "the canonical cluster takes its place"),
            key if OTHER_TARGETS.contains(&key) => cx.scope.ignored(
                &node,
                "parameters of another kind of target: a target that starts a task reads none of them",
            ),
            "InputPath" | "InputTransformer" => {
                cx.scope.finding(
                    &node,
                    Reason::new(&code::INPUT_UNREADABLE).with("service", &cx.work.name),
                );
            }
            // `Input` is read with the overrides; what is left is ruled when the service is closed.
            _ => {}
        }
    }
}

fn groups(node: &Node<'_>) -> String {
    let leaves = node.leaves().into_iter().filter(|leaf| leaf.pointer.contains("ecurityGroups"));
    leaves.filter_map(|leaf| leaf.scalar()).collect::<Vec<_>>().join(", ")
}
