//! What may be selected from groups: what they are made by, and aggregates.

use super::operator::Binding;
use super::{Names, Writer};
use crate::driver::Dialect;
use crate::mapping::Table;
use crate::query::node::{ColumnRef, Node};
use crate::value::Value;

/// What the rows of a query are grouped by.
pub(super) struct Groups<'q> {
    keys: &'q [Node],
    /// The keys as SQL, by which an expression that is selected is recognized as one of them.
    written: Vec<(String, Vec<Value>)>,
    dialect: &'static dyn Dialect,
    table: &'static Table,
    names: Names,
}

impl<'q> Groups<'q> {
    pub(super) fn new(keys: &'q [Node], writer: &Writer<'_>) -> Self {
        let mut groups = Self {
            keys,
            written: Vec::new(),
            dialect: writer.dialect,
            table: writer.table,
            names: writer.names.clone(),
        };
        groups.written = keys.iter().map(|key| groups.write(key)).collect();
        groups
    }

    /// A column that is neither grouped by nor within an aggregate, or none.
    pub(super) fn stray(&self, node: &Node) -> Option<ColumnRef> {
        let fixed = matches!(node, Node::Aggregate(_) | Node::Value(_) | Node::Outer(_));
        if fixed || self.keys.is_empty() && !has_columns(node) {
            return None;
        }
        if let Node::Column(column) = node
            && self.is_determined(*column)
        {
            return None;
        }
        if has_columns(node) && self.written.contains(&self.write(node)) {
            return None;
        }
        match node {
            Node::Column(column) => Some(*column),
            other => {
                let mut children = other.children().into_iter();
                children.find_map(|child| self.stray(child))
            }
        }
    }

    /// The position among selected expressions of one that is a key with values in it. Two
    /// placeholders are not the same expression to a database, even with the same value.
    pub(super) fn position(&self, node: &Node, selected: &[Node]) -> Option<usize> {
        let written = self.write(node);
        if written.1.is_empty() {
            return None;
        }
        selected.iter().position(|one| self.write(one) == written)
    }

    /// Whether a column is a key, or one of a table whose primary key is among the keys.
    fn is_determined(&self, column: ColumnRef) -> bool {
        let is_key = |at: usize| {
            self.keys.iter().any(|key| {
                matches!(key, Node::Column(key)
                    if key.at == at && key.qualifier() == column.qualifier())
            })
        };
        let key = column.table.key;
        is_key(column.at) || !key.is_empty() && key.iter().all(|&at| is_key(at))
    }

    fn write(&self, node: &Node) -> (String, Vec<Value>) {
        let mut writer = Writer::new(self.dialect, self.table);
        writer.names.clone_from(&self.names);
        writer.node(node, Binding::Or);
        (writer.sql, writer.params.into_values())
    }
}

fn has_columns(node: &Node) -> bool {
    matches!(node, Node::Column(_)) || node.children().into_iter().any(has_columns)
}
