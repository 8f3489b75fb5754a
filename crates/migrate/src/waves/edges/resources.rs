//! What an ARN or an endpoint of AWS names: queues, buckets, databases and their like.

use crate::waves::graph::ThingKind;

/// A thing of AWS that keeps data, passes messages or runs functions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Named {
    /// What it is.
    pub(super) kind: ThingKind,
    /// Its name.
    pub(super) name: String,
    /// The account, where it is written.
    pub(super) account: Option<String>,
}

impl Named {
    /// A thing whose account is not written.
    pub(super) fn new(kind: ThingKind, name: &str) -> Self {
        Self { kind, name: name.to_owned(), account: None }
    }
}

/// What `arn` names, if it is a thing of a kind that services share. Wildcards in the name give
/// nothing: they allow more than they name.
pub(super) fn of_arn(arn: &str) -> Option<Named> {
    let mut parts = arn.splitn(6, ':').skip(2);
    let (service, _region) = (parts.next()?, parts.next()?);
    let (account, rest) = (parts.next()?, parts.next()?);
    let behind = |prefix: &str| rest.strip_prefix(prefix).map(first_word);
    let (kind, name) = match service {
        "sqs" => (ThingKind::Queue, rest),
        "sns" => (ThingKind::Topic, first_word(rest)),
        "s3" => (ThingKind::Bucket, rest.split('/').next()?),
        "dynamodb" => (ThingKind::Table, behind("table/")?),
        "kinesis" => (ThingKind::Stream, behind("stream/")?),
        "firehose" => (ThingKind::Stream, behind("deliverystream/")?),
        // cluster/NAME/UUID
        "kafka" => (ThingKind::Stream, behind("cluster/")?.split('/').next()?),
        "events" => (ThingKind::Topic, behind("event-bus/")?),
        "es" | "aoss" => (ThingKind::Search, behind("domain/").or_else(|| behind("collection/"))?),
        "rds" => (ThingKind::Database, behind("cluster:").or_else(|| behind("db:"))?),
        "elasticache" => {
            let groups = ["replicationgroup:", "serverlesscache:", "cluster:"];
            (ThingKind::Cache, groups.iter().find_map(|prefix| behind(prefix))?)
        }
        "memorydb" => (ThingKind::Cache, behind("cluster/")?),
        "elasticfilesystem" => (ThingKind::FileSystem, behind("file-system/")?),
        "lambda" => (ThingKind::Function, behind("function:")?),
        "secretsmanager" => (ThingKind::Secret, without_suffix(behind("secret:")?)),
        "ssm" => return parameter(rest.strip_prefix("parameter")?, account),
        _ => return None,
    };
    let account = Some(account.to_owned()).filter(|text| !text.is_empty());
    named(kind, name).map(|named| Named { account, ..named })
}

/// A parameter by the part of its ARN behind `parameter`: `/dev/x` is the name of a path, `/x` of
/// a plain name.
fn parameter(rest: &str, account: &str) -> Option<Named> {
    let plain = rest.strip_prefix('/')?;
    let name = if plain.contains('/') { rest } else { plain };
    let account = Some(account.to_owned()).filter(|text| !text.is_empty());
    named(ThingKind::Secret, name).map(|named| Named { account, ..named })
}

/// What `host`, called with `path`, names among the endpoints of AWS.
pub(super) fn of_endpoint(host: &str, path: &str) -> Option<Named> {
    let aws = ["amazonaws.com", "amazonaws.com.cn", "on.aws"];
    let zone =
        aws.iter().find(|zone| host.strip_suffix(**zone).is_some_and(|h| h.ends_with('.')))?;
    let labels: Vec<&str> = host.strip_suffix(zone)?.trim_end_matches('.').split('.').collect();
    let first = *labels.first()?;
    let has = |label: &str| labels.iter().skip(1).any(|one| *one == label);
    if first == "sqs" || first == "queue" || has("queue") {
        let mut parts = path.trim_start_matches('/').split('/');
        let (account, name) = (parts.next()?, parts.next()?);
        let account = Some(account.to_owned());
        return named(ThingKind::Queue, name).map(|named| Named { account, ..named });
    }
    if is_s3(first) {
        return named(ThingKind::Bucket, path.trim_start_matches('/').split('/').next()?);
    }
    if let Some(at) = labels.iter().position(|label| is_s3(label)) {
        return named(ThingKind::Bucket, &labels.get(..at)?.join("."));
    }
    let second = labels.get(1).copied().unwrap_or_default();
    let (kind, name) = if has("rds") || has("docdb") || has("neptune") || has("redshift") {
        (ThingKind::Database, first)
    } else if has("cache") || has("memorydb") {
        (ThingKind::Cache, cache_name(first, second))
    } else if has("kafka") || has("kafka-serverless") {
        (ThingKind::Stream, if has("kafka") { second } else { first })
    } else if has("es") || has("aoss") {
        (ThingKind::Search, first.strip_prefix("search-").unwrap_or(first))
    } else if has("mq") {
        (ThingKind::Queue, first)
    } else if has("efs") {
        (ThingKind::FileSystem, first)
    } else {
        return None;
    };
    named(kind, name)
}

