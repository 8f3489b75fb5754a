//! Balancers beside each other: CPU a request, and the latency that each adds.
//! `taskset -c 0 cargo xtask bench-balancers`, with Debian's haproxy, nginx and wrk.
//!
//! All run with the same pinning: the balancer on core 1; origins and load on core 0. Rounds are
//! interleaved, so that a machine that gets slower gets slower for all. CPU is what the kernel
//! counts for the balancer's process over the requests that wrk counts, with nginx as the origin.
//! Latency is measured at a fixed rate, each request from the moment when it was due, so that a
//! stall shows in every request that it delays; *added* is that minus the same straight to the
//! origin.

mod paced;
mod proxy;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::nodrop::front::{built, installed};
use proxy::{Origins, Proxy};

/// Connections of the CPU rounds.
const CONNECTIONS: [u32; 2] = [8, 64];

/// The least proxy that hyper makes, for what ours adds to it; beside segue, so of the same build.
const BARE: &str = "examples/bare_proxy";

/// How long latency is measured in one go.
const PART: Duration = Duration::from_millis(250);

/// How much is measured.
struct Options {
    rounds: usize,
    seconds: u64,
    /// Requests a second of the latency rounds; half of what wrk gets through the slowest if absent.
    rate: Option<u32>,
}

/// `cargo xtask bench-balancers [--rounds N] [--seconds N] [--rate N]`.
pub fn task(mut args: impl Iterator<Item = String>) -> Result<()> {
    let mut options = Options { rounds: 5, seconds: 5, rate: None };
    while let Some(arg) = args.next() {
        match (arg.as_str(), args.next()) {
            ("--rounds", Some(count)) => options.rounds = count.parse()?,
            ("--seconds", Some(count)) => options.seconds = count.parse()?,
            ("--rate", Some(count)) => options.rate = Some(count.parse()?),
            _ => bail!("bench-balancers takes --rounds N, --seconds N, --rate N"),
        }
    }
    let segue = built()?;
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
    println!("segue is {}.", segue.strip_prefix(&workspace).unwrap_or(&segue).display());
    let bare = segue.with_file_name(BARE);
    let bare = bare.exists().then_some(bare);
    if bare.is_none() {
        println!("No row of bare hyper: cargo build --release -p live --examples.");
    }
    println!();
    let slowest = {
        let origins = Origins::start()?;
        cpu(&proxies(&segue, bare.as_deref(), &origins)?, &options)?
    };
    let bench = paced::Bench::start()?;
    let origins = Origins::at(bench.ports);
    let proxies = proxies(&segue, bare.as_deref(), &origins)?;
    let half = options.rate.unwrap_or(slowest / 2);
    latency(&bench, &origins, &proxies, &options, half)
}

/// All balancers in front of the same origins.
fn proxies(segue: &Path, bare: Option<&Path>, origins: &Origins) -> Result<Vec<Proxy>> {
    let mut all =
        vec![Proxy::segue(segue, origins)?, Proxy::haproxy(origins)?, Proxy::nginx(origins)?];
    if let Some(bare) = bare {
        all.push(Proxy::bare(bare, origins)?);
    }
    Ok(all)
}

/// The table of CPU; the lowest median of requests a second.
fn cpu(proxies: &[Proxy], options: &Options) -> Result<u32> {
    let mut slowest = f64::INFINITY;
    println!(
        "| balancer | connections | CPU µs a request, median [min-max] | requests a second | RSS MB |"
    );
    println!("|---|---|---|---|---|");
    for connections in CONNECTIONS {
        let mut micros = vec![Vec::new(); proxies.len()];
        let mut rates = vec![Vec::new(); proxies.len()];
        for _ in 0..options.rounds {
            for (index, proxy) in proxies.iter().enumerate() {
                let before = proxy.cpu()?;
                let requests = wrk(&proxy.url(), connections, options.seconds)?;
                let used = proxy.cpu()?.saturating_sub(before);
                micros[index].push(used.as_secs_f64() * 1e6 / requests);
                rates[index].push(requests / seconds(options));
            }
        }
        for (proxy, (micros, rates)) in proxies.iter().zip(micros.iter_mut().zip(&mut rates)) {
            let (low, middle, high) = spread(micros);
            let (_, rate, _) = spread(rates);
            slowest = slowest.min(rate);
            let rss = proxy.memory()?;
            println!(
                "| {} | {connections} | {middle:.1} [{low:.1}-{high:.1}] | {rate:.0} | {rss:.1} |",
                proxy.name
            );
        }
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "some ten thousand requests a second"
    )]
    Ok(slowest as u32)
}

