//! Literals that look like credentials: they never reach any output.
//!
//! Two signs: a name that says so (`DB_PASSWORD`), or a value of a known form (`AKIA…`, a private
//! key, a URL with a password). A value found anywhere by one sign is guarded everywhere.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::input::node::Node;

/// Last words of a name that promise a secret value.
const NAME_ENDS: &[&str] = &[
    "PASSWORD",
    "PASSWD",
    "PASS",
    "PWD",
    "SECRET",
    "TOKEN",
    "APIKEY",
    "API_KEY",
    "ACCESS_KEY",
    "SECRET_KEY",
    "PRIVATE_KEY",
    "SIGNING_KEY",
    "ENCRYPTION_KEY",
    "AUTH_KEY",
    "MASTER_KEY",
    "LICENSE_KEY",
    "CREDENTIAL",
    "CREDENTIALS",
    "PASSPHRASE",
    "ACCESS_KEY_ID",
    "WEBHOOK_URL",
    "BEARER",
    "COOKIE_KEY",
    "HMAC_KEY",
    "JWT_KEY",
    "SECRET_KEY_BASE",
    "CONNECTION_STRING",
];

/// How tokens of known services begin.
const TOKEN_PREFIXES: &[&str] = &[
    "AKIA",
    "ASIA",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "xoxa-",
    "xapp-",
    "sk_live_",
    "rk_live_",
    "sk-",
    "AIza",
    "npm_",
    "SG.",
];

/// Word characters that follow such a beginning at least.
const TOKEN_LENGTH_MIN: usize = 16;

/// Shortest value that is guarded wherever it occurs; shorter ones would match by chance.
const GUARDED_LENGTH_MIN: usize = 8;

/// The credential-like values of an estate.
#[derive(Debug, Clone, Default)]
pub struct Credentials {
    values: BTreeSet<String>,
}

