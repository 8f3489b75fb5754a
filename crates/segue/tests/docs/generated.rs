//! Generated parts of the reference. They stand between `<!-- generated: NAME -->` and
//! `<!-- end -->`; what is outside of them is written by hand.

use std::fmt::Write as _;
use std::process::Command;

use model::code::{self, Code, ErrorKind, Kind};

use super::page::Page;

const BEGIN: &str = "<!-- generated: ";
const END: &str = "<!-- end -->";

/// The page with its generated parts made anew.
pub(super) fn renewed(page: &Page) -> String {
    let mut out = String::new();
    let mut inside = false;
    for line in page.text.lines() {
        inside &= line != END;
        if !inside {
            let _ = writeln!(out, "{line}");
        }
        if let Some(rest) = line.strip_prefix(BEGIN) {
            let name = rest.trim_end_matches(" -->");
            let _ = writeln!(out, "\n{}", part(name).trim());
            out.push('\n');
            inside = true;
        }
    }
    assert!(!inside, "{}: a generated part has no end", page.path);
    out
}

fn part(name: &str) -> String {
    match name {
        "commands" => commands(&segue::cli::definition(), &[]),
        "exit-codes" => format!("```text\n{}\n```", help(&["exit-codes"])),
        "codes" => codes(),
        other => panic!("there is no generator `{other}`"),
    }
}

/// What `segue help …` prints, 80 columns wide.
fn help(topic: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_segue"));
    command.arg("help").args(topic).env("COLUMNS", "80").env("NO_COLOR", "1");
    let said = command.output().unwrap();
    assert!(said.status.success(), "segue help {}", topic.join(" "));
    let text = String::from_utf8(said.stdout).unwrap();
    // Lines of spaces only would be trailing spaces in the page.
    text.trim_matches('\n').lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// A section for each command that people may type, in the order of the help.
fn commands(command: &clap::Command, path: &[&str]) -> String {
    let mut out = String::new();
    let title = [&["segue"], path].concat().join(" ");
    let _ = write!(out, "## {title}\n\n```text\n{}\n```\n\n", help(path));
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        out.push_str(&commands(below, &[path, &[below.get_name()]].concat()));
    }
    out
}

/// The table of codes, one section a sort.
fn codes() -> String {
    let mut out = String::new();
    for (title, wanted) in SORTS {
        let codes: Vec<&Code> = code::all().filter(|code| wanted(code.kind)).collect();
        let _ = write!(out, "## {title}\n\n");
        for code in codes {
            let _ = write!(
                out,
                "### {}\n\n{}{}\n\n{}\n\nNext: {}\n\n",
                code.id,
                weight(code.kind),
                escaped(code.sentence),
                escaped(code.help),
                escaped(code.next)
            );
        }
    }
    out
}

type Wanted = fn(Kind) -> bool;

const SORTS: [(&str, Wanted); 4] = [
    ("Errors", |kind| matches!(kind, Kind::Error(_))),
    ("Findings", |kind| matches!(kind, Kind::Finding(_))),
    ("Held", |kind| matches!(kind, Kind::Held)),
    ("Reasons of steps", |kind| matches!(kind, Kind::Because)),
];

/// What goes before the sentence: the weight of a finding, the exit code of an error.
fn weight(kind: Kind) -> String {
    match kind {
        Kind::Finding(severity) => format!("**{}** · ", severity.letter()),
        Kind::Error(kind) => format!("exit {} · ", exit_code(kind)),
        Kind::Held | Kind::Because => String::new(),
    }
}

/// As `segue help exit-codes` explains them.
fn exit_code(kind: ErrorKind) -> u8 {
    match kind {
        ErrorKind::Usage => 2,
        ErrorKind::Config | ErrorKind::World | ErrorKind::Internal => 1,
        ErrorKind::Denied => 4,
        ErrorKind::Held => 5,
    }
}

/// Text that Markdown shows as it stands, also where facts such as `<name>` or `*` are in it.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for (index, part) in text.split('`').enumerate() {
        if index > 0 {
            out.push('`');
        }
        if index % 2 == 0 {
            out.push_str(&part.replace('*', "\\*").replace('<', "\\<").replace('_', "\\_"));
        } else {
            out.push_str(part);
        }
    }
    out
}
