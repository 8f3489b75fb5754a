//! A real Kubernetes control plane for one test: etcd and kube-apiserver on loopback ports of
//! their own, with all their files in a temporary folder.
//!
//! There is no controller manager and no kubelet: objects are stored, validated and served, but
//! nothing progresses, nothing is garbage-collected, and a deleted namespace stays `Terminating`.
//! The admission plugin that wants a service account in every namespace is off for that reason.
//!
//! ```no_run
//! # use xtask::{controlplane::ControlPlane, peers::Crd};
//! # fn test() -> anyhow::Result<()> {
//! let plane = ControlPlane::start()?;
//! plane.install_crds(&[Crd::ExternalSecrets])?;
//! plane.apply("{apiVersion: v1, kind: Namespace, metadata: {name: dev}}")?;
//! assert!(plane.kubectl(&["get", "namespace", "dev"], "")?.succeeded);
//! # Ok(())
//! # }
//! ```

mod access;
pub(crate) mod process;

use crate::peers::{self, Crd, Peer};
use crate::shell;
use access::Access;
use anyhow::{Context, Result, bail, ensure};
use process::Running;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a start may take on a machine with other work to do.
const START_MAX: Duration = Duration::from_secs(90);
/// How often a start is tried: another process may take a port between choice and use.
const TRIES: usize = 3;
const POLL: Duration = Duration::from_millis(100);

/// A running control plane. Dropping it stops its processes and removes its files.
#[derive(Debug)]
pub struct ControlPlane {
    // Fields are dropped in this order: the server stops before its database, the folder goes last.
    api: Running,
    etcd: Running,
    access: Access,
    kubectl: std::path::PathBuf,
    folder: TempDir,
}

/// What one kubectl call came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Whether kubectl exited with 0.
    pub succeeded: bool,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error: warnings, and the server's refusals.
    pub stderr: String,
}

impl ControlPlane {
    /// Starts a control plane and waits until it serves. An error names a missing program with the
    /// command that installs it, or carries the log of the process that failed.
    pub fn start() -> Result<Self> {
        let mut last = None;
        for _ in 0..TRIES {
            match Self::try_start() {
                Ok(plane) => return Ok(plane),
                Err(err) if format!("{err:#}").contains("address already in use") => {
                    last = Some(err);
                }
                Err(err) => return Err(err),
            }
        }
        Err(last.context("no start was tried")?)
    }

    /// The kubeconfig file of a user who may do everything.
    pub fn kubeconfig(&self) -> &Path {
        &self.access.kubeconfig
    }

    /// The address of the API, `https://127.0.0.1:<port>`.
    pub fn server(&self) -> &str {
        &self.access.server
    }

    /// The bearer token that the kubeconfig carries.
    pub fn token(&self) -> &str {
        &self.access.token
    }

    /// The certificate (PEM) that the API's own certificate is signed by.
    pub fn ca_file(&self) -> &Path {
        &self.access.ca_file
    }