impl Credentials {
    /// Collects every literal of the input files that looks like a credential.
    pub fn of(files: &[Node<'_>]) -> Self {
        let mut found = Self::default();
        for file in files {
            found.collect(file.value, None);
        }
        let mut names = BTreeSet::new();
        for file in files {
            collect_names(file.value, &mut names);
        }
        // A password `postgres` beside a container `postgres`: taking the word out everywhere would
        // hide nothing and break every name. Where it is called a password it is still guarded.
        found.values.retain(|value| !names.iter().any(|name| name.contains(value.as_str())));
        found
    }

    /// True if `value`, called `name`, must not be written anywhere.
    pub fn guards(&self, name: &str, value: &str) -> bool {
        looks_secret(name, value) || self.contains(value)
    }

    /// True if `text` has a guarded value in it or looks like one itself.
    pub fn contains(&self, text: &str) -> bool {
        has_secret_form(text) || self.values.iter().any(|value| text.contains(value.as_str()))
    }

    /// `text` with nothing of a credential left in it.
    pub fn redacted(&self, text: &str) -> Option<String> {
        self.contains(text).then(|| "[redacted]".to_owned())
    }

    fn collect(&mut self, value: &Value, key: Option<&str>) {
        match value {
            Value::Object(map) => {
                let named = |key: &str| map.get(key).and_then(Value::as_str);
                // `{name, value}` pairs, as in environment, tags and proxy properties.
                let pair = named("name").or_else(|| named("key")).or_else(|| named("Key"));
                let text = named("value").or_else(|| named("Value"));
                if let (Some(name), Some(text)) = (pair, text) {
                    self.add(name, text);
                }
                for (key, value) in map {
                    self.collect(value, Some(key));
                }
            }
            Value::Array(list) => {
                for window in list.windows(2) {
                    // `--password hunter2` as two arguments.
                    if let (Some(flag), Some(text)) = (window[0].as_str(), window[1].as_str())
                        && flag.starts_with("--")
                        && !text.starts_with('-')
                    {
                        self.add(flag.trim_start_matches('-'), text);
                    }
                }
                for value in list {
                    self.collect(value, None);
                }
            }
            Value::String(text) => {
                self.add(key.unwrap_or_default(), text);
                // JSON in a string, as in inputs of schedules.
                if text.starts_with(['{', '['])
                    && let Ok(inner) = serde_json::from_str::<Value>(text)
                {
                    self.collect(&inner, None);
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, name: &str, value: &str) {
        if value.len() >= GUARDED_LENGTH_MIN && looks_secret(name, value) {
            self.values.insert(value.to_owned());
            for part in secret_parts(value) {
                if part.len() >= GUARDED_LENGTH_MIN {
                    self.values.insert(part);
                }
            }
        }
    }
}

/// What the containers, images and services of an estate are called.
fn collect_names<'v>(value: &'v Value, names: &mut BTreeSet<&'v str>) {
    match value {
        Value::Object(map) => {
            let text = |key: &str| map.get(key).and_then(Value::as_str);
            if let Some(image) = text("image") {
                let repository = image.split(['@', ':']).next().unwrap_or(image);
                names.extend(repository.rsplit('/').next().into_iter().chain(text("name")));
            }
            names.extend(
                [text("family"), text("serviceName"), text("containerName")].iter().flatten(),
            );
            map.values().for_each(|value| collect_names(value, names));
        }
        Value::Array(list) => list.iter().for_each(|value| collect_names(value, names)),
        _ => {}
    }
}

/// True if a literal called `name` looks like a credential.
pub fn looks_secret(name: &str, value: &str) -> bool {
    !is_empty_or_reference(value)
        && (name_says_secret(name) && !is_harmless(value) || has_secret_form(value))
}

/// True if the name promises a secret: its last words are in the list.
pub fn name_says_secret(name: &str) -> bool {
    let mut flat = String::new();
    let mut last_lower = false;
    for c in name.chars() {
        if c.is_ascii_uppercase() && last_lower {
            flat.push('_');
        }
        last_lower = c.is_ascii_lowercase();
        flat.push(if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
    }
    let flat = flat.trim_matches('_');
    NAME_ENDS.iter().any(|end| {
        flat == *end
            || flat.strip_suffix(end).is_some_and(|head| head.ends_with('_'))
            || (end.len() >= 6 && flat.ends_with(end))
    })
}

/// Values that a secret never has: switches, small numbers, plain URLs, ARNs, paths.
fn is_harmless(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    matches!(
        lower.as_str(),
        "true" | "false" | "yes" | "no" | "on" | "off" | "none" | "null" | "enabled" | "disabled"
    ) || (value.len() < 4 && value.chars().all(|c| c.is_ascii_digit()))
        || value.starts_with("arn:")
        || is_path(value)
        || (lower.starts_with("http")
            && lower.contains("://")
            && !lower.contains("hooks.")
            && !lower.contains('@')
            && !lower.contains("token"))
}

/// A path of files or of parameters, and not random text that happens to begin like one.
fn is_path(value: &str) -> bool {
    let has = |test: fn(char) -> bool| value.contains(test);
    let random = has(|c| c.is_ascii_uppercase())
        && has(|c| c.is_ascii_lowercase())
        && has(|c| c.is_ascii_digit());
    value.starts_with('/')
        && value.len() < 128
        && value.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c))
        && !random
}

/// Nothing, or a place for a value that is filled elsewhere: `$X`, `${X}`, `<X>`, `{{x}}`.
pub fn is_empty_or_reference(value: &str) -> bool {
    let text = value.trim();
    text.is_empty() || is_placeholder(text)
}

/// True for text that is only a placeholder of some template language.
pub fn is_placeholder(text: &str) -> bool {
    let wrapped = |open: &str, close: &str| {
        text.len() > open.len() + close.len() && text.starts_with(open) && text.ends_with(close)
    };
    wrapped("<", ">") && !text.contains(' ')
        || wrapped("{{", "}}")
        || wrapped("${", "}")
        || wrapped("$(", ")")
        || ["%", "$$$", "__"].iter().any(|sign| wrapped(sign, sign) && is_word(text, sign))
        || text.strip_prefix('$').is_some_and(|rest| {
            !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        })
}

/// True if nothing but a name stands between the two signs: passwords begin and end with them too.
fn is_word(text: &str, sign: &str) -> bool {
    let inner = text.strip_prefix(sign).and_then(|text| text.strip_suffix(sign));
    inner.is_some_and(|inner| inner.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c)))
}

/// True for text that is, or holds, a credential of a known form.
fn has_secret_form(text: &str) -> bool {
    text.contains("-----BEGIN ") && text.contains("KEY")
        || has_prefixed(text)
        || has_jwt(text)
        || has_password_url(text)
        || text.contains("hooks.slack.com/services/")
        || !secret_assignments(text).is_empty()
        || is_random_base64(text)
}

/// A known prefix at a word's start, followed by at least 16 word characters.
///
/// Every string of an estate comes by here, so it is one walk over the bytes and no search for each
/// prefix. Whatever is not ASCII is no letter of a token, neither before it nor in it.
fn has_prefixed(text: &str) -> bool {
    let bytes = text.as_bytes();
    let starts = (0..bytes.len().saturating_sub(TOKEN_LENGTH_MIN))
        .filter(|at| at.checked_sub(1).is_none_or(|before| !bytes[before].is_ascii_alphanumeric()));
    starts.map(|at| &bytes[at..]).any(|rest| {
        TOKEN_PREFIXES.iter().filter_map(|prefix| rest.strip_prefix(prefix.as_bytes())).any(
            |rest| {
                let run =
                    rest.iter().take_while(|b| b.is_ascii_alphanumeric() || b"_-".contains(b));
                run.take(TOKEN_LENGTH_MIN).count() == TOKEN_LENGTH_MIN
            },
        )
    })
}

