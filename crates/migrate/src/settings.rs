//! What a team decides besides the names: `segue.yaml` of the configuration repository.
//!
//! Reading is strict: a setting that is spelt wrong would do nothing and say nothing, so an unknown
//! key or a value out of range is an error with its place. An environment that the plan does not
//! have is none: a plan of one account of three reads the same file.

use std::collections::BTreeSet;

use model::Reason;
use model::code::scan as code;
use serde::Deserialize;
use serde_saphyr::Spanned;

use crate::cost::Prices;
use crate::waves::Limits;

/// The file's place in the repository.
pub const PATH: &str = "segue.yaml";

/// Services in a wave at most; more than these are no wave, but everything at once.
const SERVICES_MAX: i64 = 1000;
/// Letters of the organisation's word at most: with environment and service it must fit into the
/// names of AWS.
const WORD_MAX: usize = 32;
/// Letters of an environment at most, as in naming.yaml.
const ENVIRONMENT_MAX: usize = 40;

/// What a team decides besides the names.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The URL of the configuration repository, for Argo CD.
    pub repository: String,
    /// The team's own price list, in place of the one that Segue carries.
    pub prices: Option<Prices>,
    /// The word that names of new clusters begin with.
    pub organization: Word,
    /// How many services move at the same time.
    pub waves: Limits,
}

impl Settings {
    /// The settings of a team that named its `repository` and nothing else.
    pub fn new(repository: &str) -> Self {
        Self {
            repository: repository.to_owned(),
            prices: None,
            organization: Word::default(),
            waves: Limits::default(),
        }
    }
}

/// The word that names of new clusters begin with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Word {
    /// The one that the account says.
    #[default]
    Inferred,
    /// None: a cluster is called after its environment.
    None,
    /// This one.
    Named(String),
}

