//! Rows of a base table joined to one table a variant: what else is written when the base row is.

use std::borrow::Borrow;
use std::marker::PhantomData;

use super::params::{Entities, Written};
use super::{diagnose, execute, update_rows, write_batch};
use crate::connection::{Executor, atomically};
use crate::driver::{Batch, Statement, Write};
use crate::error::{Error, Result};
use crate::mapping::{Identity, Mapping, Table, VariantTable};
use crate::value::{Param, ValueRef};

/// Inserts the base row as `base` does, and that of the variant.
pub(super) fn insert<M: Mapping>(
    db: &dyn Executor,
    entity: &mut M::Entity,
    base: fn(&dyn Executor, &mut M::Entity) -> Result<()>,
) -> Result<()> {
    keeping_identity::<M, _>(entity, |entity| {
        atomically(db, |db| {
            base(db, entity)?;
            insert_variant::<M>(db, entity, variant::<M>(entity)?)
        })
    })
}

/// Inserts or updates the base row as `base` does, and that of the variant.
pub(super) fn upsert<M: Mapping>(
    db: &dyn Executor,
    entity: &mut M::Entity,
    base: fn(&dyn Executor, &mut M::Entity) -> Result<()>,
) -> Result<()> {
    keeping_identity::<M, _>(entity, |entity| {
        atomically(db, |db| {
            base(db, entity)?;
            put_variant::<M>(db, entity)
        })
    })
}

/// Updates the base row as `base` does, and that of the variant, which moves to another table if the
/// entity has become another variant.
pub(super) fn update<M: Mapping>(
    db: &dyn Executor,
    entity: &mut M::Entity,
    base: fn(&dyn Executor, &mut M::Entity) -> Result<bool>,
) -> Result<bool> {
    keeping_identity::<M, _>(entity, |entity| {
        atomically(db, |db| {
            let found = base(db, entity)?;
            if found {
                put_variant::<M>(db, entity)?;
            }
            Ok(found)
        })
    })
}

/// Updates some columns, those of the base row as `base` does. Columns of other variants have no value
/// that could be written.
pub(super) fn update_columns<M: Mapping>(
    db: &dyn Executor,
    entity: &mut M::Entity,
    columns: &[usize],
    base: fn(&dyn Executor, &mut M::Entity, &[usize]) -> Result<bool>,
) -> Result<bool> {
    require_no_tag::<M>(columns)?;
    let variant = variant::<M>(entity)?;
    let (own, others) = split::<M>(columns);
    let theirs = columns_in(variant, &others);
    if theirs.is_empty() {
        return base(db, entity, &own);
    }
    if own.is_empty() && M::TABLE.version.is_none() {
        return update_variant::<M>(db, entity, variant, &theirs);
    }
    // The variant's row first: where there is none, the base row may still be there, of another variant.
    atomically(db, |db| {
        let found = update_variant::<M>(db, entity, variant, &theirs)?;
        Ok(found && base(db, entity, &own)?)
    })
}

/// Inserts the base rows as `base` does, and then those of each variant.
pub(super) fn insert_many<M: Mapping>(
    db: &dyn Executor,
    entities: &mut [&mut M::Entity],
    base: fn(&dyn Executor, &mut [&mut M::Entity]) -> Result<()>,
) -> Result<()> {
    base(db, entities)?;
    let all: Vec<usize> = (0..entities.len()).collect();
    for variant in M::TABLE.variants {
        let rows = rows_of::<M>(variant, entities, &all)?;
        if rows.is_empty() {
            continue;
        }
        let statements = variant.table.statements();
        let write = Write {
            statement: Statement::fixed(statements.insert, variant.table.name),
            returning: &[],
            generated_key: false,
        };
        let columns = variant.of_whole(statements.inserted);
        let batch: &dyn Batch = &Entities::<M, _> {
            all: entities,
            rows: &rows,
            columns: &columns,
            mapping: PhantomData,
        };
        let written = write_batch(db, &write, batch, &mut Vec::new());
        written.map_err(|error| diagnose::variant::<M>(db, variant.table, entities, error))?;
    }
    Ok(())
}

/// Updates some columns of many rows. Returns how many of the rows were there: in the base table or, if only
/// columns of variants are written, in theirs.
pub(super) fn update_many<M: Mapping>(
    db: &dyn Executor,
    entities: &[M::Entity],
    rows: &[usize],
    columns: &[usize],
) -> Result<u64> {
    require_no_tag::<M>(columns)?;
    let (own, others) = split::<M>(columns);
    atomically(db, |db| {
        let of_base = update_in::<M>(db, M::TABLE, entities, rows, (&own, &own))?;
        let mut of_variants = 0;
        for variant in M::TABLE.variants {
            let rows = rows_of::<M>(variant, entities, rows)?;
            let theirs = columns_in(variant, &others);
            let places = (&theirs[..], &positions(variant, &theirs)[..]);
            of_variants += update_in::<M>(db, variant.table, entities, &rows, places)?;
        }
        Ok(if own.is_empty() { of_variants } else { of_base })
    })
}

/// Updates columns in one of the tables, which has them at other positions than the enum.
fn update_in<M: Mapping>(
    db: &dyn Executor,
    table: &'static Table,
    entities: &[M::Entity],
    rows: &[usize],
    (columns, positions): (&[usize], &[usize]),
) -> Result<u64> {
    if rows.is_empty() || columns.is_empty() {
        return Ok(0);
    }
    let written: Vec<usize> = M::TABLE.key.iter().chain(columns).copied().collect();
    let rows = Entities::<M> {
        all: entities,
        rows,
        columns: &written,
        mapping: PhantomData,
    };
    let updated = update_rows(db, table, positions, &rows);
    updated.map_err(|error| diagnose::variant::<M>(db, table, entities, error))
}

