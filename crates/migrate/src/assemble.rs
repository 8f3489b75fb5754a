//! What belongs to one service in one environment, gathered from all over the inventory.

mod named;
mod references;
mod routes;
mod schedules;

use std::collections::{BTreeMap, BTreeSet};

use model::Reason;
use model::code::{convert as code, migrate as names_code};

use crate::convert::{Workload, connect, names as kube};
use crate::input::inventory::{Inventory, Item};
use crate::input::section::Section;
use crate::naming::{Corrections, Names, Verdict, infer};
use crate::scope::Scope;

pub use named::{id_of, objects};

/// The environment of things whose files name none.
pub const DEFAULT_ENVIRONMENT: &str = "default";

/// The services of an estate, ready to be converted.
#[derive(Debug)]
pub struct Assembly<'a> {
    /// Every service in every environment, in order of service and environment.
    pub workloads: Vec<Workload<'a>>,
    /// What was inferred about names.
    pub names: Names,
    /// Findings and rulings that were made on the way, by service and environment.
    pub scopes: BTreeMap<(String, String), Scope>,
}

/// Gathers the services of `inventory`.
pub fn assemble<'a>(inventory: &Inventory<'a>, corrections: &Corrections) -> Assembly<'a> {
    let objects = objects(inventory);
    let names = infer(&objects, corrections);
    let mut builder = Builder {
        inventory,
        names: &names,
        workloads: BTreeMap::new(),
        scopes: BTreeMap::new(),
        used_tasks: BTreeSet::new(),
    };
    builder.services();
    builder.scheduled();
    builder.lone_tasks();
    let mut workloads: Vec<Workload<'a>> = builder.workloads.into_values().collect();
    let mut scopes = builder.scopes;
    let references = references::References::new(inventory);
    for workload in &mut workloads {
        references.fill(workload);
    }
    share_aliases(&mut workloads);
    for workload in &workloads {
        name_findings(workload, &names, &mut scopes);
    }
    Assembly { workloads, names, scopes }
}

struct Builder<'i, 'a> {
    inventory: &'i Inventory<'a>,
    names: &'i Names,
    workloads: BTreeMap<(String, String), Workload<'a>>,
    scopes: BTreeMap<(String, String), Scope>,
    /// Task definitions that something runs, by id.
    used_tasks: BTreeSet<String>,
}

impl<'a> Builder<'_, 'a> {
    /// Every ECS service with its task definition.
    fn services(&mut self) {
        for service in self.inventory.all(Section::Services) {
            let Some(key) = self.key(service) else { continue };
            let task = service.node.text("taskDefinition").and_then(|wanted| self.task(&wanted));
            let Some(task) = task else {
                let reason =
                    Reason::new(&code::TASK_UNREAD).with("service", &key.0).with("env", &key.1);
                self.scope(&key).finding(&service.node, reason);
                continue;
            };
            self.add(key, task, Some(service.clone()), false);
        }
    }

    /// Task definitions that only schedules run.
    fn scheduled(&mut self) {
        for target in schedules::targets(self.inventory) {
            let Some(task) = self.task(&target.task_definition) else { continue };
            let id = id_of(&task);
            let running = self
                .workloads
                .values()
                .any(|workload| workload.task.node.text("family") == task.node.text("family"));
            if running || self.used_tasks.contains(&id) {
                self.used_tasks.insert(id);
                continue;
            }
            let Some(key) = self.key(&task) else { continue };
            // A schedule of a service's own name belongs to it even with a definition of its own.
            let key = self.free_key(key);
            self.add(key, task, None, true);
        }
    }

    /// Task definitions that nothing runs: all there is when only files were read.
    fn lone_tasks(&mut self) {
        let mut newest: BTreeMap<String, &Item<'a>> = BTreeMap::new();
        for task in self.inventory.all(Section::TaskDefinitions) {
            if self.used_tasks.contains(&id_of(task)) {
                continue;
            }
            let family = task.node.text("family").unwrap_or_else(|| id_of(task));
            let revision = |item: &Item<'_>| item.node.int_at("revision").unwrap_or(0);
            match newest.get(&family) {
                Some(other) if revision(other) >= revision(task) => {
                    self.superseded(task, &family, other);
                }
                Some(other) => {
                    let other = (*other).clone();
                    self.superseded(&other, &family, task);
                    newest.insert(family, task);
                }
                None => {
                    newest.insert(family, task);
                }
            }
        }
        for (family, task) in newest {
            let runs = self
                .workloads
                .values()
                .find(|workload| workload.task.node.text("family").as_deref() == Some(&family))
                .cloned();
            if let Some(running) = runs {
                self.superseded(task, &family, &running.task);
                continue;
            }
            let Some(key) = self.key(task) else { continue };
            self.add(key, task.clone(), None, false);
        }
    }

    fn superseded(&mut self, task: &Item<'a>, family: &str, kept: &Item<'a>) {
        let Some(key) = self.key(task) else { return };
        let label = |item: &Item<'_>| {
            item.node.text("revision").unwrap_or_else(|| item.node.file.to_owned())
        };
        let reason =
            Reason::new(&code::OTHER_REVISION).with("family", family).with("kept", label(kept));
        self.scope(&key).finding(&task.node, reason);
    }

    fn add(
        &mut self,
        key: (String, String),
        task: Item<'a>,
        service: Option<Item<'a>>,
        only_scheduled: bool,
    ) {
        self.used_tasks.insert(id_of(&task));
        if let Some(present) = self.workloads.get(&key) {
            let label = |workload: &Workload<'_>| {
                workload.service.as_ref().map_or_else(|| label_of(&workload.task), label_of)
            };
            let both = format!(
                "{} and {}",
                label(present),
                service.as_ref().map_or_else(|| label_of(&task), label_of)
            );
            let reason = Reason::new(&code::TWO_SOURCES)
                .with("sources", both)
                .with("service", &key.0)
                .with("env", &key.1);
            let scope = self.scope(&key);
            scope.finding(&task.node, reason.clone());
            if let Some(service) = &service {
                scope.ledger.finding(&service.node, "", &reason.sentence(), None);
            }
            return;
        }
        let workload = Workload::new(&key.0, &key.1, task, service, only_scheduled);
        self.workloads.insert(key, workload);
    }

    /// Service and environment of an item by its inferred name; `None` if it is to be ignored.
    fn key(&mut self, item: &Item<'_>) -> Option<(String, String)> {
        let name = self.names.get(&id_of(item));
        if name.is_some_and(|name| name.verdict == Verdict::Ignored) {
            let mut scope = Scope::new("", "");
            scope.ignored(&item.node, "naming.yaml tells to leave it out");
            self.scope(&(String::new(), String::new())).ledger.merge(scope.ledger);
            return None;
        }
        let env = name
            .and_then(|name| name.environment.clone())
            .unwrap_or_else(|| DEFAULT_ENVIRONMENT.to_owned());
        let service =
            name.and_then(|name| name.service.clone()).unwrap_or_else(|| fallback_name(item));
        Some((service, env))
    }

    /// A key that no workload has yet.
    fn free_key(&self, key: (String, String)) -> (String, String) {
        if self.workloads.contains_key(&key) {
            (kube::dns_label(&format!("{}-job", key.0), 40), key.1)
        } else {
            key
        }
    }

    fn scope(&mut self, key: &(String, String)) -> &mut Scope {
        self.scopes.entry(key.clone()).or_insert_with(|| Scope::new(&key.0, &key.1))
    }

    /// The task definition of an ARN, of `family:revision`, or the newest of `family`.
    fn task(&self, wanted: &str) -> Option<Item<'a>> {
        let all = self.inventory.all(Section::TaskDefinitions);
        let by_arn =
            all.iter().find(|item| item.node.text("taskDefinitionArn").as_deref() == Some(wanted));
        if let Some(found) = by_arn {
            return Some(found.clone());
        }
        let short = kube::last_part(wanted);
        let (family, revision) = short
            .split_once(':')
            .map_or((short, None), |(family, revision)| (family, Some(revision)));
        let of_family =
            all.iter().filter(|item| item.node.text("family").as_deref() == Some(family));
        let exact = of_family
            .clone()
            .find(|item| revision.is_some() && item.node.text("revision").as_deref() == revision);
        exact
            .or_else(|| of_family.max_by_key(|item| item.node.int_at("revision").unwrap_or(0)))
            .cloned()
    }
}

