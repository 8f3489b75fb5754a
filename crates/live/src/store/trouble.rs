//! What went wrong with the store, and whether to try again.

use std::time::Duration;

use model::Reason;
use model::code::store as code;
use model::ports::Retry;
use sqlx::migrate::MigrateError;

/// Wait before something that needs room, or a database that is there, is tried again.
const AGAIN_AFTER: Duration = Duration::from_secs(2);

/// SQLite's primary result codes; an extended one has its primary in the lowest byte.
mod sqlite {
    pub(super) const BUSY: u32 = 5;
    pub(super) const LOCKED: u32 = 6;
    pub(super) const READONLY: u32 = 8;
    pub(super) const IO: u32 = 10;
    pub(super) const CORRUPT: u32 = 11;
    pub(super) const FULL: u32 = 13;
    pub(super) const NOT_A_DATABASE: u32 = 26;
}

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database did not do it.
    #[error("cannot {doing} the store {place}: {cause}")]
    Failed {
        /// The verb: `read`, `write`, `open`.
        doing: &'static str,
        /// The database.
        place: String,
        /// What it said.
        cause: String,
        /// Whether asking again may help.
        retry: Retry,
    },
    /// No room.
    #[error("the store {place} is full: {cause}")]
    Full {
        /// The database.
        place: String,
        /// What it said.
        cause: String,
    },
    /// No database, or a broken one.
    #[error("the store {place} is broken: {cause}")]
    Broken {
        /// The database.
        place: String,
        /// What is wrong.
        cause: String,
    },
    /// Written by a later version.
    #[error("the store {place} has schema {found}, known is {known}")]
    Newer {
        /// The database.
        place: String,
        /// Its schema.
        found: i64,
        /// The last one that this program knows.
        known: i64,
    },
    /// An address that cannot be used. Never holds the address itself, which may have a password.
    #[error("the address of the database cannot be used: {cause}")]
    Url {
        /// What is wrong.
        cause: String,
    },
    /// Another instance plays the role.
    #[error("{role} is played by {holder} until {until}")]
    Leased {
        /// The role.
        role: String,
        /// Who plays it.
        holder: String,
        /// Until when.
        until: String,
    },
}

impl StoreError {
    /// What the error of a statement means.
    pub(super) fn of(doing: &'static str, place: &str, source: &sqlx::Error) -> Self {
        let place = place.to_owned();
        let cause = source.to_string();
        let failed = |retry, cause| Self::Failed { doing, place: place.clone(), cause, retry };
        match source {
            sqlx::Error::Database(error) => {
                let code = error.code().unwrap_or_default();
                let cause = error.message().to_owned();
                if error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_none() {
                    return match code.as_ref() {
                        "53100" | "53200" => Self::Full { place, cause },
                        "40001" | "40P01" => failed(Retry::Now, cause),
                        // The server is going down or coming up, or has no connection left.
                        code if ["08", "53", "57"].iter().any(|class| code.starts_with(class)) => {
                            failed(Retry::After(AGAIN_AFTER), cause)
                        }
                        code if code.starts_with("XX") => Self::Broken { place, cause },
                        _ => failed(Retry::Never, cause),
                    };
                }
                match code.parse::<u32>().unwrap_or_default() & 0xff {
                    sqlite::FULL => Self::Full { place, cause },
                    sqlite::CORRUPT | sqlite::NOT_A_DATABASE => Self::Broken { place, cause },
                    sqlite::BUSY | sqlite::LOCKED | sqlite::IO | sqlite::READONLY => {
                        failed(Retry::After(AGAIN_AFTER), cause)
                    }
                    _ => failed(Retry::Never, cause),
                }
            }
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::WorkerCrashed => {
                failed(Retry::After(AGAIN_AFTER), cause)
            }
            _ => failed(Retry::Never, cause),
        }
    }

    /// What the error of a change of schema means.
    pub(super) fn migrating(place: &str, known: i64, source: MigrateError) -> Self {
        let place = place.to_owned();
        match source {
            MigrateError::VersionMissing(found) | MigrateError::VersionTooNew(found, _) => {
                Self::Newer { place, found, known }
            }
            MigrateError::Execute(source) | MigrateError::ExecuteMigration(source, _) => {
                Self::of("bring up to date", &place, &source)
            }
            MigrateError::VersionMismatch(version) => Self::Broken {
                place,
                cause: format!("its schema {version} is not the one that Segue makes"),
            },
            other => Self::Failed {
                doing: "bring up to date",
                place,
                cause: other.to_string(),
                retry: Retry::Never,
            },
        }
    }

    /// The reason for people.
    pub(crate) fn reason(&self) -> Reason {
        match self {
            Self::Failed { doing, place, cause, .. } => Reason::new(&code::STORE)
                .with("doing", doing)
                .with("place", place)
                .with("cause", cause),
            Self::Full { place, cause } => {
                Reason::new(&code::STORE_FULL).with("place", place).with("cause", cause)
            }
            Self::Broken { place, cause } => {
                Reason::new(&code::STORE_BROKEN).with("place", place).with("cause", cause)
            }
            Self::Newer { place, found, known } => Reason::new(&code::STORE_NEWER)
                .with("place", place)
                .with("found", found)
                .with("known", known),
            Self::Url { cause } => Reason::new(&code::STORE_URL).with("cause", cause),
            Self::Leased { role, holder, until } => Reason::new(&code::LEASE)
                .with("role", role)
                .with("holder", holder)
                .with("until", until),
        }
    }

    /// Whether asking again may help.
    pub(crate) fn retry(&self) -> Retry {
        match self {
            Self::Failed { retry, .. } => *retry,
            Self::Full { .. } | Self::Leased { .. } => Retry::After(AGAIN_AFTER),
            Self::Broken { .. } | Self::Newer { .. } | Self::Url { .. } => Retry::Never,
        }
    }
}

impl From<StoreError> for Reason {
    fn from(error: StoreError) -> Self {
        error.reason()
    }
}

impl From<StoreError> for model::ports::Fault {
    fn from(error: StoreError) -> Self {
        Self { because: error.reason(), retry: error.retry() }
    }
}
