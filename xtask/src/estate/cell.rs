//! One service in one environment: the unit that most answers are made from.

use serde_json::{Value, json};

use super::arn::arn;
use super::catalog::{Env, Launch, Service, services};
use super::dice::Dice;
use super::names::{Names, names};

/// A service in an environment, with its hand-made names.
#[derive(Debug, Clone)]
pub struct Cell {
    /// The service's row in the catalog.
    pub service: &'static Service,
    /// The environment.
    pub env: Env,
    /// What it is called there.
    pub names: Names,
    /// The dice of the estate.
    pub dice: Dice,
}

/// The sixty cells of an estate, service by service.
pub fn cells(dice: Dice) -> Vec<Cell> {
    services()
        .flat_map(|service| {
            Env::ALL.map(|env| Cell { service, env, names: names(service.name, env), dice })
        })
        .collect()
}

impl Cell {
    /// A label for the dice: the same for the same cell in every estate.
    pub fn label(&self, of: &str) -> String {
        format!("{}/{}/{of}", self.env.word(), self.service.name)
    }

    /// `dev-search`: the name that it would have if all were well.
    pub fn plain_name(&self) -> String {
        format!("{}-{}", self.env.word(), self.service.name)
    }

    /// Whether this is the cell of `service` in `env`.
    pub fn is(&self, service: &str, env: Env) -> bool {
        self.service.name == service && self.env == env
    }

    /// The revision that runs now.
    pub fn revision(&self) -> u32 {
        12 + self.dice.below(&self.label("revision"), 80)
    }

    /// The ARN of the task definition that runs now.
    pub fn task_definition_arn(&self) -> String {
        arn("ecs", &format!("task-definition/{}:{}", self.names.family, self.revision()))
    }

    /// The ARN of the cluster.
    pub fn cluster_arn(&self) -> String {
        arn("ecs", &format!("cluster/{}", self.names.cluster))
    }

    /// The ARN of the ECS service.
    pub fn service_arn(&self) -> String {
        arn("ecs", &format!("service/{}/{}", self.names.cluster, self.names.service))
    }

    /// The resource id by which Application Auto Scaling knows the service.
    pub fn scaling_id(&self) -> String {
        format!("service/{}/{}", self.names.cluster, self.names.service)
    }

    /// How many tasks run.
    pub fn desired(&self) -> u32 {
        self.env.pick(&self.service.desired)
    }

    /// Whether tasks run on own instances.
    pub fn on_instances(&self) -> bool {
        matches!(self.service.launch, Launch::Ec2 | Launch::Ec2Bridge)
    }

    /// The id of the instance that a task runs on.
    pub fn instance_id(&self, task: u32) -> String {
        format!("i-0{}", self.dice.hex(&self.label(&format!("instance/{task}")), 16))
    }

    /// The port that Docker chose for a bridged task.
    pub fn host_port(&self, task: u32) -> u32 {
        32_768 + self.dice.below(&self.label(&format!("host-port/{task}")), 20_000)
    }

    /// The id of a task.
    pub fn task_id(&self, task: u32) -> String {
        self.dice.hex(&self.label(&format!("task/{task}")), 32)
    }

    /// The private address of a task: 10.40 is dev, 10.41 stag, 10.42 prod.
    pub fn task_ip(&self, task: u32) -> String {
        let third =
            zone_index(task) * 16 + self.dice.below(&self.label(&format!("net/{task}")), 16);
        let fourth = 4 + self.dice.below(&self.label(&format!("ip/{task}")), 240);
        format!("10.{}.{third}.{fourth}", self.env.pick(&[40, 41, 42]))
    }

    /// The id of the security group of its tasks.
    pub fn security_group(&self) -> String {
        format!("sg-0{}", self.dice.hex(&self.label("sg"), 16))
    }

    /// The tags that somebody put on its things. Two cells have none, and one has a wrong copy.
    pub fn tags(&self) -> Vec<(&'static str, &'static str)> {
        if self.is("payments", Env::Prod) || self.is("live-chat", Env::Prod) {
            return Vec::new();
        }
        let env = if self.is("grading", Env::Stag) { "dev" } else { self.env.word() };
        vec![
            ("Environment", env),
            ("Service", self.service.name),
            ("Team", team(self.service.name)),
        ]
    }

    /// The tags as ECS writes them, with small keys.
    pub fn ecs_tags(&self) -> Value {
        let tags = self.tags();
        tags.iter().map(|(key, value)| json!({"key": key, "value": value})).collect()
    }
}

/// The availability zone of the nth task.
pub fn zone(task: u32) -> &'static str {
    ["ap-northeast-2a", "ap-northeast-2b", "ap-northeast-2c"][zone_index(task) as usize]
}

fn zone_index(task: u32) -> u32 {
    task % 3
}

fn team(service: &str) -> &'static str {
    match service {
        "lecture-api" | "lecture-player" | "attendance" | "live-chat" => "classroom",
        "enrollment" | "payments" | "product-catalog" | "webhook-relay" => "commerce",
        "quiz-engine" | "grading" | "certificate" | "recommendation" => "learning",
        "content-ingest" | "video-transcoder" | "search" => "content",
        _ => "platform",
    }
}
