//! Volumes of the task and where containers mount them.

use std::collections::{BTreeMap, BTreeSet};

use model::Reason;
use model::code::convert as code;
use serde_json::{Map, Value, json};

use crate::convert::security::Level;
use crate::convert::{Cx, names, order, put};
use crate::input::node::Node;

/// The volumes of a pod: entries by name, and the ECS names that they come from.
#[derive(Debug, Default)]
pub struct Volumes {
    /// `volumes` of the pod.
    pub list: Vec<Value>,
    /// Kubernetes name by ECS name.
    pub names: BTreeMap<String, String>,
    /// How strict the namespace may be.
    pub level: Option<Level>,
}

impl Volumes {
    fn add(&mut self, ecs_name: &str, name: String, mut volume: Value) {
        volume["name"] = json!(name);
        self.list.push(volume);
        self.names.insert(ecs_name.to_owned(), name);
    }

    /// Adds a volume of ours unless one of that name is there.
    pub fn ensure(&mut self, name: &str, mut volume: Value) {
        if !self.list.iter().any(|present| present["name"] == name) {
            volume["name"] = json!(name);
            self.list.push(volume);
        }
    }
}

/// Converts `volumes` of the task definition.
pub fn volumes(cx: &mut Cx<'_, '_>, task: &Node<'_>) -> Volumes {
    let mut out = Volumes::default();
    let mut used = BTreeSet::new();
    for volume in task.list("volumes") {
        let ecs_name = volume.text("name").unwrap_or_else(|| "volume".to_owned());
        let mut name = names::dns_label(&ecs_name, 52);
        while !used.insert(name.clone()) {
            name = names::dns_label(&format!("{name}-2"), 63);
        }
        let place = cx.pod(&format!("volumes[{name}]"));
        if let Some(node) = volume.get("name") {
            cx.scope.exact(&node, &place);
        }
        let converted = one(cx, &volume, &name, &place, &mut out.level);
        if let Some(converted) = converted {
            out.add(&ecs_name, name, converted);
        }
    }
    out
}

fn one(
    cx: &mut Cx<'_, '_>,
    volume: &Node<'_>,
    name: &str,
    place: &str,
    level: &mut Option<Level>,
) -> Option<Value> {
    if let Some(node) = volume.get("efsVolumeConfiguration") {
        return Some(efs(cx, &node, name));
    }
    if let Some(node) = volume.get("s3filesVolumeConfiguration") {
        return Some(s3_files(cx, &node, name));
    }
    if let Some(node) = volume.get("fsxWindowsFileServerVolumeConfiguration") {
        cx.scope.finding(&node, Reason::new(&code::FSX_WINDOWS).with("volume", name));
        return None;
    }
    if let Some(node) = volume.get("dockerVolumeConfiguration") {
        return docker(cx, &node, name, place);
    }
    if let Some(node) = volume.get("configuredAtLaunch").filter(|node| node.boolean() == Some(true))
    {
        let ebs = ebs(cx, volume);
        cx.scope.exact(&node, place);
        return Some(ebs);
    }
    if let Some(node) = volume.get("configuredAtLaunch") {
        cx.scope.ignored(&node, "the volume is not configured at launch, which is the default");
    }
    if let Some(node) = volume
        .at(&["host", "sourcePath"])
        .filter(|node| node.scalar().is_some_and(|path| !path.is_empty()))
    {
        *level = Some(Level::Privileged);
        let path = node.scalar().unwrap_or_default();
        cx.scope.finding_kept(
            &node,
            Reason::new(&code::HOST_PATH).with("path", &path).with("volume", name),
            place,
        );
        Some(json!({"hostPath": {"path": path}}))
    } else {
        if let Some(host) = volume.get("host") {
            cx.scope.exact(&host, place);
        }
        Some(json!({"emptyDir": {}}))
    }
}

/// EFS: a static `PersistentVolume` and its claim, the file system stays.
fn efs(cx: &mut Cx<'_, '_>, node: &Node<'_>, name: &str) -> Value {
    let claim = format!("{}-{name}", cx.work.name);
    let place = format!("PersistentVolume/{claim} spec.csi");
    let file_system = node.text("fileSystemId").unwrap_or_default();
    let access_point = node.at(&["authorizationConfig", "accessPointId"]);
    let root = node.text("rootDirectory").filter(|path| path != "/").unwrap_or_default();
    let mut handle = file_system;
    match access_point.as_ref().and_then(Node::scalar) {
        Some(point) => handle = format!("{handle}::{point}"),
        None if !root.is_empty() => handle = format!("{handle}:/{}", root.trim_start_matches('/')),
        None => {}
    }
    let mut options: Vec<&str> = Vec::new();
    let mut attributes = Map::new();
    let transit = node.get("transitEncryption");
    let iam = node.at(&["authorizationConfig", "iam"]);
    let encrypted = transit.as_ref().and_then(Node::scalar).is_some_and(|text| text == "ENABLED");
    put(&mut attributes, "encryptInTransit", json!(encrypted.to_string()));
    if iam.as_ref().and_then(Node::boolean) == Some(true) {
        options.push("iam");
        cx.scope.report(Reason::new(&code::EFS_IAM).with("volume", name));
    }
    for leaf in node.leaves() {
        let known = leaf.str().is_none_or(|text| ["ENABLED", "DISABLED"].contains(&text));
        let switch = ["/transitEncryption", "/authorizationConfig/iam"];
        if !known && switch.iter().any(|end| leaf.pointer.ends_with(end)) {
            let reason = Reason::new(&code::BAD_VALUE).with("field", "efsVolumeConfiguration");
            cx.scope.finding(&leaf, reason.with("container", "the task"));
        } else if leaf.pointer.ends_with("/transitEncryptionPort") {
            cx.scope.ignored(&leaf, "the driver chooses the port of its own tunnel");
        } else if leaf.pointer.ends_with("/rootDirectory") && access_point.is_some() {
            cx.scope.ignored(&leaf, "the access point sets the root directory");
        } else {
            cx.scope.exact(&leaf, &place);
        }
    }
    cx.scope.note(
        node,
        Reason::new(&code::EFS_REACHABLE).with("volume", name).with("service", &cx.work.name),
    );
    push_static_volume(cx, &claim, &handle, attributes, &options);
    json!({"persistentVolumeClaim": {"claimName": claim}})
}

