//! Two services of the example estate in their three environments, as an estate of its own: a scan
//! of all twenty takes longer than a test may.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value};

/// Services that stay.
const KEPT: [&str; 2] = ["payments", "search"];

/// Writes the small estate into `folder`.
pub(crate) fn write(folder: &Path) {
    let whole = xtask::estate::folder::committed();
    let read = |path: &Path| -> Value {
        serde_json::from_slice(&std::fs::read(whole.join(path)).unwrap()).unwrap()
    };
    let mut manifest = read(Path::new("snapshot.json"));
    let Value::Object(asked) = manifest["answers"].take() else { panic!("no answers") };
    let mut all: Vec<(String, Value, Value)> = asked
        .into_iter()
        .map(|(path, asked)| (path.clone(), asked, read(Path::new(&path))))
        .collect();
    let gone = gone(&all);
    all.retain_mut(|(_, asked, answer)| {
        let request = asked["request"].as_object_mut().unwrap();
        let batches: Vec<String> = lists(request);
        cut(request, &gone);
        // A batch of which nothing is left was about other services only.
        let empty = batches.iter().any(|name| request[name] == Value::Array(Vec::new()));
        if empty || names(&asked["request"], &gone) {
            return false;
        }
        let answer = answer.as_object_mut().unwrap();
        cut(answer, &gone);
        !answer.values().any(|value| !value.is_array() && names(value, &gone))
    });
    let mut answers = Map::new();
    for (path, asked, answer) in all {
        let place = folder.join(&path);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(place, answer.to_string()).unwrap();
        answers.insert(path, asked);
    }
    manifest["answers"] = Value::Object(answers);
    std::fs::write(folder.join("snapshot.json"), manifest.to_string()).unwrap();
}

/// Clusters, task definitions and target groups that belong to other services.
fn gone(all: &[(String, Value, Value)]) -> BTreeSet<String> {
    let (mut kept, mut gone) = (BTreeSet::new(), BTreeSet::new());
    let of =
        |wanted: &'static str| all.iter().filter(move |(_, asked, _)| asked["operation"] == wanted);
    for (_, _, answer) in of("ecs:DescribeTaskDefinition") {
        gone.extend(text(&answer["taskDefinition"]["taskDefinitionArn"]));
    }
    for (_, _, answer) in of("ecs:DescribeServices") {
        for service in answer["services"].as_array().unwrap() {
            let name = service["serviceName"].as_str().unwrap();
            let stays = KEPT.iter().any(|kept| name.contains(kept));
            let side = if stays { &mut kept } else { &mut gone };
            let cluster = service["clusterArn"].as_str().unwrap();
            // Scaling has it by its name.
            side.insert(format!("service/{}/", cluster.rsplit('/').next().unwrap()));
            side.insert(cluster.to_owned());
            side.extend(text(&service["taskDefinition"]));
            for other in ["deployments", "loadBalancers"] {
                for one in service[other].as_array().into_iter().flatten() {
                    side.extend(text(&one["taskDefinition"]));
                    side.extend(text(&one["targetGroupArn"]));
                }
            }
        }
    }
    &gone - &kept
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn lists(members: &Map<String, Value>) -> Vec<String> {
    let full = |value: &Value| value.as_array().is_some_and(|items| !items.is_empty());
    members.iter().filter(|(_, value)| full(value)).map(|(name, _)| name.clone()).collect()
}

/// Takes out of every list what names one of `gone`.
fn cut(members: &mut Map<String, Value>, gone: &BTreeSet<String>) {
    for value in members.values_mut() {
        if let Value::Array(items) = value {
            items.retain(|item| !names(item, gone));
        }
    }
}

/// Whether a text in `value` holds one of `gone`.
fn names(value: &Value, gone: &BTreeSet<String>) -> bool {
    match value {
        // Most texts cannot, which is found out faster than whether they do.
        Value::String(text) => {
            ["cluster/", "task-definition/", "targetgroup/", "service/"]
                .iter()
                .any(|part| text.contains(part))
                && gone.iter().any(|id| text.contains(id.as_str()))
        }
        Value::Array(items) => items.iter().any(|item| names(item, gone)),
        Value::Object(members) => members.values().any(|member| names(member, gone)),
        _ => false,
    }
}
