//! What is a credential, and what only looks like one.

use super::*;
use proptest::prelude::*;
use serde_json::json;

#[test]
fn names_and_forms_that_say_secret() {
    for (name, value) in [
        ("DB_PASSWORD", "hunter22"),
        ("clientSecret", "abcdef"),
        ("X", "AKIAIOSFODNN7EXAMPLE"),
        ("DATABASE_URL", "postgres://app:s3cr3t@db/app"),
        ("CMD", "curl -H 'Authorization: Bearer abcdefghijklmnop'"),
        ("ARGS", "--password=hunter22 --port=80"),
        ("KEY", "-----BEGIN RSA PRIVATE KEY-----\nabc"),
    ] {
        assert!(looks_secret(name, value), "{name}");
    }
}

/// The rule of [`has_prefixed`] as it is told: each prefix by itself.
fn told(text: &str, prefix: &str) -> bool {
    text.match_indices(prefix).any(|(at, _)| {
        let free = text[..at].chars().next_back().is_none_or(|c| !c.is_ascii_alphanumeric());
        let run = text[at + prefix.len()..]
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || "_-".contains(*c));
        free && run.count() >= 16
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, ..ProptestConfig::default() })]

    #[test]
    fn one_walk_finds_what_a_search_for_each_prefix_finds(
        text in prop::collection::vec(
            prop_oneof![
                prop::sample::select(TOKEN_PREFIXES).prop_map(str::to_owned),
                "[A-Za-z0-9_-]{14,17}",
                "[한é .:=/-]{0,2}",
            ],
            0..5,
        )
    ) {
        let text = text.concat();
        prop_assert_eq!(has_prefixed(&text), TOKEN_PREFIXES.iter().any(|one| told(&text, one)));
    }
}

#[test]
fn logins_and_headers_in_commands_say_secret() {
    for text in [
        "curl -fsS -u probe:pr0be-4711 http://localhost:8080/health || exit 1",
        "curl --user=probe:pr0be-4711 localhost",
        "curl -uprobe:pr0be-4711 localhost",
        "X-Api-Key 7d1e0f5b2a9c48f6",
        "curl -H 'X-Auth-Token: 7d1e0f5b2a9c48f6' localhost",
    ] {
        assert!(looks_secret("command", text), "{text}");
    }
    for text in ["docker run -u 1000:1000 app", "sort -u a:b", "X-Request-Id 7d1e0f5b2a9c48f6"] {
        assert!(!looks_secret("command", text), "{text}");
    }
}

#[test]
fn a_password_that_is_also_a_name_is_guarded_only_where_it_is_called_one() {
    let task = json!({"family": "shop", "containerDefinitions": [{
        "name": "postgres",
        "image": "postgres:16",
        "environment": [
            {"name": "POSTGRES_PASSWORD", "value": "postgres"},
            {"name": "API_TOKEN", "value": "postgres-or-not"},
        ],
    }]});
    let file = Node::root("t", &task);
    let found = Credentials::of(&[file]);
    assert!(!found.contains("postgres:16") && found.guards("POSTGRES_PASSWORD", "postgres"));
    assert!(found.contains("--token postgres-or-not"));
}

#[test]
fn ordinary_settings_are_left_alone() {
    for (name, value) in [
        ("PASSWORD_MIN_LENGTH", "8"),
        ("TOKEN_URL", "https://auth.example.com/token"),
        ("SECRET_NAME", "prod/db"),
        ("DB_PASSWORD", "${DB_PASSWORD}"),
        ("USE_TOKEN", "true"),
        ("PORT", "8080"),
        ("GIT_SHA", "e27bceb2544dc2f86e034755c7a97e357d049e65"),
        ("COMPASS", "north"),
    ] {
        assert!(!looks_secret(name, value), "{name}");
    }
}

#[test]
fn a_value_found_once_is_guarded_everywhere() {
    let value = json!({"environment": [{"name": "DB_PASSWORD", "value": "hunter2hunter2"}],
        "command": ["mysql", "-phunter2hunter2"]});
    let credentials = Credentials::of(&[Node::root("f", &value)]);
    assert!(credentials.contains("mysql -phunter2hunter2"));
    assert!(!credentials.contains("mysql -h db"));
}
