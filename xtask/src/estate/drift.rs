//! What makes sibling environments differ, and what leaks from one into another.
//!
//! Each arm is one fault of one service in one environment; `faults.rs` lists them all.

use serde_json::json;

use super::arn::{ACCOUNT, PLATFORM_ACCOUNT, REGION, database_host, image};
use super::catalog::Env;
use super::cell::Cell;
use super::taskdef::{Draft, secret_arn};

/// Applies the drift of a cell to its task definition.
pub fn apply(cell: &Cell, draft: &mut Draft) {
    match (cell.service.name, cell.env) {
        ("payments", env) => payments(cell, env, draft),
        ("video-transcoder", Env::Stag) => {
            draft.app.env("DB_HOST", &database_host("video-transcoder", Env::Prod));
        }
        ("notification-worker", Env::Dev) => {
            let queue = format!("{ACCOUNT}/prod-notification-worker-jobs");
            let url = format!("https://sqs.{REGION}.amazonaws.com/{queue}");
            draft.app.env("QUEUE_URL", &url);
        }
        ("report-batch", Env::Stag) => {
            draft.app.env("SPRING_PROFILES_ACTIVE", "prod");
        }
        ("live-chat", Env::Prod) => {
            draft.app.logs_to("/ecs/staging-live-chat", "ecs");
        }
        ("product-catalog", Env::Dev | Env::Prod) => {
            draft.app.env("FEATURE_BUNDLES", "true");
        }
        ("webhook-relay", Env::Dev) => other_port(draft),
        ("recommendation", Env::Prod) => {
            let host = format!("{PLATFORM_ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com");
            draft.app.set("image", format!("{host}/ml/recommender:2.4.1-prod"));
        }
        ("content-ingest", Env::Prod) => {
            draft.app.set("image", image("content-ingest", "dev-hotfix-0917"));
        }
        ("gateway", Env::Dev | Env::Stag) => {
            draft.beside.retain(|container| container.text("name") != "datadog-agent");
        }
        ("admin-console", Env::Dev) => {
            draft.app.set("command", json!(["npm", "run", "dev", "--", "--inspect=0.0.0.0:9229"]));
        }
        _ => {}
    }
}

/// Production takes its gateway key from dev; staging names a secret that nobody made.
fn payments(cell: &Cell, env: Env, draft: &mut Draft) {
    let path = match env {
        Env::Prod | Env::Dev => "dev/payments/pg-api-key",
        Env::Stag => "stag/payments/pg-api-key",
    };
    draft.app.secret("PG_API_KEY", &secret_arn(cell, path));
    if env == Env::Stag {
        draft.app.secret("REFUND_TOKEN", &secret_arn(cell, MISSING_SECRET));
    }
}

/// A path that a task definition names and Secrets Manager does not have.
pub const MISSING_SECRET: &str = "stag/payments/refund-token";

/// Somebody's laptop had 4000 in use, so dev listens on 4001.
fn other_port(draft: &mut Draft) {
    let mut ports = draft.app.get("portMappings").clone();
    ports[0]["containerPort"] = json!(4001);
    draft.app.set("portMappings", ports).env("PORT", "4001");
}
