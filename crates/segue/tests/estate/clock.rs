//! Scaling, schedules, alarms, usage.

use crate::said::Want::{self, At, Finding, Made, Ruled};

pub(crate) const TABLE: &[(&str, &[Want])] = &[
    ("requests-per-target", &[Finding("SG-M155", "gateway scales on ALBRequestCountPerTarget")]),
    ("custom-metric", &[Finding("SG-M155", "live-chat scales on"), Made("type: aws-cloudwatch")]),
    ("steps", &[Finding("SG-M139", "step scaling of notification-worker")]),
    (
        "from-zero",
        &[At("SG-M154", "notification-worker may scale to zero"), Made("kind: ScaledObject")],
    ),
    ("no-scale-in", &[Made("selectPolicy: Disabled")]),
    (
        "suspended",
        &[Finding("SG-M153", "DynamicScalingInSuspended"), Made("selectPolicy: Disabled")],
    ),
    (
        "scheduled-scaling",
        &[Finding("SG-M152", "prod-gateway-evening-up"), Made("timezone: Asia/Seoul")],
    ),
    ("scheduled-once", &[Finding("SG-M152", "payments")]),
    (
        "cron-six-fields",
        &[
            Made("schedule: 0 18 * * *"),
            Made("timeZone: Etc/UTC"),
            Made("suspend: true"),
            Finding("SG-M224", "report-daily"),
        ],
    ),
    ("dead-letters", &[Finding("SG-M161", "DeadLetterConfig"), Finding("SG-M161", "RetryPolicy")]),
    ("cron-last-day", &[Finding("SG-M150", "month-end")]),
    ("cron-year", &[Finding("SG-M150", "year")]),
    ("old-revision", &[Finding("SG-M275", "starts revision 44")]),
    ("rate", &[Ruled("/ScheduleExpression", "CronJob/content-ingest-content-sync")]),
    ("rate-odd", &[Finding("SG-M150", "rate(7 minutes)")]),
    ("event-pattern", &[Finding("SG-M215", "started by events, not by a clock")]),
    ("weekday-cron", &[Made("schedule: 30 10-14/2 * * 1-5")]),
    (
        "time-zone",
        &[Made("timeZone: Asia/Seoul"), At("SG-M209", "flexible window"), At("SG-M161", "")],
    ),
    ("cron-first-monday", &[At("SG-M150", "#")]),
    ("once", &[At("SG-M157", "runs once")]),
    ("alarms", &[At("SG-M260", "alarms of payments watch its ECS service and fall silent")]),
];
