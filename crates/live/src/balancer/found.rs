//! Which header fields that concern a balancer a head has.

use hyper::header::{HeaderMap, HeaderValue};

/// Found in one look over all names: most heads have few of these, and each look into a
/// `HeaderMap` hashes a name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Found(u16);

impl Found {
    pub(super) const CONNECTION: Self = Self(1);
    pub(super) const KEEP_ALIVE: Self = Self(1 << 1);
    pub(super) const PROXY_CONNECTION: Self = Self(1 << 2);
    pub(super) const TE: Self = Self(1 << 3);
    pub(super) const TRANSFER_ENCODING: Self = Self(1 << 4);
    pub(super) const UPGRADE: Self = Self(1 << 5);
    pub(super) const COOKIE: Self = Self(1 << 6);
    pub(super) const EXPECT: Self = Self(1 << 7);
    pub(super) const FORWARDED: Self = Self(1 << 8);
    pub(super) const FORWARDED_FOR: Self = Self(1 << 9);
    pub(super) const REQUEST_ID: Self = Self(1 << 10);

    /// Those of `headers`.
    pub(super) fn of(headers: &HeaderMap<HeaderValue>) -> Self {
        headers.keys().fold(Self::default(), |found, name| {
            let one = match name.as_str() {
                "connection" => Self::CONNECTION,
                "keep-alive" => Self::KEEP_ALIVE,
                "proxy-connection" => Self::PROXY_CONNECTION,
                "te" => Self::TE,
                "transfer-encoding" => Self::TRANSFER_ENCODING,
                "upgrade" => Self::UPGRADE,
                "cookie" => Self::COOKIE,
                "expect" => Self::EXPECT,
                "forwarded" => Self::FORWARDED,
                "x-forwarded-for" => Self::FORWARDED_FOR,
                "x-request-id" => Self::REQUEST_ID,
                _ => Self::default(),
            };
            Self(found.0 | one.0)
        })
    }

    /// Whether `one` is among them.
    pub(super) fn has(self, one: Self) -> bool {
        self.0 & one.0 != 0
    }
}
