//! The rounds of the inference: read, weigh, learn from what was believed, weigh again.

use std::collections::{BTreeMap, BTreeSet};

use super::answer::answer;
use super::candidate::{self, How};
use super::estate::{Believed, Estate};
use super::lexicon::Lexicon;
use super::object::Object;
use super::token::{name_tokens, squash};
use super::{
    Corrections, Evidence, Kind, Named, Names, Source, affix, evidence, learn, organisation,
};

/// Rounds of weighing at most; the readings of most estates stand still after five.
const ROUNDS_MAX: usize = 10;
/// Rounds at least: what one name teaches reaches its neighbours a round later.
const ROUNDS_MIN: usize = 4;

/// Infers environment and service of every object.
///
/// Never fails: what cannot be told is returned with the verdict [`super::Verdict::Ask`]. Check the
/// corrections with [`Corrections::check`] first if their mistakes should stop the command.
pub fn infer(objects: &[Named], corrections: &Corrections) -> Names {
    let merged = merged(objects);
    let (ignored, kept): (Vec<&Named>, Vec<&Named>) =
        merged.values().partition(|object| corrections.ignores(object));
    let mut lexicon = Lexicon::new(corrections);
    let back = evidence::reversed(&kept);
    let mut objects = prepare(&kept, corrections);
    mark_repeated(&mut objects);
    let affixes = learn_words(&kept, &mut objects, &mut lexicon);
    read_evidence(&kept, &back, &mut objects, &lexicon);
    for object in &mut objects {
        object.cut(&lexicon);
    }
    let mut organisations = learn::organisations(&kept, &affixes, &lexicon);
    organisations.extend(organisation::replacing(&objects, &lexicon));
    let neighbours = evidence::neighbours(&kept);
    let estate = rounds(&mut objects, &neighbours, &lexicon, &organisations);
    answer(&objects, &ignored, &estate, &lexicon, affixes, corrections)
}

/// The objects by id; of two with one id, the evidence of both.
fn merged(objects: &[Named]) -> BTreeMap<&str, Named> {
    let mut sorted: Vec<&Named> = objects.iter().collect();
    sorted.sort();
    let mut out: BTreeMap<&str, Named> = BTreeMap::new();
    for object in sorted {
        out.entry(&object.id)
            .and_modify(|first| first.evidence.extend(object.evidence.iter().cloned()))
            .or_insert_with(|| object.clone());
    }
    out
}

/// The objects with their tokens and pins.
fn prepare<'a>(kept: &[&'a Named], corrections: &Corrections) -> Vec<Object<'a>> {
    kept.iter()
        .map(|named| Object {
            named,
            tokens: name_tokens(named.kind, &named.name),
            words: Vec::new(),
            whole: String::new(),
            pin: corrections.pin(named).cloned(),
            hints: Vec::new(),
            plain: Vec::new(),
            glued: Vec::new(),
            readings: Vec::new(),
            ranked: Vec::new(),
            repeated: false,
            owners: Vec::new(),
            ceiling: 1000,
        })
        .collect()
}

/// Marks services whose name others have too, in other clusters.
fn mark_repeated(objects: &mut [Object<'_>]) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for object in objects.iter().filter(|object| object.named.kind == Kind::Service) {
        *counts.entry(&object.named.name).or_default() += 1;
    }
    for object in objects.iter_mut().filter(|object| object.named.kind == Kind::Service) {
        object.repeated = counts.get(object.named.name.as_str()).is_some_and(|count| *count > 1);
    }
}

