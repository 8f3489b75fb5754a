//! The tools of the workspace: `cargo xtask …`, and what tests need of other people's programs.
//!
//! - [`peers`] finds and installs the real programs that tests run (kubectl, etcd, checkov, …),
//! - [`controlplane`] starts a real Kubernetes API for one test,
//! - [`postgres`] starts a real PostgreSQL for one test,
//! - [`suite`] is `cargo xtask test`, the one command that proves a change,
//! - [`aws_shapes`] makes the table by which `live` speaks to AWS, `cargo xtask gen aws-shapes`,
//! - [`estate`] makes the example estate, `cargo xtask gen estate`,
//! - [`fakeaws`] is a small AWS for one test, or for people: `cargo xtask fake-aws`,
//! - [`moto`] starts other people's AWS and builds the example estate in it,
//! - [`balancers`] measures balancers beside each other, `cargo xtask bench-balancers`,
//! - [`nodrop`] loads balancers that are changed and replaced, `cargo xtask no-drop`,
//! - [`rest`] says what memory `segue serve` has at rest, `cargo xtask rest`,
//! - [`tidy`] checks what compiler and lints cannot see.
//!
//! A test takes this crate as a dev-dependency; nothing of it is shipped, and it depends on no
//! crate of the product.

#![expect(
    clippy::disallowed_methods,
    reason = "the ports keep the product deterministic; these are tools that work on the machine"
)]

pub mod aws_shapes;
pub mod balancers;
pub mod cache;
pub mod cli;
pub mod controlplane;
pub mod estate;
pub mod fakeaws;
pub mod moto;
pub mod nodrop;
pub mod peers;
pub mod postgres;
pub mod rest;
pub mod shell;
pub mod suite;
pub mod tidy;
