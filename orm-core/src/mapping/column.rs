//! Typed columns: what the associated constants of a mapped type are.

use std::fmt;
use std::marker::PhantomData;

use super::{ColumnDef, Embedded, Source};

/// A column of mapping `M` whose values are of type `T`.
///
/// The derive writes one as an associated constant for every field, `Artist::NAME`; queries are made
/// from them.
///
/// ```
/// # use orm::prelude::*;
/// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Artist])?;
/// use orm::Column;
///
/// const NAME: Column<Artist, String> = Artist::NAME;
/// assert_eq!(NAME.position(), 1);
/// assert_eq!(NAME.def().name, "name");
/// assert_eq!(format!("{NAME:?}"), "artist.name");
/// # Ok::<(), orm::Error>(())
/// ```
pub struct Column<M, T> {
    at: usize,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Column<M, T> {
    /// The column at a position of the table, for the derive.
    ///
    /// # Panics
    /// Uses of the column panic if the table has no such position.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// use orm::Column;
    ///
    /// const NAME: Column<Artist, String> = Column::new(1); // as the derive writes it
    /// assert_eq!(NAME.def().name, "name");
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    pub const fn new(at: usize) -> Self {
        Self {
            at,
            types: PhantomData,
        }
    }

    /// The position in [`Table::columns`](super::Table::columns).
    #[must_use]
    pub const fn position(self) -> usize {
        self.at
    }
}

impl<M: Source, T> Column<M, T> {
    /// The description of the column.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// #[derive(ActiveRecord)]
    /// struct Artist {
    ///     #[orm(primary_key)]
    ///     id: i64,
    ///     #[orm(unique, length = 120)]
    ///     name: String,
    /// }
    ///
    /// assert!(Artist::NAME.def().unique);
    /// assert_eq!(Artist::NAME.def().length, Some(120));
    /// ```
    #[must_use]
    pub fn def(self) -> &'static ColumnDef {
        &M::TABLE.columns[self.at]
    }
}

impl<M, T> Clone for Column<M, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T> Copy for Column<M, T> {}

impl<M: Source, T> fmt::Debug for Column<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", M::TABLE.name, self.def().name)
    }
}

/// The columns of mapping `M` that hold an embedded value of type `V`.
///
/// ```
/// use orm::prelude::*;
///
/// #[derive(Embedded)]
/// struct Address {
///     street: String,
///     city: String,
/// }
///
/// #[derive(ActiveRecord)]
/// struct Customer {
///     #[orm(primary_key)]
///     id: i64,
///     #[orm(embed, prefix = "home_")]
///     home: Address,
/// }
///
/// let in_ulm = Customer::HOME.field(Address::CITY).eq("Ulm");
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Customer])?;
/// assert!(Customer::query().filter(in_ulm).all(&db)?.is_empty());
/// # Ok::<(), orm::Error>(())
/// ```
pub struct EmbeddedField<M, V> {
    at: usize,
    types: PhantomData<fn() -> (M, V)>,
}

impl<M, V> EmbeddedField<M, V> {
    /// The value whose columns begin at a position of the table.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(Embedded)] struct Address { street: String, city: String }
    /// # #[derive(ActiveRecord)] struct Customer { #[orm(primary_key)] id: i64, #[orm(embed)] home: Address }
    /// use orm::EmbeddedField;
    ///
    /// const HOME: EmbeddedField<Customer, Address> = EmbeddedField::new(1); // as the derive writes it
    /// assert_eq!(HOME.field(Address::STREET).position(), 1);
    /// ```
    #[must_use]
    pub const fn new(at: usize) -> Self {
        Self {
            at,
            types: PhantomData,
        }
    }

    /// One column of the embedded value.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(Embedded)] struct Address { street: String, city: String }
    /// # #[derive(ActiveRecord)] struct Customer { #[orm(primary_key)] id: i64, #[orm(embed)] home: Address }
    /// assert_eq!(Customer::HOME.field(Address::CITY).def().name, "city");
    /// ```
    #[must_use]
    pub const fn field<T>(self, column: Column<V::Value, T>) -> Column<M, T>
    where
        V: Embedded,
    {
        Column::new(self.at + column.at)
    }

    /// A value that is embedded in the embedded value.
    ///
    /// ```
    /// use orm::prelude::*;
    ///
    /// #[derive(Embedded)]
    /// struct Geo {
    ///     latitude: f64,
    ///     longitude: f64,
    /// }
    ///
    /// #[derive(Embedded)]
    /// struct Address {
    ///     city: String,
    ///     #[orm(embed)]
    ///     geo: Geo,
    /// }
    ///
    /// #[derive(ActiveRecord)]
    /// struct Customer {
    ///     #[orm(primary_key)]
    ///     id: i64,
    ///     #[orm(embed, prefix = "home_")]
    ///     home: Address,
    /// }
    ///
    /// let latitude = Customer::HOME.embedded(Address::GEO).field(Geo::LATITUDE);
    /// assert_eq!(latitude.def().name, "home_latitude");
    /// ```
    #[must_use]
    pub const fn embedded<W>(self, value: EmbeddedField<V::Value, W>) -> EmbeddedField<M, W>
    where
        V: Embedded,
    {
        EmbeddedField::new(self.at + value.at)
    }
}

