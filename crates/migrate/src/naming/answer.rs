//! Turns the ranked readings into the answer: canonical words, verdicts, explanations.

use std::collections::BTreeMap;

use model::{Reason, code::migrate as codes};

use super::candidate::{Candidate, How};
use super::canonical::Canonical;
use super::estate::Estate;
use super::lexicon::Lexicon;
use super::object::Object;
use super::score::Score;
use super::{
    Basis, Corrections, Name, Named, Names, Points, RunnerUp, Verdict, Weight, conflict, deviation,
    evidence, explain,
};

/// The answer for the whole estate.
pub(super) fn answer(
    objects: &[Object<'_>],
    ignored: &[&Named],
    estate: &Estate,
    lexicon: &Lexicon,
    affixes: Vec<String>,
    corrections: &Corrections,
) -> Names {
    let canonical = Canonical::of(objects, lexicon);
    let pattern = deviation::pattern(objects, &canonical, affixes);
    let mut names = BTreeMap::new();
    for (index, object) in objects.iter().enumerate() {
        let mut name = one(index, object, estate, lexicon, &canonical);
        if let Some((best, _)) = object.best() {
            name.deviations = deviation::of(object, best, &pattern, &canonical);
        }
        names.insert(object.named.id.clone(), name);
    }
    names.extend(ignored.iter().map(|object| (object.id.clone(), left_out(object))));
    let conflicts = conflict::find(objects, &names);
    let vocabulary = canonical.vocabulary(lexicon, &names);
    let findings = unused(objects, ignored, corrections);
    Names { objects: names, vocabulary, pattern: pattern.public, conflicts, findings }
}

/// The answer for one object.
fn one(
    index: usize,
    object: &Object<'_>,
    estate: &Estate,
    lexicon: &Lexicon,
    canonical: &Canonical,
) -> Name {
    let margin = Points(object.margin());
    let mut name = left_out(object.named);
    name.confidence = margin;
    name.verdict = Verdict::of(margin);
    let Some((best, _)) = object.best() else {
        return name;
    };
    name.environment = canonical.environment(best.class);
    name.service = canonical.service(best, &object.named.name);
    name.runner_up = object.second().map(|(reading, score)| RunnerUp {
        environment: canonical.environment(reading.class),
        service: canonical.service(reading, &object.named.name),
        score: Points(score),
    });
    let score = object.score(index, best, estate, lexicon);
    name.because = because(object, best, &score, canonical);
    obey(object, &mut name);
    name
}

/// What a pin says wins, word by word.
fn obey(object: &Object<'_>, name: &mut Name) {
    let Some(pin) = &object.pin else { return };
    name.environment = pin.environment.or(name.environment.take());
    name.service = pin.service.or(name.service.take());
    name.verdict = Verdict::Pinned;
    name.confidence = Points(1000);
    name.runner_up = None;
    name.because = vec![Weight {
        basis: Basis::Pin,
        points: Points(1000),
        says: "pinned in naming.yaml".to_owned(),
    }];
}

/// What counted, the heaviest first.
fn because(
    object: &Object<'_>,
    best: &Candidate,
    score: &Score,
    canonical: &Canonical,
) -> Vec<Weight> {
    let mut out = Vec::new();
    for (basis, points) in score.parts.iter().filter(|(_, points)| **points != 0) {
        if *basis == Basis::Evidence {
            continue;
        }
        let says = explain::part(*basis, *points, best, canonical);
        out.push(Weight { basis: *basis, points: Points(*points), says });
    }
    for (label, points) in evidence::counts(&object.hints, best) {
        let says = explain::evidence(label, &object.hints);
        out.push(Weight { basis: Basis::Evidence, points: Points(points), says });
    }
    out.sort_by_key(|weight| (std::cmp::Reverse(weight.points.0.abs()), weight.basis));
    out
}

/// An object about which nothing was inferred.
fn left_out(object: &Named) -> Name {
    Name {
        kind: object.kind,
        name: object.name.clone(),
        environment: None,
        service: None,
        confidence: Points::ZERO,
        verdict: Verdict::Ignored,
        runner_up: None,
        because: Vec::new(),
        deviations: Vec::new(),
    }
}

/// Entries of `naming.yaml` that match no object.
fn unused(objects: &[Object<'_>], ignored: &[&Named], corrections: &Corrections) -> Vec<Reason> {
    let all = || objects.iter().map(|object| object.named).chain(ignored.iter().copied());
    corrections.unused(all())
}

/// Whether the reading has a word that can be counted as the estate's own.
pub(super) fn word_of(reading: &Candidate) -> Option<&str> {
    let plain = matches!(reading.how, How::Strong | How::Weak | How::Glued | How::GluedWeak);
    reading.word.as_deref().filter(|_| plain)
}

impl Corrections {
    /// A finding for each pin or ignored name that no object has.
    pub(super) fn unused<'a>(&self, objects: impl Iterator<Item = &'a Named>) -> Vec<Reason> {
        let mut have = std::collections::BTreeSet::new();
        for object in objects {
            have.insert(object.id.as_str());
            have.insert(object.name.as_str());
        }
        let missing = |list: &'static str, key: &String| {
            (!have.contains(key.as_str()))
                .then(|| Reason::new(&codes::NAMING_PIN_UNUSED).with("pin", key).with("list", list))
        };
        let pins = self.pins.keys().filter_map(|key| missing("pins", key));
        pins.chain(self.ignore.iter().filter_map(|key| missing("ignore", key))).collect()
    }
}
