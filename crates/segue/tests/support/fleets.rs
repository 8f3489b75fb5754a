//! Ends what outlives the program: the fleets of a state folder, and its balancer.

use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use serde_json::Value;

/// How long a shim may take to write down what it has just started.
const WAIT: Duration = Duration::from_secs(2);

/// Kills every process that the records of `state` name. A program that was killed in the middle
/// of a start leaves a shim that is about to write; it is waited for.
pub(crate) fn end(state: &Path) {
    let until = Instant::now() + WAIT;
    balancer(state);
    while !all_ended(state) && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Kills the balancer; true if one ran.
pub(crate) fn balancer(state: &Path) -> bool {
    let its = balancers(state).into_iter();
    its.filter(|pid| kill_process(*pid, Signal::KILL).is_ok()).count() > 0
}

/// The processes of the balancer: one, or two while it is replaced.
pub(crate) fn balancers(state: &Path) -> Vec<Pid> {
    let socket = state.join("balancer.sock").display().to_string();
    let processes = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let its = processes.filter_map(|entry| {
        let line = std::fs::read_to_string(entry.path().join("cmdline")).ok()?;
        let pid = entry.file_name().into_string().ok()?.parse().ok();
        line.contains(&socket).then_some(pid).flatten().and_then(Pid::from_raw)
    });
    its.collect()
}

fn all_ended(state: &Path) -> bool {
    let pods = std::fs::read_dir(state.join("pods")).into_iter().flatten().filter_map(Result::ok);
    let mut all = true;
    for pod in pods {
        let files = std::fs::read_dir(pod.path()).into_iter().flatten().filter_map(Result::ok);
        let lives =
            files.filter(|file| file.file_name().to_string_lossy().starts_with("container-"));
        let mut any = false;
        for life in lives {
            let bytes = std::fs::read(life.path()).unwrap_or_default();
            let record: Value = serde_json::from_slice(&bytes).unwrap_or_default();
            let pid = record["process"]["pid"].as_i64().and_then(|pid| i32::try_from(pid).ok());
            any |= pid.is_some();
            if let Some(group) = pid.and_then(Pid::from_raw) {
                let _ = kill_process_group(group, Signal::KILL);
            }
        }
        all &= any;
    }
    all
}
