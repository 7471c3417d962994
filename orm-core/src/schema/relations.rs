//! What has to be true of relations and is only known when all tables are.

use crate::error::{Error, Result};
use crate::mapping::{Dependent, RelationDef, Table};

/// Checks the relations of a table.
pub(super) fn check(table: &'static Table) -> Result<()> {
    for def in table.relations {
        let steps = def.steps();
        if def.kind.is_linked() && steps.is_empty() {
            return Err(def.nowhere(table));
        }
        if let (Some(Dependent::SetNull), [step]) = (def.dependent, &steps[..]) {
            require_optional(table, def, step.table, step.to)?;
        }
    }
    Ok(())
}

fn require_optional(
    table: &'static Table,
    def: &RelationDef,
    dependent: &Table,
    key: &[usize],
) -> Result<()> {
    let mut key = key.iter().map(|&at| &dependent.columns[at]);
    let Some(required) = key.find(|column| !column.nullable) else {
        return Ok(());
    };
    Err(Error::InvalidMapping {
        table: table.name,
        reason: format!(
            "{} says `set_null`, and {} of {} cannot be NULL: make the field an `Option`",
            def.path, required.name, dependent.name
        ),
    })
}
