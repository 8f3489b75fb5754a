//! A configuration repository with one shift, and the program that serves it.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use segue::serve::book::{Fate, ShiftStatus};
use tempfile::TempDir;

use crate::clients::Clients;
use crate::fleets;

/// The longest that anything may take on a machine with other work to do.
pub(crate) const WAIT: Duration = Duration::from_mins(1);
const POLL: Duration = Duration::from_millis(20);

/// Where nothing serves.
const NOWHERE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 1);

/// The shift of every test.
pub(crate) const SHIFT: &str = "shop-local";

/// Repository and state folder. The fleets, which outlive the program, end with it.
pub(crate) struct World {
    folder: TempDir,
    /// Where the balancer runs: `beside` or `inside`.
    pub(crate) balancer: &'static str,
    /// The port of the rule's listener.
    port: u16,
    /// Its socket, where the parent of the program holds it.
    held: Option<TcpListener>,
}

impl Drop for World {
    fn drop(&mut self) {
        fleets::end(&self.state());
    }
}

/// A running `segue serve`; killed when it is dropped.
pub(crate) struct Serving {
    child: Child,
    /// Where the rule of the shift serves.
    pub(crate) front: SocketAddr,
    /// Where figures are served.
    pub(crate) console: SocketAddr,
}

impl World {
    /// Two fleets of two, steps of 10, 50 and 100 %. `fail` is the share of its requests that the
    /// new side fails.
    pub(crate) fn new(fail: u8) -> Self {
        let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
        let world = Self { folder, balancer: "beside", port, held: None };
        let overlay = world.config().join("apps/shop/overlays/local");
        fs::create_dir_all(&overlay).unwrap();
        fs::create_dir_all(world.config().join("shifts")).unwrap();
        let list = "kind: Kustomization\nresources: [deployments.yaml, ingress.yaml]\n";
        fs::write(overlay.join("kustomization.yaml"), list).unwrap();
        let ingress = INGRESS.replace("PORT", &port.to_string());
        fs::write(overlay.join("ingress.yaml"), ingress).unwrap();
        world.release(fail);
        world.declare("ticks: 2\n    requestsMin: 5");
        world
    }

    /// Writes the fleets, the new one with this share of its requests failing.
    pub(crate) fn release(&self, fail: u8) {
        let file = self.config().join("apps/shop/overlays/local/deployments.yaml");
        fs::write(file, [deployment("old", 0), deployment("new", fail)].join("---\n")).unwrap();
    }

