//! The literal credentials that people left in task definitions. All are made up, and none may
//! appear in anything that Segue writes, except in the snapshot itself.

/// `DB_PASSWORD` in the environment of the admin console.
pub const DB_PASSWORD: &str = "hunter2-Haedal!Adm1n";
/// The password inside `DATABASE_URL` of the webhook relay.
pub const DATABASE_URL_PASSWORD: &str = "s3a-0tter-Relay9";
/// An access key as AWS writes one, in the environment of the notification worker.
pub const ACCESS_KEY_ID: &str = "AKIAQ3HAEDAL2EXAMPLE";
/// The secret that belongs to it.
pub const SECRET_ACCESS_KEY: &str = "wJalrXUtnFEMI/K7HAEDAL/bPxRfiCYEXAMPLEKEY";
/// A bearer token in an argument of the notification worker.
pub const BEARER_TOKEN: &str = "hdl_live_9f2c41d7EXAMPLEb03e";
/// A private key in the environment of payments; the marker line and the body are both told.
pub const PRIVATE_KEY: &str = "-----BEGIN RSA PRIVATE KEY-----\nMIIBOgIBAAJBAHaedalEXAMPLEonly\n-----END RSA PRIVATE KEY-----";
/// The body of that key.
pub const PRIVATE_KEY_BODY: &str = "MIIBOgIBAAJBAHaedalEXAMPLEonly";
/// An API key in the options of the product catalog's log driver.
pub const LOG_API_KEY: &str = "7d1e0f5b2a9c48EXAMPLE6f3d0b8e7a1c";
/// A password in the command of a schedule of report-batch.
pub const SCHEDULE_PASSWORD: &str = "r3port-Night!EXAMPLE";
/// A password in the health check of payments.
pub const HEALTH_PASSWORD: &str = "pr0be-Example-4711";

/// Every string that must be found in the snapshot and nowhere else.
pub const PLANTED_SECRETS: &[&str] = &[
    DB_PASSWORD,
    DATABASE_URL_PASSWORD,
    ACCESS_KEY_ID,
    SECRET_ACCESS_KEY,
    BEARER_TOKEN,
    PRIVATE_KEY_BODY,
    LOG_API_KEY,
    SCHEDULE_PASSWORD,
    HEALTH_PASSWORD,
];
