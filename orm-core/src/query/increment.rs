//! Adding to a column of one row in the database, so that nobody else's change is lost.

use std::borrow::Cow;
use std::ops::ControlFlow;

use super::expression::Expr;
use super::node::{ColumnRef, Node};
use super::writer::Writer;
use crate::connection::{Access, Executor};
use crate::driver::{Dialect, Statement, Write};
use crate::error::{Error, Result};
use crate::gateway;
use crate::key::Key as _;
use crate::mapping::{Column, Mapping};
use crate::value::{ColumnType, Row, SqlType};

/// Adds to a column of the row with this key, and returns the sum if there is such a row.
pub(crate) fn increment<M: Mapping, T: ColumnType>(
    db: &dyn Executor,
    key: &M::Key,
    column: Column<M, T>,
    by: Expr<M, T>,
) -> Result<Option<T>> {
    let at = column.position();
    gateway::require_writable(M::TABLE, &[at])?;
    if !can_be_added(T::SQL_TYPE) {
        return Err(Error::InvalidQuery {
            table: M::TABLE.name,
            reason: "it adds to a column that holds neither integers nor real numbers",
        });
    }
    let by = by.into_term().node.beside(&Node::column(M::TABLE, at));
    let writer = increment_sql::<M>(db.dialect(), key, at, &by)?;
    let write = Write {
        statement: Statement::built(&writer.sql, M::TABLE.name),
        returning: std::slice::from_ref(&M::TABLE.columns[at].name),
        generated_key: false,
    };
    let mut sum = None;
    // A sum that does not fit the column's type undoes the change.
    db.atomically(&mut |db| {
        db.run(Access::Write, &mut |connection| {
            let read = &mut |row: &Row<'_>| {
                let value = T::decode(row.value(0)).map_err(|mismatch| Error::decode(at, mismatch));
                sum = Some(value.map_err(|error| M::TABLE.named(error, 0))?);
                Ok(ControlFlow::Continue(()))
            };
            connection.write(&write, &writer.params, read).map(drop)
        })
    })?;
    Ok(sum)
}

/// Whether a database adds values of a type without changing them. SQLite would take decimal numbers for
/// real ones, and other text for zero.
fn can_be_added(ty: SqlType) -> bool {
    use SqlType::{BigInt, Double, Int, Real, SmallInt};

    matches!(ty, SmallInt | Int | BigInt | Real | Double)
}

fn increment_sql<'q, M: Mapping>(
    dialect: &'static dyn Dialect,
    key: &M::Key,
    at: usize,
    by: &'q Node,
) -> Result<Writer<'q>> {
    let table = M::TABLE;
    let mut writer = Writer::new(dialect, table);
    writer.push("UPDATE ");
    writer.target_of(table, &[at])?;
    writer.push(" SET ");
    table.push_column_name(&mut writer.sql, at);
    writer.push(" = ");
    writer.column(ColumnRef::new(table, at));
    writer.push(" + ");
    writer.expression(by)?;
    writer.next_version(table, &[at])?;
    writer
        .written_table(table)
        .push_key_condition(&mut writer.sql);
    for (nth, &at) in table.key.iter().enumerate() {
        let value = key.param(nth).into_value();
        let name = table.columns[at].name;
        let value = value.map_err(|mismatch| Error::encode(table.name, name, mismatch))?;
        writer.bind(Cow::Owned(value));
    }
    Ok(writer)
}
