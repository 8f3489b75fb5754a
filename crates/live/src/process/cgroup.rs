//! Limits of memory and processor time, by control groups of version 2, where we may make them.
#![expect(clippy::disallowed_methods, reason = "control groups are folders and files")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::record::file_name;
use super::spec::Limits;
use crate::LiveError;

/// Where the kernel shows its control groups.
const ROOT: &str = "/sys/fs/cgroup";

/// Microseconds of the period in which processor time is counted: the kernel's default.
const PERIOD: u64 = 100_000;

/// A folder in which control groups can be made.
#[derive(Debug, Clone)]
pub(super) struct Cgroups {
    base: PathBuf,
}

/// Where a process was before it entered another control group.
#[derive(Debug)]
pub(super) struct Entered {
    before: PathBuf,
}

impl Cgroups {
    /// The folder of this machine, or why there is none.
    pub(super) fn find() -> Result<Self, String> {
        Self::under(Path::new(ROOT), &own(Path::new("/proc/self/cgroup")))
    }

    /// Makes `segue` below `own` of the tree `root`, with the two controllers.
    fn under(root: &Path, own: &str) -> Result<Self, String> {
        let have = fs::read_to_string(root.join("cgroup.controllers"))
            .map_err(|_| format!("{} has no control groups of version 2", root.display()))?;
        let missing =
            ["memory", "cpu"].into_iter().find(|one| !have.split_whitespace().any(|h| h == *one));
        if let Some(missing) = missing {
            return Err(format!("the controller {missing} is not there"));
        }
        let parent = root.join(own.trim_start_matches('/'));
        let base = parent.join("segue");
        let made = fs::create_dir_all(&base).and_then(|()| {
            // Only the root and groups without processes of their own may hand controllers down.
            fs::write(parent.join("cgroup.subtree_control"), "+memory +cpu")?;
            fs::write(base.join("cgroup.subtree_control"), "+memory +cpu")
        });
        made.map_err(|error| format!("{} may not be used: {error}", base.display()))?;
        Ok(Self { base })
    }

    /// A group for one container with its limits.
    pub(super) fn make(
        &self,
        pod: &str,
        container: &str,
        limits: &Limits,
    ) -> Result<PathBuf, LiveError> {
        let group = self.base.join(format!("{}.{container}", file_name(pod)));
        let named =
            |source| LiveError::File { doing: "set the limits of", path: group.clone(), source };
        fs::create_dir_all(&group).map_err(named)?;
        let memory = limits.memory.map_or_else(|| "max".to_owned(), |bytes| bytes.to_string());
        let write = |file: &str, text: String| fs::write(group.join(file), text);
        write("memory.max", memory).map_err(named)?;
        // A container dies as a whole: half of one is of no use to anybody.
        write("memory.oom.group", "1".to_owned()).map_err(named)?;
        let quota = limits.cpu_millis.map(|millis| (millis * PERIOD / 1_000).max(1_000));
        let quota = quota.map_or_else(|| "max".to_owned(), |quota| quota.to_string());
        write("cpu.max", format!("{quota} {PERIOD}")).map_err(named)?;
        Ok(group)
    }

    /// Removes the group of a container that has ended.
    pub(super) fn remove(&self, pod: &str, container: &str) {
        // It stays if something still runs in it; the next pod of the name takes it over.
        let _ = fs::remove_dir(self.base.join(format!("{}.{container}", file_name(pod))));
    }
}

/// Moves this process into a group.
pub(super) fn enter(group: &Path) -> io::Result<Entered> {
    let before = Path::new(ROOT).join(own(Path::new("/proc/self/cgroup")).trim_start_matches('/'));
    fs::write(group.join("cgroup.procs"), std::process::id().to_string())?;
    Ok(Entered { before })
}

impl Entered {
    /// Moves this process back to where it was.
    pub(super) fn leave(self) {
        // If that fails, the shim counts towards the limits of what it runs: a few megabytes.
        let _ = fs::write(self.before.join("cgroup.procs"), std::process::id().to_string());
    }
}

/// Whether the kernel ended something in the group for want of memory.
pub(super) fn out_of_memory(group: &Path) -> bool {
    let events = fs::read_to_string(group.join("memory.events")).unwrap_or_default();
    let killed = events.lines().find_map(|line| line.strip_prefix("oom_kill "));
    killed.is_some_and(|count| count.trim() != "0")
}

/// The group of version 2 that this process is in.
fn own(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    text.lines().find_map(|line| line.strip_prefix("0::")).unwrap_or("/").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(controllers: &str) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("cgroup.controllers"), controllers).unwrap();
        fs::create_dir(root.path().join("user")).unwrap();
        root
    }

    #[test]
    fn limits_are_written_as_the_kernel_reads_them() {
        let root = tree("cpuset cpu memory pids\n");
        let groups = Cgroups::under(root.path(), "/user").unwrap();
        let limits = Limits { memory: Some(1 << 20), cpu_millis: Some(250) };
        let group = groups.make("ns/shop-0", "app", &limits).unwrap();
        assert!(group.ends_with("user/segue/ns_shop-0.app"));
        let read = |file: &str| fs::read_to_string(group.join(file)).unwrap();
        assert_eq!(read("memory.max"), "1048576");
        assert_eq!(read("cpu.max"), "25000 100000");
        fs::write(group.join("memory.events"), "low 0\noom 1\noom_kill 0\n").unwrap();
        assert!(!out_of_memory(&group));
        fs::write(group.join("memory.events"), "low 0\noom 1\noom_kill 2\n").unwrap();
        assert!(out_of_memory(&group));
        groups.make("ns/shop-0", "app", &Limits::default()).unwrap();
        assert_eq!((read("memory.max").as_str(), read("cpu.max").as_str()), ("max", "max 100000"));
    }

    #[test]
    fn a_machine_without_them_says_why() {
        let none = tempfile::tempdir().unwrap();
        let why = Cgroups::under(none.path(), "/").unwrap_err();
        assert!(why.ends_with("has no control groups of version 2"), "{why}");
        let why = Cgroups::under(tree("cpu io").path(), "/").unwrap_err();
        assert_eq!(why, "the controller memory is not there");
    }
}
