//! The loop of `segue balance`: a balancer that is what its file says, for as long as it runs.

mod document;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use live::balancer::{Admin, Ask, Succession};
use live::inherited::Inherited;
use live::{Balancer, BalancerConfig, LiveError, Sockets, disk};
use model::Reason;
use model::code::live as code;
use tokio::net::TcpListener;
use tokio::signal::unix::SignalKind;

use super::signals::{self, Interrupt};
use crate::runtime;

pub(crate) use document::made::made;
pub use document::{Document, SCHEMA};

/// Time between two looks at the file.
const LOOK: Duration = Duration::from_secs(1);

/// What runs.
#[derive(Debug, Clone)]
pub struct Options {
    /// The file of kind Balancer.
    pub file: PathBuf,
    /// Where its admin socket is to be.
    pub admin: Option<PathBuf>,
    /// Whether to take over from the balancer that answers there.
    pub take_over: bool,
}

/// What people are told.
#[derive(Debug)]
pub enum Told {
    /// It serves; here are the addresses of its listeners.
    Ready(BTreeMap<String, String>),
    /// Another file was taken over.
    Changed(BTreeMap<String, String>),
    /// The new file was not taken over.
    Kept(Reason),
    /// Another process has taken over: the clients that are here may finish.
    TakenOver,
    /// It takes no more connections and waits for the requests under way.
    Stopping,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Every request under way had its time.
    Drained,
    /// A second signal ended it at once.
    AtOnce,
}

/// Reads the file, strictly.
pub fn read(file: &Path) -> Result<Document, Reason> {
    Document::parse(&file.display().to_string(), &disk::read_file(file)?)?.with_certificates()
}

/// Serves what the file says until a signal ends it, or until it is taken over. Makes its own
/// runtime.
pub fn run(options: &Options, tell: &mut dyn FnMut(Told)) -> Result<End, Reason> {
    let (bytes, document) = load(&options.file)?;
    let runtime = runtime::by_cores()?;
    let end = runtime.block_on(async {
        // Before anything listens: a signal that comes early must not end it in the middle.
        let interrupt = signals::listen()?;
        let (balancer, admin) = begin(options, &document).await?;
        let file = options.file.clone();
        let served = Served { file, balancer, admin, document, bytes };
        served.run(&interrupt, tell).await
    });
    runtime.shutdown_background();
    end
}

fn load(file: &Path) -> Result<(Vec<u8>, Document), Reason> {
    let bytes = disk::read_file(file)?;
    let document = Document::parse(&file.display().to_string(), &bytes)?;
    Ok((bytes, document))
}

/// Starts the balancer: on the sockets of the one that it takes over from, on those that were
/// passed by a parent, or on its own.
async fn begin(
    options: &Options,
    document: &Document,
) -> Result<(Arc<Balancer>, Option<Admin>), Reason> {
    let mut inherited = Inherited::take()?;
    let Some(path) = &options.admin else {
        let sockets = bind(document, &BTreeMap::new(), &mut |_, at| inherited.at(at)).await?;
        return Ok((Arc::new(fresh(sockets, &document.config()).await?), None));
    };
    let present = disk::socket_answers(path).await;
    if present && !options.take_over {
        return Err(Reason::new(&code::ADMIN_TAKEN).with("path", path.display()));
    }
    let mut succession = if present { Some(Succession::ask(path).await?) } else { None };
    let mut passed = |name: &str, address| {
        let socket = succession.as_mut().and_then(|from| from.socket(name, address));
        socket.or_else(|| inherited.at(address))
    };
    let sockets = bind(document, &BTreeMap::new(), &mut passed).await?;
    let config = document.config();
    let balancer = Arc::new(match &succession {
        Some(succession) => succession.start(sockets, &config)?,
        None => fresh(sockets, &config).await?,
    });
    let admin = Admin::open(path, Arc::clone(&balancer))?;
    // Nothing can go wrong any more: until here the other one would have gone on.
    if let Some(succession) = succession {
        succession.confirm().await;
    }
    Ok((balancer, Some(admin)))
}

/// A balancer that knows its targets before it listens: the sockets are bound, so that clients
/// wait, and the first of them is answered.
async fn fresh(sockets: Sockets, config: &BalancerConfig) -> Result<Balancer, LiveError> {
    let balancer = Balancer::start(Sockets::new(), &BalancerConfig::default())?;
    balancer.change(sockets, config).await?;
    Ok(balancer)
}

/// A balancer and the file that it is made of.
struct Served {
    file: PathBuf,
    balancer: Arc<Balancer>,
    admin: Option<Admin>,
    document: Document,
    /// The file as it was looked at last, good or bad.
    bytes: Vec<u8>,
}

