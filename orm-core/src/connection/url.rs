//! Database URLs.

use std::path::PathBuf;
use std::time::Duration;

use super::builder::DatabaseBuilder;
use super::monitor::LazyLoading;
use crate::driver::sqlite::{Location, Mode, Sqlite};
use crate::error::{Error, Result};

const OPTIONS: &str =
    "mode, busy_timeout, pool_timeout, readers, statement_cache, autocommit, lazy_loading";

/// Reads a URL. `settings` are those that it may change.
pub(super) fn parse(url: &str, settings: DatabaseBuilder) -> Result<(Sqlite, DatabaseBuilder)> {
    let Some((scheme, rest)) = url.split_once(':') else {
        return Err(invalid(
            "it begins with a scheme, as `sqlite://music.db` does",
        ));
    };
    match scheme {
        "sqlite" => sqlite(rest, settings),
        "postgres" | "postgresql" | "mysql" | "mariadb" => {
            Err(invalid("this version has no driver but that for `sqlite:`"))
        }
        _ => Err(invalid("its scheme is unknown; `sqlite:` is known")),
    }
}

fn sqlite(rest: &str, mut settings: DatabaseBuilder) -> Result<(Sqlite, DatabaseBuilder)> {
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let (path, options) = rest.split_once('?').unwrap_or((rest, ""));
    let mut sqlite = Sqlite::new(location(path)?);
    for option in options.split('&').filter(|option| !option.is_empty()) {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        match name {
            "mode" => sqlite.mode = mode(value)?,
            "busy_timeout" => sqlite.busy_timeout = milliseconds(name, value)?,
            "pool_timeout" => settings.pool_timeout = milliseconds(name, value)?,
            "readers" => sqlite.readers = number(name, value)?,
            "statement_cache" => sqlite.statement_cache = number(name, value)?,
            "autocommit" => settings.autocommit = truth(name, value)?,
            "lazy_loading" => settings.lazy_loading = lazy_loading(value)?,
            _ => {
                return Err(invalid(format!(
                    "it has an unknown option; known are {OPTIONS}"
                )));
            }
        }
    }
    Ok((sqlite, settings))
}

fn location(path: &str) -> Result<Location> {
    match path {
        ":memory:" => Ok(Location::Memory),
        "" => Err(invalid(
            "it names no file; a database in memory is `sqlite::memory:`",
        )),
        path if names_user(path) => Err(invalid(
            "a file has no user and no host; an `@` in its name is written `%40`",
        )),
        path => Ok(Location::File(PathBuf::from(percent_decoded(path)?))),
    }
}

/// Whether this was meant for a server: `user:password@host/name`. What the database says of a file
/// names it, and must not name a password.
fn names_user(path: &str) -> bool {
    let host = path.split('/').next().unwrap_or(path);
    host.split_once(':')
        .is_some_and(|(_, rest)| rest.contains('@'))
}

fn mode(value: &str) -> Result<Mode> {
    match value {
        "ro" => Ok(Mode::ReadOnly),
        "rw" => Ok(Mode::ReadWrite),
        "rwc" => Ok(Mode::Create),
        _ => Err(invalid("its option `mode` is one of ro, rw and rwc")),
    }
}

fn lazy_loading(value: &str) -> Result<LazyLoading> {
    match value {
        "allowed" => Ok(LazyLoading::Allowed),
        "warned" => Ok(LazyLoading::Warned),
        "refused" => Ok(LazyLoading::Refused),
        _ => Err(invalid(
            "its option `lazy_loading` is one of allowed, warned and refused",
        )),
    }
}

fn milliseconds(name: &str, value: &str) -> Result<Duration> {
    number(name, value).map(Duration::from_millis)
}

fn number<T: std::str::FromStr>(name: &str, value: &str) -> Result<T> {
    let parsed = value.parse();
    parsed.map_err(|_| invalid(format!("its option `{name}` is a whole number")))
}

fn truth(name: &str, value: &str) -> Result<bool> {
    let parsed = value.parse();
    parsed.map_err(|_| invalid(format!("its option `{name}` is `true` or `false`")))
}

/// Replaces `%20` and the like by the bytes that they stand for.
fn percent_decoded(text: &str) -> Result<String> {
    let malformed = || {
        invalid("a `%` in it is not followed by two hexadecimal digits, or its bytes are not UTF-8")
    };
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first != b'%' {
            bytes.push(first);
            continue;
        }
        let digits = after
            .get(..2)
            .and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let byte = byte
            .and_then(|digits| u8::from_str_radix(digits, 16).ok())
            .ok_or_else(malformed)?;
        bytes.push(byte);
        rest = &after[2..];
    }
    if bytes.contains(&0) {
        return Err(invalid("its path contains a NUL character"));
    }
    String::from_utf8(bytes).map_err(|_| malformed())
}

fn invalid(reason: impl Into<String>) -> Error {
    Error::InvalidUrl {
        reason: reason.into(),
    }
}