/// Gives an entity its key and version back if it could not be written.
fn keeping_identity<M: Mapping, T>(
    entity: &mut M::Entity,
    write: impl FnOnce(&mut M::Entity) -> Result<T>,
) -> Result<T> {
    let before = Identity::of::<M>(entity)?;
    let written = write(entity);
    if written.is_err() {
        before.put_back::<M>(entity)?;
    }
    written
}

/// Updates the row of the variant where it is, or else makes it the only one.
fn put_variant<M: Mapping>(db: &dyn Executor, entity: &M::Entity) -> Result<()> {
    let variant = variant::<M>(entity)?;
    let columns = variant.of_whole(variant.table.statements().updated);
    if update_variant::<M>(db, entity, variant, &columns)? {
        return Ok(());
    }
    let others = M::TABLE.variants.iter();
    for other in others.filter(|other| other.tag != variant.tag) {
        let statement = other.table.statements().delete;
        write_variant::<M>(db, entity, other, statement, &[], M::TABLE.key)?;
    }
    insert_variant::<M>(db, entity, variant)
}

fn insert_variant<M: Mapping>(
    db: &dyn Executor,
    entity: &M::Entity,
    variant: &'static VariantTable,
) -> Result<()> {
    let statements = variant.table.statements();
    let columns = variant.of_whole(statements.inserted);
    if write_variant::<M>(db, entity, variant, statements.insert, &columns, &[])? {
        return Ok(());
    }
    Err(Error::NotWritten {
        table: variant.table.name.to_owned(),
    })
}

/// Updates columns, positions in the table of the enum, and says whether the row was there.
fn update_variant<M: Mapping>(
    db: &dyn Executor,
    entity: &M::Entity,
    variant: &'static VariantTable,
    columns: &[usize],
) -> Result<bool> {
    let table = variant.table;
    let statements = table.statements();
    let positions = positions(variant, columns);
    if positions == statements.updated {
        return write_variant::<M>(
            db,
            entity,
            variant,
            statements.update,
            columns,
            M::TABLE.key,
        );
    }
    let sql = table.update_sql(&positions);
    let written = Written {
        key: M::TABLE.key,
        ..Written::new(columns)
    };
    let changed = execute(
        db,
        Statement::built(&sql, table.name),
        &written.of::<M>(entity),
    );
    changed_one::<M>(db, entity, variant, changed)
}

/// Runs a fixed statement on the row of a variant, and says whether there was one.
fn write_variant<M: Mapping>(
    db: &dyn Executor,
    entity: &M::Entity,
    variant: &'static VariantTable,
    statement: &'static str,
    columns: &[usize],
    key: &[usize],
) -> Result<bool> {
    let statement = Statement::fixed(statement, variant.table.name);
    let written = Written {
        key,
        ..Written::new(columns)
    };
    let changed = execute(db, statement, &written.of::<M>(entity));
    changed_one::<M>(db, entity, variant, changed)
}

fn changed_one<M: Mapping>(
    db: &dyn Executor,
    entity: &M::Entity,
    variant: &'static VariantTable,
    changed: Result<u64>,
) -> Result<bool> {
    let one = std::slice::from_ref(entity);
    match changed {
        Ok(changed) => Ok(changed > 0),
        Err(error) => Err(diagnose::variant::<M>(db, variant.table, one, error)),
    }
}

/// The table of the entity's variant.
fn variant<M: Mapping>(entity: &M::Entity) -> Result<&'static VariantTable> {
    let tag = M::TABLE.tag.map(|at| M::value(entity, at));
    let found = match tag {
        Some(Param::Borrowed(ValueRef::Text(tag))) => {
            let mut variants = M::TABLE.variants.iter();
            variants.find(|variant| variant.tag == tag)
        }
        _ => None,
    };
    found.ok_or_else(|| Error::InvalidMapping {
        table: M::TABLE.name,
        reason: "no variant has the tag of the entity".to_owned(),
    })
}

/// The rows of one variant among some.
fn rows_of<M: Mapping>(
    one: &'static VariantTable,
    entities: &[impl Borrow<M::Entity>],
    among: &[usize],
) -> Result<Vec<usize>> {
    let mut rows = Vec::new();
    for &row in among {
        if variant::<M>(entities[row].borrow())?.tag == one.tag {
            rows.push(row);
        }
    }
    Ok(rows)
}

/// Columns of the base table, and columns of variants.
fn split<M: Mapping>(columns: &[usize]) -> (Vec<usize>, Vec<usize>) {
    columns.iter().partition(|at| M::TABLE.holds(**at))
}

/// Those of some columns that a variant has.
fn columns_in(variant: &VariantTable, columns: &[usize]) -> Vec<usize> {
    let columns = columns.iter().copied();
    columns.filter(|at| variant.columns.contains(at)).collect()
}

fn positions(variant: &VariantTable, columns: &[usize]) -> Vec<usize> {
    let columns = columns.iter();
    columns.filter_map(|&at| variant.position(at)).collect()
}

/// The tag is written with the row of the variant, or the two would contradict each other.
fn require_no_tag<M: Mapping>(columns: &[usize]) -> Result<()> {
    if !columns.iter().any(|at| M::TABLE.tag == Some(*at)) {
        return Ok(());
    }
    Err(Error::InvalidQuery {
        table: M::TABLE.name,
        reason: "it writes the tag alone: use `update`, which moves the row from table to table",
    })
}
