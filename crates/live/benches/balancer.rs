//! CPU time that the balancer spends on one request: `cargo bench -p live --bench balancer`.
//!
//! Three processes of this program: an origin (1,000-byte answers), the balancer on one thread,
//! and the load (HTTP/1.1, kept connections, as fast as it goes). CPU time is what the kernel
//! says of the balancer's process, over the requests sent; rounds of 8 and 64 clients interleave.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "a bench"
)]

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty, Full};
use hyper::header::HOST;
use hyper::service::service_fn;
use hyper::{Request, Response, client, server};
use hyper_util::rt::TokioIo;
use live::{Balancer, BalancerConfig, HealthCheck};
use model::ports::{Cloud as _, Weight, Weights};
use tokio::net::{TcpListener, TcpStream};

/// Requests of one round.
const REQUESTS: u64 = 60_000;
/// Rounds for each number of clients.
const ROUNDS: usize = 5;
/// Clock ticks of the kernel in a second, as `/proc` counts CPU time.
const TICKS_PER_SEC: u64 = 100;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("origin") => run(origin()),
        Some("balancer") => run(balancer(arguments[2].parse().unwrap())),
        _ => measure(),
    }
}

fn run(work: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work);
}

async fn origin() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap());
    let body = Bytes::from(vec![b'x'; 1_000]);
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let body = body.clone();
        let answer = service_fn(move |_| {
            let response = Response::new(Full::new(body.clone()));
            async { Ok::<_, Infallible>(response) }
        });
        tokio::spawn(
            server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), answer),
        );
    }
}

/// 80/20 over two groups that hold the same origin.
async fn balancer(origin: SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let groups = ["old", "new"].map(|name| (name.to_owned(), HealthCheck::default()));
    let weights = Weights::between("old", "new", Weight::new(20).unwrap());
    let config = BalancerConfig::one_rule("front", BTreeMap::from(groups), weights);
    let sockets = BTreeMap::from([("front".to_owned(), listener)]);
    let balancer = Balancer::start(sockets, &config).unwrap();
    for group in ["old", "new"] {
        balancer.register(group, origin).await.unwrap();
        while balancer.group(group).await.unwrap().healthy == 0 {
            tokio::task::yield_now().await;
        }
    }
    println!("{}", balancer.addresses()["front"]);
    std::future::pending::<()>().await;
}

fn measure() {
    let (mut origin, address) = start(&["origin"]);
    let (mut balancer, front) = start(&["balancer", &address.to_string()]);
    let pid = balancer.id();
    let mut figures: BTreeMap<u64, Vec<(f64, f64)>> = BTreeMap::new();
    for _ in 0..ROUNDS {
        for clients in [8, 64] {
            let (before, began) = (cpu_ticks(pid), Instant::now());
            run(load(front, clients));
            let ticks = cpu_ticks(pid) - before;
            let micros = ticks as f64 * 1e6 / TICKS_PER_SEC as f64 / REQUESTS as f64;
            let rate = REQUESTS as f64 / began.elapsed().as_secs_f64();
            figures.entry(clients).or_default().push((micros, rate));
        }
    }
    for (clients, mut rounds) in figures {
        rounds.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (least, most) = (rounds[0].0, rounds[ROUNDS - 1].0);
        let (median, rate) = rounds[ROUNDS / 2];
        println!(
            "{clients:>3} clients: {median:.1} µs CPU a request [{least:.1}-{most:.1}], {rate:.0} requests/s"
        );
    }
    origin.kill().and(balancer.kill()).unwrap();
}

/// Starts this program in another role; its first line is its address.
fn start(arguments: &[&str]) -> (Child, SocketAddr) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let mut child = command.args(arguments).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (child, line.trim().parse().unwrap())
}

/// User and system time of a process so far.
fn cpu_ticks(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split(' ').collect();
    fields[12].parse::<u64>().unwrap() + fields[13].parse::<u64>().unwrap()
}

async fn load(front: SocketAddr, clients: u64) {
    let next = Arc::new(AtomicU64::new(0));
    let tasks: Vec<_> =
        (0..clients).map(|_| tokio::spawn(send(front, Arc::clone(&next)))).collect();
    for task in tasks {
        task.await.unwrap();
    }
}

async fn send(front: SocketAddr, next: Arc<AtomicU64>) {
    let stream = TcpStream::connect(front).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (mut sender, connection) =
        client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    while next.fetch_add(1, Ordering::Relaxed) < REQUESTS {
        let request = Request::get("/").header(HOST, "bench").body(Empty::<Bytes>::new()).unwrap();
        sender.ready().await.unwrap();
        let response = sender.send_request(request).await.unwrap();
        assert_eq!(response.status(), 200);
        response.into_body().collect().await.unwrap();
    }
}
