//! No English sentence is left on the Korean page.

use std::collections::BTreeSet;

use crate::{names, planned, read, report};

/// So many English words one after the other are a sentence, or a piece of one.
const WORDS_MIN: usize = 4;

/// English that stays: the names of things.
const NAMES: [&str; 1] = ["AWS Load Balancer Controller"];

/// Text that people see outside of code, style and script, and the words of drawings and titles.
fn texts(page: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut quiet = Vec::new();
    let mut rest = page;
    while let Some((text, tail)) = rest.split_once('<') {
        if quiet.is_empty() {
            out.push(text.to_owned());
        }
        let (tag, after) = tail.split_once('>').unwrap();
        let name = tag.trim_start_matches('/').split([' ', '\n']).next().unwrap();
        if ["code", "style", "script", "pre"].contains(&name) {
            if tag.starts_with('/') {
                quiet.pop()
            } else {
                quiet.push(name);
                None
            };
        }
        for key in ["title=\"", "aria-label=\""] {
            out.extend(tag.split_once(key).map(|(_, v)| v.split('"').next().unwrap().to_owned()));
        }
        rest = after;
    }
    out
}

/// The longest run of English words in a text, if it is a sentence's length.
fn english(text: &str, services: &BTreeSet<String>) -> Option<String> {
    let mut text = text.to_owned();
    for name in NAMES {
        text = text.replace(name, "");
    }
    let mut run: Vec<&str> = Vec::new();
    for word in text.split_whitespace().chain(["."]) {
        let bare = word.trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
        let plain = bare.chars().all(|c| c.is_ascii_alphabetic() || c == '\'');
        let name = services.contains(bare) || ["dev", "stag", "prod"].contains(&bare);
        if word.is_ascii() && !bare.is_empty() && plain && !name {
            run.push(word);
        } else if run.len() >= WORDS_MIN {
            break;
        } else {
            run.clear();
        }
    }
    (run.len() >= WORDS_MIN).then(|| run.join(" "))
}

#[test]
fn no_english_sentence_is_left_on_the_korean_page() {
    let (_dir, config) = planned();
    let services = names(&read(&config, "plan/plan.json"));
    let page = report(&config, "ko");
    assert!(!page.contains("lang=\"en\""), "something is marked as English");
    let texts = texts(&page);
    assert!(texts.len() > 2000, "{} texts", texts.len());
    let left: BTreeSet<String> = texts.iter().filter_map(|text| english(text, &services)).collect();
    assert!(left.is_empty(), "{left:#?}");
}

#[test]
fn english_would_be_seen() {
    let (_dir, config) = planned();
    let services = names(&read(&config, "plan/plan.json"));
    let page = report(&config, "en");
    let found = texts(&page).iter().filter(|text| english(text, &services).is_some()).count();
    assert!(found > 500, "{found} sentences of the English page were seen");
}
