//! What is to move: one ECS service (or what only schedules start) with its names and its place.

use std::collections::{BTreeMap, BTreeSet};

use crate::consolidate::facts::{Facts, Front};
use crate::convert::{Workload, names};
use crate::input::node::Node;

/// Where in AWS a service lives; a cluster cannot span two of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// `aws`, `aws-cn` or `aws-us-gov`.
    pub(super) partition: String,
    /// The region.
    pub(super) region: String,
    /// The account.
    pub(super) account: String,
}

impl Place {
    /// Out of an ARN of ECS.
    pub(super) fn of(arn: &str) -> Option<Self> {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let [_, partition, _, region, account, _] = parts.as_slice() else { return None };
        let all = [partition, region, account];
        if !arn.starts_with("arn:") || all.iter().any(|part| part.is_empty()) {
            return None;
        }
        let [partition, region, account] = all.map(|part| (*part).to_owned());
        Some(Self { partition, region, account })
    }

    /// The ARN of a thing of ECS here.
    pub(super) fn ecs(&self, rest: &str) -> String {
        let Self { partition, region, account } = self;
        format!("arn:{partition}:ecs:{region}:{account}:{rest}")
    }
}

/// One service in one environment.
#[derive(Debug, Clone)]
pub(super) struct One<'g, 'a> {
    /// What was gathered of it.
    pub(super) work: &'g Workload<'a>,
    /// The ECS service; none where only schedules start its tasks.
    pub(super) node: Option<Node<'a>>,
    /// Where it lives.
    pub(super) place: Place,
    /// ARN of its cluster.
    pub(super) cluster_arn: String,
    /// Its target groups.
    pub(super) groups: Vec<OwnGroup>,
    /// Rules and default actions that bring its traffic.
    pub(super) fronts: Vec<Front<'a>>,
    /// Rules and default actions that only bring test traffic to the second group of a pair.
    pub(super) tests: Vec<Front<'a>>,
    /// Its part in Service Connect.
    pub(super) connect: Option<Connect<'a>>,
    /// Name of its namespace of Service Connect, where it was read.
    pub(super) namespace_name: Option<String>,
    /// The `CodeDeploy` deployment group that deploys it.
    pub(super) code_deploy: Option<Node<'a>>,
}

/// A target group of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OwnGroup {
    /// Its ARN.
    pub(super) arn: String,
    /// The second one of its pair, where a deployment swaps two.
    pub(super) alternate: Option<String>,
    /// The container that it sends to.
    pub(super) container: String,
    /// The container's port.
    pub(super) port: Option<i64>,
}

/// A service in Service Connect.
#[derive(Debug, Clone)]
pub(super) struct Connect<'a> {
    /// ARN or name of the namespace.
    pub(super) namespace: String,
    /// The configuration as it stands.
    pub(super) node: Node<'a>,
    /// Names under which others call it; empty for a mere caller.
    pub(super) names: Vec<String>,
}

impl<'g, 'a> One<'g, 'a> {
    /// A service of ECS with what belongs to it; `None` if its ARNs say too little.
    pub(super) fn of_service(facts: &Facts<'g, 'a>, work: &'g Workload<'a>) -> Option<Self> {
        let node = work.service.as_ref()?.node.clone();
        let cluster_arn = node.text("clusterArn")?;
        let place = Place::of(&node.text("serviceArn")?)?;
        node.text("serviceName")?;
        let code_deploy = code_deploy(facts, &node);
        let groups = own_groups(facts, &node, code_deploy.as_ref());
        let (fronts, tests) = fronts(facts, &node, &groups, code_deploy.as_ref());
        let connect = connect(&node);
        let namespace_name = connect
            .as_ref()
            .and_then(|connect| super::service::namespace_name(facts, &connect.namespace));
        Some(Self {
            work,
            node: Some(node),
            place,
            cluster_arn,
            groups,
            fronts,
            tests,
            connect,
            namespace_name,
            code_deploy,
        })
    }

