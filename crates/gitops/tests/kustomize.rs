//! Renders every case and compares with what kubectl printed for it when the case was made.
//! `tests/peers_kubectl.rs` runs the real kubectl on the same cases, and writes what is expected.

#![expect(clippy::expect_used, reason = "helpers of tests fail the test")]

#[path = "support/cases.rs"]
mod cases;

use cases::HERE;
use gitops::{RenderError, Tree, render};

/// What kubectl printed.
const EXPECTED: &str = "expected.yaml";

#[test]
fn cases_render_as_kubectl_prints_them() {
    for (name, tree) in cases::all() {
        let expected = tree.get(EXPECTED).expect(&name);
        let rendered = render(&tree, HERE).expect(&name);
        assert_eq!(rendered.to_yaml(), String::from_utf8_lossy(expected), "{name}");
    }
}

#[test]
fn rendering_twice_gives_the_same() {
    for (name, tree) in cases::all() {
        assert_eq!(render(&tree, HERE), render(&tree, HERE), "{name}");
    }
}

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n";

/// Renders a kustomization beside a pod in `pod.yaml`, which has to fail.
fn fails(kustomization: &str) -> RenderError {
    let files = [
        ("a/kustomization.yaml", kustomization),
        ("a/pod.yaml", POD),
        ("b/pod.yaml", POD),
        ("c/kustomization.yaml", "resources: [../a]\n"),
        ("component/kustomization.yaml", "kind: Component\n\nnamePrefix: x-\n"),
        ("two/kustomization.yaml", "namePrefix: a\n"),
        ("two/Kustomization", "namePrefix: a\n"),
    ];
    let tree: Tree = files.into_iter().collect();
    render(&tree, "a").expect_err(kustomization)
}

fn check(kustomization: &str, code: &str, sentence: &str) {
    let reason = fails(kustomization).reason();
    assert_eq!((reason.code.id, reason.sentence().as_str()), (code, sentence), "{kustomization}");
    assert!(!reason.sentence().contains('{') && !reason.next().contains('{'), "{reason:?}");
}

#[test]
fn what_is_not_supported_names_the_field() {
    for (field, text) in [
        ("helmCharts", "helmCharts: [{name: x}]"),
        ("helmGlobals", "helmGlobals: {chartHome: x}"),
        ("helmChartInflationGenerator", "helmChartInflationGenerator: [{chartName: x}]"),
        ("generators", "generators: [a.yaml]"),
        ("transformers", "transformers: [a.yaml]"),
        ("validators", "validators: [a.yaml]"),
        ("vars", "vars: [{name: X}]"),
        ("crds", "crds: [a.yaml]"),
        ("configurations", "configurations: [a.yaml]"),
        ("openapi", "openapi: {path: x}"),
        ("buildMetadata", "buildMetadata: [originAnnotations]"),
    ] {
        let sentence =
            format!("a/kustomization.yaml uses {field}, which is not rendered in process");
        check(&format!("resources: [pod.yaml]\n{text}\n"), "SG-G005", &sentence);
    }
}

#[test]
fn paths_must_lead_to_something_allowed() {
    let of =
        |path: &str, rest: &str| format!("a/kustomization.yaml refers to {path}, which {rest}");
    for (path, code, rest) in [
        ("missing.yaml", "SG-G007", "is not there"),
        ("../missing", "SG-G007", "is not there"),
        ("../../../etc", "SG-G007", "is not there"),
        ("../b/pod.yaml", "SG-G008", "is outside of its folder"),
        ("..", "SG-G009", "leads back to it"),
        ("https://example.com/x.yaml", "SG-G006", "is not in this repository"),
        ("github.com/a/b?ref=v1", "SG-G006", "is not in this repository"),
        ("../component", "SG-G010", "is a Component where a Kustomization belongs"),
    ] {
        check(&format!("resources: [\"{path}\"]\n"), code, &of(path, rest));
    }
    check(
        "resources: [../c]\n",
        "SG-G009",
        "c/kustomization.yaml refers to ../a, which leads back to it",
    );
    check("resources: [../b]\n", "SG-G001", "b has no kustomization.yaml");
    check("resources: [../two]\n", "SG-G002", "two has more than one kustomization file");
}

#[test]
fn mistakes_are_told_with_their_place() {
    let file = "a/kustomization.yaml";
    let pod = "resources: [pod.yaml]\n";
    let not = |detail: &str| format!("{file} is not a kustomization: {detail}");
    check("", "SG-G004", &not("it is empty"));
    check(
        "kind: Deployment\nnamePrefix: a\n",
        "SG-G004",
        &not("kind is Deployment, not Kustomization or Component"),
    );
    check("namePrefix: 1\n", "SG-G004", &not("invalid type: integer `1`, expected a string"));
    check("a: [b\n", "SG-G003", "a/kustomization.yaml:1 is not valid YAML: unclosed bracket '['");
    check(
        "resources: [pod.yaml, pod.yaml]\n",
        "SG-G012",
        "Pod p is there twice in a/kustomization.yaml",
    );
    check(
        &format!("{pod}patches: [{{patch: just text}}]\n"),
        "SG-G014",
        "a/kustomization.yaml: patches[0] cannot be applied: is neither a merge patch (a document is not a mapping) nor a list of operations (it is not a list)",
    );
    check(
        &format!("{pod}replicas: [{{name: q, count: 1}}]\n"),
        "SG-G013",
        "a/kustomization.yaml: an entry of replicas names q, which is no Deployment, ReplicaSet or StatefulSet here",
    );
    check(
        "configMapGenerator: [{name: c, literals: [secret]}]\n",
        "SG-G015",
        "a/kustomization.yaml: the generator of c cannot work: a literal is not of the form key=value",
    );
    check(
        &format!("{pod}replacements: [{{source: {{kind: Pod, name: q}}, targets: []}}]\n"),
        "SG-G016",
        "a/kustomization.yaml: a replacement cannot be made: its source Pod q is not there",
    );
}
