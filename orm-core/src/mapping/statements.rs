//! The text of statements that read or write one row.

use super::{KeyStrategy, Statements, Table};
use crate::driver::push_identifier;

impl Statements {
    /// Puts the fixed statements of a table together and keeps them for as long as the program runs.
    pub(super) fn build(table: &Table) -> Self {
        let auto = table.key_strategy == KeyStrategy::Auto;
        let own = || (0..table.columns.len()).filter(|&at| table.holds(at));
        let writable = || own().filter(|&at| table.columns[at].writable);
        let inserted: Vec<_> = writable()
            .filter(|&at| !(auto && table.is_key(at)))
            .collect();
        let updated: Vec<_> = writable().filter(|&at| !table.is_key(at)).collect();
        Self {
            find: table.find_sql().leak(),
            insert: table.insert_sql(&inserted).leak(),
            update: table.update_sql(&updated).leak(),
            delete: table.delete_sql().leak(),
            inserted: inserted.leak(),
            updated: updated.leak(),
        }
    }
}

impl Table {
    /// `SELECT` of all columns, without a condition.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// assert_eq!(
    ///     Artist::TABLE.select_sql(),
    ///     r#"SELECT "artist"."id", "artist"."name" FROM "artist""#,
    /// );
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    pub fn select_sql(&self) -> String {
        let mut sql = String::with_capacity(32 * (self.columns.len() + 2));
        sql.push_str("SELECT ");
        self.push_list(&mut sql, 0..self.columns.len(), |table, sql, at| {
            table.push_column(sql, at);
        });
        sql.push_str(" FROM ");
        self.push_rows(&mut sql);
        sql
    }

    fn find_sql(&self) -> String {
        let mut sql = self.select_sql();
        self.push_key_condition(&mut sql);
        sql
    }

    /// `INSERT` of some columns.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// assert_eq!(Artist::TABLE.insert_sql(&[1]), r#"INSERT INTO "artist" ("name") VALUES (?)"#);
    /// assert_eq!(Artist::TABLE.insert_sql(&[]), r#"INSERT INTO "artist" DEFAULT VALUES"#);
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    pub fn insert_sql(&self, columns: &[usize]) -> String {
        let mut sql = String::from("INSERT INTO ");
        self.push_name(&mut sql);
        if columns.is_empty() {
            sql.push_str(" DEFAULT VALUES");
            return sql;
        }
        sql.push_str(" (");
        self.push_list(&mut sql, columns.iter().copied(), Self::push_column_name);
        sql.push_str(") VALUES (");
        self.push_list(&mut sql, columns.iter().copied(), |_, sql, _| sql.push('?'));
        sql.push(')');
        sql
    }

    /// `UPDATE` of some columns by primary key and, if there is one, by version. Without any columns, a statement
    /// that changes nothing and still tells whether the row is there.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// assert_eq!(
    ///     Artist::TABLE.update_sql(&[1]),
    ///     r#"UPDATE "artist" SET "name" = ? WHERE "artist"."id" = ?"#,
    /// );
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    pub fn update_sql(&self, columns: &[usize]) -> String {
        let mut sql = String::from("UPDATE ");
        self.push_name(&mut sql);
        sql.push_str(" SET ");
        if columns.is_empty() {
            self.push_list(&mut sql, self.key.iter().copied(), |table, sql, at| {
                table.push_column_name(sql, at);
                sql.push_str(" = ");
                table.push_column_name(sql, at);
            });
        } else {
            self.push_list(&mut sql, columns.iter().copied(), |table, sql, at| {
                table.push_column_name(sql, at);
                sql.push_str(" = ?");
            });
        }
        self.push_identity_condition(&mut sql);
        sql
    }

