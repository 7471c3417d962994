//! References to rows of other mappings, which say in their types of which.

#[cfg(feature = "serde")]
mod serialize;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use super::{Mapping, Refers};
use crate::error::{Error, Result};
use crate::key::Key;
use crate::value::{ColumnDef, ColumnType, Mismatch, Object, Param, Row, SqlType, ValueRef};

/// The key of a row of `M`, as the type of a field: `Ref<CustomerMapper>`, or `Option<Ref<CustomerMapper>>` where there
/// may be none.
///
/// The column is that of the key. Two references to rows of different mappings are of different types, so that one
/// cannot be taken for the other. In a session a field may refer to an object that is only to be inserted: what
/// [`Session::reference`](crate::session::Session::reference) gives for it has no key yet, and gets it by the flush that
/// inserts both.
///
/// ```
/// use orm::prelude::*;
/// use orm::{Database, Ref, Session};
///
/// #[derive(Mapper)]
/// #[orm(table = "customers")]
/// struct Customer {
///     #[orm(primary_key)]
///     id: i64,
///     name: String,
/// }
///
/// #[derive(Mapper)]
/// #[orm(table = "orders")]
/// struct Order {
///     #[orm(primary_key)]
///     id: i64,
///     #[orm(references(CustomerMapper))]
///     customer: Ref<CustomerMapper>,
/// }
///
/// let db = Database::open("sqlite::memory:")?;
/// db.create_tables(orm::schema![CustomerMapper, OrderMapper])?;
/// let mut session = Session::new(&db);
/// let ann = session.add(Customer { id: 0, name: "ann".into() })?;
/// let order = session.add(Order { id: 0, customer: session.reference(ann)? })?;
/// session.commit()?; // INSERT of the customer, and of the order with her key
///
/// assert_eq!(session.follow(session[order].customer)?, ann);
/// let hers = OrderMapper::query().filter(OrderMapper::CUSTOMER.eq(session[order].customer));
/// assert_eq!(hers.count(&db)?, 1);
/// # Ok::<(), orm::Error>(())
/// ```
///
/// `K` is always the key of `M`, and is not written.
pub struct Ref<M: Mapping, K = <M as Mapping>::Key> {
    to: To<K>,
    mapping: PhantomData<fn() -> M>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum To<K> {
    Key(K),
    /// One that had no key yet.
    Object(Object),
}

/// A key that one column holds.
#[diagnostic::on_unimplemented(
    message = "a key of type `{Self}` is of several columns, and a `Ref` is one column",
    label = "expected a mapping whose key is one column",
    note = "keep its columns as fields of their own: `#[orm(belongs_to(key = (first, second)))]`"
)]
#[doc(hidden)]
pub trait SingleKey: ColumnType + Key {}

#[diagnostic::do_not_recommend]
impl<K: ColumnType + Clone> SingleKey for K {}

impl<M: Mapping<Key = K>, K> Ref<M, K> {
    /// A reference to the row with a key. Whether there is one is seen by the database.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # use orm::Ref;
    /// # #[derive(Mapper)] struct Country { #[orm(primary_key(assigned))] code: String }
    /// let sweden = Ref::<CountryMapper>::to("se");
    /// assert_eq!(sweden.key()?, "se");
    /// # Ok::<(), orm::Error>(())
    /// ```
    pub fn to(key: impl Into<K>) -> Self {
        Self::new(To::Key(key.into()))
    }

    /// A reference to the row of an entity, by the key that it has.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # use orm::Ref;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64 }
    /// let nina = Artist { id: 7 };
    /// assert_eq!(Ref::<Artist>::of(&nina), Ref::to(7));
    /// ```
    pub fn of(entity: &M::Entity) -> Self {
        Self::new(To::Key(M::key(entity)))
    }

    /// The reference to an object that has no key yet.
    pub(crate) fn pending(object: Object) -> Self {
        Self::new(To::Object(object))
    }

    fn new(to: To<K>) -> Self {
        Self {
            to,
            mapping: PhantomData,
        }
    }

    /// The object that had no key yet.
    pub(crate) fn object(&self) -> Option<Object> {
        match self.to {
            To::Key(_) => None,
            To::Object(object) => Some(object),
        }
    }

    /// The key, or the object that had none yet.
    pub(crate) fn into_key(self) -> Result<K, Object> {
        match self.to {
            To::Key(key) => Ok(key),
            To::Object(object) => Err(object),
        }
    }

