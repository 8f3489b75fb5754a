//! One running `segue serve`: lock, store, world, engine, API, until it is told to stop.

mod declared;
mod lease;
mod ledgers;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use live::disk::{self, Hold};
use live::{Database, LiveError, Store, SystemClock, Unprobed};
use model::Reason;
use model::code::serve as code;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::api::{self, Served, client::SOCKET};
use super::engine::{Counts, Engine, Place, Ports};
use super::here::{Copies, Here, Made};
use super::signals::{self, Interrupt};
use crate::console;

pub use declared::declared;

/// Time between two looks at what runs beside the shifts, and at the files.
const LOOK: Duration = Duration::from_secs(1);
/// How long a request to the API may take at the end.
const STOP_WAIT: Duration = Duration::from_secs(5);
/// The name of the database in a state folder.
pub const DATABASE: &str = "segue.db";

/// What to serve, and how.
#[derive(Debug)]
pub struct Options {
    /// The configuration repository.
    pub config: PathBuf,
    /// The state folder.
    pub state: PathBuf,
    /// Another database than the one in the state folder.
    pub database: Option<Database>,
    /// Where console and figures are served.
    pub listen: SocketAddr,
    /// In whose name this machine's user acts in the console.
    pub person: String,
    /// This program.
    pub program: PathBuf,
}

/// What people are told.
#[derive(Debug)]
pub enum Told {
    /// It serves: the console, and each rule of the balancer.
    Ready {
        /// Where console and figures are.
        console: SocketAddr,
        /// Each rule with its address.
        rules: Vec<(String, SocketAddr)>,
        /// How many shifts go on where they were.
        shifts: usize,
    },
    /// A shift has crossed or gone back; the page of its ledger.
    Ledger(PathBuf),
    /// A file could not be used; what was known before counts on.
    Kept(Reason),
    /// It ends.
    Stopping,
}

/// Serves until a signal ends it. Makes its own runtime. True if it ended in order.
pub fn run(options: &Options, tell: &mut dyn FnMut(Told)) -> Result<bool, Reason> {
    disk::make_dir_private(&options.state)?;
    let hold = hold(&options.state)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|source| unstarted("the runtime", source))?;
    let done = runtime.block_on(serve(options, tell));
    // Nothing that still runs is waited for: all that matters has been joined.
    runtime.shutdown_background();
    drop(hold);
    done
}

/// Holds the state folder, or says who has it.
fn hold(state: &Path) -> Result<Hold, Reason> {
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

async fn serve(options: &Options, tell: &mut dyn FnMut(Told)) -> Result<bool, Reason> {
    let interrupt = signals::listen().map_err(|source| unstarted("the signals", source))?;
    let in_folder = || Database::File(options.state.join(DATABASE));
    let store = Store::open(&options.database.clone().unwrap_or_else(in_folder)).await?;
    let (ready, is_ready) = watch::channel(Some(
        Reason::new(&code::NOT_READY).with("cause", "it has just been started"),
    ));
    let lease = lease::Kept::take(&store, &options.state).await?;
    let shifts = declared(&options.config)?;
    let made = Made {
        config: &options.config,
        state: &options.state,
        program: options.program.clone(),
        goals: shifts.iter().map(|one| one.goal.clone()).collect(),
        rules: store.rules().await?,
    };
    let here = Here::start(made).await?;
    let served = Running { options, here, store, interrupt, lease };
    served.run(shifts, (ready, is_ready), tell).await
}

/// What stands while it serves.
struct Running<'a> {
    options: &'a Options,
    here: Here,
    store: Store,
    interrupt: Interrupt,
    lease: lease::Kept,
}

/// The engine of this world.
type Local = Engine<live::Balancer, Copies, Unprobed, SystemClock>;

