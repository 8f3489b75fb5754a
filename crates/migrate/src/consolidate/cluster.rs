//! The new clusters: what they are called and what they need.

use std::collections::{BTreeMap, BTreeSet};

use model::Reason;
use model::code::consolidate as code;
use serde_json::{Map, Value, json};

use crate::consolidate::document::{Cluster, Organisation};
use crate::consolidate::facts::Facts;
use crate::consolidate::subject::{One, Place};
use crate::consolidate::value::{clean, put};
use crate::convert::names;
use crate::given::Raised;
use crate::input::node::Node;
use crate::input::section::Section;

/// One cluster for each environment in each account and region.
pub(super) type Key = (String, Place);

/// A new cluster with what is not in the document.
#[derive(Debug, Clone)]
pub(super) struct Target {
    /// As it is written.
    pub(super) document: Cluster,
    /// Where it is.
    pub(super) place: Place,
    /// Providers by the service that needs them and the old provider (or old cluster).
    pub(super) providers: BTreeMap<(String, String), String>,
    /// Logging of `execute-command`, if the old clusters agree.
    configuration: Option<Value>,
    /// The default strategy, if the old clusters agree.
    strategy: Vec<Value>,
    /// What the cluster has today, where it exists.
    present: BTreeSet<String>,
}

/// Name of a new cluster.
pub(super) fn name(organisation: &Organisation, env: &str) -> String {
    organisation.name.as_ref().map_or_else(|| env.to_owned(), |org| format!("{org}-{env}"))
}

/// The cluster for the services `ones`, all of one environment and place.
pub(super) fn target(
    facts: &Facts<'_, '_>,
    name: &str,
    key: &Key,
    ones: &[&One<'_, '_>],
    raised: &mut Vec<Raised>,
) -> Target {
    let (env, place) = key;
    let clusters = facts.given.inventory.all(Section::Clusters);
    let of = |arn: &str| {
        let same = |node: &Node<'_>| node.text("clusterArn").as_deref() == Some(arn);
        clusters.iter().map(|item| item.node.clone()).find(|node| same(node))
    };
    let arn = place.ecs(&format!("cluster/{name}"));
    let present = of(&arn).filter(|node| node.text("status").as_deref() != Some("INACTIVE"));
    let arns: BTreeSet<&str> = ones.iter().map(|one| one.cluster_arn.as_str()).collect();
    let sources: Vec<Node<'_>> = arns.iter().filter_map(|arn| of(arn)).collect();
    let mut differ = |setting: &str, values: BTreeSet<String>, chosen: &str| {
        let reason = Reason::new(&code::SETTINGS_DIFFER)
            .with("env", env)
            .with("cluster", name)
            .with("setting", setting)
            .with("values", values.into_iter().collect::<Vec<_>>().join(", "))
            .with("chosen", chosen);
        raised.push(Raised { service: String::new(), environment: env.clone(), reason });
    };
    let insights = insights(&sources, &mut differ);
    let configuration =
        agreed(&sources, "configuration", "the logging of execute-command", &mut differ);
    let strategy =
        agreed(&sources, "defaultCapacityProviderStrategy", "the default strategy", &mut differ);
    let strategy = strategy.and_then(|value| value.as_array().cloned()).unwrap_or_default();
    let on_fargate = |entry: &Value| {
        let name = entry.get("capacityProvider").and_then(Value::as_str).unwrap_or_default();
        name.starts_with("FARGATE")
    };
    let strategy = if strategy.iter().all(on_fargate) { strategy } else { Vec::new() };
    let mut taken: BTreeSet<String> =
        super::facts::things(facts.given.inventory, "capacityProviders")
            .iter()
            .flat_map(|one| [one.text("name"), instances_name(one)])
            .flatten()
            .collect();
    let (needed, providers) = providers(ones, &mut taken);
    let instance_groups =
        providers.iter().map(|((_, old), new)| (new.clone(), old.clone())).collect();
    let connects = ones.iter().any(|one| one.connect.is_some());
    let subnets = |one: &&One<'_, '_>| facts.vpcs(&one.subnets());
    let vpcs: BTreeSet<String> = ones.iter().flat_map(subnets).collect();
    Target {
        document: Cluster {
            name: name.to_owned(),
            environment: env.clone(),
            arn,
            exists: present.is_some(),
            from: arns.iter().map(|arn| names::last_part(arn).to_owned()).collect(),
            capacity_providers: needed.into_iter().collect(),
            instance_groups,
            container_insights: insights,
            namespace: connects.then(|| namespace(facts, name)),
            vpcs: vpcs.into_iter().collect(),
            tasks: ones.iter().map(|one| one.tasks()).sum(),
        },
        place: place.clone(),
        providers,
        configuration,
        strategy,
        present: present
            .map(|node| node.strings("capacityProviders"))
            .into_iter()
            .flatten()
            .collect(),
    }
}

/// The most that any of the old clusters has; a figure that was there must not vanish.
fn insights(sources: &[Node<'_>], differ: &mut dyn FnMut(&str, BTreeSet<String>, &str)) -> String {
    let of = |node: &Node<'_>| {
        let settings = node.list("settings");
        let found =
            settings.iter().find(|one| one.text("name").as_deref() == Some("containerInsights"));
        found.and_then(|one| one.text("value")).unwrap_or_else(|| "disabled".to_owned())
    };
    let values: BTreeSet<String> = sources.iter().map(of).collect();
    let known = ["enhanced", "enabled"].into_iter().find(|value| values.contains(*value));
    let chosen = known.unwrap_or("disabled");
    if values.len() > 1 {
        differ("Container Insights", values, chosen);
    }
    chosen.to_owned()
}

