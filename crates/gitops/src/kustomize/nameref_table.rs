//! Which fields name which kinds. The order of the named kinds is that of kustomize's sort.

use std::sync::LazyLock;

use super::Reference;
use crate::kustomize::field;
use crate::kustomize::id::GvkPattern;

/// Where a pod is inside an object, and the kinds that have it there.
const PODS: &[(&str, &str)] = &[
    ("Pod", "spec"),
    ("PodTemplate", "template/spec"),
    ("Deployment", "spec/template/spec"),
    ("ReplicaSet", "spec/template/spec"),
    ("DaemonSet", "spec/template/spec"),
    ("StatefulSet", "spec/template/spec"),
    ("Job", "spec/template/spec"),
    ("CronJob", "spec/jobTemplate/spec/template/spec"),
];

/// As [`PODS`], for references that are fewer: no templates, but replication controllers.
const WORKLOADS: &[(&str, &str)] = &[
    ("Pod", "spec"),
    ("StatefulSet", "spec/template/spec"),
    ("Deployment", "spec/template/spec"),
    ("ReplicationController", "spec/template/spec"),
    ("CronJob", "spec/jobTemplate/spec/template/spec"),
    ("Job", "spec/template/spec"),
    ("DaemonSet", "spec/template/spec"),
];

const CONFIG_MAP_IN_POD: &[&str] = &[
    "volumes/configMap/name",
    "containers/env/valueFrom/configMapKeyRef/name",
    "initContainers/env/valueFrom/configMapKeyRef/name",
    "containers/envFrom/configMapRef/name",
    "initContainers/envFrom/configMapRef/name",
    "volumes/projected/sources/configMap/name",
];

const SECRET_IN_POD: &[&str] = &[
    "volumes/secret/secretName",
    "containers/env/valueFrom/secretKeyRef/name",
    "initContainers/env/valueFrom/secretKeyRef/name",
    "containers/envFrom/secretRef/name",
    "initContainers/envFrom/secretRef/name",
    "imagePullSecrets/name",
    "volumes/projected/sources/secret/name",
];

const RBAC: &str = "rbac.authorization.k8s.io";
const ADMISSION: &str = "admissionregistration.k8s.io";
const ANNOTATION: &str = "metadata/annotations/nginx.ingress.kubernetes.io\\/";

