//! What may go wrong, and what a person reads then.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};
use std::sync::atomic::Ordering;

use crate::world::{SHIFT, Serving, World, bytes, until};
use rustix::process::Pid;
use segue::serve::book::Fate;

#[test]
fn a_second_instance_hears_who_serves() {
    let world = World::new(0);
    let serving = world.serve();
    let second = world.serve_command().stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&second.stderr);
    assert_eq!(second.status.code(), Some(1), "{said}");
    assert!(
        said.contains("SG-S002") && said.contains(&format!("process {}", serving.id())),
        "{said}"
    );
    for name in ["segue.db", "segue.sock", "lock"] {
        let mode = world.state().join(name).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name} is private");
    }
    assert_eq!(world.state().metadata().unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn a_broken_database_is_named_and_not_touched() {
    let world = World::new(0);
    fs::create_dir_all(world.state()).unwrap();
    let file = world.state().join("segue.db");
    fs::write(&file, "this is no database\n".repeat(50)).unwrap();
    let before = bytes(&file);
    let output = world.serve_command().stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("SG-D003") && said.contains("next:"), "{said}");
    assert_eq!(bytes(&file), before);
}

#[test]
fn where_others_reach_it_the_console_asks_for_the_token() {
    let world = World::new(0);
    let mut command = world.serve_at("0.0.0.0:0");
    command.args(["--host", "segue.example"]);
    let serving = Serving::start(command);
    let console = SocketAddr::from(([127, 0, 0, 1], serving.console.port()));
    let get = |path: &str, host: &str| get(console, path, host);
    let page = get("/", "segue.example");
    assert!(page.starts_with("HTTP/1.1 303") && page.contains("location: /login"), "{page}");
    let login = get("/login", "segue.example");
    assert!(login.starts_with("HTTP/1.1 200") && !login.contains(SHIFT), "{login}");
    assert!(get("/", "other.example").starts_with("HTTP/1.1 421"));
    assert!(get("/healthz", "any").starts_with("HTTP/1.1 200"));
    let token = world.state().join("console-token");
    assert_eq!(token.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!login.contains(String::from_utf8(bytes(&token)).unwrap().trim()));
}

#[test]
fn a_port_that_is_taken_is_named_and_nothing_is_started() {
    let world = World::new(0);
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap().to_string();
    let output = world.serve_at(&address).stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains(&address) && said.contains("next:"), "{said}");
    assert!(!world.state().join("pods").exists() && !world.state().join("balancer.sock").exists());
}

/// Their Services ask for the same port; what was free a moment ago may be another one's.
#[test]
fn instances_that_start_together_have_ports_of_their_own() {
    let start = || {
        let world = World::new(0);
        let serving = world.serve();
        (world, serving)
    };
    let begun: Vec<_> = (0..4).map(|_| std::thread::spawn(start)).collect();
    let begun: Vec<_> = begun.into_iter().map(|one| one.join().unwrap()).collect();
    for (world, serving) in begun {
        until("answered", || get(serving.front, "/", "any").starts_with("HTTP/1.1 200"));
        assert_eq!(serving.stop(), Some(0));
        drop(world);
    }
}

#[test]
fn a_repository_that_is_not_there_is_named() {
    let world = World::new(0);
    fs::rename(world.config(), world.config().with_extension("away")).unwrap();
    let output = world.serve_command().stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("config") && said.contains("next:"), "{said}");
}

#[test]
fn a_password_on_the_command_line_is_refused() {
    let world = World::new(0);
    let mut command = world.serve_command();
    let output = command.args(["--database", "postgres://ada:geheim@db/segue"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("SG-D005") && !said.contains("geheim"), "{said}");
}

/// A disk without room, by the bound on the size of a file: what the database wants to write fails,
/// the shift waits with its traffic as it is, and goes on by itself when the bound is lifted.
#[test]
fn a_shift_waits_while_the_disk_is_full_and_goes_on_when_there_is_room() {
    let world = World::new(0);
    // The signal of the bound is ignored, so that writing fails as it does on a full disk.
    let serve = world.serve_command();
    let mut bounded = Command::new("sh");
    bounded.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]);
    bounded.arg(serve.get_program()).args(serve.get_args());
    let serving = Serving::start(bounded);
    let clients = world.clients(&serving);
    world.done(&["shift", "start", SHIFT, "--yes"]);
    world.until("at 10 %", |shift| shift.weights.stated == Some(10));
    limit(&serving, Some(4_096));
    let held =
        world.until("held", |shift| shift.held.iter().any(|because| because.code.id == "SG-S014"));
    let share = held.weights.stated;
    let said = world.refused(1, &["shift", "pause", SHIFT]);
    assert!(said.contains("SG-S009"), "{said}");
    assert_eq!(world.shift().weights.stated, share, "the traffic stays as it is");
    limit(&serving, None);
    world.ended(Fate::Done);
    clients.stop().check();
}

