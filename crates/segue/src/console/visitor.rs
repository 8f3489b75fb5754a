//! Who asks, in which language, and by which token their forms are known.

use axum::http::{HeaderMap, Uri, header};

use super::query;
use super::secret::{Secret, mark, same};
use super::settings::Settings;
use crate::view::lang::Lang;

/// Cookie of the session that forms belong to.
pub(super) const SESSION: &str = "segue_session";
/// Cookie of one who has logged in.
pub(super) const WHO: &str = "segue_who";
/// Digits of a session.
const SESSION_DIGITS: usize = 64;
/// A year: how long a browser keeps the language and the look.
const YEAR: u32 = 31_536_000;

/// How the page is lit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Theme {
    /// As the system says.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// As cookies and addresses write it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn of(text: &str) -> Option<Self> {
        [Self::System, Self::Light, Self::Dark].into_iter().find(|theme| theme.name() == text)
    }
}

/// One who asks for a page.
#[derive(Debug, Clone)]
pub(super) struct Visitor {
    /// The language of the pages.
    pub(super) lang: Lang,
    /// How they are lit.
    pub(super) theme: Theme,
    /// The token of the forms.
    pub(super) form: String,
    /// In whose name things are done; `None` if nobody has logged in.
    pub(super) by: Option<String>,
    /// What was asked for.
    pub(super) uri: Uri,
    /// Cookies to be set.
    pub(super) cookies: Vec<String>,
}

impl Visitor {
    /// Reads the cookies, the languages and the address.
    pub(super) fn of(
        uri: &Uri,
        headers: &HeaderMap,
        settings: &Settings,
        secret: &Secret,
        fresh: &str,
    ) -> Self {
        let mut cookies = Vec::new();
        let known = cookie(headers, SESSION)
            .filter(|id| id.len() == SESSION_DIGITS && id.bytes().all(|b| b.is_ascii_hexdigit()));
        let session = known.unwrap_or_else(|| {
            cookies.push(format!("{SESSION}={fresh}; Path=/; HttpOnly; SameSite=Strict"));
            fresh.to_owned()
        });
        let lang = query::value(uri, "lang").and_then(|text| lang(&text));
        let theme = query::value(uri, "theme").and_then(|text| Theme::of(&text));
        let mut keep = |name: &str, value: &str| {
            cookies.push(format!("{name}={value}; Path=/; Max-Age={YEAR}; SameSite=Strict"));
        };
        if let Some(lang) = lang {
            keep("segue_lang", lang.tag());
        }
        if let Some(theme) = theme {
            keep("segue_theme", theme.name());
        }
        let kept = |name: &str| cookie(headers, name);
        Self {
            lang: lang
                .or_else(|| kept("segue_lang").and_then(|text| self::lang(&text)))
                .unwrap_or_else(|| preferred(headers)),
            theme: theme
                .or_else(|| kept("segue_theme").and_then(|text| Theme::of(&text)))
                .unwrap_or(Theme::System),
            form: secret.mark(&session),
            by: match &settings.token {
                Some(token) => kept(WHO).and_then(|cookie| name_in(&cookie, token)),
                None => Some(settings.person.clone()),
            },
            uri: uri.clone(),
            cookies,
        }
    }

    /// Who acts; nobody gets here without a name.
    pub(super) fn name(&self) -> &str {
        self.by.as_deref().unwrap_or_default()
    }
}

/// The cookie of one who has logged in as `name`: the name, and a mark that only the token makes.
pub(super) fn who(name: &str, token: &str) -> String {
    let name = crate::serve::proof::key::hex(name.as_bytes());
    let mark = mark(token.as_bytes(), &name);
    format!("{WHO}={name}.{mark}; Path=/; HttpOnly; SameSite=Strict")
}

fn name_in(cookie: &str, token: &str) -> Option<String> {
    let (name, given) = cookie.split_once('.')?;
    if !same(given, &mark(token.as_bytes(), name)) {
        return None;
    }
    let digits: Vec<char> = name.chars().collect();
    let byte = |pair: &[char]| u8::from_str_radix(&pair.iter().collect::<String>(), 16).ok();
    let bytes: Option<Vec<u8>> = digits.chunks(2).map(byte).collect();
    String::from_utf8(bytes?).ok()
}

fn lang(text: &str) -> Option<Lang> {
    [Lang::En, Lang::Ko].into_iter().find(|lang| lang.tag() == text)
}

/// Korean if the browser asks for it before English.
fn preferred(headers: &HeaderMap) -> Lang {
    let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let first = asked.unwrap_or_default().split(',').find_map(|one| {
        let tag = one.trim().get(..2)?;
        lang(&tag.to_ascii_lowercase())
    });
    first.unwrap_or(Lang::En)
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_believed_with_the_mark_of_the_token_alone() {
        let cookie = who("민아", "token");
        let value = cookie.split(['=', ';']).nth(1).unwrap();
        assert_eq!(name_in(value, "token").as_deref(), Some("민아"));
        assert_eq!(name_in(value, "other"), None);
        let forged = value.replacen(|c: char| c.is_ascii_digit(), "f", 1);
        assert_eq!(name_in(&forged, "token"), None);
    }

    #[test]
    fn the_language_is_that_of_the_browser_until_somebody_chooses() {
        let mut headers = HeaderMap::new();
        assert_eq!(preferred(&headers), Lang::En);
        headers.insert(header::ACCEPT_LANGUAGE, "fr, ko-KR;q=0.9, en;q=0.8".parse().unwrap());
        assert_eq!(preferred(&headers), Lang::Ko);
    }
}
