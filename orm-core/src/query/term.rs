//! Expressions without their types, as they are put together.

use super::node::{ColumnRef, MOST_LEVELS, Node};
use crate::driver::Function;

/// A tree, and how many operators stand inside each other in it, so that none of what walks it runs
/// out of stack.
#[derive(Clone)]
pub(crate) struct Term {
    pub(super) node: Node,
    pub(super) levels: usize,
}

impl Term {
    /// An expression without others inside.
    pub(super) fn leaf(node: Node) -> Self {
        Self { node, levels: 1 }
    }

    /// A column of a table.
    pub(super) fn column(column: ColumnRef) -> Self {
        Self::leaf(Node::Column(column))
    }

    /// An operator above expressions of so many levels.
    pub(super) fn above(levels: usize, node: Node) -> Self {
        if levels >= MOST_LEVELS {
            return Self::leaf(Node::TooDeep);
        }
        let levels = levels + 1;
        Self { node, levels }
    }

    /// An operator above this expression.
    pub(super) fn wrap(self, operator: impl FnOnce(Box<Node>) -> Node) -> Self {
        Self::above(self.levels, operator(Box::new(self.node)))
    }

    /// An operator above this expression and another.
    pub(super) fn wrap_with(self, other: Self, operator: impl FnOnce(Node, Node) -> Node) -> Self {
        let levels = self.levels.max(other.levels);
        Self::above(levels, operator(self.node, other.node))
    }

    /// An operator above any number of expressions.
    pub(super) fn list(
        terms: impl IntoIterator<Item = Self>,
        operator: impl FnOnce(Vec<Node>) -> Node,
    ) -> Self {
        let mut levels = 0;
        let nodes = terms.into_iter().map(|term| {
            levels = levels.max(term.levels);
            term.node
        });
        let nodes = nodes.collect();
        Self::above(levels, operator(nodes))
    }

    /// A function of the query language.
    pub(super) fn call<const N: usize>(function: Function, arguments: [Self; N]) -> Self {
        Self::list(arguments, |nodes| Node::Call(function, nodes))
    }

    /// The expression, with something inside that has so many levels.
    pub(super) fn at_least(self, levels: usize) -> Self {
        let levels = self.levels.max(levels + 1);
        if levels > MOST_LEVELS {
            return Self::leaf(Node::TooDeep);
        }
        Self { levels, ..self }
    }

    /// The levels that stay when the expression becomes part of a list, which it may be already.
    pub(super) fn levels_inside(&self, is_list: impl Fn(&Node) -> bool) -> usize {
        self.levels - usize::from(is_list(&self.node))
    }
}
