//! Which database, how it is opened, and how it is brought up to this version's schema.

use std::fs::{File, OpenOptions};
use std::io::Read as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, SqlSafeStr as _};

use super::{Pool, Store, StoreError};
use crate::LiveError;
use crate::limits::{STORE_CONNECTIONS_MAX, STORE_WAIT};

/// The schema, one change after the other. A change that was released is never edited: a store
/// remembers what it was made by.
const SCHEMA: [(i64, &str, &str); 2] = [
    (1, "journal", include_str!("schema/1_journal.sql")),
    (2, "engine", include_str!("schema/2_engine.sql")),
];

/// What a database of SQLite begins with.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Where a store is.
#[derive(Clone)]
pub enum Database {
    /// A file of SQLite, made where there is none.
    File(PathBuf),
    /// A database of PostgreSQL, which is there already.
    Postgres(Box<PgConnectOptions>),
}

impl Database {
    /// The database of `url`, such as `postgres://segue@db.internal/segue`. The password comes
    /// apart from it, or from PostgreSQL's own files.
    pub fn of_url(url: &str, password: Option<&str>) -> Result<Self, StoreError> {
        let wrong = |cause: &str| StoreError::Url { cause: cause.to_owned() };
        let Some(rest) =
            url.strip_prefix("postgres://").or_else(|| url.strip_prefix("postgresql://"))
        else {
            return Err(wrong("it does not begin with postgres://"));
        };
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
        if user.contains(':') || rest.to_ascii_lowercase().contains("password=") {
            return Err(wrong("it holds a password"));
        }
        // The error's own text could hold parts of the address; what is wrong is said, not what it is.
        let options = PgConnectOptions::from_str(url)
            .map_err(|_| wrong("it is not an address of PostgreSQL"))?
            .application_name("segue");
        let options = match password {
            Some(password) => options.password(password),
            None => options,
        };
        Ok(Self::Postgres(Box::new(options)))
    }

    /// As people name it, without a password.
    fn place(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Postgres(options) => format!(
                "postgres://{}@{}:{}/{}",
                options.get_username(),
                options.get_host(),
                options.get_port(),
                options.get_database().unwrap_or_default()
            ),
        }
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.place())
    }
}

impl Store {
    /// Opens the database and brings it up to this version's schema.
    pub async fn open(database: &Database) -> Result<Self, LiveError> {
        Self::open_at(database, SCHEMA.len()).await
    }

    /// The same with the first `changes` changes of the schema alone: a store as an earlier version
    /// made it.
    #[doc(hidden)]
    pub async fn open_at(database: &Database, changes: usize) -> Result<Self, LiveError> {
        let store = match database {
            Database::File(path) => {
                prepare(path)?;
                Self::sqlite(path, true, &database.place()).await?
            }
            Database::Postgres(options) => {
                let place = database.place();
                let pool = PgPoolOptions::new()
                    .max_connections(STORE_CONNECTIONS_MAX)
                    .acquire_timeout(STORE_WAIT)
                    .after_connect(|connection, _| Box::pin(durable(connection)))
                    .connect_with(PgConnectOptions::clone(options))
                    .await
                    .map_err(|source| StoreError::of("open", &place, &source))?;
                Self { pool: Pool::Postgres(pool), place }
            }
        };
        store.bring_up(changes).await?;
        Ok(store)
    }

    /// Opens a file of SQLite only to read it; another process may have it open.
    pub async fn read_only(path: &Path) -> Result<Self, LiveError> {
        sound(path)?;
        Ok(Self::sqlite(path, false, &path.display().to_string()).await?)
    }

    async fn sqlite(path: &Path, writes: bool, place: &str) -> Result<Self, StoreError> {
        let failed = |source| StoreError::of("open", place, &source);
        let mut options = SqliteConnectOptions::new().filename(path).busy_timeout(STORE_WAIT);
        options = if writes {
            // FULL: a commit is on the disk before it is said to be.
            options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full)
        } else {
            options.read_only(true)
        };
        let pool = SqlitePoolOptions::new()
            .max_connections(STORE_CONNECTIONS_MAX)
            .acquire_timeout(STORE_WAIT)
            .connect_with(options)
            .await
            .map_err(failed)?;
        let (found,): (String,) =
            sqlx::query_as("PRAGMA quick_check(1)").fetch_one(&pool).await.map_err(failed)?;
        if found != "ok" {
            return Err(StoreError::Broken { place: place.to_owned(), cause: found });
        }
        Ok(Self { pool: Pool::Sqlite(pool), place: place.to_owned() })
    }

    /// Lets a file grow to so many pages at most, as a disk without room would.
    #[doc(hidden)]
    pub async fn pages_max(&self, pages: u32) {
        let Pool::Sqlite(pool) = &self.pool else { return };
        let mut held = Vec::new();
        // The bound is one of the connection: each has to hear of it.
        for _ in 0..STORE_CONNECTIONS_MAX {
            if let Ok(mut connection) = pool.acquire().await {
                let text = AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
                let _ = sqlx::query(text).execute(&mut *connection).await;
                held.push(connection);
            }
        }
    }

    async fn bring_up(&self, changes: usize) -> Result<(), StoreError> {
        let known = SCHEMA.last().map_or(0, |(version, _, _)| *version);
        let change = |(version, name, sql): &(i64, &'static str, &'static str)| {
            let sql = AssertSqlSafe(*sql).into_sql_str();
            Migration::new(*version, (*name).into(), MigrationType::Simple, sql, false)
        };
        let schema = Migrator::with_migrations(SCHEMA.iter().take(changes).map(change).collect());
        let done = match &self.pool {
            Pool::Sqlite(pool) => schema.run(pool).await,
            Pool::Postgres(pool) => schema.run(pool).await,
        };
        done.map_err(|source| StoreError::migrating(&self.place, known, source))
    }
}

/// A server that confirms before it has written would let records vanish that were acted on.
async fn durable(connection: &mut sqlx::PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query(
        "SELECT set_config('synchronous_commit', 'on', false) \
         WHERE current_setting('synchronous_commit') = 'off'",
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Makes the file where there is none, for its owner alone; SQLite gives its own files the same
/// permissions. A file that is no database is left as it is.
fn prepare(path: &Path) -> Result<(), LiveError> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600);
    options.open(path).map_err(|source| LiveError::File {
        doing: "open",
        path: path.to_owned(),
        source,
    })?;
    sound(path)
}

/// Looks at the head of the file before SQLite does: it must not write into what is not its own.
fn sound(path: &Path) -> Result<(), LiveError> {
    let named = |source| LiveError::File { doing: "read", path: path.to_owned(), source };
    let mut head = Vec::new();
    #[expect(clippy::disallowed_methods, reason = "this crate reads files")]
    let file = File::open(path).map_err(named)?;
    file.take(MAGIC.len() as u64).read_to_end(&mut head).map_err(named)?;
    if head.is_empty() || head == MAGIC {
        return Ok(());
    }
    let cause = "it does not begin as a database of SQLite does".to_owned();
    Err(StoreError::Broken { place: path.display().to_string(), cause }.into())
}
