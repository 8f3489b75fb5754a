//! Finds who calls whom and who uses what.
//!
//! Each source of evidence is a module: `texts` (variables, commands, schedules), `ties` (secrets,
//! file systems, schedules, target groups), `allowed` (roles, security groups). All of them say
//! what they found to [`Graph`], which keeps one edge for each pair.

mod allowed;
mod directory;
mod resources;
mod texts;
mod ties;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use super::graph::{Edge, Evidence, Relation, Sign, Thing, ThingKind};
use crate::assemble::DEFAULT_ENVIRONMENT;
use crate::credential::Credentials;
use crate::finding::Place;
use crate::given::Given;
use crate::input::node::Node;
use crate::naming::{WordClass, scan_strings};
use directory::Directory;
use resources::Named;

/// Longest quotation, in characters.
const WORDS_LENGTH_MAX: usize = 120;

/// The id of a service in an environment.
pub fn service_id(service: &str, environment: &str) -> String {
    format!("service/{environment}/{service}")
}

/// Everything that was found.
#[derive(Debug, Default)]
pub(super) struct Graph {
    /// Things by id.
    pub(super) things: BTreeMap<String, Thing>,
    /// Edges by the ids of both sides.
    pub(super) edges: BTreeMap<(String, String), Edge>,
}

/// What every source of evidence needs.
struct Finder<'f, 'a> {
    given: Given<'f, 'a>,
    directory: Directory,
    credentials: &'f Credentials,
    /// Names of all services, by their place.
    names: Vec<String>,
    /// True if the services are in more than one account: then names alone are not enough.
    several_accounts: bool,
}

/// One place that says something of one service.
struct Said {
    from: String,
    place: Place,
    sign: Sign,
    words: String,
    way: Vec<String>,
}

/// Finds all edges of the estate.
pub(super) fn find(given: Given<'_, '_>) -> Graph {
    let accounts: BTreeSet<&str> =
        given.converted.iter().filter_map(|one| one.work.account.as_deref()).collect();
    let finder = Finder {
        given,
        directory: Directory::new(given),
        credentials: given.credentials,
        names: given.converted.iter().map(|one| one.work.name.clone()).collect(),
        several_accounts: accounts.len() > 1,
    };
    let mut graph = Graph::default();
    for index in 0..given.converted.len() {
        graph.add_thing(finder.service(index));
    }
    for index in 0..given.converted.len() {
        texts::find(&finder, index, &mut graph);
        ties::find(&finder, index, &mut graph);
    }
    ties::shared_groups(&finder, &mut graph);
    allowed::find(&finder, &mut graph);
    graph.finish();
    graph
}

impl Finder<'_, '_> {
    /// The service at a place, as a thing.
    fn service(&self, index: usize) -> Thing {
        let work = &self.given.converted[index].work;
        Thing {
            id: service_id(&work.name, &work.env),
            kind: ThingKind::Service,
            name: work.name.clone(),
            environment: Some(work.env.clone()),
        }
    }

    /// A thing of AWS that the service at `index` speaks of; none if its name is a secret.
    fn resource(&self, index: usize, named: Named) -> Option<Thing> {
        if self.credentials.contains(&named.name) {
            return None;
        }
        let work = &self.given.converted[index].work;
        let environment = self.environment_of(index, &named.name);
        let account = named.account.or_else(|| work.account.clone());
        let global = matches!(named.kind, ThingKind::Bucket | ThingKind::Host | ThingKind::Outside);
        let account = account.filter(|_| self.several_accounts && !global);
        let kind = named.kind.word();
        let id = match account {
            Some(account) => format!("{kind}/{account}/{}", named.name),
            None => format!("{kind}/{}", named.name),
        };
        Some(Thing { id, kind: named.kind, name: named.name, environment })
    }

    /// The environment whose word is in `name`, as the service at `index` reads it.
    fn environment_of(&self, index: usize, name: &str) -> Option<String> {
        let env = self.given.converted[index].work.env.as_str();
        let own = Some(env).filter(|env| *env != DEFAULT_ENVIRONMENT);
        let words = scan_strings(own, &self.given.names.vocabulary, name);
        words.into_iter().find(|word| word.class != WordClass::Unknown).map(|word| word.env)
    }

    /// The words at a place, cut to a quotation, with whatever is secret left out.
    fn quote(&self, name: &str, text: &str, found: &str) -> String {
        let prefix = if name.is_empty() { String::new() } else { format!("{name}=") };
        let secret = self.credentials.guards(name, text);
        let whole = if secret || text.chars().count() > WORDS_LENGTH_MAX {
            format!("{prefix}…{found}…")
        } else {
            format!("{prefix}{text}")
        };
        let whole = self.credentials.redacted(&whole).unwrap_or(whole);
        whole.chars().take(WORDS_LENGTH_MAX).collect()
    }
}

/// A place of the input.
fn place(node: &Node<'_>) -> Place {
    Place { file: node.file.to_owned(), pointer: node.pointer.clone() }
}

impl Graph {
    fn add_thing(&mut self, thing: Thing) {
        let present = self.things.entry(thing.id.clone()).or_insert_with(|| thing.clone());
        if present.environment.is_none() {
            present.environment = thing.environment;
        }
    }

    /// Adds what was said of an edge to `to`; nothing leads to itself.
    fn add(&mut self, said: Said, to: Thing, relation: Relation) {
        if said.from == to.id {
            return;
        }
        let Said { from, place, sign, words, way } = said;
        let key = (from.clone(), to.id.clone());
        let evidence = Evidence { place, sign, words, way };
        let relation = if sign.is_permission() { Relation::May } else { relation };
        let edge = self.edges.entry(key).or_insert_with(|| Edge {
            from,
            to: to.id.clone(),
            relation,
            foreign: None,
            weight: 0,
            evidence: Vec::new(),
        });
        edge.weight = edge.weight.max(sign.weight());
        // What is done outweighs what is allowed; what couples outweighs a call.
        let rank = |relation: Relation| match relation {
            Relation::May => 0,
            Relation::Uses | Relation::Starts => 1,
            Relation::Calls => 2,
            Relation::Shares => 3,
        };
        if rank(relation) > rank(edge.relation) {
            edge.relation = relation;
        }
        if !edge.evidence.contains(&evidence) {
            edge.evidence.push(evidence);
        }
        self.add_thing(to);
    }

    /// Sorts the evidence, and marks the edges that lead into another environment.
    fn finish(&mut self) {
        for edge in self.edges.values_mut() {
            edge.evidence.sort();
            let env = |id: &String| self.things.get(id).and_then(|thing| thing.environment.clone());
            let (own, other) = (env(&edge.from), env(&edge.to));
            let known =
                |env: &Option<String>| env.as_deref().is_some_and(|env| env != DEFAULT_ENVIRONMENT);
            edge.foreign = other.filter(|other| known(&own) && own.as_ref() != Some(other));
            edge.foreign = edge.foreign.take().filter(|env| env != DEFAULT_ENVIRONMENT);
        }
    }
}
