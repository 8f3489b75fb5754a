//! Leaks and drift.

use crate::said::Want::{self, Anywhere, At, Estate, Finding, Made};

pub(crate) const TABLE: &[(&str, &[Want])] = &[
    (
        "foreign-secret",
        &[At("SG-M030", "PG_API_KEY of payments in prod says `dev`, the word of dev")],
    ),
    ("foreign-secret-allowed", &[At("SG-M262", "reaches into dev")]),
    ("foreign-database", &[At("SG-M030", "DB_HOST of video-transcoder in stag says `prod`")]),
    (
        "foreign-database-allowed",
        &[At("SG-M266", "of prod admits tasks of video-transcoder in stag")],
    ),
    ("foreign-bucket", &[At("SG-M261", "reaches into prod")]),
    ("foreign-queue", &[At("SG-M030", "QUEUE_URL of notification-worker in dev says `prod`")]),
    (
        "foreign-profile",
        &[At("SG-M030", "SPRING_PROFILES_ACTIVE of report-batch in stag says `prod`")],
    ),
    (
        "foreign-log-group",
        &[
            At("SG-M030", "awslogs-group of live-chat in prod says `staging`"),
            Estate(
                "SG-M025",
                "/ecs/staging-live-chat is written by several environments: prod, stag",
            ),
        ],
    ),
    ("foreign-image-tag", &[At("SG-M030", "image of content-ingest in prod says `dev`")]),
    ("foreign-tag", &[At("SG-M030", "of grading in stag says `dev`, the word of dev")]),
    ("no-tags", &[Made("segue.dev/environment: prod")]),
    ("missing-secret", &[At("SG-M146", "REFUND_TOKEN points at a secret that does not exist")]),
    ("missing-variable", &[Finding("SG-M254", "variable FEATURE_BUNDLES of product-catalog")]),
    (
        "other-port",
        &[Finding("SG-M254", "port 4001 of webhook-relay"), Made("containerPort: 4001")],
    ),
    (
        "other-repository",
        &[Finding("SG-M254", "image 444455556666.dkr.ecr"), At("SG-M270", "account 444455556666")],
    ),
    ("sidecar-only-in-prod", &[Finding("SG-M254", "container datadog-agent of gateway")]),
    ("command-only-in-dev", &[Anywhere("SG-M254", "--inspect=0.0.0.0:9229")]),
];
