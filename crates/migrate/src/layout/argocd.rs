//! Entry points: for each cluster an `AppProject` and an ApplicationSet over the folders in Git.
//!
//! The set finds services by their folders, so a new service needs no change here.

use serde_json::{Value, json};

use crate::layout::kustomize::Kustomization;
use crate::layout::service::{File, Files, put_yaml};

/// Writes `clusters/<env>/` and the storage that services may ask for.
pub fn write(env: &str, repository: &str, files: &mut Files) {
    let folder = format!("clusters/{env}");
    put_yaml(files, &format!("{folder}/project.yaml"), &[], &project(env, repository));
    put_yaml(files, &format!("{folder}/apps.yaml"), &[], &apps(env, repository));
    put_yaml(
        files,
        &format!("{folder}/infrastructure.yaml"),
        &[],
        &infrastructure(env, repository),
    );
    let cluster = Kustomization {
        namespace: Some("argocd".to_owned()),
        resources: ["apps.yaml", "infrastructure.yaml", "project.yaml"].map(str::to_owned).to_vec(),
        ..Kustomization::default()
    };
    let head = [format!("The entry point of the cluster {env}: kubectl apply -k clusters/{env}")];
    files.insert(
        format!("{folder}/kustomization.yaml"),
        File { text: cluster.text(&head), once: false },
    );
    let overlay = Kustomization {
        resources: vec!["../base".to_owned()],
        components: vec!["patches".to_owned()],
        ..Kustomization::default()
    };
    files.insert(
        format!("infrastructure/{env}/kustomization.yaml"),
        File { text: overlay.text(&[]), once: false },
    );
    let yours = "# Yours: written once, never touched again.\napiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches: []\n";
    files.insert(
        format!("infrastructure/{env}/patches/kustomization.yaml"),
        File { text: yours.to_owned(), once: true },
    );
}

/// Writes `infrastructure/base`.
pub fn base(files: &mut Files) {
    let class = json!({
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": "gp3", "labels": {"app.kubernetes.io/managed-by": "segue"}},
        "provisioner": "ebs.csi.aws.com",
        "parameters": {"type": "gp3", "encrypted": "true"},
        "reclaimPolicy": "Delete",
        "volumeBindingMode": "WaitForFirstConsumer",
        "allowVolumeExpansion": true,
    });
    put_yaml(files, "infrastructure/base/storageclass-gp3.yaml", &[], &class);
    let base = Kustomization {
        resources: vec!["storageclass-gp3.yaml".to_owned()],
        ..Kustomization::default()
    };
    files.insert(
        "infrastructure/base/kustomization.yaml".to_owned(),
        File { text: base.text(&[]), once: false },
    );
}

fn meta(name: &str) -> Value {
    json!({"name": name, "labels": {"app.kubernetes.io/managed-by": "segue"}})
}

fn project(env: &str, repository: &str) -> Value {
    json!({
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "AppProject",
        "metadata": meta(env),
        "spec": {
            "description": format!("Services of {env}"),
            "sourceRepos": [repository],
            "destinations": [{"server": "https://kubernetes.default.svc", "namespace": "*"}],
            "clusterResourceWhitelist": [
                {"group": "", "kind": "Namespace"},
                {"group": "", "kind": "PersistentVolume"},
                {"group": "storage.k8s.io", "kind": "StorageClass"},
            ],
            "namespaceResourceWhitelist": [{"group": "*", "kind": "*"}],
        },
    })
}

fn apps(env: &str, repository: &str) -> Value {
    json!({
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "ApplicationSet",
        "metadata": meta("apps"),
        "spec": {
            "goTemplate": true,
            "goTemplateOptions": ["missingkey=error"],
            "generators": [{"git": {
                "repoURL": repository,
                "revision": "HEAD",
                "directories": [{"path": format!("apps/*/overlays/{env}")}],
            }}],
            "template": {
                "metadata": {"name": "{{ index .path.segments 1 }}"},
                "spec": {
                    "project": env,
                    "source": {"repoURL": repository, "targetRevision": "HEAD", "path": "{{ .path.path }}"},
                    "destination": {"server": "https://kubernetes.default.svc", "namespace": "{{ index .path.segments 1 }}"},
                    "syncPolicy": sync_policy(),
                },
            },
            // A folder that vanishes by mistake must not take its service with it.
            "syncPolicy": {"applicationsSync": "create-update", "preserveResourcesOnDeletion": true},
        },
    })
}

fn infrastructure(env: &str, repository: &str) -> Value {
    json!({
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": meta("infrastructure"),
        "spec": {
            "project": env,
            "source": {"repoURL": repository, "targetRevision": "HEAD", "path": format!("infrastructure/{env}")},
            "destination": {"server": "https://kubernetes.default.svc"},
            "syncPolicy": sync_policy(),
        },
    })
}

fn sync_policy() -> Value {
    json!({
        "automated": {"prune": true, "selfHeal": true},
        "syncOptions": ["ApplyOutOfSyncOnly=true", "ServerSideApply=true"],
        "retry": {"limit": 5, "backoff": {"duration": "5s", "factor": 2, "maxDuration": "3m"}},
    })
}
