//! A page of the documents: its lines, its fenced blocks, its prose.

use std::fs;
use std::path::{Path, PathBuf};

/// A Markdown file of the clone.
#[derive(Debug, Clone)]
pub(super) struct Page {
    /// Path from the root of the clone.
    pub(super) path: String,
    pub(super) text: String,
}

/// A fenced block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fence {
    /// What stands behind the opening fence.
    pub(super) info: String,
    /// Number of its first line, from 1.
    pub(super) line: usize,
    pub(super) lines: Vec<String>,
}

impl Page {
    pub(super) fn read(path: &str) -> Self {
        let text = fs::read_to_string(root().join(path));
        Self { path: path.to_owned(), text: text.unwrap_or_else(|e| panic!("{path}: {e}")) }
    }

    /// Demands that the page is `wanted`, or makes it so when asked to.
    pub(super) fn settle(&self, wanted: &str) {
        if self.text == wanted {
            return;
        }
        if std::env::var_os("SEGUE_UPDATE_DOCS").is_some() {
            fs::write(root().join(&self.path), wanted).unwrap();
            return;
        }
        let (number, old, new) = first_difference(&self.text, wanted);
        panic!(
            "\n{}:{number} is not what the program prints\n  in the page  {old}\n  printed now  {new}\n\
             next: SEGUE_UPDATE_DOCS=1 cargo test -p segue --test docs",
            self.path
        );
    }

    /// Its fenced blocks, in order.
    pub(super) fn fences(&self) -> Vec<Fence> {
        let mut out: Vec<Fence> = Vec::new();
        let mut open = false;
        for (index, line) in self.text.lines().enumerate() {
            if let Some(info) = line.strip_prefix("```") {
                open = !open;
                if open {
                    let info = info.to_owned();
                    out.push(Fence { info, line: index + 2, lines: Vec::new() });
                }
            } else if let (true, Some(fence)) = (open, out.last_mut()) {
                fence.lines.push(line.to_owned());
            }
        }
        assert!(!open, "{}: a block is not closed", self.path);
        out
    }

    /// Its lines outside of blocks, with their numbers.
    pub(super) fn prose(&self) -> impl Iterator<Item = (usize, &str)> {
        let mut open = false;
        self.text.lines().enumerate().filter_map(move |(index, line)| {
            let fence = line.starts_with("```");
            open ^= fence;
            (!open && !fence).then_some((index + 1, line))
        })
    }
}

/// The first line in which two texts differ.
fn first_difference<'t>(one: &'t str, other: &'t str) -> (usize, &'t str, &'t str) {
    let (mut one, mut other) = (one.lines(), other.lines());
    for number in 1.. {
        match (one.next(), other.next()) {
            (Some(old), Some(new)) if old == new => {}
            (old, new) => return (number, old.unwrap_or("(the end)"), new.unwrap_or("(the end)")),
        }
    }
    (0, "", "")
}

/// `line` without what stands in backticks.
pub(super) fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect()
}

/// The root of the clone.
pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// README.md, ARCHITECTURE.md and everything under docs/.
pub(super) fn pages() -> Vec<Page> {
    let mut paths = vec!["README.md".to_owned(), "ARCHITECTURE.md".to_owned()];
    let mut folders = vec!["docs".to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            } else if Path::new(&path).extension().is_some_and(|extension| extension == "md") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    paths.iter().map(|path| Page::read(path)).collect()
}
