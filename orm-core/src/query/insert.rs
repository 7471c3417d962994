//! Inserting rows, and what becomes of rows that are there already.

use std::borrow::Cow;
use std::fmt;

use super::assignment::{self, AssignmentList, SetTerm};
use super::change::write_rows;
use super::condition::IntoCondition;
use super::node::Node;
use super::parts;
use super::run;
use super::select::Read;
use super::selection::{Selection, Terms};
use super::term::Term;
use super::writer::Writer;
use crate::connection::{Access, Executor, atomically, with_connection};
use crate::driver::{Dialect, Params as _};
use crate::error::{Error, Result};
use crate::gateway;
use crate::mapping::{ColumnList, Mapping};
use crate::value::Value;

/// Rows that are to be inserted, in as few statements as the database takes, and what happens where a
/// row with the same key or the same unique value is there already.
///
/// Nothing is taken over from the database into the rows; [`returning`](Self::returning) gives it back.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// let mut artists = ["Nina Simone", "Nick Drake"].map(|name| Artist { id: 0, name: name.into() });
/// artists[0].id = 1; // the one who is there already
/// let names = Artist::inserting(&mut artists)
///     .on_conflict(Artist::ID)
///     .do_nothing()
///     .returning(Artist::NAME)
///     .run(&db)?;
/// assert_eq!(names, ["Nick Drake"]);
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is inserted until `run` is called"]
pub struct Insert<'e, M: Mapping> {
    rows: &'e mut [M::Entity],
    conflict: Option<Conflict>,
    misuse: Option<&'static str>,
}

/// What makes a row one that is there already, and what happens then.
struct Conflict {
    target: Vec<usize>,
    action: Action,
    condition: Option<Term>,
}

enum Action {
    Nothing,
    Update(Vec<usize>),
    Set(Vec<SetTerm>),
}

impl<'e, M: Mapping> Insert<'e, M> {
    /// Rows that are to be inserted. A row whose key is not set gets one as by `insert_many`.
    ///
    /// [`ActiveRecord::inserting`](crate::record::ActiveRecord::inserting) is the same for a record.
    pub fn new(rows: &'e mut [M::Entity]) -> Self {
        Self {
            rows,
            conflict: None,
            misuse: None,
        }
    }