#[test]
fn a_balancer_that_is_killed_is_started_again_as_it_was() {
    let world = World::new(0);
    let serving = world.serve();
    let clients = world.clients(&serving);
    world.done(&["shift", "start", SHIFT, "--yes"]);
    world.until("at 50 %", |shift| shift.weights.stated == Some(50));
    clients.down.store(true, Ordering::SeqCst);
    assert!(crate::fleets::balancer(&world.state()), "it runs");
    // Its threads end one by one, and what they held with the last of them.
    let listens = || TcpStream::connect(serving.front).is_ok();
    until("gone", || !listens());
    until("there again", listens);
    clients.down.store(false, Ordering::SeqCst);
    let shift = world.ended(Fate::Done);
    assert_eq!(shift.weights.stated, Some(100));
    clients.stop().check();
    assert_eq!(serving.stop(), Some(0));
}

#[test]
fn another_build_of_the_program_takes_the_balancer_over() {
    let world = World::new(0);
    let (serve, before) = (world.serve_command(), world.state().with_file_name("before"));
    fs::copy(serve.get_program(), &before).unwrap();
    let mut command = Command::new(&before);
    command.args(serve.get_args());
    command.envs(serve.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let serving = Serving::start(command);
    let clients = world.clients(&serving);
    world.done(&["shift", "start", SHIFT, "--yes"]);
    world.until("at 10 %", |shift| shift.weights.stated == Some(10));
    let run = |program: &std::path::Path| {
        let link = |pid: &Pid| fs::read_link(format!("/proc/{}/exe", pid.as_raw_nonzero()));
        let pids = crate::fleets::balancers(&world.state());
        pids.iter().any(|pid| link(pid).is_ok_and(|link| link == program))
    };
    assert!(run(&before), "the balancer is of the build before");
    assert_eq!(serving.stop(), Some(0));
    let serving = world.serve();
    until("the one before ends", || !run(&before));
    assert!(run(serve.get_program().as_ref()), "this one is there");
    let shift = world.ended(Fate::Done);
    assert_eq!(shift.weights.stated, Some(100));
    clients.stop().check();
    assert_eq!(serving.stop(), Some(0));
}

/// The overlay breaks in the middle of a crossing, and the program is started anew: both fleets, whose
/// names are not the service's, stay what they were, and the crossing ends.
#[test]
fn a_crossing_goes_on_when_the_manifests_break_and_the_program_restarts() {
    let world = World::new(0);
    let serving = world.serve();
    let clients = world.clients(&serving);
    world.done(&["shift", "start", SHIFT, "--yes"]);
    world.until("at 10 %", |shift| shift.weights.stated == Some(10));
    let lives = || -> Vec<(std::path::PathBuf, Vec<u8>)> {
        let pods = fs::read_dir(world.state().join("pods")).unwrap();
        let files = pods.map(|pod| pod.unwrap().path().join("container-app.json"));
        let mut lives: Vec<_> = files.map(|file| (file.clone(), bytes(&file))).collect();
        lives.sort();
        lives
    };
    let before = lives();
    assert_eq!(before.len(), 4);
    let list = world.config().join("apps/shop/overlays/local/kustomization.yaml");
    let good = bytes(&list);
    fs::write(&list, "resources: [gone.yaml]\n").unwrap();
    assert_eq!(serving.stop(), Some(0));
    let serving = world.serve();
    assert!(world.done(&["status"]).contains("gone.yaml"));
    world.ended(Fate::Done);
    assert_eq!(lives(), before);
    fs::write(&list, good).unwrap();
    until("mended", || !world.done(&["status"]).contains("gone.yaml"));
    assert_eq!(lives(), before);
    clients.stop().check();
    assert_eq!(serving.stop(), Some(0));
}

#[test]
fn the_balancer_moves_in_and_out_at_the_same_address() {
    let mut world = World::new(0);
    let mut front = None;
    for balancer in ["beside", "inside", "beside"] {
        world.balancer = balancer;
        let serving = world.serve();
        assert_eq!(*front.get_or_insert(serving.front), serving.front, "{balancer}");
        until(balancer, || get(serving.front, "/", "any").starts_with("HTTP/1.1 200"));
        assert_eq!(world.state().join("balancer.sock").exists(), balancer == "beside");
        assert_eq!(serving.stop(), Some(0));
    }
}

/// The answer to one request.
fn get(address: SocketAddr, path: &str, host: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let ask = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(ask.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn limit(serving: &Serving, bytes: Option<u64>) {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};
    let pid = Pid::from_raw(i32::try_from(serving.id()).unwrap());
    prlimit(pid, Resource::Fsize, Rlimit { current: bytes, maximum: None }).unwrap();
}
