//! The one way to write each environment and each service.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::answer::word_of;
use super::candidate::{Candidate, How};
use super::lexicon::{Class, Lexicon};
use super::object::Object;
use super::{Name, Vocabulary, Word};

/// Longest name of a service.
const LENGTH_MAX: usize = 40;

/// The canonical words of the estate.
#[derive(Debug, Clone, Default)]
pub(super) struct Canonical {
    /// The word of each environment.
    environments: BTreeMap<Class, String>,
    /// Service without separators → as most names write it.
    services: BTreeMap<String, String>,
    /// How often each word is used for each environment.
    used: BTreeMap<(Class, String), usize>,
}

impl Canonical {
    /// Counts how environments and services are written.
    pub(super) fn of(objects: &[Object<'_>], lexicon: &Lexicon) -> Self {
        let mut used: BTreeMap<(Class, String), usize> = BTreeMap::new();
        let mut forms: BTreeMap<&str, BTreeMap<String, (usize, usize)>> = BTreeMap::new();
        for object in objects {
            let Some((best, _)) = object.best() else {
                continue;
            };
            if let (Some(class), Some(word)) = (best.class, word_of(best)) {
                *used.entry((class, word.to_owned())).or_default() += 1;
            }
            let said = object.pin.as_ref().and_then(|pin| pin.service.text());
            let form = said.map_or_else(|| best.words.join("-"), str::to_owned);
            let slot = forms.entry(&best.key).or_default().entry(form).or_default();
            slot.0 += usize::from(said.is_some());
            // A glued reading or a name of one token does not show where words end.
            let shows = !matches!(best.how, How::Glued | How::GluedWeak) && object.words.len() > 1;
            slot.1 += usize::from(shows);
        }
        let services =
            forms.into_iter().map(|(key, forms)| (key.to_owned(), most(forms))).collect();
        Self { environments: environments(&used, lexicon), services, used }
    }

    /// The word of the environment.
    pub(super) fn environment(&self, class: Option<Class>) -> Option<String> {
        self.environments.get(&class?).cloned()
    }

    /// The name of the reading's service; `None` if the name says nothing but the environment.
    pub(super) fn service(&self, reading: &Candidate, name: &str) -> Option<String> {
        if reading.key.is_empty() {
            return if reading.class.is_some() { None } else { unreadable(name) };
        }
        let form = self.services.get(&reading.key).cloned();
        Some(valid(&form.unwrap_or_else(|| reading.words.join("-"))))
    }

    /// The words of the estate, for those who scan strings.
    pub(super) fn vocabulary(
        &self,
        lexicon: &Lexicon,
        names: &BTreeMap<String, Name>,
    ) -> Vocabulary {
        let words = lexicon.words.iter().filter_map(|(word, meaning)| {
            let used = self.used.get(&(meaning.class, word.clone())).copied().unwrap_or(0);
            let environment = self.environments.get(&meaning.class)?.clone();
            let learned = meaning.learned;
            Some((word.clone(), Word { environment, strength: meaning.strength, learned, used }))
        });
        let mut services: BTreeSet<String> =
            names.values().filter_map(|name| name.service.clone()).collect();
        services.extend(lexicon.blocked.iter().map(|words| words.join("-")));
        Vocabulary {
            words: words.collect(),
            services,
            environments: names.values().filter_map(|name| name.environment.clone()).collect(),
        }
    }
}

/// The form with most pins, then most names, then most hyphens, then the first by letters.
fn most(forms: BTreeMap<String, (usize, usize)>) -> String {
    forms
        .into_iter()
        .max_by_key(|(form, counts)| (*counts, form.matches('-').count(), Reverse(form.clone())))
        .map(|(form, _)| form)
        .unwrap_or_default()
}

/// The most used word of each environment; the usual one if none is used more.
fn environments(
    used: &BTreeMap<(Class, String), usize>,
    lexicon: &Lexicon,
) -> BTreeMap<Class, String> {
    let mut out = BTreeMap::new();
    for (class, default) in lexicon.classes.iter().enumerate() {
        let words = used.iter().filter(|((of, _), _)| *of == class);
        let most = words
            .max_by_key(|((_, word), count)| (**count, word == default, Reverse(word.clone())));
        let word = match lexicon.given.get(&class) {
            Some(given) => given.clone(),
            None => most.map_or_else(|| default.clone(), |((_, word), _)| valid(word)),
        };
        out.insert(class, word);
    }
    out
}

/// Makes a name match `^[a-z][a-z0-9]*(-[a-z0-9]+)*$` with at most 40 characters.
pub(super) fn valid(name: &str) -> String {
    let mut out = String::new();
    for part in name.split('-').filter(|part| !part.is_empty()) {
        if out.is_empty() && part.starts_with(|c: char| c.is_ascii_digit()) {
            out.push_str("svc");
        }
        if !out.is_empty() {
            out.push('-');
        }
        out.push_str(part);
    }
    shortened(out)
}

/// Cuts at the last hyphen that fits, so that no half word stays.
fn shortened(name: String) -> String {
    if name.len() <= LENGTH_MAX {
        return name;
    }
    let head = name.get(..=LENGTH_MAX).unwrap_or(&name);
    let cut = match head.rfind('-') {
        Some(at) if at >= LENGTH_MAX / 2 => at,
        _ => LENGTH_MAX,
    };
    name.get(..cut).unwrap_or_default().trim_end_matches('-').to_owned()
}

/// Whether the text is a canonical name.
pub(super) fn is_valid(name: &str) -> bool {
    let part_ok = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    name.len() <= LENGTH_MAX
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.split('-').all(part_ok)
}

/// A name for a name without a letter or digit that Kubernetes could keep.
fn unreadable(name: &str) -> Option<String> {
    if name.is_empty() {
        return None;
    }
    // FNV-1a: stable between runs and versions, which std's hasher does not promise.
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    Some(format!("unnamed-{:08x}", hash >> 32))
}
