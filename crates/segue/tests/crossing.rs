//! The crossing as a person would run it: real processes, real sockets, real signals.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// A service of a configuration repository, by hand.
const TREE: &[(&str, &str)] = &[
    ("base/kustomization.yaml", "resources:\n- deployment.yaml\n- service.yaml\n"),
    (
        "base/deployment.yaml",
        "apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  selector:
    matchLabels: {app: shop}
  template:
    metadata:
      labels: {app: shop}
    spec:
      containers:
      - name: shop
        image: registry.example/shop:1.4.2
        ports:
        - {name: http, containerPort: 8080}
        env:
        - name: LOG_LEVEL
          valueFrom: {configMapKeyRef: {name: shop, key: LOG_LEVEL}}
        - name: DB_PASSWORD
          valueFrom: {secretKeyRef: {name: shop-db, key: password}}
        readinessProbe:
          httpGet: {path: /healthz, port: http}
          initialDelaySeconds: 20
        lifecycle:
          preStop:
            exec: {command: [sleep, '60']}
",
    ),
    (
        "base/service.yaml",
        "apiVersion: v1
kind: Service
metadata:
  name: shop
spec:
  selector: {app: shop}
  ports:
  - {port: 80, targetPort: http}
",
    ),
    (
        "overlays/dev/kustomization.yaml",
        "resources:
- ../../base
configMapGenerator:
- name: shop
  literals: [LOG_LEVEL=debug]
",
    ),
];

/// A crossing under way.
struct Crossing {
    child: Child,
    /// Everything that it said so far, on both streams.
    said: Arc<Mutex<Vec<String>>>,
    readers: Vec<std::thread::JoinHandle<()>>,
    dir: tempfile::TempDir,
}

