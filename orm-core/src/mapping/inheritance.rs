//! Single Table Inheritance and its joined form: the variants of an enum as rows of one table, or of a base
//! table and one table a variant.

use std::fmt;
use std::marker::PhantomData;

use super::{ForeignKey, Mapping, ReferentialAction, Table};
use crate::driver::push_identifier;

/// A variant of a mapped enum; the derive writes one as an associated constant for each.
///
/// ```
/// use orm::prelude::*;
///
/// #[derive(ActiveRecord)]
/// #[orm(table = "vehicles", tag = "kind")]
/// enum Vehicle {
///     Car {
///         #[orm(primary_key)]
///         id: i64,
///         doors: i32,
///     },
///     #[orm(rename = "lorry")]
///     Truck { id: i64, load: f64 },
/// }
///
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Vehicle])?;
/// Vehicle::Car { id: 0, doors: 4 }.insert(&db)?;
/// Vehicle::Truck { id: 0, load: 7.5 }.insert(&db)?;
/// let trucks = Vehicle::query().filter(Vehicle::TRUCK.is()).all(&db)?;
/// assert!(matches!(trucks[..], [Vehicle::Truck { id: 2, .. }]));
/// # Ok::<(), orm::Error>(())
/// ```
pub struct Variant<M> {
    at: usize,
    tag: &'static str,
    mapping: PhantomData<fn() -> M>,
}

impl<M> Variant<M> {
    /// The variant whose rows have a text in the column at a position, for the derive.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)]
    /// # #[orm(tag = "kind")]
    /// # enum Vehicle { Car { #[orm(primary_key)] id: i64 } }
    /// use orm::mapping::Variant;
    ///
    /// const CAR: Variant<Vehicle> = Variant::new(1, "car"); // as the derive writes it
    /// assert_eq!(CAR.tag(), Vehicle::CAR.tag());
    /// ```
    #[must_use]
    pub const fn new(at: usize, tag: &'static str) -> Self {
        Self {
            at,
            tag,
            mapping: PhantomData,
        }
    }

    /// What the tag column of its rows holds.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)]
    /// # #[orm(tag = "kind")]
    /// # enum Vehicle { Car { #[orm(primary_key)] id: i64 } }
    /// assert_eq!(Vehicle::CAR.tag(), "car");
    /// ```
    #[must_use]
    pub const fn tag(self) -> &'static str {
        self.tag
    }

    /// The position of the tag column.
    pub(crate) const fn position(self) -> usize {
        self.at
    }
}

impl<M> Clone for Variant<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for Variant<M> {}

impl<M> fmt::Debug for Variant<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Variant({})", self.tag)
    }
}

/// The table of one variant in the joined form: the columns that not all variants have.
///
/// ```
/// use orm::prelude::*;
///
/// #[derive(ActiveRecord)]
/// #[orm(table = "vehicles", tag = "kind", joined)]
/// enum Vehicle {
///     #[orm(table = "cars")]
///     Car {
///         #[orm(primary_key)]
///         id: i64,
///         name: String,
///         doors: i32,
///     },
///     #[orm(table = "trucks")]
///     Truck { id: i64, name: String, load: f64 },
/// }
///
/// let [cars, _] = Vehicle::TABLE.variants else { panic!("two variants") };
/// assert_eq!((cars.tag, cars.table.name), ("car", "cars"));
/// assert_eq!(cars.columns, [Vehicle::ID.position(), Vehicle::DOORS.position()]);
/// assert!(Vehicle::TABLE.columns[cars.columns[1]].nullable); // of a truck, it is NULL
/// assert!(!cars.table.columns[1].nullable); // no car is without it
/// ```
#[derive(Debug)]
pub struct VariantTable {
    /// What the tag column of its rows holds.
    pub tag: &'static str,
    /// The table: the primary key, which refers to that of the base table, and columns of its own.
    pub table: &'static Table,
    /// The positions of the table's columns among those of the enum.
    pub columns: &'static [usize],
}

impl VariantTable {
    /// The position in the variant's table of one of the enum's columns.
    pub(crate) fn position(&self, column: usize) -> Option<usize> {
        self.columns.iter().position(|&at| at == column)
    }

    /// Some of the table's columns as columns of the enum.
    pub(crate) fn of_whole(&self, columns: &[usize]) -> Vec<usize> {
        columns.iter().map(|&at| self.columns[at]).collect()
    }
}

impl ForeignKey {
    /// The reference of a variant's table to the base table, with which its rows go.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)]
    /// # #[orm(table = "vehicles", tag = "kind", joined)]
    /// # enum Vehicle { Car { #[orm(primary_key)] id: i64 } }
    /// use orm::mapping::{ForeignKey, ReferentialAction};
    ///
    /// let key = ForeignKey::to_base::<Vehicle>(&[0]); // as the derive writes it
    /// assert_eq!((key.target)().name, "vehicles");
    /// assert_eq!(key.on_delete, ReferentialAction::Cascade);
    /// ```
    #[must_use]
    pub const fn to_base<M: Mapping>(columns: &'static [usize]) -> Self {
        Self {
            columns,
            on_delete: ReferentialAction::Cascade,
            on_update: ReferentialAction::Cascade,
            ..Self::to(super::table_of::<M>)
        }
    }
}

