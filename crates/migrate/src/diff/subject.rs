//! What a thing of the estate is called, so that it is known again in the next scan.

use serde::{Serialize, Serializer};

use crate::assemble::id_of;
use crate::input::inventory::{Inventory, Item};
use crate::input::section::Section;

/// The kinds of things that are compared: their singular and plural words, in order of weight.
const KINDS: &[(Section, &str, &str)] = &[
    (Section::Clusters, "cluster", "clusters"),
    (Section::Services, "service", "services"),
    (Section::TaskDefinitions, "task definition", "task definitions"),
    (Section::LoadBalancers, "load balancer", "load balancers"),
    (Section::Listeners, "listener", "listeners"),
    (Section::ListenerRules, "listener rule", "listener rules"),
    (Section::TargetGroups, "target group", "target groups"),
    (Section::Attributes, "attributes", "attributes"),
    (Section::HostedZones, "hosted zone", "hosted zones"),
    (Section::Records, "record", "records"),
    (Section::ScalableTargets, "scalable target", "scalable targets"),
    (Section::ScalingPolicies, "scaling policy", "scaling policies"),
    (Section::ScheduledActions, "scheduled action", "scheduled actions"),
    (Section::EventRules, "EventBridge rule", "EventBridge rules"),
    (Section::EventTargets, "EventBridge target", "EventBridge targets"),
    (Section::Schedules, "schedule", "schedules"),
    (Section::Namespaces, "namespace", "namespaces"),
    (Section::DiscoveryServices, "Cloud Map service", "Cloud Map services"),
    (Section::Secrets, "secret", "secrets"),
    (Section::Parameters, "parameter", "parameters"),
];

/// Members that name a thing, the first that is there.
const NAMES: &[&str] = &["clusterName", "LoadBalancerName", "TargetGroupName", "Name", "ARN"];
/// Members that tell things of one name apart, the first that is there.
const IDS: &[&str] = &["clusterArn", "LoadBalancerArn", "TargetGroupArn", "Arn", "ARN", "Id"];

/// A kind of thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind(usize);

impl Kind {
    /// `listener rule`.
    pub fn word(self) -> &'static str {
        KINDS.get(self.0).map_or("thing", |(_, word, _)| word)
    }

    /// `listener rules`.
    pub(super) fn plural(self) -> &'static str {
        KINDS.get(self.0).map_or("things", |(_, _, words)| words)
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

/// A thing of the estate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Subject {
    /// What it is.
    pub kind: Kind,
    /// What people call it.
    pub name: String,
    /// What tells it from others of the same name; an ARN without revision where it has one.
    pub id: String,
}

/// Everything that is compared.
pub(super) fn items<'i, 'a>(
    inventory: &'i Inventory<'a>,
) -> impl Iterator<Item = (Kind, &'i Item<'a>)> {
    KINDS.iter().enumerate().flat_map(|(index, (section, _, _))| {
        inventory.all(*section).iter().map(move |item| (Kind(index), item))
    })
}

/// What `item` is called.
pub(super) fn of(kind: Kind, item: &Item<'_>) -> Subject {
    let text = |key: &str| item.node.text(key);
    let joined = |keys: &[&str]| {
        let parts: Vec<String> = keys.iter().filter_map(|key| text(key)).collect();
        parts.join(" ")
    };
    let section = KINDS.get(kind.0).map_or(Section::Unknown, |(section, _, _)| *section);
    let (name, id) = match section {
        Section::Services => (after(&id_of(item), "service/"), id_of(item)),
        Section::TaskDefinitions => {
            let family = text("family").unwrap_or_default();
            let arn = text("taskDefinitionArn").unwrap_or_default();
            let of_account = arn.rsplit_once(':').map_or("", |(head, _)| head).to_owned();
            (family, of_account)
        }
        Section::Listeners => {
            let arn = text("ListenerArn").unwrap_or_default();
            (format!("{}:{}", balancer(&arn), text("Port").unwrap_or_default()), arn)
        }
        Section::ListenerRules => {
            let arn = text("RuleArn").unwrap_or_default();
            let priority = text("Priority").unwrap_or_default();
            (format!("{} rule {priority}", balancer(&arn)), arn)
        }
        Section::Attributes => {
            let keys = ["LoadBalancerArn", "TargetGroupArn", "ListenerArn"];
            let arn = keys.iter().find_map(|key| item.asked_for(key)).unwrap_or_default();
            (after(arn, "/"), arn.to_owned())
        }
        Section::Records => (joined(&["Name", "Type"]), text("SetIdentifier").unwrap_or_default()),
        Section::ScalableTargets => (joined(&["ResourceId"]), joined(&["ScalableDimension"])),
        Section::ScalingPolicies => (joined(&["ResourceId", "PolicyName"]), String::new()),
        Section::ScheduledActions => {
            (joined(&["ResourceId", "ScheduledActionName"]), String::new())
        }
        Section::EventTargets => {
            let rule = item.asked_for("Rule").unwrap_or_default();
            (format!("{rule} {}", text("Id").unwrap_or_default()), String::new())
        }
        _ => {
            let name = NAMES.iter().find_map(|key| text(key));
            let id = IDS.iter().find_map(|key| text(key)).unwrap_or_default();
            (name.unwrap_or_else(|| id_of(item)), id)
        }
    };
    Subject { kind, name, id }
}

/// `text` after the first `mark`, or all of it.
fn after(text: &str, mark: &str) -> String {
    text.split_once(mark).map_or(text, |(_, rest)| rest).to_owned()
}

/// The load balancer's name out of the ARN of a listener or rule.
fn balancer(arn: &str) -> String {
    let parts: Vec<&str> = arn.split('/').collect();
    parts.get(2).copied().unwrap_or(arn).to_owned()
}
