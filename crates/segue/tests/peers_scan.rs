//! The sweep against moto with the example estate in it: how many calls, whether what moto keeps
//! comes back as it was recorded, and whether the plan of it is the plan of the files.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests start programs and look at files"
)]

#[expect(dead_code, reason = "the tests of the fake need more of it")]
#[path = "support/swept.rs"]
mod swept;

#[path = "support/objects.rs"]
mod objects;

#[expect(dead_code, reason = "other tests plan other things")]
#[path = "support/repository.rs"]
mod repository;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use migrate::sweep::Sweep;
use repository::Repository;
use serde_json::Value;
use swept::{all, client, estate, keys, one_form, recorded};
use xtask::moto::{Cause, How, LOST, Loaded, Moto, REFUSED, UNLIKE, Unlike};

const REGION: &str = "ap-northeast-2";

/// Members by which a thing of a list is known, the most telling first.
const KEYS: [&str; 28] = [
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
    "NatGatewayId",
    "SubnetId",
    "VpcId",
    "AlarmArn",
    "imageDigest",
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

/// One scan of moto, for all tests of a process: to load it takes half a minute.
static SCANNED: LazyLock<Scanned> = LazyLock::new(Scanned::new);

struct Scanned {
    loaded: Loaded,
    sweep: Sweep,
    sent: BTreeMap<String, u64>,
    refused: BTreeSet<(String, String)>,
}

impl Scanned {
    fn new() -> Self {
        let moto = Moto::start().unwrap();
        let loaded = moto.load(&estate(), REGION).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let swept = runtime
            .block_on(async { all(client(&moto.url(), REGION, keys()).await.unwrap()).await });
        Self { loaded, sent: swept.client.sent(), sweep: swept.sweep, refused: swept.refused }
    }

    /// Ids of moto, and those that they stand for.
    fn back(&self) -> BTreeMap<&str, &str> {
        let ids = self.loaded.ids.iter();
        ids.map(|(recorded, made)| (made.as_str(), recorded.as_str())).collect()
    }
}

#[test]
fn what_moto_refuses_is_listed_and_the_core_is_few_calls() {
    let Scanned { loaded, sent, refused, .. } = &*SCANNED;
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
    let of = |prefix: &str| -> u64 {
        sent.iter().filter(|(name, _)| name.starts_with(prefix)).map(|(_, calls)| calls).sum()
    };
    let core = of("ecs:") + of("elasticloadbalancing:") + of("application-autoscaling:");
    println!("core sweep {core} calls, whole scan {} calls; without answer: {refused:?}", of(""));
    assert!(core <= 760, "{core} calls: {sent:#?}");
}

#[test]
fn the_plan_of_the_scan_is_the_plan_of_the_files_object_by_object() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = folder.path().join("snapshot");
    swept::write(&SCANNED.sweep, &snapshot);
    let (files, scan) = (Repository::of_example(), Repository::of_snapshot(&snapshot, folder));
    let (files, scan) =
        (objects::objects(&files, &BTreeMap::new()), objects::objects(&scan, &SCANNED.back()));
    assert!(files.len() > 900, "{} objects", files.len());
    let differences = objects::differences(&files, &scan);
    let differ: BTreeSet<_> = differences.iter().map(|one| &one.place).collect();
    println!(
        "{} objects and things of the files, {} of the scan, {} differ in {} fields",
        files.len(),
        scan.len(),
        differ.len(),
        differences.len()
    );
    let mut needed = BTreeSet::new();
    let mut unexplained = Vec::new();
    for difference in differences {
        if difference.field.ends_with("/image") {
            let repository = |image: &str| image.split('@').next().map(untagged);
            let (one, other) = &difference.values;
            assert_eq!(repository(one), repository(other), "{difference:?}");
        }
        let (folder, kind, name) = &difference.place;
        let explains = |unlike: &Unlike| {
            folder.starts_with(unlike.folder)
                && (unlike.kind.is_empty() || kind == unlike.kind)
                && name.starts_with(unlike.name)
                && difference.field.starts_with(unlike.field)
                && (difference.field.is_empty() || !unlike.field.is_empty())
                && difference.how == unlike.how
        };
        match UNLIKE.iter().position(explains) {
            Some(number) => drop(needed.insert(number)),
            None => unexplained.push(difference),
        }
    }
    assert!(unexplained.is_empty(), "{} differences: {unexplained:#?}", unexplained.len());
    let stale: Vec<_> = (0..UNLIKE.len()).filter(|n| !needed.contains(n)).collect();
    let stale: Vec<_> = stale.into_iter().map(|number| UNLIKE[number]).collect();
    assert_eq!(stale, [], "the plans agree in these by now");
}

/// The repository of an image, in the form of JSON: the part before the tag.
fn untagged(image: &str) -> String {
    let name = image.trim_matches('"');
    let slash = name.rfind('/').unwrap_or(0);
    let tag = name.rfind(':').filter(|colon| *colon > slash);
    name.split_at(tag.unwrap_or(name.len())).0.to_owned()
}

#[test]
fn every_difference_of_the_plans_has_a_cause_in_moto() {
    for unlike in UNLIKE {
        let known = match unlike.cause {
            Cause::Lost(operation, member) => {
                LOST.iter().any(|lost| (lost.operation, lost.member) == (operation, member))
            }
            Cause::Refused(report) => REFUSED.iter().any(|one| one.report.starts_with(report)),
            // Shown by the scan: the loader said nothing of the kind.
            Cause::Invented(_) => unlike.how == How::Invented,
        };
        assert!(known, "{unlike:?}");
    }
}

#[test]
fn what_moto_keeps_comes_back_and_what_it_loses_is_listed() {
    let back = SCANNED.back();
    let found: Vec<_> = SCANNED
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
        Value::String(text) => {
            // An ARN ends in an id; what follows that of a secret says which part of it.
            let after = text.match_indices(':').nth(6).filter(|_| text.contains(":secret:"));
            let (id, part) = text.split_at(after.map_or(text.len(), |(at, _)| at));
            let last = id.rfind('/').filter(|_| id.starts_with("arn:aws:ec2:"));
            let (arn, last) = id.split_at(last.map_or(0, |at| at + 1));
            let whole = back.get(id).map(ToString::to_string);
            let known = whole.or_else(|| Some(format!("{arn}{}", back.get(last)?)));
            known.map_or_else(|| value.clone(), |id| Value::from(id + part))
        }
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
