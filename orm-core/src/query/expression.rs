//! Typed expressions.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use super::join::On;
use super::node::{BinaryOperator, Membership, Node, Pattern, Test};
use super::operand::{Argument, Operand};
use super::order::Order;
use super::scope::{Comparable, Release, Scope};
use super::select::Query;
use super::term::Term;
use crate::driver::Function;
use crate::mapping::{Column, Source};
use crate::value::ColumnType;

/// An expression over mapping `M` with values of type `T`; `Expr<M, bool>` is a condition.
///
/// It is a plain value: it can be cloned, kept, and returned from a function.
///
/// ```
/// use orm::prelude::*;
/// use orm::Expr;
///
/// # #[derive(ActiveRecord)]
/// # struct Track {
/// #     #[orm(primary_key)]
/// #     id: i64,
/// #     name: String,
/// #     composer: Option<String>,
/// #     milliseconds: i64,
/// # }
/// fn long() -> Expr<Track, bool> {
///     Track::MILLISECONDS.gt(600_000)
/// }
///
/// let epic = (long() & Track::COMPOSER.is_not_null()) | !Track::NAME.like("%edit%");
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Track])?;
/// assert_eq!(Track::query().filter(epic).count(&db)?, 0);
/// # Ok::<(), orm::Error>(())
/// ```
pub struct Expr<M, T> {
    term: Term,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Expr<M, T> {
    pub(super) fn new(term: Term) -> Self {
        let types = PhantomData;
        Self { term, types }
    }

    pub(super) fn leaf(node: Node) -> Self {
        Self::new(Term::leaf(node))
    }

    /// The same expression, taken for one of other types.
    pub(super) fn retyped<N, U>(self) -> Expr<N, U> {
        Expr::new(self.term)
    }

    pub(super) fn into_term(self) -> Term {
        self.term
    }
}

impl<M, T> Clone for Expr<M, T> {
    fn clone(&self) -> Self {
        Self::new(self.term.clone())
    }
}

/// Shows no value, because what is logged must not contain data.
impl<M, T> fmt::Debug for Expr<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Expr")
    }
}

impl<M, T> Expression<M, T> for Expr<M, T> {
    fn into_expr(self) -> Self {
        self
    }
}

impl<M: Source, T> Expression<M, T> for Column<M, T> {
    fn into_expr(self) -> Expr<M, T> {
        Expr::leaf(Node::column(M::TABLE, self.position()))
    }
}

/// What can be asked of a column, or of another expression.
///
/// `None` stands for NULL and is compared as one would expect: `eq(None)` is `IS NULL`.
///
/// ```
/// # use orm::prelude::*;
/// # #[derive(ActiveRecord)] struct Album { #[orm(primary_key)] id: i64, year: Option<i32> }
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Album])?;
/// # Album::insert_many(&db, &mut [Some(1959), Some(1965), None].map(|year| Album { id: 0, year }))?;
/// // Albums of 1959, of 1965, and of no known year.
/// assert_eq!(Album::query().filter(Album::YEAR.gt(1960)).count(&db)?, 1);
/// assert_eq!(Album::query().filter(Album::YEAR.eq(None)).count(&db)?, 1);
/// assert_eq!(Album::query().filter(Album::YEAR.ne(1965)).count(&db)?, 1); // unknown is not "other"
/// # Ok::<(), orm::Error>(())
/// ```
#[expect(
    clippy::wrong_self_convention,
    reason = "an expression is a value that methods take over"
)]
pub trait Expression<M, T>: Sized {
    /// The expression itself.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, seconds: i64 }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// # Track::insert_many(&db, &mut [30, 60, 90].map(|seconds| Track { id: 0, seconds }))?;
    /// let seconds = Track::SECONDS.into_expr();
    /// assert_eq!(Track::query().filter(seconds.ge(60)).count(&db)?, 2);
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn into_expr(self) -> Expr<M, T>;

    /// Whether the values are equal.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Album { #[orm(primary_key)] id: i64, year: Option<i32> }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Album])?;
    /// # Album::insert_many(&db, &mut [Some(1959), Some(1965), None].map(|year| Album { id: 0, year }))?;
    /// assert_eq!(Album::query().filter(Album::YEAR.eq(1959)).count(&db)?, 1);
    /// assert_eq!(Album::query().filter(Album::YEAR.eq(None)).count(&db)?, 1); // IS NULL
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn eq(self, other: impl Operand<M, T>) -> Expr<M, bool> {
        compare(self, BinaryOperator::Equal, other)
    }

