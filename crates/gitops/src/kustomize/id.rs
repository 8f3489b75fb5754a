//! What identifies an object: group, version, kind, namespace and name.

use std::fmt;

/// Group, version and kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Gvk {
    /// The group; empty for the core group.
    pub(crate) group: String,
    /// The version.
    pub(crate) version: String,
    /// The kind.
    pub(crate) kind: String,
}

/// An object, as something else may refer to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Id {
    /// Group, version and kind.
    pub(crate) gvk: Gvk,
    /// The name.
    pub(crate) name: String,
    /// The namespace as written; empty when there is none.
    pub(crate) namespace: String,
    /// The kind is known to have no namespaces.
    pub(crate) cluster_scoped: bool,
}

/// Stands for the namespace of an object that cannot have one.
pub(crate) const NO_NAMESPACE: &str = "_non_namespaceable_";
const DEFAULT_NAMESPACE: &str = "default";

impl Gvk {
    /// From the two fields of an object.
    pub(crate) fn new(api_version: &str, kind: &str) -> Self {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        Self { group: group.to_owned(), version: version.to_owned(), kind: kind.to_owned() }
    }

    /// Whether the kind is known to have no namespaces.
    pub(crate) fn is_cluster_scoped(&self) -> bool {
        let Self { group, version, kind } = self;
        CLUSTER_SCOPED.iter().any(|(g, versions, kinds)| {
            g == group && versions.contains(&version.as_str()) && kinds.contains(&kind.as_str())
        })
    }
}

/// kustomize goes by the schema of Kubernetes 1.21; what is newer counts as namespaced.
const CLUSTER_SCOPED: &[(&str, &[&str], &[&str])] = &[
    (
        "",
        &["v1"],
        &["ComponentStatus", "Namespace", "Node", "NodeProxyOptions", "PersistentVolume"],
    ),
    (
        "admissionregistration.k8s.io",
        &["v1", "v1beta1"],
        &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"],
    ),
    ("apiextensions.k8s.io", &["v1", "v1beta1"], &["CustomResourceDefinition"]),
    ("apiregistration.k8s.io", &["v1", "v1beta1"], &["APIService"]),
    ("certificates.k8s.io", &["v1", "v1beta1"], &["CertificateSigningRequest"]),
    ("flowcontrol.apiserver.k8s.io", &["v1beta1"], &["FlowSchema", "PriorityLevelConfiguration"]),
    ("networking.k8s.io", &["v1", "v1beta1"], &["IngressClass"]),
    ("node.k8s.io", &["v1", "v1beta1"], &["RuntimeClass"]),
    ("policy", &["v1beta1"], &["PodSecurityPolicy"]),
    ("rbac.authorization.k8s.io", &["v1", "v1beta1"], &["ClusterRole", "ClusterRoleBinding"]),
    ("scheduling.k8s.io", &["v1", "v1beta1"], &["PriorityClass"]),
    (
        "storage.k8s.io",
        &["v1", "v1beta1"],
        &["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"],
    ),
];

impl Id {
    /// The namespace that counts: none for cluster-scoped kinds, `default` when it is not written.
    pub(crate) fn effective_namespace(&self) -> &str {
        effective(&self.namespace, self.cluster_scoped)
    }

    /// Whether the two name the same object.
    pub(crate) fn same(&self, other: &Self) -> bool {
        self.name == other.name
            && self.gvk == other.gvk
            && self.effective_namespace() == other.effective_namespace()
    }
}

/// The namespace that counts.
pub(crate) fn effective(namespace: &str, cluster_scoped: bool) -> &str {
    match namespace {
        _ if cluster_scoped => NO_NAMESPACE,
        "" => DEFAULT_NAMESPACE,
        other => other,
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.gvk.kind, self.name)?;
        if !self.namespace.is_empty() && self.namespace != NO_NAMESPACE {
            write!(f, " in {}", self.namespace)?;
        }
        Ok(())
    }
}

/// A selection of kinds; empty parts match everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GvkPattern<'a> {
    /// The group.
    pub(crate) group: &'a str,
    /// The version.
    pub(crate) version: &'a str,
    /// The kind.
    pub(crate) kind: &'a str,
}

impl GvkPattern<'_> {
    /// Whether the kind is selected.
    pub(crate) fn selects(&self, gvk: &Gvk) -> bool {
        let fits = |pattern: &str, part: &str| pattern.is_empty() || pattern == part;
        fits(self.group, &gvk.group)
            && fits(self.version, &gvk.version)
            && fits(self.kind, &gvk.kind)
    }
}
