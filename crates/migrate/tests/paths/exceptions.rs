//! Rulings that say "kept" and yet do not show in the files, each with its reason.

/// What is generated has it whatever ECS says.
pub(crate) const ALWAYS: &[(&str, &str)] = &[
    ("/availabilityZoneRebalancing", "pods are always spread over zones when they are placed"),
    ("/placementStrategy[]/field", "pods are always spread over zones and nodes"),
    ("/placementStrategy[]/type", "only `spread` is ruled as kept, and pods are always spread"),
    ("/dockerSecurityOptions[]", "pods never gain privileges, asked or not"),
    ("/capabilities/drop[]", "every capability is dropped"),
    ("/capabilities/drop", "every capability is dropped"),
    ("/restartPolicy/enabled", "containers of a pod are always restarted"),
    ("/essential", "a pod has no such field; that a container may end is told where it may"),
    ("/networkMode", "an address for each task and Docker's bridge both become a pod's network"),
    ("/State", "a CronJob always starts suspended"),
    ("/versionConsistency", "digests are written where they are known"),
];

/// Another value is a matter for a person, and no file changes before that.
pub(crate) const TOLD: &[(&str, &str)] = &[
    ("/deploymentConfiguration/strategy", "ECS must be still before weights move"),
    ("/deploymentController/type", "ECS must be still before weights move"),
    ("/assignPublicIp", "pods have no public address"),
    ("/TargetType", "pods join by their address"),
];

/// Its absence means the same, by the default of AWS or because nothing else can be meant.
pub(crate) const ABSENT: &[(&str, &str)] = &[
    ("/DisableScaleIn", "false is the default"),
    ("/loadBalancers[]/containerName", "the first container with ports serves in any case"),
    ("/schedulingStrategy", "REPLICA is the default"),
    ("/managedEBSVolume/volumeType", "gp3 is the default"),
    ("/dependsOn[]/condition", "START is the weakest, and AWS wants one of them"),
    ("/healthCheck/command[]", "a check without its CMD is understood, and told"),
    ("/protocol", "tcp is the default"),
    ("/privileged", "false is the default"),
    ("/placementConstraints[]/type", "an expression can only be a memberOf"),
    ("/PlacementConstraints[]/type", "an expression can only be a memberOf"),
    ("/authorizationConfig/iam", "DISABLED is the default"),
    ("/volumes[]/host", "an empty host is what a volume without settings has"),
    ("/dockerVolumeConfiguration/driver", "local is the default"),
    ("/dockerVolumeConfiguration/scope", "task is the default"),
];

/// Exact, but Kubernetes or the controller has a word of its own for it.
pub(crate) const TRANSLATED: &[(&str, &str)] = &[
    ("/Conditions[]/Field", "hosts and paths have places of their own in an Ingress"),
    ("/image", "kustomize writes name, tag and digest apart"),
    ("/healthCheck/command[]", "the word CMD is not part of the command"),
    ("/ScheduleExpression", "five fields instead of six"),
    ("/placementConstraints[]/type", "distinctInstance is an anti-affinity"),
    ("/schedulingStrategy", "the kind of the workload"),
    ("/environment[]/value", "a `$(` is written `$$(`"),
    ("/appProtocol", "Kubernetes has names of its own"),
    ("/protocol", "Kubernetes writes it in capitals"),
    ("/secrets[]/valueFrom", "key, property and version stand apart"),
    ("/user", "user and group stand apart, as numbers"),
    ("/cpuArchitecture", "amd64 and arm64"),
    ("/operatingSystemFamily", "linux and windows"),
    ("/authorizationConfig/iam", "a mount option"),
    ("/transitEncryption", "an attribute of the volume"),
];
