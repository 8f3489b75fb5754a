//! Balancers beside each other: CPU a request, and the latency that each adds.
//! `taskset -c 0 cargo xtask bench-balancers`, with Debian's haproxy, nginx and wrk.
//!
//! All run with the same pinning: the balancer on core 1; origins and load on core 0. Rounds are
//! interleaved, so that a machine that gets slower gets slower for all. CPU is what the kernel
//! counts for the balancer's process over the requests that wrk counts. Latency is measured at a
//! fixed rate, each request from the moment when it was due, so that a stall shows in every request
//! that it delays; *added* is that minus the same straight to the origin.

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

/// The least proxy that hyper makes, for what ours adds to it.
const BARE: &str = "target/dist/examples/bare_proxy";

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
    let origins = Origins::start()?;
    let segue = built()?;
    let mut proxies =
        vec![Proxy::segue(&segue, &origins)?, Proxy::haproxy(&origins)?, Proxy::nginx(&origins)?];
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
    println!("segue is {}.", segue.strip_prefix(&workspace).unwrap_or(&segue).display());
    match workspace.join(BARE).canonicalize() {
        Ok(bare) => proxies.push(Proxy::bare(&bare, &origins)?),
        Err(_) => println!("No row of bare hyper: cargo build --profile dist -p live --examples."),
    }
    println!();
    let slowest = cpu(&proxies, &options)?;
    let half = options.rate.unwrap_or(slowest / 2);
    latency(&origins, &proxies, &options, half)
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

/// The table of added latency.
fn latency(origins: &Origins, proxies: &[Proxy], options: &Options, rate: u32) -> Result<()> {
    let duration = Duration::from_secs(options.seconds);
    let mut direct = (Vec::new(), Vec::new());
    let mut through = vec![(Vec::new(), Vec::new()); proxies.len()];
    for _ in 0..options.rounds {
        let one = paced::run(origins.address(), rate, duration)?;
        direct.0.push(one.p50);
        direct.1.push(one.p99);
        for (proxy, (p50, p99)) in proxies.iter().zip(&mut through) {
            let one = paced::run(proxy.address, rate, duration)?;
            p50.push(one.p50);
            p99.push(one.p99);
        }
    }
    let (middle50, middle99) = (spread(&mut direct.0).1, spread(&mut direct.1).1);
    println!("\nAt {rate} requests a second over {} connections:\n", paced::CONNECTIONS);
    println!("| | p50 ms | p99 ms | added p50 | added p99 |");
    println!("|---|---|---|---|---|");
    println!("| straight to the origin | {middle50:.3} | {middle99:.3} | | |");
    for (proxy, (p50, p99)) in proxies.iter().zip(&mut through) {
        let (p50, p99) = (spread(p50).1, spread(p99).1);
        println!(
            "| {} | {p50:.3} | {p99:.3} | {:.3} | {:.3} |",
            proxy.name,
            p50 - middle50,
            p99 - middle99,
        );
    }
    Ok(())
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
