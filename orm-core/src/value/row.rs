//! Rows, as the drivers hand them out.

use super::{Value, ValueRef};

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
