//! What runs on this machine during a crossing: balancer, fleets, binding, journal.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use live::process::BackOff;
use live::{
    Balancer, BalancerConfig, HealthCheck, JournalFile, LiveError, Processes, ProcessesConfig,
    Sockets, SystemClock,
};
use model::Reason;
use model::ports::{Clock as _, Cloud as _, Cluster as _, GroupSeen, Weights};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::crossing::{CrossingOptions, say};
use super::fleet::{self, NEW, OLD, RULE};
use super::overlay::Played;
use super::screen::News;
use crate::serve::bind::{self, Bindings};

/// Port that the balancer takes when it is free and none was asked for.
const PORT_PREFERRED: u16 = 8080;

/// How long requests under way may take at the end.
const STOP_WAIT: Duration = Duration::from_secs(5);

/// What runs on this machine during a crossing.
pub(super) struct Stage {
    pub(super) balancer: Arc<Balancer>,
    /// Where the balancer serves.
    pub(super) address: SocketAddr,
    pub(super) processes: Arc<Processes>,
    pub(super) journal: JournalFile,
    /// Folder of this run.
    pub(super) folder: PathBuf,
    binding: tokio::task::JoinHandle<()>,
    unbind: CancellationToken,
}

impl Stage {
    /// Starts balancer and fleets.
    pub(super) async fn build(
        options: &CrossingOptions,
        played: &Played,
        news: &mpsc::Sender<News>,
    ) -> Result<Self, Reason> {
        let folder = run_folder(options)?;
        let (journal, cut) = JournalFile::open(&folder.join("journal.jsonl"))?;
        if let Some(cut) = cut {
            say(news, News::Note(cut));
        }
        let (listener, wished) = listen(options.port).await?;
        let address = listener.local_addr().map_err(|source| LiveError::Listen {
            address: "the balancer's address".to_owned(),
            source,
        })?;
        let sockets = Sockets::from([(RULE.to_owned(), listener)]);
        let balancer = Arc::new(Balancer::start(sockets, &balancer_config(played))?);
        say(news, News::Serving { address, wished });
        let processes = Arc::new(processes(options, &folder, news)?);
        let unbind = CancellationToken::new();
        let bindings = Bindings::from([
            (format!("ecs-{}", options.service), OLD.to_owned()),
            (played.workload.clone(), NEW.to_owned()),
        ]);
        let binding = tokio::spawn({
            let (processes, balancer) = (Arc::clone(&processes), Arc::clone(&balancer));
            let (unbind, news) = (unbind.clone(), news.clone());
            async move {
                let changes = processes.changes();
                let bound = bind::run(&*processes, &*balancer, &bindings, changes, &unbind).await;
                if let Err(fault) = bound {
                    say(&news, News::Fault(fault.because));
                }
            }
        });
        let stage = Self { balancer, address, processes, journal, folder, binding, unbind };
        match stage.start_fleets(options, played, news).await {
            Ok(()) => Ok(stage),
            Err(because) => {
                stage.strike(news).await;
                Err(because)
            }
        }
    }

    async fn start_fleets(
        &self,
        options: &CrossingOptions,
        played: &Played,
        news: &mpsc::Sender<News>,
    ) -> Result<(), Reason> {
        let (objects, left) = fleet::new(played, options.fail_rate);
        say(news, News::Manifests { written: played.written.clone(), left });
        let old = fleet::old(&options.service, &played.health_path);
        self.processes.apply(&[old]).await.map_err(|fault| fault.because)?;
        self.processes.apply(&objects).await.map_err(|fault| fault.because)?;
        Ok(())
    }

    pub(super) async fn seen(&self, group: &str) -> Result<GroupSeen, Reason> {
        self.balancer.group(group).await.map_err(|fault| fault.because)
    }

    /// Ends everything, in the order in which nobody is left without an answer: the clients'
    /// side first, then the fleets.
    pub(super) async fn strike(self, news: &mpsc::Sender<News>) {
        self.unbind.cancel();
        let _ = self.binding.await;
        if let Some(balancer) = Arc::into_inner(self.balancer) {
            balancer.stop(STOP_WAIT).await;
        }
        self.processes.stop().await;
        say(news, News::Stopped);
    }
}

fn balancer_config(played: &Played) -> BalancerConfig {
    let check = HealthCheck { path: played.health_path.clone(), ..HealthCheck::default() };
    let groups = BTreeMap::from([OLD, NEW].map(|name| (name.to_owned(), check.clone())));
    BalancerConfig::one_rule(RULE, groups, Weights::all_to(OLD))
}

fn processes(
    options: &CrossingOptions,
    folder: &Path,
    news: &mpsc::Sender<News>,
) -> Result<Processes, Reason> {
    let program = options.program.display().to_string();
    let parent = std::process::id().to_string();
    let tether = [program.as_str(), "tether", "--parent", &parent, "--"];
    let news = news.clone();
    Ok(Processes::new(ProcessesConfig {
        tether: tether.map(str::to_owned).to_vec(),
        programs: BTreeMap::from([("segue".to_owned(), options.program.clone())]),
        logs: folder.join("logs"),
        events: Arc::new(move |event| say(&news, News::Process(event))),
        // A demo leaves nothing behind, and runs nothing but itself.
        keep: None,
        engines: Vec::new(),
        back_off: BackOff { first: Duration::from_secs(1), ..BackOff::default() },
    })?)
}

/// The wished port, or 8080, or any that is free. The flag says whether 8080 was taken.
async fn listen(port: Option<u16>) -> Result<(TcpListener, bool), Reason> {
    let address = |port: u16| format!("127.0.0.1:{port}");
    let refused = |port: u16| {
        move |source| Reason::from(LiveError::Listen { address: address(port), source })
    };
    if let Some(port) = port {
        return Ok((TcpListener::bind(address(port)).await.map_err(refused(port))?, true));
    }
    match TcpListener::bind(address(PORT_PREFERRED)).await {
        Ok(listener) => Ok((listener, true)),
        Err(_) => Ok((TcpListener::bind(address(0)).await.map_err(refused(0))?, false)),
    }
}

/// A folder for this run alone: its fleets end with it, so nothing of an earlier run goes on.
fn run_folder(options: &CrossingOptions) -> Result<PathBuf, Reason> {
    let now = SystemClock.now();
    let name = format!("crossing-{}-{}", now.strftime("%Y%m%dT%H%M%S"), std::process::id());
    let folder = options.state.join(name);
    live::disk::make_dir_private(&folder)?;
    Ok(folder)
}
