//! The balancers and origins of a comparison, each a process of its own on its core.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use crate::nodrop::front::installed;

/// How long a program may take to listen.
const WAIT: Duration = Duration::from_secs(10);
/// The kernel counts CPU time in hundredths of a second (`getconf CLK_TCK`).
const TICK: Duration = Duration::from_millis(10);
/// Bytes of a page (`getconf PAGESIZE`).
const PAGE: f64 = 4_096.0;

/// An answer of 1,000 bytes at two ports, on core 0.
pub(super) struct Origins {
    ports: [u16; 2],
    _process: Option<Process>,
}

/// A balancer on core 1 that sends 80 of 100 requests to one origin and 20 to the other.
pub(super) struct Proxy {
    pub(super) name: &'static str,
    pub(super) address: SocketAddr,
    process: Process,
}

/// A process that ends with this, and its files.
struct Process {
    child: Child,
    folder: TempDir,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    /// Runs `command` on `core`.
    fn start(core: u8, folder: TempDir, command: &Command) -> Result<Self> {
        let mut pinned = Command::new("taskset");
        pinned.args(["-c", &core.to_string()]).arg(command.get_program()).args(command.get_args());
        let child =
            pinned.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        Ok(Self { child, folder })
    }
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn listens(address: SocketAddr, name: &str) -> Result<()> {
    let until = Instant::now() + WAIT;
    while TcpStream::connect(address).is_err() {
        if Instant::now() > until {
            bail!("{name} does not listen at {address}");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

fn local(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

impl Origins {
    /// Those that somebody else serves.
    pub(super) fn at(ports: [u16; 2]) -> Self {
        Self { ports, _process: None }
    }

    /// One nginx.
    pub(super) fn start() -> Result<Self> {
        let ports = [free_port()?, free_port()?];
        let body = "x".repeat(1_000);
        let server = |port| format!("server {{ listen 127.0.0.1:{port}; return 200 '{body}'; }}");
        let http = format!("{} {}", server(ports[0]), server(ports[1]));
        let process = nginx(0, &http)?;
        listens(local(ports[0]), "the origin")?;
        Ok(Self { ports, _process: Some(process) })
    }

    pub(super) fn address(&self) -> SocketAddr {
        local(self.ports[0])
    }
}

/// nginx as one process that serves `http`.
fn nginx(core: u8, http: &str) -> Result<Process> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("nginx.conf");
    std::fs::write(
        &file,
        format!(
            "daemon off; master_process off; pid nginx.pid;\n\
             events {{ worker_connections 4096; }}\n\
             http {{ access_log off; keepalive_requests 100000000; {http} }}\n"
        ),
    )?;
    let mut command = Command::new(installed("nginx")?);
    command.arg("-p").arg(folder.path()).arg("-c").arg(&file);
    command.arg("-e").arg(folder.path().join("error.log"));
    Process::start(core, folder, &command)
}

impl Proxy {
    pub(super) fn segue(program: &Path, origins: &Origins) -> Result<Self> {
        let (folder, port) = (tempfile::tempdir()?, free_port()?);
        let [a, b] = origins.ports;
        let file = folder.path().join("edge.yaml");
        std::fs::write(
            &file,
            format!(
                "apiVersion: segue.dev/v1alpha1\nkind: Balancer\nmetadata: {{name: edge}}\nspec:\n  \
                 listeners:\n    - name: web\n      address: 127.0.0.1:{port}\n      \
                 default: {{forward: {{weights: {{a: 80, b: 20}}}}}}\n  \
                 targetGroups:\n    - {{name: a, targets: [\"127.0.0.1:{a}\"]}}\n    \
                 - {{name: b, targets: [\"127.0.0.1:{b}\"]}}\n"
            ),
        )?;
        let mut command = Command::new(program);
        command.args(["balance", "--config"]).arg(&file);
        Self::start("segue", port, Process::start(1, folder, &command)?)
    }

    pub(super) fn bare(program: &Path, origins: &Origins) -> Result<Self> {
        let (folder, port) = (tempfile::tempdir()?, free_port()?);
        let mut command = Command::new(program);
        command.args(
            [local(port), local(origins.ports[0]), local(origins.ports[1])]
                .map(|at| at.to_string()),
        );
        Self::start("bare hyper", port, Process::start(1, folder, &command)?)
    }

    pub(super) fn haproxy(origins: &Origins) -> Result<Self> {
        let (folder, port) = (tempfile::tempdir()?, free_port()?);
        let [a, b] = origins.ports;
        let file = folder.path().join("haproxy.cfg");
        std::fs::write(
            &file,
            format!(
                "global\n  nbthread 1\ndefaults\n  mode http\n  option forwardfor\n  \
                 timeout connect 10s\n  timeout client 60s\n  timeout server 60s\n\
                 frontend f\n  bind 127.0.0.1:{port}\n  default_backend b\n\
                 backend b\n  server a 127.0.0.1:{a} weight 80 check\n  \
                 server b 127.0.0.1:{b} weight 20 check\n"
            ),
        )?;
        let mut command = Command::new(installed("haproxy")?);
        command.arg("-f").arg(&file);
        Self::start("haproxy", port, Process::start(1, folder, &command)?)
    }

    pub(super) fn nginx(origins: &Origins) -> Result<Self> {
        let port = free_port()?;
        let [a, b] = origins.ports;
        let process = nginx(
            1,
            &format!(
                "upstream b {{ server 127.0.0.1:{a} weight=80; server 127.0.0.1:{b} weight=20; \
                 keepalive 128; keepalive_requests 100000000; }}\n\
                 server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://b; \
                 proxy_http_version 1.1; proxy_set_header Connection ''; \
                 proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; }} }}"
            ),
        )?;
        Self::start("nginx", port, process)
    }

    fn start(name: &'static str, port: u16, process: Process) -> Result<Self> {
        let address = local(port);
        listens(address, name)?;
        Ok(Self { name, address, process })
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// CPU time of the process so far, in user and kernel mode.
    pub(super) fn cpu(&self) -> Result<Duration> {
        let text = std::fs::read_to_string(format!("/proc/{}/stat", self.process.child.id()))?;
        // The second field may hold blanks, and ends with the last parenthesis.
        let rest = text.rsplit_once(')').context("/proc/…/stat has no name")?.1;
        let field = |index: usize| -> Result<u32> {
            let field = rest.split_whitespace().nth(index).context("/proc/…/stat is short")?;
            Ok(field.parse()?)
        };
        Ok(TICK * (field(11)? + field(12)?))
    }

    /// Resident memory in MB.
    pub(super) fn memory(&self) -> Result<f64> {
        let text = std::fs::read_to_string(format!("/proc/{}/statm", self.process.child.id()))?;
        let pages: u32 =
            text.split_whitespace().nth(1).context("/proc/…/statm is short")?.parse()?;
        // The folder of the process lives as long as it does.
        debug_assert!(self.process.folder.path().is_dir());
        Ok(f64::from(pages) * PAGE / 1e6)
    }
}
