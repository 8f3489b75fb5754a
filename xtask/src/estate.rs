//! The example estate: `examples/estate/`, a snapshot of the hand-made AWS estate of a company that
//! does not exist, made from a table and a seed.
//!
//! The company is Haedal Academy: twenty services in three environments, one ECS cluster for each,
//! sixty in all. Nothing in it is random in the sense of unknown: `faults.rs` names every fault and
//! its place, so that tests can be written from it.

pub mod answers;
pub mod arn;
pub mod catalog;
pub mod cell;
pub mod container;
pub mod deploys;
pub mod dice;
pub mod dns;
pub mod drift;
pub mod ecs;
pub mod elb;
pub mod faults;
pub mod folder;
pub mod identity;
pub mod images;
pub mod logs;
pub mod mesh;
pub mod names;
pub mod network;
pub mod oddities;
pub mod planted;
pub mod rest;
pub mod scaling;
pub mod schedules;
pub mod secrets;
pub mod storage;
pub mod taskdef;
pub mod usage;

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};

use answers::Answers;
use dice::Dice;

/// The seed of the committed estate.
pub const SEED: u64 = 20;

/// All files of the estate of a seed, by their path below its folder.
pub fn generate(seed: u64) -> Result<BTreeMap<String, String>> {
    let dice = Dice::new(seed);
    let cells = cell::cells(dice);
    let mut answers = Answers::default();
    ecs::put(&mut answers, &cells);
    elb::put(&mut answers, &cells);
    dns::put(&mut answers, &cells, dice);
    scaling::put(&mut answers, &cells);
    schedules::put(&mut answers, &cells);
    deploys::put(&mut answers, &cells);
    mesh::put(&mut answers, &cells, dice);
    network::put(&mut answers, &cells, dice);
    storage::put(&mut answers, &cells);
    identity::put(&mut answers, &cells, dice);
    usage::put(&mut answers, &cells);
    // These answer for what the task definitions above refer to.
    secrets::put(&mut answers, dice);
    images::put(&mut answers, dice);
    logs::put(&mut answers, dice);
    rest::put(&mut answers, dice);
    let mut files = answers.into_files()?;
    let page = faults::readme::page(&cells, &files);
    files.insert("README.md".to_owned(), page);
    Ok(files)
}

/// `cargo xtask gen estate [--seed N] [--check]`: writes the committed estate, or says in what it
/// differs from what would be written.
pub fn run(args: impl IntoIterator<Item = String>) -> Result<()> {
    let options = Options::read(args)?;
    let files = generate(options.seed)?;
    let folder = folder::committed();
    if !options.check {
        return folder::write(&folder, &files);
    }
    let differences = folder::differences(&folder, &files)?;
    if differences.is_empty() {
        return Ok(());
    }
    bail!(
        "{} files of {} are not what seed {} gives; run `cargo xtask gen estate`:\n  {}",
        differences.len(),
        folder.display(),
        options.seed,
        differences.join("\n  ")
    )
}

#[derive(Debug, PartialEq, Eq)]
struct Options {
    seed: u64,
    check: bool,
}

impl Options {
    fn read(args: impl IntoIterator<Item = String>) -> Result<Self> {
        let mut options = Self { seed: SEED, check: false };
        let mut args = args.into_iter();
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--check" => options.check = true,
                "--seed" => {
                    let seed = args.next().context("--seed needs a number")?;
                    options.seed = seed.parse().with_context(|| format!("no number: {seed}"))?;
                }
                other => bail!("`gen estate` has no flag `{other}`"),
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests;
