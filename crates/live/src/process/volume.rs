//! Volumes as folders of the pod. Nothing is mounted: a process is told where its folders are.

use std::path::{Path, PathBuf};

use crate::{LiveError, disk};

/// Where a volume of the pod in `folder` lies.
pub(super) fn folder(folder: &Path, volume: &str) -> PathBuf {
    folder.join("volumes").join(volume)
}

/// Makes a volume with its files. Those of an earlier life of the pod stay, as in Kubernetes.
pub(super) fn fill<'a>(
    folder: &Path,
    files: impl Iterator<Item = (&'a str, Vec<u8>)>,
) -> Result<(), LiveError> {
    disk::make_dir_private(folder)?;
    for (path, bytes) in files {
        let file = folder.join(path);
        if let Some(parent) = file.parent() {
            disk::make_dir(parent)?;
        }
        disk::write_private_unforced(&file, &bytes)?;
    }
    Ok(())
}

/// The variable that says where the folder is that the manifest wants at `path`:
/// `/etc/app.d` is told by `SEGUE_MOUNT_ETC_APP_D`.
pub(super) fn variable(path: &str) -> String {
    let part = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    format!("SEGUE_MOUNT_{}", path.trim_matches('/').chars().map(part).collect::<String>())
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_volume_is_a_private_folder_with_its_files() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let volume = folder(dir.path(), "settings");
        fill(&volume, [("a/b.yaml", b"x: 1\n".to_vec())].into_iter()).unwrap();
        assert_eq!(std::fs::read(volume.join("a/b.yaml")).unwrap(), b"x: 1\n");
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&volume), 0o700);
        assert_eq!(mode(&volume.join("a/b.yaml")), 0o600);
        assert_eq!(variable("/etc/app.d/"), "SEGUE_MOUNT_ETC_APP_D");
    }
}
