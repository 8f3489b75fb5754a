//! Every overlay of the example estate fits together, and what it contradicts is raised.
#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]
#![expect(clippy::disallowed_methods, reason = "a test reads the files that it is about")]

#[path = "routes/given.rs"]
mod given;

use given::{example, with_given};
use migrate::convert::Built;
use migrate::verify::check;
use serde_json::{Value, json};

/// Codes that are raised after `change` has planted something in the service `search` in `dev`.
fn raised(change: &dyn Fn(&mut Built)) -> Vec<&'static str> {
    let estate = example();
    with_given(
        &estate,
        &estate,
        |converted| {
            let of = converted.iter_mut();
            let mut of = of.filter(|one| one.work.name == "gateway" && one.work.env == "prod");
            change(&mut of.next().unwrap().built);
        },
        |given| {
            let mut raised = Vec::new();
            check(given, &mut raised);
            let mut codes: Vec<&str> = raised.iter().map(|one| one.reason.code.id).collect();
            codes.dedup();
            codes
        },
    )
}

fn object<'b>(built: &'b mut Built, kind: &str) -> &'b mut Value {
    built.objects.iter_mut().find(|object| object["kind"] == kind).unwrap()
}

#[test]
fn nothing_is_raised_for_the_example_estate() {
    let estate = example();
    let told = with_given(
        &estate,
        &estate,
        |_| (),
        |given| {
            let mut raised = Vec::new();
            check(given, &mut raised);
            let line = |one: &migrate::given::Raised| {
                format!(
                    "{} {}: {} {}",
                    one.service, one.environment, one.reason.code.id, one.reason
                )
            };
            raised.iter().map(line).collect::<Vec<_>>()
        },
    );
    assert!(told.is_empty(), "{}", told.join("\n"));
}

#[test]
fn what_contradicts_itself_is_raised_as_a_blocker() {
    let container = "/spec/template/spec/containers/0";
    for (kind, pointer, value) in [
        ("Service", "/spec/ports/0/targetPort".to_owned(), json!("nowhere")),
        ("Service", "/spec/selector".to_owned(), json!({"app": "none"})),
        ("TargetGroupBinding", "/spec/serviceRef/port".to_owned(), json!(1)),
        ("Deployment", "/spec/template/spec/serviceAccountName".to_owned(), json!("nobody")),
        ("Deployment", format!("{container}/readinessProbe"), json!({"tcpSocket": {"port": 1}})),
        (
            "Deployment",
            format!("{container}/volumeMounts"),
            json!([{"name": "x", "mountPath": "/x"}]),
        ),
        ("Deployment", "/metadata/name".to_owned(), json!("n".repeat(64))),
    ] {
        let codes = raised(&|built| {
            *object(built, kind).pointer_mut(&pointer).unwrap() = value.clone();
        });
        assert!(codes.contains(&"SG-M346"), "{kind} {pointer}: {codes:?}");
    }
    let codes = raised(&|built| object(built, "Deployment")["spec"]["replicas"] = json!(3));
    assert_eq!(codes, ["SG-M355"]);
}

#[test]
fn a_policy_that_nobody_spoke_of_is_raised() {
    let codes = raised(&|built| {
        for image in built.images.values_mut() {
            image.digest = None;
            image.tag = Some("latest".to_owned());
        }
    });
    assert_eq!(codes, ["SG-M350"]);
    for (pointer, value, code) in [
        ("/resources", json!({}), "SG-M351"),
        ("/securityContext/allowPrivilegeEscalation", json!(true), "SG-M353"),
        ("/ports/0/hostPort", json!(80), "SG-M354"),
    ] {
        let codes = raised(&|built| {
            let pod = &mut object(built, "Deployment")["spec"]["template"]["spec"];
            let (parent, key) = pointer.rsplit_once('/').unwrap();
            pod["containers"][0].pointer_mut(parent).unwrap()[key] = value.clone();
        });
        assert!(codes.contains(&code), "{pointer}: {codes:?}");
    }
}
