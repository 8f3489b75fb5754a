//! Codes of the store (area D): the database that holds journals, runs and measurements.

use super::{ErrorKind, Kind, codes};

codes! {
    /// The database did not do what it was asked.
    STORE = "SG-D001", Kind::Error(ErrorKind::World),
        "cannot {doing} the store {place}: {cause}",
        next: "see whether the database can be reached and written: df -h, or psql",
        help: "Journals, runs and measurements are kept in SQLite, or in PostgreSQL where --database \
               names one. The message is the database's own. Nothing was half-written: a change is \
               stored as a whole or not at all.";
    /// There is no room left.
    STORE_FULL = "SG-D002", Kind::Held,
        "the store {place} has no room left: {cause}",
        next: "make room on its disk (df -h); what waits goes on by itself",
        help: "What a shift is going to do is written down before it is done. While nothing can be \
               written nothing is done: the traffic stays as it is, requests are answered, and the \
               shift goes on as soon as there is room.";
    /// The file is no database, or is broken.
    STORE_BROKEN = "SG-D003", Kind::Error(ErrorKind::World),
        "{place} is not a sound database: {cause}",
        next: "keep a copy of {place} and put a backup in its place, or name another folder with --state",
        help: "The file was not changed. Segue does not guess what a broken journal said: the state \
               of a shift is what its journal adds up to, and a guess would move traffic.";
    /// A later version has written it.
    STORE_NEWER = "SG-D004", Kind::Error(ErrorKind::Config),
        "the store {place} was written by a later version of Segue: its schema is {found}, this one knows {known}",
        next: "run the later version, or name another folder with --state",
        help: "A store is brought up to the version that opens it, and never back. The file was not \
               changed.";
    /// An address of a database that cannot be used.
    STORE_URL = "SG-D005", Kind::Error(ErrorKind::Usage),
        "--database cannot be used: {cause}",
        next: "write postgres://USER@HOST/NAME and keep the password in a file: --database-password-file",
        help: "Everybody on a machine can read the command lines of its processes, so a password is \
               not taken from there. It comes from the file that --database-password-file names, or \
               from PostgreSQL's own PGPASSFILE or ~/.pgpass.";
    /// Another instance plays the role.
    LEASE = "SG-D006", Kind::Error(ErrorKind::World),
        "the role {role} is played by {holder} until {until}",
        next: "end the other instance, or wait until its lease is over",
        help: "One instance moves the traffic of a database at a time. The lease is renewed every few \
               seconds; that of an instance which ended without a word is over after a quarter of a \
               minute.";
}
