//! Why a kustomization cannot be rendered.

use model::code::gitops as codes;
use model::reason::Reason;
use thiserror::Error;

/// Why a kustomization cannot be rendered: which file, what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RenderError {
    /// The folder holds no kustomization file.
    #[error("{dir} has no kustomization.yaml")]
    NoKustomization {
        /// The folder.
        dir: String,
    },
    /// The folder holds kustomization files under several names.
    #[error("{dir} has more than one kustomization file")]
    SeveralKustomizations {
        /// The folder.
        dir: String,
    },
    /// A file is not the YAML it should be.
    #[error("{file}:{line}: {detail}")]
    Yaml {
        /// The file.
        file: String,
        /// The line, from 1; 0 when it is about the whole.
        line: usize,
        /// What is wrong.
        detail: String,
    },
    /// A kustomization file has a field that is unknown, of the wrong type or contradicts another.
    #[error("{file}: {detail}")]
    Malformed {
        /// The kustomization file.
        file: String,
        /// What is wrong.
        detail: String,
    },
    /// A kustomization file uses a field that is not rendered in process.
    #[error("{file}: the field {field} is not supported")]
    Unsupported {
        /// The kustomization file.
        file: String,
        /// The field.
        field: String,
    },
    /// A kustomization refers to another repository or host.
    #[error("{file}: {path} is not in this repository")]
    Remote {
        /// The kustomization file.
        file: String,
        /// The reference.
        path: String,
    },
    /// A kustomization refers to a file or folder that is not there.
    #[error("{file}: {path} is not there")]
    NotFound {
        /// The kustomization file.
        file: String,
        /// The reference.
        path: String,
    },
    /// A kustomization refers to a single file outside of its own folder.
    #[error("{file}: {path} is not below the folder of the kustomization")]
    Outside {
        /// The kustomization file.
        file: String,
        /// The reference.
        path: String,
    },
    /// A kustomization refers to itself, through others or as a folder above it.
    #[error("{file}: {path} leads back here")]
    Cycle {
        /// The kustomization file.
        file: String,
        /// The reference.
        path: String,
    },
    /// A component stands among the resources, or something else among the components.
    #[error("{file}: {path} is a {found}, a {expected} belongs here")]
    WrongKind {
        /// The kustomization file.
        file: String,
        /// The reference.
        path: String,
        /// The kind that belongs here.
        expected: String,
        /// The kind that is there.
        found: String,
    },
    /// A document is no Kubernetes object.
    #[error("{file}: {detail}")]
    NotAnObject {
        /// The file, or the kustomization file for a patch inside it.
        file: String,
        /// What is missing.
        detail: String,
    },
    /// Two objects have the same kind, namespace and name.
    #[error("{file}: {id} is there twice")]
    Duplicate {
        /// The kustomization file.
        file: String,
        /// The object.
        id: String,
    },
    /// A patch or a field names an object that is not there, or not once.
    #[error("{file}: {what} {detail}")]
    NoTarget {
        /// The kustomization file.
        file: String,
        /// The patch or field.
        what: String,
        /// What was looked for and how often it was found.
        detail: String,
    },
    /// A patch cannot be applied.
    #[error("{file}: {patch}: {detail}")]
    Patch {
        /// The kustomization file.
        file: String,
        /// The patch.
        patch: String,
        /// What is wrong.
        detail: String,
    },
    /// A generator cannot do its work.
    #[error("{file}: generator {name}: {detail}")]
    Generator {
        /// The kustomization file.
        file: String,
        /// The name of the `ConfigMap` or `Secret`.
        name: String,
        /// What is wrong.
        detail: String,
    },
    /// A replacement cannot be made.
    #[error("{file}: replacement: {detail}")]
    Replacement {
        /// The kustomization file.
        file: String,
        /// What is wrong.
        detail: String,
    },
    /// An object has something else than expected in a field that the kustomization edits.
    #[error("{file}: {id}: {field}: {detail}")]
    Field {
        /// The kustomization file.
        file: String,
        /// The object.
        id: String,
        /// The field.
        field: String,
        /// What is wrong.
        detail: String,
    },
    /// The kustomization grows beyond what is rendered in process.
    #[error("{file}: {detail}")]
    TooLarge {
        /// The kustomization file.
        file: String,
        /// The bound that was hit.
        detail: String,
    },
}

impl RenderError {
    /// The entry of the table of codes with the facts: what, where, what next.
    pub fn reason(&self) -> Reason {
        match self {
            Self::NoKustomization { dir } => {
                Reason::new(&codes::NO_KUSTOMIZATION).with("dir", shown(dir))
            }
            Self::SeveralKustomizations { dir } => {
                Reason::new(&codes::SEVERAL_KUSTOMIZATIONS).with("dir", shown(dir))
            }
            Self::Yaml { file, line, detail } => {
                let place = if *line == 0 { file.clone() } else { format!("{file}:{line}") };
                Reason::new(&codes::YAML).with("place", place).with("detail", detail)
            }
            Self::Malformed { file, detail } => at(&codes::MALFORMED, file).with("detail", detail),
            Self::Unsupported { file, field } => at(&codes::UNSUPPORTED, file).with("field", field),
            Self::Remote { file, path } => at(&codes::REMOTE, file).with("path", path),
            Self::NotFound { file, path } => at(&codes::NOT_FOUND, file).with("path", path),
            Self::Outside { file, path } => at(&codes::OUTSIDE, file).with("path", path),
            Self::Cycle { file, path } => at(&codes::CYCLE, file).with("path", path),
            Self::WrongKind { file, path, expected, found } => at(&codes::WRONG_KIND, file)
                .with("path", path)
                .with("expected", expected)
                .with("found", found),
            Self::NotAnObject { file, detail } => {
                at(&codes::NOT_AN_OBJECT, file).with("detail", detail)
            }
            Self::Duplicate { file, id } => at(&codes::DUPLICATE, file).with("id", id),
            Self::NoTarget { file, what, detail } => {
                at(&codes::NO_TARGET, file).with("what", what).with("detail", detail)
            }
            Self::Patch { file, patch, detail } => {
                at(&codes::PATCH, file).with("patch", patch).with("detail", detail)
            }
            Self::Generator { file, name, detail } => {
                at(&codes::GENERATOR, file).with("name", name).with("detail", detail)
            }
            Self::Replacement { file, detail } => {
                at(&codes::REPLACEMENT, file).with("detail", detail)
            }
            Self::Field { file, id, field, detail } => {
                at(&codes::FIELD, file).with("id", id).with("field", field).with("detail", detail)
            }
            Self::TooLarge { file, detail } => at(&codes::TOO_LARGE, file).with("detail", detail),
        }
    }
}

fn at(code: &'static model::code::Code, file: &str) -> Reason {
    Reason::new(code).with("file", file)
}

fn shown(dir: &str) -> &str {
    if dir.is_empty() { "." } else { dir }
}
