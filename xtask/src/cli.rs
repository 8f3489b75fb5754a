//! Which task was asked for, and with what flags.

use crate::aws_shapes;
use crate::balancers;
use crate::peers::{self, Peer};
use crate::suite::{self, Options};
use crate::tidy;
use crate::{estate, fakeaws, nodrop, rest};
use anyhow::{Result, bail};

const USAGE: &str = "\
Usage: cargo xtask <task>

  test [--fast] [--filter NAME]   install the peers, run all checks and all tests
                                  --fast leaves out the tests that need peers
                                  --filter runs only the tests whose name contains NAME
  tidy                            check the rules that lints cannot see
  gen estate [--seed N] [--check] make examples/estate again; --check only says what differs
  gen aws-shapes DATA             make the table of AWS operations from the folder botocore/data
  fake-aws [--estate FOLDER] [--port N] [--page-max N] [--deny OPERATION]… [--expire-at N]
           [--clock-ahead SECS] [--delay-ms N] [--empty]
                                  serve examples/estate as an AWS account on a local port
  bench-balancers [--rounds N] [--seconds N] [--rate N]
                                  segue balance beside haproxy and nginx: CPU, added latency
  no-drop [--requests N] [--with segue|haproxy|nginx]…
                                  load a balancer while it is changed and replaced
  rest [--seconds N]              memory of segue serve that has nothing to do
  peers [NAME…]                   install the programs that tests run (all, or those named)

Peers are kept in $SEGUE_CACHE, else $XDG_CACHE_HOME/segue, else ~/.cache/segue.";

/// Runs the task that `args` (without the program's name) ask for.
pub fn run(args: Vec<String>) -> Result<()> {
    let mut args = args.into_iter();
    match args.next().as_deref() {
        Some("test") => suite::run(&test_options(args)?),
        Some("tidy") => tidy::run(),
        Some("gen") => generate(args),
        Some("fake-aws") => fakeaws::run(args),
        Some("bench-balancers") => balancers::task(args),
        Some("no-drop") => nodrop::task(args),
        Some("rest") => rest::task(args),
        Some("peers") => install(args),
        Some("help" | "--help" | "-h") | None => {
            println!("{USAGE}");
            Ok(())
        }
        Some(other) => bail!("there is no task `{other}`\n\n{USAGE}"),
    }
}

fn test_options(mut args: impl Iterator<Item = String>) -> Result<Options> {
    let mut options = Options::default();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--fast" => options.fast = true,
            "--filter" => match args.next() {
                Some(name) => options.filter = Some(name),
                None => bail!("--filter needs a part of a test's name"),
            },
            other => bail!("`test` has no flag `{other}`\n\n{USAGE}"),
        }
    }
    Ok(options)
}

fn generate(mut args: impl Iterator<Item = String>) -> Result<()> {
    match args.next().as_deref() {
        Some("estate") => estate::run(args),
        Some("aws-shapes") => aws_shapes::run(args),
        _ => bail!("`gen` makes `estate` or `aws-shapes`\n\n{USAGE}"),
    }
}

fn install(args: impl Iterator<Item = String>) -> Result<()> {
    let mut wanted = Vec::new();
    for name in args {
        match Peer::ALL.into_iter().find(|peer| peer.name() == name) {
            Some(peer) => wanted.push(peer),
            None => bail!("there is no peer `{name}`; there are {}", peer_names()),
        }
    }
    if wanted.is_empty() {
        wanted.extend(Peer::ALL);
    }
    for peer in wanted {
        println!("{}", peers::ensure(peer)?.display());
    }
    Ok(())
}

fn peer_names() -> String {
    Peer::ALL.map(Peer::name).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(args: &[&str]) -> Result<Options> {
        test_options(args.iter().map(ToString::to_string))
    }

    #[test]
    fn flags_of_test_are_read() {
        let read = options(&["--fast", "--filter", "weights"]).unwrap();
        assert!(read.fast);
        assert_eq!(read.filter.as_deref(), Some("weights"));
    }

    #[test]
    fn unknown_flags_and_tasks_are_refused_with_the_usage() {
        assert!(options(&["--quick"]).unwrap_err().to_string().contains("Usage"));
        assert!(options(&["--filter"]).is_err());
        assert!(run(vec!["tset".into()]).unwrap_err().to_string().contains("`tset`"));
    }

    #[test]
    fn an_unknown_peer_is_refused_with_the_known_ones() {
        let err = install(std::iter::once("helm5".to_owned())).unwrap_err().to_string();
        assert!(err.contains("helm5") && err.contains("kubectl"), "{err}");
    }
}
