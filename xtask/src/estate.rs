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
pub mod dice;
pub mod drift;
pub mod ecs;
pub mod elb;
pub mod folder;
pub mod images;
pub mod mesh;
pub mod names;
pub mod network;
pub mod oddities;
pub mod planted;
pub mod storage;
pub mod taskdef;

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};

use answers::Answers;
use dice::Dice;

/// The seed of the committed estate.
pub const SEED: u64 = 20;

/// All files of the estate of a seed, by their path below its folder.
pub fn generate(seed: u64) -> Result<BTreeMap<String, String>> {
    let cells = cell::cells(Dice::new(seed));
    let mut answers = Answers::default();
    ecs::put(&mut answers, &cells);
    elb::put(&mut answers, &cells);
    answers.into_files()
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
        let mut options = Self {
            seed: SEED,
            check: false,
        };
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
