//! Packages of the npm registry, pinned, in a folder of their own. No script of theirs is run.

use crate::shell;
use anyhow::{Context, Result};
use std::path::Path;
use std::process::Command;

/// Installs `packages` (`name@version`) into `folder/node_modules`.
pub(super) fn install(packages: &[&str], folder: &Path) -> Result<()> {
    let mut npm = Command::new("npm");
    npm.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--prefix"]);
    npm.arg(folder).args(packages);
    shell::run_quietly(&mut npm)
        .context("npm and node 20 or newer are needed; Debian has them as npm and nodejs")?;
    Ok(())
}
