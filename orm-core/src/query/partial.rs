//! Entities of which only some columns were loaded.

use std::fmt;
use std::marker::PhantomData;
use std::ops::ControlFlow;

use super::node::Node;
use super::parts::Parts;
use super::run;
use super::select::Query;
use crate::connection::Executor;
use crate::error::{Error, Result};
use crate::gateway;
use crate::key::Key as _;
use crate::mapping::{Column, ColumnList, Mapping};
use crate::value::{ColumnType, Row, Value};

impl<M: Mapping> Query<M> {
    /// Loads only some columns, besides the primary key: entities with gaps, which say so when they are
    /// asked for one of the others.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let tracks = Track::query().order_by(Track::ID).only((Track::NAME, Track::SECONDS)).all(&db)?;
    /// assert_eq!(tracks[0].get(Track::NAME)?, "Sinnerman");
    ///
    /// let price = tracks[0].get(Track::PRICE);
    /// assert!(matches!(price, Err(orm::Error::ColumnNotLoaded { column: "price", .. })));
    /// let whole = tracks[0].load(&db)?.expect("it is still there");
    /// assert_eq!(whole.price, 0.99);
    /// # Ok(())
    /// # }
    /// ```
    pub fn only(self, columns: impl ColumnList<M>) -> PartialQuery<M> {
        let mut loaded: Vec<usize> = M::TABLE.key.to_vec();
        for at in columns.positions() {
            if !loaded.contains(&at) {
                loaded.push(at);
            }
        }
        PartialQuery::new(self, loaded)
    }

    /// Loads all columns but some, as [`only`](Self::only) does. The primary key is always loaded.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let track = Track::query().defer(Track::PRICE).first(&db)?.expect("a track");
    /// assert!(track.is_loaded(Track::NAME));
    /// assert!(!track.is_loaded(Track::PRICE));
    /// # Ok(())
    /// # }
    /// ```
    pub fn defer(self, columns: impl ColumnList<M>) -> PartialQuery<M> {
        let left_out = columns.positions();
        let others = (0..M::TABLE.columns.len())
            .filter(|at| !M::TABLE.is_key(*at) && !left_out.contains(at));
        let loaded = M::TABLE.key.iter().copied().chain(others).collect();
        PartialQuery::new(self, loaded)
    }
}

/// A query that loads some columns of its entities; made by [`Query::only`] and [`Query::defer`].
#[must_use = "a query does nothing until it is run"]
pub struct PartialQuery<M> {
    parts: Parts,
    loaded: Vec<usize>,
    mapping: PhantomData<fn() -> M>,
}

impl<M: Mapping> PartialQuery<M> {
    fn new(query: Query<M>, loaded: Vec<usize>) -> Self {
        let mut parts = query.parts;
        let columns = loaded
            .iter()
            .map(|&at| Node::column(M::TABLE, at))
            .collect();
        parts.more().columns = Some(columns);
        Self {
            parts,
            loaded,
            mapping: PhantomData,
        }
    }

    /// All rows.
    ///
    /// # Errors
    /// Those of [`Query::all`].
    pub fn all(&self, db: &dyn Executor) -> Result<Vec<Partial<M>>> {
        let mut rows = Vec::new();
        run::read(db, &self.parts, &mut |row| {
            rows.push(self.partial(row)?);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(rows)
    }

    /// The first row in the order of the query, or by primary key if it has none.
    ///
    /// # Errors
    /// Those of [`Query::all`].
    pub fn first(&self, db: &dyn Executor) -> Result<Option<Partial<M>>> {
        let mut first = None;
        run::read(db, &self.parts.clone().ordered().at_most(1), &mut |row| {
            first = Some(self.partial(row)?);
            Ok(ControlFlow::Break(()))
        })?;
        Ok(first)
    }

    fn partial(&self, row: &Row<'_>) -> Result<Partial<M>> {
        let mut values = vec![None; M::TABLE.columns.len()];
        for (&at, value) in self.loaded.iter().zip(row.to_values()?) {
            values[at] = Some(value);
        }
        let mapping = PhantomData;
        Ok(Partial { values, mapping })
    }
}

impl<M> Clone for PartialQuery<M> {
    fn clone(&self) -> Self {
        Self {
            parts: self.parts.clone(),
            loaded: self.loaded.clone(),
            mapping: PhantomData,
        }
    }
}

impl<M> fmt::Debug for PartialQuery<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartialQuery")
            .field("table", &self.parts.table.name)
            .finish_non_exhaustive()
    }
}

/// An entity of which some columns were loaded; made by [`Query::only`] and [`Query::defer`].
///
/// It is no entity, so it cannot be saved with its gaps. [`load`](Self::load) gives the whole one.
#[derive(Clone)]
pub struct Partial<M> {
    values: Vec<Option<Value>>,
    mapping: PhantomData<fn() -> M>,
}

impl<M: Mapping> Partial<M> {
    /// The value of a column.
    ///
    /// # Errors
    /// [`Error::ColumnNotLoaded`] for a column that was not loaded; [`Error::Decode`].
    pub fn get<T: ColumnType>(&self, column: Column<M, T>) -> Result<T> {
        let at = column.position();
        let (table, name) = (M::TABLE.name, column.def().name);
        let value = self.values[at].as_ref().ok_or(Error::ColumnNotLoaded {
            table,
            column: name,
        })?;
        T::decode(value.as_ref()).map_err(|mismatch| Error::Decode {
            table,
            column: name,
            position: at,
            mismatch,
            source: None,
        })
    }

    /// Whether a column was loaded.
    #[must_use]
    pub fn is_loaded<T>(&self, column: Column<M, T>) -> bool {
        self.values[column.position()].is_some()
    }

    /// The primary key.
    ///
    /// # Errors
    /// [`Error::Decode`].
    pub fn key(&self) -> Result<M::Key> {
        let key = M::TABLE.key.iter().map(|&at| self.values[at].clone());
        let key: Vec<Value> = key.map(|value| value.unwrap_or(Value::Null)).collect();
        M::Key::read(&Row::new(&key), 0).map_err(|error| M::TABLE.named(error, 0))
    }

    /// The whole entity, as it is in the database now, if it is still there.
    ///
    /// It is one query by the primary key, whatever was loaded already.
    ///
    /// # Errors
    /// Those of [`gateway::find`].
    pub fn load(&self, db: &dyn Executor) -> Result<Option<M::Entity>> {
        gateway::find::<M>(db, &self.key()?)
    }
}

/// Shows which columns were loaded and not their values, because what is logged must not contain data.
impl<M: Mapping> fmt::Debug for Partial<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = M::TABLE.columns.iter().zip(&self.values);
        let loaded = columns.filter(|(_, value)| value.is_some());
        f.debug_list()
            .entries(loaded.map(|(column, _)| column.name))
            .finish()
    }
}
