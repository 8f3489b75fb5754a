//! Codes of the conversion of ECS to Kubernetes (area M, from 100 on).
//!
//! Long because: it is one table; an entry is three lines of words.

use super::{Kind, Severity, codes};

const B: Kind = Kind::Finding(Severity::Blocker);
const H: Kind = Kind::Finding(Severity::High);
const M: Kind = Kind::Finding(Severity::Medium);
const L: Kind = Kind::Finding(Severity::Low);

codes! {
    /// `count` more strings of `service` held credential-like text and were redacted.
    REDACTED = "SG-M100", H, "{count} more strings of {service} held credential-like text and were redacted",
        next: "look for [redacted] in apps/{service} and put the value behind an ExternalSecret",
        help: "A literal that looks like a credential stood in a field that has no secret form. It was replaced by [redacted], so what was generated is not complete until you supply the value.";
    /// `field` of `container` has a value that ECS would not take.
    BAD_VALUE = "SG-M101", M, "{field} of {container} has a value that ECS would not take",
        next: "correct it in the task definition, or say in the overlay's patches what it should be",
        help: "The value is of the wrong kind or outside the range that the AWS API documents, so nothing could be made of it.";
    /// `field` is a placeholder that somebody fills in later.
    PLACEHOLDER = "SG-M102", M, "{field} is a placeholder that somebody fills in later",
        next: "fill it in the overlay, or scan the registered task definition instead of the template",
        help: "The file is a template: a CI job replaces the placeholder before it registers the task definition. What is generated carries the placeholder as it stands.";
    /// `field` of `container` holds a literal that looks like a credential.
    CREDENTIAL_IN = "SG-M103", H, "{field} of {container} holds a literal that looks like a credential",
        next: "move it to AWS Secrets Manager and name it under `secrets` in the task definition",
        help: "A literal credential stood where a manifest has no place for a secret. It was left out of everything that was generated.";
    /// `dockerSecurityOptions` has `option`, which the node must know too.
    SECURITY_OPTION = "SG-M104", M, "dockerSecurityOptions has `{option}`, which the node must know too",
        next: "load the profile on the nodes, or drop the option",
        help: "AppArmor and SELinux profiles are files on the node. The pod names them; a node without them refuses the pod.";
    /// `field` lets ECS itself move the traffic of `service`.
    OWNS_TRAFFIC = "SG-M105", H, "{field} lets ECS itself move the traffic of {service}",
        next: "freeze ECS deployments of {service} while Segue moves the weights",
        help: "Blue/green, canary and CodeDeploy deployments write the listener rule. Two writers of one rule undo each other, so the old one must be still while traffic moves.";
    /// The input of a schedule of `service` could not be applied to its containers.
    INPUT_UNREADABLE = "SG-M106", M, "the input of a schedule of {service} could not be applied to its containers",
        next: "compare the target's Input with the CronJob and add what is missing in patches",
        help: "The target's input is not the JSON of a container override, or names a container that the task definition has not.";
    /// `field` of Service Connect needs a mesh to be kept.
    CONNECT_NEEDS_MESH = "SG-M107", H, "{field} of Service Connect needs a mesh to be kept",
        next: "decide whether a mesh is wanted; without one the setting is lost",
        help: "Service Connect runs an Envoy beside each task. TLS, timeouts, access logs and test traffic rules live in it, and a plain Service has none of them.";
    /// A schedule of `service` overrides `field`, which was not applied.
    TASK_OVERRIDE = "SG-M108", M, "a schedule of {service} overrides {field}, which was not applied",
        next: "set it in the CronJob by a patch",
        help: "Only command and environment of containers are applied from overrides; sizes and roles are not.";
    /// Sessions of `service` are sticky: cookies beat weights while traffic moves.
    STICKY = "SG-M109", H, "sessions of {service} are sticky: cookies beat weights while traffic moves",
        next: "switch stickiness off, or keep the old side for as long as the cookie lasts",
        help: "With target group stickiness a client stays on the group it first met, whatever the weights say, and gets errors once that group is empty.";
    /// What `service` calls may only allow its old security groups (`groups`).
    SECURITY_GROUPS = "SG-M110", H, "what {service} calls may only allow its old security groups ({groups})",
        next: "allow the security group of the nodes, or of a SecurityGroupPolicy, wherever these groups are allowed",
        help: "Databases and caches often allow the security group of the tasks and nothing else. Pods have another group unless a SecurityGroupPolicy gives them this one.";
    /// `what` need a recent AWS Load Balancer Controller.
    NEW_CONTROLLER = "SG-M111", M, "{what} need a recent AWS Load Balancer Controller",
        next: "check the controller's version before the Ingress is applied",
        help: "The controller learned this lately. While the old load balancer stays the switch, nothing changes.";
    /// `field` is `host`: the task shares a namespace of its machine.
    HOST_NAMESPACE = "SG-M112", H, "{field} is `host`: the task shares a namespace of its machine",
        next: "drop it, or run the service on nodes of its own under the privileged profile",
        help: "Sharing the node's processes or IPC breaks the baseline Pod Security Standard.";
    /// The host name `name` could not be kept as it stands.
    HOSTNAME = "SG-M113", L, "the host name `{name}` could not be kept as it stands",
        next: "check that nothing depends on the host name",
        help: "A host name belongs to the whole pod and must be a DNS label.";
    /// The log router `container` goes: the agent of the node takes its place.
    FIRELENS_ROUTER = "SG-M114", H, "the log router {container} goes: the agent of the node takes its place",
        next: "carry the router's outputs over to the Fluent Bit of the nodes before {service} moves",
        help: "A DaemonSet reads stdout of every pod. What the router filtered, enriched or sent elsewhere must be said there, and FLUENT_HOST and FLUENT_PORT are not set any more.";
    /// `service` runs on ECS Anywhere, on machines that the cluster has not.
    EXTERNAL_LAUNCH = "SG-M115", B, "{service} runs on ECS Anywhere, on machines that the cluster has not",
        next: "decide where {service} should run, then pin it in naming.yaml under ignore or change its launch type",
        help: "Tasks of launch type EXTERNAL run on your own machines. Nothing is generated, since no node of the cluster may reach what they reach.";
    /// Cost allocation by ECS tags ends.
    COST_TAGS = "SG-M116", L, "cost allocation by ECS tags ends",
        next: "switch on split cost allocation data for the cluster",
        help: "ECS tags each task for billing. In a cluster that is done by split cost allocation, from labels.";
    /// `family` needs Windows nodes.
    WINDOWS = "SG-M117", H, "{family} needs Windows nodes",
        next: "add a Windows node group of the same build",
        help: "Windows containers run only on Windows nodes of the same build.";
    /// `container` takes volumes from `source`, which is no container of the task.
    VOLUMES_FROM_NOTHING = "SG-M118", B, "{container} takes volumes from {source}, which is no container of the task",
        next: "correct volumesFrom in the task definition",
        help: "ECS would not start this task. Nothing is generated until it is clear what was meant.";
    /// `container` shares the volumes of `source`; content of the image is not copied in.
    VOLUMES_FROM = "SG-M119", H, "{container} shares the volumes of {source}; content of the image is not copied in",
        next: "if {source} brings files in its image, copy them with an init container",
        help: "Docker fills an empty shared volume from the image. An emptyDir starts empty.";
    /// An environment variable of `container` has no name.
    VARIABLE_WITHOUT_NAME = "SG-M120", M, "an environment variable of {container} has no name",
        next: "remove it from the task definition",
        help: "It can have had no effect.";
    /// `name` of `container` is both a plain variable and a secret; the secret is kept.
    VARIABLE_TWICE = "SG-M121", M, "{name} of {container} is both a plain variable and a secret; the secret is kept",
        next: "remove the plain one",
        help: "ECS refuses or hides one of the two; the secret is taken.";
    /// `name` is given twice; the last value is kept.
    VARIABLE_REPEATED = "SG-M122", L, "{name} is given twice; the last value is kept",
        next: "remove the first one",
        help: "The last value is what the container saw.";
    /// `name` of `container` has valueFrom inside environment, where ECS ignores it.
    VALUE_FROM_IN_ENVIRONMENT = "SG-M123", M, "{name} of {container} has valueFrom inside environment, where ECS ignores it",
        next: "move it to `secrets`",
        help: "The author meant a secret. It is converted as one.";
    /// Nobody says which user `container` runs as; the pod uses `user`.
    USER_UNKNOWN = "SG-M124", M, "nobody says which user {container} runs as; the pod uses {user}",
        next: "try it in the first environment, and set `user` or patch runAsUser if the image needs another",
        help: "The image decides when the task definition is silent, and the image was not opened. A high user without privileges is what the restricted profile wants.";
    /// `container` runs as `user`, a name that only the image can turn into a number.
    USER_BY_NAME = "SG-M125", H, "{container} runs as `{user}`, a name that only the image can turn into a number",
        next: "write the number of the user into `user`",
        help: "Kubernetes checks that a pod is not root by number. The name lives in the image's /etc/passwd.";
    /// `container` mounts `volume`, which the task does not define.
    UNKNOWN_VOLUME = "SG-M126", B, "{container} mounts {volume}, which the task does not define",
        next: "add the volume, or remove the mount",
        help: "ECS would not register this task. Nothing is generated until it is clear what was meant.";
    /// `container` sets the ulimit `limit`; pods take the node's limits.
    ULIMIT = "SG-M127", H, "{container} sets the ulimit {limit}; pods take the node's limits",
        next: "compare with the node's defaults and raise them there if needed",
        help: "There are no ulimits in a pod. The container runtime of the node sets them for all.";
    /// The role `role` must trust the cluster before pods of `service` can use it.
    TRUST_POLICY = "SG-M128", H, "the role {role} must trust the cluster before pods of {service} can use it",
        next: "add pods.eks.amazonaws.com (Pod Identity) or the cluster's OIDC provider to the trust policy of {role}, and keep ecs-tasks.amazonaws.com until ECS is gone",
        help: "The same role can serve both sides. Until its trust policy names the new side, every AWS call from a pod is refused.";
    /// `service` asks for trusted execution (`mode`).
    TRUSTED_EXECUTION = "SG-M129", B, "{service} asks for trusted execution ({mode})",
        next: "decide on a RuntimeClass with confidential computing",
        help: "There is no field for it; a RuntimeClass on suitable nodes may serve.";
    /// `container` is routed by a traefik label.
    TRAEFIK_LABEL = "SG-M130", H, "{container} is routed by a traefik label",
        next: "write the route as an Ingress or HTTPRoute",
        help: "The label is read by Traefik from Docker. In a cluster it means nothing.";
    /// Mount options of a tmpfs of `container` are lost.
    TMPFS_OPTIONS = "SG-M131", L, "mount options of a tmpfs of {container} are lost",
        next: "check that noexec, nosuid and the like are not needed",
        help: "A memory-backed emptyDir takes no mount options.";
    /// A target group is of type `type`, which pods cannot join.
    TARGET_TYPE_OTHER = "SG-M132", H, "a target group is of type {type}, which pods cannot join",
        next: "keep that part outside the cluster",
        help: "Lambda functions and load balancers as targets stay what they are.";
    /// The target group of `service` holds instances; the new one holds pod addresses.
    TARGET_TYPE_INSTANCE = "SG-M133", M, "the target group of {service} holds instances; the new one holds pod addresses",
        next: "allow the load balancer's security group to reach the pods' ports",
        help: "With target type ip the load balancer talks to pods directly.";
    /// The target group of `service` is not in the snapshot, so no binding was made.
    TARGET_GROUP_UNREAD = "SG-M134", M, "the target group of {service} is not in the snapshot, so no binding was made",
        next: "scan again with elasticloadbalancing:DescribeTargetGroups allowed, or add its JSON to the files",
        help: "Without its health check and port a new target group cannot be described.";
    /// `name` is an unsafe sysctl.
    SYSCTL_UNSAFE = "SG-M135", H, "{name} is an unsafe sysctl",
        next: "allow it in the kubelet of the nodes, or set it on the node",
        help: "The kubelet refuses pods with sysctls outside its safe set unless it is told otherwise.";
    /// Two containers set `name` to different values.
    SYSCTL_CONFLICT = "SG-M136", B, "two containers set {name} to different values",
        next: "choose one value",
        help: "Sysctls belong to the pod, which has one network.";
    /// Swap settings of `container` are lost.
    SWAP = "SG-M137", M, "swap settings of {container} are lost",
        next: "set the memory limit so that swap is not needed",
        help: "Pods do not swap: what does not fit into the memory limit is killed.";
    /// The subnets of `service` become those of the nodes.
    SUBNETS = "SG-M138", M, "the subnets of {service} become those of the nodes",
        next: "check that they have free addresses for the pods and the same routes",
        help: "Pods take addresses from the nodes' subnets.";
    /// Step scaling of `service` is kept only in outline.
    STEP_SCALING = "SG-M139", H, "step scaling of {service} is kept only in outline",
        next: "compare the steps with the autoscaler and adjust its behavior",
        help: "A HorizontalPodAutoscaler follows a target value; it has no steps by the size of the breach.";
    /// `startTimeout` `secs` of `container` is outside what Fargate takes (2 to 120).
    START_TIMEOUT = "SG-M140", M, "startTimeout {secs} of {container} is outside what Fargate takes (2 to 120)",
        next: "correct it",
        help: "ECS refuses the value on Fargate; as a startup probe it is kept.";
    /// `name` is looked up by SRV records.
    SRV_RECORDS = "SG-M141", M, "{name} is looked up by SRV records",
        next: "teach callers the port, or keep SRV records by hand",
        help: "A Service answers SRV queries under its own name only.";
    /// `count` containers of `service` state no size, so the task's size was split by guess.
    SPLIT_IS_A_GUESS = "SG-M142", M, "{count} containers of {service} state no size, so the task's size was split by guess",
        next: "state cpu and memory per container",
        help: "Fargate lets containers share the task's size. A pod wants a size per container.";
    /// Service Connect names of `service` exist only inside ECS tasks.
    SERVICE_CONNECT = "SG-M143", H, "Service Connect names of {service} exist only inside ECS tasks",
        next: "expose {service} by Cloud Map or an internal load balancer while callers are on both sides",
        help: "The names are resolved by the proxy beside each ECS task. Pods cannot call them, and ECS tasks cannot call the cluster's names.";
    /// `name` is the whole secret, JSON and all.
    SECRET_WHOLE = "SG-M144", M, "{name} is the whole secret, JSON and all",
        next: "check that the program parses it",
        help: "No JSON key was named, so the variable holds the full text of the secret.";
    /// The secrets of `service` were read by the execution role; now its ServiceAccount reads them.
    SECRET_READER = "SG-M145", H, "the secrets of {service} were read by the execution role; now its ServiceAccount reads them",
        next: "allow the role of ServiceAccount {service} to read exactly these secrets",
        help: "External Secrets acts as the ServiceAccount of the namespace, so that no controller can read every environment.";
    /// `name` points at a secret that does not exist: `ref`.
    SECRET_NOT_FOUND = "SG-M146", H, "{name} points at a secret that does not exist: {ref}",
        next: "create it, or correct the reference",
        help: "The list of secrets in the snapshot has no such entry. The pod would not start.";
    /// A secret of `container` lacks its name or valueFrom.
    SECRET_INCOMPLETE = "SG-M147", M, "a secret of {container} lacks its name or valueFrom",
        next: "complete it in the task definition",
        help: "Nothing could be made of it.";
    /// `name` comes from another account or region: `ref`.
    SECRET_ELSEWHERE = "SG-M148", H, "{name} comes from another account or region: {ref}",
        next: "check that the new role may read it from there",
        help: "A store reads one region as one identity.";
    /// The rule that fires a target of `service` is not in the snapshot.
    SCHEDULE_UNREAD = "SG-M149", M, "the rule that fires a target of {service} is not in the snapshot",
        next: "add the output of describe-rule or get-schedule to the files",
        help: "Without its expression nobody knows when it runs: the CronJob that was written never does.";
    /// `name`: `expression` cannot be a CronJob: `why`.
    SCHEDULE_UNLIKE = "SG-M150", H, "{name}: `{expression}` cannot be a CronJob: {why}",
        next: "choose a schedule that five fields can say, and write it as a patch",
        help: "Kubernetes schedules have five fields. The CronJob that was written has a date that never comes.";
    /// The start or end date of `name` is lost.
    SCHEDULE_BOUNDS = "SG-M151", M, "the start or end date of {name} is lost",
        next: "suspend the CronJob by hand when the time comes",
        help: "A CronJob has no first or last day.";
    /// The scheduled action `name` becomes a window of a KEDA cron trigger.
    SCHEDULED_SCALING = "SG-M152", M, "the scheduled action {name} becomes a window of a KEDA cron trigger",
        next: "check start, end and the number",
        help: "A scheduled action changes bounds at a moment; KEDA raises the least number within a window.";
    /// `what` is set: scaling is suspended in that direction.
    SCALING_SUSPENDED = "SG-M153", M, "{what} is set: scaling is suspended in that direction",
        next: "decide whether it should stay suspended",
        help: "The autoscaler's policy of that direction is Disabled, as in AWS.";
    /// `service` may scale to zero, which needs KEDA.
    SCALE_TO_ZERO = "SG-M154", M, "{service} may scale to zero, which needs KEDA",
        next: "install KEDA, or set the least number to 1",
        help: "A HorizontalPodAutoscaler has at least one replica.";
    /// `service` scales on `metric`, which KEDA reads from CloudWatch.
    SCALES_ON_METRIC = "SG-M155", H, "{service} scales on {metric}, which KEDA reads from CloudWatch",
        next: "install KEDA, and point the trigger at the new target group once traffic has moved",
        help: "The metric names the old target group or service, so it falls to zero as traffic moves.";
    /// `volume` is an S3 file system, which the EFS driver mounts from version 3.0.
    S3_FILES = "SG-M156", M, "{volume} is an S3 file system, which the EFS driver mounts from version 3.0",
        next: "check the driver's version and try the mount",
        help: "This is new on both sides.";
    /// `name` runs once, at `when`.
    RUNS_ONCE = "SG-M157", H, "{name} runs once, at {when}",
        next: "run the Job by hand at that time",
        help: "There is no CronJob for a single moment. A suspended Job was written.";
    /// `container` runs as root.
    RUNS_AS_ROOT = "SG-M158", H, "{container} runs as root",
        next: "give the image a user of its own, then set `user`",
        help: "The restricted profile refuses root, so the namespace is only `baseline`.";
    /// The image of `container` is known to start as root.
    ROOT_IMAGE = "SG-M159", H, "the image of {container} is known to start as root",
        next: "use its unprivileged variant",
        help: "Official images of this name start as root and hand over. The namespace is only `baseline`.";
    /// `field` rolled back by itself; a Deployment does not.
    ROLLBACK = "SG-M160", H, "{field} rolled back by itself; a Deployment does not",
        next: "let Segue, or Argo Rollouts, watch the release",
        help: "A Deployment that cannot progress stops, and stays half-way.";
    /// `field` of a schedule is lost.
    RETRY_AND_DLQ = "SG-M161", M, "{field} of a schedule is lost",
        next: "watch failed Jobs by an alert",
        help: "A CronJob has neither retries of its start nor a queue for what failed.";
    /// `restartAttemptPeriod` of `container` is lost.
    RESTART_PERIOD = "SG-M162", L, "restartAttemptPeriod of {container} is lost",
        next: "nothing: the kubelet backs off by itself",
        help: "The kubelet waits longer after each restart, up to five minutes.";
    /// Images come from `registry` with a login, through the secret `secret`.
    REGISTRY_LOGIN = "SG-M163", M, "images come from {registry} with a login, through the secret {secret}",
        next: "check that the secret holds `username` and `password`",
        help: "The login becomes an imagePullSecret that External Secrets fills.";
    /// The root file system of `container` is read-only now, with an empty /tmp.
    READ_ONLY_ROOT = "SG-M164", M, "the root file system of {container} is read-only now, with an empty /tmp",
        next: "if the program writes elsewhere, add an emptyDir in patches or set readonlyRootFilesystem to false in the task definition",
        help: "ECS leaves it writable where nothing is said. The restricted set-up does not; the first environment shows what the program writes.";
    /// Tasks of `service` have public addresses; pods go out through NAT.
    PUBLIC_IP = "SG-M165", H, "tasks of {service} have public addresses; pods go out through NAT",
        next: "tell partners who allow-list addresses the NAT addresses",
        help: "Egress addresses change.";
    /// `container` starts before the others and ends, so its health check goes.
    PROBE_ON_INIT = "SG-M166", L, "{container} starts before the others and ends, so its health check goes",
        next: "nothing has to be done",
        help: "An init container has no probes.";
    /// `container` is privileged.
    PRIVILEGED = "SG-M167", H, "{container} is privileged",
        next: "find out what it needs, and give it only that",
        help: "The namespace has to be `privileged`.";
    /// Predictive scaling of `service` has no equal.
    PREDICTIVE = "SG-M168", H, "predictive scaling of {service} has no equal",
        next: "raise the least number at known hours by a KEDA cron trigger",
        help: "Nothing in a cluster forecasts load.";
    /// The port range `range` was written out to `written` ports.
    PORT_RANGE = "SG-M169", H, "the port range {range} was written out to {written} ports",
        next: "check whether all are needed",
        help: "A Service has no ranges.";
    /// `one` and `other` both listen on `port`, and share an address in a pod.
    PORT_CLASH = "SG-M170", H, "{one} and {other} both listen on {port}, and share an address in a pod",
        next: "change the port of one of them",
        help: "Under bridge networking each container had an address of its own.";
    /// The placement expression `expression` was not understood.
    PLACEMENT_EXPRESSION = "SG-M171", M, "the placement expression `{expression}` was not understood",
        next: "write it as node affinity in patches",
        help: "Only comparisons of attributes are translated.";
    /// The login in front of `service` needs a client secret that AWS never returns.
    OIDC_SECRET = "SG-M172", B, "the login in front of {service} needs a client secret that AWS never returns",
        next: "store the client secret and name it by auth-idp-oidc in patches",
        help: "The API gives everything but the ClientSecret.";
    /// No ECS service runs `service` in what was read: one replica is assumed.
    NO_SERVICE = "SG-M173", M, "no ECS service runs {service} in what was read: one replica is assumed",
        next: "add the service's JSON to the files, or set the replicas in the overlay",
        help: "A task definition alone does not say how many run, nor what stands in front.";
    /// No metric that decides the size of `service` could be kept.
    NO_SCALING_METRIC = "SG-M174", M, "no metric that decides the size of {service} could be kept",
        next: "name one in patches",
        help: "A ScaledObject needs at least one trigger.";
    /// Nothing tells the region of the secrets of `service`; us-east-1 is written.
    NO_REGION = "SG-M175", M, "nothing tells the region of the secrets of {service}; us-east-1 is written",
        next: "set the region in the SecretStore by a patch",
        help: "The stores must name a region.";
    /// The task has no network: a NetworkPolicy denies everything.
    NO_NETWORK = "SG-M176", M, "the task has no network: a NetworkPolicy denies everything",
        next: "check that the cluster's network enforces policies",
        help: "A pod always has a network; a policy closes it.";
    /// `container` has no memory limit.
    NO_MEMORY_LIMIT = "SG-M177", M, "{container} has no memory limit",
        next: "state `memory` beside memoryReservation",
        help: "A reservation alone lets the container grow until the node runs out.";
    /// No memory is stated for `container`; `assumed` MiB is assumed.
    NO_MEMORY = "SG-M178", H, "no memory is stated for {container}; {assumed} MiB is assumed",
        next: "measure it and state it",
        help: "ECS would not run it on Fargate without.";
    /// `container` has no image.
    NO_IMAGE = "SG-M179", B, "{container} has no image",
        next: "name the image, or scan the registered task definition",
        help: "CI fills it in. Nothing can be generated without.";
    /// `container` of `service` has no health check.
    NO_HEALTH_CHECK = "SG-M180", M, "{container} of {service} has no health check",
        next: "add one: without it a broken pod gets traffic",
        help: "Nothing tells when the program is ready. An open port is taken for it where there is one.";
    /// `service` has no containers.
    NO_CONTAINERS = "SG-M181", B, "{service} has no containers",
        next: "check the task definition",
        help: "Nothing can be generated.";
    /// `container` is not essential: where it ends, a pod restarts it for ever.
    NOT_ESSENTIAL = "SG-M182", H, "{container} is not essential: where it ends, a pod restarts it for ever",
        next: "make it an init container or a Job if it ends by itself",
        help: "ECS lets it end. A pod restarts what ends.";
    /// A load balancer made by the Ingress of `service` has a new name and new addresses.
    NEW_BALANCER = "SG-M183", H, "a load balancer made by the Ingress of {service} has a new name and new addresses",
        next: "keep the old one as the switch until all traffic has moved",
        help: "That is why the Ingress is generated beside the overlay and not applied.";
    /// Networking of `container` is off, which no single container of a pod can be.
    NETWORKING_DISABLED = "SG-M184", H, "networking of {container} is off, which no single container of a pod can be",
        next: "move it to a pod of its own behind a NetworkPolicy",
        help: "Containers of a pod share one network.";
    /// The health check takes `codes`, which the kubelet does not: the probe only opens the port.
    MATCHER_OUTSIDE = "SG-M185", H, "the health check takes {codes}, which the kubelet does not: the probe only opens the port",
        next: "give the program a path that answers 200",
        help: "The kubelet takes 200 to 399.";
    /// The log option `name` is a secret.
    LOG_SECRET = "SG-M186", M, "the log option {name} is a secret",
        next: "give it to the log agent of the nodes",
        help: "The agent sends the logs now, so it needs the secret.";
    /// The log option `option` of `container` is lost.
    LOG_OPTION = "SG-M187", M, "the log option {option} of {container} is lost",
        next: "set it in the log agent if it matters",
        help: "The agent of the node has settings of its own.";
    /// `container` joins log lines.
    LOG_MULTILINE = "SG-M188", M, "{container} joins log lines",
        next: "set a multiline parser of Fluent Bit for it",
        help: "The pattern is kept in an annotation; the agent must be told to use it.";
    /// `option` of `container` says how the program waits for the log driver, which is the node's matter now.
    LOG_MODE = "SG-M189", M, "{option} of {container} says how the program waits for the log driver, which is the node's matter now",
        next: "nothing, unless lines were lost before",
        help: "stdout goes to a file on the node.";
    /// `container` logs by `driver`.
    LOG_DRIVER = "SG-M190", M, "{container} logs by {driver}",
        next: "send stdout to the same place by the log agent of the nodes",
        help: "Drivers of Docker do not exist in a cluster.";
    /// `name` of `container` is a literal that looks like a credential; an ExternalSecret reads it from `path`.
    LITERAL_CREDENTIAL = "SG-M191", H, "{name} of {container} is a literal that looks like a credential; an ExternalSecret reads it from {path}",
        next: "store it: aws secretsmanager create-secret --name {path} with the key {key}, then remove the literal and rotate it",
        help: "Whoever can read task definitions could read it. It is in no file that Segue writes but the snapshot.";
    /// `container` links to `target`, which is no container of the task.
    LINK_TO_NOTHING = "SG-M192", B, "{container} links to {target}, which is no container of the task",
        next: "correct the link",
        help: "ECS would not start this task.";
    /// `container` calls a neighbour as `alias`, now 127.0.0.1.
    LINK = "SG-M193", H, "{container} calls a neighbour as {alias}, now 127.0.0.1",
        next: "check that no two containers listen on one port",
        help: "Containers of a pod share one address.";
    /// `what` are attached to the service.
    LATTICE = "SG-M194", H, "{what} are attached to the service",
        next: "decide on the AWS Gateway API controller or an Ingress",
        help: "They are not part of this conversion.";
    /// The image of `container` has no fixed tag and no digest is known.
    LATEST_TAG = "SG-M195", M, "the image of {container} has no fixed tag and no digest is known",
        next: "scan the running tasks, or write the digest into the overlay",
        help: "What runs may change whenever a pod starts.";
    /// The Job `name` has containers that may never end.
    JOB_WITH_SIDECARS = "SG-M196", H, "the Job {name} has containers that may never end",
        next: "make them native sidecars in patches",
        help: "A Job ends when all its ordinary containers have ended.";
    /// `ipcMode` none has no equal.
    IPC_NONE = "SG-M197", L, "ipcMode none has no equal",
        next: "nothing has to be done",
        help: "Containers of a pod always share IPC.";
    /// `service` has no task role: on EC2 it used the role of the instance.
    INSTANCE_ROLE = "SG-M198", H, "{service} has no task role: on EC2 it used the role of the instance",
        next: "give it a role of its own with what it needs",
        help: "Pods do not get the node's role.";
    /// `container` has an init process, which the pod's pause process takes over.
    INIT_PROCESS = "SG-M199", L, "{container} has an init process, which the pod's pause process takes over",
        next: "nothing, unless the program looks at process numbers",
        help: "With a shared process namespace orphans are reaped, and the program is no longer process 1.";
    /// Exit codes that `container` may end with are lost.
    IGNORED_EXIT_CODES = "SG-M200", M, "exit codes that {container} may end with are lost",
        next: "nothing, unless it ends on purpose",
        help: "Containers of a pod are restarted whatever the exit code.";
    /// The health check of `container` calls its own port: httpGet would need no curl in the image.
    HTTP_CHECK_PROPOSED = "SG-M201", L, "the health check of {container} calls its own port: httpGet would need no curl in the image",
        next: "replace the exec probe by httpGet in patches",
        help: "The kubelet can ask by itself.";
    /// `volume` mounts `path` of the machine.
    HOST_PATH = "SG-M202", H, "{volume} mounts {path} of the machine",
        next: "find out what it reads; a DaemonSet may be the right form",
        help: "hostPath breaks the baseline profile.";
    /// The task uses the network of its machine.
    HOST_NETWORK = "SG-M203", H, "the task uses the network of its machine",
        next: "give it a network of its own",
        help: "hostNetwork breaks the baseline profile and its ports are taken on the node.";
    /// `container` uses a device of the machine.
    HOST_DEVICE = "SG-M204", B, "{container} uses a device of the machine",
        next: "find a device plugin for it",
        help: "A pod gets devices only through a plugin.";
    /// The health check of `container` lacks CMD or CMD-SHELL.
    HEALTH_COMMAND_PREFIX = "SG-M205", M, "the health check of {container} lacks CMD or CMD-SHELL",
        next: "add CMD or CMD-SHELL in front",
        help: "ECS refuses or misreads the command; it is taken as it was meant.";
    /// `container` shares a GPU by MPS.
    GPU_SHARING = "SG-M206", H, "{container} shares a GPU by MPS",
        next: "configure sharing in the device plugin",
        help: "It is a setting of the node's plugin.";
    /// `container` uses a credential spec.
    GMSA = "SG-M207", H, "{container} uses a credential spec",
        next: "create a GMSACredentialSpec for Windows; Linux has none",
        help: "Domainless gMSA for Linux has no equal.";
    /// `volume` is `FSx` for Windows.
    FSX_WINDOWS = "SG-M208", H, "{volume} is FSx for Windows",
        next: "mount it by the SMB CSI driver with a secret",
        help: "It was not generated: the share's credentials must be supplied.";
    /// `name` starts within a flexible window.
    FLEXIBLE_WINDOW = "SG-M209", M, "{name} starts within a flexible window",
        next: "nothing, if the exact minute is welcome",
        help: "A CronJob starts on the minute.";
    /// Port `port` of the machine is fixed.
    FIXED_HOST_PORT = "SG-M210", M, "port {port} of the machine is fixed",
        next: "find out who calls it there",
        help: "Pods have addresses of their own; callers must use the Service.";
    /// Logs of `container` go through FireLens.
    FIRELENS_OUTPUT = "SG-M211", H, "logs of {container} go through FireLens",
        next: "carry the output over to the Fluent Bit of the nodes before {service} moves",
        help: "The options of the driver are the router's output section.";
    /// Fault injection is a setting of ECS.
    FAULT_INJECTION = "SG-M212", L, "fault injection is a setting of ECS",
        next: "use the pod actions of AWS FIS",
        help: "There is nothing to generate for it.";
    /// The execution role `role` is taken apart: pulling images, reading secrets, writing logs.
    EXECUTION_ROLE = "SG-M213", M, "the execution role {role} is taken apart: pulling images, reading secrets, writing logs",
        next: "check each of its statements for its new owner",
        help: "Nodes pull images, External Secrets reads secrets, the log agent writes logs.";
    /// Execute-command becomes kubectl exec for `service`.
    EXEC = "SG-M214", L, "execute-command becomes kubectl exec for {service}",
        next: "grant pods/exec by RBAC to those who need it",
        help: "The audit trail differs.";
    /// `name` is started by events, not by a clock.
    EVENT_PATTERN = "SG-M215", B, "{name} is started by events, not by a clock",
        next: "decide who starts the Job: a queue consumer, KEDA ScaledJob, or EventBridge through a small API",
        help: "There is no such trigger in a cluster by itself.";
    /// `gib` GiB of scratch space are needed on the node.
    EPHEMERAL_STORAGE = "SG-M216", M, "{gib} GiB of scratch space are needed on the node",
        next: "give the nodes larger disks",
        help: "Fargate brings a disk per task.";
    /// Variables come from `file`, which may hold secrets and was not read.
    ENVIRONMENT_FILE = "SG-M217", H, "variables come from {file}, which may hold secrets and was not read",
        next: "store them as the Secret {secret} in namespace {service}, by an ExternalSecret",
        help: "The pod refuses to start until the Secret is there, rather than start without its variables.";
    /// `field` of `container` is one empty string.
    EMPTY_COMMAND = "SG-M218", M, "{field} of {container} is one empty string",
        next: "remove it",
        help: "It was left out: Kubernetes would try to run it.";
    /// `service` uses Elastic Inference, which has ended.
    ELASTIC_INFERENCE = "SG-M219", B, "{service} uses Elastic Inference, which has ended",
        next: "choose Inferentia or a GPU",
        help: "The service is retired.";
    /// Nodes must reach the EFS file system of `volume`.
    EFS_REACHABLE = "SG-M220", H, "nodes must reach the EFS file system of {volume}",
        next: "allow NFS (2049) from the nodes' security group in its mount targets",
        help: "{service} cannot start without.";
    /// `volume` is mounted as the node's driver, not as the task role.
    EFS_IAM = "SG-M221", M, "{volume} is mounted as the node's driver, not as the task role",
        next: "allow the role of the EFS driver in the file system policy",
        help: "The identity of the mount changes.";
    /// `name` is set by ECS itself.
    ECS_ONLY_VARIABLE = "SG-M222", L, "{name} is set by ECS itself",
        next: "check that the program can do without",
        help: "A pod has no ECS metadata endpoint.";
    /// Settings of the EBS volume `volume` belong to a `StorageClass`.
    EBS_CLASS = "SG-M223", M, "settings of the EBS volume {volume} belong to a StorageClass",
        next: "create the StorageClass {class} with the same encryption, IOPS and throughput",
        help: "A claim names a class; the class has the settings.";
    /// `name` must never run on both sides.
    DOUBLE_RUN = "SG-M224", H, "{name} must never run on both sides",
        next: "switch the old schedule off and the CronJob on in one step: segue hands it over",
        help: "The CronJob is suspended until then.";
    /// `volume` was shared by tasks of one machine.
    DOCKER_SHARED = "SG-M225", M, "{volume} was shared by tasks of one machine",
        next: "decide whether the data must be carried over",
        help: "A claim takes its place, empty.";
    /// Options of the Docker volume `volume` are lost.
    DOCKER_OPTIONS = "SG-M259", L, "options of the Docker volume {volume} are lost",
        next: "check that a plain folder on the node's disk will do",
        help: "An emptyDir takes no options of a Docker volume driver.";
    /// `volume` needs the Docker volume driver `driver`.
    DOCKER_DRIVER = "SG-M226", B, "{volume} needs the Docker volume driver {driver}",
        next: "find a CSI driver for it",
        help: "Docker's drivers do not exist in a cluster.";
    /// `field` is added to the cluster's own DNS.
    DNS_SETTINGS = "SG-M227", M, "{field} is added to the cluster's own DNS",
        next: "check that cluster names and these do not collide",
        help: "The settings of one container become those of the pod.";
    /// `container` needs `type`: nodes with the device plugin.
    DEVICE_PLUGIN = "SG-M228", M, "{container} needs {type}: nodes with the device plugin",
        next: "add a NodePool with such nodes",
        help: "The resource appears only where the plugin runs.";
    /// `container` waits for `target`, which is no other container of the task.
    DEPENDS_ON_NOTHING = "SG-M229", B, "{container} waits for {target}, which is no other container of the task",
        next: "correct dependsOn",
        help: "ECS would not register this task.";
    /// `container` waits for `app`, which serves: the order is not kept.
    DEPENDS_ON_APP = "SG-M230", H, "{container} waits for {app}, which serves: the order is not kept",
        next: "let {container} wait by itself",
        help: "Sidecars start before the container that serves.";
    /// `container` waits for itself through others.
    DEPENDS_CYCLE = "SG-M231", B, "{container} waits for itself through others",
        next: "break the cycle",
        help: "No order satisfies it.";
    /// `service` runs once a node now, not once an ECS instance.
    DAEMON = "SG-M232", M, "{service} runs once a node now, not once an ECS instance",
        next: "check the number of nodes",
        help: "Nodes come and go with the load.";
    /// The container `name` is called `new`.
    CONTAINER_RENAMED = "SG-M233", M, "the container {name} is called {new}",
        next: "adapt scripts that name it",
        help: "Names in a pod are lower-case DNS labels.";
    /// `one` and `other` would have one name.
    CONTAINERS_COLLAPSE = "SG-M234", B, "{one} and {other} would have one name",
        next: "rename one of them",
        help: "Names in a pod are lower-case DNS labels.";
    /// `name` cannot be the name of a Service.
    CONNECT_NAME = "SG-M235", H, "{name} cannot be the name of a Service",
        next: "teach callers another name",
        help: "A Service's name is one DNS label.";
    /// `container` may end with any exit code, which an init container may not.
    COMPLETE_NEEDS_SHELL = "SG-M236", H, "{container} may end with any exit code, which an init container may not",
        next: "make it end with 0, or wrap its command in a shell that does",
        help: "ECS only waits for its end.";
    /// Callers on ECS find `service` as `name` in Cloud Map.
    CLOUD_MAP = "SG-M237", H, "callers on ECS find {service} as {name} in Cloud Map",
        next: "let external-dns (aws-sd) register the pods there while callers are on both sides",
        help: "The private zone belongs to Cloud Map and must not be edited.";
    /// `name` is a classic load balancer.
    CLASSIC_BALANCER = "SG-M238", M, "{name} is a classic load balancer",
        next: "move it to an ALB first",
        help: "Classic load balancers have no target groups.";
    /// The ratio of `provider` is only preferred.
    CAPACITY_RATIO = "SG-M239", M, "the ratio of {provider} is only preferred",
        next: "spread over the capacity-spread label of Karpenter if the ratio must hold",
        help: "Nodes are bought by the node provisioner.";
    /// The base of `provider` is not guaranteed.
    CAPACITY_BASE = "SG-M240", H, "the base of {provider} is not guaranteed",
        next: "keep a NodePool of on-demand nodes for it",
        help: "No scheduler counts the first N pods apart.";
    /// `container` adds `list`.
    CAPABILITY_ADDED = "SG-M241", H, "{container} adds {list}",
        next: "drop it, if it is not needed",
        help: "The restricted and baseline profiles refuse it.";
    /// The percentages of `service` allow no pod more and none less; one more is allowed.
    CANNOT_DEPLOY = "SG-M242", M, "the percentages of {service} allow no pod more and none less; one more is allowed",
        next: "set maximumPercent above 100",
        help: "ECS could not deploy either.";
    /// `name` cannot be the name of a variable.
    BAD_VARIABLE_NAME = "SG-M243", M, "{name} cannot be the name of a variable",
        next: "rename it",
        help: "An equal sign or a control character is in the name.";
    /// `service` runs on ARM64.
    ARM_IMAGE = "SG-M244", M, "{service} runs on ARM64",
        next: "check that every image has an arm64 manifest and that there are such nodes",
        help: "The pod is placed on ARM nodes only.";
    /// `service` is in an App Mesh, which ended on 2026-09-30.
    APP_MESH = "SG-M245", B, "{service} is in an App Mesh, which ended on 2026-09-30",
        next: "decide on another mesh, or none, and remove proxyConfiguration and its Envoy",
        help: "The proxy would have no control plane.";
    /// `family` is there in several revisions; `kept` is taken.
    OTHER_REVISION = "SG-M247", L, "{family} is there in several revisions; {kept} is taken",
        next: "remove the older files",
        help: "Only the newest revision is converted.";
    /// `sources` would both be `service` in `env`.
    TWO_SOURCES = "SG-M248", B, "{sources} would both be {service} in {env}",
        next: "pin one of them in naming.yaml",
        help: "Two things cannot have one name in one place. Nothing is generated for it until it is decided.";
    /// `field` is not known, so nothing was made of it.
    UNKNOWN_FIELD = "SG-M249", M, "`{field}` is not known, so nothing was made of it",
        next: "see whether it matters; report it if it is a new field of AWS",
        help: "No rule exists for it. It is not dropped silently: this finding is its ruling.";
    /// `file` holds nothing that is known.
    UNKNOWN_FILE = "SG-M250", M, "{file} holds nothing that is known",
        next: "remove it from the folder, or say what it is",
        help: "No list of things that a scan brings was found in it.";
    /// `what` belongs to no service that was read.
    UNUSED_THING = "SG-M251", L, "{what} belongs to no service that was read",
        next: "see whether it can be deleted",
        help: "Nothing that was converted refers to it.";
    /// A listener rule without a service behind it stays where it is.
    RULE_STAYS = "SG-M252", L, "a listener rule without a service behind it stays where it is",
        next: "carry it over when the load balancer moves",
        help: "Redirects and fixed answers belong to the load balancer.";
    /// Records stay as they are while the old load balancer is the switch.
    DNS_STAYS = "SG-M253", L, "records stay as they are while the old load balancer is the switch",
        next: "nothing now",
        help: "DNS and certificates do not change on the day of the move.";
    /// `what` of `service` differs between environments: only in `envs`.
    DRIFT = "SG-M254", M, "{what} of {service} differs between environments: it is in {envs}, not in {others}",
        next: "see whether it was meant",
        help: "Sibling environments should differ in values, not in what there is.";
    /// `count` values of `service` hold the environment's own word.
    ENV_WORD = "SG-M255", L, "{count} values of {service} hold the environment's own word",
        next: "read them from one setting each, and keep the base free of environment words",
        help: "The word is hard-coded. It became a value of the overlay.";
    /// The task definition of a service is not in the snapshot.
    TASK_UNREAD = "SG-M258", B, "the task definition of {service} in {env} is not in the snapshot",
        next: "scan again with ecs:DescribeTaskDefinition allowed, or add its JSON to the files",
        help: "Without the task definition there is nothing to convert.";
}
