//! Operations that are more than a list: single things, derived lists, filters, includes.

use super::super::answer::Refusal;
use super::super::limits;
use super::{Found, World, list, metrics, same_thing, text};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

impl World {
    /// The answer of an operation that the common way does not serve; `None` for all others.
    pub(super) fn special(
        &self,
        operation: &str,
        request: &Value,
        empty: &Map<String, Value>,
    ) -> Result<Option<Found>, Refusal> {
        let plain = |rest| Ok(Some(Found { rest, list: None }));
        // Where a list was recorded itself, it need not be derived from what stands below it.
        let derived = ["ecr:DescribeRepositories", "codedeploy:ListApplications"];
        if derived.contains(&operation) && !self.recorded(operation).is_empty() {
            return Ok(None);
        }
        match operation {
            "sts:GetCallerIdentity" => match self.recorded(operation).first() {
                Some(record) => plain(record.answer.clone()),
                None => plain(empty.clone()),
            },
            "ecs:DescribeTaskDefinition" => plain(self.task_definition(request)?),
            "ecs:ListTaskDefinitions" => Ok(Some(self.task_definitions(request))),
            "scheduler:GetSchedule" => plain(self.schedule(request)?),
            "secretsmanager:DescribeSecret" => plain(self.secret(request)?),
            "route53:ListResourceRecordSets" => plain(self.records(request)?),
            "ecr:DescribeRepositories" => Ok(Some(self.repositories())),
            "ecr:DescribeImages" => plain(self.images(request, "imageDetails")?),
            "ecr:BatchGetImage" => plain(self.images(request, "images")?),
            "elasticfilesystem:DescribeMountTargets" => plain(self.mount_targets(request)?),
            "codedeploy:ListApplications" => plain(self.applications()),
            "codedeploy:ListDeploymentGroups" => plain(self.deployment_groups(request)?),
            "codedeploy:BatchGetDeploymentGroups" => plain(self.group_details(request)?),
            "cloudwatch:GetMetricData" => plain(metrics::data(self, request)?),
            _ => Ok(None),
        }
    }

    /// Refuses a call about a cluster, a balancer, a listener or a rule that is not there.
    pub(super) fn check_parent(&self, operation: &str, request: &Value) -> Result<(), Refusal> {
        let parents = [
            (
                "ecs:",
                "cluster",
                "ecs:DescribeClusters",
                "clusters",
                "clusterArn",
                "ClusterNotFoundException",
            ),
            (
                "elasticloadbalancing:",
                "LoadBalancerArn",
                "elasticloadbalancing:DescribeLoadBalancers",
                "LoadBalancers",
                "LoadBalancerArn",
                "LoadBalancerNotFound",
            ),
            (
                "elasticloadbalancing:",
                "TargetGroupArn",
                "elasticloadbalancing:DescribeTargetGroups",
                "TargetGroups",
                "TargetGroupArn",
                "TargetGroupNotFound",
            ),
            (
                "elasticloadbalancing:",
                "ListenerArn",
                "elasticloadbalancing:DescribeListeners",
                "Listeners",
                "ListenerArn",
                "ListenerNotFound",
            ),
            ("events:", "Rule", "events:ListRules", "Rules", "Name", "ResourceNotFoundException"),
        ];
        for (service, member, from, list, id, code) in parents {
            let Some(asked) = request.get(member) else { continue };
            let here = operation.starts_with(service);
            if here && !self.all(from, list).any(|thing| same_thing(asked, &thing[id])) {
                return Err(Refusal::new(code, format!("{} not found.", text(asked))));
            }
        }
        let wants_cluster = limits::of(operation).is_some_and(|rule| rule.scope == ["cluster"]);
        if wants_cluster && request.get("cluster").is_none() {
            // Without a name ECS takes the cluster `default`, which a hand-made estate may lack.
            return Err(Refusal::new("ClusterNotFoundException", "Cluster not found."));
        }
        let none = |members: &[&str]| members.iter().all(|member| request.get(member).is_none());
        if operation.ends_with(":DescribeListeners") && none(&["LoadBalancerArn", "ListenerArns"]) {
            let message = "You must specify either listener ARNs or a load balancer ARN";
            return Err(Refusal::new("ValidationError", message));
        }
        if operation.ends_with(":DescribeRules") && none(&["ListenerArn", "RuleArns"]) {
            let message = "You must specify either listener rule ARNs or a listener ARN";
            return Err(Refusal::new("ValidationError", message));
        }
        Ok(())
    }

