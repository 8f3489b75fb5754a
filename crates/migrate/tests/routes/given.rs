//! The example estate, converted, as the planners of the whole estate are given it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use migrate::assemble::assemble;
use migrate::convert::convert;
use migrate::credential::Credentials;
use migrate::generate::{Converted, Settings};
use migrate::given::Given;
use migrate::input::inventory::Inventory;
use migrate::input::snapshot::Snapshot;
use migrate::naming::Corrections;
use migrate::scope::Scope;

/// Hands over what the planners of the whole estate are given; `change` may plant something.
pub(crate) fn with_given<T>(
    snapshot: &Snapshot,
    seen: &Snapshot,
    change: impl Fn(&mut Vec<Converted<'_>>),
    then: impl Fn(Given<'_, '_>) -> T,
) -> T {
    let inventory = Inventory::new(std::slice::from_ref(snapshot));
    let credentials = Credentials::of(&inventory.files);
    let assembly = assemble(&inventory, &Corrections::default());
    let mut converted: Vec<Converted<'_>> = Vec::new();
    for work in assembly.workloads {
        let (scope, built) = convert(&work, &credentials, Scope::new(&work.name, &work.env));
        converted.push(Converted { work, built, scope });
    }
    change(&mut converted);
    let seen = Inventory::new(std::slice::from_ref(seen));
    let settings = Settings::new("https://git.example.com/config.git");
    then(Given {
        inventory: &seen,
        converted: &converted,
        names: &assembly.names,
        credentials: &credentials,
        settings: &settings,
    })
}

fn read(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() {
            read(&path, &format!("{name}/"), files);
        } else {
            files.insert(name, fs::read(&path).unwrap());
        }
    }
}

/// The example estate.
pub(crate) fn example() -> Snapshot {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/estate");
    let mut files = BTreeMap::new();
    read(&root, "", &mut files);
    Snapshot::parse("examples/estate", &files).unwrap()
}