fn push_static_volume(
    cx: &mut Cx<'_, '_>,
    claim: &str,
    handle: &str,
    attributes: Map<String, Value>,
    options: &[&str],
) {
    let mut csi = Map::new();
    put(&mut csi, "driver", json!("efs.csi.aws.com"));
    put(&mut csi, "volumeHandle", json!(handle));
    put(&mut csi, "volumeAttributes", Value::Object(attributes));
    let mut spec = json!({
        "accessModes": ["ReadWriteMany"],
        // EFS grows by itself; the size is only there because the API wants one.
        "capacity": {"storage": "5Gi"},
        "csi": csi,
        "persistentVolumeReclaimPolicy": "Retain",
        "storageClassName": "",
        "volumeMode": "Filesystem",
    });
    if !options.is_empty() {
        spec["mountOptions"] = json!(options);
    }
    let volume = cx.object("v1", "PersistentVolume", claim, spec);
    let claim_spec = json!({
        "accessModes": ["ReadWriteMany"],
        "resources": {"requests": {"storage": "5Gi"}},
        "storageClassName": "",
        "volumeMode": "Filesystem",
        "volumeName": claim,
    });
    let claim = cx.object("v1", "PersistentVolumeClaim", claim, claim_spec);
    cx.built.objects.extend([volume, claim]);
}

/// S3 Files: the EFS driver (3.0 and newer) mounts them by ARN.
fn s3_files(cx: &mut Cx<'_, '_>, node: &Node<'_>, name: &str) -> Value {
    let claim = format!("{}-{name}", cx.work.name);
    let mut handle = node.text("fileSystemArn").unwrap_or_default();
    if let Some(point) = node.text("accessPointArn") {
        handle = format!("{handle}::{point}");
    } else if let Some(root) = node.text("rootDirectory").filter(|path| path != "/") {
        handle = format!("{handle}:/{}", root.trim_start_matches('/'));
    }
    let target = format!("PersistentVolume/{claim} spec.csi.volumeHandle");
    cx.scope.finding_kept(node, Reason::new(&code::S3_FILES).with("volume", name), &target);
    push_static_volume(cx, &claim, &handle, Map::new(), &[]);
    json!({"persistentVolumeClaim": {"claimName": claim}})
}

fn docker(cx: &mut Cx<'_, '_>, node: &Node<'_>, name: &str, place: &str) -> Option<Value> {
    let driver = node.text("driver").unwrap_or_else(|| "local".to_owned());
    if driver != "local" {
        cx.scope.finding(
            node,
            Reason::new(&code::DOCKER_DRIVER).with("volume", name).with("driver", driver),
        );
        return None;
    }
    if node.text("scope").as_deref() == Some("shared") {
        let claim = format!("{}-{name}", cx.work.name);
        cx.scope.finding_kept(
            node,
            Reason::new(&code::DOCKER_SHARED).with("volume", name),
            &format!("PersistentVolumeClaim/{claim}"),
        );
        let spec = json!({"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}, "volumeMode": "Filesystem"});
        let object = cx.object("v1", "PersistentVolumeClaim", &claim, spec);
        cx.built.objects.push(object);
        return Some(json!({"persistentVolumeClaim": {"claimName": claim}}));
    }
    for (key, node) in node.entries() {
        match key {
            "scope" | "driver" => cx.scope.approximated(
                &node,
                place,
                "a volume of the task lives as long as the task, as emptyDir does",
            ),
            "driverOpts" => {
                cx.scope.finding(&node, Reason::new(&code::DOCKER_OPTIONS).with("volume", name));
            }
            "labels" => cx.scope.ignored(&node, "a volume of a pod has no labels"),
            "autoprovision" => {
                cx.scope.ignored(&node, "only shared volumes are made ahead of their tasks");
            }
            _ => {}
        }
    }
    Some(json!({"emptyDir": {}}))
}

/// A volume that the ECS service configures: a generic ephemeral volume with the same life.
fn ebs(cx: &mut Cx<'_, '_>, volume: &Node<'_>) -> Value {
    let name = volume.text("name").unwrap_or_default();
    let service = cx.work.service.as_ref().map(|item| item.node.clone());
    let configured = service.and_then(|service| {
        configurations(&service)
            .into_iter()
            .find(|entry| entry.text("name").as_deref() == Some(&name))
    });
    let managed = configured.as_ref().and_then(|entry| entry.get("managedEBSVolume"));
    let size = managed.as_ref().and_then(|ebs| ebs.int_at("sizeInGiB")).unwrap_or(20);
    json!({"ephemeral": {"volumeClaimTemplate": {"spec": {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": format!("{size}Gi")}},
        "storageClassName": storage_class(managed.as_ref()),
        "volumeMode": "Filesystem",
    }}}})
}

/// The service's volume configurations, in the service itself or in its newest deployment.
pub fn configurations<'a>(service: &Node<'a>) -> Vec<Node<'a>> {
    let own = service.list("volumeConfigurations");
    if own.is_empty() {
        service
            .list("deployments")
            .first()
            .map(|d| d.list("volumeConfigurations"))
            .unwrap_or_default()
    } else {
        own
    }
}

