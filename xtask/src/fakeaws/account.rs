//! One account: takes requests, answers them from the world or with the trouble that was ordered,
//! and keeps count.

use super::answer::{self, Refusal, Reply};
use super::form;
use super::limits::Paging;
use super::sign::{self, Raw};
use super::trouble::{self, Settings};
use super::wire::{Operation, Protocol, Service, Shape};
use super::world::{Found, World};
use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What the server does with a request.
#[derive(Debug)]
pub(super) enum Outcome {
    Reply(Reply),
    /// Close the connection.
    HangUp,
    /// Do not answer.
    Stall,
}

/// The state of the fake.
#[derive(Debug)]
pub(super) struct Account {
    services: Vec<Service>,
    world: World,
    pub(super) settings: Settings,
    calls: usize,
    counts: BTreeMap<String, u64>,
    refused: BTreeMap<String, u64>,
    answered: BTreeSet<String>,
    repeated: Vec<String>,
    tokens: BTreeMap<String, Token>,
    keys: BTreeSet<String>,
    expired: BTreeSet<String>,
}

/// A place in a list.
#[derive(Debug, Clone)]
struct Token {
    /// The operation and the request without its paging.
    of: String,
    from: usize,
    /// The number of the call that was answered with it.
    issued: usize,
}

/// A request that was understood.
struct Understood<'a> {
    service: &'a Service,
    operation: &'a Operation,
    protocol: Protocol,
    request: Value,
}

impl Account {
    pub(super) fn new(folder: &Path, settings: Settings) -> Result<Self> {
        let mut world = World::read(folder)?;
        world.limit(&settings);
        Ok(Self {
            services: Service::all()?,
            world,
            settings,
            calls: 0,
            counts: BTreeMap::new(),
            refused: BTreeMap::new(),
            answered: BTreeSet::new(),
            repeated: Vec::new(),
            tokens: BTreeMap::new(),
            keys: BTreeSet::new(),
            expired: BTreeSet::new(),
        })
    }

    pub(super) fn set(&mut self, settings: Settings) {
        self.world.limit(&settings);
        self.settings = settings;
    }

    /// The region that is served.
    pub(super) fn region(&self) -> String {
        self.settings.region.clone().unwrap_or_else(|| self.world.region.clone())
    }

    /// Calls so far.
    pub(super) fn calls(&self) -> usize {
        self.calls
    }

    /// Calls so far, by operation.
    pub(super) fn counts(&self) -> &BTreeMap<String, u64> {
        &self.counts
    }

    /// Calls that were not answered 200, by code.
    pub(super) fn refused(&self) -> &BTreeMap<String, u64> {
        &self.refused
    }

    /// Calls that had been answered before, word for word.
    pub(super) fn repeated(&self) -> &[String] {
        &self.repeated
    }

    /// Answers `raw`, which came at `now` by the real clock.
    pub(super) fn handle(&mut self, raw: &Raw, now: Timestamp) -> (Outcome, Timestamp) {
        let number = self.calls;
        self.calls += 1;
        let ahead = SignedDuration::from_secs(self.settings.clock_ahead_secs);
        let now = now.checked_add(ahead).unwrap_or(now);
        if self.settings.stall_at.is_some_and(|from| number >= from) {
            return (Outcome::Stall, now);
        }
        if self.settings.hangs_up(number) {
            return (Outcome::HangUp, now);
        }
        (Outcome::Reply(self.answer(raw, number, now)), now)
    }

    fn answer(&mut self, raw: &Raw, number: usize, now: Timestamp) -> Reply {
        let id = format!("00000000-0000-4000-8000-{number:012}");
        let signature = sign::read(raw);
        let signs = signature.as_ref().map_or("", |signature| signature.service.as_str());
        let services = std::mem::take(&mut self.services);
        let reply = match services.iter().find(|service| service.signs == signs) {
            None => {
                let message = "Request is missing Authentication Token";
                let refusal = Refusal::new("MissingAuthenticationTokenException", message);
                self.refuse("none", &services[0], Protocol::Json, &id, &refusal.with_status(403))
            }
            Some(service) => match understand(service, raw) {
                Err((protocol, refusal)) => self.refuse("none", service, protocol, &id, &refusal),
                Ok(understood) => self.serve(raw, &understood, number, now, &id),
            },
        };
        self.services = services;
        reply
    }

    fn serve(
        &mut self,
        raw: &Raw,
        understood: &Understood<'_>,
        number: usize,
        now: Timestamp,
        id: &str,
    ) -> Reply {
        let Understood { service, operation, protocol, request } = understood;
        let name = format!("{}:{}", service.name, operation.name);
        *self.counts.entry(name.clone()).or_default() += 1;
        let outcome = self
            .admit(raw, understood, &name, number, now)
            .and_then(|()| self.found(&name, understood, number));
        match outcome {
            Err(refusal) => self.refuse(&name, service, *protocol, id, &refusal),
            Ok(answer) => {
                let key = format!("{name} {request}");
                if !self.answered.insert(key.clone()) {
                    self.repeated.push(key);
                }
                answer::write(service, operation, *protocol, id, &answer)
            }
        }
    }

