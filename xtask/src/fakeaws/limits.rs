//! The limits of real AWS: page sizes and how many things one call may name.
//!
//! Sources: the API references of the services and the constraints in botocore's models, read in
//! November 2026. `None` for a size means that the caller cannot choose it.

#![expect(clippy::unnecessary_wraps, reason = "columns of the table, most of which may be empty")]

/// How the list of an operation is made, cut and searched.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    /// `ecs:ListServices`.
    pub(super) operation: &'static str,
    /// The member of the answer that holds the list.
    pub(super) list: &'static str,
    /// Members of the request that choose among what was recorded: a cluster, a listener.
    pub(super) scope: &'static [&'static str],
    pub(super) paging: Option<Paging>,
    pub(super) batch: Option<Batch>,
}

/// A list that comes in pages.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paging {
    /// The member of the request that holds the page's size.
    pub(super) size: &'static str,
    /// The member of the request that holds the token.
    pub(super) token: &'static str,
    /// The member of the answer that holds the next token.
    pub(super) next: &'static str,
    /// Items on a page when the caller names no size.
    pub(super) default: usize,
    /// The largest size that may be asked for.
    pub(super) max: usize,
    /// Whether the answer says `IsTruncated`.
    pub(super) truncated: bool,
}

/// A list of which a call may name the elements.
#[derive(Debug, Clone, Copy)]
pub(super) struct Batch {
    /// The member of the request that holds the names.
    pub(super) ids: &'static str,
    /// The members of an element that a name may be equal to.
    pub(super) keys: &'static [&'static str],
    /// How many names a call may hold.
    pub(super) max: usize,
    /// Whether a call must hold at least one.
    pub(super) must: bool,
    pub(super) missing: Missing,
}

/// What happens to a name that nothing has.
#[derive(Debug, Clone, Copy)]
pub(super) enum Missing {
    /// It is listed in `failures` with the reason `MISSING`.
    Failures,
    /// The whole call is refused with this code.
    Refuse(&'static str),
    /// Nothing is said.
    Omit,
}

const fn paging(
    size: &'static str,
    token: &'static str,
    next: &'static str,
    default: usize,
    max: usize,
) -> Option<Paging> {
    Some(Paging { size, token, next, default, max, truncated: false })
}

const fn truncated(
    size: &'static str,
    token: &'static str,
    next: &'static str,
    default: usize,
    max: usize,
) -> Option<Paging> {
    Some(Paging { size, token, next, default, max, truncated: true })
}

const fn ecs(default: usize) -> Option<Paging> {
    paging("maxResults", "nextToken", "nextToken", default, 100)
}

const fn elb() -> Option<Paging> {
    paging("PageSize", "Marker", "NextMarker", 400, 400)
}

const fn ec2() -> Option<Paging> {
    paging("MaxResults", "NextToken", "NextToken", 1000, 1000)
}

const fn next_token(default: usize, max: usize) -> Option<Paging> {
    paging("MaxResults", "NextToken", "NextToken", default, max)
}

const fn failures(ids: &'static str, keys: &'static [&'static str], max: usize) -> Option<Batch> {
    Some(Batch { ids, keys, max, must: true, missing: Missing::Failures })
}

const fn some(
    ids: &'static str,
    keys: &'static [&'static str],
    max: usize,
    missing: Missing,
) -> Option<Batch> {
    Some(Batch { ids, keys, max, must: false, missing })
}

const fn rule(
    operation: &'static str,
    list: &'static str,
    scope: &'static [&'static str],
    paging: Option<Paging>,
    batch: Option<Batch>,
) -> Rule {
    Rule { operation, list, scope, paging, batch }
}

/// The rule of `operation`; an operation without one answers as it was recorded, or with nothing.
pub(super) fn of(operation: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.operation == operation)
}

const NOT_FOUND: Missing = Missing::Refuse("InvalidParameterValue");

