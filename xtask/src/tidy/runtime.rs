//! The async runtime, HTTP and AWS stay in `live` and `segue`.
//!
//! Both what a manifest names and what comes along with it are looked at: a pure crate that takes
//! `kube` with its client has taken tokio as well.

use super::Finding;
use super::edges::Member;

const WHY: &str = "a planner that can wait, call or listen cannot be rehearsed on the twin";
const INSTEAD: &str = "say what is needed as a method of a port in model, and do it in live; turn \
                       off the feature of the dependency that brings it in (`cargo tree -p CRATE \
                       -e normal -i NAME` shows which)";

/// The arguments of cargo that list what the pure crates stand on, one package a line.
pub(super) fn tree_args(members: &[Member]) -> Vec<&str> {
    let mut args = vec!["tree", "--edges=normal", "--prefix=none", "--format={p}"];
    for member in pure(members) {
        args.extend(["--package", member.name.as_str()]);
    }
    args
}

/// All findings; `tree` is what `cargo tree` printed for [`tree_args`].
pub(super) fn check(members: &[Member], tree: &str) -> Vec<Finding> {
    let mut findings = named(members);
    if findings.is_empty() {
        findings.extend(brought_along(tree));
    }
    findings
}

fn named(members: &[Member]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for member in pure(members) {
        for dependency in &member.dependencies {
            if !dependency.dev && touches_the_world(&dependency.name) {
                let what = format!("`{}` depends on `{}`", member.name, dependency.name);
                let file = member.manifest.clone();
                findings.push(Finding { file, line: 1, what, why: WHY, instead: INSTEAD });
            }
        }
    }
    findings
}

fn brought_along(tree: &str) -> Option<Finding> {
    let mut names = tree.lines().filter_map(|line| line.split_whitespace().next());
    let name = names.find(|name| touches_the_world(name))?;
    let what = format!("`{name}` is among what the pure crates stand on");
    Some(Finding { file: "Cargo.lock".into(), line: 1, what, why: WHY, instead: INSTEAD })
}

fn pure(members: &[Member]) -> impl Iterator<Item = &Member> {
    members.iter().filter(|member| member.is_pure())
}

fn touches_the_world(name: &str) -> bool {
    matches!(name, "tokio" | "hyper" | "hyper-util") || name.starts_with("aws-")
}

#[cfg(test)]
mod tests {
    use super::super::edges::members;
    use super::*;

    fn workspace(name: &str, dependency: &str, kind: &str) -> Vec<Member> {
        let text = format!(
            r#"{{"workspace_root": "/w", "packages": [{{"name": "{name}",
                "manifest_path": "/w/crates/{name}/Cargo.toml", "targets": [],
                "dependencies": [{{"name": "{dependency}", "kind": {kind}}}]}}]}}"#
        );
        members(&text).unwrap()
    }

    #[test]
    fn the_runtime_in_a_pure_crate_is_found() {
        for name in ["tokio", "hyper", "hyper-util", "aws-sigv4"] {
            let findings = check(&workspace("traffic", name, "null"), "");
            assert_eq!(findings.len(), 1, "{name}");
            assert_eq!(findings[0].file, "crates/traffic/Cargo.toml");
        }
        assert_eq!(check(&workspace("twin", "tokio", "\"build\""), "").len(), 1);
    }

    #[test]
    fn live_and_segue_may_and_tests_may() {
        assert_eq!(check(&workspace("live", "tokio", "null"), ""), []);
        assert_eq!(check(&workspace("segue", "aws-config", "null"), ""), []);
        assert_eq!(check(&workspace("traffic", "tokio", "\"dev\""), ""), []);
    }

    #[test]
    fn the_runtime_behind_another_dependency_is_found() {
        let members = workspace("model", "kube", "null");
        assert_eq!(check(&members, "model v0.1.0\nkube v5.0.0\nserde v1.0.0\n"), []);
        let findings = check(&members, "model v0.1.0\nkube v5.0.0\ntokio v1.54.1\n");
        assert_eq!(findings.len(), 1);
        assert!(findings[0].what.contains("`tokio`"));
    }

    #[test]
    fn only_pure_crates_are_listed() {
        let listed = |name: &str| tree_args(&workspace(name, "x", "null")).contains(&name);
        assert!(listed("ci") && listed("twin") && listed("model"));
        assert!(!listed("live") && !listed("segue") && !listed("xtask"));
    }
}
