//! What is wrong or hard in the example estate, at which place, and what Segue must say about it.
//!
//! The same rows make the tables of `examples/estate/README.md`; a test looks for the proof of each
//! row in the file that it names. The names that deviate are in [`super::names::DEVIATIONS`], the
//! strings of literal credentials in [`super::planted::PLANTED_SECRETS`].

mod clock;
mod leaks;
mod planted;
pub mod readme;
mod services;
mod tasks;

use std::collections::BTreeMap;

use super::catalog::Env;
use super::cell::Cell;
use super::elb::balancers::front;
use super::elb::targets::target_groups;

const ALL: &[Env] = &Env::ALL;
const DEV: &[Env] = &[Env::Dev];
const STAG: &[Env] = &[Env::Stag];
const PROD: &[Env] = &[Env::Prod];

/// One fault of a service, in one or more environments.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    /// Its name, the same for ever.
    pub id: &'static str,
    /// The service.
    pub service: &'static str,
    /// The environments.
    pub envs: &'static [Env],
    /// The answer that shows it.
    pub place: Place,
    /// What that answer has, or lacks.
    pub proof: Proof,
    /// The fault in plain words.
    pub what: &'static str,
    /// What Segue must say: a severity of `migration.md` (B, H, M, L, =) and the gist.
    pub say: &'static str,
}

/// What proves a fault. `{env}` and `{cluster}` stand for those of the cell.
#[derive(Debug, Clone, Copy)]
pub enum Proof {
    /// The file has this text.
    Has(&'static str),
    /// The file does not have this text.
    Lacks(&'static str),
}

/// The answer that shows a fault of a cell.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "each is an operation of AWS, spelled out in `Place::pattern`")]
pub enum Place {
    Task,
    Service,
    Rules,
    TargetGroups,
    Attributes,
    DeploymentGroup,
    GroupRules,
    Subnets,
    Zone,
    Roles,
    Images,
    Policies,
    Targets,
    Actions,
    RuleList,
    Rule(&'static str),
    Schedule(&'static str),
    Alarms,
    Usage,
}

impl Fault {
    /// The cells that have it.
    pub fn cells<'a>(&self, cells: &'a [Cell]) -> impl Iterator<Item = &'a Cell> {
        let (service, envs) = (self.service, self.envs);
        cells.iter().filter(move |cell| cell.service.name == service && envs.contains(&cell.env))
    }

    /// The file that shows it for a cell; none if it is not there.
    pub fn file<'a>(&self, cell: &Cell, files: &'a BTreeMap<String, String>) -> Option<&'a str> {
        let pattern = self.place.pattern(cell);
        let (before, after) = pattern.split_once('*').unwrap_or((&pattern, ""));
        files
            .iter()
            .filter(|(path, _)| path.starts_with(before) && path.ends_with(after))
            .filter(|(path, _)| pattern.contains('*') || **path == pattern)
            .find(|(_, text)| self.proof.holds(cell, text))
            .map(|(path, _)| path.as_str())
    }
}

impl Proof {
    fn holds(self, cell: &Cell, text: &str) -> bool {
        let filled = |proof: &str| {
            proof.replace("{env}", cell.env.word()).replace("{cluster}", &cell.names.cluster)
        };
        match self {
            Self::Has(proof) => text.contains(&filled(proof)),
            Self::Lacks(proof) => !text.contains(&filled(proof)),
        }
    }
}

impl Place {
    /// The path of the file; a `*` stands for the page, where AWS gives several.
    fn pattern(self, cell: &Cell) -> String {
        let (env, cluster) = (cell.env.word(), &cell.names.cluster);
        let group = || target_groups(cell).first().map(|group| group.name.clone());
        let scaling = |operation: &str| format!("application-autoscaling/{operation}/*");
        let path = match self {
            Self::Task => {
                let revision = cell.revision();
                format!("ecs/DescribeTaskDefinition/{}-{revision}", cell.names.family)
            }
            Self::Service => format!("ecs/DescribeServices/{cluster}"),
            Self::Rules => {
                let front =
                    front(cell).map(|front| format!("{}-{}", front.name, front.main_port()));
                format!("elasticloadbalancing/DescribeRules/{}", front.unwrap_or_default())
            }
            Self::TargetGroups => "elasticloadbalancing/DescribeTargetGroups/1".to_owned(),
            Self::Attributes => {
                let group = group().unwrap_or_default();
                format!("elasticloadbalancing/DescribeTargetGroupAttributes/{group}")
            }
            Self::DeploymentGroup => {
                format!("codedeploy/BatchGetDeploymentGroups/AppECS-{cluster}")
            }
            Self::GroupRules => "ec2/DescribeSecurityGroupRules/1".to_owned(),
            Self::Subnets => "ec2/DescribeSubnets/1".to_owned(),
            Self::Zone => format!("route53/ListResourceRecordSets/{}", super::arn::DOMAIN),
            Self::Roles => "iam/GetAccountAuthorizationDetails/1".to_owned(),
            Self::Images => format!("ecr/BatchGetImage/haedal-{}", cell.service.name),
            Self::Policies => scaling("DescribeScalingPolicies"),
            Self::Targets => scaling("DescribeScalableTargets"),
            Self::Actions => scaling("DescribeScheduledActions"),
            Self::RuleList => "events/ListRules/*".to_owned(),
            Self::Rule(name) => format!("events/ListTargetsByRule/{env}-{name}"),
            Self::Schedule(name) => format!("scheduler/GetSchedule/{env}-{name}"),
            Self::Alarms => "cloudwatch/DescribeAlarms/*".to_owned(),
            Self::Usage => format!("cloudwatch/GetMetricData/{env}"),
        };
        format!("answers/{path}.json")
    }
}

/// The rows under their headings.
pub fn tables() -> [(&'static str, &'static [Fault]); 5] {
    [
        ("Leaks and drift", leaks::FAULTS),
        ("Task definitions", tasks::FAULTS),
        ("Literal credentials", planted::FAULTS),
        ("Services and traffic", services::FAULTS),
        ("Scaling, schedules, alarms, usage", clock::FAULTS),
    ]
}

/// All rows.
pub fn faults() -> impl Iterator<Item = &'static Fault> {
    tables().into_iter().flat_map(|(_, faults)| faults)
}
