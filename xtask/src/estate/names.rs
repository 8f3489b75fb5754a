//! The hand-made names: `prod-lecture-api` three times in four, and whatever somebody typed the
//! fourth time.

use super::catalog::Env;

/// What a service is called in one environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// The ECS cluster.
    pub cluster: String,
    /// The ECS service.
    pub service: String,
    /// The family of its task definitions.
    pub family: String,
}

/// Service, environment, and the names of cluster, ECS service and family that deviate.
type Deviation = (&'static str, Env, &'static str, &'static str, &'static str);

/// Fifteen of the sixty: every habit of naming that `migration.md` §5 speaks of.
pub const DEVIATIONS: &[Deviation] = &[
    ("grading", Env::Stag, "grading-stg", "grading-stg", "grading-stg"),
    ("grading", Env::Prod, "grading-prod", "grading-prod", "grading-prod"),
    ("live-chat", Env::Stag, "staging-live-chat", "staging-live-chat", "staging-live-chat"),
    ("live-chat", Env::Prod, "live-chat", "live-chat", "live-chat"),
    (
        "notification-worker",
        Env::Dev,
        "dev_notification_worker",
        "notification_worker",
        "dev_notification_worker",
    ),
    (
        "notification-worker",
        Env::Prod,
        "prd-notification-worker",
        "notification-worker",
        "prod-notification-worker",
    ),
    ("payments", Env::Prod, "production-payments", "payments", "production-payments"),
    ("recommendation", Env::Dev, "DevRecommendation", "Recommendation", "DevRecommendation"),
    ("recommendation", Env::Stag, "StagRecommendation", "Recommendation", "StagRecommendation"),
    ("video-transcoder", Env::Prod, "video-transcoder", "video-transcoder", "video-transcoder"),
    (
        "admin-console",
        Env::Dev,
        "admin-console-development",
        "admin-console",
        "admin-console-development",
    ),
    ("admin-console", Env::Stag, "stg-admin-console", "stg-admin-console", "stg-admin-console"),
    ("report-batch", Env::Prod, "ProdReportBatch", "report-batch", "ProdReportBatch"),
    (
        "webhook-relay",
        Env::Stag,
        "staging_webhook_relay",
        "staging_webhook_relay",
        "staging_webhook_relay",
    ),
    ("product-catalog", Env::Prod, "product-catalog", "product-catalog", "product-catalog"),
];

/// The names of `service` in `env`.
pub fn names(service: &str, env: Env) -> Names {
    let deviation = DEVIATIONS.iter().find(|row| row.0 == service && row.1 == env);
    if let Some(&(_, _, cluster, service, family)) = deviation {
        let [cluster, service, family] = [cluster, service, family].map(str::to_owned);
        return Names { cluster, service, family };
    }
    let name = format!("{}-{service}", env.word());
    Names { cluster: name.clone(), service: name.clone(), family: name }
}
