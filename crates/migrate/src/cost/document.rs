//! What `plan/plan.json` says of sizes and money: `cost`.
//!
//! Amounts are for a month of 730 hours, before tax, in the currency of the prices.

use serde::{Deserialize, Serialize};

use super::money::{Money, Range};

/// The bill before and after, with what it rests on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cost {
    /// The prices that were used.
    pub prices: Basis,
    /// What the move ends in: `ecsShared` against `later`, both with shared load balancers.
    pub verdict: Verdict,
    /// What the first wave ends in: `today` against `first`, both with all load balancers.
    pub verdict_first: Verdict,
    /// One sentence for people, with the figures.
    pub sentence: String,
    /// True if measured usage of at least 14 days stands behind the smaller sizes of `later`.
    /// If false, `later` has the declared sizes, and no saving by smaller sizes is claimed.
    pub measured: bool,
    /// Running services whose usage of 14 days was read, and all running services.
    pub covered: Coverage,
    /// The estate as it stands.
    pub today: Bill,
    /// The estate in one ECS cluster an environment, with shared load balancers.
    pub ecs_shared: Bill,
    /// The same with the smallest Fargate size that holds what is used.
    pub ecs_right_sized: Bill,
    /// While both sides run: ECS and nodes in full, load balancers once.
    pub during: Bill,
    /// After the first wave: declared sizes on nodes, all load balancers kept.
    pub first: Bill,
    /// Later: smaller sizes where usage is known, shared load balancers.
    pub later: Bill,
    /// What each step saves, at equal load; negative if it costs more.
    pub savings: Vec<Saving>,
    /// From how many tasks on Kubernetes is the cheaper one.
    pub break_even: Option<BreakEven>,
    /// What the low end, the expected figure and the high end assume.
    pub assumptions: Vec<Assumption>,
    /// What no figure holds.
    pub not_counted: Vec<String>,
    /// The same bills by environment; they add up to those above.
    pub environments: Vec<EnvironmentCost>,
    /// The nodes that are packed, by environment and stage.
    pub pools: Vec<Pool>,
    /// One entry for each service in each environment, in order of both.
    pub services: Vec<ServiceCost>,
}

/// Where the prices come from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Basis {
    /// `USD`.
    pub currency: String,
    /// The day of the price list, `2026-11-22`.
    pub date: String,
    /// The region of the estate; empty if no file names one.
    pub region: String,
    /// The region whose prices were used.
    pub used: String,
    /// False if nobody has compared the prices of the region with those of AWS.
    pub verified: bool,
    /// True if the team gave a price file of its own.
    pub own: bool,
    /// Sources, one sentence each.
    pub sources: Vec<String>,
    /// Hours that a month is counted for: 730.
    pub hours: i64,
}

/// Which of two bills is the lower one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Kubernetes is cheaper in every case of the range.
    Cheaper,
    /// Kubernetes is dearer in every case of the range.
    Dearer,
    /// It depends on the case, or the difference is below 5 % of the bill.
    AboutTheSame,
    /// Nothing that runs could be priced.
    #[default]
    Unknown,
}

/// How many services have what it takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Those that have it.
    pub services: i64,
    /// All.
    pub of: i64,
}

/// A monthly bill.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bill {
    /// Its lines, one for each sort of charge; they add up to the total to the cent.
    pub lines: Vec<Line>,
    /// The sum of the lines.
    pub total: Range,
}

/// One sort of charge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What is charged.
    pub what: Charge,
    /// How many there are: tasks, nodes, load balancers, addresses, clusters, GiB.
    pub count: Range<i64>,
    /// What they cost a month.
    pub amount: Range,
}

/// What AWS charges for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Charge {
    /// Tasks on Fargate: vCPU, memory, Windows licences. Counted in tasks.
    Fargate,
    /// Tasks on Fargate Spot. Counted in tasks.
    FargateSpot,
    /// Scratch disk of Fargate above 20 GiB a task. Counted in GiB.
    EphemeralStorage,
    /// Container instances of ECS. Counted in instances.
    ContainerInstances,
    /// The control plane of EKS. Counted in clusters.
    ControlPlane,
    /// Nodes of Kubernetes. Counted in nodes.
    Nodes,
    /// Disks of the nodes. Counted in GiB.
    NodeDisks,
    /// Load balancers by the hour. Counted in load balancers.
    LoadBalancers,
    /// What passes through load balancers. Counted in load balancers that it is assumed for.
    LoadBalancerUse,
    /// Public IPv4 addresses of load balancers and tasks. Counted in addresses.
    PublicAddresses,
}

/// What one step saves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saving {
    /// The bill before: the name of a member of `cost`.
    pub from: String,
    /// The bill after: the name of a member of `cost`.
    pub to: String,
    /// Before less after in each case, so at equal load; negative if it costs more.
    pub amount: Range,
    /// The expected saving in percent of the expected bill before.
    pub percent: i64,
    /// Which of the two is the lower bill.
    pub verdict: Verdict,
    /// What makes the difference, in plain words.
    pub why: String,
}

