//! Rules for Rust files: what each begins with, how long it may be, what it may be called.

use super::Finding;
use super::tree::{TextFile, Tree};

/// A longer file says why at its top.
const LINES_MAX: usize = 500;
/// No reason is good enough beyond this.
const LINES_MAX_EVER: usize = 800;
/// How the reason begins, and within how many lines it stands.
const REASON: &str = "//! Long because:";
const REASON_WITHIN: usize = 20;
const GRAB_BAGS: [&str; 6] = ["util", "utils", "helper", "helpers", "common", "misc"];

/// All findings about Rust files.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust() {
        findings.extend(module_doc(file));
        findings.extend(length(file));
        findings.extend(mod_rs(file));
        findings.extend(grab_bag(file));
        findings.extend(peers_elsewhere(file));
    }
    findings
}

fn module_doc(file: &TextFile) -> Option<Finding> {
    let first = file.text.lines().next().unwrap_or_default();
    (!first.starts_with("//!")).then(|| Finding {
        file: file.path.clone(),
        line: 1,
        what: "the file does not begin with `//!`".into(),
        why: "a reader decides by the first line whether this is the file that is looked for",
        instead: "say in a sentence what the file is, and what it is not",
    })
}

fn length(file: &TextFile) -> Option<Finding> {
    let lines = file.text.lines().count();
    let finding = |line, what, instead| Finding {
        file: file.path.clone(),
        line,
        what,
        why: "the files in which readers get lost are the long ones",
        instead,
    };
    if lines > LINES_MAX_EVER {
        let what = format!("{lines} lines; {LINES_MAX_EVER} is the most");
        return Some(finding(LINES_MAX_EVER + 1, what, "split it by idea: `foo.rs` and `foo/…`"));
    }
    let reasoned = file.text.lines().take(REASON_WITHIN).any(|line| line.starts_with(REASON));
    (lines > LINES_MAX && !reasoned).then(|| {
        let what = format!("{lines} lines without a reason; {LINES_MAX} is the most");
        finding(
            LINES_MAX + 1,
            what,
            "split it by idea, or say at its top why it must be one: `//! Long because: …`",
        )
    })
}

fn mod_rs(file: &TextFile) -> Option<Finding> {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    (name == "mod.rs").then(|| Finding {
        file: file.path.clone(),
        line: 1,
        what: "the module is called mod.rs".into(),
        why: "ten editor tabs called mod.rs cannot be told apart",
        instead: "move it beside its folder: `foo/mod.rs` becomes `foo.rs`",
    })
}

fn grab_bag(file: &TextFile) -> Option<Finding> {
    let mut parts = file.path.split('/').map(|part| part.trim_end_matches(".rs"));
    let name = parts.find(|part| GRAB_BAGS.contains(part))?;
    Some(Finding {
        file: file.path.clone(),
        line: 1,
        what: format!("a file or folder is called `{name}`"),
        why: "such a name says nothing, and whatever has no home ends up in it",
        instead: "name it after the one idea in it, or move each part to the code that uses it",
    })
}

fn peers_elsewhere(file: &TextFile) -> Option<Finding> {
    let programs = ["xtask::peers", "xtask::controlplane", "xtask::postgres"];
    let uses = |line: &str| programs.iter().any(|one| line.contains(one));
    let line = file.text.lines().position(uses)?;
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let told_apart = name.starts_with("peers") || file.path.contains("/peers/");
    (!told_apart && !file.path.starts_with("xtask/")).then(|| Finding {
        file: file.path.clone(),
        line: line + 1,
        what: "a test needs installed programs, and its file's name does not say so".into(),
        why: "`cargo xtask test --fast` and the test runner's time limits tell such tests by name",
        instead: "move them to `tests/peers_….rs`, or to a module called `peers`",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whats(path: &str, text: &str) -> Vec<String> {
        check(&Tree::of(path, text)).into_iter().map(|finding| finding.what).collect()
    }

    fn lines(first: &str, count: usize) -> String {
        format!("{first}\n{}", "x\n".repeat(count - 1))
    }

    #[test]
    fn a_good_file_passes_and_other_files_are_not_looked_at() {
        assert!(whats("crates/ci/src/cron.rs", "//! Cron.\n").is_empty());
        assert!(whats("docs/utils.md", "no doc\n").is_empty());
    }

    #[test]
    fn a_missing_module_doc_is_found_in_any_rust_file() {
        for path in ["crates/ci/src/lib.rs", "crates/ci/build.rs", "crates/ci/tests/cron.rs"] {
            assert_eq!(whats(path, "use std::fmt;\n//! Late.\n").len(), 1, "{path}");
        }
        assert_eq!(whats("crates/ci/src/lib.rs", "").len(), 1);
    }

    #[test]
    fn a_long_file_needs_a_reason() {
        assert!(whats("a.rs", &lines("//! A.", 500)).is_empty());
        assert_eq!(
            whats("a.rs", &lines("//! A.", 501)),
            ["501 lines without a reason; 500 is the most"]
        );
        assert!(whats("a.rs", &lines("//! A.\n//!\n//! Long because: one table.", 700)).is_empty());
    }

    #[test]
    fn no_reason_is_good_enough_for_a_very_long_file() {
        let found = whats("a.rs", &lines("//! Long because: reasons.", 801));
        assert_eq!(found, ["801 lines; 800 is the most"]);
    }

    #[test]
    fn mod_rs_and_grab_bags_are_found() {
        assert_eq!(whats("crates/ci/src/cron/mod.rs", "//! C.\n").len(), 1);
        assert_eq!(whats("crates/ci/src/utils.rs", "//! C.\n").len(), 1);
        assert_eq!(whats("crates/ci/tests/common/files.rs", "//! C.\n").len(), 1);
        assert!(whats("crates/ci/src/commonplace.rs", "//! C.\n").is_empty());
    }

    #[test]
    fn a_test_that_needs_peers_is_told_by_its_name() {
        let text = "//! T.\nuse xtask::controlplane::ControlPlane;\n";
        assert_eq!(whats("crates/segue/tests/apply.rs", text).len(), 1);
        assert!(whats("crates/segue/tests/peers_apply.rs", text).is_empty());
        assert!(whats("crates/live/src/kube/peers.rs", text).is_empty());
        assert!(whats("xtask/src/suite.rs", text).is_empty());
    }
}
