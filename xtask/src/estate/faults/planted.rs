//! Literal credentials. Each value stands in `planted.rs` and nowhere in what Segue writes.

use super::super::catalog::Env;
use super::{ALL, DEV, Fault, PROD, Place, Proof, STAG};

/// The rows.
pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "literal-password",
        service: "admin-console",
        envs: ALL,
        place: Place::Task,
        proof: Proof::Has("\"DB_PASSWORD\""),
        what: "a password as a plain variable",
        say: "H: ExternalSecret in its place; the value is never repeated",
    },
    Fault {
        id: "literal-url",
        service: "webhook-relay",
        envs: &[Env::Stag, Env::Prod],
        place: Place::Task,
        proof: Proof::Has("postgresql://relay:"),
        what: "a URL with user and password",
        say: "H: as above",
    },
    Fault {
        id: "literal-access-key",
        service: "notification-worker",
        envs: PROD,
        place: Place::Task,
        proof: Proof::Has("PUSH_ACCESS_KEY_ID"),
        what: "an AWS access key",
        say: "H: as above; propose a role",
    },
    Fault {
        id: "literal-token",
        service: "notification-worker",
        envs: STAG,
        place: Place::Task,
        proof: Proof::Has("Authorization: Bearer "),
        what: "a bearer token in an argument",
        say: "H: as above; the argument becomes a variable",
    },
    Fault {
        id: "literal-private-key",
        service: "payments",
        envs: DEV,
        place: Place::Task,
        proof: Proof::Has("BEGIN RSA PRIVATE KEY"),
        what: "a private key",
        say: "H: as above",
    },
    Fault {
        id: "literal-log-key",
        service: "product-catalog",
        envs: ALL,
        place: Place::Task,
        proof: Proof::Has("X-Api-Key "),
        what: "an API key in the log driver's options",
        say: "H: as above",
    },
    Fault {
        id: "literal-in-schedule",
        service: "report-batch",
        envs: PROD,
        place: Place::Rule("report-daily"),
        proof: Proof::Has("REPORT_DB_PASSWORD"),
        what: "a password in the overrides of a rule",
        say: "H: as above",
    },
];
