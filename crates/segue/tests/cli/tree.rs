//! The same snapshot gives the same tree, byte for byte, however often and in whatever order.

use crate::estate;
use crate::support::{Case, differing};

#[test]
fn the_whole_estate_twice() {
    let case = Case::new();
    let estate = estate::whole();
    let line = |out: &str| format!("migrate plan {} --out {out}", estate.display());
    let first = case.done(&line("config"));
    assert!(first.contains("20 services") && first.contains("60 ECS clusters"), "{first}");
    let before = case.files("config");
    let second = case.done(&line("config"));
    assert!(second.starts_with("No changes."), "{second}");
    assert_eq!(differing(&before, &case.files("config")), [""; 0]);
}

#[test]
fn snapshots_in_another_order() {
    let case = Case::new();
    let of = |env: &'static str| {
        move |name: &str| {
            let ours = estate::SERVICES.iter().any(|service| name.contains(service));
            let other = ["dev", "stag", "prod"].into_iter().filter(|word| *word != env);
            ours && !other.into_iter().any(|word| name.contains(&format!("/{word}")))
        }
    };
    estate::copy(&case, "dev", &of("dev"));
    estate::copy(&case, "stag", &|name| of("stag")(name) && name.contains("/stag-"));
    estate::copy(&case, "prod", &|name| of("prod")(name) && name.contains("/prod"));
    for path in case.files("dev").into_keys().filter(|path| path.contains("/prod")) {
        case.remove(&format!("dev/{path}"));
    }
    case.done("migrate plan dev stag prod --out one");
    case.done("migrate plan prod dev stag --out two");
    assert_eq!(differing(&case.files("one"), &case.files("two")), [""; 0]);
    assert!(case.has("one/apps/lecture-api/overlays/prod/kustomization.yaml"));
}

#[test]
fn a_tree_does_not_know_where_it_is() {
    let case = Case::new();
    estate::small(&case, "taken", &[]);
    estate::small(&case, "far/away", &[]);
    case.done("migrate plan taken --out config");
    case.done("migrate plan far/away --out other/place");
    assert_eq!(differing(&case.files("config"), &case.files("other/place")), [""; 0]);
}
