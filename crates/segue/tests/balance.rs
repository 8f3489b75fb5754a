//! `segue balance` as a person runs it: a real file, real sockets, real signals.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may stop at what it did not expect, and touches the world"
)]

use std::io::{BufRead as _, BufReader, Lines, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

use rustix::process::{Pid, Signal, kill_process};

const EXAMPLE: &str = include_str!("../src/serve/balance/example.yaml");

/// A server that answers every request with its name; tells of each head that came.
fn origin(name: &'static str) -> (SocketAddr, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (heads, heard) = channel();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let heads = heads.clone();
            std::thread::spawn(move || {
                let mut stream = BufReader::new(stream.unwrap());
                while let Some((head, length)) = request(&mut stream) {
                    if !head.starts_with("GET /healthz") {
                        let _ = heads.send(head);
                    }
                    let mut body = vec![0; length];
                    if stream.read_exact(&mut body).is_err() {
                        return;
                    }
                    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{name}");
                    if stream.get_mut().write_all(answer.as_bytes()).is_err() {
                        return;
                    }
                }
            });
        }
    });
    (address, heard)
}

/// The next head with the length of its body.
fn request(stream: &mut BufReader<TcpStream>) -> Option<(String, usize)> {
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        head.push_str(&line);
        if line == "\r\n" {
            return Some((head, length));
        }
    }
}

