//! The runtimes that commands make for themselves.

use live::LiveError;
use model::Reason;
use tokio::runtime::{Builder, Runtime};

/// On the caller's thread alone: for what waits more than it works.
pub(crate) fn single() -> Result<Runtime, Reason> {
    built(&mut Builder::new_current_thread())
}

/// On two threads, so that what works keeps nobody from being answered.
pub(crate) fn double() -> Result<Runtime, Reason> {
    built(Builder::new_multi_thread().worker_threads(2))
}

/// On a thread for each core that this program may use.
pub(crate) fn by_cores() -> Result<Runtime, Reason> {
    match std::thread::available_parallelism() {
        // There, a scheduler that hands work to other threads costs and gives nothing.
        Ok(cores) if cores.get() == 1 => single(),
        _ => built(&mut Builder::new_multi_thread()),
    }
}

fn built(builder: &mut Builder) -> Result<Runtime, Reason> {
    builder.enable_all().build().map_err(|source| unstarted("the runtime", source))
}

/// Something that a command cannot do without was not given by the operating system.
pub(crate) fn unstarted(what: &str, source: std::io::Error) -> Reason {
    LiveError::Process { doing: "start", what: what.to_owned(), source }.into()
}
