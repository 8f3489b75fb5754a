//! The files under `plan/`: the plan, the inventory of names, findings, rulings.
//!
//! One thing a line and no totals, so that a changed service changes only its own lines.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde::Serialize;
use serde_json::{Value, json};

use crate::convert::{Built, Workload};
use crate::finding::Finding;
use crate::generate::Converted;
use crate::layout::service::{File, Files};
use crate::ledger::Row;
use crate::naming::Names;
use crate::plan::{From, Image, MigrationPlan, Object, Service, To, Traffic};

/// The members of `plan/plan.json`, in the order in which they are written.
const PLAN_KEYS: &[&str] = &[
    "apiVersion",
    "kind",
    "formatVersion",
    "tool",
    "sources",
    "environments",
    "services",
    "consolidation",
    "order",
    "cost",
];

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
    plan: &MigrationPlan,
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
    add(crate::plan::PATH, plan_text(plan));
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

/// `plan/plan.json` with one service a line.
fn plan_text(plan: &MigrationPlan) -> String {
    let mut out = String::from("{");
    let value = serde_json::to_value(plan).unwrap_or_default();
    // In the order of the struct, which a map would lose.
    for (index, key) in PLAN_KEYS.iter().enumerate() {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        let _ = write!(out, "\"{key}\": ");
        match &value[key] {
            Value::Array(list) if list.iter().any(Value::is_object) => {
                out.push_str(lines(list).trim_end());
            }
            Value::Object(map) => out.push_str(&section(map)),
            other => {
                let _ = write!(out, "{other}");
            }
        }
    }
    out.push_str("\n}\n");
    out
}

/// An object with one member a line, and lists of objects with one element a line.
fn section(map: &serde_json::Map<String, Value>) -> String {
    let mut out = String::from("{");
    for (index, (key, value)) in map.iter().enumerate() {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        let _ = write!(out, "\"{key}\": ");
        match value {
            Value::Array(list) if list.iter().any(Value::is_object) => {
                out.push_str(lines(list).trim_end());
            }
            other => {
                let _ = write!(out, "{other}");
            }
        }
    }
    out.push_str("\n}");
    out
}

/// What `plan/plan.json` says of one service.
pub(crate) fn service(one: &Converted<'_>) -> Service {
    let Converted { work, built, scope } = one;
    let mut findings: BTreeMap<char, usize> = BTreeMap::new();
    for finding in &scope.findings {
        *findings.entry(finding.severity).or_default() += 1;
    }
    let of_service = |key: &str| work.service.as_ref().and_then(|item| item.node.text(key));
    Service {
        name: work.name.clone(),
        environment: work.env.clone(),
        blocked: scope.blocked(),
        findings,
        from: From {
            service_arn: of_service("serviceArn"),
            cluster_arn: of_service("clusterArn"),
            task_definition_arn: work.task.node.text("taskDefinitionArn"),
            family: work.task.node.text("family"),
            file: work.task.node.file.to_owned(),
        },
        to: To {
            cluster: work.env.clone(),
            namespace: work.name.clone(),
            overlay: (!scope.blocked())
                .then(|| format!("apps/{}/overlays/{}", work.name, work.env)),
            objects: built.objects.iter().map(object).collect(),
            images: built
                .images
                .iter()
                .map(|(name, image)| (name.clone(), pinned(image)))
                .collect(),
            replicas: built.replicas,
        },
        traffic: traffic(work, built),
        schedules: work.schedules.iter().map(|used| used.label.clone()).collect(),
    }
}

fn object(value: &Value) -> Object {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Object {
        api_version: text(&value["apiVersion"]),
        kind: text(&value["kind"]),
        name: text(&value["metadata"]["name"]),
    }
}

fn pinned(image: &crate::convert::Image) -> Image {
    Image {
        repository: image.repository.clone(),
        tag: image.tag.clone(),
        digest: image.digest.clone(),
    }
}

fn traffic(work: &Workload<'_>, built: &Built) -> Traffic {
    Traffic {
        old_target_groups: work.target_groups.iter().map(|used| json!({"targetGroupArn": used.entry.text("targetGroupArn"), "containerPort": used.entry.int_at("containerPort")})).collect(),
        new_target_groups: built.aws.keys().filter(|name| !name.ends_with("-attributes.json")).cloned().collect(),
        rules: work.rules.iter().map(|used| json!({"ruleArn": used.rule.node.text("RuleArn"), "listenerArn": used.listener.as_ref().and_then(|item| item.node.text("ListenerArn"))})).collect(),
    }
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