/// From where on Kubernetes is the cheaper one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BreakEven {
    /// Tasks that run as the estate stands.
    pub tasks_now: i64,
    /// Tasks of the estate's average size at which both bills are equal; none if there is no such
    /// number, since a pod costs as much as a task.
    pub tasks: Option<i64>,
    /// The same in services of the estate's average number of tasks.
    pub services: Option<i64>,
    /// What does not grow with the number of tasks: control planes, spare nodes, system pods.
    pub fixed: Money,
    /// The control planes' share of the new bill, in percent.
    pub control_plane_percent: i64,
    /// What a task costs today on the average.
    pub task_today: Money,
    /// What a pod costs on the average, fixed costs left out.
    pub pod_later: Money,
}

/// An assumption behind the figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assumption {
    /// What is assumed about: `tasks`, `spot`, `nodes`, ….
    pub about: String,
    /// For the low end.
    pub low: String,
    /// For the expected figure.
    pub expected: String,
    /// For the high end.
    pub high: String,
}

/// The bills of one environment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentCost {
    /// The environment; empty for what belongs to none.
    pub name: String,
    /// See [`Cost::today`].
    pub today: Bill,
    /// See [`Cost::ecs_shared`].
    pub ecs_shared: Bill,
    /// See [`Cost::ecs_right_sized`].
    pub ecs_right_sized: Bill,
    /// See [`Cost::during`].
    pub during: Bill,
    /// See [`Cost::first`].
    pub first: Bill,
    /// See [`Cost::later`].
    pub later: Bill,
}

/// Nodes of one type in one environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pool {
    /// The environment.
    pub environment: String,
    /// `first` or `later`.
    pub stage: String,
    /// The instance type that costs least for what runs there.
    pub instance_type: String,
    /// `arm64` or `amd64`.
    pub architecture: String,
    /// `linux` or `windows`.
    pub system: String,
    /// Nodes, the spare one included.
    pub nodes: Range<i64>,
    /// Spare nodes among the expected ones.
    pub spare: i64,
    /// Pods of services and of the system; those of a DaemonSet are left out.
    pub pods: Range<i64>,
    /// How much of the CPU that pods may have is asked for, in percent; expected case.
    pub cpu_percent: i64,
    /// How much of the memory that pods may have is asked for, in percent; expected case.
    pub memory_percent: i64,
    /// What the nodes cost a month, disks left out.
    pub amount: Range,
}

/// Size and cost of one service in one environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceCost {
    /// The canonical name.
    pub service: String,
    /// The environment.
    pub environment: String,
    /// What it runs on today.
    pub launch: Launch,
    /// Tasks: at the least, now, at the most.
    pub tasks: Range<i64>,
    /// Tasks on Fargate Spot among those that run now.
    pub spot_tasks: i64,
    /// The size that the task has today; none if no file states it.
    pub task: Option<Size>,
    /// What its pod asks for after the first wave.
    pub declared: Size,
    /// What its pod should ask for later; none if fewer than 14 days of usage were read.
    pub right_sized: Option<Size>,
    /// The smallest size of Fargate that holds `right_sized`.
    pub fargate_size: Option<Size>,
    /// What was measured.
    pub usage: Option<Usage>,
    /// What its tasks cost a month today; instances of EC2 stand in the bills only.
    pub today: Range,
    /// What a month pays for and nobody uses, at p95; expected case.
    pub waste: Option<Money>,
    /// The part of the waste that Fargate's steps of sizes force on the service.
    pub step_waste: Option<Money>,
    /// What a person should know, in plain sentences.
    pub notes: Vec<String>,
}

/// What a service runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Launch {
    /// Fargate, on demand or Spot.
    Fargate,
    /// Container instances.
    Ec2,
    /// Machines outside of AWS.
    External,
    /// Started by schedules only.
    Scheduled,
}

/// CPU and memory of a task or pod.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Size {
    /// Thousandths of a vCPU.
    pub cpu_milli: i64,
    /// MiB.
    pub memory_mib: i64,
}

/// What was measured of one service, for each task.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// Days that the points cover, gaps left out; rounded down.
    pub days: i64,
    /// Seconds that one point stands for.
    pub period_secs: i64,
    /// p95 of the average CPU of a task, in thousandths of a vCPU.
    pub cpu_p95_milli: i64,
    /// The most CPU that one task had at any time, in thousandths of a vCPU.
    pub cpu_max_milli: i64,
    /// p95 of the average memory of a task, in MiB.
    pub memory_p95_mib: i64,
    /// The most memory that one task had at any time, in MiB.
    pub memory_max_mib: i64,
}
