//! Queries over the steps of a relation: the related rows of many rows, of one row, and of the row of a query
//! around. Relations stand above queries, and this is what they make them of.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::expression::Expr;
use super::loader::{Joins, Loader, Reader};
use super::node::{BinaryOperator, ColumnRef, Membership, Node, Windowed, WindowedFunction};
use super::order::{Direction, Nulls, OrderTerm};
use super::parts::{JoinKind, JoinTerm, Origin, Parts};
use super::path::Path;
use super::run;
use super::scope::Scope;
use super::select::Query;
use super::term::Term;
use crate::connection::{Access, Executor, with_connection};
use crate::error::Result;
use crate::mapping::{Source, Step, Table};
use crate::value::{Row, Value};

/// Names of tables between the two sides of a relation, where their own would not be unique.
const BETWEEN: [&str; 8] = [
    "orm_via_1",
    "orm_via_2",
    "orm_via_3",
    "orm_via_4",
    "orm_via_5",
    "orm_via_6",
    "orm_via_7",
    "orm_via_8",
];

/// Names of tables that are joined so that their rows are loaded.
const LOADED: [&str; 32] = [
    "orm_1", "orm_2", "orm_3", "orm_4", "orm_5", "orm_6", "orm_7", "orm_8", "orm_9", "orm_10",
    "orm_11", "orm_12", "orm_13", "orm_14", "orm_15", "orm_16", "orm_17", "orm_18", "orm_19",
    "orm_20", "orm_21", "orm_22", "orm_23", "orm_24", "orm_25", "orm_26", "orm_27", "orm_28",
    "orm_29", "orm_30", "orm_31", "orm_32",
];

const NOWHERE: &str = "its relation and the one that it is the inverse of name each other: one of them has to say `table` or `through`";

