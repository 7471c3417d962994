//! The parts of a query, without types.

use super::node::{BinaryOperator, ColumnRef, MOST_LEVELS, Node};
use super::order::{Direction, Nulls, OrderTerm};
use super::selection::Terms;
use super::term::Term;
use crate::driver::{Lock, LockWait};
use crate::error::{Error, Result};
use crate::mapping::Table;

/// How many levels a query inside another takes, which is more than an operator does.
const LEVELS_OF_A_QUERY: usize = 10;

/// The rows of a selection, which have no names.
static SELECTED: Table = Table {
    name: "rows",
    ..Table::EMPTY
};

/// What a query consists of.
#[derive(Debug, Clone)]
pub(crate) struct Parts {
    pub(super) table: &'static Table,
    pub(super) filter: Option<Node>,
    pub(super) order: Vec<OrderTerm>,
    pub(super) limit: Option<u64>,
    pub(super) offset: u64,
    pub(super) distinct: bool,
    pub(super) all_rows: bool,
    /// Whether relations of the rows must not be loaded lazily.
    pub(super) strict: bool,
    /// What makes no sense about it, told when it is run.
    pub(super) misuse: Option<&'static str>,
    /// How many operators and queries stand inside each other.
    pub(super) levels: usize,
    /// What few queries have.
    pub(super) more: Option<Box<More>>,
}

/// The parts of a query that goes beyond one table.
#[derive(Debug, Clone, Default)]
pub(super) struct More {
    pub(super) alias: Option<&'static str>,
    /// Whether the table gets another name where a query around has it too. Its columns stay as they are.
    pub(super) renamed: bool,
    /// Where the rows come from, if not from the table itself.
    pub(super) origin: Option<Origin>,
    pub(super) joins: Vec<JoinTerm>,
    /// What is selected, if not the columns of the table.
    pub(super) columns: Option<Vec<Node>>,
    /// The struct that they become, if they become one.
    pub(super) becomes: Option<&'static Table>,
    /// What is selected beside them.
    pub(super) added: Vec<Node>,
    pub(super) group: Option<Vec<Node>>,
    pub(super) having: Option<Node>,
    pub(super) with: Vec<With>,
    pub(super) lock: Option<(Lock, LockWait)>,
    pub(super) index: Option<Index>,
    pub(super) comments: Vec<String>,
}

/// Rows that do not come from a table.
#[derive(Debug, Clone)]
pub(super) enum Origin {
    Query(Parts),
    /// A query with a condition beside each row, by which the rows are filtered afterwards.
    Qualified(Parts, Node),
    Set(SetOperator, Vec<Parts>),
    Values(Vec<Vec<Node>>),
}

/// How the rows of several queries become one set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SetOperator {
    Union,
    UnionAll,
    Intersect,
    Except,
}

/// A table that is joined.
#[derive(Debug, Clone)]
pub(super) struct JoinTerm {
    pub(super) kind: JoinKind,
    pub(super) table: &'static Table,
    pub(super) alias: Option<&'static str>,
    pub(super) on: Option<Node>,
}

