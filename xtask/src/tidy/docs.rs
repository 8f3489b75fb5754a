//! Rules for what is committed beside the code: its length, its paths, its list of dependencies.

use super::Finding;
use super::tree::{TextFile, Tree};

/// Pages that must stay short enough to be read in one go.
const LENGTHS: [(&str, usize); 2] = [("README.md", 150), ("ARCHITECTURE.md", 300)];
const DEPS_PAGE: &str = "docs/deps.md";
const MANIFEST: &str = "Cargo.toml";
/// Folders of one machine. Split, so that this file does not contain what it looks for.
const HOMES: [&str; 3] = [concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/wo", "rk/")];
/// Paths inside well-known images, which are the same for everybody.
const IN_IMAGES: [&str; 2] = [concat!("/ho", "me/jenkins/"), concat!("/ho", "me/node/")];

/// All findings about texts.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings: Vec<_> = tree.files.iter().flat_map(home_paths).collect();
    findings.extend(LENGTHS.iter().filter_map(|(path, max)| too_long(tree.file(path)?, *max)));
    findings.extend(unlisted_dependencies(tree));
    findings
}

fn home_paths(file: &TextFile) -> Vec<Finding> {
    let found = file.text.lines().enumerate().filter_map(|(index, line)| {
        let home = HOMES.into_iter().find(|home| names_path(line, home))?;
        Some(Finding {
            file: file.path.clone(),
            line: index + 1,
            what: format!("a path that begins with {home}"),
            why: "it exists on one machine only, and tells others whose",
            instead: "use a path relative to the clone, a variable such as $HOME, or /srv/… as an \
                      example",
        })
    });
    found.collect()
}

/// Whether `line` holds an absolute path under `home`: one that nothing of a path stands before.
fn names_path(line: &str, home: &str) -> bool {
    line.match_indices(home).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let inside = before.is_some_and(|c| c.is_alphanumeric() || "/._-}~*".contains(c));
        !inside && !IN_IMAGES.iter().any(|image| line[at..].starts_with(image))
    })
}

fn too_long(file: &TextFile, max: usize) -> Option<Finding> {
    let lines = file.text.lines().count();
    (lines > max).then(|| Finding {
        file: file.path.clone(),
        line: max + 1,
        what: format!("{lines} lines; {max} is the most"),
        why: "a page that is too long to be read in one go is not read",
        instead: "move details to a page under docs/ and link it",
    })
}

fn unlisted_dependencies(tree: &Tree) -> Vec<Finding> {
    let Some(manifest) = tree.file(MANIFEST) else {
        return Vec::new();
    };
    let page = tree.file(DEPS_PAGE).map(|page| page.text.as_str()).unwrap_or_default();
    let dependencies = workspace_dependencies(&manifest.text);
    let unlisted =
        dependencies.into_iter().filter(|(_, name)| !page.contains(&format!("`{name}`")));
    let finding = |(line, name)| Finding {
        file: MANIFEST.into(),
        line,
        what: format!("`{name}` has no line in {DEPS_PAGE}"),
        why: "each dependency is a decision that somebody will want to understand",
        instead: "add a line that says what it is for and what else was weighed",
    };
    unlisted.map(finding).collect()
}

/// The dependencies that the root manifest declares, with their lines; our own crates left out.
fn workspace_dependencies(manifest: &str) -> Vec<(usize, &str)> {
    let mut section = "";
    let mut found = Vec::new();
    for (index, line) in manifest.lines().enumerate() {
        let line = line.trim();
        if let Some(header) = line.strip_prefix('[') {
            section = header.trim_end_matches(']');
            if let Some(name) = section.strip_prefix("workspace.dependencies.") {
                found.push((index + 1, name));
            }
        } else if section == "workspace.dependencies" && !line.starts_with('#') {
            let Some((name, value)) = line.split_once('=') else {
                continue;
            };
            let name = name.trim().trim_end_matches(".version");
            if !value.contains("path = \"") {
                found.push((index + 1, name));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whats(path: &str, text: &str) -> Vec<(usize, String)> {
        let findings = check(&Tree::of(path, text)).into_iter();
        findings.map(|finding| (finding.line, finding.what)).collect()
    }

    #[test]
    fn a_path_of_one_machine_is_found_with_its_line() {
        for home in HOMES {
            let found = whats("docs/start.md", &format!("fine\nrun `{home}me/tool`\n"));
            assert_eq!(found, [(2, format!("a path that begins with {home}"))]);
        }
    }

    #[test]
    fn paths_below_another_folder_and_inside_images_pass() {
        for home in HOMES {
            assert_eq!(whats("a.md", &format!("var{home}x $HOME{home}x ./a{home}x")), []);
        }
        assert_eq!(whats("a.md", &format!("agent in {}agent", IN_IMAGES[0])), []);
    }

    #[test]
    fn pages_that_are_too_long_are_found() {
        assert_eq!(whats("README.md", &"x\n".repeat(150)), []);
        assert_eq!(whats("README.md", &"x\n".repeat(151))[0].0, 151);
        assert_eq!(whats("ARCHITECTURE.md", &"x\n".repeat(301))[0].0, 301);
        assert_eq!(whats("docs/long.md", &"x\n".repeat(999)), []);
    }

    #[test]
    fn a_dependency_without_a_line_is_found() {
        let manifest = "[workspace.dependencies]\nmodel = { path = \"crates/model\" }\n\
                        serde = { version = \"1\" }\n# jiff = \"1\"\ninsta.version = \"1\"\n\
                        [workspace.dependencies.kube]\nversion = \"5\"\n[profile.dev]\ndebug = 1\n";
        let mut tree = Tree::of(MANIFEST, manifest);
        let found = |tree: &Tree| -> Vec<_> {
            unlisted_dependencies(tree).into_iter().map(|finding| finding.line).collect()
        };
        assert_eq!(found(&tree), [3, 5, 6]);
        let page = "| `serde` | all |\n| `insta`, `kube` | tests |\n".to_owned();
        tree.files.push(TextFile { path: DEPS_PAGE.into(), text: page });
        assert!(found(&tree).is_empty());
    }
}
