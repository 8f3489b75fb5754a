//! Console blocks: run from top to bottom in an empty folder, page by page.
//!
//! - a block whose info string is ` ```json file=PATH ` (any language) is written to that file
//! - ` ```console ` holds lines `$ command`, each with its output below; a line `…` stands for any
//!   number of lines; ` ```console exit=5 ` says how its last command ends
//! - ` ```console skip="reason" ` is shown and not run
//! - `<!-- run first: command -->` prepares the folder
//!
//! The folder has `examples/` of the clone in it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::page::{Fence, Page, root};

const FIRST: &str = "<!-- run first: ";
const ANY: &str = "…";

pub(super) fn is_console(fence: &Fence) -> bool {
    fence.info.split(' ').next() == Some("console")
}

/// Runs the page's blocks; returns the page with the output that they have now.
pub(super) fn run(page: &Page) -> String {
    let dir = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(
        fs::canonicalize(root().join("examples")).unwrap(),
        dir.path().join("examples"),
    )
    .unwrap();
    for (number, line) in page.prose() {
        if let Some(command) = line.strip_prefix(FIRST) {
            let (code, said) = shell(command.trim_end_matches(" -->"), dir.path());
            assert_eq!(code, 0, "{}:{number}: {said}", page.path);
        }
    }
    let mut lines: Vec<String> = page.text.lines().map(str::to_owned).collect();
    // From the end, so that the numbers of the lines before stay right; outputs are made in order.
    let done: Vec<(Fence, Vec<String>)> = page
        .fences()
        .into_iter()
        .map(|fence| (fence.clone(), one(page, &fence, dir.path())))
        .collect();
    for (fence, now) in done.into_iter().rev() {
        let start = fence.line - 1;
        lines.splice(start..start + fence.lines.len(), now);
    }
    lines.join("\n") + "\n"
}

/// What a block is now: its own lines, unless a command printed others.
fn one(page: &Page, fence: &Fence, dir: &Path) -> Vec<String> {
    if let Some(path) = fence.info.split(' ').find_map(|word| word.strip_prefix("file=")) {
        let place = dir.join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, fence.lines.join("\n") + "\n").unwrap();
        return fence.lines.clone();
    }
    if !is_console(fence) {
        return fence.lines.clone();
    }
    if let Some((_, reason)) = fence.info.split_once("skip=") {
        assert!(reason.len() > 10, "{}:{}: say why it is skipped", page.path, fence.line);
        return fence.lines.clone();
    }
    let wanted = fence.info.split(' ').find_map(|word| word.strip_prefix("exit="));
    let wanted: i32 = wanted.map_or(0, |code| code.parse().unwrap());
    let steps = steps(&fence.lines);
    let mut out = Vec::new();
    for (index, (command, shown)) in steps.iter().enumerate() {
        let (code, said) = shell(command, dir);
        let expected = if index + 1 == steps.len() { wanted } else { 0 };
        assert_eq!(code, expected, "{}:{}: `{command}` said\n{said}", page.path, fence.line);
        out.push(format!("$ {command}"));
        let said: Vec<&str> = said.lines().map(str::trim_end).collect();
        if fits(shown, &said) {
            out.extend(shown.iter().cloned());
        } else {
            let elided = shown.iter().any(|line| line.trim() == ANY);
            let mut hint = String::new();
            let _ = write!(
                hint,
                "{}:{}: `{command}` says now\n{}",
                page.path,
                fence.line,
                said.join("\n")
            );
            assert!(!elided, "{hint}\nits output is shown in part, so it must be mended by hand");
            out.extend(said.iter().map(|line| (*line).to_owned()));
        }
    }
    out
}

/// The commands of a block with what is shown below each.
fn steps(lines: &[String]) -> Vec<(String, Vec<String>)> {
    let mut out: Vec<(String, Vec<String>)> = Vec::new();
    for line in lines {
        match (line.strip_prefix("$ "), out.last_mut()) {
            (Some(command), _) => out.push((command.to_owned(), Vec::new())),
            (None, Some((_, shown))) => shown.push(line.clone()),
            (None, None) => panic!("a console block begins with a command, not with `{line}`"),
        }
    }
    out
}

/// Whether `said` is what is `shown`, in which `…` stands for any number of lines.
fn fits(shown: &[String], said: &[&str]) -> bool {
    match shown.split_first() {
        None => said.is_empty(),
        Some((first, rest)) if first.trim() == ANY => {
            (0..=said.len()).any(|n| fits(rest, &said[n..]))
        }
        Some((first, rest)) => said.first() == Some(&first.as_str()) && fits(rest, &said[1..]),
    }
}

/// Exit code, and output with errors behind it.
fn shell(command: &str, dir: &Path) -> (i32, String) {
    let program = Path::new(env!("CARGO_BIN_EXE_segue"));
    let path = std::env::var("PATH").unwrap_or_default();
    let said = Command::new("sh")
        .args(["-c", command])
        .current_dir(dir)
        .env("PATH", format!("{}:{path}", program.parent().unwrap().display()))
        .envs([("COLUMNS", "80"), ("NO_COLOR", "1"), ("LC_ALL", "C.UTF-8")])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let mut text = String::from_utf8_lossy(&said.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&said.stderr));
    (said.status.code().unwrap_or(-1), text)
}
