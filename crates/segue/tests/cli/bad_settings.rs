//! Settings of a team, and trees that are not ours: refused with their place, left as they are.

use crate::estate;
use crate::support::Case;

/// A tree that a plan wrote from kept files.
fn planned() -> Case {
    let case = Case::new();
    estate::kept_files(&case, "defs");
    case.done("migrate scan --from-files defs --out taken.snapshot");
    case.done("migrate plan taken.snapshot --out config");
    case
}

const PLAN: &str = "migrate plan taken.snapshot --out config";

#[test]
fn naming_that_contradicts_itself() {
    let case = planned();
    let mut said = String::new();
    let mut try_one = |what: &str, text: &[u8]| {
        case.write("config/naming.yaml", text);
        case.fails(&mut said, what, PLAN);
    };
    let pin = "  shop: {environment: dev, service: shop}\n";
    let other = "  shop: {environment: prod, service: shop}\n";
    try_one("one object pinned to two values", format!("pins:\n{pin}{other}").as_bytes());
    try_one("aliases in a circle", b"aliases:\n  stg: stage\n  stage: stg\n");
    try_one("an unknown key", b"aliasses:\n  stg: stag\n");
    try_one("an unknown key in a pin", b"pins:\n  shop: {env: dev, service: shop}\n");
    try_one("alias and no environment at once", b"aliases: {live: prod}\nnotEnvironment: [live]\n");
    try_one(
        "a value that cannot be a name",
        b"pins:\n  shop: {environment: Dev_1, service: shop}\n",
    );
    try_one("YAML that is none", b"pins:\n  shop: {environment: dev\n");
    try_one("a list in place of keys", b"- shop\n");
    try_one("not UTF-8", b"aliases:\n  st\xe4g: stag\n");
    insta::assert_snapshot!("naming", said);
}

#[test]
fn naming_from_elsewhere() {
    let case = planned();
    let mut said = String::new();
    case.fails(&mut said, "a file that is not there", &format!("{PLAN} --naming no.yaml"));
    case.write("fix/names.yaml", "aliases:\n  stg: stage\n  stage: stg\n");
    case.fails(&mut said, "a faulty file elsewhere", &format!("{PLAN} --naming fix/names.yaml"));
    insta::assert_snapshot!("naming_file", said);
}

#[test]
fn waivers_that_cannot_be_read() {
    let case = planned();
    let mut said = String::new();
    let mut try_one = |what: &str, text: &[u8]| {
        case.write("config/plan/waivers.yaml", text);
        case.fails(&mut said, what, PLAN);
    };
    let waiver = |finding: &str, name: &str, expires: &str| {
        format!(
            "waivers:\n- finding: {finding}\n  name: {name}\n  reason: known\n  expires: {expires}\n"
        )
    };
    let id = "SG-M205/shop/default/1";
    try_one("YAML that is none", b"waivers: [\n");
    try_one("a key that is not known", b"waivers:\n- finding: x\n  until: 2027-01-31\n");
    try_one("a date that is none", waiver(id, "mina", "soon").as_bytes());
    try_one("nobody's name", waiver(id, "\"\"", "2027-01-31").as_bytes());
    try_one(
        "no expiry",
        format!("waivers:\n- {{finding: {id}, name: mina, reason: x}}\n").as_bytes(),
    );
    try_one("not UTF-8", b"waivers: [] # \xff\n");
    insta::assert_snapshot!("waivers", said);
}

#[test]
fn an_estate_file_that_cannot_be_read() {
    let case = planned();
    let mut said = String::new();
    let mut try_one = |what: &str, text: &[u8]| {
        case.write("config/segue.yaml", text);
        case.fails(&mut said, what, PLAN);
    };
    try_one("YAML that is none", b"repository: [\n");
    try_one("a repository that is no text", b"repository: {url: x}\n");
    try_one("a list", b"- repository\n");
    try_one("an unknown key", b"repository: x\norganisation: haedal\n");
    try_one("a word that cannot begin a name", b"organization: Haedal Corp\n");
    try_one("waves of nobody", b"waves:\n  maxServices: 0\n");
    try_one("a wave of an environment, misspelt", b"environments:\n- {name: prod, wave: 2}\n");
    try_one("an environment twice", b"environments:\n- name: dev\n- name: dev\n");
    try_one("not UTF-8", b"repository: \xff\n");
    insta::assert_snapshot!("estate_file", said);
}

#[test]
fn trees_that_are_not_ours() {
    let case = planned();
    let mut said = String::new();
    case.write("theirs/apps/shop/base/deployment.yaml", "kind: Deployment\n");
    case.fails(
        &mut said,
        "somebody else's files in our places",
        "migrate plan taken.snapshot --out theirs",
    );
    case.write("file", "mine");
    case.fails(&mut said, "a file in place of the tree", "migrate plan taken.snapshot --out file");
    case.write("config/plan/generated.json", "{\"files\": {");
    case.fails(&mut said, "checksums that are cut off", PLAN);
    case.write("config/plan/generated.json", "[]");
    case.fails(&mut said, "checksums of another shape", PLAN);
    insta::assert_snapshot!("trees", said);
}

#[test]
fn a_folder_with_other_files_takes_a_first_plan() {
    let case = planned();
    case.write("mixed/README.md", "ours\n");
    case.done("migrate plan taken.snapshot --out mixed");
    assert_eq!(case.read("mixed/README.md"), "ours\n");
    assert!(case.has("mixed/plan/plan.json"));
}

#[test]
fn explain_without_a_plan_and_of_nobody() {
    let case = planned();
    let mut said = String::new();
    case.fails(&mut said, "no such folder", "migrate explain shop --plan nowhere");
    case.fails(&mut said, "a folder without a plan", "migrate explain shop --plan defs");
    case.fails(&mut said, "an unknown service", "migrate explain shopp --plan config");
    case.fails(
        &mut said,
        "an unknown environment",
        "migrate explain shop --plan config --env prod",
    );
    case.write("config/plan/rulings.json", "[\n");
    case.fails(&mut said, "rulings that are cut off", "migrate explain shop --plan config");
    insta::assert_snapshot!("explain_errors", said);
}