    fn task_definition(&self, request: &Value) -> Result<Map<String, Value>, Refusal> {
        let asked = text(&request["taskDefinition"]);
        let all = self.recorded("ecs:DescribeTaskDefinition").iter();
        let name = |record: &&super::Recorded| {
            let arn = text(&record.request["taskDefinition"]);
            arn == asked || arn.rsplit('/').next() == Some(asked)
        };
        let Some(record) = all.clone().find(name) else {
            return Err(Refusal::new("ClientException", "Unable to describe task definition."));
        };
        let mut answer = record.answer.clone();
        if !list(&request["include"]).contains(&Value::from("TAGS")) {
            answer.insert("tags".to_owned(), json!([]));
        }
        Ok(answer)
    }

    fn task_definitions(&self, request: &Value) -> Found {
        let recorded = self.recorded("ecs:DescribeTaskDefinition").iter();
        let family = request["familyPrefix"].as_str();
        let arns: BTreeSet<&str> = recorded
            .map(|record| text(&record.request["taskDefinition"]))
            .filter(|arn| {
                let name = arn.rsplit('/').next().and_then(|name| name.split(':').next());
                family.is_none_or(|family| name == Some(family))
            })
            .collect();
        let items = arns.into_iter().map(Value::from).collect();
        Found {
            rest: Map::new(),
            list: limits::of("ecs:ListTaskDefinitions").map(|rule| (rule, items)),
        }
    }

    fn schedule(&self, request: &Value) -> Result<Map<String, Value>, Refusal> {
        let group = request["GroupName"].as_str().unwrap_or("default");
        let mut all = self.recorded("scheduler:GetSchedule").iter();
        let found = all.find(|record| {
            record.answer.get("Name") == request.get("Name")
                && record.answer.get("GroupName").and_then(Value::as_str) == Some(group)
        });
        found.map(|record| record.answer.clone()).ok_or_else(|| {
            let message = format!("Schedule {} does not exist.", text(&request["Name"]));
            Refusal::new("ResourceNotFoundException", message).with_status(404)
        })
    }

    fn secret(&self, request: &Value) -> Result<Map<String, Value>, Refusal> {
        let asked = &request["SecretId"];
        let mut all = self.all("secretsmanager:ListSecrets", "SecretList");
        let found = all.find(|secret| secret["ARN"] == *asked || secret["Name"] == *asked);
        found.and_then(Value::as_object).cloned().ok_or_else(|| {
            let message = "Secrets Manager can't find the specified secret.";
            Refusal::new("ResourceNotFoundException", message)
        })
    }

    /// Records of a zone; the next page begins at a record that the answer names.
    fn records(&self, request: &Value) -> Result<Map<String, Value>, Refusal> {
        let zone = text(&request["HostedZoneId"]).trim_start_matches("/hostedzone/");
        let zones = "route53:ListHostedZones";
        if !self.all(zones, "HostedZones").any(|one| text(&one["Id"]).ends_with(zone)) {
            let message = format!("No hosted zone found with ID: {zone}");
            return Err(Refusal::new("NoSuchHostedZone", message).with_status(404));
        }
        let recorded = self.recorded("route53:ListResourceRecordSets").iter();
        let of_zone =
            recorded.filter(|record| text(&record.request["HostedZoneId"]).ends_with(zone));
        let records: Vec<Value> = of_zone
            .flat_map(|record| {
                record.answer.get("ResourceRecordSets").map(list).unwrap_or_default()
            })
            .cloned()
            .collect();
        let start = ["StartRecordName", "StartRecordType", "StartRecordIdentifier"];
        let members = ["Name", "Type", "SetIdentifier"];
        let begins = |record: &&Value| {
            start.iter().zip(members).all(|(asked, member)| {
                request.get(*asked).is_none_or(|value| *value == record[member])
            })
        };
        let from = records.iter().take_while(|record| !begins(record)).count();
        let asked: Option<usize> = request["MaxItems"].as_str().and_then(|max| max.parse().ok());
        let max = asked.unwrap_or(300).clamp(1, 300).min(self.records_a_page);
        let until = (from + max).min(records.len());
        let mut answer = Map::new();
        if let Some(next) = records.get(until) {
            for (name, member) in [
                ("NextRecordName", "Name"),
                ("NextRecordType", "Type"),
                ("NextRecordIdentifier", "SetIdentifier"),
            ] {
                if let Some(value) = next.get(member) {
                    answer.insert(name.to_owned(), value.clone());
                }
            }
        }
        answer.insert("IsTruncated".to_owned(), Value::from(until < records.len()));
        answer.insert("MaxItems".to_owned(), Value::from(max.to_string()));
        answer.insert("ResourceRecordSets".to_owned(), Value::from(records[from..until].to_vec()));
        Ok(answer)
    }

