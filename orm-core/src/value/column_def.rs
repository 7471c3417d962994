//! The description of one column.

use super::SqlType;

/// One column: its name, its type and what the schema says about it.
///
/// The derive writes it as a chain that begins with
/// [`ColumnType::COLUMN`](crate::value::ColumnType::COLUMN) and names only what differs from a plain
/// column.
///
/// ```
/// use orm::mapping::ColumnDef;
/// use orm::value::ColumnType;
///
/// // As the derive writes it for `#[orm(unique, length = 120)] name: String`.
/// const NAME: ColumnDef = <String as ColumnType>::COLUMN.named("name").unique().length(120);
/// assert!(NAME.unique && !NAME.nullable && NAME.writable);
/// assert_eq!((NAME.name, NAME.length), ("name", Some(120)));
///
/// let id = i64::COLUMN.named("id").auto();
/// let code = String::COLUMN.named("code").collation("NOCASE").check("code <> ''").indexed();
/// let price = i64::COLUMN.named("price").default("0").comment("in cents");
/// let exact = String::COLUMN.named("exact").precision(10, 2).sql_type("NUMERIC");
/// assert!(id.auto && code.indexed && price.default == Some("0") && exact.sql_type.is_some());
///
/// let total = i64::COLUMN.named("total").generated("price * quantity");
/// let created = String::COLUMN.named("created").readonly();
/// assert!(!total.writable && !created.writable);
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, set by name"
)]
pub struct ColumnDef {
    /// The name in the database.
    pub name: &'static str,
    /// The type of the values.
    pub ty: SqlType,
    /// Whether NULL is allowed.
    pub nullable: bool,
    /// Whether the database numbers new rows in this column.
    pub auto: bool,
    /// Whether no two rows may have the same value.
    pub unique: bool,
    /// Whether the column has an index of its own.
    pub indexed: bool,
    /// The most characters or bytes, where the database keeps count of them.
    pub length: Option<u32>,
    /// The number of digits of a decimal, and how many of them follow the point.
    pub precision: Option<(u8, u8)>,
    /// The collation of text, in the database's words.
    pub collation: Option<&'static str>,
    /// A condition on each row, in SQL.
    pub check: Option<&'static str>,
    /// The value that the database fills in for a row written without this column, in SQL.
    pub default: Option<&'static str>,
    /// The expression from which the database computes the column, in SQL.
    pub generated: Option<&'static str>,
    /// Whether the program may write the column. Generated and read-only columns are read back
    /// after a write instead.
    pub writable: bool,
    /// A comment on the column.
    pub comment: Option<&'static str>,
    /// The type in the database's own words, instead of the one that follows from [`Self::ty`].
    pub sql_type: Option<&'static str>,
    /// Whether the field is a [`Ref`](crate::mapping::Ref), which may refer to a row that is not there yet.
    pub reference: bool,
}

impl ColumnDef {
    /// A plain column, without a name yet.
    ///
    /// ```
    /// use orm::mapping::ColumnDef;
    /// use orm::value::SqlType;
    ///
    /// let year = ColumnDef::new(SqlType::Int, true).named("year");
    /// assert!(year.nullable && !year.unique);
    /// ```
    #[must_use]
    pub const fn new(ty: SqlType, nullable: bool) -> Self {
        Self {
            name: "",
            ty,
            nullable,
            auto: false,
            unique: false,
            indexed: false,
            length: None,
            precision: None,
            collation: None,
            check: None,
            default: None,
            generated: None,
            writable: true,
            comment: None,
            sql_type: None,
            reference: false,
        }
    }

    /// Names the column.
    #[must_use]
    pub const fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    /// Lets the database number new rows in this column.
    ///
    /// # Panics
    /// While compiling, if the column holds no integers.
    #[must_use]
    #[track_caller]
    pub const fn auto(self) -> Self {
        assert!(
            matches!(self.ty, SqlType::SmallInt | SqlType::Int | SqlType::BigInt),
            "the database numbers only integer keys: write `#[orm(primary_key(assigned))]`, or name a generator such as `uuid_v7`"
        );
        Self { auto: true, ..self }
    }

