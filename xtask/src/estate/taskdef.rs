//! Task definitions: what a service usually looks like, then its oddities, then its drift.

use serde_json::{Map, Value, json};

use super::arn::{
    ACCOUNT, REGION, arn, database_host, date, image, private_host, public_host, role,
};
use super::catalog::{Env, Front, Launch, Oddity, Runtime, Service, Size, Store, services};
use super::cell::Cell;
use super::container::Container;
use super::drift;
use super::oddities;

/// A task definition in the making.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The container that does the work.
    pub app: Container,
    /// Those beside it.
    pub beside: Vec<Container>,
    /// The volumes of the task.
    pub volumes: Vec<Value>,
    /// Everything else at task level.
    pub top: Map<String, Value>,
}

impl Draft {
    /// Sets a member at task level.
    pub fn set(&mut self, member: &str, value: impl Into<Value>) -> &mut Self {
        self.top.insert(member.to_owned(), value.into());
        self
    }
}

/// The task definition of a cell, with everything that is odd about it.
pub fn draft(cell: &Cell) -> Draft {
    let mut draft = plain(cell);
    for &oddity in cell.service.oddities {
        oddities::apply(oddity, cell, &mut draft);
    }
    drift::apply(cell, &mut draft);
    draft
}

/// The task definition of a cell as it was some revisions ago: an older image, half the memory.
pub fn older(cell: &Cell, revision: u32) -> Draft {
    let mut draft = draft(cell);
    let family = format!("task-definition/{}:{revision}", cell.names.family);
    draft
        .set("revision", revision)
        .set("taskDefinitionArn", arn("ecs", &family))
        .set("memory", "16384")
        .set("registeredAt", date(9, 75));
    draft.app.set("image", image(cell.service.name, "1.0.7"));
    draft
}

/// The body of `DescribeTaskDefinition`.
pub fn describe(cell: &Cell, draft: Draft) -> Value {
    let mut members = draft.top;
    let containers: Vec<Value> =
        std::iter::once(draft.app).chain(draft.beside).map(Container::finish).collect();
    members.insert("containerDefinitions".to_owned(), Value::Array(containers));
    members.insert("volumes".to_owned(), Value::Array(draft.volumes));
    json!({"taskDefinition": members, "tags": cell.ecs_tags()})
}

/// The ARN of a secret, with the six characters that Secrets Manager appends.
pub fn secret_arn(cell: &Cell, path: &str) -> String {
    let suffix = cell.dice.alphanumeric(&format!("secret/{path}"), 6);
    arn("secretsmanager", &format!("secret:{path}-{suffix}"))
}

fn plain(cell: &Cell) -> Draft {
    let mut draft =
        Draft { app: app(cell), beside: Vec::new(), volumes: Vec::new(), top: Map::new() };
    let compatibility = if cell.on_instances() { "EC2" } else { "FARGATE" };
    let mode = if cell.service.launch == Launch::Ec2Bridge { "bridge" } else { "awsvpc" };
    let Size(cpu, memory) = cell.env.pick(&cell.service.sizes);
    let day = cell.dice.below(&cell.label("registered"), 80);
    draft
        .set("taskDefinitionArn", cell.task_definition_arn())
        .set("family", cell.names.family.as_str())
        .set("revision", cell.revision())
        .set("status", "ACTIVE")
        .set("taskRoleArn", role(&format!("{}-task", cell.plain_name())))
        .set("executionRoleArn", role(&format!("{}-ecs-execution", cell.env.word())))
        .set("networkMode", mode)
        .set("cpu", cpu.to_string())
        .set("memory", memory.to_string())
        .set("requiresCompatibilities", json!([compatibility]))
        .set("compatibilities", compatibilities(cell))
        .set("requiresAttributes", required_attributes(cell))
        .set("placementConstraints", json!([]))
        .set("registeredAt", date(day, 61 + day * 7))
        .set("registeredBy", arn_of_deployer());
    if !cell.on_instances() {
        let platform = json!({"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"});
        draft.set("runtimePlatform", platform);
    }
    draft
}

fn compatibilities(cell: &Cell) -> Value {
    if cell.on_instances() { json!(["EC2"]) } else { json!(["EC2", "FARGATE"]) }
}

fn required_attributes(cell: &Cell) -> Value {
    let mut names = vec![
        "com.amazonaws.ecs.capability.logging-driver.awslogs",
        "ecs.capability.execution-role-awslogs",
        "com.amazonaws.ecs.capability.ecr-auth",
        "com.amazonaws.ecs.capability.docker-remote-api.1.19",
        "com.amazonaws.ecs.capability.task-iam-role",
    ];
    if cell.service.launch != Launch::Ec2Bridge {
        names.push("ecs.capability.task-eni");
    }
    names.iter().map(|name| json!({"name": name})).collect()
}

