//! Volumes: what they hold, and where containers want to see them.

use std::collections::BTreeMap;

use model::Reason;
use model::code::live as code;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::environment::{self, Source};
use super::{Container, Cx, list};
use crate::LiveError;

/// What a volume holds when a pod begins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::process) enum Content {
    /// Nothing.
    Empty,
    /// Files by path; some are known only when the pod starts.
    Files(BTreeMap<String, Bytes>),
}

/// Content of a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::process) enum Bytes {
    Known(Vec<u8>),
    /// Of the pod itself.
    Told(Source),
}

/// Where a container wants to see a volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::process) struct Mount {
    pub(in crate::process) volume: String,
    pub(in crate::process) path: String,
    pub(in crate::process) sub_path: Option<String>,
    pub(in crate::process) read_only: bool,
}

impl Cx<'_> {
    /// The volumes that the containers mount.
    pub(super) fn volumes(
        &mut self,
        containers: &[Container],
        init: &[Container],
    ) -> Result<BTreeMap<String, Content>, LiveError> {
        let mut volumes = BTreeMap::new();
        for mount in containers.iter().chain(init).flat_map(|container| &container.mounts) {
            if volumes.contains_key(&mount.volume) {
                continue;
            }
            let listed = list(&self.template["spec"]["volumes"]);
            let volume = listed.iter().find(|volume| volume["name"] == *mount.volume);
            let none = || self.wrong(format!("there is no volume {}", mount.volume));
            let content = self.content(&mount.volume, volume.ok_or_else(none)?)?;
            volumes.insert(mount.volume.clone(), content);
        }
        Ok(volumes)
    }

    pub(super) fn mounts(&self, container: &Value) -> Result<Vec<Mount>, LiveError> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let mount = |mount: &Value| {
            let volume = text(&mount["name"]).ok_or_else(|| self.wrong("a mount has no name"))?;
            let path = text(&mount["mountPath"])
                .ok_or_else(|| self.wrong(format!("the mount {volume} has no mountPath")))?;
            let sub_path = text(&mount["subPath"]);
            if sub_path.as_deref().is_some_and(|path| !inside(path)) {
                return Err(self.wrong(format!("the subPath of {volume} leads out of it")));
            }
            Ok(Mount { volume, path, sub_path, read_only: mount["readOnly"] == true })
        };
        list(&container["volumeMounts"]).iter().map(mount).collect()
    }

    fn content(&self, name: &str, volume: &Value) -> Result<Content, LiveError> {
        let sources = [&volume["configMap"], &volume["secret"], &volume["downwardAPI"]];
        if volume["emptyDir"].is_object() {
            return Ok(Content::Empty);
        }
        let mut files = BTreeMap::new();
        if sources.iter().any(|source| source.is_object()) {
            self.source(volume, &mut files)?;
        } else if volume["projected"].is_object() {
            for source in list(&volume["projected"]["sources"]) {
                self.source(source, &mut files)?;
            }
        } else {
            return Err(self.unheld(name, volume));
        }
        Ok(Content::Files(files))
    }

    /// One source of files.
    fn source(&self, volume: &Value, files: &mut BTreeMap<String, Bytes>) -> Result<(), LiveError> {
        let told = &volume["downwardAPI"];
        for item in list(&told["items"]) {
            let source = environment::told(self, item)?;
            self.put(files, item["path"].as_str(), Bytes::Told(source))?;
        }
        if told.is_object() {
            return Ok(());
        }
        let (kind, source) = match (&volume["configMap"], &volume["secret"]) {
            (source, _) if source.is_object() => ("ConfigMap", source),
            (_, source) if source.is_object() => ("Secret", source),
            _ => return Err(self.unheld("projected", volume)),
        };
        // A Secret's field is called otherwise in a volume of its own than in a projected one.
        let name =
            if source["secretName"].is_string() { &source["secretName"] } else { &source["name"] };
        let optional = source["optional"] == true;
        let Some(data) = environment::data(self, kind, name, optional)? else { return Ok(()) };
        let items = list(&source["items"]);
        if items.is_empty() {
            for (key, bytes) in data {
                self.put(files, Some(&key), Bytes::Known(bytes))?;
            }
            return Ok(());
        }
        for item in items {
            let key = item["key"].as_str().unwrap_or_default();
            match data.get(key) {
                Some(bytes) => {
                    self.put(files, item["path"].as_str(), Bytes::Known(bytes.clone()))?;
                }
                None if optional => {}
                None => return Err(self.wrong(format!("{kind} {name} has no key {key}"))),
            }
        }
        Ok(())
    }

    fn put(
        &self,
        files: &mut BTreeMap<String, Bytes>,
        path: Option<&str>,
        bytes: Bytes,
    ) -> Result<(), LiveError> {
        let path = path.filter(|path| inside(path));
        let path = path.ok_or_else(|| self.wrong("a file of a volume has no path inside it"))?;
        files.insert(path.to_owned(), bytes);
        Ok(())
    }

    fn unheld(&self, name: &str, volume: &Value) -> LiveError {
        let kinds = volume.as_object().into_iter().flatten();
        let kind = kinds.map(|(key, _)| key.as_str()).find(|key| *key != "name");
        let reason = Reason::new(&code::NO_VOLUME)
            .with("workload", self.workload)
            .with("volume", name)
            .with("kind", kind.unwrap_or("of no kind"));
        LiveError::Unrunnable { reason: Box::new(reason) }
    }
}

/// Whether a path stays in its folder.
fn inside(path: &str) -> bool {
    !path.is_empty() && !path.starts_with('/') && path.split('/').all(|part| part != "..")
}
