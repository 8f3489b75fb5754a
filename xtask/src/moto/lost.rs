//! What moto 5.2.5 does not keep, as data: every difference between a scan of it and the snapshot
//! that it was loaded from has a line here, and every line is still needed (tests hold both).
//! Long because: it is a table.

/// Something that moto does not keep as AWS would.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost {
    /// The operation whose answer shows it, or how its name begins.
    pub operation: &'static str,
    /// How the member begins that is missing or different: `/services[]/deploymentConfiguration`;
    /// `/services[] gone` is a thing that is not there.
    pub member: &'static str,
    /// What moto does instead.
    pub because: &'static str,
}

const fn lost(operation: &'static str, member: &'static str, because: &'static str) -> Lost {
    Lost { operation, member, because }
}

const TIME: &str = "moto has its own clock, and the loader builds everything at once";
const ID: &str = "moto chooses it, and no answer of the loading says which it is";
const STATE: &str = "moto runs nothing: no tasks, no traffic, no bytes";
const DROPPED: &str = "moto takes it and forgets it";
const DEFAULTS: &str = "moto says a default of its own";
const LOADED: &str = "not loaded: moto has no call for it, or none that keeps it";
const CERTIFICATE: &str = "a certificate is requested anew, with moto's own state";
const ALARMS: &str = "moto makes alarms of its own for target tracking, and none for steps";
const RULE_IDS: &str = "moto numbers the rules of security groups anew";
const PERMISSIONS: &str = "moto orders and splits the permissions of a group in its own way";
const IMAGES: &str =
    "images of a registry have the digest of their bytes, which the snapshot does not hold";
const CAPACITY: &str = "moto fails with a 500 where tags are asked for";
const TASKS: &str = "moto starts no tasks for a service and has no instances without EC2 ones";
const VIDEO: &str = "one task definition is refused, see `REFUSED`, and with it its service";
const DEPLOYMENTS: &str =
    "deployments are under way for ever, without what the service said of them";
const REVISION: &str = "revisions count from 1";
const VALUES: &str = "a condition is given back in one form, AWS gives both";
const SERVERS: &str = "a zone has the name servers of moto";
const NAMESPACES: &str = "two namespaces are refused, see `REFUSED`";
const CALLER: &str = "every caller is one user of moto";
const REGEX: &str = "three rules with regular expressions are refused, see `REFUSED`";

