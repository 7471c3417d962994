//! Repository: the entities of one mapper, as a collection that is kept in a database.

use std::fmt;
use std::marker::PhantomData;

use crate::connection::{Database, Executor, RawSql as _};
use crate::error::Result;
use crate::gateway;
use crate::mapper::DataMapper;
use crate::mapping::{ColumnList, RelationDef, Table};
use crate::query::{IntoCondition, Query};
use crate::relation::{self, owned};
use crate::schema::Schema;
use crate::store;

/// The stored entities of a mapper: what is found, inserted, updated and deleted through it, one call at a time.
///
/// It keeps nothing, so every call reads or writes at once. Methods of one's own go to a newtype around it.
///
/// ```
/// use orm::prelude::*;
/// use orm::{Database, Repository};
///
/// #[derive(Mapper)]
/// struct Artist {
///     #[orm(primary_key)]
///     id: i64,
///     name: String,
///     born: i32,
/// }
///
/// /// Artists, with the questions that this program has.
/// struct Artists<'d>(Repository<'d, ArtistMapper>);
///
/// impl Artists<'_> {
///     fn born_before(&self, year: i32) -> orm::Result<Vec<Artist>> {
///         let query = self.0.query().filter(ArtistMapper::BORN.lt(year));
///         self.0.all(&query.order_by(ArtistMapper::BORN))
///     }
/// }
///
/// let db = Database::open("sqlite::memory:")?;
/// db.create_tables(orm::schema![ArtistMapper])?;
/// let artists = Artists(Repository::new(&db));
/// let mut nina = Artist { id: 0, name: "Nina Simone".into(), born: 1933 };
/// artists.0.insert(&mut nina)?; // and the key is filled in
/// assert_eq!(artists.born_before(1940)?[0].id, nina.id);
/// # Ok::<(), orm::Error>(())
/// ```
pub struct Repository<'d, M: DataMapper> {
    db: &'d dyn Executor,
    mapper: PhantomData<fn() -> M>,
}

/// What a [`Repository`] does, so that a program can be given another one in its tests.
///
/// ```
/// use orm::prelude::*;
/// use orm::{AnyRepository, InMemoryRepository};
///
/// #[derive(Mapper)]
/// struct Artist {
///     #[orm(primary_key)]
///     id: i64,
///     name: String,
/// }
///
/// fn rename(artists: &dyn AnyRepository<ArtistMapper>, id: i64, name: &str) -> orm::Result<()> {
///     let mut artist = artists.get(id)?;
///     artist.name = name.into();
///     artists.update(&mut artist)
/// }
///
/// let artists = InMemoryRepository::<ArtistMapper>::new()?;
/// artists.insert(&mut Artist { id: 0, name: "Eunice Waymon".into() })?;
/// rename(&artists, 1, "Nina Simone")?;
/// assert_eq!(artists.get(1)?.name, "Nina Simone");
/// # Ok::<(), orm::Error>(())
/// ```
pub trait AnyRepository<M: DataMapper> {
    /// The entity with a key.
    ///
    /// # Errors
    /// [`Error::NotFound`](crate::Error::NotFound) if there is none; [`Error::Decode`](crate::Error::Decode).
    fn get(&self, key: M::Key) -> Result<M::Entity>;

    /// The entity with a key, if there is one.
    ///
    /// # Errors
    /// [`Error::Decode`](crate::Error::Decode), and the condition that the database reports.
    fn find(&self, key: M::Key) -> Result<Option<M::Entity>>;

    /// All entities of a query.
    ///
    /// # Errors
    /// Those of [`Query::all`].
    fn all(&self, query: &Query<M>) -> Result<Vec<M::Entity>>;

    /// Inserts an entity, and fills in the key and what else the database makes.
    ///
    /// # Errors
    /// The violated constraint; [`Error::Encode`](crate::Error::Encode).
    fn insert(&self, entity: &mut M::Entity) -> Result<()>;

    /// Inserts entities together: all of them or none.
    ///
    /// # Errors
    /// Those of [`insert`](Self::insert).
    fn insert_many(&self, entities: &mut [M::Entity]) -> Result<()>;

    /// Updates all columns of an entity by its key.
    ///
    /// # Errors
    /// [`Error::NotFound`](crate::Error::NotFound) if it is not there; those of [`insert`](Self::insert).
    fn update(&self, entity: &mut M::Entity) -> Result<()>;

    /// Inserts an entity whose key is unset, and updates any other. One whose key is assigned by the user is
    /// inserted if no row has it.
    ///
    /// # Errors
    /// Those of [`update`](Self::update).
    fn save(&self, entity: &mut M::Entity) -> Result<()>;

    /// Deletes an entity, with what its relations say.
    ///
    /// # Errors
    /// [`Error::NotFound`](crate::Error::NotFound) if it is not there; whatever keeps it from being deleted.
    fn delete(&self, entity: &M::Entity) -> Result<()>;
}

