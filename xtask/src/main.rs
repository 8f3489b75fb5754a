//! Tasks of the workspace: tidy, test, gen. Not shipped.

fn main() {}