impl Running<'_> {
    async fn run(
        mut self,
        shifts: Vec<super::engine::Declared>,
        (ready, is_ready): (watch::Sender<Option<Reason>>, api::Ready),
        tell: &mut dyn FnMut(Told),
    ) -> Result<bool, Reason> {
        let ports = Ports {
            cloud: Arc::clone(&self.here.balancer),
            fleets: Arc::new(self.here.fleets()),
            prober: Arc::new(Unprobed),
            clock: SystemClock,
            counts: Counts::Anew,
        };
        let place = Place {
            repository: self.options.config.display().to_string(),
            world: "local".to_owned(),
        };
        let engine: Local = Engine::open(ports, self.store.clone(), place, shifts).await?;
        let closing = CancellationToken::new();
        let address = self.options.listen;
        let refused = |source| LiveError::Listen { address: address.to_string(), source };
        let tcp = TcpListener::bind(address).await.map_err(refused)?;
        let console = tcp.local_addr().map_err(refused)?;
        let served = Served {
            book: Arc::new(engine.clone()),
            ready: is_ready,
            console,
            closing: closing.clone(),
        };
        let servers = self.answer(tcp, served, &closing)?;
        engine.beside(self.here.workloads().await, self.here.held());
        ready.send_replace(None);
        let going = super::book::Book::overview(&engine);
        let moving = |one: &&super::book::ShiftStatus| one.began.is_some() && one.ended.is_none();
        tell(Told::Ready {
            console,
            rules: self.here.addresses.clone().into_iter().collect(),
            shifts: going.shifts.iter().filter(moving).count(),
        });
        let lost = self.keep(&engine, tell).await;
        ready.send_replace(Some(Reason::new(&code::NOT_READY).with("cause", "it ends")));
        tell(Told::Stopping);
        closing.cancel();
        let interrupt = self.interrupt.clone();
        let ended = tokio::select! {
            () = self.end(engine, servers) => true,
            () = interrupt.at_once.cancelled() => false,
        };
        lost.map_or(Ok(ended), Err)
    }

    /// Looks around until a signal comes; a reason if the role was lost.
    async fn keep(&mut self, engine: &Local, tell: &mut dyn FnMut(Told)) -> Option<Reason> {
        let mut files = declared::Files::new(&self.options.config);
        let mut ledgers = ledgers::Ledgers::new(&self.options.state);
        tokio::select! {
            () = self.interrupt.stop.cancelled() => return None,
            () = self.here.settle() => engine.settled(),
        }
        loop {
            tokio::select! {
                biased;
                () = self.interrupt.stop.cancelled() => return None,
                () = tokio::time::sleep(LOOK) => {}
            }
            if let Err(because) = self.lease.keep(&self.store).await {
                return Some(because);
            }
            engine.beside(self.here.workloads().await, self.here.held());
            match ledgers.write(engine, &self.store).await {
                Ok(pages) => pages.into_iter().for_each(|page| tell(Told::Ledger(page))),
                Err(because) => tell(Told::Kept(because)),
            }
            match files.changed() {
                Ok(Some(shifts)) => engine.declare(shifts),
                Ok(None) => {}
                Err(because) => tell(Told::Kept(because)),
            }
        }
    }

    /// Answers on both sockets, that of the folder and that of the console, until `closing`.
    fn answer(
        &self,
        tcp: TcpListener,
        served: Served<Local>,
        closing: &CancellationToken,
    ) -> Result<JoinSet<()>, Reason> {
        let socket = disk::bind_socket(&self.options.state.join(SOCKET))?;
        let mut servers = JoinSet::new();
        let private = api::router(served.clone());
        let settings = console::Settings::local(&self.options.person)
            .with_repository(&self.options.config)
            .until(closing);
        let pages = console::router(Arc::clone(&served.book), settings)?;
        let open = api::open(served).merge(pages);
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

    /// The end, in order: no more orders, no more answers, then the world.
    async fn end(self, engine: Local, mut servers: JoinSet<()>) {
        let answered = async { while servers.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(STOP_WAIT, answered).await;
        servers.shutdown().await;
        engine.stop().await;
        drop(engine);
        let _ = disk::remove_file(&self.options.state.join(SOCKET));
        // Processes of this runtime end with it one way or the other: in order is better.
        self.here.stop().await;
        self.lease.give_back(&self.store).await;
        self.store.close().await;
    }
}

fn unstarted(what: &str, source: std::io::Error) -> Reason {
    LiveError::Process { doing: "start", what: what.to_owned(), source }.into()
}
