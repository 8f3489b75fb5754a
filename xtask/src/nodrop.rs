//! The no-drop test: a load that counts every request, while the balancer before it is changed and
//! replaced. `cargo xtask no-drop`; a short one is a test of `segue`.
//!
//! The same load runs against `segue balance`, HAProxy and nginx, each with its own means of doing
//! the same thing: weights that change, targets that come and go, a new process every few seconds.

pub mod front;
pub mod load;
mod origin;
mod port;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::sync::watch;

pub use front::{Front, Kind};
pub use load::{Load, Tally};
pub use origin::Origin;

/// What is done to the balancer while it serves.
#[derive(Debug, Clone)]
pub struct Churn {
    /// Time between two changes of weights.
    pub weights: Duration,
    /// Time that a target stays before it goes, and before it comes back.
    pub targets: Duration,
    /// Time between two replacements of the process.
    pub replace: Duration,
}

impl Default for Churn {
    /// Ten changes of weights a second, a new process every five.
    fn default() -> Self {
        Self {
            weights: Duration::from_millis(100),
            targets: Duration::from_millis(1_500),
            replace: Duration::from_secs(5),
        }
    }
}

/// What came of a run.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Every request.
    pub tally: Tally,
    /// Changes of weights that the balancer took.
    pub weights: u64,
    /// Targets that went and came back.
    pub targets: u64,
    /// Processes that took over.
    pub replaced: u64,
    /// How long it took.
    pub took: Duration,
}

/// Runs `load` against `front` under `churn`.
pub fn run(kind: Kind, load: &Load, churn: &Churn) -> Result<Outcome> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(play(kind, load, churn))
}

async fn play(kind: Kind, load: &Load, churn: &Churn) -> Result<Outcome> {
    let mut stays = [Origin::start("old")?, Origin::start("new")?];
    let mut goes = Origin::start("old")?;
    let front = Front::start(kind, [stays[0].address, stays[1].address], goes.address).await?;
    let front = Arc::new(front);
    let began = Instant::now();
    let (stop, stopped) = watch::channel(false);
    let counts = Arc::new(Counts::default());
    let weights = tokio::spawn(change_weights(
        Arc::clone(&front),
        churn.weights,
        Arc::clone(&counts),
        stopped.clone(),
    ));
    let replacing = tokio::spawn(replace(
        Arc::clone(&front),
        churn.replace,
        Arc::clone(&counts),
        stopped.clone(),
    ));
    let (pause, address, h2) = (churn.targets, front.address, front.h2);
    let moving = tokio::spawn({
        let (front, counts, mut stopped) = (Arc::clone(&front), Arc::clone(&counts), stopped);
        async move {
            while sleep(pause, &mut stopped).await {
                front.leave().await?;
                let at = goes.address;
                goes.stop().await;
                goes = Origin::at("old", at)?;
                front.join().await?;
                counts.targets.fetch_add(1, Ordering::Relaxed);
            }
            anyhow::Ok(goes)
        }
    });
    let tally = load.run(address, h2).await;
    let _ = stop.send(true);
    weights.await??;
    replacing.await??;
    moving.await??.stop().await;
    let took = began.elapsed();
    front.stop().await?;
    for origin in &mut stays {
        origin.close();
    }
    Ok(Outcome {
        tally,
        weights: counts.weights.load(Ordering::Relaxed),
        targets: counts.targets.load(Ordering::Relaxed),
        replaced: counts.replaced.load(Ordering::Relaxed),
        took,
    })
}

#[derive(Debug, Default)]
struct Counts {
    weights: AtomicU64,
    targets: AtomicU64,
    replaced: AtomicU64,
}

async fn change_weights(
    front: Arc<Front>,
    pause: Duration,
    counts: Arc<Counts>,
    mut stopped: watch::Receiver<bool>,
) -> Result<()> {
    let shares = [1_u8, 10, 50, 100, 90, 37, 0, 75];
    for share in shares.iter().cycle() {
        if !sleep(pause, &mut stopped).await {
            break;
        }
        if front.weights(*share).await? {
            counts.weights.fetch_add(1, Ordering::Relaxed);
        }
    }
    Ok(())
}

async fn replace(
    front: Arc<Front>,
    pause: Duration,
    counts: Arc<Counts>,
    mut stopped: watch::Receiver<bool>,
) -> Result<()> {
    while sleep(pause, &mut stopped).await {
        front.replace().await?;
        counts.replaced.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

/// Waits; false if it is over.
async fn sleep(pause: Duration, stopped: &mut watch::Receiver<bool>) -> bool {
    tokio::time::timeout(pause, stopped.wait_for(|stopped| *stopped)).await.is_err()
}

/// `cargo xtask no-drop [--requests N] [--with NAME]…`.
pub fn task(args: impl Iterator<Item = String>) -> Result<()> {
    let mut args = args;
    let (mut load, mut kinds) = (Load::default(), Vec::new());
    while let Some(arg) = args.next() {
        match (arg.as_str(), args.next()) {
            ("--requests", Some(count)) => load.requests = count.parse()?,
            ("--with", Some(name)) => kinds.push(Kind::named(&name)?),
            _ => anyhow::bail!("no-drop takes --requests N and --with segue|haproxy|nginx"),
        }
    }
    if kinds.is_empty() {
        kinds.push(Kind::Segue(front::built()?));
    }
    println!(
        "{:<8} {:>9} {:>9} {:>7} {:>7} {:>7} {:>6} {:>8} {:>8} {:>8} {:>7} {:>7}",
        "",
        "sent",
        "good",
        "non-2xx",
        "lost",
        "ws lost",
        "s",
        "weights",
        "targets",
        "replaced",
        "p50 ms",
        "p99 ms",
    );
    for kind in kinds {
        let name = kind.name();
        let Outcome { tally, weights, targets, replaced, took } =
            run(kind, &load, &Churn::default())?;
        println!(
            "{name:<8} {:>9} {:>9} {:>7} {:>7} {:>7} {:>6.0} {weights:>8} {targets:>8} \
             {replaced:>8} {:>7.2} {:>7.2}",
            tally.sent,
            tally.good,
            tally.refused,
            tally.lost,
            tally.websockets_lost,
            took.as_secs_f64(),
            tally.quantile(50),
            tally.quantile(99),
        );
        for cause in &tally.causes {
            println!("         {cause}");
        }
    }
    Ok(())
}