    fn repositories(&self) -> Found {
        let recorded = self.recorded("ecr:DescribeImages").iter();
        let names: BTreeSet<&str> =
            recorded.map(|record| text(&record.request["repositoryName"])).collect();
        let account = self.recorded("sts:GetCallerIdentity").first();
        let account =
            account.and_then(|one| one.answer.get("Account")).map(text).unwrap_or_default();
        let items = names.into_iter().map(|name| {
            json!({
                "registryId": account,
                "repositoryName": name,
                "repositoryArn": format!("arn:aws:ecr:{}:{account}:repository/{name}", self.region),
                "repositoryUri": format!("{account}.dkr.ecr.{}.amazonaws.com/{name}", self.region),
            })
        });
        let items = items.collect();
        Found {
            rest: Map::new(),
            list: limits::of("ecr:DescribeRepositories").map(|rule| (rule, items)),
        }
    }

    /// The images of a repository that a call names by tag or digest; all where it names none.
    fn images(&self, request: &Value, member: &str) -> Result<Map<String, Value>, Refusal> {
        let operation = if member == "images" { "ecr:BatchGetImage" } else { "ecr:DescribeImages" };
        let mut recorded = self.recorded(operation).iter();
        let name = &request["repositoryName"];
        let Some(record) = recorded.find(|record| record.request["repositoryName"] == *name) else {
            let message = format!("The repository with name '{}' does not exist", text(name));
            return Err(Refusal::new("RepositoryNotFoundException", message));
        };
        let ids = list(&request["imageIds"]);
        if ids.len() > 100 {
            let message = "imageIds: Member must have length less than or equal to 100";
            return Err(Refusal::new("InvalidParameterException", message));
        }
        let is = |image: &Value, id: &Value| {
            let (tag, digest) = (&id["imageTag"], &id["imageDigest"]);
            let tags = list(&image["imageTags"]);
            let tagged = tags.contains(tag) || image["imageId"]["imageTag"] == *tag;
            let digested =
                image["imageDigest"] == *digest || image["imageId"]["imageDigest"] == *digest;
            (!tag.is_null() && tagged) || (!digest.is_null() && digested)
        };
        let all = record.answer.get(member).map(list).unwrap_or_default();
        let mut answer = record.answer.clone();
        answer.remove("nextToken");
        if !ids.is_empty() {
            let images = all.iter().filter(|image| ids.iter().any(|id| is(image, id)));
            answer.insert(member.to_owned(), images.cloned().collect());
            let missing = ids.iter().filter(|id| !all.iter().any(|image| is(image, id)));
            let failure = |id: &Value| {
                json!({"imageId": id, "failureCode": "ImageNotFound",
                "failureReason": "Requested image not found"})
            };
            if member == "images" {
                answer.insert("failures".to_owned(), missing.map(failure).collect());
            } else if let Some(id) = missing.take(1).next() {
                let message = format!("The image with imageId {id} does not exist");
                return Err(Refusal::new("ImageNotFoundException", message));
            }
        }
        Ok(answer)
    }

    fn mount_targets(&self, request: &Value) -> Result<Map<String, Value>, Refusal> {
        let system = &request["FileSystemId"];
        let mut systems = self.all("elasticfilesystem:DescribeFileSystems", "FileSystems");
        if !systems.any(|one| one["FileSystemId"] == *system) {
            let message = format!("File system '{}' does not exist.", text(system));
            return Err(Refusal::new("FileSystemNotFound", message).with_status(404));
        }
        let targets = self.all("elasticfilesystem:DescribeMountTargets", "MountTargets");
        let targets: Vec<_> =
            targets.filter(|one| one["FileSystemId"] == *system).cloned().collect();
        Ok(Map::from_iter([("MountTargets".to_owned(), Value::Array(targets))]))
    }

