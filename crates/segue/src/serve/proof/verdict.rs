//! What a check of a ledger says: what was verified, and what was not.

use jiff::Timestamp;
use model::Reason;
use model::code::proof as code;
use model::ports::Record;
use serde::Deserialize;

use super::key::Public;
use super::seal::{self, Form};
use super::{FORMAT_VERSION, JournalMark, KIND, account};

/// A ledger that is whole and unchanged since it was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// A JSON file, or a page.
    pub form: Form,
    /// The key that signed it.
    pub key: String,
    /// Whether that is the key that was asked for; `None` if none was.
    pub key_checked: bool,
    /// The shift.
    pub shift: String,
    /// How it ended, as the ledger writes it.
    pub fate: String,
    /// When it was written.
    pub written: Timestamp,
    /// Requests that the prober sent; `None` if none ran.
    pub sent: Option<u64>,
    /// Requests lost.
    pub lost: u64,
    /// The journal that it was made from.
    pub journal: JournalMark,
}

/// The members of a ledger that a check reads; all others may change from version to version.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    shift: String,
    fate: String,
    written: Timestamp,
    requests: Requests,
    journal: JournalMark,
    key: String,
}

#[derive(Debug, Deserialize)]
struct Requests {
    prober: Option<Sent>,
    lost: u64,
}

#[derive(Debug, Deserialize)]
struct Sent {
    sent: u64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Version {
    kind: String,
    format_version: u32,
}

/// Checks the ledger `bytes`, which `place` names in errors.
pub fn verify(place: &str, bytes: &[u8], wanted: Option<&Public>) -> Result<Verdict, Reason> {
    let not =
        |cause: String| Reason::new(&code::NOT_A_LEDGER).with("place", place).with("cause", cause);
    let text = std::str::from_utf8(bytes).map_err(|_| not("it is no UTF-8".to_owned()))?;
    let sealed = seal::open(place, text, wanted)?;
    let version: Version =
        serde_json::from_str(sealed.account).map_err(|error| not(error.to_string()))?;
    if version.kind != KIND {
        return Err(not(format!("its kind is {}", version.kind)));
    }
    if version.format_version > FORMAT_VERSION {
        let reason = Reason::new(&code::OTHER_VERSION).with("place", place);
        return Err(reason.with("version", version.format_version).with("known", FORMAT_VERSION));
    }
    let head: Head =
        serde_json::from_str(sealed.account).map_err(|error| not(error.to_string()))?;
    if head.key != sealed.key {
        return Err(Reason::new(&code::CHANGED).with("place", place));
    }
    Ok(Verdict {
        form: sealed.form,
        key: head.key,
        key_checked: wanted.is_some(),
        shift: head.shift,
        fate: head.fate,
        written: head.written,
        sent: head.requests.prober.map(|prober| prober.sent),
        lost: head.requests.lost,
        journal: head.journal,
    })
}

impl Verdict {
    /// Holds the journal against the ledger. Records that were added later do not matter.
    pub fn holds(&self, place: &str, named: &str, records: &[Record]) -> Result<(), Reason> {
        let wrong = |cause: String| {
            Reason::new(&code::OTHER_JOURNAL)
                .with("journal", named)
                .with("place", place)
                .with("cause", cause)
        };
        let mark = &self.journal;
        let own: Vec<Record> =
            records.iter().filter(|record| record.subject == mark.subject).cloned().collect();
        let Some(own) = own.get(..mark.records) else {
            return Err(wrong(format!(
                "it has {} records of {}, the ledger was made from {}",
                own.len(),
                mark.subject,
                mark.records
            )));
        };
        if account::journal(&mark.subject, own) == *mark {
            Ok(())
        } else {
            Err(wrong("its records have another SHA-256".to_owned()))
        }
    }
}
