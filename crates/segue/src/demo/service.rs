//! The service that the demo moves: small, real, and truthful about its readiness.
//!
//! Answers any path with its side and its pod, echoes the request id, says 503 until it is ready,
//! keeps idle connections longer than the balancer does, and after SIGTERM finishes its work.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use clap::Args;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::header::HeaderValue;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use live::prober::{ID_HEADER, SIDE_HEADER};
use model::Reason;
use model::code::live as code;
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::runtime;

/// How long an idle connection is kept. **More than a balancer's idle time-out** (60 s): else it
/// would send into a connection that is just being closed.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// How long requests under way may take after SIGTERM.
const FINISH_WAIT: Duration = Duration::from_secs(20);

/// What the service is told on its command line.
#[derive(Debug, Clone, Args)]
pub struct ServiceArgs {
    /// Side that it answers for.
    #[arg(long)]
    pub side: String,
    /// Port on 127.0.0.1.
    #[arg(long)]
    pub port: u16,
    /// Name of this copy.
    #[arg(long, default_value = "")]
    pub pod: String,
    /// Milliseconds until it is ready.
    #[arg(long, default_value_t = 600)]
    pub ready_after_ms: u64,
    /// Milliseconds of work for each request.
    #[arg(long, default_value_t = 2)]
    pub work_ms: u64,
    /// Percent of the requests that it answers with 500: a bad release.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u64).range(0..=100))]
    pub fail_rate: u64,
}

/// What all requests share.
struct Shared {
    args: ServiceArgs,
    ready: AtomicBool,
    served: AtomicU64,
    stopping: CancellationToken,
}

/// Serves until SIGTERM.
pub fn run(args: ServiceArgs) -> Result<(), Reason> {
    runtime::single()?.block_on(serve(args))
}

async fn serve(args: ServiceArgs) -> Result<(), Reason> {
    let port = args.port;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let named = |error: &std::io::Error| cannot_listen(port, error);
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| named(&error))?;
    let listener = TcpListener::bind(address).await.map_err(|error| named(&error))?;
    let ready_after = Duration::from_millis(args.ready_after_ms);
    let shared = Arc::new(Shared {
        args,
        ready: AtomicBool::new(false),
        served: AtomicU64::new(0),
        stopping: CancellationToken::new(),
    });
    let connections = TaskTracker::new();
    let warm_up = tokio::time::sleep(ready_after);
    tokio::pin!(warm_up);
    loop {
        tokio::select! {
            biased;
            _ = terminate.recv() => break,
            () = &mut warm_up, if !shared.ready.load(Ordering::Relaxed) => {
                shared.ready.store(true, Ordering::Relaxed);
            }
            Ok((stream, _)) = listener.accept() => {
                connections.spawn(connection(stream, Arc::clone(&shared)));
            }
        }
    }
    drop(listener);
    shared.stopping.cancel();
    connections.close();
    let _ = tokio::time::timeout(FINISH_WAIT, connections.wait()).await;
    Ok(())
}

/// Serves one connection; after SIGTERM it ends with the answer under way.
async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| answer(&shared, request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(KEEP_ALIVE)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        () = shared.stopping.cancelled() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

async fn answer(
    shared: &Shared,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let _ = body.collect().await;
    let (status, text) = if is_health(head.uri.path()) {
        health(shared)
    } else {
        tokio::time::sleep(Duration::from_millis(shared.args.work_ms)).await;
        work(shared)
    };
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    if let Ok(side) = HeaderValue::from_str(&shared.args.side) {
        headers.insert(SIDE_HEADER, side);
    }
    if let Some(id) = head.headers.get(ID_HEADER) {
        headers.insert(ID_HEADER, id.clone());
    }
    Ok(response)
}

/// Ready after its warm-up and until it is told to stop.
fn health(shared: &Shared) -> (StatusCode, String) {
    if shared.stopping.is_cancelled() {
        (StatusCode::SERVICE_UNAVAILABLE, "stopping\n".to_owned())
    } else if shared.ready.load(Ordering::Relaxed) {
        (StatusCode::OK, "ready\n".to_owned())
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "starting\n".to_owned())
    }
}

/// One piece of work; of a bad release each hundred holds exactly its share of failures.
fn work(shared: &Shared) -> (StatusCode, String) {
    let number = shared.served.fetch_add(1, Ordering::Relaxed);
    let args = &shared.args;
    let failed = (number + 1) * args.fail_rate / 100 > number * args.fail_rate / 100;
    let status = if failed { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::OK };
    let answer = serde_json::json!({ "side": args.side, "pod": args.pod, "request": number });
    (status, format!("{answer}\n"))
}

/// Paths that ask how it is, as manifests name them: `/healthz`, `/actuator/health`, `/ready` …
fn is_health(path: &str) -> bool {
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    ["health", "ready", "live", "ping", "status"].iter().any(|word| last.starts_with(word))
}

fn cannot_listen(port: u16, error: &std::io::Error) -> Reason {
    Reason::new(&code::LISTEN).with("address", format!("127.0.0.1:{port}")).with("cause", error)
}
