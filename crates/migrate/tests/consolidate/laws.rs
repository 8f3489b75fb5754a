//! What holds for every plan of the first stage.

use std::collections::{BTreeMap, BTreeSet};

use migrate::consolidate::{Action, Consolidation, Manner, Step};
use migrate::input::snapshot::Snapshot;
use serde_json::Value;

/// Members that each call takes (botocore 1.44.5); for one that is not here, the test stops.
const INPUTS: &[(&str, &str)] = &[
    (
        "ecs:CreateCluster",
        "clusterName tags settings configuration capacityProviders defaultCapacityProviderStrategy serviceConnectDefaults",
    ),
    (
        "ecs:PutClusterCapacityProviders",
        "cluster capacityProviders defaultCapacityProviderStrategy",
    ),
    ("ecs:CreateCapacityProvider", "name autoScalingGroupProvider"),
    ("ecs:DeleteCluster", "cluster"),
    (
        "ecs:CreateService",
        "cluster serviceName taskDefinition availabilityZoneRebalancing loadBalancers serviceRegistries desiredCount launchType capacityProviderStrategy platformVersion role deploymentConfiguration placementConstraints placementStrategy networkConfiguration healthCheckGracePeriodSeconds schedulingStrategy deploymentController tags enableECSManagedTags propagateTags enableExecuteCommand serviceConnectConfiguration volumeConfigurations",
    ),
    (
        "ecs:UpdateService",
        "cluster service desiredCount deploymentConfiguration loadBalancers forceNewDeployment",
    ),
    ("ecs:DeleteService", "cluster service"),
    (
        "elasticloadbalancing:CreateTargetGroup",
        "Name Protocol ProtocolVersion Port VpcId HealthCheckProtocol HealthCheckPort HealthCheckEnabled HealthCheckPath HealthCheckIntervalSeconds HealthCheckTimeoutSeconds HealthyThresholdCount UnhealthyThresholdCount Matcher TargetType Tags IpAddressType TargetControlPort",
    ),
    ("elasticloadbalancing:ModifyTargetGroupAttributes", "TargetGroupArn Attributes"),
    ("elasticloadbalancing:DeleteTargetGroup", "TargetGroupArn"),
    ("elasticloadbalancing:ModifyRule", "RuleArn Actions"),
    ("elasticloadbalancing:ModifyListener", "ListenerArn DefaultActions"),
    (
        "application-autoscaling:RegisterScalableTarget",
        "ServiceNamespace ResourceId ScalableDimension MinCapacity MaxCapacity RoleARN SuspendedState",
    ),
    (
        "application-autoscaling:DeregisterScalableTarget",
        "ServiceNamespace ResourceId ScalableDimension",
    ),
    (
        "application-autoscaling:PutScalingPolicy",
        "PolicyName ServiceNamespace ResourceId ScalableDimension PolicyType StepScalingPolicyConfiguration TargetTrackingScalingPolicyConfiguration PredictiveScalingPolicyConfiguration",
    ),
    (
        "application-autoscaling:PutScheduledAction",
        "ServiceNamespace Schedule Timezone ScheduledActionName ResourceId ScalableDimension StartTime EndTime ScalableTargetAction",
    ),
    (
        "cloudwatch:PutMetricAlarm",
        "AlarmName AlarmDescription ActionsEnabled OKActions AlarmActions InsufficientDataActions MetricName Namespace Statistic ExtendedStatistic Dimensions Period Unit EvaluationPeriods DatapointsToAlarm Threshold ComparisonOperator TreatMissingData EvaluateLowSampleCountPercentile Metrics ThresholdMetricId",
    ),
    ("cloudwatch:DeleteAlarms", "AlarmNames"),
    ("events:PutTargets", "Rule EventBusName Targets"),
    (
        "scheduler:UpdateSchedule",
        "Name GroupName ScheduleExpression StartDate EndDate Description ScheduleExpressionTimezone State KmsKeyArn Target FlexibleTimeWindow ActionAfterCompletion",
    ),
    ("servicediscovery:CreateHttpNamespace", "Name"),
    (
        "codedeploy:UpdateDeploymentGroup",
        "applicationName currentDeploymentGroupName ecsServices loadBalancerInfo",
    ),
];

/// Checks everything.
pub(super) fn check(snapshot: &Snapshot, plan: &Consolidation) {
    every_service_once(snapshot, plan);
    order(plan);
    weights(plan);
    names(snapshot, plan);
    inputs(plan);
    references(snapshot, plan);
    safety(plan);
    replay(snapshot, plan);
}

