//! The one writer of SQL: from a tree to text and the list of what is bound.

use std::borrow::Cow;

use super::node::{BinaryOperator, ColumnRef, Membership, Node, Pattern, Test};
use crate::driver::{Dialect, Params, PatternStyle, push_identifier};
use crate::error::{Error, Result};
use crate::mapping::Table;
use crate::value::{Mismatch, Param, Value};

/// How many conditions are joined in one row, which a database reads as a tree of as many levels.
const LONGEST_CHAIN: usize = 100;

/// SQL as it grows, and the values that belong to its placeholders.
pub(super) struct Writer<'q> {
    pub(super) sql: String,
    pub(super) params: Bound<'q>,
    dialect: &'static dyn Dialect,
    table: &'static str,
    /// Why the expression cannot be written. Kept here and not returned, so that a deep expression
    /// takes little of the stack.
    refused: Option<Error>,
}

/// Values in the order of the placeholders.
#[derive(Default)]
pub(super) struct Bound<'q>(Vec<Cow<'q, Value>>);

impl Bound<'_> {
    pub(super) fn into_values(self) -> Vec<Value> {
        self.0.into_iter().map(Cow::into_owned).collect()
    }
}

impl Params for Bound<'_> {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn param(&self, at: usize) -> Param<'_> {
        match self.0.get(at) {
            Some(value) => Param::Borrowed((**value).as_ref()),
            None => Param::Invalid(Mismatch::invalid("a parameter", "none")),
        }
    }
}

/// How tightly an operator binds its operands, from loosely to tightly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Or,
    And,
    Not,
    Comparison,
    Operand,
}

impl<'q> Writer<'q> {
    pub(super) fn new(dialect: &'static dyn Dialect) -> Self {
        Self {
            sql: String::with_capacity(256),
            params: Bound::default(),
            dialect,
            table: "",
            refused: None,
        }
    }

    pub(super) fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    /// The name of the table that the statement is about.
    pub(super) fn table(&mut self, table: &'static Table) {
        self.table = table.name;
        table.push_name(&mut self.sql);
    }

    /// A condition, or another expression that stands by itself.
    pub(super) fn expression(&mut self, node: &'q Node) -> Result<()> {
        self.node(node, Binding::Or);
        self.refused.take().map_or(Ok(()), Err)
    }

    /// Writes a node where an operator binds it so tightly, in parentheses if it binds more loosely.
    fn node(&mut self, node: &'q Node, around: Binding) {
        if binding(node) < around {
            self.push("(");
            self.bare(node);
            self.push(")");
        } else {
            self.bare(node);
        }
    }

    fn bare(&mut self, node: &'q Node) {
        match node {
            Node::Column(column) => column.table.push_column(&mut self.sql, column.at),
            Node::Value(value) => {
                self.push("?");
                self.bind(Cow::Borrowed(value));
            }
            Node::Invalid(column, mismatch) => self.refuse(*column, *mismatch),
            Node::TooDeep => self.refuse_depth(),
            Node::Constant(true) => self.push("TRUE"),
            Node::Constant(false) => self.push("FALSE"),
            Node::Binary(left, operator, right) => {
                self.compared(left);
                self.push(binary(*operator));
                self.node(right, Binding::Operand);
            }
            Node::Test(operand, test) => {
                self.node(operand, Binding::Operand);
                self.push(match test {
                    Test::Null => " IS NULL",
                    Test::NotNull => " IS NOT NULL",
                    Test::NotTrue => " IS NOT TRUE",
                });
            }
            Node::In(operand, membership, values) => self.membership(operand, *membership, values),
            Node::Between(operand, low, high) => {
                self.compared(operand);
                self.push(" BETWEEN ");
                self.node(low, Binding::Operand);
                self.push(" AND ");
                self.node(high, Binding::Operand);
            }
            Node::Match(operand, pattern, text) => self.pattern(operand, *pattern, text),
            Node::And(conditions) => self.chain(conditions, " AND ", Binding::Not),
            Node::Or(conditions) => self.chain(conditions, " OR ", Binding::And),
            Node::Not(condition) => {
                self.push("NOT ");
                self.node(condition, Binding::Operand);
            }
        }
    }

    /// An expression whose values are compared with others.
    fn compared(&mut self, node: &'q Node) {
        self.node(node, Binding::Operand);
        let Node::Column(ColumnRef { table, at }) = node else {
            return;
        };
        if let Some(collation) = self.dialect.collation(table.columns[*at].ty) {
            self.push(" COLLATE ");
            push_identifier(&mut self.sql, collation);
        }
    }

