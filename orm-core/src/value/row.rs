//! Rows, as the drivers hand them out.

use super::{Value, ValueRef};
use crate::error::{Error, Result};

/// One row of a result. Values are borrowed from the database and read by position.
///
/// ```
/// use orm::driver::Row;
/// use orm::{Value, ValueRef};
///
/// let values = [Value::Int(7), Value::Null];
/// let row: &dyn Row = &values.as_slice();
/// assert_eq!((row.width(), row.value(0)), (2, ValueRef::Int(7)));
/// assert!(row.value(99).is_null());
/// ```
pub trait Row {
    /// The value of a column; [`ValueRef::Null`] past the last one.
    fn value(&self, at: usize) -> ValueRef<'_>;

    /// How many columns there are.
    fn width(&self) -> usize;

    /// Which result the row is of, where somebody keeps account of that.
    fn origin(&self) -> Origin {
        Origin::default()
    }

    /// A copy of all values.
    ///
    /// # Errors
    /// [`Error::Decode`](crate::error::Error::Decode) for text that is not UTF-8.
    fn to_values(&self) -> Result<Vec<Value>> {
        let values = (0..self.width()).map(|at| {
            let value = Value::try_from_ref(self.value(at));
            value.map_err(|mismatch| Error::decode(at, mismatch))
        });
        values.collect()
    }
}

/// Where a row comes from, as far as that matters for what is loaded later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Origin {
    /// The number of the result, by which rows are known as siblings; 0 where it has none.
    pub(crate) result: u64,
    /// Whether relations of the row must not be loaded lazily.
    pub(crate) strict: bool,
}

/// A row that knows which result it is of.
pub(crate) struct RowOf<'a> {
    pub(crate) row: &'a dyn Row,
    pub(crate) origin: Origin,
}

impl Row for RowOf<'_> {
    fn value(&self, at: usize) -> ValueRef<'_> {
        self.row.value(at)
    }

    fn width(&self) -> usize {
        self.row.width()
    }

    fn origin(&self) -> Origin {
        self.origin
    }
}

/// A row that was copied out of a result.
impl Row for &[Value] {
    fn value(&self, at: usize) -> ValueRef<'_> {
        self.get(at).map_or(ValueRef::Null, Value::as_ref)
    }

    fn width(&self) -> usize {
        self.len()
    }
}

/// A row that was copied out of a result.
impl Row for Vec<Value> {
    fn value(&self, at: usize) -> ValueRef<'_> {
        self.get(at).map_or(ValueRef::Null, Value::as_ref)
    }

    fn width(&self) -> usize {
        self.len()
    }
}
