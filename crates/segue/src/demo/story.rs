//! One demo from start to account: what `segue serve` runs, a prober before it, and a person.

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use live::disk::Folder;
use live::{Prober, ProberConfig, SystemClock, Tally};
use model::Reason;
use model::ports::Clock as _;
use tokio_util::sync::CancellationToken;

use super::account::{Account, Outcome};
use super::look::Look;
use super::person::{Ended, GUARD_WAIT, Person};
use super::place::{ENVIRONMENT, LISTENER, SHIFT};
use super::proof;
use super::screen::{News, Screen, Teller};
use super::{earlier, fleets, release};
use crate::runtime;
use crate::serve::book::Book as _;
use crate::serve::instance::{Instance, LocalEngine, Options, Told};
use crate::serve::local::Local;
use crate::serve::proof::requests::{BalancerAccount, ProberAccount, Witness};
use crate::serve::signals::{self, Interrupt};

/// Where the console is if nobody else is there.
const CONSOLE_PORT: u16 = 8420;
/// Time between two looks at the shift for the screen.
const LOOK: Duration = Duration::from_millis(200);

/// What the demo is told.
#[derive(Debug, Clone)]
pub struct DemoOptions {
    /// The configuration repository.
    pub config: PathBuf,
    /// The state folder.
    pub state: PathBuf,
    /// This very program, which is also the service of both fleets.
    pub program: PathBuf,
    /// How this program is called in commands that people copy.
    pub called: String,
    /// In whose name the console acts.
    pub person: String,
    /// Port of the balancer on 127.0.0.1. `None`: 8080, or a free one if that is taken.
    pub port: Option<u16>,
    /// Requests a second that the prober sends.
    pub rate: u32,
    /// Percent of its requests that the bad release fails; 0: there is none.
    pub fail_rate: u8,
    /// End at Hold, rather than serve on until Ctrl-C.
    pub exit: bool,
    /// How to draw.
    pub look: Look,
    /// Columns to fit into.
    pub width: usize,
    /// Commands to suggest at the end, besides those of the shift.
    pub next: Vec<String>,
}

/// What runs, for whoever has to end it at once.
type Running = OnceLock<Arc<Local>>;

/// Tells the whole story on `out`. Makes its own runtime; every process that it starts has ended
/// when it returns.
pub fn run(options: &DemoOptions, out: &mut dyn Write) -> Result<Account, Reason> {
    let runtime = runtime::double()?;
    let account = runtime.block_on(shown(options, out));
    // Nothing that still runs is waited for: all that matters has been joined.
    runtime.shutdown_background();
    account
}

async fn shown(options: &DemoOptions, out: &mut dyn Write) -> Result<Account, Reason> {
    let interrupt = signals::listen()?;
    signals::hang_up(&interrupt)?;
    let (teller, incoming) = Teller::new();
    let mut screen = Screen::new(options, out);
    let running = Running::new();
    let work = play(options, teller, interrupt.clone(), &running);
    let done = tokio::select! {
        biased;
        done = screen.show_while(incoming, work) => Some(done),
        () = interrupt.at_once.cancelled() => None,
    };
    if let Some(done) = done {
        return done;
    }
    // Fleets outlive the program that started them: at once means without a grace.
    if let Some(local) = running.get() {
        local.cluster().kill().await;
    }
    release::mend(&Folder::new(&options.config))?;
    Ok(Account::interrupted(options))
}

/// Everything but the screen.
async fn play(
    options: &DemoOptions,
    tell: Teller,
    interrupt: Interrupt,
    running: &Running,
) -> Result<Account, Reason> {
    if let Some(place) = earlier::put_aside(&options.state, &options.program).await? {
        tell.say(News::Aside(place));
    }
    let repo = Folder::new(&options.config);
    if release::mend(&repo)? {
        tell.say(News::Did(
            "the bad release of an earlier demo was still there: taken out".to_owned(),
        ));
    }
    let mut instance = Instance::start(serve(options)).await?;
    let local = Arc::clone(instance.local());
    let _ = running.set(Arc::clone(&local));
    let story = Story {
        options,
        engine: instance.engine().clone(),
        console: instance.console(),
        local,
        repo,
        tell: &tell,
        interrupt: &interrupt,
    };
    let until = CancellationToken::new();
    let told = {
        let mut hear = |told| story.hear(told);
        let keep = instance.keep(&until, &mut hear);
        tokio::select! {
            biased;
            told = story.tell() => told,
            Some(lost) = keep => Err(lost),
        }
    };
    let mended = release::mend(&story.repo);
    instance.end(true).await;
    tell.say(News::Stopped);
    mended?;
    told
}

/// What `segue serve` would be told.
fn serve(options: &DemoOptions) -> Options {
    let local = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    Options {
        config: options.config.clone(),
        environment: ENVIRONMENT.to_owned(),
        state: options.state.clone(),
        database: None,
        // Another console may be there: a free port is as good.
        listen: vec![local(CONSOLE_PORT), local(0)],
        hosts: Vec::new(),
        beside: false,
        ports: options.port.iter().map(|port| (LISTENER.to_owned(), *port)).collect(),
        person: options.person.clone(),
        program: options.program.clone(),
        stop_fleets: true,
    }
}

/// What is told while the instance serves.
struct Story<'a> {
    options: &'a DemoOptions,
    engine: LocalEngine,
    console: SocketAddr,
    local: Arc<Local>,
    repo: Folder,
    tell: &'a Teller,
    interrupt: &'a Interrupt,
}