    /// `UPDATE` of some columns of many rows, whose keys and values are given row by row.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// assert_eq!(
    ///     Artist::TABLE.update_many_sql(&[1], 2),
    ///     r#"WITH "orm_rows" ("id", "name") AS (VALUES (?, ?), (?, ?))"#.to_owned()
    ///         + r#" UPDATE "artist" SET "name" = "orm_rows"."name""#
    ///         + r#" FROM "orm_rows" WHERE "artist"."id" = "orm_rows"."id""#,
    /// );
    /// ```
    #[must_use]
    pub fn update_many_sql(&self, columns: &[usize], rows: usize) -> String {
        let given = self.key.iter().chain(columns).copied();
        let mut sql = String::from("WITH \"orm_rows\" (");
        self.push_list(&mut sql, given.clone(), Self::push_column_name);
        sql.push_str(") AS (VALUES ");
        for row in 0..rows {
            sql.push_str(if row == 0 { "(" } else { ", (" });
            self.push_list(&mut sql, given.clone(), |_, sql, _| sql.push('?'));
            sql.push(')');
        }
        sql.push_str(") UPDATE ");
        self.push_name(&mut sql);
        sql.push_str(" SET ");
        self.push_list(&mut sql, columns.iter().copied(), |table, sql, at| {
            table.push_column_name(sql, at);
            sql.push_str(" = \"orm_rows\".");
            table.push_column_name(sql, at);
        });
        sql.push_str(" FROM \"orm_rows\"");
        for (nth, &at) in self.key.iter().enumerate() {
            sql.push_str(if nth == 0 { " WHERE " } else { " AND " });
            self.push_column(&mut sql, at);
            sql.push_str(" = \"orm_rows\".");
            self.push_column_name(&mut sql, at);
        }
        sql
    }

    /// `UPDATE` of references from old values to new ones, which are given pair by pair.
    pub(crate) fn follow_sql(&self, columns: &[usize], pairs: usize) -> String {
        let given = |name: &str| -> Vec<String> {
            let numbers = 0..columns.len();
            numbers.map(|nth| format!("\"{name}_{nth}\"")).collect()
        };
        let (before, now) = (given("before"), given("now"));
        let pair = format!("({})", vec!["?"; 2 * columns.len()].join(", "));
        let mut sql = format!(
            "WITH \"orm_moves\" ({}, {}) AS (VALUES {}) UPDATE ",
            before.join(", "),
            now.join(", "),
            vec![pair; pairs].join(", "),
        );
        self.push_name(&mut sql);
        for (nth, (&at, now)) in columns.iter().zip(&now).enumerate() {
            sql.push_str(if nth == 0 { " SET " } else { ", " });
            self.push_column_name(&mut sql, at);
            sql.extend([" = \"orm_moves\".", now]);
        }
        sql.push_str(" FROM \"orm_moves\"");
        for (nth, (&at, before)) in columns.iter().zip(&before).enumerate() {
            sql.push_str(if nth == 0 { " WHERE " } else { " AND " });
            self.push_column(&mut sql, at);
            sql.extend([" = \"orm_moves\".", before]);
        }
        sql
    }

    fn delete_sql(&self) -> String {
        let mut sql = self.delete_by_key_sql();
        self.push_version_condition(&mut sql);
        sql
    }

    /// `DELETE` by primary key, whatever the version is.
    pub(crate) fn delete_by_key_sql(&self) -> String {
        let mut sql = String::from("DELETE FROM ");
        self.push_name(&mut sql);
        self.push_key_condition(&mut sql);
        sql
    }

    /// `INSERT` of a row that updates it if one with the same primary key and, if there is one, version is there.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// assert_eq!(
    ///     Artist::TABLE.upsert_sql(&[0, 1], &[1]),
    ///     r#"INSERT INTO "artist" ("id", "name") VALUES (?, ?)"#.to_owned()
    ///         + r#" ON CONFLICT ("id") DO UPDATE SET "name" = excluded."name""#,
    /// );
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    pub fn upsert_sql(&self, inserted: &[usize], updated: &[usize]) -> String {
        let mut sql = self.insert_sql(inserted);
        sql.push_str(" ON CONFLICT (");
        self.push_list(&mut sql, self.key.iter().copied(), Self::push_column_name);
        // A row of nothing but its key is "updated" too, so that it is handed back.
        sql.push_str(") DO UPDATE SET ");
        let assigned = if updated.is_empty() {
            self.key
        } else {
            updated
        };
        self.push_excluded(&mut sql, assigned);
        if let Some(at) = self.version {
            sql.push_str(" WHERE ");
            self.push_column(&mut sql, at);
            sql.push_str(" = ?");
        }
        sql
    }

