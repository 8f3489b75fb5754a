//! The other end of the socket: what the command line asks a running Segue.

use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::{Method, Request, Response, header};
use hyper_util::rt::TokioIo;
use model::Reason;
use model::code::serve as code;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::net::UnixStream;

/// Longest wait for an answer; a decision may wait for the journal.
const ANSWER_WAIT: Duration = Duration::from_mins(1);

/// The name of the socket in a state folder.
pub const SOCKET: &str = "segue.sock";

/// A way to the instance that serves a state folder.
#[derive(Debug, Clone)]
pub struct Client {
    socket: PathBuf,
    state: PathBuf,
}

impl Client {
    /// To the instance that serves `state`.
    pub fn new(state: &Path) -> Self {
        Self { socket: state.join(SOCKET), state: state.to_owned() }
    }

    /// Asks for `path`.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Reason> {
        self.ask(Method::GET, path, Bytes::new()).await
    }

    /// Says `body` to `path`.
    pub async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Reason> {
        let body = serde_json::to_vec(body).map_err(|error| self.unreadable(error))?;
        self.ask(Method::POST, path, body.into()).await
    }

    /// Hears of `path` now and after each change, until `each` says that it was enough (`Some`).
    pub async fn watch<T: DeserializeOwned, R>(
        &self,
        path: &str,
        mut each: impl AsyncFnMut(T) -> Option<R>,
    ) -> Result<Option<R>, Reason> {
        let answer = self.send(Method::GET, path, Bytes::new()).await?;
        let status = answer.status();
        let mut body = answer.into_body();
        if !status.is_success() {
            let bytes = body.collect().await.map_err(|error| self.unreadable(error))?.to_bytes();
            return Err(self.refusal(&bytes));
        }
        let mut text = Vec::new();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| self.gone(error))?;
            let Ok(data) = frame.into_data() else { continue };
            text.extend_from_slice(&data);
            while let Some(end) = text.windows(2).position(|pair| pair == b"\n\n") {
                let event: Vec<u8> = text.drain(..end + 2).collect();
                let Some(data) = event.strip_prefix(b"data: ") else { continue };
                let value = serde_json::from_slice(data).map_err(|error| self.unreadable(error))?;
                if let Some(result) = each(value).await {
                    return Ok(Some(result));
                }
            }
        }
        Ok(None)
    }

    /// Said when the instance went away in the middle.
    pub fn ended(&self) -> Reason {
        self.gone("it has ended, or was stopped; shifts stay where they are")
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> Result<T, Reason> {
        let asked = async {
            let answer = self.send(method, path, body).await?;
            let status = answer.status();
            let body = answer.into_body().collect().await;
            let bytes = body.map_err(|error| self.gone(error))?.to_bytes();
            if !status.is_success() {
                return Err(self.refusal(&bytes));
            }
            serde_json::from_slice(&bytes).map_err(|error| self.unreadable(error))
        };
        let late = |_| self.gone(format!("no answer in {} s", ANSWER_WAIT.as_secs()));
        tokio::time::timeout(ANSWER_WAIT, asked).await.map_err(late)?
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> Result<Response<Incoming>, Reason> {
        let stream = UnixStream::connect(&self.socket).await.map_err(|error| self.gone(error))?;
        let handshake = http1::handshake(TokioIo::new(stream)).await;
        let (mut sender, connection) = handshake.map_err(|error| self.gone(error))?;
        // It ends with its sender, or with the server.
        tokio::spawn(connection);
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "segue")
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(body))
            .map_err(|error| self.unreadable(error))?;
        sender.send_request(request).await.map_err(|error| self.gone(error))
    }

    /// The reason in an answer that refuses.
    fn refusal(&self, bytes: &[u8]) -> Reason {
        serde_json::from_slice(bytes).unwrap_or_else(|_| {
            let text = String::from_utf8_lossy(bytes);
            self.unreadable(text.lines().next().unwrap_or("an empty answer"))
        })
    }

    fn gone(&self, cause: impl std::fmt::Display) -> Reason {
        Reason::new(&code::NOT_SERVING)
            .with("socket", self.socket.display())
            .with("state", self.state.display())
            .with("cause", cause)
    }

    fn unreadable(&self, cause: impl std::fmt::Display) -> Reason {
        Reason::new(&code::NO_ANSWER).with("socket", self.socket.display()).with("cause", cause)
    }
}

/// A part of a path, so that any name can stand in it.
pub fn part(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let one = |byte: u8| {
        if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    name.bytes().map(one).collect()
}