    fn applications(&self) -> Map<String, Value> {
        let recorded = self.recorded("codedeploy:BatchGetDeploymentGroups").iter();
        let names: BTreeSet<&str> =
            recorded.map(|record| text(&record.request["applicationName"])).collect();
        Map::from_iter([("applications".to_owned(), names.into_iter().map(Value::from).collect())])
    }

    fn groups_of(&self, request: &Value) -> Result<Vec<&Value>, Refusal> {
        let name = &request["applicationName"];
        let recorded = self.recorded("codedeploy:BatchGetDeploymentGroups").iter();
        let mut of_name = recorded.filter(|one| one.request["applicationName"] == *name).peekable();
        if of_name.peek().is_none() {
            let message = format!("No application found for name: {}", text(name));
            return Err(Refusal::new("ApplicationDoesNotExistException", message));
        }
        let infos = of_name.filter_map(|one| one.answer.get("deploymentGroupsInfo"));
        Ok(infos.flat_map(list).collect())
    }

    fn deployment_groups(&self, request: &Value) -> Result<Map<String, Value>, Refusal> {
        let groups = self.groups_of(request)?;
        let names = groups.iter().map(|group| group["deploymentGroupName"].clone()).collect();
        Ok(Map::from_iter([
            ("applicationName".to_owned(), request["applicationName"].clone()),
            ("deploymentGroups".to_owned(), names),
        ]))
    }

    fn group_details(&self, request: &Value) -> Result<Map<String, Value>, Refusal> {
        let asked = list(&request["deploymentGroupNames"]);
        let groups = self.groups_of(request)?.into_iter();
        let chosen = groups.filter(|group| asked.contains(&group["deploymentGroupName"]));
        Ok(Map::from_iter([("deploymentGroupsInfo".to_owned(), chosen.cloned().collect())]))
    }
}

/// Whether `item` is among what the filters of `request` leave.
pub(super) fn passes(operation: &str, request: &Value, item: &Value) -> bool {
    match operation {
        "ecs:ListTasks" => {
            request["desiredStatus"].as_str().is_none_or(|wanted| wanted == "RUNNING")
        }
        "logs:DescribeLogGroups" => {
            let prefix = request["logGroupNamePrefix"].as_str().unwrap_or_default();
            text(&item["logGroupName"]).starts_with(prefix)
        }
        "elasticloadbalancing:DescribeTargetGroups" => {
            let balancer = request.get("LoadBalancerArn");
            balancer.is_none_or(|arn| list(&item["LoadBalancerArns"]).contains(arn))
        }
        "elasticfilesystem:DescribeFileSystems" | "elasticfilesystem:DescribeAccessPoints" => {
            let system = request.get("FileSystemId");
            system.is_none_or(|id| item["FileSystemId"] == *id)
        }
        _ if operation.starts_with("ec2:") => list(&request["Filters"]).iter().all(|filter| {
            let member: String = text(&filter["Name"]).split('-').map(capital).collect();
            list(&filter["Values"]).contains(&item[&member])
        }),
        _ => true,
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Takes away what ECS sends only to callers that ask for it.
pub(super) fn include(operation: &str, request: &Value, items: &mut [Value]) {
    let hidden: &[(&str, &str)] = match operation {
        "ecs:DescribeClusters" => &[
            ("TAGS", "tags"),
            ("SETTINGS", "settings"),
            ("CONFIGURATIONS", "configuration"),
            ("STATISTICS", "statistics"),
            ("ATTACHMENTS", "attachments"),
        ],
        "ecs:DescribeServices"
        | "ecs:DescribeTasks"
        | "ecs:DescribeCapacityProviders"
        | "ecs:DescribeContainerInstances" => &[("TAGS", "tags")],
        _ => return,
    };
    let asked = list(&request["include"]);
    for item in items.iter_mut().filter_map(Value::as_object_mut) {
        for (word, member) in hidden {
            if !asked.contains(&Value::from(*word)) {
                item.remove(*member);
            }
        }
    }
}
