//! Files on disk: trees read whole, changed by rename, never left through a link.
//!
//! The only place of Segue that touches files. Everything else gets bytes.

mod hold;
mod path;
mod raw;
mod read;
mod repo;
mod socket;
mod write;

pub use hold::Hold;
pub(crate) use read::{files_in, folders_in};
pub use read::{read_file, read_tree};
pub use repo::Folder;
pub use socket::{bind_socket, socket_answers};
pub(crate) use write::remove_dir;
pub use write::{
    apply, force_all, make_dir, make_dir_private, remove_file, rename, write_file, write_private,
    write_private_unforced,
};
