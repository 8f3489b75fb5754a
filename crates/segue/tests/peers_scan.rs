//! The sweep against moto with the example estate in it: how many calls, and whether what moto
//! keeps comes back as it was recorded.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests start programs and look at files"
)]

#[expect(dead_code, reason = "the tests of the fake need more of it")]
#[path = "support/swept.rs"]
mod swept;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use swept::{all, client, estate, keys, one_form, recorded};
use xtask::moto::{LOST, Moto, REFUSED};

const REGION: &str = "ap-northeast-2";

/// Members by which a thing of a list is known, the most telling first.
const KEYS: [&str; 26] = [
    "ListenerArn",
    "RuleArn",
    "serviceArn",
    "taskArn",
    "taskDefinitionArn",
    "clusterArn",
    "LoadBalancerArn",
    "TargetGroupArn",
    "CertificateArn",
    "ResourceArn",
    "GroupId",
    "SubnetId",
    "VpcId",
    "AlarmArn",
    "PolicyARN",
    "ScheduledActionName",
    "logGroupName",
    "FileSystemId",
    "Arn",
    "ARN",
    "ResourceId",
    "Id",
    "Name",
    "Key",
    "name",
    "Field",
];

#[tokio::test]
async fn what_moto_keeps_comes_back_and_what_it_loses_is_listed() {
    let moto = Moto::start().unwrap();
    let loaded = moto.load(&estate(), REGION).unwrap();
    println!(
        "loaded by {} calls, {} ids, {} refused",
        loaded.calls,
        loaded.ids.len(),
        loaded.refused.len()
    );
    for refused in &REFUSED {
        let times = loaded.refused.iter().filter(|said| said.starts_with(refused.report)).count();
        assert_eq!(times, refused.times, "{}: {:#?}", refused.report, loaded.refused);
    }
    let listed: usize = REFUSED.iter().map(|refused| refused.times).sum();
    assert_eq!(loaded.refused.len(), listed, "{:#?}", loaded.refused);

    let swept = all(client(&moto.url(), REGION, keys()).await.unwrap()).await;
    let sent = swept.client.sent();
    let of = |prefix: &str| -> u64 {
        sent.iter().filter(|(name, _)| name.starts_with(prefix)).map(|(_, calls)| calls).sum()
    };
    let core = of("ecs:") + of("elasticloadbalancing:") + of("application-autoscaling:");
    println!(
        "core sweep {core} calls, whole scan {} calls; without answer: {:?}",
        of(""),
        swept.refused
    );
    assert!(core <= 760, "{core} calls: {sent:#?}");

    let back: BTreeMap<&str, &str> =
        loaded.ids.iter().map(|(recorded, made)| (made.as_str(), recorded.as_str())).collect();
    let found: Vec<_> = swept
        .sweep
        .answered()
        .map(|(_, asked, answer)| Answered {
            operation: asked.operation,
            request: scope(&renamed(&asked.request, &back)),
            answer: one_form(&renamed(answer, &back)),
        })
        .collect();
    let before: Vec<_> = recorded(&estate())
        .into_iter()
        .map(|(operation, request, answer)| Answered { operation, request, answer })
        .collect();
    let mut needed = BTreeSet::new();
    let mut unexplained = BTreeMap::new();
    for (operation, path, one, other) in differences(&before, &found) {
        let lost = LOST.iter().position(|lost| {
            operation.starts_with(lost.operation) && path.starts_with(lost.member)
        });
        match lost {
            Some(number) => drop(needed.insert(number)),
            None => drop(unexplained.insert((operation, path), (one, other))),
        }
    }
    assert!(unexplained.is_empty(), "{unexplained:#?}");
    let stale: Vec<_> = (0..LOST.len()).filter(|n| !needed.contains(n)).map(|n| LOST[n]).collect();
    assert_eq!(stale, [], "moto keeps these by now");
}

/// `value` with moto's ids put back to those of the snapshot.
fn renamed(value: &Value, back: &BTreeMap<&str, &str>) -> Value {
    match value {
        Value::String(text) => Value::from(*back.get(text.as_str()).unwrap_or(&text.as_str())),
        Value::Array(items) => items.iter().map(|item| renamed(item, back)).collect(),
        Value::Object(members) => {
            let pairs = members.iter().map(|(name, value)| (name.clone(), renamed(value, back)));
            Value::Object(pairs.collect())
        }
        other => other.clone(),
    }
}

