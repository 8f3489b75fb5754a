//! Settings of the kernel and of the machine under a task.

use serde_json::json;

use super::super::catalog::Env;
use super::super::cell::Cell;
use super::super::taskdef::Draft;

/// More open files than a node gives by default.
pub(super) fn open_files(draft: &mut Draft) {
    let limits = json!([{"name": "nofile", "softLimit": 65536, "hardLimit": 65536}]);
    draft.app.set("ulimits", limits);
}

/// One setting that Kubernetes calls safe and one that it calls unsafe.
pub(super) fn system_controls(draft: &mut Draft) {
    let controls = json!([
        {"namespace": "net.ipv4.tcp_keepalive_time", "value": "120"},
        {"namespace": "net.core.somaxconn", "value": "4096"},
    ]);
    draft.app.set("systemControls", controls);
}

/// Files in memory, which count against the container's limit; own instances allow them.
pub(super) fn memory_files(draft: &mut Draft) {
    let linux = json!({
        "capabilities": {"add": ["SYS_NICE"], "drop": ["NET_RAW"]},
        "sharedMemorySize": 1024,
        "tmpfs": [{"containerPath": "/scratch", "size": 512, "mountOptions": ["noexec", "nosuid"]}],
        "maxSwap": 0,
        "swappiness": 0,
    });
    draft.app.set("linuxParameters", linux);
    draft.set("placementConstraints", large_instances());
}

/// More than the 20 GiB of scratch that Fargate gives.
pub(super) fn big_disk(draft: &mut Draft) {
    draft.set("ephemeralStorage", json!({"sizeInGiB": 150}));
}

/// One GPU, on instances that have one.
pub(super) fn gpu(draft: &mut Draft) {
    draft.app.set("resourceRequirements", json!([{"type": "GPU", "value": "1"}]));
    let family = "attribute:ecs.instance-type =~ g5.*";
    draft.set("placementConstraints", json!([{"type": "memberOf", "expression": family}]));
}

/// Graviton.
pub(super) fn arm(draft: &mut Draft) {
    let platform = json!({"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"});
    draft.set("runtimePlatform", platform);
}

/// No size at task level: the container's own memory is all there is, and dev has no limit at all.
pub(super) fn slim_cpu(cell: &Cell, draft: &mut Draft) {
    draft.top.remove("cpu");
    draft.top.remove("memory");
    let cpu = cell.env.pick(&[512, 1024, 3584]);
    draft.app.set("cpu", cpu).set("memoryReservation", cpu * 2);
    if cell.env != Env::Dev {
        draft.app.set("memory", cpu * 2 + 512);
    }
}

/// An init process that reaps what the main one leaves behind.
pub(super) fn init_process(draft: &mut Draft) {
    draft.app.set("linuxParameters", json!({"initProcessEnabled": true}));
}

/// Nothing on the image can be written, so `/tmp` is a volume.
pub(super) fn read_only_root(draft: &mut Draft) {
    draft.volumes.push(json!({"name": "tmp", "host": {}}));
    draft.app.set("readonlyRootFilesystem", true).mount("tmp", "/tmp", false);
}

fn large_instances() -> serde_json::Value {
    let expression =
        "attribute:ecs.instance-type =~ c6i.* and attribute:ecs.cpu-architecture == x86_64";
    json!([{"type": "memberOf", "expression": expression}])
}