/// Learns words and affixes, and cuts the affixes off; returns them.
fn learn_words(kept: &[&Named], objects: &mut [Object<'_>], lexicon: &mut Lexicon) -> Vec<String> {
    lexicon.add_numbered(objects.iter().flat_map(|object| &object.tokens.words));
    learn::from_tags(kept, lexicon);
    for object in objects.iter_mut() {
        object.words.clone_from(&object.tokens.words);
    }
    let mut affixes = BTreeSet::new();
    let kinds: BTreeSet<Kind> = objects.iter().map(|object| object.named.kind).collect();
    for kind in kinds {
        let mut words: Vec<&mut Vec<String>> = objects
            .iter_mut()
            .filter(|object| object.named.kind == kind)
            .map(|object| &mut object.words)
            .collect();
        affixes.extend(affix::strip(&mut words, lexicon));
    }
    for object in objects.iter_mut() {
        object.whole = squash(&object.words);
    }
    let names: Vec<&Vec<String>> =
        objects.iter().filter(|object| object.is_primary()).map(|object| &object.words).collect();
    learn::by_substitution(&names, lexicon);
    learn::merge_same(&names, lexicon);
    affixes.into_iter().collect()
}

/// Reads what surrounds each object.
fn read_evidence(
    kept: &[&Named],
    back: &[Vec<Evidence>],
    objects: &mut [Object<'_>],
    lexicon: &Lexicon,
) {
    for (object, pieces) in objects.iter_mut().zip(evidence::gather(kept, back)) {
        object.hints = evidence::read(&object.tokens.words, &pieces, lexicon);
    }
}

/// Reads and weighs until the readings stand still.
fn rounds(
    objects: &mut [Object<'_>],
    neighbours: &[BTreeSet<usize>],
    lexicon: &Lexicon,
    organisations: &BTreeSet<String>,
) -> Estate {
    let mut estate = first(objects).with_organisations(organisations);
    let mut known = known_at_first(objects);
    let mut before = Vec::new();
    for round in 0..ROUNDS_MAX {
        for (index, object) in objects.iter_mut().enumerate() {
            object.read(lexicon, &estate, &known);
            object.rank(index, &estate, lexicon);
        }
        let now: Vec<_> = objects.iter().map(Object::state).collect();
        let still = now == before && round + 1 >= ROUNDS_MIN;
        if still || round + 1 == ROUNDS_MAX {
            break;
        }
        before = now;
        weigh_sources(objects);
        tell_owners(objects, neighbours);
        estate = Estate::of(believed(objects)).with_organisations(organisations);
        known.extend(known_now(objects));
    }
    estate
}

/// Tells load balancers, log groups and the like what the services around them are believed to be.
///
/// Clusters, services and families are not told: they would repeat each other's mistakes.
fn tell_owners(objects: &mut [Object<'_>], neighbours: &[BTreeSet<usize>]) {
    let believed: Vec<Option<candidate::Candidate>> = objects
        .iter()
        .map(|object| {
            let sure = object.is_primary() && object.margin() >= 100;
            object.best().filter(|_| sure).map(|(reading, _)| reading.clone())
        })
        .collect();
    for (object, around) in objects.iter_mut().zip(neighbours) {
        if object.is_wide() {
            let owners = around.iter().filter_map(|at| believed.get(*at)?.clone());
            object.owners = owners.collect();
        }
    }
}

/// What whole tokens say, before anything was weighed.
fn first(objects: &[Object<'_>]) -> Estate {
    let believed = objects.iter().enumerate().flat_map(|(at, object)| {
        let named = object.plain.iter().filter(|reading| reading.how != How::Nothing);
        named.map(move |reading| Believed {
            object: at,
            kind: object.named.kind,
            reading,
            sure: if reading.how == How::Strong { 1000 } else { 500 },
            score: i32::MIN,
        })
    });
    Estate::of(believed)
}

/// The readings that came out best.
fn believed<'a>(objects: &'a [Object<'_>]) -> impl Iterator<Item = Believed<'a>> {
    objects.iter().enumerate().filter_map(|(at, object)| {
        let (reading, score) = object.best()?;
        let sure = if object.margin() >= 100 { 1000 } else { 600 };
        Some(Believed { object: at, kind: object.named.kind, reading, sure, score })
    })
}

/// Services by whole tokens: with a strong word, or in a name without any word.
fn known_at_first(objects: &[Object<'_>]) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for object in objects.iter().filter(|object| object.is_primary()) {
        let alone = object.plain.len() == 1;
        let clear = |reading: &&candidate::Candidate| alone || reading.how == How::Strong;
        out.extend(object.plain.iter().filter(clear).map(|reading| reading.key.clone()));
    }
    out.extend(said_services(objects));
    out
}

/// Services that tags and pins name.
fn said_services<'a>(objects: &'a [Object<'_>]) -> impl Iterator<Item = String> + 'a {
    let tags = objects.iter().flat_map(|object| &object.named.evidence).filter_map(|piece| {
        let Source::Tag { key } = &piece.source else {
            return None;
        };
        super::seeds::tag_says_service(key)
            .then(|| squash(&super::token::tokens(&piece.text).words))
    });
    let pins = objects
        .iter()
        .filter_map(|object| object.pin.as_ref()?.service.text())
        .map(|text| squash(&super::token::tokens(text).words));
    tags.chain(pins)
}

/// Services that were inferred with some confidence.
fn known_now(objects: &[Object<'_>]) -> BTreeSet<String> {
    objects
        .iter()
        .filter(|object| object.is_primary() && object.margin() >= 100)
        .filter_map(|object| Some(object.best()?.0.key.clone()))
        .collect()
}

/// Sets how far each source, and each text that four objects share, agrees with what names say.
fn weigh_sources(objects: &mut [Object<'_>]) {
    /// So many objects under one text are judged by that text alone.
    const SHARED_MIN: i64 = 4;
    let mut sums: BTreeMap<(String, Option<String>), (i64, i64)> = BTreeMap::new();
    for object in objects.iter() {
        let Some((best, _)) = object.best() else {
            continue;
        };
        let sure = matches!(best.how, How::Strong | How::Pinned) && object.margin() >= 250;
        if !sure {
            continue;
        }
        for hint in object.hints.iter().filter(|hint| !hint.classes.is_empty()) {
            for text in [None, Some(hint.text.clone())] {
                let slot = sums.entry((hint.label.clone(), text)).or_default();
                slot.0 += i64::from(hint.fits_class(best.class));
                slot.1 += 1;
            }
        }
    }
    sums.retain(|(_, text), (_, count)| text.is_none() || *count >= SHARED_MIN);
    for hint in objects.iter_mut().flat_map(|object| &mut object.hints) {
        let by_text = sums.get(&(hint.label.clone(), Some(hint.text.clone())));
        let sum = by_text.or_else(|| sums.get(&(hint.label.clone(), None)));
        hint.trust = sum.map_or(1000, |(agree, count)| trust(*agree, *count));
    }
}

/// 1000 for a source that always agrees, 0 for one that agrees in half of the cases.
fn trust(agree: i64, count: i64) -> i32 {
    let share = (agree + 3000) * 10 / (count * 10 + 33);
    i32::try_from((2 * share - 900).clamp(0, 1000)).unwrap_or(1000)
}
