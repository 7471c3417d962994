//! The runtime of orm-toolkit: values, mappings, queries, records, connections and schema.
//!
//! Programs depend on the facade crate `orm-toolkit` (library `orm`), which re-exports this one
//! together with the derives. The modules are layers, and import downwards only.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod connection;
pub mod driver;
pub mod error;
pub mod gateway;
pub mod key;
pub mod mapping;
pub mod query;
pub mod record;
pub mod schema;
pub mod testing;
pub mod value;

/// What the derives' output is made of. It is not an interface: nobody else may depend on it.
#[doc(hidden)]
pub mod __private {
    pub use std::clone::Clone;
    pub use std::default::Default;
    pub use std::option::Option::{self, None, Some};
    pub use std::result::Result::{Err, Ok};
    pub use std::sync::OnceLock;

    pub use crate::error::Result;
    pub use crate::key;
    pub use crate::mapping::{
        Check, Column, ColumnDef, Embedded, EmbeddedField, ForeignKey, FromRow, Index, KeyStrategy,
        Mapping, ReferentialAction, Source, Statements, StaticSql, Table, embed, join, names,
        names_len, table_of,
    };
    pub use crate::query::scope::Scope;
    pub use crate::query::{Columns, Projection, columns};
    pub use crate::record::ActiveRecord;
    pub use crate::value::{ColumnType, Mismatch, Param, Row, SqlType, ValueRef};
    #[cfg(feature = "json")]
    pub use crate::value::{Json, json};

    /// What a mapping answers when it is asked for a column that the table does not have.
    #[must_use]
    pub fn no_column(_: usize) -> Param<'static> {
        Param::Invalid(Mismatch::invalid("a column of the table", "none"))
    }

    /// Why a stored value is none of an enum's.
    #[must_use]
    pub fn unknown_variant(expected: &'static str, value: ValueRef<'_>) -> Mismatch {
        match value {
            ValueRef::Text(_) => Mismatch::invalid(expected, "other text"),
            ValueRef::Int(_) => Mismatch::invalid(expected, "another integer"),
            other => Mismatch::new(expected, other),
        }
    }

    /// The body of what a derive writes for a struct that it has refused, so that one mistake is one
    /// error. A program that contains it does not compile.
    #[must_use]
    pub fn stub<T>() -> T {
        loop {
            std::thread::park();
        }
    }
}
