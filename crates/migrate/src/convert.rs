//! One service in one environment, from ECS to Kubernetes: objects, findings, rulings.
//!
//! One file a concern, each a set of functions over [`Cx`]. Objects are JSON trees because what
//! follows (anti-unification, patches, rulings) speaks of paths, not of types; the tests read
//! every object back through the typed API.

pub mod connect;
pub mod container;
pub mod cron;
pub mod deployment;
pub mod environment;
pub mod escape;
pub mod identity;
pub mod image;
pub mod lifecycle;
pub mod listener;
pub mod logs;
pub mod machine;
pub mod names;
pub mod network;
pub mod order;
pub mod placement;
pub mod policy;
pub mod ports;
pub mod probes;
pub mod resources;
pub mod scaling;
pub mod schedule;
pub mod secrets;
pub mod security;
pub mod service;
pub mod size;
pub mod target_group;
pub mod task;
pub mod volumes;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::credential::Credentials;
use crate::input::inventory::Item;
use crate::input::node::Node;
use crate::scope::Scope;

/// What the estate knows of one service in one environment.
#[derive(Debug, Clone)]
pub struct Workload<'a> {
    /// Canonical service.
    pub name: String,
    /// Canonical environment, `default` where none is known.
    pub env: String,
    /// Its task definition.
    pub task: Item<'a>,
    /// Its ECS service; `None` for scheduled tasks and lone task definitions.
    pub service: Option<Item<'a>>,
    /// True if only schedules run it: no Deployment is made.
    pub only_scheduled: bool,
    /// Digest of each container's image now, by container name.
    pub digests: BTreeMap<String, String>,
    /// Target groups that the service registers in.
    pub target_groups: Vec<TargetUse<'a>>,
    /// Listener rules (and default actions) that forward to them.
    pub rules: Vec<RuleUse<'a>>,
    /// Rules of the same load balancers that forward to no service that was read, and that stand
    /// in the Ingresses of this one.
    pub carried: Vec<RuleUse<'a>>,
    /// Scalable targets of the service.
    pub scalable: Vec<Item<'a>>,
    /// Scaling policies of the service.
    pub policies: Vec<Item<'a>>,
    /// Scheduled scaling actions of the service.
    pub scheduled_actions: Vec<Item<'a>>,
    /// Alarms of the account by name, for the thresholds of step scaling.
    pub alarms: BTreeMap<String, Node<'a>>,
    /// Schedules that start its task definition.
    pub schedules: Vec<ScheduleUse<'a>>,
    /// Cloud Map services it registers in, by ARN.
    pub discovery: BTreeMap<String, Item<'a>>,
    /// Names that tasks of the same Service Connect namespace may call.
    pub aliases: Vec<connect::Alias>,
    /// Names of secrets that exist, by ARN; `None` if nobody listed them.
    pub known_secrets: Option<BTreeMap<String, String>>,
    /// The region, where a field tells it.
    pub region: Option<String>,
    /// The account, where a field tells it.
    pub account: Option<String>,
}

impl<'a> Workload<'a> {
    /// A workload of which only its own task definition and service are known yet.
    pub fn new(
        name: &str,
        env: &str,
        task: Item<'a>,
        service: Option<Item<'a>>,
        only_scheduled: bool,
    ) -> Self {
        Self {
            name: name.to_owned(),
            env: env.to_owned(),
            task,
            service,
            only_scheduled,
            digests: BTreeMap::new(),
            target_groups: Vec::new(),
            rules: Vec::new(),
            carried: Vec::new(),
            scalable: Vec::new(),
            policies: Vec::new(),
            scheduled_actions: Vec::new(),
            alarms: BTreeMap::new(),
            schedules: Vec::new(),
            discovery: BTreeMap::new(),
            aliases: Vec::new(),
            known_secrets: None,
            region: None,
            account: None,
        }
    }
}

/// A target group in use by a container of a service.
#[derive(Debug, Clone)]
pub struct TargetUse<'a> {
    /// The entry of `loadBalancers` in the service.
    pub entry: Node<'a>,
    /// The target group, if it was read.
    pub group: Option<Item<'a>>,
    /// Its attributes (`Key`, `Value` pairs), if they were read.
    pub attributes: Option<Item<'a>>,
}

