//! One container: what runs, with which ports, probes, limits and user.

use model::Reason;
use model::code::live as code;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::environment::Variable;
use super::{Cx, Mount, PreStop, Probe, words};
use crate::LiveError;

/// A container.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::process) struct Container {
    pub(in crate::process) name: String,
    pub(in crate::process) run: Run,
    pub(in crate::process) env: Vec<Variable>,
    pub(in crate::process) ports: Vec<Port>,
    /// Where it runs; on this machine only a folder that is there.
    pub(in crate::process) directory: Option<String>,
    pub(in crate::process) startup: Option<Probe>,
    pub(in crate::process) readiness: Option<Probe>,
    pub(in crate::process) liveness: Option<Probe>,
    pub(in crate::process) pre_stop: Option<PreStop>,
    pub(in crate::process) mounts: Vec<Mount>,
    pub(in crate::process) limits: Limits,
    /// User and group, if the manifest names them.
    pub(in crate::process) user: Option<(u32, u32)>,
    /// An init container that goes on beside the others.
    pub(in crate::process) sidecar: bool,
}

/// A port that a container listens on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::process) struct Port {
    pub(in crate::process) name: Option<String>,
    pub(in crate::process) number: u16,
}

/// What runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::process) enum Run {
    /// A program of this machine.
    Command(Vec<String>),
    /// An image, by a container engine; entry point and arguments where they replace its own.
    Image { image: String, entrypoint: Vec<String>, arguments: Vec<String>, read_only: bool },
}

/// Upper bounds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::process) struct Limits {
    /// Bytes of memory.
    pub(in crate::process) memory: Option<u64>,
    /// Thousandths of a processor.
    pub(in crate::process) cpu_millis: Option<u64>,
}

impl Limits {
    pub(in crate::process) fn any(&self) -> bool {
        self.memory.is_some() || self.cpu_millis.is_some()
    }
}

