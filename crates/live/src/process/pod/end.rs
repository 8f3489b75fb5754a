//! The end of a life: preStop, SIGTERM, and SIGKILL when the grace period is over.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use model::ports::Clock as _;
use rustix::process::Signal;
use tokio::time::{Instant, sleep, timeout_at};

use super::super::engine::Engine;
use super::super::life::{Life, run_beside};
use super::super::spec::{Container, PreStop, Run};
use super::PodTask;
use crate::SystemClock;
use crate::balancer::ask_with;

impl PodTask {
    /// Ends a life; `grace` is that of a failed probe, else the pod's, which began when it was
    /// told to end. Returns how, in words.
    pub(super) async fn end_life(
        &self,
        container: &Container,
        life: &Life,
        grace: Option<Duration>,
    ) -> String {
        let left = grace.unwrap_or_else(|| self.grace_left());
        let deadline = Instant::now() + left;
        tokio::select! {
            ended = life.over() => return ended.to_string(),
            _ = timeout_at(deadline, self.before_end(container, life, left)) => {}
        }
        life.process.signal(Signal::TERM);
        if let Ok(ended) = timeout_at(deadline, life.over()).await {
            return ended.to_string();
        }
        life.process.signal(Signal::KILL);
        self.remove_from_engine(container).await;
        let _ = life.over().await;
        let whole = grace.unwrap_or(self.record().grace);
        format!("killed after {} s of grace", whole.as_secs())
    }

    /// What is left of the grace period, which goes on while this program does not run.
    fn grace_left(&self) -> Duration {
        let record = self.record();
        let since = record.ending.map(|since| SystemClock.now().duration_since(since));
        let gone = since.and_then(|gone| Duration::try_from(gone).ok()).unwrap_or_default();
        record.grace.saturating_sub(gone)
    }

    /// preStop; its failure changes nothing, as in Kubernetes.
    async fn before_end(&self, container: &Container, life: &Life, left: Duration) {
        match &container.pre_stop {
            Some(PreStop::Sleep(wait)) => sleep(*wait).await,
            Some(PreStop::Get(get)) => {
                let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port(get.port)));
                let _ = ask_with(address, &get.path, &get.headers).await;
            }
            Some(PreStop::Command(words)) => {
                let (command, env) = self.beside(container, life, words);
                run_beside(&command, &env, left).await;
            }
            None => {}
        }
    }

    /// A command that runs beside a container, with the container's environment. Words that name a
    /// container port on this machine are put right: `localhost:8080` is another program's here.
    pub(super) fn beside(
        &self,
        container: &Container,
        life: &Life,
        words: &[String],
    ) -> (Vec<String>, Vec<(String, String)>) {
        if let (Run::Image { .. }, Some(Ok(engine))) = (&container.run, &*self.world.engine()) {
            let state = self.state(&container.name);
            let name = Engine::name(&self.name(), &container.name, state.life);
            return (engine.exec(&name, words), Vec::new());
        }
        let whole = self.spec.borrow().whole;
        let env = if whole { self.environment(container) } else { life.process.environment() };
        let ports = self.record().ports.clone();
        let words = words.iter().map(|word| with_ports(word, &ports)).collect();
        (words, env)
    }

    /// The engine's client was killed; what it ran was not.
    async fn remove_from_engine(&self, container: &Container) {
        let state = self.state(&container.name);
        let name = Engine::name(&self.name(), &container.name, state.life);
        let command = match (&container.run, &*self.world.engine()) {
            (Run::Image { .. }, Some(Ok(engine))) => engine.remove(&name),
            _ => return,
        };
        run_beside(&command, &[], Duration::from_secs(10)).await;
    }
}

/// `word` with the ports of this machine in place of container ports after a name of this machine.
fn with_ports(word: &str, ports: &[(u16, u16)]) -> String {
    let mut out = String::new();
    let mut rest = word;
    while let Some(at) = rest.find(':') {
        let (before, after) = rest.split_at(at + 1);
        out.push_str(before);
        rest = after;
        let host = ["localhost:", "127.0.0.1:", "[::1]:", "0.0.0.0:"];
        let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let port = after[..digits].parse::<u16>().ok();
        let mapped = ports.iter().find(|(inner, _)| Some(*inner) == port);
        if let Some((_, outer)) = mapped.filter(|_| host.iter().any(|host| out.ends_with(host))) {
            out.push_str(&outer.to_string());
            rest = &after[digits..];
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::with_ports;

    #[test]
    fn commands_find_the_ports_of_this_machine() {
        let ports = [(8080, 40_001), (80, 40_002)];
        for (word, expected) in [
            (
                "wget -qO- http://localhost:8080/healthz || exit 1",
                "wget -qO- http://localhost:40001/healthz || exit 1",
            ),
            ("127.0.0.1:80", "127.0.0.1:40002"),
            ("http://localhost:8081/ [::1]:80:80", "http://localhost:8081/ [::1]:40002:80"),
            ("http://db.example:8080/", "http://db.example:8080/"),
            ("8080", "8080"),
        ] {
            assert_eq!(with_ports(word, &ports), expected);
        }
    }
}
