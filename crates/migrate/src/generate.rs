//! The whole way: snapshots in, the files of the configuration repository out.

use std::collections::{BTreeMap, BTreeSet};

use crate::assemble::{Assembly, assemble};
use crate::convert::{Built, Workload, convert};
use crate::cost::Prices;
use crate::credential::Credentials;
use crate::finding::Finding;
use crate::given::{Given, Raised};
use crate::input::inventory::Inventory;
use crate::input::snapshot::{Manifest, Snapshot};
use crate::layout::kustomize::TOOL;
use crate::layout::service::{File, Files, Side};
use crate::layout::{argocd, drift, service};
use crate::ledger::{Row, Ruling};
use crate::naming::{Corrections, Names, initial_file};
use crate::plan::{self, MigrationPlan};
use crate::routes::Checked;
use crate::scope::Scope;
pub use crate::settings::Settings;
use crate::{consolidate, cost, documents, estate, evidence, routes, sweep, verify, waves, words};

/// One service in one environment, after conversion.
#[derive(Debug)]
pub struct Converted<'a> {
    /// What it is in ECS.
    pub work: Workload<'a>,
    /// What it becomes.
    pub built: Built,
    /// Findings and rulings.
    pub scope: Scope,
}

/// Everything that was made.
#[derive(Debug)]
#[must_use]
pub struct Generated {
    /// The files of the repository by path.
    pub files: Files,
    /// Every finding, the weightiest first within a service.
    pub findings: Vec<Finding>,
    /// The ruling on every leaf, in order of service, file and pointer.
    pub rows: Vec<Row>,
    /// Environments, in order.
    pub environments: BTreeSet<String>,
    /// Services, in order, and whether nothing could be generated in some environment.
    pub services: BTreeMap<String, bool>,
    /// Service and environment of everything that a blocker keeps from being generated.
    pub blocked: BTreeSet<(String, String)>,
    /// How many ECS clusters were read.
    pub clusters: usize,
    /// What was inferred about names.
    pub names: Names,
    /// `plan/plan.json`.
    pub plan: MigrationPlan,
    /// What comparing the listeners with the generated Ingresses took, and what it found.
    pub checked: Checked,
}

/// Plans the estate in `snapshots`.
pub fn generate(
    snapshots: &[Snapshot],
    corrections: &Corrections,
    settings: &Settings,
) -> Generated {
    let inventory = Inventory::new(snapshots);
    let credentials = Credentials::of(&inventory.files);
    let Assembly { workloads, names, mut scopes } = assemble(&inventory, corrections);
    let mut converted: Vec<Converted<'_>> = workloads
        .into_iter()
        .map(|work| {
            let key = (work.name.clone(), work.env.clone());
            let mut scope =
                scopes.remove(&key).unwrap_or_else(|| Scope::new(&work.name, &work.env));
            words::scan(&work, &names.vocabulary, &credentials, &mut scope);
            let (scope, built) = convert(&work, &credentials, scope);
            Converted { work, built, scope }
        })
        .collect();
    report_drift(&mut converted);
    for one in &mut converted {
        evidence::of_service(&inventory, &names.vocabulary, &one.work, &mut one.scope);
    }
    let mut estate_scope =
        scopes.remove(&(String::new(), String::new())).unwrap_or_else(|| Scope::new("", ""));
    evidence::of_estate(&inventory, &mut estate_scope);
    sweep::report(snapshots, &mut estate_scope);
    for conflict in &names.conflicts {
        estate_scope.report(conflict.reason());
    }
    for reason in &names.findings {
        estate_scope.report(reason.clone());
    }
    rule_estate(&inventory, &converted, &scopes, &mut estate_scope);
    let mut raised = Vec::new();
    let whole = Given {
        inventory: &inventory,
        converted: &converted,
        names: &names,
        credentials: &credentials,
        settings,
    };
    let consolidation = consolidate::plan(whole, &mut raised);
    let prices = settings.prices.clone().unwrap_or_else(Prices::embedded);
    let cost = cost::plan_with(whole, &prices, &mut raised);
    // What was made is looked at once more, by code that did not make it.
    let checked = routes::check(whole, &mut raised);
    verify::check(whole, &mut raised);
    raise(std::mem::take(&mut raised), &mut converted, &mut estate_scope);
    // After the others, since the risk of a service counts its findings.
    let order = waves::plan(
        Given {
            inventory: &inventory,
            converted: &converted,
            names: &names,
            credentials: &credentials,
            settings,
        },
        &mut raised,
    );
    raise(raised, &mut converted, &mut estate_scope);
    let mut all: Vec<&Scope> = converted.iter().map(|one| &one.scope).collect();
    all.extend(scopes.values());
    all.push(&estate_scope);
    let rows = rows(&all);
    let findings = findings(&all, &credentials);
    let mut files = repository(&converted, &names, settings);
    let plan = MigrationPlan {
        api_version: "segue.dev/v1alpha1".to_owned(),
        kind: "MigrationPlan".to_owned(),
        format_version: plan::FORMAT_VERSION,
        tool: TOOL.to_owned(),
        sources: snapshots.iter().map(|snapshot| source(&snapshot.manifest)).collect(),
        environments: converted
            .iter()
            .map(|one| one.work.env.clone())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect(),
        services: converted.iter().map(documents::service).collect(),
        consolidation,
        order,
        cost,
    };
    documents::write(&plan, &names, &findings, &rows, &mut files);
    let mut services = BTreeMap::new();
    for one in &converted {
        *services.entry(one.work.name.clone()).or_insert(false) |= one.scope.blocked();
    }
    let environments = converted.iter().map(|one| one.work.env.clone()).collect();
    let clusters = inventory.all(crate::input::section::Section::Clusters).len();
    let key = |one: &Converted<'_>| (one.work.name.clone(), one.work.env.clone());
    let mut blocked: BTreeSet<(String, String)> =
        converted.iter().filter(|one| one.scope.blocked()).map(key).collect();
    // Services of which not even a task definition was read.
    blocked.extend(scopes.iter().filter(|(_, scope)| scope.blocked()).map(|(key, _)| key.clone()));
    Generated {
        files,
        findings,
        rows,
        environments,
        services,
        blocked,
        clusters,
        names,
        plan,
        checked,
    }
}