fn has_jwt(text: &str) -> bool {
    text.len() > 40
        && text.match_indices("eyJ").any(|(at, _)| {
            let run: String = text[at..]
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || "_-.".contains(*c))
                .collect();
            run.len() > 40 && run.matches('.').count() >= 1
        })
}

/// `scheme://user:password@host`, where the password is no reference.
fn has_password_url(text: &str) -> bool {
    !url_passwords(text).is_empty()
}

fn url_passwords(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    if !text.contains(':') {
        return found;
    }
    for (at, _) in text.match_indices("://") {
        let rest = text[at + 3..].split([' ', '"', '\'', '\n']).next().unwrap_or_default();
        let Some((_, tail)) = rest.split_once(':').filter(|(user, _)| !user.contains('/')) else {
            continue;
        };
        let port = tail.trim_start_matches(|c: char| c.is_ascii_digit());
        if port.len() < tail.len() && port.starts_with(['/', '?']) {
            continue;
        }
        // A password may hold `@` or, against the rules, `/`: it ends at one of the two signs.
        let authority = tail.split(['/', '?']).next().and_then(|part| part.rsplit_once('@'));
        for (password, _) in [tail.split_once('@'), authority].into_iter().flatten() {
            if !is_empty_or_reference(password) {
                found.push(password.to_owned());
            }
        }
    }
    found
}

/// Values given to a secret name inside a text: `password=…`, `--token …`, `Authorization: Bearer …`.
fn secret_assignments(text: &str) -> Vec<String> {
    const BETWEEN: [char; 8] = [' ', ';', '&', ',', '"', '\'', '\n', '?'];
    let mut found = Vec::new();
    // One word alone can only be `name=value` or `-uuser:password`, and most strings are neither.
    if !text.starts_with("-u") && !text.contains('=') && !text.contains(BETWEEN) {
        return found;
    }
    let words: Vec<&str> = text.split(BETWEEN).collect();
    for (index, word) in words.iter().enumerate() {
        if let Some((name, value)) = word.split_once('=')
            && name_says_secret(name.trim_start_matches('-'))
            && worth(value)
        {
            found.push(value.to_owned());
        }
        let next = words.get(index + 1).copied().unwrap_or_default();
        let flag = word.starts_with("--") && name_says_secret(word.trim_start_matches('-'));
        let bearer = word.eq_ignore_ascii_case("bearer") || word.eq_ignore_ascii_case("basic");
        let said = bearer || is_secret_header(word);
        if (flag && !next.starts_with('-') || said && next.len() >= 12) && worth(next) {
            found.push(next.to_owned());
        }
        // `-u 1000:1000` is a user and a group.
        let is_id = |text: &str| text.chars().all(|c| c.is_ascii_digit());
        if let Some((user, password)) = login(word, next).and_then(|login| login.split_once(':'))
            && !is_id(user)
            && worth(password)
        {
            found.push(password.to_owned());
        }
    }
    found
}

/// `X-Api-Key` or `X-Auth-Token:` before its value.
fn is_secret_header(word: &str) -> bool {
    let name = word.trim_end_matches(':');
    name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("x-")) && name_says_secret(name)
}

/// The `name:password` that curl and its like take by `-u name:password` and `--user=…`.
fn login<'t>(word: &'t str, next: &'t str) -> Option<&'t str> {
    const FLAGS: &[&str] = &["-u", "--user", "--proxy-user"];
    if FLAGS.contains(&word) {
        return Some(next);
    }
    let glued = word.strip_prefix("-u").filter(|_| !word.contains('='));
    glued.or_else(|| word.strip_prefix("--user=")).or_else(|| word.strip_prefix("--proxy-user="))
}

fn worth(value: &str) -> bool {
    value.len() >= 4
        && !is_empty_or_reference(value)
        && !value.starts_with('$')
        && !is_harmless(value)
}

/// The secret pieces within a longer text, to be guarded on their own as well.
fn secret_parts(value: &str) -> Vec<String> {
    let mut parts = url_passwords(value);
    parts.extend(secret_assignments(value));
    parts
}

/// Forty characters of mixed base64, as an AWS secret access key.
fn is_random_base64(text: &str) -> bool {
    let text = text.trim();
    if text.len() != 40 || !text.chars().all(|c| c.is_ascii_alphanumeric() || "/+=".contains(c)) {
        return false;
    }
    let has = |test: fn(&char) -> bool| text.chars().any(|c| test(&c));
    // A hexadecimal digest has no upper case beside lower case.
    has(char::is_ascii_uppercase) && has(char::is_ascii_lowercase) && has(char::is_ascii_digit)
}

#[cfg(test)]
mod tests;
