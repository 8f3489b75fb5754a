//! Codes of the report, of differences between scans and of the state of a migration (area M, 430 to 459).

use super::{ErrorKind, Kind, codes};

codes! {
    /// The plan is of a format that the report does not know any more.
    OLD_PLAN = "SG-M430", Kind::Error(ErrorKind::Config), "{place} has format version {version}; the report reads version {known}",
        next: "plan again with this segue: segue migrate plan SNAPSHOT --out {root}",
        help: "The report is drawn from plan/plan.json. An older program wrote this one, without the waves and the bill that the report shows. Planning again from the same snapshot takes seconds and leaves hand edits alone.";
    /// The plan is of a newer format.
    NEWER_PLAN = "SG-M431", Kind::Error(ErrorKind::Config), "{place} has format version {version}; this program reads up to {known}",
        next: "use the newer segue that made it, or plan again with this one: segue migrate plan SNAPSHOT --out {root}",
        help: "Plans are versioned. A newer program may have written members that this one would misread, and a report that is wrong is worse than none.";
    /// A file of the plan cannot be read.
    BAD_PLAN_FILE = "SG-M432", Kind::Error(ErrorKind::Config), "{place} cannot be read: {cause}",
        next: "write it again: segue migrate plan SNAPSHOT --out {root}",
        help: "The report reads plan/plan.json, plan/findings.json and plan/inventory.json, which `segue migrate plan` writes. Nobody has to edit them by hand, so a file that cannot be read was cut off or merged badly.";
    /// The place of the report holds something else.
    NOT_OUR_REPORT = "SG-M433", Kind::Error(ErrorKind::Config), "{place} is there and is no report of segue",
        next: "name another file: segue migrate report {root} --out REPORT.html",
        help: "A report is replaced by a newer one without a question. Any other file is left alone: the first lines of a report have a mark that tells it from a page that somebody wrote.";
}
