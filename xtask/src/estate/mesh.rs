//! Names inside ECS: Service Connect and Cloud Map.

use serde_json::{Value, json};

use super::answers::{Answers, Paged};
use super::arn::{REGION, arn, date};
use super::catalog::{Env, Oddity};
use super::cell::Cell;
use super::dice::Dice;

const NAMESPACES: Paged = Paged {
    operation: "servicediscovery:ListNamespaces",
    list: "Namespaces",
    token: "NextToken",
    size: 100,
};
const SERVICES: Paged = Paged {
    operation: "servicediscovery:ListServices",
    list: "Services",
    token: "NextToken",
    size: 100,
};

/// Puts the namespaces and their services.
pub fn put(answers: &mut Answers, cells: &[Cell], dice: Dice) {
    let namespaces: Vec<Value> = Env::ALL
        .into_iter()
        .flat_map(|env| [connect_namespace(env, dice), dns_namespace(env, dice)])
        .collect();
    let services: Vec<Value> = cells.iter().filter_map(registered).collect();
    answers.put_pages(&NAMESPACES, &json!({"MaxResults": 100}), &namespaces);
    answers.put_pages(&SERVICES, &json!({"MaxResults": 100}), &services);
}

fn connect_namespace(env: Env, dice: Dice) -> Value {
    let name = format!("{}-connect", env.word());
    json!({
        "Id": namespace_id("connect", env, dice),
        "Arn": connect_namespace_arn(env, dice),
        "Name": name,
        "Type": "HTTP",
        "ServiceCount": 1,
        "Properties": {"HttpProperties": {"HttpName": name}},
        "CreateDate": date(3, 200),
    })
}

fn dns_namespace(env: Env, dice: Dice) -> Value {
    let id = namespace_id("dns", env, dice);
    let zone = dice.alphanumeric(&format!("cloud-map-zone/{}", env.word()), 18).to_uppercase();
    json!({
        "Id": id,
        "Arn": arn("servicediscovery", &format!("namespace/{id}")),
        "Name": format!("{}.local", env.word()),
        "Type": "DNS_PRIVATE",
        "ServiceCount": 1,
        "Properties": {
            "DnsProperties": {"HostedZoneId": format!("Z0{zone}"), "SOA": {"TTL": 15}},
            "HttpProperties": {"HttpName": format!("{}.local", env.word())},
        },
        "CreateDate": date(2, 200),
    })
}

/// Service Connect registers the server by itself; the other entry is a DNS name with SRV.
fn registered(cell: &Cell) -> Option<Value> {
    let id = registry_id(cell);
    let mut service = json!({
        "Id": id,
        "Arn": registry_arn(cell),
        "Name": cell.service.name,
        "InstanceCount": cell.desired(),
        "CreateDate": date(4, 300),
    });
    if cell.service.has(Oddity::CloudMap) {
        service["Type"] = json!("DNS_HTTP");
        service["DnsConfig"] = json!({
            "NamespaceId": namespace_id("dns", cell.env, cell.dice),
            "RoutingPolicy": "MULTIVALUE",
            "DnsRecords": [{"Type": "A", "TTL": 10}, {"Type": "SRV", "TTL": 10}],
        });
        service["HealthCheckCustomConfig"] = json!({"FailureThreshold": 1});
        return Some(service);
    }
    service["Type"] = json!("HTTP");
    service["Description"] = json!("Managed by ECS Service Connect");
    cell.service.has(Oddity::ConnectServer).then_some(service)
}

/// The ARN of the namespace that Service Connect uses in an environment.
pub fn connect_namespace_arn(env: Env, dice: Dice) -> String {
    arn("servicediscovery", &format!("namespace/{}", namespace_id("connect", env, dice)))
}

/// The ARN of a cell's entry in Cloud Map.
pub fn registry_arn(cell: &Cell) -> String {
    arn("servicediscovery", &format!("service/{}", registry_id(cell)))
}

/// The part that a service takes in Service Connect: it offers a name, or only uses names.
pub fn connect_configuration(cell: &Cell) -> Option<Value> {
    let namespace = connect_namespace_arn(cell.env, cell.dice);
    if cell.service.has(Oddity::ConnectServer) {
        return Some(json!({
            "enabled": true,
            "namespace": namespace,
            "services": [{
                "portName": "product-catalog-8080-tcp",
                "discoveryName": "product-catalog",
                "clientAliases": [
                    {"port": 80, "dnsName": "catalog"},
                    {"port": 8080, "dnsName": format!("catalog.{}.local", cell.env.word())},
                ],
                "timeout": {"idleTimeoutSeconds": 300, "perRequestTimeoutSeconds": 15},
            }],
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": format!("/ecs/{}/connect", cell.names.family),
                    "awslogs-region": REGION,
                    "awslogs-stream-prefix": "proxy",
                },
            },
        }));
    }
    let client = cell.service.has(Oddity::ConnectClient);
    client.then(|| json!({"enabled": true, "namespace": namespace}))
}

fn namespace_id(kind: &str, env: Env, dice: Dice) -> String {
    format!("ns-{}", dice.hex(&format!("{kind}/{}", env.word()), 16))
}

fn registry_id(cell: &Cell) -> String {
    format!("srv-{}", cell.dice.hex(&cell.label("registry"), 16))
}
