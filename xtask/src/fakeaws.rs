//! A small AWS of our own: an account with the example estate in it, on a local port.
//!
//! It speaks the protocols that the services really speak, with their page sizes and hard limits,
//! checks signatures, and makes trouble on demand: throttling, missing permissions, expired
//! credentials, a clock that is off, connections that break. It answers reads only, out of a
//! snapshot. What it is not: a model of how AWS changes (that is the twin's), or a peer for other
//! people's programs (that is moto, see `crate::moto`).

mod account;
mod answer;
mod form;
mod limits;
mod sign;
mod trouble;
mod wire;
mod world;

pub use sign::SECRET_ACCESS_KEY;
pub use trouble::Settings;

use account::{Account, Outcome};
use answer::Reply;
use anyhow::{Context, Result, anyhow, bail};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use sign::Raw;
use std::collections::BTreeMap;
use std::future::pending;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// An access key that the fake takes; any other that begins with `AKIA` or `ASIA` is as good.
pub const ACCESS_KEY_ID: &str = "AKIAFAKE000000000001";

/// A running fake; it ends when this is dropped.
#[derive(Debug)]
pub struct FakeAws {
    address: SocketAddr,
    account: Arc<Mutex<Account>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl FakeAws {
    /// Serves the snapshot in `folder` on a local port.
    pub fn start(folder: &Path, settings: Settings) -> Result<Self> {
        let port = settings.port.unwrap_or(0);
        let account = Arc::new(Mutex::new(Account::new(folder, settings)?));
        let (stop, stopped) = oneshot::channel();
        let listener = std::net::TcpListener::bind(("127.0.0.1", port))
            .with_context(|| format!("cannot listen at port {port}"))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let served = Arc::clone(&account);
        // A thread of its own: a test may itself run inside a runtime, which cannot block on this.
        let thread = thread::spawn(move || {
            runtime.block_on(async {
                let Ok(listener) = TcpListener::from_std(listener) else { return };
                tokio::select! {
                    () = serve(listener, served) => {}
                    _ended = stopped => {}
                }
            });
        });
        Ok(Self { address, account, stop: Some(stop), thread: Some(thread) })
    }

    /// The endpoint, `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The environment of a program that is to call the fake.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        environment(ACCESS_KEY_ID)
    }

    /// Changes how the fake behaves from now on.
    pub fn set(&self, settings: Settings) {
        self.account().set(settings);
    }

    /// Calls so far, those that were refused among them.
    pub fn calls(&self) -> usize {
        self.account().calls()
    }

    /// Calls so far, by operation (`ecs:ListServices`).
    pub fn counts(&self) -> BTreeMap<String, u64> {
        self.account().counts().clone()
    }

    /// Refused calls so far, by operation and code (`ecs:ListServices ThrottlingException`).
    pub fn refused(&self) -> BTreeMap<String, u64> {
        self.account().refused().clone()
    }

    /// Calls that had been answered before, word for word.
    pub fn repeated(&self) -> Vec<String> {
        self.account().repeated().to_vec()
    }

