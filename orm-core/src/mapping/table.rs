//! The description of one table.

use std::sync::OnceLock;

use super::{ColumnDef, Mapping, RelationDef, VariantTable};
use crate::error::Error;

/// A table: everything the library knows about a mapped type, fixed when the program is compiled.
///
/// ```
/// use orm::prelude::*;
///
/// #[derive(ActiveRecord)]
/// #[orm(table = "artists")]
/// struct Artist {
///     #[orm(primary_key)]
///     id: i64,
///     name: String,
///     born: Option<i32>,
/// }
///
/// let table = Artist::TABLE;
/// assert_eq!(table.name, "artists");
/// assert_eq!(table.key_columns().map(|column| column.name).collect::<Vec<_>>(), ["id"]);
/// assert_eq!(table.position("born"), Some(2));
/// assert!(table.columns[2].nullable && !table.is_key(2));
/// assert!(table.statements().find.ends_with(r#"WHERE "artists"."id" = ?"#));
/// ```
#[derive(Debug)]
pub struct Table {
    /// The name in the database.
    pub name: &'static str,
    /// The schema (or attached database) it lives in, if it is not the usual one.
    pub schema: Option<&'static str>,
    /// The columns, in the order of the fields.
    pub columns: &'static [ColumnDef],
    /// Positions of the primary key's columns.
    pub key: &'static [usize],
    /// Who makes the primary key.
    pub key_strategy: KeyStrategy,
    /// The position of the column by which a row shows that it was written since it was read.
    pub version: Option<usize>,
    /// Names of the columns that the database makes while it writes a row.
    pub returning: &'static [&'static str],
    /// Unique constraints and indexes over several columns, or with a condition.
    pub indexes: &'static [Index],
    /// Conditions on each row.
    pub checks: &'static [Check],
    /// References to other tables.
    pub foreign_keys: &'static [ForeignKey],
    /// What rows of other tables are to a row of this one.
    pub relations: &'static [RelationDef],
    /// Whether SQLite is to check the types of the values (`STRICT`).
    pub strict: bool,
    /// Whether SQLite is to store the rows by primary key (`WITHOUT ROWID`).
    pub without_rowid: bool,
    /// A comment on the table.
    pub comment: Option<&'static str>,
    /// The position of the column that says which variant of an enum a row is.
    pub tag: Option<usize>,
    /// The tables that hold the columns which not all variants have, if this one does not.
    pub variants: &'static [VariantTable],
    /// The fixed statements.
    pub sql: StaticSql,
}

impl Table {
    /// A table without anything; the derive fills in what the struct has.
    ///
    /// ```
    /// use orm::Table;
    /// use orm::mapping::ColumnDef;
    /// use orm::value::SqlType;
    ///
    /// static NOTES: Table = Table {
    ///     name: "notes",
    ///     columns: &[ColumnDef::new(SqlType::BigInt, false).named("id")],
    ///     key: &[0],
    ///     ..Table::EMPTY
    /// };
    /// assert!(NOTES.is_key(0) && NOTES.indexes.is_empty());
    /// ```
    pub const EMPTY: Self = Self {
        name: "",
        schema: None,
        columns: &[],
        key: &[],
        key_strategy: KeyStrategy::Assigned,
        version: None,
        returning: &[],
        indexes: &[],
        checks: &[],
        foreign_keys: &[],
        relations: &[],
        strict: false,
        without_rowid: false,
        comment: None,
        tag: None,
        variants: &[],
        sql: StaticSql::Fixed(Statements {
            find: "",
            insert: "",
            update: "",
            delete: "",
            inserted: &[],
            updated: &[],
        }),
    };

    /// Whether two descriptions are of one table. A description is a constant, which may have several addresses.
    pub(crate) fn is(&self, other: &Self) -> bool {
        (self.schema, self.name) == (other.schema, other.name)
    }