fn label_of(item: &Item<'_>) -> String {
    let node = &item.node;
    ["serviceArn", "taskDefinitionArn", "serviceName", "family"]
        .iter()
        .find_map(|key| node.text(key))
        .unwrap_or_else(|| node.file.to_owned())
}

/// A name out of what the item says of itself, for objects that inference has no service for.
fn fallback_name(item: &Item<'_>) -> String {
    let node = &item.node;
    let own = ["serviceName", "family"].iter().find_map(|key| node.text(key));
    let own = own.or_else(|| {
        node.list("containerDefinitions").first().and_then(|container| container.text("name"))
    });
    kube::dns_label(
        &own.unwrap_or_else(|| kube::last_part(node.file).trim_end_matches(".json").to_owned()),
        40,
    )
}

/// Every service that uses Service Connect may call every name of its namespace and environment.
fn share_aliases(workloads: &mut [Workload<'_>]) {
    let mut offered: BTreeMap<(String, String), BTreeSet<connect::Alias>> = BTreeMap::new();
    let place = |workload: &Workload<'_>| {
        let config =
            workload.service.as_ref().and_then(|item| connect::configuration(&item.node))?;
        Some((workload.env.clone(), config.text("namespace").unwrap_or_default()))
    };
    for workload in workloads.iter() {
        if let (Some(place), Some(service)) = (place(workload), &workload.service) {
            offered.entry(place).or_default().extend(connect::aliases(
                &service.node,
                &workload.task.node,
                &workload.name,
            ));
        }
    }
    for workload in workloads.iter_mut() {
        if let Some(list) = place(workload).and_then(|place| offered.get(&place)) {
            workload.aliases = list.iter().cloned().collect();
        }
    }
}

/// What a person should know about the names that led here.
fn name_findings(
    workload: &Workload<'_>,
    names: &Names,
    scopes: &mut BTreeMap<(String, String), Scope>,
) {
    let key = (workload.name.clone(), workload.env.clone());
    let scope = scopes.entry(key).or_insert_with(|| Scope::new(&workload.name, &workload.env));
    let item = workload.service.as_ref().unwrap_or(&workload.task);
    let Some(name) = names.get(&id_of(item)) else { return };
    let place = ["serviceName", "family"]
        .iter()
        .find_map(|key| item.node.get(key))
        .unwrap_or_else(|| item.node.clone());
    let mut reasons: Vec<Reason> = name.finding().into_iter().chain(name.notes()).collect();
    let no_environment = &names_code::NAME_NO_ENVIRONMENT;
    reasons.retain(|reason| reason.code.id != no_environment.id);
    if name.environment.is_none() {
        reasons.push(
            Reason::new(no_environment).with("kind", name.kind.noun()).with("name", &name.name),
        );
    }
    for reason in reasons {
        scope.note(&place, reason);
    }
}
