//! Environment words in strings.

use migrate::naming::{
    Corrections, Kind, Named, Vocabulary, WordClass, infer, scan_strings, templated,
};

/// The words of an estate with dev, stag and prod, and with the services `catalog`,
/// `prod-catalog`, `live-chat` and `payments`.
fn vocabulary() -> Vocabulary {
    let mut objects = Vec::new();
    for service in ["payments", "catalog", "prod-catalog", "live-chat", "backend-api"] {
        for environment in ["dev", "stag", "prod"] {
            let name = format!("{environment}-{service}");
            let id = format!("id/{name}");
            objects.push(Named { id, kind: Kind::Cluster, name, evidence: Vec::new() });
        }
    }
    infer(&objects, &Corrections::default()).vocabulary
}

/// Each word found in a string of a production task: `word=env Class`.
fn found(text: &str) -> String {
    let words = scan_strings(Some("prod"), &vocabulary(), text);
    let shown: Vec<String> = words
        .iter()
        .map(|word| {
            assert_eq!(text[word.span.clone()], word.word);
            format!("{}={} {:?}", word.word, word.env, word.class)
        })
        .collect();
    shown.join(", ")
}

fn check(text: &str, expected: &str) {
    assert_eq!(found(text), expected, "{text}");
}

#[test]
fn words_of_other_environments_are_foreign() {
    check("dev-db.c1x.ap-northeast-2.rds.amazonaws.com", "dev=dev Foreign");
    check("arn:aws:secretsmanager:ap-northeast-2:1:secret:dev/payments/db", "dev=dev Foreign");
    check("https://sqs.ap-northeast-2.amazonaws.com/1/stag-orders", "stag=stag Foreign");
    check("s3://acme-stg-uploads/x", "stg=stag Foreign");
    check("/ecs/dev-payments", "dev=dev Foreign");
    check("jdbc:postgresql://paymentsdb.dev.local:5432/app", "dev=dev Foreign");
    check("-Dspring.profiles.active=dev", "dev=dev Foreign");
    check("development", "development=dev Foreign");
    check("payments:develop-1f3a", "develop=dev Foreign");
    check("devdb.example.com", "dev=dev Foreign");
    check("mysql://user@proddb/x", "prod=prod Own");
    check("DEV_QUEUE", "DEV=dev Foreign");
}

#[test]
fn own_words_are_parameters() {
    check("/ecs/prod-payments", "prod=prod Own");
    check("api.production.example.com", "production=prod Own");
    check("prodDb", "prod=prod Own");
}

#[test]
fn environments_that_the_estate_lacks_are_unknown() {
    check("sandbox-db.example.com", "sandbox=sandbox Unknown");
    check("acme-nonprod-vpc", "nonprod=nonprod Unknown");
    check("acme-non-prod-vpc", "prod=nonprod Unknown");
    check("npm run dev", "dev=dev Unknown");
}

#[test]
fn ordinary_words_raise_no_alarm() {
    for text in [
        "/dev/null",
        "/dev/shm",
        "cmd 2>/dev/null",
        "/dev/xvda",
        "/dev",
        "CMD-SHELL test -f /tmp/ok || exit 1",
        "test -f /tmp/ok",
        "latest",
        "myorg/devices:latest",
        "developer-portal",
        "contest",
        "http://localhost:8080/live",
        "/health/live",
        "live-chat.internal",
        "product-api",
        "npm ci --production",
        "devops-agent",
        "svc.cluster.local",
        "pre-stop",
        "stage-manager",
        "a1B2c3DevQ9x8Y7z6w5V4u3T2s1R0q",
        "integration",
        "us-east-1",
        "",
        "한국어 dev상자",
    ] {
        let words = scan_strings(Some("prod"), &vocabulary(), text);
        assert!(!words.iter().any(|word| word.class == WordClass::Foreign), "{text}: {words:?}");
    }
    for text in ["/dev/null", "test -f /tmp/ok", "latest", "/health/live", "live-chat.internal"] {
        check(text, "");
    }
}

#[test]
fn a_parameter_path_under_dev_is_no_device() {
    check("/dev/payments/db-password", "dev=dev Foreign");
    check("arn:aws:ssm:ap-northeast-2:1:parameter/dev/payments/key", "dev=dev Foreign");
}

#[test]
fn a_service_that_starts_with_a_word_is_not_its_environment() {
    check("http://live-chat.dev.local", "dev=dev Foreign");
    // Both `catalog` and `prod-catalog` are services: either reading is possible.
    let words = scan_strings(Some("dev"), &vocabulary(), "http://prod-catalog.dev.local");
    let classes: Vec<WordClass> = words.iter().map(|word| word.class).collect();
    assert_eq!(classes, [WordClass::Unknown, WordClass::Own]);
}

#[test]
fn siblings_have_one_template() {
    let words = vocabulary();
    for (dev, prod) in [
        ("dev-db.x.rds.amazonaws.com", "prod-db.x.rds.amazonaws.com"),
        ("/ecs/dev-live-chat", "/ecs/production-live-chat"),
        ("s3://acme-develop-x/dev/y", "s3://acme-prd-x/prod/y"),
        ("DEV_KEY", "PROD_KEY"),
        ("cmd >/dev/null dev-x", "cmd >/dev/null prod-x"),
    ] {
        let template = templated(dev, "dev", &words);
        assert_eq!(template, templated(prod, "prod", &words));
        assert!(template.contains("{env}"), "{template}");
    }
    assert_eq!(templated("cmd >/dev/null", "dev", &words), "cmd >/dev/null");
}
