//! What stands before the targets: `segue balance`, HAProxy or nginx, each changed by its own means.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use super::port::steady;

/// How long a program may take to do what it was told.
const WAIT: Duration = Duration::from_secs(30);
/// How long a target that was taken off is left alone before it stops: what is under way in the
/// balancer may still reach it.
const LEAVE: Duration = Duration::from_millis(500);

/// Which balancer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// This program.
    Segue(PathBuf),
    /// HAProxy, with a master process that starts workers anew.
    Haproxy(PathBuf),
    /// nginx, whose weights are a matter of its file alone.
    Nginx(PathBuf),
}

impl Kind {
    /// The one of this name, where it is installed.
    pub fn named(name: &str) -> Result<Self> {
        Ok(match name {
            "segue" => Self::Segue(built()?),
            "haproxy" => Self::Haproxy(installed("haproxy")?),
            "nginx" => Self::Nginx(installed("nginx")?),
            other => bail!("there is no balancer `{other}`; there are segue, haproxy, nginx"),
        })
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Segue(_) => "segue",
            Self::Haproxy(_) => "haproxy",
            Self::Nginx(_) => "nginx",
        }
    }
}

/// What is shipped, where it is built; else the release build of this workspace.
pub fn built() -> Result<PathBuf> {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
    let found = ["dist", "release"]
        .iter()
        .find_map(|profile| target.join(profile).join("segue").canonicalize().ok());
    found.context("build it first: cargo build --profile dist -p segue")
}

/// Where the program `name` of this machine is.
pub fn installed(name: &str) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders =
        std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    folders
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
        .with_context(|| format!("{name} is not installed: apt-get install {name}"))
}

/// A balancer that runs.
#[derive(Debug)]
pub struct Front {
    /// Where it serves.
    pub address: SocketAddr,
    /// Where it serves HTTP/2 without TLS. nginx before 1.25.1 speaks one protocol at a port.
    pub h2: SocketAddr,
    kind: Kind,
    folder: TempDir,
    running: Mutex<Running>,
}

#[derive(Debug)]
struct Running {
    processes: Vec<Child>,
    share: u8,
    /// Whether the target that comes and goes is there.
    third: bool,
    stays: [SocketAddr; 2],
    goes: SocketAddr,
}

impl Front {
    /// Starts it before the targets `stays` (old and new) and `goes` (old).
    pub async fn start(kind: Kind, stays: [SocketAddr; 2], goes: SocketAddr) -> Result<Self> {
        let address = steady()?;
        let running = Running { processes: Vec::new(), share: 50, third: true, stays, goes };
        let h2 = if matches!(kind, Kind::Nginx(_)) { steady()? } else { address };
        let (folder, running) = (tempfile::tempdir()?, running.into());
        let front = Self { address, h2, kind, folder, running };
        front.write()?;
        front.spawn(false)?;
        front.served().await?;
        if matches!(front.kind, Kind::Segue(_)) {
            front.segue_target("PUT").await?;
        }
        Ok(front)
    }

