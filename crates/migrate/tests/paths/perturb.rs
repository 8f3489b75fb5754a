//! Another value for a field, as plausible as the one that is there.

use serde_json::{Value, json};

/// Values that come from a list of AWS's own: the end of a path, and two of the list.
const CHOICES: &[(&str, [&str; 2])] = &[
    ("/placementConstraints/0/type", ["distinctInstance", "memberOf"]),
    ("/PlacementConstraints/0/type", ["distinctInstance", "memberOf"]),
    ("/strategy", ["BLUE_GREEN", "ROLLING"]),
    ("/deploymentController/type", ["CODE_DEPLOY", "ECS"]),
    ("/AdvertiseTrustStoreCaNames", ["off", "on"]),
    ("/State", ["DISABLED", "ENABLED"]),
    ("/loadBalancers/0/containerName", ["app", "proxy"]),
    ("/networkMode", ["awsvpc", "host"]),
    ("/protocol", ["udp", "tcp"]),
    ("/appProtocol", ["grpc", "http"]),
    ("/condition", ["START", "SUCCESS"]),
    ("/cpuArchitecture", ["X86_64", "ARM64"]),
    ("/operatingSystemFamily", ["WINDOWS_SERVER_2022_CORE", "LINUX"]),
    ("/pidMode", ["host", "task"]),
    ("/ipcMode", ["none", "host"]),
    ("/cpu", ["1024", "2048"]),
    ("/memory", ["8192", "4096"]),
    ("/transitEncryption", ["DISABLED", "ENABLED"]),
    ("/iam", ["DISABLED", "ENABLED"]),
    ("/Protocol", ["HTTP", "HTTPS"]),
    ("/ProtocolVersion", ["HTTP2", "HTTP1"]),
    ("/HealthCheckProtocol", ["HTTPS", "HTTP"]),
    ("/TargetType", ["instance", "ip"]),
    ("/IpAddressType", ["ipv6", "ipv4"]),
    ("/Scheme", ["internet-facing", "internal"]),
    ("/MutualAuthentication/Mode", ["off", "verify"]),
    ("/Matcher/HttpCode", ["500", "200"]),
    ("/schedulingStrategy", ["DAEMON", "REPLICA"]),
    ("/assignPublicIp", ["ENABLED", "DISABLED"]),
    ("/Field", ["http-header", "host-header"]),
    (
        "/PredefinedMetricType",
        ["ECSServiceAverageMemoryUtilization", "ECSServiceAverageCPUUtilization"],
    ),
    ("/containerPortRange", ["7000-7009", "7000-7002"]),
    ("/user", ["4567", "2345"]),
    ("/ipAddress", ["10.9.8.6", "10.9.8.7"]),
    ("/dnsServers/0", ["10.1.2.4", "10.1.2.3"]),
    ("/Priority", ["30", "10"]),
    ("/driver", ["nfs", "local"]),
    ("/scope", ["shared", "task"]),
    ("/Schedule", ["cron(1 5 * * ? *)", "cron(2 6 * * ? *)"]),
    ("/ScheduleExpression", ["cron(1 5 * * ? *)", "cron(2 6 * * ? *)"]),
    ("/ScheduleExpressionTimezone", ["Europe/Paris", "Asia/Seoul"]),
];

/// Another value than `value` for the place `pointer`.
pub(crate) fn other(pointer: &str, value: &Value) -> Value {
    let choice = CHOICES.iter().find(|(end, _)| pointer.ends_with(end));
    match (value, choice) {
        (Value::String(text), Some((_, [one, two]))) => json!(if text == one { two } else { one }),
        (Value::Bool(flag), _) => json!(!flag),
        // Far enough that a share of it, rounded down, is another one too.
        (Value::Number(number), _) => {
            json!(number.as_i64().map_or(1, |number| number + number / 2 + 1))
        }
        (Value::Object(map), _) if map.is_empty() => json!({"sourcePath": "/probe"}),
        (Value::String(text), None) => match text.as_str() {
            "ENABLED" => json!("DISABLED"),
            "DISABLED" => json!("ENABLED"),
            text => json!(format!("{text}x")),
        },
        _ => json!("other"),
    }
}

/// Takes the place out of the tree; an element of a list goes, the others move up.
pub(crate) fn remove(root: &mut Value, pointer: &str) {
    let Some((parent, last)) = pointer.rsplit_once('/') else { return };
    match root.pointer_mut(parent) {
        Some(Value::Object(map)) => {
            map.remove(&last.replace("~1", "/").replace("~0", "~"));
        }
        Some(Value::Array(list)) => {
            if let Ok(index) = last.parse::<usize>()
                && index < list.len()
            {
                list.remove(index);
            }
        }
        _ => {}
    }
}
