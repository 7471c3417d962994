//! Rows, as the drivers hand them out.

use super::{Object, Value, ValueRef};
use crate::error::{Error, Result};

/// The values of a row, as a driver has them.
///
/// They are borrowed from the database and read by position.
pub trait RowValues {
    /// The value of a column; [`ValueRef::Null`] past the last one.
    fn value(&self, at: usize) -> ValueRef<'_>;

    /// How many columns there are.
    fn width(&self) -> usize;

    /// The object that a column refers to, where its key is not known yet. No database has one.
    #[doc(hidden)]
    fn object(&self, at: usize) -> Option<Object> {
        let _ = at;
        None
    }
}

/// One row of a result.
///
/// ```
/// use orm::driver::Row;
/// use orm::{Value, ValueRef};
///
/// let values = [Value::Int(7), Value::Null];
/// let row = Row::new(&values);
/// assert_eq!((row.width(), row.value(0)), (2, ValueRef::Int(7)));
/// assert!(row.value(99).is_null());
/// ```
#[derive(Clone, Copy)]
pub struct Row<'a> {
    values: &'a dyn RowValues,
    origin: Origin,
}

impl<'a> Row<'a> {
    /// A row of values that are of no result; [`Statement::row`](crate::driver::Statement::row) makes those of
    /// one.
    pub fn new(values: &'a dyn RowValues) -> Self {
        Self::of(values, Origin::NONE)
    }

    /// A row of a result.
    #[inline]
    pub(crate) fn of(values: &'a dyn RowValues, origin: Origin) -> Self {
        Self { values, origin }
    }

    /// The value of a column; [`ValueRef::Null`] past the last one.
    #[must_use]
    #[inline]
    pub fn value(&self, at: usize) -> ValueRef<'a> {
        self.values.value(at)
    }

    /// How many columns there are.
    #[must_use]
    pub fn width(&self) -> usize {
        self.values.width()
    }

    /// The object that a column refers to, where its key is not known yet; its value is NULL then.
    pub(crate) fn object(&self, at: usize) -> Option<Object> {
        self.values.object(at)
    }

    /// Which result the row is of, where somebody keeps account of that.
    #[inline]
    pub(crate) fn origin(&self) -> Origin {
        self.origin
    }

    /// A copy of all values.
    ///
    /// # Errors
    /// [`Error::Decode`](crate::error::Error::Decode) for text that is not UTF-8.
    pub fn to_values(&self) -> Result<Vec<Value>> {
        let values = (0..self.width()).map(|at| {
            let value = Value::try_from_ref(self.value(at));
            value.map_err(|mismatch| Error::decode(at, mismatch))
        });
        values.collect()
    }
}

/// Where a row comes from, as far as that matters for what is loaded later: the number of its result, and in
/// the lowest bit whether relations of the row must not be loaded lazily.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Origin(u64);

impl Origin {
    /// Of no result.
    pub(crate) const NONE: Self = Self(0);

    pub(crate) const fn new(result: u64, strict: bool) -> Self {
        Self(result << 1 | strict as u64)
    }

    /// The number of the result, by which rows are known as siblings; 0 where it has none.
    pub(crate) const fn result(self) -> u64 {
        self.0 >> 1
    }

    /// Whether relations of the row must not be loaded lazily.
    pub(crate) const fn is_strict(self) -> bool {
        self.0 & 1 == 1
    }
}

/// A row that was copied out of a result.
impl<V: AsRef<[Value]>> RowValues for V {
    fn value(&self, at: usize) -> ValueRef<'_> {
        self.as_ref().get(at).map_or(ValueRef::Null, Value::as_ref)
    }

    fn width(&self) -> usize {
        self.as_ref().len()
    }
}
