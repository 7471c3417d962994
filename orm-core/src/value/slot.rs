//! Fields of an entity that are filled one by one, by whoever knows only their column.

use std::any::Any;
use std::fmt;

use super::{ColumnType, Mismatch, Row};
use crate::error::{Error, Result};

/// A field of an entity, as the place that the value of a column is put into.
///
/// ```
/// use orm::Value;
/// use orm::driver::Row;
/// use orm::value::ColumnType;
///
/// let mut year = Some(1965);
/// let row = [Value::Int(1966)];
/// year.slot().fill(&Row::new(&row), 0)?;
/// assert_eq!(year, Some(1966));
/// # Ok::<(), orm::Error>(())
/// ```
pub struct Slot<'e>(Place<'e>);

type Fill<'e> = dyn FnOnce(&Row<'_>, usize) -> Result<()> + 'e;

enum Place<'e> {
    Field {
        field: &'e mut dyn Any,
        fill: fn(&mut dyn Any, &Row<'_>, usize) -> Result<()>,
    },
    /// What reads the value and hands it to a function of the user's.
    Setter(Box<Fill<'e>>),
    Ignored,
    None,
}

impl<'e> Slot<'e> {
    /// A field of a type that a column can hold; [`ColumnType::slot`] is the same.
    pub fn new<T: ColumnType>(field: &'e mut T) -> Self {
        let fill = |field: &mut dyn Any, row: &Row<'_>, at| put(field, at, T::read(row, at)?);
        Self(Place::Field { field, fill })
    }

    /// A field that holds what is inside of what the column holds.
    #[cfg(feature = "json")]
    pub(super) fn json<T>(field: &'e mut T) -> Self
    where
        super::Json<T>: ColumnType,
        T: 'static,
    {
        let fill = |field: &mut dyn Any, row: &Row<'_>, at| {
            put(field, at, super::Json::<T>::read(row, at)?.into_inner())
        };
        Self(Place::Field { field, fill })
    }

    /// A field that only a function reaches, which is called with the value that is read.
    pub(crate) fn setter<T>(
        read: fn(&Row<'_>, usize) -> Result<T>,
        set: impl FnOnce(T) + 'e,
    ) -> Self
    where
        T: 'static,
    {
        let fill = move |row: &Row<'_>, at| read(row, at).map(set);
        Self(Place::Setter(Box::new(fill)))
    }

    /// What a mapping gives for a column that has no field of its own: one of an embedded value, or one that
    /// the table does not have. Nothing can be put into it.
    #[must_use]
    pub fn none() -> Self {
        Self(Place::None)
    }

    /// What the mapping of an enum gives for a column that the entity's variant does not have: what is put
    /// there is given up.
    #[must_use]
    pub fn ignored() -> Self {
        Self(Place::Ignored)
    }

    /// Whether nothing can be put into it.
    pub(crate) fn is_none(&self) -> bool {
        matches!(self.0, Place::None)
    }

    /// Puts the value of a row's column `at` into the field.
    ///
    /// # Errors
    /// [`Error::Decode`] if the value does not fit the field, or if there is none.
    pub fn fill(self, row: &Row<'_>, at: usize) -> Result<()> {
        match self.0 {
            Place::Field { field, fill } => fill(field, row, at),
            Place::Setter(fill) => fill(row, at),
            Place::Ignored => Ok(()),
            Place::None => Err(no_field(at)),
        }
    }
}

impl fmt::Debug for Slot<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").finish_non_exhaustive()
    }
}

fn put<T: 'static>(field: &mut dyn Any, at: usize, value: T) -> Result<()> {
    let field = field.downcast_mut().ok_or_else(|| no_field(at))?;
    *field = value;
    Ok(())
}

fn no_field(at: usize) -> Error {
    let mismatch = Mismatch::invalid("a column with a field of its own", "another one");
    Error::decode(at, mismatch)
}
