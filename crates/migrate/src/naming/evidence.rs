//! What surrounds an object, read as hints on its environment and its service.

use std::collections::{BTreeMap, BTreeSet};

use super::candidate::{self, Candidate, How};
use super::lexicon::{Class, Lexicon};
use super::token::{name_tokens, squash};
use super::{Evidence, Kind, Named, Source, seeds};

/// A piece of evidence, read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hint {
    /// Where it was read, in words; pieces with one label share one weight.
    pub(super) label: String,
    /// How much the label counts at most, in thousandths.
    pub(super) weight: i32,
    /// How far the label, or this text of it, agrees with the names, in thousandths.
    pub(super) trust: i32,
    /// The text, for the explanation.
    pub(super) text: String,
    /// What it can speak about.
    pub(super) about: About,
    /// The environments that it names, with how surely (500 for a weak word).
    pub(super) classes: BTreeMap<Class, i32>,
    /// The readings of its text: environment and service.
    pub(super) readings: BTreeSet<(Option<Class>, String)>,
}

/// What a hint can speak about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum About {
    /// Environment and service.
    Both,
    /// The environment only: a VPC, an account, a tag.
    Environment,
    /// The service only: an image, a tag.
    Service,
}

/// How a source counts: label, weight, kind that its text is written like, subject.
fn source(source: &Source) -> Option<(String, i32, Kind, About)> {
    let both = |label: &str, weight, kind| Some((label.to_owned(), weight, kind, About::Both));
    let environment =
        |label: &str, weight| Some((label.to_owned(), weight, Kind::Other, About::Environment));
    match source {
        Source::Tag { key } if seeds::tag_says_environment(key) => {
            environment(&format!("tag {key}"), 350)
        }
        Source::Tag { key } if seeds::tag_says_service(key) => {
            Some((format!("tag {key}"), 150, Kind::Other, About::Service))
        }
        Source::Tag { key } if key == "Name" => both("tag Name", 100, Kind::Other),
        Source::Tag { .. } => None,
        Source::Vpc => environment("VPC", 150),
        Source::Account => environment("account", 200),
        Source::LogGroup => both("log group", 150, Kind::LogGroup),
        Source::SecretPath => both("secret path", 120, Kind::SecretPath),
        Source::HostName | Source::Route { .. } => both("host name", 100, Kind::HostName),
        Source::Cluster => both("cluster", 200, Kind::Cluster),
        Source::Service => both("service", 200, Kind::Service),
        Source::Family => both("family", 200, Kind::TaskDefinition),
        Source::LoadBalancer => both("load balancer", 100, Kind::LoadBalancer),
        Source::TargetGroup => both("target group", 100, Kind::TargetGroup),
        Source::CloudMap => both("Cloud Map name", 120, Kind::Namespace),
        Source::Image => Some(("image".to_owned(), 60, Kind::Repository, About::Service)),
        Source::Container => Some(("container".to_owned(), 50, Kind::Other, About::Service)),
        Source::File => both("file", 80, Kind::Other),
        Source::Other => both("other text", 40, Kind::Other),
    }
}

/// What each source counts for a reading: the mean of its texts. The hints stand by label.
pub(super) fn counts<'a>(
    hints: &'a [Hint],
    reading: &'a Candidate,
) -> impl Iterator<Item = (&'a str, i32)> {
    hints.chunk_by(|a, b| a.label == b.label).filter_map(|same| {
        let fit = |hint: &Hint| hint.weight * hint.trust / 1000 * hint.fits(reading) / 1000;
        let sum: i32 = same.iter().map(fit).sum();
        let mean = sum / i32::try_from(same.len()).unwrap_or(i32::MAX);
        (mean > 0).then_some((same.first()?.label.as_str(), mean))
    })
}

