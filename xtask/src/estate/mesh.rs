//! Names inside ECS: Service Connect and Cloud Map.

use serde_json::{Value, json};

use super::arn::arn;
use super::catalog::{Env, Oddity};
use super::cell::Cell;
use super::dice::Dice;

/// The ARN of the namespace that Service Connect uses in an environment.
pub fn connect_namespace_arn(env: Env, dice: Dice) -> String {
    arn(
        "servicediscovery",
        &format!("namespace/{}", namespace_id("connect", env, dice)),
    )
}

/// The ARN of a cell's entry in Cloud Map.
pub fn registry_arn(cell: &Cell) -> String {
    arn(
        "servicediscovery",
        &format!("service/{}", registry_id(cell)),
    )
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
                    "awslogs-region": super::arn::REGION,
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