/// Takes one related row after the other, with the positions of the key by which it was found.
pub(crate) type OnRelated<'a> = &'a mut dyn FnMut(&Row<'_>, &[usize]) -> Result<()>;

impl<S: Scope> Query<S> {
    /// The same query with something that is loaded beside its rows.
    pub(crate) fn with_loader(mut self, loader: Arc<dyn Loader<S::Entity>>) -> Self {
        self.loaders.push(loader);
        self
    }

    /// The same query, of whose rows nothing must be loaded lazily.
    pub(crate) fn strict(mut self) -> Self {
        self.parts.strict = true;
        self
    }
}

impl<M: Source> Query<M> {
    /// What is loaded beside the rows of this query, for entities that are there already.
    pub(crate) fn loaders(&self) -> &[Arc<dyn Loader<M::Entity>>] {
        &self.loaders
    }

    /// Whether it is more than all rows of the table.
    pub(crate) fn is_narrowed(&self) -> bool {
        let parts = &self.parts;
        parts.filter.is_some() || parts.is_slice() || parts.more.is_some() || parts.misuse.is_some()
    }

    /// Whether its rows have an order.
    pub(crate) fn is_sorted(&self) -> bool {
        !self.parts.order.is_empty()
    }

    /// Says what makes no sense about it, told when it is run.
    pub(crate) fn refused(mut self, misuse: &'static str) -> Self {
        self.parts.refuse(misuse);
        self
    }

    /// The rows to which steps lead from a row with this key.
    pub(crate) fn of_key(mut self, steps: &[Step], key: &[Value]) -> Self {
        let Some(first) = steps.first() else {
            return self.refused(NOWHERE);
        };
        // A limit is one of the rows of this key.
        let slice = self.parts.take_slice();
        let alias = self.parts.join_back(steps, None);
        let equal = first.to.iter().zip(key).map(|(&at, value)| match value {
            // No row is related by NULL.
            Value::Null => Node::Constant(false),
            value => {
                let column = Node::Column(ColumnRef::new(first.table, at).of(alias));
                Node::compare(column, BinaryOperator::Equal, Node::Value(value.clone()))
            }
        });
        let equal = equal.chain(tagged(first, alias)).collect();
        self.parts.add_condition(Term::above(2, Node::And(equal)));
        self.parts.put_slice(slice);
        self
    }

    /// The rows to which steps lead from the row of a query around.
    fn of_around(mut self, steps: &[Step], around: &'static Table) -> Parts {
        if steps.is_empty() {
            self.parts.refuse(NOWHERE);
        }
        if let Some(first) = steps.first() {
            let slice = self.parts.take_slice();
            let alias = self.parts.join_back(steps, Some(around));
            let equal = first.to.iter().zip(first.from).map(|(&to, &from)| {
                let column = Node::Column(ColumnRef::new(first.table, to).of(alias));
                let outside = Node::Outer(Box::new(Node::column(around, from)));
                Node::Binary(Box::new(column), BinaryOperator::Equal, Box::new(outside))
            });
            let equal = equal.chain(tagged(first, alias)).collect();
            self.parts.add_condition(Term::above(3, Node::And(equal)));
            self.parts.put_slice(slice);
        }
        self.parts.more().renamed = true;
        self.parts
    }

    /// Whether there is a row to which steps lead from the row of the query around.
    pub(crate) fn exists_from<A>(self, steps: &[Step], around: &'static Table) -> Expr<A, bool> {
        let parts = self.of_around(steps, around);
        let levels = parts.levels_inside();
        Expr::new(Term::above(levels, Node::Exists(Box::new(parts))))
    }

    /// An aggregate over the rows to which steps lead from the row of the query around.
    pub(crate) fn aggregate_from<A, G, T, U>(
        mut self,
        steps: &[Step],
        around: &'static Table,
        aggregate: Expr<G, T>,
    ) -> Expr<A, U> {
        self.parts
            .refuse_slice("a relation is aggregated after `limit` or `offset`");
        let mut parts = self.of_around(steps, around);
        parts.order.clear();
        let aggregate = parts.take_in(aggregate.into_term());
        parts.more().columns = Some(vec![aggregate]);
        let levels = parts.levels_inside();
        Expr::new(Term::above(levels, Node::Scalar(Box::new(parts))))
    }

    /// Calls `on_row` with each row to which steps lead from rows with the given keys. Its columns begin
    /// at position 0; the positions of the key by which it was found are given too.
    ///
    /// A limit is one for each key. Keys are distinct, none of their values is NULL, and the values of one stand
    /// behind those of another.
    pub(crate) fn read_from(
        &self,
        from: Reader<'_>,
        steps: &[Step],
        keys: &[Value],
        on_row: OnRelated<'_>,
    ) -> Result<()> {
        let Some(first) = steps.first() else {
            return Ok(());
        };
        let Reader { db, strict, .. } = from;
        let mut rows = self.parts.clone();
        rows.strict |= strict;
        let slice = rows.take_slice();
        let key = rows.join_key(steps);
        let positions = key_positions(M::TABLE, steps);
        let width = first.to.len().max(1);
        let most = match slice {
            // It has values of its own.
            Some(slice) => most_keys(db, &rows.clone().sliced_by(&key, slice), width)?,
            None => most_keys(db, &rows, width)?,
        };
        for keys in keys.chunks(most * width) {
            let mut rows = rows.clone();
            rows.add_condition(among(&key, padded(keys, width, most)));
            if let Some(slice) = slice {
                rows = rows.sliced_by(&key, slice);
            }
            run::read(db, &self.with_joins(&rows), &mut |row| {
                on_row(row, &positions)?;
                Ok(ControlFlow::Continue(()))
            })?;
        }
        Ok(())
    }

    /// One row of [`read_from`](Self::read_from), with what was joined behind the key by which it was found.
    pub(crate) fn entity(&self, row: &Row<'_>, steps: &[Step]) -> Result<M::Entity> {
        let width = M::TABLE.columns.len();
        let key = match steps {
            [] | [_] => 0,
            [first, ..] => first.to.len(),
        };
        self.value(row, width + key)
    }
}

/// The condition that the key of a row refers to the table where a step begins, if it may be another one.
fn tagged(step: &Step, alias: Option<&'static str>) -> Option<Node> {
    let tag = step.tag?;
    let column = Node::Column(ColumnRef::new(step.table, tag.column).of(alias));
    let value = Node::Value(Value::from(tag.value));
    Some(Node::compare(column, BinaryOperator::Equal, value))
}

/// How many keys fit into one statement beside the other values that it has.
fn most_keys(db: &dyn Executor, parts: &Parts, width: usize) -> Result<usize> {
    let values = run::written(parts, db.dialect())?
        .params
        .into_values()
        .len();
    let most = with_connection(db, Access::Read, |connection| {
        Ok(connection.max_parameters())
    })?;
    Ok((most.saturating_sub(values) / width).max(1))
}

/// The condition that a row was found by one of some keys.
fn among<'k>(columns: &[Node], keys: impl Iterator<Item = &'k [Value]>) -> Term {
    let (operand, values) = match columns {
        [column] => {
            let values = keys.map(|key| Node::Value(key[0].clone()));
            (column.clone(), values.collect())
        }
        several => {
            let values = |key: &[Value]| key.iter().cloned().map(Node::Value).collect();
            let rows = keys.map(|key| Node::Row(values(key)));
            (Node::Row(several.to_vec()), rows.collect())
        }
    };
    Term::above(3, Node::In(Box::new(operand), Membership::In, values))
}

