//! CRDs of the controllers whose objects Segue writes, made as their own projects make them:
//! controller-gen reads the Go types. Every field is typed, so a strict apply refuses a field that
//! the controller does not know.

use super::go::{self, Wrapper};
use super::{Peer, require};
use crate::cache::Cache;
use crate::shell;
use anyhow::{Context, Result, ensure};
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where a folder of CRDs comes from.
#[derive(Debug, Clone)]
pub(super) struct CrdSource {
    pub(super) wrapper: &'static Wrapper,
    /// The packages that hold the Go types.
    packages: &'static [&'static str],
    /// The files to keep of all that controller-gen makes of them.
    keep: &'static [CrdFile],
}

/// The name of a generated file: group and plural, as controller-gen writes them.
type CrdFile = &'static str;

pub(super) const CONTROLLERS: CrdSource = CrdSource {
    wrapper: &go::CRDS,
    packages: &[
        "github.com/external-secrets/external-secrets/apis/externalsecrets/v1",
        "github.com/kedacore/keda/v2/apis/keda/v1alpha1",
        "./targetgroupbinding/...",
    ],
    keep: &[
        "external-secrets.io_externalsecrets.yaml",
        "external-secrets.io_secretstores.yaml",
        "external-secrets.io_clustersecretstores.yaml",
        "elbv2.k8s.aws_targetgroupbindings.yaml",
        "keda.sh_scaledobjects.yaml",
        "keda.sh_triggerauthentications.yaml",
    ],
};

pub(super) const ARGOCD: CrdSource = CrdSource {
    wrapper: &go::CRDS_ARGOCD,
    packages: &["github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"],
    keep: &[
        "argoproj.io_applications.yaml",
        "argoproj.io_applicationsets.yaml",
        "argoproj.io_appprojects.yaml",
    ],
};

/// The CRDs of one project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Crd {
    /// `ExternalSecret`, `SecretStore`, `ClusterSecretStore` (v1).
    ExternalSecrets,
    /// `TargetGroupBinding` (v1beta1).
    AwsLoadBalancer,
    /// `ScaledObject`, `TriggerAuthentication` (v1alpha1).
    Keda,
    /// `Application`, `ApplicationSet`, `AppProject` (v1alpha1).
    ArgoCd,
}

impl Crd {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::ExternalSecrets, Self::AwsLoadBalancer, Self::Keda, Self::ArgoCd];

    /// The CRD files of the project, one object each; an error says how to get what is missing.
    pub fn files(self) -> Result<Vec<PathBuf>> {
        let (peer, files) = match self {
            Self::ExternalSecrets => (Peer::Crds, &CONTROLLERS.keep[..3]),
            Self::AwsLoadBalancer => (Peer::Crds, &CONTROLLERS.keep[3..4]),
            Self::Keda => (Peer::Crds, &CONTROLLERS.keep[4..]),
            Self::ArgoCd => (Peer::CrdsArgocd, ARGOCD.keep),
        };
        let folder = require(peer)?;
        Ok(files.iter().map(|file| folder.join(file)).collect())
    }
}

/// Generates the CRDs of `source` into `folder`.
pub(super) fn generate(
    cache: &Cache,
    source: &CrdSource,
    generator: &Path,
    folder: &Path,
) -> Result<()> {
    let module = go::unpack(source.wrapper)?;
    let toolchain = go::toolchain(cache)?;
    let made = tempfile::tempdir()?;
    let mut command = Command::new(generator);
    command.current_dir(module.path()).envs(go::environment()).env("PATH", path_with(&toolchain)?);
    command.args(source.packages.iter().map(|package| format!("paths={package}")));
    // Descriptions are left out, as Argo CD does: its ApplicationSet would be too large for etcd.
    command.arg("crd:crdVersions=v1,maxDescLen=0");
    command.arg(format!("output:crd:dir={}", made.path().display()));
    let output = shell::run_quietly(&mut command)?;
    for file in source.keep {
        let from = made.path().join(file);
        ensure!(from.is_file(), "controller-gen made no {file}\n{}", shell::said(&output));
        fs::copy(&from, folder.join(file)).with_context(|| format!("cannot keep {file}"))?;
    }
    Ok(())
}

/// controller-gen starts `go` by its name, so the chosen one's folder goes first on the PATH.
fn path_with(toolchain: &Path) -> Result<OsString> {
    let old = env::var_os("PATH").unwrap_or_default();
    let first = toolchain.parent().map(Path::to_owned).filter(|path| path.is_absolute());
    Ok(env::join_paths(first.into_iter().chain(env::split_paths(&old)))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fetched_go_goes_first_and_the_machines_own_changes_nothing() {
        let old = env::var_os("PATH").unwrap_or_default();
        assert_eq!(path_with(Path::new("go")).unwrap(), old);
        let path = path_with(Path::new("/cache/go/bin/go")).unwrap();
        assert!(path.to_string_lossy().starts_with("/cache/go/bin:"), "{path:?}");
    }

    #[test]
    fn every_kept_file_belongs_to_one_project() {
        let groups = |files: &[CrdFile]| -> Vec<_> {
            files.iter().map(|file| file.split_once('_').unwrap().0).collect()
        };
        assert_eq!(groups(&CONTROLLERS.keep[..3]), ["external-secrets.io"; 3]);
        assert_eq!(groups(&CONTROLLERS.keep[3..4]), ["elbv2.k8s.aws"]);
        assert_eq!(groups(&CONTROLLERS.keep[4..]), ["keda.sh"; 2]);
        assert_eq!(groups(ARGOCD.keep), ["argoproj.io"; 3]);
    }
}
