//! Requests at a fixed rate, from one thread that is the clients and the origin at once.
//!
//! Whatever else runs on its core is measured too: two busy processes there take turns of
//! milliseconds, which is far more than a balancer adds. So one thread does both, and while it
//! measures it never sleeps: no wake-up, no timer is part of a figure.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// Connections; where all are taken, a request waits, and the wait counts.
pub(super) const CONNECTIONS: usize = 8;
/// After this long without an answer, something is wrong.
const STUCK: Duration = Duration::from_secs(10);
/// How often the thread looks for orders while it has none.
const IDLE: Duration = Duration::from_millis(20);
/// How long a run goes on before it counts: connections are made then, on both sides.
const WARM: Duration = Duration::from_millis(50);
/// What a read takes at once.
const PART: usize = 16 << 10;

/// Milliseconds from the moment when requests were due.
pub(super) struct Quantiles {
    pub(super) p50: f64,
    pub(super) p99: f64,
}

/// What is to be measured, and who waits for it.
struct Order {
    address: SocketAddr,
    rate: u32,
    duration: Duration,
    tell: Sender<Result<Quantiles>>,
}

/// The thread. It serves two origins for as long as this lives.
pub(super) struct Bench {
    pub(super) ports: [u16; 2],
    orders: Sender<Order>,
}

impl Bench {
    /// Starts the thread, on the core of its caller.
    pub(super) fn start() -> Result<Self> {
        let listeners = [TcpListener::bind("127.0.0.1:0")?, TcpListener::bind("127.0.0.1:0")?];
        let mut ports = [0; 2];
        for (port, listener) in ports.iter_mut().zip(&listeners) {
            listener.set_nonblocking(true)?;
            *port = listener.local_addr()?.port();
        }
        let (orders, incoming) = mpsc::channel();
        thread::spawn(move || Origin { listeners, streams: Vec::new() }.serve(&incoming));
        Ok(Self { ports, orders })
    }

    /// Sends `rate` requests a second to `address` for `duration`.
    pub(super) fn run(
        &self,
        address: SocketAddr,
        rate: u32,
        duration: Duration,
    ) -> Result<Quantiles> {
        let (tell, told) = mpsc::channel();
        self.orders.send(Order { address, rate, duration, tell })?;
        told.recv()?
    }
}

/// Answers of 1,000 bytes to whoever asks.
struct Origin {
    listeners: [TcpListener; 2],
    streams: Vec<Stream>,
}

impl Origin {
    /// Answers until nobody can order any more; what is ordered is measured meanwhile.
    fn serve(mut self, orders: &Receiver<Order>) {
        loop {
            match orders.try_recv() {
                Ok(order) => {
                    let _ = order.tell.send(self.measure(&order));
                }
                Err(mpsc::TryRecvError::Empty) => {
                    if self.turn(&mut [], IDLE).is_err() {
                        return;
                    }
                }
                Err(mpsc::TryRecvError::Disconnected) => return,
            }
        }
    }

