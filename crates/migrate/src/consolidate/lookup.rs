//! Values that AWS makes on the way: how inputs name them, and how to ask for them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::consolidate::document::Lookup;

/// The lookups of a plan, each once.
#[derive(Debug, Default)]
pub(super) struct Lookups {
    all: BTreeMap<String, Lookup>,
}

/// What to ask, and where in the answer the value stands.
struct Question<'q> {
    placeholder: String,
    operation: &'q str,
    region: &'q str,
    request: Value,
    list: &'q str,
    having: Option<(&'q str, &'q str)>,
    member: &'q str,
    tail: bool,
}

impl Lookups {
    /// Every lookup, in order of placeholder.
    pub(super) fn into_list(self) -> Vec<Lookup> {
        self.all.into_values().collect()
    }

    /// The ARN of a new target group.
    pub(super) fn group(&mut self, region: &str, name: &str) -> String {
        self.of_group(region, name, "targetGroup", false)
    }

    /// The end of that ARN, `targetgroup/NAME/ID`, as dimensions and labels have it.
    pub(super) fn group_path(&mut self, region: &str, name: &str) -> String {
        self.of_group(region, name, "targetGroupPath", true)
    }

    fn of_group(&mut self, region: &str, name: &str, kind: &str, tail: bool) -> String {
        self.add(Question {
            placeholder: format!("${{{kind}/{region}/{name}}}"),
            operation: "elasticloadbalancing:DescribeTargetGroups",
            region,
            request: json!({"Names": [name]}),
            list: "TargetGroups",
            having: Some(("TargetGroupName", name)),
            member: "TargetGroupArn",
            tail,
        })
    }

    /// The ARN of a new scaling policy.
    pub(super) fn policy(&mut self, region: &str, resource: &str, name: &str) -> String {
        self.add(Question {
            placeholder: format!("${{scalingPolicy/{region}/{resource}/{name}}}"),
            operation: "application-autoscaling:DescribeScalingPolicies",
            region,
            request: json!({"ServiceNamespace": "ecs", "ResourceId": resource, "PolicyNames": [name]}),
            list: "ScalingPolicies",
            having: Some(("PolicyName", name)),
            member: "PolicyARN",
            tail: false,
        })
    }

    /// The ARN of an Auto Scaling group that a person makes.
    pub(super) fn instances(&mut self, region: &str, name: &str) -> String {
        self.add(Question {
            placeholder: format!("${{autoScalingGroup/{region}/{name}}}"),
            operation: "autoscaling:DescribeAutoScalingGroups",
            region,
            request: json!({"AutoScalingGroupNames": [name]}),
            list: "AutoScalingGroups",
            having: Some(("AutoScalingGroupName", name)),
            member: "AutoScalingGroupARN",
            tail: false,
        })
    }

    /// A member of a target of an event rule, which must not be written down.
    pub(super) fn event_target(
        &mut self,
        region: &str,
        (bus, rule, id): (&str, &str, &str),
        member: &str,
    ) -> String {
        self.add(Question {
            placeholder: format!("${{eventTarget/{region}/{bus}/{rule}/{id}/{member}}}"),
            operation: "events:ListTargetsByRule",
            region,
            request: json!({"Rule": rule, "EventBusName": bus}),
            list: "Targets",
            having: Some(("Id", id)),
            member,
            tail: false,
        })
    }

    /// A member of the target of a schedule, which must not be written down.
    pub(super) fn schedule_target(
        &mut self,
        region: &str,
        (group, name): (&str, &str),
        member: &str,
    ) -> String {
        let path = format!("Target.{member}");
        self.add(Question {
            placeholder: format!("${{schedule/{region}/{group}/{name}/{member}}}"),
            operation: "scheduler:GetSchedule",
            region,
            request: json!({"GroupName": group, "Name": name}),
            list: "",
            having: None,
            member: &path,
            tail: false,
        })
    }

    fn add(&mut self, question: Question<'_>) -> String {
        let Question { placeholder, operation, region, request, list, having, member, tail } =
            question;
        let request = match request {
            Value::Object(map) => map.into_iter().collect(),
            _ => BTreeMap::new(),
        };
        let having = having.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let lookup = Lookup {
            placeholder: placeholder.clone(),
            operation: operation.to_owned(),
            region: region.to_owned(),
            request,
            list: list.to_owned(),
            having: having.into_iter().collect(),
            member: member.to_owned(),
            tail,
        };
        self.all.insert(placeholder.clone(), lookup);
        placeholder
    }
}
