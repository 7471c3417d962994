//! What a SQLite database says about its own tables.

use rusqlite::{Connection, Result, Row, params};

use super::words::{Word, parenthesized, words};
use crate::driver::{Reference, push_identifier};

/// Whether a key column is an alias of the rowid, so that the number of the last row inserted is the
/// key. In every other table SQLite keeps an index for the primary key, and says so.
pub(super) fn is_rowid_alias(connection: &Connection, table: &str, key: &str) -> bool {
    let sql = "SELECT EXISTS (SELECT 1 FROM pragma_table_info(?1) WHERE name = ?2 COLLATE NOCASE AND pk = 1) \
               AND NOT EXISTS (SELECT 1 FROM pragma_index_list(?1) WHERE origin = 'pk')";
    connection
        .query_row(sql, params![table, key], |row| row.get(0))
        .unwrap_or(false)
}

/// The rows of a query in each of the attached databases. `?1` is the database's name, and `{schema}` in
/// the text is its table of tables.
fn in_each_database<T>(
    connection: &Connection,
    sql: &str,
    text: &str,
    mut read: impl FnMut(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let mut databases = connection.prepare("SELECT name FROM pragma_database_list")?;
    let databases = databases.query_map([], |row| row.get::<_, String>(0))?;
    let mut found = Vec::new();
    for database in databases {
        let database = database?;
        let mut schema = String::new();
        push_identifier(&mut schema, &database);
        schema.push_str(".sqlite_schema");
        let mut statement = connection.prepare(&sql.replace("{schema}", &schema))?;
        let mut rows = statement.query(params![database, text])?;
        while let Some(row) = rows.next()? {
            found.push(read(row)?);
        }
    }
    Ok(found)
}

/// The foreign keys of a table, and those that refer to it.
pub(super) fn references(connection: &Connection, table: &str) -> Result<Vec<Reference>> {
    let sql = r#"SELECT m.name, f.id, f."table", f."from",
            coalesce(f."to", (SELECT p.name FROM pragma_table_info(f."table", ?1) p WHERE p.pk = f.seq + 1)),
            f.on_delete IN ('CASCADE', 'SET NULL', 'SET DEFAULT')
        FROM {schema} m JOIN pragma_foreign_key_list(m.name, ?1) f
        WHERE m.type = 'table' AND (m.name = ?2 COLLATE NOCASE OR f."table" = ?2 COLLATE NOCASE)
        ORDER BY m.name, f.id, f.seq"#;
    let columns = in_each_database(connection, sql, table, |row| {
        let id: i64 = row.get(1)?;
        let reference = Reference {
            from: row.get(0)?,
            from_columns: vec![row.get(3)?],
            to: row.get(2)?,
            to_columns: vec![row.get(4)?],
            follows: row.get(5)?,
        };
        Ok((id, reference))
    })?;
    let mut references: Vec<(i64, Reference)> = Vec::new();
    for (id, column) in columns {
        match references.last_mut() {
            Some((last, reference)) if *last == id && reference.from == column.from => {
                reference.from_columns.extend(column.from_columns);
                reference.to_columns.extend(column.to_columns);
            }
            _ => references.push((id, column)),
        }
    }
    Ok(references
        .into_iter()
        .map(|(_, reference)| reference)
        .collect())
}

/// The table and the column that SQLite reports as `table.column`, both of which may contain dots.
pub(super) fn column_reported(
    connection: &Connection,
    table: &str,
    reported: &str,
) -> Result<Option<(String, String)>> {
    let sql = "SELECT m.name, c.name FROM {schema} m JOIN pragma_table_xinfo(m.name, ?1) c \
               WHERE m.type = 'table' AND m.name || '.' || c.name = ?2";
    let found = in_each_database(connection, sql, reported, |row| {
        Ok((row.get::<_, String>(0)?, row.get(1)?))
    })?;
    let of_table =
        |(name, _): &(String, String)| table.is_empty() || name.eq_ignore_ascii_case(table);
    Ok(found.into_iter().find(of_table))
}

/// The table and the columns of the unique index that SQLite reports as `table.column, table.column`.
pub(super) fn unique_reported(
    connection: &Connection,
    table: &str,
    reported: &str,
) -> Result<Option<(String, Vec<String>)>> {
    let sql = r#"SELECT m.name, l.name, i.name
        FROM {schema} m JOIN pragma_index_list(m.name, ?1) l JOIN pragma_index_info(l.name, ?1) i
        WHERE m.type = 'table' AND l."unique" AND i.name IS NOT NULL AND instr(?2, m.name || '.') = 1
        ORDER BY m.name, l.seq, i.seqno"#;
    let columns = in_each_database(connection, sql, reported, |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?;
    let mut indexes: Vec<(String, String, Vec<String>)> = Vec::new();
    for (of, index, column) in columns {
        match indexes.last_mut() {
            Some(last) if last.0 == of && last.1 == index => last.2.push(column),
            _ => indexes.push((of, index, vec![column])),
        }
    }
    let said = |of: &str, columns: &[String]| {
        let names: Vec<String> = columns
            .iter()
            .map(|column| format!("{of}.{column}"))
            .collect();
        names.join(", ") == reported
    };
    let found = indexes.into_iter().find(|(of, _, columns)| {
        (table.is_empty() || of.eq_ignore_ascii_case(table)) && said(of, columns)
    });
    if let Some((of, _, columns)) = found {
        return Ok(Some((of, columns)));
    }
    // The key that is the rowid has no index.
    let key = column_reported(connection, table, reported)?;
    Ok(key.map(|(of, column)| (of, vec![column])))
}

/// The table and the columns of an index. Where it indexes an expression, the columns are those that
/// the expression names.
pub(super) fn index_columns(
    connection: &Connection,
    index: &str,
) -> Result<Option<(String, Vec<String>)>> {
    let sql =
        "SELECT ?1, tbl_name, coalesce(sql, '') FROM {schema} WHERE type = 'index' AND name = ?2";
    let found = in_each_database(connection, sql, index, |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?;
    let Some((database, table, sql)): Option<(String, String, String)> = found.into_iter().next()
    else {
        return Ok(None);
    };
    let words = words(&sql);
    let open = words
        .iter()
        .position(|(word, ..)| *word == Word::Symbol('('));
    let indexed = open.and_then(|open| parenthesized(&sql, &words, open));
    let columns = columns_named_in(connection, &database, &table, indexed.unwrap_or_default())?;
    Ok(Some((table, columns)))
}

/// The columns of a table that a piece of SQL names, in the order of the table.
fn columns_named_in(
    connection: &Connection,
    database: &str,
    table: &str,
    sql: &str,
) -> Result<Vec<String>> {
    let words = words(sql);
    let named = |column: &String| {
        let is_column =
            |word: &Word| matches!(word, Word::Name(name) if name.eq_ignore_ascii_case(column));
        words.iter().any(|(word, ..)| is_column(word))
    };
    let mut statement = connection.prepare("SELECT name FROM pragma_table_xinfo(?1, ?2)")?;
    let columns = statement.query_map([table, database], |row| row.get::<_, String>(0))?;
    let columns = columns.collect::<Result<Vec<String>>>()?;
    Ok(columns.into_iter().filter(named).collect())
}

/// A check constraint.
pub(super) struct Check {
    pub(super) table: String,
    /// The columns that the condition names.
    pub(super) columns: Vec<String>,
    /// The name, or the condition if it has none.
    pub(super) constraint: String,
}

/// The check constraint that SQLite reports by its name, or by its condition if it has none. If the table
/// is not known and several have such a constraint, none is meant.
pub(super) fn check_constraint(
    connection: &Connection,
    table: &str,
    reported: &str,
) -> Result<Option<Check>> {
    let sql = "SELECT ?1, name, sql FROM {schema} \
               WHERE type = 'table' AND (?2 = '' OR name = ?2 COLLATE NOCASE)";
    let tables = in_each_database(connection, sql, table, |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?;
    let mut found =
        tables
            .into_iter()
            .filter_map(|(database, table, sql): (String, String, String)| {
                let (constraint, condition) = constraint_reported(&sql, reported)?;
                Some((database, table, constraint, condition))
            });
    let Some((database, name, constraint, condition)) = found.next() else {
        return Ok(None);
    };
    if table.is_empty() && found.next().is_some() {
        return Ok(None);
    }
    let columns = columns_named_in(connection, &database, &name, &condition)?;
    Ok(Some(Check {
        table: name,
        columns,
        constraint,
    }))
}

/// The check constraint in a CREATE TABLE statement that SQLite reports so, and its condition.
///
/// SQLite takes the quotes off a condition that begins with a quoted name, and the rest of it too.
fn constraint_reported(sql: &str, reported: &str) -> Option<(String, String)> {
    let words = words(sql);
    let mut unnamed = None;
    for at in 0..words.len() {
        if !words[at].0.is_keyword("check") {
            continue;
        }
        let Some(condition) = parenthesized(sql, &words, at + 1) else {
            continue;
        };
        let condition = condition.trim().to_owned();
        let named = at >= 2 && words[at - 2].0.is_keyword("constraint");
        match &words[at.saturating_sub(1)].0 {
            Word::Name(name) | Word::Function(name) if named && name == reported => {
                return Some((name.clone(), condition));
            }
            _ if named => {}
            _ if condition == reported || begins_with_quoted(&condition, reported) => {
                unnamed = Some((condition.clone(), condition));
            }
            _ => {}
        }
    }
    unnamed
}

fn begins_with_quoted(condition: &str, name: &str) -> bool {
    let quoted = condition.starts_with(['"', '`', '[']);
    quoted && matches!(words(condition).first(), Some((Word::Name(first), ..)) if first == name)
}