    /// Runs kubectl against this API with `stdin` as its input. An error means that it could not
    /// be run at all; what the server refuses is an [`Outcome`].
    pub fn kubectl(&self, args: &[&str], stdin: &str) -> Result<Outcome> {
        let mut command = Command::new(&self.kubectl);
        command.arg("--kubeconfig").arg(self.kubeconfig());
        command.arg("--cache-dir").arg(self.folder.path().join("kubectl-cache"));
        // The user's own settings must not change what a test sees.
        command.args(args).env_remove("KUBECONFIG").env("KUBERC", "off");
        let output = shell::run_with_input(&mut command, stdin)?;
        Ok(Outcome {
            succeeded: output.status.success(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// Applies `manifests` on the server's side with strict field validation, and returns what
    /// kubectl said; a refusal is an error.
    pub fn apply(&self, manifests: &str) -> Result<String> {
        self.accepted(&["apply", "--server-side", "--validate=strict", "-f", "-"], manifests)
    }

    /// As [`Self::apply`], but the server stores nothing. The namespaces of the objects must exist.
    pub fn dry_run(&self, manifests: &str) -> Result<String> {
        let args = ["apply", "--server-side", "--validate=strict", "--dry-run=server", "-f", "-"];
        self.accepted(&args, manifests)
    }

    /// Installs the CRDs of these projects and waits until the server serves their kinds.
    pub fn install_crds(&self, crds: &[Crd]) -> Result<()> {
        let mut files = Vec::new();
        for crd in crds {
            files.extend(crd.files()?);
        }
        let paths: Vec<_> =
            files.iter().flat_map(|file| ["-f".into(), file.to_string_lossy()]).collect();
        let paths: Vec<&str> = paths.iter().map(AsRef::as_ref).collect();
        // Created, not applied: the annotation of an apply would hold a second copy of the schema.
        self.accepted(&[&["create"], &paths[..]].concat(), "")?;
        let wait = ["wait", "--for=condition=Established", "--timeout=30s"];
        self.accepted(&[&wait, &paths[..]].concat(), "").map(drop)
    }

    fn accepted(&self, args: &[&str], stdin: &str) -> Result<String> {
        let outcome = self.kubectl(args, stdin)?;
        let verb = args.first().copied().unwrap_or_default();
        ensure!(outcome.succeeded, "kubectl {verb}: {}", outcome.stderr.trim_end());
        Ok(outcome.stdout)
    }

    fn try_start() -> Result<Self> {
        let programs = [Peer::Etcd, Peer::KubeApiserver, Peer::Kubectl].map(peers::require);
        let [etcd, api, kubectl] = programs;
        let folder = tempfile::Builder::new().prefix("segue-controlplane-").tempdir()?;
        let [client, peer, secure] = free_ports()?;
        let access = Access::create(folder.path(), secure)?;
        let etcd =
            Running::start(etcd_command(&etcd?, folder.path(), client, peer), folder.path())?;
        let api = Running::start(api_command(&api?, folder.path(), client, secure), folder.path())?;
        let mut plane = Self { api, etcd, access, kubectl: kubectl?, folder };
        plane.wait_until_ready()?;
        Ok(plane)
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let deadline = Instant::now() + START_MAX;
        // Ready is not enough: the server makes the namespace `default` a moment later.
        for path in ["/readyz", "/api/v1/namespaces/default"] {
            loop {
                self.etcd.check()?;
                self.api.check()?;
                if self.access.is_listening()
                    && self.kubectl(&["get", "--raw", path], "")?.succeeded
                {
                    break;
                }
                if Instant::now() > deadline {
                    bail!(
                        "kube-apiserver did not answer {path} in {START_MAX:?}\n{}",
                        self.api.log()
                    );
                }
                thread::sleep(POLL);
            }
        }
        Ok(())
    }
}

fn etcd_command(program: &Path, folder: &Path, client: u16, peer: u16) -> Command {
    let (client, peer) = (format!("http://127.0.0.1:{client}"), format!("http://127.0.0.1:{peer}"));
    let mut command = Command::new(program);
    command.arg("--data-dir").arg(folder.join("etcd"));
    command.arg(format!("--listen-client-urls={client}"));
    command.arg(format!("--advertise-client-urls={client}"));
    command.arg(format!("--listen-peer-urls={peer}"));
    command.arg(format!("--initial-advertise-peer-urls={peer}"));
    command.arg(format!("--initial-cluster=default={peer}"));
    // The data lives as long as the test.
    command.args(["--unsafe-no-fsync", "--log-level=warn"]);
    command
}

fn api_command(program: &Path, folder: &Path, etcd: u16, secure: u16) -> Command {
    let file = |flag: &str, name: &str| format!("--{flag}={}", folder.join(name).display());
    let mut command = Command::new(program);
    command.arg(format!("--etcd-servers=http://127.0.0.1:{etcd}"));
    command.args([
        "--bind-address=127.0.0.1",
        "--external-hostname=127.0.0.1",
        &format!("--secure-port={secure}"),
    ]);
    command.arg(file("tls-cert-file", access::SERVER_CERT));
    command.arg(file("tls-private-key-file", access::SERVER_KEY));
    command.arg(file("token-auth-file", access::TOKENS));
    command.arg(file("service-account-key-file", access::VERIFYING_KEY));
    command.arg(file("service-account-signing-key-file", access::SIGNING_KEY));
    command.arg("--service-account-issuer=https://kubernetes.default.svc");
    command.args(["--authorization-mode=RBAC", "--service-cluster-ip-range=10.96.0.0/16"]);
    command.arg("--disable-admission-plugins=ServiceAccount");
    command.args(["--endpoint-reconciler-type=none", "--profiling=false"]);
    command
}

/// Ports that were free a moment ago. All are held until all are chosen, so they differ.
fn free_ports<const N: usize>() -> Result<[u16; N]> {
    let mut held = Vec::new();
    let mut ports = [0; N];
    for port in &mut ports {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        *port = listener.local_addr()?.port();
        held.push(listener);
    }
    Ok(ports)
}