/// All of it.
pub const LOST: [Lost; 95] = [
    lost("acm:DescribeCertificate", "/Certificate/", CERTIFICATE),
    lost(
        "application-autoscaling:DescribeScalableTargets",
        "/ScalableTargets[]/CreationTime",
        TIME,
    ),
    lost(
        "application-autoscaling:DescribeScalableTargets",
        "/ScalableTargets[]/ScalableTargetARN",
        ID,
    ),
    lost("application-autoscaling:DescribeScalingPolicies", "/ScalingPolicies[]/Alarms", ALARMS),
    lost(
        "application-autoscaling:DescribeScalingPolicies",
        "/ScalingPolicies[]/CreationTime",
        TIME,
    ),
    lost(
        "application-autoscaling:DescribeScheduledActions",
        "/ScheduledActions[]/CreationTime",
        TIME,
    ),
    lost(
        "application-autoscaling:DescribeScheduledActions",
        "/ScheduledActions[]/ScheduledActionARN",
        ID,
    ),
    lost("cloudwatch:DescribeAlarms", "/MetricAlarms[]/AlarmConfigurationUpdatedTimestamp", TIME),
    lost("cloudwatch:DescribeAlarms", "/MetricAlarms[]/StateReason", STATE),
    lost("cloudwatch:DescribeAlarms", "/MetricAlarms[]/StateUpdatedTimestamp", TIME),
    lost("cloudwatch:GetMetricData", "/MetricDataResults", LOADED),
    lost("codedeploy:", "/", LOADED),
    lost("ec2:DescribeNatGateways", "/NatGateways", LOADED),
    lost("ec2:DescribeRouteTables", "/RouteTables", LOADED),
    lost("ec2:DescribeSecurityGroupRules", "/SecurityGroupRules", RULE_IDS),
    lost("ec2:DescribeSecurityGroups", "/SecurityGroups[]/SecurityGroupArn", ID),
    lost("ec2:DescribeSecurityGroups", "/SecurityGroups[]/IpPermissions", PERMISSIONS),
    lost("ec2:DescribeSubnets", "/Subnets[]/AvailableIpAddressCount", STATE),
    lost("ec2:DescribeSubnets", "/Subnets[]/DefaultForAz", DEFAULTS),
    lost("ec2:DescribeSubnets", "/Subnets[]/MapPublicIpOnLaunch", DEFAULTS),
    lost("ec2:DescribeSubnets", "/Subnets[]/SubnetArn", ID),
    lost("ec2:DescribeVpcs", "/Vpcs[]/CidrBlockAssociationSet", ID),
    lost("ec2:DescribeVpcs", "/Vpcs[]/DhcpOptionsId", DEFAULTS),
    lost("ecr:", "/", IMAGES),
    lost("ecs:DescribeCapacityProviders", "/capacityProviders", CAPACITY),
    lost("ecs:DescribeClusters", "/clusters[]/activeServicesCount", STATE),
    lost("ecs:DescribeClusters", "/clusters[]/pendingTasksCount", STATE),
    lost("ecs:DescribeClusters", "/clusters[]/runningTasksCount", STATE),
    lost("ecs:DescribeClusters", "/clusters[]/registeredContainerInstancesCount", STATE),
    lost("ecs:DescribeContainerInstances", "/", TASKS),
    lost("ecs:ListContainerInstances", "/", TASKS),
    lost("ecs:DescribeTasks", "/", TASKS),
    lost("ecs:ListTasks", "/", TASKS),
    lost("ecs:ListServices", "/serviceArns", VIDEO),
    lost("ecs:DescribeServices", "/services[] gone", VIDEO),
    lost("ecs:DescribeServices", "/services[]/availabilityZoneRebalancing", DROPPED),
    lost("ecs:DescribeServices", "/services[]/createdAt", TIME),
    lost("ecs:DescribeServices", "/services[]/createdBy", DROPPED),
    lost("ecs:DescribeServices", "/services[]/currentServiceDeployment", DROPPED),
    lost("ecs:DescribeServices", "/services[]/deploymentConfiguration", DROPPED),
    lost("ecs:DescribeServices", "/services[]/deployments", DEPLOYMENTS),
    lost("ecs:DescribeServices", "/services[]/enableECSManagedTags", DROPPED),
    lost("ecs:DescribeServices", "/services[]/enableExecuteCommand", DROPPED),
    lost("ecs:DescribeServices", "/services[]/events", STATE),
    lost("ecs:DescribeServices", "/services[]/healthCheckGracePeriodSeconds", DROPPED),
    lost("ecs:DescribeServices", "/services[]/pendingCount", STATE),
    lost("ecs:DescribeServices", "/services[]/runningCount", STATE),
    lost("ecs:DescribeServices", "/services[]/platformFamily", DROPPED),
    lost("ecs:DescribeServices", "/services[]/roleArn", DROPPED),
    lost("ecs:DescribeServices", "/services[]/capacityProviderStrategy", DROPPED),
    lost("ecs:DescribeServices", "/services[]/placement", DROPPED),
    lost("ecs:DescribeServices", "/services[]/taskSets", DEPLOYMENTS),
    lost("ecs:DescribeTaskDefinition", "/taskDefinition/registered", TIME),
    lost("ecs:DescribeTaskDefinition", "/taskDefinition/requiresAttributes", STATE),
    lost("ecs:DescribeTaskDefinition", "/taskDefinition/revision", REVISION),
    lost("ecs:DescribeTaskDefinition", "/taskDefinition gone", VIDEO),
    lost("elasticfilesystem:DescribeFileSystems", "/FileSystems[]/CreationTime", TIME),
    lost("elasticfilesystem:DescribeFileSystems", "/FileSystems[]/FileSystemProtection", DEFAULTS),
    lost("elasticfilesystem:DescribeFileSystems", "/FileSystems[]/SizeInBytes", STATE),
    lost("elasticfilesystem:DescribeMountTargets", "/MountTargets[]/NetworkInterfaceId", ID),
    lost("elasticloadbalancing:DescribeListeners", "/Listeners[]/MutualAuthentication", DROPPED),
    lost(
        "elasticloadbalancing:DescribeLoadBalancers",
        "/LoadBalancers[]/CanonicalHostedZoneId",
        ID,
    ),
    lost("elasticloadbalancing:DescribeLoadBalancers", "/LoadBalancers[]/CreatedTime", TIME),
    lost("elasticloadbalancing:DescribeRules", "/Rules[]/Conditions[]/Values", VALUES),
    lost("elasticloadbalancing:DescribeRules", "/Rules[] gone", REGEX),
    lost(
        "elasticloadbalancing:DescribeTargetHealth",
        "/TargetHealthDescriptions[]/HealthCheckPort",
        STATE,
    ),
    lost(
        "elasticloadbalancing:DescribeTargetHealth",
        "/TargetHealthDescriptions[]/Target/AvailabilityZone",
        DROPPED,
    ),
    lost("iam:GetAccountAuthorizationDetails", "/RoleDetailList[]/CreateDate", TIME),
    lost("iam:GetAccountAuthorizationDetails", "/RoleDetailList[]/RoleLastUsed", STATE),
    lost("logs:DescribeLogGroups", "/logGroups[]/creationTime", TIME),
    lost("logs:DescribeLogGroups", "/logGroups[]/logGroupClass", DROPPED),
    lost("logs:DescribeLogGroups", "/logGroups[]/storedBytes", STATE),
    lost("logs:DescribeLogGroups", "/logGroups[]/metricFilterCount", STATE),
    lost("route53:ListHostedZones", "/HostedZones[]/CallerReference", ID),
    lost("route53:ListResourceRecordSets", "/ResourceRecordSets[]/ResourceRecords", SERVERS),
    lost("servicediscovery:ListNamespaces", "/Namespaces[] gone", NAMESPACES),
    lost("servicediscovery:ListNamespaces", "/Namespaces[]/CreateDate", TIME),
    lost("servicediscovery:ListNamespaces", "/Namespaces[]/Properties", DEFAULTS),
    lost("servicediscovery:ListNamespaces", "/Namespaces[]/ServiceCount", STATE),
    lost("servicediscovery:ListServices", "/Services[]/CreateDate", TIME),
    lost("servicediscovery:ListServices", "/Services[]/InstanceCount", STATE),
    lost("ssm:DescribeParameters", "/Parameters[]/ARN", DROPPED),
    lost("ssm:DescribeParameters", "/Parameters[]/LastModified", TIME),
    lost("ssm:DescribeParameters", "/Parameters[]/Version", REVISION),
    lost("sts:GetCallerIdentity", "/Arn", CALLER),
    lost("sts:GetCallerIdentity", "/UserId", CALLER),
    lost("servicequotas:", "/Quotas", LOADED),
    lost("scheduler:", "/CreationDate", TIME),
    lost("scheduler:", "/LastModificationDate", TIME),
    lost("scheduler:", "/Schedules[]/CreationDate", TIME),
    lost("scheduler:", "/Schedules[]/LastModificationDate", TIME),
    lost("secretsmanager:ListSecrets", "/SecretList[]/CreatedDate", TIME),
    lost("secretsmanager:ListSecrets", "/SecretList[]/Last", TIME),
    lost("secretsmanager:ListSecrets", "/SecretList[]/Rotation", LOADED),
    lost("secretsmanager:ListSecrets", "/SecretList[]/SecretVersionsToStages", ID),
];
