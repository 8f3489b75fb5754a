//! The plan of the first stage as it stands in `plan/plan.json`, member `consolidation`.
//!
//! Types only. Lists are flat so that each cluster, move and step is one line of the file.

use std::collections::BTreeMap;

use model::{Held, Reason};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The plan of the first stage.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Consolidation {
    /// The first word of the new clusters' names.
    pub organisation: Organisation,
    /// The new clusters, one for each environment, in order of environment.
    pub clusters: Vec<Cluster>,
    /// One for each ECS service (or task that only schedules start) that moves, in the order in
    /// which they can be made one by one.
    pub moves: Vec<Move>,
    /// Every step of every move, in an order that keeps each step's `after`.
    pub steps: Vec<Step>,
    /// Values in the inputs of calls that AWS makes on the way: what to ask to know them.
    pub lookups: Vec<Lookup>,
    /// Services that are not moved, and why; `what` is `service/NAME@ENVIRONMENT`.
    pub held: Vec<Held>,
    /// Load balancers whose rules the moves change, against the limits of AWS.
    pub balancers: Vec<Balancer>,
    /// Before and after in figures.
    pub counts: Counts,
}

/// The first word of the new clusters' names, and where it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Organisation {
    /// The word; none if nothing in the account says one: clusters are called after their
    /// environment alone.
    pub name: Option<String>,
    /// Names in the account that begin with it, such as `hosted zone haedal.example`.
    pub evidence: Vec<String>,
}

/// A new cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cluster {
    /// `<org>-<env>`, or `<env>` where no organisation is known.
    pub name: String,
    /// Its environment.
    pub environment: String,
    /// Its ARN, once it is there.
    pub arn: String,
    /// True if a cluster of that name is there already.
    pub exists: bool,
    /// Names of the clusters whose services come into it.
    pub from: Vec<String>,
    /// Capacity providers that it needs.
    pub capacity_providers: Vec<String>,
    /// Groups of EC2 instances that must be made for it: new provider by old one (or old cluster).
    pub instance_groups: BTreeMap<String, String>,
    /// Container Insights: `disabled`, `enabled` or `enhanced`.
    pub container_insights: String,
    /// The namespace of Service Connect that services without one get.
    pub namespace: Option<String>,
    /// VPCs that its tasks run in; more than one is a finding.
    pub vpcs: Vec<String>,
    /// Tasks that run twice if every service of it moves at the same time.
    pub tasks: i64,
}

/// The move of one service in one environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Move {
    /// The canonical service, which is its new name too.
    pub service: String,
    /// The environment.
    pub environment: String,
    /// How it moves.
    pub manner: Manner,
    /// What it is today; the service is empty where only schedules start its tasks.
    pub from: EcsName,
    /// What it becomes.
    pub to: EcsName,
    /// Tasks that must run on the new side before it gets traffic.
    pub tasks: i64,
    /// Its target groups, old and new.
    pub groups: Vec<Group>,
    /// Rules and default actions whose weights move, together.
    pub rules: Vec<Rule>,
    /// What else writes, watches, scales or starts it, and what becomes of that.
    pub owners: Vec<Owner>,
    /// Other moves (`service@environment`) that must have ended first, since they change the same rule.
    pub after: Vec<String>,
    /// Why it moves in this manner.
    pub because: Reason,
}

impl Move {
    /// `service@environment`, by which steps and other moves name it.
    pub fn key(&self) -> String {
        format!("{}@{}", self.service, self.environment)
    }
}

/// How a service moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Manner {
    /// Behind weights of a load balancer.
    Weights,
    /// Both sides run for a while, without weights: workers, names of Cloud Map or Service Connect.
    Overlap,
    /// Never both at once: the old side stops first.
    HandOver,
    /// Only schedules are pointed at the new cluster.
    Schedules,
}

/// A service of ECS and its cluster, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EcsName {
    /// The cluster's name.
    pub cluster: String,
    /// The service's name.
    pub service: String,
    /// The service's ARN; for the new side, the one that it will have.
    pub arn: String,
}

/// A target group of the old side and its copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Group {
    /// ARN of the old one.
    pub old: String,
    /// Name of the new one, at most 32 characters, free in the account.
    pub name: String,
    /// True for the second one of a blue/green pair, which gets no weight here.
    pub alternate: bool,
}

/// A rule, or the default action of a listener, whose weights move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    /// ARN of the rule; for a default action, of the listener.
    pub arn: String,
    /// True for the default action of a listener.
    pub default: bool,
    /// Its priority; none for a default action.
    pub priority: Option<String>,
    /// Name of the load balancer.
    pub balancer: String,
    /// Port of the listener.
    pub port: Option<i64>,
    /// Weights of all its target groups at each step of the shift: ARN (or `${…}` of
    /// [`Consolidation::lookups`]) to weight. Those of a rule always have the same sum.
    pub weights: BTreeMap<u8, BTreeMap<String, i64>>,
}