/// The elements of every list called `key` in the answers.
fn all<'s>(snapshot: &'s Snapshot, key: &str) -> Vec<&'s Value> {
    let lists = snapshot.answers.values().filter_map(|answer| answer.get(key)?.as_array());
    lists.flatten().collect()
}

fn every_service_once(snapshot: &Snapshot, plan: &Consolidation) {
    let moved: Vec<&str> =
        plan.moves.iter().map(|one| one.from.arn.as_str()).filter(|arn| !arn.is_empty()).collect();
    let unique: BTreeSet<&str> = moved.iter().copied().collect();
    assert_eq!(moved.len(), unique.len(), "a service moves twice");
    let services = all(snapshot, "services");
    let arns: BTreeSet<&str> =
        services.iter().filter_map(|one| one["serviceArn"].as_str()).collect();
    assert!(unique.is_subset(&arns));
    assert_eq!(arns.len(), plan.counts.moved + plan.counts.held, "held: {:?}", plan.held);
    assert_eq!(plan.counts.moved, unique.len());
    let keys: BTreeSet<String> = plan.moves.iter().map(migrate::consolidate::Move::key).collect();
    let both = plan.held.iter().filter(|one| keys.contains(&one.what.name));
    assert_eq!(both.count(), 0, "a service is moved and held");
}

fn order(plan: &Consolidation) {
    let mut seen = BTreeSet::new();
    for step in &plan.steps {
        for before in &step.after {
            assert!(seen.contains(before.as_str()), "{} comes before {before}", step.id);
        }
        if let Some(back) = &step.back {
            assert!(seen.contains(back.as_str()), "{} goes back to {back}", step.id);
        }
        assert!(seen.insert(step.id.as_str()), "{} twice", step.id);
    }
}

fn weights(plan: &Consolidation) {
    for rule in plan.moves.iter().flat_map(|one| &one.rules) {
        let sums: BTreeSet<i64> = rule.weights.values().map(|all| all.values().sum()).collect();
        assert_eq!(sums.len(), 1, "{}: {:?}", rule.arn, rule.weights);
        for all in rule.weights.values() {
            assert!(all.len() <= 5, "{}", rule.arn);
            assert!(all.values().all(|weight| (0..=999).contains(weight)));
        }
    }
}

