//! What a service says itself: variables, commands, options of log drivers, inputs of schedules.

use super::directory::{Hint, Led};
use super::resources::{self, Named};
use super::words::{self, Address, Piece};
use super::{Finder, Graph, Said, place, service_id};
use crate::input::node::Node;
use crate::waves::graph::{Relation, Sign, Thing, ThingKind};

/// Last words of a variable whose value is a host, even one without a dot.
const HOST_ENDS: &[&str] =
    &["HOST", "HOSTNAME", "ADDR", "ADDRESS", "SERVER", "UPSTREAM", "ENDPOINT"];
/// Words of a variable whose host is for browsers, or checked against what browsers send.
const HANDED_OUT: &[&str] =
    &["CORS", "ORIGIN", "ORIGINS", "REDIRECT", "CALLBACK", "PUBLIC", "RETURN"];

/// Ends of names that no public zone has, whatever zones were read.
const PRIVATE_ENDS: &[&str] = &[".internal", ".local", ".lan", ".corp", ".intranet", ".home.arpa"];

/// A text of a service and what it is called.
struct Text<'a> {
    node: Node<'a>,
    /// The variable, where it is one.
    variable: String,
    /// Domains that a resolver appends.
    domains: Vec<String>,
}

/// Finds what the service at `index` names.
pub(super) fn find(finder: &Finder<'_, '_>, index: usize, graph: &mut Graph) {
    for text in texts(finder, index) {
        let Some(value) = text.node.str() else { continue };
        let mut pieces = words::pieces(value);
        if ends_with(&text.variable, HOST_ENDS) {
            pieces.extend(words::lone_host(value).map(Piece::Address));
        }
        let found = named_by_variable(&text.variable, value);
        if let Some(named) = found.filter(|_| pieces.iter().all(is_plain)) {
            tell(finder, index, &text, value, Sign::Variable, named, graph);
        }
        for piece in pieces {
            match piece {
                Piece::Arn(arn) => {
                    let named = resources::of_arn(&arn);
                    // Secrets are read by `secrets`, which `ties` looks at; here it is a name.
                    if let Some(named) = named {
                        tell(finder, index, &text, &arn, Sign::Arn, named, graph);
                    }
                }
                Piece::Address(address) => look_up(finder, index, &text, &address, graph),
            }
        }
    }
}

/// True for a host that no scheme and no port belongs to: it may as well be the name of a thing.
fn is_plain(piece: &Piece) -> bool {
    matches!(piece, Piece::Address(address) if address.scheme.is_empty() && address.port.is_none())
}

fn look_up(
    finder: &Finder<'_, '_>,
    index: usize,
    text: &Text<'_>,
    address: &Address,
    graph: &mut Graph,
) {
    let hint = Hint { variable: &text.variable, services: &finder.names };
    if address.scheme == "s3" || address.scheme == "s3a" {
        let named = Named::new(ThingKind::Bucket, &address.host);
        return tell(finder, index, text, &address.host, Sign::Endpoint, named, graph);
    }
    let searched = text
        .domains
        .iter()
        .map(|domain| Address { host: format!("{}.{domain}", address.host), ..address.clone() });
    let tries: Vec<Address> = std::iter::once(address.clone()).chain(searched).collect();
    for address in &tries {
        match finder.directory.look_up(index, address, &hint) {
            Led::Services(answers) => {
                let handed = has_word(&text.variable, HANDED_OUT);
                for answer in answers {
                    let sign = if handed { Sign::HandedOut } else { answer.sign };
                    let said = said(finder, index, text, &address.host, sign, answer.way);
                    graph.add(said, finder.service(answer.service), Relation::Calls);
                }
                return;
            }
            Led::Host(chain) => {
                let last = chain.last().map_or(address.host.as_str(), String::as_str);
                if let Some(named) = resources::of_endpoint(last, &address.path) {
                    let way = if chain.len() > 1 { chain } else { Vec::new() };
                    let said = said(finder, index, text, &address.host, Sign::Endpoint, way);
                    return add(finder, index, said, named, graph);
                }
            }
        }
    }
    host_of_nobody(finder, index, text, address, graph);
}

