//! Eight services with nothing wrong in any environment: the first ones to take across.

use super::{Front, Runtime, Scaling, Service, Size, Store};

/// The table.
pub(super) const SERVICES: &[Service] = &[
    Service {
        name: "lecture-api",
        front: Front::Host("lecture"),
        stores: &[Store::Postgres, Store::Redis],
        scaling: Scaling::Cpu(60),
        ..Service::PLAIN
    },
    Service {
        name: "lecture-player",
        runtime: Runtime::Nginx,
        sizes: [Size(256, 512), Size(256, 512), Size(256, 1024)],
        desired: [1, 1, 4],
        front: Front::Paths("learn", &["/player", "/player/*"]),
        scaling: Scaling::Cpu(70),
        calls: &["lecture-api"],
        ..Service::PLAIN
    },
    Service {
        name: "enrollment",
        runtime: Runtime::Jvm,
        health: "/actuator/health",
        sizes: [Size(512, 1024), Size(512, 2048), Size(1024, 4096)],
        desired: [1, 2, 4],
        front: Front::Host("enroll"),
        stores: &[Store::Postgres, Store::Queue],
        scaling: Scaling::Cpu(55),
        calls: &["user-profile"],
        ..Service::PLAIN
    },
    Service {
        name: "user-profile",
        runtime: Runtime::Node,
        port: Some(3000),
        health: "/health",
        front: Front::Internal("user-profile"),
        stores: &[Store::Postgres],
        ..Service::PLAIN
    },
    Service {
        name: "certificate",
        runtime: Runtime::Python,
        port: Some(8000),
        health: "/health",
        sizes: [Size(256, 1024), Size(256, 1024), Size(256, 2048)],
        desired: [1, 1, 2],
        front: Front::Paths("learn", &["/certificates/*"]),
        stores: &[Store::Bucket],
        calls: &["enrollment"],
        ..Service::PLAIN
    },
    Service {
        name: "attendance",
        runtime: Runtime::Go,
        sizes: [Size(256, 512), Size(256, 512), Size(1024, 2048)],
        desired: [1, 1, 2],
        front: Front::Internal("attendance"),
        stores: &[Store::Redis],
        scaling: Scaling::Cpu(65),
        calls: &["lecture-api"],
        ..Service::PLAIN
    },
    Service {
        name: "search",
        runtime: Runtime::Jvm,
        port: Some(9200),
        health: "/actuator/health",
        sizes: [Size(1024, 4096), Size(1024, 4096), Size(2048, 16384)],
        desired: [1, 1, 3],
        front: Front::Internal("search"),
        scaling: Scaling::Memory(75),
        ..Service::PLAIN
    },
    Service {
        name: "quiz-engine",
        runtime: Runtime::Node,
        port: Some(3000),
        health: "/health",
        sizes: [Size(256, 512), Size(512, 1024), Size(1024, 2048)],
        desired: [1, 2, 6],
        front: Front::Host("quiz"),
        stores: &[Store::Postgres, Store::Redis],
        scaling: Scaling::Cpu(50),
        calls: &["user-profile", "attendance"],
        ..Service::PLAIN
    },
];