/// The table of added latency. Each round is cut into parts, and the parts are interleaved: the
/// pauses that a virtual machine takes from time to time fall into some of them alone, and the
/// median part has none.
fn latency(
    bench: &paced::Bench,
    origins: &Origins,
    proxies: &[Proxy],
    options: &Options,
    rate: u32,
) -> Result<()> {
    let mut ways: Vec<_> = [("straight to the origin", origins.address())]
        .into_iter()
        .chain(proxies.iter().map(|proxy| (proxy.name, proxy.address)))
        .map(|(name, address)| (name, address, Vec::new(), Vec::new()))
        .collect();
    let parts = seconds(options) / PART.as_secs_f64();
    for _ in 0..options.rounds * whole(parts) {
        for (_, address, p50, p99) in &mut ways {
            let one = bench.run(*address, rate, PART)?;
            p50.push(one.p50);
            p99.push(one.p99);
        }
    }
    let connections = paced::CONNECTIONS;
    println!("\nAt {rate} requests a second over {connections} connections, median part:\n");
    println!("| | p50 ms | p99 ms, with quartiles | added p50 | added p99 |");
    println!("|---|---|---|---|---|");
    let mut direct = None;
    for (name, _, p50, p99) in &mut ways {
        let (p50, (low, p99, high)) = (spread(p50).1, quartiles(p99));
        let (direct50, direct99) = *direct.get_or_insert((p50, p99));
        let (more50, more99) = (p50 - direct50, p99 - direct99);
        println!(
            "| {name} | {p50:.3} | {p99:.3} [{low:.3}-{high:.3}] | {more50:.3} | {more99:.3} |"
        );
    }
    Ok(())
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some hundred parts")]
fn whole(parts: f64) -> usize {
    parts.ceil() as usize
}

#[expect(clippy::cast_precision_loss, reason = "some seconds")]
fn seconds(options: &Options) -> f64 {
    options.seconds as f64
}

/// How many requests wrk got through; an error or a status other than 2xx fails the round.
fn wrk(url: &str, connections: u32, seconds: u64) -> Result<f64> {
    let wrk = installed("wrk")?;
    let mut command = Command::new("taskset");
    command.args(["-c", "0"]).arg(wrk).args(["-t1", &format!("-c{connections}")]);
    command.args([&format!("-d{seconds}s"), url]);
    let output = crate::shell::run_quietly(&mut command)?;
    let text = crate::shell::said(&output);
    if text.contains("Socket errors") || text.contains("Non-2xx") {
        bail!("wrk met errors:\n{text}");
    }
    let line = text.lines().find_map(|line| line.trim().split_once(" requests in "));
    let (count, _) = line.with_context(|| format!("wrk counted nothing:\n{text}"))?;
    Ok(count.trim().parse()?)
}

/// Lowest, middle and highest.
fn spread(values: &mut [f64]) -> (f64, f64, f64) {
    values.sort_unstable_by(f64::total_cmp);
    let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
    (at(0), at(values.len() / 2), at(values.len().saturating_sub(1)))
}

/// What a quarter is below, the middle, and what a quarter is above.
fn quartiles(values: &mut [f64]) -> (f64, f64, f64) {
    values.sort_unstable_by(f64::total_cmp);
    let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
    (at(values.len() / 4), at(values.len() / 2), at(values.len() * 3 / 4))
}
