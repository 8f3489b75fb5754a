//! Memory of `segue serve` that has nothing to do: `cargo xtask rest [--seconds N]`.
//!
//! A repository with two fleets and one shift, which waits for requests that do not come; the
//! console is opened once.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

use crate::nodrop::front::built;

/// Ends the process with this, in order: it ends its fleets and its balancer, which would outlive
/// a kill.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        if kill_process(Pid::from_child(&self.0), Signal::TERM).is_err() {
            let _ = self.0.kill();
        }
        let _ = self.0.wait();
    }
}

/// Says what is resident after some seconds (30 if not said) in which nothing happens.
pub fn task(mut args: impl Iterator<Item = String>) -> Result<()> {
    let seconds = match (args.next().as_deref(), args.next()) {
        (None, _) => 30,
        (Some("--seconds"), Some(count)) => count.parse()?,
        _ => bail!("rest takes --seconds N"),
    };
    let (program, folder) = (built()?, tempfile::tempdir()?);
    let config = folder.path().join("config");
    declare(&config)?;
    let mut command = Command::new(&program);
    command.args(["serve", "--stop-fleets", "--listen", "127.0.0.1:0", "--config"]).arg(&config);
    command.arg("--state").arg(folder.path().join("state"));
    let mut running = Running(command.stdout(Stdio::piped()).spawn()?);
    let out = running.0.stdout.take().context("its output is not piped")?;
    let mut lines = BufReader::new(out).lines();
    let console = loop {
        let line = lines.next().context("it did not get ready")??;
        if let Some(rest) = line.strip_prefix("ready: http://") {
            break rest.split('/').next().unwrap_or_default().to_owned();
        }
    };
    // Who reads its lines on, so that it never waits for that.
    thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
    println!("Its pages had {} kB.", opened(&console)? / 1_000);
    thread::sleep(Duration::from_secs(seconds));
    let status = fs::read_to_string(format!("/proc/{}/status", running.0.id()))?;
    for line in status.lines().filter(|line| {
        ["VmRSS", "RssAnon", "RssFile", "VmHWM", "Threads"]
            .iter()
            .any(|name| line.starts_with(name))
    }) {
        println!("{line}");
    }
    Ok(())
}

/// Opens the console's first page; how many bytes it had.
fn opened(console: &str) -> Result<usize> {
    let mut bytes = Vec::new();
    for page in ["/", "/shifts"] {
        let mut stream = TcpStream::connect(console)?;
        write!(stream, "GET {page} HTTP/1.1\r\nHost: {console}\r\nConnection: close\r\n\r\n")?;
        stream.read_to_end(&mut bytes)?;
    }
    Ok(bytes.len())
}

/// Writes the repository.
fn declare(config: &Path) -> Result<()> {
    let overlay = config.join("apps/shop/overlays/local");
    fs::create_dir_all(&overlay)?;
    fs::create_dir_all(config.join("shifts"))?;
    let fleet = |side| FLEET.replace("SIDE", side).replace("FAIL", "0");
    fs::write(overlay.join("deployments.yaml"), ["old", "new"].map(fleet).join("---\n"))?;
    fs::write(overlay.join("ingress.yaml"), INGRESS.replace("PORT", "80"))?;
    let list = "kind: Kustomization\nresources: [deployments.yaml, ingress.yaml]\n";
    fs::write(overlay.join("kustomization.yaml"), list)?;
    let shift = SHIFT.replace("HOLD", "ticks: 2\n    requestsMin: 1000");
    fs::write(config.join("shifts/shop.yaml"), shift)?;
    Ok(())
}

/// The shop of `segue`'s own tests.
const FLEET: &str = include_str!("../../crates/segue/tests/serve/shop/fleet.yaml");
const INGRESS: &str = include_str!("../../crates/segue/tests/serve/shop/ingress.yaml");
const SHIFT: &str = include_str!("../../crates/segue/tests/serve/shop/shift.yaml");
