//! Who may depend on whom inside the workspace, and how crates are named.
//!
//! The table is in ARCHITECTURE.md: planner → model, twin → model, live → model, segue → all.

use super::Finding;
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::Path;

/// The crates that decide: pure functions of what they are given.
const PLANNERS: [&str; 5] = ["migrate", "traffic", "gitops", "nodes", "ci"];
const TASKS: &str = "xtask";
const SHELL: &str = "segue";

/// A crate of the workspace, as `cargo metadata` tells it.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) name: String,
    /// The path of its manifest, relative to the root.
    pub(super) manifest: String,
    pub(super) dependencies: Vec<Dependency>,
    /// The name of its library, if it has one.
    library: Option<String>,
}

/// One line of a manifest's dependencies.
#[derive(Debug, Clone)]
pub(super) struct Dependency {
    pub(super) name: String,
    pub(super) dev: bool,
    /// Whether it is a crate of this workspace.
    inside: bool,
}

impl Member {
    /// Whether the crate must not touch the world: all but live, segue and the tasks.
    pub(super) fn is_pure(&self) -> bool {
        !["live", SHELL, TASKS].contains(&self.name.as_str())
    }
}

/// Reads what `cargo metadata --no-deps` printed.
pub(super) fn members(metadata: &str) -> Result<Vec<Member>> {
    let metadata: Value = serde_json::from_str(metadata)?;
    let root = metadata["workspace_root"].as_str().context("cargo metadata names no root")?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    Ok(packages.iter().map(|package| member(package, root)).collect())
}

fn member(package: &Value, root: &str) -> Member {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let manifest = text(&package["manifest_path"]);
    let relative = manifest.strip_prefix(root).map(|path| path.trim_start_matches('/').to_owned());
    let libraries = list(&package["targets"]);
    let library = libraries.iter().find(|target| {
        list(&target["kind"]).iter().any(|kind| kind == "lib" || kind == "proc-macro")
    });
    Member {
        name: text(&package["name"]),
        manifest: relative.unwrap_or(manifest),
        dependencies: list(&package["dependencies"])
            .iter()
            .map(|dependency| Dependency {
                name: text(&dependency["name"]),
                dev: dependency["kind"] == "dev",
                inside: dependency["path"].is_string(),
            })
            .collect(),
        library: library.map(|target| text(&target["name"])),
    }
}

/// All findings about the shape of the workspace.
pub(super) fn check(members: &[Member]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for member in members {
        findings.extend(edges(member));
        findings.extend(name(member));
    }
    findings
}

fn edges(member: &Member) -> Vec<Finding> {
    let inside = member.dependencies.iter().filter(|dependency| dependency.inside);
    let refused = inside.filter(|dependency| !is_allowed(&member.name, dependency));
    let finding = |dependency: &Dependency| Finding {
        file: member.manifest.clone(),
        line: 1,
        what: format!("`{}` depends on `{}`", member.name, dependency.name),
        why: "planners that know each other cannot be changed alone, and a twin that knows a \
              planner marks its own homework",
        instead: "the edges are planner, twin, live → model and segue → all; move a noun that two \
                  crates need to model, and wire parts together in segue (`xtask` only as a \
                  dev-dependency; it depends on no crate of the product)",
    };
    refused.map(finding).collect()
}

fn is_allowed(from: &str, to: &Dependency) -> bool {
    match (from, to.name.as_str()) {
        (TASKS | "model", _) | (_, SHELL) if to.name != TASKS => false,
        (_, TASKS) => to.dev && from != TASKS,
        (SHELL, _) => true,
        ("twin" | "live", to) => to == "model",
        (from, to) => PLANNERS.contains(&from) && to == "model",
    }
}

fn name(member: &Member) -> Option<Finding> {
    let folder = Path::new(&member.manifest).parent().and_then(Path::file_name);
    let folder = folder.unwrap_or_default().to_string_lossy();
    let library = member.library.as_deref().unwrap_or(&member.name);
    let alike = folder == member.name && library == member.name;
    let prefixed = ["segue-", "segue_"].iter().any(|prefix| member.name.starts_with(prefix));
    (!alike || prefixed).then(|| Finding {
        file: member.manifest.clone(),
        line: 1,
        what: format!("crate `{}`, library `{library}`, folder `{folder}`", member.name),
        why: "a crate is found by its folder, and a prefix would have to change with the product's \
              name",
        instead: "give crate, library and folder one name without a prefix",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(from: &str, to: &str, dev: bool) -> Vec<Finding> {
        let dependency = Dependency { name: to.into(), dev, inside: true };
        let manifest = format!("crates/{from}/Cargo.toml");
        let dependencies = vec![dependency];
        check(&[Member { name: from.into(), manifest, dependencies, library: None }])
    }

    #[test]
    fn edges_of_the_table_pass() {
        for planner in PLANNERS {
            assert_eq!(found(planner, "model", false), []);
            assert_eq!(found("segue", planner, false), []);
        }
        for (from, to) in
            [("twin", "model"), ("live", "model"), ("segue", "twin"), ("segue", "live")]
        {
            assert_eq!(found(from, to, false), [], "{from} → {to}");
        }
        assert_eq!(found("live", "xtask", true), []);
    }

    #[test]
    fn any_other_edge_is_found() {
        let planted = [
            ("gitops", "nodes", false),
            ("twin", "traffic", false),
            ("traffic", "twin", true),
            ("live", "twin", false),
            ("model", "live", false),
            ("live", "segue", true),
            ("segue", "xtask", false),
            ("xtask", "model", false),
            ("xtask", "model", true),
            ("stranger", "model", false),
        ];
        for (from, to, dev) in planted {
            let findings = found(from, to, dev);
            assert_eq!(findings.len(), 1, "{from} → {to}");
            assert_eq!(findings[0].what, format!("`{from}` depends on `{to}`"));
        }
    }

    #[test]
    fn a_prefix_and_a_name_unlike_its_folder_are_found() {
        let member = |name: &str, folder: &str, library: &str| Member {
            name: name.into(),
            manifest: format!("crates/{folder}/Cargo.toml"),
            dependencies: vec![],
            library: Some(library.into()),
        };
        assert_eq!(check(&[member("model", "model", "model")]), []);
        assert_eq!(check(&[member("segue-model", "segue-model", "segue-model")]).len(), 1);
        assert_eq!(check(&[member("model", "core", "model")]).len(), 1);
        assert_eq!(check(&[member("model", "model", "nouns")]).len(), 1);
    }

    #[test]
    fn metadata_is_read_as_cargo_prints_it() {
        let text = r#"{"workspace_root": "/w", "packages": [{
            "name": "live", "manifest_path": "/w/crates/live/Cargo.toml",
            "targets": [{"kind": ["bin"], "name": "x"}, {"kind": ["lib"], "name": "live"}],
            "dependencies": [
                {"name": "model", "kind": null, "path": "/w/crates/model"},
                {"name": "insta", "kind": "dev"}]}]}"#;
        let members = members(text).unwrap();
        assert_eq!(members[0].manifest, "crates/live/Cargo.toml");
        assert_eq!(members[0].library.as_deref(), Some("live"));
        assert!(members[0].dependencies[0].inside && !members[0].dependencies[0].dev);
        assert!(!members[0].dependencies[1].inside && members[0].dependencies[1].dev);
    }
}
