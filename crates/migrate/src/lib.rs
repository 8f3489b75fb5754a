//! From an inventory of ECS to a configuration repository for Kubernetes.
//!
//! Pure: snapshots in, files out. The steps, each in its module: `input` (read with tolerance),
//! `naming` (environment and service of everything), `assemble` (what belongs to one service),
//! `convert` (objects, findings, rulings), `layout` (base and overlays, the tree of files).
//! `verify` looks at the result once more, with nothing in common with what made it.
//! What it is not: it asks no AWS, writes no file, knows no clock.

pub mod assemble;
pub mod consolidate;
pub mod convert;
pub mod cost;
pub mod credential;
pub mod diff;
pub mod documents;
pub mod estate;
pub mod evidence;
pub mod finding;
pub mod generate;
pub mod given;
pub mod input;
pub mod layout;
pub mod ledger;
pub mod naming;
pub mod plan;
pub mod routes;
pub mod scope;
pub mod settings;
pub mod sweep;
pub mod tree;
pub mod verify;
pub mod waivers;
pub mod waves;
pub mod words;
