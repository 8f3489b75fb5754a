//! What the inference reads: named objects and what surrounds them.

/// An object of the estate that has a name of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// Its ARN, or another id that no other object of the estate has.
    pub id: String,
    /// What sort of object it is.
    pub kind: Kind,
    /// The name that a person gave it: `dev-backend-api`, `/ecs/dev-backend-api`.
    pub name: String,
    /// What else speaks about its environment or its service.
    pub evidence: Vec<Evidence>,
}

/// What sort of object a name belongs to.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Kind {
    /// An ECS cluster.
    Cluster,
    /// An ECS service.
    Service,
    /// A task definition; its name is the family.
    TaskDefinition,
    /// An application or network load balancer.
    LoadBalancer,
    /// A target group.
    TargetGroup,
    /// A CloudWatch log group.
    LogGroup,
    /// A secret or parameter, by its path.
    SecretPath,
    /// A DNS name.
    HostName,
    /// A scheduled task: an EventBridge rule or a schedule.
    Schedule,
    /// A Cloud Map namespace.
    Namespace,
    /// An image repository.
    Repository,
    /// Anything else with a name.
    Other,
}

impl Kind {
    /// The word that people read: `task definition`, `log group`.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Cluster => "cluster",
            Self::Service => "service",
            Self::TaskDefinition => "task definition",
            Self::LoadBalancer => "load balancer",
            Self::TargetGroup => "target group",
            Self::LogGroup => "log group",
            Self::SecretPath => "secret",
            Self::HostName => "host name",
            Self::Schedule => "schedule",
            Self::Namespace => "namespace",
            Self::Repository => "repository",
            Self::Other => "object",
        }
    }

    /// Whether an estate has at most one of this kind for an environment and service.
    pub(crate) fn one_per_service(self) -> bool {
        matches!(self, Self::Cluster | Self::Service | Self::TaskDefinition)
    }
}

/// Something beside the name that speaks about an object's environment or service.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// Where it was read.
    pub source: Source,
    /// The words: a tag's value, a path, the name of the neighbour.
    pub text: String,
}

impl Evidence {
    /// Evidence read at `source`.
    pub fn new(source: Source, text: impl Into<String>) -> Self {
        Self { source, text: text.into() }
    }
}

/// Where a piece of evidence was read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Source {
    /// A tag of the object; the text is the tag's value.
    Tag {
        /// The tag's key: `Environment`, `service`, `Name`.
        key: String,
    },
    /// The name of the VPC it runs in.
    Vpc,
    /// A log group that it writes to.
    LogGroup,
    /// The path of a secret or parameter that it reads.
    SecretPath,
    /// A host name that leads to it.
    HostName,
    /// A listener rule that leads to it; the text is host and path: `api.example.com/v1/*`.
    Route {
        /// The load balancer that holds the rule, by name or ARN.
        balancer: String,
    },
    /// The name or alias of the account.
    Account,
    /// The name of the cluster that it lives in, or that it is about.
    Cluster,
    /// The name of the ECS service that it belongs to.
    Service,
    /// The family of the task definition that it runs.
    Family,
    /// The name of its load balancer.
    LoadBalancer,
    /// The name of its target group.
    TargetGroup,
    /// Its name in Cloud Map or Service Connect, with the namespace: `backend.dev.local`.
    CloudMap,
    /// The repository of its image, without the registry.
    Image,
    /// A container of the task definition, by name.
    Container,
    /// A folder or file that it was read from (`--from-files`).
    File,
    /// Anything else; counts little.
    Other,
}
