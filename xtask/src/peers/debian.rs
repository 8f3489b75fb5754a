//! Programs that only the system's own packages bring: installed by apt where that is allowed.

use crate::shell;
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;

/// Sees to it that `program` is there, from Debian's package `package`.
pub(super) fn ensure(program: &Path, package: &str) -> Result<()> {
    if program.exists() {
        return Ok(());
    }
    let how = format!("apt-get install {package}");
    if !is_root()? {
        bail!("{} is not there; install it: sudo {how}", program.display());
    }
    eprintln!("  {package}: installing (a minute, once)");
    let mut update = Command::new("apt-get");
    shell::run_quietly(update.args(["update", "-qq"])).context("apt-get cannot update")?;
    let mut install = Command::new("apt-get");
    install.env("DEBIAN_FRONTEND", "noninteractive");
    install.args(["install", "-y", "-qq", "--no-install-recommends", package]);
    shell::run_quietly(&mut install).with_context(|| format!("`{how}` failed"))?;
    if program.exists() {
        return Ok(());
    }
    bail!("`{how}` has not brought {}", program.display())
}

/// Whether this process may install packages.
fn is_root() -> Result<bool> {
    let output = shell::run_quietly(Command::new("id").arg("-u"))?;
    Ok(shell::said(&output).trim() == "0")
}
