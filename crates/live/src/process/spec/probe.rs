//! Probes and what is done before the end.

use std::time::Duration;

use model::Reason;
use model::code::live as code;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::container::port16;
use super::{Cx, PreStop, count, list, secs, words};
use crate::LiveError;

/// A probe; defaults are Kubernetes'.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::process) struct Probe {
    pub(in crate::process) way: Way,
    pub(in crate::process) initial_delay: Duration,
    pub(in crate::process) period: Duration,
    pub(in crate::process) timeout: Duration,
    pub(in crate::process) success_after: u32,
    pub(in crate::process) failure_after: u32,
    /// Own grace period for what it ends.
    pub(in crate::process) grace: Option<Duration>,
}

/// How is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::process) enum Way {
    /// A page; a status of 200 to 399 is good.
    Get(Ask),
    /// Whether a connection is taken at this container port.
    Connect(u16),
    /// A command; the code 0 is good.
    Command(Vec<String>),
}

/// A page to ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::process) struct Ask {
    /// Path with query.
    pub(in crate::process) path: String,
    /// Container port.
    pub(in crate::process) port: u16,
    /// Header fields.
    pub(in crate::process) headers: Vec<(String, String)>,
}

impl Cx<'_> {
    pub(super) fn probe(&self, container: &Value, field: &str) -> Result<Option<Probe>, LiveError> {
        let probe = &container[field];
        if probe.is_null() {
            return Ok(None);
        }
        let way = if probe["httpGet"].is_object() {
            Way::Get(self.ask(&probe["httpGet"], container, field)?)
        } else if probe["tcpSocket"].is_object() {
            Way::Connect(self.port(&probe["tcpSocket"]["port"], container, field)?)
        } else if probe["exec"].is_object() {
            Way::Command(self.exec(&probe["exec"], field)?)
        } else if probe["grpc"].is_object() {
            return Err(self.unasked(field, "of kind grpc"));
        } else {
            return Err(self.wrong(format!("its {field} says neither httpGet, tcpSocket nor exec")));
        };
        Ok(Some(Probe {
            way,
            initial_delay: secs(&probe["initialDelaySeconds"], 0),
            period: secs(&probe["periodSeconds"], 10),
            timeout: secs(&probe["timeoutSeconds"], 1).max(Duration::from_secs(1)),
            success_after: count(&probe["successThreshold"], 1).max(1),
            failure_after: count(&probe["failureThreshold"], 3).max(1),
            grace: probe["terminationGracePeriodSeconds"].as_u64().map(Duration::from_secs),
        }))
    }

    pub(super) fn pre_stop(&self, container: &Value) -> Result<Option<PreStop>, LiveError> {
        let (hook, field) = (&container["lifecycle"]["preStop"], "preStop");
        if hook.is_null() {
            return Ok(None);
        }
        Ok(Some(if hook["sleep"].is_object() {
            PreStop::Sleep(secs(&hook["sleep"]["seconds"], 0))
        } else if hook["httpGet"].is_object() {
            PreStop::Get(self.ask(&hook["httpGet"], container, field)?)
        } else if hook["exec"].is_object() {
            PreStop::Command(self.exec(&hook["exec"], field)?)
        } else {
            return Err(self.wrong("its preStop says neither sleep, httpGet nor exec"));
        }))
    }

    fn ask(&self, get: &Value, container: &Value, field: &str) -> Result<Ask, LiveError> {
        if get["scheme"].as_str().is_some_and(|scheme| scheme != "HTTP") {
            return Err(self.unasked(field, "by HTTPS"));
        }
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let header = |header: &Value| (text(&header["name"]), text(&header["value"]));
        let path = get["path"].as_str().unwrap_or("/");
        // As the kubelet does: a path without its first slash is meant from the root.
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        Ok(Ask {
            path,
            port: self.port(&get["port"], container, field)?,
            headers: list(&get["httpHeaders"]).iter().map(header).collect(),
        })
    }

    fn exec(&self, exec: &Value, field: &str) -> Result<Vec<String>, LiveError> {
        let words = words(&exec["command"]);
        if words.is_empty() {
            return Err(self.wrong(format!("its {field} has no command")));
        }
        Ok(words)
    }

    /// A port by number, or by the name that the container gives it.
    fn port(&self, port: &Value, container: &Value, field: &str) -> Result<u16, LiveError> {
        let named = || {
            let name = port.as_str()?;
            let listed = list(&container["ports"]).iter().find(|listed| listed["name"] == name)?;
            port16(&listed["containerPort"])
        };
        let digits = || port.as_str()?.parse().ok();
        let found = port16(port).or_else(named).or_else(digits);
        found.ok_or_else(|| self.wrong(format!("its {field} has no port that is known: {port}")))
    }

    fn unasked(&self, probe: &str, how: &str) -> LiveError {
        let reason = Reason::new(&code::NO_PROBE)
            .with("workload", self.workload)
            .with("probe", probe)
            .with("how", how);
        LiveError::Unrunnable { reason: Box::new(reason) }
    }
}
