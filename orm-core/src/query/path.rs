//! Ways from a table over its relations to the tables that are joined because their columns are used.

use std::sync::{PoisonError, RwLock};

use crate::mapping::{Step, Table};

/// A table that is joined where one of its columns is used.
///
/// Columns are small and copied, so a way is kept for as long as the program runs. There are as many as the
/// program has different ways over its relations.
#[derive(Debug)]
pub(crate) struct Path {
    /// The name that the table is joined under.
    pub(super) alias: &'static str,
    /// The table that the way begins with, or the way to the table before.
    pub(super) before: Before,
    pub(super) step: Step,
    nature: Nature,
}

/// What a step leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Nature {
    /// Whether there may be no row.
    pub(crate) outer: bool,
    /// Whether the relation is narrowed or sorted by a function, which no join can do.
    pub(crate) scoped: bool,
}

/// Where a step begins.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Before {
    /// At a table of the query.
    Table(&'static Table),
    /// At the end of a way.
    Path(&'static Path),
}

static PATHS: RwLock<Vec<&'static Path>> = RwLock::new(Vec::new());

impl Path {
    /// The way that goes on by a step, which is called by the name of its relation. The same way is always
    /// the same value.
    pub(crate) fn by(before: Before, step: Step, nature: Nature, relation: &str) -> &'static Self {
        let outer = nature.outer || before.is_outer();
        let nature = Nature { outer, ..nature };
        let is_this = |path: &&&'static Self| {
            path.before.is_same(before) && is_same_step(path.step, step) && path.nature == nature
        };
        let paths = PATHS.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(path) = paths.iter().find(is_this) {
            return path;
        }
        drop(paths);
        let mut paths = PATHS.write().unwrap_or_else(PoisonError::into_inner);
        // Somebody else may have been here in between.
        if let Some(path) = paths.iter().find(is_this) {
            return path;
        }
        let mut alias = format!("{}__{relation}", before.name());
        while paths
            .iter()
            .any(|path| path.alias.eq_ignore_ascii_case(&alias))
        {
            alias.push('_');
        }
        let path: &'static Self = Box::leak(Box::new(Self {
            alias: alias.leak(),
            before,
            step,
            nature,
        }));
        paths.push(path);
        path
    }

    /// Whether there may be no row at its end.
    pub(crate) fn is_outer(&self) -> bool {
        self.nature.outer
    }

    /// Whether it leads over a relation that cannot be joined.
    pub(super) fn is_scoped(&self) -> bool {
        self.nature.scoped
    }
}

impl Before {
    /// The name that stands before the columns that a step begins with.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Table(table) => table.name,
            Self::Path(path) => path.alias,
        }
    }

    /// The table that a step begins with.
    pub(super) fn table(self) -> &'static Table {
        match self {
            Self::Table(table) => table,
            Self::Path(path) => path.step.table,
        }
    }

    fn is_outer(self) -> bool {
        matches!(self, Self::Path(path) if path.is_outer())
    }

    fn is_same(self, other: Self) -> bool {
        match (self, other) {
            (Self::Table(one), Self::Table(other)) => one.is(other),
            (Self::Path(one), Self::Path(other)) => std::ptr::eq(one, other),
            _ => false,
        }
    }
}

/// Whether two steps are one.
fn is_same_step(one: Step, other: Step) -> bool {
    let columns = one.from == other.from && one.to == other.to;
    one.table.is(other.table) && columns && one.tag == other.tag
}
