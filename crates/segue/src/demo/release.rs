//! The release of the new fleet: what its manifest says runs, made bad and good again by a change of
//! that file, as a team would change an image.

use std::collections::BTreeMap;

use model::Reason;
use model::code::live as code;
use model::ports::Repo;

use super::manifests::put;
use super::place::{NEW_FLEET, SERVICE};

/// The annotation that says what runs instead of the image.
const COMMAND: &str = "segue.dev/command:";
/// The argument that makes the demo's service fail.
const FAIL_RATE: &str = "--fail-rate";

/// Makes the release fail so many percent of its requests.
pub fn spoil(repo: &impl Repo, percent: u8) -> Result<(), Reason> {
    let text = read(repo)?;
    write(repo, failing(&text, percent)?)
}

/// Makes the release good; true if that changed the file. A manifest that the demo does not know
/// how to spoil is good as it is.
pub fn mend(repo: &impl Repo) -> Result<bool, Reason> {
    let Ok((before, after)) = read(repo).and_then(|text| Ok((text.clone(), failing(&text, 0)?)))
    else {
        return Ok(false);
    };
    let changed = before != after;
    if changed {
        write(repo, after)?;
    }
    Ok(changed)
}

/// Whether it could be spoiled: an error says why not.
pub fn check(repo: &impl Repo) -> Result<(), Reason> {
    failing(&read(repo)?, 1).map(drop)
}

fn read(repo: &impl Repo) -> Result<String, Reason> {
    let bytes = repo.read(NEW_FLEET).map_err(|fault| fault.because)?;
    let bytes = bytes.ok_or_else(|| wrong("it is not there"))?;
    String::from_utf8(bytes).map_err(|_| wrong("it is no UTF-8"))
}

fn write(repo: &impl Repo, text: String) -> Result<(), Reason> {
    put(repo, BTreeMap::from([(NEW_FLEET.to_owned(), text)]))
}

/// The manifest with a release that fails so many percent; every other line stays as it is.
fn failing(text: &str, percent: u8) -> Result<String, Reason> {
    let mut found = false;
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n') {
        match command(line) {
            Some((head, words)) if !found => {
                found = true;
                let end = if line.ends_with('\n') { "\n" } else { "" };
                lines.push(format!("{head} '{}'{end}", list(words, percent)));
            }
            _ => lines.push(line.to_owned()),
        }
    }
    if found { Ok(lines.concat()) } else { Err(wrong("no line of it starts demo-service")) }
}

/// The line up to its value, and the words of its value, if it starts the demo's service.
fn command(line: &str) -> Option<(&str, Vec<String>)> {
    let at = line.find(COMMAND)? + COMMAND.len();
    if !line.trim_start().starts_with(COMMAND) {
        return None;
    }
    let value: String = serde_saphyr::from_str(line[at..].trim()).ok()?;
    let words: Vec<String> = serde_json::from_str(&value).ok()?;
    words.iter().any(|word| word == "demo-service").then_some((&line[..at], words))
}

/// The words as a list in JSON, for quotes of YAML around it.
fn list(mut words: Vec<String>, percent: u8) -> String {
    if let Some(at) = words.iter().position(|word| word == FAIL_RATE) {
        words.drain(at..(at + 2).min(words.len()));
    }
    if percent > 0 {
        words.extend([FAIL_RATE.to_owned(), percent.to_string()]);
    }
    let words: Vec<String> =
        words.into_iter().map(|word| serde_json::json!(word).to_string()).collect();
    format!("[{}]", words.join(", ")).replace('\'', "''")
}

fn wrong(cause: &str) -> Reason {
    let cause = format!("{NEW_FLEET}: {cause}; --fail-rate 0 does without a bad release");
    Reason::new(&code::MANIFESTS).with("service", SERVICE).with("cause", cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = include_str!("files/new-fleet.yaml");

    #[test]
    fn a_release_is_made_bad_and_good_again() {
        let bad = failing(GOOD, 20).unwrap();
        let differ: Vec<(&str, &str)> =
            GOOD.lines().zip(bad.lines()).filter(|(good, bad)| good != bad).collect();
        let [(good, line)] = differ.as_slice() else { panic!("{differ:?}") };
        assert_eq!(line.replace(r#", "--fail-rate", "20""#, ""), *good);
        assert_eq!(failing(&bad, 20).unwrap(), bad);
        assert!(failing(&bad, 30).unwrap().contains(r#""--fail-rate", "30"]"#));
        assert_eq!(failing(&bad, 0).unwrap(), GOOD);
    }

    #[test]
    fn another_program_is_left_alone() {
        let other = GOOD.replace("demo-service", "another");
        let because = failing(&other, 20).unwrap_err();
        assert!(because.sentence().contains("new-fleet.yaml: no line"), "{because}");
    }
}
