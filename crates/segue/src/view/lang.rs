//! The two languages of a page: its messages, and the Korean sentences of the codes.

mod codes;
mod console;
mod live;
mod messages;
mod particles;
mod phrases;

use std::collections::BTreeMap;
use std::fmt::Display;

pub(crate) use console::Words;
pub(crate) use live::Live;
pub(crate) use messages::Messages;

/// A language that a page can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lang {
    /// English.
    En,
    /// Korean.
    Ko,
}

/// A sentence and whether it is in the language of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    /// The words.
    pub(crate) text: String,
    /// True if the page's language had none and these are English.
    pub(crate) english: bool,
}

impl Lang {
    /// The `lang` attribute.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ko => "ko",
        }
    }

    /// The texts of the page.
    pub(crate) fn messages(self) -> &'static Messages {
        match self {
            Self::En => &messages::EN,
            Self::Ko => &messages::KO,
        }
    }

    /// The texts of the console.
    pub(crate) fn console(self) -> &'static Words {
        match self {
            Self::En => &console::EN,
            Self::Ko => &console::KO,
        }
    }

    /// The texts of a crossing: its console and its ledger.
    pub(crate) fn live(self) -> &'static Live {
        match self {
            Self::En => &live::EN,
            Self::Ko => &live::KO,
        }
    }

    /// The template of a code's sentence, and of its next step.
    fn templates(self, code: &str) -> Option<(&'static str, &'static str, bool)> {
        let english = || model::code::find(code).map(|code| (code.sentence, code.next));
        match self {
            Self::En => english().map(|(sentence, next)| (sentence, next, false)),
            Self::Ko => match codes::korean(code) {
                Some((sentence, next)) => Some((sentence, next, false)),
                None => english().map(|(sentence, next)| (sentence, next, true)),
            },
        }
    }

    /// The sentence of a code with its facts; `otherwise` if no table knows the code.
    pub(crate) fn sentence(
        self,
        code: &str,
        facts: &BTreeMap<String, String>,
        otherwise: &str,
    ) -> Said {
        match self.templates(code) {
            Some((sentence, _, english)) => Said { text: self.filled(sentence, facts), english },
            None => Said { text: otherwise.to_owned(), english: self == Self::Ko },
        }
    }

    /// The next step of a code with its facts; `otherwise` if no table knows the code.
    pub(crate) fn next(
        self,
        code: &str,
        facts: &BTreeMap<String, String>,
        otherwise: &str,
    ) -> Said {
        match self.templates(code) {
            Some((_, next, english)) => Said { text: self.filled(next, facts), english },
            None => Said { text: otherwise.to_owned(), english: self == Self::Ko },
        }
    }

    /// Words that a planner wrote, in this language where the table has them.
    pub(crate) fn phrase(self, text: &str) -> Said {
        let own = match self {
            Self::En => Some(text.to_owned()),
            Self::Ko => phrases::korean(text),
        };
        let english = own.is_none();
        Said { text: own.unwrap_or_else(|| text.to_owned()), english }
    }

    /// A sentence with its facts, those that are words in the language of the page.
    fn filled(self, template: &str, facts: &BTreeMap<String, String>) -> String {
        match self {
            Self::En => fill_map(template, facts),
            Self::Ko => {
                // One word is a name, whatever it means in English.
                let words = |value: &String| {
                    if value.contains(' ') { self.phrase(value).text } else { value.clone() }
                };
                let said = |(name, value): (&String, &String)| (name.clone(), words(value));
                fill_map(template, &facts.iter().map(said).collect())
            }
        }
    }
}

/// Replaces each `{name}` of `template` by its fact; one without a fact stays visible.
pub(crate) fn fill(template: &str, facts: &[(&str, &dyn Display)]) -> String {
    let facts = facts.iter().map(|(name, value)| ((*name).to_owned(), value.to_string())).collect();
    fill_map(template, &facts)
}

fn fill_map(template: &str, facts: &BTreeMap<String, String>) -> String {
    particles::settle(&model::reason::fill(template, facts))
}

/// The names of the facts in a template.
#[cfg(test)]
fn names(template: &str) -> std::collections::BTreeSet<&str> {
    template
        .split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_is_there_in_both_languages_with_the_same_facts() {
        let both = |en: Vec<_>, ko: Vec<_>| en.into_iter().zip(ko);
        let report = both(messages::EN.all(), messages::KO.all());
        let live = both(live::EN.all(), live::KO.all());
        let console = both(console::EN.all(), console::KO.all());
        let all: Vec<_> = report.chain(live).chain(console).collect();
        assert!(all.len() > 150);
        for ((key, english), (_, korean)) in all {
            assert!(!english.is_empty() && !korean.is_empty(), "{key}");
            assert_eq!(names(english), names(korean), "{key}");
        }
    }

    #[test]
    fn korean_messages_are_korean() {
        let hangul = |text: &str| text.chars().any(|c| ('가'..='힣').contains(&c));
        let same = ["ecs", "kubernetes"];
        let tables = [messages::KO.all(), live::KO.all(), console::KO.all()];
        for (key, korean) in tables.into_iter().flatten() {
            let words = korean.chars().any(char::is_alphabetic);
            assert!(
                !words || hangul(korean) || same.iter().any(|word| key.starts_with(word)),
                "{key}: {korean}"
            );
        }
    }

    #[test]
    fn korean_sentences_tell_the_facts_of_the_english_ones() {
        for (id, sentence, next) in codes::all() {
            let code = model::code::find(id).unwrap_or_else(|| panic!("{id} is no code"));
            assert_eq!(names(sentence), names(code.sentence), "{id}: sentence");
            assert!(
                names(next).is_subset(&names(&format!("{}{}", code.sentence, code.next))),
                "{id}: next"
            );
        }
    }

    #[test]
    fn every_finding_has_a_korean_sentence() {
        let told =
            model::code::all().filter(|code| matches!(code.kind, model::code::Kind::Finding(_)));
        let missing: Vec<&str> =
            told.map(|code| code.id).filter(|id| codes::korean(id).is_none()).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn a_code_stands_in_the_korean_table_once() {
        let mut seen = std::collections::BTreeSet::new();
        for (id, _, _) in codes::all() {
            assert!(seen.insert(id), "{id} is there twice");
        }
    }

    #[test]
    fn what_has_no_korean_sentence_is_said_in_english_and_marked() {
        let facts = BTreeMap::from([("what".to_owned(), "x".to_owned())]);
        let said = Lang::Ko.sentence("SG-C001", &facts, "");
        assert_eq!(said, Said { text: "x".to_owned(), english: true });
        let said = Lang::Ko.sentence("SG-Z999", &facts, "as it was written");
        assert_eq!(said, Said { text: "as it was written".to_owned(), english: true });
    }

    #[test]
    fn a_fact_that_looks_like_a_place_for_one_is_not_filled_again() {
        assert_eq!(fill("{a} {b}", &[("a", &"{b}"), ("b", &"{a}")]), "{b} {a}");
        assert_eq!(fill("{a} {", &[("a", &1)]), "1 {");
    }
}
