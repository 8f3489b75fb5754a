//! Snapshots to plan: a few services of the example estate, as folders that a case may change.

use std::path::{Path, PathBuf};

use crate::support::Case;

/// Services of the small snapshot: a clean one, and one with most kinds of findings.
pub(crate) const SERVICES: [&str; 2] = ["lecture-api", "payments"];
/// All services of the example estate are in these folders of its answers.
const SHARED: &[&str] = &[
    "DescribeRules",
    "DescribeListeners",
    "DescribeLoadBalancers",
    "DescribeTargetGroups",
    "DescribeClusters",
    "ListSecrets",
    "ListRules",
];

/// The folder of the example estate.
pub(crate) fn whole() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/estate")
}

/// Copies the manifest and the answers for which `keep` is true into `folder` of the case.
pub(crate) fn copy(case: &Case, folder: &str, keep: &dyn Fn(&str) -> bool) {
    let mut open = vec![String::new()];
    while let Some(prefix) = open.pop() {
        for entry in std::fs::read_dir(whole().join(&prefix)).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                open.push(format!("{name}/"));
            } else if name == "snapshot.json" || keep(&name) {
                case.write(&format!("{folder}/{name}"), std::fs::read(entry.path()).unwrap());
            }
        }
    }
}

/// A snapshot of [`SERVICES`] and `more` in `folder`.
pub(crate) fn small(case: &Case, folder: &str, more: &[&str]) {
    let wanted = |name: &str| {
        let services = SERVICES.iter().chain(more);
        let own = services.into_iter().any(|service| name.contains(service));
        own || SHARED.iter().any(|part| name.contains(&format!("/{part}/")))
    };
    copy(case, folder, &|name: &str| name.starts_with("answers/") && wanted(name));
}

/// The file of the task definition of `family` in `folder`.
pub(crate) fn task_file(case: &Case, folder: &str, family: &str) -> String {
    let answers = format!("{folder}/answers/ecs/DescribeTaskDefinition");
    let is = |name: &String| name.rsplit_once('-').is_some_and(|(stem, _)| stem == family);
    let found = case.files(&answers).into_keys().find(is).unwrap();
    format!("{answers}/{found}")
}

/// Files as people keep them: three task definitions and a service.
pub(crate) fn kept_files(case: &Case, folder: &str) {
    for (name, image) in [("shop", "shop:1.4.2"), ("cart", "cart:2.0.0"), ("mail", "mail:0.3.1")] {
        let ports = r#""portMappings": [{"containerPort": 8080}]"#;
        task(case, folder, name, &format!(r#""image": "registry.example/{image}", {ports}"#));
    }
    let service = r#"{"serviceName": "shop", "taskDefinition": "shop", "desiredCount": 2}"#;
    case.write(&format!("{folder}/services/shop.json"), service);
}

/// A task definition of one container called `name`, with these `members`.
pub(crate) fn task(case: &Case, folder: &str, name: &str, members: &str) {
    let container = format!(r#"{{"name": "{name}", {members}}}"#);
    let text = format!(
        r#"{{"family": "{name}", "cpu": "256", "memory": "512", "containerDefinitions": [{container}]}}"#
    );
    case.write(&format!("{folder}/{name}.json"), text);
}
