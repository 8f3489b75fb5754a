//! Which lists of the builtin kinds are merged by a key. What is not here is replaced.
//!
//! kustomize goes by the schema of Kubernetes 1.21, whatever the cluster runs; the table holds
//! those of its types that lead to a list with a merge key.

use super::id::Gvk;

/// A type: its fields that matter.
#[derive(Debug)]
pub(super) struct Type(&'static [(&'static str, Schema)]);

/// What a value is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Schema {
    /// A mapping of this type.
    Object(&'static Type),
    /// A list that is merged by the keys, with elements of this type.
    List(&'static [&'static str], &'static Type),
}

impl Schema {
    /// What a field of the value is.
    pub(super) fn field(self, name: &str) -> Option<Self> {
        match self {
            Self::Object(Type(fields)) => {
                fields.iter().find(|(field, _)| *field == name).map(|(_, schema)| *schema)
            }
            Self::List(..) => None,
        }
    }

    /// What an object of this kind is; `None` for kinds that are not builtin.
    pub(super) fn of(gvk: &Gvk) -> Option<Self> {
        let Gvk { group, version, kind } = gvk;
        let known = match (group.as_str(), version.as_str(), kind.as_str()) {
            ("apps", "v1", "Deployment" | "DaemonSet" | "ReplicaSet" | "StatefulSet")
            | ("", "v1", "ReplicationController")
            | ("batch", "v1", "Job") => &WORKLOAD,
            ("batch", "v1" | "v1beta1", "CronJob") => &CRON_JOB,
            ("", "v1", "Pod") => &POD,
            ("", "v1", "PodTemplate") => &POD_TEMPLATE,
            ("", "v1", "Service") => &SERVICE,
            ("", "v1", "ServiceAccount") => &SERVICE_ACCOUNT,
            ("", "v1", "Node") => &NODE,
            ("", "v1", "ComponentStatus") => &COMPONENT_STATUS,
            ("", "v1", "Namespace" | "PersistentVolumeClaim")
            | ("policy", "v1" | "v1beta1", "PodDisruptionBudget")
            | ("apiregistration.k8s.io", "v1" | "v1beta1", "APIService") => &WITH_CONDITIONS,
            (
                "admissionregistration.k8s.io",
                "v1" | "v1beta1",
                "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration",
            ) => &WEBHOOKS,
            ("storage.k8s.io", "v1" | "v1beta1", "CSINode") => &CSI_NODE,
            (group, version, kind) => {
                let known = PLAIN.iter().any(|(g, versions, kinds)| {
                    *g == group && versions.contains(&version) && kinds.contains(&kind)
                });
                return known.then_some(Self::Object(&WITH_METADATA));
            }
        };
        Some(Self::Object(known))
    }
}

const LEAF: &Type = &Type(&[]);
const METADATA: (&str, Schema) = ("metadata", Schema::Object(&OBJECT_META));
const STATUS: (&str, Schema) = ("status", Schema::Object(&CONDITIONS));
const TEMPLATE: (&str, Schema) = ("template", Schema::Object(&POD));

static OBJECT_META: Type = Type(&[
    ("finalizers", Schema::List(&[], LEAF)),
    ("ownerReferences", Schema::List(&["uid"], LEAF)),
]);
static CONDITIONS: Type = Type(&[("conditions", Schema::List(&["type"], LEAF))]);
static WITH_METADATA: Type = Type(&[METADATA]);
static WITH_CONDITIONS: Type = Type(&[METADATA, STATUS]);
static WORKLOAD: Type = Type(&[METADATA, ("spec", Schema::Object(&WORKLOAD_SPEC)), STATUS]);
static WORKLOAD_SPEC: Type = Type(&[TEMPLATE]);
static CRON_JOB: Type = Type(&[METADATA, ("spec", Schema::Object(&CRON_JOB_SPEC))]);
static CRON_JOB_SPEC: Type = Type(&[("jobTemplate", Schema::Object(&JOB_TEMPLATE))]);
static JOB_TEMPLATE: Type = Type(&[METADATA, ("spec", Schema::Object(&WORKLOAD_SPEC))]);
static POD_TEMPLATE: Type = Type(&[METADATA, TEMPLATE]);
static POD: Type =
    Type(&[METADATA, ("spec", Schema::Object(&POD_SPEC)), ("status", Schema::Object(&POD_STATUS))]);
static POD_STATUS: Type =
    Type(&[("conditions", Schema::List(&["type"], LEAF)), ("podIPs", Schema::List(&["ip"], LEAF))]);
