//! Queries made of tables, selections and other queries.

use super::condition::IntoCondition;
use super::expression::Expr;
use super::grouping::GroupBy;
use super::join::{Joined, LeftJoined, On};
use super::node::Node;
use super::operand;
use super::parts::{JoinKind, JoinTerm, Origin, Parts, SetOperator, With};
use super::scope::{Aliased, Any, In, Join, Rows, Scope, Whole};
use super::select::{Query, read_entity};
use super::selection::{Projection, Selection, Terms};
use super::term::Term;
use crate::connection::Executor;
use crate::error::Result;
use crate::mapping::{FromRow, Source, Table};
use crate::value::{ColumnType, Row, Value};

impl<S: Scope, R: 'static> Query<S, R> {
    /// Joins a table: a row for every pair of rows that meet the condition.
    pub fn join<M, N, At>(self, on: On<M, N>) -> Query<Join<S, N>, R>
    where
        M: In<S, At>,
        N: Joined,
    {
        self.joined(JoinKind::Inner, N::TABLE, Some(on)).retyped()
    }

    /// Joins a table, and keeps rows without a partner: what belongs to the table is NULL in them, so
    /// that it is an `Option` in the result.
    pub fn left_join<M, N, At>(self, on: On<M, N>) -> Query<Join<S, N::As>, R>
    where
        M: In<S, At>,
        N: LeftJoined,
    {
        self.joined(JoinKind::Left, N::TABLE, Some(on)).retyped()
    }

    /// Joins every row with every row of a table.
    pub fn cross_join<N: Source>(self) -> Query<Join<S, N>, R> {
        let none = None::<On<Any, N>>;
        self.joined(JoinKind::Cross, N::TABLE, none).retyped()
    }

    fn joined<M, N>(mut self, kind: JoinKind, table: &'static Table, on: Option<On<M, N>>) -> Self {
        self.parts
            .refuse_slice("it is joined after `limit` or `offset`: join first");
        let alias = on.as_ref().and_then(On::alias);
        let on = on.map(|on| self.parts.take_in(on.into_term()));
        let join = JoinTerm {
            kind,
            table,
            alias,
            on,
        };
        self.parts.more().joins.push(join);
        self
    }

    /// Selects columns and expressions: a row is a tuple of their values, or the value of the only one.
    pub fn select<L: Selection<S, At>, At>(mut self, selection: L) -> Query<S, L::Row> {
        self.set_columns(selection);
        Query::of(self.parts, L::read)
    }

    /// Selects what the fields of a struct are, as it says itself by `#[orm(from = …)]`.
    pub fn select_as<D: Projection<Scope = S>>(mut self) -> Query<S, D> {
        self.take_columns(D::columns().terms);
        Query::of(self.parts, read_entity::<D>)
    }

    fn set_columns<L: Selection<T, At>, T, At>(&mut self, selection: L) {
        let mut terms = Terms::default();
        selection.into_terms(&mut terms);
        self.take_columns(terms);
    }

    fn take_columns(&mut self, terms: Terms) {
        let terms = terms.0.into_iter();
        let columns = terms.map(|term| self.parts.take_in(term)).collect();
        let more = self.parts.more();
        more.columns = Some(columns);
        more.added.clear();
    }

    /// Takes the rows for those of a struct, whose fields are the values in their order. The result is
    /// a query of that struct's columns, which can be filtered and sorted by them.
    pub fn rows_as<D: FromRow<Values = R>>(self) -> Query<D> {
        Query::of(self.parts.into_table(D::TABLE), read_entity::<D>)
    }

    /// Groups rows that are alike in some columns or expressions; what is selected are these and
    /// aggregates.
    pub fn group_by<L: Selection<S, At>, At>(mut self, keys: L) -> GroupBy<S>
    where
        S: Scope<Rows = S>,
    {
        let mut terms = Terms::default();
        keys.into_terms(&mut terms);
        let terms = terms.0.into_iter();
        let keys = terms.map(|term| self.parts.take_in(term)).collect();
        self.parts
            .refuse_slice("it is grouped after `limit` or `offset`: group first");
        self.parts.more().group = Some(keys);
        GroupBy::new(self.parts)
    }

    /// Aggregates over all rows.
    ///
    /// # Errors
    /// Those of [`all`](Self::all).
    pub fn aggregate<L: Selection<Whole<S>, At>, At>(
        &self,
        db: &dyn Executor,
        aggregates: L,
    ) -> Result<L::Row> {
        let mut query = self.clone();
        if query.parts.is_slice() || query.parts.distinct || query.parts.group().is_some() {
            query
                .parts
                .refuse("it is aggregated after `limit`, `distinct` or `group_by`: write `.subquery()` between");
        }
        query.parts.order.clear();
        query.set_columns::<_, Whole<S>, At>(aggregates);
        Query::<S, L::Row>::of(query.parts, L::read).one(db)
    }

    /// Adds a table that is made by a query of its own, and can be joined by its struct's name: a
    /// common table expression.
    pub fn with_cte<D: Source<Entity = D>, T: Scope>(mut self, query: Query<T, D>) -> Self {
        let query = self.parts.take_in_query(query.parts);
        let (table, step) = (D::TABLE, None);
        self.parts.more().with.push(With { table, query, step });
        self
    }

    /// The rows of this query and of another, each of them once.
    pub fn union<T: Scope>(self, other: Query<T, R>) -> Query<Rows<R>, R> {
        self.set(SetOperator::Union, other)
    }

    /// The rows of this query and of another, as often as they are there.
    pub fn union_all<T: Scope>(self, other: Query<T, R>) -> Query<Rows<R>, R> {
        self.set(SetOperator::UnionAll, other)
    }

    /// The rows of this query that are also those of another, each of them once.
    pub fn intersect<T: Scope>(self, other: Query<T, R>) -> Query<Rows<R>, R> {
        self.set(SetOperator::Intersect, other)
    }

    /// The rows of this query that are none of another, each of them once.
    pub fn except<T: Scope>(self, other: Query<T, R>) -> Query<Rows<R>, R> {
        self.set(SetOperator::Except, other)
    }

    fn set<T: Scope>(self, operator: SetOperator, other: Query<T, R>) -> Query<Rows<R>, R> {
        let table = self.parts.rows_table();
        let read = self.read;
        Query::of(self.parts.set(operator, other.parts, table), read)
    }
}