/// Reads the evidence of one object. What only repeats the object's own name says nothing new.
pub(super) fn read(own: &[String], pieces: &BTreeSet<&Evidence>, lexicon: &Lexicon) -> Vec<Hint> {
    let own_key = squash(own);
    let mut out: Vec<Hint> =
        pieces.iter().filter_map(|piece| hint(&own_key, piece, lexicon)).collect();
    out.sort();
    out
}

/// One piece of evidence as a hint; `None` if it says nothing.
fn hint(own_key: &str, piece: &Evidence, lexicon: &Lexicon) -> Option<Hint> {
    let (label, weight, kind, about) = source(&piece.source)?;
    let tokens = name_tokens(kind, &piece.text).words;
    if tokens.is_empty() || (about == About::Both && squash(&tokens) == own_key) {
        return None;
    }
    let readings = candidate::by_tokens(&tokens, lexicon);
    let classes = match about {
        About::Service => BTreeMap::new(),
        About::Both | About::Environment => classes(&readings),
    };
    let readings = readings.into_iter().map(|reading| (reading.class, reading.key)).collect();
    let hint =
        Hint { label, weight, trust: 1000, text: piece.text.clone(), about, classes, readings };
    (about != About::Environment || !hint.classes.is_empty()).then_some(hint)
}

/// The environments of the readings: strong words alone if there are any.
fn classes(readings: &[Candidate]) -> BTreeMap<Class, i32> {
    let mut out = BTreeMap::new();
    for reading in readings {
        let sure = match reading.how {
            How::Strong => 1000,
            How::Weak => 500,
            _ => continue,
        };
        if let Some(class) = reading.class {
            let slot = out.entry(class).or_insert(0);
            *slot = sure.max(*slot);
        }
    }
    if out.values().any(|sure| *sure == 1000) {
        for sure in out.values_mut().filter(|sure| **sure < 1000) {
            *sure = 200;
        }
    }
    out
}

impl Hint {
    /// How well the hint fits a reading, in thousandths.
    pub(super) fn fits(&self, reading: &Candidate) -> i32 {
        match self.about {
            About::Environment => self.fits_class(reading.class),
            About::Service => self.fits_key(&reading.key) * 10 / 3,
            About::Both => self.fits_class(reading.class) * 7 / 10 + self.fits_pair(reading),
        }
    }

    /// The share of this environment among those that the hint names.
    pub(super) fn fits_class(&self, class: Option<Class>) -> i32 {
        let total: i32 = self.classes.values().sum();
        match class.and_then(|class| self.classes.get(&class)) {
            Some(sure) => sure * sure / total.max(1),
            None => 0,
        }
    }

    /// 300 for environment and service together, less for the service alone.
    fn fits_pair(&self, reading: &Candidate) -> i32 {
        let together = self
            .readings
            .iter()
            .any(|(class, key)| *class == reading.class && class.is_some() && *key == reading.key);
        if together { 300 } else { self.fits_key(&reading.key) * 2 / 3 }
    }

    /// 300 if the text names this service, less if it contains it.
    fn fits_key(&self, key: &str) -> i32 {
        if key.is_empty() {
            return 0;
        }
        if self.readings.iter().any(|(_, read)| read == key) {
            300
        } else if key.len() >= 4 && self.readings.iter().any(|(_, read)| read.contains(key)) {
            100
        } else {
            0
        }
    }

    /// The environment that the hint names, if it is one alone.
    pub(super) fn only_class(&self) -> Option<Class> {
        let mut sure = self.classes.iter().filter(|(_, sure)| **sure >= 500);
        let first = sure.next()?;
        sure.next().is_none().then_some(*first.0)
    }
}

/// All evidence of each object, by its index: its own, and what its neighbours say back.
///
/// A service that names its cluster is evidence for the cluster too. Of a cluster with several
/// services each one counts, so that they can only agree on the environment.
pub(super) fn gather<'a>(
    objects: &[&'a Named],
    back: &'a [Vec<Evidence>],
) -> Vec<BTreeSet<&'a Evidence>> {
    let both = |(object, back): (&&'a Named, &'a Vec<Evidence>)| {
        object.evidence.iter().chain(back).collect()
    };
    objects.iter().zip(back).map(both).collect()
}

