//! `segue balance get` and `segue balance weights`: a balancer that runs, over its admin socket.

use std::collections::BTreeMap;
use std::future::Future;
use std::path::PathBuf;

use clap::Args;
use live::balancer::Remote;
use model::Reason;
use model::code::cli as code;
use model::ports::{
    Cloud as _, Epoch, Fault, GroupSeen, RuleSeen, Weight, WeightOrder, Weights, latency,
};
use serde_json::json;

use crate::cli::exit::{DONE, Failure};
use crate::cli::reach::wait;
use crate::cli::term::{Style, Term};

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  segue balance get --admin /run/edge.sock")]
pub(super) struct GetArgs {
    /// Admin socket of the balancer.
    #[arg(long, value_name = "SOCKET")]
    admin: PathBuf,
    /// Table or JSON.
    #[arg(long, short = 'o', value_name = "FORMAT", value_parser = ["table", "json"], default_value = "table")]
    output: String,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  segue balance weights api api-old=75 api-new=25 --admin /run/edge.sock\n\nThe percents sum to 100. What is ordered stays: a change of the file and a\ntake-over keep it, a start anew does not. A shift that is under way on the rule\ntakes it for the act of a foreign writer and stands still."
)]
pub(super) struct WeightsArgs {
    /// The rule, or the listener whose default it is.
    #[arg(value_name = "RULE")]
    rule: String,
    /// Target groups with their share of the requests.
    #[arg(value_name = "GROUP=PERCENT", required = true, value_parser = share)]
    shares: Vec<(String, Weight)>,
    /// Admin socket of the balancer.
    #[arg(long, value_name = "SOCKET")]
    admin: PathBuf,
}

fn share(text: &str) -> Result<(String, Weight), String> {
    let (group, percent) = text.split_once('=').ok_or("a share is GROUP=PERCENT")?;
    let percent: u8 = percent.parse().map_err(|_| "a percent is 0 to 100".to_owned())?;
    let weight = Weight::new(percent).ok_or("a percent is 0 to 100")?;
    Ok((group.to_owned(), weight))
}

pub(super) fn get(args: &GetArgs, term: &mut Term) -> Result<u8, Failure> {
    let (rules, groups) = asking(async {
        let remote = Remote::connect(&args.admin).await?;
        Ok((remote.rules().await?, remote.groups().await?))
    })?;
    if args.output == "json" {
        let groups: BTreeMap<&String, serde_json::Value> =
            groups.iter().map(|(name, group)| (name, counted(group))).collect();
        term.line(&json!({ "rules": rules, "groups": groups }).to_string());
        return Ok(DONE);
    }
    term.line(&term.paint(Style::Dim, "RULE"));
    let width = rules.keys().chain(groups.keys()).map(String::len).max().unwrap_or_default();
    for (name, rule) in &rules {
        let by = if rule.epoch.0 == 0 { "" } else { "   ordered" };
        term.line(&format!("{name:width$}  {}{by}", rule.weights));
    }
    term.line("");
    let head = format!(
        "{:width$}  HEALTHY   REQUESTS     FAILED    REFUSED        P50        P99",
        "GROUP"
    );
    term.line(&term.paint(Style::Dim, &head));
    for (name, group) in &groups {
        let counts = group.counts;
        let healthy = format!("{}/{}", group.healthy, group.total);
        term.line(&format!(
            "{name:width$}  {healthy:>7} {:>10} {:>10} {:>10} {:>10} {:>10}",
            counts.chosen,
            counts.failed,
            counts.refused,
            millis(group, 50),
            millis(group, 99),
        ));
    }
    Ok(DONE)
}

pub(super) fn weights(args: &WeightsArgs, term: &mut Term) -> Result<u8, Failure> {
    let shares: BTreeMap<String, Weight> = args.shares.iter().cloned().collect();
    let sum = |shares: &BTreeMap<String, Weight>| -> u32 {
        shares.values().map(|weight| u32::from(weight.percent())).sum()
    };
    let Some(weights) = Weights::new(shares.clone()) else {
        let what = format!("weights sum to 100, not {}", sum(&shares));
        return Err(Reason::new(&code::USAGE).with("what", what).into());
    };
    let RuleSeen { weights: before, .. } = asking(async {
        let remote = Remote::connect(&args.admin).await?;
        let present = remote.rule(&args.rule).await?;
        let order = WeightOrder {
            rule: args.rule.clone(),
            weights: weights.clone(),
            expected: present.weights.clone(),
            // From 1 on, weights are an order that outlives the file's and a take-over.
            epoch: present.epoch.max(Epoch(1)),
            seq: 0,
        };
        remote.set_weights(&order).await?;
        Ok(present)
    })?;
    term.line(&format!("{}: {before} → {weights}", args.rule));
    Ok(DONE)
}

fn counted(group: &GroupSeen) -> serde_json::Value {
    json!({
        "healthy": group.healthy,
        "total": group.total,
        "requests": group.counts.chosen,
        "answered": group.counts.answered,
        "failed": group.counts.failed,
        "refused": group.counts.refused,
        "p50Ms": quantile(group, 50),
        "p99Ms": quantile(group, 99),
    })
}

fn millis(group: &GroupSeen, percent: u64) -> String {
    quantile(group, percent).map_or_else(|| "-".to_owned(), |millis| format!("{millis:.1} ms"))
}

/// Milliseconds in which so many of a hundred answers came.
fn quantile(group: &GroupSeen, percent: u64) -> Option<f64> {
    let micros = latency::upper_bound(group.latency.quantile(percent * 10)?)?;
    let micros = u32::try_from(micros).unwrap_or(u32::MAX);
    Some(f64::from(micros) / 1_000.0)
}

/// Asks a balancer.
fn asking<T>(asked: impl Future<Output = Result<T, Fault>>) -> Result<T, Failure> {
    wait(async { asked.await.map_err(|fault| fault.because) })
}
