//! How a database wants its SQL, where databases differ.

use std::borrow::Cow;

use super::Function;
use crate::value::{ColumnDef, SqlType};

/// The differences between the databases' SQL. What is not asked here is the same for all of them.
///
/// A dialect that differs from SQLite's in one type:
///
/// ```
/// use std::borrow::Cow;
/// use orm::driver::sqlite::SqliteDialect;
/// use orm::driver::{Dialect, PatternStyle};
/// use orm::mapping::ColumnDef;
/// use orm::value::SqlType;
///
/// struct TypedUuids;
///
/// impl Dialect for TypedUuids {
///     fn name(&self) -> &'static str {
///         SqliteDialect.name()
///     }
///
///     fn column_type(&self, column: &ColumnDef) -> Cow<'static, str> {
///         match column.ty {
///             SqlType::Uuid => "UUID".into(),
///             _ => SqliteDialect.column_type(column),
///         }
///     }
///
///     fn pattern_style(&self) -> PatternStyle {
///         SqliteDialect.pattern_style()
///     }
/// }
///
/// assert_eq!(TypedUuids.column_type(&ColumnDef::new(SqlType::Uuid, false)), "UUID");
/// assert_eq!(TypedUuids.column_type(&ColumnDef::new(SqlType::Text, false)), "TEXT");
/// ```
pub trait Dialect: Send + Sync {
    /// The database's name, as in a URL.
    fn name(&self) -> &'static str;

    /// The type of a column, in the database's words.
    fn column_type(&self, column: &ColumnDef) -> Cow<'static, str>;

    /// How text is compared with a pattern, upper case apart from lower case.
    fn pattern_style(&self) -> PatternStyle;

    /// The collation by which a query compares and sorts values of a type, if it is not to be that of the
    /// column: where the type is stored as text and text has another order.
    fn collation(&self, ty: SqlType) -> Option<&'static str> {
        let _ = ty;
        None
    }

    /// SQL by which foreign keys are checked only when the transaction ends, for a change of a key together with all
    /// references to it. `None` where there is none.
    fn defer_foreign_keys(&self) -> Option<&'static str> {
        None
    }

    /// How a function of the query language is written: SQL in which `{0}`, `{1}` and so on stand for the
    /// arguments and `{*}` for all of them, separated by commas. `None` where there is none, which is
    /// [`Error::Unsupported`](crate::error::Error::Unsupported) for a query that uses it.
    ///
    /// What is not said differently is in the words that most databases share:
    /// [`Function::standard`].
    fn function(&self, function: Function) -> Option<&'static str> {
        function.standard()
    }

    /// The type that `CAST` takes for values of a type. It is the type of a column, unless that is said.
    fn cast_type(&self, ty: SqlType) -> Cow<'static, str> {
        self.column_type(&ColumnDef::new(ty, false))
    }

    /// The name of the collation that orders text by its bytes, in a database that finds the texts
    /// which begin with a bound text in an index only if it is given their range. A blob is behind every
    /// text in it.
    fn byte_order(&self) -> Option<&'static str> {
        None
    }

    /// What stands at the end of a `SELECT` whose rows are to be locked. `None` where rows cannot be locked,
    /// which is [`Error::Unsupported`](crate::error::Error::Unsupported) for a query that asks for it.
    fn lock(&self, lock: Lock, wait: LockWait) -> Option<&'static str> {
        let _ = (lock, wait);
        None
    }

    /// What stands behind the name of a table to make a query use an index, with `{}` for its quoted name, or
    /// no index at all. `None` where that cannot be asked for, which is
    /// [`Error::Unsupported`](crate::error::Error::Unsupported) for a query that does.
    fn index_hint(&self, hint: IndexHint) -> Option<&'static str> {
        let _ = hint;
        None
    }

    /// What stands before a query whose plan is wanted, as rows of an identifier, the identifier of
    /// the step around and, in the last column, a description.
    fn explain(&self) -> Option<&'static str> {
        None
    }

    /// Whether NULL sorts before all values in ascending order.
    fn nulls_first(&self) -> bool {
        true
    }
}

/// Appends a name in double quotes, the way every database takes it.
///
/// ```
/// let mut sql = String::from("SELECT * FROM ");
/// orm::driver::push_identifier(&mut sql, r#"12" records"#);
/// assert_eq!(sql, r#"SELECT * FROM "12"" records""#);
/// ```
pub fn push_identifier(sql: &mut String, name: &str) {
    sql.push('"');
    if name.contains('"') {
        sql.push_str(&name.replace('"', "\"\""));
    } else {
        sql.push_str(name);
    }
    sql.push('"');
}

/// How a database compares text with a pattern, upper case apart from lower case.
///
/// ```
/// # use orm::prelude::*;
/// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Artist])?;
/// # let artist = |name: &str| Artist { id: 0, name: name.into() };
/// # Artist::insert_many(&db, &mut ["Nina Simone", "Bill Evans", "Nick Drake"].map(artist))?;
/// // SQLite's LIKE does not tell upper case from lower case, so its dialect says `Glob`.
/// let (sql, values) = Artist::query().filter(Artist::NAME.contains("N")).to_sql(&db)?;
/// assert!(sql.ends_with(r#""artist"."name" GLOB ?"#));
/// assert_eq!(values, ["*N*".into()]);
/// # Ok::<(), orm::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PatternStyle {
    /// `GLOB` with `*` and `?`, each escaped by brackets.
    Glob,
    /// `LIKE` with `%` and `_`, each escaped by a backslash.
    Like,
}

/// What other transactions may do with the rows that a query has locked.
///
/// A dialect says how both are written:
///
/// ```
/// use orm::driver::{Lock, LockWait};
///
/// fn lock(lock: Lock, wait: LockWait) -> Option<&'static str> {
///     Some(match (lock, wait) {
///         (Lock::Update, LockWait::Wait) => " FOR UPDATE",
///         (Lock::Update, LockWait::SkipLocked) => " FOR UPDATE SKIP LOCKED",
///         (Lock::Share, LockWait::Wait) => " FOR SHARE",
///         _ => return None, // `Error::Unsupported`
///     })
/// }
///
/// assert_eq!(lock(Lock::Share, LockWait::NoWait), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lock {
    /// Nothing but read them: `FOR UPDATE`.
    Update,
    /// Read them and lock them in the same way: `FOR SHARE`.
    Share,
}

/// What a query does about rows that somebody else has locked.
///
/// See [`Lock`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum LockWait {
    /// It waits.
    #[default]
    Wait,
    /// It fails: `NOWAIT`.
    NoWait,
    /// It leaves them out: `SKIP LOCKED`.
    SkipLocked,
}

/// Which index a query is to use.
///
/// ```
/// use orm::driver::sqlite::SqliteDialect;
/// use orm::driver::{Dialect, IndexHint};
///
/// assert_eq!(SqliteDialect.index_hint(IndexHint::Use), Some(" INDEXED BY {}"));
/// assert_eq!(SqliteDialect.index_hint(IndexHint::None), Some(" NOT INDEXED"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum IndexHint {
    /// A certain one.
    Use,
    /// None.
    None,
}
