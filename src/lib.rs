//! Structs in a relational database: Active Record and Data Mapper, over one mapping.
#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub use orm_core::connection::{
    Access, Database, DatabaseBuilder, Executor, LazyLoading, Monitor, RawSql, Sql, SqliteBuilder,
    Transaction, TransactionOptions, Transactional,
};
pub use orm_core::driver::{Behavior, Interrupter};
pub use orm_core::error::{DriverError, Error, Object, Result};
pub use orm_core::mapper::{DataMapper, Mapped};
pub use orm_core::mapping::{
    AnyColumn, Change, Column, EmbeddedField, FromRow, Mapping, Record, Ref, Source, Table, Variant,
};
pub use orm_core::query::scope::{Join, Outer};
pub use orm_core::query::{
    Alias, Assignment, Condition, DatePart, DateUnit, Expr, FrameBound, Order, Query, SqlFunction,
    Window, func,
};
pub use orm_core::relation::{
    AnyRelation, BelongsTo, BelongsToAny, HasMany, HasOne, ManyToMany, Relation,
};
pub use orm_core::repository::{AnyRepository, InMemoryRepository, Repository};
pub use orm_core::session::{Handle, Savepoint, Session};
pub use orm_core::value::{Param, Value, ValueRef};
pub use orm_core::{
    connection, driver, error, key, mapper, mapping, query, record, relation, repository, schema,
    session, testing, value,
};
pub use orm_derive::{ActiveRecord, Embedded, FromRow, Mapper, Polymorphic, Value};

#[doc(hidden)]
pub use orm_core::__private;

/// The traits and derives that a program with mapped types needs: `use orm::prelude::*;`.
pub mod prelude {
    pub use orm_core::connection::{Executor, RawSql};
    pub use orm_core::mapper::{DataMapper, Mapped};
    pub use orm_core::mapping::{Embedded, Mapping};
    pub use orm_core::query::{
        AggregateExpression, DateExpression, Expression, JsonExpression, NumberExpression,
        TextExpression, WindowExpression,
    };
    pub use orm_core::record::{ActiveRecord, Tracked};
    pub use orm_core::relation::RelationExpression;
    pub use orm_derive::{ActiveRecord, Embedded, FromRow, Mapper, Polymorphic, Value};
}
