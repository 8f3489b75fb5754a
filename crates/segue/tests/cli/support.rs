//! A folder for one case, the program started in it, and transcripts of what it said.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A folder that goes away with the case, and the width of its terminal.
pub(crate) struct Case {
    dir: tempfile::TempDir,
    columns: &'static str,
}

/// How the program ended and what it said.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Case {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), columns: "100" }
    }

    /// The same with a terminal of `columns`.
    pub(crate) fn wide(columns: &'static str) -> Self {
        Self { columns, ..Self::new() }
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    /// Writes a file, with the folders above it.
    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let place = self.path(path);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(place, bytes).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap()
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.path(path).exists()
    }

    pub(crate) fn remove(&self, path: &str) {
        std::fs::remove_file(self.path(path)).unwrap();
    }

    /// Replaces `from`, which must be there, in a file.
    pub(crate) fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no {from:?}");
        self.write(path, text.replacen(from, to, 1));
    }

    /// The program in this folder, with an environment that says nothing.
    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_segue"));
        command.args(line.split_whitespace()).current_dir(self.dir.path()).stdin(Stdio::null());
        command.env_clear().env("COLUMNS", self.columns).env("TERM", "xterm");
        command
    }

    /// Runs `segue LINE`, the words parted at blanks.
    pub(crate) fn segue(&self, line: &str) -> Said {
        said(self.command(line))
    }

    /// Runs `segue LINE`, which must end with 0, and returns what it printed.
    pub(crate) fn done(&self, line: &str) -> String {
        let said = self.segue(line);
        assert_eq!(said.code, 0, "segue {line}\n{}{}", said.stdout, said.stderr);
        said.stdout
    }

    /// Runs `segue LINE`, which must fail as errors should, and change nothing; adds it to a
    /// transcript.
    pub(crate) fn fails(&self, transcript: &mut String, what: &str, line: &str) {
        let before = self.files("");
        let said = self.segue(line);
        let all = format!("{}{}", said.stdout, said.stderr);
        assert!(said.code > 0 && said.code < 100, "segue {line} ended with {}: {all}", said.code);
        assert!(!all.contains("panicked"), "segue {line}: {all}");
        assert_eq!(said.stdout, "", "segue {line} printed data before it failed");
        assert!(said.stderr.contains("error"), "segue {line}: {all}");
        assert_eq!(before, self.files(""), "segue {line} changed files");
        let _ = write!(transcript, "# {what}\n$ segue {line}\n{}", said.stderr);
        let _ = write!(transcript, "(exit {})\n\n", said.code);
    }

    /// Every file under `folder` with its bytes.
    pub(crate) fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let mut out = BTreeMap::new();
        walk(&self.path(folder), "", &mut out);
        out
    }
}

/// Runs a command to its end.
pub(crate) fn said(mut command: Command) -> Said {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Said {
        code: output.status.code().unwrap_or(-1),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

/// Every file of a tree, empty folders as `name/`; a file that nobody may read is empty.
fn walk(place: &Path, prefix: &str, out: &mut BTreeMap<String, Vec<u8>>) {
    let Ok(entries) = std::fs::read_dir(place) else { return };
    for entry in entries {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            let below = format!("{name}/");
            walk(&entry.path(), &below, out);
            out.insert(below, Vec::new());
        } else {
            out.insert(name, std::fs::read(entry.path()).unwrap_or_default());
        }
    }
}

/// The paths at which two trees differ.
pub(crate) fn differing(
    one: &BTreeMap<String, Vec<u8>>,
    other: &BTreeMap<String, Vec<u8>>,
) -> Vec<String> {
    let mut paths: Vec<String> = one.keys().chain(other.keys()).cloned().collect();
    paths.sort();
    paths.dedup();
    paths.retain(|path| one.get(path) != other.get(path));
    paths
}