    /// Refuses a call for what it is signed with, for trouble and for lack of permission.
    fn admit(
        &mut self,
        raw: &Raw,
        understood: &Understood<'_>,
        name: &str,
        number: usize,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let Understood { service, protocol, .. } = understood;
        let Some(signature) = sign::read(raw) else { return Err(trouble::unknown(*protocol)) };
        let key = signature.access_key.clone();
        if !key.starts_with("AKIA") && !key.starts_with("ASIA") {
            return Err(trouble::unknown(*protocol));
        }
        sign::check(raw, &signature, service, *protocol, &self.region(), now)?;
        if self.settings.expire_at.is_some_and(|from| number >= from) {
            self.expired.append(&mut self.keys);
            self.settings.expire_at = None;
        }
        if self.expired.contains(&key) {
            return Err(trouble::expired(*protocol));
        }
        self.keys.insert(key);
        if self.settings.throttles(number) {
            return Err(trouble::throttled(*protocol));
        }
        if self.settings.breaks(number) {
            return Err(trouble::broken());
        }
        if self.settings.denies(name) {
            let caller = self.world.caller();
            return Err(trouble::denied(*protocol, name, &caller));
        }
        Ok(())
    }

    fn found(
        &mut self,
        name: &str,
        understood: &Understood<'_>,
        number: usize,
    ) -> Result<Map<String, Value>, Refusal> {
        let Understood { service, operation, protocol, request } = understood;
        if self.settings.empty && name != "sts:GetCallerIdentity" {
            return Ok(operation.empty.clone());
        }
        let bad = |message: String| trouble::bad_page(*protocol, &service.name, message);
        let found = self.world.find(name, request, &operation.empty)?;
        let Found { mut rest, list: Some((rule, items)) } = found else { return Ok(found.rest) };
        let Some(paging) = rule.paging else { return Ok(rest) };
        let size = page_size(&paging, request, self.settings.page_max, *protocol).map_err(bad)?;
        let of = without_paging(name, &paging, request);
        let from = self.place(&paging, request, &of, number).map_err(bad)?.min(items.len());
        let until = from.saturating_add(size).min(items.len());
        let more = until < items.len();
        if more {
            let token = token(&of, until);
            self.tokens.insert(token.clone(), Token { of, from: until, issued: number });
            rest.insert(paging.next.to_owned(), Value::from(token));
        }
        if paging.truncated {
            rest.insert("IsTruncated".to_owned(), Value::from(more));
        }
        if rest.contains_key(paging.size) {
            rest.insert(paging.size.to_owned(), Value::from(size.to_string()));
        }
        let mut page = items;
        page.truncate(until);
        rest.insert(rule.list.to_owned(), Value::Array(page.split_off(from)));
        Ok(rest)
    }

    /// Where the page of `request` begins.
    fn place(
        &self,
        paging: &Paging,
        request: &Value,
        of: &str,
        number: usize,
    ) -> Result<usize, String> {
        let Some(token) = request[paging.token].as_str() else { return Ok(0) };
        let known = self.tokens.get(token).filter(|known| known.of == of);
        let Some(known) = known else {
            return Err(format!("Invalid token: {token}"));
        };
        let age = number.saturating_sub(known.issued);
        if self.settings.token_life.is_some_and(|life| age > life) {
            return Err("The pagination token has expired".to_owned());
        }
        Ok(known.from)
    }

    fn refuse(
        &mut self,
        name: &str,
        service: &Service,
        protocol: Protocol,
        id: &str,
        refusal: &Refusal,
    ) -> Reply {
        *self.refused.entry(format!("{name} {}", refusal.code)).or_default() += 1;
        answer::refuse(service, protocol, id, refusal)
    }
}

