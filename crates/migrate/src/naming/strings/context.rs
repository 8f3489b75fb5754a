//! Where a word stands in a string, and whether it can mean an environment there.

use std::ops::Range;

use crate::naming::token::{squash, tokens};
use crate::naming::{Strength, Vocabulary};

/// Device files; `/dev/` before anything else may be a parameter of the environment `dev`.
const DEVICES: &[&str] = &[
    "null",
    "zero",
    "full",
    "random",
    "urandom",
    "shm",
    "stdin",
    "stdout",
    "stderr",
    "fd",
    "tty",
    "pts",
    "ptmx",
    "fuse",
    "kvm",
    "net",
    "disk",
    "mapper",
    "log",
    "mem",
    "mqueue",
    "hugepages",
    "dri",
    "snd",
    "input",
    "console",
    "core",
    "block",
    "char",
    "vfio",
    "cuse",
    "termination",
];

/// How device files with a number or letter begin.
const DEVICE_STARTS: &[&str] = &[
    "tty", "sd", "xvd", "nvme", "loop", "dm", "md", "hd", "vd", "video", "nvidia", "neuron", "ram",
];

/// Words after `dev` and the like that make another word of it.
const NOT_BEFORE: &[&str] = &["ops", "tools", "tool", "kit", "dependencies", "secops"];

/// Weak words that are read as perhaps an environment though the estate does not use them.
const WEAK_KNOWN: &[&str] = &["live", "test", "testing", "stage", "demo", "preview", "perf"];

/// Words after a weak word that show its ordinary meaning.
const ORDINARY_NEXT: &[&str] = &[
    "runner",
    "results",
    "result",
    "data",
    "coverage",
    "reload",
    "chat",
    "stream",
    "streaming",
    "case",
    "cases",
    "suite",
    "manager",
    "user",
    "users",
    "key",
    "mode",
    "report",
    "reports",
    "ness",
    "probe",
    "check",
    "js",
    "py",
    "sh",
    "json",
    "xml",
    "yaml",
    "yml",
    "go",
    "rs",
    "java",
];

/// Keys whose value is an environment, whatever the word.
const KEYS: &[&str] = &["env", "environment", "profile", "profiles", "active", "stage", "envname"];

/// A string in tokens.
pub(super) struct Context<'a> {
    pub(super) text: &'a str,
    pub(super) spans: &'a [(usize, usize)],
    pub(super) tokens: &'a [String],
    pub(super) vocabulary: &'a Vocabulary,
}

/// Whether a word means an environment where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sure {
    Yes,
    Perhaps,
    No,
}

