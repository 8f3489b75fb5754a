//! A shift by the commands of a person.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use segue::serve::book::{Fate, Standing};

use crate::world::{SHIFT, World, until};

#[test]
fn a_shift_is_started_paused_resumed_and_crosses() {
    let world = World::new(0);
    let serving = world.serve();
    let clients = world.clients(&serving);
    assert_eq!(world.shift().fate, Fate::Planned);
    world.refused(5, &["shift", "pause", SHIFT]);
    let said = world.refused(2, &["shift", "start", SHIFT]);
    assert!(said.contains("--yes"), "{said}");
    let plan = world.done(&["shift", "start", SHIFT, "--dry-run"]);
    assert!(plan.contains("10 % → 50 % → 100 %"), "{plan}");
    assert_eq!(world.shift().fate, Fate::Planned, "a dry run changes nothing");

    world.done(&["shift", "start", SHIFT, "--yes"]);
    world.done(&["shift", "start", SHIFT, "--yes"]);
    world.until("at 10 %", |shift| shift.weights.stated == Some(10));
    world.done(&["shift", "pause", SHIFT, "--by", "mina"]);
    assert!(world.shift().paused, "it is in the journal when the command returns");
    world.refused(5, &["shift", "pause", SHIFT]);
    let said = world.refused(4, &["shift", "approve", SHIFT, "--yes", "--by", "ada"]);
    assert!(said.contains("SG-S005"), "{said}");
    world.done(&["shift", "resume", SHIFT]);
    let shift = world.ended(Fate::Done);
    assert_eq!(shift.weights.stated, Some(100));
    assert!(shift.steps.iter().all(|step| step.standing == Standing::Passed));
    clients.stop().check();
    let verdict = world.ledger();
    assert_eq!((&verdict["shift"], &verdict["fate"]), (&SHIFT.into(), &"done".into()));
    assert_eq!((&verdict["keyChecked"], &verdict["lost"]), (&true.into(), &0.into()));

    let why = world.done(&["why", &format!("shift/{SHIFT}")]);
    assert!(why.contains("across, 100 % on the new side"), "{why}");
    // Watching what has ended says what happened, who did it, and ends.
    let story = world.done(&["shift", "watch", SHIFT]);
    for line in ["new side 10 %", "paused by mina", "resumed by grace", "new side 100 %", "across"]
    {
        assert!(story.contains(line), "{line}: {story}");
    }
    world.refused(5, &["shift", "start", SHIFT, "--yes"]);
    assert_eq!(serving.stop(), Some(0));
    let said = world.refused(1, &["status"]);
    assert!(said.contains("SG-S001") && said.contains("segue serve --state"), "{said}");
    // Without an instance the journal is still there to read.
    let state = world.state();
    let mut get = crate::world::program();
    get.args(["shift", "get", "--config"]).arg(world.config()).arg("--state").arg(&state);
    let table = String::from_utf8(get.output().unwrap().stdout).unwrap();
    assert!(table.contains("done") && table.contains("100 %"), "{table}");
}

/// On a terminal, which `script` of util-linux makes. A key means what the page shows.
#[test]
fn keys_pressed_while_watching_pause_go_on_and_abort() {
    let world = World::new(0);
    world.declare("ticks: 600\n    requestsMin: 5");
    let serving = world.serve();
    let clients = world.clients(&serving);
    world.done(&["shift", "start", SHIFT, "--yes"]);
    world.until("at 10 %", |shift| shift.weights.stated == Some(10));
    let segue = env!("CARGO_BIN_EXE_segue");
    let line = format!("{segue} shift watch {SHIFT} --by mina --state {}", world.state().display());
    let mut terminal = Command::new("script");
    terminal.args(["-qefc", &line, "/dev/null"]).env("TERM", "xterm");
    terminal.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut watch = terminal.spawn().unwrap();
    let (mut keys, mut pages) = (watch.stdin.take().unwrap(), watch.stdout.take().unwrap());
    let said = Arc::<Mutex<Vec<u8>>>::default();
    let sink = Arc::clone(&said);
    let reader = thread::spawn(move || {
        let mut part = [0; 4_096];
        while let Ok(got @ 1..) = pages.read(&mut part) {
            sink.lock().unwrap().extend_from_slice(&part[..got]);
        }
    });
    // The last page that is there to its end.
    let shows = |text: &str| {
        let said = String::from_utf8_lossy(&said.lock().unwrap()).into_owned();
        let whole = said.rsplit_once("q quit").map_or("", |(before, _)| before);
        whole.rsplit("\x1b[J").next().unwrap().contains(text)
    };
    let mut press = |text: &[u8]| keys.write_all(text).and_then(|()| keys.flush()).unwrap();
    until("it goes", || shows("shop-local  on its way"));
    press(b"p");
    until("paused", || shows("shop-local  paused"));
    assert!(world.shift().paused);
    press(b"p");
    until("it goes on", || shows("shop-local  on its way"));
    // Once only asks; another key takes the question back.
    press(b"a");
    press(b"p");
    until("paused again", || shows("shop-local  paused"));
    assert!(world.shift().weights.asked == 10);
    press(b"aa");
    let back = world.ended(Fate::RolledBack);
    assert!(back.because.is_some_and(|because| because.sentence().contains("mina")));
    clients.stop().check();
    assert_eq!(watch.wait().unwrap().code(), Some(1));
    reader.join().unwrap();
    assert_eq!(serving.stop(), Some(0));
}

