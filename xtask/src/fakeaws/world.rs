//! The account behind the fake: the recorded answers of an estate, put together again.
//!
//! Pages and batches of the recording are forgotten: what counts is which things there are and in
//! what scope (a cluster, a listener, a zone). A caller may then ask for them in its own pages.

use super::answer::Refusal;
use super::limits::{self, Batch, Missing, Rule};
use super::trouble::Settings;
use anyhow::{Context, Result};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

mod metrics;
mod special;

/// Members that say how large a page is.
const PAGE_SIZES: [&str; 6] =
    ["maxResults", "MaxResults", "MaxItems", "MaxRecords", "PageSize", "limit"];

/// Members of requests that name a page.
const TOKENS: [&str; 3] = ["NextToken", "nextToken", "Marker"];

/// Everything that was recorded, by operation.
#[derive(Debug)]
pub(super) struct World {
    recorded: BTreeMap<String, Vec<Recorded>>,
    /// The region that was recorded.
    pub(super) region: String,
    /// Records that a page of Route 53 holds at most, 300 or fewer.
    pub(super) records_a_page: usize,
    /// Points that an answer of `GetMetricData` holds at most, 100,800 or fewer.
    pub(super) points_an_answer: usize,
}

/// One call that was answered.
#[derive(Debug)]
pub(super) struct Recorded {
    pub(super) request: Value,
    pub(super) answer: Map<String, Value>,
}

/// What a call is answered with before pages are cut.
#[derive(Debug)]
pub(super) struct Found {
    /// Members beside the list.
    pub(super) rest: Map<String, Value>,
    /// The list, with the rule that says how it is paged.
    pub(super) list: Option<(&'static Rule, Vec<Value>)>,
}

impl World {
    /// Reads the snapshot in `folder`.
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let read = |path: &Path| -> Result<Value> {
            let text = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
            serde_json::from_slice(&text).with_context(|| format!("{} is no JSON", path.display()))
        };
        let manifest = read(&folder.join("snapshot.json"))?;
        let mut recorded: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (path, meta) in manifest["answers"].as_object().context("no answers are listed")? {
            let operation = meta["operation"].as_str().context("an answer has no operation")?;
            let Value::Object(answer) = read(&folder.join(path))? else { continue };
            let request = meta["request"].clone();
            recorded.entry(operation.to_owned()).or_default().push(Recorded { request, answer });
        }
        let region = manifest["regions"][0].as_str().unwrap_or("us-east-1").to_owned();
        Ok(Self { recorded, region, records_a_page: usize::MAX, points_an_answer: usize::MAX })
    }

    /// Takes the limits of `settings` where they are below those of AWS.
    pub(super) fn limit(&mut self, settings: &Settings) {
        self.records_a_page = settings.page_max.unwrap_or(usize::MAX).max(1);
    }

    /// Who the recording was made by.
    pub(super) fn caller(&self) -> String {
        let identity = self.recorded("sts:GetCallerIdentity").first();
        let arn = identity.and_then(|one| one.answer.get("Arn"));
        arn.map(|arn| text(arn).to_owned()).unwrap_or_default()
    }

    /// The answer to `request` of `operation`, whose answer with nothing in it is `empty`.
    pub(super) fn find(
        &self,
        operation: &str,
        request: &Value,
        empty: &Map<String, Value>,
    ) -> Result<Found, Refusal> {
        if let Some(found) = self.special(operation, request, empty)? {
            return Ok(found);
        }
        let Some(rule) = limits::of(operation) else {
            return Ok(Found { rest: self.as_recorded(operation, request, empty), list: None });
        };
        self.check_parent(operation, request)?;
        let records = self.of_scope(rule, request);
        let mut rest = empty.clone();
        for record in records.iter().take(1) {
            for (name, value) in &record.answer {
                rest.insert(name.clone(), value.clone());
            }
        }
        for name in [rule.list, "NextToken", "nextToken", "Marker", "NextMarker"] {
            rest.remove(name);
        }
        let mut items: Vec<Value> = Vec::new();
        for record in records {
            items.extend(
                record
                    .answer
                    .get(rule.list)
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten()
                    .cloned(),
            );
        }
        if operation == "elasticloadbalancing:DescribeTags" {
            self.untagged(request, &mut items);
        }
        if let Some(batch) = &rule.batch {
            items = choose(batch, request, items, &mut rest)?;
        }
        items.retain(|item| special::passes(operation, request, item));
        special::include(operation, request, &mut items);
        if rule.paging.is_none() {
            rest.insert(rule.list.to_owned(), Value::Array(items));
            return Ok(Found { rest, list: None });
        }
        Ok(Found { rest, list: Some((rule, items)) })
    }

    /// What was answered to the same request, whatever page sizes either names; else nothing.
    fn as_recorded(
        &self,
        operation: &str,
        request: &Value,
        empty: &Map<String, Value>,
    ) -> Map<String, Value> {
        let essence = |request: &Value| {
            let mut members = request.as_object().cloned().unwrap_or_default();
            members.retain(|name, _| !PAGE_SIZES.contains(&name.as_str()));
            members
        };
        let asked = essence(request);
        let mut all = self.recorded(operation).iter();
        let found = all.find(|record| essence(&record.request) == asked);
        found.map_or_else(|| empty.clone(), |record| record.answer.clone())
    }

