//! Requests at a fixed rate from one thread on core 0.
//!
//! One thread, since a thread a connection would spend more on being woken than on the requests,
//! and the origins share its core: then the load is what is measured.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// Connections; where all are taken, a request waits, and the wait counts.
pub(super) const CONNECTIONS: u32 = 8;
/// After this long without an answer, something is wrong.
const STUCK: Duration = Duration::from_secs(10);

/// Milliseconds from the moment when requests were due.
pub(super) struct Quantiles {
    pub(super) p50: f64,
    pub(super) p99: f64,
}

/// One connection and its answer so far.
struct Connection {
    stream: TcpStream,
    /// When the request that is on it was due.
    due: Option<Instant>,
    answer: Vec<u8>,
}

/// Sends `rate` requests a second for `duration`.
pub(super) fn run(address: SocketAddr, rate: u32, duration: Duration) -> Result<Quantiles> {
    let request = format!("GET / HTTP/1.1\r\nHost: {address}\r\n\r\n");
    let gap = Duration::from_secs(1) / rate.max(1);
    let mut connections =
        (0..CONNECTIONS).map(|_| Connection::open(address)).collect::<Result<Vec<_>>>()?;
    let mut free: VecDeque<usize> = (0..connections.len()).collect();
    let mut due = Instant::now() + Duration::from_millis(100);
    let (end, mut took) = (due + duration, Vec::new());
    while due < end || free.len() < connections.len() {
        while due < end && due <= Instant::now() {
            let Some(index) = free.pop_front() else { break };
            let connection = &mut connections[index];
            connection.stream.write_all(request.as_bytes())?;
            connection.due = Some(due);
            due += gap;
        }
        let wait = if free.is_empty() || due >= end {
            STUCK
        } else {
            due.saturating_duration_since(Instant::now())
        };
        for index in readable(&connections, wait)? {
            if let Some(one) = connections[index].receive()? {
                took.push(one);
                free.push_back(index);
            }
        }
    }
    took.sort_unstable();
    let at = |percent: usize| -> Result<f64> {
        let index = (took.len() * percent).div_ceil(100).max(1) - 1;
        Ok(took.get(index).context("nothing was measured")?.as_secs_f64() * 1e3)
    };
    Ok(Quantiles { p50: at(50)?, p99: at(99)? })
}

/// Which connections have something to read, after at most `wait`.
fn readable(connections: &[Connection], wait: Duration) -> Result<Vec<usize>> {
    let mut waiting: Vec<_> =
        connections.iter().map(|one| PollFd::new(&one.stream, PollFlags::IN)).collect();
    let ready = poll(&mut waiting, Some(&Timespec::try_from(wait)?))?;
    if ready == 0 && wait == STUCK {
        bail!("no answer for {} s", STUCK.as_secs());
    }
    let is_ready = |one: &PollFd<'_>| !one.revents().is_empty();
    Ok(waiting.iter().enumerate().filter(|(_, one)| is_ready(one)).map(|(at, _)| at).collect())
}

impl Connection {
    fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(Self { stream, due: None, answer: Vec::with_capacity(16 << 10) })
    }

    /// Reads what is there; how long it took, where the answer is whole.
    fn receive(&mut self) -> Result<Option<Duration>> {
        let mut part = [0; 16 << 10];
        match self.stream.read(&mut part) {
            Ok(0) => bail!("the connection was closed"),
            Ok(got) => self.answer.extend_from_slice(&part[..got]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
            Err(error) => return Err(error.into()),
        }
        if !whole(&self.answer)? {
            return Ok(None);
        }
        self.answer.clear();
        Ok(Some(self.due.take().context("an answer that nobody asked for")?.elapsed()))
    }
}

/// Whether an answer of a known length is here to its end.
fn whole(answer: &[u8]) -> Result<bool> {
    let Some(head) = answer.windows(4).position(|window| window == b"\r\n\r\n") else {
        return Ok(false);
    };
    let text = String::from_utf8_lossy(&answer[..head]).to_ascii_lowercase();
    if !text.starts_with("http/1.1 200") {
        bail!("answered {}", text.lines().next().unwrap_or_default());
    }
    let value = text.lines().find_map(|line| line.strip_prefix("content-length:"));
    let body: usize = value.context("an answer without length")?.trim().parse()?;
    Ok(answer.len() >= head + 4 + body)
}
