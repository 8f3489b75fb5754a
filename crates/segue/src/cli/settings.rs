//! What the environment says: read here and nowhere else.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the one place where the environment is read"
)]

use std::path::PathBuf;

use model::Reason;

use super::exit::Failure;

/// True if `NO_COLOR` is set and not empty, or the terminal is dumb.
pub(crate) fn no_color() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    set("NO_COLOR") || std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// True if `CLICOLOR_FORCE` is set and not 0.
pub(crate) fn force_color() -> bool {
    std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0")
}

/// True unless the locale names another encoding than UTF-8.
pub(crate) fn is_utf8() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|text| !text.is_empty()));
    locale.is_none_or(|text| {
        let text = text.to_ascii_lowercase();
        text.contains("utf-8")
            || text.contains("utf8")
            || !text.contains('.') && text != "c" && text != "posix"
    })
}

/// The path of this program, which the demo starts again as its services.
pub(crate) fn program() -> Result<PathBuf, Failure> {
    std::env::current_exe().map_err(|e| {
        let what = format!("the path of this program cannot be told: {e}");
        Reason::new(&model::code::cli::USAGE).with("what", what).into()
    })
}

/// How a person at this place calls this program: `segue` if their path leads to one, else where
/// it lies.
pub(crate) fn called() -> String {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let Ok(program) = std::env::current_exe() else { return "segue".to_owned() };
    if std::env::split_paths(&path).any(|folder| folder.join("segue").is_file()) {
        return "segue".to_owned();
    }
    let here = std::env::current_dir().unwrap_or_default();
    program.strip_prefix(here).unwrap_or(&program).display().to_string()
}

/// `COLUMNS`, if it is a number.
pub(crate) fn columns() -> Option<usize> {
    std::env::var("COLUMNS").ok()?.parse().ok()
}

/// The folder where Segue keeps its state unless another one is named: `segue` in
/// `XDG_STATE_HOME`, or in `~/.local/state`.
pub(crate) fn state() -> Result<PathBuf, Failure> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let home = set("XDG_STATE_HOME")
        .map(PathBuf::from)
        // The specification of the variable wants relative paths to be passed over.
        .filter(|path| path.is_absolute())
        .or_else(|| Some(PathBuf::from(set("HOME")?).join(".local/state")));
    home.map(|home| home.join("segue")).ok_or_else(|| {
        let what = "there is no HOME and no XDG_STATE_HOME: name the state folder with --state";
        Reason::new(&model::code::cli::USAGE).with("what", what).into()
    })
}

/// The user's name, by which a decision is signed.
pub(crate) fn user() -> Option<String> {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    set("USER").or_else(|| set("LOGNAME"))
}
