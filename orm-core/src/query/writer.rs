//! The one writer of SQL: from a tree to text and the list of what is bound.

mod aggregate;
mod collation;
mod function;
mod group;
mod joined;
mod operator;
mod pattern;
mod raw;
mod reach;
mod statement;

use std::borrow::Cow;

use self::operator::Binding;
pub(super) use self::statement::Select;
use super::node::{ColumnRef, Node};
use super::parts::{self, Parts};
use super::path::Path;
use crate::driver::{Dialect, Params, push_identifier};
use crate::error::{Error, Result};
use crate::mapping::Table;
use crate::value::{Mismatch, Param, Value};

/// SQL as it grows, and the values that belong to its placeholders.
pub(super) struct Writer<'q> {
    pub(super) sql: String,
    pub(super) params: Bound<'q>,
    pub(super) dialect: &'static dyn Dialect,
    /// The table that the statement is about, for what is said about it.
    table: &'static Table,
    /// The names that columns may stand behind, and those of the queries around.
    names: Names,
    around: Vec<Names>,
    place: Place,
    /// Whether the rows that are selected next are compared with each other.
    alike: bool,
    /// How many tables have been renamed so far.
    renamed: usize,
    /// Why the expression cannot be written. Kept here and not returned, so that a deep expression
    /// takes little of the stack.
    refused: Option<Error>,
}

/// Where in a query the writer is.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    /// Why a window function makes no sense here, where it does not.
    no_window: Option<&'static str>,
    /// Whether it is within an aggregate, where another makes no sense.
    aggregating: bool,
}

/// The tables of one query, by the names that stand before their columns.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    first: &'static str,
    /// What the first is called in the text, where a query around has its name.
    renamed: Option<String>,
    joined: Vec<&'static str>,
    /// The tables that are there because their columns are used, and what they are called in the text.
    ways: Vec<(&'static Path, String)>,
    /// Their joins, and whether there can be any.
    reached: String,
    can_reach: bool,
    /// The table that the statement changes, where its rows are joined of several.
    written: Option<&'static Table>,
}

impl Names {
    fn contain(&self, name: &str) -> bool {
        // The same constant has the same address most of the time.
        std::ptr::eq(self.first, name) || self.first == name || self.joined.contains(&name)
    }

    /// Whether a name in the text means one of these tables, for a database to which upper and lower case
    /// are the same.
    fn hide(&self, name: &str) -> bool {
        let first = self.shown(self.first);
        let ways = self.ways.iter().map(|(_, name)| name.as_str());
        let all = std::iter::once(first).chain(self.joined.iter().copied());
        all.chain(ways).any(|one| one.eq_ignore_ascii_case(name))
    }

    /// What the table that is known by a name is called in the text.
    fn shown<'n>(&'n self, name: &'n str) -> &'n str {
        match &self.renamed {
            Some(renamed) if self.first == name => renamed,
            _ => name,
        }
    }

    /// What the table at the end of a way is called in the text, if it is there.
    fn at_end(&self, path: &'static Path) -> Option<&str> {
        let mut ways = self.ways.iter();
        let (_, name) = ways.find(|(way, _)| std::ptr::eq(*way, path))?;
        Some(name)
    }

    /// What stands before a column in the text.
    fn before(&self, column: ColumnRef) -> &str {
        match column.path {
            Some(path) => self.at_end(path).unwrap_or(path.alias),
            None => self.shown(column.qualifier()),
        }
    }
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

impl<'q> Writer<'q> {
    pub(super) fn new(dialect: &'static dyn Dialect, table: &'static Table) -> Self {
        Self {
            sql: String::with_capacity(512),
            params: Bound::default(),
            dialect,
            table,
            names: Names::default(),
            around: Vec::new(),
            place: Place::default(),
            alike: false,
            renamed: 0,
            refused: None,
        }
    }

    pub(super) fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    /// The name of the table that the statement changes, whose columns may be used from here on.
    pub(super) fn target(&mut self, table: &'static Table) {
        self.writes(table, table);
    }