impl Table {
    /// Whether the rows are those of several tables, joined.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// assert!(!Artist::TABLE.is_joined());
    /// ```
    #[must_use]
    pub const fn is_joined(&self) -> bool {
        !self.variants.is_empty()
    }

    /// Whether the column at this position is in the table itself, and not in that of a variant.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)]
    /// # #[orm(tag = "kind", joined)]
    /// # enum Vehicle {
    /// #     Car { #[orm(primary_key)] id: i64, doors: i32 },
    /// #     Truck { id: i64, load: f64 },
    /// # }
    /// assert!(Vehicle::TABLE.holds(Vehicle::ID.position()));
    /// assert!(!Vehicle::TABLE.holds(Vehicle::DOORS.position()));
    /// ```
    #[must_use]
    pub fn holds(&self, column: usize) -> bool {
        let mut variants = self.variants.iter();
        self.is_key(column) || !variants.any(|variant| variant.columns.contains(&column))
    }

    /// The tables of the database that hold its rows: itself, then those of the variants.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)]
    /// # #[orm(table = "vehicles", tag = "kind", joined)]
    /// # enum Vehicle { Car { #[orm(primary_key)] id: i64 } }
    /// let names: Vec<_> = Vehicle::TABLE.stored_in().map(|table| table.name).collect();
    /// assert_eq!(names, ["vehicles", "vehicles_car"]);
    /// ```
    pub fn stored_in(&'static self) -> impl Iterator<Item = &'static Self> {
        let variants = self.variants.iter().map(|variant| variant.table);
        std::iter::once(self).chain(variants)
    }

    /// Appends what FROM takes: the table's name or, of joined tables, a query of the table's name, so
    /// that the rest of a statement is the same for both.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)]
    /// # #[orm(tag = "kind", joined)]
    /// # enum Pet { Cat { #[orm(primary_key)] id: i64, lives: i32 }, Dog { id: i64 } }
    /// let mut sql = String::new();
    /// Pet::TABLE.push_rows(&mut sql);
    /// assert_eq!(
    ///     sql,
    ///     r#"(SELECT "pet"."id" AS "id", "pet"."kind" AS "kind", "pet_cat"."lives" AS "lives""#.to_owned()
    ///         + r#" FROM "pet" LEFT JOIN "pet_cat" ON "pet_cat"."id" = "pet"."id""#
    ///         + r#" LEFT JOIN "pet_dog" ON "pet_dog"."id" = "pet"."id") AS "pet""#,
    /// );
    /// ```
    pub fn push_rows(&self, sql: &mut String) {
        self.push_source(sql);
        if self.is_joined() {
            sql.push_str(" AS ");
            push_identifier(sql, self.name);
        }
    }

    /// [`push_rows`](Self::push_rows) in front of an alias.
    pub(crate) fn push_source(&self, sql: &mut String) {
        if !self.is_joined() {
            return self.push_name(sql);
        }
        sql.push_str("(SELECT ");
        self.push_list(sql, 0..self.columns.len(), |table, sql, at| {
            table.push_stored(sql, at);
            sql.push_str(" AS ");
            table.push_column_name(sql, at);
        });
        sql.push_str(" FROM ");
        self.push_joins(sql);
        sql.push(')');
    }

    /// A column where it is stored: in this table, or in those of the variants that have it. A row is in
    /// one of them only.
    fn push_stored(&self, sql: &mut String, at: usize) {
        if self.holds(at) {
            return self.push_column(sql, at);
        }
        let variants = self.variants.iter();
        let holders: Vec<_> = variants
            .filter_map(|variant| Some((variant.table, variant.position(at)?)))
            .collect();
        if let [(table, at)] = holders[..] {
            return table.push_column(sql, at);
        }
        sql.push_str("coalesce(");
        for (nth, (table, at)) in holders.into_iter().enumerate() {
            sql.push_str(if nth == 0 { "" } else { ", " });
            table.push_column(sql, at);
        }
        sql.push(')');
        if let Some(collation) = self.columns[at].collation {
            // A function's result has none of its own.
            sql.push_str(" COLLATE ");
            push_identifier(sql, collation);
        }
    }

    fn push_joins(&self, sql: &mut String) {
        self.push_name(sql);
        for variant in self.variants {
            sql.push_str(" LEFT JOIN ");
            variant.table.push_name(sql);
            for (nth, (&of_variant, &own)) in variant.table.key.iter().zip(self.key).enumerate() {
                sql.push_str(if nth == 0 { " ON " } else { " AND " });
                variant.table.push_column(sql, of_variant);
                sql.push_str(" = ");
                self.push_column(sql, own);
            }
        }
    }
}
