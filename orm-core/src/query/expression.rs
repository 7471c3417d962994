//! Typed expressions.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use super::node::{BinaryOperator, MOST_LEVELS, Membership, Node, Pattern, Test};
use super::operand::{self, Operand};
use super::order::Order;
use crate::mapping::{Column, Mapping};

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
    node: Node,
    /// How many operators stand inside each other, so that none of what walks the tree runs out of stack.
    levels: usize,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Expr<M, T> {
    /// An expression without others inside.
    pub(super) fn new(node: Node) -> Self {
        Self {
            node,
            levels: 1,
            types: PhantomData,
        }
    }

    /// An operator above expressions of so many levels.
    pub(super) fn above(levels: usize, node: Node) -> Self {
        if levels >= MOST_LEVELS {
            return Self::new(Node::TooDeep);
        }
        Self {
            levels: levels + 1,
            ..Self::new(node)
        }
    }

    /// The levels that stay when the expression becomes part of a list, which it may be already.
    pub(super) fn levels_inside(&self, is_list: impl Fn(&Node) -> bool) -> usize {
        self.levels - usize::from(is_list(&self.node))
    }

    /// The same expression, taken for one of another type.
    pub(super) fn retyped<U>(self) -> Expr<M, U> {
        Expr {
            levels: self.levels,
            ..Expr::new(self.node)
        }
    }

    pub(super) fn into_node(self) -> Node {
        self.node
    }
}

impl<M, T> Clone for Expr<M, T> {
    fn clone(&self) -> Self {
        Self {
            levels: self.levels,
            ..Self::new(self.node.clone())
        }
    }
}

/// Shows the shape and not the values, because what is logged must not contain data.
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

impl<M: Mapping, T> Expression<M, T> for Column<M, T> {
    fn into_expr(self) -> Expr<M, T> {
        Expr::new(operand::column(self))
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
        let (expr, low, high) = (self.into_expr(), low.into_operand(), high.into_operand());
        let levels = expr.levels.max(low.levels).max(high.levels);
        let low = Box::new(low.node.beside(&expr.node));
        let high = Box::new(high.node.beside(&expr.node));
        Expr::above(levels, Node::Between(Box::new(expr.node), low, high))
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
        Order::ascending(self.into_expr().node)
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
        Order::descending(self.into_expr().node)
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
    message = "`{Self}` is not text, so it cannot be matched with a pattern",
    note = "a newtype of text can be, after `impl orm::query::Text for {Self} {{}}`"
)]
pub trait Text {}

impl Text for String {}
impl Text for Cow<'static, str> {}
impl Text for char {}
impl<T: Text> Text for Option<T> {}

fn compare<M, T>(
    left: impl Expression<M, T>,
    operator: BinaryOperator,
    right: impl Operand<M, T>,
) -> Expr<M, bool> {
    let (left, right) = (left.into_expr(), right.into_operand());
    let levels = left.levels.max(right.levels);
    Expr::above(levels, Node::compare(left.node, operator, right.node))
}

fn membership<M, T, V: Operand<M, T>>(
    left: impl Expression<M, T>,
    membership: Membership,
    values: impl IntoIterator<Item = V>,
) -> Expr<M, bool> {
    let left = left.into_expr();
    let mut levels = left.levels;
    let values = values.into_iter().map(|value| {
        let value = value.into_operand();
        levels = levels.max(value.levels);
        value.node
    });
    let values = values.collect();
    Expr::above(levels, Node::membership(left.node, membership, values))
}

fn test<M, T>(operand: impl Expression<M, T>, test: Test) -> Expr<M, bool> {
    let operand = operand.into_expr();
    Expr::above(operand.levels, Node::Test(Box::new(operand.node), test))
}

fn matches<M, T>(
    left: impl Expression<M, T>,
    pattern: Pattern,
    text: impl Into<String>,
) -> Expr<M, bool> {
    let left = left.into_expr();
    let node = Node::Match(Box::new(left.node), pattern, text.into());
    Expr::above(left.levels, node)
}
