//! `plan/waivers.yaml`: findings that the team accepts, each by a name, for a reason, until a day.
//!
//! Reading is strict: a waiver that silently does nothing is worse than an error. What may be
//! waived is judged apart, since a finding that was answered leaves a waiver behind that nobody
//! should have to mend before a plan can be made.

mod wire;

use std::collections::BTreeMap;

use jiff::civil::Date;
use model::code::{convert, find, waves as code};
use model::{Reason, code::Code};
use serde::{Deserialize, Serialize};

use crate::finding::severity_of;

/// The file's place in the repository.
pub const PATH: &str = "plan/waivers.yaml";

/// Blockers whose code asks for a decision: everything that it needs is there, and a person can
/// say that it will be done otherwise. All other blockers say that something is missing or
/// contradicts itself, which no signature mends.
const DECIDABLE: &[&Code] = &[
    &convert::EXTERNAL_LAUNCH,
    &convert::TRUSTED_EXECUTION,
    &convert::OIDC_SECRET,
    &convert::HOST_DEVICE,
    &convert::EVENT_PATTERN,
    &convert::ELASTIC_INFERENCE,
    &convert::DOCKER_DRIVER,
    &convert::APP_MESH,
];

/// One accepted finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Waiver {
    /// The id of the finding in `plan/findings.json`.
    pub finding: String,
    /// Who answers for it.
    pub name: String,
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which it is good, in UTC.
    pub expires: Date,
}

/// The waivers of a repository, in the order of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Waivers {
    list: Vec<Waiver>,
}

/// What the waivers do on a day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use]
pub struct Judged {
    /// Waivers in force, by the id of their finding.
    pub waived: BTreeMap<String, Waiver>,
    /// What a person must know, in the order of the file: expired (SG-M390), refused (SG-M391),
    /// without a finding (SG-M389).
    pub notes: Vec<Reason>,
}

impl Waivers {
    /// Reads the file; `place` names it in errors.
    ///
    /// # Errors
    /// SG-M072 no YAML of this form, SG-M385 a pattern, SG-M386 a part is missing, SG-M387 no
    /// date, SG-M388 one finding twice; all with the line.
    pub fn parse(place: &str, text: &str) -> Result<Self, Reason> {
        let mut list: Vec<Waiver> = Vec::new();
        for entry in wire::read(place, text)? {
            let waiver = entry.check()?;
            if let Some(first) = list.iter().find(|one| one.finding == waiver.finding) {
                return Err(Reason::new(&code::WAIVER_TWICE)
                    .with("place", entry.place)
                    .with("finding", &waiver.finding)
                    .with("first", &first.name)
                    .with("second", &waiver.name));
            }
            list.push(waiver);
        }
        Ok(Self { list })
    }

    /// Every waiver, in the order of the file.
    pub fn all(&self) -> &[Waiver] {
        &self.list
    }

    /// What the waivers do on the day `today` for a plan with these `findings`, by id.
    pub fn judge<'f>(&self, findings: impl IntoIterator<Item = &'f str>, today: Date) -> Judged {
        let known: Vec<&str> = findings.into_iter().collect();
        let mut out = Judged::default();
        for waiver in &self.list {
            let Waiver { finding, name, expires, .. } = waiver;
            let of = |code| Reason::new(code).with("finding", finding);
            if !known.contains(&finding.as_str()) {
                let nearest = nearest(finding, &known);
                let nearest = nearest.map(|id| format!("; did you mean `{id}`?"));
                let note = of(&code::WAIVER_OF_NOTHING);
                out.notes.push(note.with("nearest", nearest.unwrap_or_default()));
            } else if !may_be_waived(finding) {
                out.notes.push(of(&code::WAIVER_REFUSED).with("code", code_of(finding)));
            } else if *expires < today {
                let note = of(&code::WAIVER_EXPIRED).with("name", name);
                out.notes.push(note.with("date", expires));
            } else {
                out.waived.insert(finding.clone(), waiver.clone());
            }
        }
        out
    }
}

/// True for findings of severity H, M and L, and for blockers that ask for a decision. Ids begin
/// with the code: `SG-M205/payments/prod/1`. An id of no code is left to [`Waivers::judge`].
pub fn may_be_waived(finding: &str) -> bool {
    let Some(code) = find(code_of(finding)) else { return true };
    severity_of(code).letter() != 'B' || DECIDABLE.iter().any(|one| one.id == code.id)
}

fn code_of(finding: &str) -> &str {
    finding.split('/').next().unwrap_or_default()
}