impl<S: Scope> Query<S> {
    /// Computed values beside every entity: a row is the entity and their values.
    pub fn annotate<L: Selection<S, At>, At>(
        mut self,
        selection: L,
    ) -> Query<S, (S::Entity, L::Row)>
    where
        S: Entities,
    {
        let mut terms = Terms::default();
        selection.into_terms(&mut terms);
        let terms = terms.0.into_iter();
        let added: Vec<_> = terms.map(|term| self.parts.take_in(term)).collect();
        self.parts.more().added = added;
        Query::of(self.parts, read_annotated::<S, L, At>)
    }
}

impl<S: Entities> Query<S> {
    /// The rows as a table of the same name, so that what follows is about the rows as they are now:
    /// a filter behind a limit, for example.
    pub fn subquery(self) -> Query<S::Mapping> {
        let table = <S::Mapping as Source>::TABLE;
        Query::of(self.parts.into_table(table), read_entity::<S::Mapping>)
    }

    /// Only rows for which a condition with window functions holds.
    pub fn qualify<At, C>(mut self, condition: C) -> Query<S::Mapping>
    where
        C: IntoCondition<S, At>,
    {
        self.parts
            .refuse_slice("it is filtered after `limit` or `offset`: filter first");
        let condition = self.parts.take_in(condition.into_condition().into_term());
        let table = <S::Mapping as Source>::TABLE;
        let order = std::mem::take(&mut self.parts.order);
        let levels = self.parts.levels_inside();
        let mut parts = Parts::over(table, Origin::Qualified(self.parts, condition), levels);
        parts.filter = Some(Node::Qualified);
        parts.order = order;
        Query::of(parts, read_entity::<S::Mapping>)
    }
}

