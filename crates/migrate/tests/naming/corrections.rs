//! `naming.yaml`: what it corrects, and how its mistakes are told.

use migrate::naming::{
    Corrections, Kind, Named, Pin, Say, Verdict, WordClass, infer, initial_file, scan_strings,
};

fn cluster(name: &str) -> Named {
    Named {
        id: format!("arn:{name}"),
        kind: Kind::Cluster,
        name: name.into(),
        evidence: Vec::new(),
    }
}

fn clusters(names: &[&str]) -> Vec<Named> {
    names.iter().copied().map(cluster).collect()
}

/// Code, line and column of the mistake in this file.
fn mistake(text: &str) -> String {
    let error = Corrections::parse(text).unwrap_err();
    assert!(!error.reason.sentence().contains("{w"), "{}", error.reason.sentence());
    format!("{} {}:{}", error.reason.code.id, error.line, error.column)
}

#[test]
fn a_whole_file_is_read() {
    let text = "\
# ours
pins:
  arn:aws:ecs:x:1:cluster/odd: { environment: prod, service: payments }
  lonely:
    environment: ~
aliases:
  STG: stag
notEnvironment: [live-chat]
ignore:
  - old-sandbox
";
    let read = Corrections::parse(text).unwrap();
    assert_eq!(read.pins["arn:aws:ecs:x:1:cluster/odd"], Pin::new(Some("prod"), Some("payments")));
    assert_eq!(read.pins["lonely"], Pin { environment: Say::Nothing, service: Say::Open });
    assert_eq!(read.aliases["stg"], "stag");
    assert!(read.not_environment.contains("live-chat") && read.ignore.contains("old-sandbox"));
    assert_eq!(Corrections::parse("").unwrap(), Corrections::default());
    assert_eq!(Corrections::parse("pins:\naliases:\n").unwrap(), Corrections::default());
}

#[test]
fn mistakes_have_code_and_place() {
    assert_eq!(mistake("pins: [a]\n"), "SG-M001 1:7");
    assert_eq!(mistake("pins:\n  a: { environment: [dev }\n"), "SG-M001 2:21");
    assert_eq!(mistake("pin:\n  a: {}\n"), "SG-M002 1:1");
    assert_eq!(mistake("pins:\n  a:\n    env: dev\n"), "SG-M002 3:5");
    assert_eq!(
        mistake("pins:\n  a: {environment: dev}\n  a: {environment: prod}\n"),
        "SG-M003 3:3"
    );
    assert_eq!(mistake("pins:\n  a:\n    service: x\n    service: y\n"), "SG-M003 4:5");
    assert_eq!(mistake("aliases:\n  stg: stag\n  stag: stg\n"), "SG-M004 3:3");
    assert_eq!(mistake("pins:\n  a: {service: Pay_Ments}\n"), "SG-M006 2:16");
    assert_eq!(mistake("aliases: {live: prod}\nnotEnvironment: [live]\n"), "SG-M007 2:18");
    assert_eq!(mistake("pins: {a: {service: x}}\nignore: [a]\n"), "SG-M007 2:10");
    assert_eq!(mistake("pins: {}\npins: {}\n"), "SG-M001 2:1");
}

#[test]
fn the_sentence_names_both_values() {
    let error = Corrections::parse("pins:\n  a: {environment: dev}\n  a: {environment: prod}\n");
    let sentence = error.unwrap_err().reason.sentence();
    assert_eq!(sentence, "naming.yaml:3:3: `a` is set to dev/… and to prod/…");
}

#[test]
fn some_mistakes_show_only_against_the_estate() {
    let objects = clusters(&["dev-payments", "prod-payments"]);
    let check = |text: &str| Corrections::parse(text).unwrap().check(&objects);
    let error = check("aliases:\n  stg: stga\n").unwrap_err();
    assert_eq!((error.reason.code.id, error.line), ("SG-M005", 2));
    assert!(error.reason.next().contains("`stag`"), "{}", error.reason.next());
    let twice = "pins:\n  dev-payments: {service: a}\n  arn:dev-payments: {service: b}\n";
    assert_eq!(check(twice).unwrap_err().reason.code.id, "SG-M003");
    let findings = check("pins:\n  gone: {service: a}\nignore: [away]\n").unwrap();
    let codes: Vec<&str> = findings.iter().map(|finding| finding.code.id).collect();
    assert_eq!(codes, ["SG-M010", "SG-M010"]);
    assert_eq!(check("aliases: {pay: payments}\n").unwrap(), []);
}

#[test]
fn pins_aliases_and_exceptions_are_obeyed() {
    let objects = clusters(&["dev-live-chat", "live-chat", "xq-payments", "dev-payments", "junk"]);
    let text = "\
pins:
  junk: { environment: prod, service: admin }
aliases: { xq: prod }
notEnvironment: [live-chat]
ignore: [arn:dev-payments]
";
    let names = infer(&objects, &Corrections::parse(text).unwrap());
    let said = |id: &str| {
        let name = names.get(id).unwrap();
        (name.environment.as_deref(), name.service.as_deref())
    };
    assert_eq!(said("arn:junk"), (Some("prod"), Some("admin")));
    assert_eq!(said("arn:xq-payments"), (Some("prod"), Some("payments")));
    assert_eq!(said("arn:live-chat").1, Some("live-chat"));
    assert_eq!(names.get("arn:dev-payments").unwrap().verdict, Verdict::Ignored);
    let words = scan_strings(Some("dev"), &names.vocabulary, "xq-payments.example.com");
    assert_eq!(words[0].class, WordClass::Foreign);
}

#[test]
fn pins_teach_other_names() {
    // `canary-…` is nobody's word until a person says so of two of them.
    let names = ["dev-a", "prod-a", "dev-b", "prod-b", "rim-a", "rim-b", "rim-c"];
    let objects = clusters(&names);
    let text = "pins:\n  rim-a: { environment: rim, service: a }\n";
    let names = infer(&objects, &Corrections::parse(text).unwrap());
    let other = names.get("arn:rim-b").unwrap();
    assert_eq!(other.environment.as_deref(), Some("rim"));
    assert_eq!(other.service.as_deref(), Some("b"));
}

#[test]
fn the_first_file_asks_and_parses() {
    let objects = clusters(&["dev-a", "stag-a", "prod-a", "test-b", "od\"d\n# x", "live"]);
    let names = infer(&objects, &Corrections::default());
    let text = initial_file(&names);
    assert_eq!(Corrections::parse(&text).unwrap(), Corrections::default());
    assert!(text.contains("# \"arn:test-b\": { environment: "), "{text}");
    // Without the comment marks, the file says what was inferred.
    let said = text.replace("\n  # \"", "\n  \"");
    let corrections = Corrections::parse(&said).unwrap();
    assert!(!corrections.pins.is_empty());
    let again = infer(&objects, &corrections);
    for (id, name) in &names.objects {
        let other = again.get(id).unwrap();
        assert_eq!((&name.environment, &name.service), (&other.environment, &other.service));
    }
}
