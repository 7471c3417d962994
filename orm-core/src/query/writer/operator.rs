//! Operators, and the parentheses that their operands need.

use super::Writer;
use crate::query::node::{BinaryOperator, Membership, Node, Test};
use crate::query::parts::Parts;

/// How many conditions are joined in one row, which a database reads as a tree of as many levels.
const LONGEST_CHAIN: usize = 100;

/// How tightly an operator binds its operands, from loosely to tightly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Binding {
    Or,
    And,
    Not,
    Comparison,
    Sum,
    Product,
    Operand,
}

impl<'q> Writer<'q> {
    /// Writes a node where an operator binds it so tightly, in parentheses if it binds more loosely.
    pub(super) fn node(&mut self, node: &'q Node, around: Binding) {
        if binding(node) < around {
            self.push("(");
            self.bare(node);
            self.push(")");
        } else {
            self.bare(node);
        }
    }

    pub(super) fn binary(&mut self, left: &'q Node, operator: BinaryOperator, right: &'q Node) {
        let (around, sql) = match operator {
            BinaryOperator::Equal => (Binding::Sum, " = "),
            BinaryOperator::NotEqual => (Binding::Sum, " <> "),
            BinaryOperator::Less => (Binding::Sum, " < "),
            BinaryOperator::LessOrEqual => (Binding::Sum, " <= "),
            BinaryOperator::Greater => (Binding::Sum, " > "),
            BinaryOperator::GreaterOrEqual => (Binding::Sum, " >= "),
            BinaryOperator::Same => (Binding::Sum, " IS NOT DISTINCT FROM "),
            BinaryOperator::Different => (Binding::Sum, " IS DISTINCT FROM "),
            BinaryOperator::Add => (Binding::Sum, " + "),
            BinaryOperator::Subtract => (Binding::Sum, " - "),
            BinaryOperator::Multiply => (Binding::Product, " * "),
            BinaryOperator::Divide => (Binding::Product, " / "),
            BinaryOperator::Remainder => (Binding::Product, " % "),
        };
        self.node(left, around);
        if is_comparison(operator) {
            self.collated(self.collation(left).or_else(|| self.collation(right)));
        }
        self.push(sql);
        // What stands on the right binds tighter: `a - (b - c)`.
        let right_around = match around {
            Binding::Sum if !is_comparison(operator) => Binding::Product,
            Binding::Product => Binding::Operand,
            other => other,
        };
        self.node(right, right_around);
    }

    pub(super) fn test(&mut self, operand: &'q Node, test: Test) {
        self.node(operand, Binding::Operand);
        self.push(match test {
            Test::Null => " IS NULL",
            Test::NotNull => " IS NOT NULL",
            Test::NotTrue => " IS NOT TRUE",
        });
    }

    pub(super) fn between(&mut self, operand: &'q Node, low: &'q Node, high: &'q Node) {
        self.node(operand, Binding::Operand);
        let mut compared = [operand, low, high].into_iter();
        self.collated(compared.find_map(|node| self.collation(node)));
        self.push(" BETWEEN ");
        self.node(low, Binding::Operand);
        self.push(" AND ");
        self.node(high, Binding::Operand);
    }

    pub(super) fn prefixed(&mut self, prefix: &str, operand: &'q Node) {
        self.push(prefix);
        self.node(operand, Binding::Operand);
    }

    /// Joins conditions. A long chain is halved, and halved again, since a database takes many levels
    /// but not thousands.
    pub(super) fn chain(&mut self, nodes: &'q [Node], separator: &str, around: Binding) {
        if nodes.len() <= LONGEST_CHAIN {
            self.list(nodes, separator, around);
            return;
        }
        let (left, right) = nodes.split_at(nodes.len() / 2);
        self.push("(");
        self.chain(left, separator, around);
        self.push(")");
        self.push(separator);
        self.push("(");
        self.chain(right, separator, around);
        self.push(")");
    }

    pub(super) fn list(&mut self, nodes: &'q [Node], separator: &str, around: Binding) {
        for (nth, node) in nodes.iter().enumerate() {
            if nth > 0 {
                self.push(separator);
            }
            self.node(node, around);
        }
    }

    /// Expressions with commas between them, in parentheses of which the first has been given.
    pub(super) fn listed(&mut self, open: &str, nodes: &'q [Node]) {
        self.push(open);
        self.list(nodes, ", ", Binding::Or);
        self.push(")");
    }

    pub(super) fn membership(
        &mut self,
        operand: &'q Node,
        membership: Membership,
        values: &'q [Node],
    ) {
        if let [value] = values
            && is_query(value)
        {
            // SQLite would take a list of one query for all rows of that query.
            let operator = match membership {
                Membership::In => BinaryOperator::Equal,
                Membership::NotIn => BinaryOperator::NotEqual,
            };
            return self.binary(operand, operator, value);
        }
        self.node(operand, Binding::Operand);
        let mut compared = std::iter::once(operand).chain(values);
        self.collated(compared.find_map(|node| self.collation(node)));
        self.push(member(membership));
        let rows = matches!(operand, Node::Row(_));
        self.listed(if rows { "(VALUES " } else { "(" }, values);
    }

    pub(super) fn membership_of(
        &mut self,
        operand: &'q Node,
        membership: Membership,
        query: &'q Parts,
    ) {
        self.compared(operand);
        self.push(member(membership));
        self.query("(", query);
    }
}

fn is_comparison(operator: BinaryOperator) -> bool {
    !matches!(
        operator,
        BinaryOperator::Add
            | BinaryOperator::Subtract
            | BinaryOperator::Multiply
            | BinaryOperator::Divide
            | BinaryOperator::Remainder
    )
}

/// Whether it is written as a query in parentheses.
fn is_query(node: &Node) -> bool {
    match node {
        Node::Scalar(_) => true,
        Node::Outer(node) => is_query(node),
        _ => false,
    }
}

fn member(membership: Membership) -> &'static str {
    match membership {
        Membership::In => " IN ",
        Membership::NotIn => " NOT IN ",
    }
}

fn binding(node: &Node) -> Binding {
    match node {
        Node::Or(_) => Binding::Or,
        Node::And(_) => Binding::And,
        Node::Not(_) => Binding::Not,
        Node::Binary(_, BinaryOperator::Add | BinaryOperator::Subtract, _) => Binding::Sum,
        Node::Binary(_, operator, _) if !is_comparison(*operator) => Binding::Product,
        Node::Binary(..)
        | Node::Test(..)
        | Node::In(..)
        | Node::InQuery(..)
        | Node::Between(..)
        | Node::Match(..) => Binding::Comparison,
        Node::Negative(_) | Node::Collate(..) => Binding::Product,
        _ => Binding::Operand,
    }
}
