//! The committed lists of model paths, and which path a place in a file belongs to.

use serde_json::Value;

/// Every list: the name of its file, which is also the name of an answer in a fixture, and its text.
macro_rules! lists {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../paths/", $name, ".txt")))),+]
    };
}

const LISTS: &[(&str, &str)] = lists![
    "ecs-RegisterTaskDefinition",
    "ecs-CreateService",
    "ecs-DescribeTaskDefinition",
    "ecs-DescribeServices",
    "application-autoscaling-RegisterScalableTarget",
    "application-autoscaling-PutScalingPolicy",
    "application-autoscaling-PutScheduledAction",
    "application-autoscaling-DescribeScalableTargets",
    "application-autoscaling-DescribeScalingPolicies",
    "application-autoscaling-DescribeScheduledActions",
    "events-PutRule",
    "events-PutTargets",
    "scheduler-CreateSchedule",
    "scheduler-GetSchedule",
    "elbv2-DescribeRules",
    "elbv2-DescribeListeners",
    "elbv2-DescribeTargetGroups",
    "elbv2-DescribeTargetGroupAttributes",
    "elbv2-DescribeLoadBalancers",
];

/// The fields of one call.
#[derive(Debug)]
pub(crate) struct List {
    /// Service and operation, such as `ecs-CreateService`.
    pub(crate) name: &'static str,
    /// Paths such as `/containerDefinitions[]/image`.
    pub(crate) paths: Vec<&'static str>,
}

impl List {
    /// The paths that hold a value of their own: scalars, lists and maps of scalars.
    pub(crate) fn leaves(&self) -> impl Iterator<Item = &'static str> + '_ {
        let above = |path: &str| {
            self.paths.iter().any(|other| {
                other.strip_prefix(path).is_some_and(|rest| rest.starts_with(['/', '[', '{']))
            })
        };
        self.paths.iter().copied().filter(move |path| !above(path))
    }

    /// The longest listed path that `place` is, or lies under.
    pub(crate) fn path_of(&self, place: &str) -> Option<&'static str> {
        let under = |path: &&&str| {
            place
                .strip_prefix(**path)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '[', '{']))
        };
        self.paths.iter().filter(under).max_by_key(|path| path.len()).copied()
    }
}

/// All lists.
pub(crate) fn all() -> Vec<List> {
    let read = |(name, text): &(&'static str, &'static str)| List {
        name,
        paths: text.lines().filter(|line| line.starts_with('/')).collect(),
    };
    LISTS.iter().map(read).collect()
}

/// `/containerDefinitions/0/image` as the models write it: `/containerDefinitions[]/image`.
pub(crate) fn model_path(root: &Value, pointer: &str) -> String {
    let mut out = String::new();
    let mut at = Some(root);
    for part in pointer.split('/').skip(1) {
        let key = part.replace("~1", "/").replace("~0", "~");
        match at {
            Some(Value::Array(list)) => {
                out.push_str("[]");
                at = part.parse::<usize>().ok().and_then(|index| list.get(index));
            }
            other => {
                out.push('/');
                out.push_str(&key);
                at = other.and_then(|value| value.get(&key));
            }
        }
    }
    out
}