    /// Waits until `calls` calls have come, for at most 20 seconds.
    pub fn wait_for(&self, calls: usize) -> Result<()> {
        let started = Instant::now();
        while self.calls() < calls {
            if started.elapsed() > Duration::from_secs(20) {
                bail!("{} of {calls} calls came in 20 s", self.calls());
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    fn account(&self) -> MutexGuard<'_, Account> {
        self.account.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for FakeAws {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ended = thread.join();
        }
    }
}

/// The environment of a program that signs with `access_key` and reads no files of a person's.
pub fn environment(access_key: &str) -> Vec<(&'static str, String)> {
    vec![
        ("AWS_ACCESS_KEY_ID", access_key.to_owned()),
        ("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY.to_owned()),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ("AWS_CONFIG_FILE", "/dev/null".to_owned()),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null".to_owned()),
    ]
}

async fn serve(listener: TcpListener, account: Arc<Mutex<Account>>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { return };
        tokio::spawn(connection(stream, Arc::clone(&account)));
    }
}

async fn connection(stream: TcpStream, account: Arc<Mutex<Account>>) {
    let service = service_fn(move |request| respond(request, Arc::clone(&account)));
    let http = hyper::server::conn::http1::Builder::new();
    // A caller that goes away in the middle is no concern of the fake's.
    let _ended = http.serve_connection(TokioIo::new(stream), service).await;
}

async fn respond(
    request: Request<Incoming>,
    account: Arc<Mutex<Account>>,
) -> Result<Response<Full<Bytes>>> {
    let raw = raw(request).await?;
    let (outcome, now, delay) = {
        let mut account = account.lock().unwrap_or_else(PoisonError::into_inner);
        let (outcome, now) = account.handle(&raw, Timestamp::now());
        (outcome, now, account.settings.delay)
    };
    match outcome {
        Outcome::Stall => pending().await,
        Outcome::HangUp => Err(anyhow!("the connection is closed as ordered")),
        Outcome::Reply(reply) => {
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
            response(reply, now)
        }
    }
}

async fn raw(request: Request<Incoming>) -> Result<Raw> {
    let (head, body) = request.into_parts();
    let headers = head.headers.iter().map(|(name, value)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    Ok(Raw {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: headers.collect(),
        body: body.collect().await?.to_bytes().to_vec(),
    })
}

fn response(reply: Reply, now: Timestamp) -> Result<Response<Full<Bytes>>> {
    let date = now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let mut response = Response::builder()
        .status(reply.status)
        .header("content-type", reply.content_type)
        .header("date", date);
    if let Some(error_type) = reply.error_type {
        response = response.header("x-amzn-errortype", error_type);
    }
    Ok(response.body(Full::new(Bytes::from(reply.body)))?)
}

/// `cargo xtask fake-aws [--estate FOLDER] [--port N] …`: serves until it is interrupted.
pub fn run(args: impl IntoIterator<Item = String>) -> Result<()> {
    let (folder, settings) = options(args)?;
    let fake = FakeAws::start(&folder, settings)?;
    let region = fake.account().region();
    println!(
        "A fake AWS with {} listens at {}. In another terminal:\n",
        folder.display(),
        fake.url()
    );
    for (name, value) in fake.environment() {
        println!("  export {name}={value}");
    }
    println!(
        "  segue migrate scan --region {region} --endpoint-url {} --out snapshot\n",
        fake.url()
    );
    loop {
        thread::park();
    }
}

fn options(args: impl IntoIterator<Item = String>) -> Result<(PathBuf, Settings)> {
    let mut settings = Settings { port: Some(4599), ..Settings::default() };
    let mut folder = PathBuf::from("examples/estate");
    let mut args = args.into_iter();
    while let Some(flag) = args.next() {
        let mut value = || args.next().with_context(|| format!("{flag} needs a value"));
        match flag.as_str() {
            "--estate" => folder = value()?.into(),
            "--port" => settings.port = Some(value()?.parse()?),
            "--page-max" => settings.page_max = Some(value()?.parse()?),
            "--deny" => settings.deny.push(value()?),
            "--expire-at" => settings.expire_at = Some(value()?.parse()?),
            "--clock-ahead" => settings.clock_ahead_secs = value()?.parse()?,
            "--delay-ms" => settings.delay = Duration::from_millis(value()?.parse()?),
            "--empty" => settings.empty = true,
            other => bail!("`fake-aws` has no flag `{other}`"),
        }
    }
    Ok((folder, settings))
}

#[cfg(test)]
mod peers {
    use super::*;
    use crate::peers::{self, Peer};
    use crate::{moto, shell};
    use serde_json::Value;
    use std::process::Command;

    /// Every call that the snapshot records is made through boto3, page by page, and what
    /// botocore's parsers make of the answers is held against the files.
    #[test]
    fn botocore_reads_in_the_answers_what_the_snapshot_says() {
        for page_max in [None, Some(7)] {
            let folder = crate::estate::folder::committed();
            let settings = Settings { page_max, ..Settings::default() };
            let fake = FakeAws::start(&folder, settings).unwrap();
            let region = fake.account().region();
            let python = moto::python(&peers::require(Peer::Moto).unwrap()).unwrap();
            let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/fakeaws/check.py");
            let mut command = Command::new(python);
            command.arg(script).arg(&folder).args([&fake.url(), &region]).envs(fake.environment());
            let output = shell::run_quietly(&mut command).unwrap();
            let said: Value = serde_json::from_slice(&output.stdout).unwrap();
            assert_eq!(said["differences"], serde_json::json!([]), "pages of {page_max:?}");
            assert!(said["made"].as_object().unwrap().len() > 40, "{said}");
            assert!(fake.refused().is_empty(), "{:?}", fake.refused());
        }
    }
}
