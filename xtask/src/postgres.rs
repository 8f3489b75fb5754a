//! A real PostgreSQL for one test: on a socket in a temporary folder, so without a port, and with
//! all its files there.
//!
//! The programs are those of this machine where it has them, else the peer `pgserver`. PostgreSQL
//! refuses to run as root; where the tests do, it runs as `nobody`.

use crate::controlplane::process::Running;
use crate::peers::{self, Peer};
use crate::shell;
use anyhow::{Context, Result, bail};
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a start may take on a machine with other work to do.
const START_MAX: Duration = Duration::from_secs(90);
const POLL: Duration = Duration::from_millis(50);
/// The number of `nobody`, user and group.
const NOBODY: &str = "65534";

/// The password of the only user, `postgres`.
pub const PASSWORD: &str = "a test's password";

/// A running server. Dropping it ends it and removes its files.
#[derive(Debug)]
pub struct Server {
    running: Option<Running>,
    programs: PathBuf,
    folder: TempDir,
}

impl Server {
    /// Makes a server and waits until it answers.
    pub fn start() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("pg-").tempdir()?;
        let programs = programs(folder.path())?;
        let password = folder.path().join("password");
        fs::write(&password, PASSWORD)?;
        let mut server = Self { running: None, programs, folder };
        if as_root() {
            // Owner and permissions of the parent: `nobody` makes the data folder in it.
            let path = server.folder.path();
            shell::run_quietly(Command::new("chown").args(["-R", NOBODY]).arg(path))?;
            fs::set_permissions(path, Permissions::from_mode(0o755))?;
        }
        let mut init = server.command("initdb");
        init.args(["--username=postgres", "--auth=scram-sha-256", "--no-sync", "--encoding=UTF8"]);
        init.args(["--locale=C", "--pwfile"]).arg(&password);
        shell::run_quietly(init.arg("-D").arg(server.data()))?;
        server.serve()?;
        Ok(server)
    }

    /// Starts the server that was made; what it stored is there.
    pub fn serve(&mut self) -> Result<()> {
        let mut command = self.command("postgres");
        command.arg("-D").arg(self.data()).arg("-k").arg(self.folder.path());
        command.args(["-c", "listen_addresses=", "-c", "dynamic_shared_memory_type=mmap"]);
        let mut running = Running::start(command, self.folder.path())?;
        let until = Instant::now() + START_MAX;
        while !self.ready()? {
            running.check()?;
            if Instant::now() > until {
                bail!("postgres did not answer in {START_MAX:?}\n{}", running.log());
            }
            thread::sleep(POLL);
        }
        self.running = Some(running);
        Ok(())
    }

    /// Ends it at once, as a machine that loses its power does; what was committed stays.
    pub fn crash(&mut self) {
        let Some(mut running) = self.running.take() else { return };
        // An immediate shutdown takes the shared memory with it, which a kill would leave behind.
        let id = running.id().to_string();
        let asked = shell::run_quietly(Command::new("kill").args(["-QUIT", &id]));
        let until = Instant::now() + START_MAX;
        while asked.is_ok() && running.check().is_ok() && Instant::now() < until {
            thread::sleep(POLL);
        }
    }

    /// The address of a new, empty database; without the password.
    pub fn database(&self, name: &str) -> Result<String> {
        let create = format!("CREATE DATABASE \"{name}\"");
        let socket = self.folder.path().display();
        self.sql(&create)?;
        Ok(format!("postgres://postgres@localhost/{name}?host={socket}"))
    }

    /// Has the server itself do something, beside all clients.
    fn sql(&self, statement: &str) -> Result<()> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.env("PGPASSWORD", PASSWORD).args(["-X", "-q", "-U", "postgres", "-h"]);
        psql.arg(self.folder.path()).args(["-d", "postgres", "-c", statement]);
        shell::run_quietly(&mut psql).map(drop)
    }

    fn ready(&self) -> Result<bool> {
        let mut ready = Command::new(self.programs.join("pg_isready"));
        let status = ready.args(["-q", "-h"]).arg(self.folder.path()).status();
        Ok(status.context("cannot start pg_isready")?.success())
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A program of the server, as the user that may run it.
    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        if !as_root() {
            return Command::new(program);
        }
        let mut command = Command::new("setpriv");
        command.args(["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "--"]);
        // A change of user takes away what ends a process with its parent: it is asked for again.
        command.args(["setpriv", "--pdeathsig", "KILL", "--"]).arg(program);
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.crash();
    }
}

/// Whether this process is root's.
fn as_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// The folder of the programs, readable for whoever runs them.
fn programs(folder: &Path) -> Result<PathBuf> {
    if let Some(own) = installed() {
        return Ok(own);
    }
    let peer = peers::require(Peer::Postgres)?;
    let find = "find -L \"$0\" -type d -path '*/pginstall' | head -n 1";
    let found = shell::run_quietly(Command::new("sh").args(["-c", find]).arg(&peer))?;
    let from = String::from_utf8_lossy(&found.stdout).trim().to_owned();
    if from.is_empty() {
        bail!("there is no pginstall in {}", peer.display());
    }
    if !as_root() {
        return Ok(Path::new(&from).join("bin"));
    }
    // The cache is in root's home, where `nobody` may not look.
    let copy = folder.join("programs");
    shell::run_quietly(Command::new("cp").args(["-rL", &from]).arg(&copy))?;
    shell::run_quietly(Command::new("chmod").args(["-R", "a+rX"]).arg(&copy))?;
    Ok(copy.join("bin"))
}

/// The folder of this machine's own programs, the newest where there are several.
fn installed() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?.filter_map(Result::ok);
    let mut folders: Vec<PathBuf> = versions
        .map(|version| version.path().join("bin"))
        .filter(|bin| ["initdb", "postgres", "psql"].iter().all(|one| bin.join(one).is_file()))
        .collect();
    folders.sort();
    folders.pop()
}
