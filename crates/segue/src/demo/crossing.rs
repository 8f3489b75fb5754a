//! One crossing from start to account: fleets, balancer, prober, loop.

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use live::disk::Folder;
use live::{LiveError, Prober, ProberConfig, SystemClock, Tally, Unprobed};
use model::Reason;
use model::ports::{Clock as _, GroupSeen};
use tokio::sync::mpsc;
use traffic::{Goal, Hold, Phase, State, Steps};

use super::account::{Account, Outcome, SideAccount};
use super::fleet::{self, NEW, OLD, RULE};
use super::look::Look;
use super::overlay::{self, Played};
use super::screen::{News, Screen};
use super::stage::Stage;
use crate::serve::shift::{Shared, Shift, World};
use crate::serve::signals::{self, Interrupt};

/// How long the fleets may take to come up; a manifest's probe may begin late.
const UP_WAIT: Duration = Duration::from_mins(1);

/// News that may wait for the screen; more are dropped, since the screen is not the record.
const NEWS_MAX: usize = 1_024;

/// What crosses, and how.
#[derive(Debug, Clone)]
pub struct CrossingOptions {
    /// The configuration repository.
    pub tree: PathBuf,
    /// The service, as it is called under `apps/`.
    pub service: String,
    /// Folder for journal and logs; each run makes one of its own in it.
    pub state: PathBuf,
    /// This very program, which is also the service of the demo.
    pub program: PathBuf,
    /// Port of the balancer on 127.0.0.1. `None`: 8080, or a free one if that is taken.
    pub port: Option<u16>,
    /// Requests a second that the prober sends.
    pub rate: u32,
    /// The way up.
    pub steps: Steps,
    /// How long each step is held.
    pub hold: Hold,
    /// Percent of its requests that the new release fails: 0 for a good one.
    pub fail_rate: u8,
    /// End after the crossing, rather than serve on until Ctrl-C.
    pub exit: bool,
    /// How to draw.
    pub look: Look,
    /// Commands to suggest at the end.
    pub next: Vec<String>,
}

impl CrossingOptions {
    /// The demo's usual way: 300 requests a second, 1 → 10 → 50 → 100, about 35 s.
    pub fn new(tree: PathBuf, service: String, state: PathBuf, program: PathBuf) -> Self {
        Self {
            tree,
            service,
            state,
            program,
            port: None,
            rate: 300,
            steps: Steps::default(),
            hold: Hold::default(),
            fail_rate: 0,
            exit: false,
            look: Look::Plain,
            next: Vec::new(),
        }
    }
}

/// Takes the service across and tells of it on `out`. Makes its own runtime; every process that
/// it starts has ended when it returns.
pub fn cross(options: &CrossingOptions, out: &mut dyn Write) -> Result<Account, Reason> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|source| unstarted("the runtime", source))?;
    let account = runtime.block_on(crossing(options, out));
    // Nothing that still runs is waited for: all that matters has been joined.
    runtime.shutdown_background();
    account
}

async fn crossing(options: &CrossingOptions, out: &mut dyn Write) -> Result<Account, Reason> {
    let interrupt = signals::listen().map_err(|source| unstarted("the signals", source))?;
    let (news, incoming) = mpsc::channel(NEWS_MAX);
    let mut screen = Screen::new(options, out);
    let work = play(options, news, interrupt.clone());
    tokio::select! {
        biased;
        done = screen.show_while(incoming, work) => done,
        // Dropped on the way: the kernel and the life lines end what was started.
        () = interrupt.at_once.cancelled() => Ok(interrupted(options)),
    }
}

/// Everything but the screen.
async fn play(
    options: &CrossingOptions,
    news: mpsc::Sender<News>,
    interrupt: Interrupt,
) -> Result<Account, Reason> {
    let played =
        overlay::play(&Folder::new(&options.tree), &options.service, &fleet::command(NEW))?;
    let stage = Stage::build(options, &played, &news).await?;
    let story = Story { options, stage: &stage, news: &news, interrupt: &interrupt };
    let told = story.tell(&played).await;
    stage.strike(&news).await;
    told
}

/// What is told while the stage stands.
struct Story<'a> {
    options: &'a CrossingOptions,
    stage: &'a Stage,
    news: &'a mpsc::Sender<News>,
    interrupt: &'a Interrupt,
}

