//! Requests at a fixed rate from one thread a connection, on core 0.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// Connections, and threads.
pub(super) const CONNECTIONS: u32 = 8;

/// Milliseconds from the moment when requests were due.
pub(super) struct Quantiles {
    pub(super) p50: f64,
    pub(super) p99: f64,
}

/// Sends `rate` requests a second for `duration`.
pub(super) fn run(address: SocketAddr, rate: u32, duration: Duration) -> Result<Quantiles> {
    let gap = Duration::from_secs(1) * CONNECTIONS / rate.max(1);
    let begin = Instant::now() + Duration::from_millis(100);
    let threads: Vec<_> = (0..CONNECTIONS)
        .map(|number| {
            let first = begin + gap * number / CONNECTIONS;
            thread::spawn(move || send(address, first, gap, duration))
        })
        .collect();
    let mut took = Vec::new();
    for thread in threads {
        let mut one = thread.join().map_err(|_| anyhow::anyhow!("a client panicked"))??;
        took.append(&mut one);
    }
    took.sort_unstable();
    let at = |percent: usize| -> Result<f64> {
        let index = (took.len() * percent).div_ceil(100).max(1) - 1;
        Ok(took.get(index).context("nothing was measured")?.as_secs_f64() * 1e3)
    };
    Ok(Quantiles { p50: at(50)?, p99: at(99)? })
}

fn send(
    address: SocketAddr,
    first: Instant,
    gap: Duration,
    duration: Duration,
) -> Result<Vec<Duration>> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let request = format!("GET / HTTP/1.1\r\nHost: {address}\r\n\r\n");
    let (mut took, mut due) = (Vec::new(), first);
    let mut answer = vec![0; 16 << 10];
    while due < first + duration {
        if let Some(wait) = due.checked_duration_since(Instant::now()) {
            thread::sleep(wait);
        }
        stream.write_all(request.as_bytes())?;
        receive(&mut stream, &mut answer)?;
        took.push(due.elapsed());
        due += gap;
    }
    Ok(took)
}

/// Reads one answer of a known length, whole.
fn receive(stream: &mut TcpStream, buffer: &mut [u8]) -> Result<()> {
    let mut length = 0;
    loop {
        let got = stream.read(&mut buffer[length..])?;
        if got == 0 {
            bail!("the connection was closed");
        }
        length += got;
        let Some(head) = buffer[..length].windows(4).position(|window| window == b"\r\n\r\n")
        else {
            continue;
        };
        let text = String::from_utf8_lossy(&buffer[..head]).to_ascii_lowercase();
        if !text.starts_with("http/1.1 200") {
            bail!("answered {}", text.lines().next().unwrap_or_default());
        }
        let value = text.lines().find_map(|line| line.strip_prefix("content-length:"));
        let body: usize = value.context("an answer without length")?.trim().parse()?;
        if length >= head + 4 + body {
            return Ok(());
        }
    }
}
