//! How a check gathers what it finds: facts that it reads, numbers that it compares.

use std::collections::BTreeMap;
use std::fmt::{self, Display};

use jiff::Timestamp;
use model::facts::balancers::Balancer;
use model::facts::{Fact, Facts, Known};

use super::limits::{AGE_SECS_MAX, AHEAD_SECS_MAX, LIVE_AGE_SECS_MAX, NAMED_MAX};
use super::terms::{Mechanism, Platform, Terms};
use super::verdict::{Effect, Source};

/// What a check is given.
#[derive(Clone, Copy)]
pub(super) struct Cx<'a> {
    pub(super) facts: &'a Facts,
    pub(super) terms: &'a Terms,
    pub(super) now: Timestamp,
}

impl<'a> Cx<'a> {
    /// A case with nothing in it yet.
    pub(super) fn case(&self) -> Case {
        Case::new(self.now)
    }

    /// A case that has no meaning here.
    pub(super) fn skip(&self, why: &str) -> Case {
        Case { why: Some(why.to_owned()), ..self.case() }
    }

    pub(super) fn is_local(&self) -> bool {
        self.terms.mechanism == Mechanism::Local
    }

    /// Why a check of names or of two balancers has no meaning.
    pub(super) fn names_stay(&self) -> Option<&'static str> {
        match self.terms.mechanism {
            Mechanism::SameAlb => Some("both sides are behind one balancer and no name moves"),
            Mechanism::Local => Some("Segue's own balancer serves both sides and no name moves"),
            Mechanism::Bridge | Mechanism::Route53 => None,
        }
    }

    /// Why a check of the load balancer controller has no meaning.
    pub(super) fn no_controller(&self) -> Option<&'static str> {
        let sides = [self.terms.old.platform, self.terms.new.platform];
        if self.is_local() {
            Some("Segue's own balancer takes the place of the load balancer controller")
        } else if !sides.contains(&Platform::Kubernetes) {
            Some("no side runs on Kubernetes")
        } else {
            None
        }
    }

    /// The balancers that send to the new side, with their names.
    pub(super) fn facing_new(&self) -> Vec<(&'static str, &'a Balancer)> {
        let both = &self.facts.balancers;
        match self.terms.mechanism {
            Mechanism::SameAlb | Mechanism::Local => vec![("the balancer", &both.old)],
            Mechanism::Bridge => {
                vec![("the old balancer", &both.old), ("the new balancer", &both.new)]
            }
            Mechanism::Route53 => vec![("the new balancer", &both.new)],
        }
    }

    /// Every balancer of the shift, with its name.
    pub(super) fn balancers(&self) -> Vec<(&'static str, &'a Balancer)> {
        let both = &self.facts.balancers;
        match self.terms.mechanism {
            Mechanism::SameAlb | Mechanism::Local => vec![("the balancer", &both.old)],
            Mechanism::Bridge | Mechanism::Route53 => {
                vec![("the old balancer", &both.old), ("the new balancer", &both.new)]
            }
        }
    }
}

/// What a check has found so far.
pub(super) struct Case {
    now: Timestamp,
    good: Vec<String>,
    bad: Vec<String>,
    notes: Vec<String>,
    worst: Option<Effect>,
    missing: Vec<String>,
    sources: Vec<Source>,
    numbers: BTreeMap<String, String>,
    why: Option<String>,
}

/// A number with its unit.
pub(super) struct Amount {
    number: u128,
    unit: &'static str,
}

impl<T: Into<u128>> From<T> for Amount {
    fn from(number: T) -> Self {
        Self { number: number.into(), unit: "" }
    }
}

impl Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.number, self.unit)
    }
}

/// So many seconds.
pub(super) fn secs(number: impl Into<u128>) -> Amount {
    Amount { number: number.into(), unit: " s" }
}

/// So many milliseconds.
pub(super) fn ms(number: impl Into<u128>) -> Amount {
    Amount { number: number.into(), unit: " ms" }
}

/// So many hundredths.
pub(super) fn percent(number: impl Into<u128>) -> Amount {
    Amount { number: number.into(), unit: " %" }
}

/// A case with everything heard.
pub(super) enum Heard {
    /// It has no meaning, for this reason.
    Meaningless(String),
    /// This much is not known, and nothing else is wrong.
    Missing(String),
    /// This was found, and it is well.
    Good(String),
    /// This was found, and it is not.
    Bad(String),
}

#[expect(
    clippy::ref_option,
    reason = "facts are read where they stand, and an absent one has to be named"
)]
impl Case {
    fn new(now: Timestamp) -> Self {
        Self {
            now,
            good: Vec::new(),
            bad: Vec::new(),
            notes: Vec::new(),
            worst: None,
            missing: Vec::new(),
            sources: Vec::new(),
            numbers: BTreeMap::new(),
            why: None,
        }
    }