/// The keys, and the last of them again until their number is one of a few, so that few shapes of the
/// statement are prepared.
fn padded(keys: &[Value], width: usize, most: usize) -> impl Iterator<Item = &[Value]> {
    let keys = keys.chunks_exact(width);
    let wanted = match keys.len() {
        few @ 0..=64 => few.next_power_of_two(),
        many => many.next_multiple_of(128),
    };
    let again = keys.clone().last().into_iter().cycle();
    keys.chain(again).take(wanted.min(most))
}

/// Where in a row the key stands by which steps lead to it: among the columns of the entity, or behind them
/// where it is that of a table in between.
fn key_positions(table: &Table, steps: &[Step]) -> Vec<usize> {
    let width = table.columns.len();
    match steps {
        [only] => only.to.to_vec(),
        several => (width..width + several[0].to.len()).collect(),
    }
}

/// The name of the table after a step, if it is not its own. It is another one where the table is also
/// the target, or that of the query around, or that of another step. The target keeps its own.
fn name_between(
    steps: &[Step],
    nth: usize,
    around: Option<&'static Table>,
) -> Option<&'static str> {
    let name = steps[nth].table.name;
    let others = steps.iter().enumerate().filter(|(at, _)| *at != nth);
    let others = others.map(|(_, step)| step.table).chain(around);
    let is_taken = |name: &str| others.clone().any(|other| is_name(other.name, name));
    if nth + 1 == steps.len() || !is_taken(name) {
        return None;
    }
    let free = BETWEEN.iter().filter(|name| !is_taken(name));
    free.copied().nth(nth).or(BETWEEN.last().copied())
}

/// Whether two names are one for a database to which upper and lower case are the same.
fn is_name(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

impl Parts {
    /// Joins the tables between the target, which the query is of, and the first step. Returns the name of
    /// the table after the first step, if it is not its own.
    fn join_back(
        &mut self,
        steps: &[Step],
        around: Option<&'static Table>,
    ) -> Option<&'static str> {
        for nth in (1..steps.len()).rev() {
            let (step, before) = (&steps[nth], &steps[nth - 1]);
            let alias = name_between(steps, nth - 1, around);
            let behind = name_between(steps, nth, around);
            let equal = step.from.iter().zip(step.to).map(|(&from, &to)| {
                let from = Node::Column(ColumnRef::new(before.table, from).of(alias));
                let to = Node::Column(ColumnRef::new(step.table, to).of(behind));
                Node::Binary(Box::new(from), BinaryOperator::Equal, Box::new(to))
            });
            let on = Some(Node::And(equal.chain(tagged(step, behind)).collect()));
            self.more().joins.push(JoinTerm {
                kind: JoinKind::Inner,
                table: before.table,
                alias,
                on,
            });
        }
        name_between(steps, 0, around)
    }

    /// Joins the tables of the steps, and returns the columns of the key by which they lead to the rows. Where
    /// they are not the target's, they are selected beside it.
    fn join_key(&mut self, steps: &[Step]) -> Vec<Node> {
        let alias = self.join_back(steps, None);
        let columns = steps[0].to.iter();
        let key: Vec<Node> = columns
            .map(|&at| Node::Column(ColumnRef::new(steps[0].table, at).of(alias)))
            .collect();
        if let Some(tagged) = tagged(&steps[0], alias) {
            self.add_condition(Term::above(2, tagged));
        }
        if steps.len() > 1 {
            self.more().added.clone_from(&key);
        }
        key
    }

    /// Takes the limit and the offset out of the query.
    fn take_slice(&mut self) -> Option<Slice> {
        let slice = Slice {
            first: self.offset,
            limit: self.limit,
        };
        let is_slice = self.is_slice();
        (self.offset, self.limit) = (0, None);
        is_slice.then_some(slice)
    }

    fn put_slice(&mut self, slice: Option<Slice>) {
        if let Some(Slice { first, limit }) = slice {
            (self.offset, self.limit) = (first, limit);
        }
    }

    /// A slice of the rows for every value of a key, by the number that a row has within its key.
    fn sliced_by(mut self, key: &[Node], slice: Slice) -> Self {
        let order = if self.order.is_empty() {
            self.key_orders().collect()
        } else {
            std::mem::take(&mut self.order)
        };
        let number = Node::Window(Box::new(Windowed {
            function: WindowedFunction::Named("row_number", Vec::new()),
            partition: key.to_vec(),
            order,
            frame: None,
        }));
        let (table, levels, added) = (self.table, self.levels_inside(), self.added().len());
        let mut parts = Self::over(table, Origin::Qualified(self, number), levels);
        parts.add_condition(numbered(BinaryOperator::Greater, slice.first));
        if let Some(limit) = slice.limit {
            let last = slice.first.saturating_add(limit);
            parts.add_condition(numbered(BinaryOperator::LessOrEqual, last));
        }
        parts.order = vec![OrderTerm {
            node: Node::Qualified,
            levels: 1,
            direction: Direction::Ascending,
            nulls: Nulls::Unspecified,
        }];
        if added > 0 {
            parts.more().added = (0..added).map(Node::Added).collect();
        }
        parts
    }
}

