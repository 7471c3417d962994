//! Tables that are joined because their columns are used.

use super::Writer;
use crate::driver::push_identifier;
use crate::error::Result;
use crate::query::parts::Parts;
use crate::query::path::{Before, Path};

impl<'q> Writer<'q> {
    /// Joins the table at the end of a way, and those on the way, as far as they are not joined yet.
    pub(super) fn reach(&mut self, path: &'static Path) {
        if self.names.at_end(path).is_some() {
            return;
        }
        if !self.names.can_reach {
            return self.misuse(
                "a related column stands where its table cannot be joined: use a subquery",
            );
        }
        if path.is_scoped() {
            return self.misuse(
                "a column of a relation with a scope is used, and a join knows nothing of the scope: use `any`, `count` or an aggregate, or a relation without scope",
            );
        }
        match path.before {
            Before::Path(before) => self.reach(before),
            Before::Table(table) if self.names.contain(table.name) => {}
            Before::Table(table) => return self.refuse_table(table),
        }
        let name = self.free_name(path.alias);
        let join = self.join_of(path, &name);
        self.names.reached.push_str(&join);
        self.names.ways.push((path, name));
    }

    /// A name that no other table has, in this query or in those around.
    fn free_name(&self, name: &str) -> String {
        let mut name = name.to_owned();
        let all = self.around.iter().chain([&self.names]);
        while all.clone().any(|names| names.hide(&name)) {
            name.push('_');
        }
        name
    }

    fn join_of(&self, path: &Path, name: &str) -> String {
        let step = &path.step;
        let mut sql = String::from(if path.is_outer() {
            " LEFT JOIN "
        } else {
            " JOIN "
        });
        step.table.push_source(&mut sql);
        sql.push_str(" AS ");
        push_identifier(&mut sql, name);
        let before = match path.before {
            Before::Table(table) => self.names.shown(table.name),
            Before::Path(path) => self.names.at_end(path).unwrap_or(path.alias),
        };
        let columns = step.to.iter().zip(step.from);
        for (nth, (&to, &from)) in columns.enumerate() {
            sql.push_str(if nth == 0 { " ON " } else { " AND " });
            push_identifier(&mut sql, name);
            sql.push('.');
            step.table.push_column_name(&mut sql, to);
            sql.push_str(" = ");
            push_identifier(&mut sql, before);
            sql.push('.');
            path.before.table().push_column_name(&mut sql, from);
        }
        if let Some(tag) = step.tag {
            sql.push_str(" AND ");
            push_identifier(&mut sql, name);
            sql.push('.');
            step.table.push_column_name(&mut sql, tag.column);
            sql.push_str(" = ");
            push_text(&mut sql, tag.value);
        }
        sql
    }

    /// Puts the joins of what was reached where the other joins end.
    pub(super) fn join_reached(&mut self, position: usize) {
        let reached = std::mem::take(&mut self.names.reached);
        if !reached.is_empty() {
            self.sql.insert_str(position, &reached);
        }
    }

    /// The filter of a statement to which nothing can be joined. If it has to reach other tables, nothing
    /// is written and the answer is `false`.
    pub(super) fn filter_without_joins(&mut self, query: &'q Parts) -> Result<bool> {
        let (sql, params) = (self.sql.len(), self.params.0.len());
        self.names.can_reach = true;
        let written = self.filter(query);
        self.names.can_reach = false;
        written?;
        if std::mem::take(&mut self.names.reached).is_empty() {
            return Ok(true);
        }
        self.names.ways.clear();
        self.sql.truncate(sql);
        self.params.0.truncate(params);
        Ok(false)
    }
}

/// A fixed text of the program as a literal.
fn push_text(sql: &mut String, text: &str) {
    sql.extend(["'", &text.replace('\'', "''"), "'"]);
}
