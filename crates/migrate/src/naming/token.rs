//! Cuts a name into lower-case tokens and remembers how it was written.

use super::{Kind, seeds};

/// A name cut into tokens.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Tokens {
    /// The tokens, lower case, ASCII.
    pub(super) words: Vec<String>,
    /// How they were separated.
    pub(super) style: Style,
}

/// How a name is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Style {
    /// Has `_` between tokens.
    pub(super) underscore: bool,
    /// Has a change of case between tokens.
    pub(super) camel: bool,
    /// Has a capital letter.
    pub(super) capitals: bool,
}

/// The tokens of any text.
pub(super) fn tokens(text: &str) -> Tokens {
    let mut style = Style::default();
    let words = spans(text, &mut style)
        .into_iter()
        .filter_map(|(start, end)| text.get(start..end))
        .map(str::to_ascii_lowercase)
        .collect();
    Tokens { words, style }
}

/// The byte ranges of the tokens of `text`: split at what is not an ASCII letter or digit, and
/// where the case changes.
pub(super) fn spans(text: &str, style: &mut Style) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut start = None;
    for (at, byte) in bytes.iter().enumerate() {
        if !byte.is_ascii_alphanumeric() {
            style.underscore |= *byte == b'_';
            if let Some(from) = start.take() {
                out.push((from, at));
            }
            continue;
        }
        style.capitals |= byte.is_ascii_uppercase();
        match start {
            None => start = Some(at),
            Some(from) if at > from && case_changes(bytes, at) => {
                style.camel = true;
                out.push((from, at));
                start = Some(at);
            }
            Some(_) => {}
        }
    }
    if let Some(from) = start {
        out.push((from, bytes.len()));
    }
    out
}

/// Whether a new word starts at `at`: `devBackend`, `v2Api`, `APIGateway`.
fn case_changes(bytes: &[u8], at: usize) -> bool {
    let (Some(before), Some(here)) = (bytes.get(at.wrapping_sub(1)), bytes.get(at)) else {
        return false;
    };
    if !here.is_ascii_uppercase() {
        return false;
    }
    if !before.is_ascii_uppercase() {
        return true;
    }
    bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase)
}

/// The tokens of an object's name, without the words that only say its kind.
pub(super) fn name_tokens(kind: Kind, name: &str) -> Tokens {
    let mut out = tokens(resource(name));
    if kind == Kind::HostName {
        out.words = host_words(name);
    }
    strip_noise(kind, &mut out.words);
    out
}

/// The part of an ARN that is a name; other text as it stands.
pub(super) fn resource(text: &str) -> &str {
    if !text.starts_with("arn:") {
        return text;
    }
    let tail = text.splitn(6, ':').nth(5).unwrap_or(text);
    let tail = tail.strip_prefix("secret:").unwrap_or(tail);
    let tail = tail.strip_prefix("log-group:").unwrap_or(tail);
    let tail = tail.strip_prefix("parameter").unwrap_or(tail);
    match tail.split_once('/') {
        Some(("cluster" | "service" | "task-definition" | "targetgroup", name)) => name,
        _ => tail,
    }
}

/// The tokens of a host name without its domain, except environment words in the domain.
fn host_words(host: &str) -> Vec<String> {
    let host = host.split('/').next().unwrap_or(host).trim_end_matches('.');
    let labels: Vec<&str> = host.split('.').filter(|label| !label.is_empty()).collect();
    let keep = labels.len().saturating_sub(domain_labels(&labels));
    let mut words = Vec::new();
    for (at, label) in labels.iter().enumerate() {
        let cut = tokens(label).words;
        if at < keep {
            words.extend(cut);
        } else {
            words.extend(cut.into_iter().filter(|word| seeds::is_strong(word)));
        }
    }
    words
}

/// How many labels at the end are the registered domain.
fn domain_labels(labels: &[&str]) -> usize {
    match labels {
        [_] | [] => 0,
        [.., "local" | "internal" | "localhost" | "test"] => 1,
        [.., _, "co" | "com" | "or" | "go" | "ac" | "ne" | "re" | "org" | "net", last]
            if last.len() == 2 && labels.len() > 3 =>
        {
            3
        }
        _ => 2.min(labels.len() - 1),
    }
}

/// Removes the words that only say the kind, as long as something else is left.
fn strip_noise(kind: Kind, words: &mut Vec<String>) {
    let (front, back) = seeds::noise(kind);
    while words.len() > 1 && words.first().is_some_and(|word| front.contains(&word.as_str())) {
        words.remove(0);
    }
    while words.len() > 1 && words.last().is_some_and(|word| back.contains(&word.as_str())) {
        words.pop();
    }
}

/// The words without separators: equal for `backend-api`, `backend_api` and `BackendApi`.
pub(super) fn squash<S: AsRef<str>>(words: &[S]) -> String {
    words.iter().map(AsRef::as_ref).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> String {
        tokens(text).words.join(" ")
    }

    #[test]
    fn names_are_cut_at_separators_and_changes_of_case() {
        assert_eq!(cut("dev-backend_api"), "dev backend api");
        assert_eq!(cut("DevBackendAPI"), "dev backend api");
        assert_eq!(cut("APIGatewayProd"), "api gateway prod");
        assert_eq!(cut("/ecs/dev.v2Api"), "ecs dev v2 api");
        assert_eq!(cut("한국-dev"), "dev");
    }

    #[test]
    fn kind_words_and_domains_are_left_out() {
        let words = |kind, name: &str| name_tokens(kind, name).words.join(" ");
        assert_eq!(words(Kind::LogGroup, "/ecs/dev-backend"), "dev backend");
        assert_eq!(words(Kind::Cluster, "dev-backend-cluster"), "dev backend");
        assert_eq!(words(Kind::TaskDefinition, "dev-amplifygenai-task"), "dev amplifygenai");
        assert_eq!(words(Kind::HostName, "api.dev.example.com"), "api dev");
        assert_eq!(words(Kind::HostName, "api.example-dev.co.kr"), "api dev");
        assert_eq!(words(Kind::Cluster, "cluster"), "cluster");
    }
}