/// A listener rule, or the default action of a listener, that forwards to the service.
#[derive(Debug, Clone)]
pub struct RuleUse<'a> {
    /// The rule; for a default action the listener itself.
    pub rule: Item<'a>,
    /// The listener, if it was read.
    pub listener: Option<Item<'a>>,
    /// The load balancer, if it was read.
    pub balancer: Option<Item<'a>>,
    /// The place of the first rule of its Ingress among all rules of the load balancer, from 1:
    /// rules with the same place stand in one Ingress. `None` if another service's has the rule.
    pub run: Option<i64>,
}

/// A schedule and the target that starts a task.
#[derive(Debug, Clone)]
pub struct ScheduleUse<'a> {
    /// The EventBridge rule or the Scheduler schedule, if it was read.
    pub rule: Option<Item<'a>>,
    /// The target with `EcsParameters`.
    pub target: Node<'a>,
    /// True for EventBridge Scheduler, false for a rule.
    pub scheduler: bool,
    /// Its name without environment words, for the CronJob.
    pub label: String,
}

/// An image as the overlay pins it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Registry and repository.
    pub repository: String,
    /// Tag, where no digest is known.
    pub tag: Option<String>,
    /// `sha256:…`.
    pub digest: Option<String>,
}

/// Everything made of one service in one environment.
#[derive(Debug, Clone, Default)]
pub struct Built {
    /// Kubernetes objects without namespace; the overlay sets it.
    pub objects: Vec<Value>,
    /// `ConfigMaps` to generate, by name.
    pub configs: BTreeMap<String, BTreeMap<String, String>>,
    /// Images by the logical name that the base uses.
    pub images: BTreeMap<String, Image>,
    /// Replicas, unless an autoscaler sets them.
    pub replicas: Option<i64>,
    /// New AWS objects as `aws … --cli-input-json` reads them, by file name.
    pub aws: BTreeMap<String, Value>,
    /// Names of Secrets that pods ask for and that the team makes, as a finding says.
    pub awaited: std::collections::BTreeSet<String>,
    /// Objects for the later step to load balancers that the cluster owns; not applied yet.
    pub later: Vec<Value>,
}

/// The conversion under way.
#[derive(Debug)]
pub struct Cx<'w, 'a> {
    /// What is converted.
    pub work: &'w Workload<'a>,
    /// Literals that must not be written.
    pub credentials: &'w Credentials,
    /// Rulings and findings.
    pub scope: Scope,
    /// What was made so far.
    pub built: Built,
    /// The secrets of each ExternalSecret, by its name.
    pub secrets: BTreeMap<String, secrets::External>,
}

impl<'w, 'a> Cx<'w, 'a> {
    /// A conversion of `work` that has done nothing yet.
    pub fn new(work: &'w Workload<'a>, credentials: &'w Credentials, scope: Scope) -> Self {
        Self { work, credentials, scope, built: Built::default(), secrets: BTreeMap::new() }
    }

    /// The kind of the long-running workload.
    pub fn kind(&self) -> &'static str {
        let strategy = |item: &Item<'_>| item.node.text("schedulingStrategy");
        if self.work.only_scheduled {
            "CronJob"
        } else if self.work.service.as_ref().and_then(strategy).as_deref() == Some("DAEMON") {
            "DaemonSet"
        } else {
            "Deployment"
        }
    }

    /// `Kind/name path` for a ruling on the workload itself.
    pub fn workload(&self, path: &str) -> String {
        if self.work.only_scheduled && path.starts_with("spec.template") {
            return format!("CronJob/{} spec.jobTemplate.{path}", self.work.name);
        }
        format!("{}/{} {path}", self.kind(), self.work.name)
    }

    /// `Kind/name spec.template.spec.path` for a ruling.
    pub fn pod(&self, path: &str) -> String {
        if self.work.only_scheduled {
            let name = &self.work.name;
            return format!("CronJob/{name} spec.jobTemplate.spec.template.spec.{path}");
        }
        self.workload(&format!("spec.template.spec.{path}"))
    }

    /// An object of this service with the recommended labels.
    #[expect(clippy::needless_pass_by_value, reason = "every caller makes the spec on the spot")]
    pub fn object(&self, api: &str, kind: &str, name: &str, spec: Value) -> Value {
        json!({"apiVersion": api, "kind": kind, "metadata": self.meta(name), "spec": spec})
    }

    /// Metadata with the recommended labels.
    pub fn meta(&self, name: &str) -> Value {
        json!({"name": name, "labels": self.labels()})
    }

    /// The recommended labels; no environment word is among them.
    pub fn labels(&self) -> Value {
        json!({
            "app.kubernetes.io/name": self.work.name,
            "app.kubernetes.io/part-of": self.work.name,
            "app.kubernetes.io/managed-by": "segue",
        })
    }

    /// What selects the pods; a Deployment's selector can never change, so it is only the name.
    pub fn selector(&self) -> Value {
        json!({"app.kubernetes.io/name": self.work.name})
    }
}

