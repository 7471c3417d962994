//! Which object of a session an error is about.

use std::fmt;

use super::{DriverError, Error};

/// An object of a session, by whatever mapper: what an error of a flush names.
///
/// It is the one of a handle if [`Handle::object`](crate::session::Handle::object) is equal to it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Object {
    pub(crate) table: &'static str,
    pub(crate) session: u64,
    pub(crate) at: u32,
}

impl Object {
    /// The table of its row.
    #[must_use]
    pub fn table(self) -> &'static str {
        self.table
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.table, self.at)
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Error {
    /// The object of a session whose row, or that of one of its children, violates a constraint, if it was written by a
    /// flush.
    ///
    /// ```
    /// use orm::prelude::*;
    /// use orm::{Database, Session};
    ///
    /// #[derive(Mapper)]
    /// struct Artist {
    ///     #[orm(primary_key)]
    ///     id: i64,
    ///     #[orm(unique)]
    ///     name: String,
    /// }
    ///
    /// let db = Database::open("sqlite::memory:")?;
    /// db.create_tables(orm::schema![ArtistMapper])?;
    /// let mut session = Session::new(&db);
    /// let artist = |name: &str| Artist { id: 0, name: name.into() };
    /// let nina = session.add(artist("Nina Simone"))?;
    /// let twin = session.add(artist("Nina Simone"))?;
    /// let error = session.commit().expect_err("the names are the same");
    /// assert_eq!(error.object(), Some(twin.object()));
    /// assert_eq!(error.to_string(), "another row of artist has the same name (artist#1)");
    ///
    /// session[twin].name = "Bill Evans".into();
    /// session.commit()?;
    /// # let _ = nina;
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    pub fn object(&self) -> Option<Object> {
        self.driver().and_then(|source| source.0.object)
    }

    /// Says which of the things that were written it is about.
    pub(crate) fn in_row(mut self, row: usize) -> Self {
        if let Some(source) = self.driver_mut() {
            source.0.row = Some(row);
        }
        self
    }

    /// Says which of other things that one is.
    pub(crate) fn in_row_of(self, of: impl FnOnce(usize) -> Option<usize>) -> Self {
        match self.driver().and_then(|source| source.0.row) {
            Some(row) => match of(row) {
                Some(row) => self.in_row(row),
                None => self,
            },
            None => self,
        }
    }

    /// Names the object in the place that it is about.
    pub(crate) fn in_object(mut self, table: &'static str, session: u64) -> Self {
        if let Some(source) = self.driver_mut() {
            let at = source.0.row.and_then(|row| u32::try_from(row).ok());
            source.0.object = at.map(|at| Object { table, session, at });
        }
        self
    }

    fn driver(&self) -> Option<&DriverError> {
        match self {
            Self::UniqueViolation { source, .. }
            | Self::ForeignKeyViolation { source, .. }
            | Self::NotNullViolation { source, .. }
            | Self::CheckViolation { source, .. }
            | Self::Database { source } => Some(source),
            _ => None,
        }
    }

    fn driver_mut(&mut self) -> Option<&mut DriverError> {
        match self {
            Self::UniqueViolation { source, .. }
            | Self::ForeignKeyViolation { source, .. }
            | Self::NotNullViolation { source, .. }
            | Self::CheckViolation { source, .. }
            | Self::Database { source } => Some(source),
            _ => None,
        }
    }
}
