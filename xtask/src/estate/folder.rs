//! The estate on disk: writing it, and seeing whether what is there is what would be written.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The folder of the committed estate.
pub fn committed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/estate")
}

/// Writes `files` below `folder`, and removes every other file there.
pub fn write(folder: &Path, files: &BTreeMap<String, String>) -> Result<()> {
    for path in present(folder)? {
        if !files.contains_key(&path) {
            let path = folder.join(path);
            fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    for (path, text) in files {
        let path = folder.join(path);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// The paths below `folder` that are missing, too many, or not what `files` says.
pub fn differences(folder: &Path, files: &BTreeMap<String, String>) -> Result<Vec<String>> {
    let present = present(folder)?;
    let paths: BTreeSet<&String> = files.keys().chain(&present).collect();
    let same = |path: &str| {
        files.get(path).is_some_and(|text| {
            fs::read(folder.join(path)).is_ok_and(|bytes| bytes == text.as_bytes())
        })
    };
    Ok(paths.into_iter().filter(|path| !same(path)).cloned().collect())
}

/// The paths of all files below `folder`, with `/` between their parts.
fn present(folder: &Path) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut open = vec![(folder.to_owned(), String::new())];
    while let Some((path, prefix)) = open.pop() {
        if !path.is_dir() {
            continue;
        }
        let entries =
            fs::read_dir(&path).with_context(|| format!("cannot read {}", path.display()))?;
        for entry in entries {
            let entry = entry?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                open.push((entry.path(), name + "/"));
            } else {
                found.insert(name);
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::{differences, write};
    use std::collections::BTreeMap;

    #[test]
    fn a_folder_is_made_the_same_and_every_difference_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let files = BTreeMap::from([
            ("a/b.json".to_owned(), "1".to_owned()),
            ("c".to_owned(), "2".to_owned()),
        ]);
        assert_eq!(differences(folder.path(), &files).unwrap(), ["a/b.json", "c"]);
        std::fs::write(folder.path().join("stale"), "").unwrap();
        write(folder.path(), &files).unwrap();
        assert!(differences(folder.path(), &files).unwrap().is_empty());
        std::fs::write(folder.path().join("c"), "3").unwrap();
        assert_eq!(differences(folder.path(), &files).unwrap(), ["c"]);
    }
}
