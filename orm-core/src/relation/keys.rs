//! The keys by which related rows find each other in memory.

use std::borrow::Cow;
use std::collections::HashMap;

use super::mixing::Mixing;
use crate::error::{Error, Result};
use crate::key::Key as _;
use crate::mapping::{ColumnDef, KeyStrategy, Mapping, Step, Table};
use crate::value::{Mismatch, Param, Row, SqlType, Value, ValueRef};

/// A key, so that equal keys are equal whatever form a database gives them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    /// The most frequent one: a number.
    Int(i64),
    /// What programs make, as sixteen bytes.
    Uuid([u8; 16]),
    Bytes(Vec<u8>),
}

impl Key {
    /// The key of some values; none where one of them is NULL.
    pub(super) fn of<'v>(
        values: impl IntoIterator<Item = ValueRef<'v>>,
        columns: &[&ColumnDef],
    ) -> Result<Option<Self>, Mismatch> {
        let mut bytes = Vec::new();
        for (value, column) in values.into_iter().zip(columns) {
            match (value, columns.len()) {
                (ValueRef::Null, _) => return Ok(None),
                (ValueRef::Int(number), 1) => return Ok(Some(Self::Int(number))),
                (ValueRef::Bool(flag), 1) => return Ok(Some(Self::Int(flag.into()))),
                (ValueRef::Uuid(uuid), 1) => return Ok(Some(Self::Uuid(uuid))),
                (ValueRef::Blob(blob), 1) if blob.len() == 16 => {
                    return Ok(blob.try_into().ok().map(Self::Uuid));
                }
                _ => push(&mut bytes, value, column)?,
            }
        }
        Ok(Some(Self::Bytes(bytes)))
    }
}

/// A value in the form in which a database without a type of its own for it would give it back.
fn push(bytes: &mut Vec<u8>, value: ValueRef<'_>, column: &ColumnDef) -> Result<(), Mismatch> {
    match value {
        ValueRef::Text(text) if column.ty == SqlType::Decimal => {
            ValueRef::Text(shortest(text)).push_bytes(bytes);
        }
        ValueRef::Text(text) => {
            ValueRef::Text(&folded(text, column.collation)).push_bytes(bytes);
        }
        ValueRef::MalformedText(_) => return Err(Mismatch::new("text", value)),
        // Minus zero is zero.
        ValueRef::Real(number) => ValueRef::Real(number + 0.0).push_bytes(bytes),
        ValueRef::Uuid(uuid) => ValueRef::Blob(&uuid).push_bytes(bytes),
        ValueRef::Bool(flag) => ValueRef::Int(flag.into()).push_bytes(bytes),
        // The bytes of dates and times are those of their text.
        other => other.push_bytes(bytes),
    }
    Ok(())
}

/// A decimal without zeros at its end.
fn shortest(decimal: &str) -> &str {
    if decimal.contains('.') {
        decimal.trim_end_matches('0').trim_end_matches('.')
    } else {
        decimal
    }
}

/// Text as the collation of its column compares it.
fn folded<'t>(text: &'t str, collation: Option<&str>) -> Cow<'t, str> {
    match collation {
        Some(name) if name.eq_ignore_ascii_case("NOCASE") => text.to_ascii_lowercase().into(),
        Some(name) if name.eq_ignore_ascii_case("RTRIM") => text.trim_end_matches(' ').into(),
        _ => text.into(),
    }
}

/// Whether an entity was never stored, as far as its key tells. A key of the user's tells nothing.
pub(crate) fn is_unsaved<M: Mapping>(entity: &M::Entity) -> bool {
    M::TABLE.key_strategy != KeyStrategy::Assigned && M::key(entity).is_unset()
}

/// Whether no row can refer to an entity by some columns, because they are of a primary key that it has not got yet.
#[inline]
pub(super) fn is_unknown<M: Mapping>(entity: &M::Entity, columns: &[usize]) -> bool {
    columns.iter().any(|&at| M::TABLE.is_key(at)) && is_unsaved::<M>(entity)
}

/// The keys of many rows: which of them are the same, and which groups of related rows they ask for.
pub(super) struct Keys {
    /// The columns that are compared, in the table to which the first step leads.
    columns: Vec<&'static ColumnDef>,
    table: &'static Table,
    /// Whether rows with the same key share a group.
    shared: bool,
    numbers: HashMap<i64, Groups, Mixing>,
    uuids: HashMap<[u8; 16], Groups, Mixing>,
    others: HashMap<Vec<u8>, Groups>,
    /// The values of every key once, one key behind the other.
    distinct: Vec<Value>,
    /// The group of each row; none where its key is NULL.
    slots: Vec<Option<usize>>,
    count: usize,
}

