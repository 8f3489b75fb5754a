//! How each name differs from what most names of the estate do.

use std::collections::{BTreeMap, BTreeSet};

use super::candidate::{Candidate, Dropped, How};
use super::canonical::Canonical;
use super::object::Object;
use super::{Deviation, Kind, Pattern, Place};

/// The habit of the estate, as names are compared with it.
pub(super) struct Habit {
    /// What people see.
    pub(super) public: Pattern,
    /// The usual place by kind.
    places: BTreeMap<Kind, Place>,
    /// The words that most names of a kind begin or end with.
    affixes: BTreeMap<Kind, BTreeSet<String>>,
    /// Whether most names use `_`.
    underscore: bool,
    /// Whether most names are CamelCase.
    camel: bool,
    /// Whether most names have capital letters.
    capitals: bool,
}

/// The habit of the estate.
pub(super) fn pattern(
    objects: &[Object<'_>],
    canonical: &Canonical,
    affixes: Vec<String>,
) -> Habit {
    let mut counts: BTreeMap<Option<Kind>, BTreeMap<Place, usize>> = BTreeMap::new();
    let mut environments: BTreeMap<String, usize> = BTreeMap::new();
    let (mut underscore, mut camel, mut capitals, mut all) = (0, 0, 0, 0);
    for object in objects {
        let Some((best, _)) = object.best() else {
            continue;
        };
        if let Some(environment) = canonical.environment(best.class) {
            *environments.entry(environment).or_default() += 1;
            for group in [None, Some(object.named.kind)] {
                *counts.entry(group).or_default().entry(best.place).or_default() += 1;
            }
        }
        all += 1;
        underscore += usize::from(object.tokens.style.underscore);
        camel += usize::from(object.tokens.style.camel);
        capitals += usize::from(object.tokens.style.capitals);
    }
    let usual = |group| counts.get(&group).and_then(most);
    let public = Pattern {
        places: counts.get(&None).cloned().unwrap_or_default(),
        usual: usual(None),
        affixes,
        environments: by_count(environments),
    };
    Habit {
        places: counts
            .keys()
            .flatten()
            .filter_map(|kind| Some((*kind, usual(Some(*kind))?)))
            .collect(),
        affixes: affixes_by_kind(objects),
        public,
        underscore: underscore * 2 > all,
        camel: camel * 2 > all,
        capitals: capitals * 2 > all,
    }
}

/// The words that were cut off most names of each kind.
fn affixes_by_kind(objects: &[Object<'_>]) -> BTreeMap<Kind, BTreeSet<String>> {
    let mut out: BTreeMap<Kind, BTreeSet<String>> = BTreeMap::new();
    for object in objects {
        out.entry(object.named.kind).or_default().extend(cut_off(object).cloned());
    }
    out
}

/// The words that were cut off this name.
fn cut_off<'a>(object: &'a Object<'_>) -> impl Iterator<Item = &'a String> {
    object.tokens.words.iter().filter(|word| !object.words.contains(word))
}

/// The item with the highest count; the first one if several have it.
fn most<I: Copy>(counts: &BTreeMap<I, usize>) -> Option<I> {
    let highest = counts.values().max()?;
    counts.iter().find(|(_, count)| *count == highest).map(|(item, _)| *item)
}

/// The items, most used first.
fn by_count(counts: BTreeMap<String, usize>) -> Vec<String> {
    let mut out: Vec<(String, usize)> = counts.into_iter().collect();
    out.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    out.into_iter().map(|(item, _)| item).collect()
}

/// How this name differs.
pub(super) fn of(
    object: &Object<'_>,
    best: &Candidate,
    habit: &Habit,
    canonical: &Canonical,
) -> Vec<Deviation> {
    let mut out = Vec::new();
    if let Some(usual) = habit.places.get(&object.named.kind)
        && best.how != How::Pinned
        && best.class.is_some()
        && best.place != *usual
    {
        out.push(Deviation::Position { place: best.place, usual: *usual });
    }
    if let (Some(word), Some(usual)) = (&best.word, canonical.environment(best.class))
        && *word != usual
    {
        out.push(Deviation::Word { word: word.clone(), usual });
    }
    separators(&mut out, object, best, habit);
    affixes(&mut out, object, best, habit);
    out
}

/// Separators and capital letters.
fn separators(out: &mut Vec<Deviation>, object: &Object<'_>, best: &Candidate, habit: &Habit) {
    let style = object.tokens.style;
    let usual = if habit.camel {
        "are in CamelCase"
    } else if habit.underscore {
        "have `_`"
    } else {
        "have `-`"
    };
    let found = if matches!(best.how, How::Glued | How::GluedWeak) {
        Some("without a separator")
    } else if style.camel && !habit.camel {
        Some("in CamelCase")
    } else if style.underscore && !habit.underscore {
        Some("with `_`")
    } else {
        None
    };
    if let Some(found) = found {
        let (found, usual) = (found.to_owned(), usual.to_owned());
        out.push(Deviation::Separator { found, usual });
    } else if style.capitals && !habit.capitals {
        out.push(Deviation::Case);
    }
}

/// Prefixes and suffixes.
fn affixes(out: &mut Vec<Deviation>, object: &Object<'_>, best: &Candidate, habit: &Habit) {
    if let Some(Dropped { word, .. }) = &best.dropped {
        out.push(Deviation::Affix { word: word.clone(), extra: true });
    }
    let Some(usual) = habit.affixes.get(&object.named.kind) else {
        return;
    };
    for word in usual.iter().filter(|word| !object.tokens.words.contains(word)) {
        out.push(Deviation::Affix { word: word.clone(), extra: false });
    }
}
