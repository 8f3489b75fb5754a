//! What the manifests of the repository say of the new side, before any of it runs: facts for the
//! checks that a file can prove or refute. What only a cluster or an account can tell stays unknown.

use std::path::Path;

use gitops::Tree;
use jiff::Timestamp;
use live::disk;
use model::Reason;
use model::code::rehearsal as code;
use model::facts::pods::{Budget, Disruption, Probes, Stop};
use model::facts::targets::Binding;
use model::facts::{Fact, Facts};
use serde_json::Value;

use crate::cli::exit::Failure;
use crate::rehearse::spec::{Shift, Spec};

/// Kubernetes' own default of `terminationGracePeriodSeconds`.
const GRACE_SECS: u32 = 30;

/// The facts of the new side of `shift` as the repository `config` states them; none where it has
/// no overlay of that service and environment.
pub(super) fn facts(config: &Path, shift: &Shift, at: Timestamp) -> Result<Facts, Failure> {
    let spec = &shift.spec;
    let folder = format!("apps/{}/overlays/{}", spec.service, spec.environment);
    let has_pods = shift.goal().preflight.is_some_and(|terms| terms.new.platform.has_pods());
    if !has_pods || !config.join(&folder).is_dir() {
        return Ok(Facts::default());
    }
    let mut tree = Tree::new();
    // The whole of it: an overlay may stand on components that all services share.
    for (path, bytes) in disk::read_tree(config, |path| !path.starts_with(".git/"))? {
        tree.insert(path, bytes);
    }
    let rendered = gitops::render(&tree, &folder).map_err(|error| {
        let overlay = config.join(&folder);
        Reason::new(&code::BAD_OVERLAY).with("overlay", overlay.display()).with("cause", error)
    })?;
    let mut facts = of(&rendered.objects, spec, &folder, at);
    let group = format!("apps/{}/aws/{}/", spec.service, spec.environment);
    facts.targets.new.deregistration_delay_secs = tree
        .iter()
        .filter(|(path, _)| path.starts_with(&group) && path.ends_with("-attributes.json"))
        .find_map(|(path, bytes)| Some(Fact::new(drain_secs(bytes)?, path, at)));
    Ok(facts)
}

/// The facts that rendered objects hold.
fn of(objects: &[Value], spec: &Spec, from: &str, at: Timestamp) -> Facts {
    let mut facts = Facts::default();
    let name = spec.new.fleet.rsplit('/').next().unwrap_or_default();
    let of_kind = |kind: &'static str| objects.iter().filter(move |one| one["kind"] == kind);
    let Some(deployment) = of_kind("Deployment").find(|one| one["metadata"]["name"] == name) else {
        return facts;
    };
    let template = &deployment["spec"]["template"];
    let container = served(template, of_kind("TargetGroupBinding").next());
    let pods = &mut facts.pods.new;
    let probe = |which: &str| container.get(which).and_then(asks);
    let probes = Probes { readiness: probe("readinessProbe"), liveness: probe("livenessProbe") };
    pods.probes = Some(Fact::new(probes, from, at));
    pods.stop = pre_stop_secs(container).map(|pre_stop_secs| {
        let grace = number(&template["spec"]["terminationGracePeriodSeconds"]);
        Fact::new(Stop { pre_stop_secs, grace_secs: grace.unwrap_or(GRACE_SECS) }, from, at)
    });
    let scaler = of_kind("HorizontalPodAutoscaler")
        .find(|one| one["spec"]["scaleTargetRef"]["name"] == name)
        .map(|one| &one["spec"]);
    let least = scaler.map_or(&deployment["spec"]["replicas"], |scaler| &scaler["minReplicas"]);
    let copies = number(least).unwrap_or(1).max(spec.new.replicas);
    let budget = of_kind("PodDisruptionBudget")
        .find(|one| selects(&one["spec"]["selector"], &template["metadata"]["labels"]));
    let keeps = &template["metadata"]["annotations"]["karpenter.sh/do-not-disrupt"];
    let disruption = Disruption {
        budget: budget.and_then(|one| allowed(&one["spec"], copies)),
        // What a NodePool allows at this moment is the cluster's to say.
        node_budget_zero: false,
        do_not_disrupt: keeps == "true",
        node_grace_secs: None,
    };
    pods.disruption = Some(Fact::new(disruption, from, at));
    facts.capacity.new.replicas_max =
        scaler.and_then(|one| number(&one["maxReplicas"])).map(|most| Fact::new(most, from, at));
    facts.targets.new.binding = of_kind("TargetGroupBinding").next().map(|one| {
        let several = one["spec"]["multiClusterTargetGroup"] == true;
        let binding = Binding { bound: true, ecs: false, multi_cluster_from_first: several };
        Fact::new(binding, from, at)
    });
    facts
}