impl Context<'_> {
    /// How surely the word means an environment here.
    pub(super) fn sure(
        &self,
        at: usize,
        span: &Range<usize>,
        strength: Strength,
        used: usize,
    ) -> Sure {
        if self.is_device(at, span) || self.is_flag(span) || self.is_noise(at, span) {
            return Sure::No;
        }
        if self.next(at).is_some_and(|next| NOT_BEFORE.contains(&next)) {
            return Sure::No;
        }
        match self.in_service(at) {
            Some(Sure::Perhaps) => return Sure::Perhaps,
            Some(_) => return Sure::No,
            None => {}
        }
        match strength {
            Strength::Strong if self.is_prose(span) => Sure::Perhaps,
            Strength::Strong => Sure::Yes,
            Strength::Weak => self.weak(at, span, used),
        }
    }

    /// An ordinary word: sure where a key asks for an environment or the estate uses it so.
    fn weak(&self, at: usize, span: &Range<usize>, used: usize) -> Sure {
        let word = self.tokens.get(at).map(String::as_str).unwrap_or_default();
        let known = WEAK_KNOWN.contains(&word);
        if self.is_whole(span) {
            return match used {
                0 if known => Sure::Perhaps,
                0 => Sure::No,
                _ => Sure::Yes,
            };
        }
        if self.after_key(at) {
            return Sure::Yes;
        }
        let ordinary = self.next(at).is_some_and(|next| ORDINARY_NEXT.contains(&next));
        if ordinary || self.is_loose(span) || !self.at_edge(at) || self.in_url_path(span) {
            return Sure::No;
        }
        match used {
            0 if known && self.is_address() => Sure::Perhaps,
            0 => Sure::No,
            _ => Sure::Yes,
        }
    }

    /// The token after this one, if only a separator of names is between them.
    fn next(&self, at: usize) -> Option<&str> {
        let (_, end) = self.spans.get(at)?;
        let (start, _) = self.spans.get(at + 1)?;
        let between = self.text.get(*end..*start)?;
        matches!(between, "" | "-" | "_" | ".").then_some(())?;
        self.tokens.get(at + 1).map(String::as_str)
    }

    fn char_before(&self, at: usize) -> Option<char> {
        self.text.get(..at)?.chars().next_back()
    }

    fn char_after(&self, at: usize) -> Option<char> {
        self.text.get(at..)?.chars().next()
    }

    /// Whether the word is the whole string.
    fn is_whole(&self, span: &Range<usize>) -> bool {
        self.text.trim().len() == span.len()
    }

    /// `/dev/null`, `/dev/shm`, `/dev` alone.
    fn is_device(&self, at: usize, span: &Range<usize>) -> bool {
        if self.tokens.get(at).is_none_or(|token| token != "dev")
            || self.char_before(span.start) != Some('/')
        {
            return false;
        }
        let starts = match span.start.checked_sub(1).and_then(|slash| self.char_before(slash)) {
            None => true,
            Some(before) => {
                !before.is_alphanumeric() && !matches!(before, '-' | '_' | '.' | '/' | '}')
            }
        };
        if !starts {
            return false;
        }
        if self.char_after(span.end) != Some('/') {
            return !matches!(self.char_after(span.end), Some('-' | '_' | '.'));
        }
        let Some(device) = self.tokens.get(at + 1) else {
            return true;
        };
        let numbered = |start: &str| device.strip_prefix(start).is_some_and(|tail| tail.len() <= 4);
        DEVICES.contains(&device.as_str()) || DEVICE_STARTS.iter().any(|start| numbered(start))
    }

    /// `--production`, `-dev`: an option of a program.
    fn is_flag(&self, span: &Range<usize>) -> bool {
        let head = self.text.get(..span.start).unwrap_or_default();
        let dashes = head.chars().rev().take_while(|c| *c == '-').count();
        let before = head.chars().rev().nth(dashes);
        dashes > 0
            && before.is_none_or(|c| c.is_whitespace() || matches!(c, '"' | '\'' | ','))
            && !matches!(self.char_after(span.end), Some('.' | '/'))
    }

    /// A piece of a long run of letters and digits: an id or a key, not a word.
    fn is_noise(&self, at: usize, span: &Range<usize>) -> bool {
        const RUN_MAX: usize = 24;
        let alone = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        let foreign_letter =
            |c: Option<char>| c.is_some_and(|c| !c.is_ascii() && c.is_alphanumeric());
        if foreign_letter(self.char_before(span.start)) || foreign_letter(self.char_after(span.end))
        {
            return true;
        }
        if alone(self.char_before(span.start)) && alone(self.char_after(span.end)) {
            return false;
        }
        let Some((start, _)) = self.spans.get(at) else {
            return false;
        };
        let bytes = self.text.as_bytes();
        let run = |bytes: &mut dyn Iterator<Item = &u8>| {
            bytes.take_while(|byte| byte.is_ascii_alphanumeric()).copied().collect::<Vec<u8>>()
        };
        let mut all = run(&mut bytes.iter().take(*start).rev());
        all.extend(run(&mut bytes.iter().skip(*start)));
        all.len() > RUN_MAX && all.iter().any(u8::is_ascii_digit)
    }

    /// Blanks on both sides, in a longer text: `npm run dev`.
    fn is_prose(&self, span: &Range<usize>) -> bool {
        !self.is_whole(span) && self.is_loose(span)
    }

    /// Nothing but blanks and quotes on both sides.
    fn is_loose(&self, span: &Range<usize>) -> bool {
        let loose =
            |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || matches!(c, '"' | '\''));
        loose(self.char_before(span.start)) && loose(self.char_after(span.end))
    }

    /// `spring.profiles.active=test`, `env: live`.
    fn after_key(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else {
            return false;
        };
        let (Some((_, end)), Some((start, _))) = (self.spans.get(before), self.spans.get(at))
        else {
            return false;
        };
        let between = self.text.get(*end..*start).unwrap_or_default().trim();
        matches!(between, "=" | ":" | "\":\"" | "=\"")
            && self.tokens.get(before).is_some_and(|key| KEYS.contains(&key.as_str()))
    }

    /// The first or last token of a label: what `.`, `/`, `:` and `@` stand around.
    fn at_edge(&self, at: usize) -> bool {
        let Some((start, end)) = self.spans.get(at) else {
            return false;
        };
        let edge = |c: Option<char>| {
            c.is_none_or(|c| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_'))
        };
        edge(self.char_before(*start)) || edge(self.char_after(*end))
    }

    /// In the path of a URL: `https://api.example.com/live`, `/health/live`.
    fn in_url_path(&self, span: &Range<usize>) -> bool {
        let head = self.text.get(..span.start).unwrap_or_default();
        let path = match head.split_once("://") {
            Some((_, tail)) => tail.contains('/'),
            None => head.starts_with('/') && !head.starts_with("/ecs/"),
        };
        path && !self.text.starts_with("arn:")
    }

    /// Whether the text is an address or the name of a resource: nothing but one word of it.
    fn is_address(&self) -> bool {
        !self.text.contains(char::is_whitespace) && self.text.contains(['.', ':', '/', '-'])
    }

    /// Whether the token is inside the name of a service: `prod` in `prod-catalog`.
    ///
    /// `Perhaps` if the rest is a service too, so that both readings are possible.
    fn in_service(&self, at: usize) -> Option<Sure> {
        let token = self.tokens.get(at)?;
        for service in self.vocabulary.services.iter().filter(|name| name.contains(token.as_str()))
        {
            let words = tokens(service).words;
            let Some(inside) = words.iter().position(|word| word == token) else {
                continue;
            };
            let Some(from) = at.checked_sub(inside) else {
                continue;
            };
            if words.len() < 2
                || self.tokens.get(from..from + words.len()) != Some(words.as_slice())
            {
                continue;
            }
            let mut rest = words;
            rest.remove(inside);
            let key = squash(&rest);
            let both =
                self.vocabulary.services.iter().any(|name| squash(&tokens(name).words) == key);
            return Some(if both { Sure::Perhaps } else { Sure::No });
        }
        None
    }
}
