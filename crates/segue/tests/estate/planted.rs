//! Literal credentials: each becomes an ExternalSecret. That no value is repeated anywhere is
//! looked for in `nothing_repeats_a_literal_credential`.

use crate::said::Said;
use crate::said::Want::{self, At, Finding, Made};

pub(crate) const TABLE: &[(&str, &[Want])] = &[
    (
        "literal-password",
        &[
            At("SG-M191", "DB_PASSWORD of admin-console is a literal"),
            Made("secretKey: DB_PASSWORD"),
        ],
    ),
    (
        "literal-url",
        &[
            At("SG-M191", "DATABASE_URL of webhook-relay is a literal"),
            Made("secretKey: DATABASE_URL"),
        ],
    ),
    (
        "literal-access-key",
        &[
            At("SG-M191", "PUSH_ACCESS_KEY_ID of notification-worker is a literal"),
            Made("secretKey: PUSH_ACCESS_KEY_ID"),
        ],
    ),
    (
        "literal-token",
        &[At("SG-M191", "of notification-worker is a literal"), Made("$(SEGUE_COMMAND_2)")],
    ),
    (
        "literal-private-key",
        &[
            At("SG-M191", "PG_CLIENT_KEY of payments is a literal"),
            Made("secretKey: PG_CLIENT_KEY"),
        ],
    ),
    ("literal-log-key", &[At("SG-M103", "")]),
    (
        "literal-in-schedule",
        &[Finding("SG-M191", "REPORT_DB_PASSWORD"), Made("secretKey: REPORT_DB_PASSWORD")],
    ),
];

#[test]
fn nothing_repeats_a_literal_credential() {
    let said = Said::of_the_estate();
    for secret in xtask::estate::planted::PLANTED_SECRETS {
        for (path, file) in &said.generated.files {
            assert!(!file.text.contains(secret), "{path} repeats {secret}");
        }
    }
}
