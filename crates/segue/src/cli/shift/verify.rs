//! `segue shift verify` and `segue shift key`: is a ledger what was signed, and by whom?

use std::path::{Path, PathBuf};

use clap::Args;
use live::disk;
use model::Reason;
use model::ports::Record;
use serde_json::json;

use crate::cli::exit::{DONE, Failure};
use crate::cli::settings;
use crate::cli::term::{Style, Term};
use crate::serve::proof::key::{Key, Public};
use crate::serve::proof::seal::Form;
use crate::serve::proof::{Verdict, verify};

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  segue shift verify checkout-prod.json\n  segue shift verify checkout-prod.html --key segue.pub\n\nExit code 1 where a single byte was changed, or where another key has signed."
)]
pub(in crate::cli) struct VerifyArgs {
    /// The ledger: JSON, or its page.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The public key of those who ran the shift: its digits, or a PEM file.
    #[arg(long, value_name = "PUB")]
    key: Option<String>,
    /// The journal as JSON lines, to hold it against the ledger.
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// Text or JSON.
    #[arg(long, short = 'o', value_name = "FORMAT", value_parser = ["text", "json"], default_value = "text")]
    output: String,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  segue shift key > segue.pub\n  segue shift key -o hex\n\nGive it to those who are to check your ledgers, by another way than the ledgers."
)]
pub(in crate::cli) struct KeyArgs {
    /// Folder with the state of `segue serve`.
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// PEM, or the 64 digits.
    #[arg(long, short = 'o', value_name = "FORMAT", value_parser = ["pem", "hex"], default_value = "pem")]
    output: String,
}

/// Prints the public key of a state folder.
pub(super) fn key(args: &KeyArgs, term: &mut Term) -> Result<u8, Failure> {
    let state = args.state.clone().map_or_else(settings::state, Ok)?;
    let public = Key::open(&state)?.public();
    match public.pem().filter(|_| args.output == "pem") {
        Some(pem) => term.line(pem.trim_end()),
        None => term.line(&public.hex()),
    }
    Ok(DONE)
}

/// Checks a ledger.
pub(super) fn run(args: &VerifyArgs, term: &mut Term) -> Result<u8, Failure> {
    let place = args.file.display().to_string();
    let wanted = args.key.as_deref().map(public).transpose()?;
    let verdict = verify(&place, &disk::read_file(&args.file)?, wanted.as_ref())?;
    if let Some(journal) = &args.journal {
        let records = records(journal)?;
        verdict.holds(&place, &journal.display().to_string(), &records)?;
    }
    if args.output == "json" {
        term.line(&summary(&verdict, args).to_string());
    } else {
        show(&verdict, args, term);
    }
    Ok(DONE)
}

/// A key as it was given: a file of that name, or the digits themselves.
fn public(given: &str) -> Result<Public, Failure> {
    let path = Path::new(given);
    if !path.is_file() {
        return Ok(Public::parse(given, given)?);
    }
    let bytes = disk::read_file(path)?;
    Ok(Public::parse(given, &String::from_utf8_lossy(&bytes))?)
}

fn records(path: &Path) -> Result<Vec<Record>, Failure> {
    let bytes = disk::read_file(path)?;
    let lines = bytes.split(|byte| *byte == b'\n').enumerate();
    let lines = lines.filter(|(_, line)| !line.is_empty());
    let record = |(index, line): (usize, &[u8])| {
        serde_json::from_slice(line).map_err(|error| {
            let reason = Reason::new(&model::code::live::JOURNAL).with("path", path.display());
            reason.with("line", index + 1).with("cause", error).into()
        })
    };
    lines.map(record).collect()
}

fn show(verdict: &Verdict, args: &VerifyArgs, term: &mut Term) {
    let what = match verdict.form {
        Form::Json => "ledger",
        Form::Page => "page with its ledger",
    };
    let title = format!("{}: ✔ this {what} is as it was signed", args.file.display());
    term.line(&term.paint(Style::Strong, &title));
    let sent =
        verdict.sent.map_or_else(|| "no prober ran".to_owned(), |sent| format!("{sent} sent"));
    term.line(&format!(
        "  shift     {}: {}, written {}",
        verdict.shift, verdict.fate, verdict.written
    ));
    term.line(&format!("  requests  {sent}, {} lost", verdict.lost));
    term.line(&format!("  key       {}", verdict.key));
    if verdict.key_checked {
        term.line("            it is the key that you gave");
    } else {
        term.line(
            "            whose key that is was not checked: give the one you know with --key",
        );
    }
    let journal = &verdict.journal;
    term.line(&format!("  journal   {} records, SHA-256 {}", journal.records, journal.sha256));
    if args.journal.is_some() {
        term.line("            the journal that you gave has these records");
    } else {
        term.line("            not held against it: give the journal with --journal");
    }
}

fn summary(verdict: &Verdict, args: &VerifyArgs) -> serde_json::Value {
    json!({
        "apiVersion": "segue.dev/v1alpha1",
        "kind": "LedgerVerdict",
        "file": args.file.display().to_string(),
        "unchanged": true,
        "key": verdict.key,
        "keyChecked": verdict.key_checked,
        "journalChecked": args.journal.is_some(),
        "shift": verdict.shift,
        "fate": verdict.fate,
        "written": verdict.written,
        "sent": verdict.sent,
        "lost": verdict.lost,
        "journal": verdict.journal,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_may_be_given_as_digits() {
        let key = Key::of(&[1; 32]).public();
        assert_eq!(public(&key.hex()).unwrap(), key);
        let error = public("no-such-file").unwrap_err();
        assert_eq!(error.exit_code(), crate::cli::exit::USAGE);
    }
}