impl<M, V> Clone for EmbeddedField<M, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, V> Copy for EmbeddedField<M, V> {}

/// A column of mapping `M` of any type, for lists of columns.
///
/// ```
/// # use orm::prelude::*;
/// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Artist])?;
/// # let mut nina = Artist { id: 0, name: "Nina Simone".into() };
/// # nina.save(&db)?;
/// use orm::AnyColumn;
///
/// let mut changed: Vec<AnyColumn<Artist>> = Vec::new();
/// nina.name = "Eunice Waymon".into();
/// changed.push(Artist::NAME.into());
/// assert_eq!(changed[0].position(), Artist::NAME.position());
/// nina.save_only(&db, changed.as_slice())?;
/// assert_eq!(Artist::get(&db, nina.id)?.name, "Eunice Waymon");
/// # Ok::<(), orm::Error>(())
/// ```
pub struct AnyColumn<M> {
    at: usize,
    mapping: PhantomData<fn() -> M>,
}

impl<M> AnyColumn<M> {
    /// The position in [`Table::columns`](super::Table::columns).
    #[must_use]
    pub const fn position(self) -> usize {
        self.at
    }
}

impl<M> Clone for AnyColumn<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for AnyColumn<M> {}

impl<M, T> From<Column<M, T>> for AnyColumn<M> {
    fn from(column: Column<M, T>) -> Self {
        Self {
            at: column.at,
            mapping: PhantomData,
        }
    }
}

/// Columns of one mapping: a column, a tuple of columns, or a slice, array or `Vec` of
/// [`AnyColumn`].
///
/// ```
/// # use orm::prelude::*;
/// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, seconds: i64 }
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Track])?;
/// use orm::mapping::ColumnList;
///
/// assert_eq!(Track::SECONDS.positions(), [1]);
/// assert_eq!((Track::SECONDS, Track::ID).positions(), [1, 0]);
/// assert_eq!([Track::SECONDS.into(), Track::ID.into()].as_slice().positions(), [1, 0]);
/// # Ok::<(), orm::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of columns of `{M}`",
    label = "expected columns of `{M}`",
    note = "write one column, a tuple of columns such as `({M}::A, {M}::B)`, or a slice of `AnyColumn<{M}>`"
)]
pub trait ColumnList<M> {
    /// The positions, in the order given.
    fn positions(self) -> Vec<usize>;
}

#[diagnostic::do_not_recommend]
impl<M, T> ColumnList<M> for Column<M, T> {
    fn positions(self) -> Vec<usize> {
        vec![self.at]
    }
}

#[diagnostic::do_not_recommend]
impl<M> ColumnList<M> for &[AnyColumn<M>] {
    fn positions(self) -> Vec<usize> {
        self.iter().map(|column| column.at).collect()
    }
}

#[diagnostic::do_not_recommend]
impl<M, const N: usize> ColumnList<M> for [AnyColumn<M>; N] {
    fn positions(self) -> Vec<usize> {
        self.as_slice().positions()
    }
}

#[diagnostic::do_not_recommend]
impl<M, const N: usize> ColumnList<M> for &[AnyColumn<M>; N] {
    fn positions(self) -> Vec<usize> {
        self.as_slice().positions()
    }
}

#[diagnostic::do_not_recommend]
impl<M> ColumnList<M> for &Vec<AnyColumn<M>> {
    fn positions(self) -> Vec<usize> {
        self.as_slice().positions()
    }
}

#[diagnostic::do_not_recommend]
impl<M> ColumnList<M> for Vec<AnyColumn<M>> {
    fn positions(self) -> Vec<usize> {
        self.as_slice().positions()
    }
}

macro_rules! column_tuple {
    ($($ty:ident $at:tt),+) => {
        #[diagnostic::do_not_recommend]
        impl<M, $($ty),+> ColumnList<M> for ($(Column<M, $ty>,)+) {
            fn positions(self) -> Vec<usize> {
                vec![$(self.$at.at),+]
            }
        }
    };
}

column_tuple!(A 0);
column_tuple!(A 0, B 1);
column_tuple!(A 0, B 1, C 2);
column_tuple!(A 0, B 1, C 2, D 3);
column_tuple!(A 0, B 1, C 2, D 3, E 4);
column_tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
column_tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
column_tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
