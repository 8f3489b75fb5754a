//! Selectors: each takes the pods that it means, and no others.

use serde_json::Value;

use super::objects::{Objects, Pod, blame, keys, matches, title};
use super::{Fault, Problem};

/// Labels whose values change in the life of a workload, whose selector cannot.
const CHANGING: &[&str] = &[
    "app.kubernetes.io/version",
    "app.kubernetes.io/managed-by",
    "helm.sh/chart",
    "pod-template-hash",
    "segue.dev/environment",
];
const CHANGING_PREFIX: &str = "tags.segue.dev/";

pub(super) fn check(objects: &Objects<'_>, found: &mut Vec<Problem>) {
    for pod in objects.pods().filter(|pod| !pod.is_job()) {
        workload(objects, &pod, found);
    }
    for service in objects.of_kind("Service") {
        let selector = &service["spec"]["selector"];
        // Without a selector somebody else says where the Service leads.
        if !keys(selector).is_empty() {
            takes_pods(objects, service, selector, found);
            no_jobs(objects, service, selector, found);
        }
    }
    for budget in objects.of_kind("PodDisruptionBudget") {
        let selector = &budget["spec"]["selector"]["matchLabels"];
        takes_pods(objects, budget, selector, found);
        no_jobs(objects, budget, selector, found);
    }
    for policy in objects.of_kind("NetworkPolicy") {
        let selector = &policy["spec"]["podSelector"]["matchLabels"];
        let in_reach = |pod: &Pod<'_>| same_namespace(pod.owner, policy);
        let takes_some = objects.pods().filter(in_reach).any(|pod| matches(selector, pod.labels()));
        // An empty selector takes all pods of the namespace.
        if !keys(selector).is_empty() && !takes_some {
            blame(found, policy, Fault::SelectsNothing);
        }
    }
}

/// A workload selects its own pods, nobody else's, and by labels that stay.
fn workload(objects: &Objects<'_>, pod: &Pod<'_>, found: &mut Vec<Problem>) {
    let selector = &pod.owner["spec"]["selector"]["matchLabels"];
    if !matches(selector, pod.labels()) {
        blame(found, pod.owner, Fault::SelectsNothing);
    }
    for key in keys(selector) {
        if CHANGING.contains(&key) || key.starts_with(CHANGING_PREFIX) {
            blame(found, pod.owner, Fault::SelectorChanges(key.to_owned()));
        }
    }
    for other in objects.serving(selector, pod.owner) {
        if !std::ptr::eq(other.owner, pod.owner) {
            blame(found, pod.owner, Fault::SelectsOthers(title(other.owner)));
        }
    }
    // An autoscaler counts every pod that the selector takes.
    no_jobs(objects, pod.owner, selector, found);
}

fn takes_pods(objects: &Objects<'_>, object: &Value, selector: &Value, found: &mut Vec<Problem>) {
    if objects.serving(selector, object).is_empty() {
        blame(found, object, Fault::SelectsNothing);
    }
}

fn no_jobs(objects: &Objects<'_>, object: &Value, selector: &Value, found: &mut Vec<Problem>) {
    for job in objects.pods().filter(|pod| pod.is_job() && same_namespace(pod.owner, object)) {
        if matches(selector, job.labels()) {
            blame(found, object, Fault::SelectsJob(title(job.owner)));
        }
    }
}

fn same_namespace(one: &Value, other: &Value) -> bool {
    one["metadata"]["namespace"] == other["metadata"]["namespace"]
}
