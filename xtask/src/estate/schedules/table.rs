//! The clockwork of the company as two tables.

use serde_json::{Value, json};

use super::super::catalog::Env;
use super::super::cell::Cell;
use super::super::planted::SCHEDULE_PASSWORD;

/// What starts a rule's task.
pub(super) enum When {
    /// A cron or rate expression.
    Clock(&'static str),
    /// A file that arrives in the bucket of the service.
    Upload,
}

/// A rule of `EventBridge`.
pub(super) struct RuleRow {
    pub(super) service: &'static str,
    pub(super) envs: &'static [Env],
    pub(super) name: &'static str,
    pub(super) when: When,
    pub(super) count: u32,
    pub(super) pinned: bool,
    pub(super) off_in: Option<Env>,
    pub(super) about: &'static str,
}

/// A schedule of `EventBridge` Scheduler.
pub(super) struct ScheduleRow {
    pub(super) service: &'static str,
    pub(super) envs: &'static [Env],
    pub(super) name: &'static str,
    pub(super) expression: &'static str,
    pub(super) zone: &'static str,
    pub(super) window_minutes: Option<u32>,
    pub(super) once: bool,
    pub(super) about: &'static str,
}

const PLAIN: RuleRow = RuleRow {
    service: "",
    envs: &Env::ALL,
    name: "",
    when: When::Upload,
    count: 1,
    pinned: false,
    off_in: None,
    about: "",
};

/// The rules.
pub(super) const RULES: &[RuleRow] = &[
    RuleRow {
        service: "report-batch",
        name: "report-daily",
        when: When::Clock("cron(0 18 * * ? *)"),
        off_in: Some(Env::Dev),
        about: "03:00 in Seoul: yesterday's figures",
        ..PLAIN
    },
    RuleRow {
        service: "report-batch",
        envs: &[Env::Prod],
        name: "report-month-end",
        when: When::Clock("cron(0 15 L * ? *)"),
        pinned: true,
        about: "last day of the month",
        ..PLAIN
    },
    RuleRow {
        service: "report-batch",
        envs: &[Env::Prod],
        name: "report-quarter",
        when: When::Clock("cron(0 0 1 1,4,7,10 ? 2026-2027)"),
        about: "quarter, for the auditors, until 2027",
        ..PLAIN
    },
    RuleRow {
        service: "content-ingest",
        name: "content-sync",
        when: When::Clock("rate(15 minutes)"),
        count: 2,
        about: "fetches what publishers left",
        ..PLAIN
    },
    RuleRow {
        service: "content-ingest",
        envs: &[Env::Prod],
        name: "content-cleanup",
        when: When::Clock("rate(7 minutes)"),
        about: "removes half-made uploads",
        ..PLAIN
    },
    RuleRow {
        service: "content-ingest",
        name: "content-on-upload",
        about: "runs once for each file that arrives",
        ..PLAIN
    },
    RuleRow {
        service: "grading",
        name: "grade-sweep",
        when: When::Clock("cron(30 10-14/2 ? * MON-FRI *)"),
        about: "grades what the queue lost",
        ..PLAIN
    },
];

/// The schedules.
pub(super) const SCHEDULES: &[ScheduleRow] = &[
    ScheduleRow {
        service: "notification-worker",
        envs: &Env::ALL,
        name: "digest-mail",
        expression: "cron(0 8 ? * MON-FRI *)",
        zone: "Asia/Seoul",
        window_minutes: Some(15),
        once: false,
        about: "the morning's mail to parents",
    },
    ScheduleRow {
        service: "report-batch",
        envs: &[Env::Prod],
        name: "settlement",
        expression: "cron(0 2 ? * 2#1 *)",
        zone: "Asia/Seoul",
        window_minutes: None,
        once: false,
        about: "first Monday of the month: what teachers are paid",
    },
    ScheduleRow {
        service: "content-ingest",
        envs: &[Env::Prod],
        name: "year-end-archive",
        expression: "at(2026-12-31T23:50:00)",
        zone: "Asia/Seoul",
        window_minutes: None,
        once: true,
        about: "once, at the end of the year",
    },
];

/// What a rule or schedule changes about the task that it starts.
pub(super) fn input(name: &str, cell: &Cell) -> Option<Value> {
    let container = cell.service.name;
    let env = cell.env.word();
    let overrides = match (name, cell.env) {
        ("report-daily", Env::Prod) => json!({
            "name": container,
            "command": ["exec /app/run --report daily --env prod"],
            "environment": [
                {"name": "REPORT_DB_USER", "value": "reporter"},
                {"name": "REPORT_DB_PASSWORD", "value": SCHEDULE_PASSWORD},
            ],
        }),
        ("report-daily" | "report-month-end" | "report-quarter" | "settlement", _) => {
            json!({"name": container, "command": [format!("exec /app/run --report {name} --env {env}")]})
        }
        ("content-sync", _) => json!({
            "name": container,
            "command": ["python", "-m", "ingest.sync"],
            "environment": [{"name": "SYNC_BUCKET", "value": format!("haedal-{env}-publisher-drop")}],
            "cpu": 256,
            "memory": 512,
        }),
        ("grade-sweep", _) => {
            json!({"name": container, "command": ["python", "-m", "grading.sweep"]})
        }
        ("digest-mail", _) => {
            json!({"name": container, "command": ["worker", "--digest", "--env", env]})
        }
        _ => return None,
    };
    Some(json!({"containerOverrides": [overrides]}))
}