fn names(snapshot: &Snapshot, plan: &Consolidation) {
    let present = all(snapshot, "TargetGroups");
    let mut taken: BTreeSet<&str> =
        present.iter().filter_map(|one| one["TargetGroupName"].as_str()).collect();
    for group in plan.moves.iter().flat_map(|one| &one.groups) {
        assert!(group.name.len() <= 32, "{}", group.name);
        assert!(group.name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
        assert!(!group.name.starts_with('-') && !group.name.ends_with('-'));
        assert!(taken.insert(&group.name), "{} is taken", group.name);
    }
    let services: Vec<(&str, &str)> = plan
        .moves
        .iter()
        .map(|one| (one.to.cluster.as_str(), one.to.arn.as_str()))
        .filter(|(_, arn)| !arn.is_empty())
        .collect();
    assert_eq!(services.len(), services.iter().collect::<BTreeSet<_>>().len());
}

fn inputs(plan: &Consolidation) {
    let table: BTreeMap<&str, BTreeSet<&str>> =
        INPUTS.iter().map(|(name, members)| (*name, members.split(' ').collect())).collect();
    for call in plan.steps.iter().flat_map(|step| &step.calls) {
        let known = table.get(call.operation.as_str());
        assert!(known.is_some(), "{} is not in the table", call.operation);
        let known = known.unwrap();
        for key in call.input.as_object().unwrap().keys() {
            assert!(known.contains(key.as_str()), "{} takes no {key}", call.operation);
        }
    }
}

/// Every ARN in an input is in the snapshot, is made by the plan, or is asked for.
fn references(snapshot: &Snapshot, plan: &Consolidation) {
    let asked: BTreeSet<&str> = plan.lookups.iter().map(|one| one.placeholder.as_str()).collect();
    let groups: BTreeSet<&str> = all(snapshot, "TargetGroups")
        .iter()
        .filter_map(|one| one["TargetGroupArn"].as_str())
        .collect();
    let rules: BTreeSet<&str> =
        all(snapshot, "Rules").iter().filter_map(|one| one["RuleArn"].as_str()).collect();
    let listeners: BTreeSet<&str> =
        all(snapshot, "Listeners").iter().filter_map(|one| one["ListenerArn"].as_str()).collect();
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for call in plan.steps.iter().flat_map(|step| &step.calls) {
        for (key, text) in strings(&call.input) {
            match key {
                "TargetGroupArn" | "targetGroupArn" | "alternateTargetGroupArn" => {
                    assert!(groups.contains(text) || asked.contains(text), "{key} {text}");
                }
                "RuleArn" | "productionListenerRule" => assert!(rules.contains(text), "{text}"),
                "ListenerArn" => assert!(listeners.contains(text), "{text}"),
                _ => {}
            }
            used.extend(asked.iter().copied().filter(|name| text.contains(name)));
        }
    }
    let unused: Vec<_> = asked.iter().filter(|name| !used.contains(*name)).collect();
    assert!(unused.is_empty(), "nobody names {unused:?}");
}

fn strings(value: &Value) -> Vec<(&str, &str)> {
    match value {
        Value::Object(map) => map
            .iter()
            .flat_map(|(key, value)| match value {
                Value::String(text) => vec![(key.as_str(), text.as_str())],
                other => strings(other),
            })
            .collect(),
        Value::Array(list) => list.iter().flat_map(strings).collect(),
        Value::String(text) => vec![("", text)],
        _ => Vec::new(),
    }
}

/// Within a move, nothing of the old side goes before the new side has all of it.
fn safety(plan: &Consolidation) {
    for one in &plan.moves {
        let key = one.key();
        let steps: Vec<&Step> = plan.steps.iter().filter(|step| step.of == key).collect();
        let at = |action| steps.iter().position(|step| step.action == action);
        let percents: Vec<u8> = steps.iter().filter_map(|step| step.percent).collect();
        assert!(percents.is_sorted(), "{key}: {percents:?}");
        if one.manner == Manner::Weights {
            assert_eq!(percents.last(), Some(&100), "{key}");
            assert!(at(Action::Attach) < at(Action::MakeService), "{key}");
            assert!(at(Action::Detach) < at(Action::ScaleDown), "{key}");
            // A rule that gives the service nothing has nothing to weigh.
            let weighs = at(Action::Weigh).is_some() && one.tasks > 0;
            assert!(!weighs || at(Action::ScaleUp) < at(Action::Weigh), "{key}");
        }
        if one.manner != Manner::Schedules {
            assert_eq!(at(Action::Remove), Some(steps.len() - 1), "{key}");
            assert!(at(Action::ScaleDown) < at(Action::Remove), "{key}");
        }
    }
}

/// Plays the calls on rules: each change starts from what the last one left, no rule ever loses
/// the weight of others, and no target group is deleted that a rule still names.
fn replay(snapshot: &Snapshot, plan: &Consolidation) {
    // Event rules are listed under the same word.
    let mut listed = all(snapshot, "Rules");
    listed.retain(|one| one["RuleArn"].is_string());
    let mut rules: BTreeMap<String, Value> = BTreeMap::new();
    for one in &listed {
        rules.insert(one["RuleArn"].as_str().unwrap().to_owned(), one["Actions"].clone());
    }
    for one in all(snapshot, "Listeners") {
        rules
            .insert(one["ListenerArn"].as_str().unwrap().to_owned(), one["DefaultActions"].clone());
    }
    let defaults: BTreeSet<String> = listed
        .iter()
        .filter(|one| one["Priority"] == "default")
        .map(|one| one["RuleArn"].as_str().unwrap().to_owned())
        .collect();
    rules.retain(|arn, _| !defaults.contains(arn));
    for call in plan.steps.iter().flat_map(|step| &step.calls) {
        let input = &call.input;
        let (arn, actions) = match call.operation.as_str() {
            "elasticloadbalancing:ModifyRule" => (&input["RuleArn"], &input["Actions"]),
            "elasticloadbalancing:ModifyListener" => {
                (&input["ListenerArn"], &input["DefaultActions"])
            }
            "elasticloadbalancing:DeleteTargetGroup" => {
                let gone = input["TargetGroupArn"].as_str().unwrap();
                let named = rules.iter().find(|(_, actions)| actions.to_string().contains(gone));
                assert!(named.is_none(), "{gone} is deleted while {named:?} names it");
                continue;
            }
            _ => continue,
        };
        let arn = arn.as_str().unwrap();
        let before = rules.get(arn).unwrap();
        let kinds = |value: &Value| {
            value.as_array().unwrap().iter().map(|one| one["Type"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(kinds(before), kinds(actions), "{arn}: other actions stay as they are");
        let serving = actions.to_string();
        assert!(!serving.contains("\"Weight\":-"), "{serving}");
        rules.insert(arn.to_owned(), actions.clone());
    }
}
