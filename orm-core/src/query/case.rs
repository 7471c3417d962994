//! `CASE`.

use std::fmt;
use std::marker::PhantomData;

use super::expression::{Expr, Expression};
use super::func::Valued;
use super::node::Node;
use super::operand::{Argument, Operand};
use super::term::Term;
use crate::value::ColumnType;

/// Begins an expression whose value depends on conditions: `case().when(…, …).otherwise(…)`.
///
/// The first branch tells the type of the value. A condition that is unknown does not hold.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// use orm::func::case;
///
/// let length = case()
///     .when(Track::SECONDS.lt(200), "short")
///     .when(Track::SECONDS.lt(400), "medium")
///     .otherwise("long");
/// let lengths = Track::query().order_by(Track::ID).select((Track::NAME, length)).all(&db)?;
/// assert_eq!(lengths[0], ("Sinnerman".to_owned(), "long".to_owned()));
/// assert_eq!(lengths[2], ("Peri's Scope".to_owned(), "short".to_owned()));
/// # Ok(())
/// # }
/// ```
pub fn case() -> Case {
    Case(())
}

/// A `CASE` without branches; made by [`func::case`](super::func::case()).
#[derive(Debug)]
#[must_use = "a case is an expression once it ends with `.otherwise(…)` or `.end()`"]
pub struct Case(());

impl Case {
    /// The value where a condition holds. The condition tells which table the expression is of.
    pub fn when<M, V: Valued<M>>(
        self,
        condition: impl Expression<M, bool>,
        value: V,
    ) -> CaseWhen<M, V::Type> {
        let branches = CaseWhen {
            branches: Vec::new(),
            levels: 0,
            types: PhantomData,
        };
        branches.branch(
            condition.into_expr().into_term(),
            value.into_valued().into_term(),
        )
    }
}

/// A `CASE` with branches, the first of which that holds gives the value; made by [`Case::when`].
///
/// It is a plain value, so branches can be added in a loop:
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// use orm::func::case;
///
/// let decades = [(1960, "the sixties"), (1970, "the seventies")];
/// let mut decade = case().when(Album::YEAR.lt(1960), "before");
/// for (start, name) in decades {
///     decade = decade.when(Album::YEAR.between(start, start + 9), name);
/// }
/// let decades = Album::query().order_by(Album::ID).select(decade.end()).all(&db)?;
/// assert_eq!(decades, [Some("the sixties".into()), Some("before".into()), None]);
/// # Ok(())
/// # }
/// ```
#[must_use = "a case is an expression once it ends with `.otherwise(…)` or `.end()`"]
pub struct CaseWhen<M, T> {
    branches: Vec<(Node, Node)>,
    levels: usize,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M, T> CaseWhen<M, T> {
    /// The value where a condition holds and none before did.
    pub fn when(self, condition: impl Operand<M, bool>, value: impl Argument<M, T>) -> Self {
        let condition = condition.into_operand().into_term();
        self.branch(condition, value.into_argument().into_term())
    }

    fn branch(mut self, condition: Term, value: Term) -> Self {
        self.levels = self.levels.max(condition.levels).max(value.levels);
        self.branches.push((condition.node, value.node));
        self
    }

    /// The value where no condition holds.
    #[must_use]
    pub fn otherwise(self, value: impl Argument<M, T>) -> Expr<M, T> {
        let value = value.into_argument().into_term();
        let levels = self.levels.max(value.levels);
        let otherwise = Some(Box::new(value.node));
        Expr::new(Term::above(levels, Node::Case(self.branches, otherwise)))
    }

    /// NULL where no condition holds.
    #[must_use]
    pub fn end(self) -> Expr<M, T::Nullable>
    where
        T: ColumnType,
    {
        Expr::new(Term::above(self.levels, Node::Case(self.branches, None)))
    }
}

impl<M, T> fmt::Debug for CaseWhen<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CaseWhen")
    }
}
