//! Where pods may run: platform, launch type, placement constraints and strategies.

use model::Reason;
use model::code::convert as code;
use serde_json::{Map, Value, json};

use crate::convert::{Cx, put};
use crate::input::node::Node;

/// What placement adds to the pod.
#[derive(Debug, Default)]
pub struct Placement {
    /// `nodeSelector`.
    pub selector: Map<String, Value>,
    /// Required node affinity expressions.
    pub expressions: Vec<Value>,
    /// Pods of the service must be on different nodes.
    pub distinct: bool,
    /// Windows nodes.
    pub windows: bool,
}

/// `runtimePlatform` and `requiresCompatibilities` of the task definition.
pub fn platform(
    cx: &mut Cx<'_, '_>,
    task: &Node<'_>,
    spec: &mut Map<String, Value>,
    out: &mut Placement,
) {
    for node in task.list("requiresCompatibilities") {
        match node.str() {
            Some("EXTERNAL") => {
                cx.scope.finding(
                    &node,
                    Reason::new(&code::EXTERNAL_LAUNCH).with("service", &cx.work.name),
                );
            }
            _ => cx.scope.ignored(&node, "pods run on nodes, whatever launched the tasks"),
        }
    }
    if let Some(node) = task.at(&["runtimePlatform", "cpuArchitecture"]) {
        let arch = match node.str() {
            Some("ARM64") => Some("arm64"),
            Some("X86_64") => Some("amd64"),
            _ => None,
        };
        put(&mut out.selector, "kubernetes.io/arch", json!(arch));
        if arch.is_some() {
            cx.scope.exact(&node, &cx.pod("nodeSelector[kubernetes.io/arch]"));
        } else {
            bad_value(cx, &node, "cpuArchitecture");
        }
        if arch == Some("arm64") {
            cx.scope.note(&node, Reason::new(&code::ARM_IMAGE).with("service", &cx.work.name));
        }
    }
    if let Some(node) = task.at(&["runtimePlatform", "operatingSystemFamily"]) {
        let family = node.scalar().unwrap_or_default();
        let place = cx.pod("os.name");
        if family.to_ascii_uppercase().starts_with("WINDOWS") {
            out.windows = true;
            put(&mut out.selector, "kubernetes.io/os", json!("windows"));
            let build = if family.contains("2019") { "10.0.17763" } else { "10.0.20348" };
            put(&mut out.selector, "node.kubernetes.io/windows-build", json!(build));
            put(spec, "os", json!({"name": "windows"}));
            cx.scope.finding_kept(
                &node,
                Reason::new(&code::WINDOWS).with("family", family),
                &place,
            );
        } else if family.eq_ignore_ascii_case("linux") {
            put(&mut out.selector, "kubernetes.io/os", json!("linux"));
            cx.scope.exact(&node, &cx.pod("nodeSelector[kubernetes.io/os]"));
        } else {
            bad_value(cx, &node, "operatingSystemFamily");
        }
    }
}

fn bad_value(cx: &mut Cx<'_, '_>, node: &Node<'_>, field: &str) {
    let reason = Reason::new(&code::BAD_VALUE).with("field", field).with("container", "the task");
    cx.scope.finding(node, reason);
}

/// `placementConstraints`, of the task definition or of the service.
pub fn constraints(cx: &mut Cx<'_, '_>, owner: &Node<'_>, out: &mut Placement) {
    for constraint in owner.list("placementConstraints") {
        let place = cx.pod("affinity.nodeAffinity");
        if let Some("distinctInstance") = constraint.text("type").as_deref() {
            out.distinct = true;
            cx.scope.exact(&constraint, &cx.pod("affinity.podAntiAffinity"));
        } else {
            let text = constraint.text("expression").unwrap_or_default();
            match expression(&text) {
                Some(expressions) => {
                    out.expressions.extend(expressions);
                    cx.scope.approximated(
                        &constraint,
                        &place,
                        "the cluster query becomes required node affinity on the nodes' labels",
                    );
                }
                None => {
                    cx.scope.finding(
                        &constraint,
                        Reason::new(&code::PLACEMENT_EXPRESSION).with("expression", text),
                    );
                }
            }
        }
    }
}

/// `placementStrategy` of the service.
pub fn strategies(cx: &mut Cx<'_, '_>, service: &Node<'_>) {
    for strategy in service.list("placementStrategy") {
        match strategy.text("type").as_deref() {
            Some("binpack") => cx
                .scope
                .ignored(&strategy, "nodes are packed by the node provisioner's consolidation"),
            Some("random") => {
                cx.scope.ignored(&strategy, "pods are placed by the scheduler's score");
            }
            _ => cx.scope.approximated(
                &strategy,
                &cx.pod("topologySpreadConstraints"),
                "pods are always spread over zones, and apart by node where they can be",
            ),
        }
    }
}

