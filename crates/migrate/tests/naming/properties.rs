//! What must hold for any names at all.

use std::collections::BTreeMap;

use migrate::naming::{
    Corrections, Evidence, Kind, Named, Names, Pin, Source, infer, initial_file, scan_strings,
    templated,
};
use proptest::prelude::*;

use super::estates::{Around, Shape, estate};

fn kind() -> impl Strategy<Value = Kind> {
    prop::sample::select(vec![
        Kind::Cluster,
        Kind::Service,
        Kind::TaskDefinition,
        Kind::LoadBalancer,
        Kind::LogGroup,
        Kind::SecretPath,
        Kind::HostName,
        Kind::Schedule,
        Kind::Other,
    ])
}

fn source() -> impl Strategy<Value = Source> {
    prop::sample::select(vec![
        Source::Tag { key: "Environment".into() },
        Source::Tag { key: "service".into() },
        Source::Vpc,
        Source::LogGroup,
        Source::Cluster,
        Source::Family,
        Source::HostName,
        Source::CloudMap,
    ])
}

/// Names as people make them, and names that nobody would make.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "(dev|stag|prod|live|test|stage|acme|)[-_]?(api|web|live-chat|pay|Pay|prod-catalog|)[-_]?(dev|prd|uat|api|)",
        "\\PC{0,24}",
        "[a-z0-9-]{0,90}",
        any::<String>(),
    ]
}

fn objects() -> impl Strategy<Value = Vec<Named>> {
    let evidence = prop::collection::vec((source(), name()), 0..3);
    prop::collection::vec((kind(), name(), evidence), 0..24).prop_map(|all| {
        all.into_iter()
            .enumerate()
            .map(|(at, (kind, name, evidence))| Named {
                id: format!("id-{at}"),
                kind,
                name,
                evidence: evidence.into_iter().map(|(s, t)| Evidence::new(s, t)).collect(),
            })
            .collect()
    })
}

/// `^[a-z][a-z0-9]*(-[a-z0-9]+)*$`, at most 40.
fn canonical(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    name.len() <= 40
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.split('-').all(|part| !part.is_empty() && part.chars().all(fits))
}

/// The answers as pins.
fn as_pins(names: &Names) -> Corrections {
    let mut out = Corrections::default();
    for (id, name) in &names.objects {
        out.pins.insert(id.clone(), Pin::new(name.environment.as_deref(), name.service.as_deref()));
    }
    out
}

fn answers(names: &Names) -> BTreeMap<String, (Option<String>, Option<String>)> {
    let answer = |name: &migrate::naming::Name| (name.environment.clone(), name.service.clone());
    names.objects.iter().map(|(id, name)| (id.clone(), answer(name))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_the_input_does_not_matter(objects in objects(), seed in any::<u64>()) {
        let mut other = objects.clone();
        let mut numbers = super::estates::Numbers::new(seed);
        for at in (1..other.len()).rev() {
            other.swap(at, numbers.below(at + 1));
        }
        let none = Corrections::default();
        prop_assert_eq!(infer(&objects, &none), infer(&other, &none));
    }

    #[test]
    fn names_are_canonical_and_nothing_panics(objects in objects()) {
        let names = infer(&objects, &Corrections::default());
        prop_assert_eq!(names.objects.len(), objects.len());
        for name in names.objects.values() {
            for word in name.environment.iter().chain(&name.service) {
                prop_assert!(canonical(word), "{:?} -> {}", name.name, word);
            }
            prop_assert!((0..=1000).contains(&name.confidence.0));
        }
        prop_assert!(Corrections::parse(&initial_file(&names)).is_ok());
        for conflict in &names.conflicts {
            let open = conflict.reason().sentence().contains('{');
            prop_assert!(!open);
        }
    }

    #[test]
    fn pins_always_win(
        objects in objects(),
        pins in prop::collection::btree_map(0..24usize, ("[a-z][a-z0-9]{0,8}", "[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,5}){0,2}"), 0..6),
    ) {
        let mut corrections = Corrections::default();
        for (at, (environment, service)) in &pins {
            let pin = Pin::new(Some(environment), Some(service));
            corrections.pins.insert(format!("id-{at}"), pin);
        }
        let names = infer(&objects, &corrections);
        for (at, (environment, service)) in &pins {
            if let Some(name) = names.get(&format!("id-{at}")) {
                prop_assert_eq!(name.environment.as_ref(), Some(environment));
                prop_assert_eq!(name.service.as_ref(), Some(service));
            }
        }
    }

    #[test]
    fn its_own_answers_as_pins_change_nothing(objects in objects()) {
        let names = infer(&objects, &Corrections::default());
        let again = infer(&objects, &as_pins(&names));
        prop_assert_eq!(answers(&names), answers(&again));
    }

    #[test]
    fn any_string_can_be_scanned(text in any::<String>(), own in name()) {
        let names = infer(&[], &Corrections::default());
        let mut vocabulary = names.vocabulary;
        vocabulary.environments.extend(["dev".to_owned(), "prod".to_owned()]);
        for word in scan_strings(Some(&own), &vocabulary, &text) {
            prop_assert_eq!(&text[word.span.clone()], word.word.as_str());
        }
        templated(&text, "dev", &vocabulary);
    }

    #[test]
    fn any_file_is_read_or_refused(text in any::<String>(), shape in "(pins|aliases|ignore|notEnvironment|x):[ \\n]{1,3}[a-z:{}\\[\\], \\n&*!-]{0,40}") {
        for text in [text, shape] {
            if let Err(error) = Corrections::parse(&text) {
                prop_assert!(error.reason.code.id.starts_with("SG-M00"));
            }
        }
    }
}

#[test]
fn estates_are_stable_under_their_own_answers() {
    for seed in 0..10 {
        let estate = estate(seed, Shape::full(50, Around::Evidence));
        let names = infer(&estate.objects, &Corrections::default());
        // A third of the answers as pins: the others must not move.
        let mut some = as_pins(&names);
        let keep: Vec<String> = some.pins.keys().step_by(3).cloned().collect();
        some.pins.retain(|id, _| keep.contains(id));
        let again = infer(&estate.objects, &some);
        let moved = answers(&names)
            .iter()
            .filter(|(id, answer)| answers(&again).get(*id) != Some(*answer))
            .count();
        assert!(moved <= 2, "seed {seed}: {moved} of {} moved", names.objects.len());
    }
}
