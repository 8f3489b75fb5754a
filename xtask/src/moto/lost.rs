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
const SERVICE: &str = "a service has no such member (ecs/models.py, Service)";
const PLAIN: &str = "a definition has no such member (ecs/models.py, TaskDefinition)";
const SERIES: &str = "80,000 points are not put: every query looks through all of them \
                      (cloudwatch/models.py, get_metric_data)";
const GROUPS: &str = "BatchGetDeploymentGroups is missing (codedeploy/responses.py)";
const QUOTAS: &str = "ListServiceQuotas is missing (servicequotas/responses.py)";
const CERTIFICATE: &str = "a certificate is requested anew, with moto's own state";
const ALARMS: &str = "alarms of its own for target tracking, and none for steps \
                      (applicationautoscaling/models.py, create_alarms)";
const SHORT_ARN: &str = "its ARN has no id (applicationautoscaling/models.py)";
const RULES: &str = "rules have other ids, and no owner, ARN or description of a group that they \
                     name (ec2/models/security_groups.py)";
const PERMISSIONS: &str = "what has one protocol and port is one permission, as in AWS; the \
                           snapshot has one for each source";
const FIRST: &str = "the first subnet of a zone is its default (ec2/models/subnets.py)";
const OPTIONS: &str = "no options are associated: the snapshot does not say which there are";
const PUSHED: &str = "an image is its manifest: no size and no pull (ecr/models.py, Image)";
const CAPACITY: &str =
    "a 500 where no names are given (ecs/models.py, describe_capacity_providers)";
const TASKS: &str = "no service starts tasks, tasks that are run by hand have no digest, and there \
                     are no instances without those of EC2 (ecs/models.py)";
const VIDEO: &str = "one task definition is refused, see `REFUSED`, and with it its service";
const DEPLOYMENTS: &str = "one deployment, under way for ever, without what the service said of it \
                           (ecs/models.py, Service)";
