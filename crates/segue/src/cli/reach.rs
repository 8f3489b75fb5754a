//! What all commands share that speak to a running `segue serve`.

use std::future::Future;
use std::path::PathBuf;

use clap::Args;
use model::code::{cli, serve as code};
use model::{Reason, Subject};
use serde::Serialize;

use super::exit::Failure;
use super::settings;
use super::term::Term;
use crate::runtime;
use crate::serve::api::client::{Client, part};
use crate::serve::book::ShiftStatus;

/// Which instance.
#[derive(Debug, Args)]
pub(super) struct Reach {
    /// State folder of the running segue serve [default: ~/.local/state/segue].
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
}

impl Reach {
    /// The state folder.
    pub(super) fn folder(&self) -> Result<PathBuf, Failure> {
        self.state.clone().map_or_else(settings::state, Ok)
    }

    pub(super) fn client(&self) -> Result<Client, Failure> {
        Ok(Client::new(&self.folder()?))
    }
}

/// Who decides, and how it is confirmed.
#[derive(Debug, Args)]
pub(super) struct Decide {
    /// Who decides [default: $USER].
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Do not ask.
    #[arg(long, short = 'y')]
    pub(super) yes: bool,
    /// Say what would be done, and do nothing.
    #[arg(long)]
    pub(super) dry_run: bool,
}

impl Decide {
    /// The name under which it stands in the journal.
    pub(super) fn by(&self) -> Result<String, Failure> {
        self.by.clone().or_else(settings::user).filter(|by| !by.trim().is_empty()).ok_or_else(
            || {
                let what = "nobody knows who decides: name yourself with --by NAME";
                Reason::new(&cli::USAGE).with("what", what).into()
            },
        )
    }

    /// Asks a person at the terminal; without one, only `--yes` counts.
    pub(super) fn confirm(
        &self,
        question: &str,
        what: &str,
        term: &mut Term,
    ) -> Result<(), Failure> {
        if self.yes {
            return Ok(());
        }
        if !term.interactive {
            return Err(Reason::new(&code::NEEDS_YES).with("what", what).into());
        }
        if term.confirm(question) {
            return Ok(());
        }
        Err(Reason::new(&code::NOT_CONFIRMED).with("what", what).into())
    }
}

/// The name of a shift: `NAME`, or `shift/NAME`.
pub(super) fn shift_name(reference: &str) -> Result<&str, Failure> {
    match reference.split_once('/') {
        None => Ok(reference),
        Some(("shift", name)) => Ok(name),
        Some(_) => Err(Reason::new(&code::NO_REF)
            .with("what", reference)
            .with("known", "shifts are named as shift/NAME")
            .into()),
    }
}

/// The path of a shift in the API.
pub(super) fn path(name: &str, verb: &str) -> String {
    let slash = if verb.is_empty() { "" } else { "/" };
    format!("/v1/shifts/{}{slash}{verb}", part(name))
}

/// The shift as people refer to it.
pub(super) fn reference(shift: &ShiftStatus) -> String {
    Subject::new("shift", &shift.name).to_string()
}

/// Does something over a socket, on a runtime of its own.
pub(super) fn wait<T>(work: impl Future<Output = Result<T, Reason>>) -> Result<T, Failure> {
    Ok(runtime::single()?.block_on(work)?)
}

/// A value as JSON with its version and kind.
pub(super) fn json(kind: &str, value: &impl Serialize, term: &mut Term) {
    let mut value = serde_json::to_value(value).unwrap_or_default();
    if let Some(members) = value.as_object_mut() {
        members.insert("apiVersion".to_owned(), "segue.dev/v1alpha1".into());
        members.insert("kind".to_owned(), kind.into());
    }
    term.line(&serde_json::to_string_pretty(&value).unwrap_or_default());
}
