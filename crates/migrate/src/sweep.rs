//! The sweep of an account: which calls to make, given the answers so far.