    /// The columns of the primary key, in its order.
    pub fn key_columns(&self) -> impl Iterator<Item = &'static ColumnDef> {
        let columns = self.columns;
        self.key.iter().map(move |&at| &columns[at])
    }

    /// Whether the column at this position belongs to the primary key.
    #[must_use]
    pub fn is_key(&self, column: usize) -> bool {
        self.key.contains(&column)
    }

    /// Whether a foreign key may be NULL, in all of its columns.
    pub(crate) fn is_optional(&self, key: &ForeignKey) -> bool {
        let mut columns = key.columns.iter();
        columns.all(|&at| self.columns[at].nullable)
    }

    /// The position of the column with this name.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// A decoding error with the names of the table and the column. `at` is the position in the row
    /// at which this table's columns begin.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// use orm::Error;
    /// use orm::value::Mismatch;
    ///
    /// let error = Error::decode(1, Mismatch::invalid("text", "an integer"));
    /// let error = Artist::TABLE.named(error, 0);
    /// assert_eq!(error.to_string(), "artist.name cannot be read: expected text, found an integer");
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    pub fn named(&self, error: Error, at: usize) -> Error {
        self.with_names(error, |position| {
            let column = self.columns.get(position.wrapping_sub(at))?;
            Some(column.name)
        })
    }

    /// [`named`](Self::named) for a row of the columns [`returning`](Self::returning).
    pub(crate) fn named_returning(&self, error: Error) -> Error {
        self.with_names(error, |position| self.returning.get(position).copied())
    }

    fn with_names(
        &self,
        error: Error,
        column_at: impl FnOnce(usize) -> Option<&'static str>,
    ) -> Error {
        match error {
            Error::Decode {
                table: "",
                position,
                mismatch,
                source,
                ..
            } => Error::Decode {
                table: self.name,
                // A constructor refuses a row, and no column of it.
                column: match source {
                    Some(_) => "",
                    None => column_at(position).unwrap_or_default(),
                },
                position,
                mismatch,
                source,
            },
            other => other,
        }
    }

    /// The fixed statements.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// let statements = Artist::TABLE.statements();
    /// assert_eq!(statements.insert, r#"INSERT INTO "artist" ("name") VALUES (?)"#);
    /// assert_eq!(statements.inserted, [1]);
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    pub fn statements(&'static self) -> &'static Statements {
        match &self.sql {
            StaticSql::Fixed(statements) => statements,
            StaticSql::Built(cell) => cell.get_or_init(|| Statements::build(self)),
        }
    }
}

/// The table of a mapping, as a function, so that tables may refer to each other in a circle.
///
/// ```
/// # use orm::prelude::*;
/// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Artist])?;
/// use orm::Table;
///
/// let table: fn() -> &'static Table = orm::mapping::table_of::<Artist>;
/// assert_eq!(table().name, "artist");
/// # Ok::<(), orm::Error>(())
/// ```
#[must_use]
pub fn table_of<M: Mapping>() -> &'static Table {
    M::TABLE
}

/// Who makes the primary key of a new row.
///
/// ```
/// use orm::mapping::KeyStrategy;
/// # use orm::prelude::*;
///
/// #[derive(ActiveRecord)]
/// struct Country {
///     #[orm(primary_key(assigned))]
///     code: String,
/// }
///
/// assert_eq!(Country::TABLE.key_strategy, KeyStrategy::Assigned);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyStrategy {
    /// The database, as it inserts the row.
    Auto,
    /// The program, just before the row is inserted: UUIDs, ULIDs and generators of one's own.
    Generated,
    /// The user: a natural key.
    Assigned,
}

/// The statements whose text never changes, the same for every database.
///
/// ```
/// # use orm::prelude::*;
/// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Artist])?;
/// use orm::mapping::StaticSql;
///
/// assert!(matches!(Artist::TABLE.sql, StaticSql::Fixed(_)));
/// # Ok::<(), orm::Error>(())
/// ```
#[derive(Debug)]
pub enum StaticSql {
    /// Text that the derive wrote.
    Fixed(Statements),
    /// Text that is put together on first use, because the derive could not see all columns: the
    /// struct embeds another one.
    Built(&'static OnceLock<Statements>),
}

/// Text of the fixed statements. Names are quoted, parameters are `?`.
///
/// ```
/// # use orm::prelude::*;
/// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Artist])?;
/// let statements = Artist::TABLE.statements();
/// assert_eq!(statements.update, r#"UPDATE "artist" SET "name" = ? WHERE "artist"."id" = ?"#);
/// assert_eq!(statements.updated, [1]); // the position of `name`
/// # Ok::<(), orm::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Statements {
    /// SELECT of all columns by primary key.
    pub find: &'static str,
    /// INSERT of the columns [`inserted`](Self::inserted).
    pub insert: &'static str,
    /// UPDATE of the columns [`updated`](Self::updated) by primary key and, if there is one, by version.
    pub update: &'static str,
    /// DELETE by primary key and, if there is one, by version.
    pub delete: &'static str,
    /// Positions of the columns that an INSERT names: all that the program may write, but for a key
    /// that the database makes.
    pub inserted: &'static [usize],
    /// Positions of the columns that an UPDATE sets: all that the program may write, but for the key.
    pub updated: &'static [usize],
}

/// An index, or a unique constraint, over one or more columns.
///
/// ```
/// # use orm::prelude::*;
/// #[derive(ActiveRecord)]
/// #[orm(unique(artist_id, title))]
/// struct Album {
///     #[orm(primary_key)]
///     id: i64,
///     artist_id: i64,
///     title: String,
/// }
///
/// let [unique] = Album::TABLE.indexes else { panic!("one index") };
/// assert!(unique.unique && unique.condition.is_none());
/// assert_eq!(unique.columns, ["artist_id", "title"]);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Index {
    /// The name, if it is not to follow from the table and the columns.
    pub name: Option<&'static str>,
    /// The names of the columns.
    pub columns: &'static [&'static str],
    /// Whether no two rows may agree in all columns.
    pub unique: bool,
    /// The condition of a partial index, in SQL.
    pub condition: Option<&'static str>,
}