    /// Something that only schedules start; `None` if they name no cluster.
    pub(super) fn of_schedules(work: &'g Workload<'a>) -> Option<Self> {
        let cluster_arn = work.schedules.iter().find_map(|used| used.target.text("Arn"))?;
        let place = Place::of(&cluster_arn)?;
        Some(Self {
            work,
            node: None,
            place,
            cluster_arn,
            groups: Vec::new(),
            fronts: Vec::new(),
            tests: Vec::new(),
            connect: None,
            namespace_name: None,
            code_deploy: None,
        })
    }

    /// `service@environment`.
    pub(super) fn key(&self) -> String {
        format!("{}@{}", self.work.name, self.work.env)
    }

    /// The name of its cluster today.
    pub(super) fn cluster(&self) -> &str {
        names::last_part(&self.cluster_arn)
    }

    /// The name of its ECS service today; empty where there is none.
    pub(super) fn ecs_name(&self) -> String {
        self.node.as_ref().and_then(|node| node.text("serviceName")).unwrap_or_default()
    }

    /// Text of the ECS service.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.node.as_ref()?.text(key)
    }

    /// Tasks that it wants, none below 0.
    pub(super) fn tasks(&self) -> i64 {
        let desired = self.node.as_ref().and_then(|node| node.int_at("desiredCount"));
        desired.unwrap_or(0).clamp(0, 100_000)
    }

    /// The subnets of its tasks.
    pub(super) fn subnets(&self) -> Vec<String> {
        let path = ["networkConfiguration", "awsvpcConfiguration"];
        let network = self.node.as_ref().and_then(|node| node.at(&path));
        network.map(|network| network.strings("subnets")).unwrap_or_default()
    }

    /// True if its tasks run on EC2 instances.
    pub(super) fn on_instances(&self) -> bool {
        if self.node.is_none() {
            let on_instances = |used: &crate::convert::ScheduleUse<'_>| {
                let launch = used.target.at(&["EcsParameters", "LaunchType"]);
                launch.and_then(|node| node.str()) == Some("EC2")
            };
            return self.work.schedules.iter().any(on_instances);
        }
        let strategy = self.node.as_ref().map(|node| node.list("capacityProviderStrategy"));
        let fargate = |name: String| name.starts_with("FARGATE");
        match strategy.as_deref() {
            Some([]) | None => self.text("launchType").as_deref() == Some("EC2"),
            Some(list) => !list.iter().filter_map(|one| one.text("capacityProvider")).all(fargate),
        }
    }

    /// `ROLLING`, `BLUE_GREEN`, `LINEAR` or `CANARY`.
    pub(super) fn strategy(&self) -> String {
        let configured = self.node.as_ref().and_then(|node| node.get("deploymentConfiguration"));
        let strategy = configured.and_then(|node| node.text("strategy"));
        strategy.unwrap_or_else(|| "ROLLING".to_owned())
    }

    /// True if CodeDeploy deploys it.
    pub(super) fn code_deploy_controls(&self) -> bool {
        let controller = self.node.as_ref().and_then(|node| node.get("deploymentController"));
        controller.and_then(|one| one.text("type")).as_deref() == Some("CODE_DEPLOY")
    }

    /// True if ECS itself moves weights at each deployment.
    pub(super) fn ecs_swaps(&self) -> bool {
        !self.code_deploy_controls() && self.strategy() != "ROLLING" && !self.groups.is_empty()
    }

    /// Every target group, also the second ones of pairs.
    pub(super) fn all_groups(&self) -> BTreeSet<String> {
        let pair = |group: &OwnGroup| [Some(group.arn.clone()), group.alternate.clone()];
        self.groups.iter().flat_map(pair).flatten().collect()
    }
}

/// The primary deployment or task set: what runs now.
fn primary<'a>(node: &Node<'a>, key: &str) -> Option<Node<'a>> {
    let list = node.list(key);
    list.into_iter().find(|one| one.text("status").as_deref() == Some("PRIMARY"))
}

