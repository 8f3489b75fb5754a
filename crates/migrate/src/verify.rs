//! Checks what was generated for meaning: do the objects of one overlay fit together?
//!
//! An API server looks at one object at a time; it takes a Service that selects no pod and a pod
//! that mounts a secret nobody makes. This module looks at all objects of an overlay at once. It
//! shares no code with the conversion, so that it does not repeat its mistakes.
//! `policy` asks each pod for what scanners ask for, unless the plan has told why not.
//! What it is not: a check of schemas, which the tests make with the types of the Kubernetes API
//! and with a real API server.

mod estate;
mod names;
mod objects;
mod pods;
mod policy;
mod ports;
mod references;
mod selectors;
#[cfg(test)]
mod tests;

use std::fmt;

use serde_json::Value;

use objects::Objects;

pub use estate::{check, overlay};
pub use policy::{Breach, Rule, policy};

/// What does not fit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The overlay has two objects of this kind and name.
    Twice,
    /// The name is longer than what is made of it allows.
    NameTooLong,
    /// Two ports of one Service, or of one pod, have the same name or number.
    PortTwice(String),
    /// A Service with several ports leaves one without a name.
    PortUnnamed(String),
    /// A port is named that no container has.
    PortMissing(String),
    /// A selector takes none of the overlay's pods, or not those of its own workload.
    SelectsNothing,
    /// A selector that can never change holds a label that will.
    SelectorChanges(String),
    /// Two workloads take each other's pods.
    SelectsOthers(String),
    /// Pods of a job are taken for pods that serve.
    SelectsJob(String),
    /// An object is referred to that nothing in the overlay makes.
    Missing(String),
    /// A key is read that the ConfigMap or secret has not.
    MissingKey(String),
    /// Two things of a pod have one name, or one place.
    NamedTwice(String),
    /// The workload says how many, and an autoscaler counts too.
    ReplicasTwice(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Twice => f.write_str("is there twice"),
            Self::NameTooLong => f.write_str("has too long a name"),
            Self::PortTwice(port) => write!(f, "has the port {port} twice"),
            Self::PortUnnamed(port) => write!(f, "has several ports, but none is named {port}"),
            Self::PortMissing(port) => write!(f, "refers to the port {port}, which is not there"),
            Self::SelectsNothing => f.write_str("selects no pod"),
            Self::SelectorChanges(label) => write!(f, "selects by {label}, which changes"),
            Self::SelectsOthers(other) => write!(f, "selects the pods of {other}"),
            Self::SelectsJob(job) => write!(f, "selects the pods of {job}, which do not serve"),
            Self::Missing(what) => write!(f, "refers to {what}, which is not there"),
            Self::MissingKey(key) => write!(f, "reads {key}, which is not there"),
            Self::NamedTwice(what) => write!(f, "has the {what} twice"),
            Self::ReplicasTwice(scaler) => write!(f, "sets replicas, which {scaler} counts"),
        }
    }
}

/// Something that does not fit, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// `Kind/name` of the object that is at fault.
    pub object: String,
    /// What is wrong with it.
    pub fault: Fault,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.object, self.fault)
    }
}

/// Everything that does not fit among the objects of one overlay, in order, each once.
#[must_use]
pub fn verify(objects: &[Value]) -> Vec<Problem> {
    let objects = Objects::new(objects);
    let mut found = Vec::new();
    names::check(&objects, &mut found);
    selectors::check(&objects, &mut found);
    ports::check(&objects, &mut found);
    pods::check(&objects, &mut found);
    references::check(&objects, &mut found);
    found.sort();
    found.dedup();
    found
}
