//! Which variant of an enum a row is.

use super::condition::Condition;
use super::expression::Expression as _;
use crate::mapping::{Column, Source, Variant};

impl<M: Source> Variant<M> {
    /// Whether a row is of this variant.
    ///
    /// ```
    /// use orm::prelude::*;
    ///
    /// #[derive(ActiveRecord)]
    /// #[orm(tag = "kind")]
    /// enum Vehicle {
    ///     Car {
    ///         #[orm(primary_key)]
    ///         id: i64,
    ///         doors: i32,
    ///     },
    ///     Truck { id: i64, load: f64 },
    /// }
    ///
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Vehicle])?;
    /// Vehicle::Car { id: 0, doors: 4 }.insert(&db)?;
    /// let cars = Vehicle::query().filter(Vehicle::CAR.is());
    /// assert_eq!(cars.count(&db)?, 1);
    /// assert_eq!(Vehicle::query().filter(!Vehicle::CAR.is()).count(&db)?, 0);
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    pub fn is(self) -> Condition<M> {
        Column::<M, String>::new(self.position()).eq(self.tag())
    }
}