    /// The release of each pod of the new side, as the records name it.
    pub(crate) fn releases(&self) -> Vec<String> {
        let pods = fs::read_dir(self.state().join("pods")).into_iter().flatten();
        let new = pods.map(|pod| pod.unwrap().path().join("pod.json"));
        let new = new.filter(|path| path.to_string_lossy().contains("/shop-new-"));
        let record =
            |path| fs::read(path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let records = new.filter_map(record);
        records.map(|record: serde_json::Value| record["revision"].to_string()).collect()
    }

    /// Writes the shift with this in its `hold`.
    pub(crate) fn declare(&self, hold: &str) {
        let file = self.config().join("shifts/shop.yaml");
        fs::write(file, SHIFT_FILE.replace("HOLD", hold)).unwrap();
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.folder.path().join("config")
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    /// The command line of `segue serve`, on free ports.
    pub(crate) fn serve_command(&self) -> Command {
        self.serve_at("127.0.0.1:0")
    }

    /// The same with the console at `listen`.
    pub(crate) fn serve_at(&self, listen: &str) -> Command {
        let mut command = program();
        command.args(["serve", "--listen", listen, "--config"]).arg(self.config());
        command.arg("--state").arg(self.state()).args(["--balancer", self.balancer]);
        command
    }

    /// Starts it and waits until it is ready.
    pub(crate) fn serve(&self) -> Serving {
        let command = self.serve_command();
        let Some(held) = &self.held else { return Serving::start(command) };
        // As systemd passes a socket: as descriptor 3 of the process that is named.
        let mut with = Command::new("sh");
        let pass = "LISTEN_FDS=1 LISTEN_PID=$$ exec \"$0\" \"$@\" 3<&0 </dev/null";
        with.args(["-c", pass]).arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            with.env(name, value.unwrap());
        }
        with.stdin(Stdio::from(std::os::fd::OwnedFd::from(held.try_clone().unwrap())));
        Serving::start(with)
    }

    /// Holds the socket of the listener from now on, for a balancer inside the program.
    pub(crate) fn hold(&mut self) {
        self.balancer = "inside";
        self.held = Some(TcpListener::bind(("127.0.0.1", self.port)).unwrap());
    }

    /// Waits until both fleets take requests: before that a balancer can only say 503.
    pub(crate) fn fit(&self) {
        self.until("fit", |shift| shift.old.healthy == 2 && shift.new.healthy == 2);
    }

    /// Clients of the rule, once both fleets take requests.
    pub(crate) fn clients(&self, serving: &Serving) -> Clients {
        self.fit();
        Clients::start(serving.front)
    }

    /// Runs a command that speaks to the instance.
    pub(crate) fn segue(&self, args: &[&str]) -> Output {
        let state = self.state();
        program().args(args).arg("--state").arg(state).stdin(Stdio::null()).output().unwrap()
    }

    /// The same, which has to end well; what it printed.
    pub(crate) fn done(&self, args: &[&str]) -> String {
        let output = self.segue(args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{args:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The same, which has to fail with this exit code; what it said.
    pub(crate) fn refused(&self, code: i32, args: &[&str]) -> String {
        let output = self.segue(args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{args:?}: {said}");
        said
    }

    /// The shift as the list has it.
    pub(crate) fn shift(&self) -> ShiftStatus {
        let text = self.done(&["status", "-o", "json"]);
        let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
        serde_json::from_value(value["shifts"][0].take()).unwrap()
    }

    /// Waits until the shift is as it is to be.
    pub(crate) fn until(&self, what: &str, good: impl Fn(&ShiftStatus) -> bool) -> ShiftStatus {
        let until = Instant::now() + WAIT;
        loop {
            let shift = self.shift();
            if good(&shift) {
                return shift;
            }
            assert!(Instant::now() < until, "not {what}: {shift:#?}");
            thread::sleep(POLL);
        }
    }

    /// Waits for the ledger of the only shift that has ended, and verifies it.
    pub(crate) fn ledger(&self) -> serde_json::Value {
        let folder = self.state().join("ledger");
        let files = || fs::read_dir(&folder).into_iter().flatten();
        let page = || {
            let mut names = files().map(|file| file.unwrap().path());
            names.find(|path| path.extension().is_some_and(|end| end == "html"))
        };
        until("a ledger", || files().count() == 3);
        let key = self.done(&["shift", "key", "-o", "hex"]);
        let mut verify = program();
        verify.args(["shift", "verify", "-o", "json", "--key", key.trim()]).arg(page().unwrap());
        let output = verify.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Waits for an end, which has to be this one.
    pub(crate) fn ended(&self, fate: Fate) -> ShiftStatus {
        let shift = self.until("ended", |shift| {
            matches!(shift.fate, Fate::Done | Fate::RolledBack | Fate::Frozen)
        });
        assert_eq!(shift.fate, fate, "{shift:#?}");
        shift
    }
}

impl Serving {
    /// Starts a command that is `segue serve`, and waits until it is ready.
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let out = child.stdout.take().unwrap();
        let (tell, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                // Nobody may listen any more; the pipe has to be emptied all the same.
                let _ = tell.send(line);
            }
        });
        let (mut front, mut seen) = (None, Vec::new());
        loop {
            let Ok(line) = lines.recv_timeout(WAIT) else {
                let _ = child.kill();
                let _ = child.wait();
                panic!("it did not get ready; it said {seen:?}");
            };
            let address = |text: &str| text.split('/').next().unwrap().parse().unwrap();
            if let Some((_, rest)) = line.split_once(" at http://")
                && line.starts_with("serving public:")
            {
                front = Some(address(rest));
            }
            if let Some(rest) = line.strip_prefix("ready: http://") {
                let serving =
                    Self { child, front: front.unwrap_or(NOWHERE), console: address(rest) };
                assert!(front.is_some(), "the listener is named before; it said {seen:?}");
                return serving;
            }
            seen.push(line);
        }
    }

    /// Ends it as a machine that loses its power does.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end, and waits for its exit code.
    pub(crate) fn stop(mut self) -> Option<i32> {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
        self.child.wait().unwrap().code()
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_segue"));
    command.env("USER", "grace").env("NO_COLOR", "1");
    command
}

/// Waits for something.
pub(crate) fn until(what: &str, good: impl Fn() -> bool) {
    let until = Instant::now() + WAIT;
    while !good() {
        assert!(Instant::now() < until, "not {what}");
        thread::sleep(POLL);
    }
}

/// The bytes of a file.
pub(crate) fn bytes(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap()
}

fn deployment(side: &str, fail: u8) -> String {
    DEPLOYMENT.replace("SIDE", side).replace("FAIL", &fail.to_string())
}

/// A port below those that the kernel gives to clients: nobody takes it while the program is down.
fn free_port() -> u16 {
    loop {
        let port = fastrand::u16(10_000..32_000);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

const INGRESS: &str = include_str!("shop/ingress.yaml");

const DEPLOYMENT: &str = include_str!("shop/fleet.yaml");

const SHIFT_FILE: &str = include_str!("shop/shift.yaml");