    /// Whether the values differ.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Album { #[orm(primary_key)] id: i64, year: Option<i32> }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Album])?;
    /// # Album::insert_many(&db, &mut [Some(1959), Some(1965), None].map(|year| Album { id: 0, year }))?;
    /// // Albums of 1959, of 1965, and of no known year.
    /// assert_eq!(Album::query().filter(Album::YEAR.ne(1959)).count(&db)?, 1);
    /// assert_eq!(Album::query().filter(Album::YEAR.ne(None)).count(&db)?, 2); // IS NOT NULL
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn ne(self, other: impl Operand<M, T>) -> Expr<M, bool> {
        compare(self, BinaryOperator::NotEqual, other)
    }

    /// Whether the value is less than the other.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, seconds: i64 }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// # Track::insert_many(&db, &mut [30, 60, 90].map(|seconds| Track { id: 0, seconds }))?;
    /// // Tracks of 30, 60 and 90 seconds.
    /// assert_eq!(Track::query().filter(Track::SECONDS.lt(60)).count(&db)?, 1);
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn lt(self, other: impl Operand<M, T>) -> Expr<M, bool> {
        compare(self, BinaryOperator::Less, other)
    }

    /// Whether the value is less than the other, or equal.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, seconds: i64 }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// # Track::insert_many(&db, &mut [30, 60, 90].map(|seconds| Track { id: 0, seconds }))?;
    /// // Tracks of 30, 60 and 90 seconds.
    /// assert_eq!(Track::query().filter(Track::SECONDS.le(60)).count(&db)?, 2);
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn le(self, other: impl Operand<M, T>) -> Expr<M, bool> {
        compare(self, BinaryOperator::LessOrEqual, other)
    }

    /// Whether the value is greater than the other.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, seconds: i64 }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// # Track::insert_many(&db, &mut [30, 60, 90].map(|seconds| Track { id: 0, seconds }))?;
    /// // Tracks of 30, 60 and 90 seconds.
    /// assert_eq!(Track::query().filter(Track::SECONDS.gt(60)).count(&db)?, 1);
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn gt(self, other: impl Operand<M, T>) -> Expr<M, bool> {
        compare(self, BinaryOperator::Greater, other)
    }

    /// Whether the value is greater than the other, or equal.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, seconds: i64 }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// # Track::insert_many(&db, &mut [30, 60, 90].map(|seconds| Track { id: 0, seconds }))?;
    /// // Tracks of 30, 60 and 90 seconds.
    /// assert_eq!(Track::query().filter(Track::SECONDS.ge(60)).count(&db)?, 2);
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn ge(self, other: impl Operand<M, T>) -> Expr<M, bool> {
        compare(self, BinaryOperator::GreaterOrEqual, other)
    }

    /// Whether the value lies between two others or equals one of them.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, seconds: i64 }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// # Track::insert_many(&db, &mut [30, 60, 90].map(|seconds| Track { id: 0, seconds }))?;
    /// // Tracks of 30, 60 and 90 seconds.
    /// assert_eq!(Track::query().filter(Track::SECONDS.between(30, 60)).count(&db)?, 2);
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn between(self, low: impl Operand<M, T>, high: impl Operand<M, T>) -> Expr<M, bool> {
        let bounds = [
            low.into_operand().into_term(),
            high.into_operand().into_term(),
        ];
        let expr = self.into_expr().into_term();
        let levels = bounds
            .iter()
            .fold(expr.levels, |most, bound| most.max(bound.levels));
        let [low, high] = bounds.map(|bound| Box::new(bound.node.beside(&expr.node)));
        Expr::new(Term::above(
            levels,
            Node::Between(Box::new(expr.node), low, high),
        ))
    }

