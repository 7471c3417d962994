//! Aggregates: values of many rows.

use super::expression::{Expr, Expression, Text};
use super::node::{Aggregate, AggregateFunction, Node};
use super::number::Number;
use super::operand::Operand;
use super::order::{self, OrderList};
use super::scope::{Any, Grouped};
use super::term::Term;
use crate::value::{ColumnType, Value};

/// How many rows there are, in `aggregate`, behind `group_by` and in `having`.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// use orm::func::count;
///
/// let tracks_per_album = Track::query()
///     .group_by(Track::ALBUM_ID)
///     .select((Track::ALBUM_ID, count()))
///     .order_by(Track::ALBUM_ID)
///     .all(&db)?;
/// assert_eq!(tracks_per_album, [(1, 2), (2, 1)]);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn count() -> Expr<Grouped<Any>, i64> {
    aggregate(AggregateFunction::Count, [])
}

/// What a column or an expression gives over many rows, in `aggregate`, behind `group_by` and in
/// `having`, and over the rows around a row with [`over`](Expr::over).
///
/// Without a row, or without one that is not NULL, there is no sum, average, least and greatest value:
/// they are `Option`s. [`coalesce`](Expression::coalesce) gives another value for that case.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// // Tracks of 622, 220 and 193 seconds.
/// let (shortest, longest, mean) = Track::query()
///     .aggregate(&db, (Track::SECONDS.min(), Track::SECONDS.max(), Track::SECONDS.avg()))?;
/// assert_eq!((shortest, longest, mean), (Some(193), Some(622), Some(345.0)));
///
/// let hours = Track::query().filter(Track::SECONDS.gt(3600));
/// assert_eq!(hours.aggregate(&db, Track::SECONDS.max())?, None);
/// assert_eq!(hours.aggregate(&db, Track::SECONDS.max().coalesce(0))?, 0);
/// # Ok(())
/// # }
/// ```
pub trait AggregateExpression<M, T>: Expression<M, T> {
    /// In how many rows it is not NULL.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// // Three albums, of which two have a year.
    /// assert_eq!(Album::query().aggregate(&db, Album::YEAR.count())?, 2);
    /// # Ok(())
    /// # }
    /// ```
    fn count(self) -> Expr<Grouped<M>, i64> {
        aggregate(AggregateFunction::Count, [self.into_expr().into_term()])
    }

    /// How many different values there are besides NULL.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// // Three tracks of two albums.
    /// assert_eq!(Track::query().aggregate(&db, Track::ALBUM_ID.count_distinct())?, 2);
    /// # Ok(())
    /// # }
    /// ```
    fn count_distinct(self) -> Expr<Grouped<M>, i64> {
        self.count().distinct()
    }

    /// The sum of the values that are not NULL, as `i64` or `f64`; `None` where there are none.
    ///
    /// A sum of integers beyond `i64` is [`Error::Database`](crate::error::Error::Database) when the query is
    /// run.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let playing_time = Track::query().aggregate(&db, Track::SECONDS.sum())?;
    /// assert_eq!(playing_time, Some(1035));
    /// # Ok(())
    /// # }
    /// ```
    fn sum(self) -> Expr<Grouped<M>, Option<T::Sum>>
    where
        T: Number,
    {
        aggregate(AggregateFunction::Sum, [self.into_expr().into_term()])
    }

    /// The sum as a real number, and 0 where there is nothing to add.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let unknown = Track::query().filter(Track::ALBUM_ID.eq(99));
    /// assert_eq!(unknown.aggregate(&db, Track::PRICE.total())?, 0.0);
    /// # Ok(())
    /// # }
    /// ```
    fn total(self) -> Expr<Grouped<M>, f64>
    where
        T: Number,
    {
        aggregate(AggregateFunction::Total, [self.into_expr().into_term()])
    }

    /// The average of the values that are not NULL, as a real number; `None` where there are none.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let mean = Track::query().filter(Track::ALBUM_ID.eq(1)).aggregate(&db, Track::SECONDS.avg())?;
    /// assert_eq!(mean, Some(421.0));
    /// # Ok(())
    /// # }
    /// ```
    fn avg(self) -> Expr<Grouped<M>, Option<f64>>
    where
        T: Number,
    {
        aggregate(AggregateFunction::Average, [self.into_expr().into_term()])
    }

    /// The least of the values that are not NULL; `None` where there are none.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// assert_eq!(Album::query().aggregate(&db, Album::YEAR.min())?, Some(1959));
    /// # Ok(())
    /// # }
    /// ```
    fn min(self) -> Expr<Grouped<M>, T::Nullable>
    where
        T: ColumnType,
    {
        aggregate(AggregateFunction::Minimum, [self.into_expr().into_term()])
    }

