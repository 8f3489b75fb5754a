//! Codes of what surrounds a service in AWS: alarms, roles, groups, records (area M, from 260 on).

use super::{Kind, Severity, codes};

const H: Kind = Kind::Finding(Severity::High);
const M: Kind = Kind::Finding(Severity::Medium);

codes! {
    /// Alarms on the dimensions of an ECS service.
    ALARMS_SILENT = "SG-M260", H, "{count} alarms of {service} watch its ECS service and fall silent: {list}",
        next: "rebuild {list} on the metrics of the cluster before the weight of {service} moves",
        help: "An alarm on the dimensions ClusterName and ServiceName gets no figures once no task runs. It does not fire: it goes to INSUFFICIENT_DATA, and nobody is called.";
    /// A task role that allows something of another environment.
    TASK_ROLE_FOREIGN = "SG-M261", H, "the task role {role} of {service} in {env} reaches into {foreign}: {what}",
        next: "take the statement out of {role}, or say why {service} in {env} needs it",
        help: "A policy of the role names something of another environment. The pods would use the same role, so the leak would move with the service.";
    /// An execution role that allows something of another environment.
    EXECUTION_ROLE_FOREIGN = "SG-M262", M, "the execution role {role} of {service} in {env} reaches into {foreign}: {what}",
        next: "leave the statement out when the role is taken apart",
        help: "A policy of the execution role names something of another environment. What reads secrets in the cluster must not be given the same right.";
    /// A trust policy with a condition that only ECS meets.
    TRUST_CONDITION = "SG-M263", H, "the trust policy of {role} demands {condition}, which pods of {service} do not meet",
        next: "add a statement for pods.eks.amazonaws.com without {condition}, and leave the old one until ECS is gone",
        help: "The condition binds the role to callers of ECS. A second statement for the cluster leaves the first one as it is.";
    /// A task role that may start ECS tasks.
    RUNS_TASKS = "SG-M264", H, "{service} may start ECS tasks itself: {role} allows {action}",
        next: "look for calls of RunTask in {service}, and start Jobs in their place",
        help: "A program that starts tasks goes on doing so after it has become a pod. What it starts is in no schedule and in no service, so no plan sees it.";
    /// Security groups that admit the tasks by their group.
    GROUP_ADMITS = "SG-M265", H, "groups that admit {service} name the security group of its tasks ({own}), which pods have not: {groups}",
        next: "allow the group of the nodes, or of a SecurityGroupPolicy, in {groups} before traffic moves",
        help: "The rules name the group of the tasks as their source. Databases and caches would refuse the pods until they name the group of the pods too.";
    /// A security group of another environment that admits the tasks.
    GROUP_FOREIGN = "SG-M266", H, "the security group {group} of {foreign} admits tasks of {service} in {env}",
        next: "remove the rule from {group}, or say why {service} in {env} needs it",
        help: "One environment can open connections to another. Separate networks will cut this; it is cheaper to find out now who uses it.";
    /// A subnet with few free addresses.
    FEW_ADDRESSES = "SG-M267", M, "the subnet {subnet} has {free} free addresses, and every pod takes one",
        next: "give the nodes other subnets, or add a secondary range to the VPC, before services move",
        help: "While both sides run, every service needs its addresses twice, and nodes keep some in reserve.";
    /// A `CodeDeploy` deployment group that moves the traffic.
    CODE_DEPLOY = "SG-M268", H, "CodeDeploy ({group}) writes the listener of {service}",
        next: "stop deployments of {group} while Segue moves the weights",
        help: "The deployment group swaps two target groups on the listener, and keeps its own idea of which one serves. Two writers of one rule undo each other.";
    /// A host name with weighted records.
    WEIGHTED_RECORD = "SG-M269", M, "{name} has weighted records already: {weights}",
        next: "decide whether the weights of the records stay as they are while the rule's weights move",
        help: "The shift moves weights behind the load balancer. Weights of the name come first and multiply with them.";
    /// An image of another account.
    IMAGE_ELSEWHERE = "SG-M270", H, "the image of {container} comes from account {account}: nodes need the right to pull from it",
        next: "allow the role of the nodes in the repository policy of {repository}",
        help: "The execution role could pull the image across accounts. In the cluster the role of the node pulls.";
    /// An access point that decides who owns files.
    EFS_POSIX_USER = "SG-M271", M, "files on {volume} belong to user {uid} by its access point, whatever user the pod runs as",
        next: "nothing, if the program does not look at owners; else run it as user {uid}",
        help: "An access point replaces the user of every caller by its own.";
    /// A file system that is mounted without encryption on the way.
    EFS_IN_CLEAR = "SG-M272", M, "{volume} is mounted in clear today; the EFS driver encrypts unless it is told otherwise",
        next: "nothing, if that is welcome; else set encryptInTransit to false in patches",
        help: "Encryption on the way costs a process on each node and a little time, and changes nothing else.";
    /// Weights to a target group that no service owns.
    OTHER_WEIGHTS = "SG-M273", H, "a rule of {service} gives {share} of its weight to {group}, which is not the service's: the shift must keep it",
        next: "let the shift take its weights from the share of {service} only, or end the experiment first",
        help: "Somebody shares the traffic of this rule between the service and another target group. A shift that writes the rule as a whole would end that without a word.";
    /// A target group that cuts requests off.
    NO_DRAIN = "SG-M274", M, "the target group of {service} waits {secs} s before it drops a target: requests are cut off today",
        next: "set the deregistration delay to the longest request, in the new target group at least",
        help: "The delay is how long a target that leaves may finish its requests. At 0 each deployment cuts off what is under way, and so would the shift.";
    /// A schedule that starts another revision.
    OLD_REVISION = "SG-M275", M, "{name} starts revision {pinned} of {family}, and the service runs {current}: another image or size",
        next: "compare the two revisions, and let the CronJob of {name} have what it needs by a patch",
        help: "The schedule names an older revision of the task definition. The CronJob is made from the one that the service runs, so its image, size or variables may differ from what ran until now.";
}
