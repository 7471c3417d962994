//! Columns by names that come from a request.

use super::node::{BinaryOperator, ColumnRef, Node};
use super::order::{Direction, Nulls, OrderTerm};
use super::select::Query;
use super::term::Term;
use crate::error::{Error, Result};
use crate::mapping::{ColumnList, Mapping};
use crate::value::Value;

impl<M: Mapping> Query<M> {
    /// Sorts by a column whose name comes from a request, if it is one of those that are allowed.
    ///
    /// The name is that of the column in the database, in its exact spelling.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let asked_for = "seconds"; // `?sort=seconds`
    /// let tracks = Track::query().order_by_name(asked_for, (Track::NAME, Track::SECONDS))?;
    /// assert_eq!(tracks.first(&db)?.map(|track| track.name), Some("Peri's Scope".into()));
    ///
    /// let price = Track::query().order_by_name("price", (Track::NAME, Track::SECONDS));
    /// assert!(matches!(price, Err(orm::Error::UnknownColumn { .. }))); // a column, but not one of these
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::UnknownColumn`] for every other name.
    pub fn order_by_name(self, name: &str, allowed: impl ColumnList<M>) -> Result<Self> {
        self.ordered_by_name(name, allowed, Direction::Ascending)
    }

    /// Sorts as [`order_by_name`](Self::order_by_name) does, from the greatest value to the least.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let longest_first = Track::query().order_by_name_desc("seconds", (Track::NAME, Track::SECONDS))?;
    /// assert_eq!(longest_first.first(&db)?.map(|track| track.name), Some("Sinnerman".into()));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of [`order_by_name`](Self::order_by_name).
    pub fn order_by_name_desc(self, name: &str, allowed: impl ColumnList<M>) -> Result<Self> {
        self.ordered_by_name(name, allowed, Direction::Descending)
    }

    /// Only rows whose column has a value, where the column's name comes from a request and is one of
    /// those that are allowed. NULL is compared as `IS NULL`.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let (field, value) = ("name", "Sinnerman"); // `?name=Sinnerman`
    /// let tracks = Track::query().filter_by_name(field, value, (Track::NAME, Track::ALBUM_ID))?;
    /// assert_eq!(tracks.count(&db)?, 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::UnknownColumn`] for every other name.
    pub fn filter_by_name(
        mut self,
        name: &str,
        value: impl Into<Value>,
        allowed: impl ColumnList<M>,
    ) -> Result<Self> {
        let column = Node::Column(column(name, allowed)?);
        let value = Node::Value(value.into());
        let condition = Node::compare(column, BinaryOperator::Equal, value);
        self.parts.add_condition(Term::above(1, condition));
        Ok(self)
    }

    fn ordered_by_name(
        mut self,
        name: &str,
        allowed: impl ColumnList<M>,
        direction: Direction,
    ) -> Result<Self> {
        let order = OrderTerm {
            node: Node::Column(column(name, allowed)?),
            levels: 1,
            direction,
            nulls: Nulls::Unspecified,
        };
        self.parts.add_orders(std::iter::once(order));
        Ok(self)
    }
}

fn column<M: Mapping>(name: &str, allowed: impl ColumnList<M>) -> Result<ColumnRef> {
    let mut allowed = allowed.positions().into_iter();
    let found = allowed.find(|&at| M::TABLE.columns[at].name == name);
    let at = found.ok_or_else(|| Error::UnknownColumn {
        column: name.to_owned(),
        source: None,
    })?;
    Ok(ColumnRef::new(M::TABLE, at))
}
