//! Who sends requests, and the account of every one of them.

/// Who sends requests, and the account of every one of them.
#[derive(Default)]
pub struct Clients {}
