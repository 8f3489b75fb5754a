//! The twenty services of Haedal Academy as a table: what each is, and which oddities it has.
//!
//! The words of the table are the company's; how a word becomes AWS JSON stands in the modules
//! named after the AWS service.

mod clean;
mod worn;

/// An environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Env {
    /// Development.
    Dev,
    /// Staging.
    Stag,
    /// Production.
    Prod,
}

impl Env {
    /// All of them, the least dangerous first.
    pub const ALL: [Self; 3] = [Self::Dev, Self::Stag, Self::Prod];

    /// The word that the company wants to use for it.
    pub const fn word(self) -> &'static str {
        self.pick(&["dev", "stag", "prod"])
    }

    /// The value for this environment out of one for each.
    pub const fn pick<T: Copy>(self, of: &[T; 3]) -> T {
        match self {
            Self::Dev => of[0],
            Self::Stag => of[1],
            Self::Prod => of[2],
        }
    }
}

/// What the main container is written in; decides its usual variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runtime {
    /// Node.js.
    Node,
    /// Spring Boot on the JVM.
    Jvm,
    /// Go.
    Go,
    /// Python under Gunicorn.
    Python,
    /// Static files behind nginx.
    Nginx,
}

/// Where tasks run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Launch {
    /// Fargate by launch type.
    Fargate,
    /// Fargate and Fargate Spot by capacity providers.
    Spot,
    /// Own instances, an interface for each task.
    Ec2,
    /// Own instances, Docker's bridge.
    Ec2Bridge,
}

/// The load balancer in front.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Front {
    /// None: a worker.
    None,
    /// A host name on the shared public balancer.
    Host(&'static str),
    /// Paths of a host name on the shared public balancer.
    Paths(&'static str, &'static [&'static str]),
    /// A host name on the shared internal balancer.
    Internal(&'static str),
    /// A balancer of its own.
    Own(&'static str),
}

/// Something that a service keeps data in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Store {
    /// An Aurora database of its own, password in Secrets Manager.
    Postgres,
    /// The Redis shared by its environment.
    Redis,
    /// An SQS queue.
    Queue,
    /// An S3 bucket.
    Bucket,
}

/// How the number of tasks is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scaling {
    /// By hand.
    None,
    /// Target tracking of the CPU, percent.
    Cpu(u32),
    /// Target tracking of the memory, percent.
    Memory(u32),
    /// Target tracking of requests per target.
    Requests(u32),
    /// Target tracking of a metric of the company's own.
    Custom,
    /// Steps on the depth of a queue.
    Steps,
}

/// Who changes the running version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rollout {
    /// ECS, task by task.
    Rolling,
    /// ECS, with a second target group.
    BlueGreen,
    /// CodeDeploy, which then also owns the listener's rule.
    CodeDeploy,
}

/// One oddity of a service; `oddities.rs` says what it does to a task definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is documented once, where it takes effect: oddities.rs")]
pub enum Oddity {
    Datadog,
    Envoy,
    NginxProxy,
    InitMigration,
    FireLens,
    EfsAccessPoint,
    EfsPlain,
    SharedScratch,
    OpenFiles,
    SystemControls,
    MemoryFiles,
    BigDisk,
    InitProcess,
    ReadOnlyRoot,
    Gpu,
    Links,
    PrivateRegistry,
    EnvironmentFiles,
    Arm,
    Dollars,
    SecretForms,
    CurlHealth,
    SlowStop,
    NamedUser,
    NumericUser,
    RootUser,
    DatadogLabels,
    LatestTag,
    NoLiveness,
    ConnectServer,
    ConnectClient,
    CloudMap,
    Sticky,
    Planted,
    SlimCpu,
}

/// CPU units and MiB of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size(pub u32, pub u32);

/// One service of the company; arrays hold one value for dev, stag and prod.
#[derive(Debug, Clone, Copy)]
pub struct Service {
    /// Its name without an environment.
    pub name: &'static str,
    /// What it is written in.
    pub runtime: Runtime,
    /// The port it listens on.
    pub port: Option<u16>,
    /// The path of its health check.
    pub health: &'static str,
    /// The size of a task.
    pub sizes: [Size; 3],
    /// How many tasks are wanted.
    pub desired: [u32; 3],
    /// Where they run.
    pub launch: Launch,
    /// What is in front.
    pub front: Front,
    /// What it keeps data in.
    pub stores: &'static [Store],
    /// Which other services it calls.
    pub calls: &'static [&'static str],
    /// How it scales.
    pub scaling: Scaling,
    /// Who rolls it out.
    pub rollout: Rollout,
    /// What is odd about it.
    pub oddities: &'static [Oddity],
}

impl Service {
    /// What a service is unless its row says otherwise.
    const PLAIN: Self = Self {
        name: "",
        runtime: Runtime::Go,
        port: Some(8080),
        health: "/healthz",
        sizes: [Size(256, 512), Size(256, 512), Size(512, 1024)],
        desired: [1, 1, 3],
        launch: Launch::Fargate,
        front: Front::None,
        stores: &[],
        calls: &[],
        scaling: Scaling::None,
        rollout: Rollout::Rolling,
        oddities: &[],
    };

    /// Whether it has the given oddity.
    pub fn has(&self, oddity: Oddity) -> bool {
        self.oddities.contains(&oddity)
    }

    /// Whether nothing is wrong with it in any environment.
    pub fn is_clean(&self) -> bool {
        clean::SERVICES.iter().any(|clean| clean.name == self.name)
    }
}

/// All services, the clean ones first.
pub fn services() -> impl Iterator<Item = &'static Service> {
    clean::SERVICES.iter().chain(worn::SERVICES)
}