/// The known id that is nearest in letters, if it is near at all: a third may differ.
fn nearest<'k>(finding: &str, known: &[&'k str]) -> Option<&'k str> {
    // Ids have some forty letters; what is longer is none, and would only take time.
    let limit = finding.chars().count().min(200) / 3;
    let short: String = finding.chars().take(200).collect();
    let near = known.iter().map(|id| (strsim::osa_distance(&short, id), *id));
    near.filter(|(distance, _)| *distance <= limit).min().map(|(_, id)| id)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = jiff::civil::date(2026, 11, 22);

    fn read(text: &str) -> Result<Waivers, Reason> {
        Waivers::parse("plan/waivers.yaml", text)
    }

    fn one(finding: &str, expires: &str) -> String {
        format!("- finding: {finding}\n  name: mina\n  reason: it is known\n  expires: {expires}\n")
    }

    fn file(entries: &[String]) -> String {
        format!("# ours\nwaivers:\n{}", entries.concat())
    }

    #[test]
    fn the_first_file_has_none() {
        assert_eq!(read(crate::documents::WAIVERS).unwrap().all(), []);
        assert_eq!(read("").unwrap().all(), []);
    }

    #[test]
    fn a_waiver_counts_through_its_last_day() {
        let text = file(&[
            one("SG-M205/payments/prod/1", "2026-11-22"),
            one("SG-M206/payments/prod/1", "2026-11-21"),
        ]);
        let waivers = read(&text).unwrap();
        let known = ["SG-M205/payments/prod/1", "SG-M206/payments/prod/1"];
        let judged = waivers.judge(known, TODAY);
        let Waiver { name, reason, .. } = &judged.waived["SG-M205/payments/prod/1"];
        assert_eq!((name.as_str(), reason.as_str()), ("mina", "it is known"));
        assert_eq!(judged.waived.len(), 1);
        assert_eq!(
            judged.notes[0].sentence(),
            "the waiver of SG-M206/payments/prod/1 by mina ended on 2026-11-21: the finding is open again"
        );
    }

    #[test]
    fn an_unknown_id_is_told_with_the_nearest() {
        let waivers =
            read(&file(&[one("SG-M205/payment/prod/1", "2027-01-01"), one("gone", "2027-01-01")]));
        let judged = waivers.unwrap().judge(["SG-M205/payments/prod/1", "SG-M9/x/1"], TODAY);
        assert!(judged.waived.is_empty());
        let said: Vec<String> = judged.notes.iter().map(Reason::sentence).collect();
        assert!(
            said[0].ends_with("no such finding; did you mean `SG-M205/payments/prod/1`?"),
            "{said:?}"
        );
        assert!(said[1].ends_with("no such finding"), "{said:?}");
    }

    #[test]
    fn only_a_blocker_that_asks_for_a_decision_can_be_waived() {
        let ids = ["SG-M179/shop/dev/1", "SG-M245/shop/dev/1", "SG-M205/shop/dev/1"];
        let waivers = read(&file(&ids.map(|id| one(id, "2027-01-01")))).unwrap();
        let judged = waivers.judge(ids, TODAY);
        let waived: Vec<&str> = judged.waived.keys().map(String::as_str).collect();
        assert_eq!(waived, ["SG-M205/shop/dev/1", "SG-M245/shop/dev/1"]);
        assert_eq!(judged.notes[0].code.id, "SG-M391");
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        let good = one("SG-M205/a/dev/1", "2027-01-01");
        for (text, want, at) in [
            (file(&[good.clone(), one("SG-M205/a/*", "2027-01-01")]), "SG-M385", ":7:"),
            (file(&[good.clone(), good.clone()]), "SG-M388", ":7:"),
            (file(&[one("SG-M205/a/dev/1", "soon")]), "SG-M387", ":3:"),
            (file(&[one("SG-M205/a/dev/1", "2027-02-30")]), "SG-M387", ":3:"),
            (file(&[one("''", "2027-01-01")]), "SG-M386", ":3:"),
            (file(&[good.replace("mina", "' '")]), "SG-M386", ":3:"),
            (file(&[good.replace("  reason: it is known\n", "")]), "SG-M386", ":3:"),
            (file(&[good.replace("reason", "because")]), "SG-M072", ""),
            ("waivers: 5".to_owned(), "SG-M072", ""),
            ("waiver: []".to_owned(), "SG-M072", ""),
        ] {
            let reason = read(&text).unwrap_err();
            assert_eq!(reason.code.id, want, "{text}");
            assert!(reason.facts["place"].contains(at), "{text}: {}", reason.facts["place"]);
            assert!(!reason.sentence().contains('{'), "{}", reason.sentence());
        }
    }

    #[test]
    fn whatever_stands_in_the_file_is_read_or_refused() {
        for text in
            ["\u{0}", "waivers: [[[[", "- - -", "waivers:\n- 한글: 1", "waivers: [~]", "&a [*a]"]
        {
            let _ = read(text);
        }
    }
}