/// A file whose group `a` and `b` have these targets; `path` goes to `b`, the rest to `a`.
fn config(a: SocketAddr, b: SocketAddr, path: &str) -> String {
    format!(
        "apiVersion: segue.dev/v1alpha1
kind: Balancer
metadata: {{name: edge}}
spec:
  listeners:
    - name: web
      address: 127.0.0.1:0
      rules:
        - name: b
          when: {{paths: [\"{path}\"]}}
          action: {{forward: {{weights: {{b: 100}}}}}}
      default: {{forward: {{weights: {{a: 100}}}}}}
    - name: admin
      address: 127.0.0.1:0
      default: {{fixedResponse: {{status: 200, body: fine}}}}
  targetGroups:
    - name: a
      targets: [\"{a}\"]
    - name: b
      targets: [\"{b}\"]
"
    )
}

/// Written beside and renamed, as editors and deployments do.
fn replace(file: &Path, text: &str) {
    let beside = file.with_extension("new");
    std::fs::write(&beside, text).unwrap();
    std::fs::rename(beside, file).unwrap();
}

struct Running {
    child: Child,
    out: Lines<BufReader<ChildStdout>>,
    errors: Lines<BufReader<ChildStderr>>,
    addresses: Vec<SocketAddr>,
}

impl Running {
    fn start(file: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_segue"))
            .args(["balance", "--config"])
            .arg(file)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap()).lines();
        let errors = BufReader::new(child.stderr.take().unwrap()).lines();
        let ready = out.next().unwrap().unwrap();
        let list = ready.strip_prefix("ready: ").unwrap();
        // In the order of their names: admin, web.
        let address = |one: &str| one.split("http://").nth(1).unwrap().parse().unwrap();
        let addresses = list.split(", ").map(address).collect();
        Self { child, out, errors, addresses }
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap(), signal)
            .unwrap();
    }

    /// The next line on stdout.
    fn line(&mut self) -> String {
        self.out.next().unwrap().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A GET on a kept connection; the body of the answer.
fn get(stream: &mut BufReader<TcpStream>, path: &str) -> String {
    let head = format!("GET {path} HTTP/1.1\r\nHost: a.test\r\n\r\n");
    stream.get_mut().write_all(head.as_bytes()).unwrap();
    let (head, length) = request(stream).unwrap();
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}{}", String::from_utf8_lossy(&body));
    String::from_utf8(body).unwrap()
}

#[test]
fn a_change_of_the_file_is_taken_over_on_open_connections_and_a_bad_one_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("edge.yaml");
    let ((a, _a), (b, _b), (c, _c)) = (origin("a"), origin("b"), origin("c"));
    replace(&file, &config(a, b, "/b"));
    let mut running = Running::start(&file);
    let (admin, web) = (running.addresses[0], running.addresses[1]);
    let mut kept = BufReader::new(TcpStream::connect(web).unwrap());
    assert_eq!((get(&mut kept, "/b"), get(&mut kept, "/c")), ("b".to_owned(), "a".to_owned()));
    let mut other = BufReader::new(TcpStream::connect(admin).unwrap());
    assert_eq!(get(&mut other, "/"), "fine");

    // Another rule and another target, by a signal: the connections stay, so do the addresses.
    replace(&file, &config(a, c, "/c"));
    running.signal(Signal::HUP);
    assert_eq!(running.line(), format!("changed: admin http://{admin}, web http://{web}"));
    assert_eq!((get(&mut kept, "/b"), get(&mut kept, "/c")), ("a".to_owned(), "c".to_owned()));

    // A bad one changes nothing and says so, with the place and what to do.
    replace(&file, &config(a, b, "/b").replace("{b: 100}", "{b: 90}"));
    running.signal(Signal::HUP);
    let said = running.errors.next().unwrap().unwrap();
    assert!(said.contains("held[SG-L052]") && said.contains("edge.yaml:11:"), "{said}");
    assert!(said.contains("must sum to 100"), "{said}");
    let next = running.errors.next().unwrap().unwrap();
    assert!(next.contains("segue balance --config") && next.contains("--check"), "{next}");
    assert_eq!((get(&mut kept, "/b"), get(&mut kept, "/c")), ("a".to_owned(), "c".to_owned()));

    // And without a signal, the file is looked at by and by.
    replace(&file, &config(b, c, "/c"));
    assert!(running.line().starts_with("changed: "));
    assert_eq!(get(&mut kept, "/b"), "b");
    running.signal(Signal::TERM);
    assert!(running.line().starts_with("stopping: "));
    assert_eq!(running.child.wait().unwrap().code(), Some(0));
}

#[test]
fn the_first_signal_lets_requests_finish_and_the_second_does_not() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("edge.yaml");
    let ((a, heard), (b, _b)) = (origin("a"), origin("b"));
    replace(&file, &config(a, b, "/b"));
    for again in [false, true] {
        let mut running = Running::start(&file);
        let mut stream = BufReader::new(TcpStream::connect(running.addresses[1]).unwrap());
        let head = b"POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\n\r\nab";
        stream.get_mut().write_all(head).unwrap();
        assert!(heard.recv().unwrap().starts_with("POST /"));
        running.signal(Signal::TERM);
        assert!(running.line().starts_with("stopping: "));
        if again {
            running.signal(Signal::INT);
            assert_eq!(running.child.wait().unwrap().code(), Some(130));
            continue;
        }
        stream.get_mut().write_all(b"c").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("\r\n\r\na"), "{answer}");
        assert_eq!(running.child.wait().unwrap().code(), Some(0));
    }
}

/// Exit code, stdout and stderr of `segue balance …` in `dir`.
fn balance(dir: &Path, line: &str) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_segue"))
        .arg("balance")
        .args(line.split_whitespace())
        .current_dir(dir)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

#[test]
fn a_file_is_checked_before_anything_listens() {
    let dir = tempfile::tempdir().unwrap();
    let example = EXAMPLE.replace("/etc/ssl/private/edge.key", "edge.key");
    replace(&dir.path().join("edge.yaml"), &example);
    let (code, _, stderr) = balance(dir.path(), "--config edge.yaml --check");
    assert!(code == 1 && stderr.contains("edge.pem"), "{stderr}");
    let made = rcgen::generate_simple_self_signed(["shop.example".to_owned()]).unwrap();
    replace(&dir.path().join("edge.pem"), &made.cert.pem());
    replace(&dir.path().join("edge.key"), &made.signing_key.serialize_pem());
    let (code, stdout, stderr) = balance(dir.path(), "--config edge.yaml --check");
    assert_eq!(
        (code, stdout.as_str()),
        (0, "edge can be used: 2 listeners, 5 rules, 2 target groups\n"),
        "{stderr}"
    );

    replace(&dir.path().join("edge.yaml"), &example.replace("[GET]", "[get]"));
    for line in ["--config edge.yaml --check", "--config edge.yaml"] {
        let (code, stdout, stderr) = balance(dir.path(), line);
        assert_eq!((code, stdout.as_str()), (1, ""), "{stderr}");
        assert!(
            stderr.contains("error[SG-L051]: edge.yaml:12:13 cannot be used: method get"),
            "{stderr}"
        );
        assert!(stderr.contains("next: segue balance schema"), "{stderr}");
    }
    let (code, _, stderr) = balance(dir.path(), "--config none.yaml");
    assert!(code == 1 && stderr.contains("none.yaml"), "{stderr}");
    assert_eq!(balance(dir.path(), "--check").0, 2);
}

#[test]
fn a_port_in_use_is_said_and_nothing_is_left_listening() {
    let dir = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap();
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let text = config(taken, taken, "/b");
    // The second listener has the address of `other`, which lives on.
    let text = text.replacen(
        "name: admin\n      address: 127.0.0.1:0",
        &format!("name: admin\n      address: {}", other.local_addr().unwrap()),
        1,
    );
    replace(&dir.path().join("edge.yaml"), &text);
    let (code, stdout, stderr) = balance(dir.path(), "--config edge.yaml");
    assert_eq!((code, stdout.as_str()), (1, ""), "{stderr}");
    assert!(stderr.contains("error[SG-L010]: cannot listen on 127.0.0.1:"), "{stderr}");
}

#[test]
fn the_published_schema_is_the_one_that_is_printed() {
    let page =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/balancer.schema.json");
    assert_eq!(balance(Path::new("."), "schema").1, std::fs::read_to_string(page).unwrap());
}