/// `s3`, `s3-ap-northeast-2`, `s3-accelerate`.
fn is_s3(label: &str) -> bool {
    label == "s3" || label.starts_with("s3-")
}

/// `master.orders.…` and `orders-001.orders.…` are the cache `orders`.
fn cache_name<'t>(first: &'t str, second: &'t str) -> &'t str {
    let role = ["master", "replica", "clustercfg", "configuration"].contains(&first);
    let node =
        !second.is_empty() && first.strip_prefix(second).is_some_and(|t| t.starts_with("-0"));
    if role || node { second } else { first }
}

fn named(kind: ThingKind, name: &str) -> Option<Named> {
    let hopeless = name.is_empty() || name.contains(['*', '$', '{', '}', ' ', '%']);
    (!hopeless).then(|| Named::new(kind, name))
}

/// Up to the next colon or slash: versions, indexes and keys belong to the same thing.
fn first_word(rest: &str) -> &str {
    // Names of secrets have slashes of their own.
    rest.split(':').next().map_or(rest, |word| word.split("/index/").next().unwrap_or(word))
}

/// `dev/db-AbC123` without the six characters that Secrets Manager appends.
pub(super) fn without_suffix(name: &str) -> &str {
    match name.rsplit_once('-') {
        Some((head, tail))
            if tail.len() == 6 && tail.chars().all(|c| c.is_ascii_alphanumeric()) =>
        {
            head
        }
        _ => name,
    }
}

/// What a `valueFrom` names: an ARN, or a bare name of the parameter store.
pub(super) fn of_value_from(value: &str) -> Option<Named> {
    if value.starts_with("arn:") {
        return of_arn(value).filter(|named| named.kind == ThingKind::Secret);
    }
    named(ThingKind::Secret, value)
}

/// True for what can be the name of a bucket (Amazon S3, "Bucket naming rules").
pub(super) fn is_bucket_name(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    (3..=63).contains(&text.len())
        && text.chars().all(plain)
        && text.contains('-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(named: Option<Named>) -> String {
        named.map_or_else(String::new, |named| format!("{} {}", named.kind.noun(), named.name))
    }

    #[test]
    fn arns_name_things() {
        for (arn, want) in [
            ("arn:aws:sqs:r:1:dev-jobs", "queue dev-jobs"),
            ("arn:aws:s3:::haedal-dev/a/b.env", "bucket haedal-dev"),
            ("arn:aws:dynamodb:r:1:table/orders/index/by-day", "table orders"),
            ("arn:aws:secretsmanager:r:1:secret:dev/db-AbC123:password::", "secret dev/db"),
            ("arn:aws:ssm:r:1:parameter/dev/key", "secret /dev/key"),
            ("arn:aws:ssm:r:1:parameter/key", "secret key"),
            ("arn:aws:sqs:r:1:*", ""),
            ("arn:aws:ecs:r:1:task-definition/x", ""),
            ("arn:aws:kafka:r:1:cluster/events/0-1", "stream events"),
        ] {
            assert_eq!(shown(of_arn(arn)), want, "{arn}");
        }
    }

    #[test]
    fn endpoints_name_things() {
        for (host, path, want) in [
            ("dev-db.cluster-ro-c7.r.rds.amazonaws.com", "", "database dev-db"),
            ("dev-redis.q7.0001.apn2.cache.amazonaws.com", "", "cache dev-redis"),
            ("master.orders.q7.apn2.cache.amazonaws.com", "", "cache orders"),
            ("orders-001.orders.q7.0001.apn2.cache.amazonaws.com", "", "cache orders"),
            ("sqs.r.amazonaws.com", "/1/dev-jobs", "queue dev-jobs"),
            ("r.queue.amazonaws.com", "/1/dev-jobs", "queue dev-jobs"),
            ("files.s3.r.amazonaws.com", "/key", "bucket files"),
            ("s3.r.amazonaws.com", "/files/key", "bucket files"),
            ("b-1.events.c7.c2.kafka.r.amazonaws.com", "", "stream events"),
            ("fs-0a.efs.r.amazonaws.com", "", "file system fs-0a"),
            ("sts.r.amazonaws.com", "", ""),
            ("my-alb-1.r.elb.amazonaws.com", "", ""),
            ("amazonaws.com", "", ""),
        ] {
            assert_eq!(shown(of_endpoint(host, path)), want, "{host}{path}");
        }
    }
}
