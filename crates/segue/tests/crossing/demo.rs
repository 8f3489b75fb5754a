//! A demo under way in a folder of its own.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use live::Store;
use model::ports::Journal as _;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// The shift of every demo.
pub(crate) const SHIFT: &str = "lecture-api-local";

/// Longer than any part of a demo takes, also on a machine with much else to do.
const WAIT: Duration = Duration::from_secs(150);
const POLL: Duration = Duration::from_millis(50);

/// What all processes of one demo have in their environment, with its folder.
const MARK: &str = "SEGUE_TEST_DEMO";

/// A demo, and everything that it said so far on both streams.
pub(crate) struct Demo {
    child: Child,
    said: Arc<Mutex<Vec<String>>>,
    readers: Vec<std::thread::JoinHandle<()>>,
    dir: Arc<tempfile::TempDir>,
}

impl Demo {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::with(arguments, |_| ())
    }

    /// With steps that are held for two ticks alone.
    pub(crate) fn brisk(arguments: &[&str]) -> Self {
        let shift = include_str!("../../src/demo/files/shift.yaml");
        let brisk =
            shift.replace("ticks: 5", "ticks: 2").replace("requestsMin: 10", "requestsMin: 3");
        assert_ne!(brisk, shift);
        Self::with(arguments, |config| {
            std::fs::create_dir_all(config.join("shifts")).unwrap();
            std::fs::write(config.join("shifts/lecture-api-local.yaml"), &brisk).unwrap();
        })
    }

    /// In a repository that `prepare` has begun.
    pub(crate) fn with(arguments: &[&str], prepare: impl Fn(&Path)) -> Self {
        let dir = Arc::new(tempfile::tempdir().unwrap());
        prepare(&dir.path().join("segue-demo/config"));
        Self::run(dir, &[&["demo"], arguments].concat())
    }

    fn run(dir: Arc<tempfile::TempDir>, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_segue"))
            .args(arguments)
            .current_dir(dir.path())
            .env(MARK, dir.path())
            .env("USER", "grace")
            .env("COLUMNS", "160")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let said = Arc::new(Mutex::new(Vec::new()));
        let readers = vec![
            listen(child.stdout.take().unwrap(), Arc::clone(&said)),
            listen(child.stderr.take().unwrap(), Arc::clone(&said)),
        ];
        Self { child, said, readers, dir }
    }

    /// Another one in the same folder, when this one has ended.
    pub(crate) fn again(&mut self, arguments: &[&str]) {
        *self = Self::run(Arc::clone(&self.dir), &[&["demo"], arguments].concat());
    }

    /// Another command of the program in the same folder, beside it.
    pub(crate) fn serve(&self, arguments: &[&str]) -> Self {
        let free = ["--listen", "127.0.0.1:0", "--stop-fleets"];
        Self::run(Arc::clone(&self.dir), &[arguments, &free[..]].concat())
    }

    /// Waits until a line holds `words` and returns it. A demo that ends without it fails.
    pub(crate) fn hear(&mut self, words: &str) -> String {
        let until = Instant::now() + WAIT;
        loop {
            let ended = self.child.try_wait().unwrap().is_some();
            if ended {
                self.readers.drain(..).for_each(|reader| reader.join().unwrap());
            }
            if let Some(line) = self.said().into_iter().find(|line| line.contains(words)) {
                return line;
            }
            let late = Instant::now() > until;
            assert!(!ended && !late, "never said {words:?}:\n{}", self.said().join("\n"));
            std::thread::sleep(POLL);
        }
    }

    fn said(&self) -> Vec<String> {
        self.said.lock().unwrap().clone()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.child.id().cast_signed()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Waits for the end of the program alone.
    pub(crate) fn wait(&mut self) -> Option<i32> {
        let status = self.child.wait().unwrap();
        self.readers.drain(..).for_each(|reader| reader.join().unwrap());
        status.code()
    }

    /// Waits for the end; no process of it may be left. Returns the exit code.
    pub(crate) fn end(&mut self) -> Option<i32> {
        let code = self.wait();
        // A killed process needs a moment to go; one that was not killed stays for ever.
        let until = Instant::now() + Duration::from_secs(10);
        while !self.processes().is_empty() {
            let left = self.processes();
            assert!(Instant::now() < until, "left: {left:?}\n{}", self.said().join("\n"));
            std::thread::sleep(POLL);
        }
        code
    }

    pub(crate) fn end_by(mut self, signal: Signal) {
        self.signal(signal);
        assert_eq!(self.end(), Some(0), "{}", self.said().join("\n"));
    }

    /// Every process that was started in this folder and runs: fleets, shims, the program.
    pub(crate) fn processes(&self) -> BTreeSet<u32> {
        let mark = format!("{MARK}={}", self.dir.path().display());
        let entries = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
        let marked = |pid: &u32| {
            let environ = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
            environ.split(|byte| *byte == 0).any(|pair| pair == mark.as_bytes())
        };
        let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        pids.filter(marked).collect()
    }

    /// The last line, which is the account.
    pub(crate) fn account(&self) -> Value {
        let said = self.said();
        let line = said.iter().find(|line| line.starts_with('{')).unwrap();
        serde_json::from_str(line).unwrap()
    }

    /// What the journal says happened, in order.
    pub(crate) fn journal(&self) -> Vec<Value> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let database = self.dir.path().join("segue-demo/state/segue.db");
            let store = Store::read_only(&database).await.unwrap();
            let records = store.read(&format!("shift/{SHIFT}")).await.unwrap();
            records.into_iter().map(|record| record.body).collect()
        })
    }

    /// The account in a ledger, whose page and key are as they were signed.
    pub(crate) fn ledger(&self, page: &str) -> Value {
        let page = page.trim();
        let key =
            self.segue(&["shift", "key", "-o", "hex", "--state", "segue-demo/state"]).unwrap();
        self.segue(&["shift", "verify", page, "--key", key.trim()]).unwrap();
        let json = self.dir.path().join(page.replace(".html", ".json"));
        let signed: Value = serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap();
        signed["ledger"].clone()
    }

    /// A command about shifts, in the same folder; the error is what it said.
    pub(crate) fn shift(&self, arguments: &[&str]) -> Result<String, String> {
        self.segue(&[&["shift"], arguments, &["--state", "segue-demo/state"]].concat())
    }

    /// Somebody agrees as often as they are asked, until the shift has ended: a balancer that has
    /// started anew has to see the silence of the old side once more.
    pub(crate) fn approve_until_done(&self, by: &str) {
        let until = Instant::now() + WAIT;
        loop {
            let said = self.shift(&["approve", SHIFT, "--yes", "--by", by]);
            if said.as_ref().is_err_and(|said| said.contains("SG-S004")) {
                return;
            }
            assert!(Instant::now() < until, "{said:?}");
            std::thread::sleep(POLL * 10);
        }
    }

    fn segue(&self, arguments: &[&str]) -> Result<String, String> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_segue"));
        let output = command.args(arguments).current_dir(self.dir.path()).output().unwrap();
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if output.status.success() { Ok(said(&output.stdout)) } else { Err(said(&output.stderr)) }
    }

    /// What a page of the console answers.
    pub(crate) fn console(&mut self, path: &str) -> String {
        let line = self.hear("console on http://");
        let address = line.split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned();
        let mut stream = TcpStream::connect(&address).unwrap();
        let ask = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(ask.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// The manifest of the new fleet.
    pub(crate) fn release(&self) -> String {
        let overlay = self.dir.path().join("segue-demo/config/apps/lecture-api/overlays/local");
        let text = std::fs::read_to_string(overlay.join("new-fleet.yaml")).unwrap();
        text.lines().filter(|line| !line.trim_start().starts_with('#')).collect()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if Arc::strong_count(&self.dir) > 1 {
            return;
        }
        for pid in self.processes() {
            let pid = Pid::from_raw(pid.cast_signed()).unwrap();
            let _ = kill_process(pid, Signal::KILL);
        }
    }
}

fn listen(
    stream: impl std::io::Read + Send + 'static,
    said: Arc<Mutex<Vec<String>>>,
) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            said.lock().unwrap().push(line);
        }
    })
}

pub(crate) fn number(account: &Value, key: &str) -> u64 {
    account[key].as_u64().unwrap()
}
