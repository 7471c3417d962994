//! Statements that change one of several tables whose rows are joined. They name the rows by key, as a query
//! over all the tables finds them.

use super::{ColumnRef, Names, Writer};
use crate::error::Result;
use crate::mapping::Table;
use crate::query::parts::{self, Parts};

pub(super) const HINT: &str = "it names an index, and its rows are those of several tables";

const TAG: &str = "it sets the tag alone: `update` of an entity moves its row from table to table";
const SEVERAL: &str = "it sets columns that are in several tables: write an update for each table";
const ELSEWHERE: &str = "it uses a column that is in another table than the one it changes";

/// Whether the condition may speak of other tables than the one that is changed.
pub(super) fn is_filtered(query: &Parts) -> bool {
    query.table.is_joined() && query.filter.is_some()
}

impl Writer<'_> {
    /// [`target`](Self::target) of a statement that sets some columns: the one table that has them.
    pub(in crate::query) fn target_of(
        &mut self,
        table: &'static Table,
        columns: &[usize],
    ) -> Result<()> {
        let written = holder(table, columns)?;
        self.writes(table, written);
        Ok(())
    }

    /// Writes the name of the table that is changed, which is `table` or one of those joined in it.
    pub(super) fn writes(&mut self, table: &'static Table, written: &'static Table) {
        self.names = Names {
            first: table.name,
            written: table.is_joined().then_some(written),
            ..Names::default()
        };
        self.place.no_window = Some("a window function stands in a statement that writes");
        written.push_name(&mut self.sql);
    }

    /// The table that is changed.
    pub(in crate::query) fn written_table(&self, table: &'static Table) -> &'static Table {
        self.names.written.unwrap_or(table)
    }

    /// A column in a statement that changes a table, which has no other tables beside it.
    pub(super) fn written_column(&mut self, column: ColumnRef, written: &'static Table) {
        let name = column.table.columns[column.at].name;
        match written.position(name).filter(|at| written.holds(*at)) {
            Some(at) => written.push_column(&mut self.sql, at),
            None => self.misuse(ELSEWHERE),
        }
    }
}

/// The table that has all these columns.
fn holder(table: &'static Table, columns: &[usize]) -> Result<&'static Table> {
    if !table.is_joined() {
        return Ok(table);
    }
    if columns.iter().any(|at| table.tag == Some(*at)) {
        return Err(parts::invalid(table, TAG));
    }
    if columns.iter().all(|&at| table.holds(at)) {
        return Ok(table);
    }
    let mut variants = table.variants.iter().filter(|variant| {
        let mut columns = columns.iter();
        columns.all(|at| variant.columns.contains(at) && !table.holds(*at))
    });
    match (variants.next(), variants.next()) {
        (Some(variant), None) => Ok(variant.table),
        _ => Err(parts::invalid(table, SEVERAL)),
    }
}
