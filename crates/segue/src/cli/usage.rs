//! Help that was asked for, and mistakes on the command line in the words of all other errors.

use clap::error::ErrorKind;
use model::code::cli as code;

use super::exit::{DONE, USAGE};
use super::term::{ColorChoice, Style, Term};

/// The line by which clap points at its help; ours names the command.
const CLAPS_HINT: &str = "For more information, try";

/// Prints what clap has to say and returns the exit code.
pub(super) fn print(error: &clap::Error) -> u8 {
    let asked = !error.use_stderr();
    if asked || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        // A closed pipe is no trouble: the reader had enough.
        let _ = error.print();
        return if asked { DONE } else { USAGE };
    }
    mistake(&error.render().to_string(), &command_of(std::env::args().skip(1)));
    USAGE
}

fn mistake(text: &str, command: &str) {
    let mut term = Term::new(ColorChoice::Auto);
    let head = term.paint(Style::Failed, &format!("error[{}]", code::USAGE.id));
    let text = text.split(CLAPS_HINT).next().unwrap_or(text).trim_end();
    term.error_line(&format!("{head}: {}", text.trim_start_matches("error: ")));
    term.error_line(&format!("  next: {command} --help"));
    let docs = term.paint(Style::Dim, &format!("  docs: segue help {}", code::USAGE.id));
    term.error_line(&docs);
}

/// The command that was meant, as far as its words are known.
fn command_of(words: impl Iterator<Item = String>) -> String {
    let mut command = super::definition();
    let mut path = vec!["segue".to_owned()];
    for word in words {
        let Some(found) = command.find_subcommand(&word).cloned() else { continue };
        path.push(word);
        command = found;
    }
    path.join(" ")
}
