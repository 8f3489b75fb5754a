//! Codes of the first stage, ECS to ECS (area M, 300 to 339).

use super::{Kind, Severity, codes};

const H: Kind = Kind::Finding(Severity::High);
const M: Kind = Kind::Finding(Severity::Medium);
const HELD: Kind = Kind::Held;
const BECAUSE: Kind = Kind::Because;

codes! {
    // SG-M300…SG-M309: what a person must know before services change their cluster.
    /// One new cluster gets services of several VPCs.
    VPCS = "SG-M300", H, "services of {env} run in several VPCs ({vpcs}), and all of them come into {cluster}",
        next: "decide which VPC {env} shall live in before Kubernetes; for ECS the services may stay where they are",
        help: "An ECS cluster has no VPC: each service names its subnets, and load balancers reach only targets of their own VPC. So the services can share a cluster. A Kubernetes cluster has one VPC, and what is split today must be joined or peered before the next stage.";
    /// Subnets cannot hold every service twice.
    NO_ROOM = "SG-M301", H, "moving all of {env} at once takes {need} addresses in subnets that have {free} free",
        next: "move the services of {env} one after the other, at most {free} tasks at a time, or add subnets first",
        help: "Each task with a network interface of its own takes an address, and for a while each service runs twice. When a subnet is full, ECS cannot start the new tasks and the move stands still; nothing is lost, but deployments of others fail too.";
    /// EC2 instances belong to one cluster.
    INSTANCES = "SG-M302", H, "tasks of {service} in {env} run on EC2 instances of {cluster}, which cannot join {target}",
        next: "make an Auto Scaling group like that of {cluster}, with ECS_CLUSTER={target} in its user data, and the capacity provider {provider} for it",
        help: "An instance registers in one cluster when its agent starts, and stays there. The new cluster needs instances of its own. The plan gives each service that ran on instances a capacity provider of its own, so that tasks of others do not land on its machines, as they could not before.";
    /// Somebody else's code describes what the plan changes.
    WRITTEN_BY_CODE = "SG-M303", H, "{writer} writes {things} of {service} in {env}, and would undo what the move changes",
        next: "stop {writer} for these things while {service} moves, and bring the result into its code afterwards",
        help: "Tags say that the thing comes from code. The next run of that code would set the rule back to what the code says, and all requests with it, or recreate what was deleted.";
    /// Sessions that stick beat weights.
    STICKY = "SG-M304", H, "sessions stick in front of {service} in {env} ({how}): weights alone do not decide where a request goes",
        next: "test that a session of {service} survives a change of sides, or move {service} when few people are logged in",
        help: "With stickiness of the rule, a client stays with the target group of its cookie whatever the weights say, until the cookie ends. With stickiness only inside a target group, each request is first given to a side by weight, so a session may jump between the two sides while both have weight.";
    /// Old clusters differ in something that a cluster has once.
    SETTINGS_DIFFER = "SG-M305", M, "clusters of {env} differ in {setting}: {values}; {cluster} gets {chosen}",
        next: "look whether {chosen} is right for all services of {env}",
        help: "Container Insights, the logging of `execute-command`, the default strategy and the default namespace belong to a cluster, not to a service. What was set for one service alone now holds for all that share the cluster.";
    /// A policy names the old cluster.
    ROLE_NAMES_CLUSTER = "SG-M306", H, "policies name the cluster {cluster} that {service} leaves: {roles}",
        next: "add {target} beside {cluster} in these policies before {service} moves, and take {cluster} out at the end",
        help: "A policy that allows RunTask, UpdateService or ExecuteCommand for one cluster refuses the same for the new one. Pipelines and schedules would fail with AccessDenied, often at night.";
    /// An event rule listens to the old cluster.
    RULE_NAMES_CLUSTER = "SG-M307", M, "event rules listen to the cluster {cluster} that {service} leaves: {rules}",
        next: "add the ARN of {target} to the pattern of {rules} before {service} moves",
        help: "ECS sends events of tasks and deployments with the ARN of the cluster. A rule whose pattern names the old one hears nothing of the new one, and nobody notices that it is silent.";
    /// An empty target group makes DNS think that the load balancer is ill.
    DNS_HEALTH = "SG-M308", H, "{records} choose between targets by the health of {balancer}, which a target group without targets makes ill",
        next: "set EvaluateTargetHealth to false on {records} until the moves behind {balancer} have ended",
        help: "Route 53 takes a load balancer for unhealthy as soon as one of its target groups has no healthy target. A new target group is empty until its tasks have started, also with weight 0. With weighted, failover or latency records the name then goes elsewhere, for every service of that load balancer.";
    /// A limit of the load balancer is near.
    LIMIT = "SG-M309", H, "{balancer} would have {count} target groups while its services move all at once; AWS allows {limit}",
        next: "move the services behind {balancer} in several rounds",
        help: "The limit of target groups for each load balancer cannot be raised. Each move adds target groups and gives them back at its end, so fewer moves at a time stay below it.";

    // SG-M310…SG-M324: why a service is not moved.
    /// Nobody is sure what the service is.
    UNSURE = "SG-M310", HELD, "{service} is not moved: it is not sure which service and environment {name} is",
        next: "write a pin for {name} into naming.yaml and plan again",
        help: "The environment decides the cluster, and a service in the wrong one would run beside production with the settings of a test. Where the reading of a name is unsure, or nothing names an environment, a person says it once in naming.yaml.";
    /// Two services would have one name.
    SAME_NAME = "SG-M311", HELD, "{service} is not moved: {names} would all be {service} in {env}",
        next: "pin one of {names} to another service in naming.yaml, and plan again",
        help: "In one cluster a service name exists once. Today the clusters keep the two apart; afterwards one of them would overwrite the other, and which one should be chosen is not for a program to guess.";
    /// The service was not planned at all.
    NOT_PLANNED = "SG-M312", HELD, "{name} is not moved: {why}",
        next: "scan again with access to it, or take {name} out of `ignore` in naming.yaml if it shall move",
        help: "Without its task definition, or with a note to leave it alone, nothing is planned for a service. Its old cluster stays.";
    /// Tasks outside of AWS, or deployments by another program.
    EXTERNAL = "SG-M313", HELD, "{service} in {env} is not moved: {what}",
        next: "move {service} by the program that owns it, and plan again afterwards",
        help: "Instances of ECS Anywhere register by an activation that a person makes on each machine. A service with the deployment controller EXTERNAL is deployed task set by task set by a program that only its owner knows.";
    /// A daemon runs once on each instance of its cluster.
    DAEMON = "SG-M314", HELD, "{service} in {env} is not moved: a daemon would run on every instance of the shared cluster",
        next: "decide on which instances {service} shall run, and add a placement constraint for them to its service",
        help: "A daemon service runs one task on each instance of its cluster. In a cluster of its own that is a choice; in a shared one it would start beside tasks of every other service.";
    /// A way of balancing that has no weights here.
    BALANCER_KIND = "SG-M315", HELD, "{service} in {env} is not moved: its traffic comes through {what}, whose weights Segue does not move",
        next: "put an Application Load Balancer in front of {service}, or move it by DNS weights, and plan again",
        help: "Weighted target groups behind an Application Load Balancer move single requests and go back within seconds. Classic load balancers have no target groups; for network load balancers and VPC Lattice the plan does not know enough to promise the same.";
    /// A target group that was not read.
    GROUP_UNREAD = "SG-M316", HELD, "{service} in {env} is not moved: its target group {group} was not read",
        next: "scan again with elasticloadbalancing:DescribeTargetGroups allowed",
        help: "The new target group must check and drain as the old one does. Without the old one's settings the plan would have to make them up.";
    /// Nothing leads to the target group.
    NO_RULE = "SG-M317", HELD, "{service} in {env} is not moved: no rule that was read leads to its target group {group}",
        next: "scan again with elasticloadbalancing:DescribeListeners and DescribeRules allowed, or remove the target group from {service} if nothing uses it",
        help: "ECS refuses a service whose target group hangs on no load balancer, and there would be no weights to move. Either a rule was not read, or the target group is a leftover.";
    /// Two services register in one target group.
    GROUP_SHARED = "SG-M318", HELD, "{service} in {env} is not moved: {group} also has tasks of {others}",
        next: "give each of them a target group of its own, and plan again",
        help: "Weights speak of target groups. With tasks of two services in one group, moving its weight would take the traffic of the other service away too.";
    /// A rule has no room for another target group.
    GROUPS_FULL = "SG-M319", HELD, "{service} in {env} is not moved: the rule {rule} has {count} target groups, and needs {need} while 5 are allowed",
        next: "take target groups without weight out of the rule {rule}, and plan again",
        help: "A forward action holds at most five target groups, and the limit cannot be raised. While a service moves, its rule needs the old and the new one at once.";
    /// A controller of Kubernetes writes the rule.
    OTHER_CONTROLLER = "SG-M320", HELD, "{service} in {env} is not moved: the AWS Load Balancer Controller of {owner} writes its load balancer",
        next: "move the weights of {service} in the Ingress of {owner}, or give it a load balancer that nobody else writes",
        help: "The controller compares the rules with its Ingress objects again and again, and sets back what others change. A shift against it would jump to and fro.";
    /// The service is where it should be.
    THERE_ALREADY = "SG-M321", HELD, "{service} in {env} is not moved: {name} runs in {cluster} already",
        next: "nothing to do for {service} in {env}",
        help: "The cluster of the environment exists and the service runs in it. A name that is not canonical is no reason to move traffic.";
    /// Not enough is known to write calls.
    NOT_WHOLE = "SG-M322", HELD, "{service} in {env} is not moved: nothing that was read says {missing}",
        next: "take the snapshot from the API with `segue migrate scan`, so that {missing} is known",
        help: "Files that people keep often lack ARNs. The plan writes calls that can be made as they stand, so it needs account, region and cluster of a service.";
    /// A service that it calls by Service Connect stays.
    CALLS_HELD = "SG-M323", HELD, "{service} in {env} is not moved: in {cluster} it would not find {names}, which is held",
        next: "answer what holds {names}, and plan again",
        help: "Names of Service Connect live in a namespace, and two services of one namespace cannot have the same name at once. The new cluster has a namespace of its own, in which only services that moved can be called. A caller waits for those that it calls.";
    /// Two services that need each other and share a rule.
    KNOTTED = "SG-M324", HELD, "{service} in {env} is not moved: it shares a rule with {other}, and both call each other by Service Connect",
        next: "give {service} and {other} a rule each, and plan again",
        help: "Services of one rule move one after the other, since each writes the rule as a whole. Services that call each other by Service Connect need each other in the new cluster before either gets traffic. Both at once cannot be had.";

    // SG-M325…SG-M328: why a service moves in this manner.
    /// By weights of a load balancer.
    BY_WEIGHTS = "SG-M325", BECAUSE, "{service} leaves {cluster} for {target} behind {rules} of {balancers}: weights move and can go back at once",
        next: "read its steps in plan/plan.json, member consolidation",
        help: "Old and new tasks serve side by side. Each rule in front gives a growing share to the new target group; the way back is one call for each rule until the old tasks are stopped.";
    /// Both sides at once, without weights.
    BY_OVERLAP = "SG-M326", BECAUSE, "{service} leaves {cluster} for {target} with both sides up for a while: {why}",
        next: "check that {service} bears two copies of itself, as it does at each deployment today",
        help: "No load balancer stands in front, so there are no weights. The settings of the service let ECS start new tasks before old ones stop, so it runs twice at each deployment already. Workers of a queue share the work meanwhile.";
    /// Never two at once.
    BY_HAND_OVER = "SG-M327", BECAUSE, "{service} leaves {cluster} for {target} with a gap: at most {percent} % of its tasks may run at once, so the old ones stop first",
        next: "choose an hour in which {service} may stand still, as it does at each deployment today",
        help: "A maximum of 100 percent or less says that the service must not run more often than desired, mostly because two copies would do the same work twice. The plan keeps that: it stops the old side before it starts the new one.";
    /// Only schedules.
    BY_SCHEDULES = "SG-M328", BECAUSE, "{service} has no service in ECS: its schedules are pointed from {cluster} to {target}",
        next: "make the change between two runs of {service}",
        help: "Tasks that only schedules start live from start to end in the cluster that the schedule names. Pointing it elsewhere changes the next run; runs under way end where they are.";

    // SG-M329…SG-M339: why a step is made.
    /// The new cluster.
    MAKE_CLUSTER = "SG-M329", BECAUSE, "{env} gets one cluster, {cluster}, in place of {count}",
        next: "make the calls of this step; nothing runs in {cluster} yet",
        help: "The cluster has every capacity provider and setting that the services in it need.";
    /// Something that no call does.
    BY_PERSON = "SG-M330", BECAUSE, "a person must do this first: {what}",
        next: "do it, then say that it is done",
        help: "Some things are outside of what a plan can know or change: pipelines that must pause, instances with user data, policies, code that describes the same things.";
    /// What scales, watches and deploys.
    CARRY = "SG-M331", BECAUSE, "{what}",
        next: "make the calls of this step",
        help: "Scaling, alarms and deployments name cluster and service, so they do not follow by themselves. Until the old side is gone both sides must be able to carry the whole traffic, so neither may be scaled in.";
    /// New target groups.
    GROUPS = "SG-M332", BECAUSE, "{service} in {env} gets {groups}, which check and drain as the old ones do; a target group belongs to one service at a time",
        next: "make the calls of this step; no request goes there yet",
        help: "Protocol, port, health check and attributes are copied. Names are at most 32 characters and free in the account.";
    /// New groups with weight 0.
    ATTACH = "SG-M333", BECAUSE, "{groups} must hang on the load balancer before ECS takes them, with weight 0 so that no request goes there",
        next: "make the calls of this step; to go back to this state later, make them again",
        help: "ECS refuses a service whose target group has no load balancer. With weight 0 the group is there and gets nothing. These same calls are the way back from every later step of the shift.";
    /// The new service, and its tasks.
    START = "SG-M334", BECAUSE, "{what}",
        next: "make the calls, and go on when the tasks are steady and healthy",
        help: "The new side must be able to carry the whole load before it gets a part of it, since weights are given per request and a target group without healthy targets answers 503.";
    /// Weights.
    WEIGH = "SG-M335", BECAUSE, "{percent} % of the traffic of {service} in {env} goes to {target}; all its rules move together",
        next: "watch both sides; to go back, make the calls of the step named `back`",
        help: "Every rule of the service gets the same share in one step, so that a request and the one that follows it meet sides in the same proportion. Shares of other services in the same rule stay as they are.";
    /// Schedules.
    HAND_OVER = "SG-M336", BECAUSE, "schedules of {service} in {env} name the cluster by its ARN; each is replaced in one call, so that no run is missed or doubled",
        next: "make the calls of this step between two runs",
        help: "The target keeps its id, so the call replaces it. A schedule never has two targets, and never none.";
    /// Waiting with both sides up.
    HOLD = "SG-M337", BECAUSE, "{service} in {env} stays with both sides at full size, so that the way back is one call",
        next: "wait, and look at the week's worst hour before the old side goes",
        help: "Faults that show only under load, at night or at the end of a month need time to show. An old side that still runs costs its tasks for that long, and nothing else.";
    /// The old side leaves.
    LET_GO = "SG-M338", BECAUSE, "{what}",
        next: "make the calls of this step; from here on the way back takes as long as starting the tasks",
        help: "The old target groups leave the rules before the old tasks stop, so that no request can meet a target that goes.";
    /// Deleted for good.
    REMOVE = "SG-M339", BECAUSE, "{what}",
        next: "make the calls of this step only when nobody wants to go back",
        help: "Deleting is last: the service, its target groups, then its cluster. Nothing is deleted that something held still uses.";
}