impl JoinTerm {
    /// The name that stands before its columns.
    pub(super) fn name(&self) -> &'static str {
        self.alias.unwrap_or(self.table.name)
    }

    /// Whether it finds at most one row for every row of the others, because a column of theirs equals
    /// its primary key.
    fn is_to_one(&self) -> bool {
        let name = self.name();
        let conditions = match &self.on {
            Some(Node::And(all)) => all.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        conditions.iter().any(|condition| {
            let Node::Binary(left, BinaryOperator::Equal, right) = condition else {
                return false;
            };
            let (Node::Column(left), Node::Column(right)) = (&**left, &**right) else {
                return false;
            };
            let is_key =
                |column: &ColumnRef| column.qualifier() == name && self.table.key == [column.at];
            is_key(left) && right.qualifier() != name || is_key(right) && left.qualifier() != name
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JoinKind {
    Inner,
    Left,
    Cross,
}

/// A common table expression.
#[derive(Debug, Clone)]
pub(super) struct With {
    pub(super) table: &'static Table,
    pub(super) query: Parts,
    /// The query that is repeated, and whether rows that are there already are left out.
    pub(super) step: Option<(Parts, SetOperator)>,
}

/// Which index is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Index {
    Named(&'static str),
    None,
}

impl Parts {
    pub(super) fn new(table: &'static Table) -> Self {
        Self {
            table,
            filter: None,
            order: Vec::new(),
            limit: None,
            offset: 0,
            distinct: false,
            all_rows: false,
            strict: false,
            misuse: None,
            levels: 0,
            more: None,
        }
    }

    /// A query of rows that come from elsewhere, under the name of a table.
    pub(super) fn over(table: &'static Table, origin: Origin, levels: usize) -> Self {
        let mut parts = Self::new(table);
        parts.levels = levels;
        if levels <= MOST_LEVELS {
            parts.more().origin = Some(origin);
        }
        // Else it goes, so that what is left can be walked; the levels tell what was wrong.
        parts
    }

    pub(super) fn more(&mut self) -> &mut More {
        self.more.get_or_insert_default()
    }

    /// How many levels the query takes inside another.
    pub(super) fn levels_inside(&self) -> usize {
        self.levels + LEVELS_OF_A_QUERY
    }

    pub(super) fn add_condition(&mut self, condition: Term) {
        self.refuse_slice("it is filtered after `limit` or `offset`: filter first");
        let condition = self.take_in(condition);
        self.filter = Some(match self.filter.take() {
            Some(filter) => filter.and(condition),
            None => condition,
        });
    }

    pub(super) fn add_having(&mut self, condition: Term) {
        self.refuse_slice("it is filtered after `limit` or `offset`: filter first");
        let condition = self.take_in(condition);
        let more = self.more();
        more.having = Some(match more.having.take() {
            Some(having) => having.and(condition),
            None => condition,
        });
    }

    pub(super) fn add_orders(&mut self, orders: impl Iterator<Item = OrderTerm>) {
        self.refuse_slice("it is sorted after `limit` or `offset`: sort first");
        for order in orders {
            self.levels = self.levels.max(order.levels);
            self.order.push(order);
        }
    }

    /// An expression that becomes part of the query.
    pub(super) fn take_in(&mut self, term: Term) -> Node {
        self.levels = self.levels.max(term.levels);
        term.node
    }

    /// Expressions that become part of the query.
    pub(super) fn take_in_all(&mut self, terms: Terms) -> Vec<Node> {
        let terms = terms.0.into_iter();
        terms.map(|term| self.take_in(term)).collect()
    }

    /// A query that becomes part of this one.
    pub(super) fn take_in_query(&mut self, query: Self) -> Self {
        self.levels = self.levels.max(query.levels_inside());
        if self.levels > MOST_LEVELS {
            // It goes, so that what is left can be walked; the levels tell what was wrong.
            return Self::new(query.table);
        }
        query
    }

    pub(super) fn refuse(&mut self, misuse: &'static str) {
        self.misuse.get_or_insert(misuse);
    }

    pub(super) fn refuse_slice(&mut self, misuse: &'static str) {
        if self.is_slice() {
            self.refuse(misuse);
        }
    }

    pub(super) fn is_slice(&self) -> bool {
        self.limit.is_some() || self.offset > 0
    }

    /// What makes no sense about the query.
    pub(super) fn check(&self) -> Result<()> {
        if self.levels > MOST_LEVELS {
            return Err(too_deep(self.table));
        }
        match self.misuse {
            Some(reason) => Err(invalid(self.table, reason)),
            None => Ok(()),
        }
    }

    /// Refuses to change every row of a table unless that was asked for.
    pub(super) fn require_condition(&self) -> Result<()> {
        if self.is_everything() && !self.all_rows {
            return Err(Error::ConditionRequired {
                table: self.table.name,
            });
        }
        Ok(())
    }

    /// Whether the query has every row of its table, as far as it shows.
    fn is_everything(&self) -> bool {
        let filter = self.filter.as_ref();
        let mut joins = self.joins().iter();
        let unfiltered = filter.is_none_or(|filter| filter.is_always(true))
            && !self.is_slice()
            && !joins.any(|join| join.kind == JoinKind::Inner);
        unfiltered
            && match self.origin() {
                None => true,
                Some(Origin::Query(inside)) => inside.is_everything() && !inside.all_rows,
                Some(_) => false,
            }
    }

    /// The table whose name and columns the rows have in a set: that of the entities, that of a struct, or
    /// one without columns for rows of another kind.
    pub(super) fn rows_table(&self) -> &'static Table {
        if self.columns().is_none() && self.added().is_empty() {
            return self.table;
        }
        let more = self.more.as_ref();
        more.and_then(|more| more.becomes).unwrap_or(&SELECTED)
    }

    pub(super) fn origin(&self) -> Option<&Origin> {
        self.more.as_ref()?.origin.as_ref()
    }

    pub(super) fn alias(&self) -> Option<&'static str> {
        self.more.as_ref()?.alias
    }

    pub(super) fn with(&self) -> &[With] {
        self.more.as_ref().map_or(&[], |more| &more.with)
    }

    /// Whether the table gets another name where a query around has it too.
    pub(super) fn is_renamed(&self) -> bool {
        self.more.as_ref().is_some_and(|more| more.renamed)
    }

    pub(super) fn joins(&self) -> &[JoinTerm] {
        self.more.as_ref().map_or(&[], |more| &more.joins)
    }

    pub(super) fn group(&self) -> Option<&[Node]> {
        self.more.as_ref()?.group.as_deref()
    }

    /// What is selected, where it is not the columns of the table.
    pub(super) fn columns(&self) -> Option<&[Node]> {
        self.more.as_ref()?.columns.as_deref()
    }

    pub(super) fn added(&self) -> &[Node] {
        self.more.as_ref().map_or(&[], |more| &more.added)
    }

    /// How many values a row has.
    pub(super) fn width(&self) -> usize {
        let columns = self
            .columns()
            .map_or(self.table.columns.len(), <[Node]>::len);
        columns + self.added().len()
    }

    /// Whether rows of one of its tables have relations.
    pub(super) fn has_relations(&self) -> bool {
        let joined = self.joins().iter().map(|join| join.table);
        let mut tables = std::iter::once(self.table).chain(joined);
        tables.any(|table| !table.relations.is_empty())
    }

    /// Sorts by the primary key where there is no order, so that "first" means something.
    pub(super) fn ordered(mut self) -> Self {
        if self.order.is_empty() && !self.distinct && self.group().is_none() {
            self.order = self.key_orders().collect();
        }
        self
    }

    /// Sorts by the primary keys behind any other order, so that no two rows are equal.
    pub(super) fn uniquely_ordered(mut self) -> Self {
        if !self.distinct && self.group().is_none() {
            let joins = self.joins().iter().filter(|join| !join.is_to_one());
            let joined = joins.flat_map(|join| key_orders(join.table, join.alias));
            let keys = self.key_orders().chain(joined);
            let missing: Vec<_> = keys.filter(|key| !self.is_ordered_by(&key.node)).collect();
            self.order.extend(missing);
        }
        self
    }

    /// Whether the primary keys tell all rows apart.
    pub(super) fn has_keys(&self) -> bool {
        let mut joins = self.joins().iter();
        let joined = joins.all(|join| join.is_to_one() || !join.table.key.is_empty());
        let keys = joined && !self.table.key.is_empty();
        keys && match self.origin() {
            None => true,
            Some(Origin::Query(inside) | Origin::Qualified(inside, _)) => {
                let repeats = !inside.joins().iter().all(JoinTerm::is_to_one);
                inside.distinct || !repeats && inside.has_keys()
            }
            Some(Origin::Set(..) | Origin::Values(_)) => false,
        }
    }

    /// Says where NULL stands in every order in which it can be, and only there, so that it is the same
    /// in every database.
    pub(super) fn with_fixed_nulls(mut self) -> Self {
        let joins = self.joins().iter();
        let left = joins.filter(|join| join.kind == JoinKind::Left);
        let outer: Vec<_> = left.map(JoinTerm::name).collect();
        for term in &mut self.order {
            let never_null = matches!(&term.node, Node::Column(column)
                if !column.is_nullable() && !outer.contains(&column.qualifier()));
            if never_null {
                term.nulls = Nulls::Unspecified;
            } else if term.nulls == Nulls::Unspecified {
                term.nulls = match term.direction {
                    Direction::Ascending => Nulls::First,
                    Direction::Descending => Nulls::Last,
                };
            }
        }
        self
    }

    fn is_ordered_by(&self, node: &Node) -> bool {
        let Node::Column(key) = node else {
            return false;
        };
        self.order.iter().any(|term| {
            matches!(&term.node, Node::Column(column)
                if column.at == key.at && column.qualifier() == key.qualifier())
        })
    }

    pub(super) fn key_orders(&self) -> impl Iterator<Item = OrderTerm> + use<> {
        key_orders(self.table, self.alias())
    }

    pub(super) fn reversed(mut self) -> Self {
        self = self.ordered();
        self.refuse_slice("it asks for the last row after `limit` or `offset`");
        self.order = self.order.into_iter().map(OrderTerm::reversed).collect();
        self
    }

    pub(super) fn at_most(mut self, rows: u64) -> Self {
        self.limit = Some(self.limit.map_or(rows, |limit| limit.min(rows)));
        self
    }

    /// The rows as those of a table, so that what follows is about them as they are now.
    pub(super) fn into_table(self, table: &'static Table) -> Self {
        let levels = self.levels_inside();
        Self::over(table, Origin::Query(self), levels)
    }

    /// The rows as those of a table, and of them those for which a condition beside them holds.
    pub(super) fn into_qualified(mut self, table: &'static Table, condition: Node) -> Self {
        let order = std::mem::take(&mut self.order);
        let levels = self.levels_inside();
        let mut parts = Self::over(table, Origin::Qualified(self, condition), levels);
        parts.filter = Some(Node::Qualified);
        parts.order = order;
        parts
    }

    /// Joins two queries to a set. A chain of the same operator stays one list.
    pub(super) fn set(self, operator: SetOperator, other: Self, table: &'static Table) -> Self {
        let (mut operands, levels) = match self.into_operands(operator) {
            Ok(operands_and_levels) => operands_and_levels,
            Err(first) => {
                let levels = first.levels_inside();
                (vec![*first], levels)
            }
        };
        let levels = levels.max(other.levels_inside());
        operands.push(other);
        Self::over(table, Origin::Set(operator, operands), levels)
    }

    /// The operands of a query that is nothing but a set of this kind.
    fn into_operands(mut self, operator: SetOperator) -> Result<(Vec<Self>, usize), Box<Self>> {
        let is_set = matches!(self.origin(), Some(Origin::Set(same, _)) if *same == operator);
        if !is_set || !self.is_bare() {
            return Err(Box::new(self));
        }
        let levels = self.levels;
        match self.more().origin.take() {
            Some(Origin::Set(_, operands)) => Ok((operands, levels)),
            _ => Err(Box::new(self)),
        }
    }

    /// Whether the query does nothing but hand on the rows of its origin.
    pub(super) fn is_bare(&self) -> bool {
        let plain = self.filter.is_none()
            && self.order.is_empty()
            && !self.is_slice()
            && !self.distinct
            && self.misuse.is_none();
        plain
            && self.more.as_ref().is_some_and(|more| {
                more.joins.is_empty()
                    && more.alias.is_none()
                    && more.columns.is_none()
                    && more.added.is_empty()
                    && more.group.is_none()
                    && more.having.is_none()
                    && more.with.is_empty()
                    && more.lock.is_none()
                    && more.index.is_none()
                    && more.comments.is_empty()
            })
    }
}

/// The orders by the primary key of a table.
fn key_orders(
    table: &'static Table,
    alias: Option<&'static str>,
) -> impl Iterator<Item = OrderTerm> {
    table.key.iter().map(move |&at| OrderTerm {
        node: Node::Column(ColumnRef::new(table, at).of(alias)),
        levels: 1,
        direction: Direction::Ascending,
        nulls: Nulls::Unspecified,
    })
}

pub(super) fn invalid(table: &'static Table, reason: &'static str) -> Error {
    Error::InvalidQuery {
        table: table.name,
        reason,
    }
}

/// Refuses to insert into several tables by one statement.
pub(super) fn require_one_table(table: &'static Table) -> Result<()> {
    if !table.is_joined() {
        return Ok(());
    }
    let reason = "its rows are in several tables: use `insert_many`, or `upsert` of an entity";
    Err(invalid(table, reason))
}

#[cold]
pub(super) fn too_deep(table: &'static Table) -> Error {
    Error::ExpressionTooDeep {
        table: table.name,
        limit: MOST_LEVELS,
    }
}