static POD_SPEC: Type = Type(&[
    ("containers", Schema::List(&["name"], &CONTAINER)),
    ("ephemeralContainers", Schema::List(&["name"], &EPHEMERAL_CONTAINER)),
    ("hostAliases", Schema::List(&["ip"], LEAF)),
    ("imagePullSecrets", Schema::List(&["name"], LEAF)),
    ("initContainers", Schema::List(&["name"], &CONTAINER)),
    ("topologySpreadConstraints", Schema::List(&["topologyKey", "whenUnsatisfiable"], LEAF)),
    ("volumes", Schema::List(&["name"], &VOLUME)),
]);
static CONTAINER: Type = Type(&[
    ("env", Schema::List(&["name"], LEAF)),
    ("ports", Schema::List(&["containerPort", "protocol"], LEAF)),
    ("volumeDevices", Schema::List(&["devicePath"], LEAF)),
    ("volumeMounts", Schema::List(&["mountPath"], LEAF)),
]);
static EPHEMERAL_CONTAINER: Type = Type(&[
    ("env", Schema::List(&["name"], LEAF)),
    ("volumeDevices", Schema::List(&["devicePath"], LEAF)),
    ("volumeMounts", Schema::List(&["mountPath"], LEAF)),
]);
static VOLUME: Type = Type(&[("ephemeral", Schema::Object(&EPHEMERAL_VOLUME))]);
static EPHEMERAL_VOLUME: Type = Type(&[("volumeClaimTemplate", Schema::Object(&WITH_METADATA))]);
static SERVICE: Type = Type(&[METADATA, ("spec", Schema::Object(&SERVICE_SPEC)), STATUS]);
static SERVICE_SPEC: Type = Type(&[("ports", Schema::List(&["port", "protocol"], LEAF))]);
static SERVICE_ACCOUNT: Type = Type(&[METADATA, ("secrets", Schema::List(&["name"], LEAF))]);
static NODE: Type = Type(&[
    METADATA,
    ("spec", Schema::Object(&NODE_SPEC)),
    ("status", Schema::Object(&NODE_STATUS)),
]);
static NODE_SPEC: Type = Type(&[("podCIDRs", Schema::List(&[], LEAF))]);
static NODE_STATUS: Type = Type(&[
    ("addresses", Schema::List(&["type"], LEAF)),
    ("conditions", Schema::List(&["type"], LEAF)),
]);
static COMPONENT_STATUS: Type = Type(&[METADATA, ("conditions", Schema::List(&["type"], LEAF))]);
static WEBHOOKS: Type = Type(&[METADATA, ("webhooks", Schema::List(&["name"], LEAF))]);
static CSI_NODE: Type = Type(&[METADATA, ("spec", Schema::Object(&CSI_NODE_SPEC))]);
static CSI_NODE_SPEC: Type = Type(&[("drivers", Schema::List(&["name"], LEAF))]);

/// Builtin kinds that have no list with a merge key outside of their metadata.
const PLAIN: &[(&str, &[&str], &[&str])] = &[
    (
        "",
        &["v1"],
        &[
            "Binding",
            "ConfigMap",
            "Endpoints",
            "Event",
            "LimitRange",
            "PersistentVolume",
            "ResourceQuota",
            "Secret",
        ],
    ),
    ("apiextensions.k8s.io", &["v1", "v1beta1"], &["CustomResourceDefinition"]),
    ("apps", &["v1"], &["ControllerRevision"]),
    ("authentication.k8s.io", &["v1", "v1beta1"], &["TokenReview"]),
    ("autoscaling", &["v1", "v2beta1", "v2beta2"], &["HorizontalPodAutoscaler"]),
    ("certificates.k8s.io", &["v1", "v1beta1"], &["CertificateSigningRequest"]),
    ("coordination.k8s.io", &["v1", "v1beta1"], &["Lease"]),
    ("discovery.k8s.io", &["v1", "v1beta1"], &["EndpointSlice"]),
    ("events.k8s.io", &["v1", "v1beta1"], &["Event"]),
    ("extensions", &["v1beta1"], &["Ingress"]),
    ("flowcontrol.apiserver.k8s.io", &["v1beta1"], &["FlowSchema", "PriorityLevelConfiguration"]),
    ("networking.k8s.io", &["v1", "v1beta1"], &["Ingress", "IngressClass"]),
    ("networking.k8s.io", &["v1"], &["NetworkPolicy"]),
    ("node.k8s.io", &["v1", "v1beta1"], &["RuntimeClass"]),
    ("policy", &["v1beta1"], &["Eviction", "PodSecurityPolicy"]),
    (
        "rbac.authorization.k8s.io",
        &["v1", "v1beta1"],
        &["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
    ),
    ("scheduling.k8s.io", &["v1", "v1beta1"], &["PriorityClass"]),
    ("storage.k8s.io", &["v1", "v1beta1"], &["CSIDriver", "StorageClass", "VolumeAttachment"]),
    ("storage.k8s.io", &["v1beta1"], &["CSIStorageCapacity"]),
];
