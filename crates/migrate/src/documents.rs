//! The files under `plan/`: the plan, the inventory of names, findings, rulings.
//!
//! One thing a line and no totals, so that a changed service changes only its own lines.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde::Serialize;
use serde_json::{Value, json};

use crate::finding::Finding;
use crate::generate::Converted;
use crate::layout::kustomize::TOOL;
use crate::layout::service::{File, Files};
use crate::ledger::Row;
use crate::naming::Names;

/// The version of `plan/plan.json`.
pub const PLAN_VERSION: u32 = 1;

/// The first `plan/waivers.yaml`.
pub const WAIVERS: &str = "\
# Findings that the team accepts. Yours: written once, never touched again.
# waivers:
# - finding: SG-M205/payments/prod/1   # an id of plan/findings.json
#   name: mina                         # who accepts it
#   reason: the gateway times out first
#   expires: 2027-01-31
waivers: []
";

/// Writes the documents of the plan.
pub fn write(
    converted: &[Converted<'_>],
    names: &Names,
    findings: &[Finding],
    rows: &[Row],
    files: &mut Files,
) {
    let mut add = |path: &str, text: String| {
        files.insert(path.to_owned(), File { text, once: false });
    };
    add("plan/rulings.json", lines(rows));
    add("plan/findings.json", lines(findings));
    add("plan/findings.md", markdown(findings));
    add("plan/inventory.json", inventory(names));
    add("plan/plan.json", plan(converted));
}

/// A JSON array with one element a line.
fn lines<T: Serialize>(list: &[T]) -> String {
    let mut out = String::from("[");
    for (index, item) in list.iter().enumerate() {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        out.push_str(&serde_json::to_string(item).unwrap_or_default());
    }
    out.push_str("\n]\n");
    out
}

fn inventory(names: &Names) -> String {
    let objects: Vec<Value> = names
        .objects
        .iter()
        .map(|(id, name)| {
            let mut value = serde_json::to_value(name).unwrap_or_default();
            value["id"] = json!(id);
            value
        })
        .collect();
    lines(&objects)
}

/// `plan/plan.json`: what later commands need to know of every service.
fn plan(converted: &[Converted<'_>]) -> String {
    let mut out = String::from("{\n");
    let environments: BTreeSet<&str> = converted.iter().map(|one| one.work.env.as_str()).collect();
    let _ = writeln!(
        out,
        "\"apiVersion\": \"segue.dev/v1alpha1\",\n\"kind\": \"MigrationPlan\",\n\"formatVersion\": {PLAN_VERSION},"
    );
    let _ = writeln!(out, "\"tool\": {},\n\"environments\": {},", json!(TOOL), json!(environments));
    let services: Vec<Value> = converted.iter().map(service).collect();
    let _ = write!(out, "\"services\": {}", lines(&services));
    out.push_str("}\n");
    out
}

fn service(one: &Converted<'_>) -> Value {
    let Converted { work, built, scope } = one;
    let object = |object: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        json!({"apiVersion": text(&object["apiVersion"]), "kind": text(&object["kind"]), "name": text(&object["metadata"]["name"])})
    };
    let mut counts: BTreeMap<char, usize> = BTreeMap::new();
    for finding in &scope.findings {
        *counts.entry(finding.severity).or_default() += 1;
    }
    let old: Vec<Value> = work.target_groups.iter().map(|used| json!({"targetGroupArn": used.entry.text("targetGroupArn"), "containerPort": used.entry.int_at("containerPort")})).collect();
    let new: Vec<&String> =
        built.aws.keys().filter(|name| !name.ends_with("-attributes.json")).collect();
    let rules: Vec<Value> = work.rules.iter().map(|used| json!({"ruleArn": used.rule.node.text("RuleArn"), "listenerArn": used.listener.as_ref().and_then(|item| item.node.text("ListenerArn"))})).collect();
    let images: BTreeMap<&String, Value> = built
        .images
        .iter()
        .map(|(name, image)| {
            (
                name,
                json!({"repository": image.repository, "tag": image.tag, "digest": image.digest}),
            )
        })
        .collect();
    json!({
        "name": work.name,
        "environment": work.env,
        "from": {
            "serviceArn": work.service.as_ref().and_then(|item| item.node.text("serviceArn")),
            "clusterArn": work.service.as_ref().and_then(|item| item.node.text("clusterArn")),
            "taskDefinitionArn": work.task.node.text("taskDefinitionArn"),
            "family": work.task.node.text("family"),
            "file": work.task.node.file,
        },
        "to": {
            "cluster": work.env,
            "namespace": work.name,
            "overlay": (!scope.blocked()).then(|| format!("apps/{}/overlays/{}", work.name, work.env)),
            "objects": built.objects.iter().map(object).collect::<Vec<_>>(),
            "images": images,
            "replicas": built.replicas,
        },
        "traffic": {"oldTargetGroups": old, "newTargetGroups": new, "rules": rules},
        "schedules": work.schedules.iter().map(|used| used.label.clone()).collect::<Vec<_>>(),
        "findings": counts.iter().map(|(letter, count)| (letter.to_string(), json!(count))).collect::<serde_json::Map<_, _>>(),
        "blocked": scope.blocked(),
    })
}

/// `plan/findings.md`: by service, the weightiest first, one line for the same finding in several
/// environments.
fn markdown(findings: &[Finding]) -> String {
    let mut out = String::from(
        "# Findings\n\nB nothing is generated until it is answered · H behaviour changes or an outage is possible · M needs a look · L a note\n",
    );
    let mut subject = String::new();
    let mut grouped: Vec<(&Finding, Vec<&str>)> = Vec::new();
    for finding in findings {
        let same = grouped.iter_mut().find(|(other, _)| {
            other.subject == finding.subject
                && other.reason.code.id == finding.reason.code.id
                && other.reason.sentence() == finding.reason.sentence()
        });
        match same {
            Some((_, envs)) if envs.contains(&finding.environment.as_str()) => {}
            Some((_, envs)) => envs.push(&finding.environment),
            None => grouped.push((finding, vec![&finding.environment])),
        }
    }
    for (finding, envs) in grouped {
        if finding.subject.name != subject {
            subject.clone_from(&finding.subject.name);
            let _ = write!(out, "\n## {subject}\n\n");
        }
        let envs: Vec<&str> = envs.into_iter().filter(|env| !env.is_empty()).collect();
        let place = if envs.is_empty() { String::new() } else { format!(" ({})", envs.join(", ")) };
        let _ = writeln!(
            out,
            "- **{}** {}{place}: {}",
            finding.severity,
            finding.reason.code.id,
            finding.reason.sentence()
        );
        let _ = writeln!(out, "  - next: {}", finding.reason.next());
    }
    out
}

/// The first `segue.yaml`.
pub fn estate_file(environments: &BTreeSet<&str>, repository: &str) -> String {
    let mut out = String::from(
        "# The estate. Yours: written once, never touched again.\napiVersion: segue.dev/v1alpha1\nkind: Estate\n# The URL that Argo CD reads this repository from; `segue migrate plan` takes it from here.\n",
    );
    let _ = writeln!(out, "repository: {repository}");
    out.push_str("environments:\n");
    for env in environments {
        let _ = writeln!(out, "- name: {env}\n  cluster: {env}");
    }
    out
}
