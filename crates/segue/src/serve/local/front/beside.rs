//! A balancer that is a process of its own: `segue balance` on a file that is written here.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use live::balancer::Remote;
use live::process::{self, Detached, detached};
use live::store::RuleOrdered;
use live::{BalancerConfig, LiveError, Sockets, disk};
use model::Reason;
use model::code::live as code;
use model::ports::{Cloud as _, Fault, WeightOrder};

use super::super::{LocalConfig, orders};
use crate::serve::balance::made;
use crate::serve::bind::Bound;

/// Its file, its admin socket and its output, in the state folder.
const FILE: &str = "balancer.yaml";
const SOCKET: &str = "balancer.sock";
const LOG: &str = "logs/balancer.log";

/// What it is called in its file.
const NAME: &str = "local";

/// How long it may take to answer after its start; its targets are checked before it does.
const UP_WAIT: Duration = Duration::from_secs(15);
/// Time between two looks whether it does.
const UP_LOOK: Duration = Duration::from_millis(20);

/// A balancer beside this program.
pub(super) struct Beside {
    /// What it is asked and told by.
    pub(super) remote: Remote,
    /// It served before this program started.
    pub(super) was_there: bool,
    program: PathBuf,
    state: PathBuf,
    known: Mutex<Known>,
}

/// What is known of it here.
#[derive(Default)]
struct Known {
    addresses: BTreeMap<String, SocketAddr>,
    /// What it was told to be last.
    config: Option<BalancerConfig>,
    /// The last order of each rule.
    ordered: BTreeMap<String, RuleOrdered>,
}

/// Whether another balancer is there to be replaced.
#[derive(Clone, Copy, PartialEq)]
enum Instead {
    OfNone,
    OfAnother,
}

impl Beside {
    /// The balancer of a state folder, whether one runs or not.
    pub(super) async fn of(config: &LocalConfig) -> Self {
        let socket = config.state.join(SOCKET);
        Self {
            was_there: disk::socket_answers(&socket).await,
            remote: Remote::at(socket),
            program: config.program.clone(),
            state: config.state.clone(),
            known: Mutex::default(),
        }
    }

    /// The same. One of another version, or of another file, hands over to one of this, without
    /// losing a request.
    pub(super) async fn find(config: &LocalConfig) -> Result<Self, Reason> {
        let beside = Self::of(config).await;
        if beside.was_there {
            let (version, pid) = beside.remote.program().await.map_err(|fault| fault.because)?;
            let other = version != env!("CARGO_PKG_VERSION");
            if other || process::runs(pid, &beside.program) == Some(false) {
                beside.launch(Instead::OfAnother).await?;
            }
            beside.look().await?;
        }
        Ok(beside)
    }

    pub(super) async fn registered(&self) -> Result<Vec<Bound>, Reason> {
        if !self.was_there {
            return Ok(Vec::new());
        }
        let groups = self.remote.targets().await.map_err(|fault| fault.because)?;
        let targets = groups.into_iter().flat_map(|(group, targets)| {
            targets.into_iter().map(move |target| (group.clone(), target.address))
        });
        Ok(targets.collect())
    }

    pub(super) fn addresses(&self) -> BTreeMap<String, SocketAddr> {
        self.known().addresses.clone()
    }

    /// Writes its file and lets it take that over; starts it if it is not there.
    pub(super) async fn change(
        &self,
        sockets: Sockets,
        config: &BalancerConfig,
    ) -> Result<(), Reason> {
        if config.listeners.is_empty() {
            // There is nothing to serve, and a file without a listener is none.
            self.known().config = None;
            self.stop(Duration::ZERO).await;
            return Ok(());
        }
        let mut addresses = self.addresses();
        for (name, socket) in &sockets {
            let refused = |source| LiveError::Listen { address: name.clone(), source };
            addresses.insert(name.clone(), socket.local_addr().map_err(refused)?);
        }
        // The other process is to bind them.
        drop(sockets);
        let file = self.state.join(FILE);
        let before = disk::read_file(&file).ok();
        disk::write_private(&file, made(NAME, config, &addresses).as_bytes())?;
        let changed = if disk::socket_answers(&self.socket()).await {
            self.remote.reload().await.map_err(|fault| fault.because)
        } else {
            self.launch(Instead::OfNone).await
        };
        if let Err(because) = changed {
            if let Some(before) = before {
                // What it is, and what it would be again.
                disk::write_private(&file, &before)?;
            }
            return Err(because);
        }
        self.known().config = Some(config.clone());
        self.look().await
    }

