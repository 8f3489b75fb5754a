//! What a person wrote stays: edits, patches, files of their own; and what is stale goes.

use crate::estate;
use crate::support::Case;

const PLAN: &str = "migrate plan taken.snapshot --out config";

/// A tree that a plan wrote from kept files, as one overlay called `default`.
fn planned() -> Case {
    let case = Case::new();
    estate::kept_files(&case, "defs");
    scanned(&case);
    case.done(PLAN);
    case
}

fn scanned(case: &Case) {
    case.done("migrate scan --from-files defs --out taken.snapshot");
}

#[test]
fn an_edited_file_stays_whether_or_not_its_service_changes() {
    let case = planned();
    let file = "config/apps/shop/base/deployment.yaml";
    let generated = case.read(file);
    let mine = format!("# mine\n{generated}");
    case.write(file, &mine);
    let same = case.done(PLAN);
    assert!(
        same.contains("apps/shop/base/deployment.yaml was edited by hand and stays as it is"),
        "{same}"
    );
    assert!(same.contains("0 to add, 0 to change, 0 to remove, 1 held."), "{same}");
    assert_eq!(case.read(file), mine);
    case.edit("defs/shop.json", "8080", "9090");
    scanned(&case);
    let changed = case.done(PLAN);
    assert!(
        changed.contains("edited by hand and stays, though it is generated differently now"),
        "{changed}"
    );
    assert_eq!(case.read(file), mine);
    // Still held the next time: the record of what was generated must not adopt the edit.
    assert!(case.done(PLAN).contains("1 held."));
    assert_eq!(case.read(file), mine);
    // Whoever gives the edit up gets what is generated now, by either way.
    case.write(file, generated);
    assert!(case.done(PLAN).contains("0 to add, 1 to change, 0 to remove, 0 held."));
    assert!(case.read(file).contains("9090"));
}

#[test]
fn a_deleted_file_comes_back() {
    let case = planned();
    let before = case.files("config");
    case.remove("config/apps/shop/base/deployment.yaml");
    assert!(case.done(PLAN).contains("1 to add, 0 to change"));
    assert_eq!(case.files("config"), before);
}

#[test]
fn files_of_the_team_are_never_touched() {
    let case = planned();
    let mine = [
        ("config/apps/shop/overlays/default/patches/kustomization.yaml", "# patched\n"),
        ("config/apps/shop/overlays/default/patches/memory.yaml", "# more\n"),
        ("config/apps/shop/base/notes.md", "mine\n"),
        ("config/apps/other/base/kustomization.yaml", "mine\n"),
        ("config/README.md", "mine\n"),
        ("config/.git/HEAD", "ref: refs/heads/main\n"),
        ("config/naming.yaml", "# ours\nnotEnvironment: [live-chat]\n"),
        ("config/segue.yaml", "# ours\nrepository: https://git.example.com/ours.git\n"),
        ("config/plan/waivers.yaml", "# ours\nwaivers: []\n"),
    ];
    for (path, text) in mine {
        case.write(path, text);
    }
    case.edit("defs/shop.json", "8080", "9090");
    case.remove("defs/mail.json");
    scanned(&case);
    let said = case.done(PLAN);
    assert!(said.contains(", 0 held."), "{said}");
    for (path, text) in mine {
        assert_eq!(case.read(path), text, "{path}");
    }
    assert!(
        case.read("config/clusters/default/apps.yaml").contains("ours.git"),
        "{:?}",
        case.files("config").keys()
    );
}

#[test]
fn a_service_that_is_gone_takes_its_files_but_not_the_edits() {
    let case = planned();
    let edited = "config/apps/mail/overlays/default/kustomization.yaml";
    let mine = format!("{}# mine\n", case.read(edited));
    case.write(edited, &mine);
    case.write("config/apps/cart/base/mine.yaml", "mine\n");
    case.remove("defs/mail.json");
    case.remove("defs/cart.json");
    scanned(&case);
    let said = case.done(PLAN);
    assert!(said.contains("is not generated any more, but was edited by hand and stays"), "{said}");
    assert_eq!(case.read(edited), mine);
    let left: Vec<String> =
        case.files("config/apps").into_keys().filter(|path| !path.starts_with("shop/")).collect();
    let kept = [
        "cart/",
        "cart/base/",
        "cart/base/mine.yaml",
        "mail/",
        "mail/overlays/",
        "mail/overlays/default/",
        "mail/overlays/default/kustomization.yaml",
        "shop/",
    ];
    assert_eq!(
        left.iter().filter(|path| *path != "shop/").collect::<Vec<_>>(),
        kept[..7].iter().collect::<Vec<_>>()
    );
    // The edit is still known to be an edit, however often the plan runs.
    assert!(case.done(PLAN).contains("1 held."));
    assert_eq!(case.read(edited), mine);
}

#[test]
fn a_dry_run_writes_nothing() {
    let case = planned();
    let before = case.files("config");
    let same = case.segue(&format!("{PLAN} --dry-run --exit-code"));
    assert_eq!((same.code, case.files("config") == before), (0, true), "{}", same.stdout);
    case.edit("defs/shop.json", "8080", "9090");
    scanned(&case);
    let differs = case.segue(&format!("{PLAN} --dry-run --exit-code"));
    assert_eq!((differs.code, case.files("config") == before), (3, true), "{}", differs.stdout);
    assert!(differs.stdout.contains("~ apps/shop/base/"), "{}", differs.stdout);
    assert!(!differs.stdout.contains("Written"), "{}", differs.stdout);
    assert_eq!(case.segue(&format!("{PLAN} -n")).code, 0);
    let new = case.segue("migrate plan taken.snapshot --out fresh --dry-run --exit-code");
    assert_eq!((new.code, case.has("fresh")), (3, false), "{}", new.stdout);
    assert!(!new.stdout.contains("Written"), "{}", new.stdout);
    let nowhere = case.done("migrate plan taken.snapshot");
    assert!(nowhere.contains("Nothing was written."), "{nowhere}");
}
