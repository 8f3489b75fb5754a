//! Files on disk: trees read whole, changed by rename, never left through a link.
//!
//! The only place of Segue that touches files. Everything else gets bytes.

mod path;
mod raw;
mod read;
mod repo;
mod write;

pub use read::{read_file, read_tree};
pub use repo::Folder;
pub use write::{apply, make_dir, make_dir_private, remove_file, write_file, write_private};