/// Which of the rows of each key are wanted.
#[derive(Debug, Clone, Copy)]
struct Slice {
    first: u64,
    limit: Option<u64>,
}

/// A condition on the number of a row.
fn numbered(operator: BinaryOperator, number: u64) -> Term {
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    let number = Box::new(Node::Value(Value::Int(number)));
    Term::above(2, Node::Binary(Box::new(Node::Qualified), operator, number))
}

impl<'q> Joins<'_, 'q> {
    /// Joins the row to which a step leads, if there is one, and selects its columns. Returns where further
    /// tables can be joined behind it.
    pub(crate) fn join(&mut self, step: &Step) -> Joins<'_, 'q> {
        let parts = self.parts.to_mut();
        let is_free = |alias: &&&'static str| {
            let names = parts.joins().iter().map(JoinTerm::name);
            let mut names = names.chain([parts.alias().unwrap_or(parts.table.name)]);
            !names.any(|name| is_name(name, alias))
        };
        let free = LOADED.iter().find(is_free).copied();
        if free.is_none() {
            parts.refuse("it joins more than 32 tables: write `.select_in()` for some relations");
        }
        let alias = free.unwrap_or(LOADED[0]);
        let (table, around) = match self.around {
            Some((table, alias)) => (table, Some(alias)),
            None => (parts.table, parts.alias()),
        };
        let equal = step.from.iter().zip(step.to).map(|(&from, &to)| {
            let from = Node::Column(ColumnRef::new(table, from).of(around));
            let to = Node::Column(ColumnRef::new(step.table, to).of(Some(alias)));
            Node::Binary(Box::new(to), BinaryOperator::Equal, Box::new(from))
        });
        let on = Some(Node::And(equal.collect()));
        let columns = 0..step.table.columns.len();
        let columns = columns.map(|at| ColumnRef::new(step.table, at).of(Some(alias)));
        let more = parts.more();
        more.joins.push(JoinTerm {
            kind: JoinKind::Left,
            table: step.table,
            alias: Some(alias),
            on,
        });
        more.added.extend(columns.map(Node::Column));
        Joins {
            parts: &mut *self.parts,
            around: Some((step.table, alias)),
        }
    }
}

/// A column at the end of a way over relations.
pub(crate) fn column_at_end<M, T>(path: &'static Path, at: usize) -> Expr<M, T> {
    let column = ColumnRef {
        path: Some(path),
        ..ColumnRef::new(path.step.table, at).of(Some(path.alias))
    };
    Expr::leaf(Node::Column(column))
}
