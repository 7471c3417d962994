//! Statements.

use super::group::Groups;
use super::operator::Binding;
use super::{Names, Writer, joined};
use crate::driver::{IndexHint, push_identifier};
use crate::error::{Error, Result};
use crate::mapping::Table;
use crate::query::node::{ColumnRef, Node};
use crate::query::order::{Direction, Nulls, OrderTerm};
use crate::query::parts::{self, Index, JoinKind, JoinTerm, Origin, Parts, SetOperator};

/// The name of the condition beside each row of a query whose rows are qualified by it.
const QUALIFIED: &str = r#""orm_qualified""#;

/// What a `SELECT` is wanted for.
#[derive(Debug, Clone, Copy)]
pub(in crate::query) enum Select<'q> {
    /// What the query selects.
    Rows,
    /// The same under the names of the table's columns, and a condition beside each row.
    Qualified(&'q Node),
    /// The same, under the names of a table's columns.
    Named(&'static Table),
    /// Only whether there are rows.
    One,
    /// How many rows there are.
    Count,
    /// The primary keys of its table.
    Keys,
}

impl<'q> Writer<'q> {
    /// A whole query.
    pub(in crate::query) fn select(&mut self, query: &'q Parts, select: Select<'q>) -> Result<()> {
        query.check()?;
        if let (true, Some(Origin::Query(inside)), Select::Rows) =
            (query.is_bare(), query.origin(), select)
        {
            return self.select(inside, Select::Named(query.table));
        }
        let place = std::mem::take(&mut self.place);
        self.with(query)?;
        self.table = query.table;
        self.names = self.names_in(query);
        self.push("SELECT ");
        self.comments(query);
        self.alike = std::mem::take(&mut self.alike) || query.distinct;
        if query.distinct {
            self.push("DISTINCT ");
        }
        let groups = query.group().map(|keys| Groups::new(keys, self));
        self.selected(query, select);
        self.alike = false;
        self.push(" FROM ");
        self.origin(query, select)?;
        self.joins(query);
        let joined = self.sql.len();
        self.filter(query)?;
        if let Some(groups) = &groups {
            self.groups(query, groups)?;
        }
        if !matches!(select, Select::Count) {
            self.orders_of(query, groups.as_ref());
        }
        self.slice(query);
        if !matches!(select, Select::Count | Select::One) {
            self.lock(query)?;
        }
        self.join_reached(joined);
        self.place = place;
        self.outcome()
    }

    /// How many rows a query has.
    pub(in crate::query) fn count(&mut self, query: &'q Parts) -> Result<()> {
        let simple = !query.is_slice() && !query.distinct && query.group().is_none();
        if simple {
            return self.select(query, Select::Count);
        }
        self.push("SELECT count(*) FROM (");
        self.select(query, for_rows(query))?;
        self.push(") AS \"rows\"");
        Ok(())
    }

    /// Whether a query has rows.
    pub(in crate::query) fn has_rows(&mut self, query: &'q Parts) -> Result<()> {
        self.push("SELECT EXISTS (");
        if query.distinct {
            // SQLite takes the rows behind an EXISTS for all different, and then skips too few.
            self.push("SELECT 1 FROM (");
            self.select(query, Select::Rows)?;
            self.push(") AS \"rows\"");
        } else {
            self.select(query, for_rows(query))?;
        }
        self.push(")");
        Ok(())
    }

    /// The condition for the rows of a table that a query has, where they are changed. A part of the
    /// rows, or rows from elsewhere, are found by their keys.
    pub(in crate::query) fn changed_rows(&mut self, query: &'q Parts) -> Result<()> {
        let is_plain = query.origin().is_none() && query.joins().is_empty();
        if is_plain && !query.is_slice() && !joined::is_filtered(query) {
            query.check()?;
            if self.filter_without_joins(query)? {
                return Ok(());
            }
        }
        self.push(" WHERE ");
        self.written_table(query.table).push_key(&mut self.sql);
        self.push(" IN (");
        let target = std::mem::take(&mut self.names);
        self.select(query, Select::Keys)?;
        self.names = target;
        self.push(")");
        Ok(())
    }

    /// The common tables of a query.
    pub(in crate::query) fn with(&mut self, query: &'q Parts) -> Result<()> {
        let tables = query.with();
        if tables.is_empty() {
            return Ok(());
        }
        let recursive = tables.iter().any(|with| with.step.is_some());
        self.push(if recursive {
            "WITH RECURSIVE "
        } else {
            "WITH "
        });
        for (nth, with) in tables.iter().enumerate() {
            self.push(if nth == 0 { "" } else { ", " });
            with.table.push_name(&mut self.sql);
            self.push(" (");
            self.names_of(with.table, 0..with.table.columns.len());
            self.push(") AS (");
            self.operand(&with.query, Select::Rows)?;
            if let Some((step, operator)) = &with.step {
                self.push(set_operator(*operator));
                self.operand(step, Select::Rows)?;
            }
            self.push(")");
        }
        self.push(" ");
        Ok(())
    }

    fn comments(&mut self, query: &Parts) {
        let comments = query.more.as_ref().map_or(&[][..], |more| &more.comments);
        for comment in comments {
            self.push("/* ");
            self.push(comment);
            self.push(" */ ");
        }
    }

    fn selected(&mut self, query: &'q Parts, select: Select<'q>) {
        let qualifier = query.alias().unwrap_or(query.table.name);
        match select {
            Select::One => self.push("1"),
            Select::Count => self.push("count(*)"),
            Select::Keys => {
                self.columns(query.table, qualifier, query.table.key.iter().copied());
            }
            Select::Rows => self.row(query, qualifier, None),
            Select::Named(table) => self.row(query, qualifier, Some(table)),
            Select::Qualified(condition) => {
                self.row(query, qualifier, Some(query.table));
                self.push(", ");
                self.node(condition, Binding::Or);
                self.push(" AS ");
                self.push(QUALIFIED);
            }
        }
    }

    /// What a query selects, under the names of a table's columns where there is one.
    fn row(&mut self, query: &'q Parts, qualifier: &'static str, names: Option<&'static Table>) {
        match query.columns() {
            Some(nodes) => self.nodes(nodes, names),
            None if query.table.columns.is_empty() => self.push("*"),
            None => {
                self.columns(query.table, qualifier, 0..query.table.columns.len());
                self.beside(query.added(), names.is_some());
            }
        }
    }

    /// The values beside the columns of a row, under names if a query around uses them.
    fn beside(&mut self, added: &'q [Node], named: bool) {
        for (nth, node) in added.iter().enumerate() {
            self.push(", ");
            self.nodes(std::slice::from_ref(node), None);
            if named {
                self.push(" AS ");
                self.push(&added_name(nth));
            }
        }
    }

    fn nodes(&mut self, nodes: &'q [Node], names: Option<&'static Table>) {
        for (nth, node) in nodes.iter().enumerate() {
            self.push(if nth == 0 { "" } else { ", " });
            self.node(node, Binding::Or);
            if self.alike {
                self.collated(self.collation(node));
            }
            if let Some(table) = names
                && nth < table.columns.len()
            {
                self.push(" AS ");
                table.push_column_name(&mut self.sql, nth);
            }
        }
    }

    fn columns(
        &mut self,
        table: &'static Table,
        qualifier: &'static str,
        columns: impl Iterator<Item = usize>,
    ) {
        for (nth, at) in columns.enumerate() {
            self.push(if nth == 0 { "" } else { ", " });
            let alias = (qualifier != table.name).then_some(qualifier);
            self.qualifier(ColumnRef::new(table, at).of(alias));
            self.push(".");
            table.push_column_name(&mut self.sql, at);
            if self.alike {
                self.collated(self.collation_of(table.columns[at].ty));
            }
        }
    }

    /// Where the rows come from. What has no names of its own takes those that are asked for.
    fn origin(&mut self, query: &'q Parts, select: Select<'q>) -> Result<()> {
        let Some(origin) = query.origin() else {
            self.rows_of(query.table, query.alias());
            return self.index(query);
        };
        let table = match select {
            Select::Named(asked_for) if query.table.columns.is_empty() => asked_for,
            _ => query.table,
        };
        let names = std::mem::take(&mut self.names);
        self.push("(");
        match origin {
            Origin::Query(inside) => self.select(inside, Select::Named(table))?,
            Origin::Qualified(inside, condition) => {
                self.select(inside, Select::Qualified(condition))?;
            }
            Origin::Set(operator, queries) => self.set(*operator, queries, table)?,
            Origin::Values(rows) => self.values(query.table, rows),
        }
        self.push(") AS ");
        push_identifier(&mut self.sql, query.table.name);
        self.table = query.table;
        self.names = names;
        Ok(())
    }

    /// A table in FROM or JOIN, and what the query calls it.
    fn rows_of(&mut self, table: &'static Table, alias: Option<&'static str>) {
        let renamed = self.names.renamed.as_deref();
        match (alias, renamed.filter(|_| self.names.first == table.name)) {
            (None, None) => table.push_rows(&mut self.sql),
            (None, Some(renamed)) => {
                table.push_source(&mut self.sql);
                self.sql.push_str(" AS ");
                push_identifier(&mut self.sql, renamed);
            }
            (Some(alias), _) => {
                table.push_source(&mut self.sql);
                self.push(" AS ");
                self.alias(alias);
            }
        }
    }

    fn index(&mut self, query: &Parts) -> Result<()> {
        let Some(index) = query.more.as_ref().and_then(|more| more.index) else {
            return Ok(());
        };
        let (hint, name) = match index {
            Index::Named(name) => (IndexHint::Use, name),
            Index::None => (IndexHint::None, ""),
        };
        if query.table.is_joined() {
            return Err(parts::invalid(query.table, joined::HINT));
        }
        let Some(sql) = self.dialect.index_hint(hint) else {
            return Err(self.unsupported("index hints"));
        };
        let (before, behind) = sql.split_once("{}").unwrap_or((sql, ""));
        self.push(before);
        if hint == IndexHint::Use {
            if name.contains('\0') {
                let reason = "the name of an index contains a NUL character";
                return Err(Error::InvalidIdentifier { reason });
            }
            push_identifier(&mut self.sql, name);
        }
        self.push(behind);
        Ok(())
    }

    pub(super) fn qualified(&mut self) {
        push_identifier(&mut self.sql, self.table.name);
        self.push(".");
        self.push(QUALIFIED);
    }

    pub(super) fn added(&mut self, at: usize) {
        push_identifier(&mut self.sql, self.table.name);
        self.push(".");
        self.push(&added_name(at));
    }

    fn set(
        &mut self,
        operator: SetOperator,
        queries: &'q [Parts],
        table: &'static Table,
    ) -> Result<()> {
        for (nth, query) in queries.iter().enumerate() {
            self.push(if nth == 0 { "" } else { set_operator(operator) });
            self.alike = operator != SetOperator::UnionAll;
            // The first names the columns of all.
            let named = nth == 0 && !table.columns.is_empty();
            self.operand(
                query,
                if named {
                    Select::Named(table)
                } else {
                    Select::Rows
                },
            )?;
        }
        Ok(())
    }

    /// A query as one of several, where an order or a limit would be taken for that of all.
    fn operand(&mut self, query: &'q Parts, select: Select<'q>) -> Result<()> {
        let names = std::mem::take(&mut self.names);
        if is_simple(query) {
            self.select(query, select)?;
        } else {
            self.push("SELECT * FROM (");
            self.select(query, select)?;
            self.push(")");
        }
        self.names = names;
        Ok(())
    }

    fn values(&mut self, table: &'static Table, rows: &'q [Vec<Node>]) {
        self.push("SELECT ");
        for at in 0..table.columns.len() {
            self.push(if at == 0 { "" } else { ", " });
            self.push(&format!("\"column{}\" AS ", at + 1));
            table.push_column_name(&mut self.sql, at);
        }
        self.push(" FROM (VALUES ");
        for (nth, row) in rows.iter().enumerate() {
            self.push(if nth == 0 { "" } else { ", " });
            self.listed("(", row);
        }
        self.push(")");
    }

    /// The names of the tables of a query.
    fn names_in(&mut self, query: &Parts) -> Names {
        let mut names = Names {
            first: query.alias().unwrap_or(query.table.name),
            can_reach: true,
            ..Names::default()
        };
        if query.is_renamed() && self.around.iter().any(|around| around.hide(names.first)) {
            names.renamed = Some(self.another_name(query));
        }
        for join in query.joins() {
            let name = join.name();
            if names.hide(name) {
                let reason =
                    "two tables of the query have its name: give one of them another alias";
                self.refuse(|_| parts::invalid(join.table, reason));
            }
            names.joined.push(name);
        }
        names
    }

    /// A name that no table of a query has, nor of those around.
    fn another_name(&mut self, query: &Parts) -> String {
        loop {
            self.renamed += 1;
            let name = format!("orm_{}", self.renamed);
            let mut joined = query.joins().iter().map(JoinTerm::name);
            let is_taken = joined.any(|joined| joined.eq_ignore_ascii_case(&name))
                || self.around.iter().any(|around| around.hide(&name));
            if !is_taken {
                return name;
            }
        }
    }

    fn joins(&mut self, query: &'q Parts) {
        // What is reached by the condition of a join would have to stand before it.
        self.names.can_reach = false;
        for join in query.joins() {
            self.join(join);
        }
        self.names.can_reach = true;
    }

    fn join(&mut self, join: &'q JoinTerm) {
        self.push(match join.kind {
            JoinKind::Inner => " JOIN ",
            JoinKind::Left => " LEFT JOIN ",
            JoinKind::Cross => " CROSS JOIN ",
        });
        self.rows_of(join.table, join.alias);
        if let Some(on) = &join.on {
            self.push(" ON ");
            self.without_windows("a window function stands in a join", on);
        }
    }

    pub(in crate::query) fn filter(&mut self, query: &'q Parts) -> Result<()> {
        let Some(filter) = &query.filter else {
            return Ok(());
        };
        self.push(" WHERE ");
        let reason = "a window function stands in `filter`: use `qualify`";
        self.without_windows(reason, filter);
        self.outcome()
    }

    fn groups(&mut self, query: &'q Parts, groups: &Groups<'_>) -> Result<()> {
        let selected = query.columns().unwrap_or_default();
        let having = query.more.as_ref().and_then(|more| more.having.as_ref());
        let orders = query.order.iter().map(|term| &term.node);
        let all = selected.iter().chain(having).chain(orders);
        for node in all {
            if let Some(column) = groups.stray(node) {
                return Err(Error::UngroupedColumn {
                    table: column.table.name,
                    column: column.table.columns[column.at].name,
                });
            }
        }
        for (nth, key) in query.group().unwrap_or_default().iter().enumerate() {
            if has_window(key) {
                self.misuse(
                    "a window function stands in `group_by`: select it and write `.rows_as()` between",
                );
            }
            self.push(if nth == 0 { " GROUP BY " } else { ", " });
            self.key_or_position(key, groups, selected);
        }
        if let Some(having) = having {
            self.push(" HAVING ");
            self.without_windows("a window function stands in `having`", having);
        }
        Ok(())
    }

    /// A key, or its position among what is selected where it has values in it.
    fn key_or_position(&mut self, key: &'q Node, groups: &Groups<'_>, selected: &[Node]) {
        match groups.position(key, selected) {
            Some(position) => self.push(&(position + 1).to_string()),
            None => self.sorted(key),
        }
    }

    fn orders_of(&mut self, query: &'q Parts, groups: Option<&Groups<'_>>) {
        let (Some(groups), Some(selected)) = (groups, query.columns()) else {
            return self.orders(&query.order);
        };
        for (nth, term) in query.order.iter().enumerate() {
            self.push(if nth == 0 { " ORDER BY " } else { ", " });
            self.key_or_position(&term.node, groups, selected);
            self.direction(term);
        }
    }

    pub(super) fn orders(&mut self, orders: &'q [OrderTerm]) {
        if !orders.is_empty() {
            self.push(" ORDER BY ");
            self.order_list(orders);
        }
    }

    pub(super) fn order_list(&mut self, orders: &'q [OrderTerm]) {
        for (nth, term) in orders.iter().enumerate() {
            self.push(if nth == 0 { "" } else { ", " });
            self.sorted(&term.node);
            self.direction(term);
        }
    }

    /// An expression by which rows are sorted or grouped, with the collation of its type if there is one.
    fn sorted(&mut self, node: &'q Node) {
        if self.collation(node).is_some() {
            self.compared(node);
        } else {
            self.node(node, Binding::Or);
        }
    }

    fn direction(&mut self, term: &OrderTerm) {
        self.push(match term.direction {
            Direction::Ascending => "",
            Direction::Descending => " DESC",
        });
        self.push(match term.nulls {
            Nulls::Unspecified => "",
            Nulls::First => " NULLS FIRST",
            Nulls::Last => " NULLS LAST",
        });
    }

    fn slice(&mut self, query: &Parts) {
        if !query.is_slice() {
            return;
        }
        let largest = i64::MAX.unsigned_abs();
        let limit = query.limit.map_or(largest, |limit| limit.min(largest));
        self.push(" LIMIT ");
        self.number(limit);
        if query.offset > 0 {
            self.push(" OFFSET ");
            self.number(query.offset.min(largest));
        }
    }

    /// A number as text: a bound limit would make SQLite prepare the statement anew each time.
    fn number(&mut self, number: u64) {
        self.push(&number.to_string());
    }

    fn lock(&mut self, query: &Parts) -> Result<()> {
        let Some((lock, wait)) = query.more.as_ref().and_then(|more| more.lock) else {
            return Ok(());
        };
        match self.dialect.lock(lock, wait) {
            Some(sql) => {
                self.push(sql);
                Ok(())
            }
            None => Err(self.unsupported("locks on rows")),
        }
    }
}

fn added_name(at: usize) -> String {
    format!("\"orm_added_{at}\"")
}

/// What a query has to select so that its rows can be counted: what groups and different rows are told
/// by is among what they select.
fn for_rows<'q>(query: &Parts) -> Select<'q> {
    if query.distinct || query.group().is_some() {
        return Select::Rows;
    }
    Select::One
}

/// Whether a query can stand in a set without parentheses around it.
fn is_simple(query: &Parts) -> bool {
    let with = !query.with().is_empty();
    let inside = match query.origin() {
        Some(Origin::Query(inside)) if query.is_bare() => is_simple(inside),
        _ => true,
    };
    query.order.is_empty() && !query.is_slice() && !with && inside
}

fn has_window(node: &Node) -> bool {
    matches!(node, Node::Window(_)) || node.children().into_iter().any(has_window)
}

fn set_operator(operator: SetOperator) -> &'static str {
    match operator {
        SetOperator::Union => " UNION ",
        SetOperator::UnionAll => " UNION ALL ",
        SetOperator::Intersect => " INTERSECT ",
        SetOperator::Except => " EXCEPT ",
    }
}
