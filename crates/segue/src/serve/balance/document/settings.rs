//! What a file of kind Balancer may set besides rules: limits, TLS, the access log, target groups.

use std::path::{Path, PathBuf};
use std::time::Duration;

use live::HealthCheck;
use live::balancer::{
    AccessLogConfig, CertificateFiles, GroupConfig, Limits, LogTo, PassiveHealth, Protocol,
    TlsConfig,
};
use serde::{Deserialize, Serialize};

use crate::rehearse::spec::Length;

/// Bounds; what is absent is as usual.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Bounds {
    #[serde(skip_serializing_if = "Option::is_none")]
    clients: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    idle: Option<Length>,
    #[serde(skip_serializing_if = "Option::is_none")]
    head: Option<Length>,
    #[serde(skip_serializing_if = "Option::is_none")]
    silence: Option<Length>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requests_per_connection: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    streams_per_connection: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requests_per_target: Option<usize>,
}

/// When a target is passed over; what is absent is as usual.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Passive {
    #[serde(skip_serializing_if = "Option::is_none")]
    failures: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    eject: Option<Length>,
}

/// How targets are checked; what is absent is as usual.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Health {
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interval: Option<Length>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout: Option<Length>,
    #[serde(skip_serializing_if = "Option::is_none")]
    healthy_after: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unhealthy_after: Option<u32>,
}

/// What else is said of a target group.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner<'a> {
    pub(super) check: Option<&'a Health>,
    pub(super) protocol: Protocol,
    pub(super) passive: Option<&'a Passive>,
    pub(super) slow_start: Option<Length>,
    pub(super) drain: Option<Length>,
}

fn or(length: Option<Length>, usual: Duration) -> Duration {
    length.map_or(usual, Length::duration)
}

fn zero(length: Option<Length>) -> bool {
    length.is_some_and(|length| length.duration().is_zero())
}

impl Bounds {
    pub(super) fn limits(&self) -> Limits {
        let usual = Limits::default();
        Limits {
            clients: self.clients.unwrap_or(usual.clients),
            idle: or(self.idle, usual.idle),
            head: or(self.head, usual.head),
            requests: self.requests_per_connection.unwrap_or(usual.requests),
            streams: self.streams_per_connection.unwrap_or(usual.streams),
            silence: or(self.silence, usual.silence),
            target_requests: self.requests_per_target.unwrap_or(usual.target_requests),
        }
    }
}

impl Passive {
    fn settings(&self) -> PassiveHealth {
        let usual = PassiveHealth::default();
        PassiveHealth {
            failures: self.failures.unwrap_or(usual.failures),
            eject: or(self.eject, usual.eject),
        }
    }
}

impl Health {
    /// What is wrong with it, if anything is.
    pub(super) fn wrong(&self) -> Option<&'static str> {
        let Self { path, interval, timeout, healthy_after, unhealthy_after } = self;
        let few = |count: &Option<u32>| count.is_some_and(|count| !(1..=10).contains(&count));
        if path.as_ref().is_some_and(|path| !is_path(path)) {
            return Some("the path of a health check begins with / and is visible ASCII");
        }
        if zero(*interval) || zero(*timeout) {
            return Some("interval and timeout are at least 1s");
        }
        let count = "healthyAfter and unhealthyAfter are 1 to 10";
        (few(healthy_after) || few(unhealthy_after)).then_some(count)
    }

    fn check(&self) -> HealthCheck {
        let usual = HealthCheck::default();
        HealthCheck {
            path: self.path.clone().unwrap_or(usual.path),
            interval: or(self.interval, usual.interval),
            timeout: or(self.timeout, usual.timeout),
            healthy_after: self.healthy_after.unwrap_or(usual.healthy_after),
            unhealthy_after: self.unhealthy_after.unwrap_or(usual.unhealthy_after),
        }
    }
}

fn is_path(text: &str) -> bool {
    text.starts_with('/') && text.bytes().all(|byte| byte.is_ascii_graphic())
}

impl Manner<'_> {
    /// A group without targets that is like this.
    pub(super) fn group(&self) -> GroupConfig {
        let usual = GroupConfig::default();
        GroupConfig {
            check: self.check.map(Health::check).unwrap_or_default(),
            protocol: self.protocol,
            passive: self.passive.map(Passive::settings).unwrap_or_default(),
            slow_start: or(self.slow_start, usual.slow_start),
            drain: or(self.drain, usual.drain),
            ..usual
        }
    }
}

/// Certificate files by the folder of the file that names them.
pub(super) fn tls(folder: &Path, tls: &TlsConfig) -> TlsConfig {
    let files = |one: &CertificateFiles| CertificateFiles {
        certificate: folder.join(&one.certificate),
        key: folder.join(&one.key),
    };
    TlsConfig { certificates: tls.certificates.iter().map(files).collect() }
}

/// A log file by the folder of the file that names it.
pub(super) fn access_log(folder: &Path, log: &AccessLogConfig) -> AccessLogConfig {
    let to = match &log.to {
        LogTo::File(path) => LogTo::File(folder.join(path)),
        other => other.clone(),
    };
    AccessLogConfig { to, query: log.query }
}

/// The folder of a file, from which the paths in it are meant.
pub(super) fn folder(place: &str) -> PathBuf {
    Path::new(place).parent().map(Path::to_path_buf).unwrap_or_default()
}
