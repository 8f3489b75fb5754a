//! Unix sockets: private, and put in place whole.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tokio::net::{UnixListener, UnixStream};

use super::raw;
use crate::LiveError;

/// Whether something listens at `path`.
pub async fn socket_answers(path: &Path) -> bool {
    UnixStream::connect(path).await.is_ok()
}

/// Binds a socket that only its owner can open, and puts it at `path` in one step: whoever
/// connects meets the one that was there, or this. Call inside a tokio runtime.
pub fn bind_socket(path: &Path) -> Result<UnixListener, LiveError> {
    let failed = |source| LiveError::Listen { address: path.display().to_string(), source };
    let fresh = beside(path);
    // Left by a process of this number that was killed in between.
    raw::unlink(&fresh)?;
    let listener = UnixListener::bind(&fresh).map_err(failed)?;
    let put = std::fs::set_permissions(&fresh, Permissions::from_mode(0o600)).map_err(failed);
    if let Err(error) = put.and_then(|()| raw::rename(&fresh, path)) {
        let _ = raw::unlink(&fresh);
        return Err(error);
    }
    Ok(listener)
}

/// A name in the same folder that no other process takes.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}", std::process::id()))
}
