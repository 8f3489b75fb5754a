//! Trees on a real disk: nothing half written, nothing outside, modes kept.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use live::LiveError;
use live::disk::{
    Folder, apply, force_all, make_dir_private, read_tree, write_file, write_private,
    write_private_unforced,
};
use model::ports::{ChangeSet, Repo as _};

fn changes(write: &[(&str, &str)], delete: &[&str]) -> ChangeSet {
    ChangeSet {
        write: write.iter().map(|(k, v)| ((*k).to_owned(), v.as_bytes().to_vec())).collect(),
        delete: delete.iter().map(|path| (*path).to_owned()).collect(),
    }
}

fn names(dir: &Path) -> Vec<String> {
    read_tree(dir, |_| true).unwrap().into_keys().collect()
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

#[test]
fn a_change_set_writes_deletes_and_leaves_no_empty_folder() {
    let dir = tempfile::tempdir().unwrap();
    apply(dir.path(), &changes(&[("apps/a/base/x.yaml", "1"), ("apps/b/y.yaml", "2")], &[]))
        .unwrap();
    apply(dir.path(), &changes(&[("apps/b/y.yaml", "3")], &["apps/a/base/x.yaml", "gone"]))
        .unwrap();
    assert_eq!(names(dir.path()), ["apps/b/y.yaml"]);
    assert!(!dir.path().join("apps/a").exists());
    assert_eq!(fs::read(dir.path().join("apps/b/y.yaml")).unwrap(), b"3");
}

#[test]
fn the_mode_of_an_existing_file_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("deploy.sh");
    fs::write(&file, "a").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o750)).unwrap();
    apply(dir.path(), &changes(&[("deploy.sh", "b")], &[])).unwrap();
    assert_eq!((mode(&file), fs::read_to_string(&file).unwrap()), (0o750, "b".to_owned()));
}

#[test]
fn private_files_and_folders_are_private() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("state/deep");
    make_dir_private(&folder).unwrap();
    let file = folder.join("snapshot.json");
    fs::write(&file, "wide").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    write_private(&file, b"narrow").unwrap();
    assert_eq!((mode(&folder), mode(&file)), (0o700, 0o600));
    write_file(&file, b"again").unwrap();
    assert_eq!(mode(&file), 0o600, "a later plain write keeps the mode");
}

#[test]
fn a_link_out_of_the_tree_is_refused_before_anything_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let other = tempfile::tempdir().unwrap();
    fs::write(other.path().join("secret"), "s").unwrap();
    symlink(other.path(), dir.path().join("out")).unwrap();
    for path in ["out/secret", "../x", "/etc/x", "a//b", "./a", ""] {
        let error = apply(dir.path(), &changes(&[("a", "1"), (path, "2")], &[])).unwrap_err();
        assert!(matches!(error, LiveError::Outside { .. }), "{path}: {error}");
        assert!(!dir.path().join("a").exists(), "{path}");
    }
    assert!(matches!(
        apply(dir.path(), &changes(&[], &["out/secret"])).unwrap_err(),
        LiveError::Outside { .. }
    ));
    assert!(matches!(read_tree(dir.path(), |_| true).unwrap_err(), LiveError::Outside { .. }));
    assert!(read_tree(dir.path(), |path| path != "out/").unwrap().is_empty());
    assert_eq!(fs::read(other.path().join("secret")).unwrap(), b"s");
    apply(dir.path(), &changes(&[], &["out"])).unwrap();
    assert!(!dir.path().join("out").exists() && other.path().join("secret").exists());
}

#[test]
fn links_inside_the_tree_are_followed_and_written_through() {
    let dir = tempfile::tempdir().unwrap();
    apply(dir.path(), &changes(&[("base/x", "1")], &[])).unwrap();
    symlink("base", dir.path().join("same")).unwrap();
    assert_eq!(names(dir.path()), ["base/x", "same/x"]);
    apply(dir.path(), &changes(&[("same/x", "2")], &[])).unwrap();
    assert_eq!(fs::read(dir.path().join("base/x")).unwrap(), b"2");
    symlink("..", dir.path().join("base/round")).unwrap();
    assert!(matches!(read_tree(dir.path(), |_| true).unwrap_err(), LiveError::TooMuch { .. }));
}

#[test]
fn a_failed_change_set_leaves_the_tree_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    apply(dir.path(), &changes(&[("a", "1"), ("file", "1"), ("folder/x", "1")], &[])).unwrap();
    for bad in ["file/below", "folder"] {
        let error = apply(dir.path(), &changes(&[("a", "2"), (bad, "2")], &["file"])).unwrap_err();
        assert!(error.to_string().contains(bad.split('/').next().unwrap()), "{error}");
        assert_eq!(fs::read(dir.path().join("a")).unwrap(), b"1");
    }
    assert_eq!(names(dir.path()), ["a", "file", "folder/x"]);
    let left: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "no half-written file stays: {left:?}");
}

#[test]
fn an_error_names_the_file_and_the_next_command() {
    let error = live::disk::read_file(Path::new("/nowhere/plan.json")).unwrap_err();
    let reason = error.reason();
    assert!(reason.sentence().starts_with("cannot read /nowhere/plan.json: "), "{reason}");
    assert_eq!(reason.next(), "look at the folder and its permissions: ls -la /nowhere");
}

#[test]
fn the_port_lists_reads_and_leaves_git_alone() {
    let dir = tempfile::tempdir().unwrap();
    let repo = Folder::new(dir.path().join("new"));
    assert_eq!(repo.list("").unwrap(), Vec::<String>::new());
    assert_eq!(repo.read("x").unwrap(), None);
    repo.apply(&changes(&[("apps/a/x", "1"), (".git/config", "2"), ("top", "3")], &[])).unwrap();
    assert_eq!(repo.list("").unwrap(), ["apps/a/x", "top"]);
    assert_eq!(repo.list("apps").unwrap(), ["apps/a/x"]);
    assert_eq!(repo.list("none").unwrap(), Vec::<String>::new());
    assert_eq!(repo.read("apps/a/x").unwrap(), Some(b"1".to_vec()));
    assert_eq!(repo.read("apps").unwrap(), None);
}

#[test]
fn many_private_files_are_forced_to_the_disk_together() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("a")).unwrap();
    let files: Vec<_> = (0..50).map(|n| dir.path().join(format!("a/{n}.json"))).collect();
    for file in &files {
        write_private_unforced(file, b"{}").unwrap();
        assert_eq!(mode(file), 0o600);
    }
    force_all(&files).unwrap();
    force_all(&[]).unwrap();
    fs::remove_file(&files[7]).unwrap();
    let error = force_all(&files).unwrap_err().to_string();
    assert!(error.contains("7.json"), "{error}");
}
