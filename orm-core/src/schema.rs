//! Tables in the database: DDL from the metadata.

mod create;

use crate::connection::{Access, Database, Executor};
use crate::error::Result;
use crate::mapping::Table;

/// The tables of some mapped types. [`schema!`](crate::schema!) makes one.
#[derive(Debug, Clone)]
pub struct Schema {
    tables: Vec<&'static Table>,
}

impl Schema {
    /// The given tables, put into an order in which each comes after those that it refers to, as far as
    /// they do not refer to each other in a circle.
    #[must_use]
    pub fn new(tables: &[&'static Table]) -> Self {
        let mut sorted = Vec::with_capacity(tables.len());
        let mut visited = Vec::with_capacity(tables.len());
        for table in tables {
            visit(table, tables, &mut visited, &mut sorted);
        }
        Self { tables: sorted }
    }

    /// The tables, in the order in which they can be created.
    #[must_use]
    pub fn tables(&self) -> &[&'static Table] {
        &self.tables
    }

    /// The statements that create the tables and their indexes.
    ///
    /// # Errors
    /// [`Error::InvalidMapping`](crate::Error::InvalidMapping) for a table that no database could hold.
    pub fn to_sql(&self, db: &dyn Executor) -> Result<Vec<String>> {
        let mut statements = Vec::new();
        for table in &self.tables {
            create::table(table, db.dialect(), &mut statements)?;
        }
        Ok(statements)
    }

    /// Creates the tables and indexes that are not there yet. Those that are there stay as they are.
    ///
    /// # Errors
    /// [`Error::InvalidMapping`](crate::Error::InvalidMapping), and what the database says; nothing has
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

fn visit(
    table: &'static Table,
    all: &[&'static Table],
    visited: &mut Vec<&'static str>,
    sorted: &mut Vec<&'static Table>,
) {
    if visited.contains(&table.name) {
        return;
    }
    visited.push(table.name);
    for key in table.foreign_keys {
        let target = (key.target)();
        if all.iter().any(|table| table.name == target.name) {
            visit(target, all, visited, sorted);
        }
    }
    sorted.push(table);
}

impl Database {
    /// Creates the tables of some mapped types, and their indexes, as far as they are not there yet, in
    /// one transaction and in an order that satisfies the foreign keys.
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
#[macro_export]
macro_rules! schema {
    ($($mapping:ty),* $(,)?) => {
        $crate::schema::Schema::new(&[$($crate::mapping::table_of::<$mapping>()),*])
    };
}