    /// Whether it was made before its object had a key, and no flush has seen it since.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # use orm::{Database, Session};
    /// # #[derive(Mapper)] struct Artist { #[orm(primary_key)] id: i64 }
    /// # let db = Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![ArtistMapper])?;
    /// let mut session = Session::new(&db);
    /// let nina = session.add(Artist { id: 0 })?;
    /// assert!(session.reference(nina)?.is_pending());
    /// session.flush()?;
    /// assert!(!session.reference(nina)?.is_pending());
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.object().is_some()
    }
}

impl<M: Mapping<Key = K>, K: Clone> Ref<M, K> {
    /// The key of the row.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # use orm::{Database, Ref};
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64 }
    /// # let db = Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// # Artist { id: 7 }.insert(&db)?;
    /// let reference = Ref::<Artist>::to(7);
    /// assert!(Artist::find(&db, reference.key()?)?.is_some());
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Encode`] for a reference that was made before its object had a key.
    pub fn key(&self) -> Result<K> {
        match &self.to {
            To::Key(key) => Ok(key.clone()),
            To::Object(object) => Err(Error::encode("", "", Mismatch::pending(*object))),
        }
    }
}

impl<M: Mapping<Key = K>, K: SingleKey> ColumnType for Ref<M, K> {
    type Nullable = Option<Self>;
    type Like<U: ColumnType> = U;

    const SQL_TYPE: SqlType = K::SQL_TYPE;
    const NULLABLE: bool = K::NULLABLE;
    const COLUMN: ColumnDef = K::COLUMN.reference();
    const IS_REFERENCE: bool = true;

    #[inline]
    fn encode(&self) -> Param<'_> {
        match &self.to {
            To::Key(key) => key.encode(),
            To::Object(object) => Param::Invalid(Mismatch::pending(*object)),
        }
    }

    #[inline]
    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        K::decode(value).map(|key| Self::new(To::Key(key)))
    }

    #[inline]
    fn read(row: &Row<'_>, at: usize) -> Result<Self> {
        // Only where there is no key there may be an object.
        if row.value(at).is_null()
            && let Some(object) = row.object(at)
        {
            return Ok(Self::pending(object));
        }
        <K as ColumnType>::read(row, at).map(|key| Self::new(To::Key(key)))
    }

    fn is_unset(&self) -> bool {
        match &self.to {
            To::Key(key) => ColumnType::is_unset(key),
            To::Object(_) => true,
        }
    }
}

#[diagnostic::do_not_recommend]
impl<M: Mapping<Key = K>, K: SingleKey> Refers<K> for Ref<M, K> {
    const NULLABLE: bool = <K as ColumnType>::NULLABLE;
}

#[diagnostic::do_not_recommend]
impl<M: Mapping<Key = K>, K: SingleKey> Refers<K> for Option<Ref<M, K>> {
    const NULLABLE: bool = true;
}

impl<M: Mapping<Key = K>, K> From<K> for Ref<M, K> {
    fn from(key: K) -> Self {
        Self::new(To::Key(key))
    }
}

/// The unset key, for a field that is filled in later, as that of a child that refers to its root is.
impl<M: Mapping<Key = K>, K: Default> Default for Ref<M, K> {
    fn default() -> Self {
        Self::new(To::Key(K::default()))
    }
}

impl<M: Mapping, K: Clone> Clone for Ref<M, K> {
    fn clone(&self) -> Self {
        Self {
            to: self.to.clone(),
            mapping: PhantomData,
        }
    }
}

impl<M: Mapping, K: Copy> Copy for Ref<M, K> {}

impl<M: Mapping, K: PartialEq> PartialEq for Ref<M, K> {
    fn eq(&self, other: &Self) -> bool {
        self.to == other.to
    }
}

impl<M: Mapping, K: Eq> Eq for Ref<M, K> {}

impl<M: Mapping, K: PartialOrd> PartialOrd for Ref<M, K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.to.partial_cmp(&other.to)
    }
}

impl<M: Mapping, K: Ord> Ord for Ref<M, K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.to.cmp(&other.to)
    }
}

impl<M: Mapping, K: Hash> Hash for Ref<M, K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.to.hash(state);
    }
}

/// Shows the table and not the key, because what is logged must not contain data.
impl<M: Mapping, K> fmt::Debug for Ref<M, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = M::TABLE.name;
        match self.to {
            To::Key(_) => write!(f, "Ref({table})"),
            To::Object(_) => write!(f, "Ref({table}, pending)"),
        }
    }
}