/// The groups of one key: most often one.
pub(super) struct Groups {
    pub(super) first: usize,
    pub(super) more: Vec<usize>,
}

impl Keys {
    pub(super) fn new(step: &Step, shared: bool, rows: usize) -> Self {
        // Rows that share groups are likely to be more than these.
        let distinct = if shared { 0 } else { rows };
        Self {
            columns: step.to.iter().map(|&at| &step.table.columns[at]).collect(),
            table: step.table,
            shared,
            numbers: HashMap::with_capacity_and_hasher(distinct, Mixing::default()),
            uuids: HashMap::default(),
            others: HashMap::new(),
            distinct: Vec::with_capacity(distinct * step.to.len()),
            slots: Vec::with_capacity(rows),
            count: 0,
        }
    }

    /// Adds the key that an entity has in some columns.
    pub(super) fn add_of<M: Mapping>(
        &mut self,
        entity: &M::Entity,
        columns: &[usize],
    ) -> Result<()> {
        if is_unknown::<M>(entity, columns) {
            self.slots.push(None);
            return Ok(());
        }
        if let &[at] = columns {
            return self.add(&[M::value(entity, at)]);
        }
        let params: Vec<Param<'_>> = columns.iter().map(|&at| M::value(entity, at)).collect();
        self.add(&params)
    }

    /// Adds the key of a row.
    #[inline]
    fn add(&mut self, params: &[Param<'_>]) -> Result<()> {
        let key = match params {
            [Param::Borrowed(ValueRef::Int(number))] => Some(Key::Int(*number)),
            _ => self.key_of(params)?,
        };
        let slot = match key {
            Some(key) => Some(self.group_for(key, params)?),
            None => None,
        };
        self.slots.push(slot);
        Ok(())
    }

    fn key_of(&self, params: &[Param<'_>]) -> Result<Option<Key>> {
        let mut values = Vec::with_capacity(params.len());
        for param in params {
            values.push(match param {
                Param::Borrowed(value) => *value,
                Param::Owned(value) => value.as_ref(),
                Param::Invalid(mismatch) => return Err(self.invalid(*mismatch)),
            });
        }
        Key::of(values, &self.columns).map_err(|mismatch| self.invalid(mismatch))
    }

    fn invalid(&self, mismatch: Mismatch) -> Error {
        let column = self.columns.first().map_or("", |column| column.name);
        Error::encode(self.table.name, column, mismatch)
    }

    #[inline]
    fn group_for(&mut self, key: Key, params: &[Param<'_>]) -> Result<usize> {
        let group = self.count;
        let new = || Groups {
            first: group,
            more: Vec::new(),
        };
        let groups = match key {
            Key::Int(number) => self.numbers.entry(number).or_insert_with(new),
            Key::Uuid(uuid) => self.uuids.entry(uuid).or_insert_with(new),
            Key::Bytes(bytes) => self.others.entry(bytes).or_insert_with(new),
        };
        if groups.first == group {
            for param in params {
                let value = param.clone().into_value();
                let table = self.table.name;
                self.distinct
                    .push(value.map_err(|mismatch| Error::encode(table, "", mismatch))?);
            }
        } else if self.shared {
            return Ok(groups.first);
        } else {
            groups.more.push(group);
        }
        self.count += 1;
        Ok(group)
    }

    /// The values of every key once, one key behind the other.
    /// Whether rows with the same key share a group.
    pub(super) fn are_shared(&self) -> bool {
        self.shared
    }

    pub(super) fn distinct(&self) -> &[Value] {
        &self.distinct
    }

    /// The group of each row, in the order in which they were added.
    pub(super) fn into_slots(self) -> Vec<Option<usize>> {
        self.slots
    }

    /// How many groups there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// The groups of a number, if it is a key.
    #[inline]
    pub(super) fn groups_of_number(&self, number: i64) -> Option<&Groups> {
        self.numbers.get(&number)
    }

    /// The groups to which a related row belongs, whose key stands at some positions.
    pub(super) fn groups_of(&self, row: &Row<'_>, positions: &[usize]) -> Result<&Groups> {
        let values = positions.iter().map(|&at| row.value(at));
        let key = Key::of(values, &self.columns)
            .map_err(|mismatch| Error::decode(positions[0], mismatch))?;
        let groups = key.and_then(|key| match key {
            Key::Int(number) => self.numbers.get(&number),
            Key::Uuid(uuid) => self.uuids.get(&uuid),
            Key::Bytes(bytes) => self.others.get(&bytes),
        });
        groups.ok_or_else(|| Error::InvalidQuery {
            table: self.table.name,
            reason: "a key that its database takes for equal is another one in memory: its collation is not known here",
        })
    }
}
