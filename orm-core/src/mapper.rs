//! Data Mapper: entities that know nothing of the database, and the types that know how they are stored.

use std::collections::{BTreeMap, HashMap};

use crate::mapping::Mapping;
use crate::query::{Alias, Query};
use crate::relation::Related;

/// A type that knows how the entities of another one are stored; derived with `#[derive(Mapper)]`, which writes
/// `OrderMapper` for the struct `Order`.
///
/// ```
/// use orm::prelude::*;
/// use orm::Repository;
///
/// #[derive(Mapper)]
/// struct Artist {
///     #[orm(primary_key)]
///     id: i64,
///     name: String,
/// }
///
/// let db = orm::Database::open("sqlite::memory:")?;
/// db.create_tables(orm::schema![ArtistMapper])?;
/// let artists = Repository::<ArtistMapper>::new(&db);
/// artists.insert(&mut Artist { id: 0, name: "Nina Simone".into() })?;
/// let found = ArtistMapper::query().filter(ArtistMapper::NAME.starts_with("N")).all(&db)?;
/// assert_eq!(found[0].name, "Nina Simone");
/// # Ok::<(), orm::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a Data Mapper",
    label = "expected the mapper of a struct, such as `OrderMapper`",
    note = "`#[derive(orm::Mapper)]` on a struct `Order` writes `OrderMapper`; a struct with `#[derive(orm::ActiveRecord)]` has none, and saves itself: `order.save(&db)`"
)]
pub trait DataMapper: Mapping + Related {
    /// All entities, as a query that is not run yet.
    fn query() -> Query<Self> {
        Query::new()
    }

    /// The table under another name, for a query that needs it twice.
    #[must_use]
    fn alias(name: &'static str) -> Alias<Self> {
        Alias::new(name)
    }
}

/// A struct that has a mapper; derived with `#[derive(Mapper)]`.
///
/// It says which mapper stores a struct where that is not named, and nothing else: it has no method. A type of another
/// crate, which is only described by a struct, has none.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no mapper",
    label = "nothing is known of how it is stored",
    note = "add `#[derive(orm::Mapper)]` to the struct; one with `#[derive(orm::ActiveRecord)]` saves itself: write `.save(&db)`",
    note = "a type of another crate is taken by its mapper: write `add_as::<OrderMapper>(…)`"
)]
pub trait Mapped: Sized {
    /// The mapper.
    type Mapper: DataMapper<Entity = Self>;
}

/// A field whose children have a mapper of their own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` holds no children",
    label = "expected `Vec<…>`, `Option<…>`, `Box<…>`, `HashMap<K, …>` or `BTreeMap<K, …>` of a struct with `#[derive(orm::Mapper)]`",
    note = "for a struct of another crate, name its mapper: `owned(mapper = LineMapper)`"
)]
pub trait OfMapped {
    /// The mapper.
    type Mapper: DataMapper;
}

/// The mapper of the children that a field holds.
pub type MapperOf<C> = <C as OfMapped>::Mapper;

impl<E: Mapped> OfMapped for Vec<E> {
    type Mapper = E::Mapper;
}

impl<E: Mapped> OfMapped for Option<E> {
    type Mapper = E::Mapper;
}

impl<E: Mapped> OfMapped for Box<E> {
    type Mapper = E::Mapper;
}

impl<K, E: Mapped, S> OfMapped for HashMap<K, E, S> {
    type Mapper = E::Mapper;
}

impl<K, E: Mapped> OfMapped for BTreeMap<K, E> {
    type Mapper = E::Mapper;
}
