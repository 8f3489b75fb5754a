//! Random requests that aim at the borders of rules.
//!
//! A request is drawn to meet one rule, and then bent a little: another case, one more or one less
//! character, a slash at the end, an encoded character, the address beside the range. Everything
//! comes out of one seed, so a difference that was found once is found again.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use regex_syntax::hir::{Class, Hir, HirKind};

use super::condition::Condition;
use super::listener::{Listener, Rule};
use super::pattern::{Cidr, Glob, Texts, Token};
use super::request::Request;

/// What a wildcard for any text may stand for.
const FILLINGS: &[&str] = &["", "x", "a/b", "1", "/", "x.y", "%2F", "..", "-"];
const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "get"];
/// How often a part of a regular expression is repeated at most.
const REPEATS_MAX: u32 = 3;
/// How deep a regular expression is followed.
const DEPTH_MAX: usize = 32;

/// A stream of numbers (`SplitMix64`, Steele, Lea and Flood 2014).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// The stream of this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`; 0 if the bound is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.roll() % bound).unwrap_or(0)
    }

    /// True once in `times`.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of the list.
    pub fn pick<'l, T>(&mut self, list: &'l [T]) -> Option<&'l T> {
        list.get(self.below(list.len()))
    }
}

/// Draws requests at the borders of the rules of some listeners.
#[derive(Debug)]
pub struct Draw<'l> {
    rules: Vec<&'l Rule>,
    conditions: Vec<&'l Condition>,
    dice: Dice,
}

impl<'l> Draw<'l> {
    /// Requests for all of `listeners`, out of `seed`.
    pub fn new(listeners: &[&'l Listener], seed: u64) -> Self {
        let rules: Vec<&Rule> = listeners
            .iter()
            .flat_map(|listener| listener.rules.iter().chain([&listener.default]))
            .collect();
        let conditions = rules.iter().flat_map(|rule| &rule.conditions).collect();
        Self { rules, conditions, dice: Dice::new(seed) }
    }
}

impl Iterator for Draw<'_> {
    type Item = Request;

    /// A request that meets one rule, mixed with conditions of others, and bent.
    fn next(&mut self) -> Option<Request> {
        let Self { rules, conditions, dice } = self;
        let mut request =
            Request { method: (*dice.pick(METHODS)?).to_owned(), ..Request::default() };
        if !dice.once_in(3) {
            "GET".clone_into(&mut request.method);
        }
        if dice.once_in(3) {
            // What other rules ask for, below what this one does.
            for _ in 0..dice.below(3) {
                if let Some(condition) = dice.pick(conditions) {
                    meet(condition, &mut request, dice);
                }
            }
        }
        for condition in &dice.pick(rules)?.conditions {
            meet(condition, &mut request, dice);
        }
        for _ in 0..dice.below(3) {
            bend(&mut request, conditions, dice);
        }
        Some(request)
    }
}

/// Changes `request` so that `condition` holds, if that can be.
fn meet(condition: &Condition, request: &mut Request, dice: &mut Dice) {
    match condition {
        Condition::Host(texts) => request.host = sample(texts, dice),
        Condition::Path(texts) => {
            let path = sample(texts, dice);
            request.path = if path.starts_with('/') { path } else { format!("/{path}") };
        }
        Condition::Header(name, texts) => {
            request.headers.retain(|(present, _)| !present.eq_ignore_ascii_case(name));
            request.headers.push((name.clone(), sample(texts, dice)));
        }
        Condition::Method(methods) => {
            if let Some(method) = dice.pick(methods) {
                request.method.clone_from(method);
            }
        }
        Condition::Query(pairs) => {
            if let Some((key, value)) = dice.pick(pairs) {
                let key = key.as_ref().map_or_else(|| "q".to_owned(), |key| of_glob(key, dice));
                let value = of_glob(value, dice);
                request.query.push((key, value));
            }
        }
        Condition::Source(ranges) => {
            if let Some(range) = dice.pick(ranges) {
                request.source = near(*range, false, dice);
            }
        }
        Condition::Unknown(_) => {}
    }
}

fn sample(texts: &Texts, dice: &mut Dice) -> String {
    match texts {
        Texts::Globs(globs) => {
            dice.pick(globs).map_or_else(String::new, |glob| of_glob(glob, dice))
        }
        Texts::Regexes(list) => {
            let Some(regex) = dice.pick(list) else { return String::new() };
            let mut out = String::new();
            if let Ok(hir) = regex_syntax::parse(regex.as_str()) {
                of_regex(&hir, &mut out, DEPTH_MAX, dice);
            }
            out
        }
    }
}

fn of_glob(glob: &Glob, dice: &mut Dice) -> String {
    let mut out = String::new();
    for token in glob.tokens() {
        match token {
            Token::Byte(byte) => out.push(char::from(*byte)),
            Token::One => out.push(char::from(b'a' + u8::try_from(dice.below(26)).unwrap_or(0))),
            Token::Many => out.push_str(dice.pick(FILLINGS).copied().unwrap_or_default()),
        }
    }
    out
}