    fn measure(&mut self, order: &Order) -> Result<Quantiles> {
        let request = format!("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", order.address);
        let gap = Duration::from_secs(1) / order.rate.max(1);
        let opened = (0..CONNECTIONS).map(|_| Stream::open(order.address));
        let mut clients = opened.collect::<Result<Vec<_>>>()?;
        let mut sent = [None; CONNECTIONS];
        let mut free: VecDeque<usize> = (0..CONNECTIONS).collect();
        let mut due = Instant::now() + Duration::from_millis(100);
        let begin = due + WARM;
        let (end, mut took) = (begin + order.duration, Vec::new());
        while due < end || free.len() < CONNECTIONS {
            let now = Instant::now();
            if now > end + STUCK {
                bail!("no answer for {} s", STUCK.as_secs());
            }
            if due < end
                && due <= now
                && let Some(index) = free.pop_front()
            {
                clients[index].stream.write_all(request.as_bytes())?;
                sent[index] = Some(due);
                due += gap;
            }
            for index in self.turn(&mut clients, Duration::ZERO)? {
                let begun: Instant = sent[index].take().context("an answer nobody asked for")?;
                free.push_back(index);
                if begun >= begin {
                    took.push(begun.elapsed());
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

    /// One look at all sockets, after at most `wait`; which clients have their answer.
    fn turn(&mut self, clients: &mut [Stream], wait: Duration) -> Result<Vec<usize>> {
        let streams = clients.iter().chain(&self.streams).map(|one| &one.stream);
        let mut looked: Vec<_> =
            self.listeners.iter().map(|one| PollFd::new(one, PollFlags::IN)).collect();
        looked.extend(streams.map(|one| PollFd::new(one, PollFlags::IN)));
        poll(&mut looked, Some(&Timespec::try_from(wait)?))?;
        let ready: Vec<bool> = looked.iter().map(|one| !one.revents().is_empty()).collect();
        let (listening, streams) = ready.split_at(self.listeners.len());
        let (asking, serving) = streams.split_at(clients.len());
        let mut answered = Vec::new();
        for (index, client) in clients.iter_mut().enumerate().filter(|(at, _)| asking[*at]) {
            if !client.read()? {
                bail!("the connection was closed");
            }
            if client.has_answer()? {
                answered.push(index);
            }
        }
        let mut index = 0;
        self.streams.retain_mut(|stream| {
            index += 1;
            !serving[index - 1] || stream.answer().unwrap_or(false)
        });
        for (listener, _) in self.listeners.iter().zip(listening).filter(|(_, ready)| **ready) {
            while let Ok((stream, _)) = listener.accept() {
                self.streams.push(Stream::new(stream)?);
            }
        }
        Ok(answered)
    }
}

/// A connection, and what was read of the message that is under way.
struct Stream {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Stream {
    fn new(stream: TcpStream) -> Result<Self> {
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(Self { stream, read: Vec::with_capacity(PART) })
    }

    fn open(address: SocketAddr) -> Result<Self> {
        Self::new(TcpStream::connect(address)?)
    }

    /// Reads what is there; false at the end.
    fn read(&mut self) -> Result<bool> {
        let mut part = [0; PART];
        match self.stream.read(&mut part) {
            Ok(0) => return Ok(false),
            Ok(got) => self.read.extend_from_slice(&part[..got]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error.into()),
        }
        Ok(true)
    }

    /// Takes a whole answer of a known length, if it is here to its end.
    fn has_answer(&mut self) -> Result<bool> {
        let Some(head) = self.head() else { return Ok(false) };
        let text = String::from_utf8_lossy(&self.read[..head]).to_ascii_lowercase();
        if !text.starts_with("http/1.1 200") {
            bail!("answered {}", text.lines().next().unwrap_or_default());
        }
        let value = text.lines().find_map(|line| line.strip_prefix("content-length:"));
        let body: usize = value.context("an answer without length")?.trim().parse()?;
        let whole = self.read.len() >= head + body;
        if whole {
            self.read.clear();
        }
        Ok(whole)
    }

    /// Answers a whole request; false when the connection is over. None of them has a body.
    fn answer(&mut self) -> Result<bool> {
        if !self.read()? {
            return Ok(false);
        }
        if let Some(head) = self.head() {
            let text = String::from_utf8_lossy(&self.read[..head]).to_ascii_lowercase();
            let body = "x".repeat(1_000);
            let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
            self.stream.write_all(answer.as_bytes())?;
            self.read.clear();
            return Ok(!text.contains("\nconnection: close"));
        }
        Ok(true)
    }

    /// Length of the head that was read, with its end.
    fn head(&self) -> Option<usize> {
        let end = self.read.windows(4).position(|window| window == b"\r\n\r\n");
        end.map(|end| end + 4)
    }
}
