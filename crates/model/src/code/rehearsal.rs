//! Codes of `segue rehearse` and `segue shift` (area R, from 100): what a person asked that cannot be.

use super::{ErrorKind, Kind, codes};

codes! {
    /// A file of kind Shift that cannot be read.
    BAD_SHIFT = "SG-R100", Kind::Error(ErrorKind::Config),
        "{place}: {cause}",
        next: "segue shift schema",
        help: "A file under `shifts/` is read strictly: a field that Segue does not know would be a \
               wish that silently does nothing. The message names the file and the line.";
    /// A shift that the repository does not have.
    NO_SHIFT = "SG-R101", Kind::Error(ErrorKind::Usage),
        "there is no shift {name}; {known}",
        next: "segue shift get",
        help: "Shifts are files under `shifts/` of the configuration repository. Name one by its \
               metadata.name, or give its file.";
    /// A fault that cannot be ordered.
    BAD_FAULT = "SG-R102", Kind::Error(ErrorKind::Usage),
        "--fault {spec}: {cause}",
        next: "segue rehearse --help",
        help: "A fault is NAME@HH:MM:SS, with a target as NAME:TARGET and a length as +DURATION: \
               `zone-loss:c@00:14:30+5m`. The message lists the names, or the targets, that exist.";
    /// Something that cannot be rehearsed.
    NOT_REHEARSED = "SG-R103", Kind::Error(ErrorKind::Config),
        "{place} cannot be rehearsed: {cause}",
        next: "segue rehearse --help",
        help: "A rehearsal begins from a folder that `segue migrate plan` wrote, from a file of kind \
               Shift, or from a file of kind Rehearsal that `--save` wrote.";
    /// A time that cannot be read.
    BAD_TIME = "SG-R104", Kind::Error(ErrorKind::Usage),
        "{flag} {text}: {cause}",
        next: "segue rehearse --help",
        help: "Moments are HH:MM:SS since the start of the rehearsal; lengths are 90s, 5m, 2h.";
    /// An overlay that gives no objects.
    BAD_OVERLAY = "SG-R105", Kind::Error(ErrorKind::Config),
        "{overlay} cannot be rendered, so the checks cannot read it: {cause}",
        next: "mend it, then see it with: kubectl kustomize {overlay}",
        help: "The checks of a shift read the manifests of its new side from the repository's \
               overlay, rendered as `kubectl kustomize` does it.";
}