impl Story<'_> {
    /// The story: up, probe, shift, account; then serve on, if so asked.
    async fn tell(&self, played: &Played) -> Result<Account, Reason> {
        let (options, news, interrupt) = (self.options, self.news, self.interrupt);
        let logs = self.stage.folder.join("logs").display().to_string();
        tokio::select! {
            biased;
            () = interrupt.stop.cancelled() => {
                say(news, News::Stopping);
                return Ok(interrupted(options));
            }
            up = fleet::up(&self.stage.balancer, UP_WAIT, &logs) => up?,
        }
        for (side, workload) in
            [(OLD, format!("ecs-{}", options.service)), (NEW, played.workload.clone())]
        {
            let addresses = fleet::addresses(&self.stage.processes, &workload).await;
            say(news, News::Up { side, addresses });
        }
        let account = self.shift().await?;
        say(news, News::Ended(Box::new(account.clone())));
        if !options.exit && account.outcome != Outcome::Interrupted {
            say(news, News::ServingOn { address: self.stage.address });
            interrupt.stop.cancelled().await;
        }
        if interrupt.stop.is_cancelled() {
            say(news, News::Stopping);
        }
        Ok(account)
    }

    /// The shift itself, under the prober's requests.
    async fn shift(&self) -> Result<Account, Reason> {
        let (options, news) = (self.options, self.news);
        let clock = SystemClock;
        let goal = goal(options);
        let prober = Prober::start(ProberConfig {
            target: self.stage.address,
            path: "/".to_owned(),
            rate: options.rate,
            run: format!("{:x}", clock.now().as_millisecond()),
        });
        let began = clock.now();
        let world = World {
            cloud: &*self.stage.balancer,
            fleets: &*self.stage.processes,
            prober: &Unprobed,
            journal: &self.stage.journal,
            clock: &clock,
        };
        let shift =
            Shift::open(world, goal, Shared::default()).await.map_err(|fault| fault.because)?;
        let mut roll_backs = 0;
        let ended = shift
            .run(&self.interrupt.stop, |turn| {
                if let Ok(turn) = turn {
                    roll_backs += super::screen::roll_backs(&turn.plan);
                }
                say(news, News::turn(turn, prober.tally()));
            })
            .await;
        let took = clock.now().duration_since(began);
        let tally = prober.stop().await;
        let state = ended.map_err(|fault| fault.because)?;
        let seen = (self.stage.seen(OLD).await?, self.stage.seen(NEW).await?);
        Ok(Account {
            service: options.service.clone(),
            outcome: outcome(state),
            roll_backs,
            took: Duration::try_from(took).unwrap_or_default(),
            journal: self.stage.folder.join("journal.jsonl"),
            ..counted(&tally, seen)
        })
    }
}

fn goal(options: &CrossingOptions) -> Goal {
    Goal {
        author: "you".to_owned(),
        steps: options.steps.clone(),
        hold: options.hold,
        ..Goal::weights_only(&options.service, RULE, (OLD, NEW))
    }
}

fn outcome(state: State) -> Outcome {
    match state.phase {
        Phase::Done => Outcome::Crossed,
        Phase::RolledBack { because } => Outcome::RolledBack(because),
        Phase::Frozen { because } => Outcome::Frozen(because),
        Phase::Planned
        | Phase::Preflight
        | Phase::Provision
        | Phase::Warm
        | Phase::Rehearse
        | Phase::Stepping
        | Phase::Hold
        | Phase::HandOver
        | Phase::Drain
        | Phase::Approve
        | Phase::Decommission
        | Phase::RollingBack => Outcome::Interrupted,
    }
}

/// The counts of an account.
fn counted(tally: &Tally, (old, new): (GroupSeen, GroupSeen)) -> Account {
    Account {
        service: String::new(),
        outcome: Outcome::Interrupted,
        sent: tally.sent,
        skipped: tally.skipped,
        old: SideAccount::new(tally, OLD, old.counts),
        new: SideAccount::new(tally, NEW, new.counts),
        lost: tally.lost + tally.under_way(),
        lost_first: tally.lost_first.clone(),
        roll_backs: 0,
        took: Duration::ZERO,
        journal: PathBuf::new(),
    }
}

/// The account of a crossing that did not begin.
fn interrupted(options: &CrossingOptions) -> Account {
    let nothing = counted(&Tally::default(), (GroupSeen::default(), GroupSeen::default()));
    Account { service: options.service.clone(), journal: options.state.clone(), ..nothing }
}

/// Tells the screen; one that cannot keep up misses something.
pub(super) fn say(news: &mpsc::Sender<News>, what: News) {
    let _ = news.try_send(what);
}

fn unstarted(what: &str, source: std::io::Error) -> Reason {
    LiveError::Process { doing: "start", what: what.to_owned(), source }.into()
}
