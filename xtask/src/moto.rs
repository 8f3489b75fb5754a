//! moto: AWS in memory, by other people, with the example estate in it.
//!
//! moto keeps what it is told by the same calls that build an estate in AWS, and it answers with a
//! reading of AWS that is not ours. What it does not keep stands in [`LOST`], each with its reason;
//! whatever else differs is a fault of ours.

mod lost;
mod unlike;

pub use lost::{LOST, Lost};
pub use unlike::{Cause, How, UNLIKE, Unlike};

use crate::controlplane::process::Running;
use crate::peers::{self, Peer};
use crate::shell;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::BTreeMap;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// The account that the server says it is, the one of the example estate.
const ACCOUNT: &str = "111122223333";

/// How long moto takes to import itself on a busy machine, at most.
const START: Duration = Duration::from_mins(1);

/// A running server; it ends when this is dropped.
#[derive(Debug)]
pub struct Moto {
    port: u16,
    python: PathBuf,
    _running: Running,
    _folder: tempfile::TempDir,
}

/// What came of loading an estate.
#[derive(Debug)]
pub struct Loaded {
    /// Calls that it took.
    pub calls: u64,
    /// Ids of the snapshot, and those that moto chose for the same things.
    pub ids: BTreeMap<String, String>,
    /// Calls that moto refused, with what it said.
    pub refused: Vec<String>,
}

impl Moto {
    /// Starts a server with nothing in it.
    pub fn start() -> Result<Self> {
        let program = peers::require(Peer::Moto)?;
        let python = python(&program)?;
        let folder = tempfile::tempdir()?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        // The script's own interpreter, so that the process that is killed is the server itself.
        let mut command = Command::new("env");
        command.arg(format!("MOTO_ACCOUNT_ID={ACCOUNT}")).arg(&python);
        command.args(["-m", "moto.server", "-p", &port.to_string()]);
        let mut running = Running::start(command, folder.path())?;
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            running.check()?;
            if started.elapsed() > START {
                bail!("moto does not listen after {} s\n{}", START.as_secs(), running.log());
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(Self { port, python, _running: running, _folder: folder })
    }

    /// The endpoint, `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Builds the estate of the snapshot in `folder`.
    pub fn load(&self, folder: &Path, region: &str) -> Result<Loaded> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/moto/load.py");
        let mut command = Command::new(&self.python);
        command.arg(script).arg(folder).args([&self.url(), region]);
        command.envs(crate::fakeaws::environment(crate::fakeaws::ACCESS_KEY_ID));
        let output = shell::run_quietly(&mut command)?;
        let said: Value = serde_json::from_slice(&output.stdout).context("the loader's report")?;
        let ids = said["ids"].as_object().context("the loader names no ids")?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(Loaded {
            calls: said["calls"].as_u64().unwrap_or_default(),
            ids: ids.iter().map(|(recorded, made)| (recorded.clone(), text(made))).collect(),
            refused: said["refused"].as_array().into_iter().flatten().map(text).collect(),
        })
    }
}

/// The interpreter of moto's environment, which has botocore too.
pub fn python(moto_server: &Path) -> Result<PathBuf> {
    let python = moto_server.with_file_name("venv").join("bin/python");
    if python.exists() {
        return Ok(python);
    }
    bail!("there is no interpreter at {}", python.display())
}

/// A call of the loader that moto does not take.
#[derive(Debug, Clone, Copy)]
pub struct Refused {
    /// How the loader's report of it begins.
    pub report: &'static str,
    /// How many such calls the example estate needs.
    pub times: usize,
    /// What moto 5.2.5 does instead.
    pub because: &'static str,
}

/// The calls that moto refuses, all of them: one more or one fewer fails the test.
pub const REFUSED: [Refused; 4] = [
    Refused {
        report: "elasticloadbalancing:CreateRule ResponseParserError",
        times: 3,
        because: "conditions with regular expressions end in a 500",
    },
    Refused {
        report: "servicediscovery:CreatePrivateDnsNamespace ConflictingDomainExists",
        times: 2,
        because: "a second private namespace in a VPC is refused whatever its name; AWS refuses \
                  only a second one of the same name",
    },
    Refused {
        report: "ecs:RegisterTaskDefinition ClientException: Invalid setting for container \
                 'video-transcoder'",
        times: 1,
        because: "memoryReservation alone is refused where EC2 is required and the task has no \
                  size; AWS takes it",
    },
    Refused {
        report: "ecs:CreateService ClientException: Unable to describe task definition",
        times: 1,
        because: "the service of the task definition above",
    },
];