    pub(super) async fn set_weights(&self, order: &WeightOrder) -> Result<(), Fault> {
        self.remote.set_weights(order).await?;
        let WeightOrder { rule, weights, epoch, seq, expected: _ } = order.clone();
        let ordered = RuleOrdered { rule, weights, epoch, seq };
        self.known().ordered.insert(ordered.rule.clone(), ordered);
        Ok(())
    }

    /// Starts it again as it was if it has gone.
    pub(super) async fn revive(&self, bound: &[Bound]) -> Result<bool, Reason> {
        if disk::socket_answers(&self.socket()).await {
            return Ok(false);
        }
        let (mut config, ordered) = {
            let known = self.known();
            let Some(config) = known.config.clone() else { return Ok(false) };
            (config, known.ordered.values().cloned().collect::<Vec<_>>())
        };
        for (name, group) in &mut config.groups {
            let targets = bound.iter().filter(|(of, _)| of == name);
            group.targets = targets.map(|(_, target)| *target).collect();
        }
        let due = orders::put(&ordered, &mut config);
        let text = made(NAME, &config, &self.addresses());
        disk::write_private(&self.state.join(FILE), text.as_bytes())?;
        self.launch(Instead::OfNone).await?;
        for order in due {
            self.remote.set_weights(&order).await.map_err(|fault| fault.because)?;
        }
        Ok(true)
    }

    /// Asks it to end, and waits for that.
    pub(super) async fn stop(&self, wait: Duration) {
        let ended = async {
            // One that does not answer has ended.
            if self.remote.stop().await.is_err() {
                return;
            }
            while disk::socket_answers(&self.socket()).await {
                tokio::time::sleep(UP_LOOK).await;
            }
        };
        let _ = tokio::time::timeout(wait.max(UP_LOOK), ended).await;
    }

    /// Starts it and waits until it answers.
    async fn launch(&self, instead: Instead) -> Result<(), Reason> {
        let shown = |path: &Path| path.display().to_string();
        let mut words = vec![shown(&self.program), "balance".to_owned()];
        words.extend(["--config".to_owned(), shown(&self.state.join(FILE))]);
        words.extend(["--admin".to_owned(), shown(&self.socket())]);
        if instead == Instead::OfAnother {
            words.push("--take-over".to_owned());
        }
        disk::make_dir_private(&self.state.join("logs"))?;
        let log = self.state.join(LOG);
        let mut started = detached(&words, &log)?;
        let up = async {
            loop {
                let answers = self.remote.program().await;
                if answers.is_ok_and(|(_, pid)| Some(pid) == started.pid()) {
                    return Ok(());
                }
                if started.ended().is_some() {
                    return Err(failed(&log));
                }
                tokio::time::sleep(UP_LOOK).await;
            }
        };
        let up = tokio::time::timeout(UP_WAIT, up).await;
        tokio::spawn(reap(started));
        up.unwrap_or_else(|_| Err(failed(&log)))
    }

    /// Learns where its listeners serve.
    async fn look(&self) -> Result<(), Reason> {
        let addresses = self.remote.addresses().await.map_err(|fault| fault.because)?;
        self.known().addresses = addresses;
        Ok(())
    }

    fn socket(&self) -> PathBuf {
        self.state.join(SOCKET)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits for its end as long as this program runs, so that none stays behind as a zombie.
async fn reap(mut started: Detached) {
    started.over().await;
}

/// Why it did not come up: what it said itself.
fn failed(log: &Path) -> Reason {
    let bytes = disk::read_file(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let said = text.lines().rfind(|line| line.starts_with("error["));
    let said = said.unwrap_or("it did not answer").to_owned();
    if said.starts_with(&format!("error[{}]", code::LISTEN.id)) {
        let what = format!("the balancer (log: {})", log.display());
        return Reason::new(&code::LISTEN).with("address", what).with("cause", said);
    }
    LiveError::Process {
        doing: "start",
        what: format!("the balancer (log: {})", log.display()),
        source: std::io::Error::other(said),
    }
    .into()
}
