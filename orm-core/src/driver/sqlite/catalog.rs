//! What a SQLite database says about its own tables.

use rusqlite::{Connection, OptionalExtension, Result, params};

use crate::driver::Reference;

/// Whether a key column is an alias of the rowid, so that the number of the last row inserted is the
/// key. In every other table SQLite keeps an index for the primary key, and says so.
pub(super) fn is_rowid_alias(connection: &Connection, table: &str, key: &str) -> bool {
    let sql = "SELECT EXISTS (SELECT 1 FROM pragma_table_info(?1) WHERE name = ?2 COLLATE NOCASE AND pk = 1) \
               AND NOT EXISTS (SELECT 1 FROM pragma_index_list(?1) WHERE origin = 'pk')";
    connection
        .query_row(sql, params![table, key], |row| row.get(0))
        .unwrap_or(false)
}

/// The foreign keys of a table, and those that refer to it.
pub(super) fn references(connection: &Connection, table: &str) -> Result<Vec<Reference>> {
    let mut statement = connection.prepare(
        r#"SELECT m.name, f.id, f."table", f."from",
                  coalesce(f."to", (SELECT p.name FROM pragma_table_info(f."table") p WHERE p.pk = f.seq + 1))
           FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f
           WHERE m.type = 'table' AND (m.name = ?1 COLLATE NOCASE OR f."table" = ?1 COLLATE NOCASE)
           ORDER BY m.name, f.id, f.seq"#,
    )?;
    let mut rows = statement.query([table])?;
    let mut references: Vec<Reference> = Vec::new();
    let mut last = None;
    while let Some(row) = rows.next()? {
        let (from, id): (String, i64) = (row.get(0)?, row.get(1)?);
        let (from_column, to_column): (String, String) = (row.get(3)?, row.get(4)?);
        let same = last == Some((from.clone(), id));
        last = Some((from.clone(), id));
        match references.last_mut() {
            Some(reference) if same => {
                reference.from_columns.push(from_column);
                reference.to_columns.push(to_column);
            }
            _ => references.push(Reference {
                from,
                from_columns: vec![from_column],
                to: row.get(2)?,
                to_columns: vec![to_column],
            }),
        }
    }
    Ok(references)
}

/// The table and the columns of an index. Where it indexes an expression, the columns are those that
/// the expression names.
pub(super) fn index_columns(
    connection: &Connection,
    index: &str,
) -> Result<Option<(String, Vec<String>)>> {
    let found = connection
        .query_row(
            "SELECT tbl_name, coalesce(sql, '') FROM sqlite_schema WHERE type = 'index' AND name = ?1",
            [index],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let Some((table, sql)): Option<(String, String)> = found else {
        return Ok(None);
    };
    let indexed = sql.split_once('(').map_or("", |(_, rest)| rest);
    let columns = columns_named_in(connection, &table, indexed)?;
    Ok(Some((table, columns)))
}

/// The columns of a table that a piece of SQL names, in the order of the table.
pub(super) fn columns_named_in(
    connection: &Connection,
    table: &str,
    sql: &str,
) -> Result<Vec<String>> {
    let mut statement = connection.prepare("SELECT name FROM pragma_table_xinfo(?1)")?;
    let columns = statement.query_map([table], |row| row.get::<_, String>(0))?;
    let mut named = Vec::new();
    for column in columns {
        let column = column?;
        if names(sql, &column) {
            named.push(column);
        }
    }
    Ok(named)
}

/// Whether SQL text contains a name as a word of its own.
fn names(sql: &str, name: &str) -> bool {
    let sql = sql.to_lowercase();
    let name = name.to_lowercase();
    let part_of_word = |character: char| character.is_alphanumeric() || character == '_';
    sql.match_indices(&name).any(|(at, _)| {
        let before = sql[..at].chars().next_back();
        let after = sql[at + name.len()..].chars().next();
        !before.is_some_and(part_of_word) && !after.is_some_and(part_of_word)
    })
}

/// The table with a check constraint, and the condition. SQLite reports the constraint's name, or the
/// text of the condition if it has none.
pub(super) fn check_constraint(
    connection: &Connection,
    table: &str,
    reported: &str,
) -> Result<Option<(String, String)>> {
    let mut statement = connection.prepare(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND instr(sql, ?1) > 0 \
         AND (?2 = '' OR name = ?2 COLLATE NOCASE)",
    )?;
    let found = statement
        .query_row(params![reported, table], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    Ok(found.map(|(table, sql): (String, String)| {
        let condition = condition_of(&sql, reported).unwrap_or(reported).to_owned();
        (table, condition)
    }))
}

/// The condition of the named check constraint in a CREATE TABLE statement.
fn condition_of<'a>(sql: &'a str, name: &str) -> Option<&'a str> {
    let at = sql.find(name)? + name.len();
    let rest = sql[at..]
        .trim_start_matches(['"', '`', ']', '\''])
        .trim_start();
    let keyword = rest.get(..5)?;
    if !keyword.eq_ignore_ascii_case("check") {
        return None;
    }
    let open = rest.find('(')?;
    let mut depth = 0_usize;
    for (at, character) in rest[open..].char_indices() {
        match character {
            '(' => depth += 1,
            ')' if depth == 1 => return rest.get(open + 1..open + at),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}