impl<'d, M: DataMapper> Repository<'d, M> {
    /// The entities that are stored where `db` leads to: a database, or a transaction of one.
    pub fn new(db: &'d dyn Executor) -> Self {
        Self {
            db,
            mapper: PhantomData,
        }
    }

    /// All entities, as a query that is not run yet.
    pub fn query(&self) -> Query<M> {
        Query::new()
    }

    /// The entity with a key.
    ///
    /// # Errors
    /// [`Error::NotFound`](crate::Error::NotFound) if there is none; [`Error::Decode`](crate::Error::Decode).
    pub fn get(&self, key: impl Into<M::Key>) -> Result<M::Entity> {
        store::get::<M>(self.db, &key.into())
    }

    /// The entity with a key, if there is one.
    ///
    /// # Errors
    /// [`Error::Decode`](crate::Error::Decode), and the condition that the database reports.
    pub fn find(&self, key: impl Into<M::Key>) -> Result<Option<M::Entity>> {
        store::find::<M>(self.db, &key.into())
    }

    /// The entities with these keys, in the order of the keys. Keys without one are passed over, and a key that
    /// is given twice yields its entity once.
    ///
    /// # Errors
    /// Those of [`find`](Self::find).
    pub fn find_many<K: Into<M::Key>>(
        &self,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<Vec<M::Entity>> {
        let keys: Vec<M::Key> = keys.into_iter().map(Into::into).collect();
        store::find_many::<M>(self.db, &keys)
    }

    /// The one entity that meets a condition, if there is one.
    ///
    /// # Errors
    /// [`Error::MultipleFound`](crate::Error::MultipleFound) if several do; those of [`find`](Self::find).
    pub fn find_by<At>(&self, condition: impl IntoCondition<M, At>) -> Result<Option<M::Entity>> {
        self.query().filter(condition).one_or_none(self.db)
    }

    /// All entities of a query.
    ///
    /// # Errors
    /// Those of [`Query::all`].
    pub fn all(&self, query: &Query<M>) -> Result<Vec<M::Entity>> {
        query.all(self.db)
    }

    /// How many entities there are.
    ///
    /// # Errors
    /// The condition that the database reports.
    pub fn count(&self) -> Result<u64> {
        self.query().count(self.db)
    }

    /// Whether there is an entity with a key.
    ///
    /// # Errors
    /// The condition that the database reports.
    pub fn exists(&self, key: impl Into<M::Key>) -> Result<bool> {
        gateway::exists::<M>(self.db, &key.into())
    }

    /// Inserts an entity, and fills in the key and what else the database makes.
    ///
    /// # Errors
    /// The violated constraint, after which the key is as it was; [`Error::Encode`](crate::Error::Encode).
    pub fn insert(&self, entity: &mut M::Entity) -> Result<()> {
        store::insert::<M>(self.db, entity)
    }

    /// Inserts entities together: all of them or, after an error, none, and then their keys are as they were.
    ///
    /// # Errors
    /// Those of [`insert`](Self::insert).
    pub fn insert_many(&self, entities: &mut [M::Entity]) -> Result<()> {
        store::insert_many::<M>(self.db, entities)
    }

    /// Updates all columns of an entity by its key.
    ///
    /// # Errors
    /// [`Error::NotFound`](crate::Error::NotFound) if it is not there; those of [`insert`](Self::insert).
    pub fn update(&self, entity: &mut M::Entity) -> Result<()> {
        store::update::<M>(self.db, entity)
    }

    /// Updates some columns of an entity by its key.
    ///
    /// # Errors
    /// Those of [`update`](Self::update); [`Error::InvalidQuery`](crate::Error::InvalidQuery) for a column that
    /// cannot be written.
    pub fn update_only(&self, entity: &mut M::Entity, columns: impl ColumnList<M>) -> Result<()> {
        store::update_columns::<M>(self.db, entity, &columns.positions())
    }

    /// Updates some columns of many entities, in as few statements as the database takes and in one transaction.
    /// Returns how many of them were there.
    ///
    /// # Errors
    /// Those of [`update_only`](Self::update_only).
    pub fn update_many(
        &self,
        entities: &mut [M::Entity],
        columns: impl ColumnList<M>,
    ) -> Result<u64> {
        store::update_many::<M>(self.db, entities, &columns.positions())
    }

    /// Inserts an entity whose key is unset, and updates any other. One whose key is assigned by the user is
    /// inserted if no row has it.
    ///
    /// # Errors
    /// Those of [`update`](Self::update).
    pub fn save(&self, entity: &mut M::Entity) -> Result<()> {
        store::save::<M>(self.db, entity)
    }

    /// Saves an entity, and inserts new ones that are related to it, in one transaction.
    ///
    /// # Errors
    /// Those of [`save`](Self::save), after which nothing is stored and keys that were made are unset again.
    pub fn save_graph(&self, entity: &mut M::Entity) -> Result<()> {
        relation::save_graph::<M>(self.db, &mut [entity])
    }

    /// Inserts an entity, or updates the row that has its key.
    ///
    /// # Errors
    /// Those of [`insert`](Self::insert).
    pub fn upsert(&self, entity: &mut M::Entity) -> Result<()> {
        store::upsert::<M>(self.db, entity)
    }

    /// Deletes an entity, with what its relations say.
    ///
    /// # Errors
    /// [`Error::NotFound`](crate::Error::NotFound) if it is not there;
    /// [`Error::DeleteRestricted`](crate::Error::DeleteRestricted) and
    /// [`Error::ForeignKeyViolation`](crate::Error::ForeignKeyViolation) if others depend on it.
    pub fn delete(&self, entity: &M::Entity) -> Result<()> {
        store::delete::<M>(self.db, entity)
    }

    /// Deletes the entity with a key, and says whether there was one.
    ///
    /// # Errors
    /// Whatever keeps it from being deleted, as with [`delete`](Self::delete).
    pub fn delete_by_key(&self, key: impl Into<M::Key>) -> Result<bool> {
        store::delete_by_key::<M>(self.db, &key.into())
    }

    /// The one entity that meets a condition, or else the one that `create` makes, inserted; and whether it was.
    ///
    /// It relies on a unique constraint that covers the condition: of several callers at once, one inserts and
    /// the others find its row.
    ///
    /// # Errors
    /// [`Error::MultipleFound`](crate::Error::MultipleFound) if several meet the condition; those of
    /// [`insert`](Self::insert).
    pub fn get_or_create<At>(
        &self,
        condition: impl IntoCondition<M, At>,
        create: impl FnOnce() -> M::Entity,
    ) -> Result<(M::Entity, bool)> {
        store::get_or_create::<M>(self.db, &self.query().filter(condition), create)
    }
}

/// The methods of the trait, which are those of a repository.
macro_rules! as_repository {
    ($Type:ty, $this:ident => $repository:expr) => {
        impl<M: DataMapper> AnyRepository<M> for $Type {
            fn get(&self, key: M::Key) -> Result<M::Entity> {
                let $this = self;
                $repository.get(key)
            }

            fn find(&self, key: M::Key) -> Result<Option<M::Entity>> {
                let $this = self;
                $repository.find(key)
            }

            fn all(&self, query: &Query<M>) -> Result<Vec<M::Entity>> {
                let $this = self;
                $repository.all(query)
            }

            fn insert(&self, entity: &mut M::Entity) -> Result<()> {
                let $this = self;
                $repository.insert(entity)
            }

            fn insert_many(&self, entities: &mut [M::Entity]) -> Result<()> {
                let $this = self;
                $repository.insert_many(entities)
            }

            fn update(&self, entity: &mut M::Entity) -> Result<()> {
                let $this = self;
                $repository.update(entity)
            }

            fn save(&self, entity: &mut M::Entity) -> Result<()> {
                let $this = self;
                $repository.save(entity)
            }

            fn delete(&self, entity: &M::Entity) -> Result<()> {
                let $this = self;
                $repository.delete(entity)
            }
        }
    };
}

as_repository!(Repository<'_, M>, this => *this);
as_repository!(InMemoryRepository<M>, this => this.repository());

impl<M: DataMapper> Clone for Repository<'_, M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: DataMapper> Copy for Repository<'_, M> {}

impl<M: DataMapper> fmt::Debug for Repository<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Repository({})", M::TABLE.name)
    }
}

