//! The typed constants by which the user names relations.

use std::fmt;

use super::field::RelationField;
use super::keys::is_unknown;
use crate::mapping::{Mapping, RelationDef};
use crate::query::Query;
use crate::value::Value;

/// A relation of mapping `M`, which entities hold in a field of type `F`.
///
/// The derive writes one as an associated constant for every relation, `Artist::ALBUMS`; it is what related
/// rows are loaded by ([`with`](crate::Query::with)), asked about ([`any`](super::RelationExpression::any),
/// [`field`](Self::field)) and changed by ([`add`](Self::add), [`remove`](Self::remove)).
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/related.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// use orm::{HasMany, Relation};
///
/// const ALBUMS: Relation<Artist, HasMany<Album>> = Artist::ALBUMS;
/// assert_eq!(format!("{ALBUMS:?}"), "Artist::ALBUMS");
///
/// let nina = Artist::get(&db, 1)?;
/// assert_eq!(ALBUMS.query(&nina).count(&db)?, 1); // the same as `nina.albums_query()`
/// # Ok(())
/// # }
/// ```
pub struct Relation<M: Mapping, F: RelationField> {
    at: usize,
    get: fn(&M::Entity) -> &F,
    get_mut: fn(&mut M::Entity) -> &mut F,
    scope: Option<Scope<F::Target>>,
}

/// A function that narrows and sorts what a relation gives.
type Scope<T> = fn(Query<T>) -> Query<T>;

impl<M: Mapping, F: RelationField> Relation<M, F> {
    /// The relation at a position of [`Table::relations`](crate::mapping::Table::relations), and how its field
    /// is reached, for the derive.
    #[must_use]
    pub const fn new(
        at: usize,
        get: fn(&M::Entity) -> &F,
        get_mut: fn(&mut M::Entity) -> &mut F,
    ) -> Self {
        Self {
            at,
            get,
            get_mut,
            scope: None,
        }
    }

    /// Only some of the related rows, or in an order, for the derive: `scope = path` in the attribute.
    #[must_use]
    pub const fn scoped(self, scope: fn(Query<F::Target>) -> Query<F::Target>) -> Self {
        Self {
            scope: Some(scope),
            ..self
        }
    }

    /// The position in [`Table::relations`](crate::mapping::Table::relations).
    #[must_use]
    pub const fn position(self) -> usize {
        self.at
    }

    /// The description of the relation.
    #[must_use]
    pub fn def(self) -> &'static RelationDef {
        &M::TABLE.relations[self.at]
    }

    /// A query of the entities that are related to one. It finds none for an entity that has no key yet, or
    /// whose reference is NULL.
    pub fn query(self, entity: &M::Entity) -> Query<F::Target> {
        let steps = self.def().steps();
        let from = steps.first().map(|step| step.from).unwrap_or_default();
        if is_unknown::<M>(entity, from) {
            return self.all().of_key(&steps, &[Value::Null]);
        }
        let key = from.iter().map(|&at| M::value(entity, at).into_value());
        let query = self.all();
        match key.collect::<Result<Vec<Value>, _>>() {
            Ok(key) => query.of_key(&steps, &key),
            Err(_) => query.refused("the entity has a key that cannot be stored"),
        }
    }

    /// Whether it leads to some of the related rows only.
    pub(super) fn is_scoped(self) -> bool {
        self.scope.is_some()
    }

    /// All rows that could be related.
    pub(super) fn all(self) -> Query<F::Target> {
        let query = Query::new();
        match self.scope {
            Some(scope) => scope(query),
            None => query,
        }
    }

    pub(super) fn of(self, entity: &M::Entity) -> &F {
        (self.get)(entity)
    }

    pub(super) fn of_mut(self, entity: &mut M::Entity) -> &mut F {
        (self.get_mut)(entity)
    }
}

impl<M: Mapping, F: RelationField> Clone for Relation<M, F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Mapping, F: RelationField> Copy for Relation<M, F> {}

impl<M: Mapping, F: RelationField> fmt::Debug for Relation<M, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.def().path)
    }
}
