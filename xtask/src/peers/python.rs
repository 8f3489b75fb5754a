//! Packages of the Python index, each in a virtual environment of its own.

use crate::shell;
use anyhow::{Context, Result};
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What is put beside the virtual environment for callers to run.
#[derive(Debug)]
pub(super) enum Launch {
    /// Nothing: the caller knows its way in.
    None,
    /// A link to a program that the package brings.
    Program { file: &'static str },
    /// A script that runs a Python module. The scripts that pip writes name the interpreter by the
    /// absolute path that it had while the environment was being made, which is gone afterwards.
    Module { file: &'static str, module: &'static str },
}

/// Installs `requirements` (one `name==version` a line) into `folder/venv`.
pub(super) fn install(requirements: &str, launch: &Launch, folder: &Path) -> Result<()> {
    let venv = folder.join("venv");
    shell::run_quietly(Command::new("python3").args(["-m", "venv"]).arg(&venv)).context(
        "python3 (3.11 or newer) with its venv module is needed; Debian has it as python3-venv",
    )?;
    let list = folder.join("requirements.txt");
    fs::write(&list, requirements)?;
    let mut pip = Command::new(venv.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]);
    shell::run_quietly(pip.arg("--requirement").arg(&list))?;
    place(launch, folder)
}

fn place(launch: &Launch, folder: &Path) -> Result<()> {
    match launch {
        Launch::None => Ok(()),
        Launch::Program { file } => {
            Ok(symlink(Path::new("venv/bin").join(file), folder.join(file))?)
        }
        Launch::Module { file, module } => {
            let script = folder.join(file);
            let text = format!(
                "#!/bin/sh\n\
                 exec \"$(dirname \"$(readlink -f \"$0\")\")/venv/bin/python\" -m {module} \"$@\"\n"
            );
            fs::write(&script, text)?;
            Ok(fs::set_permissions(&script, Permissions::from_mode(0o755))?)
        }
    }
}

/// The folder of the packages that [`install`] put under `folder`.
pub(super) fn site_packages(folder: &Path) -> Result<PathBuf> {
    let lib = folder.join("venv/lib");
    let mut entries = fs::read_dir(&lib)?.filter_map(Result::ok).map(|entry| entry.path());
    let python = entries.find(|path| path.join("site-packages").is_dir());
    python
        .map(|path| path.join("site-packages"))
        .with_context(|| format!("there is no site-packages under {}", lib.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_launched_from_wherever_its_folder_is() {
        let dir = tempfile::tempdir().unwrap();
        let (before, after) = (dir.path().join("before"), dir.path().join("after"));
        fs::create_dir_all(before.join("venv/bin")).unwrap();
        symlink("/bin/echo", before.join("venv/bin/python")).unwrap();
        place(&Launch::Module { file: "tool", module: "tool.main" }, &before).unwrap();
        fs::rename(&before, &after).unwrap();
        let out = shell::run_quietly(Command::new(after.join("tool")).arg("--flag")).unwrap();
        assert_eq!(shell::said(&out), "-m tool.main --flag");
    }

    #[test]
    fn the_folder_of_packages_is_found_for_any_python() {
        let dir = tempfile::tempdir().unwrap();
        let packages = dir.path().join("venv/lib/python3.13/site-packages");
        fs::create_dir_all(&packages).unwrap();
        assert_eq!(site_packages(dir.path()).unwrap(), packages);
    }
}
