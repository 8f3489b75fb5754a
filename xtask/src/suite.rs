//! `cargo xtask test`: the one command that proves a change, on a desk and in CI alike.
//!
//! Quick phases come first, so that a misprint is told in seconds. The tests come last, so that
//! the runner's own summary closes the output.

use crate::peers::{self, Peer};
use crate::{shell, tidy};
use anyhow::Result;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// Tests that need peers live in test files called `peers*.rs` or in modules called `peers`, so
/// that `--fast` can leave them out and .config/nextest.toml can give them more time.
const WITHOUT_PEERS: &str = "not (binary(/^peers/) | test(/(^|::)peers::/))";

/// The tests that plant bugs are built apart: no other build may have any in it.
const PLANTED: [&str; 6] = ["-p", "segue", "--features", "planted", "--test", "planted"];

/// What was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Leave out the tests that need peers, and do not install these.
    pub fast: bool,
    /// Run only tests whose name contains this.
    pub filter: Option<String>,
}

/// Runs all phases; stops at the first that fails.
pub fn run(options: &Options) -> Result<()> {
    let suite = Suite { root: tidy::root() };
    let tools = phase("tools", || {
        Ok(Tools { nextest: peers::ensure(Peer::Nextest)?, deny: peers::ensure(Peer::Deny)? })
    })?;
    phase("format", || suite.cargo(&["fmt", "--all", "--check", "--", "--color=never"]))?;
    phase("tidy", tidy::run)?;
    phase("deny", || suite.deny(&tools.deny))?;
    phase("clippy", || {
        let args = ["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"];
        suite.cargo(&args)?;
        let mut planted = vec!["clippy", "--quiet"];
        planted.extend(PLANTED);
        suite.cargo(&[&planted[..], &["--", "-D", "warnings"]].concat())
    })?;
    phase("doctests", || suite.cargo(&["test", "--workspace", "--doc", "--quiet"]))?;
    if !options.fast {
        phase("peers", || {
            Peer::ALL.into_iter().try_for_each(|peer| peers::ensure(peer).map(drop))
        })?;
    }
    suite.tests(&tools.nextest, options)
}

/// Runs one phase and prints one line with its time; the error of a failed one carries its log.
fn phase<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let started = Instant::now();
    let outcome = work();
    let verdict = if outcome.is_ok() { "ok" } else { "FAILED" };
    println!("{name:<9} {verdict:<7} {:6.1} s", started.elapsed().as_secs_f64());
    outcome
}

struct Tools {
    nextest: PathBuf,
    deny: PathBuf,
}

struct Suite {
    root: PathBuf,
}

impl Suite {
    fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command.current_dir(&self.root);
        // `cargo run` tells this program about its package. Handed on, that would look to build
        // scripts such as ring's like a change, and rebuild half the workspace.
        for (name, _) in env::vars_os() {
            if describes_package(&name.to_string_lossy()) {
                command.env_remove(name);
            }
        }
        command
    }

    fn cargo(&self, args: &[&str]) -> Result<()> {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        shell::run_quietly(self.command(PathBuf::from(cargo)).args(args)).map(drop)
    }

    /// Advisories are not checked here: their database is a Git repository that many networks,
    /// CI's among them, do not let through, and a new advisory must not stop a day's work.
    fn deny(&self, program: &Path) -> Result<()> {
        let mut command = self.command(program);
        command.args(["--workspace", "check", "licenses", "bans", "sources"]);
        shell::run_quietly(&mut command).map(drop)
    }

    /// Builds first, quietly, and then lets the runner speak: its summary is the last line.
    fn tests(&self, nextest: &Path, options: &Options) -> Result<()> {
        phase("build", || self.cargo(&["test", "--workspace", "--no-run", "--quiet"]))?;
        if options.filter.is_none() {
            // Before the rest, so that the summary of the rest closes the output.
            let mut planted = vec!["test", "--quiet"];
            planted.extend(PLANTED);
            phase("planted", || self.cargo(&planted))?;
        }
        println!("tests");
        let mut command = self.command(nextest);
        command.args(["nextest", "run", "--workspace", "--cargo-quiet"]);
        if env::var_os("CI").is_some() {
            command.args(["--profile", "ci"]);
        }
        if options.fast {
            command.args(["--filterset", WITHOUT_PEERS]);
        }
        shell::run_shown(command.args(&options.filter))
    }
}

fn describes_package(variable: &str) -> bool {
    ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|prefix| variable.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::bail;

    #[test]
    fn a_started_program_does_not_learn_of_this_package() {
        let suite = Suite { root: "/".into() };
        let command = suite.command("env");
        let removed: Vec<_> = command.get_envs().filter(|(_, value)| value.is_none()).collect();
        assert!(removed.iter().any(|(name, _)| *name == "CARGO_PKG_NAME"), "{removed:?}");
        assert!(removed.iter().all(|(name, _)| *name != "CARGO_HOME"), "{removed:?}");
    }

    #[test]
    fn a_failed_phase_hands_its_error_on() {
        let err = phase("planted", || -> Result<()> { bail!("line 3 is not formatted") });
        assert_eq!(err.unwrap_err().to_string(), "line 3 is not formatted");
        assert_eq!(phase("fine", || Ok(4)).unwrap(), 4);
    }
}