    /// Whether the value is one of several. Nothing is one of none.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// # let artist = |name: &str| Artist { id: 0, name: name.into() };
    /// # Artist::insert_many(&db, &mut ["Nina Simone", "Bill Evans", "Nick Drake"].map(artist))?;
    /// let some = Artist::query().filter(Artist::NAME.is_in(["Nina Simone", "Nobody"]));
    /// assert_eq!(some.count(&db)?, 1);
    /// let none = Artist::query().filter(Artist::ID.is_in(Vec::<i64>::new()));
    /// assert_eq!(none.count(&db)?, 0);
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn is_in<V: Operand<M, T>>(self, values: impl IntoIterator<Item = V>) -> Expr<M, bool> {
        membership(self, Membership::In, values)
    }

    /// Whether the value is none of several.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// # let artist = |name: &str| Artist { id: 0, name: name.into() };
    /// # Artist::insert_many(&db, &mut ["Nina Simone", "Bill Evans", "Nick Drake"].map(artist))?;
    /// // Three artists, one of them Nina Simone.
    /// let others = Artist::query().filter(Artist::NAME.not_in(["Nina Simone", "Nobody"]));
    /// assert_eq!(others.count(&db)?, 2);
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn not_in<V: Operand<M, T>>(self, values: impl IntoIterator<Item = V>) -> Expr<M, bool> {
        membership(self, Membership::NotIn, values)
    }

    /// Whether there is no value.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Album { #[orm(primary_key)] id: i64, year: Option<i32> }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Album])?;
    /// # Album::insert_many(&db, &mut [Some(1959), Some(1965), None].map(|year| Album { id: 0, year }))?;
    /// // Albums of 1959, of 1965, and of no known year.
    /// assert_eq!(Album::query().filter(Album::YEAR.is_null()).count(&db)?, 1);
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn is_null(self) -> Expr<M, bool> {
        test(self, Test::Null)
    }

    /// Whether there is a value.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Album { #[orm(primary_key)] id: i64, year: Option<i32> }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Album])?;
    /// # Album::insert_many(&db, &mut [Some(1959), Some(1965), None].map(|year| Album { id: 0, year }))?;
    /// // Albums of 1959, of 1965, and of no known year.
    /// assert_eq!(Album::query().filter(Album::YEAR.is_not_null()).count(&db)?, 2);
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn is_not_null(self) -> Expr<M, bool> {
        test(self, Test::NotNull)
    }

    /// Whether text matches a pattern with `%` for any characters and `_` for one; a backslash before
    /// either means the character itself. Whether upper and lower case differ is the database's
    /// affair: SQLite takes ASCII letters for equal.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// # let artist = |name: &str| Artist { id: 0, name: name.into() };
    /// # Artist::insert_many(&db, &mut ["Nina Simone", "Bill Evans", "Nick Drake"].map(artist))?;
    /// // Nina Simone, Bill Evans and Nick Drake.
    /// assert_eq!(Artist::query().filter(Artist::NAME.like("Ni%")).count(&db)?, 2);
    /// assert_eq!(Artist::query().filter(Artist::NAME.like("Ni__ %")).count(&db)?, 2);
    /// assert_eq!(Artist::query().filter(Artist::NAME.like(r"%\%%")).count(&db)?, 0); // a percent sign
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn like(self, pattern: impl Into<String>) -> Expr<M, bool>
    where
        T: Text,
    {
        matches(self, Pattern::Like, pattern)
    }

    /// Whether text contains other text, upper case apart from lower case.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// # let artist = |name: &str| Artist { id: 0, name: name.into() };
    /// # Artist::insert_many(&db, &mut ["Nina Simone", "Bill Evans", "Nick Drake"].map(artist))?;
    /// // Nina Simone, Bill Evans and Nick Drake. Nothing in the text is a wildcard.
    /// assert_eq!(Artist::query().filter(Artist::NAME.contains("a")).count(&db)?, 3);
    /// assert_eq!(Artist::query().filter(Artist::NAME.contains("A")).count(&db)?, 0);
    /// assert_eq!(Artist::query().filter(Artist::NAME.contains("%")).count(&db)?, 0);
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn contains(self, text: impl Into<String>) -> Expr<M, bool>
    where
        T: Text,
    {
        matches(self, Pattern::Contains, text)
    }

