//! Kubernetes names out of AWS names.

/// A DNS label (RFC 1123) of at most `max` characters that starts with a letter, as Service and
/// port names want it. An empty or hopeless name becomes `x`.
pub fn dns_label(name: &str, max: usize) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        let c = if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
        if c != '-' || !out.ends_with('-') {
            out.push(c);
        }
    }
    let trimmed = out.trim_matches('-');
    let mut label = if trimmed.starts_with(|c: char| c.is_ascii_alphabetic()) {
        trimmed.to_owned()
    } else {
        format!("x-{trimmed}")
    };
    label.truncate(max);
    let label = label.trim_end_matches('-');
    if label.is_empty() { "x".to_owned() } else { label.to_owned() }
}

/// A port name: at most 15 characters of `[a-z0-9-]` with at least one letter.
///
/// A long name keeps its protocol-like end, which is what tells ports apart:
/// `container-app-python-5000-tcp` becomes `c-5000-tcp`-like rather than `container-app-p`.
pub fn port_name(name: &str) -> String {
    let label = dns_label(name, 63);
    if label.len() <= 15 {
        return label;
    }
    let parts: Vec<&str> = label.split('-').collect();
    let mut tail = String::new();
    for part in parts.iter().rev() {
        let longer = if tail.is_empty() { (*part).to_owned() } else { format!("{part}-{tail}") };
        if longer.len() > 15 {
            break;
        }
        tail = longer;
    }
    let tail = dns_label(if tail.is_empty() { &label } else { &tail }, 15);
    if tail.len() < 3 { dns_label(&label, 15) } else { tail }
}

/// True for a name that a shell can use: what `envFrom` takes without doubt.
pub fn is_shell_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// True for a valid key of a ConfigMap or Secret.
pub fn is_config_key(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 253
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c))
        && name != "."
        && name != ".."
}

/// True for a valid label value: up to 63 characters, alphanumeric at both ends.
pub fn is_label_value(value: &str) -> bool {
    value.is_empty()
        || (value.len() <= 63
            && value.starts_with(|c: char| c.is_ascii_alphanumeric())
            && value.ends_with(|c: char| c.is_ascii_alphanumeric())
            && value.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c)))
}

/// True for a label key without a prefix.
pub fn is_label_key(key: &str) -> bool {
    !key.is_empty() && is_label_value(key)
}

/// The last part of an ARN or path: `arn:…:service/cluster/name` gives `name`.
pub fn last_part(arn: &str) -> &str {
    let tail = arn.rsplit('/').next().unwrap_or(arn);
    if arn.starts_with("arn:") && !arn.contains('/') {
        arn.rsplit(':').next().unwrap_or(arn)
    } else {
        tail
    }
}

/// A name of at most 32 characters for load balancers and target groups, `<env>-<service>-<kind>`.
pub fn aws_name(env: &str, service: &str, kind: &str) -> String {
    let full = [env, service, kind]
        .iter()
        .filter(|p| !p.is_empty())
        .copied()
        .collect::<Vec<_>>()
        .join("-");
    if full.len() <= 32 {
        return full;
    }
    // Two long names must not become one: eight digits of a hash of the whole keep them apart.
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in full.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    let head: String = full.chars().take(23).collect();
    format!("{}-{:08x}", head.trim_end_matches('-'), hash >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_ports_fit() {
        assert_eq!(dns_label("Presto_Main", 52), "presto-main");
        assert_eq!(dns_label("9lives", 52), "x-9lives");
        assert_eq!(dns_label("__", 52), "x");
        assert_eq!(port_name("witp-443-tcp"), "witp-443-tcp");
        assert_eq!(port_name("container-app-python-5000-tcp"), "python-5000-tcp");
        assert!(port_name("averyveryverylongnamewithoutanybreak").len() <= 15);
        assert_eq!(last_part("arn:aws:ecs:r:1:service/c/name"), "name");
        assert_eq!(last_part("arn:aws:sqs:r:1:queue"), "queue");
    }

    #[test]
    fn long_aws_names_stay_apart() {
        let one = aws_name("prod", "a-very-long-service-name-that-goes-on-one", "http");
        let two = aws_name("prod", "a-very-long-service-name-that-goes-on-two", "http");
        assert!(one.len() <= 32 && two.len() <= 32 && one != two);
    }
}