    /// Appends the assignments by which columns get the values that an upsert would have inserted.
    pub(crate) fn push_excluded(&self, sql: &mut String, columns: &[usize]) {
        self.push_list(sql, columns.iter().copied(), |table, sql, at| {
            table.push_column_name(sql, at);
            sql.push_str(" = excluded.");
            table.push_column_name(sql, at);
        });
    }

    /// Appends the columns of the primary key as one value, which several of them are in parentheses.
    pub(crate) fn push_key(&self, sql: &mut String) {
        let composite = self.key.len() > 1;
        sql.push_str(if composite { "(" } else { "" });
        self.push_list(sql, self.key.iter().copied(), Self::push_column);
        sql.push_str(if composite { ")" } else { "" });
    }

    /// Appends the condition that a row has a primary key, whose columns are parameters.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// let mut sql = String::from("DELETE FROM ");
    /// Artist::TABLE.push_name(&mut sql);
    /// Artist::TABLE.push_key_condition(&mut sql);
    /// assert_eq!(sql, r#"DELETE FROM "artist" WHERE "artist"."id" = ?"#);
    /// # Ok::<(), orm::Error>(())
    /// ```
    pub fn push_key_condition(&self, sql: &mut String) {
        for (nth, &at) in self.key.iter().enumerate() {
            sql.push_str(if nth == 0 { " WHERE " } else { " AND " });
            self.push_column(sql, at);
            sql.push_str(" = ?");
        }
    }

    fn push_identity_condition(&self, sql: &mut String) {
        self.push_key_condition(sql);
        self.push_version_condition(sql);
    }

    fn push_version_condition(&self, sql: &mut String) {
        if let Some(at) = self.version {
            sql.push_str(" AND ");
            self.push_column(sql, at);
            sql.push_str(" = ?");
        }
    }

    /// Appends the table's name, with its schema if it has one.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// #[derive(ActiveRecord)]
    /// #[orm(schema = "archive", table = "artists")]
    /// struct Artist {
    ///     #[orm(primary_key)]
    ///     id: i64,
    /// }
    ///
    /// let mut sql = String::new();
    /// Artist::TABLE.push_name(&mut sql);
    /// assert_eq!(sql, r#""archive"."artists""#);
    /// ```
    pub fn push_name(&self, sql: &mut String) {
        if let Some(schema) = self.schema {
            push_identifier(sql, schema);
            sql.push('.');
        }
        push_identifier(sql, self.name);
    }

    /// Appends a column with its table, since SQLite would take an unknown name alone for a string.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// let mut sql = String::new();
    /// Artist::TABLE.push_column(&mut sql, Artist::NAME.position());
    /// assert_eq!(sql, r#""artist"."name""#);
    /// # Ok::<(), orm::Error>(())
    /// ```
    pub fn push_column(&self, sql: &mut String, at: usize) {
        push_identifier(sql, self.name);
        sql.push('.');
        self.push_column_name(sql, at);
    }

    /// Appends a column's name alone, where the grammar wants no table.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// let mut sql = String::new();
    /// Artist::TABLE.push_column_name(&mut sql, Artist::NAME.position());
    /// assert_eq!(sql, r#""name""#);
    /// # Ok::<(), orm::Error>(())
    /// ```
    pub fn push_column_name(&self, sql: &mut String, at: usize) {
        push_identifier(sql, self.columns[at].name);
    }

    pub(crate) fn push_list(
        &self,
        sql: &mut String,
        columns: impl Iterator<Item = usize>,
        push: impl Fn(&Self, &mut String, usize),
    ) {
        for (nth, at) in columns.enumerate() {
            if nth > 0 {
                sql.push_str(", ");
            }
            push(self, sql, at);
        }
    }
}