/// The value of `key` if the old clusters that have one have the same.
fn agreed(
    sources: &[Node<'_>],
    key: &str,
    what: &str,
    differ: &mut dyn FnMut(&str, BTreeSet<String>, &str),
) -> Option<Value> {
    let of = |node: &Node<'_>| node.get(key).map(|node| clean(node.value));
    let void = |value: &Value| value.as_array().is_some_and(Vec::is_empty) || *value == json!({});
    let values: Vec<Value> = sources.iter().filter_map(of).filter(|value| !void(value)).collect();
    let texts: BTreeSet<String> = values.iter().map(Value::to_string).collect();
    if texts.len() > 1 {
        differ(what, BTreeSet::from([format!("{} different ones", texts.len())]), "none");
        return None;
    }
    values.into_iter().next()
}

/// A name for the namespace that nobody has.
fn namespace(facts: &Facts<'_, '_>, cluster: &str) -> String {
    let all = facts.given.inventory.all(Section::Namespaces);
    let mut taken: BTreeSet<String> =
        all.iter().filter_map(|item| item.node.text("Name")).collect();
    free(cluster, &mut taken)
}

/// The name of the Auto Scaling group behind a provider, the end of its ARN.
fn instances_name(provider: &Node<'_>) -> Option<String> {
    let arn = provider.get("autoScalingGroupProvider")?.text("autoScalingGroupArn")?;
    Some(arn.split_once("autoScalingGroupName/")?.1.to_owned())
}

/// `name`, or `name-2` and so on, whichever is not in `taken`.
pub(super) fn free(name: &str, taken: &mut BTreeSet<String>) -> String {
    let mut candidate = name.to_owned();
    let mut number = 2_u32;
    while !taken.insert(candidate.clone()) {
        candidate = format!("{name}-{number}");
        number = number.saturating_add(1);
    }
    candidate
}

/// Providers that the services need, and new ones for those of EC2 instances.
fn providers(
    ones: &[&One<'_, '_>],
    taken: &mut BTreeSet<String>,
) -> (BTreeSet<String>, BTreeMap<(String, String), String>) {
    let mut needed = BTreeSet::new();
    let mut made = BTreeMap::new();
    for one in ones {
        let strategy = one.node.as_ref().map(|node| node.list("capacityProviderStrategy"));
        let strategy = strategy.unwrap_or_default();
        let named = strategy.iter().filter_map(|entry| entry.text("capacityProvider"));
        let mut old: Vec<String> = named.collect();
        if old.is_empty() && one.on_instances() {
            old.push(one.cluster().to_owned());
        }
        if old.is_empty() {
            // The launch type FARGATE works without, and with it Spot can be added any time.
            needed.insert("FARGATE".to_owned());
        }
        for provider in old {
            let new = if provider.starts_with("FARGATE") {
                provider
            } else {
                let base = format!("{}-{}", one.work.env, one.work.name);
                // Names that begin so are kept for AWS.
                let kept = ["aws", "ecs", "fargate"].iter().any(|word| base.starts_with(word));
                let base = if kept { format!("on-{base}") } else { base };
                let key = (one.key(), provider);
                made.entry(key).or_insert_with(|| free(&base, taken)).clone()
            };
            needed.insert(new);
        }
    }
    (needed, made)
}

impl Target {
    /// The provider that a service on EC2 instances has in the new cluster.
    pub(super) fn provider_of(&self, key: &str) -> Option<&str> {
        let mut own = self.providers.iter().filter(|((of, _), _)| of == key);
        own.next().map(|(_, name)| name.as_str())
    }

    /// The input of `ecs:CreateCluster`.
    pub(super) fn create(&self) -> Value {
        let mut input = Map::new();
        let document = &self.document;
        put(&mut input, "clusterName", json!(document.name));
        put(
            &mut input,
            "settings",
            json!([{"name": "containerInsights", "value": document.container_insights}]),
        );
        put(&mut input, "configuration", self.configuration.clone().unwrap_or_default());
        put(&mut input, "capacityProviders", json!(self.of_aws()));
        put(&mut input, "defaultCapacityProviderStrategy", json!(self.strategy));
        if let Some(namespace) = &document.namespace {
            // A namespace of this name is made with the cluster.
            put(&mut input, "serviceConnectDefaults", json!({"namespace": namespace}));
        }
        let tags = json!([{"key": "Environment", "value": document.environment}, {"key": "segue.dev/stage", "value": "consolidation"}]);
        put(&mut input, "tags", tags);
        Value::Object(input)
    }

    /// Providers that every account has.
    fn of_aws(&self) -> Vec<&String> {
        let made: BTreeSet<&String> = self.document.instance_groups.keys().collect();
        let all = self.document.capacity_providers.iter();
        all.filter(|name| !made.contains(name)).collect()
    }

    /// The input of `ecs:PutClusterCapacityProviders`; none if `create` says all of it.
    pub(super) fn put_providers(&self) -> Option<Value> {
        let needed: BTreeSet<&String> = self.document.capacity_providers.iter().collect();
        let missing = needed.iter().any(|name| !self.present.contains(*name));
        let by_create = !self.document.exists && self.document.instance_groups.is_empty();
        if by_create || !missing {
            return None;
        }
        let all: BTreeSet<&String> = needed.into_iter().chain(&self.present).collect();
        Some(json!({
            "cluster": self.document.name,
            "capacityProviders": all,
            "defaultCapacityProviderStrategy": self.strategy,
        }))
    }
}
