//! One service's model, as botocore keeps it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::shell;

/// A service of botocore's data.
pub(super) struct Model {
    service: Value,
}

impl Model {
    /// Reads the newest version below `folder`.
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let mut versions: Vec<PathBuf> = fs::read_dir(folder)
            .with_context(|| format!("cannot read {}", folder.display()))?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()?;
        versions.retain(|path| path.is_dir());
        versions.sort();
        let newest = versions.last().with_context(|| format!("{} is empty", folder.display()))?;
        let service = json(newest, "service-2.json")?
            .with_context(|| format!("{} has no model", newest.display()))?;
        Ok(Self { service })
    }

    /// A value of the head of the model, `apiVersion`.
    pub(super) fn metadata(&self, name: &str) -> Option<&str> {
        self.service["metadata"][name].as_str()
    }

    /// The protocol that we speak: what services had before CBOR, since it can be read by eye. For
    /// a service with JSON and query, the query protocol, whose errors carry the documented codes.
    pub(super) fn protocol(&self) -> Result<String> {
        let offered: Vec<&str> = self.service["metadata"]["protocols"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let known = ["query", "ec2", "rest-xml", "rest-json", "json"];
        let Some(protocol) = known.into_iter().find(|name| offered.contains(name)) else {
            bail!("none of its protocols is known: {offered:?}");
        };
        Ok(match protocol {
            "json" => format!("json-{}", self.metadata("jsonVersion").unwrap_or("1.0")),
            other => other.to_owned(),
        })
    }

    /// The operation `name`.
    pub(super) fn operation(&self, name: &str) -> Result<&Value> {
        self.service["operations"].get(name).with_context(|| format!("no operation {name}"))
    }

    /// The shape `name`.
    pub(super) fn shape(&self, name: &str) -> Result<&Value> {
        self.service["shapes"].get(name).with_context(|| format!("no shape {name}"))
    }
}

/// The JSON in `folder/name`, packed or not; `None` if neither is there.
fn json(folder: &Path, name: &str) -> Result<Option<Value>> {
    let plain = folder.join(name);
    let packed = folder.join(format!("{name}.gz"));
    let bytes = if plain.is_file() {
        fs::read(&plain)?
    } else if packed.is_file() {
        shell::run_quietly(Command::new("gzip").arg("-dc").arg(&packed))?.stdout
    } else {
        return Ok(None);
    };
    serde_json::from_slice(&bytes).map(Some).with_context(|| format!("{name} is not JSON"))
}
