//! Tables in the database: DDL from the metadata.

mod create;
mod relations;

use crate::connection::{Access, Database, Executor};
use crate::error::Result;
use crate::mapping::Table;

/// The tables of some mapped types. [`schema!`](crate::schema!) makes one.
///
/// ```
/// # use orm::prelude::*;
/// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Artist])?;
/// let schema = orm::schema![Artist];
/// assert_eq!(schema.tables()[0].name, "artist");
/// schema.create(&db)?; // tables that are there stay as they are
/// # Ok::<(), orm::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Schema {
    tables: Vec<&'static Table>,
}

impl Schema {
    /// The given tables, and those that connect them without having an entity of their own, put into an
    /// order in which each comes after those that it refers to, as far as they do not refer to each other in
    /// a circle.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// use orm::schema::Schema;
    ///
    /// let schema = Schema::new(&[Artist::TABLE]); // what `orm::schema![Artist]` is
    /// assert_eq!(schema.tables().len(), 1);
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    pub fn new(tables: &[&'static Table]) -> Self {
        let linked = with_links(tables);
        let stored = linked.iter().flat_map(|table| table.stored_in());
        let tables: Vec<&'static Table> = stored.collect();
        let mut sorted = Vec::with_capacity(tables.len());
        let mut visited = Vec::with_capacity(tables.len());
        for table in &tables {
            visit(table, &tables, &mut visited, &mut sorted);
        }
        Self { tables: sorted }
    }

    /// The tables, in the order in which they can be created.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// #[derive(ActiveRecord)]
    /// struct Album {
    ///     #[orm(primary_key)]
    ///     id: i64,
    ///     #[orm(references(Artist))]
    ///     artist_id: i64,
    /// }
    ///
    /// #[derive(ActiveRecord)]
    /// struct Artist {
    ///     #[orm(primary_key)]
    ///     id: i64,
    /// }
    ///
    /// let schema = orm::schema![Album, Artist];
    /// let names: Vec<_> = schema.tables().iter().map(|table| table.name).collect();
    /// assert_eq!(names, ["artist", "album"]);
    /// ```
    #[must_use]
    pub fn tables(&self) -> &[&'static Table] {
        &self.tables
    }

    /// The statements that create the tables and their indexes.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// let statements = orm::schema![Artist].to_sql(&db)?;
    /// assert!(statements[0].starts_with(r#"CREATE TABLE IF NOT EXISTS "artist""#));
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidMapping`](crate::error::Error::InvalidMapping) for a table that no database could hold.
    pub fn to_sql(&self, db: &dyn Executor) -> Result<Vec<String>> {
        let mut indexes = Vec::new();
        let mut statements = Vec::new();
        for table in &self.tables {
            relations::check(table)?;
            create::table(table, db.dialect(), &mut indexes, &mut statements)?;
        }
        Ok(statements)
    }

    /// Creates the tables and indexes that are not there yet. Those that are there stay as they are.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// db.transaction(|tx| {
    ///     orm::schema![Artist].create(tx)?;
    ///     Artist { id: 0, name: "Nina Simone".into() }.insert(tx)
    /// })?;
    /// assert_eq!(Artist::count(&db)?, 1);
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidMapping`](crate::error::Error::InvalidMapping), and what the database says; nothing has
    /// been created then.
    pub fn create(&self, db: &dyn Executor) -> Result<()> {
        let statements = self.to_sql(db)?;
        db.atomically(&mut |db| {
            db.run(Access::Write, &mut |connection| {
                statements
                    .iter()
                    .try_for_each(|statement| connection.batch(statement))
            })
        })
    }
}

/// The tables, and behind them those that connect the targets of two of them, each once.
fn with_links(tables: &[&'static Table]) -> Vec<&'static Table> {
    let mut all = tables.to_vec();
    let relations = tables.iter().flat_map(|table| table.relations);
    for link in relations.filter_map(|def| def.link) {
        if !all.iter().any(|table| table.is(link)) {
            all.push(link);
        }
    }
    all
}

fn visit(
    table: &'static Table,
    all: &[&'static Table],
    visited: &mut Vec<(Option<&'static str>, &'static str)>,
    sorted: &mut Vec<&'static Table>,
) {
    let name = (table.schema, table.name);
    if visited.contains(&name) {
        return;
    }
    visited.push(name);
    for key in table.foreign_keys {
        let target = (key.target)();
        if all.iter().any(|table| table.is(target)) {
            visit(target, all, visited, sorted);
        }
    }
    sorted.push(table);
}

impl Database {
    /// Creates the tables of some mapped types, and their indexes, as far as they are not there yet, in
    /// one transaction and in an order that satisfies the foreign keys.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// let db = orm::Database::open("sqlite::memory:")?;
    /// db.create_tables(orm::schema![Artist])?;
    /// assert_eq!(Artist::count(&db)?, 0);
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`Schema::create`].
    pub fn create_tables(&self, schema: impl AsRef<Schema>) -> Result<()> {
        let schema = schema.as_ref();
        self.transaction(|tx| schema.create(tx))
    }
}

impl AsRef<Self> for Schema {
    fn as_ref(&self) -> &Self {
        self
    }
}

/// The [`Schema`](crate::schema::Schema) of some mapped types: `schema![Artist, Album]`.
///
/// ```
/// use orm::prelude::*;
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
///     #[orm(references(Artist))]
///     artist_id: i64,
/// }
///
/// let db = orm::Database::open("sqlite::memory:")?;
/// db.create_tables(orm::schema![Album, Artist])?; // in an order that works
/// # Ok::<(), orm::Error>(())
/// ```
#[macro_export]
macro_rules! schema {
    ($($mapping:ty),* $(,)?) => {
        $crate::schema::Schema::new(&[$($crate::mapping::table_of::<$mapping>()),*])
    };
}
