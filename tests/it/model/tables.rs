//! The two tables: every type of column, with and without NULL.

use orm::prelude::*;
use orm::{Database, Expr, Result};

/// A value of SQL.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Datum {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
    Truth(bool),
}

/// The type of a value, NULL aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Int,
    Real,
    Text,
    Truth,
}

/// The columns that both tables have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    Id,
    Size,
    Rank,
    Name,
    Note,
    Weight,
    Price,
    Done,
    Seen,
}

impl Column {
    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::Id | Self::Size | Self::Rank => Kind::Int,
            Self::Name | Self::Note => Kind::Text,
            Self::Weight | Self::Price => Kind::Real,
            Self::Done | Self::Seen => Kind::Truth,
        }
    }
}

/// One row without the names of its columns.
pub(crate) type Record = [Datum; 9];

/// A table, as far as both are alike.
pub(crate) trait Model: orm::Source<Entity = Self> + Sized {
    fn int(column: Column) -> Expr<Self, Option<i64>>;
    fn real(column: Column) -> Expr<Self, Option<f64>>;
    fn text(column: Column) -> Expr<Self, Option<String>>;
    fn truth(column: Column) -> Expr<Self, Option<bool>>;
    fn record(&self) -> Record;
}

macro_rules! table {
    ($Name:ident, $table:literal) => {
        #[derive(Debug, Clone, PartialEq, ActiveRecord)]
        #[orm(table = $table)]
        pub(crate) struct $Name {
            #[orm(primary_key)]
            pub(crate) id: i64,
            pub(crate) size: i64,
            pub(crate) rank: Option<i64>,
            pub(crate) name: String,
            pub(crate) note: Option<String>,
            pub(crate) weight: f64,
            pub(crate) price: Option<f64>,
            pub(crate) done: bool,
            pub(crate) seen: Option<bool>,
        }

        impl Model for $Name {
            fn int(column: Column) -> Expr<Self, Option<i64>> {
                match column {
                    Column::Id => Self::ID.nullable(),
                    Column::Size => Self::SIZE.nullable(),
                    Column::Rank => Self::RANK.into_expr(),
                    other => unreachable!("{other:?} holds no integers"),
                }
            }

            fn real(column: Column) -> Expr<Self, Option<f64>> {
                match column {
                    Column::Weight => Self::WEIGHT.nullable(),
                    Column::Price => Self::PRICE.into_expr(),
                    other => unreachable!("{other:?} holds no real numbers"),
                }
            }

            fn text(column: Column) -> Expr<Self, Option<String>> {
                match column {
                    Column::Name => Self::NAME.nullable(),
                    Column::Note => Self::NOTE.into_expr(),
                    other => unreachable!("{other:?} holds no text"),
                }
            }

            fn truth(column: Column) -> Expr<Self, Option<bool>> {
                match column {
                    Column::Done => Self::DONE.nullable(),
                    Column::Seen => Self::SEEN.into_expr(),
                    other => unreachable!("{other:?} holds no truth values"),
                }
            }

            fn record(&self) -> Record {
                let own = self.clone();
                [
                    own.id.into(),
                    own.size.into(),
                    own.rank.into(),
                    own.name.into(),
                    own.note.into(),
                    own.weight.into(),
                    own.price.into(),
                    own.done.into(),
                    own.seen.into(),
                ]
            }
        }
    };
}

table!(Item, "items");
table!(Part, "parts");

macro_rules! data {
    ($($ty:ty => $kind:ident),*) => {$(
        impl From<$ty> for Datum {
            fn from(value: $ty) -> Self {
                Self::$kind(value)
            }
        }

        impl From<Option<$ty>> for Datum {
            fn from(value: Option<$ty>) -> Self {
                value.map_or(Self::Null, Self::$kind)
            }
        }
    )*};
}

data!(i64 => Int, f64 => Real, String => Text, bool => Truth);

/// All rows of the two tables.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) items: Vec<Item>,
    pub(crate) parts: Vec<Part>,
}

impl World {
    /// Makes these rows the only ones in the database.
    pub(crate) fn store(&self, db: &Database) -> Result<()> {
        db.transaction(|tx| {
            Item::query().all_rows().delete(tx)?;
            Part::query().all_rows().delete(tx)?;
            Item::insert_many(tx, &mut self.items.clone())?;
            Part::insert_many(tx, &mut self.parts.clone())?;
            Ok(())
        })
    }
}

pub(crate) fn database() -> Result<Database> {
    let db = Database::open("sqlite::memory:")?;
    db.create_tables(orm::schema![Item, Part])?;
    Ok(db)
}

/// A row of expressions of all kinds.
pub(crate) fn fourfold(
    row: (Option<i64>, Option<f64>, Option<String>, Option<bool>),
) -> Vec<Datum> {
    let (int, real, text, truth) = row;
    vec![int.into(), real.into(), text.into(), truth.into()]
}

/// Rows of which the order does not matter.
pub(crate) fn ascending(mut rows: Vec<Vec<Datum>>) -> Vec<Vec<Datum>> {
    rows.sort_by(|one, other| {
        let pairs = one.iter().zip(other);
        let orders = pairs.map(|(one, other)| super::oracle::sorted(one, other));
        orders.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
    });
    rows
}