impl Crossing {
    fn start(arguments: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in TREE {
            let path = dir.path().join("tree/apps/shop").join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let mut child = Command::new(env!("CARGO_BIN_EXE_segue"))
            .args(["demo-crossing", "--service", "shop", "--rate", "400"])
            .args(["--tick-ms", "100", "--ticks", "3"])
            .arg("--tree")
            .arg(dir.path().join("tree"))
            .arg("--state")
            .arg(dir.path().join("state"))
            .args(arguments)
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

    /// Waits until a line holds `words` and returns it. A crossing that ends without it fails.
    fn hear(&mut self, words: &str) -> String {
        loop {
            let ended = self.child.try_wait().unwrap().is_some();
            let heard = self.said().into_iter().find(|line| line.contains(words));
            if let Some(line) = heard {
                return line;
            }
            assert!(!ended, "never said {words:?}:\n{}", self.said().join("\n"));
            std::thread::yield_now();
        }
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.child.id().cast_signed()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Waits for the end; checks that no process of the fleets is left. Returns the exit code.
    fn end(&mut self) -> Option<i32> {
        let status = self.child.wait().unwrap();
        for reader in self.readers.drain(..) {
            reader.join().unwrap();
        }
        let groups = self.groups();
        assert!(!groups.is_empty(), "{}", self.said().join("\n"));
        for group in groups {
            // A killed process needs a moment to go; one that was not killed stays for ever.
            while alive(&group) {
                std::thread::yield_now();
            }
        }
        status.code()
    }

    fn said(&self) -> Vec<String> {
        self.said.lock().unwrap().clone()
    }

    /// Process groups of everything that was started.
    fn groups(&self) -> Vec<String> {
        let said = self.said();
        let pids = said.iter().filter_map(|line| Some(line.split_once(", process ")?.1.to_owned()));
        pids.collect()
    }

    /// The last line, which is the account.
    fn account(&self) -> Value {
        let said = self.said();
        let line = said.iter().find(|line| line.starts_with('{')).unwrap();
        serde_json::from_str(line).unwrap()
    }

    /// What the journal says happened, in order.
    fn journal(&self) -> Vec<Value> {
        let run = std::fs::read_dir(self.dir.path().join("state")).unwrap().next().unwrap();
        let text = std::fs::read_to_string(run.unwrap().path().join("journal.jsonl")).unwrap();
        text.lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["body"].clone())
            .collect()
    }
}

impl Drop for Crossing {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
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

/// Whether a process of the group still runs; one that only waits to be reaped does not.
fn alive(group: &str) -> bool {
    std::fs::read_dir("/proc").unwrap().filter_map(Result::ok).any(|entry| {
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        // `pid (name) state parent group …`; the name may hold anything.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split(' ').collect();
        fields.get(3) == Some(&group) && fields[1] != "Z"
    })
}

fn number(account: &Value, key: &str) -> u64 {
    account[key].as_u64().unwrap()
}

/// The answer of the balancer that a line names.
fn get(line: &str) -> String {
    let address = line.split("http://").nth(1).unwrap().split('/').next().unwrap();
    let mut stream = TcpStream::connect(address.parse::<SocketAddr>().unwrap()).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_service_crosses_and_no_request_is_lost() {
    // Held by this test or by somebody else: either way the usual port is taken.
    let _taken = TcpListener::bind("127.0.0.1:8080");
    let mut crossing = Crossing::start(&["--json"]);
    crossing.hear("8080 is taken");
    let line = crossing.hear("serves on");
    let answer = get(&line);
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("x-segue-side: new"), "{answer}");
    crossing.signal(Signal::INT);
    assert_eq!(crossing.end(), Some(0), "the crossing was done before the signal came");

    let account = crossing.account();
    assert_eq!((number(&account, "lost"), number(&account, "failed")), (0, 0), "{account}");
    assert_eq!((number(&account, "crossings"), number(&account, "rollBacks")), (1, 0));
    let (old, new) = (number(&account, "answeredOld"), number(&account, "answeredNew"));
    assert!(old > 0 && new > 0, "{account}");
    assert_eq!(number(&account, "sent"), old + new);
    let asked: Vec<u64> = crossing.journal().iter().filter_map(share).collect();
    assert_eq!(asked, [1, 10, 50, 100]);
}

#[test]
fn a_bad_release_goes_back_by_itself() {
    let mut crossing = Crossing::start(&["--exit", "--json", "--fail-rate", "30"]);
    assert_eq!(crossing.end(), Some(1));
    let account = crossing.account();
    assert_eq!((number(&account, "lost"), number(&account, "crossings")), (0, 0), "{account}");
    assert_eq!(number(&account, "rollBacks"), 1);
    assert!(number(&account, "failed") > 0 && number(&account, "answeredOld") > 0, "{account}");
    let journal = crossing.journal();
    assert_eq!(journal.last().unwrap()["entry"], "rolledBack");
    let asked: Vec<u64> = journal.iter().filter_map(share).collect();
    assert_eq!(asked.last(), Some(&0), "the old side has everything in the end: {asked:?}");
}

#[test]
fn ctrl_c_in_the_middle_leaves_nothing_behind() {
    let mut crossing = Crossing::start(&["--json"]);
    crossing.hear("measured");
    crossing.signal(Signal::INT);
    assert_eq!(crossing.end(), Some(130));
    let account = crossing.account();
    assert_eq!((number(&account, "lost"), number(&account, "crossings")), (0, 0), "{account}");
}

#[test]
fn a_second_ctrl_c_ends_at_once() {
    let mut crossing = Crossing::start(&[]);
    crossing.hear("new fleet is up");
    crossing.signal(Signal::TERM);
    crossing.hear("stopping");
    crossing.signal(Signal::INT);
    assert_eq!(crossing.end(), Some(130));
}

#[test]
fn a_killed_parent_leaves_no_child() {
    let mut crossing = Crossing::start(&[]);
    crossing.hear("new fleet is up");
    crossing.signal(Signal::KILL);
    assert_eq!(crossing.end(), None);
}

#[test]
fn a_taken_port_that_was_asked_for_is_an_error() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let mut crossing = Crossing::start(&["--port", &port]);
    crossing.hear("error[SG-L010]: cannot listen on 127.0.0.1:");
    assert_eq!(crossing.child.wait().unwrap().code(), Some(1));
}

/// The share of the new side that an entry of the journal asks for.
fn share(entry: &Value) -> Option<u64> {
    entry["effect"]["weights"]["share"].as_u64()
}
