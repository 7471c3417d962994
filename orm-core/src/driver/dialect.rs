//! How a database wants its SQL, where databases differ.

use std::borrow::Cow;

use crate::value::ColumnDef;

/// The differences between the databases' SQL. What is not asked here is the same for all of them.
pub trait Dialect: Send + Sync {
    /// The database's name, as in a URL.
    fn name(&self) -> &'static str;

    /// The type of a column, in the database's words.
    fn column_type(&self, column: &ColumnDef) -> Cow<'static, str>;

    /// How text is compared with a pattern, upper case apart from lower case.
    fn pattern_style(&self) -> PatternStyle;
}

/// Appends a name in double quotes, the way every database takes it.
pub fn push_identifier(sql: &mut String, name: &str) {
    sql.push('"');
    if name.contains('"') {
        sql.push_str(&name.replace('"', "\"\""));
    } else {
        sql.push_str(name);
    }
    sql.push('"');
}

/// How a database compares text with a pattern, upper case apart from lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PatternStyle {
    /// `GLOB` with `*` and `?`, each escaped by brackets.
    Glob,
    /// `LIKE` with `%` and `_`, each escaped by a backslash.
    Like,
}