    /// The greatest of the values that are not NULL; `None` where there are none.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// assert_eq!(Album::query().aggregate(&db, Album::YEAR.max())?, Some(1965));
    /// # Ok(())
    /// # }
    /// ```
    fn max(self) -> Expr<Grouped<M>, T::Nullable>
    where
        T: ColumnType,
    {
        aggregate(AggregateFunction::Maximum, [self.into_expr().into_term()])
    }

    /// All texts that are not NULL, one behind the other, with a separator between them; `None` where there are
    /// none.
    ///
    /// They come in no certain order unless [`sorted_by`](Expr::sorted_by) says one.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let track_lists = Track::query()
    ///     .join(Track::ALBUM_ID.on(Album::ID))
    ///     .group_by(Album::TITLE)
    ///     .select((Album::TITLE, Track::NAME.join_text(", ").sorted_by(Track::ID)))
    ///     .order_by(Album::TITLE)
    ///     .all(&db)?;
    /// assert_eq!(track_lists[0].1.as_deref(), Some("Sinnerman, Strange Fruit"));
    /// # Ok(())
    /// # }
    /// ```
    fn join_text(self, separator: impl Into<String>) -> Expr<Grouped<M>, Option<String>>
    where
        T: Text,
    {
        let separator = Term::leaf(Node::Value(Value::Text(separator.into())));
        aggregate(
            AggregateFunction::Join,
            [self.into_expr().into_term(), separator],
        )
    }
}

impl<M, T, E: Expression<M, T>> AggregateExpression<M, T> for E {}

impl<M, T> Expr<Grouped<M>, T> {
    /// The aggregate over different values only.
    ///
    /// [`func::count`](super::func::count) has no values, and is
    /// [`Error::InvalidQuery`](crate::error::Error::InvalidQuery) with it when the query is run.
    ///
    /// SQLite joins different texts by [`join_text`](AggregateExpression::join_text) with `","` alone; with
    /// another separator it is [`Error::Unsupported`](crate::error::Error::Unsupported) when the query is run.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// // Three tracks of two albums.
    /// assert_eq!(Track::query().aggregate(&db, Track::ALBUM_ID.count().distinct())?, 2);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn distinct(self) -> Self {
        self.change(|aggregate| aggregate.distinct = true)
    }

    /// The aggregate over rows that meet a condition only.
    ///
    /// Other aggregates of the same query are not concerned. Rows for which the condition is unknown are left
    /// out.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// use orm::func::count;
    ///
    /// let (tracks, long) = Track::query()
    ///     .aggregate(&db, (count(), count().filter(Track::SECONDS.gt(300))))?;
    /// assert_eq!((tracks, long), (3, 1));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn filter(self, condition: impl Operand<M, bool>) -> Self {
        let condition = condition.into_operand().into_term();
        let levels = condition.levels;
        let changed = self.change(|aggregate| {
            aggregate.filter = Some(match aggregate.filter.take() {
                Some(filter) => filter.and(condition.node),
                None => condition.node,
            });
        });
        Self::new(changed.into_term().at_least(levels))
    }

    /// The aggregate over rows in a certain order, which matters to texts that are joined.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let names = Artist::NAME.join_text("; ").sorted_by(Artist::NAME.desc());
    /// let names = Artist::query().aggregate(&db, names)?;
    /// assert_eq!(names.as_deref(), Some("Vashti Bunyan; Nina Simone; Bill Evans"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn sorted_by<At>(self, orders: impl OrderList<M, At>) -> Self {
        let orders: Vec<_> = order::terms(orders).collect();
        let levels = orders.iter().map(|term| term.levels).max().unwrap_or(0);
        let changed = self.change(|aggregate| aggregate.order = orders);
        Self::new(changed.into_term().at_least(levels))
    }

    fn change(self, change: impl FnOnce(&mut Aggregate)) -> Self {
        let mut term = self.into_term();
        match &mut term.node {
            Node::Aggregate(aggregate) => change(aggregate),
            Node::TooDeep => {}
            other => *other = Node::Misuse(NO_AGGREGATE),
        }
        Self::new(term)
    }
}

/// Why an expression cannot be changed as an aggregate can.
const NO_AGGREGATE: &str =
    "it changes an aggregate within an expression: change the aggregate itself";

fn aggregate<M, T>(
    function: AggregateFunction,
    arguments: impl IntoIterator<Item = Term>,
) -> Expr<M, T> {
    Expr::new(Term::list(arguments, |arguments| {
        Node::Aggregate(Box::new(Aggregate {
            function,
            distinct: false,
            arguments,
            order: Vec::new(),
            filter: None,
        }))
    }))
}