impl Story<'_> {
    /// Up, crossing, account; then on, if so asked.
    async fn tell(&self) -> Result<Account, Reason> {
        let (options, stop) = (self.options, &self.interrupt.stop);
        let front = tokio::select! {
            biased;
            () = stop.cancelled() => return Ok(self.stopping(Account::interrupted(options))),
            front = self.up() => front?,
        };
        let account = self.cross(front).await?;
        self.tell.say(News::Ended(Box::new(account.clone())));
        if !options.exit && account.outcome != Outcome::Interrupted {
            self.on(front).await?;
        }
        if stop.is_cancelled() { Ok(self.stopping(account)) } else { Ok(account) }
    }

    /// Both fleets answer; where the balancer does.
    async fn up(&self) -> Result<SocketAddr, Reason> {
        let front = fleets::front(&self.local).await?;
        if self.options.fail_rate > 0 {
            release::check(&self.repo)?;
        }
        self.tell.say(News::Serving { front, console: self.console, wished: self.options.port });
        fleets::up(&self.local, &self.logs()).await?;
        for (side, addresses) in fleets::addresses(&self.local).await {
            self.tell.say(News::Up { side, addresses });
        }
        Ok(front)
    }

    /// The crossing under the prober's requests.
    async fn cross(&self, front: SocketAddr) -> Result<Account, Reason> {
        let clock = SystemClock;
        let (before, began) = (proof::counted(&**self.local.balancer()).await?, clock.now());
        let prober = self.prober(front);
        let person = Person {
            book: &self.engine,
            cluster: &**self.local.cluster(),
            repo: &self.repo,
            fail_rate: self.options.fail_rate,
            guard_wait: GUARD_WAIT,
            logs: self.logs(),
            tell: self.tell,
        };
        let ended = tokio::select! {
            biased;
            () = self.interrupt.stop.cancelled() => Ok(None),
            ended = person.play() => ended.map(Some),
            () = self.watch(&prober, Some(&before)) => Ok(None),
        };
        self.look(prober.tally());
        let tally = prober.stop().await;
        let took = Duration::try_from(clock.now().duration_since(began)).unwrap_or_default();
        let witness = self.witness(&tally, &before).await?;
        self.engine.witnessed(SHIFT, witness.clone());
        let counted = witness.balancer;
        let outcome = match ended? {
            Some(Ended::AtHold) => Outcome::AtHold,
            Some(Ended::RolledBack(because)) => Outcome::RolledBack(because),
            Some(Ended::Frozen(because)) => Outcome::Frozen(because),
            None => Outcome::Interrupted,
        };
        let mut account = Account::of(self.options, outcome, &tally, &counted);
        account.took = took;
        if let Some(status) = self.engine.shift(SHIFT) {
            account.count(&status);
            if account.outcome == Outcome::AtHold {
                let state = &self.options.state;
                account.ledger = Some(proof::write(state, &status, witness).await?.page);
            }
        }
        Ok(account)
    }

    /// Serves on until Ctrl-C. Requests go on too, beside the account: a second person who lets
    /// the old fleet go sees that none is lost.
    async fn on(&self, front: SocketAddr) -> Result<(), Reason> {
        self.tell.say(News::ServingOn { front, console: self.console });
        let prober = self.prober(front);
        tokio::select! {
            biased;
            () = self.interrupt.stop.cancelled() => {}
            () = self.watch(&prober, None) => {}
        }
        let tally = prober.stop().await;
        self.tell.say(News::Since { sent: tally.sent, lost: tally.lost + tally.under_way() });
        Ok(())
    }

    /// Shows the shift for ever; with what the balancer had counted before, both accounts stand on
    /// the shift's page too, and in its ledger if it goes back.
    async fn watch(&self, prober: &Prober, before: Option<&BalancerAccount>) {
        loop {
            let tally = prober.tally();
            if let Some(before) = before
                && let Ok(witness) = self.witness(&tally, before).await
            {
                self.engine.witnessed(SHIFT, witness);
            }
            self.look(tally);
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn witness(&self, tally: &Tally, before: &BalancerAccount) -> Result<Witness, Reason> {
        let now = proof::counted(&**self.local.balancer()).await?;
        Ok(Witness { prober: ProberAccount::from(tally), balancer: proof::since(before, &now) })
    }

    fn look(&self, tally: Tally) {
        if let Some(shift) = self.engine.shift(SHIFT) {
            self.tell.say(News::Shift { shift: Box::new(shift), tally: Some(Box::new(tally)) });
        }
    }

    fn prober(&self, target: SocketAddr) -> Prober {
        Prober::start(ProberConfig {
            target,
            path: "/".to_owned(),
            rate: self.options.rate,
            run: format!("{:x}", SystemClock.now().as_millisecond()),
        })
    }

    fn hear(&self, told: Told) {
        match told {
            Told::Ledger(page) => self.tell.say(News::Ledger(page)),
            Told::Kept(because) => self.tell.say(News::Fault(because)),
            Told::Ready { .. } | Told::Stopping => {}
        }
    }

    fn stopping(&self, account: Account) -> Account {
        self.tell.say(News::Stopping);
        account
    }

    fn logs(&self) -> PathBuf {
        self.options.state.join("logs")
    }
}
