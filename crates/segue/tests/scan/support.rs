//! A folder for one case, and the program started in it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use crate::small;
use serde_json::Value;
use xtask::fakeaws::{FakeAws, SECRET_ACCESS_KEY, Settings};

/// The region of the example estate.
pub(crate) const REGION: &str = "ap-northeast-2";
/// Where a case scans to.
pub(crate) const OUT: &str = "estate.snapshot";

/// A folder that goes away with the case.
pub(crate) struct Case {
    dir: tempfile::TempDir,
}

impl Case {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.path(path).exists()
    }

    /// The folder of the small estate, written when it is first asked for.
    pub(crate) fn estate(&self) -> PathBuf {
        let folder = self.path("estate");
        if !folder.exists() {
            small::write(&folder);
        }
        folder
    }

    /// An AWS with the small estate in it.
    pub(crate) fn fake(&self, settings: Settings) -> FakeAws {
        FakeAws::start(&self.estate(), settings).unwrap()
    }

    /// The program with an environment of `variables` only.
    pub(crate) fn segue(&self, line: &str, variables: &[(&'static str, String)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_segue"));
        command.args(line.split_whitespace()).current_dir(self.dir.path());
        command.env_clear().env("HOME", self.dir.path());
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// A scan of `fake` as fast as it may be.
    pub(crate) fn scan(&self, fake: &FakeAws) -> Command {
        self.scan_at(fake, "10")
    }

    /// The same at another pace.
    pub(crate) fn scan_at(&self, fake: &FakeAws, pace: &str) -> Command {
        let line = format!(
            "migrate scan --region {REGION} --endpoint-url {} --pace {pace} --out {OUT}",
            fake.url()
        );
        self.segue(&line, &fake.environment())
    }

    /// The same in the background, its output thrown away.
    pub(crate) fn start(&self, fake: &FakeAws) -> Running {
        let mut command = self.scan(fake);
        Running(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }

    /// The plan of `snapshot` in the folder `out`: every file by its path.
    pub(crate) fn plan(&self, snapshot: &Path, out: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut command = self.segue("migrate plan", &[]);
        done(command.arg(snapshot).args(["--out", out]));
        let mut files = BTreeMap::new();
        walk(&self.path(out), &self.path(out), &mut files);
        files
    }

    /// The findings of the plan in `out` that have `code`.
    pub(crate) fn findings(&self, out: &str, code: &str) -> Vec<Value> {
        let text = std::fs::read(self.path(out).join("plan/findings.json")).unwrap();
        let found: Value = serde_json::from_slice(&text).unwrap();
        let all = found.as_array().unwrap().iter();
        all.filter(|finding| finding["code"] == code).cloned().collect()
    }

    /// Answers that an interrupted scan has kept.
    pub(crate) fn kept(&self) -> usize {
        let mut files = BTreeMap::new();
        let partial = self.path(&format!("{OUT}.partial"));
        walk(&partial, &partial, &mut files);
        // A file that was being written ends in `.segue-tmp`, and does not count.
        let whole = |path: &&PathBuf| path.extension().is_some_and(|end| end == "json");
        files.keys().filter(|path| path.starts_with("answers")).filter(whole).count()
    }

    /// The scan failed with `code`, said what to do next, and left neither snapshot nor secret.
    pub(crate) fn assert_failed(&self, output: &Output, code: &str, exit: i32) -> String {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(exit), "{said}");
        assert!(said.contains(&format!("error[{code}]")) && said.contains("next:"), "{said}");
        assert!(!said.contains(SECRET_ACCESS_KEY), "{said}");
        assert_eq!(output.stdout, b"");
        assert!(!self.has(OUT), "{said}");
        said
    }
}

/// A program that runs; it is killed (SIGKILL) when this is dropped.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// What a command that must succeed says on both streams.
pub(crate) fn done(command: &mut Command) -> (String, String) {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}", text(&output.stderr));
    (text(&output.stdout), text(&output.stderr))
}

/// The files of a plan that become objects in a cluster.
pub(crate) fn objects(plan: &BTreeMap<PathBuf, Vec<u8>>) -> BTreeMap<&Path, &[u8]> {
    let all = plan.iter().map(|(path, bytes)| (path.as_path(), bytes.as_slice()));
    all.filter(|(path, _)| path.starts_with("apps") || path.starts_with("clusters")).collect()
}

/// The two plans have the same objects, and some.
pub(crate) fn assert_same_objects(
    one: &BTreeMap<PathBuf, Vec<u8>>,
    other: &BTreeMap<PathBuf, Vec<u8>>,
) {
    let (one, other) = (objects(one), objects(other));
    assert!(one.len() > 40, "{}", one.len());
    let paths = one.keys().chain(other.keys());
    let differing: Vec<_> = paths.filter(|path| one.get(*path) != other.get(*path)).collect();
    assert!(differing.is_empty(), "{differing:?}");
}

fn walk(root: &Path, folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(root, &path, files);
        } else if let Ok(bytes) = std::fs::read(&path) {
            files.insert(path.strip_prefix(root).unwrap().to_owned(), bytes);
        }
    }
}
