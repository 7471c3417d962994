//! The collations by which values are compared, where their order is not that of their text.

use super::Writer;
use super::operator::Binding;
use crate::driver::{Function, push_identifier};
use crate::query::node::{AggregateFunction, Node, Windowed, WindowedFunction};
use crate::value::SqlType;

impl<'q> Writer<'q> {
    /// An expression whose values are compared with others.
    pub(super) fn compared(&mut self, node: &'q Node) {
        self.node(node, Binding::Operand);
        self.collated(self.collation(node));
    }

    /// The values of a row, each of which is compared with another one.
    pub(super) fn row_of_values(&mut self, values: &'q [Node]) {
        for (nth, value) in values.iter().enumerate() {
            self.push(if nth == 0 { "(" } else { ", " });
            self.compared(value);
        }
        self.push(")");
    }

    /// The collation of what has been written.
    pub(super) fn collated(&mut self, collation: Option<&'static str>) {
        if let Some(collation) = collation {
            self.push(" COLLATE ");
            push_identifier(&mut self.sql, collation);
        }
    }

    /// The collation that the values of an expression have by their type.
    pub(super) fn collation(&self, node: &Node) -> Option<&'static str> {
        match node {
            Node::Column(column) => self.collation_of(column.table.columns[column.at].ty),
            Node::Cast(_, ty) => self.collation_of(*ty),
            Node::Call(Function::JsonDecimal, _) => self.collation_of(SqlType::Decimal),
            Node::Call(
                Function::Coalesce | Function::NullIf | Function::Least | Function::Greatest,
                values,
            ) => values.iter().find_map(|value| self.collation(value)),
            Node::Case(branches, otherwise) => {
                let values = branches.iter().map(|(_, value)| value);
                let mut values = values.chain(otherwise.as_deref());
                values.find_map(|value| self.collation(value))
            }
            Node::Aggregate(aggregate) => match (aggregate.function, &aggregate.arguments[..]) {
                (AggregateFunction::Minimum | AggregateFunction::Maximum, [value]) => {
                    self.collation(value)
                }
                _ => None,
            },
            Node::Window(windowed) => self.collation_over(windowed),
            Node::Scalar(query) => self.collation(query.columns()?.first()?),
            Node::Outer(inner) => self.collation(inner),
            _ => None,
        }
    }

    fn collation_over(&self, windowed: &Windowed) -> Option<&'static str> {
        match &windowed.function {
            WindowedFunction::Aggregate(aggregate) => self.collation(aggregate),
            WindowedFunction::Named(_, arguments) => self.collation(arguments.first()?),
        }
    }

    /// The collation that values of a type have.
    pub(super) fn collation_of(&self, ty: SqlType) -> Option<&'static str> {
        self.dialect.collation(ty)
    }
}