    /// Gives the new side `share` percent; false where that needs a new process.
    pub async fn weights(&self, share: u8) -> Result<bool> {
        self.state().share = share;
        match &self.kind {
            Kind::Segue(_) => {
                let old = 100 - share;
                let body = format!(
                    "{{\"weights\":{{\"old\":{old},\"new\":{share}}},\
                     \"expected\":{{\"old\":100}},\"epoch\":1,\"seq\":0}}"
                );
                self.admin("PUT", "/v1/rules/web/weights", &body).await?;
            }
            Kind::Haproxy(_) => {
                let old = 100 - share;
                // Percents would be of the weight in the file, which may have been 0.
                let text = format!(
                    "set weight b/old {old};set weight b/third {old};set weight b/new {share}\n"
                );
                self.haproxy(&text).await?;
            }
            Kind::Nginx(_) => {
                // A weight of 0 is not one: the file has at least 1.
                self.write()?;
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Takes the third target off and waits until it may stop.
    pub async fn leave(&self) -> Result<()> {
        self.state().third = false;
        match &self.kind {
            Kind::Segue(_) => self.segue_target("DELETE").await?,
            Kind::Haproxy(_) => self.haproxy("set server b/third state maint\n").await?,
            Kind::Nginx(_) => {
                self.write()?;
                self.replace().await?;
            }
        }
        tokio::time::sleep(LEAVE).await;
        Ok(())
    }

    /// Puts it back.
    pub async fn join(&self) -> Result<()> {
        self.state().third = true;
        match &self.kind {
            Kind::Segue(_) => self.segue_target("PUT").await,
            Kind::Haproxy(_) => self.haproxy("set server b/third state ready\n").await,
            Kind::Nginx(_) => self.write(),
        }
    }

    /// Another process in place of the one that serves.
    pub async fn replace(&self) -> Result<()> {
        match &self.kind {
            Kind::Segue(_) => {
                self.spawn(true)?;
                self.served().await?;
            }
            Kind::Haproxy(_) | Kind::Nginx(_) => {
                self.write()?;
                let signal = if matches!(self.kind, Kind::Haproxy(_)) { "-USR2" } else { "-HUP" };
                let master = self.state().processes[0].id().to_string();
                crate::shell::run_quietly(Command::new("kill").args([signal, &master]))?;
            }
        }
        Ok(())
    }

    /// Ends it.
    pub async fn stop(&self) -> Result<()> {
        let mut processes = std::mem::take(&mut self.state().processes);
        for process in &mut processes {
            if process.try_wait()?.is_none() {
                let id = process.id().to_string();
                let _ = crate::shell::run_quietly(Command::new("kill").args(["-TERM", &id]));
            }
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        for process in &mut processes {
            let _ = process.kill();
            process.wait()?;
        }
        Ok(())
    }

    fn state(&self) -> std::sync::MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn spawn(&self, take_over: bool) -> Result<()> {
        let mut command = match &self.kind {
            Kind::Segue(program) => {
                let mut command = Command::new(program);
                command.args(["balance", "--config"]).arg(self.file("edge.yaml"));
                command.arg("--admin").arg(self.file("admin.sock"));
                if take_over {
                    command.arg("--take-over");
                }
                command
            }
            Kind::Haproxy(program) => {
                let mut command = Command::new(program);
                command.arg("-W").arg("-f").arg(self.file("haproxy.cfg"));
                command
            }
            Kind::Nginx(program) => {
                let mut command = Command::new(program);
                command.arg("-p").arg(self.folder.path()).arg("-c").arg(self.file("nginx.conf"));
                command.arg("-e").arg(self.file("error.log"));
                command
            }
        };
        let process =
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let mut running = self.state();
        running.processes.push(process);
        // Those that were taken over have ended, or are about to.
        let mut kept = Vec::new();
        for mut process in std::mem::take(&mut running.processes) {
            if process.try_wait()?.is_none() {
                kept.push(process);
            }
        }
        running.processes = kept;
        Ok(())
    }

    /// Waits until it answers: the newest process, where there are several.
    async fn served(&self) -> Result<()> {
        let until = Instant::now() + WAIT;
        while Instant::now() < until {
            let up = match &self.kind {
                Kind::Segue(_) => {
                    let own = self.state().processes.last().map(Child::id);
                    self.admin("GET", "/v1", "").await.is_ok_and(|text| {
                        own.is_some_and(|id| text.contains(&format!("\"pid\":{id}")))
                    })
                }
                _ => std::net::TcpStream::connect(self.address).is_ok(),
            };
            if up {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        bail!("{} did not come up in {} s", self.kind.name(), WAIT.as_secs())
    }

    fn write(&self) -> Result<()> {
        let running = self.state();
        let (name, text) = match &self.kind {
            Kind::Segue(_) => ("edge.yaml", segue(self.address, &running)),
            Kind::Haproxy(_) => ("haproxy.cfg", self.haproxy_file(&running)),
            Kind::Nginx(_) => ("nginx.conf", nginx(self.address, self.h2, &running)),
        };
        drop(running);
        let beside = self.file("new");
        std::fs::write(&beside, text)?;
        Ok(std::fs::rename(beside, self.file(name))?)
    }

    async fn segue_target(&self, method: &str) -> Result<()> {
        let path = format!("/v1/groups/old/targets/{}", self.state().goes);
        self.admin(method, &path, "").await?;
        Ok(())
    }

    /// Asks the admin socket; again while one process takes over from the other.
    async fn admin(&self, method: &str, path: &str, body: &str) -> Result<String> {
        let socket = self.file("admin.sock");
        let until = Instant::now() + WAIT;
        loop {
            let cause = match ask(&socket, method, path, body) {
                Ok(answer) if answer.starts_with("HTTP/1.1 2") => return Ok(answer),
                Ok(answer) => answer,
                Err(error) => error.to_string(),
            };
            if Instant::now() > until {
                bail!("{method} {path}: {cause}");
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn haproxy(&self, text: &str) -> Result<()> {
        let until = Instant::now() + WAIT;
        loop {
            let told = UnixStream::connect(self.file("stats.sock"))
                .and_then(|mut socket| socket.write_all(text.as_bytes()));
            match told {
                Ok(()) => return Ok(()),
                Err(error) if Instant::now() > until => return Err(error.into()),
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
    }

    fn haproxy_file(&self, running: &Running) -> String {
        let (new, old) = (running.share, 100 - running.share);
        let state = if running.third { "" } else { " disabled" };
        let [first, second] = running.stays;
        format!(
            "global\n  stats socket {} mode 600 level admin expose-fd listeners\n  nbthread 2\n\
             defaults\n  mode http\n  timeout connect 10s\n  timeout client 60s\n  timeout server 60s\n\
             frontend f\n  bind {}\n  default_backend b\n\
             backend b\n  server old {first} weight {old}\n  server third {}{state} weight {old}\n\
             \x20 server new {second} weight {new}\n",
            self.file("stats.sock").display(),
            self.address,
            running.goes,
        )
    }
}

fn segue(address: SocketAddr, running: &Running) -> String {
    let [old, new] = running.stays;
    format!(
        "apiVersion: segue.dev/v1alpha1\nkind: Balancer\nmetadata: {{name: edge}}\nspec:\n  \
         listeners:\n    - name: web\n      address: {address}\n      \
         default: {{forward: {{weights: {{old: 50, new: 50}}}}}}\n  \
         targetGroups:\n    - name: old\n      targets: [\"{old}\"]\n    \
         - name: new\n      targets: [\"{new}\"]\n"
    )
}

fn nginx(address: SocketAddr, h2: SocketAddr, running: &Running) -> String {
    let (new, old) = (running.share.max(1), (100 - running.share).max(1));
    let [first, second] = running.stays;
    let mut servers = format!("server {first} weight={old}; server {second} weight={new};");
    if running.third {
        let _ = write!(servers, " server {} weight={old};", running.goes);
    }
    format!(
        "daemon off; worker_processes 2; pid nginx.pid;\n\
         events {{ worker_connections 4096; }}\n\
         http {{\n  access_log off;\n  map $http_upgrade $up {{ default upgrade; '' ''; }}\n  \
         upstream b {{ {servers} keepalive 64; }}\n  \
         server {{\n    listen {address};\n    listen {h2} http2;\n    location / {{\n      \
         proxy_pass http://b; proxy_http_version 1.1;\n      \
         proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $up;\n    }}\n  }}\n}}\n"
    )
}

/// One request on a Unix socket, the plain way.
fn ask(socket: &Path, method: &str, path: &str, body: &str) -> std::io::Result<String> {
    let mut stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(WAIT))?;
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: balancer\r\nconnection: close\r\n\
         content-length: {length}\r\n\r\n{body}"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