fn arn_of_deployer() -> String {
    format!("arn:aws:sts::{ACCOUNT}:assumed-role/jenkins-deployer/i-0f3c1d2b4a5968778")
}

fn app(cell: &Cell) -> Container {
    let service = cell.service;
    let mut app = Container::new(service.name, &image(service.name, &tag(cell)));
    app.logs_to(&format!("/ecs/{}", cell.names.family), "ecs");
    if let Some(port) = service.port {
        app.port(port);
        if !service.has(Oddity::NoLiveness) {
            let path = service.health;
            let line = format!("wget -qO- http://localhost:{port}{path} || exit 1");
            app.health(&line, start_period(service));
        }
    }
    if cell.service.is_clean() {
        app.set("user", "10001:10001");
    }
    runtime_variables(cell, &mut app);
    for &store in service.stores {
        store_variables(cell, store, &mut app);
    }
    for callee in service.calls {
        app.env(&format!("{}_URL", shout(callee)), &url_of(callee, cell.env));
    }
    if service.front != Front::None {
        let path = format!("parameter/{}/{}/jwt-signing-key", cell.env.word(), service.name);
        app.secret("JWT_SIGNING_KEY", &arn("ssm", &path));
    }
    app
}

fn tag(cell: &Cell) -> String {
    let minor = cell.dice.below(cell.service.name, 20);
    match cell.env {
        Env::Dev => format!("develop-{}", cell.dice.hex(&cell.label("commit"), 7)),
        Env::Stag => format!("1.{}.0-rc.2", minor + 1),
        Env::Prod => format!("1.{minor}.3"),
    }
}

/// A JVM needs a minute before it answers.
fn start_period(service: &Service) -> u32 {
    if service.runtime == Runtime::Jvm { 90 } else { 15 }
}

fn runtime_variables(cell: &Cell, app: &mut Container) {
    let (env, port) = (cell.env, cell.service.port.unwrap_or(8080).to_string());
    app.env("LOG_LEVEL", env.pick(&["debug", "info", "info"])).env("TZ", "Asia/Seoul");
    match cell.service.runtime {
        Runtime::Node => {
            app.env("NODE_ENV", env.pick(&["development", "staging", "production"]));
            app.env("PORT", &port).env("APP_ENV", env.word())
        }
        Runtime::Jvm => {
            app.env("SPRING_PROFILES_ACTIVE", env.word());
            app.env("JAVA_TOOL_OPTIONS", "-XX:MaxRAMPercentage=75.0 -Duser.timezone=Asia/Seoul");
            app.env("SERVER_PORT", &port)
        }
        Runtime::Go => app.env("APP_ENV", env.word()).env("LISTEN_ADDR", &format!(":{port}")),
        Runtime::Python => app.env("APP_ENV", env.word()).env("WEB_CONCURRENCY", "4"),
        Runtime::Nginx => app.env("APP_ENV", env.word()).env("NGINX_PORT", &port),
    };
}

fn store_variables(cell: &Cell, store: Store, app: &mut Container) {
    let (name, env) = (cell.service.name, cell.env);
    let word = env.word();
    match store {
        Store::Postgres => {
            let password = secret_arn(cell, &format!("{word}/{name}/database"));
            app.env("DB_HOST", &database_host(name, env))
                .env("DB_NAME", &name.replace('-', "_"))
                .env("DB_USER", "app")
                .secret("DB_PASSWORD", &format!("{password}:password::"))
        }
        Store::Redis => {
            let host = format!("{word}-shared-redis.q7hd2x.0001.apn2.cache.amazonaws.com");
            app.env("REDIS_URL", &format!("redis://{host}:6379/0"))
        }
        Store::Queue => {
            let host = format!("https://sqs.{REGION}.amazonaws.com/{ACCOUNT}");
            app.env("QUEUE_URL", &format!("{host}/{word}-{name}-jobs"))
        }
        Store::Bucket => app.env("BUCKET", &format!("haedal-{word}-{name}")),
    };
}

fn url_of(callee: &str, env: Env) -> String {
    let found = services().find(|service| service.name == callee);
    match found.map(|service| service.front) {
        Some(Front::Host(host) | Front::Own(host) | Front::Paths(host, _)) => {
            format!("https://{}", public_host(host, env))
        }
        _ => format!("http://{}", private_host(callee, env)),
    }
}

/// `user-profile` as part of a variable's name.
fn shout(name: &str) -> String {
    name.replace('-', "_").to_uppercase()
}
