//! A container definition in the making, as `DescribeTaskDefinition` prints it.

use serde_json::{Map, Value, json};

use super::arn::REGION;

/// One entry of `containerDefinitions`.
#[derive(Debug, Clone)]
pub struct Container {
    members: Map<String, Value>,
}

impl Container {
    /// An essential container. AWS prints empty lists for what was never set.
    pub fn new(name: &str, image: &str) -> Self {
        let mut container = Self { members: Map::new() };
        container.set("name", name).set("image", image).set("cpu", 0).set("essential", true);
        for list in ["portMappings", "environment", "mountPoints", "volumesFrom", "systemControls"]
        {
            container.set(list, json!([]));
        }
        container
    }

    /// Sets a member, spelled as in the API.
    pub fn set(&mut self, member: &str, value: impl Into<Value>) -> &mut Self {
        self.members.insert(member.to_owned(), value.into());
        self
    }

    /// Takes a member away.
    pub fn unset(&mut self, member: &str) -> &mut Self {
        self.members.remove(member);
        self
    }

    /// Appends to a list, which is made if it is not there.
    pub fn push(&mut self, list: &str, value: Value) -> &mut Self {
        let entry = self.members.entry(list).or_insert_with(|| json!([]));
        if let Value::Array(items) = entry {
            items.push(value);
        }
        self
    }

    /// A variable; a second one of the same name replaces the first.
    pub fn env(&mut self, name: &str, value: &str) -> &mut Self {
        self.forget_env(name);
        self.push("environment", json!({"name": name, "value": value}))
    }

    /// Takes a variable away.
    pub fn forget_env(&mut self, name: &str) -> &mut Self {
        self.retain("environment", |item| item["name"] != name)
    }

    /// A variable whose value stands in Secrets Manager or in the parameter store.
    pub fn secret(&mut self, name: &str, value_from: &str) -> &mut Self {
        self.retain("secrets", |item| item["name"] != name);
        self.push("secrets", json!({"name": name, "valueFrom": value_from}))
    }

    /// A port as awsvpc has it: the same outside and inside.
    pub fn port(&mut self, port: u16) -> &mut Self {
        let mapping = json!({"containerPort": port, "hostPort": port, "protocol": "tcp"});
        self.push("portMappings", mapping)
    }

    /// Mounts a volume of the task.
    pub fn mount(&mut self, volume: &str, path: &str, read_only: bool) -> &mut Self {
        let mount = json!({"sourceVolume": volume, "containerPath": path, "readOnly": read_only});
        self.push("mountPoints", mount)
    }

    /// Waits for another container.
    pub fn after(&mut self, container: &str, condition: &str) -> &mut Self {
        let dependency = json!({"containerName": container, "condition": condition});
        self.push("dependsOn", dependency)
    }

    /// A health check by a shell line, with the usual times.
    pub fn health(&mut self, line: &str, start_period: u32) -> &mut Self {
        let check = json!({
            "command": ["CMD-SHELL", line],
            "interval": 30, "timeout": 5, "retries": 3, "startPeriod": start_period,
        });
        self.set("healthCheck", check)
    }

    /// Writes its log to a group of `CloudWatch` Logs.
    pub fn logs_to(&mut self, group: &str, prefix: &str) -> &mut Self {
        let options = json!({
            "awslogs-group": group, "awslogs-region": REGION, "awslogs-stream-prefix": prefix,
        });
        self.set("logConfiguration", json!({"logDriver": "awslogs", "options": options}))
    }

    /// A member as it stands; null if it is not set.
    pub fn get(&self, member: &str) -> &Value {
        self.members.get(member).unwrap_or(&Value::Null)
    }

    /// A text member; empty if it is not set.
    pub fn text(&self, member: &str) -> &str {
        self.get(member).as_str().unwrap_or_default()
    }

    /// The finished definition, with the variables in order.
    pub fn finish(mut self) -> Value {
        if let Some(Value::Array(variables)) = self.members.get_mut("environment") {
            variables.sort_by(|a, b| a["name"].as_str().cmp(&b["name"].as_str()));
        }
        Value::Object(self.members)
    }

    fn retain(&mut self, list: &str, keep: impl Fn(&Value) -> bool) -> &mut Self {
        if let Some(Value::Array(items)) = self.members.get_mut(list) {
            items.retain(|item| keep(item));
        }
        self
    }
}