    /// An expression that rows are sorted by.
    pub(super) fn sorted(&mut self, node: &'q Node) -> Result<()> {
        if let Node::Column(_) = node {
            self.compared(node);
            return Ok(());
        }
        self.expression(node)
    }

    /// Binds a value to a placeholder that has been written.
    pub(super) fn bind(&mut self, value: Cow<'q, Value>) {
        self.params.0.push(value);
    }

    #[cold]
    fn refuse(&mut self, column: Option<ColumnRef>, mismatch: Mismatch) {
        self.refused.get_or_insert_with(|| match column {
            Some(ColumnRef { table, at }) => {
                Error::encode(table.name, table.columns[at].name, mismatch)
            }
            None => Error::encode("", "", mismatch),
        });
    }

    #[cold]
    fn refuse_depth(&mut self) {
        self.refused.get_or_insert(Error::InvalidQuery {
            table: self.table,
            reason: "its condition is nested too deeply",
        });
    }

    /// Joins conditions. A long chain is halved, and halved again, since a database takes many levels
    /// but not thousands.
    fn chain(&mut self, nodes: &'q [Node], separator: &str, around: Binding) {
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

    fn list(&mut self, nodes: &'q [Node], separator: &str, around: Binding) {
        for (nth, node) in nodes.iter().enumerate() {
            if nth > 0 {
                self.push(separator);
            }
            self.node(node, around);
        }
    }

    fn membership(&mut self, operand: &'q Node, membership: Membership, values: &'q [Node]) {
        self.compared(operand);
        self.push(match membership {
            Membership::In => " IN (",
            Membership::NotIn => " NOT IN (",
        });
        self.list(values, ", ", Binding::Or);
        self.push(")");
    }

    fn pattern(&mut self, operand: &'q Node, pattern: Pattern, text: &str) {
        self.node(operand, Binding::Operand);
        let style = if pattern == Pattern::Like {
            PatternStyle::Like
        } else {
            self.dialect.pattern_style()
        };
        self.push(match style {
            PatternStyle::Glob => " GLOB ",
            PatternStyle::Like => " LIKE ",
        });
        if text.contains('\0') {
            // SQLite would take the text for shorter than it is.
            let mismatch = Mismatch::invalid("text without a NUL character", "text with one");
            self.refuse(column_of(operand), mismatch);
        }
        let own = pattern == Pattern::Like;
        self.push("?");
        self.bind(Cow::Owned(Value::Text(match style {
            _ if own => text.to_owned(),
            PatternStyle::Glob => around(pattern, '*', &escape_glob(text)),
            PatternStyle::Like => around(pattern, '%', &escape_like(text)),
        })));
        if style == PatternStyle::Like {
            self.push(r" ESCAPE '\'");
        }
    }
}

fn column_of(node: &Node) -> Option<ColumnRef> {
    match node {
        Node::Column(column) => Some(*column),
        _ => None,
    }
}

fn binding(node: &Node) -> Binding {
    match node {
        Node::Or(_) => Binding::Or,
        Node::And(_) => Binding::And,
        Node::Not(_) => Binding::Not,
        Node::Binary(..) | Node::Test(..) | Node::In(..) | Node::Between(..) | Node::Match(..) => {
            Binding::Comparison
        }
        Node::Column(_)
        | Node::Value(_)
        | Node::Invalid(..)
        | Node::TooDeep
        | Node::Constant(_) => Binding::Operand,
    }
}

fn binary(operator: BinaryOperator) -> &'static str {
    match operator {
        BinaryOperator::Equal => " = ",
        BinaryOperator::NotEqual => " <> ",
        BinaryOperator::Less => " < ",
        BinaryOperator::LessOrEqual => " <= ",
        BinaryOperator::Greater => " > ",
        BinaryOperator::GreaterOrEqual => " >= ",
    }
}

/// Puts the wildcard for any text where a pattern has it.
fn around(pattern: Pattern, any: char, text: &str) -> String {
    match pattern {
        Pattern::Like => text.to_owned(),
        Pattern::Contains => format!("{any}{text}{any}"),
        Pattern::StartsWith => format!("{text}{any}"),
        Pattern::EndsWith => format!("{any}{text}"),
    }
}

fn escape_glob(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 2);
    for character in text.chars() {
        if matches!(character, '*' | '?' | '[') {
            escaped.extend(['[', character, ']']);
        } else {
            escaped.push(character);
        }
    }
    escaped
}

fn escape_like(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 2);
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}