    /// Whether text begins with other text, upper case apart from lower case.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// # let artist = |name: &str| Artist { id: 0, name: name.into() };
    /// # Artist::insert_many(&db, &mut ["Nina Simone", "Bill Evans", "Nick Drake"].map(artist))?;
    /// // Nina Simone, Bill Evans and Nick Drake.
    /// assert_eq!(Artist::query().filter(Artist::NAME.starts_with("Ni")).count(&db)?, 2);
    /// assert_eq!(Artist::query().filter(Artist::NAME.starts_with("ni")).count(&db)?, 0);
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn starts_with(self, text: impl Into<String>) -> Expr<M, bool>
    where
        T: Text,
    {
        matches(self, Pattern::StartsWith, text)
    }

    /// Whether text ends with other text, upper case apart from lower case.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// # let artist = |name: &str| Artist { id: 0, name: name.into() };
    /// # Artist::insert_many(&db, &mut ["Nina Simone", "Bill Evans", "Nick Drake"].map(artist))?;
    /// // Nina Simone, Bill Evans and Nick Drake.
    /// assert_eq!(Artist::query().filter(Artist::NAME.ends_with("e")).count(&db)?, 2);
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn ends_with(self, text: impl Into<String>) -> Expr<M, bool>
    where
        T: Text,
    {
        matches(self, Pattern::EndsWith, text)
    }

    /// Whether the values are the same, NULL being the same as NULL: `IS NOT DISTINCT FROM`.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// fn of_year(year: Option<i32>) -> Query<Album> {
    ///     Album::query().filter(Album::YEAR.is_not_distinct_from(year))
    /// }
    ///
    /// assert_eq!(of_year(Some(1965)).count(&db)?, 1);
    /// assert_eq!(of_year(None).count(&db)?, 1);
    /// # Ok(())
    /// # }
    /// ```
    fn is_not_distinct_from(self, other: impl Operand<M, T>) -> Expr<M, bool> {
        compare(self, BinaryOperator::Same, other)
    }

    /// Whether the values differ, NULL being different from every value: `IS DISTINCT FROM`. It is
    /// never unknown.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// // Albums of 1965, of 1959, and of no known year.
    /// assert_eq!(Album::query().filter(Album::YEAR.is_distinct_from(1965)).count(&db)?, 2);
    /// assert_eq!(Album::query().filter(Album::YEAR.ne(1965)).count(&db)?, 1);
    /// # Ok(())
    /// # }
    /// ```
    fn is_distinct_from(self, other: impl Operand<M, T>) -> Expr<M, bool> {
        compare(self, BinaryOperator::Different, other)
    }

    /// Whether the value is among those that a query of one column selects.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let old = Album::query().filter(Album::YEAR.lt(1960)).select(Album::ARTIST_ID);
    /// let artists = Artist::query().filter(Artist::ID.is_in_query(old)).all(&db)?;
    /// assert_eq!(artists[0].name, "Bill Evans");
    /// # Ok(())
    /// # }
    /// ```
    fn is_in_query<S: Scope, R>(self, query: Query<S, R>) -> Expr<M, bool>
    where
        T: Comparable<R>,
    {
        membership_of_query(self, Membership::In, query)
    }

    /// Whether the value is none of those that a query of one column selects. It is unknown where the
    /// query selects a NULL.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let with_album = Album::query().select(Album::ARTIST_ID);
    /// let artists = Artist::query().filter(Artist::ID.not_in_query(with_album)).all(&db)?;
    /// assert_eq!(artists[0].name, "Vashti Bunyan");
    /// # Ok(())
    /// # }
    /// ```
    fn not_in_query<S: Scope, R>(self, query: Query<S, R>) -> Expr<M, bool>
    where
        T: Comparable<R>,
    {
        membership_of_query(self, Membership::NotIn, query)
    }

    /// This value, or another where it is NULL.
    ///
    /// Only a value that may be NULL has it, and the result is never NULL.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let years = Album::query().order_by(Album::ID).select(Album::YEAR.coalesce(1900)).all(&db)?;
    /// assert_eq!(years, [1965, 1959, 1900]);
    /// # Ok(())
    /// # }
    /// ```
    fn coalesce(self, otherwise: impl Argument<M, T::Value>) -> Expr<M, T::Value>
    where
        T: Optional,
    {
        let terms = [
            self.into_expr().into_term(),
            otherwise.into_argument().into_term(),
        ];
        Expr::new(Term::call(Function::Coalesce, terms))
    }

