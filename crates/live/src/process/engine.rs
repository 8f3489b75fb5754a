//! Container engines: podman or docker, by their programs.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

use super::record::file_name;
use super::spec::{Container, Run};

/// How long an engine may take to say that it is there.
const ANSWER_WAIT: Duration = Duration::from_secs(10);

/// Characters of what an engine says that are shown.
const SAID_MAX: usize = 200;

/// A program that runs images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Engine {
    program: String,
}

impl Engine {
    /// The first of `programs` that answers, or why none does.
    pub(super) async fn find(programs: &[String]) -> Result<Self, String> {
        let mut said = Vec::new();
        for program in programs {
            match ask(program).await {
                Ok(()) => return Ok(Self { program: program.clone() }),
                Err(cause) => said.push(cause),
            }
        }
        Err(if said.is_empty() {
            "no container engine is asked here".to_owned()
        } else {
            said.join("; ")
        })
    }

    /// The name that the engine knows a container's life by.
    pub(super) fn name(pod: &str, container: &str, life: u64) -> String {
        format!("segue-{}-{container}-{life}", file_name(pod))
    }

    /// The command that runs an image. Values of variables are left to the environment, since
    /// arguments can be read by everybody on the machine.
    pub(super) fn run(
        &self,
        name: &str,
        container: &Container,
        env: &[(String, String)],
        ports: &[(u16, u16)],
        folders: &[(std::path::PathBuf, String, bool)],
    ) -> Vec<String> {
        let Run::Image { image, entrypoint, arguments, read_only } = &container.run else {
            return Vec::new();
        };
        let mut words: Vec<String> = vec![self.program.clone(), "run".to_owned()];
        let mut add = |more: &[&str]| words.extend(more.iter().map(|word| (*word).to_owned()));
        add(&["--rm", "--name", name, "--label", "segue.dev/managed=true"]);
        for (inner, outer) in ports.iter().filter(|(inner, _)| container.listens(*inner)) {
            add(&["--publish", &format!("127.0.0.1:{outer}:{inner}")]);
        }
        for (variable, _) in env {
            add(&["--env", variable]);
        }
        for (folder, path, read_only) in folders {
            let mode = if *read_only { ":ro" } else { "" };
            add(&["--volume", &format!("{}:{path}{mode}", folder.display())]);
        }
        if let Some(bytes) = container.limits.memory {
            add(&["--memory", &format!("{bytes}b")]);
        }
        if let Some(millis) = container.limits.cpu_millis {
            add(&["--cpus", &format!("{}.{:03}", millis / 1_000, millis % 1_000)]);
        }
        if let Some((user, group)) = container.user {
            add(&["--user", &format!("{user}:{group}")]);
        }
        if let Some(directory) = &container.directory {
            add(&["--workdir", directory]);
        }
        if *read_only {
            add(&["--read-only"]);
        }
        let (first, more) = entrypoint.split_first().map_or((None, &[][..]), |(f, m)| (Some(f), m));
        if let Some(first) = first {
            add(&["--entrypoint", first]);
        }
        add(&[image]);
        words.extend(more.iter().chain(arguments).cloned());
        words
    }

    /// The command that runs another one inside a container.
    pub(super) fn exec(&self, name: &str, command: &[String]) -> Vec<String> {
        let head = [&self.program, "exec", name].map(str::to_owned);
        head.into_iter().chain(command.iter().cloned()).collect()
    }

    /// The command that ends a container whose client was killed.
    pub(super) fn remove(&self, name: &str) -> Vec<String> {
        [&self.program, "rm", "--force", name].map(str::to_owned).to_vec()
    }
}

impl Container {
    fn listens(&self, port: u16) -> bool {
        self.ports.iter().any(|listed| listed.number == port)
    }
}

/// Whether an engine answers; a client whose server is down does not.
async fn ask(program: &str) -> Result<(), String> {
    let name = Path::new(program).file_name().map_or(program.into(), |name| name.to_string_lossy());
    let output = command(program)
        .arg("info")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .output();
    let output = match timeout(ANSWER_WAIT, output).await {
        Err(_) => return Err(format!("{name} does not answer")),
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(format!("{name} is not installed"));
        }
        Ok(Err(error)) => return Err(format!("{name}: {error}")),
        Ok(Ok(output)) => output,
    };
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it says nothing");
    Err(format!("{name}: {}", last.trim().chars().take(SAID_MAX).collect::<String>()))
}

fn command(program: &str) -> Command {
    Command::new(program)
}