/// A request without what says how its answer is cut.
fn scope(request: &Value) -> Value {
    let paging = [
        "nextToken",
        "NextToken",
        "Marker",
        "maxResults",
        "MaxResults",
        "MaxItems",
        "MaxRecords",
        "PageSize",
        "limit",
        "Limit",
        "include",
    ];
    let mut members = request.as_object().cloned().unwrap_or_default();
    members.retain(|name, _| !paging.contains(&name.as_str()));
    Value::Object(members)
}

/// An answer, and what was asked.
struct Answered {
    operation: String,
    request: Value,
    answer: Value,
}

type Difference = (String, String, String, String);

/// What is recorded and not found the same: operation, path, and both values.
fn differences(recorded: &[Answered], found: &[Answered]) -> Vec<Difference> {
    let mut all = Vec::new();
    for Answered { operation, request, answer } in recorded {
        let (request, answer) = (scope(request), one_form(answer));
        let same: Vec<&Answered> = found.iter().filter(|one| one.operation == *operation).collect();
        let exact: Vec<&Answered> =
            same.iter().filter(|one| one.request == request).copied().collect();
        let same = if exact.is_empty() { same } else { exact };
        for (member, value) in answer.as_object().unwrap() {
            if matches!(
                member.as_str(),
                "nextToken" | "NextToken" | "Marker" | "MaxItems" | "IsTruncated"
            ) {
                continue;
            }
            let others: Vec<&Value> =
                same.iter().filter_map(|one| one.answer.get(member)).collect();
            let path = format!("/{member}");
            let mut diff = Diff { operation, all: &mut all };
            match value {
                Value::Array(items) => {
                    let others: Vec<&Value> =
                        others.into_iter().filter_map(Value::as_array).flatten().collect();
                    diff.list(items, &others, &path);
                }
                _ => diff.one_of(value, &others, &path),
            }
        }
    }
    all
}

struct Diff<'a> {
    operation: &'a str,
    all: &'a mut Vec<Difference>,
}

impl Diff<'_> {
    /// A thing that has an answer of its own: that of the same request, else the one of its key.
    fn one_of(&mut self, value: &Value, others: &[&Value], path: &str) {
        let same = others.iter().find(|other| key(other) == key(value));
        match (same, others) {
            (Some(other), _) | (None, [other]) => self.walk(value, other, path),
            (None, _) => self.note(&format!("{path} gone"), value, &Value::Null),
        }
    }

    fn list(&mut self, items: &[Value], others: &[&Value], path: &str) {
        for item in items {
            match others.iter().find(|other| key(other) == key(item)) {
                Some(other) => self.walk(item, other, &format!("{path}[]")),
                None => self.note(&format!("{path}[] gone"), item, &Value::Null),
            }
        }
    }

    fn walk(&mut self, one: &Value, other: &Value, path: &str) {
        match (one, other) {
            _ if one == other => {}
            (Value::Object(members), Value::Object(found)) => {
                for (name, value) in members {
                    let below = format!("{path}/{name}");
                    self.walk(value, found.get(name).unwrap_or(&Value::Null), &below);
                }
            }
            (Value::Array(items), Value::Array(found)) => {
                self.list(items, &found.iter().collect::<Vec<_>>(), path);
            }
            _ => self.note(path, one, other),
        }
    }

    fn note(&mut self, path: &str, one: &Value, other: &Value) {
        let short = |value: &Value| value.to_string().chars().take(160).collect();
        self.all.push((self.operation.to_owned(), path.to_owned(), short(one), short(other)));
    }
}

/// What a thing is known by: its most telling member, or all of it.
fn key(value: &Value) -> String {
    // Records of a zone share their names.
    let all = |names: [&str; 2]| names.iter().all(|name| value.get(*name).is_some());
    if all(["Name", "Type"]) && value.get("Arn").is_none() {
        return format!("{} {} {}", value["Name"], value["Type"], value["SetIdentifier"]);
    }
    let named =
        KEYS.iter().find_map(|name| Some(format!("{name} {}", value.get(*name)?.as_str()?)));
    named.unwrap_or_else(|| match value.get("Target") {
        Some(target) => key(target),
        None => value.to_string(),
    })
}
