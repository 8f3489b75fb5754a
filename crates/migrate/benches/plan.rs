//! How long planning the example estate takes, without reading and writing files: the whole, and the
//! planners of the whole estate one by one, over services that are converted already.
#![expect(clippy::disallowed_methods, reason = "the bench reads the example estate itself")]

use std::collections::BTreeMap;
use std::path::Path;

use migrate::assemble::assemble;
use migrate::convert::convert;
use migrate::credential::Credentials;
use migrate::generate::{Converted, generate};
use migrate::given::{Given, Raised};
use migrate::input::inventory::Inventory;
use migrate::input::snapshot::Snapshot;
use migrate::naming::Corrections;
use migrate::scope::Scope;
use migrate::settings::Settings;
use migrate::{consolidate, cost, routes, verify, waves};

fn main() {
    divan::main();
}

/// The files of the example estate.
fn estate() -> BTreeMap<String, Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/estate");
    let mut out = BTreeMap::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if let (Ok(name), Ok(bytes)) = (path.strip_prefix(&root), std::fs::read(&path)) {
                out.insert(name.display().to_string(), bytes);
            }
        }
    }
    out
}

#[divan::bench(sample_count = 20)]
fn parse(bencher: divan::Bencher<'_, '_>) {
    let files = estate();
    bencher.bench(|| Snapshot::parse("estate", &files));
}

#[divan::bench(sample_count = 20)]
fn plan(bencher: divan::Bencher<'_, '_>) {
    let snapshots: Vec<Snapshot> = Snapshot::parse("estate", &estate()).into_iter().collect();
    let settings = Settings::new("https://git.example.com/config.git");
    bencher.bench(|| generate(&snapshots, &Corrections::default(), &settings));
}

/// Times one planner over the converted example, without the conversion.
fn planner<T>(
    bencher: divan::Bencher<'_, '_>,
    run: impl Fn(Given<'_, '_>, &mut Vec<Raised>) -> T + Sync,
) {
    let snapshots: Vec<Snapshot> = Snapshot::parse("estate", &estate()).into_iter().collect();
    let inventory = Inventory::new(&snapshots);
    let credentials = Credentials::of(&inventory.files);
    let assembly = assemble(&inventory, &Corrections::default());
    let one = |work| {
        let (scope, built) = convert(&work, &credentials, Scope::new(&work.name, &work.env));
        Converted { work, built, scope }
    };
    let converted: Vec<Converted<'_>> = assembly.workloads.into_iter().map(one).collect();
    let settings = Settings::new("https://git.example.com/config.git");
    let given = Given {
        inventory: &inventory,
        converted: &converted,
        names: &assembly.names,
        credentials: &credentials,
        settings: &settings,
    };
    bencher.bench_local(|| run(given, &mut Vec::new()));
}

#[divan::bench(sample_count = 20)]
fn credentials(bencher: divan::Bencher<'_, '_>) {
    planner(bencher, |given, _| Credentials::of(&given.inventory.files));
}

#[divan::bench(sample_count = 20)]
fn consolidation(bencher: divan::Bencher<'_, '_>) {
    planner(bencher, consolidate::plan);
}

#[divan::bench(sample_count = 20)]
fn costs(bencher: divan::Bencher<'_, '_>) {
    planner(bencher, cost::plan);
}

#[divan::bench(sample_count = 20)]
fn routes_compared(bencher: divan::Bencher<'_, '_>) {
    planner(bencher, routes::check);
}

#[divan::bench(sample_count = 20)]
fn overlays_verified(bencher: divan::Bencher<'_, '_>) {
    planner(bencher, verify::check);
}

#[divan::bench(sample_count = 20)]
fn wave_order(bencher: divan::Bencher<'_, '_>) {
    planner(bencher, waves::plan);
}
