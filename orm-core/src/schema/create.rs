//! `CREATE TABLE` and `CREATE INDEX`.

use crate::driver::{Dialect, push_identifier};
use crate::error::{Error, Result};
use crate::mapping::{ColumnDef, ForeignKey, Index, ReferentialAction, Table};

/// An index that has been written: its schema, its name and its text.
pub(super) type WrittenIndex = (Option<&'static str>, String, String);

/// Appends the statements that create a table and its indexes. `indexes` are those of all tables so far,
/// whose names have to differ.
pub(super) fn table(
    table: &'static Table,
    dialect: &dyn Dialect,
    indexes: &mut Vec<WrittenIndex>,
    statements: &mut Vec<String>,
) -> Result<()> {
    statements.push(create_table(table, dialect)?);
    let single = own_columns(table)
        .filter(|(at, column)| column.indexed && !column.unique && !table.is_key(*at))
        .map(|(_, column)| single(std::slice::from_ref(&column.name)));
    let several = table.indexes.iter().filter(|index| !is_constraint(index));
    for index in single.chain(several.copied()) {
        let name = index_name(table, &index);
        let sql = create_index(table, &index, &name);
        let same_name = |(schema, other, _): &&WrittenIndex| {
            *schema == table.schema && other.eq_ignore_ascii_case(&name)
        };
        match indexes.iter().find(same_name) {
            None => {
                statements.push(sql.clone());
                indexes.push((table.schema, name, sql));
            }
            Some((_, _, other)) if *other == sql => {}
            Some(_) => return Err(same_index(table, &name)),
        }
    }
    Ok(())
}

/// The database would take the second for the first and not create it.
fn same_index(table: &'static Table, name: &str) -> Error {
    Error::InvalidMapping {
        table: table.name,
        reason: format!("two indexes are called {name}: give one of them another `name`"),
    }
}

fn create_table(table: &'static Table, dialect: &dyn Dialect) -> Result<String> {
    let mut parts = Vec::new();
    for (at, column) in own_columns(table) {
        parts.push(column_sql(table, at, column, dialect));
    }
    if !has_inline_key(table) {
        parts.push(format!(
            "PRIMARY KEY {}",
            names(table.key_columns().map(|column| column.name))
        ));
    }
    parts.extend(
        table
            .indexes
            .iter()
            .filter(|index| is_constraint(index))
            .map(unique_sql),
    );
    parts.extend(
        table
            .checks
            .iter()
            .map(|check| format!("CHECK ({})", check.sql)),
    );
    for key in table.foreign_keys {
        parts.push(foreign_key_sql(table, key)?);
    }
    let mut sql = String::from("CREATE TABLE IF NOT EXISTS ");
    table.push_name(&mut sql);
    sql.push_str(" (\n  ");
    sql.push_str(&parts.join(",\n  "));
    sql.push_str("\n)");
    sql.push_str(match (table.without_rowid, table.strict) {
        (true, true) => " WITHOUT ROWID, STRICT",
        (true, false) => " WITHOUT ROWID",
        (false, true) => " STRICT",
        (false, false) => "",
    });
    Ok(sql)
}

/// The columns that are in the table itself, and not in those of variants.
fn own_columns(table: &'static Table) -> impl Iterator<Item = (usize, &'static ColumnDef)> {
    let columns = table.columns.iter().enumerate();
    columns.filter(|(at, _)| table.holds(*at))
}

/// Whether the key is declared with its column, which is how SQLite numbers rows.
fn has_inline_key(table: &Table) -> bool {
    table.key.len() == 1
}

fn column_sql(table: &Table, at: usize, column: &ColumnDef, dialect: &dyn Dialect) -> String {
    let mut sql = quoted(column.name);
    sql.push(' ');
    sql.push_str(&dialect.column_type(column));
    if !column.nullable {
        sql.push_str(" NOT NULL");
    }
    if table.is_key(at) && has_inline_key(table) {
        sql.push_str(" PRIMARY KEY");
    } else if column.unique {
        sql.push_str(" UNIQUE");
    }
    if let Some(collation) = column.collation {
        sql.push_str(" COLLATE ");
        push_identifier(&mut sql, collation);
    }
    if let Some(default) = column.default {
        sql.extend([" DEFAULT (", default, ")"]);
    }
    if let Some(expression) = column.generated {
        sql.extend([" GENERATED ALWAYS AS (", expression, ") STORED"]);
    }
    if let Some(length) = column.length {
        sql.extend([
            " CHECK (length(",
            &quoted(column.name),
            ") <= ",
            &length.to_string(),
            ")",
        ]);
    }
    if let Some(check) = column.check {
        sql.extend([" CHECK (", check, ")"]);
    }
    sql
}

fn foreign_key_sql(table: &'static Table, key: &ForeignKey) -> Result<String> {
    let target = (key.target)();
    let referenced = key.referenced();
    let invalid = |reason: String| Error::InvalidMapping {
        table: table.name,
        reason,
    };
    if referenced.len() != key.columns.len() {
        return Err(invalid(format!(
            "it refers by {} column(s) to {}, whose key has {}",
            key.columns.len(),
            target.name,
            referenced.len(),
        )));
    }
    if !is_unique(target, referenced) {
        return Err(invalid(format!(
            "it refers to {} by {}, which are not unique there",
            target.name,
            names(referenced.iter().map(|&at| target.columns[at].name)),
        )));
    }
    if target.schema != table.schema {
        let name = target.name;
        return Err(invalid(format!(
            "it refers to {name}, which is in another schema"
        )));
    }
    let columns = || key.columns.iter().map(|&at| &table.columns[at]);
    for action in [key.on_delete, key.on_update] {
        let required = columns().find(|column| !column.nullable);
        if let (ReferentialAction::SetNull, Some(column)) = (action, required) {
            let name = column.name;
            return Err(invalid(format!(
                "{name} cannot be set to NULL: make the field an `Option`"
            )));
        }
    }
    let mut sql = format!(
        "FOREIGN KEY {} REFERENCES ",
        names(columns().map(|column| column.name))
    );
    push_identifier(&mut sql, target.name);
    sql.push(' ');
    sql.push_str(&names(referenced.iter().map(|&at| target.columns[at].name)));
    push_action(&mut sql, " ON DELETE ", key.on_delete);
    push_action(&mut sql, " ON UPDATE ", key.on_update);
    if key.deferrable {
        sql.push_str(" DEFERRABLE INITIALLY DEFERRED");
    }
    Ok(sql)
}

/// Whether no two rows of a table agree in some columns, which is what a foreign key can refer to.
fn is_unique(table: &Table, columns: &[usize]) -> bool {
    let same = |others: &[usize]| {
        others.len() == columns.len() && columns.iter().all(|at| others.contains(at))
    };
    let position = |name: &&str| table.position(name);
    let indexed = |index: &Index| {
        let positions: Option<Vec<usize>> = index.columns.iter().map(position).collect();
        index.unique && index.condition.is_none() && positions.is_some_and(|at| same(&at))
    };
    let single = matches!(columns, [at] if table.columns[*at].unique);
    single || same(table.key) || table.indexes.iter().any(indexed)
}

fn push_action(sql: &mut String, event: &str, action: ReferentialAction) {
    let action = match action {
        ReferentialAction::NoAction => return,
        ReferentialAction::Restrict => "RESTRICT",
        ReferentialAction::Cascade => "CASCADE",
        ReferentialAction::SetNull => "SET NULL",
        ReferentialAction::SetDefault => "SET DEFAULT",
    };
    sql.push_str(event);
    sql.push_str(action);
}

/// Whether a unique constraint of the table says it, so that no index has to be created.
fn is_constraint(index: &Index) -> bool {
    index.unique && index.condition.is_none()
}

fn unique_sql(index: &Index) -> String {
    let mut sql = String::new();
    if let Some(name) = index.name {
        sql.push_str("CONSTRAINT ");
        push_identifier(&mut sql, name);
        sql.push(' ');
    }
    sql.push_str("UNIQUE ");
    sql.push_str(&names(index.columns.iter().copied()));
    sql
}

fn single(columns: &'static [&'static str]) -> Index {
    Index {
        name: None,
        columns,
        unique: false,
        condition: None,
    }
}

fn create_index(table: &Table, index: &Index, name: &str) -> String {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let mut sql = format!("CREATE {unique}INDEX IF NOT EXISTS ");
    if let Some(schema) = table.schema {
        push_identifier(&mut sql, schema);
        sql.push('.');
    }
    push_identifier(&mut sql, name);
    sql.push_str(" ON ");
    push_identifier(&mut sql, table.name);
    sql.push(' ');
    sql.push_str(&names(index.columns.iter().copied()));
    if let Some(condition) = index.condition {
        sql.push_str(" WHERE ");
        sql.push_str(condition);
    }
    sql
}

/// Two underscores between the parts, so that columns `a` and `b` are told from a column `a_b`.
fn index_name(table: &Table, index: &Index) -> String {
    if let Some(name) = index.name {
        return name.to_owned();
    }
    let kind = if index.unique { "ux" } else { "ix" };
    format!("{kind}_{}__{}", table.name, index.columns.join("__"))
}

fn names<'a>(columns: impl Iterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = columns.map(quoted).collect();
    format!("({})", quoted.join(", "))
}

fn quoted(name: &str) -> String {
    let mut sql = String::new();
    push_identifier(&mut sql, name);
    sql
}
