//! The graph: services and what they use, and the words that tie them together.

use serde::{Deserialize, Serialize};

use crate::finding::Place;

/// A service in an environment, or something that services use.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Thing {
    /// `service/ENV/NAME` for a service, `KIND/NAME` for anything else. Stable over runs.
    pub id: String,
    /// What it is.
    pub kind: ThingKind,
    /// The name that people use, without the environment for a service.
    pub name: String,
    /// The environment, where it is known.
    pub environment: Option<String>,
}

/// What a thing of the graph is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ThingKind {
    /// A service of the plan.
    Service,
    /// A database: RDS or Aurora.
    Database,
    /// A cache: `ElastiCache` or `MemoryDB`.
    Cache,
    /// An SQS queue.
    Queue,
    /// An SNS topic, or an event bus.
    Topic,
    /// A stream: Kinesis, or a Kafka cluster of MSK.
    Stream,
    /// An S3 bucket.
    Bucket,
    /// A table of `DynamoDB`.
    Table,
    /// A search domain of `OpenSearch`.
    Search,
    /// An EFS file system.
    FileSystem,
    /// An entry of Secrets Manager or a parameter of SSM; only its name, never its value.
    Secret,
    /// A schedule that starts tasks.
    Schedule,
    /// A Lambda function.
    Function,
    /// A security group that guards something: a database, a cache.
    SecurityGroup,
    /// A host name inside the estate that leads to no service that was read.
    Host,
    /// A host outside the estate and outside AWS.
    Outside,
}

impl ThingKind {
    /// The word in ids.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::FileSystem => "file-system",
            Self::SecurityGroup => "group",
            Self::Outside => "outside",
            other => other.noun(),
        }
    }

    /// The word for people, in the singular.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Database => "database",
            Self::Cache => "cache",
            Self::Queue => "queue",
            Self::Topic => "topic",
            Self::Stream => "stream",
            Self::Bucket => "bucket",
            Self::Table => "table",
            Self::Search => "search domain",
            Self::FileSystem => "file system",
            Self::Secret => "secret",
            Self::Schedule => "schedule",
            Self::Function => "function",
            Self::SecurityGroup => "security group",
            Self::Host => "host",
            Self::Outside => "host outside",
        }
    }
}

/// One thing needs another. The direction is always from who asks to who answers: from the caller
/// to the callee, from the service to the queue, from the schedule to what it starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Edge {
    /// Id of the thing that asks.
    pub from: String,
    /// Id of the thing that answers.
    pub to: String,
    /// What the one does with the other.
    pub relation: Relation,
    /// The environment that the edge leads to, if it is another one than that of `from`.
    pub foreign: Option<String>,
    /// How sure it is, 1 to 100: the strongest evidence counts, see [`Sign::weight`].
    pub weight: u8,
    /// The words that say so, in order of file and pointer; never empty.
    pub evidence: Vec<Evidence>,
}

/// What one thing does with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Relation {
    /// A service calls a service over the network.
    Calls,
    /// A service uses something that keeps data or passes messages.
    Uses,
    /// A schedule starts a service.
    Starts,
    /// Two services are behind one target group: they can only move together.
    Shares,
    /// It could, but nothing says that it does: a permission, or a name that it only hands out.
    /// Waves do not follow such an edge.
    May,
}

/// A place that says that there is an edge.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// File and pointer.
    #[serde(flatten)]
    pub place: Place,
    /// What kind of words they are.
    pub sign: Sign,
    /// The words, with whatever is secret left out.
    pub words: String,
    /// How the words lead to the answering side, one step each, such as
    /// `lecture.example.com → ALB haedal-public → rule 20 → target group dev-lecture-api`.
    pub way: Vec<String>,
}

/// What kind of words tie two things together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Sign {
    /// An ARN of it, or the id of a file system that is mounted.
    Arn,
    /// A URL or endpoint of it.
    Endpoint,
    /// A host name that Route 53 and a listener lead to it.
    HostName,
    /// The DNS name of a load balancer whose listener leads to it.
    BalancerName,
    /// A name of Service Connect that only proxies of ECS resolve.
    ServiceConnect,
    /// A name of Cloud Map.
    CloudMap,
    /// A host name that leads to several services, of which it is one.
    AmongSeveral,
    /// A variable that is called after the kind of thing and holds its name.
    Variable,
    /// A secret that is read at the start.
    SecretRead,
    /// A target of EventBridge or of the Scheduler.
    ScheduleTarget,
    /// A target group that both register in.
    TargetGroup,
    /// A security group that admits the caller's. It says who may call, not who does.
    Admitted,
    /// A policy of the task role. It says what may be used, not what is.
    RoleAllows,
    /// A name that the program hands to browsers or checks them by: origins, redirects, callbacks.
    HandedOut,
}

impl Sign {
    /// How sure an edge of this evidence is, 1 to 100. Words that a program reads at its start
    /// outweigh what is only allowed: permissions are often wider than use.
    pub const fn weight(self) -> u8 {
        match self {
            Self::Arn | Self::Endpoint | Self::ScheduleTarget | Self::TargetGroup => 100,
            Self::HostName | Self::SecretRead => 95,
            Self::ServiceConnect | Self::CloudMap => 90,
            Self::BalancerName | Self::Variable => 85,
            Self::AmongSeveral => 50,
            Self::RoleAllows => 40,
            Self::Admitted => 30,
            Self::HandedOut => 20,
        }
    }

    /// True if it says only what is possible.
    pub const fn is_permission(self) -> bool {
        matches!(self, Self::RoleAllows | Self::Admitted | Self::HandedOut)
    }
}
