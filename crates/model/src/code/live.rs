//! Codes of `live` (area L).

use super::{ErrorKind, Kind, codes};

codes! {
    /// A file or folder could not be read or written.
    FILE = "SG-L001", Kind::Error(ErrorKind::World),
        "cannot {doing} {path}: {cause}",
        next: "look at the folder and its permissions: ls -la {folder}",
        help: "The operating system refused to read, write or delete a file. Nothing else of the \
               same change was written unless the message says so. Mend the permissions, the disk \
               or the path, then run the same command again: it starts from what is on disk.";
    /// A path that would leave its tree.
    OUTSIDE = "SG-L002", Kind::Error(ErrorKind::Config),
        "{path} leads out of {root}: {cause}",
        next: "replace the link by a copy of what it points to: ls -la {folder}",
        help: "Segue reads and writes only inside the folder that it was given. A symbolic link \
               that points outside, an absolute path or `..` would let a tree reach other files of \
               this machine, so such a path is refused before anything is changed.";
    /// A file name that is not text.
    NAME = "SG-L003", Kind::Error(ErrorKind::Config),
        "the name of {path} is not valid UTF-8",
        next: "rename the file in {folder}, or move it out of the tree",
        help: "Paths end up in manifests, plans and reports, all of which are UTF-8 text. A name \
               in another encoding cannot be written there without changing it.";
    /// A tree that is too large or too deep to be what was meant.
    TOO_MUCH = "SG-L004", Kind::Error(ErrorKind::Config),
        "{path} holds more than {limit}",
        next: "name the folder that holds only the files in question, not one above it",
        help: "A bound on what is read from a folder, so that a wrong argument (a home folder, a \
               link that leads in a circle) ends in a sentence rather than in a full memory.";
    /// Nothing can be served at an address.
    LISTEN = "SG-L010", Kind::Error(ErrorKind::World),
        "cannot listen on {address}: {cause}",
        next: "leave out the port and a free one is taken, or see who has it: ss -ltnp",
        help: "Another program uses the port, or the address is not one of this machine.";
    /// An order of an engine that has a successor.
    EPOCH = "SG-L011", Kind::Held,
        "rule {rule}: an order of epoch {given} came after one of epoch {present} and is refused",
        next: "end the older engine; the newer one goes on",
        help: "Each start of an engine takes the next epoch and writes it into every order. One \
               that was thought dead and acts again would undo what its successor did, so its \
               orders are refused.";
    /// A rule, group or workload that is not here.
    UNKNOWN = "SG-L012", Kind::Error(ErrorKind::Config),
        "there is no {kind} {name}",
        next: "compare the name with the manifests",
        help: "A plan names something that this world does not have.";
    /// No room for one more.
    FULL = "SG-L013", Kind::Error(ErrorKind::World),
        "{what} holds {limit} already",
        next: "take away what is not needed, then run the same command again",
        help: "Every list has a bound, so that a fault elsewhere cannot fill this machine.";
}
