//! Relations: which rows of other tables belong to a row, as metadata.

use std::fmt;

use super::Table;
use crate::error::Error;

/// A relation of a table: what the rows of another table are to a row of this one.
///
/// The derive writes one for every field with `belongs_to`, `has_one`, `has_many` or `many_to_many`, in
/// [`Table::relations`]. What a program works with are the typed constants,
/// [`Relation`](crate::relation::Relation).
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/related.rs"));
/// # fn main() -> orm::Result<()> {
/// use orm::mapping::RelationKind;
///
/// let albums = Artist::ALBUMS.def();
/// assert_eq!((albums.name, albums.path), ("albums", "Artist::ALBUMS"));
/// assert_eq!(albums.kind, RelationKind::HasMany);
/// assert_eq!((albums.target)().name, "albums");
///
/// let [step] = &albums.steps()[..] else { panic!("one step") };
/// assert_eq!(step.from, [Artist::ID.position()]);
/// assert_eq!(step.to, [Album::ARTIST_ID.position()]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct RelationDef {
    /// The name of the field.
    pub name: &'static str,
    /// The constant, as messages name it: `Artist::ALBUMS`.
    pub path: &'static str,
    /// Which kind it is.
    pub kind: RelationKind,
    /// The table whose rows it gives.
    pub target: fn() -> &'static Table,
    /// What an application does with the related rows before it deletes the row.
    pub dependent: Option<Dependent>,
    /// A column of the target that gets the time at which a row of this table was written.
    pub touch: Option<usize>,
    /// A column of the target that counts the rows of this table.
    pub counter_cache: Option<usize>,
    /// The table between the two sides, where it has no entity of its own.
    pub link: Option<&'static Table>,
    /// What the derive knows of the columns; `find_steps` says what they mean.
    pub(crate) columns: &'static [usize],
    pub(crate) references: &'static [usize],
    /// The column that says to which table the key refers, if there are several.
    pub(crate) tag: Option<usize>,
    /// The positions of the relations that lead over a table in between.
    pub(crate) through: Option<(usize, usize)>,
    pub(crate) find_steps: fn(&Self) -> Vec<Step>,
}

/// One step from a table to the next: the rows of `table` whose columns `to` have the values that the row
/// before has in its columns `from`.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// Positions in the table before.
    pub from: &'static [usize],
    /// The table after the step.
    pub table: &'static Table,
    /// Positions in it, as many as in `from`.
    pub to: &'static [usize],
    /// What else the rows have to have, where their key may refer to rows of several tables.
    pub tag: Option<Tag>,
}

/// A column that says to which table the key of a row refers, and what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag {
    /// Its position.
    pub column: usize,
    /// The name of the table's variant in the enum of targets.
    pub value: &'static str,
}

impl Step {
    /// A step between columns.
    #[must_use]
    pub const fn new(from: &'static [usize], table: &'static Table, to: &'static [usize]) -> Self {
        Self {
            from,
            table,
            to,
            tag: None,
        }
    }
}

impl RelationDef {
    /// The steps that lead to the target, most often one; over a table in between, two.
    #[must_use]
    pub fn steps(&self) -> Vec<Step> {
        (self.find_steps)(self)
    }

    /// Whether it is the other side of a relation of its target.
    pub(crate) fn is_inverse(&self) -> bool {
        self.kind.is_linked() && self.through.is_some()
    }

    /// The error of one that leads nowhere.
    pub(crate) fn nowhere(&self, table: &'static Table) -> Error {
        Error::InvalidMapping {
            table: table.name,
            reason: format!(
                "{} and the relation that it is the inverse of name each other: one of them has to say `table` or `through`",
                self.path,
            ),
        }
    }

    /// Says which columns are referred to, if not the primary key.
    #[must_use]
    pub const fn references(self, references: &'static [usize]) -> Self {
        Self { references, ..self }
    }

    /// Says what becomes of the related rows before the row is deleted.
    #[must_use]
    pub const fn dependent(self, dependent: Dependent) -> Self {
        Self {
            dependent: Some(dependent),
            ..self
        }
    }

