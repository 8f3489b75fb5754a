//! What people look at: pages drawn from plans, in their language.
//!
//! It is given data and returns text. It reads no files and asks nothing.

pub(crate) mod crossing;
pub(crate) mod lang;
pub(crate) mod proof;
pub(crate) mod report;