/// What `segue.yaml` says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Estate {
    /// The URL of the repository, if the file names one.
    pub repository: Option<String>,
    /// The word that names of new clusters begin with.
    pub organization: Word,
    /// How many services move at the same time.
    pub waves: Limits,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct File {
    api_version: Option<Spanned<String>>,
    kind: Option<Spanned<String>>,
    repository: Option<Spanned<String>>,
    organization: Option<Spanned<String>>,
    waves: Option<Waves>,
    environments: Option<Vec<Environment>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Waves {
    max_services: Option<Spanned<i64>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Environment {
    name: Spanned<String>,
    /// What the cluster of Kubernetes is called; kept for the commands that move services into it.
    cluster: Option<Spanned<String>>,
    waves: Option<Waves>,
}

impl Estate {
    /// Reads the text of a `segue.yaml`; `place` names the file in errors.
    ///
    /// # Errors
    /// SG-M074 with line and column: no YAML of this form, an unknown key, a value out of range.
    pub fn parse(place: &str, text: &str) -> Result<Self, Reason> {
        let file: Option<File> = serde_saphyr::from_str(text).map_err(|error| {
            let at = error.location().map(|at| (at.line(), at.column()));
            let cause = error.without_snippet().to_string();
            let cause = cause.lines().next().unwrap_or_default();
            wrong(place, at, cause.split(" at line ").next().unwrap_or_default())
        })?;
        let file = file.unwrap_or_default();
        fixed(place, "apiVersion", file.api_version.as_ref(), "segue.dev/v1alpha1")?;
        fixed(place, "kind", file.kind.as_ref(), "Estate")?;
        let mut waves = Limits::default();
        if let Some(max) = limit(place, file.waves)? {
            waves.services_max = max;
        }
        let mut seen: BTreeSet<String> = BTreeSet::new();
        for one in file.environments.unwrap_or_default() {
            let name = environment(place, &one)?;
            if !seen.insert(name.clone()) {
                return Err(at(place, &one.name, &format!("environment `{name}` is there twice")));
            }
            if let Some(max) = limit(place, one.waves)? {
                waves.services_max_in.insert(name, max);
            }
        }
        Ok(Self {
            repository: repository(place, file.repository)?,
            organization: organization(place, file.organization)?,
            waves,
        })
    }
}

fn wrong(place: &str, at: Option<(u64, u64)>, cause: &str) -> Reason {
    let place = match at {
        Some((line, column)) => format!("{place}:{line}:{column}"),
        None => place.to_owned(),
    };
    Reason::new(&code::BAD_ESTATE).with("place", place).with("cause", cause)
}

fn at<T>(place: &str, value: &Spanned<T>, cause: &str) -> Reason {
    wrong(place, Some((value.referenced.line(), value.referenced.column())), cause)
}

/// A member that can have one value only.
fn fixed(
    place: &str,
    key: &str,
    value: Option<&Spanned<String>>,
    wanted: &str,
) -> Result<(), Reason> {
    match value {
        Some(value) if value.value != wanted => {
            let cause = format!("{key} is `{}`; this program reads `{wanted}`", value.value);
            Err(at(place, value, &cause))
        }
        _ => Ok(()),
    }
}

fn repository(place: &str, value: Option<Spanned<String>>) -> Result<Option<String>, Reason> {
    let Some(value) = value else { return Ok(None) };
    if value.value.trim().is_empty() || value.value.chars().any(char::is_whitespace) {
        return Err(at(place, &value, "repository is no URL"));
    }
    Ok(Some(value.value))
}

fn organization(place: &str, value: Option<Spanned<String>>) -> Result<Word, Reason> {
    let Some(value) = value else { return Ok(Word::Inferred) };
    if value.value.is_empty() {
        return Ok(Word::None);
    }
    if !is_name(&value.value, WORD_MAX) {
        let cause = format!(
            "organization is `{}`; a name begins with a small letter, has small letters, digits and \
             single hyphens, and at most {WORD_MAX} of them",
            value.value
        );
        return Err(at(place, &value, &cause));
    }
    Ok(Word::Named(value.value))
}

fn environment(place: &str, one: &Environment) -> Result<String, Reason> {
    for (key, value) in [("name", Some(&one.name)), ("cluster", one.cluster.as_ref())] {
        let Some(value) = value else { continue };
        // A cluster may stand under its ARN or under a name with capitals.
        let fits = match key {
            "name" => is_name(&value.value, ENVIRONMENT_MAX),
            _ => !value.value.is_empty() && !value.value.contains(char::is_whitespace),
        };
        if !fits {
            let cause = format!("environments: {key} `{}` cannot be a name", value.value);
            return Err(at(place, value, &cause));
        }
    }
    Ok(one.name.value.clone())
}

fn limit(place: &str, waves: Option<Waves>) -> Result<Option<usize>, Reason> {
    let Some(max) = waves.and_then(|waves| waves.max_services) else { return Ok(None) };
    let fits = (1..=SERVICES_MAX).contains(&max.value).then(|| usize::try_from(max.value).ok());
    fits.flatten().map(Some).ok_or_else(|| {
        let cause = format!(
            "waves.maxServices is {}; it is a whole number from 1 to {SERVICES_MAX}",
            max.value
        );
        at(place, &max, &cause)
    })
}

/// `^[a-z][a-z0-9]*(-[a-z0-9]+)*$`, at most `max` letters.
fn is_name(text: &str, max: usize) -> bool {
    let small = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.len() <= max
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.split('-').all(|part| !part.is_empty() && part.chars().all(small))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_first_file_of_a_plan_says_the_defaults() {
        let environments = ["dev", "prod"].into_iter().collect();
        let text = crate::documents::estate_file(&environments, "https://git.example.com/c.git");
        let estate = Estate::parse(PATH, &text).unwrap();
        let repository = Some("https://git.example.com/c.git".to_owned());
        assert_eq!(estate, Estate { repository, ..Estate::default() });
        assert_eq!(Estate::parse(PATH, "").unwrap(), Estate::default());
        assert_eq!(Estate::parse(PATH, "# nothing\n").unwrap(), Estate::default());
    }

    #[test]
    fn each_setting_is_read() {
        let text = "organization: haedal\nwaves: {maxServices: 8}\nenvironments:\n- name: dev\n  \
                    waves: {maxServices: 20}\n- name: prod\n  cluster: haedal-prod\n  waves:\n    \
                    maxServices: 2\n";
        let estate = Estate::parse(PATH, text).unwrap();
        assert_eq!(estate.organization, Word::Named("haedal".to_owned()));
        assert_eq!(estate.waves.services_max, 8);
        assert_eq!(
            estate.waves.services_max_in,
            BTreeMap::from([("dev".to_owned(), 20), ("prod".to_owned(), 2)])
        );
        assert_eq!((estate.waves.of("stag"), estate.waves.of("prod")), (8, 2));
        let none = Estate::parse(PATH, "organization: \"\"\n").unwrap();
        assert_eq!(none.organization, Word::None);
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        for (text, place, cause) in [
            ("organisation: haedal\n", "segue.yaml:1:1", "unknown field"),
            ("waves:\n  maxService: 5\n", "segue.yaml:2:3", "unknown field"),
            ("waves:\n  maxServices: 0\n", "segue.yaml:2:16", "from 1 to 1000"),
            ("waves:\n  maxServices: 1001\n", "segue.yaml:2:16", "from 1 to 1000"),
            ("waves:\n  maxServices: five\n", "segue.yaml:2:16", ""),
            ("waves: 5\n", "segue.yaml:1:8", ""),
            ("organization: Haedal Corp\n", "segue.yaml:1:15", "begins with a small letter"),
            ("organization: haedal-\n", "segue.yaml:1:15", "begins with a small letter"),
            ("environments:\n- name: dev\n- name: dev\n", "segue.yaml:3:9", "twice"),
            ("environments:\n- cluster: dev\n", "segue.yaml:2:3", "name"),
            ("environments:\n- name: Dev 1\n", "segue.yaml:2:9", "cannot be a name"),
            ("environments:\n- {name: dev, size: 3}\n", "segue.yaml:2:15", "unknown field"),
            ("kind: Plan\n", "segue.yaml:1:7", "this program reads `Estate`"),
            ("apiVersion: segue.dev/v2\n", "segue.yaml:1:13", "segue.dev/v1alpha1"),
            ("repository: ''\n", "segue.yaml:1:13", "no URL"),
            ("repository: a\nrepository: b\n", "segue.yaml:2:1", "duplicate"),
        ] {
            let reason = Estate::parse(PATH, text).unwrap_err();
            assert_eq!(reason.code.id, "SG-M074", "{text}");
            assert_eq!(reason.facts["place"], place, "{text}: {}", reason.sentence());
            assert!(reason.facts["cause"].contains(cause), "{text}: {}", reason.sentence());
        }
    }

    #[test]
    fn whatever_stands_in_the_file_is_read_or_refused() {
        for text in ["\u{0}", "waves: [[[[", "- - -", "environments: [~]", "&a [*a]", "한글: 1"] {
            assert!(Estate::parse(PATH, text).is_err(), "{text}");
        }
    }
}
