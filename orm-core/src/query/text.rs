//! Text: functions and matches.

use super::expression::{Expr, Expression, Text};
use super::node::{BinaryOperator, Node};
use super::operand::Argument;
use super::term::Term;
use crate::driver::Function;
use crate::value::{ColumnType, Value, fold};

/// What the database makes of text.
///
/// NULL stays NULL, and a position or a length is counted in characters.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// let sinnerman = Track::query().filter(Track::ID.eq(1));
/// let loud = sinnerman.clone().select((Track::NAME.upper(), Track::NAME.length())).one(&db)?;
/// assert_eq!(loud, ("SINNERMAN".to_owned(), 9));
/// let parts = sinnerman.clone().select((Track::NAME.substr(1, 6), Track::NAME.instr("man")));
/// assert_eq!(parts.one(&db)?, ("Sinner".to_owned(), 7));
/// let cleaned = Track::NAME.replace("nn", "n ").trim_end();
/// assert_eq!(sinnerman.select(cleaned).one(&db)?, "Sin erman");
///
/// // What somebody typed, with other capitals and spaces around.
/// let typed = " SINNERMAN ";
/// let found = Track::query().filter(Track::NAME.eq_ignore_case(typed.trim()));
/// assert_eq!(found.count(&db)?, 1);
/// # Ok(())
/// # }
/// ```
pub trait TextExpression<M, T>: Expression<M, T> {
    /// The text in lower case. Letters beyond ASCII have one too.
    fn lower(self) -> Expr<M, T>
    where
        T: Text,
    {
        call(Function::Lower, [term(self)])
    }

    /// The text in upper case. Letters beyond ASCII have one too, and some of them become several.
    fn upper(self) -> Expr<M, T>
    where
        T: Text,
    {
        call(Function::Upper, [term(self)])
    }

    /// How many characters it has. SQLite counts up to a NUL character.
    fn length(self) -> Expr<M, T::Like<i64>>
    where
        T: Text + ColumnType,
    {
        call(Function::Length, [term(self)])
    }

    /// The text without spaces at both ends.
    fn trim(self) -> Expr<M, T>
    where
        T: Text,
    {
        call(Function::Trim, [term(self)])
    }

    /// The text without spaces at its start.
    fn trim_start(self) -> Expr<M, T>
    where
        T: Text,
    {
        call(Function::TrimStart, [term(self)])
    }

    /// The text without spaces at its end.
    fn trim_end(self) -> Expr<M, T>
    where
        T: Text,
    {
        call(Function::TrimEnd, [term(self)])
    }

    /// A part of the text: from a position, counted from 1, so many characters. It ends where the text does,
    /// and on SQLite before a NUL character. A negative position is counted from the end there.
    fn substr<P: Argument<M, i64>, L: Argument<M, i64>>(self, from: P, characters: L) -> Expr<M, T>
    where
        T: Text,
    {
        let from = from.into_argument().into_term();
        let characters = characters.into_argument().into_term();
        call(Function::Substring, [term(self), from, characters])
    }

    /// The rest of it from a position on, which counts from 1.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct User { #[orm(primary_key)] id: i64, email: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![User])?;
    /// # User { id: 0, email: "nina@example.org".into() }.insert(&db)?;
    /// let domain = User::EMAIL.substr_from(User::EMAIL.instr("@") + 1);
    /// assert_eq!(User::query().select(domain).all(&db)?, ["example.org"]);
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn substr_from(self, from: impl Argument<M, i64>) -> Expr<M, T>
    where
        T: Text,
    {
        call(
            Function::SubstringFrom,
            [term(self), from.into_argument().into_term()],
        )
    }

    /// The text with one text in place of another, wherever that is in it.
    fn replace(self, from: impl Into<String>, to: impl Into<String>) -> Expr<M, T>
    where
        T: Text,
    {
        call(Function::Replace, [term(self), text(from), text(to)])
    }

    /// The position at which another text begins in it, counted from 1; 0 where it is not in it.
    fn instr(self, other: impl Into<String>) -> Expr<M, T::Like<i64>>
    where
        T: Text + ColumnType,
    {
        call(Function::Position, [term(self), text(other)])
    }

    /// The text with another behind it.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let labels = Track::query().order_by(Track::ID).select(Track::NAME.concat(" (live)")).all(&db)?;
    /// assert_eq!(labels[0], "Sinnerman (live)");
    /// # Ok(())
    /// # }
    /// ```
    fn concat(self, other: impl Argument<M, T>) -> Expr<M, T>
    where
        T: Text,
    {
        call(
            Function::Concat,
            [term(self), other.into_argument().into_term()],
        )
    }

    /// Whether a part of the text matches a regular expression. On SQLite it is one of the crate `regex`.
    ///
    /// SQLite needs the feature `regex` for it, and without it is
    /// [`Error::Unsupported`](crate::error::Error::Unsupported). An expression that makes no sense is
    /// [`Error::Database`](crate::error::Error::Database).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// # #[cfg(feature = "regex")] {
    /// let two_words = Track::query().filter(Track::NAME.matches(r"^\w+ \w+$"));
    /// assert_eq!(two_words.count(&db)?, 1);
    /// # }
    /// # Ok(())
    /// # }
    /// ```
    fn matches(self, pattern: impl Into<String>) -> Expr<M, bool>
    where
        T: Text,
    {
        call(Function::Regex, [term(self), text(pattern)])
    }

    /// Whether the text is another one, upper case being taken for lower case.
    fn eq_ignore_case(self, other: impl Into<String>) -> Expr<M, bool>
    where
        T: Text,
    {
        let other = fold(&other.into());
        let folded: Expr<M, T> = call(Function::Fold, [term(self)]);
        Expr::new(folded.into_term().wrap(|folded| {
            let other = Box::new(Node::Value(Value::Text(other)));
            Node::Binary(folded, BinaryOperator::Equal, other)
        }))
    }

    /// Whether the text contains another one, upper case being taken for lower case.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let fruit = Track::query().filter(Track::NAME.contains_ignore_case("FRUIT"));
    /// assert_eq!(fruit.count(&db)?, 1);
    /// # Ok(())
    /// # }
    /// ```
    fn contains_ignore_case(self, other: impl Into<String>) -> Expr<M, bool>
    where
        T: Text,
    {
        let other = fold(&other.into());
        let folded: Expr<M, T> = call(Function::Fold, [term(self)]);
        folded.contains(other)
    }
}

impl<M, T, E: Expression<M, T>> TextExpression<M, T> for E {}

fn call<M, T, const N: usize>(function: Function, arguments: [Term; N]) -> Expr<M, T> {
    Expr::new(Term::call(function, arguments))
}

fn term<M, T>(expression: impl Expression<M, T>) -> Term {
    expression.into_expr().into_term()
}

fn text(text: impl Into<String>) -> Term {
    Term::leaf(Node::Value(Value::Text(text.into())))
}
