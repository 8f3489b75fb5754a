//! The control plane and the CRDs that other tests build on: it serves, and it refuses what the
//! controllers' own projects do not know.

use std::path::Path;
use xtask::controlplane::ControlPlane;
use xtask::peers::Crd;

const NAMESPACE: &str = "{apiVersion: v1, kind: Namespace, metadata: {name: dev}}";

/// One object a project, each good as it stands.
const OBJECTS: [(Crd, &str); 6] = [
    (
        Crd::ExternalSecrets,
        "apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: backend, namespace: dev}
spec:
  refreshInterval: 1h
  secretStoreRef: {name: aws, kind: ClusterSecretStore}
  target: {name: backend}
  data: [{secretKey: PASSWORD, remoteRef: {key: dev/backend, property: password}}]
",
    ),
    (
        Crd::AwsLoadBalancer,
        "apiVersion: elbv2.k8s.aws/v1beta1
kind: TargetGroupBinding
metadata: {name: backend, namespace: dev}
spec:
  targetGroupARN: arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/backend/0123456789abcdef
  targetType: ip
  vpcID: vpc-0123456789abcdef0
  multiClusterTargetGroup: true
  serviceRef: {name: backend, port: 80}
",
    ),
    (
        Crd::AwsLoadBalancer,
        "apiVersion: elbv2.k8s.aws/v1beta1
kind: TargetGroupBinding
metadata: {name: backend, namespace: dev}
spec:
  targetGroupName: dev-backend
  targetType: ip
  serviceRef: {name: backend, port: 80}
",
    ),
    (
        Crd::Keda,
        "apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: backend, namespace: dev}
spec:
  scaleTargetRef: {name: backend}
  triggers: [{type: aws-sqs-queue, metadata: {queueURL: jobs, queueLength: '5'}}]
",
    ),
    (
        Crd::ArgoCd,
        "apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: backend, namespace: dev}
spec:
  project: default
  source: {repoURL: 'file:///srv/git/config', path: apps/backend/overlays/dev, targetRevision: main}
  destination: {name: in-cluster, namespace: dev}
  syncPolicy: {automated: {prune: true, selfHeal: true}}
",
    ),
    (
        Crd::ArgoCd,
        "apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: backend, namespace: dev}
spec:
  generators: [{list: {elements: [{env: dev}]}}]
  template:
    metadata: {name: '{{env}}'}
    spec:
      project: default
      source: {repoURL: 'file:///srv/git/config', path: apps/backend}
      destination: {name: in-cluster, namespace: dev}
",
    ),
];

#[test]
fn objects_of_every_project_are_accepted_and_their_misprints_refused() {
    let plane = ControlPlane::start().unwrap();
    plane.install_crds(&Crd::ALL).unwrap();
    plane.apply(NAMESPACE).unwrap();
    for (crd, object) in OBJECTS {
        plane.dry_run(object).unwrap_or_else(|err| panic!("{crd:?}: {err}"));
        let said = plane.apply(object).unwrap_or_else(|err| panic!("{crd:?}: {err}"));
        assert!(said.contains("serverside-applied"), "{said}");

        let misprinted = object.replacen("\nspec:\n", "\nspec:\n  bogusField: 1\n", 1);
        let refused = plane.apply(&misprinted).unwrap_err().to_string();
        assert!(refused.contains("bogusField"), "{crd:?}: {refused}");
    }
}

#[test]
fn a_binding_without_a_target_group_is_refused() {
    let plane = ControlPlane::start().unwrap();
    plane.install_crds(&[Crd::AwsLoadBalancer]).unwrap();
    let binding = "{apiVersion: elbv2.k8s.aws/v1beta1, kind: TargetGroupBinding,
                    metadata: {name: a, namespace: default},
                    spec: {serviceRef: {name: a, port: 80}}}";
    let refused = plane.dry_run(binding).unwrap_err().to_string();
    assert!(refused.contains("either targetGroupARN or targetGroupName"), "{refused}");
}

#[test]
fn a_plane_serves_by_all_its_accessors_and_leaves_nothing_behind() {
    let plane = ControlPlane::start().unwrap();
    let version = plane.kubectl(&["version"], "").unwrap();
    assert!(version.stdout.contains("Server Version: v1.37.2"), "{version:?}");
    assert!(plane.server().starts_with("https://127.0.0.1:"));
    assert!(plane.kubeconfig().is_file() && plane.ca_file().is_file());

    let none = plane.kubectl(&["get", "configmap", "none"], "").unwrap();
    assert!(!none.succeeded && none.stderr.contains("NotFound"), "{none:?}");
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: default},
                spec: {containers: [{name: a, image: a}]}}";
    plane.apply(pod).unwrap();

    let folder = plane.kubeconfig().parent().map(Path::to_owned).unwrap();
    drop(plane);
    assert!(!folder.exists());
}