    /// Where another row has the same values in these columns, which have to be a primary key or
    /// unique, do as the next call says.
    ///
    /// Another column that is unique, and has the value of a row that is there, is
    /// [`Error::UniqueViolation`] all the same.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// #[derive(ActiveRecord)]
    /// struct Artist {
    ///     #[orm(primary_key)]
    ///     id: i64,
    ///     #[orm(unique)]
    ///     name: String,
    ///     albums: i64,
    /// }
    ///
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// # Artist { id: 0, name: "Nina Simone".into(), albums: 40 }.insert(&db)?;
    /// let mut catalog = [("Nina Simone", 41), ("Nick Drake", 3)]
    ///     .map(|(name, albums)| Artist { id: 0, name: name.into(), albums });
    /// Artist::inserting(&mut catalog).on_conflict(Artist::NAME).update(Artist::ALBUMS).run(&db)?;
    /// assert_eq!(Artist::get(&db, 1)?.albums, 41);
    /// assert_eq!(Artist::query().count(&db)?, 2);
    /// # Ok::<(), orm::Error>(())
    /// ```
    pub fn on_conflict(self, columns: impl ColumnList<M>) -> OnConflict<'e, M> {
        let target = columns.positions();
        OnConflict {
            insert: self,
            target,
        }
    }

    /// Inserts the rows in one transaction, and returns how many were inserted or updated.
    ///
    /// # Errors
    /// The violated constraint, after which nothing is inserted; [`Error::InvalidQuery`],
    /// [`Error::Encode`].
    pub fn run(self, db: &dyn Executor) -> Result<u64> {
        let mut changed = 0;
        self.each_batch(db, &[], &mut |db, writer| {
            changed += run::change(db, &writer, M::TABLE)?;
            Ok(())
        })?;
        Ok(changed)
    }

    /// What the rows are to give back once they are inserted or updated. Rows that stay as they were
    /// give nothing.
    pub fn returning<L: Selection<M, At, T>, At, T>(
        self,
        selection: L,
    ) -> InsertReturning<'e, M, T> {
        let terms = Terms::of(selection).0.into_iter();
        let columns = terms.map(|term| term.node).collect();
        InsertReturning {
            insert: self,
            columns,
            read: L::read,
        }
    }

    /// Calls `work` with one statement after the other.
    fn each_batch(
        self,
        db: &dyn Executor,
        returning: &[Node],
        work: &mut dyn FnMut(&dyn Executor, Writer<'_>) -> Result<()>,
    ) -> Result<()> {
        if let Some(misuse) = self.misuse {
            return Err(parts::invalid(M::TABLE, misuse));
        }
        parts::require_one_table(M::TABLE)?;
        if self.rows.is_empty() {
            return Ok(());
        }
        for row in &mut *self.rows {
            M::generate_key(row)?;
        }
        let most = with_connection(db, Access::Write, |connection| {
            Ok(connection.max_parameters())
        })?;
        let room = most.saturating_sub(self.parameters(db.dialect(), returning)?);
        atomically(db, |db| {
            for (rows, columns) in gateway::insert_groups::<M>(self.rows) {
                // Rows without values take a statement each.
                let at_once = room.checked_div(columns.len()).unwrap_or(1).max(1);
                for rows in rows.chunks(at_once) {
                    work(db, self.write(db.dialect(), rows, &columns, returning)?)?;
                }
            }
            Ok(())
        })
    }

    /// How many values a statement has besides those of the rows.
    fn parameters(&self, dialect: &'static dyn Dialect, returning: &[Node]) -> Result<usize> {
        let mut writer = Writer::new(dialect, M::TABLE);
        writer.target(M::TABLE);
        if let Some(conflict) = &self.conflict {
            conflict.write::<M>(&mut writer)?;
        }
        if !returning.is_empty() {
            writer.returning(returning)?;
        }
        Ok(writer.params.count())
    }

    fn write<'q>(
        &'q self,
        dialect: &'static dyn Dialect,
        rows: &[usize],
        columns: &[usize],
        returning: &'q [Node],
    ) -> Result<Writer<'q>> {
        let mut writer = Writer::new(dialect, M::TABLE);
        writer.push("INSERT INTO ");
        writer.target(M::TABLE);
        if columns.is_empty() {
            writer.push(" DEFAULT VALUES");
        } else {
            writer.push(" (");
            writer.names_of(M::TABLE, columns.iter().copied());
            writer.push(") VALUES ");
        }
        for (nth, &row) in rows.iter().enumerate() {
            for (mth, &column) in columns.iter().enumerate() {
                writer.push(match (nth, mth) {
                    (0, 0) => "(?",
                    (_, 0) => ", (?",
                    _ => ", ?",
                });
                writer.bind(Cow::Owned(encoded::<M>(&self.rows[row], column)?));
            }
            writer.push(if columns.is_empty() { "" } else { ")" });
        }
        // A row without values is not in conflict with another.
        if let (Some(conflict), false) = (&self.conflict, columns.is_empty()) {
            conflict.write::<M>(&mut writer)?;
        }
        if !returning.is_empty() {
            writer.returning(returning)?;
        }
        Ok(writer)
    }
}

fn encoded<M: Mapping>(entity: &M::Entity, column: usize) -> Result<Value> {
    let value = M::value(entity, column).into_value();
    let name = M::TABLE.columns[column].name;
    value.map_err(|mismatch| Error::encode(M::TABLE.name, name, mismatch))
}

impl Conflict {
    fn write<'q, M: Mapping>(&'q self, writer: &mut Writer<'q>) -> Result<()> {
        let table = M::TABLE;
        if self.target.is_empty() {
            let reason = "its conflict has no columns";
            return Err(parts::invalid(table, reason));
        }
        writer.push(" ON CONFLICT (");
        writer.names_of(table, self.target.iter().copied());
        writer.push(")");
        match &self.action {
            Action::Update(columns) if !columns.is_empty() => {
                gateway::require_writable(table, columns)?;
                writer.push(" DO UPDATE SET ");
                table.push_excluded(&mut writer.sql, columns);
                writer.next_version(table, columns)?;
            }
            Action::Set(set) if !set.is_empty() => {
                writer.push(" DO UPDATE");
                writer.assignments(table, set)?;
                let columns: Vec<usize> = set.iter().map(|term| term.column.at).collect();
                writer.next_version(table, &columns)?;
            }
            Action::Nothing | Action::Update(_) | Action::Set(_) => {
                writer.push(" DO NOTHING");
                return Ok(());
            }
        }
        if let Some(condition) = &self.condition {
            writer.push(" WHERE ");
            writer.expression(&condition.node)?;
        }
        Ok(())
    }
}