impl Cx<'_> {
    /// Reads one container; `None` if it cannot run here, which is noted, unless it is the one
    /// that serves.
    pub(super) fn container(
        &mut self,
        value: &Value,
        serving: bool,
        init: bool,
    ) -> Result<Option<Container>, LiveError> {
        let Some(name) = value["name"].as_str().filter(|name| !name.is_empty()) else {
            return Err(self.wrong("a container has no name"));
        };
        let run = match self.run(name, value, serving)? {
            Ok(run) => run,
            Err(because) if serving => {
                return Err(LiveError::Unrunnable { reason: Box::new(because) });
            }
            Err(because) => {
                self.left.push(because);
                return Ok(None);
            }
        };
        let sidecar = init && value["restartPolicy"] == "Always";
        let container = Container {
            env: self.environment(value)?,
            ports: self.ports(value)?,
            directory: value["workingDir"].as_str().map(str::to_owned),
            startup: self.probe(value, "startupProbe")?,
            readiness: self.probe(value, "readinessProbe")?,
            liveness: self.probe(value, "livenessProbe")?,
            pre_stop: self.pre_stop(value)?,
            mounts: self.mounts(value)?,
            limits: self.limits(value)?,
            user: self.user(value),
            name: name.to_owned(),
            run,
            sidecar,
        };
        Ok(Some(container))
    }

    /// What runs, or why nothing does.
    fn run(
        &self,
        name: &str,
        value: &Value,
        serving: bool,
    ) -> Result<Result<Run, Reason>, LiveError> {
        if let Some(command) = self.command(name, serving)? {
            return Ok(Ok(Run::Command(command)));
        }
        let (entrypoint, arguments) = (words(&value["command"]), words(&value["args"]));
        let Some(image) = value["image"].as_str() else {
            let command: Vec<String> = entrypoint.into_iter().chain(arguments).collect();
            if command.is_empty() {
                return Err(self.wrong(format!("container {name} has neither image nor command")));
            }
            return Ok(Ok(Run::Command(command)));
        };
        let Err(cause) = self.reader.engine else {
            let read_only = value["securityContext"]["readOnlyRootFilesystem"] == true;
            let image = image.to_owned();
            return Ok(Ok(Run::Image { image, entrypoint, arguments, read_only }));
        };
        let key =
            if serving { super::COMMAND.to_owned() } else { format!("{}.{name}", super::COMMAND) };
        let reason = Reason::new(&code::NO_ENGINE)
            .with("workload", self.workload)
            .with("container", name)
            .with("image", image)
            .with("annotation", key)
            .with("cause", cause);
        Ok(Err(reason))
    }

    fn ports(&self, container: &Value) -> Result<Vec<Port>, LiveError> {
        let listed = super::list(&container["ports"]).iter();
        let tcp = listed.filter(|port| port["protocol"].as_str().unwrap_or("TCP") == "TCP");
        let port = |port: &Value| {
            let number = port16(&port["containerPort"])
                .ok_or_else(|| self.wrong("a containerPort is a number from 1 to 65535"))?;
            Ok(Port { name: port["name"].as_str().map(str::to_owned), number })
        };
        tcp.map(port).collect()
    }

    fn limits(&self, container: &Value) -> Result<Limits, LiveError> {
        let limit = |field: &str, scale: f64| {
            let value = &container["resources"]["limits"][field];
            if value.is_null() {
                return Ok(None);
            }
            let wrong = || self.wrong(format!("its limit of {field} is no quantity: {value}"));
            quantity(value).map(|amount| Some(whole(amount * scale))).ok_or_else(wrong)
        };
        Ok(Limits { memory: limit("memory", 1.0)?, cpu_millis: limit("cpu", 1_000.0)? })
    }

    /// User and group of the container or of its pod.
    fn user(&self, container: &Value) -> Option<(u32, u32)> {
        let places = [&container["securityContext"], &self.template["spec"]["securityContext"]];
        let id = |field: &str| {
            let found = places.iter().find_map(|place| place[field].as_u64());
            found.and_then(|id| u32::try_from(id).ok())
        };
        let user = id("runAsUser")?;
        // Root's group, as the container runtimes have it.
        Some((user, id("runAsGroup").unwrap_or(0)))
    }
}

/// A port's number.
pub(in crate::process) fn port16(value: &Value) -> Option<u16> {
    value.as_u64().and_then(|port| u16::try_from(port).ok()).filter(|port| *port > 0)
}

/// An amount as Kubernetes writes it: `250m`, `1.5`, `64Mi`, `2e3`.
pub(in crate::process) fn quantity(value: &Value) -> Option<f64> {
    if let Some(number) = value.as_f64() {
        return Some(number);
    }
    let text = value.as_str()?;
    let units = [
        ("Ki", 1_024.0),
        ("Mi", 1_048_576.0),
        ("Gi", 1_073_741_824.0),
        ("Ti", 1_099_511_627_776.0),
        ("m", 0.001),
        ("k", 1e3),
        ("M", 1e6),
        ("G", 1e9),
        ("T", 1e12),
    ];
    let unit = units.iter().find_map(|(unit, scale)| Some((text.strip_suffix(unit)?, *scale)));
    let (number, scale) = unit.unwrap_or((text, 1.0));
    let number: f64 = number.parse().ok()?;
    (number.is_finite() && number >= 0.0).then_some(number * scale)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a quantity is finite and not negative; the cast saturates"
)]
fn whole(amount: f64) -> u64 {
    amount.ceil() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn quantities_are_read_as_in_kubernetes() {
        for (text, amount) in
            [("250m", 0.25), ("1", 1.0), ("64Mi", 67_108_864.0), ("1.5Gi", 1_610_612_736.0)]
        {
            assert_eq!(quantity(&json!(text)), Some(amount), "{text}");
        }
        assert_eq!(quantity(&json!(2)), Some(2.0));
        for wrong in ["", "Mi", "-1", "1 Gi", "inf", "lots"] {
            assert_eq!(quantity(&json!(wrong)), None, "{wrong}");
        }
    }
}
