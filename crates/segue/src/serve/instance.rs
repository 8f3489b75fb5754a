//! One running `segue serve`: lock, store, world, engine, API, until it is told to stop.

mod declared;
mod lease;
mod ledgers;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use live::disk::{self, Folder, Hold};
use live::{Database, LiveError, Processes, Store, SystemClock, Unprobed};
use model::Reason;
use model::code::serve as code;
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::api::{self, Served, client::SOCKET};
use super::book::{Book as _, ShiftStatus};
use super::engine::{Counts, Engine, Place, Ports};
use super::local::{Front, Local, LocalConfig};
use super::signals;
use crate::console;
use crate::runtime;

pub use declared::declared;
pub(crate) use ledgers::TOOL;

/// Time between two looks at what runs beside the shifts, and at the files.
const LOOK: Duration = Duration::from_secs(1);
/// How long a request to the API may take at the end.
const STOP_WAIT: Duration = Duration::from_secs(5);
/// The name of the database in a state folder.
pub const DATABASE: &str = "segue.db";

/// The engine of the local world.
pub type LocalEngine = Engine<Front, Processes, Unprobed, SystemClock>;

/// What to serve, and how.
#[derive(Debug)]
pub struct Options {
    /// The configuration repository.
    pub config: PathBuf,
    /// Whose overlay is played of a service that has no overlay `local`.
    pub environment: String,
    /// The state folder.
    pub state: PathBuf,
    /// Another database than the one in the state folder.
    pub database: Option<Database>,
    /// Where console and figures are served: the first of these that is free. The console asks for
    /// a token where others reach it.
    pub listen: Vec<SocketAddr>,
    /// Ports of listeners by name; the others keep the one that they found first.
    pub ports: BTreeMap<String, u16>,
    /// Names by which the console may be asked for, besides addresses and `localhost`.
    pub hosts: Vec<String>,
    /// In whose name this machine's user acts in the console.
    pub person: String,
    /// This program.
    pub program: PathBuf,
    /// Whether the balancer is a process of its own, which outlives this one.
    pub beside: bool,
    /// Whether the fleets, and a balancer beside it, end with it.
    pub stop_fleets: bool,
}

/// What people are told.
#[derive(Debug)]
pub enum Told {
    /// It serves: the console, and each listener of the balancer.
    Ready {
        /// Where console and figures are.
        console: SocketAddr,
        /// Each listener with its address.
        listeners: Vec<(String, SocketAddr)>,
        /// How many shifts go on where they were.
        shifts: usize,
    },
    /// A shift has crossed or gone back; the page of its ledger.
    Ledger(PathBuf),
    /// Something could not be used; what was known before counts on.
    Kept(Reason),
    /// It ends.
    Stopping,
}

/// Serves until a signal ends it. Makes its own runtime. True if it ended in order.
pub fn run(options: Options, tell: &mut dyn FnMut(Told)) -> Result<bool, Reason> {
    let runtime = runtime::double()?;
    let done = runtime.block_on(serve(options, tell));
    // Nothing that still runs is waited for: all that matters has been joined.
    runtime.shutdown_background();
    done
}

async fn serve(options: Options, tell: &mut dyn FnMut(Told)) -> Result<bool, Reason> {
    let interrupt = signals::listen()?;
    let fleets_too = options.stop_fleets;
    let mut instance = Instance::start(options).await?;
    tell(instance.ready());
    let lost = instance.keep(&interrupt.stop, tell).await;
    tell(Told::Stopping);
    let ended = tokio::select! {
        () = instance.end(fleets_too) => true,
        () = interrupt.at_once.cancelled() => false,
    };
    lost.map_or(Ok(ended), Err)
}

/// One instance that serves. Whatever becomes of it, the fleets go on unless they are ended.
pub struct Instance {
    options: Options,
    local: Arc<Local>,
    engine: LocalEngine,
    store: Store,
    lease: lease::Kept,
    console: SocketAddr,
    servers: JoinSet<()>,
    closing: CancellationToken,
    ready: watch::Sender<Option<Reason>>,
    /// The target groups of all shifts.
    groups: BTreeSet<String>,
    /// Nobody else has the state folder. Given back last.
    _hold: Hold,
}

