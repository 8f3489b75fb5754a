//! Reading kustomization files and what they refer to from the tree.

use super::error::RenderError;
use super::file::{COMPONENT, KUSTOMIZATION, Kustomization};
use super::resource::Resource;
use crate::tree::{Tree, is_within, join};
use crate::yaml::json::to_json;
use crate::yaml::read::{self, Flaw};
use crate::yaml::resolve::Dialect;
use crate::yaml::{Map, Node};

/// The names that a kustomization file may have.
pub(crate) const FILE_NAMES: [&str; 3] =
    ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// A kustomization file, read and checked.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The folder it is in.
    pub(crate) dir: String,
    /// Its path.
    pub(crate) file: String,
    /// What it says.
    pub(crate) spec: Kustomization,
}

/// Reads the kustomization of a folder.
pub(crate) fn kustomization(tree: &Tree, dir: &str) -> Result<Loaded, RenderError> {
    let paths = FILE_NAMES.iter().filter_map(|name| join(dir, name));
    let found: Vec<String> = paths.filter(|path| tree.get(path).is_some()).collect();
    let file = match found.as_slice() {
        [file] => file.clone(),
        [] => {
            return Err(RenderError::NoKustomization { dir: dir.to_owned() });
        }
        [..] => {
            return Err(RenderError::SeveralKustomizations { dir: dir.to_owned() });
        }
    };
    let text = text(tree, &file)?;
    let node = read::document(text, Dialect::V2).map_err(|flaw| yaml(&file, flaw))?;
    let spec =
        parse(node).map_err(|detail| RenderError::Malformed { file: file.clone(), detail })?;
    if let Some(field) = spec.unsupported() {
        return Err(RenderError::Unsupported { file, field: field.to_owned() });
    }
    Ok(Loaded { dir: dir.to_owned(), file, spec })
}

fn parse(node: Option<Node>) -> Result<Kustomization, String> {
    let says_something = |map: &Map| {
        map.iter().any(|(key, value)| key != "apiVersion" && key != "kind" && !value.is_null())
    };
    let Some(node) = node.filter(|node| node.as_map().is_none_or(says_something)) else {
        return Err("it is empty".to_owned());
    };
    let value = to_json(&node, Dialect::V2)?;
    let mut spec: Kustomization =
        serde_json::from_value(value).map_err(|error| error.to_string())?;
    if spec.kind.is_empty() {
        KUSTOMIZATION.clone_into(&mut spec.kind);
    }
    let version = match spec.kind.as_str() {
        KUSTOMIZATION => "kustomize.config.k8s.io/v1beta1",
        COMPONENT => "kustomize.config.k8s.io/v1alpha1",
        other => {
            return Err(format!("kind is {other}, not {KUSTOMIZATION} or {COMPONENT}"));
        }
    };
    if !spec.api_version.is_empty() && spec.api_version != version {
        return Err(format!("apiVersion of a {} is {version}", spec.kind));
    }
    Ok(spec.upgraded())
}

impl Kustomization {
    /// Moves what stands in deprecated fields to where it belongs today.
    fn upgraded(mut self) -> Self {
        self.resources.append(&mut self.bases);
        self.images.append(&mut self.image_tags);
        for generator in self.config_map_generator.iter_mut().chain(&mut self.secret_generator) {
            if !generator.env.is_empty() {
                generator.envs.push(std::mem::take(&mut generator.env));
            }
        }
        self
    }
}

impl Loaded {
    /// The content of a file that the kustomization refers to.
    pub(crate) fn read<'t>(&self, tree: &'t Tree, path: &str) -> Result<&'t [u8], RenderError> {
        let (file, path) = (self.file.clone(), path.to_owned());
        if is_remote(&path) {
            return Err(RenderError::Remote { file, path });
        }
        let found = join(&self.dir, &path).filter(|_| !path.starts_with('/'));
        let Some(found) = found.filter(|found| is_within(found, &self.dir)) else {
            return Err(RenderError::Outside { file, path });
        };
        tree.get(&found).ok_or(RenderError::NotFound { file, path })
    }

    /// The text of a file that the kustomization refers to.
    pub(crate) fn read_text<'t>(&self, tree: &'t Tree, path: &str) -> Result<&'t str, RenderError> {
        let bytes = self.read(tree, path)?;
        let shown = join(&self.dir, path).unwrap_or_else(|| path.to_owned());
        std::str::from_utf8(bytes).map_err(|_| not_utf8(&shown))
    }

    /// Whether the kustomization refers to a file with this path, be it allowed or not.
    pub(crate) fn is_file(&self, tree: &Tree, path: &str) -> bool {
        join(&self.dir, path).is_some_and(|path| tree.get(&path).is_some())
    }

    /// The objects of a file.
    pub(crate) fn objects(&self, tree: &Tree, path: &str) -> Result<Vec<Resource>, RenderError> {
        let text = self.read_text(tree, path)?;
        let shown = join(&self.dir, path).unwrap_or_else(|| path.to_owned());
        objects(text).map_err(|error| error.at(&shown))
    }
}

/// Why a text holds no objects.
#[derive(Debug)]
pub(crate) enum NoObjects {
    /// It is no YAML.
    Yaml(Flaw),
    /// A document is no object.
    NotAnObject(String),
}

impl NoObjects {
    /// With the name of the file.
    pub(crate) fn at(self, file: &str) -> RenderError {
        match self {
            Self::Yaml(flaw) => yaml(file, flaw),
            Self::NotAnObject(detail) => RenderError::NotAnObject { file: file.to_owned(), detail },
        }
    }

    /// In words.
    pub(crate) fn detail(self) -> String {
        match self {
            Self::Yaml(flaw) => flaw.detail,
            Self::NotAnObject(detail) => detail,
        }
    }
}

/// The objects of a text; lists are taken apart.
pub(crate) fn objects(text: &str) -> Result<Vec<Resource>, NoObjects> {
    let mut queue: std::collections::VecDeque<Node> =
        read::documents(text).map_err(NoObjects::Yaml)?.into();
    let mut resources = Vec::new();
    while let Some(node) = queue.pop_front() {
        if node.is_nothing() {
            continue;
        }
        let mut resource = Resource::new(node).map_err(NoObjects::NotAnObject)?;
        if !resource.kind().ends_with("List") {
            resources.push(resource);
            continue;
        }
        match resource.fields.remove("items") {
            None => resources.push(resource),
            Some(Node::Seq(items)) => queue.extend(items),
            Some(items) if items.is_null() => {}
            Some(_) => {
                let detail = format!("items of a {} is not a list", resource.kind());
                return Err(NoObjects::NotAnObject(detail));
            }
        }
    }
    Ok(resources)
}

fn text<'t>(tree: &'t Tree, file: &str) -> Result<&'t str, RenderError> {
    std::str::from_utf8(tree.get(file).unwrap_or_default()).map_err(|_| not_utf8(file))
}

fn not_utf8(file: &str) -> RenderError {
    RenderError::Yaml { file: file.to_owned(), line: 0, detail: "it is not UTF-8".to_owned() }
}

fn yaml(file: &str, flaw: Flaw) -> RenderError {
    RenderError::Yaml { file: file.to_owned(), line: flaw.line, detail: flaw.detail }
}

/// Whether a reference names a host or repository.
pub(crate) fn is_remote(path: &str) -> bool {
    path.contains("://")
        || path.starts_with("git@")
        || path.starts_with("git::")
        || path.starts_with("github.com/")
        || path.contains("?ref=")
}