    /// The names of some columns, with commas between them.
    pub(super) fn names_of(&mut self, table: &Table, columns: impl Iterator<Item = usize>) {
        table.push_list(&mut self.sql, columns, Table::push_column_name);
    }

    /// What the database does not have.
    pub(super) fn unsupported(&self, feature: &'static str) -> Error {
        let database = self.dialect.name();
        Error::Unsupported { feature, database }
    }

    /// A condition, or another expression that stands by itself.
    pub(super) fn expression(&mut self, node: &'q Node) -> Result<()> {
        self.node(node, Binding::Or);
        self.outcome()
    }

    /// What has been refused on the way.
    pub(super) fn outcome(&mut self) -> Result<()> {
        self.refused.take().map_or(Ok(()), Err)
    }

    /// An expression in which a window function makes no sense, for a reason.
    fn without_windows(&mut self, reason: &'static str, node: &'q Node) {
        let place = self.place;
        self.place.no_window = Some(reason);
        self.node(node, Binding::Or);
        self.place = place;
    }

    /// Kept small, because it is what stands on the stack for every level: whatever needs room is a
    /// method of its own.
    fn bare(&mut self, node: &'q Node) {
        match node {
            Node::Column(column) => self.column(*column),
            Node::Value(value) => self.value(value),
            Node::Constant(true) => self.push("TRUE"),
            Node::Constant(false) => self.push("FALSE"),
            Node::Binary(left, operator, right) => self.binary(left, *operator, right),
            Node::Test(operand, test) => self.test(operand, *test),
            Node::In(operand, membership, values) => self.membership(operand, *membership, values),
            Node::InQuery(operand, membership, query) => {
                self.membership_of(operand, *membership, query);
            }
            Node::Between(operand, low, high) => self.between(operand, low, high),
            Node::Match(operand, pattern, text) => self.pattern(operand, *pattern, text),
            Node::And(conditions) => self.chain(conditions, " AND ", Binding::Not),
            Node::Or(conditions) => self.chain(conditions, " OR ", Binding::And),
            Node::Not(condition) => self.prefixed("NOT ", condition),
            Node::Negative(number) => self.prefixed("- ", number),
            Node::Row(values) => self.row_of_values(values),
            Node::Call(function, arguments) => self.call(*function, arguments),
            Node::Named(name, arguments) => self.named(name, arguments),
            Node::Cast(value, ty) => self.cast(value, *ty),
            Node::Case(branches, otherwise) => self.case(branches, otherwise.as_deref()),
            Node::Collate(value, collation) => self.collate(value, collation),
            Node::Aggregate(aggregate) => self.aggregate(aggregate),
            Node::Window(windowed) => self.window(windowed),
            Node::Scalar(query) => self.query("(", query),
            Node::Exists(query) => self.exists(query),
            Node::Outer(node) => self.outer(node),
            Node::Excluded(column) => self.excluded(*column),
            Node::Qualified => self.qualified(),
            Node::Added(at) => self.added(*at),
            Node::Raw(sql, values) => self.raw(sql, values),
            Node::Invalid(column, mismatch) => self.refuse_value(*column, *mismatch),
            Node::TooDeep => self.refuse(parts::too_deep),
            Node::Misuse(reason) => self.misuse(reason),
        }
    }

    pub(super) fn column(&mut self, column: ColumnRef) {
        match column.path {
            Some(path) => self.reach(path),
            None if self.names.contain(column.qualifier()) => {}
            None => return self.refuse_column(column),
        }
        if let Some(written) = self.names.written {
            return self.written_column(column, written);
        }
        self.qualifier(column);
        self.push(".");
        column.table.push_column_name(&mut self.sql, column.at);
    }

    /// The name before a column.
    fn qualifier(&mut self, column: ColumnRef) {
        match (column.alias, column.path) {
            (Some(alias), None) => self.alias(alias),
            _ => push_identifier(&mut self.sql, self.names.before(column)),
        }
    }