/// A repository for tests, in the memory of the program: the mapper's table, and those of its children, in a database of
/// its own, without foreign keys, since the other tables are not there.
///
/// Keys are made, constraints of the table are kept and queries are answered as they are anywhere else.
pub struct InMemoryRepository<M: DataMapper> {
    db: Database,
    mapper: PhantomData<fn() -> M>,
}

impl<M: DataMapper> InMemoryRepository<M> {
    /// An empty one.
    ///
    /// # Errors
    /// [`Error::InvalidMapping`](crate::Error::InvalidMapping), as for `create_tables`.
    pub fn new() -> Result<Self> {
        let db = Database::sqlite_in_memory().open()?;
        db.execute("PRAGMA foreign_keys = OFF", &[])?;
        db.create_tables(Schema::new(&tables::<M>()))?;
        Ok(Self {
            db,
            mapper: PhantomData,
        })
    }

    /// The repository of the database that it is kept in, for all that can be asked of one.
    #[must_use]
    pub fn repository(&self) -> Repository<'_, M> {
        Repository::new(&self.db)
    }
}

/// The tables of entities and their children, and those that writing them may concern because of a relation.
fn tables<M: DataMapper>() -> Vec<&'static Table> {
    let mut tables = owned::tables::<M>();
    let mut seen = 0;
    while let Some(table) = tables.get(seen).copied() {
        seen += 1;
        let steps = table.relations.iter().flat_map(RelationDef::steps);
        for step in steps {
            if !tables.iter().any(|known| known.is(step.table)) {
                tables.push(step.table);
            }
        }
    }
    tables
}

impl<M: DataMapper> fmt::Debug for InMemoryRepository<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InMemoryRepository({})", M::TABLE.name)
    }
}
