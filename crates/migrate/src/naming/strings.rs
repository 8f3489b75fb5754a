//! Environment words that are hard-coded in strings: host names, buckets, queue URLs, profiles.
//!
//! A false alarm on each `/dev/null` would teach people to overlook the true ones, so a word counts
//! only where names are put together, and ordinary words only where the estate uses them so.

mod context;

use std::ops::Range;

use serde::Serialize;

use super::token::{Style, spans};
use super::{Strength, Vocabulary, Word, seeds};
use context::{Context, Sure};

/// An environment word found in a string.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EnvWord {
    /// The word as it stands there.
    pub word: String,
    /// The canonical word of the environment that it means.
    pub env: String,
    /// Whose environment it is.
    pub class: WordClass,
    /// Where it stands, in bytes.
    pub span: Range<usize>,
}

/// Whose environment a word names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum WordClass {
    /// The object's own: it becomes a parameter.
    Own,
    /// Another environment of the estate: a leak until someone says otherwise.
    Foreign,
    /// Perhaps an environment: a weak word, or an environment that the estate does not have.
    Unknown,
}

/// The environment words in `text`, in the order of the text.
///
/// `own_env` is the canonical environment of the object that holds the string; without one, every
/// word is [`WordClass::Unknown`].
pub fn scan_strings(own_env: Option<&str>, vocabulary: &Vocabulary, text: &str) -> Vec<EnvWord> {
    let all = spans(text, &mut Style::default());
    let tokens: Vec<String> = all
        .iter()
        .filter_map(|(from, to)| text.get(*from..*to))
        .map(str::to_ascii_lowercase)
        .collect();
    let context = Context { text, spans: &all, tokens: &tokens, vocabulary };
    let mut out = Vec::new();
    for (at, (start, _)) in all.iter().enumerate() {
        let Some(hit) = hit(&context, at) else {
            continue;
        };
        let span = start + hit.from..start + hit.from + hit.len;
        let sure = context.sure(at, &span, hit.strength, hit.used);
        let class = match sure {
            Sure::No => continue,
            Sure::Perhaps => WordClass::Unknown,
            Sure::Yes => class(own_env, vocabulary, &hit.env),
        };
        let word = text.get(span.clone()).unwrap_or_default().to_owned();
        out.push(EnvWord { word, env: hit.env, class, span });
    }
    out
}

/// Whose environment `env` is.
fn class(own_env: Option<&str>, vocabulary: &Vocabulary, env: &str) -> WordClass {
    match own_env {
        Some(own) if own == env => WordClass::Own,
        Some(_) if vocabulary.environments.contains(env) => WordClass::Foreign,
        _ => WordClass::Unknown,
    }
}

/// A word found in a token.
struct Hit {
    env: String,
    strength: Strength,
    used: usize,
    /// Where in the token, and how long.
    from: usize,
    len: usize,
}

/// The environment word that the token is, or that is glued to it.
fn hit(context: &Context<'_>, at: usize) -> Option<Hit> {
    let token = context.tokens.get(at)?;
    if let Some(env) = compound(context, at) {
        return Some(Hit { env, strength: Strength::Strong, used: 0, from: 0, len: token.len() });
    }
    if let Some(word) = context.vocabulary.words.get(token) {
        return (token.len() > 1).then(|| hit_of(word, 0, token.len()));
    }
    glued(context, token)
}

fn hit_of(word: &Word, from: usize, len: usize) -> Hit {
    Hit { env: word.environment.clone(), strength: word.strength, used: word.used, from, len }
}

/// `prod` in `pre-prod` and `non-prod` is not production.
fn compound(context: &Context<'_>, at: usize) -> Option<String> {
    let pair = (context.tokens.get(at.checked_sub(1)?)?.as_str(), context.tokens.get(at)?.as_str());
    let (.., env) = seeds::COMPOUNDS.iter().find(|(a, b, _)| pair == (*a, *b))?;
    let word = context.vocabulary.words.get(*env);
    Some(word.map_or_else(|| (*env).to_owned(), |word| word.environment.clone()))
}

/// `devdb`, `dbprod`: a strong word glued to a resource or to a service of the estate.
fn glued(context: &Context<'_>, token: &str) -> Option<Hit> {
    let known = |rest: &str| {
        seeds::RESOURCES.contains(&rest)
            || (rest.len() > 2 && context.vocabulary.services.contains(rest))
    };
    context
        .vocabulary
        .words
        .iter()
        .filter(|(word, meaning)| word.len() > 2 && meaning.strength == Strength::Strong)
        .find_map(|(word, meaning)| {
            if token.strip_prefix(word.as_str()).is_some_and(known) {
                Some(hit_of(meaning, 0, word.len()))
            } else if token.strip_suffix(word.as_str()).is_some_and(known) {
                Some(hit_of(meaning, token.len() - word.len(), word.len()))
            } else {
                None
            }
        })
}

/// `text` with each word for the environment `env` replaced by `{env}`.
///
/// Two siblings whose templates are equal differ in nothing but the environment.
pub fn templated(text: &str, env: &str, vocabulary: &Vocabulary) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for found in scan_strings(Some(env), vocabulary, text) {
        if found.class != WordClass::Own {
            continue;
        }
        out.push_str(text.get(done..found.span.start).unwrap_or_default());
        out.push_str("{env}");
        done = found.span.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

/// Whether a variable of this name selects a framework's mode, not an environment of the estate.
///
/// `NODE_ENV=production` in development is good practice and no leak.
pub fn is_framework_mode(variable: &str) -> bool {
    const MODES: &[&str] =
        &["NODE_ENV", "RAILS_ENV", "RACK_ENV", "FLASK_ENV", "MIX_ENV", "GIN_MODE", "BABEL_ENV"];
    MODES.contains(&variable.to_ascii_uppercase().as_str())
}
