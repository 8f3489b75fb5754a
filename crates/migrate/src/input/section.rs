//! Which things an answer holds, told by its shape.
//!
//! Files that people keep carry no operation name, so the shape decides for all: a section is a
//! list of things of one kind.

use crate::input::node::Node;

/// A kind of thing in an inventory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// ECS clusters.
    Clusters,
    /// ECS services.
    Services,
    /// ECS task definitions.
    TaskDefinitions,
    /// Running ECS tasks: the image digests of now.
    Tasks,
    /// `ELBv2` load balancers.
    LoadBalancers,
    /// `ELBv2` listeners.
    Listeners,
    /// `ELBv2` listener rules.
    ListenerRules,
    /// `ELBv2` target groups.
    TargetGroups,
    /// `ELBv2` attributes; the request says of what.
    Attributes,
    /// Route 53 hosted zones.
    HostedZones,
    /// Route 53 records.
    Records,
    /// Application Auto Scaling targets.
    ScalableTargets,
    /// Application Auto Scaling policies.
    ScalingPolicies,
    /// Application Auto Scaling scheduled actions.
    ScheduledActions,
    /// EventBridge rules.
    EventRules,
    /// EventBridge targets; the request says of which rule.
    EventTargets,
    /// EventBridge Scheduler schedules.
    Schedules,
    /// Cloud Map namespaces.
    Namespaces,
    /// Cloud Map services.
    DiscoveryServices,
    /// Secrets Manager entries, without values.
    Secrets,
    /// SSM parameters, without values.
    Parameters,
    /// Something that is read as evidence and never converted.
    Evidence(&'static str),
    /// A list of names whose things come from another answer, paging tokens and the like.
    Index,
    /// Not recognised.
    Unknown,
}

/// Why each kind of evidence is not converted.
const EVIDENCE: &[(&str, &str)] = &[
    ("TargetHealthDescriptions", "target health is state: read as evidence that targets answer"),
    ("TagDescriptions", "tags of load balancers are read as evidence for names"),
    ("Certificates", "certificates stay on the listener, which stays in use"),
    ("imageDetails", "image lists are read as evidence for digests and architectures"),
    ("images", "image manifests are read as evidence for digests and architectures"),
    ("repositories", "repositories stay in ECR and are read as evidence for images"),
    ("deploymentGroupsInfo", "CodeDeploy groups are read as evidence for who owns a listener rule"),
    ("MetricDataResults", "usage is evidence for sizes; the first wave keeps the declared sizes"),
    ("MetricAlarms", "alarms are rebuilt on the new metrics; the finding on alarms lists them"),
    ("CompositeAlarms", "alarms are rebuilt on the new metrics; the finding on alarms lists them"),
    ("SecurityGroups", "security groups are read as evidence for reachability"),
    ("SecurityGroupRules", "security group rules are read as evidence for reachability"),
    ("Subnets", "subnets are read as evidence for free addresses"),
    ("Vpcs", "VPCs are read as evidence for names and addresses"),
    ("FileSystems", "file systems stay in EFS and are mounted from there"),
    ("AccessPoints", "access points stay in EFS and are mounted from there"),
    ("MountTargets", "mount targets are read as evidence for reachability"),
    ("RoleDetailList", "roles stay in IAM; the finding on trust policies says what must change"),
    ("UserDetailList", "users stay in IAM and are not part of a workload"),
    ("GroupDetailList", "groups stay in IAM and are not part of a workload"),
    ("Policies", "policies stay in IAM and are not part of a workload"),
    ("logGroups", "log groups stay in CloudWatch and are written to from the new side"),
    ("containerInstances", "container instances are replaced by nodes"),
    ("capacityProviders", "capacity providers are replaced by node pools"),
    ("Certificate", "certificates stay on the listener, which stays in use"),
    ("WebACL", "web ACLs stay on the load balancer, which stays in use"),
    ("RouteTables", "route tables are read as evidence for reachability"),
    ("NatGateways", "NAT gateways are read as evidence for reachability"),
    ("VpcEndpoints", "endpoints are read as evidence for reachability"),
    ("VpcPeeringConnections", "peerings are read as evidence for reachability"),
    ("TransitGatewayVpcAttachments", "attachments are read as evidence for reachability"),
    ("NetworkInterfaces", "interfaces are read as evidence for who uses an address"),
    ("DBInstances", "databases stay where they are; their groups are evidence for reachability"),
    ("CacheClusters", "caches stay where they are; their groups are evidence for reachability"),
    ("EventBuses", "event buses stay in EventBridge"),
    ("metricFilters", "metric filters stay on the log groups, which are written to as before"),
    ("Quotas", "quotas are read as evidence for how far load balancers can be shared"),
    ("UserId", "the caller's identity says which account was read"),
    ("Account", "the caller's identity says which account was read"),
    ("Arn", "the caller's identity says which account was read"),
];

