//! Regular expressions, which SQLite has an operator for and no function.

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

/// Gives a connection the function behind [`Function::Regex`](crate::driver::Function::Regex).
#[cfg(feature = "regex")]
pub(super) fn register(connection: &Connection, flags: FunctionFlags) -> rusqlite::Result<()> {
    use regex::Regex;
    use rusqlite::types::ValueRef;

    connection.create_scalar_function("orm_regexp", 2, flags, |cx| {
        let (ValueRef::Text(_), ValueRef::Text(_)) = (cx.get_raw(0), cx.get_raw(1)) else {
            return Ok(None);
        };
        // Compiled once for a statement, as long as the pattern stays the same.
        let pattern = cx.get_or_create_aux(1, |pattern| {
            let pattern = pattern.as_str()?;
            Regex::new(pattern).map_err(Box::<dyn std::error::Error + Send + Sync>::from)
        })?;
        Ok(Some(pattern.is_match(cx.get_raw(0).as_str()?)))
    })
}

/// Without the feature there is no such function, and SQLite says so.
#[cfg(not(feature = "regex"))]
#[expect(clippy::unnecessary_wraps, reason = "as with the feature")]
pub(super) fn register(_: &Connection, _: FunctionFlags) -> rusqlite::Result<()> {
    Ok(())
}