impl<M: Mapping> fmt::Debug for Insert<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Insert")
            .field("table", &M::TABLE.name)
            .field("rows", &self.rows.len())
            .finish_non_exhaustive()
    }
}

/// An [`Insert`] that lacks what happens to rows that are there already.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// use orm::func::excluded;
///
/// let mut artist = [Artist { id: 1, name: "Eunice Waymon".into() }];
/// Artist::inserting(&mut artist).on_conflict(Artist::ID).do_nothing().run(&db)?;
/// assert_eq!(Artist::get(&db, 1)?.name, "Nina Simone");
///
/// Artist::inserting(&mut artist).on_conflict(Artist::ID).update(Artist::NAME).run(&db)?;
/// assert_eq!(Artist::get(&db, 1)?.name, "Eunice Waymon");
///
/// let both = Artist::NAME.concat(" or ").concat(excluded(Artist::NAME));
/// artist[0].name = "Nina Simone".into();
/// Artist::inserting(&mut artist).on_conflict(Artist::ID).set(Artist::NAME.set(both)).run(&db)?;
/// assert_eq!(Artist::get(&db, 1)?.name, "Eunice Waymon or Nina Simone");
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is inserted until it is said what happens to rows that are there already"]
pub struct OnConflict<'e, M: Mapping> {
    insert: Insert<'e, M>,
    target: Vec<usize>,
}

impl<'e, M: Mapping> OnConflict<'e, M> {
    /// They stay as they are.
    pub fn do_nothing(self) -> Insert<'e, M> {
        self.then(Action::Nothing)
    }

    /// They get the new values of some columns.
    pub fn update(self, columns: impl ColumnList<M>) -> Insert<'e, M> {
        self.then(Action::Update(columns.positions()))
    }

    /// They are changed; [`excluded`](super::func::excluded) is the value that would have been
    /// inserted.
    pub fn set(self, set: impl AssignmentList<M>) -> Insert<'e, M> {
        self.then(Action::Set(assignment::terms(set)))
    }

    fn then(mut self, action: Action) -> Insert<'e, M> {
        self.insert.conflict = Some(Conflict {
            target: self.target,
            action,
            condition: None,
        });
        self.insert
    }
}

impl<M: Mapping> fmt::Debug for OnConflict<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.insert, f)
    }
}

impl<M: Mapping> Insert<'_, M> {
    /// Rows that are there already are changed only where a condition on them holds.
    ///
    /// It belongs to the conflict, so it stands behind `update` or `set`; without one the insert is
    /// [`Error::InvalidQuery`].
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// use orm::func::excluded;
    ///
    /// // Prices only go up.
    /// let mut track = Track::query().filter(Track::ID.eq(1)).all(&db)?;
    /// track[0].price = 0.49;
    /// let changed = Track::inserting(&mut track)
    ///     .on_conflict(Track::ID)
    ///     .update(Track::PRICE)
    ///     .only_if(Track::PRICE.lt(excluded(Track::PRICE)))
    ///     .run(&db)?;
    /// assert_eq!(changed, 0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn only_if<At>(mut self, condition: impl IntoCondition<M, At>) -> Self {
        let condition = condition.into_condition().into_term();
        match &mut self.conflict {
            Some(conflict) => conflict.condition = Some(condition),
            None => {
                self.misuse = Some("`only_if` stands behind `on_conflict`, or it means nothing");
            }
        }
        self
    }
}

/// An [`Insert`] that gives values of the rows back; made by [`Insert::returning`].
#[must_use = "nothing is inserted until `run` is called"]
pub struct InsertReturning<'e, M: Mapping, R> {
    insert: Insert<'e, M>,
    columns: Vec<Node>,
    read: Read<R>,
}

impl<M: Mapping, R> InsertReturning<'_, M, R> {
    /// Inserts the rows in one transaction.
    ///
    /// The values come in the order in which the database wrote the rows.
    ///
    /// # Errors
    /// Those of [`Insert::run`], and [`Error::Decode`], after which nothing is inserted.
    pub fn run(self, db: &dyn Executor) -> Result<Vec<R>> {
        let mut rows = Vec::new();
        let (columns, read) = (self.columns, self.read);
        self.insert.each_batch(db, &columns, &mut |db, writer| {
            rows.extend(write_rows(db, &writer, M::TABLE, &columns, read)?);
            Ok(())
        })?;
        Ok(rows)
    }
}

impl<M: Mapping, R> fmt::Debug for InsertReturning<'_, M, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.insert, f)
    }
}