/// What the neighbours of each object say about it.
pub(super) fn reversed(objects: &[&Named]) -> Vec<Vec<Evidence>> {
    let by_name = index(objects);
    let mut out: Vec<Vec<Evidence>> = vec![Vec::new(); objects.len()];
    let mut lodgers: BTreeMap<(usize, Kind), usize> = BTreeMap::new();
    let links = links(objects, &by_name);
    for (from, target) in &links {
        if let Some(object) = objects.get(*from) {
            *lodgers.entry((*target, object.kind)).or_default() += 1;
        }
    }
    for (from, target) in links {
        let (Some(object), Some(slot)) = (objects.get(from), out.get_mut(target)) else {
            continue;
        };
        if let Some(source) = source_of(object.kind) {
            slot.push(Evidence::new(source, object.name.clone()));
        }
        if lodgers.get(&(target, object.kind)) == Some(&1) {
            slot.extend(object.evidence.iter().cloned());
        }
    }
    out
}

/// For each object the others that name it, or that it names.
pub(super) fn neighbours(objects: &[&Named]) -> Vec<BTreeSet<usize>> {
    let mut out = vec![BTreeSet::new(); objects.len()];
    for (from, target) in links(objects, &index(objects)) {
        for (at, other) in [(from, target), (target, from)] {
            if let Some(slot) = out.get_mut(at) {
                slot.insert(other);
            }
        }
    }
    out
}

/// Objects by kind and name.
fn index<'a>(objects: &[&'a Named]) -> BTreeMap<(Kind, &'a str), Vec<usize>> {
    let mut out: BTreeMap<(Kind, &str), Vec<usize>> = BTreeMap::new();
    for (at, object) in objects.iter().enumerate() {
        out.entry((object.kind, object.name.as_str())).or_default().push(at);
    }
    out
}

/// Pairs (who names, who is named), where the name is of one object only.
fn links(
    objects: &[&Named],
    by_name: &BTreeMap<(Kind, &str), Vec<usize>>,
) -> BTreeSet<(usize, usize)> {
    let mut out = BTreeSet::new();
    for (at, object) in objects.iter().enumerate() {
        for piece in &object.evidence {
            let Some(kind) = kind_of(&piece.source) else {
                continue;
            };
            if let Some([target]) = by_name.get(&(kind, piece.text.as_str())).map(Vec::as_slice)
                && *target != at
            {
                out.insert((at, *target));
            }
        }
    }
    out
}

/// The kind of object that a source names.
fn kind_of(source: &Source) -> Option<Kind> {
    match source {
        Source::Cluster => Some(Kind::Cluster),
        Source::Service => Some(Kind::Service),
        Source::Family => Some(Kind::TaskDefinition),
        Source::LogGroup => Some(Kind::LogGroup),
        Source::LoadBalancer => Some(Kind::LoadBalancer),
        Source::TargetGroup => Some(Kind::TargetGroup),
        Source::SecretPath => Some(Kind::SecretPath),
        Source::HostName => Some(Kind::HostName),
        _ => None,
    }
}

/// The source that an object of this kind is for its neighbours.
fn source_of(kind: Kind) -> Option<Source> {
    match kind {
        Kind::Cluster => Some(Source::Cluster),
        Kind::Service => Some(Source::Service),
        Kind::TaskDefinition => Some(Source::Family),
        Kind::LogGroup => Some(Source::LogGroup),
        Kind::LoadBalancer => Some(Source::LoadBalancer),
        Kind::TargetGroup => Some(Source::TargetGroup),
        Kind::HostName => Some(Source::HostName),
        Kind::SecretPath => Some(Source::SecretPath),
        _ => None,
    }
}