    /// The value, or another where it is NULL because a `left_join` found no row: a value of the table
    /// on the outer side that is no `Option` in the result.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let titles: Vec<(String, String)> = Artist::query()
    ///     .left_join(Artist::ID.on(Album::ARTIST_ID))
    ///     .order_by((Artist::ID, Album::ID))
    ///     .select((Artist::NAME, Album::TITLE.if_absent("(no album)")))
    ///     .all(&db)?;
    /// assert_eq!(titles[3], ("Vashti Bunyan".to_owned(), "(no album)".to_owned()));
    /// # Ok(())
    /// # }
    /// ```
    fn if_absent<U: ColumnType>(self, otherwise: impl Argument<M, U>) -> Expr<M::Free, U>
    where
        T: ColumnType,
        T::Nullable: Optional<Value = U>,
        M: Release,
    {
        let terms = [
            self.into_expr().into_term(),
            otherwise.into_argument().into_term(),
        ];
        Expr::new(Term::call(Function::Coalesce, terms))
    }

    /// The first of this value and another that is not NULL, where the other may be NULL too.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)]
    /// # struct Track { #[orm(primary_key)] id: i64, composer: Option<String>, singer: Option<String> }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// # Track { id: 0, composer: None, singer: Some("Nina Simone".into()) }.insert(&db)?;
    /// let by = Track::COMPOSER.coalesce_option(Track::SINGER).coalesce("unknown");
    /// assert_eq!(Track::query().select(by).all(&db)?, ["Nina Simone"]);
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn coalesce_option(self, other: impl Argument<M, T>) -> Expr<M, T>
    where
        T: Optional,
    {
        let terms = [
            self.into_expr().into_term(),
            other.into_argument().into_term(),
        ];
        Expr::new(Term::call(Function::Coalesce, terms))
    }

    /// The value, or NULL where it equals another.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// // 622 stands for "not measured".
    /// let seconds = Track::query().order_by(Track::ID).select(Track::SECONDS.nullif(622)).all(&db)?;
    /// assert_eq!(seconds, [None, Some(220), Some(193)]);
    /// # Ok(())
    /// # }
    /// ```
    fn nullif(self, other: impl Argument<M, T>) -> Expr<M, T::Nullable>
    where
        T: ColumnType,
    {
        let terms = [
            self.into_expr().into_term(),
            other.into_argument().into_term(),
        ];
        Expr::new(Term::call(Function::NullIf, terms))
    }

    /// The lesser of this value and another; NULL where one of them is.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// // Nobody is charged for more than five minutes.
    /// let charged = Track::query().order_by(Track::ID).select(Track::SECONDS.least(300)).all(&db)?;
    /// assert_eq!(charged, [300, 220, 193]);
    /// # Ok(())
    /// # }
    /// ```
    fn least(self, other: impl Argument<M, T>) -> Expr<M, T> {
        let terms = [
            self.into_expr().into_term(),
            other.into_argument().into_term(),
        ];
        Expr::new(Term::call(Function::Least, terms))
    }

    /// The greater of this value and another; NULL where one of them is.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// // Everybody is charged for at least 200 seconds.
    /// let charged = Track::query().order_by(Track::ID).select(Track::SECONDS.greatest(200)).all(&db)?;
    /// assert_eq!(charged, [622, 220, 200]);
    /// # Ok(())
    /// # }
    /// ```
    fn greatest(self, other: impl Argument<M, T>) -> Expr<M, T> {
        let terms = [
            self.into_expr().into_term(),
            other.into_argument().into_term(),
        ];
        Expr::new(Term::call(Function::Greatest, terms))
    }

    /// The value as one of another type, by the database's rules: `CAST`. NULL stays NULL. Of dates and
    /// times, and of text that holds them, it makes each other: the day of a moment is
    /// `.cast::<Date>()`, exact to a millisecond.
    ///
    /// What the database makes of a value that is none of the type is up to it: SQLite takes text that
    /// is no number for 0.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let minutes = (Track::SECONDS.cast::<f64>() / 60.0).round(1);
    /// assert_eq!(Track::query().order_by(Track::ID).select(minutes).all(&db)?, [10.4, 3.7, 3.2]);
    /// # Ok(())
    /// # }
    /// ```
    fn cast<U: ColumnType>(self) -> Expr<M, T::Like<U>>
    where
        T: ColumnType,
    {
        let term = self.into_expr().into_term();
        Expr::new(term.wrap(|inner| Node::Cast(inner, U::SQL_TYPE)))
    }

