//! `segue help`: a command, a code, or the exit codes.

use clap::Args;
use model::Reason;
use model::code::{self, Kind};

use super::exit::{DONE, Failure, MEANING};
use super::term::{Style, Term, wrap};

/// What to explain.
#[derive(Debug, Args)]
pub(super) struct HelpArgs {
    /// A command (`migrate plan`), a code (`SG-M063`), `codes`, or `exit-codes`.
    topic: Vec<String>,
}

pub(super) fn run(args: &HelpArgs, term: &mut Term) -> Result<u8, Failure> {
    match args.topic.first().map(String::as_str) {
        Some("exit-codes") => exit_codes(term),
        Some("codes") => codes(term),
        Some(topic) if topic.to_ascii_uppercase().starts_with("SG-") => {
            return one_code(topic, term);
        }
        _ => return command(&args.topic, term),
    }
    Ok(DONE)
}

fn exit_codes(term: &mut Term) {
    for (code, meaning) in MEANING {
        term.line(&format!("{code:>4}  {meaning}"));
    }
}

fn codes(term: &mut Term) {
    for code in code::all() {
        term.line(&format!("{}  {:<9}  {}", code.id, kind_word(code.kind), code.sentence));
    }
}

/// One word for what sort of statement a code makes.
pub(super) fn kind_word(kind: Kind) -> String {
    match kind {
        Kind::Finding(severity) => format!("finding {}", severity.letter()),
        Kind::Because => "reason".to_owned(),
        Kind::Held => "held".to_owned(),
        Kind::Error(_) => "error".to_owned(),
    }
}

fn one_code(id: &str, term: &mut Term) -> Result<u8, Failure> {
    let Some(code) = code::find(id) else {
        let what = format!("there is no code {id}");
        return Err(Reason::new(&code::cli::USAGE).with("what", what).into());
    };
    let head = format!("{} ({})", code.id, kind_word(code.kind));
    term.line(&term.paint(Style::Strong, &head));
    for text in [code.sentence, "", code.help, ""] {
        for line in wrap(text, term.width, 0) {
            term.line(&line);
        }
    }
    for line in wrap(&format!("next: {}", code.next), term.width, 6) {
        term.line(&line);
    }
    Ok(DONE)
}

fn command(path: &[String], term: &mut Term) -> Result<u8, Failure> {
    let mut command = super::definition();
    command.build();
    for name in path {
        let found = command.find_subcommand(name).cloned();
        let Some(found) = found else {
            let what = format!("there is no command `{}`", path.join(" "));
            return Err(Reason::new(&code::cli::USAGE).with("what", what).into());
        };
        command = found;
    }
    term.line(command.render_long_help().to_string().trim_end());
    Ok(DONE)
}
