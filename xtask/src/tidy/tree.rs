//! The text files of the clone, as Git knows them.

use crate::shell;
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;
use std::process::Command;

/// One text file.
#[derive(Debug, Clone)]
pub(super) struct TextFile {
    /// Relative to the root, with `/`.
    pub(super) path: String,
    pub(super) text: String,
}

/// All text files that are committed, or would be by `git add`.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) files: Vec<TextFile>,
}

impl Tree {
    /// Reads the clone at `root`. Files that Git ignores and files that are not UTF-8 are left out.
    pub(super) fn read(root: &Path) -> Result<Self> {
        let mut git = Command::new("git");
        git.current_dir(root).args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ]);
        let listed = shell::run_quietly(&mut git).context("tidy reads the files that Git knows")?;
        let listed = String::from_utf8(listed.stdout)?;
        let mut files = Vec::new();
        for path in listed.split('\0').filter(|path| !path.is_empty()) {
            // A tracked file may be deleted and not committed yet, and a link may lead nowhere.
            let Ok(bytes) = fs::read(root.join(path)) else {
                continue;
            };
            if let Ok(text) = String::from_utf8(bytes) {
                files.push(TextFile { path: path.to_owned(), text });
            }
        }
        Ok(Self { files })
    }

    /// The file at `path`.
    pub(super) fn file(&self, path: &str) -> Option<&TextFile> {
        self.files.iter().find(|file| file.path == path)
    }

    /// The Rust files.
    pub(super) fn rust(&self) -> impl Iterator<Item = &TextFile> {
        self.files.iter().filter(|file| has_extension(&file.path, "rs"))
    }

    /// A tree of one file, to plant a violation in.
    #[cfg(test)]
    pub(super) fn of(path: &str, text: &str) -> Self {
        Self { files: vec![TextFile { path: path.to_owned(), text: text.to_owned() }] }
    }
}

/// Whether `path` ends in `.extension`.
pub(super) fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|found| found == extension)
}
