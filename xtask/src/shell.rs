//! Running a program to its end, and keeping what it said for the case that it fails.

use anyhow::{Context, Result, bail};
use std::io::Write;
use std::process::{Command, Output, Stdio};
use std::thread;

/// Runs `command` with its output kept back; a failure carries all of that output.
pub fn run_quietly(command: &mut Command) -> Result<Output> {
    let shown = show(command);
    let output =
        command.stdin(Stdio::null()).output().with_context(|| format!("cannot start `{shown}`"))?;
    if output.status.success() {
        return Ok(output);
    }
    bail!("`{shown}` failed ({})\n{}", output.status, said(&output))
}

/// Runs `command` with its output shown as it comes.
pub fn run_shown(command: &mut Command) -> Result<()> {
    let shown = show(command);
    let status =
        command.stdin(Stdio::null()).status().with_context(|| format!("cannot start `{shown}`"))?;
    if status.success() {
        return Ok(());
    }
    bail!("`{shown}` failed ({status})")
}

/// Runs `command` with `input` on its standard input, whatever the outcome.
pub fn run_with_input(command: &mut Command, input: &str) -> Result<Output> {
    let shown = show(command);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{shown}`"))?;
    let stdin = child.stdin.take();
    // Written by a thread: with both pipes full, writing here and reading there would never end.
    thread::scope(|scope| {
        scope.spawn(move || {
            // A program may close its input early; its own exit status tells whether that is bad.
            stdin.map(|mut pipe| pipe.write_all(input.as_bytes()))
        });
        child.wait_with_output().with_context(|| format!("`{shown}` did not end"))
    })
}

/// What a finished program wrote, standard output first.
pub fn said(output: &Output) -> String {
    let out = String::from_utf8_lossy(&output.stdout);
    let err = String::from_utf8_lossy(&output.stderr);
    format!("{out}{err}").trim_end().to_owned()
}

/// The command as a person would type it, without the folders before the program's name.
fn show(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    let name = program.rsplit('/').next().unwrap_or(&program);
    let args = command.get_args().map(|arg| arg.to_string_lossy());
    std::iter::once(name.into()).chain(args).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_carries_what_the_program_said() {
        let err =
            run_quietly(Command::new("/bin/sh").args(["-c", "echo out; echo err >&2; exit 3"]));
        let err = err.unwrap_err().to_string();
        assert!(err.starts_with("`sh -c "), "{err}");
        assert!(err.contains("exit status: 3") && err.contains("out\nerr"), "{err}");
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let err = run_quietly(&mut Command::new("/nowhere/kubectl")).unwrap_err().to_string();
        assert!(err.contains("cannot start `kubectl`"), "{err}");
    }

    #[test]
    fn input_larger_than_a_pipe_goes_through() {
        let input = "y".repeat(1 << 20);
        let output = run_with_input(&mut Command::new("cat"), &input).unwrap();
        assert_eq!(output.stdout.len(), input.len());
    }
}
