//! Dates and times: their parts, what they are cut down to, and how they are written.

use super::expression::{Expr, Expression};
use super::node::Node;
use super::operand::{Argument, Operand};
use super::scope::Any;
use super::term::Term;
use crate::driver::{DatePart, DateUnit, Function};
use crate::value::{ColumnType, Value};

/// The present date or time, by the clock of the database and in UTC, of the type that the column beside
/// it has. Where there is none, [`typed`](Now::typed) says which.
///
/// For a type that is no date or time it is [`Error::Unsupported`](crate::error::Error::Unsupported) when the
/// query is run.
///
/// The type is one of `value::Date`, `value::Time`, `value::DateTime` and `value::Timestamp`, or one of another
/// crate that is stored as these are. SQLite's clock counts milliseconds.
///
/// ```
/// # use orm::prelude::*;
/// use orm::func::now;
/// use orm::value::Timestamp;
///
/// #[derive(ActiveRecord)]
/// struct Play {
///     #[orm(primary_key)]
///     id: i64,
///     at: Timestamp,
/// }
///
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Play])?;
/// # let at = Timestamp::from_unix(0, 0).expect("a timestamp");
/// # Play { id: 0, at }.insert(&db)?;
/// let past = Play::query().filter(Play::AT.lt(now()));
/// assert_eq!(past.count(&db)?, 1);
/// past.update(&db, Play::AT.set(now()))?;
/// let times = Play::query().select(now().typed::<Timestamp>()).all(&db)?;
/// assert!(times[0] > at);
/// # Ok::<(), orm::Error>(())
/// ```
#[must_use]
pub fn now() -> Now {
    Now(())
}

/// The present date or time; made by [`now`](super::func::now).
#[derive(Debug, Clone, Copy)]
pub struct Now(());

impl Now {
    /// As an expression of a certain type.
    #[must_use]
    pub fn typed<T: ColumnType>(self) -> Expr<Any, T> {
        present()
    }
}

fn present<M, T: ColumnType>() -> Expr<M, T> {
    Expr::new(Term::call(Function::Now(T::SQL_TYPE), []))
}

#[diagnostic::do_not_recommend]
impl<M, T: ColumnType> Operand<M, T> for Now {
    fn into_operand(self) -> Expr<M, T> {
        present()
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: ColumnType> Argument<M, T> for Now {
    fn into_argument(self) -> Expr<M, T> {
        present()
    }
}

/// What the database makes of dates and times, which columns hold in UTC.
///
/// What a type does not have, as the year of a time or the hour of a date, and what is asked of a column
/// that is no date or time, is [`Error::Unsupported`](crate::error::Error::Unsupported) when the query is
/// run; `.cast::<DateTime>()` makes one of text.
///
/// ```
/// use orm::prelude::*;
/// use orm::func::count;
/// use orm::value::{Date, DateTime, Time};
/// use orm::{DatePart, DateUnit};
///
/// #[derive(ActiveRecord)]
/// struct Concert {
///     #[orm(primary_key)]
///     id: i64,
///     starts: DateTime,
/// }
///
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Concert])?;
/// # let concert = |(year, month, day)| {
/// #     let date = Date::from_ymd(year, month, day).expect("a date");
/// #     let time = Time::from_hms_nano(20, 30, 0, 0).expect("a time");
/// #     Concert { id: 0, starts: DateTime::new(date, time) }
/// # };
/// # Concert::insert_many(&db, &mut [(1964, 3, 21), (1964, 11, 4), (1968, 4, 7)].map(concert))?;
/// // Concerts of 21 March 1964, of 4 November 1964, and of 7 April 1968, at half past eight.
/// let per_year = Concert::query()
///     .group_by(Concert::STARTS.year())
///     .select((Concert::STARTS.year(), count()))
///     .order_by(Concert::STARTS.year())
///     .all(&db)?;
/// assert_eq!(per_year, [(1964, 2), (1968, 1)]);
///
/// let on_sundays = Concert::query().filter(Concert::STARTS.part(DatePart::Weekday).eq(7));
/// assert_eq!(on_sundays.count(&db)?, 1);
///
/// let first = Concert::query().order_by(Concert::ID);
/// let months = first.clone().select(Concert::STARTS.format_date("%Y-%m")).all(&db)?;
/// assert_eq!(months[0], "1964-03");
/// let quarters = first.select(Concert::STARTS.truncate(DateUnit::Quarter)).all(&db)?;
/// assert_eq!(quarters[0].to_string(), "1964-01-01 00:00:00");
/// # Ok::<(), orm::Error>(())
/// ```
pub trait DateExpression<M, T>: Expression<M, T> {
    /// A part of it, as an integer. A time has no year, and a date no hour.
    fn part(self, part: DatePart) -> Expr<M, T::Like<i64>>
    where
        T: ColumnType,
    {
        let term = self.into_expr().into_term();
        Expr::new(Term::call(Function::Part(part, T::SQL_TYPE), [term]))
    }

    /// The year, as an integer.
    fn year(self) -> Expr<M, T::Like<i64>>
    where
        T: ColumnType,
    {
        self.part(DatePart::Year)
    }

    /// The month, from 1 to 12.
    fn month(self) -> Expr<M, T::Like<i64>>
    where
        T: ColumnType,
    {
        self.part(DatePart::Month)
    }

    /// The day of the month, from 1 to 31.
    fn day(self) -> Expr<M, T::Like<i64>>
    where
        T: ColumnType,
    {
        self.part(DatePart::Day)
    }

    /// The date or time with everything below a unit cut off: the first moment of its year, its month and
    /// so on.
    fn truncate(self, unit: DateUnit) -> Expr<M, T>
    where
        T: ColumnType,
    {
        let base = Function::Truncate(unit, T::SQL_TYPE);
        Expr::new(Term::call(base, [self.into_expr().into_term()]))
    }

    /// The date or time as text, by a pattern of `strftime`: `%Y-%m` is the year and the month.
    fn format_date(self, pattern: impl Into<String>) -> Expr<M, T::Like<String>>
    where
        T: ColumnType,
    {
        let pattern = Term::leaf(Node::Value(Value::Text(pattern.into())));
        let arguments = [self.into_expr().into_term(), pattern];
        Expr::new(Term::call(Function::FormatDate(T::SQL_TYPE), arguments))
    }
}

impl<M, T, E: Expression<M, T>> DateExpression<M, T> for E {}