/// The storage class by the volume's type; the class carries size-independent settings.
pub fn storage_class(managed: Option<&Node<'_>>) -> String {
    managed.and_then(|ebs| ebs.text("volumeType")).unwrap_or_else(|| "gp3".to_owned())
}

/// `volumeMounts` of a container: its own `mountPoints`, and those of `volumesFrom`.
pub fn mounts(
    cx: &mut Cx<'_, '_>,
    container: &Node<'_>,
    name: &str,
    all: &[Node<'_>],
    volumes: &Volumes,
) -> Vec<Value> {
    let mut out: Vec<Value> = Vec::new();
    let place = cx.pod(&format!("containers[{name}].volumeMounts"));
    for mount in container.list("mountPoints") {
        if let Some(converted) = mount_point(cx, &mount, volumes, false, name) {
            cx.scope.exact(&mount, &place);
            push_mount(&mut out, converted);
        }
    }
    for source in container.list("volumesFrom") {
        let from = source.text("sourceContainer").unwrap_or_default();
        let read_only = source.flag("readOnly");
        let Some(other) = all.iter().find(|node| order::container_name(node) == from) else {
            cx.scope.finding(
                &source,
                Reason::new(&code::VOLUMES_FROM_NOTHING)
                    .with("container", name)
                    .with("source", from),
            );
            continue;
        };
        let mut from_them = inherited(cx, other, all, volumes, read_only, 0);
        from_them.reverse();
        for mount in from_them {
            push_mount(&mut out, mount);
        }
        cx.scope.finding_kept(
            &source,
            Reason::new(&code::VOLUMES_FROM).with("container", name).with("source", from),
            &place,
        );
    }
    out
}

/// The mounts of `container`, with those it has from others; bounded, since chains may be cyclic.
fn inherited(
    cx: &mut Cx<'_, '_>,
    container: &Node<'_>,
    all: &[Node<'_>],
    volumes: &Volumes,
    read_only: bool,
    depth: usize,
) -> Vec<Value> {
    const DEPTH_MAX: usize = 8;
    let mut out = Vec::new();
    for mount in container.list("mountPoints") {
        out.extend(mount_point(cx, &mount, volumes, read_only, ""));
    }
    if depth < DEPTH_MAX {
        for source in container.list("volumesFrom") {
            let from = source.text("sourceContainer").unwrap_or_default();
            if let Some(other) = all.iter().find(|node| order::container_name(node) == from) {
                out.extend(inherited(
                    cx,
                    other,
                    all,
                    volumes,
                    read_only || source.flag("readOnly"),
                    depth + 1,
                ));
            }
        }
    }
    out
}

/// Two mounts at one path are refused by the API; the first stays.
fn push_mount(out: &mut Vec<Value>, mount: Value) {
    if !out.iter().any(|present| present["mountPath"] == mount["mountPath"]) {
        out.push(mount);
    }
}

fn mount_point(
    cx: &mut Cx<'_, '_>,
    mount: &Node<'_>,
    volumes: &Volumes,
    read_only: bool,
    container: &str,
) -> Option<Value> {
    let source = mount.text("sourceVolume").unwrap_or_default();
    let path = mount.text("containerPath").unwrap_or_default();
    let Some(volume) =
        volumes.names.get(&source).filter(|_| path.starts_with('/') && !path.contains(':'))
    else {
        if !container.is_empty() {
            let reason = Reason::new(&code::UNKNOWN_VOLUME)
                .with("container", container)
                .with("volume", source);
            cx.scope.finding(mount, reason);
        }
        return None;
    };
    let mut out = Map::new();
    put(&mut out, "name", json!(volume));
    put(&mut out, "mountPath", json!(path));
    if read_only || mount.flag("readOnly") {
        put(&mut out, "readOnly", json!(true));
    }
    Some(Value::Object(out))
}