impl Instance {
    /// Takes the state folder, takes over what runs, plays the repository and opens all sockets.
    /// What cannot be played is held, and the rest goes on. Call inside a tokio runtime.
    pub async fn start(options: Options) -> Result<Self, Reason> {
        // A folder that is not there is a wrong word on the command line.
        disk::read_tree(&options.config, |_| false)?;
        disk::make_dir_private(&options.state)?;
        let hold = hold(&options.state)?;
        let shifts = declared(&options.config)?;
        let in_folder = || Database::File(options.state.join(DATABASE));
        let store = Store::open(&options.database.clone().unwrap_or_else(in_folder)).await?;
        let lease = lease::Kept::take(&store, &options.state).await?;
        let (tcp, console) = listen(&options.listen).await?;
        let local = Local::start(LocalConfig {
            orders: store.rules().await?,
            ports: options.ports.clone(),
            beside: options.beside,
            ..LocalConfig::new(options.state.clone(), options.program.clone())
        })
        .await?;
        // Told by `keep`, which looks again.
        let _ = local.look(&Folder::new(&options.config), &options.environment).await;
        let groups = shifts.iter().flat_map(|one| [one.goal.old.clone(), one.goal.new.clone()]);
        let groups = groups.collect();
        let ports = Ports {
            cloud: Arc::clone(local.balancer()),
            fleets: Arc::clone(local.cluster()),
            prober: Arc::new(Unprobed),
            clock: SystemClock,
            counts: if local.balancer().goes_on() { Counts::GoOn } else { Counts::Anew },
        };
        let repository = options.config.display().to_string();
        let place = Place { repository, world: "local".to_owned() };
        let engine: LocalEngine = Engine::open(ports, store.clone(), place, shifts).await?;
        let starting = Reason::new(&code::NOT_READY).with("cause", "it has just been started");
        let (ready, is_ready) = watch::channel(Some(starting));
        let closing = CancellationToken::new();
        let served = Served {
            book: Arc::new(engine.clone()),
            ready: is_ready,
            console,
            closing: closing.clone(),
        };
        let socket = disk::bind_socket(&options.state.join(SOCKET))?;
        let servers = answer(&options, (socket, tcp), served, &closing)?;
        engine.beside(local.workloads().await, local.held());
        ready.send_replace(None);
        Ok(Self {
            options,
            local,
            engine,
            store,
            lease,
            console,
            servers,
            closing,
            ready,
            groups,
            _hold: hold,
        })
    }

    /// Where console and figures are served.
    pub fn console(&self) -> SocketAddr {
        self.console
    }

    /// The shifts.
    pub fn engine(&self) -> &LocalEngine {
        &self.engine
    }

    /// The processes and the balancer.
    pub fn local(&self) -> &Arc<Local> {
        &self.local
    }

    /// What people are told of its start.
    pub fn ready(&self) -> Told {
        let moving = |one: &&ShiftStatus| one.began.is_some() && one.ended.is_none();
        Told::Ready {
            console: self.console,
            listeners: self.local.addresses().into_iter().collect(),
            shifts: self.engine.overview().shifts.iter().filter(moving).count(),
        }
    }

    /// Follows the repository and keeps the shifts going until `stop`; a reason if the role was
    /// lost to another instance.
    pub async fn keep(
        &mut self,
        stop: &CancellationToken,
        tell: &mut dyn FnMut(Told),
    ) -> Option<Reason> {
        let (trouble, troubles) = mpsc::unbounded_channel();
        let (local, repo) = (Arc::clone(&self.local), Folder::new(&self.options.config));
        let environment = self.options.environment.clone();
        let follow = async {
            let told = |because| drop(trouble.send(because));
            local.follow(&repo, &environment, stop, told).await;
        };
        tokio::select! {
            biased;
            () = stop.cancelled() => None,
            lost = self.look(troubles, tell) => Some(lost),
            () = follow => None,
        }
    }

