//! What is known before any name of the estate was read.

use super::{Kind, Strength};

/// A word that means an environment in most estates.
pub(super) struct Seed {
    /// The word.
    pub(super) word: &'static str,
    /// The environment, by its default canonical word.
    pub(super) class: &'static str,
    /// Whether it is an ordinary word too.
    pub(super) strength: Strength,
}

const fn strong(word: &'static str, class: &'static str) -> Seed {
    Seed { word, class, strength: Strength::Strong }
}

const fn weak(word: &'static str, class: &'static str) -> Seed {
    Seed { word, class, strength: Strength::Weak }
}

/// The seeds. Classes that may be one environment under two words stand in [`SAME`].
pub(super) const SEEDS: &[Seed] = &[
    strong("dev", "dev"),
    strong("devel", "dev"),
    strong("develop", "dev"),
    strong("development", "dev"),
    weak("d", "dev"),
    strong("stg", "stag"),
    strong("stag", "stag"),
    strong("staging", "stag"),
    weak("stage", "stag"),
    weak("s", "stag"),
    strong("uat", "uat"),
    strong("preprod", "preprod"),
    strong("preprd", "preprod"),
    weak("pre", "preprod"),
    strong("prd", "prod"),
    strong("prod", "prod"),
    strong("production", "prod"),
    weak("live", "prod"),
    weak("p", "prod"),
    strong("qa", "qa"),
    strong("tst", "test"),
    weak("test", "test"),
    weak("testing", "test"),
    strong("sandbox", "sandbox"),
    strong("sbx", "sandbox"),
    strong("nonprod", "nonprod"),
    weak("demo", "demo"),
    weak("perf", "perf"),
    weak("int", "int"),
    weak("integ", "int"),
    weak("local", "local"),
    weak("preview", "preview"),
    weak("beta", "beta"),
    weak("alpha", "alpha"),
];

/// Two tokens that together mean an environment.
pub(super) const COMPOUNDS: &[(&str, &str, &str)] = &[
    ("pre", "prod", "preprod"),
    ("pre", "prd", "preprod"),
    ("pre", "production", "preprod"),
    ("non", "prod", "nonprod"),
    ("non", "production", "nonprod"),
];

/// Classes that become the second one if the estate does not tell them apart.
pub(super) const SAME: &[(&str, &str)] =
    &[("uat", "stag"), ("preprod", "stag"), ("qa", "test"), ("test", "qa")];

/// The environment that a name without any word most often is.
pub(super) const UNNAMED: &str = "prod";

/// The seed for a word.
pub(super) fn seed(word: &str) -> Option<&'static Seed> {
    SEEDS.iter().find(|seed| seed.word == word)
}

/// Whether the word is a strong seed.
pub(super) fn is_strong(word: &str) -> bool {
    seed(word).is_some_and(|seed| seed.strength == Strength::Strong)
}

/// A strong seed with a number: `dev1`, `qa2`. Such an environment stands for itself.
pub(super) fn is_numbered(word: &str) -> bool {
    let base = word.trim_end_matches(|c: char| c.is_ascii_digit());
    base.len() < word.len() && base.len() + 2 >= word.len() && is_strong(base)
}

/// Words that say the kind and nothing else, at the front and at the back of a name.
pub(super) fn noise(kind: Kind) -> (&'static [&'static str], &'static [&'static str]) {
    match kind {
        Kind::Cluster => (&["ecs", "cluster"], &["cluster", "ecs", "fargate"]),
        Kind::TaskDefinition => (&[], &["task", "td", "taskdef", "taskdefinition", "family"]),
        Kind::LoadBalancer => (&["alb", "nlb", "lb"], &["alb", "nlb", "lb", "elb", "loadbalancer"]),
        Kind::TargetGroup => (&["tg"], &["tg", "targetgroup"]),
        Kind::LogGroup => (&["aws", "ecs", "fargate", "awslogs", "logs"], &["logs", "log"]),
        Kind::Schedule => (&[], &["schedule", "rule", "cron"]),
        Kind::Namespace => (&[], &["ns", "namespace", "local", "internal"]),
        Kind::SecretPath => (&["secret", "secrets", "ssm"], &[]),
        Kind::Service | Kind::HostName | Kind::Repository | Kind::Other => (&[], &[]),
    }
}

/// Words that may be left out of a service's name if the rest is a known service.
pub(super) const OPTIONAL_LAST: &[&str] =
    &["service", "svc", "app", "ecs", "fargate", "cluster", "task", "td", "server"];

/// Resources that people glue an environment to: `devdb`, `dbprod`.
pub(super) const RESOURCES: &[&str] = &[
    "db", "database", "rds", "sql", "mysql", "postgres", "pg", "redis", "cache", "queue", "sqs",
    "bucket", "s3", "api", "app", "web", "vpc", "cluster", "kafka", "msk", "mongo", "es", "search",
    "env", "secret", "secrets", "config", "logs", "backend", "frontend", "server", "alb", "lb",
];

/// Words in the names of networks and accounts that are nobody's.
pub(super) const NETWORK: &[&str] = &[
    "vpc",
    "net",
    "network",
    "main",
    "default",
    "shared",
    "account",
    "aws",
    "ap",
    "us",
    "eu",
    "northeast",
    "southeast",
    "east",
    "west",
    "north",
    "south",
    "central",
];

/// Whether a tag with this key says the environment.
pub(super) fn tag_says_environment(key: &str) -> bool {
    let key = last_part(key);
    ["environment", "env", "stage", "deploymentenvironment", "envname", "environmentname"]
        .contains(&key.as_str())
}

/// Whether a tag with this key says the service.
pub(super) fn tag_says_service(key: &str) -> bool {
    let key = last_part(key);
    ["service", "servicename", "app", "appname", "application", "component", "microservice"]
        .contains(&key.as_str())
}

/// The last part of a tag's key, letters only: `acme:Env-Name` → `envname`.
fn last_part(key: &str) -> String {
    let tail = key.rsplit([':', '/']).next().unwrap_or(key);
    tail.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}
