//! Codes of reading input and writing the configuration repository (area M, 060 to 099).

use super::{ErrorKind, Kind, codes};

codes! {
    /// The folder is no snapshot.
    NOT_A_SNAPSHOT = "SG-M060", Kind::Error(ErrorKind::Config), "{place} is not a snapshot: it has no snapshot.json",
        next: "segue migrate scan --from-files {place} --out estate.snapshot",
        help: "A snapshot is a folder with a manifest, snapshot.json, and raw answers under answers/. A folder of task definitions or other JSON is made into one by `segue migrate scan --from-files`. A scan that was interrupted leaves no manifest.";
    /// The snapshot is of a newer format.
    NEWER_SNAPSHOT = "SG-M061", Kind::Error(ErrorKind::Config), "{place} has format version {version}; this program reads up to {known}",
        next: "use the newer segue that made it, or scan again with this one",
        help: "Snapshots are versioned. A newer program may have written answers that this one would misread, so it does not try.";
    /// The manifest cannot be read.
    BAD_MANIFEST = "SG-M062", Kind::Error(ErrorKind::Config), "{place} is not a manifest of a snapshot: {cause}",
        next: "scan again: segue migrate scan --from-files DIR --out SNAPSHOT",
        help: "snapshot.json names the format version, where the answers come from, and what was asked for each. It is written last, so that a snapshot without it is known to be incomplete.";
    /// A file is no JSON.
    NOT_JSON = "SG-M063", Kind::Error(ErrorKind::Config), "{place}:{line}:{column} is not JSON: {cause}",
        next: "correct the file or take it out of the folder, then run the same command again",
        help: "Every input file must be one JSON value in UTF-8. Nothing was written.";
    /// There is nothing to read.
    NO_ANSWERS = "SG-M064", Kind::Error(ErrorKind::Config), "{place} has no JSON files in it",
        next: "name the folder with the task definitions: segue migrate scan --from-files DIR --out SNAPSHOT",
        help: "The folder, or the answers/ of the snapshot, holds no file that ends in .json. Nothing was written.";
    /// A file is not UTF-8.
    NOT_UTF8 = "SG-M065", Kind::Error(ErrorKind::Config), "{place} is not UTF-8 text: the byte at {offset} does not fit",
        next: "convert it: iconv -f WINDOWS-1252 -t UTF-8, then run the same command again",
        help: "JSON is UTF-8. Files saved by some editors are not.";
    /// Some input file is too large.
    TOO_LARGE = "SG-M066", Kind::Error(ErrorKind::Config), "{place} has {size} bytes; the limit is {limit}",
        next: "take it out of the folder; a task definition has at most 64 KiB",
        help: "A file this large is no answer of AWS. The limit keeps a wrong folder from filling the memory.";
    /// The target holds something else.
    NOT_OUR_TREE = "SG-M067", Kind::Error(ErrorKind::Config), "{place} was not written by segue and has its own {path}",
        next: "name an empty or new folder by --out, or one that an earlier plan wrote",
        help: "The plan is written into a new folder or into a configuration repository that an earlier plan wrote, which plan/generated.json tells. Anything else is left alone.";
    /// The output of an earlier plan cannot be read.
    BAD_GENERATED = "SG-M068", Kind::Error(ErrorKind::Config), "{place} cannot be read: {cause}",
        next: "restore it from Git: git checkout -- plan/generated.json",
        help: "plan/generated.json lists every file that the last plan wrote with its checksum, so that hand edits can be told from generated text. Without it nothing can be replaced safely.";
    /// The service is not in the plan.
    NO_SUCH_SERVICE = "SG-M069", Kind::Error(ErrorKind::Usage), "{service} is not in the plan; it has {known}",
        next: "segue migrate explain SERVICE --plan {place}",
        help: "The name is the canonical one, as the folders under apps/ have it.";
    /// There is no plan.
    NO_PLAN = "SG-M070", Kind::Error(ErrorKind::Config), "{place} has no plan: {cause}",
        next: "segue migrate plan SNAPSHOT --out {place}",
        help: "plan/plan.json and plan/rulings.json are written by `segue migrate plan`.";
    /// Open blockers hold a strict plan.
    BLOCKED = "SG-M071", Kind::Error(ErrorKind::Held), "{count} blockers are open: {list}",
        next: "segue migrate explain SERVICE --plan {place}, then correct or waive them in plan/waivers.yaml",
        help: "With --strict a plan with open blockers ends with exit code 5. A blocker stops the generation of its service only. A waiver needs a name, a reason and an expiry date.";
    /// The waivers cannot be read.
    BAD_WAIVERS = "SG-M072", Kind::Error(ErrorKind::Config), "{place}: {cause}",
        next: "correct the file; segue help SG-M072 shows its form",
        help: "plan/waivers.yaml is a list under `waivers`, each with `finding` (an id of findings.json), `name` (who), `reason`, and `expires` (YYYY-MM-DD).";
    /// A file of the example estate.
    SAME_ANSWER_TWICE = "SG-M073", Kind::Error(ErrorKind::Config), "{file} is in more than one of the snapshots",
        next: "name each snapshot once, and give the files of different accounts different names",
        help: "Rulings name leaves by file and pointer, so a file name may occur only once in a plan.";
    /// A file is new.
    FILE_NEW = "SG-M080", Kind::Because, "{path} is new",
        next: "segue migrate explain SERVICE --plan DIR",
        help: "The plan generates this file and the tree has none at that path.";
    /// A generated file changes.
    FILE_CHANGED = "SG-M081", Kind::Because, "{path} is generated differently now",
        next: "git diff {path}",
        help: "The file is as the last plan wrote it, and what is generated has changed since.";
    /// A generated file is not needed any more.
    FILE_STALE = "SG-M082", Kind::Because, "{path} is not generated any more",
        next: "git log -- {path}",
        help: "The last plan wrote this file, nobody has touched it, and the plan of now has no use for it.";
    /// A generated file was edited by hand.
    FILE_EDITED = "SG-M083", Kind::Held, "{path} was edited by hand and stays as it is",
        next: "move the edit to the patches/ folder beside it, then restore the file: git checkout -- {path}",
        help: "A file whose checksum is not the one that the last plan recorded was edited by a person. Segue never overwrites it. What is generated for it has not changed.";
    /// A generated file was edited by hand and would change.
    FILE_EDITED_AND_CHANGED = "SG-M084", Kind::Held, "{path} was edited by hand and stays, though it is generated differently now",
        next: "move the edit to patches/, delete {path}, and run the plan again",
        help: "Both sides changed: a person edited the file and the estate or the program changed what is generated. The edit stays until a person decides.";
    /// A stale file was edited by hand.
    FILE_STALE_EDITED = "SG-M085", Kind::Held, "{path} is not generated any more, but was edited by hand and stays",
        next: "delete it if it is not needed: git rm {path}",
        help: "Nothing refers to the file any more. It was edited by a person, so it is left for a person to delete.";
    /// segue.yaml cannot be read.
    BAD_ESTATE = "SG-M074", Kind::Error(ErrorKind::Config), "{place}: {cause}",
        next: "correct segue.yaml, or restore it: git checkout -- segue.yaml",
        help: "segue.yaml names the repository's URL and the environments with their clusters. It is written once by the first plan and is the team's from then on.";
    /// A file stands where a folder is wanted.
    NOT_A_FOLDER = "SG-M075", Kind::Error(ErrorKind::Config), "{place} is a file, and a folder is wanted",
        next: "name the folder, not a file in it: ls -la {place}",
        help: "A snapshot, a folder of JSON files and a configuration repository are folders. Nothing was read and nothing was written.";
    /// A file of a service that is blocked now.
    FILE_BLOCKED = "SG-M086", Kind::Held, "{path} is not generated while its service is blocked, and stays as it is",
        next: "answer the blocker (plan/findings.md), then run the plan again",
        help: "An earlier plan wrote this file, and a blocker now keeps it from being generated. Removing it would take down what may be running, so it stays until the blocker is answered.";
}
