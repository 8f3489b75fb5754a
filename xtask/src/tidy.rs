//! `cargo xtask tidy`: the rules of the code base that neither compiler nor lints can see.
//!
//! Each rule is one small function from text to findings, so that its test can plant a violation:
//! a check that cannot fail checks nothing.

mod docs;
mod edges;
mod runtime;
mod source;
mod tree;

use crate::shell;
use anyhow::{Result, bail};
use std::env;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use tree::Tree;

/// One violation, in the words that its author needs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file, relative to the root of the clone.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
    /// Why that is a rule.
    pub why: &'static str,
    /// What to do instead.
    pub instead: &'static str,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, what, why, instead } = self;
        write!(f, "{file}:{line}: {what}\n    why: {why}\n    instead: {instead}")
    }
}

/// Checks the clone; prints every finding, and fails if there is one.
pub fn run() -> Result<()> {
    let findings = check(&root())?;
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => Ok(()),
        count => bail!("{count} rule(s) of the code base are broken"),
    }
}

/// All findings in the clone at `root`, in the order of files and lines.
pub fn check(root: &Path) -> Result<Vec<Finding>> {
    let tree = Tree::read(root)?;
    let metadata = cargo(root, &["metadata", "--format-version=1", "--no-deps"])?;
    let members = edges::members(&metadata)?;
    let pure = cargo(root, &runtime::tree_args(&members))?;

    let mut findings = edges::check(&members);
    findings.extend(runtime::check(&members, &pure));
    findings.extend(source::check(&tree));
    findings.extend(docs::check(&tree));
    findings.sort();
    Ok(findings)
}

/// The root of the clone that this program was built from.
pub fn root() -> PathBuf {
    let built_in = env!("CARGO_MANIFEST_DIR");
    let folder = env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| built_in.to_owned());
    let folder = PathBuf::from(folder);
    // A test of another crate sees that crate's folder here, one level deeper.
    let root = folder.ancestors().find(|path| path.join("Cargo.lock").is_file());
    root.unwrap_or(&folder).to_owned()
}

fn cargo(root: &Path, args: &[&str]) -> Result<String> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = shell::run_quietly(Command::new(cargo).current_dir(root).args(args))?;
    Ok(String::from_utf8(output.stdout)?)
}