    /// All that was recorded of `operation`.
    pub(super) fn recorded(&self, operation: &str) -> &[Recorded] {
        self.recorded.get(operation).map_or(&[], Vec::as_slice)
    }

    /// The elements of `list` in all answers of `operation`.
    pub(super) fn all<'a>(
        &'a self,
        operation: &str,
        list: &'a str,
    ) -> impl Iterator<Item = &'a Value> {
        let answers = self.recorded(operation).iter();
        answers.flat_map(move |one| {
            one.answer.get(list).and_then(Value::as_array).into_iter().flatten()
        })
    }

    fn of_scope(&self, rule: &Rule, request: &Value) -> Vec<&Recorded> {
        let all = self.recorded(rule.operation).iter();
        let same = |record: &&Recorded| {
            rule.scope.iter().all(|member| match request.get(*member) {
                // `ListenerArns` instead of a load balancer: everything is looked through.
                None => true,
                Some(asked) => same_thing(asked, &record.request[*member]),
            })
        };
        let mut records: Vec<_> = all.filter(same).collect();
        records.sort_by_cached_key(|record| {
            (without_token(&record.request), page_of(&record.request))
        });
        records
    }

    /// A tag description without tags for each thing that exists and was not asked about.
    fn untagged(&self, request: &Value, items: &mut Vec<Value>) {
        let known: BTreeSet<String> =
            items.iter().map(|item| text(&item["ResourceArn"]).to_owned()).collect();
        let things = [
            ("elasticloadbalancing:DescribeLoadBalancers", "LoadBalancers", "LoadBalancerArn"),
            ("elasticloadbalancing:DescribeTargetGroups", "TargetGroups", "TargetGroupArn"),
            ("elasticloadbalancing:DescribeListeners", "Listeners", "ListenerArn"),
            ("elasticloadbalancing:DescribeRules", "Rules", "RuleArn"),
        ];
        let there: BTreeSet<&str> = things
            .iter()
            .flat_map(|(operation, list, id)| {
                self.all(operation, list).map(move |thing| text(&thing[*id]))
            })
            .collect();
        for arn in list(&request["ResourceArns"]) {
            let arn = text(arn);
            if !known.contains(arn) && there.contains(arn) {
                items.push(json!({"ResourceArn": arn, "Tags": []}));
            }
        }
    }
}

/// The elements that a call names, in its order; all of them where it names none.
fn choose(
    batch: &Batch,
    request: &Value,
    items: Vec<Value>,
    rest: &mut Map<String, Value>,
) -> Result<Vec<Value>, Refusal> {
    let ids = list(&request[batch.ids]);
    if ids.is_empty() && batch.must {
        return Err(Refusal::new(
            "InvalidParameterException",
            format!("{} cannot be empty.", batch.ids),
        ));
    }
    if ids.is_empty() {
        return Ok(items);
    }
    if ids.len() > batch.max {
        let message = format!("{} can have at most {} items.", batch.ids, batch.max);
        let code = if batch.ids.starts_with(char::is_lowercase) {
            "InvalidParameterException"
        } else {
            "ValidationError"
        };
        return Err(Refusal::new(code, message));
    }
    let (mut chosen, mut failed) = (Vec::new(), Vec::new());
    for id in ids {
        let found = items.iter().find(|item| batch.keys.iter().any(|key| item[*key] == *id));
        match (found, batch.missing) {
            (Some(item), _) => chosen.push(item.clone()),
            (None, Missing::Failures) => failed.push(json!({"arn": id, "reason": "MISSING"})),
            (None, Missing::Refuse(code)) => {
                return Err(Refusal::new(code, format!("'{}' not found", text(id))));
            }
            (None, Missing::Omit) => {}
        }
    }
    if matches!(batch.missing, Missing::Failures) {
        rest.insert("failures".to_owned(), Value::Array(failed));
    }
    Ok(chosen)
}

/// Whether two values name one thing: equal, or a name and the ARN that ends in it.
fn same_thing(asked: &Value, recorded: &Value) -> bool {
    let last = |value: &Value| text(value).rsplit('/').next().unwrap_or_default().to_owned();
    asked == recorded || (!text(asked).starts_with("arn:") && last(asked) == last(recorded))
}

/// What a request asks for, whichever page of it.
fn without_token(request: &Value) -> String {
    let mut members = request.as_object().cloned().unwrap_or_default();
    members.retain(|name, _| !TOKENS.contains(&name.as_str()));
    Value::Object(members).to_string()
}

/// The number of the page that a recorded request asked for.
fn page_of(request: &Value) -> usize {
    let token =
        ["NextToken", "nextToken", "Marker"].iter().find_map(|name| request[*name].as_str());
    let number = token.and_then(|token| token.rsplit('-').next()).and_then(|end| end.parse().ok());
    number.unwrap_or(1)
}

pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
