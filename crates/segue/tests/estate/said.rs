//! What Segue says of the example estate: findings, rulings, and manifests as rendered.

use std::collections::BTreeMap;

use migrate::finding::Finding;
use migrate::generate::{Generated, Settings, generate};
use migrate::input::snapshot::Snapshot;
use migrate::naming::Corrections;
use xtask::estate::cell::{Cell, cells};
use xtask::estate::dice::Dice;
use xtask::estate::folder::committed;

/// Something that must be said of a fault.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Want {
    /// A finding of this code about the service in this environment, with this text.
    Finding(&'static str, &'static str),
    /// The same, at a place in the file that shows the fault.
    At(&'static str, &'static str),
    /// A finding of this code about the service in any environment; `{env}` in the text is the
    /// fault's.
    Anywhere(&'static str, &'static str),
    /// A finding about the whole estate.
    Estate(&'static str, &'static str),
    /// A ruling on a leaf of the file that shows the fault: the end of its pointer, and a text of
    /// its target or reason.
    Ruled(&'static str, &'static str),
    /// A text of the manifests, as rendered for this environment.
    Made(&'static str),
}

/// Everything that is said of the estate.
pub(crate) struct Said {
    /// The sixty cells that the estate was made from.
    pub(crate) cells: Vec<Cell>,
    /// The files of the estate as they were made.
    pub(crate) files: BTreeMap<String, String>,
    /// What Segue makes of them.
    pub(crate) generated: Generated,
    /// The manifests of each service and environment.
    rendered: BTreeMap<(String, String), String>,
}

impl Said {
    /// Reads and plans the committed estate.
    pub(crate) fn of_the_estate() -> Self {
        let files = live::disk::read_tree(&committed(), |path| path != "README.md").unwrap();
        let snapshot = Snapshot::parse("examples/estate", &files).unwrap();
        let settings = Settings::new("https://git.example.com/config.git");
        let generated = generate(&[snapshot], &Corrections::default(), &settings);
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self {
            cells: cells(Dice::new(xtask::estate::SEED)),
            files: files.into_iter().map(|(path, bytes)| (path, text(bytes))).collect(),
            rendered: rendered(&generated),
            generated,
        }
    }

    /// Whether `want` is said of the cell, whose fault shows in `file`.
    pub(crate) fn tells(&self, want: &Want, cell: &Cell, file: &str) -> bool {
        let (service, env) = (cell.service.name, cell.env.word());
        let of = |finding: &&Finding| finding.subject.name == service;
        let here = |finding: &&Finding| of(finding) && finding.environment == env;
        let at = |finding: &&Finding| {
            here(finding) && finding.place.as_ref().is_some_and(|place| place.file == file)
        };
        match *want {
            Want::Finding(code, text) => self.found(code, text, env, &here),
            Want::At(code, text) => self.found(code, text, env, &at),
            Want::Anywhere(code, text) => self.found(code, text, env, &of),
            Want::Estate(code, text) => {
                self.found(code, text, env, &|finding| finding.subject.kind == "estate")
            }
            Want::Ruled(pointer, text) => self.ruled(file, pointer, text),
            Want::Made(text) => {
                let key = (service.to_owned(), env.to_owned());
                self.rendered.get(&key).is_some_and(|all| all.contains(text))
            }
        }
    }

    fn found(&self, code: &str, text: &str, env: &str, of: &dyn Fn(&&Finding) -> bool) -> bool {
        let text = text.replace("{env}", env);
        let findings = self.generated.findings.iter().filter(of);
        let mut coded = findings.filter(|finding| finding.reason.code.id == code);
        coded.any(|finding| finding.reason.sentence().contains(&text))
    }

    fn ruled(&self, file: &str, pointer: &str, text: &str) -> bool {
        let rows = self.generated.rows.iter().filter(|row| row.file == file);
        let mut rows = rows.filter(|row| row.pointer.ends_with(pointer));
        rows.any(|row| {
            let said = [&row.target, &row.reason];
            said.into_iter().flatten().any(|said| said.contains(text))
        })
    }
}

/// The manifests of every overlay, and the new target groups.
fn rendered(generated: &Generated) -> BTreeMap<(String, String), String> {
    let mut tree = gitops::Tree::new();
    for (path, file) in &generated.files {
        tree.insert(path, file.text.clone());
    }
    let mut out: BTreeMap<(String, String), String> = BTreeMap::new();
    for (path, file) in &generated.files {
        let parts: Vec<&str> = path.split('/').collect();
        if let ["apps", service, "aws", env, _] = parts[..] {
            let all = out.entry((service.to_owned(), env.to_owned())).or_default();
            all.push_str(&file.text);
        }
        // The Ingress takes over later, so it has a folder of its own.
        if let ["apps", service, "overlays" | "ingress", env, "kustomization.yaml"] = parts[..] {
            let dir = path.trim_end_matches("/kustomization.yaml");
            let text = gitops::render(&tree, dir).unwrap().to_yaml();
            out.entry((service.to_owned(), env.to_owned())).or_default().push_str(&text);
        }
    }
    out
}
