//! What a session has to do with references: they lead to its objects, and from them.

use super::handle::Handle;
use super::resolve::References as _;
use super::shelf::Shelf;
use super::slot::State;
use super::{Session, unknown};
use crate::error::{Error, Result};
use crate::mapper::DataMapper;
use crate::mapping::{Ref, SingleKey};
use crate::value::Object;

impl Session<'_> {
    /// A reference to an object, for a field of another one. Where the object has no key yet, because it was only added
    /// and the database makes it, the reference gets it by the flush that inserts both.
    ///
    /// Such a reference is good for fields of objects of this session. What was put into a field has the key after the
    /// flush; a copy that was kept elsewhere has none. In a query, or a repository, it is [`Error::Encode`].
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # use orm::{Database, Ref, Session};
    /// # #[derive(Mapper)] struct Customer { #[orm(primary_key)] id: i64 }
    /// # #[derive(Mapper)]
    /// # struct Order {
    /// #     #[orm(primary_key)] id: i64,
    /// #     #[orm(references(CustomerMapper))] customer: Ref<CustomerMapper>,
    /// #     #[orm(references(CustomerMapper))] payer: Option<Ref<CustomerMapper>>,
    /// # }
    /// # let db = Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![CustomerMapper, OrderMapper])?;
    /// let mut session = Session::new(&db);
    /// let ann = session.add(Customer { id: 0 })?;
    /// let order = session.add(Order { id: 0, customer: session.reference(ann)?, payer: None })?;
    /// session.flush()?;
    /// assert_eq!(session[order].customer, Ref::to(session[ann].id));
    ///
    /// let ben = session.add(Customer { id: 0 })?;
    /// session[order].payer = Some(session.reference(ben)?);
    /// session.commit()?; // INSERT of the customer, and then UPDATE of the order
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::UnknownHandle`], also for an object that was removed.
    pub fn reference<M: DataMapper<Key: SingleKey>>(&self, handle: Handle<M>) -> Result<Ref<M>> {
        let slot = self.slot(handle)?;
        let (Some(mapper), Some(objects)) = (self.place_of::<M>(), self.shelf::<M>()) else {
            return Err(unknown::<M>());
        };
        match objects.key_at(handle.at)? {
            Some(_) => Ok(Ref::of(&slot.entity)),
            None => Ok(Ref::pending(Object::new(self.id, mapper, handle.at))),
        }
    }

    /// The object that a reference leads to: the one that the session has, or one that is read.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # use orm::{Database, Ref, Repository, Session};
    /// # #[derive(Mapper)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![ArtistMapper])?;
    /// # let mut stored = Artist { id: 7, name: "Nina Simone".into() };
    /// # Repository::<ArtistMapper>::new(&db).insert(&mut stored)?;
    /// let mut session = Session::new(&db);
    /// let nina = session.follow(Ref::<ArtistMapper>::to(7))?;
    /// assert_eq!(session[nina].name, "Nina Simone");
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`get`](Self::get); [`Error::UnknownHandle`] for a reference that was made before its object had a key,
    /// if that is of another session, or is no longer in this one.
    pub fn follow<M: DataMapper<Key: SingleKey>>(
        &mut self,
        reference: Ref<M>,
    ) -> Result<Handle<M>> {
        let object = match reference.into_key() {
            Ok(key) => return self.get(key),
            Err(object) => object,
        };
        let handle = self.handle::<M>(object.at());
        let is_here = object.session() == self.id;
        if !is_here || self.place_of::<M>() != u32::try_from(object.mapper()).ok() {
            return Err(unknown::<M>());
        }
        match self.slot(handle)?.state {
            State::New | State::Stored => Ok(handle),
            State::Expired => self.get(M::key(self.get_ref(handle)?)),
            State::Removed | State::Gone | State::Detached => Err(Error::UnknownHandle {
                table: M::TABLE.name,
            }),
        }
    }

    /// The place of a mapper among those of the session.
    fn place_of<M: DataMapper>(&self) -> Option<u32> {
        let mut shelves = self.shelves.iter();
        let place = shelves.position(|objects| {
            let objects: &dyn std::any::Any = &**objects;
            objects.is::<Shelf<M>>()
        });
        place.and_then(|place| u32::try_from(place).ok())
    }
}
