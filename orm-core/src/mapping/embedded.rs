//! Embedded Value: a struct that is stored in several columns of its owner's table.

use super::ColumnDef;
use crate::error::Result;
use crate::value::{Param, Row};

/// A struct without a table of its own, stored in columns of the struct that embeds it.
///
/// Derive it on the inner struct, and mark the field of the outer one `#[orm(embed)]`. An
/// `Option` of it is `None` when all its columns are NULL.
///
/// ```
/// use orm::prelude::*;
///
/// #[derive(Embedded)]
/// struct Money {
///     amount: i64,
///     currency: String,
/// }
///
/// #[derive(ActiveRecord)]
/// struct Album {
///     #[orm(primary_key)]
///     id: i64,
///     #[orm(embed, prefix = "price_")]
///     price: Option<Money>,
/// }
///
/// assert_eq!(Money::COLUMNS[1].name, "currency");
/// assert_eq!(Album::TABLE.columns[2].name, "price_currency");
/// assert!(Album::TABLE.columns[2].nullable); // for `Option::<Money>::OPTIONAL`
///
/// let price = Money { amount: 12, currency: "EUR".into() };
/// assert_eq!(Embedded::value(&price, 0).into_value(), Ok(12.into()));
/// let row = [orm::Value::Null, orm::Value::Null];
/// assert!(Option::<Money>::hydrate(&orm::driver::Row::new(&row), 0)?.is_none());
/// # Ok::<(), orm::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be embedded",
    note = "add `#[derive(orm::Embedded)]` to it"
)]
pub trait Embedded: Sized + 'static {
    /// The value whose columns these are: the type itself, and for `Option<V>` what `V` says.
    type Value: Embedded;

    /// The columns, without the prefix that the owner gives them.
    const COLUMNS: &'static [ColumnDef];

    /// Whether the columns of the owner may be NULL even where those of the value may not.
    const OPTIONAL: bool = false;

    /// Builds the value from the columns of a row, beginning at position `at`.
    ///
    /// # Errors
    /// [`Error::Decode`](crate::error::Error::Decode) if a value does not fit its field.
    fn hydrate(row: &Row<'_>, at: usize) -> Result<Self>;

    /// The value of the field that is stored in `column`, a position in [`Self::COLUMNS`].
    fn value(&self, column: usize) -> Param<'_>;
}

impl<V: Embedded> Embedded for Option<V> {
    type Value = V::Value;

    const COLUMNS: &'static [ColumnDef] = V::COLUMNS;
    const OPTIONAL: bool = true;

    fn hydrate(row: &Row<'_>, at: usize) -> Result<Self> {
        let absent = (at..at + V::COLUMNS.len())
            .all(|column| row.value(column).is_null() && row.object(column).is_none());
        if absent {
            return Ok(None);
        }
        V::hydrate(row, at).map(Some)
    }

    fn value(&self, column: usize) -> Param<'_> {
        match self {
            Some(value) => value.value(column),
            None => Param::NULL,
        }
    }
}

/// How many bytes the names of some columns take, each with a prefix.
#[must_use]
pub const fn names_len(columns: &[ColumnDef], prefix: &str) -> usize {
    let mut len = 0;
    let mut at = 0;
    while at < columns.len() {
        len += prefix.len() + columns[at].name.len();
        at += 1;
    }
    len
}

/// The names of some columns, each with a prefix, one after the other.
#[must_use]
pub const fn names<const N: usize>(columns: &[ColumnDef], prefix: &str) -> [u8; N] {
    let mut names = [0; N];
    let mut len = 0;
    let mut at = 0;
    while at < columns.len() {
        len = append(&mut names, len, prefix.as_bytes());
        len = append(&mut names, len, columns[at].name.as_bytes());
        at += 1;
    }
    names
}

const fn append<const N: usize>(names: &mut [u8; N], mut len: usize, bytes: &[u8]) -> usize {
    let mut at = 0;
    while at < bytes.len() {
        names[len] = bytes[at];
        len += 1;
        at += 1;
    }
    len
}

/// The columns of an embedded value as its owner stores them. `names` is what [`names`] made with the
/// same prefix; `optional` is [`Embedded::OPTIONAL`].
#[must_use]
pub const fn embed<const N: usize>(
    embedded: &[ColumnDef],
    prefix: &str,
    mut names: &'static [u8],
    optional: bool,
) -> [ColumnDef; N] {
    let mut columns = [ColumnDef::new(crate::value::SqlType::Text, true); N];
    let mut at = 0;
    while at < N {
        let column = embedded[at];
        let (name, rest) = names.split_at(prefix.len() + column.name.len());
        names = rest;
        columns[at] = ColumnDef {
            nullable: column.nullable || optional,
            ..column.named(utf8(name))
        };
        at += 1;
    }
    columns
}

const fn utf8(name: &'static [u8]) -> &'static str {
    match std::str::from_utf8(name) {
        Ok(name) => name,
        Err(_) => panic!("two strings end to end are UTF-8"),
    }
}

/// The columns of a struct that embeds others, in one list.
///
/// # Panics
/// While compiling, if two columns have the same name.
#[must_use]
#[track_caller]
pub const fn join<const N: usize>(parts: &[&[ColumnDef]]) -> [ColumnDef; N] {
    let mut columns = [ColumnDef::new(crate::value::SqlType::Text, true); N];
    let mut len = 0;
    let mut part = 0;
    while part < parts.len() {
        let mut at = 0;
        while at < parts[part].len() {
            assert!(
                !contains(&columns, len, parts[part][at].name),
                "two columns have the same name: give the embedded value a `prefix`"
            );
            columns[len] = parts[part][at];
            len += 1;
            at += 1;
        }
        part += 1;
    }
    columns
}

const fn contains(columns: &[ColumnDef], len: usize, name: &str) -> bool {
    let mut at = 0;
    while at < len {
        if same(columns[at].name.as_bytes(), name.as_bytes()) {
            return true;
        }
        at += 1;
    }
    false
}

const fn same(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let mut at = 0;
    while at < left.len() {
        if !left[at].eq_ignore_ascii_case(&right[at]) {
            return false;
        }
        at += 1;
    }
    true
}