fn of_regex(hir: &Hir, out: &mut String, depth: usize, dice: &mut Dice) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(class) => out.extend(of_class(class, dice)),
        HirKind::Repetition(repetition) => {
            let most =
                repetition.max.unwrap_or(u32::MAX).min(repetition.min.saturating_add(REPEATS_MAX));
            let spare = usize::try_from(most.saturating_sub(repetition.min)).unwrap_or(0);
            let least = usize::try_from(repetition.min).unwrap_or(0).min(64);
            for _ in 0..least.saturating_add(dice.below(spare.saturating_add(1))) {
                of_regex(&repetition.sub, out, depth, dice);
            }
        }
        HirKind::Capture(capture) => of_regex(&capture.sub, out, depth, dice),
        HirKind::Concat(parts) => parts.iter().for_each(|part| of_regex(part, out, depth, dice)),
        HirKind::Alternation(parts) => {
            if let Some(part) = dice.pick(parts) {
                of_regex(part, out, depth, dice);
            }
        }
    }
}

fn of_class(class: &Class, dice: &mut Dice) -> Option<char> {
    match class {
        Class::Unicode(class) => {
            let range = dice.pick(class.ranges())?;
            let (start, end) = (u32::from(range.start()), u32::from(range.end()));
            let width = usize::try_from(end.saturating_sub(start)).unwrap_or(0).saturating_add(1);
            let step = u32::try_from(dice.below(width)).unwrap_or(0);
            char::from_u32(start.saturating_add(step)).or(Some(range.start()))
        }
        Class::Bytes(class) => dice.pick(class.ranges()).map(|range| char::from(range.start())),
    }
}

/// An address of the range, most often its first or last; with `beside` the one before or after.
fn near(range: Cidr, beside: bool, dice: &mut Dice) -> IpAddr {
    let (first, last) = range.bounds();
    let number = match (beside, dice.below(3)) {
        (true, 0) => first.saturating_sub(1),
        (true, _) => last.saturating_add(1),
        (false, 0) => first,
        (false, 1) => last,
        (false, _) => {
            let width = (last - first).saturating_add(1).max(1);
            first.saturating_add(u128::from(dice.roll()) % width)
        }
    };
    match range.address {
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::from_bits(u32::try_from(number).unwrap_or(u32::MAX))),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::from_bits(number)),
    }
}

/// Changes one part of `request` by a little.
fn bend(request: &mut Request, conditions: &[&Condition], dice: &mut Dice) {
    match dice.below(8) {
        0 => request.host = bent(&request.host, false, dice),
        1 | 2 => request.path = bent(&request.path, true, dice),
        3 => {
            let list: &[&str] = METHODS;
            request.method = dice.pick(list).map_or_else(String::new, |text| (*text).to_owned());
        }
        4 => {
            if let Some(last) = request.headers.last_mut() {
                last.1 = bent(&last.1, false, dice);
            }
        }
        5 => match request.query.last_mut() {
            Some(last) if dice.once_in(2) => last.0 = bent(&last.0, false, dice),
            Some(last) => last.1 = bent(&last.1, false, dice),
            None => request.query.push(("q".to_owned(), "1".to_owned())),
        },
        6 => {
            let ranges = conditions.iter().filter_map(|condition| match condition {
                Condition::Source(ranges) => Some(ranges.as_slice()),
                _ => None,
            });
            let ranges: Vec<Cidr> = ranges.flatten().copied().collect();
            if let Some(range) = dice.pick(&ranges) {
                request.source = near(*range, true, dice);
            }
        }
        _ => {
            request.headers.clear();
            request.query.clear();
        }
    }
}

/// `text` with one small change; a path keeps its first slash.
fn bent(text: &str, path: bool, dice: &mut Dice) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let first = usize::from(path);
    let at = first.saturating_add(dice.below(chars.len().saturating_sub(first)));
    match dice.below(7) {
        0 => chars.push(if path { '/' } else { 'x' }),
        1 => drop(chars.pop()),
        2 => chars.insert(at.min(chars.len()), 'x'),
        3 if at < chars.len() => drop(chars.remove(at)),
        4 => {
            for c in &mut chars {
                *c = if c.is_ascii_lowercase() {
                    c.to_ascii_uppercase()
                } else {
                    c.to_ascii_lowercase()
                };
            }
        }
        5 if path && at < chars.len() => {
            let code = format!("%{:02X}", u32::from(chars[at]).min(0xff));
            chars.splice(at..=at, code.chars());
        }
        _ if path => chars.insert(chars.len().min(1), '/'),
        _ => chars.insert(0, 'x'),
    }
    if path && chars.first() != Some(&'/') {
        chars.insert(0, '/');
    }
    chars.into_iter().collect()
}