/// A cluster query as node affinity: `attribute:ecs.instance-type =~ m5.*`, `==`, `!=`, `in […]`,
/// `exists`, joined by `and`. `None` for anything else.
pub(super) fn expression(text: &str) -> Option<Vec<Value>> {
    if text.is_empty() {
        return None;
    }
    text.split(" and ").map(|term| one_term(term.trim())).collect()
}

fn one_term(term: &str) -> Option<Value> {
    let rest = term.strip_prefix("attribute:")?;
    let (name, rest) = rest
        .split_once([' ', '=', '!'])
        .map_or((rest, ""), |(name, _)| (name, &rest[name.len()..]));
    let key = label_of(name)?;
    let rest = rest.trim();
    let (operator, values) = if let Some(value) = rest.strip_prefix("==") {
        ("In", vec![value.trim().to_owned()])
    } else if let Some(value) = rest.strip_prefix("!=") {
        ("NotIn", vec![value.trim().to_owned()])
    } else if let Some(value) = rest.strip_prefix("=~") {
        return pattern(name, value.trim());
    } else if let Some(list) = rest.strip_prefix("not_in").or_else(|| rest.strip_prefix("!in")) {
        ("NotIn", in_list(list)?)
    } else if let Some(list) = rest.strip_prefix("in") {
        ("In", in_list(list)?)
    } else if rest == "exists" {
        return Some(json!({"key": key, "operator": "Exists"}));
    } else {
        return None;
    };
    let values: Vec<String> = values.iter().map(|value| value_of(name, value)).collect();
    let valid = values
        .iter()
        .all(|value| crate::convert::names::is_label_value(value) && !value.is_empty());
    valid.then(|| json!({"key": key, "operator": operator, "values": values}))
}

/// `m5.*` on the instance type is a family; other patterns are not enumerated here.
fn pattern(name: &str, value: &str) -> Option<Value> {
    let family = value.strip_suffix(".*")?;
    (name == "ecs.instance-type" && crate::convert::names::is_label_value(family) && !family.is_empty())
        .then(|| json!({"key": "karpenter.k8s.aws/instance-family", "operator": "In", "values": [family]}))
}

fn in_list(text: &str) -> Option<Vec<String>> {
    let inner = text.trim().strip_prefix('[')?.strip_suffix(']')?;
    Some(inner.split(',').map(|part| part.trim().to_owned()).collect())
}

fn label_of(attribute: &str) -> Option<String> {
    match attribute {
        "ecs.instance-type" => Some("node.kubernetes.io/instance-type".to_owned()),
        "ecs.availability-zone" => Some("topology.kubernetes.io/zone".to_owned()),
        "ecs.cpu-architecture" => Some("kubernetes.io/arch".to_owned()),
        "ecs.os-type" => Some("kubernetes.io/os".to_owned()),
        custom if !custom.starts_with("ecs.") && crate::convert::names::is_label_key(custom) => {
            Some(format!("ecs.segue.dev/{custom}"))
        }
        _ => None,
    }
}

fn value_of(attribute: &str, value: &str) -> String {
    match (attribute, value) {
        ("ecs.cpu-architecture", "x86_64") => "amd64".to_owned(),
        _ => value.to_owned(),
    }
}

impl Placement {
    /// The pod's `affinity`: required node labels, and pods apart by host where they can be.
    pub fn affinity(&self, selector: &Value) -> Value {
        let term = json!({"labelSelector": {"matchLabels": selector}, "topologyKey": "kubernetes.io/hostname"});
        let anti = if self.distinct {
            json!({"requiredDuringSchedulingIgnoredDuringExecution": [term]})
        } else {
            json!({"preferredDuringSchedulingIgnoredDuringExecution": [{"podAffinityTerm": term, "weight": 100}]})
        };
        let mut out = Map::new();
        if !self.expressions.is_empty() {
            let terms = json!([{"matchExpressions": self.expressions}]);
            put(
                &mut out,
                "nodeAffinity",
                json!({"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}),
            );
        }
        put(&mut out, "podAntiAffinity", anti);
        Value::Object(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_become_affinity_or_nothing() {
        assert_eq!(
            expression("attribute:ecs.instance-type =~ m5.* and attribute:stack == blue"),
            Some(vec![
                json!({"key": "karpenter.k8s.aws/instance-family", "operator": "In", "values": ["m5"]}),
                json!({"key": "ecs.segue.dev/stack", "operator": "In", "values": ["blue"]}),
            ])
        );
        assert!(expression("task:group == x").is_none());
        assert!(expression("attribute:ecs.instance-type =~ *.large").is_none());
    }
}
