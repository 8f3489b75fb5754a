//! Containers beside the main one: agents, proxies, init steps, log routers.

use serde_json::json;

use super::super::arn::{REGION, arn};
use super::super::cell::Cell;
use super::super::container::Container;
use super::super::planted::LOG_API_KEY;
use super::super::taskdef::{Draft, secret_arn};
use super::{helper, platform_image};

/// The Datadog agent; `drift.rs` leaves it in production only.
pub(super) fn datadog(cell: &Cell, draft: &mut Draft) {
    let mut agent = helper("datadog-agent", "public.ecr.aws/datadog/agent:7.58.1");
    let key = arn("ssm", &format!("parameter/{}/shared/datadog-api-key", cell.env.word()));
    agent
        .set("cpu", 128)
        .set("memoryReservation", 256)
        .env("ECS_FARGATE", "true")
        .env("DD_ENV", cell.env.word())
        .env("DD_SERVICE", cell.service.name)
        .env("DD_APM_ENABLED", "true")
        .secret("DD_API_KEY", &key)
        .health("agent health", 30);
    draft.app.env("DD_TRACE_AGENT_URL", "http://localhost:8126");
    draft.beside.push(agent);
}

/// A proxy that must be healthy before the main container starts.
pub(super) fn envoy(cell: &Cell, draft: &mut Draft) {
    let mut envoy = Container::new("envoy", &platform_image("envoy", "v1.31.2"));
    let group = format!("/ecs/{}/envoy", cell.names.family);
    envoy
        .set("cpu", 128)
        .set("memory", 256)
        .set("user", "1337")
        .set("startTimeout", 60)
        .set("ulimits", json!([{"name": "nofile", "softLimit": 15000, "hardLimit": 15000}]))
        .port(9901)
        .env("ENVOY_CLUSTER", &cell.names.family)
        .health("curl -s http://localhost:9901/server_info | grep -q LIVE", 10)
        .logs_to(&group, "envoy");
    draft.app.after("envoy", "HEALTHY");
    draft.beside.push(envoy);
}

/// TLS in front of the JVM: here the sidecar waits for the main container, and takes the requests.
pub(super) fn nginx(cell: &Cell, draft: &mut Draft) {
    let mut nginx = Container::new("nginx", &platform_image("nginx-tls", "1.27"));
    let certificate = secret_arn(cell, &format!("{}/payments/tls", cell.env.word()));
    nginx
        .set("cpu", 64)
        .set("memoryReservation", 128)
        .port(8443)
        .env("UPSTREAM", "http://127.0.0.1:8080")
        .secret("TLS_KEY_PEM", &format!("{certificate}:key::"))
        .secret("TLS_CERT_PEM", &format!("{certificate}:cert::"))
        .after(cell.service.name, "HEALTHY")
        .logs_to(&format!("/ecs/{}", cell.names.family), "nginx");
    draft.beside.push(nginx);
}

/// A step that must succeed before the main container starts.
pub(super) fn migration(cell: &Cell, draft: &mut Draft) {
    let image = draft.app.text("image").to_owned();
    let database = draft.app.get("secrets").clone();
    let host = super::super::arn::database_host(cell.service.name, cell.env);
    let mut step = helper("migrate", &image);
    step.set("command", json!(["alembic", "upgrade", "head"]))
        .set("secrets", database)
        .env("DB_HOST", &host)
        .env("DB_NAME", "content_ingest")
        .env("DB_USER", "app")
        .logs_to(&format!("/ecs/{}", cell.names.family), "migrate");
    draft.app.after("migrate", "SUCCESS");
    draft.beside.push(step);
}

/// The log router, to which the main container writes instead of `CloudWatch`.
pub(super) fn fire_lens(cell: &Cell, draft: &mut Draft) {
    let image = "public.ecr.aws/aws-observability/aws-for-fluent-bit:2.32.4";
    let config = format!("arn:aws:s3:::haedal-{}-config/fluent-bit/catalog.conf", cell.env.word());
    let mut router = Container::new("log-router", image);
    router
        .set("user", "0")
        .set("memoryReservation", 64)
        .set(
            "firelensConfiguration",
            json!({"type": "fluentbit", "options": {
                "enable-ecs-log-metadata": "true",
                "config-file-type": "s3",
                "config-file-value": config,
            }}),
        )
        .logs_to(&format!("/ecs/{}/router", cell.names.family), "firelens");
    draft.app.set("logConfiguration", log_options(cell)).after("log-router", "START");
    draft.beside.push(router);
}

/// The API key stands in the options in clear; the password of the user is a secret, as it should.
fn log_options(cell: &Cell) -> serde_json::Value {
    let env = cell.env.word();
    let password = arn("ssm", &format!("parameter/{env}/shared/log-http-password"));
    json!({
        "logDriver": "awsfirelens",
        "options": {
            "Name": "http",
            "Host": format!("logs.{env}.haedal.internal"),
            "Port": "443",
            "URI": format!("/ingest/{env}/product-catalog"),
            "tls": "on",
            "Header": format!("X-Api-Key {LOG_API_KEY}"),
            "HTTP_User": "catalog",
        },
        "secretOptions": [{"name": "HTTP_Passwd", "valueFrom": password}],
    })
}

/// A container that is reached by a Docker link, on the very port that the main one listens on.
pub(super) fn linked(cell: &Cell, draft: &mut Draft) {
    let mut limiter = Container::new("rate-limiter", &platform_image("rate-limiter", "0.9"));
    limiter
        .set("cpu", 32)
        .set("memoryReservation", 64)
        .push("portMappings", json!({"containerPort": 4000, "hostPort": 9400, "protocol": "tcp"}))
        .env("LIMIT_PER_MINUTE", "600")
        .logs_to(&format!("/ecs/{}", cell.names.family), "limiter");
    let dynamic = json!([{"containerPort": 4000, "hostPort": 0, "protocol": "tcp"}]);
    draft
        .app
        .set("portMappings", dynamic)
        .set("links", json!(["rate-limiter:limits"]))
        .set("memoryReservation", 128)
        .env("LIMITS_URL", &format!("http://limits:4000?region={REGION}"))
        .after("rate-limiter", "START");
    draft.beside.push(limiter);
}
