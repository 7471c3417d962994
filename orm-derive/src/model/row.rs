//! A struct that holds a row of a selection.

use syn::{Path, Type, TypePath};

use super::Body;
use crate::ast;

/// A struct that holds a row of a selection.
pub(crate) struct Row<'a> {
    pub(crate) body: Body<'a>,
    /// What the rows are called as a table.
    pub(crate) table: String,
    pub(crate) projection: Option<Projection<'a>>,
}

/// What the fields are selected from.
pub(crate) struct Projection<'a> {
    pub(crate) scope: &'a Type,
    pub(crate) root: Root<'a>,
}

/// The struct whose constants are the columns.
pub(crate) enum Root<'a> {
    /// The one that the user named.
    Named(&'a Path),
    /// The one that the scope begins with, which the compiler knows.
    OfScope,
}

impl<'a> Row<'a> {
    pub(crate) fn new(row: &'a ast::Struct<'a>) -> Self {
        Self {
            body: Body::new(row),
            table: row.table_name(),
            projection: row.attrs.from.as_ref().map(Projection::new),
        }
    }
}

impl<'a> Projection<'a> {
    fn new(scope: &'a Type) -> Self {
        Self {
            scope,
            root: plain(scope).map_or(Root::OfScope, Root::Named),
        }
    }
}

/// The path that a type is, if it has no arguments, inside any invisible groups that `macro_rules!`
/// put around it.
fn plain(ty: &Type) -> Option<&Path> {
    match ty {
        Type::Group(group) => plain(&group.elem),
        Type::Path(TypePath {
            qself: None, path, ..
        }) => {
            let mut segments = path.segments.iter();
            let is_plain = segments.all(|segment| segment.arguments.is_none());
            is_plain.then_some(path)
        }
        _ => None,
    }
}
