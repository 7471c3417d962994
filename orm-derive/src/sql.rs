//! The fixed statements, as text.

use crate::model::{Column, Part, Record};

/// The statements of one table. Names are quoted, parameters are `?`.
pub(crate) struct Statements {
    pub(crate) find: String,
    pub(crate) insert: String,
    pub(crate) update: String,
    pub(crate) delete: String,
}

impl Statements {
    pub(crate) fn new(record: &Record<'_>) -> Self {
        let table = Names::new(record);
        let by_key = table.by_key(record);
        let by_identity = table.by_identity(record, &by_key);
        Self {
            find: table.find(record, &by_key),
            insert: table.insert(record),
            update: table.update(record, &by_identity),
            delete: format!("DELETE FROM {} WHERE {by_identity}", table.full),
        }
    }
}

/// A table's names, quoted.
struct Names {
    /// With the schema, as FROM, INTO and UPDATE take it.
    full: String,
    /// Without, as columns are qualified.
    short: String,
}

impl Names {
    fn new(record: &Record<'_>) -> Self {
        let short = quoted(&record.table);
        let full = match &record.attrs.schema {
            Some(schema) => format!("{}.{short}", quoted(&schema.value())),
            None => short.clone(),
        };
        Self { full, short }
    }

    fn find(&self, record: &Record<'_>, by_key: &str) -> String {
        let columns = record
            .body
            .columns()
            .map(|(_, column)| self.stored(record, column));
        let joins = record.parts.iter().map(|part| self.join(record, part));
        format!(
            "SELECT {} FROM {}{} WHERE {by_key}",
            list(columns, ", "),
            self.full,
            list(joins, ""),
        )
    }

    /// A column where it is stored. A row is in the table of one variant only.
    fn stored(&self, record: &Record<'_>, column: &Column<'_>) -> String {
        if !column.elsewhere {
            return self.qualified(column);
        }
        let parts = record.parts.iter().filter(|part| {
            let mut columns = part.record.body.columns();
            columns.any(|(_, other)| other.name == column.name)
        });
        let places: Vec<String> = parts
            .map(|part| Self::new(&part.record).qualified(column))
            .collect();
        match places.as_slice() {
            [one] => one.clone(),
            several => format!("coalesce({})", several.join(", ")),
        }
    }

    /// The table of a variant beside its base table.
    fn join(&self, record: &Record<'_>, part: &Part<'_>) -> String {
        let variant = Self::new(&part.record);
        let keys = record.key().map(|(_, column)| {
            let (own, base) = (variant.qualified(column), self.qualified(column));
            format!("{own} = {base}")
        });
        format!(" LEFT JOIN {} ON {}", variant.full, list(keys, " AND "))
    }

    fn insert(&self, record: &Record<'_>) -> String {
        let columns = list(record.inserted().map(|column| quoted(&column.name)), ", ");
        if columns.is_empty() {
            return format!("INSERT INTO {} DEFAULT VALUES", self.full);
        }
        let parameters = list(record.inserted().map(|_| "?"), ", ");
        format!(
            "INSERT INTO {} ({columns}) VALUES ({parameters})",
            self.full
        )
    }

    fn update(&self, record: &Record<'_>, by_identity: &str) -> String {
        let mut sets = list(
            record
                .updated()
                .map(|column| format!("{} = ?", quoted(&column.name))),
            ", ",
        );
        if sets.is_empty() {
            // Nothing changes, and the database still says whether there is such a row.
            let kept = record.key().map(|(_, column)| quoted(&column.name)).take(1);
            sets = list(kept.map(|name| format!("{name} = {name}")), ", ");
        }
        format!("UPDATE {} SET {sets} WHERE {by_identity}", self.full)
    }

    fn by_key(&self, record: &Record<'_>) -> String {
        let columns = record
            .key()
            .map(|(_, column)| format!("{} = ?", self.qualified(column)));
        list(columns, " AND ")
    }

    /// The key and, if there is one, the version.
    fn by_identity(&self, record: &Record<'_>, by_key: &str) -> String {
        let version = record.body.version().filter(|_| record.base.is_none());
        let version = version.map(|column| format!(" AND {} = ?", self.qualified(column)));
        format!("{by_key}{}", version.unwrap_or_default())
    }

    fn qualified(&self, column: &Column<'_>) -> String {
        format!("{}.{}", self.short, quoted(&column.name))
    }
}

/// A name as SQL writes it, whatever is in it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn list(parts: impl Iterator<Item: AsRef<str>>, separator: &str) -> String {
    let mut list = String::new();
    for part in parts {
        if !list.is_empty() {
            list.push_str(separator);
        }
        list.push_str(part.as_ref());
    }
    list
}
