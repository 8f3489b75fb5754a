//! Twelve services as years of hand work leave them. `faults.rs` lists what is wrong and where.

use super::{Front, Launch, Oddity, Rollout, Runtime, Scaling, Service, Size, Store};

/// The table.
pub(super) const SERVICES: &[Service] = &[
    Service {
        name: "grading",
        runtime: Runtime::Python,
        port: Some(8000),
        health: "/health",
        sizes: [Size(2048, 7680), Size(2048, 7680), Size(4096, 15360)],
        desired: [1, 1, 2],
        launch: Launch::Ec2,
        front: Front::Internal("grading"),
        stores: &[Store::Queue],
        oddities: &[Oddity::Gpu, Oddity::NumericUser, Oddity::OpenFiles],
        ..Service::PLAIN
    },
    Service {
        name: "live-chat",
        runtime: Runtime::Node,
        port: Some(3000),
        health: "/health",
        sizes: [Size(256, 512), Size(512, 1024), Size(2048, 4096)],
        desired: [1, 1, 4],
        front: Front::Host("chat"),
        stores: &[Store::Redis],
        scaling: Scaling::Custom,
        oddities: &[
            Oddity::Sticky,
            Oddity::OpenFiles,
            Oddity::SystemControls,
            Oddity::NamedUser,
            Oddity::InitProcess,
        ],
        ..Service::PLAIN
    },
    Service {
        name: "notification-worker",
        runtime: Runtime::Python,
        port: None,
        desired: [0, 1, 2],
        launch: Launch::Spot,
        stores: &[Store::Queue, Store::Redis],
        scaling: Scaling::Steps,
        oddities: &[Oddity::SlowStop, Oddity::Dollars, Oddity::Planted],
        ..Service::PLAIN
    },
    Service {
        name: "payments",
        runtime: Runtime::Jvm,
        health: "/actuator/health",
        sizes: [Size(512, 2048), Size(512, 2048), Size(1024, 8192)],
        desired: [1, 2, 4],
        front: Front::Own("pay"),
        stores: &[Store::Postgres],
        scaling: Scaling::Cpu(50),
        rollout: Rollout::CodeDeploy,
        calls: &["enrollment"],
        oddities: &[
            Oddity::NginxProxy,
            Oddity::SecretForms,
            Oddity::ReadOnlyRoot,
            Oddity::NumericUser,
            Oddity::CurlHealth,
            Oddity::Planted,
        ],
        ..Service::PLAIN
    },
    Service {
        name: "recommendation",
        runtime: Runtime::Python,
        port: Some(8000),
        health: "/health",
        sizes: [Size(512, 4096), Size(512, 4096), Size(1024, 8192)],
        desired: [1, 1, 2],
        front: Front::Internal("recommendation"),
        scaling: Scaling::Memory(70),
        oddities: &[Oddity::Arm, Oddity::EfsPlain, Oddity::CloudMap],
        ..Service::PLAIN
    },
    Service {
        name: "content-ingest",
        runtime: Runtime::Python,
        port: None,
        sizes: [Size(512, 1024), Size(512, 2048), Size(2048, 4096)],
        desired: [1, 1, 2],
        stores: &[Store::Postgres, Store::Bucket, Store::Queue],
        oddities: &[
            Oddity::EfsAccessPoint,
            Oddity::InitMigration,
            Oddity::EnvironmentFiles,
            Oddity::InitProcess,
        ],
        ..Service::PLAIN
    },
    Service {
        name: "video-transcoder",
        runtime: Runtime::Go,
        port: None,
        sizes: [Size(1024, 2048), Size(2048, 4096), Size(4096, 8192)],
        desired: [1, 1, 3],
        launch: Launch::Ec2,
        stores: &[Store::Postgres, Store::Bucket, Store::Queue],
        oddities: &[Oddity::MemoryFiles, Oddity::SlowStop, Oddity::SlimCpu],
        ..Service::PLAIN
    },
    Service {
        name: "admin-console",
        runtime: Runtime::Node,
        port: Some(3000),
        health: "/",
        desired: [1, 1, 1],
        front: Front::Own("admin"),
        stores: &[Store::Postgres],
        oddities: &[Oddity::RootUser, Oddity::PrivateRegistry, Oddity::Planted],
        ..Service::PLAIN
    },
    Service {
        name: "gateway",
        runtime: Runtime::Nginx,
        sizes: [Size(256, 512), Size(512, 1024), Size(1024, 2048)],
        desired: [1, 2, 6],
        launch: Launch::Spot,
        front: Front::Own("api"),
        scaling: Scaling::Requests(800),
        calls: &["lecture-api", "enrollment", "product-catalog"],
        oddities: &[
            Oddity::Envoy,
            Oddity::Datadog,
            Oddity::DatadogLabels,
            Oddity::ConnectClient,
            Oddity::SharedScratch,
        ],
        ..Service::PLAIN
    },
    Service {
        name: "report-batch",
        runtime: Runtime::Jvm,
        port: None,
        sizes: [Size(1024, 2048), Size(1024, 2048), Size(4096, 30720)],
        desired: [0, 0, 0],
        stores: &[Store::Postgres, Store::Bucket],
        oddities: &[Oddity::BigDisk, Oddity::Dollars],
        ..Service::PLAIN
    },
    Service {
        name: "webhook-relay",
        runtime: Runtime::Node,
        port: Some(4000),
        health: "/ping",
        sizes: [Size(128, 256), Size(128, 256), Size(256, 512)],
        desired: [1, 1, 2],
        launch: Launch::Ec2Bridge,
        front: Front::Host("hooks"),
        stores: &[Store::Queue],
        oddities: &[Oddity::Links, Oddity::LatestTag, Oddity::NoLiveness, Oddity::Planted],
        ..Service::PLAIN
    },
    Service {
        name: "product-catalog",
        runtime: Runtime::Go,
        sizes: [Size(256, 512), Size(256, 512), Size(512, 1024)],
        desired: [1, 1, 3],
        front: Front::Host("catalog"),
        stores: &[Store::Postgres],
        scaling: Scaling::Cpu(60),
        rollout: Rollout::BlueGreen,
        oddities: &[Oddity::ConnectServer, Oddity::FireLens, Oddity::Planted],
        ..Service::PLAIN
    },
];