/// Something else that writes, watches, scales or starts a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Owner {
    /// What sort of thing: `scaling`, `schedule`, `alarm`, `codeDeploy`, `blueGreen`,
    /// `serviceConnect`, `cloudMap`, `role`, `eventRule`, `instances`, `code`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What becomes of it, in plain words.
    pub becomes: String,
}

/// One step: calls that are made together, then what to wait for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// `SERVICE@ENVIRONMENT/NN`, or `cluster@ENVIRONMENT/NN`.
    pub id: String,
    /// The move that it belongs to, `service@environment`; empty for steps of a cluster.
    pub of: String,
    /// What it does.
    pub action: Action,
    /// Share of the service's traffic on the new side from then on, 0 to 100; none where there
    /// is no traffic to weigh.
    pub percent: Option<u8>,
    /// Calls in order. Each is absolute, so that making it twice is harmless.
    pub calls: Vec<Call>,
    /// What must hold before the next step; all of it.
    pub until: Vec<Until>,
    /// Steps that must have ended.
    pub after: Vec<String>,
    /// The earlier step whose calls take this one back; none where there is no way back.
    pub back: Option<String>,
    /// Why.
    pub because: Reason,
}

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// Makes the cluster.
    MakeCluster,
    /// Something that only a person can do; `because` says what.
    Person,
    /// Makes the new target groups.
    MakeGroups,
    /// Takes the new target groups into the rules, with weight 0.
    Attach,
    /// Keeps the old side from being scaled in.
    Pin,
    /// Makes the new service, without tasks.
    MakeService,
    /// Starts the tasks of the new side.
    ScaleUp,
    /// Makes scaling, alarms and the like for the new side.
    Equip,
    /// Sets the weights.
    Weigh,
    /// Points schedules at the new cluster.
    HandOverSchedules,
    /// Waits with both sides up, so that the way back is one call.
    Hold,
    /// Takes the old target groups out of the rules.
    Detach,
    /// Stops the tasks of the old side.
    ScaleDown,
    /// Gives alarms, scaling and deployments their last form.
    Settle,
    /// Deletes the old service and its target groups.
    Remove,
    /// Deletes an old cluster.
    RemoveCluster,
}

/// One call of AWS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// `service:Operation` as IAM writes it, such as `elasticloadbalancing:ModifyRule`.
    pub operation: String,
    /// The region that it is made in.
    pub region: String,
    /// The input, as `aws … --cli-input-json` takes it; `${…}` stands for a [`Lookup`].
    pub input: Value,
}

/// A value that AWS makes on the way, and the question that answers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lookup {
    /// How the value is written in inputs: `${targetGroup/REGION/prod-gateway-ecs}`.
    pub placeholder: String,
    /// The operation to ask.
    pub operation: String,
    /// The region to ask in.
    pub region: String,
    /// Its input.
    pub request: BTreeMap<String, Value>,
    /// The list in the answer; empty if the answer itself is the thing.
    pub list: String,
    /// Members that the one element of the list has.
    pub having: BTreeMap<String, String>,
    /// The member of that element which is the value, a path with dots.
    pub member: String,
    /// True if only what follows the last colon is the value.
    pub tail: bool,
}

/// What a step waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Until {
    /// The service's only deployment is complete, and so many tasks run.
    Steady {
        /// The cluster's name.
        cluster: String,
        /// The service's name.
        service: String,
        /// Running tasks.
        tasks: i64,
    },
    /// So many targets of the group are healthy.
    Healthy {
        /// ARN or placeholder of the target group.
        group: String,
        /// Healthy targets.
        targets: i64,
    },
    /// The rule answers these weights when it is read.
    Landed,
    /// No request reached the target group for so long.
    Quiet {
        /// ARN of the target group.
        group: String,
        /// Seconds.
        secs: i64,
    },
    /// So much time has passed, observed.
    Time {
        /// Seconds.
        secs: i64,
    },
    /// A person says that it is done.
    Said,
}

/// A load balancer whose rules the moves change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Balancer {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// Moves that change its rules.
    pub moves: Vec<String>,
    /// Rules without default ones, which the moves leave in number as they are.
    pub rules: usize,
    /// Target groups today.
    pub groups_before: usize,
    /// Target groups while all moves are under way at once.
    pub groups_during: usize,
    /// Target groups at the end.
    pub groups_after: usize,
}

/// Before and after in figures.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Counts {
    /// Clusters that were read.
    pub clusters_before: usize,
    /// Clusters when all moves are done: the new ones and those that something held keeps.
    pub clusters_after: usize,
    /// ECS services that were read and are not gone.
    pub services: usize,
    /// Services that move.
    pub moved: usize,
    /// Services that are held.
    pub held: usize,
    /// Target groups of services before.
    pub groups_before: usize,
    /// Target groups that are made.
    pub groups_made: usize,
    /// Target groups that are deleted at the end.
    pub groups_removed: usize,
    /// Rules and default actions that are changed.
    pub rules: usize,
    /// Schedules that are pointed at a new cluster.
    pub schedules: usize,
    /// Steps that only a person can do.
    pub by_person: usize,
}