fn source(manifest: &Manifest) -> plan::Source {
    plan::Source {
        source: manifest.source,
        accounts: manifest.accounts.clone(),
        regions: manifest.regions.clone(),
        taken_at: manifest.taken_at.clone(),
    }
}

/// Puts findings on the whole estate where they belong.
fn raise(raised: Vec<Raised>, converted: &mut [Converted<'_>], estate: &mut Scope) {
    for Raised { service, environment, reason } in raised {
        let own = converted
            .iter_mut()
            .find(|one| one.work.name == service && one.work.env == environment);
        let scope = own.map_or(&mut *estate, |one| &mut one.scope);
        scope.report(reason);
    }
}

/// Services with their environments, in order.
fn by_service<'c, 'a>(converted: &'c [Converted<'a>]) -> BTreeMap<&'c str, Vec<&'c Converted<'a>>> {
    let mut out: BTreeMap<&str, Vec<&Converted<'a>>> = BTreeMap::new();
    for one in converted {
        out.entry(&one.work.name).or_default().push(one);
    }
    out
}

fn report_drift(converted: &mut [Converted<'_>]) {
    for group in converted.chunk_by_mut(|one, other| one.work.name == other.work.name) {
        let mut scopes = Vec::new();
        let mut sides = Vec::new();
        for one in group {
            let Converted { work, built, scope } = one;
            sides.push(Side { env: &work.env, work, built });
            scopes.push(scope);
        }
        let name = sides[0].work.name.clone();
        drift::find(&name, &sides, &mut scopes);
    }
}

fn rule_estate(
    inventory: &Inventory<'_>,
    converted: &[Converted<'_>],
    others: &BTreeMap<(String, String), Scope>,
    scope: &mut Scope,
) {
    let mut claimed: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for scope in converted.iter().map(|one| &one.scope).chain(others.values()) {
        for (file, pointer) in scope.ledger.places() {
            claimed.entry(file).or_default().insert(pointer);
        }
    }
    estate::rule(inventory, scope, &|leaf| {
        claimed.get(leaf.file).is_some_and(|pointers| pointers.contains(leaf.pointer.as_str()))
    });
}

/// One row a leaf: a leaf that several services share has their names, and the weightiest ruling.
fn rows(scopes: &[&Scope]) -> Vec<Row> {
    let mut out: BTreeMap<(String, String), Row> = BTreeMap::new();
    for scope in scopes {
        let service = (!scope.service.is_empty()).then_some(scope.service.as_str());
        let blocker = scope.findings.iter().find(|finding| finding.blocks());
        for mut row in scope.ledger.rows(service) {
            if let Some(blocker) = blocker {
                hold(&mut row, blocker);
            }
            match out.entry((row.file.clone(), row.pointer.clone())) {
                std::collections::btree_map::Entry::Vacant(entry) => {
                    entry.insert(row);
                }
                std::collections::btree_map::Entry::Occupied(mut entry) => {
                    merge(entry.get_mut(), row);
                }
            }
        }
    }
    let mut rows: Vec<Row> = out.into_values().collect();
    rows.sort_by(|one, other| {
        (&one.service, &one.file, &one.pointer).cmp(&(&other.service, &other.file, &other.pointer))
    });
    rows
}

/// Nothing is generated for a blocked service, so nothing of it is exact yet.
fn hold(row: &mut Row, blocker: &Finding) {
    if matches!(row.ruling, Ruling::Exact | Ruling::Approximated) {
        let would = row.target.take().unwrap_or_default();
        row.ruling = Ruling::Finding;
        row.reason =
            Some(format!("not generated until {} is answered; it would go to {would}", blocker.id));
        row.finding = Some(join(row.finding.take(), Some(blocker.id.clone())).unwrap_or_default());
    }
}

fn merge(present: &mut Row, other: Row) {
    if other.ruling > present.ruling {
        present.ruling = other.ruling;
        present.reason.clone_from(&other.reason);
    }
    present.service = join(present.service.take(), other.service);
    present.target = join(present.target.take(), other.target);
    present.finding = join(present.finding.take(), other.finding);
}

/// Joins two lists of `; `-separated words without repeating any.
fn join(one: Option<String>, other: Option<String>) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    for text in [one, other].into_iter().flatten() {
        for part in text.split("; ") {
            if !parts.iter().any(|present| present == part) {
                parts.push(part.to_owned());
            }
        }
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn findings(scopes: &[&Scope], credentials: &Credentials) -> Vec<Finding> {
    let mut out: Vec<Finding> =
        scopes.iter().flat_map(|scope| scope.findings.iter().cloned()).collect();
    for finding in &mut out {
        for fact in finding.reason.facts.values_mut() {
            if let Some(clean) = credentials.redacted(fact) {
                *fact = clean;
            }
        }
    }
    let weight = |finding: &Finding| match finding.severity {
        'B' => 0,
        'H' => 1,
        'M' => 2,
        _ => 3,
    };
    out.sort_by(|one, other| {
        let key = |finding: &Finding| {
            (
                finding.subject.clone(),
                weight(finding),
                finding.reason.code.id,
                finding.environment.clone(),
            )
        };
        key(one).cmp(&key(other)).then_with(|| one.id.cmp(&other.id))
    });
    out
}

/// Every file but those under `plan/`.
fn repository(converted: &[Converted<'_>], names: &Names, settings: &Settings) -> Files {
    let mut files = Files::new();
    for (name, group) in by_service(converted) {
        let open: Vec<&&Converted<'_>> = group.iter().filter(|one| !one.scope.blocked()).collect();
        let sides: Vec<Side<'_>> = open
            .iter()
            .map(|one| Side { env: &one.work.env, work: &one.work, built: &one.built })
            .collect();
        if !sides.is_empty() {
            service::write(name, &sides, &names.vocabulary, &mut files);
        }
    }
    let environments: BTreeSet<&str> = converted.iter().map(|one| one.work.env.as_str()).collect();
    for env in &environments {
        argocd::write(env, &settings.repository, &mut files);
    }
    if !environments.is_empty() {
        argocd::base(&mut files);
    }
    let once = |text: String| File { text, once: true };
    files.insert("naming.yaml".to_owned(), once(initial_file(names)));
    files.insert(
        "segue.yaml".to_owned(),
        once(documents::estate_file(&environments, &settings.repository)),
    );
    files.insert("plan/waivers.yaml".to_owned(), once(documents::WAIVERS.to_owned()));
    files
}
