//! Clients that account for every request.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Clients beside each other.
pub(crate) const CLIENTS: u8 = 4;
/// Between two requests of a client: together some 130 a second.
const PAUSE: Duration = Duration::from_millis(30);
/// A request that takes longer is lost.
const PATIENCE: Duration = Duration::from_secs(20);

/// What became of all requests.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) sent: AtomicU64,
    /// Answered well, by either side.
    pub(crate) old: AtomicU64,
    pub(crate) new: AtomicU64,
    /// Answered with a 5xx by an application.
    pub(crate) failed: AtomicU64,
    /// Without a good answer while the instance was down or coming up.
    pub(crate) while_down: AtomicU64,
    /// The same while it served: there may be none.
    pub(crate) lost: AtomicU64,
    pub(crate) lost_first: Mutex<Vec<String>>,
}

/// Clients at work.
pub(crate) struct Clients {
    pub(crate) tally: Arc<Tally>,
    /// Whether the instance is down, or not up yet.
    pub(crate) down: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Clients {
    pub(crate) fn start(front: SocketAddr) -> Self {
        let tally = Arc::<Tally>::default();
        let (down, stop) = (Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
        let client = |_| {
            let (tally, down, stop) = (Arc::clone(&tally), Arc::clone(&down), Arc::clone(&stop));
            thread::spawn(move || {
                while !stop.load(Ordering::SeqCst) {
                    request(front, &tally, &down);
                    thread::sleep(PAUSE);
                }
            })
        };
        let threads = (0..CLIENTS).map(client).collect();
        Self { tally, down, stop, threads }
    }

    /// Ends all clients; every request has an outcome then.
    pub(crate) fn stop(self) -> Arc<Tally> {
        self.stop.store(true, Ordering::SeqCst);
        for thread in self.threads {
            thread.join().unwrap();
        }
        self.tally
    }
}

impl Tally {
    /// Every request has one outcome, and none was lost while the instance served.
    pub(crate) fn check(&self) {
        let of = |count: &AtomicU64| count.load(Ordering::SeqCst);
        let ends = [&self.old, &self.new, &self.failed, &self.while_down, &self.lost];
        assert_eq!(of(&self.sent), ends.into_iter().map(of).sum::<u64>(), "{self:?}");
        assert_eq!(of(&self.lost), 0, "{:?}", self.lost_first.lock().unwrap());
        assert!(of(&self.old) > 0 && of(&self.new) > 0, "{self:?}");
    }
}

fn request(front: SocketAddr, tally: &Tally, down: &AtomicBool) {
    let before = down.load(Ordering::SeqCst);
    tally.sent.fetch_add(1, Ordering::SeqCst);
    let outcome = ask(front);
    let was_down = before || down.load(Ordering::SeqCst);
    let count = match &outcome {
        Ok(answer) if answer.starts_with("HTTP/1.1 200") => {
            let side = answer.to_ascii_lowercase();
            if side.contains("x-segue-side: old") { &tally.old } else { &tally.new }
        }
        Ok(answer) if answer.starts_with("HTTP/1.1 500") => &tally.failed,
        Ok(_) | Err(_) if was_down => &tally.while_down,
        Ok(_) | Err(_) => {
            let mut first = tally.lost_first.lock().unwrap();
            if first.len() < 5 {
                first.push(format!("{outcome:?}"));
            }
            &tally.lost
        }
    };
    count.fetch_add(1, Ordering::SeqCst);
}

fn ask(front: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&front, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
