//! What an earlier run has left: fleets outlive a demo that was killed. They are ended, and its
//! state is put aside whole, so that a demo always begins at the beginning.

use std::path::{Path, PathBuf};

use live::{SystemClock, disk};
use model::Reason;
use model::ports::Clock as _;

use crate::serve::instance;
use crate::serve::local::{Local, LocalConfig};

/// The folder of earlier states, beside the state folder.
const ASIDE: &str = "earlier";

/// Ends what runs from the folder `state`, and moves the folder away; gives its new place. Refused
/// while another instance serves it.
pub(super) async fn put_aside(state: &Path, program: &Path) -> Result<Option<PathBuf>, Reason> {
    if !state.is_dir() {
        return Ok(None);
    }
    let hold = instance::hold(state)?;
    // `segue serve` may have gone on from an earlier demo, with a balancer beside it.
    let config = LocalConfig::new(state.to_owned(), program.to_owned());
    let local = Local::start(LocalConfig { beside: true, ..config }).await?;
    local.stop().await;
    let folder = state.parent().unwrap_or(Path::new("")).join(ASIDE);
    disk::make_dir_private(&folder)?;
    let now = SystemClock.now();
    let name = |extra: String| folder.join(format!("{}{extra}", now.strftime("%Y%m%dT%H%M%SZ")));
    let mut names = std::iter::once(String::new()).chain((2..).map(|number| format!("-{number}")));
    // Two demos within a second, one after the other.
    let free = names.by_ref().map(name).find(|place| !place.exists());
    let place = free.unwrap_or_else(|| folder.clone());
    disk::rename(state, &place)?;
    drop(hold);
    Ok(Some(place))
}
