//! Columns at the end of a way over relations to one: their tables are joined where they are used.

use std::fmt;
use std::marker::PhantomData;

use super::constant::Relation;
use super::field::ToOneField;
use crate::mapping::{Column, Mapping, RelationDef, Step, Table};
use crate::query::{Before, Expr, Nature, Way, column_at_end};
use crate::value::ColumnType;

/// Whether a way over relations always ends at a row: [`Always`] or [`Perhaps`].
pub trait Presence: 'static {
    /// What values become at the end of the way.
    type Value<T: ColumnType>: ColumnType;

    /// Whether a row is always there when the way goes on by a relation.
    type And<P: Presence>: Presence;

    /// Whether there may be none.
    #[doc(hidden)]
    const OUTER: bool;
}

/// There is always a row.
pub struct Always(());

/// There may be no row, and then values are NULL.
pub struct Perhaps(());

impl Presence for Always {
    type Value<T: ColumnType> = T;
    type And<P: Presence> = P;

    const OUTER: bool = false;
}

impl Presence for Perhaps {
    type Value<T: ColumnType> = T::Nullable;
    type And<P: Presence> = Self;

    const OUTER: bool = true;
}

/// A way from the rows of `M` over relations to one, which ends at rows of `T`; begun by
/// [`Relation::then`].
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/related.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// // The tables of albums and artists are joined by themselves.
/// let artist = Track::ALBUM.then(Album::ARTIST).field(Artist::NAME);
/// let tracks = Track::query().filter(artist.clone().eq("Nina Simone")).order_by(artist).all(&db)?;
/// assert_eq!(tracks.len(), 2);
/// # Ok(())
/// # }
/// ```
pub struct Path<M, T, P> {
    way: &'static Way,
    begin: PhantomData<fn() -> M>,
    end: PhantomData<fn() -> (T, P)>,
}

impl<M: Mapping, T: Mapping, P: Presence> Path<M, T, P> {
    pub(super) fn begin<F: ToOneField<Target = T, Presence = P>>(relation: Relation<M, F>) -> Self {
        let outer = P::OUTER || may_dangle(M::TABLE, relation.def());
        let begin = Before::Table(M::TABLE);
        Self::new(go(begin, M::TABLE, relation, outer))
    }

    fn new(way: &'static Way) -> Self {
        Self {
            way,
            begin: PhantomData,
            end: PhantomData,
        }
    }

    /// The way that goes on by a relation.
    #[must_use]
    pub fn then<F: ToOneField>(
        self,
        relation: Relation<T, F>,
    ) -> Path<M, F::Target, P::And<F::Presence>> {
        let outer = F::Presence::OUTER || may_dangle(T::TABLE, relation.def());
        Path::new(go(Before::Path(self.way), T::TABLE, relation, outer))
    }

    /// A column of the row at the end, as an expression of the table at the beginning: an `Option` where
    /// there may be no row.
    #[must_use]
    pub fn field<V: ColumnType>(self, column: Column<T, V>) -> Expr<M, P::Value<V>> {
        column_at_end(self.way, column.position())
    }
}

/// Whether a key may point nowhere, because no foreign key of the database keeps it from that.
fn may_dangle(table: &Table, def: &RelationDef) -> bool {
    let mut keys = table.foreign_keys.iter();
    !keys.any(|key| key.columns == def.columns)
}

/// Goes on by the steps of a relation.
fn go<M: Mapping, F: ToOneField>(
    mut before: Before,
    from: &'static Table,
    relation: Relation<M, F>,
    outer: bool,
) -> &'static Way {
    let def = relation.def();
    let steps = def.steps();
    let nature = Nature {
        outer,
        scoped: relation.is_scoped(),
    };
    let mut way = None;
    for (nth, step) in steps.iter().enumerate() {
        let name = if nth + 1 == steps.len() {
            def.name.to_owned()
        } else {
            format!("{}_{}", def.name, nth + 1)
        };
        let next = Way::by(before, *step, nature, &name);
        before = Before::Path(next);
        way = Some(next);
    }
    // A relation has a step; without one the way would stay where it is.
    way.unwrap_or_else(|| Way::by(before, Step::new(&[], from, &[]), nature, def.name))
}

impl<M, T, P> Clone for Path<M, T, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T, P> Copy for Path<M, T, P> {}

impl<M, T, P> fmt::Debug for Path<M, T, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Path")
    }
}

impl<M: Mapping, F: ToOneField> Relation<M, F> {
    /// A column of the related row, as an expression of this table: its table is joined where it is used.
    /// It is an `Option` where there may be no row.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/related.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let by_nina = Album::ARTIST.field(Artist::NAME).eq("Nina Simone");
    /// assert_eq!(Album::query().filter(by_nina).all(&db)?[0].title, "Pastel Blues");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn field<V: ColumnType>(
        self,
        column: Column<F::Target, V>,
    ) -> Expr<M, <F::Presence as Presence>::Value<V>> {
        Path::begin(self).field(column)
    }

    /// The way over this relation and another one of the related row.
    #[must_use]
    pub fn then<G: ToOneField>(
        self,
        relation: Relation<F::Target, G>,
    ) -> Path<M, G::Target, <F::Presence as Presence>::And<G::Presence>> {
        Path::begin(self).then(relation)
    }
}