/// Keys that only list names or page through them.
const INDEX: &[&str] = &[
    "clusterArns",
    "serviceArns",
    "taskArns",
    "taskDefinitionArns",
    "familyPrefix",
    "nextToken",
    "NextToken",
    "NextMarker",
    "Marker",
    "IsTruncated",
    "MaxItems",
    "failures",
    "ResponseMetadata",
    "requestId",
    "scannedCount",
    "Messages",
    "RuleNames",
    // Of `put-targets`: which rule the targets belong to.
    "Rule",
    "EventBusName",
    "deploymentGroups",
    "applications",
    "applicationName",
    "containerInstanceArns",
    "NextRecordName",
    "NextRecordType",
    "NextRecordIdentifier",
    "deploymentGroupsNotFound",
    "errorMessage",
];

/// The section that the top-level member `key` of an answer holds, and whether it is a list.
pub fn section_of(key: &str, node: &Node<'_>) -> Section {
    let first_has =
        |name: &str| node.items().first().is_some_and(|item| item.value.get(name).is_some());
    match key {
        "clusters" => Section::Clusters,
        "services" | "service" => Section::Services,
        "taskDefinition" | "taskDefinitions" => Section::TaskDefinitions,
        "tasks" => Section::Tasks,
        "LoadBalancers" => Section::LoadBalancers,
        "Listeners" => Section::Listeners,
        "Rules" if first_has("Conditions") || first_has("RuleArn") || first_has("Actions") => {
            Section::ListenerRules
        }
        "Rules" => Section::EventRules,
        "TargetGroups" => Section::TargetGroups,
        "Attributes" => Section::Attributes,
        "HostedZones" => Section::HostedZones,
        "ResourceRecordSets" => Section::Records,
        "ScalableTargets" => Section::ScalableTargets,
        "ScalingPolicies" => Section::ScalingPolicies,
        "ScheduledActions" => Section::ScheduledActions,
        "Targets" => Section::EventTargets,
        "Schedules" => Section::Schedules,
        "Namespaces" => Section::Namespaces,
        "Services" => Section::DiscoveryServices,
        "SecretList" => Section::Secrets,
        "Parameters" => Section::Parameters,
        key if INDEX.contains(&key) => Section::Index,
        key => EVIDENCE
            .iter()
            .find(|(name, _)| *name == key)
            .map_or(Section::Unknown, |(_, why)| Section::Evidence(why)),
    }
}

/// The section of a whole file that is one thing rather than a wrapped list.
pub fn section_of_whole(node: &Node<'_>) -> Option<Section> {
    let has = |key: &str| node.get(key).is_some();
    let is = |keys: &[&str]| keys.iter().all(|key| has(key));
    if has("containerDefinitions") {
        Some(Section::TaskDefinitions)
    } else if is(&["serviceName", "taskDefinition"]) || is(&["serviceArn", "clusterArn"]) {
        Some(Section::Services)
    } else if is(&["ScheduleExpression", "Target"]) {
        Some(Section::Schedules)
    } else if has("ScheduleExpression") || has("EventPattern") {
        Some(Section::EventRules)
    } else if has("RuleArn") || is(&["Conditions", "Actions"]) {
        Some(Section::ListenerRules)
    } else if has("TargetGroupArn") && !has("Type") {
        Some(Section::TargetGroups)
    } else if has("ListenerArn") || is(&["DefaultActions", "Port"]) {
        Some(Section::Listeners)
    } else if has("LoadBalancerArn") {
        Some(Section::LoadBalancers)
    } else if is(&["ScalableDimension", "PolicyName"]) {
        Some(Section::ScalingPolicies)
    } else if is(&["ScalableDimension", "ScheduledActionName"]) {
        Some(Section::ScheduledActions)
    } else if is(&["ScalableDimension", "ResourceId"]) {
        Some(Section::ScalableTargets)
    } else {
        None
    }
}