    /// Looks around for ever, or until the role is lost.
    async fn look(
        &mut self,
        mut troubles: mpsc::UnboundedReceiver<Reason>,
        tell: &mut dyn FnMut(Told),
    ) -> Reason {
        let mut files = declared::Files::new(&self.options.config);
        let mut ledgers = ledgers::Ledgers::new(&self.options.state);
        self.local.settle(&self.groups).await;
        self.engine.settled();
        loop {
            tokio::time::sleep(LOOK).await;
            if let Err(because) = self.lease.keep(&self.store).await {
                return because;
            }
            self.engine.beside(self.local.workloads().await, self.local.held());
            while let Ok(because) = troubles.try_recv() {
                tell(Told::Kept(because));
            }
            match ledgers.write(&self.engine, &self.store).await {
                Ok(pages) => pages.into_iter().for_each(|page| tell(Told::Ledger(page))),
                Err(because) => tell(Told::Kept(because)),
            }
            match files.changed() {
                Ok(Some(shifts)) => self.engine.declare(shifts),
                Ok(None) => {}
                Err(because) => tell(Told::Kept(because)),
            }
        }
    }

    /// The end, in order: no more orders, no more answers, then the balancer. The fleets go on
    /// unless they are to end too.
    pub async fn end(mut self, fleets_too: bool) {
        let ends = Reason::new(&code::NOT_READY).with("cause", "it ends");
        self.ready.send_replace(Some(ends));
        self.closing.cancel();
        let answered = async { while self.servers.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(STOP_WAIT, answered).await;
        self.servers.shutdown().await;
        self.engine.stop().await;
        let _ = disk::remove_file(&self.options.state.join(SOCKET));
        if fleets_too {
            self.local.stop().await;
        } else {
            self.local.close().await;
        }
        self.lease.give_back(&self.store).await;
        self.store.close().await;
    }
}

/// The first of the addresses at which nobody else listens; the error is of the last one.
async fn listen(tries: &[SocketAddr]) -> Result<(TcpListener, SocketAddr), LiveError> {
    let mut failed = LiveError::Unknown { kind: "address", name: "of the console".to_owned() };
    for address in tries {
        let bound = TcpListener::bind(address).await;
        match bound.and_then(|tcp| tcp.local_addr().map(|own| (tcp, own))) {
            Ok(bound) => return Ok(bound),
            Err(source) => failed = LiveError::Listen { address: address.to_string(), source },
        }
    }
    Err(failed)
}

/// Holds the state folder, or says who has it.
pub(crate) fn hold(state: &Path) -> Result<Hold, Reason> {
    let path = state.join("lock");
    Hold::take(&path).map_err(|error| match error {
        LiveError::Taken { .. } => {
            let pid =
                Hold::holder(&path).map_or_else(|| "another".to_owned(), |pid| pid.to_string());
            Reason::new(&code::SERVED).with("state", state.display()).with("pid", pid)
        }
        other => other.into(),
    })
}

/// Answers on both sockets, that of the folder and that of the console, until `closing`.
fn answer(
    options: &Options,
    (socket, tcp): (UnixListener, TcpListener),
    served: Served<LocalEngine>,
    closing: &CancellationToken,
) -> Result<JoinSet<()>, Reason> {
    let private = api::router(served.clone());
    let mut settings = console::Settings::local(&options.person)
        .with_repository(&options.config)
        .named(&options.hosts)
        .until(closing);
    if !served.console.ip().is_loopback() {
        settings = settings.with_token_of(&options.state)?;
    }
    settings.check(served.console)?;
    let pages = console::router(Arc::clone(&served.book), settings)?;
    let open = api::open(served).merge(pages);
    let mut servers = JoinSet::new();
    let until = closing.clone();
    servers.spawn(async move {
        let serving = axum::serve(socket, private);
        let _ = serving.with_graceful_shutdown(until.cancelled_owned()).await;
    });
    let until = closing.clone();
    servers.spawn(async move {
        let serving = axum::serve(tcp, open);
        let _ = serving.with_graceful_shutdown(until.cancelled_owned()).await;
    });
    Ok(servers)
}
