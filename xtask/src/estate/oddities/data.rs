//! Volumes, variables and secrets that need a second look.

use serde_json::json;

use super::super::arn::{REGION, arn};
use super::super::cell::Cell;
use super::super::container::Container;
use super::super::taskdef::{Draft, secret_arn};
use super::platform_image;

/// The id of a cell's file system.
fn file_system(cell: &Cell) -> String {
    super::super::storage::file_system_id(cell)
}

/// A file system by its access point, with the task's own role.
pub(super) fn efs_with_access_point(cell: &Cell, draft: &mut Draft) {
    let access_point = super::super::storage::access_point_id(cell);
    draft.volumes.push(json!({
        "name": "content",
        "efsVolumeConfiguration": {
            "fileSystemId": file_system(cell),
            "rootDirectory": "/",
            "transitEncryption": "ENABLED",
            "authorizationConfig": {"accessPointId": access_point, "iam": "ENABLED"},
        },
    }));
    draft.app.mount("content", "/var/content", false);
}

/// A file system mounted bare: no access point, no IAM, a folder of the root.
pub(super) fn efs_plain(cell: &Cell, draft: &mut Draft) {
    draft.volumes.push(json!({
        "name": "models",
        "efsVolumeConfiguration": {
            "fileSystemId": file_system(cell),
            "rootDirectory": format!("/models/{}", cell.env.word()),
        },
    }));
    draft.app.mount("models", "/models", true);
}

/// An empty volume that two containers share, and a third mount taken over with `volumesFrom`.
pub(super) fn shared_scratch(draft: &mut Draft) {
    draft.volumes.push(json!({"name": "nginx-cache", "host": {}}));
    draft.app.mount("nginx-cache", "/var/cache/nginx", false);
    let mut purger = super::helper("cache-purger", &platform_image("cache-purger", "1.4"));
    purger
        .set("entryPoint", json!(["/bin/sh", "-c"]))
        .set("command", json!(["while :; do find /cache -mmin +30 -delete; sleep 300; done"]))
        .mount("nginx-cache", "/cache", false);
    let mut exporter = Container::new("nginx-exporter", "nginx/nginx-prometheus-exporter:1.3.0");
    exporter
        .set("essential", false)
        .set("command", json!(["--nginx.scrape-uri=http://localhost:8081/nginx_status"]))
        .port(9113)
        .push("volumesFrom", json!({"sourceContainer": "gateway", "readOnly": true}));
    draft.beside.extend([purger, exporter]);
}

/// Variables in files on S3, which nobody can see from here.
pub(super) fn environment_files(cell: &Cell, draft: &mut Draft) {
    let env = cell.env.word();
    let bucket = format!("arn:aws:s3:::haedal-{env}-config/content-ingest");
    draft.app.set(
        "environmentFiles",
        json!([
            {"type": "s3", "value": format!("{bucket}/common.env")},
            {"type": "s3", "value": format!("{bucket}/{env}.env")},
        ]),
    );
}

/// Strings that ECS leaves alone and Kubernetes would expand.
pub(super) fn dollars(cell: &Cell, draft: &mut Draft) {
    draft
        .app
        .env("GREETING", "Dear $(USER_NAME), your course costs $$49")
        .env("REPORT_PATTERN", "${yyyy}/${MM}/report-$(date +%d).csv")
        .env("PRICE_FORMAT", "$0.00")
        .set("entryPoint", json!(["/bin/sh", "-c"]))
        .set(
            "command",
            json!([format!(
                "exec /app/run --env {} --host $(hostname) --pid $$ --dir ${{WORK_DIR:-/tmp}}",
                cell.env.word()
            )]),
        );
}

/// Every way in which `valueFrom` may be written.
pub(super) fn secret_forms(cell: &Cell, draft: &mut Draft) {
    let env = cell.env.word();
    let database = secret_arn(cell, &format!("{env}/payments/database"));
    let bare = arn("secretsmanager", &format!("secret:{env}/payments/webhook-signing"));
    let version = "8f2e6a10-4b1d-4c3a-9f57-2d0c1b7e6a54";
    let ledger = arn("ssm", &format!("parameter/{env}/payments/ledger-endpoint"));
    draft
        .app
        .secret("DB_PASSWORD", &format!("{database}:password::"))
        .secret("DB_PASSWORD_PREVIOUS", &format!("{database}:password:AWSPREVIOUS:"))
        .secret("DB_PASSWORD_PINNED", &format!("{database}:password::{version}"))
        .secret("DB_WHOLE_JSON", &database)
        .secret("WEBHOOK_SIGNING_KEY", &bare)
        .secret("LEDGER_ENDPOINT", &ledger)
        .secret("FX_FEED_KEY", &format!("/{env}/payments/fx-feed-key"))
        .secret("TAX_TABLE", &format!("{env}-payments-tax-table"))
        .env("AWS_REGION", REGION);
}
