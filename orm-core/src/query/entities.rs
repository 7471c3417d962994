//! Queries whose rows are entities: values beside them, and the rows as a table of their own.

use super::condition::IntoCondition;
use super::loader;
use super::scope::{Aliased, Join, Scope};
use super::select::{Query, read_entity};
use super::selection::{Selection, Terms};
use crate::error::Result;
use crate::mapping::Source;
use crate::value::Row;

impl<S: Scope> Query<S> {
    /// Computed values beside every entity: a row is the entity and their values.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// use orm::func::count;
    ///
    /// // Every album, and how many tracks it has.
    /// let tracks = Track::query()
    ///     .filter(Track::ALBUM_ID.eq(Album::ID.outer()))
    ///     .group_by(Track::ALBUM_ID)
    ///     .select(count());
    /// let albums = Album::query().order_by(Album::ID).annotate(tracks.scalar().coalesce(0)).all(&db)?;
    /// let (album, tracks) = &albums[0];
    /// assert_eq!((album.title.as_str(), *tracks), ("Pastel Blues", 2));
    /// assert_eq!(albums[2].1, 0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn annotate<L: Selection<S, At, T>, At, T: 'static>(
        mut self,
        selection: L,
    ) -> Query<S, (S::Entity, T)>
    where
        S: Entities,
    {
        let added = self.parts.take_in_all(Terms::of(selection));
        self.parts.more().added = added;
        let loaders = self.loaders.into_iter().map(loader::of_first).collect();
        Query::loading(self.parts, read_annotated::<S, L, At, T>, loaders)
    }
}

impl<S: Entities> Query<S> {
    /// The rows as a table of the same name, so that what follows is about the rows as they are now:
    /// a filter behind a limit, for example.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// // Of the two longest tracks, those that are shorter than ten minutes.
    /// let two_longest = Track::query().order_by(Track::SECONDS.desc()).limit(2);
    /// let short = two_longest.subquery().filter(Track::SECONDS.lt(600)).one(&db)?;
    /// assert_eq!(short.name, "Strange Fruit");
    /// # Ok(())
    /// # }
    /// ```
    pub fn subquery(self) -> Query<S::Mapping> {
        let table = <S::Mapping as Source>::TABLE;
        let parts = self.parts.into_table(table);
        Query::loading(parts, read_entity::<S::Mapping>, self.loaders)
    }

    /// Only rows for which a condition with window functions holds.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// use orm::Window;
    /// use orm::func::row_number;
    ///
    /// // The longest track of each album.
    /// let by_length = Window::partition_by(Track::ALBUM_ID).order_by(Track::SECONDS.desc());
    /// let longest = Track::query()
    ///     .qualify(row_number().over(by_length).eq(1))
    ///     .order_by(Track::ID)
    ///     .all(&db)?;
    /// let names: Vec<_> = longest.iter().map(|track| track.name.as_str()).collect();
    /// assert_eq!(names, ["Sinnerman", "Peri's Scope"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn qualify<At, C>(mut self, condition: C) -> Query<S::Mapping>
    where
        C: IntoCondition<S, At>,
    {
        self.parts
            .refuse_slice("it is filtered after `limit` or `offset`: filter first");
        let condition = self.parts.take_in(condition.into_condition().into_term());
        let table = <S::Mapping as Source>::TABLE;
        let parts = self.parts.into_qualified(table, condition);
        Query::loading(parts, read_entity::<S::Mapping>, self.loaders)
    }
}

/// A scope whose rows are entities of a mapping, as long as nothing is selected.
///
/// [`annotate`](Query::annotate), [`subquery`](Query::subquery), [`qualify`](Query::qualify) and
/// [`keyset`](Query::keyset) ask for it. Tables have it, under their own name or another, and joins of them.
pub trait Entities: Scope {
    /// The mapping.
    type Mapping: Source<Entity = Self::Entity>;
}

impl<M: Source> Entities for M {
    type Mapping = M;
}

impl<M: Source> Entities for Aliased<M> {
    type Mapping = M;
}

impl<S: Entities, N: 'static> Entities for Join<S, N> {
    type Mapping = S::Mapping;
}

fn read_annotated<S: Entities, L: Selection<S, At, T>, At, T>(
    row: &Row<'_>,
    at: usize,
) -> Result<(S::Entity, T)> {
    let entity = read_entity::<S::Mapping>(row, at)?;
    let width = <S::Mapping as Source>::TABLE.columns.len();
    Ok((entity, L::read(row, at + width)?))
}
