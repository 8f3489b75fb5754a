//! Commands that the documents quote: each must be one that the program takes.

use clap::error::ErrorKind;
use model::code;

use super::page::Page;

/// How much of a command a place shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quoted {
    /// To be typed as it stands.
    Whole,
    /// May be the name only: `segue migrate scan`.
    Named,
}

/// What is wrong with the commands of a page.
pub(super) fn wrong(page: &Page) -> Vec<String> {
    let mut out = Vec::new();
    let mut check = |number: usize, command: &str, quoted: Quoted| {
        if let Some(trouble) = trouble(command, quoted) {
            out.push(format!("{}:{number}: `{command}`: {trouble}", page.path));
        }
    };
    for fence in page.fences() {
        for (index, line) in fence.lines.iter().enumerate() {
            let line = line.trim_start().trim_start_matches("$ ");
            if line.starts_with("segue ") && !line.ends_with('\\') {
                check(fence.line + index, line, Quoted::Whole);
            }
        }
    }
    for (number, line) in page.prose() {
        for code in line.split('`').skip(1).step_by(2) {
            if code.starts_with("segue ") {
                check(number, code, Quoted::Named);
            }
        }
    }
    out
}

/// What is wrong with the next commands of the table of codes.
pub(super) fn wrong_in_codes() -> Vec<String> {
    let codes = code::all().filter(|code| code.next.starts_with("segue "));
    let wrong = codes.filter_map(|code| {
        let end = code.next.find([',', ';', ':']).unwrap_or(code.next.len());
        let trouble = trouble(&code.next[..end], Quoted::Whole)?;
        Some(format!("{}: `{}`: {trouble}", code.id, code.next))
    });
    wrong.collect()
}

fn trouble(command: &str, quoted: Quoted) -> Option<String> {
    let words = words(command);
    let error = segue::cli::definition().try_get_matches_from(words).err()?;
    let fine = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => true,
        ErrorKind::MissingRequiredArgument
        | ErrorKind::InvalidValue
        | ErrorKind::MissingSubcommand
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => quoted == Quoted::Named,
        _ => false,
    };
    (!fine).then(|| error.to_string().lines().next().unwrap_or_default().to_owned())
}

/// The words of a command, without a remark behind it and without what it is piped into.
fn words(command: &str) -> Vec<&str> {
    let ends = [" #", " |", " >", " &&", " ;", "   ", " …"];
    let end = ends.iter().filter_map(|end| command.find(end)).min().unwrap_or(command.len());
    command[..end].split_whitespace().map(|word| word.trim_matches(['\'', '"'])).collect()
}
