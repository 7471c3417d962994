//! Random rows as the oracle sees them.

use super::oracle::{self, Group, Row, eval, holds};
use super::tables::{Datum, Item, Model as _, Part, Record, World};
use super::term::{By, Selected, Term};

/// The records of the two tables.
pub(crate) struct Tables {
    items: Vec<Record>,
    parts: Vec<Record>,
}

impl Tables {
    /// A row without records.
    pub(crate) fn no_row(&self) -> Row<'_> {
        Row {
            item: None,
            part: None,
            parts: &self.parts,
            group: None,
        }
    }

    /// A row for every item.
    pub(crate) fn rows(&self) -> Vec<Row<'_>> {
        let row = |item| Row {
            item: Some(item),
            ..self.no_row()
        };
        self.items.iter().map(row).collect()
    }

    pub(crate) fn of_group<'r>(&'r self, group: &'r Group<'r>) -> Row<'r> {
        Row {
            group: Some(group),
            ..self.no_row()
        }
    }

    /// What becomes of every item.
    pub(crate) fn items<T>(&self, eval: impl Fn(&Row<'_>) -> T) -> Vec<T> {
        self.rows().iter().map(eval).collect()
    }
}

impl World {
    pub(crate) fn tables(&self) -> Tables {
        self.tables_with(&self.items)
    }

    fn tables_with(&self, items: &[Item]) -> Tables {
        Tables {
            items: items.iter().map(Item::record).collect(),
            parts: self.parts.iter().map(Part::record).collect(),
        }
    }

    /// The items that meet a condition.
    pub(crate) fn items_where(&self, condition: &Term) -> Vec<Item> {
        let items = self.items.iter().filter(|item| self.meets(item, condition));
        items.cloned().collect()
    }

    /// Items in an order.
    pub(crate) fn sorted(&self, items: &[Item], order: &[By]) -> Vec<Item> {
        let tables = self.tables_with(items);
        let mut rows = tables.rows();
        oracle::sort(&mut rows, order);
        rows.iter().map(|row| self.item(row)).collect()
    }

    fn item(&self, row: &Row<'_>) -> Item {
        let is_same = |item: &&Item| Some(&item.record()) == row.item;
        let mut items = self.items.iter();
        items.find(is_same).expect("a row of an item").clone()
    }

    pub(crate) fn meets(&self, item: &Item, condition: &Term) -> bool {
        let tables = self.tables_with(std::slice::from_ref(item));
        tables.rows().iter().all(|row| holds(condition, row))
    }

    pub(crate) fn eval(&self, item: &Item, selected: &Selected) -> Vec<Datum> {
        let tables = self.tables_with(std::slice::from_ref(item));
        tables
            .rows()
            .iter()
            .flat_map(|row| selected.eval(row))
            .collect()
    }
}

impl Selected {
    /// The values that are selected of a row.
    pub(crate) fn eval(&self, row: &Row<'_>) -> Vec<Datum> {
        let terms = [&self.int, &self.real, &self.text, &self.truth];
        terms.map(|term| eval(term, row)).into()
    }
}