const REVISION: &str = "revisions count from 1";
const PROTECTION: &str = "a file system has no such member (efs/models.py)";
const MUTUAL: &str = "CreateListener does not read it (elbv2/responses.py)";
const ZONE: &str = "every load balancer is in one zone, Z2P70J7EXAMPLE (elbv2/models.py)";
const TARGET: &str = "a target is its id and its port (elbv2/models.py, FakeHealthStatus)";
const TRAFFIC_PORT: &str = "`traffic-port` where AWS says the number (elbv2/models.py)";
const VALUES: &str = "a condition is given back in one form, AWS gives both";
const REGEX: &str = "three rules with regular expressions are refused, see `REFUSED`";
const LOG_CLASS: &str = "a log group has no class (logs/models.py)";
const FILTERS: &str = "the count of filters is always 0 (logs/models.py)";
const SERVERS: &str = "every zone has the name servers of moto (route53/models.py)";
const NAMESPACES: &str = "two namespaces are refused, see `REFUSED`";
const OWN_ZONE: &str = "a namespace makes a zone of its own (servicediscovery/models.py)";
const COUNTS: &str = "nothing is counted (servicediscovery/models.py)";
const NO_ARN: &str = "only GetParameter gives it (ssm/models.py)";
const ROTATION: &str = "RotateSecret wants a Lambda function of moto's (secretsmanager/models.py)";
const CALLER: &str = "every caller is one user of moto (sts/models.py)";

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
        SHORT_ARN,
    ),
    lost("cloudwatch:DescribeAlarms", "/MetricAlarms[]/AlarmConfigurationUpdatedTimestamp", TIME),
    lost("cloudwatch:DescribeAlarms", "/MetricAlarms[]/StateReason", STATE),
    lost("cloudwatch:DescribeAlarms", "/MetricAlarms[]/StateUpdatedTimestamp", TIME),
    lost("cloudwatch:GetMetricData", "/MetricDataResults", SERIES),
    lost("codedeploy:BatchGetDeploymentGroups", "/", GROUPS),
    lost("ec2:DescribeNatGateways", "/NatGateways[]/CreateTime", TIME),
    lost("ec2:DescribeNatGateways", "/NatGateways[]/NatGatewayAddresses", ID),
    lost("ec2:DescribeRouteTables", "/RouteTables[]/Associations", ID),
    lost("ec2:DescribeSecurityGroupRules", "/SecurityGroupRules", RULES),
    lost("ec2:DescribeSecurityGroups", "/SecurityGroups[]/IpPermissions", PERMISSIONS),
    lost("ec2:DescribeSubnets", "/Subnets[]/AvailableIpAddressCount", STATE),
    lost("ec2:DescribeSubnets", "/Subnets[]/DefaultForAz", FIRST),
    lost("ec2:DescribeVpcs", "/Vpcs[]/CidrBlockAssociationSet", ID),
    lost("ec2:DescribeVpcs", "/Vpcs[]/DhcpOptionsId", OPTIONS),
    lost("ecr:BatchGetImage", "/images[] gone", VIDEO),
    lost("ecr:DescribeImages", "/imageDetails[] gone", VIDEO),
    lost("ecr:DescribeImages", "/imageDetails[]/imagePushedAt", TIME),
    lost("ecr:DescribeImages", "/imageDetails[]/imageSizeInBytes", PUSHED),
    lost("ecr:DescribeImages", "/imageDetails[]/lastRecordedPullTime", PUSHED),
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
    lost("ecs:DescribeServices", "/services[]/availabilityZoneRebalancing", SERVICE),
    lost("ecs:DescribeServices", "/services[]/createdAt", SERVICE),
    lost("ecs:DescribeServices", "/services[]/createdBy", SERVICE),
    lost("ecs:DescribeServices", "/services[]/currentServiceDeployment", SERVICE),
    lost("ecs:DescribeServices", "/services[]/deploymentConfiguration", SERVICE),
    lost("ecs:DescribeServices", "/services[]/deployments", DEPLOYMENTS),
    lost("ecs:DescribeServices", "/services[]/enableECSManagedTags", SERVICE),
    lost("ecs:DescribeServices", "/services[]/enableExecuteCommand", SERVICE),
    lost("ecs:DescribeServices", "/services[]/events", STATE),
    lost("ecs:DescribeServices", "/services[]/healthCheckGracePeriodSeconds", SERVICE),
    lost("ecs:DescribeServices", "/services[]/pendingCount", STATE),
    lost("ecs:DescribeServices", "/services[]/runningCount", STATE),
    lost("ecs:DescribeServices", "/services[]/platformFamily", SERVICE),
    lost("ecs:DescribeServices", "/services[]/capacityProviderStrategy", SERVICE),
    lost("ecs:DescribeServices", "/services[]/placement", SERVICE),
    lost("ecs:DescribeServices", "/services[]/taskSets", STATE),
    lost("ecs:DescribeTaskDefinition", "/taskDefinition/registered", PLAIN),
    lost("ecs:DescribeTaskDefinition", "/taskDefinition/requiresAttributes", PLAIN),
    lost("ecs:DescribeTaskDefinition", "/taskDefinition/revision", REVISION),
    lost("ecs:DescribeTaskDefinition", "/taskDefinition gone", VIDEO),
    lost("elasticfilesystem:DescribeFileSystems", "/FileSystems[]/CreationTime", TIME),
    lost(
        "elasticfilesystem:DescribeFileSystems",
        "/FileSystems[]/FileSystemProtection",
        PROTECTION,
    ),
    lost("elasticfilesystem:DescribeFileSystems", "/FileSystems[]/SizeInBytes", STATE),
    lost("elasticfilesystem:DescribeMountTargets", "/MountTargets[]/NetworkInterfaceId", ID),
    lost("elasticloadbalancing:DescribeListeners", "/Listeners[]/MutualAuthentication", MUTUAL),
    lost(
        "elasticloadbalancing:DescribeLoadBalancers",
        "/LoadBalancers[]/CanonicalHostedZoneId",
        ZONE,
    ),
    lost("elasticloadbalancing:DescribeLoadBalancers", "/LoadBalancers[]/CreatedTime", TIME),
    lost("elasticloadbalancing:DescribeRules", "/Rules[]/Conditions[]/Values", VALUES),
    lost("elasticloadbalancing:DescribeRules", "/Rules[] gone", REGEX),
    lost(
        "elasticloadbalancing:DescribeTargetHealth",
        "/TargetHealthDescriptions[]/HealthCheckPort",
        TRAFFIC_PORT,
    ),
    lost(
        "elasticloadbalancing:DescribeTargetHealth",
        "/TargetHealthDescriptions[]/Target/AvailabilityZone",
        TARGET,
    ),
    lost("iam:GetAccountAuthorizationDetails", "/RoleDetailList[]/CreateDate", TIME),
    lost("iam:GetAccountAuthorizationDetails", "/RoleDetailList[]/RoleLastUsed", STATE),
    lost("logs:DescribeLogGroups", "/logGroups[]/creationTime", TIME),
    lost("logs:DescribeLogGroups", "/logGroups[]/logGroupClass", LOG_CLASS),
    lost("logs:DescribeLogGroups", "/logGroups[]/storedBytes", STATE),
    lost("logs:DescribeLogGroups", "/logGroups[]/metricFilterCount", FILTERS),
    lost("route53:ListResourceRecordSets", "/ResourceRecordSets[]/ResourceRecords", SERVERS),
    lost("servicediscovery:ListNamespaces", "/Namespaces[] gone", NAMESPACES),
    lost("servicediscovery:ListNamespaces", "/Namespaces[]/CreateDate", TIME),
    lost("servicediscovery:ListNamespaces", "/Namespaces[]/Properties", OWN_ZONE),
    lost("servicediscovery:ListNamespaces", "/Namespaces[]/ServiceCount", COUNTS),
    lost("servicediscovery:ListServices", "/Services[]/CreateDate", TIME),
    lost("servicediscovery:ListServices", "/Services[]/InstanceCount", COUNTS),
    lost("ssm:DescribeParameters", "/Parameters[]/ARN", NO_ARN),
    lost("ssm:DescribeParameters", "/Parameters[]/LastModified", TIME),
    lost("ssm:DescribeParameters", "/Parameters[]/Version", REVISION),
    lost("sts:GetCallerIdentity", "/Arn", CALLER),
    lost("sts:GetCallerIdentity", "/UserId", CALLER),
    lost("servicequotas:", "/Quotas", QUOTAS),
    lost("scheduler:", "/CreationDate", TIME),
    lost("scheduler:", "/LastModificationDate", TIME),
    lost("scheduler:", "/Schedules[]/CreationDate", TIME),
    lost("scheduler:", "/Schedules[]/LastModificationDate", TIME),
    lost("secretsmanager:ListSecrets", "/SecretList[]/CreatedDate", TIME),
    lost("secretsmanager:ListSecrets", "/SecretList[]/Last", TIME),
    lost("secretsmanager:ListSecrets", "/SecretList[]/Rotation", ROTATION),
    lost("secretsmanager:ListSecrets", "/SecretList[]/SecretVersionsToStages", ID),
];