/// A scope whose rows are entities of a mapping, as long as nothing is selected.
pub trait Entities: Scope {
    /// The mapping.
    type Mapping: Source<Entity = Self::Entity>;
}

impl<M: Source> Entities for M {
    type Mapping = M;
}

impl<M: Source> Entities for Aliased<M> {
    type Mapping = M;
}

impl<S: Entities, N: 'static> Entities for Join<S, N> {
    type Mapping = S::Mapping;
}

fn read_annotated<S: Entities, L: Selection<S, At>, At>(
    row: &dyn Row,
    at: usize,
) -> Result<(S::Entity, L::Row)> {
    let entity = read_entity::<S::Mapping>(row, at)?;
    let width = <S::Mapping as Source>::TABLE.columns.len();
    Ok((entity, L::read(row, at + width)?))
}

impl<D: FromRow> Query<D> {
    /// Rows that stand in the query itself: `VALUES`.
    pub fn values(rows: impl IntoIterator<Item = D::Values>) -> Self
    where
        D::Values: RowOfValues,
    {
        let mut rows: Vec<Vec<Node>> = rows.into_iter().map(nodes).collect();
        let empty = rows.is_empty();
        if empty {
            rows.push(vec![Node::Value(Value::Null); D::TABLE.columns.len()]);
        }
        let mut parts = Parts::over(D::TABLE, Origin::Values(rows), 1);
        if empty {
            parts.filter = Some(Node::Constant(false));
        }
        Self::of(parts, read_entity::<D>)
    }

    /// Rows that lead to further rows: a recursive common table expression. It begins with the rows of
    /// `first`; `next` is repeated, with the columns of the struct standing for the rows that were
    /// found last, until it finds none.
    pub fn recursive<S: Scope, T: Scope>(first: Query<S, D>, next: Query<T, D>) -> Self {
        Self::recursion(first, next, SetOperator::UnionAll)
    }

    /// As [`recursive`](Self::recursive), but a row that was found before is left out, so that it ends
    /// where rows lead back to themselves.
    pub fn recursive_distinct<S: Scope, T: Scope>(first: Query<S, D>, next: Query<T, D>) -> Self {
        Self::recursion(first, next, SetOperator::Union)
    }

    fn recursion<S: Scope, T: Scope>(
        first: Query<S, D>,
        next: Query<T, D>,
        operator: SetOperator,
    ) -> Self {
        let mut query = Self::new();
        let first = query.parts.take_in_query(first.parts);
        let next = query.parts.take_in_query(next.parts);
        query.parts.more().with.push(With {
            table: D::TABLE,
            query: first,
            step: Some((next, operator)),
        });
        query
    }
}

fn nodes(row: impl RowOfValues) -> Vec<Node> {
    let mut terms = Terms::default();
    row.into_terms(&mut terms);
    terms.0.into_iter().map(|term| term.node).collect()
}

/// A tuple of values that stands in a query itself.
pub trait RowOfValues {
    /// The values.
    fn into_terms(self, terms: &mut Terms);
}

macro_rules! row_of_values {
    ($($T:ident $at:tt),+) => {
        impl<$($T: ColumnType),+> RowOfValues for ($($T,)+) {
            fn into_terms(self, terms: &mut Terms) {
                $(terms.0.push(operand::value::<Any, $T, $T>(&self.$at).into_term());)+
            }
        }
    };
}

row_of_values!(A 0);
row_of_values!(A 0, B 1);
row_of_values!(A 0, B 1, C 2);
row_of_values!(A 0, B 1, C 2, D 3);
row_of_values!(A 0, B 1, C 2, D 3, E 4);
row_of_values!(A 0, B 1, C 2, D 3, E 4, F 5);
row_of_values!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
row_of_values!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);

impl<S: Scope, T: ColumnType> Query<S, T> {
    /// The value of the only row as an expression, NULL where there is none: a scalar subquery.
    #[must_use]
    pub fn scalar(self) -> Expr<Any, T::Nullable> {
        let (parts, levels) = self.into_inner();
        Expr::new(Term::above(levels, Node::Scalar(Box::new(parts))))
    }
}