    /// A fact that stays as it is for a day; noted as missing if it is absent or older.
    pub(super) fn know<'f, T>(&mut self, fact: &'f Known<T>, what: &str) -> Option<&'f T> {
        self.read(fact, what, AGE_SECS_MAX)
    }

    /// A fact that changes while requests move; noted as missing if it is absent or minutes old.
    pub(super) fn live<'f, T>(&mut self, fact: &'f Known<T>, what: &str) -> Option<&'f T> {
        self.read(fact, what, LIVE_AGE_SECS_MAX)
    }

    /// Whether a fact of a day is there, for checks that can do without it.
    pub(super) fn has<T>(&self, fact: &Known<T>) -> bool {
        let ages = -AHEAD_SECS_MAX..=AGE_SECS_MAX;
        fact.as_ref().is_some_and(|fact| ages.contains(&self.age_secs(fact)))
    }

    fn age_secs<T>(&self, fact: &Fact<T>) -> i64 {
        self.now.duration_since(fact.at).as_secs()
    }

    fn read<'f, T>(&mut self, fact: &'f Known<T>, what: &str, most: i64) -> Option<&'f T> {
        let Some(fact) = fact else {
            self.missing(what);
            return None;
        };
        let age = self.age_secs(fact);
        if age > most {
            self.missing(format!("{what} (last read {age} s ago, at most {most})"));
            return None;
        }
        if age < -AHEAD_SECS_MAX {
            self.missing(format!("{what} (read {} s in the future: look at the clocks)", -age));
            return None;
        }
        self.sources.push(Source { from: fact.from.clone(), at: fact.at });
        Some(&fact.value)
    }

    /// Something that must be known and is not.
    pub(super) fn missing(&mut self, what: impl Into<String>) {
        self.missing.push(what.into());
    }

    /// Something that must hold; the text says what was found, whether it holds or not.
    pub(super) fn must(&mut self, holds: bool, found: impl Into<String>) {
        self.or(Effect::Hold, holds, found);
    }

    /// The same, where a running shift does more than pause.
    pub(super) fn or(&mut self, effect: Effect, holds: bool, found: impl Into<String>) {
        if holds {
            self.good.push(found.into());
        } else {
            self.bad.push(found.into());
            self.worst = self.worst.max(Some(effect));
        }
    }

    /// A number with the least that it may be.
    pub(super) fn at_least(
        &mut self,
        name: &str,
        have: impl Into<Amount>,
        needed: impl Into<Amount>,
    ) {
        let (have, needed) = (have.into(), needed.into());
        self.must(have.number >= needed.number, format!("{name}: {have}, needed {needed}"));
        self.number(name, have);
        self.number(&format!("{name} needed"), needed);
    }

    /// A number with the most that it may be.
    pub(super) fn at_most(
        &mut self,
        name: &str,
        have: impl Into<Amount>,
        allowed: impl Into<Amount>,
    ) {
        let (have, allowed) = (have.into(), allowed.into());
        self.must(have.number <= allowed.number, format!("{name}: {have}, at most {allowed}"));
        self.number(name, have);
        self.number(&format!("{name} allowed"), allowed);
    }

    /// Names of which there may be none: each is found to be `wrong`, or all is `well`.
    pub(super) fn none_of<T: Display>(
        &mut self,
        names: impl IntoIterator<Item = T>,
        well: &str,
        wrong: &str,
    ) {
        let names: Vec<String> = names.into_iter().map(|name| name.to_string()).collect();
        let more = names.len().saturating_sub(NAMED_MAX);
        let mut list = names[..names.len() - more].join(", ");
        if more > 0 {
            list = format!("{list} and {more} more");
        }
        let found = if names.is_empty() { well.to_owned() } else { format!("{wrong}: {list}") };
        self.number(wrong, names.len());
        self.must(names.is_empty(), found);
    }

    /// A remark that decides nothing.
    pub(super) fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    /// Turns the case into one that has no meaning.
    pub(super) fn because_not(mut self, why: &str) -> Self {
        self.why = Some(why.to_owned());
        self
    }

    fn number(&mut self, name: &str, value: impl Display) {
        self.numbers.insert(name.to_owned(), value.to_string());
    }

    /// Whether so far nothing is wrong and nothing is missing.
    pub(super) fn is_clean(&self) -> bool {
        self.bad.is_empty() && self.missing.is_empty()
    }

    /// The gravest thing that a running shift does about what is wrong.
    pub(super) fn worst(&self) -> Option<Effect> {
        self.worst
    }

    /// Everything heard, with the numbers and the sources. What is wrong outweighs what is not
    /// known: more data cannot mend it.
    pub(super) fn close(self) -> (Heard, BTreeMap<String, String>, Vec<Source>) {
        let heard_nothing = self.good.is_empty() && self.bad.is_empty();
        let missing = match (self.missing.is_empty(), heard_nothing) {
            (true, true) => "anything to compare".to_owned(),
            (true, false) | (false, _) => self.missing.join("; "),
        };
        let heard = if let Some(why) = self.why {
            Heard::Meaningless(why)
        } else if !self.bad.is_empty() {
            let mut found = [self.bad, self.notes].concat();
            if !missing.is_empty() {
                found.push(format!("not known: {missing}"));
            }
            Heard::Bad(found.join("; "))
        } else if !missing.is_empty() {
            Heard::Missing(missing)
        } else {
            Heard::Good([self.good, self.notes].concat().join("; "))
        };
        (heard, self.numbers, self.sources)
    }
}