/// A host that leads to nothing that was read: in a zone of the estate, or outside.
fn host_of_nobody(
    finder: &Finder<'_, '_>,
    index: usize,
    text: &Text<'_>,
    address: &Address,
    graph: &mut Graph,
) {
    let host = address.host.as_str();
    let aws = host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn");
    let local = !host.contains('.') || host == "localhost" || host.ends_with(".localhost");
    if aws || local || has_word(&text.variable, HANDED_OUT) {
        return;
    }
    let inside = PRIVATE_ENDS.iter().any(|end| host.ends_with(end));
    let own = finder.directory.is_own(host) || inside && !address.scheme.is_empty();
    let kind = match (own, address.scheme.is_empty()) {
        (true, _) => ThingKind::Host,
        (false, false) => ThingKind::Outside,
        // A word with a dot may be the name of a file or of a class.
        (false, true) => return,
    };
    let said = said(finder, index, text, host, Sign::HostName, Vec::new());
    add(finder, index, said, Named::new(kind, host), graph);
}

fn tell(
    finder: &Finder<'_, '_>,
    index: usize,
    text: &Text<'_>,
    found: &str,
    sign: Sign,
    named: Named,
    graph: &mut Graph,
) {
    let said = said(finder, index, text, found, sign, Vec::new());
    add(finder, index, said, named, graph);
}

fn add(finder: &Finder<'_, '_>, index: usize, said: Said, named: Named, graph: &mut Graph) {
    if let Some(thing) = finder.resource(index, named) {
        let relation =
            if thing.kind == ThingKind::Function { Relation::Calls } else { Relation::Uses };
        graph.add(said, thing, relation);
    }
}

fn said(
    finder: &Finder<'_, '_>,
    index: usize,
    text: &Text<'_>,
    found: &str,
    sign: Sign,
    way: Vec<String>,
) -> Said {
    let Thing { id: from, .. } = finder.service(index);
    let words = finder.quote(&text.variable, text.node.str().unwrap_or_default(), found);
    Said { from, place: place(&text.node), sign, words, way }
}

/// `BUCKET=haedal-dev-x`: the name of the variable says what the value is.
fn named_by_variable(variable: &str, value: &str) -> Option<Named> {
    let value = value.trim();
    let bucket = ["BUCKET", "BUCKET_NAME"];
    if ends_with(variable, &bucket) && resources::is_bucket_name(value) {
        return Some(Named::new(ThingKind::Bucket, value));
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let is_name = (3..=255).contains(&value.len()) && value.chars().all(plain);
    let table = variable.to_ascii_uppercase().contains("DYNAMO");
    (table && ends_with(variable, &["TABLE", "TABLE_NAME"]) && is_name)
        .then(|| Named::new(ThingKind::Table, value))
}

/// True if the name is one of `ends`, or ends with `_` and one of them.
fn ends_with(variable: &str, ends: &[&str]) -> bool {
    let name = variable.replace(['-', '.'], "_").to_ascii_uppercase();
    ends.iter().any(|end| {
        name.strip_suffix(end).is_some_and(|head| head.is_empty() || head.ends_with('_'))
    })
}

fn has_word(variable: &str, words: &[&str]) -> bool {
    let name = variable.to_ascii_uppercase();
    name.split(['_', '-', '.']).any(|word| words.contains(&word))
}

/// Every text of a service that its programs read.
fn texts<'a>(finder: &Finder<'_, 'a>, index: usize) -> Vec<Text<'a>> {
    let work = &finder.given.converted[index].work;
    let mut out = Vec::new();
    for container in work.task.node.list("containerDefinitions") {
        let domains = container.strings("dnsSearchDomains");
        let mut add = |node: Node<'a>, variable: String| {
            out.push(Text { node, variable, domains: domains.clone() });
        };
        for pair in container.list("environment") {
            if let Some(value) = pair.get("value") {
                add(value, pair.text("name").unwrap_or_default());
            }
        }
        for key in ["command", "entryPoint"] {
            container.list(key).into_iter().for_each(|part| add(part, String::new()));
        }
        for file in container.list("environmentFiles") {
            file.get("value").into_iter().for_each(|value| add(value, String::new()));
        }
        let check = container.get("healthCheck").map(|check| check.list("command"));
        check.into_iter().flatten().for_each(|part| add(part, String::new()));
        for key in ["logConfiguration", "firelensConfiguration"] {
            let options = container.get(key).and_then(|config| config.get("options"));
            for (name, value) in options.map(|options| options.entries()).unwrap_or_default() {
                add(value, name.to_owned());
            }
        }
    }
    for schedule in &work.schedules {
        let input = schedule.target.get("Input");
        out.extend(input.map(|node| Text { node, variable: String::new(), domains: Vec::new() }));
    }
    out
}

/// The id of the service at `index`.
pub(super) fn id_of(finder: &Finder<'_, '_>, index: usize) -> String {
    let work = &finder.given.converted[index].work;
    service_id(&work.name, &work.env)
}
