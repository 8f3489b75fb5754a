//! Task definitions.

use crate::said::Want::{self, At, Finding, Made, Ruled};

pub(crate) const TABLE: &[(&str, &[Want])] = &[
    (
        "efs-access-point",
        &[
            At("SG-M220", "EFS file system of content"),
            Finding("SG-M221", "content"),
            At("SG-M271", "user 1200"),
        ],
    ),
    (
        "efs-plain",
        &[At("SG-M220", "EFS file system of models"), At("SG-M272", "models is mounted in clear")],
    ),
    ("init-container", &[Ruled("/dependsOn/0/condition", "initContainers")]),
    ("environment-files", &[At("SG-M217", "which may hold secrets and was not read")]),
    ("init-process", &[At("SG-M199", "has an init process")]),
    ("sidecar-healthy", &[Made("restartPolicy: Always"), Made("startupProbe:")]),
    // The container that waits serves; the one that it waits for starts before and stops after it.
    (
        "sidecar-after-app",
        &[Ruled("/dependsOn/0/condition", "native sidecar"), Made("startupProbe:")],
    ),
    ("shared-volume", &[Made("emptyDir: {}")]),
    ("volumes-from", &[At("SG-M119", "content of the image is not copied in")]),
    ("non-essential", &[At("SG-M182", "is not essential")]),
    ("datadog-labels", &[Made("ad.datadoghq.com/gateway.")]),
    (
        "firelens",
        &[
            At("SG-M114", "the log router log-router goes"),
            At("SG-M211", "FireLens"),
            At("SG-M186", "HTTP_Passwd is a secret"),
        ],
    ),
    ("arm", &[Made("kubernetes.io/arch: arm64"), At("SG-M244", "runs on ARM64")]),
    ("arm-only-image", &[Finding("SG-M244", "runs on ARM64"), Made("kubernetes.io/arch: arm64")]),
    ("root-said", &[At("SG-M158", "admin-console runs as root")]),
    ("root-unsaid", &[Finding("SG-M124", "nobody says which user admin-console runs as")]),
    ("user-name", &[At("SG-M125", "runs as `node`")]),
    ("user-number", &[Made("runAsUser: 1000"), Made("runAsGroup: 1000")]),
    ("read-only-root", &[Made("readOnlyRootFilesystem: true"), Made("mountPath: /tmp")]),
    (
        "secret-forms",
        &[
            At("SG-M144", "DB_WHOLE_JSON is the whole secret"),
            Made("property: "),
            Made("version: uuid/"),
            Made("version: AWSPREVIOUS"),
            Made("service: ParameterStore"),
        ],
    ),
    ("curl-health", &[At("SG-M103", "healthCheck"), At("SG-M201", "httpGet would need no curl")]),
    ("no-health-check", &[Finding("SG-M180", "notification-worker has no health check")]),
    ("no-liveness", &[Finding("SG-M185", "the probe only opens the port"), Made("livenessProbe:")]),
    ("latest", &[Ruled("/containerDefinitions/0/image", "pinned to the digest that runs now")]),
    (
        "links",
        &[At("SG-M193", "calls a neighbour as limits, now 127.0.0.1"), Made("ip: 127.0.0.1")],
    ),
    ("one-port-twice", &[Finding("SG-M170", "both listen on 4000")]),
    (
        "bridge",
        &[
            At("SG-M210", "port 9400 of the machine is fixed"),
            Ruled("/portMappings/0/hostPort", ""),
        ],
    ),
    ("gpu", &[At("SG-M228", "grading needs GPU"), Made("nvidia.com/gpu:")]),
    (
        "member-of",
        &[Ruled("/placementConstraints/0/expression", "affinity.nodeAffinity"), Made("- g5")],
    ),
    (
        "member-of-and",
        &[Made("requiredDuringSchedulingIgnoredDuringExecution:"), Made("nodeSelectorTerms:")],
    ),
    ("open-files", &[At("SG-M127", "the ulimit nofile")]),
    (
        "sysctl",
        &[
            At("SG-M135", "net.core.somaxconn is an unsafe sysctl"),
            Made("net.ipv4.tcp_keepalive_time"),
        ],
    ),
    (
        "memory-files",
        &[
            Made("medium: Memory"),
            Made("mountPath: /dev/shm"),
            At("SG-M131", "tmpfs"),
            At("SG-M137", "swap settings"),
        ],
    ),
    ("capabilities", &[At("SG-M241", "adds SYS_NICE")]),
    ("no-memory-limit", &[Finding("SG-M177", "video-transcoder has no memory limit")]),
    ("slow-stop", &[Made("terminationGracePeriodSeconds: 1")]),
    ("big-disk", &[At("SG-M216", "150 GiB of scratch space")]),
    (
        "private-registry",
        &[At("SG-M163", "registry.haedal.example with a login"), Made("imagePullSecrets:")],
    ),
    ("dollars", &[Made("$$(")]),
    ("jvm", &[Made("JAVA_TOOL_OPTIONS")]),
];
