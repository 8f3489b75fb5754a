//! Pods of one side: probes, readiness gates, how they stop, what may take them away.

use serde::{Deserialize, Serialize};

use super::Known;

/// What is known of a side's pods. All of it stays absent for a side that runs on ECS.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Pods {
    /// Probes of the container that serves. Source: the pod template.
    pub probes: Known<Probes>,
    /// Readiness gates of the AWS Load Balancer Controller. Source: pods, namespace, webhook.
    pub gates: Known<Gates>,
    /// How a pod ends. Source: the pod template.
    pub stop: Known<Stop>,
    /// What keeps nodes from taking pods away. Source: `PodDisruptionBudget`, `NodePool`, pods.
    pub disruption: Known<Disruption>,
    /// Bindings and Ingresses that the controller has to act on. Source: their status and events.
    pub controller: Known<Controller>,
}

/// The probes of a container; `None` where the template has none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Probes {
    /// What the readiness probe asks, such as `GET :8080/ready`.
    pub readiness: Option<String>,
    /// What the liveness probe asks.
    pub liveness: Option<String>,
}

/// Readiness gates `target-health.elbv2.k8s.aws/*` of the pods behind a `TargetGroupBinding`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Gates {
    /// Pods behind the binding.
    pub pods: u32,
    /// Pods that carry the gate; it is injected only when a pod is created.
    pub with_gate: u32,
    /// Pods whose gate is True.
    pub open: u32,
    /// Whether the namespace has the label that asks for gates.
    pub namespace_labelled: bool,
    /// Whether the webhook that injects them answers; its failure policy is Ignore, so that a
    /// controller that is down means no gate and no error.
    pub webhook_alive: bool,
}

/// How a pod ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stop {
    /// Seconds that the preStop hook waits before SIGTERM; 0 if there is none.
    pub pre_stop_secs: u32,
    /// `terminationGracePeriodSeconds`, which begins with preStop.
    pub grace_secs: u32,
}

/// What keeps nodes from taking pods away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Disruption {
    /// The budget of the pods; `None` if there is none.
    pub budget: Option<Budget>,
    /// Whether the `NodePool` budgets allow no disruption now.
    pub node_budget_zero: bool,
    /// Whether every pod has `karpenter.sh/do-not-disrupt` now.
    pub do_not_disrupt: bool,
    /// `terminationGracePeriod` of the nodes in seconds. It overrides both of the above.
    pub node_grace_secs: Option<u32>,
}

/// A `PodDisruptionBudget`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Budget {
    /// Pods that may be taken away now (`status.disruptionsAllowed`).
    pub allowed: u32,
    /// Pods that it keeps in any case (`status.desiredHealthy`).
    pub keeps: u32,
}

/// What the AWS Load Balancer Controller has done of what it was told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Controller {
    /// Every `TargetGroupBinding` and Ingress of the shift.
    pub objects: Vec<Reconciled>,
    /// Members of the Ingress group that are not valid, the shift's own or others': one of them
    /// freezes the whole group. Empty also if the Ingress is alone.
    pub invalid_in_group: Vec<String>,
}

/// One object that the controller acts on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reconciled {
    /// `kind/namespace/name`.
    pub name: String,
    /// `metadata.generation`.
    pub generation: u64,
    /// The generation that its status or its last event speaks of.
    pub observed: u64,
    /// Seconds between the change of the object and the controller's answer, or until now if there
    /// is none.
    pub took_secs: u32,
}