    /// Says which column of the target gets the time at which a row of this table was written.
    #[must_use]
    pub const fn touch(self, column: usize) -> Self {
        Self {
            touch: Some(column),
            ..self
        }
    }

    /// Says which column of the target counts the rows of this table.
    #[must_use]
    pub const fn counter_cache(self, column: usize) -> Self {
        Self {
            counter_cache: Some(column),
            ..self
        }
    }
}

impl fmt::Debug for RelationDef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RelationDef")
            .field("path", &self.path)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// What the rows of the target are to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RelationKind {
    /// The one row that this one refers to.
    BelongsTo,
    /// The one row, of one of several tables, that this one refers to. The target is this table itself.
    BelongsToAny,
    /// The one row that refers to this one.
    HasOne,
    /// All rows that refer to this one.
    HasMany,
    /// All rows that a third table connects with this one.
    ManyToMany,
}

impl RelationKind {
    /// Whether a third table connects the rows.
    pub(crate) fn is_linked(self) -> bool {
        matches!(self, Self::ManyToMany)
    }

    /// Whether there may be several rows.
    #[must_use]
    pub fn is_to_many(self) -> bool {
        matches!(self, Self::HasMany | Self::ManyToMany)
    }
}

/// What [`delete`](crate::record::ActiveRecord::delete) does with the rows that refer to the deleted one,
/// by statements of its own: `#[orm(has_many(dependent = …))]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dependent {
    /// Deletes them, and what depends on them.
    Cascade,
    /// Refuses to delete the row if there are any that are not deleted along with it by another way.
    Restrict,
    /// Refuses to delete the row if there are any.
    Protect,
    /// Sets their reference to NULL.
    SetNull,
    /// Sets their reference to the default of the column.
    SetDefault,
}

/// That rows of `Self` refer to rows of `M` by one foreign key. The derive says it for every
/// `belongs_to` and `references` whose target no other key of the struct has.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not refer to `{M}`, or by more than one key",
    label = "it is not known by which key `{Self}` refers to `{M}`",
    note = "if no field refers to it, write `#[orm(belongs_to)]` or `#[orm(references({M}))]` in `{Self}`; if several do, say here which of them: `key = field`"
)]
pub trait RefersTo<M> {
    /// Positions of the columns that refer.
    const COLUMNS: &'static [usize];

    /// Positions of the columns referred to; empty for the primary key.
    const REFERENCES: &'static [usize] = &[];
}

/// That values of a key column of this type can refer to a column of type `T`: the same, but for NULL; of
/// several columns, each.
#[diagnostic::on_unimplemented(
    message = "a key of type `{Self}` cannot refer to a column of type `{T}`",
    label = "expected `{T}`, or `Option` of it",
    note = "the fields that hold a key have the types of the fields that they refer to"
)]
pub trait Refers<T> {
    /// Whether one of the columns may be NULL.
    const NULLABLE: bool;
}

impl<T: crate::value::ColumnType> Refers<T> for T {
    const NULLABLE: bool = T::NULLABLE;
}

#[diagnostic::do_not_recommend]
impl<T: crate::value::ColumnType> Refers<T> for Option<T> {
    const NULLABLE: bool = true;
}

macro_rules! refers_tuple {
    ($($ty:ident $to:ident),+) => {
        #[diagnostic::do_not_recommend]
        impl<$($ty: Refers<$to>, $to),+> Refers<($($to,)+)> for ($($ty,)+) {
            const NULLABLE: bool = $($ty::NULLABLE)||+;
        }
    };
}

refers_tuple!(A A1, B B1);
refers_tuple!(A A1, B B1, C C1);
refers_tuple!(A A1, B B1, C C1, D D1);
refers_tuple!(A A1, B B1, C C1, D D1, E E1);
refers_tuple!(A A1, B B1, C C1, D D1, E E1, F F1);
refers_tuple!(A A1, B B1, C C1, D D1, E E1, F F1, G G1);
refers_tuple!(A A1, B B1, C C1, D D1, E E1, F F1, G G1, H H1);