/// A condition on each row.
///
/// ```
/// # use orm::prelude::*;
/// #[derive(ActiveRecord)]
/// #[orm(check = "sold <= pressed")]
/// struct Record {
///     #[orm(primary_key)]
///     id: i64,
///     pressed: i64,
///     sold: i64,
/// }
///
/// assert_eq!(Record::TABLE.checks[0].sql, "sold <= pressed");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// The condition, in SQL.
    pub sql: &'static str,
}

/// A reference to another table.
///
/// ```
/// # use orm::prelude::*;
/// use orm::mapping::ReferentialAction;
///
/// #[derive(ActiveRecord)]
/// struct Artist {
///     #[orm(primary_key)]
///     id: i64,
/// }
///
/// #[derive(ActiveRecord)]
/// struct Album {
///     #[orm(primary_key)]
///     id: i64,
///     #[orm(references(Artist, on_delete = cascade))]
///     artist_id: i64,
/// }
///
/// let [key] = Album::TABLE.foreign_keys else { panic!("one foreign key") };
/// assert_eq!((key.target)().name, "artist");
/// assert_eq!(key.columns, [Album::ARTIST_ID.position()]);
/// assert_eq!(key.on_delete, ReferentialAction::Cascade);
/// assert_eq!(key.on_update, ReferentialAction::NoAction);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct ForeignKey {
    /// Positions of the referring columns.
    pub columns: &'static [usize],
    /// The table referred to.
    pub target: fn() -> &'static Table,
    /// Positions of the columns referred to; empty for the primary key.
    pub references: &'static [usize],
    /// What happens to the referring row when the other is deleted.
    pub on_delete: ReferentialAction,
    /// What happens to the referring row when the other changes its key.
    pub on_update: ReferentialAction,
    /// Whether it is checked at the end of the transaction, and not of the statement.
    pub deferrable: bool,
}

impl ForeignKey {
    /// A reference to the primary key of a table, of no columns yet.
    ///
    /// ```
    /// use orm::mapping::{ForeignKey, ReferentialAction, table_of};
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64 }
    ///
    /// const KEY: ForeignKey = ForeignKey::to(table_of::<Artist>)
    ///     .by(&[1])
    ///     .on_delete(ReferentialAction::Cascade);
    /// assert_eq!(KEY.referenced(), [Artist::ID.position()]);
    /// ```
    #[must_use]
    pub const fn to(target: fn() -> &'static Table) -> Self {
        Self {
            columns: &[],
            target,
            references: &[],
            on_delete: ReferentialAction::NoAction,
            on_update: ReferentialAction::NoAction,
            deferrable: false,
        }
    }

    /// Says which columns refer, by their positions.
    #[must_use]
    pub const fn by(self, columns: &'static [usize]) -> Self {
        Self { columns, ..self }
    }

    /// Says which columns are referred to, by their positions, if not the primary key.
    #[must_use]
    pub const fn references(self, references: &'static [usize]) -> Self {
        Self { references, ..self }
    }

    /// Says what happens to the referring row when the other is deleted.
    #[must_use]
    pub const fn on_delete(self, on_delete: ReferentialAction) -> Self {
        Self { on_delete, ..self }
    }

    /// Says what happens to the referring row when the other changes its key.
    #[must_use]
    pub const fn on_update(self, on_update: ReferentialAction) -> Self {
        Self { on_update, ..self }
    }

    /// Says that it is checked at the end of the transaction, and not of the statement.
    #[must_use]
    pub const fn deferrable(self) -> Self {
        Self {
            deferrable: true,
            ..self
        }
    }

    /// Positions of the columns referred to, in the table referred to.
    #[must_use]
    pub fn referenced(&self) -> &'static [usize] {
        match self.references {
            [] => (self.target)().key,
            columns => columns,
        }
    }
}

/// What the database does to a row whose reference would be left pointing nowhere.
///
/// ```
/// # use orm::prelude::*;
/// #[derive(ActiveRecord)]
/// struct Artist {
///     #[orm(primary_key)]
///     id: i64,
/// }
///
/// #[derive(ActiveRecord)]
/// struct Album {
///     #[orm(primary_key)]
///     id: i64,
///     #[orm(references(Artist, on_delete = cascade))]
///     artist_id: i64,
/// }
///
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Artist, Album])?;
/// let mut artist = Artist { id: 0 };
/// artist.save(&db)?;
/// Album { id: 0, artist_id: artist.id }.insert(&db)?;
/// artist.delete(&db)?;
/// assert_eq!(Album::count(&db)?, 0);
/// # Ok::<(), orm::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ReferentialAction {
    /// Refuses the change, at the end of the statement.
    #[default]
    NoAction,
    /// Refuses the change at once.
    Restrict,
    /// Deletes or changes the row too.
    Cascade,
    /// Sets the reference to NULL.
    SetNull,
    /// Sets the reference to its default.
    SetDefault,
}