impl Served {
    async fn run(
        mut self,
        interrupt: &Interrupt,
        tell: &mut dyn FnMut(Told),
    ) -> Result<End, Reason> {
        let mut hangup = signals::heard(SignalKind::hangup())?;
        tokio::select! {
            () = self.balancer.settle() => {}
            () = interrupt.stop.cancelled() => {}
        }
        tell(Told::Ready(self.urls()));
        // What the last look saw that is not taken over yet.
        let mut fresh: Option<Vec<u8>> = None;
        loop {
            tokio::select! {
                biased;
                () = interrupt.stop.cancelled() => break,
                ask = asked(self.admin.as_ref()) => match ask {
                    Ask::Stop => break,
                    Ask::Reload(tell_back) => {
                        fresh = None;
                        let outcome = self.take_over(disk::read_file(&self.file), tell).await;
                        // Who asked may be gone.
                        let _ = tell_back.send(outcome);
                    }
                },
                () = taken_over(self.admin.as_ref()) => return Ok(self.retire(interrupt, tell).await),
                _ = hangup.recv() => {
                    fresh = None;
                    let _ = self.take_over(disk::read_file(&self.file), tell).await;
                }
                () = tokio::time::sleep(LOOK) => {
                    self.renew(tell);
                    // A file that cannot be read is being replaced; a signal asks for the reason.
                    let Ok(seen) = disk::read_file(&self.file) else { continue };
                    if seen == self.bytes {
                        fresh = None;
                    } else if fresh.as_ref() == Some(&seen) {
                        fresh = None;
                        let _ = self.take_over(Ok(seen), tell).await;
                    } else {
                        // Whoever writes it may be in the middle: it counts when it stays.
                        fresh = Some(seen);
                    }
                }
            }
        }
        tell(Told::Stopping);
        if let Some(admin) = self.admin {
            admin.close();
        }
        tokio::select! {
            () = self.balancer.stop(live::limits::DRAIN_WAIT) => Ok(End::Drained),
            () = interrupt.at_once.cancelled() => Ok(End::AtOnce),
        }
    }

    /// Lets the clients go that came before another process took over.
    async fn retire(self, interrupt: &Interrupt, tell: &mut dyn FnMut(Told)) -> End {
        tell(Told::TakenOver);
        tokio::select! {
            () = self.balancer.retire(live::limits::DRAIN_WAIT) => End::Drained,
            () = interrupt.at_once.cancelled() => End::AtOnce,
        }
    }

    /// Takes over certificates whose files have changed, or says why not.
    fn renew(&self, tell: &mut dyn FnMut(Told)) {
        let renewal = self.balancer.renew();
        if !renewal.taken.is_empty() {
            tell(Told::Changed(self.urls()));
        }
        renewal.kept.iter().for_each(|error| tell(self.kept(&error.reason())));
    }

    /// Where each listener serves, such as `https://127.0.0.1:8443`.
    fn urls(&self) -> BTreeMap<String, String> {
        let url = |(name, address): (String, SocketAddr)| {
            let url = format!("{}://{address}", self.document.scheme(&name));
            (name, url)
        };
        self.balancer.addresses().into_iter().map(url).collect()
    }

    fn kept(&self, because: &Reason) -> Told {
        Told::Kept(
            Reason::new(&code::NOT_TAKEN_OVER)
                .with("file", self.file.display())
                .with("cause", because.sentence()),
        )
    }

    /// Takes the file over as a whole, or says why not: to people, and to the caller.
    async fn take_over(
        &mut self,
        read: Result<Vec<u8>, LiveError>,
        tell: &mut dyn FnMut(Told),
    ) -> Result<(), Reason> {
        let changed = self.change(read).await;
        tell(match &changed {
            Ok(()) => Told::Changed(self.urls()),
            Err(because) => self.kept(because),
        });
        changed
    }

    async fn change(&mut self, read: Result<Vec<u8>, LiveError>) -> Result<(), Reason> {
        self.bytes = read?;
        let document = Document::parse(&self.file.display().to_string(), &self.bytes)?;
        let sockets = bind(&document, &self.document.addresses(), &mut |_, _| None).await?;
        self.balancer.change(sockets, &document.config()).await?;
        self.document = document;
        Ok(())
    }
}

async fn asked(admin: Option<&Admin>) -> Ask {
    match admin {
        Some(admin) => admin.asked().await,
        None => std::future::pending().await,
    }
}

async fn taken_over(admin: Option<&Admin>) {
    match admin {
        Some(admin) => admin.taken_over().await,
        None => std::future::pending().await,
    }
}

/// A socket for each listener that is not at its address already: one that is `passed`, or its own.
async fn bind(
    document: &Document,
    present: &BTreeMap<String, SocketAddr>,
    passed: &mut dyn FnMut(&str, SocketAddr) -> Option<TcpListener>,
) -> Result<Sockets, LiveError> {
    let mut sockets = Sockets::new();
    for (name, address) in document.addresses() {
        if present.get(&name) != Some(&address) {
            let refused = |source| LiveError::Listen { address: address.to_string(), source };
            let socket = match passed(&name, address) {
                Some(socket) => socket,
                None => TcpListener::bind(address).await.map_err(refused)?,
            };
            sockets.insert(name, socket);
        }
    }
    Ok(sockets)
}
