//! Every bound of this crate, with its unit and the reason for its size.

/// Files in one tree: an estate of 1,000 services in 3 environments has about 30,000.
pub const TREE_FILES_MAX: usize = 200_000;

/// Folders nested in one tree; deeper is a link that leads in a circle.
pub const TREE_DEPTH_MAX: usize = 64;

/// Bytes of one file of a tree: a raw AWS snapshot of 60 clusters has about 3 MB.
pub const FILE_BYTES_MAX: u64 = 256 << 20;