/// The container that requests reach: the one with the port of the binding, or else the first with
/// a readiness probe, or the first.
fn served<'a>(template: &'a Value, binding: Option<&Value>) -> &'a Value {
    let containers = template["spec"]["containers"].as_array().map_or(&[][..], Vec::as_slice);
    let port = binding.map(|one| &one["spec"]["networking"]["ingress"][0]["ports"][0]["port"]);
    let has_port = |container: &&Value| {
        let ports = container["ports"].as_array().map_or(&[][..], Vec::as_slice);
        let wanted = port.filter(|port| !port.is_null());
        wanted.is_some_and(|port| {
            ports.iter().any(|one| one["containerPort"] == *port || one["name"] == *port)
        })
    };
    let probed = |container: &&Value| container["readinessProbe"].is_object();
    let found = containers.iter().find(has_port).or_else(|| containers.iter().find(probed));
    found.or(containers.first()).unwrap_or(&Value::Null)
}

/// What a probe asks, as people say it.
fn asks(probe: &Value) -> Option<String> {
    let port = |of: &Value| of.as_str().map_or_else(|| of.to_string(), str::to_owned);
    if let Some(get) = probe.get("httpGet") {
        let path = get["path"].as_str().unwrap_or("/");
        return Some(format!("GET :{}{path}", port(&get["port"])));
    }
    if let Some(socket) = probe.get("tcpSocket") {
        return Some(format!("TCP :{}", port(&socket["port"])));
    }
    if let Some(grpc) = probe.get("grpc") {
        return Some(format!("gRPC :{}", port(&grpc["port"])));
    }
    let words: Vec<&str> =
        probe["exec"]["command"].as_array()?.iter().filter_map(Value::as_str).collect();
    Some(format!("exec {}", words.join(" ")))
}

/// How long the preStop hook lasts; `None` if only running it would tell.
fn pre_stop_secs(container: &Value) -> Option<u32> {
    let Some(hook) = container["lifecycle"].get("preStop") else {
        return Some(0);
    };
    if let Some(sleep) = hook.get("sleep") {
        return number(&sleep["seconds"]);
    }
    let words: Vec<&str> =
        hook["exec"]["command"].as_array()?.iter().filter_map(Value::as_str).collect();
    let words: Vec<&str> = words.iter().flat_map(|word| word.split_whitespace()).collect();
    let seconds = |secs: &str| secs.trim_end_matches('s').parse().ok();
    match words.as_slice() {
        ["sleep" | "/bin/sleep", secs]
        | ["sh" | "/bin/sh" | "bash" | "/bin/bash", "-c", "sleep" | "/bin/sleep", secs] => {
            seconds(secs)
        }
        _ => None,
    }
}

/// What a budget lets go and keeps of `copies`, rounded as the disruption controller does it: a
/// percentage counts up on both sides.
fn allowed(spec: &Value, copies: u32) -> Option<Budget> {
    let amount = |value: &Value| -> Option<u32> {
        let Some(text) = value.as_str() else {
            return number(value);
        };
        let percent: u32 = text.strip_suffix('%')?.parse().ok()?;
        Some(copies.saturating_mul(percent).div_ceil(100))
    };
    let keeps = match (spec.get("maxUnavailable"), spec.get("minAvailable")) {
        (Some(most), _) => copies.saturating_sub(amount(most)?),
        (None, Some(least)) => amount(least)?,
        (None, None) => return None,
    };
    Some(Budget { allowed: copies.saturating_sub(keeps), keeps })
}

/// Whether every label of the selector is there.
fn selects(selector: &Value, labels: &Value) -> bool {
    let wanted = selector["matchLabels"].as_object();
    wanted.is_some_and(|wanted| wanted.iter().all(|(name, value)| labels[name] == *value))
}

/// The deregistration delay in a list of attributes as Elastic Load Balancing takes it.
fn drain_secs(bytes: &[u8]) -> Option<u32> {
    let attributes: Value = serde_json::from_slice(bytes).ok()?;
    let named = |one: &&Value| one["Key"] == "deregistration_delay.timeout_seconds";
    attributes["Attributes"].as_array()?.iter().find(named)?["Value"].as_str()?.parse().ok()
}