    /// The same value, as an `Option`, where something that may be NULL is expected.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// // Employees to whom nobody reports. Both sides of a set have rows of one type.
    /// let everybody = Employee::query().select(Employee::ID.nullable());
    /// let managers = Employee::query().select(Employee::REPORTS_TO);
    /// assert_eq!(everybody.except(managers).all(&db)?, [Some(2)]);
    /// # Ok(())
    /// # }
    /// ```
    fn nullable(self) -> Expr<M, T::Nullable>
    where
        T: ColumnType,
    {
        self.into_expr().retyped()
    }

    /// The text, compared and sorted by a collation of the database, as SQLite's `NOCASE` is.
    ///
    /// The name consists of ASCII letters, digits and underscores; another one is
    /// [`Error::InvalidIdentifier`](crate::error::Error::InvalidIdentifier) when the query is run. One that the
    /// database does not know is [`Error::Database`](crate::error::Error::Database).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let nina = Artist::query().filter(Artist::NAME.collate("NOCASE").eq("NINA SIMONE"));
    /// assert_eq!(nina.count(&db)?, 1);
    /// let sorted = Artist::query().order_by(Artist::NAME.collate("NOCASE").desc());
    /// assert_eq!(sorted.all(&db)?[0].name, "Vashti Bunyan");
    /// # Ok(())
    /// # }
    /// ```
    fn collate(self, collation: &'static str) -> Expr<M, T>
    where
        T: Text,
    {
        let term = self.into_expr().into_term();
        Expr::new(term.wrap(|inner| Node::Collate(inner, collation)))
    }

    /// The expression, for use within one of another table of the same query.
    ///
    /// That the query has the table is checked when it is run; if not, it is
    /// [`Error::InvalidQuery`](crate::error::Error::InvalidQuery).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let labels = Track::query()
    ///     .join(Track::ALBUM_ID.on(Album::ID))
    ///     .order_by(Track::ID)
    ///     .select(Track::NAME.concat(" on ").concat(Album::TITLE.joined()))
    ///     .all(&db)?;
    /// assert_eq!(labels[0], "Sinnerman on Pastel Blues");
    /// # Ok(())
    /// # }
    /// ```
    fn joined(self) -> Expr<M::Free, T>
    where
        M: Release,
    {
        self.into_expr().retyped()
    }

    /// The expression as one of the query around, for use within a subquery, which is correlated to it
    /// by that.
    ///
    /// That there is a query around which has the table is checked when it is run; if not, it is
    /// [`Error::InvalidQuery`](crate::error::Error::InvalidQuery).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// use orm::func::exists;
    ///
    /// // Artists with an album of the sixties.
    /// let sixties = Album::query()
    ///     .filter(Album::ARTIST_ID.eq(Artist::ID.outer()))
    ///     .filter(Album::YEAR.between(1960, 1969));
    /// let artists = Artist::query().filter(exists(sixties)).all(&db)?;
    /// assert_eq!(artists[0].name, "Nina Simone");
    /// # Ok(())
    /// # }
    /// ```
    fn outer(self) -> Expr<M::Free, T>
    where
        M: Release,
    {
        Expr::new(self.into_expr().into_term().wrap(Node::Outer))
    }

    /// The condition of a join, that this column equals one of the table that is joined.
    ///
    /// Both may be expressions, and the other one a column of an [`Alias`](super::Alias). What else has to hold
    /// stands behind it: [`On::and`].
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let titles = Track::query()
    ///     .join(Track::ALBUM_ID.on(Album::ID)) // the table of the query first
    ///     .filter(Track::SECONDS.gt(600))
    ///     .select(Album::TITLE)
    ///     .all(&db)?;
    /// assert_eq!(titles, ["Pastel Blues"]);
    /// # Ok(())
    /// # }
    /// ```
    fn on<N, U>(self, other: impl Expression<N, U>) -> On<M, N>
    where
        T: Comparable<U>,
    {
        On::equal(self.into_expr(), other.into_expr())
    }

    /// The order from the least value to the greatest.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, seconds: i64 }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// # Track::insert_many(&db, &mut [30, 60, 90].map(|seconds| Track { id: 0, seconds }))?;
    /// let shortest = Track::query().order_by(Track::SECONDS.asc()).first(&db)?;
    /// assert!(shortest.is_some_and(|track| track.seconds == 30));
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn asc(self) -> Order<M> {
        Order::ascending(self.into_expr())
    }

    /// The order from the greatest value to the least.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, seconds: i64 }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// # Track::insert_many(&db, &mut [30, 60, 90].map(|seconds| Track { id: 0, seconds }))?;
    /// let longest = Track::query().order_by(Track::SECONDS.desc()).first(&db)?;
    /// assert!(longest.is_some_and(|track| track.seconds == 90));
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn desc(self) -> Order<M> {
        Order::descending(self.into_expr())
    }
}

/// Types whose values are text, so that they can be matched with patterns. Implement it for newtypes
/// of text of your own.
///
/// ```
/// use orm::prelude::*;
///
/// #[derive(Value)]
/// struct Email(String);
///
/// impl orm::query::Text for Email {}
///
/// #[derive(ActiveRecord)]
/// struct User {
///     #[orm(primary_key)]
///     id: i64,
///     email: Email,
/// }
///
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![User])?;
/// User { id: 0, email: Email("nina@example.org".into()) }.insert(&db)?;
/// let in_org = User::query().filter(User::EMAIL.ends_with(".org"));
/// assert_eq!(in_org.count(&db)?, 1);
/// # Ok::<(), orm::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not text",
    label = "expected text, not `{Self}`",
    note = "`.cast::<String>()` makes text of other values; a newtype of text is text after `impl orm::query::Text for …`"
)]
pub trait Text {}