/// Converts one service in one environment; `scope` has what was found on the way to it.
pub fn convert(work: &Workload<'_>, credentials: &Credentials, scope: Scope) -> (Scope, Built) {
    let mut cx = Cx::new(work, credentials, scope);
    task::convert(&mut cx);
    service::convert(&mut cx);
    connect::convert(&mut cx);
    target_group::convert(&mut cx);
    listener::convert(&mut cx);
    scaling::convert(&mut cx);
    schedule::convert(&mut cx);
    secrets::finish(&mut cx);
    policy::explain(&mut cx);
    guard(&mut cx);
    close(&mut cx);
    (cx.scope, cx.built)
}

/// Rules on what nobody claimed in the things of this service: empty leaves say nothing, anything
/// else is a finding.
fn close(cx: &mut Cx<'_, '_>) {
    for node in things(cx.work) {
        for leaf in cx.scope.ledger.unclaimed(&node) {
            if leaf.is_void() {
                cx.scope.ignored(&leaf, "empty: the same as absent");
            } else {
                let field = leaf.pointer.strip_prefix(&node.pointer).unwrap_or(&leaf.pointer);
                let reason = model::Reason::new(&model::code::convert::UNKNOWN_FIELD)
                    .with("field", field.trim_start_matches('/'));
                cx.scope.finding(&leaf, reason);
            }
        }
    }
}

/// Everything that is this service's own.
fn things<'a>(work: &Workload<'a>) -> Vec<Node<'a>> {
    let mut nodes = vec![work.task.node.clone()];
    nodes.extend(work.task.beside.as_ref().and_then(|beside| beside.get("tags")));
    nodes.extend(work.service.as_ref().map(|item| item.node.clone()));
    for used in &work.target_groups {
        nodes.extend(used.group.as_ref().map(|item| item.node.clone()));
    }
    for used in work.rules.iter().chain(&work.carried) {
        nodes.push(used.rule.node.clone());
    }
    for used in &work.schedules {
        nodes.push(used.target.clone());
        nodes.extend(used.rule.as_ref().map(|item| item.node.clone()));
    }
    nodes
}

/// Removes what is left of credential-like text from every object, whatever field it stands in.
fn guard(cx: &mut Cx<'_, '_>) {
    let mut built = std::mem::take(&mut cx.built);
    let mut found = 0;
    for object in built.objects.iter_mut().chain(&mut built.later).chain(built.aws.values_mut()) {
        let name = object["metadata"]["name"].as_str();
        if name.is_some_and(|name| cx.credentials.contains(name)) {
            // A name must stay one that the API and the file system take.
            object["metadata"]["name"] = json!(format!("redacted-{found}"));
            found += 1;
        }
        found += redact(object, cx.credentials);
    }
    for value in built.configs.values_mut().flat_map(BTreeMap::values_mut) {
        if let Some(clean) = cx.credentials.redacted(value) {
            *value = clean;
            found += 1;
        }
    }
    if found > 0 {
        let reason = model::Reason::new(&model::code::convert::REDACTED)
            .with("service", &cx.work.name)
            .with("count", found);
        let why = reason.sentence();
        let id = cx.scope.report(reason);
        // What was redacted is not kept, whatever was ruled when it was read.
        for leaf in things(cx.work).iter().flat_map(Node::leaves) {
            let guarded = leaf.str().is_some_and(|text| cx.credentials.contains(text));
            if guarded && cx.scope.ledger.keeps(&leaf) {
                cx.scope.ledger.finding(&leaf, &id, &why, None);
            }
        }
    }
    cx.built = built;
}

fn redact(value: &mut Value, credentials: &Credentials) -> usize {
    match value {
        Value::String(text) => match credentials.redacted(text) {
            Some(clean) => {
                *text = clean;
                1
            }
            None => 0,
        },
        Value::Array(list) => list.iter_mut().map(|item| redact(item, credentials)).sum(),
        Value::Object(map) => map.values_mut().map(|item| redact(item, credentials)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

/// Sets `key` unless the value is null, `{}` or `[]`, which Kubernetes objects leave out.
pub(crate) fn put(map: &mut Map<String, Value>, key: &str, value: Value) {
    let void = match &value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(object) => object.is_empty(),
        _ => false,
    };
    if !void {
        map.insert(key.to_owned(), value);
    }
}
