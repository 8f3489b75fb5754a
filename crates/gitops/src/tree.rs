//! A tree of files in memory, addressed by relative paths.

use std::collections::{BTreeMap, BTreeSet};

use crate::kustomize::FILE_NAMES;

/// A tree of files: `/`-separated relative paths and their contents.
///
/// There are no empty folders and no links: a folder is there when a file is below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree(BTreeMap<String, Vec<u8>>);

impl Tree {
    /// A tree without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a file into the tree, in place of one that was at the same path.
    ///
    /// A path that leaves the tree is cut at its root: `../a` is `a`.
    pub fn insert(&mut self, path: impl AsRef<str>, content: impl Into<Vec<u8>>) {
        let path = path.as_ref();
        let clean = join("", path).unwrap_or_else(|| path.replace("../", ""));
        self.0.insert(clean, content.into());
    }

    /// The content of the file at `path`.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        match self.0.get(path) {
            Some(content) => Some(content),
            None => self.0.get(&join("", path)?).map(Vec::as_slice),
        }
    }

    /// Every file, in the order of its path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(path, content)| (path.as_str(), content.as_slice()))
    }

    /// Whether there is a file below `dir`; the root is always there.
    pub fn has_dir(&self, dir: &str) -> bool {
        if dir.is_empty() {
            return true;
        }
        let prefix = format!("{dir}/");
        self.0.range(prefix.clone()..).next().is_some_and(|(path, _)| path.starts_with(&prefix))
    }

    /// Every folder that holds a kustomization, the root as the empty string.
    pub fn kustomizations(&self) -> BTreeSet<&str> {
        self.0
            .keys()
            .filter_map(|path| {
                let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
                FILE_NAMES.contains(&name).then_some(dir)
            })
            .collect()
    }
}

impl<P: AsRef<str>, C: Into<Vec<u8>>> FromIterator<(P, C)> for Tree {
    fn from_iter<I: IntoIterator<Item = (P, C)>>(files: I) -> Self {
        let mut tree = Self::new();
        for (path, content) in files {
            tree.insert(path, content);
        }
        tree
    }
}

/// `path` seen from the folder `dir`, without `.` and `..`; `None` when it leaves the tree.
pub(crate) fn join(dir: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = dir.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            other => parts.push(other),
        }
    }
    Some(parts.join("/"))
}

/// Whether `path` is `dir` or below it.
pub(crate) fn is_within(path: &str, dir: &str) -> bool {
    dir.is_empty()
        || path.strip_prefix(dir).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned_and_kept_inside() {
        assert_eq!(join("a/b", "../c/./d").as_deref(), Some("a/c/d"));
        assert_eq!(join("a", "../../b"), None);
        assert!(is_within("a/b", "a") && is_within("a", "a") && !is_within("ab", "a"));
    }

    #[test]
    fn folders_with_a_kustomization_are_listed() {
        let tree: Tree = [
            ("apps/x/base/kustomization.yaml", "a"),
            ("apps/x/base/deployment.yaml", "b"),
            ("Kustomization", "c"),
        ]
        .into_iter()
        .collect();
        assert_eq!(tree.kustomizations().into_iter().collect::<Vec<_>>(), ["", "apps/x/base"]);
        assert!(tree.has_dir("apps/x") && !tree.has_dir("apps/y"));
    }
}
