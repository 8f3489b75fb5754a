//! Literal credentials in environments and commands; the strings themselves are in `planted.rs`
//! of the estate.

use serde_json::json;

use super::super::catalog::Env;
use super::super::cell::Cell;
use super::super::planted::{
    ACCESS_KEY_ID, BEARER_TOKEN, DATABASE_URL_PASSWORD, DB_PASSWORD, HEALTH_PASSWORD, PRIVATE_KEY,
    SECRET_ACCESS_KEY,
};
use super::super::taskdef::Draft;

/// Plants what belongs to the cell. The product catalog's key is in its log driver's options.
pub(super) fn apply(cell: &Cell, draft: &mut Draft) {
    match (cell.service.name, cell.env) {
        ("admin-console", _) => {
            draft.app.env("DB_PASSWORD", DB_PASSWORD).unset("secrets");
        }
        ("webhook-relay", Env::Stag | Env::Prod) => {
            let host = format!("relay-{}.haedal.internal", cell.env.word());
            let url = format!("postgresql://relay:{DATABASE_URL_PASSWORD}@{host}:5432/relay");
            draft.app.env("DATABASE_URL", &url);
        }
        ("notification-worker", Env::Prod) => {
            draft
                .app
                .env("PUSH_ACCESS_KEY_ID", ACCESS_KEY_ID)
                .env("PUSH_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY);
        }
        ("notification-worker", Env::Stag) => {
            let header = format!("--header=Authorization: Bearer {BEARER_TOKEN}");
            let base = "--push-gateway=https://push.haedal.example";
            draft.app.unset("entryPoint").set("command", json!(["worker", base, header]));
        }
        ("payments", Env::Dev) => {
            draft.app.env("PG_CLIENT_KEY", PRIVATE_KEY);
        }
        _ => {}
    }
}

/// The account of the health check of payments, as curl wants it.
pub(super) fn health_account() -> String {
    format!("probe:{HEALTH_PASSWORD}")
}