/// Group, kind and field of what refers.
type From = (&'static str, &'static str, &'static str);

/// Every reference.
pub(super) static REFERENCES: LazyLock<Vec<Reference>> = LazyLock::new(references);

fn references() -> Vec<Reference> {
    let mut all = Vec::with_capacity(192);
    let hpa: &[From] = &[("", "HorizontalPodAutoscaler", "spec/scaleTargetRef/name")];
    add(
        &mut all,
        to("storage.k8s.io", "v1", "StorageClass"),
        &[
            ("", "PersistentVolume", "spec/storageClassName"),
            ("", "PersistentVolumeClaim", "spec/storageClassName"),
            ("", "StatefulSet", "spec/volumeClaimTemplates/spec/storageClassName"),
        ],
    );
    let account = to("", "v1", "ServiceAccount");
    add(
        &mut all,
        account,
        &[(RBAC, "RoleBinding", "subjects"), (RBAC, "ClusterRoleBinding", "subjects")],
    );
    in_pods(&mut all, account, WORKLOADS, &["serviceAccountName"]);
    add(&mut all, to(RBAC, "", "Role"), &[(RBAC, "RoleBinding", "roleRef/name")]);
    add(
        &mut all,
        to(RBAC, "", "ClusterRole"),
        &[(RBAC, "RoleBinding", "roleRef/name"), (RBAC, "ClusterRoleBinding", "roleRef/name")],
    );
    config_maps(&mut all);
    secrets(&mut all);
    services(&mut all);
    in_pods(
        &mut all,
        to("scheduling.k8s.io", "v1", "PriorityClass"),
        WORKLOADS,
        &["priorityClassName"],
    );
    add(
        &mut all,
        to("", "v1", "PersistentVolume"),
        &[
            ("", "PersistentVolumeClaim", "spec/volumeName"),
            ("", "ClusterRole", "rules/resourceNames"),
        ],
    );
    let claim = to("", "v1", "PersistentVolumeClaim");
    in_pods(&mut all, claim, WORKLOADS, &["volumes/persistentVolumeClaim/claimName"]);
    for kind in ["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"] {
        add(&mut all, to("", "", kind), hpa);
    }
    add(
        &mut all,
        to(ADMISSION, "", "ValidatingAdmissionPolicy"),
        &[(ADMISSION, "ValidatingAdmissionPolicyBinding", "spec/policyName")],
    );
    // IngressClass is in kustomize's table under a group that no object has, so it never matches.
    all
}

fn config_maps(all: &mut Vec<Reference>) {
    let config_map = to("", "v1", "ConfigMap");
    in_pods(all, config_map, PODS, CONFIG_MAP_IN_POD);
    add(
        all,
        config_map,
        &[
            ("", "Node", "spec/configSource/configMap"),
            ("", "Role", "rules/resourceNames"),
            ("", "ClusterRole", "rules/resourceNames"),
        ],
    );
    annotations(all, config_map, &["fastcgi-params-configmap"]);
}

fn secrets(all: &mut Vec<Reference>) {
    let secret = to("", "v1", "Secret");
    in_pods(all, secret, PODS, SECRET_IN_POD);
    add(
        all,
        secret,
        &[
            ("", "Ingress", "spec/tls/secretName"),
            ("", "Ingress", "metadata/annotations/ingress.kubernetes.io\\/auth-secret"),
            ("", "ServiceAccount", "imagePullSecrets/name"),
            ("", "StorageClass", "parameters/secretName"),
            ("", "StorageClass", "parameters/adminSecretName"),
            ("", "StorageClass", "parameters/userSecretName"),
            ("", "StorageClass", "parameters/secretRef"),
            ("", "Role", "rules/resourceNames"),
            ("", "ClusterRole", "rules/resourceNames"),
            ("", "PersistentVolume", "spec/azureFile/secretName"),
        ],
    );
    let knative = GvkPattern { group: "serving.knative.dev", version: "v1", kind: "Service" };
    let path = "spec/template/spec/containers/env/valueFrom/secretKeyRef/name";
    all.push(Reference { to: secret, from: knative, path: field::split(path) });
    annotations(all, secret, &["auth-secret", "auth-tls-secret"]);
}

fn services(all: &mut Vec<Reference>) {
    add(
        all,
        to("", "v1", "Service"),
        &[
            ("apps", "StatefulSet", "spec/serviceName"),
            ("", "Ingress", "spec/rules/http/paths/backend/serviceName"),
            ("", "Ingress", "spec/backend/serviceName"),
            ("", "Ingress", "spec/rules/http/paths/backend/service/name"),
            ("", "Ingress", "spec/defaultBackend/service/name"),
            ("apiregistration.k8s.io", "APIService", "spec/service/name"),
            (ADMISSION, "ValidatingWebhookConfiguration", "webhooks/clientConfig/service"),
            (ADMISSION, "MutatingWebhookConfiguration", "webhooks/clientConfig/service"),
        ],
    );
}

const fn to(group: &'static str, version: &'static str, kind: &'static str) -> GvkPattern<'static> {
    GvkPattern { group, version, kind }
}

fn add(all: &mut Vec<Reference>, to: GvkPattern<'static>, from: &[From]) {
    all.extend(from.iter().map(|(group, kind, path)| Reference {
        to,
        from: GvkPattern { group, version: "", kind },
        path: field::split(path),
    }));
}

fn annotations(all: &mut Vec<Reference>, to: GvkPattern<'static>, names: &[&str]) {
    all.extend(names.iter().map(|name| Reference {
        to,
        from: GvkPattern { group: "", version: "", kind: "Ingress" },
        path: field::split(&format!("{ANNOTATION}{name}")),
    }));
}

fn in_pods(
    all: &mut Vec<Reference>,
    to: GvkPattern<'static>,
    pods: &'static [(&'static str, &'static str)],
    paths: &[&str],
) {
    for (kind, pod) in pods {
        all.extend(paths.iter().map(|path| Reference {
            to,
            from: GvkPattern { group: "", version: "", kind },
            path: field::split(&format!("{pod}/{path}")),
        }));
    }
}