static RULES: [Rule; 51] = [
    rule("ecs:ListClusters", "clusterArns", &[], ecs(100), None),
    rule(
        "ecs:DescribeClusters",
        "clusters",
        &[],
        None,
        failures("clusters", &["clusterArn", "clusterName"], 100),
    ),
    rule("ecs:ListServices", "serviceArns", &["cluster"], ecs(10), None),
    rule(
        "ecs:DescribeServices",
        "services",
        &["cluster"],
        None,
        failures("services", &["serviceArn", "serviceName"], 10),
    ),
    rule("ecs:ListTasks", "taskArns", &["cluster"], ecs(100), None),
    rule("ecs:DescribeTasks", "tasks", &["cluster"], None, failures("tasks", &["taskArn"], 100)),
    rule("ecs:ListTaskDefinitions", "taskDefinitionArns", &[], ecs(100), None),
    rule(
        "ecs:DescribeCapacityProviders",
        "capacityProviders",
        &[],
        ecs(10),
        some("capacityProviders", &["capacityProviderArn", "name"], 100, Missing::Failures),
    ),
    rule("ecs:ListContainerInstances", "containerInstanceArns", &["cluster"], ecs(100), None),
    rule(
        "ecs:DescribeContainerInstances",
        "containerInstances",
        &["cluster"],
        None,
        failures("containerInstances", &["containerInstanceArn"], 100),
    ),
    rule(
        "elasticloadbalancing:DescribeLoadBalancers",
        "LoadBalancers",
        &[],
        elb(),
        some("LoadBalancerArns", &["LoadBalancerArn"], 20, Missing::Refuse("LoadBalancerNotFound")),
    ),
    rule(
        "elasticloadbalancing:DescribeTargetGroups",
        "TargetGroups",
        &[],
        elb(),
        some("TargetGroupArns", &["TargetGroupArn"], 20, Missing::Refuse("TargetGroupNotFound")),
    ),
    rule(
        "elasticloadbalancing:DescribeListeners",
        "Listeners",
        &["LoadBalancerArn"],
        elb(),
        some("ListenerArns", &["ListenerArn"], 20, Missing::Refuse("ListenerNotFound")),
    ),
    rule(
        "elasticloadbalancing:DescribeRules",
        "Rules",
        &["ListenerArn"],
        elb(),
        some("RuleArns", &["RuleArn"], 20, Missing::Refuse("RuleNotFound")),
    ),
    rule(
        "elasticloadbalancing:DescribeListenerCertificates",
        "Certificates",
        &["ListenerArn"],
        elb(),
        None,
    ),
    rule(
        "elasticloadbalancing:DescribeLoadBalancerAttributes",
        "Attributes",
        &["LoadBalancerArn"],
        None,
        None,
    ),
    rule(
        "elasticloadbalancing:DescribeTargetGroupAttributes",
        "Attributes",
        &["TargetGroupArn"],
        None,
        None,
    ),
    rule(
        "elasticloadbalancing:DescribeTargetHealth",
        "TargetHealthDescriptions",
        &["TargetGroupArn"],
        None,
        None,
    ),
    rule(
        "elasticloadbalancing:DescribeTags",
        "TagDescriptions",
        &[],
        None,
        Some(Batch {
            ids: "ResourceArns",
            keys: &["ResourceArn"],
            max: 20,
            must: true,
            missing: Missing::Omit,
        }),
    ),
    rule(
        "route53:ListHostedZones",
        "HostedZones",
        &[],
        truncated("MaxItems", "Marker", "NextMarker", 100, 100),
        None,
    ),
    // Its pages have names for tokens: see `world::records`.
    rule("route53:ListResourceRecordSets", "ResourceRecordSets", &["HostedZoneId"], None, None),
    rule(
        "application-autoscaling:DescribeScalableTargets",
        "ScalableTargets",
        &["ServiceNamespace"],
        next_token(50, 50),
        None,
    ),
    rule(
        "application-autoscaling:DescribeScalingPolicies",
        "ScalingPolicies",
        &["ServiceNamespace"],
        next_token(10, 10),
        None,
    ),
    rule(
        "application-autoscaling:DescribeScheduledActions",
        "ScheduledActions",
        &["ServiceNamespace"],
        next_token(50, 50),
        None,
    ),
    rule(
        "cloudwatch:DescribeAlarms",
        "MetricAlarms",
        &[],
        paging("MaxRecords", "NextToken", "NextToken", 50, 100),
        some("AlarmNames", &["AlarmName"], 100, Missing::Omit),
    ),
    rule(
        "logs:DescribeLogGroups",
        "logGroups",
        &[],
        paging("limit", "nextToken", "nextToken", 50, 50),
        None,
    ),
    rule("servicediscovery:ListNamespaces", "Namespaces", &[], next_token(100, 100), None),
    rule("servicediscovery:ListServices", "Services", &[], next_token(100, 100), None),
    rule(
        "events:ListRules",
        "Rules",
        &[],
        paging("Limit", "NextToken", "NextToken", 100, 100),
        None,
    ),
    rule(
        "events:ListTargetsByRule",
        "Targets",
        &["Rule"],
        paging("Limit", "NextToken", "NextToken", 100, 100),
        None,
    ),
    rule("scheduler:ListSchedules", "Schedules", &[], next_token(100, 100), None),
    rule(
        "iam:GetAccountAuthorizationDetails",
        "RoleDetailList",
        &[],
        truncated("MaxItems", "Marker", "Marker", 100, 1000),
        None,
    ),
    rule("secretsmanager:ListSecrets", "SecretList", &[], next_token(100, 100), None),
    rule("ssm:DescribeParameters", "Parameters", &[], next_token(50, 50), None),
    rule(
        "ecr:DescribeRepositories",
        "repositories",
        &[],
        paging("maxResults", "nextToken", "nextToken", 100, 1000),
        some(
            "repositoryNames",
            &["repositoryName"],
            100,
            Missing::Refuse("RepositoryNotFoundException"),
        ),
    ),
    rule("ec2:DescribeVpcs", "Vpcs", &[], ec2(), some("VpcIds", &["VpcId"], 1000, NOT_FOUND)),
    rule(
        "ec2:DescribeSubnets",
        "Subnets",
        &[],
        ec2(),
        some("SubnetIds", &["SubnetId"], 1000, NOT_FOUND),
    ),
    rule(
        "ec2:DescribeSecurityGroups",
        "SecurityGroups",
        &[],
        ec2(),
        some("GroupIds", &["GroupId"], 1000, NOT_FOUND),
    ),
    rule(
        "ec2:DescribeSecurityGroupRules",
        "SecurityGroupRules",
        &[],
        ec2(),
        some("SecurityGroupRuleIds", &["SecurityGroupRuleId"], 1000, NOT_FOUND),
    ),
    rule(
        "elasticfilesystem:DescribeFileSystems",
        "FileSystems",
        &[],
        paging("MaxItems", "Marker", "NextMarker", 100, 100),
        None,
    ),
    rule("elasticfilesystem:DescribeAccessPoints", "AccessPoints", &[], next_token(100, 100), None),
    rule("ec2:DescribeRouteTables", "RouteTables", &[], ec2(), None),
    rule("ec2:DescribeNatGateways", "NatGateways", &[], ec2(), None),
    rule("ec2:DescribeNetworkInterfaces", "NetworkInterfaces", &[], ec2(), None),
    rule("ec2:DescribeVpcEndpoints", "VpcEndpoints", &[], ec2(), None),
    rule("ec2:DescribeVpcPeeringConnections", "VpcPeeringConnections", &[], ec2(), None),
    rule(
        "ec2:DescribeTransitGatewayVpcAttachments",
        "TransitGatewayVpcAttachments",
        &[],
        ec2(),
        None,
    ),
    rule(
        "rds:DescribeDBInstances",
        "DBInstances",
        &[],
        paging("MaxRecords", "Marker", "Marker", 100, 100),
        None,
    ),
    rule(
        "elasticache:DescribeCacheClusters",
        "CacheClusters",
        &[],
        paging("MaxRecords", "Marker", "Marker", 100, 100),
        None,
    ),
    rule(
        "logs:DescribeMetricFilters",
        "metricFilters",
        &[],
        paging("limit", "nextToken", "nextToken", 50, 50),
        None,
    ),
    rule("servicequotas:ListServiceQuotas", "Quotas", &["ServiceCode"], next_token(100, 100), None),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fakeaws::wire::Service;

    #[test]
    fn every_rule_is_of_an_operation_that_is_served_and_stands_once() {
        let services = Service::all().unwrap();
        for rule in &RULES {
            let (service, operation) = rule.operation.split_once(':').unwrap();
            let service = services.iter().find(|found| found.name == service).unwrap();
            let operation = &service.operations[operation];
            assert!(operation.empty.contains_key(rule.list), "{}", rule.operation);
            let same = RULES.iter().filter(|other| other.operation == rule.operation);
            assert_eq!(same.count(), 1, "{}", rule.operation);
        }
    }
}
