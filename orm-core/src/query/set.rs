//! Set operations: the rows of several queries as those of one.

use super::parts::SetOperator;
use super::scope::{Rows, Scope};
use super::select::Query;

impl<S: Scope, R: 'static> Query<S, R> {
    /// The rows of this query and of another, each of them once.
    ///
    /// The rows are taken by position and have the same types in both; what they are called does not matter. An
    /// order or a limit behind it is that of all rows, one before it that of one query.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let names = Artist::query().select(Artist::NAME).union(Employee::query().select(Employee::NAME));
    /// assert_eq!(names.count(&db)?, 5);
    /// # Ok(())
    /// # }
    /// ```
    pub fn union<T: Scope>(self, other: Query<T, R>) -> Query<Rows<R>, R> {
        self.set(SetOperator::Union, other)
    }

    /// The rows of this query and of another, as often as they are there.
    ///
    /// See [`union`](Self::union).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let long = Track::query().filter(Track::SECONDS.gt(600)).select(Track::ALBUM_ID);
    /// let all = Track::query().select(Track::ALBUM_ID).union_all(long);
    /// assert_eq!(all.count(&db)?, 4);
    /// # Ok(())
    /// # }
    /// ```
    pub fn union_all<T: Scope>(self, other: Query<T, R>) -> Query<Rows<R>, R> {
        self.set(SetOperator::UnionAll, other)
    }

    /// The rows of this query that are also those of another, each of them once.
    ///
    /// See [`union`](Self::union).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let old = Album::query().filter(Album::YEAR.lt(1970));
    /// let by_bill_evans = Album::query().filter(Album::ARTIST_ID.eq(2));
    /// let both = old.intersect(by_bill_evans).all(&db)?;
    /// assert_eq!(both.len(), 1);
    /// assert_eq!(both[0].title, "Portrait in Jazz");
    /// # Ok(())
    /// # }
    /// ```
    pub fn intersect<T: Scope>(self, other: Query<T, R>) -> Query<Rows<R>, R> {
        self.set(SetOperator::Intersect, other)
    }

    /// The rows of this query that are none of another, each of them once.
    ///
    /// See [`union`](Self::union).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let with_album = Album::query().select(Album::ARTIST_ID);
    /// let without = Artist::query().select(Artist::ID).except(with_album);
    /// assert_eq!(without.all(&db)?, [3]); // Vashti Bunyan
    /// # Ok(())
    /// # }
    /// ```
    pub fn except<T: Scope>(self, other: Query<T, R>) -> Query<Rows<R>, R> {
        self.set(SetOperator::Except, other)
    }

    fn set<T: Scope>(self, operator: SetOperator, mut other: Query<T, R>) -> Query<Rows<R>, R> {
        let table = self.parts.rows_table();
        let (read, loaders) = (self.read, self.loaders);
        // The relations of the first are loaded for the rows of all.
        other.refuse_loaders();
        let parts = self.parts.set(operator, other.parts, table);
        Query::loading(parts, read, loaders)
    }
}