fn number(value: &Value) -> Option<u32> {
    value.as_u64().and_then(|value| u32::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::rehearse::spec;

    fn shift() -> Shift {
        spec::parse("example", include_str!("../../rehearse/spec/example.yaml")).unwrap()
    }

    fn deployment(container: &Value, pod: &Value) -> Value {
        let mut containers = json!({"containers": [{"name": "proxy"}, container]});
        for (name, value) in pod.as_object().unwrap() {
            containers[name] = value.clone();
        }
        let name = shift().spec.new.fleet;
        json!({"kind": "Deployment",
            "metadata": {"name": name.rsplit('/').next().unwrap()},
            "spec": {"replicas": 3, "template": {
                "metadata": {"labels": {"app": "checkout", "tier": "web"}},
                "spec": containers}}})
    }

    fn read(objects: &[Value]) -> Facts {
        of(objects, &shift().spec, "apps/checkout/overlays/prod", Timestamp::UNIX_EPOCH)
    }

    fn probed(name: &str) -> Value {
        json!({"name": name, "ports": [{"containerPort": 8080}],
            "readinessProbe": {"httpGet": {"path": "/ready", "port": 8080}},
            "livenessProbe": {"tcpSocket": {"port": "http"}},
            "lifecycle": {"preStop": {"sleep": {"seconds": 45}}}})
    }

    #[test]
    fn a_deployment_says_how_it_gets_ready_and_how_it_ends() {
        let facts =
            read(&[deployment(&probed("app"), &json!({"terminationGracePeriodSeconds": 90}))]);
        let probes = facts.pods.new.probes.unwrap();
        assert_eq!(probes.value.readiness.as_deref(), Some("GET :8080/ready"));
        assert_eq!(probes.value.liveness.as_deref(), Some("TCP :http"));
        assert_eq!(probes.from, "apps/checkout/overlays/prod");
        let stop = facts.pods.new.stop.unwrap().value;
        assert_eq!((stop.pre_stop_secs, stop.grace_secs), (45, 90));
        assert_eq!(facts.pods.new.disruption.unwrap().value.budget, None);
        assert_eq!((facts.pods.new.gates, facts.pods.old.stop), (None, None));
    }

    #[test]
    fn the_container_behind_the_binding_counts() {
        let binding = json!({"kind": "TargetGroupBinding", "spec": {
            "multiClusterTargetGroup": true,
            "networking": {"ingress": [{"ports": [{"port": 9090}]}]}}});
        let mut other = probed("side");
        other["ports"] = json!([{"containerPort": 9090}]);
        other["readinessProbe"] = json!({"exec": {"command": ["/bin/check", "-x"]}});
        let facts = read(&[deployment(&other, &json!({})), binding]);
        let probes = facts.pods.new.probes.unwrap().value;
        assert_eq!(probes.readiness.as_deref(), Some("exec /bin/check -x"));
        let binding = facts.targets.new.binding.unwrap().value;
        assert!(binding.bound && !binding.ecs && binding.multi_cluster_from_first);
    }

    #[test]
    fn a_hook_that_only_running_would_time_is_unknown() {
        for (hook, secs) in [
            (json!({"exec": {"command": ["sleep", "20"]}}), Some(20)),
            (json!({"exec": {"command": ["/bin/sh", "-c", "sleep 35s"]}}), Some(35)),
            (json!({"exec": {"command": ["/bin/sh", "-c", "sleep 5 && nginx -s quit"]}}), None),
            (json!({"httpGet": {"path": "/drain", "port": 80}}), None),
        ] {
            assert_eq!(pre_stop_secs(&json!({"lifecycle": {"preStop": hook}})), secs, "{hook}");
        }
        assert_eq!(pre_stop_secs(&json!({})), Some(0));
    }

    #[test]
    fn budgets_are_counted_as_the_controller_counts_them() {
        let of = |spec: Value| allowed(&spec, 10).map(|budget| (budget.allowed, budget.keeps));
        assert_eq!(of(json!({"maxUnavailable": 1})), Some((1, 9)));
        assert_eq!(of(json!({"maxUnavailable": "25%"})), Some((3, 7)));
        assert_eq!(of(json!({"minAvailable": "75%"})), Some((2, 8)));
        assert_eq!(of(json!({"minAvailable": 12})), Some((0, 12)));
        assert_eq!(of(json!({})), None);
        let budget = json!({"kind": "PodDisruptionBudget", "spec": {"maxUnavailable": 1,
            "selector": {"matchLabels": {"app": "checkout"}}}});
        let scaler = json!({"kind": "HorizontalPodAutoscaler", "spec": {"minReplicas": 6,
            "maxReplicas": 16, "scaleTargetRef": {"name": "checkout"}}});
        let facts = read(&[deployment(&probed("app"), &json!({})), budget.clone(), scaler]);
        let kept = facts.pods.new.disruption.unwrap().value.budget.unwrap();
        assert_eq!((kept.allowed, kept.keeps), (1, 5));
        assert_eq!(facts.capacity.new.replicas_max.unwrap().value, 16);
        // Without the scaler the copies that the shift asks for are there.
        let facts = read(&[deployment(&probed("app"), &json!({})), budget]);
        let kept = facts.pods.new.disruption.unwrap().value.budget.unwrap();
        assert_eq!((kept.allowed, kept.keeps), (1, shift().spec.new.replicas - 1));
    }

    #[test]
    fn attributes_are_read_as_elastic_load_balancing_takes_them() {
        let text = r#"{"Attributes": [{"Key": "stickiness.enabled", "Value": "false"},
            {"Key": "deregistration_delay.timeout_seconds", "Value": "30"}]}"#;
        assert_eq!(drain_secs(text.as_bytes()), Some(30));
        assert_eq!(drain_secs(b"{}"), None);
    }
}