/// Which operation `raw` asks for, with what parameters.
fn understand<'a>(service: &'a Service, raw: &Raw) -> Result<Understood<'a>, (Protocol, Refusal)> {
    let has = |protocol| service.protocols.contains(&protocol);
    let unknown = |protocol, what: &str| {
        (protocol, Refusal::new("UnknownOperationException", format!("No operation {what}.")))
    };
    if let Some(target) = raw.header("x-amz-target").filter(|_| has(Protocol::Json)) {
        let protocol = Protocol::Json;
        let name = target.strip_prefix(&service.target).and_then(|rest| rest.strip_prefix('.'));
        let operation = name.and_then(|name| service.operations.get(name));
        let operation = operation.ok_or_else(|| unknown(protocol, target))?;
        let request = serde_json::from_slice(&raw.body).map_err(|err| {
            (protocol, Refusal::new("SerializationException", format!("No JSON: {err}")))
        })?;
        return Ok(Understood { service, operation, protocol, request });
    }
    if let Some(protocol) = [Protocol::Query, Protocol::Ec2].into_iter().find(|one| has(*one)) {
        let pairs = form_urlencoded::parse(&raw.body);
        let params: BTreeMap<String, String> = pairs.into_owned().collect();
        let action = params.get("Action").cloned().unwrap_or_default();
        let operation = service.operations.get(&action);
        let operation = operation.ok_or_else(|| unknown(protocol, &action))?;
        if params.get("Version") != Some(&service.version) {
            let message = format!("{action} needs Version={}", service.version);
            return Err((protocol, Refusal::new("NoSuchVersion", message)));
        }
        let (request, left) = form::read(service, protocol, &operation.input, &params);
        if let Some(name) = left.first() {
            let message = format!("The parameter {name} is not recognized");
            return Err((protocol, Refusal::new("UnknownParameter", message)));
        }
        return Ok(Understood { service, operation, protocol, request });
    }
    let protocol = if has(Protocol::RestXml) { Protocol::RestXml } else { Protocol::RestJson };
    let mut all = service.operations.values();
    let matched = all.find_map(|operation| {
        let path =
            path_members(&operation.uri, &raw.path).filter(|_| operation.method == raw.method);
        path.map(|path| (operation, path))
    });
    let (operation, path) = matched.ok_or_else(|| unknown(protocol, &raw.path))?;
    let request = rest_request(service, operation, path, &raw.query)
        .map_err(|name| (protocol, Refusal::new("InvalidInput", format!("No parameter {name}"))))?;
    Ok(Understood { service, operation, protocol, request })
}

/// The parts of `path` that stand where `template` has braces, if it is of that form.
fn path_members(template: &str, path: &str) -> Option<BTreeMap<String, String>> {
    let template = template.split('?').next().unwrap_or_default();
    let (wanted, given): (Vec<_>, Vec<_>) =
        (template.split('/').collect(), path.split('/').collect());
    let mut members = BTreeMap::new();
    for (wanted, given) in wanted.iter().zip(&given) {
        match wanted.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) if !given.is_empty() => {
                let text = percent_encoding::percent_decode_str(given).decode_utf8_lossy();
                members.insert(name.trim_end_matches('+').to_owned(), text.into_owned());
            }
            _ if wanted == given => {}
            _ => return None,
        }
    }
    (wanted.len() == given.len()).then_some(members)
}

fn rest_request(
    service: &Service,
    operation: &Operation,
    path: BTreeMap<String, String>,
    query: &str,
) -> Result<Value, String> {
    let mut given = path;
    given.extend(form_urlencoded::parse(query.as_bytes()).into_owned());
    let mut request = Map::new();
    if let Some(Shape::Structure(members)) = service.shape(&operation.input) {
        for (name, member) in members {
            if let Some(text) = given.remove(&member.name) {
                request.insert(name.clone(), form::scalar(&member.kind, &text));
            }
        }
    }
    match given.into_keys().next() {
        Some(name) => Err(name),
        None => Ok(Value::Object(request)),
    }
}

fn page_size(
    paging: &Paging,
    request: &Value,
    page_max: Option<usize>,
    protocol: Protocol,
) -> Result<usize, String> {
    let asked = match &request[paging.size] {
        Value::Null => paging.default,
        Value::String(text) => text.parse().map_err(|_| format!("{text} is no number"))?,
        other => other.as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX),
    };
    let least = if protocol == Protocol::Ec2 { 5 } else { 1 };
    if asked < least || asked > paging.max {
        return Err(format!(
            "Value '{asked}' at '{}' failed to satisfy constraint: Member must have value from \
             {least} to {}",
            paging.size, paging.max
        ));
    }
    Ok(asked.min(page_max.unwrap_or(usize::MAX)).max(1))
}

fn without_paging(name: &str, paging: &Paging, request: &Value) -> String {
    let mut request = request.clone();
    if let Some(members) = request.as_object_mut() {
        members.remove(paging.size);
        members.remove(paging.token);
    }
    format!("{name} {request}")
}

/// An opaque token. The same place of the same list has the same token, so that a call which is
/// made again after a restart can be known as a repeated one.
fn token(of: &str, from: usize) -> String {
    let hash = format!("{of} {from}").bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("AQICAHh+{hash:016x}/{:x}==", hash.rotate_left(17))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_matched_part_by_part() {
        let zone = "/2013-04-01/hostedzone/{Id}/rrset";
        let found = path_members(zone, "/2013-04-01/hostedzone/Z1%2F2/rrset").unwrap();
        assert_eq!(found["Id"], "Z1/2");
        assert_eq!(path_members(zone, "/2013-04-01/hostedzone"), None);
        assert_eq!(path_members(zone, "/2013-04-01/hostedzone//rrset"), None);
    }
}
