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
pub mod mapper;
pub mod mapping;
pub mod query;
pub mod record;
pub mod relation;
pub mod repository;
pub mod schema;
pub mod session;
mod store;
pub mod testing;
pub mod value;

/// What the derives' output is made of. It is not an interface: nobody else may depend on it.
#[doc(hidden)]
pub mod __private {
    pub use std::any::Any;
    pub use std::boxed::Box;
    pub use std::clone::Clone;
    pub use std::default::Default;
    pub use std::mem::swap;
    pub use std::option::Option::{self, None, Some};
    pub use std::result::Result::{Err, Ok};
    pub use std::string::String;
    pub use std::sync::OnceLock;

    pub use crate::connection::Executor;
    use crate::error::Error;
    pub use crate::error::Result;
    pub use crate::key;
    pub use crate::mapper::{DataMapper, Mapped, MapperOf};
    #[cfg(feature = "json")]
    pub use crate::mapping::GivenDocument;
    pub use crate::mapping::ReferentialAction::{Cascade, NoAction, Restrict, SetDefault, SetNull};
    pub use crate::mapping::{
        Check, Column, ColumnDef, Dependent, Embedded, EmbeddedField, ForeignKey, FromRow, Index,
        KeyStrategy, Mapping, Record, RecordField, RefersTo, Source, Statements, StaticSql, Table,
        Variant, VariantTable, embed, join, loaded, names, names_len,
    };
    pub use crate::mapping::{Constructed, Given, GivenEmbedded, Setter, assign_key};
    pub use crate::query::Query;
    pub use crate::query::scope::Scope;
    pub use crate::query::{Columns, Projection, columns};
    pub use crate::record::{ActiveRecord, HasTrackedField};
    pub use crate::relation::{
        BelongsToAnyField, Children, Loaded, Owned, OwnedVisitor, Related, RelationField,
        RelationVisitor, TargetIn, TargetOf, TargetVisitor, Targets, TargetsOf, belongs_to,
        belongs_to_any, belongs_to_columns, counter, has_many, has_many_by, has_many_through,
        has_one, has_one_by, has_one_through, implied, key_column, key_of_target, key_to, link_to,
        many_to_many, many_to_many_by, many_to_many_inverse, many_to_many_table, map_key,
        new_any_relation, new_owned, new_relation, owned, owned_by, referred, require_counter,
    };
    pub use crate::value::{ColumnType, Mismatch, Param, Row, Slot, SqlType, ValueRef};
    #[cfg(feature = "json")]
    pub use crate::value::{Json, json};

    /// The constant of a relation field. As a projection, so that every mention of a field that is no relation
    /// is the same error, and is shown once.
    pub type Relation<M, F> = <F as RelationField>::Constant<M>;

    /// The constant of a field that leads to one of several tables.
    pub type AnyRelation<M, F> = <F as BelongsToAnyField>::Constant<M>;

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

    /// The tag of a variant, as the value of its column.
    #[must_use]
    pub fn tag(tag: &'static str) -> Param<'static> {
        Param::Borrowed(ValueRef::Text(tag))
    }

    /// The error of a row whose tag, at a position, is that of no variant.
    ///
    /// # Errors
    /// Always.
    pub fn unknown_tag<T>(expected: &'static str, tag: ValueRef<'_>, at: usize) -> Result<T> {
        Err(Error::decode(at, unknown_variant(expected, tag)))
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