    /// Lets the column show that its row was written: it counts, or says when.
    ///
    /// # Panics
    /// While compiling, if the column holds neither integers nor times, or may be NULL.
    #[must_use]
    #[track_caller]
    pub const fn version(self) -> Self {
        assert!(
            matches!(
                self.ty,
                SqlType::SmallInt
                    | SqlType::Int
                    | SqlType::BigInt
                    | SqlType::Timestamp
                    | SqlType::DateTime
            ),
            "a version counts, or is a time: write an integer such as `i64`, or a timestamp"
        );
        assert!(
            !self.nullable,
            "a version is never NULL: write its type without `Option`"
        );
        self
    }

    /// Lets a generator of UUIDs or ULIDs fill the column in.
    ///
    /// # Panics
    /// While compiling, if the column holds neither sixteen bytes nor text.
    #[must_use]
    #[track_caller]
    pub const fn identifier(self) -> Self {
        assert!(
            matches!(self.ty, SqlType::Uuid | SqlType::Blob | SqlType::Text),
            "a UUID or ULID is no key of this type: write `#[orm(primary_key)]` for a number, or `with = path` for a generator of your own"
        );
        self
    }

    /// Lets no two rows have the same value.
    #[must_use]
    pub const fn unique(self) -> Self {
        Self {
            unique: true,
            ..self
        }
    }

    /// Gives the column an index.
    #[must_use]
    pub const fn indexed(self) -> Self {
        Self {
            indexed: true,
            ..self
        }
    }

    /// Bounds the length, in characters or bytes.
    #[must_use]
    pub const fn length(self, length: u32) -> Self {
        Self {
            length: Some(length),
            ..self
        }
    }

    /// Sets the number of digits in all, and of those after the point.
    #[must_use]
    pub const fn precision(self, precision: u8, scale: u8) -> Self {
        Self {
            precision: Some((precision, scale)),
            ..self
        }
    }

    /// Sets the collation.
    #[must_use]
    pub const fn collation(self, collation: &'static str) -> Self {
        Self {
            collation: Some(collation),
            ..self
        }
    }

    /// Puts a condition on each row.
    #[must_use]
    pub const fn check(self, sql: &'static str) -> Self {
        Self {
            check: Some(sql),
            ..self
        }
    }

    /// Sets the value that the database fills in.
    #[must_use]
    pub const fn default(self, sql: &'static str) -> Self {
        Self {
            default: Some(sql),
            ..self
        }
    }

    /// Lets the database compute the column.
    #[must_use]
    pub const fn generated(self, sql: &'static str) -> Self {
        Self {
            generated: Some(sql),
            writable: false,
            ..self
        }
    }

    /// May be NULL whatever its type says, since only some variants of an enum have it.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// #[derive(ActiveRecord)]
    /// #[orm(tag = "kind")]
    /// enum Vehicle {
    ///     Car {
    ///         #[orm(primary_key)]
    ///         id: i64,
    ///         doors: i32,
    ///     },
    ///     Bike { id: i64 },
    /// }
    ///
    /// assert!(Vehicle::DOORS.def().nullable);
    /// ```
    #[must_use]
    pub const fn optional(self) -> Self {
        Self {
            nullable: true,
            ..self
        }
    }

    /// Leaves the column out of every INSERT and UPDATE.
    #[must_use]
    pub const fn readonly(self) -> Self {
        Self {
            writable: false,
            ..self
        }
    }

    /// Comments on the column.
    #[must_use]
    pub const fn comment(self, comment: &'static str) -> Self {
        Self {
            comment: Some(comment),
            ..self
        }
    }

    /// Lets the column hold the keys of rows that are not there yet, as [`Ref`](crate::mapping::Ref) does.
    ///
    /// ```
    /// use orm::value::ColumnType;
    ///
    /// let artist = i64::COLUMN.named("artist").reference();
    /// assert!(artist.reference && !i64::COLUMN.reference);
    /// ```
    #[must_use]
    pub const fn reference(self) -> Self {
        Self {
            reference: true,
            ..self
        }
    }

    /// Sets the type in the database's own words.
    #[must_use]
    pub const fn sql_type(self, sql: &'static str) -> Self {
        Self {
            sql_type: Some(sql),
            ..self
        }
    }
}