/// Types with room for NULL: `Option<T>`.
///
/// [`coalesce`](Expression::coalesce) takes only these, since nothing else needs another value.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is never NULL",
    label = "expected an `Option`",
    note = "there is nothing to replace: leave it out, or write `.if_absent(…)` for a column on the outer side of a join"
)]
pub trait Optional: ColumnType {
    /// The type of what is not NULL.
    type Value: ColumnType;
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> Optional for Option<T> {
    type Value = T;
}

#[diagnostic::do_not_recommend]
impl Text for String {}
#[diagnostic::do_not_recommend]
impl Text for Cow<'static, str> {}
#[diagnostic::do_not_recommend]
impl Text for char {}
#[diagnostic::do_not_recommend]
impl<T: Text> Text for Option<T> {}

fn compare<M, T>(
    left: impl Expression<M, T>,
    operator: BinaryOperator,
    right: impl Operand<M, T>,
) -> Expr<M, bool> {
    let (left, right) = (
        left.into_expr().into_term(),
        right.into_operand().into_term(),
    );
    Expr::new(left.wrap_with(right, |left, right| Node::compare(left, operator, right)))
}

fn membership<M, T, V: Operand<M, T>>(
    left: impl Expression<M, T>,
    membership: Membership,
    values: impl IntoIterator<Item = V>,
) -> Expr<M, bool> {
    let left = left.into_expr().into_term();
    let mut levels = left.levels;
    let values = values.into_iter().map(|value| {
        let value = value.into_operand().into_term();
        levels = levels.max(value.levels);
        value.node
    });
    let values = values.collect();
    Expr::new(Term::above(
        levels,
        Node::membership(left.node, membership, values),
    ))
}

fn membership_of_query<M, T, S: Scope, R>(
    left: impl Expression<M, T>,
    membership: Membership,
    query: Query<S, R>,
) -> Expr<M, bool> {
    let left = left.into_expr().into_term();
    let (parts, levels) = query.into_inner();
    Expr::new(Term::above(
        left.levels.max(levels),
        Node::InQuery(Box::new(left.node), membership, Box::new(parts)),
    ))
}

fn test<M, T>(operand: impl Expression<M, T>, test: Test) -> Expr<M, bool> {
    let operand = operand.into_expr().into_term();
    Expr::new(operand.wrap(|operand| Node::Test(operand, test)))
}

fn matches<M, T>(
    left: impl Expression<M, T>,
    pattern: Pattern,
    text: impl Into<String>,
) -> Expr<M, bool> {
    let left = left.into_expr().into_term();
    Expr::new(left.wrap(|left| Node::Match(left, pattern, text.into())))
}