fn own_groups(facts: &Facts<'_, '_>, node: &Node<'_>, deploys: Option<&Node<'_>>) -> Vec<OwnGroup> {
    // A task set of CodeDeploy knows which group of the pair serves; the service does not.
    let set = primary(node, "taskSets").map(|set| set.list("loadBalancers")).unwrap_or_default();
    let entries = if set.is_empty() { node.list("loadBalancers") } else { set };
    let pairs = deploys.map(|group| pairs(facts, group)).unwrap_or_default();
    let mut out: Vec<OwnGroup> = Vec::new();
    for entry in entries {
        let Some(arn) = entry.text("targetGroupArn") else { continue };
        let advanced = entry.get("advancedConfiguration");
        let alternate = advanced.and_then(|one| one.text("alternateTargetGroupArn"));
        let other = |pair: &&Vec<String>| pair.contains(&arn);
        let swapped = || pairs.iter().find(other)?.iter().find(|one| **one != arn).cloned();
        let group = OwnGroup {
            alternate: alternate.or_else(swapped),
            container: entry.text("containerName").unwrap_or_default(),
            port: entry.int_at("containerPort"),
            arn,
        };
        if !out.iter().any(|present| present.arn == group.arn) {
            out.push(group);
        }
    }
    out
}

/// ARNs of each pair of target groups that a deployment group swaps.
fn pairs(facts: &Facts<'_, '_>, group: &Node<'_>) -> Vec<Vec<String>> {
    let by_name: BTreeMap<String, &String> = facts
        .groups
        .iter()
        .filter_map(|(arn, node)| Some((node.text("TargetGroupName")?, arn)))
        .collect();
    let info = group.get("loadBalancerInfo").map(|info| info.list("targetGroupPairInfoList"));
    let arns = |pair: &Node<'_>| {
        let names = pair.list("targetGroups").into_iter().filter_map(|one| one.text("name"));
        names.filter_map(|name| by_name.get(&name).map(|arn| (*arn).clone())).collect()
    };
    info.unwrap_or_default().iter().map(arns).collect()
}

fn code_deploy<'a>(facts: &Facts<'_, 'a>, node: &Node<'a>) -> Option<Node<'a>> {
    let cluster = node.text("clusterArn")?;
    let (cluster, service) = (names::last_part(&cluster).to_owned(), node.text("serviceName"));
    let deploys = |group: &Node<'_>| {
        group.list("ecsServices").iter().any(|one| {
            one.text("clusterName").as_deref() == Some(cluster.as_str())
                && one.text("serviceName") == service
        })
    };
    super::facts::things(facts.given.inventory, "deploymentGroupsInfo").into_iter().find(deploys)
}

/// Rules of the service's traffic, and those of its test traffic.
fn fronts<'a>(
    facts: &Facts<'_, 'a>,
    node: &Node<'_>,
    groups: &[OwnGroup],
    deploys: Option<&Node<'_>>,
) -> (Vec<Front<'a>>, Vec<Front<'a>>) {
    let pair = |group: &OwnGroup| [Some(group.arn.clone()), group.alternate.clone()];
    let own: BTreeSet<String> = groups.iter().flat_map(pair).flatten().collect();
    let mut test: BTreeSet<String> = node
        .list("loadBalancers")
        .iter()
        .filter_map(|entry| entry.get("advancedConfiguration")?.text("testListenerRule"))
        .collect();
    let info = deploys.and_then(|group| group.get("loadBalancerInfo"));
    for pair in info.map(|info| info.list("targetGroupPairInfoList")).unwrap_or_default() {
        test.extend(
            pair.get("testTrafficRoute").map(|one| one.strings("listenerArns")).unwrap_or_default(),
        );
    }
    let ours = facts.fronts.iter().filter(|front| front.leads_to(&own)).cloned();
    ours.partition(|front| !test.contains(&front.arn) && !test.contains(&front.listener))
}

/// A service's part in Service Connect, as it is deployed.
pub(super) fn connect<'a>(node: &Node<'a>) -> Option<Connect<'a>> {
    let deployed =
        primary(node, "deployments").and_then(|one| one.get("serviceConnectConfiguration"));
    let node = deployed.or_else(|| node.get("serviceConnectConfiguration"))?;
    if !node.flag("enabled") {
        return None;
    }
    let called = |one: &Node<'_>| one.text("discoveryName").or_else(|| one.text("portName"));
    let names = node.list("services").iter().filter_map(called).collect();
    Some(Connect { namespace: node.text("namespace").unwrap_or_default(), node, names })
}