#[test]
fn a_bad_release_goes_back_by_itself_and_is_started_once_more_when_it_is_mended() {
    let world = World::new(60);
    let serving = world.serve();
    let clients = world.clients(&serving);
    world.done(&["shift", "start", SHIFT, "--yes"]);
    let back = world.ended(Fate::RolledBack);
    assert_eq!(back.weights.stated, Some(0));
    let because = back.because.expect("it says why").sentence();
    assert!(because.contains("requests"), "{because}");
    let said = world.refused(5, &["shift", "abort", SHIFT, "--yes"]);
    assert!(said.contains("SG-S004"), "{said}");
    clients.stop();
    assert_eq!(serving.stop(), Some(0));

    // The next start finds it where it was; it begins again only when a person says so.
    let bad = world.releases();
    world.release(0);
    let serving = world.serve();
    until("rolled out", || {
        let now = world.releases();
        now.len() == 2 && now.iter().all(|release| !bad.contains(release))
    });
    let clients = world.clients(&serving);
    assert_eq!(world.shift().fate, Fate::RolledBack);
    world.done(&["shift", "start", SHIFT, "--yes", "--by", "mina"]);
    world.ended(Fate::Done);
    clients.stop().check();
}

#[test]
fn an_abort_brings_everything_back() {
    let world = World::new(0);
    world.declare("ticks: 200\n    requestsMin: 5");
    let serving = world.serve();
    let clients = world.clients(&serving);
    world.done(&["shift", "start", SHIFT, "--yes"]);
    world.until("at 10 %", |shift| shift.weights.stated == Some(10));
    let said = world.refused(5, &["shift", "adopt", SHIFT, "--yes"]);
    assert!(said.contains("it is not frozen"), "{said}");
    world.done(&["shift", "promote", SHIFT, "--yes", "--past-gates", SHIFT]);
    world.until("at 50 %", |shift| shift.weights.stated == Some(50));
    world.done(&["shift", "abort", SHIFT, "--yes"]);
    let back = world.ended(Fate::RolledBack);
    assert_eq!(back.weights.stated, Some(0));
    clients.stop().check();
}

#[test]
fn figures_and_health_are_served() {
    let world = World::new(0);
    let serving = world.serve();
    let get_as = |host: &str, path: &str| {
        let mut stream = TcpStream::connect(serving.console).unwrap();
        let ask = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(ask.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let get = |path: &str| get_as("x", path);
    assert!(get("/healthz").starts_with("HTTP/1.1 200"));
    assert!(get("/readyz").starts_with("HTTP/1.1 200"));
    let ready = "segue_workload_ready_pods{workload=\"deployment/shop-new\"} 2";
    until("all pods ready", || get("/metrics").contains(ready));
    let figures = get("/metrics");
    let planned = format!("segue_shift_state{{shift=\"{SHIFT}\",state=\"planned\"}} 1");
    assert!(figures.contains(&planned), "{figures}");
    assert!(!get("/v1/overview").starts_with("HTTP/1.1 200"), "only on the socket");
    let page = get_as("localhost", &format!("/shifts/{SHIFT}"));
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("not begun"), "{page}");
    assert!(get(&format!("/shifts/{SHIFT}")).starts_with("HTTP/1.1 421"), "another name");
    let url = world.done(&["open", SHIFT]);
    assert_eq!(url.trim(), format!("http://{}/shifts/{SHIFT}", serving.console));
}
