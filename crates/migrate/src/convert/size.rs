//! CPU and memory: ECS units and words into Kubernetes quantities.

use crate::input::node::Node;

/// ECS CPU units, 1024 to a vCPU, from `512`, `"512"`, `".5 vCPU"`, `"1 vcpu"`.
pub fn cpu_units(node: &Node<'_>) -> Option<i64> {
    node.int().or_else(|| with_unit(node.str()?, &[("vcpus", 1024.0), ("vcpu", 1024.0)]))
}

/// MiB from `1024`, `"1024"`, `"1 GB"`, `".5 gb"`, `"512 MB"`; ECS means binary units by all.
pub fn memory_mib(node: &Node<'_>) -> Option<i64> {
    let units = &[("gib", 1024.0), ("gb", 1024.0), ("mib", 1.0), ("mb", 1.0)];
    node.int().or_else(|| with_unit(node.str()?, units))
}

#[expect(clippy::cast_possible_truncation, reason = "the range is checked first")]
fn with_unit(text: &str, units: &[(&str, f64)]) -> Option<i64> {
    let text = text.trim().to_ascii_lowercase();
    let (number, factor) =
        units.iter().find_map(|(unit, factor)| Some((text.strip_suffix(unit)?.trim(), *factor)))?;
    let value = number.parse::<f64>().ok()? * factor;
    (value.is_finite() && (0.0..1.0e9).contains(&value)).then(|| value.round() as i64)
}

/// Millicores that are never less than the ECS share: `ceil(units * 1000 / 1024)`.
pub fn millicores(units: i64) -> i64 {
    (units.max(0).saturating_mul(1000).saturating_add(1023)) / 1024
}

/// A CPU quantity, `250m` or whole cores.
pub fn cpu_quantity(units: i64) -> String {
    let milli = millicores(units);
    if milli % 1000 == 0 && milli > 0 { (milli / 1000).to_string() } else { format!("{milli}m") }
}

/// A memory quantity, `512Mi` or whole `Gi`.
pub fn memory_quantity(mib: i64) -> String {
    if mib % 1024 == 0 && mib > 0 { format!("{}Gi", mib / 1024) } else { format!("{mib}Mi") }
}

/// Pods above the desired number during a rollout: ECS floors the surge, Kubernetes would round a
/// percentage up, so integers are written.
pub fn surge(desired: i64, maximum_percent: i64) -> i64 {
    desired.saturating_mul(maximum_percent.saturating_sub(100).max(0)) / 100
}

/// Pods that may be missing during a rollout.
pub fn unavailable(desired: i64, minimum_percent: i64) -> i64 {
    desired.saturating_mul(100_i64.saturating_sub(minimum_percent).max(0)) / 100
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn cpu(value: &serde_json::Value) -> Option<i64> {
        cpu_units(&Node::root("t", value))
    }

    #[test]
    fn sizes_in_the_words_people_use() {
        for (value, units) in [
            (json!(512), 512),
            (json!("256"), 256),
            (json!(".25 vcpu"), 256),
            (json!("1 vCPU"), 1024),
        ] {
            assert_eq!(cpu(&value), Some(units), "{value}");
        }
        assert_eq!(cpu(&json!("{{cpu}}")), None);
        let memory = |value| memory_mib(&Node::root("t", &value));
        assert_eq!(memory(json!(".5 gb")), Some(512));
        assert_eq!(memory(json!("1 GB")), Some(1024));
        assert_eq!(memory(json!("300")), Some(300));
    }

    #[test]
    fn rounding_never_gives_less_cpu() {
        for units in 0..=16384 {
            assert!(millicores(units) * 1024 >= units * 1000);
            assert!((millicores(units) - 1) * 1024 < units * 1000 || units == 0);
        }
    }

    /// ECS floors the surge and counts the minimum up; Kubernetes rounds a surge percentage up and
    /// an unavailable percentage down. Over the grid that the rule was found on, copying the
    /// percentage would be wrong for 290 combinations and the integers for none.
    #[test]
    fn integers_agree_with_ecs_where_percentages_do_not() {
        let mut differ = 0;
        for desired in 1..=20 {
            for maximum in [100, 110, 125, 150, 175, 200] {
                for minimum in [0, 25, 50, 75, 100] {
                    let ecs_running_max = desired * maximum / 100;
                    assert_eq!(desired + surge(desired, maximum), ecs_running_max);
                    let ecs_running_min = (desired * minimum + 99) / 100;
                    assert_eq!(desired - unavailable(desired, minimum), ecs_running_min);
                    let kubernetes_surge = (desired * (maximum - 100) + 99) / 100;
                    differ += i64::from(kubernetes_surge != surge(desired, maximum));
                }
            }
        }
        assert_eq!(differ, 290);
    }
}