    /// A name that the user's program made up.
    pub(super) fn alias(&mut self, name: &'static str) {
        let mut characters = name.chars();
        let starts = characters
            .next()
            .is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
        if !starts || !characters.all(|c| c.is_ascii_alphanumeric() || c == '_') {
            self.refuse(|_| Error::InvalidIdentifier {
                reason: "such a name consists of ASCII letters, digits and underscores",
            });
            return;
        }
        push_identifier(&mut self.sql, name);
    }

    fn value(&mut self, value: &'q Value) {
        self.push("?");
        self.bind(Cow::Borrowed(value));
    }

    /// Binds a value to a placeholder that has been written.
    pub(super) fn bind(&mut self, value: Cow<'q, Value>) {
        self.params.0.push(value);
    }

    /// A query inside, in parentheses of which the first has been given.
    fn query(&mut self, open: &str, query: &'q Parts) {
        self.push(open);
        let around = std::mem::take(&mut self.names);
        self.around.push(around);
        let table = self.table;
        if let Err(error) = self.select(query, Select::Rows) {
            self.refuse(|_| error);
        }
        self.table = table;
        self.names = self.around.pop().unwrap_or_default();
        self.push(")");
    }

    fn exists(&mut self, query: &'q Parts) {
        self.push("EXISTS ");
        if query.distinct {
            // SQLite takes the rows behind an EXISTS for all different, and then skips too few.
            self.push("(SELECT 1 FROM ");
            self.query("(", query);
            self.push(" AS \"rows\")");
        } else {
            self.query("(", query);
        }
    }

    /// An expression of the query around.
    fn outer(&mut self, node: &'q Node) {
        let Some(around) = self.around.pop() else {
            return self.misuse("it uses `.outer()` where no query is around");
        };
        let inside = std::mem::replace(&mut self.names, around);
        if let Some(column) = self.shadowed(node, &inside, 0) {
            self.refuse(|_| {
                parts::invalid(
                    column.table,
                    "it is inside and around: give the query inside an alias",
                )
            });
        }
        self.node(node, Binding::Operand);
        let around = std::mem::replace(&mut self.names, inside);
        self.around.push(around);
    }

    fn excluded(&mut self, column: ColumnRef) {
        self.push("excluded.");
        column.table.push_column_name(&mut self.sql, column.at);
    }

    #[cold]
    fn refuse_value(&mut self, column: Option<ColumnRef>, mismatch: Mismatch) {
        self.refuse(|_| match column {
            Some(ColumnRef { table, at, .. }) => {
                Error::encode(table.name, table.columns[at].name, mismatch)
            }
            None => Error::encode("", "", mismatch),
        });
    }

    #[cold]
    fn refuse_column(&mut self, column: ColumnRef) {
        self.refuse_table(column.table);
    }

    #[cold]
    fn refuse_table(&mut self, table: &'static Table) {
        let reason = "a column of it is used, and it is not among the tables of the query";
        self.refuse(|_| parts::invalid(table, reason));
    }

    #[cold]
    fn misuse(&mut self, reason: &'static str) {
        self.refuse(|table| parts::invalid(table, reason));
    }

    #[cold]
    fn refuse(&mut self, error: impl FnOnce(&'static Table) -> Error) {
        let table = self.table;
        self.refused.get_or_insert_with(|| error(table));
    }

    /// A column of a query around whose name means a table inside. `levels` is how many queries are between
    /// it and the one around that is being written.
    fn shadowed(&self, node: &Node, inside: &Names, levels: usize) -> Option<ColumnRef> {
        match node {
            Node::Column(column) => {
                let names = match levels {
                    0 => &self.names,
                    further => self.around.iter().nth_back(further - 1)?,
                };
                inside.hide(names.before(*column)).then_some(*column)
            }
            Node::Outer(further) => self.shadowed(further, inside, levels + 1),
            other => {
                let mut children = other.children().into_iter();
                children.find_map(|child| self.shadowed(child, inside, levels))
            }
        }
    }
}
