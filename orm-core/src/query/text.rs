//! Text: functions and matches.

use super::expression::{Expr, Expression, Text};
use super::node::{BinaryOperator, Node};
use super::operand::Argument;
use super::term::Term;
use crate::driver::Function;
use crate::value::{ColumnType, Value};

/// What the database makes of text.
pub trait TextExpression<M, T>: Expression<M, T> {
    /// The text in lower case, letters beyond ASCII too.
    fn lower(self) -> Expr<M, T>
    where
        T: Text,
    {
        call(Function::Lower, [term(self)])
    }

    /// The text in upper case, letters beyond ASCII too.
    fn upper(self) -> Expr<M, T>
    where
        T: Text,
    {
        call(Function::Upper, [term(self)])
    }

    /// How many characters it has.
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

    /// A part of it: from a position, which counts from 1, so many characters.
    fn substr<P: Argument<M, i64>, L: Argument<M, i64>>(self, from: P, characters: L) -> Expr<M, T>
    where
        T: Text,
    {
        let from = from.into_argument().into_term();
        let characters = characters.into_argument().into_term();
        call(Function::Substring, [term(self), from, characters])
    }

    /// The text with one text in place of another, wherever it is.
    fn replace(self, from: impl Into<String>, to: impl Into<String>) -> Expr<M, T>
    where
        T: Text,
    {
        call(Function::Replace, [term(self), text(from), text(to)])
    }

    /// Where another text begins in it, from 1; 0 where it does not.
    fn instr(self, other: impl Into<String>) -> Expr<M, T::Like<i64>>
    where
        T: Text + ColumnType,
    {
        call(Function::Position, [term(self), text(other)])
    }

    /// The text with another behind it.
    fn concat(self, other: impl Argument<M, T>) -> Expr<M, T>
    where
        T: Text,
    {
        call(
            Function::Concat,
            [term(self), other.into_argument().into_term()],
        )
    }

    /// Whether it matches a regular expression, in the syntax of the crate `regex` on SQLite, which
    /// needs the feature `regex` for it.
    ///
    /// Without the feature it is [`Error::Unsupported`](crate::error::Error::Unsupported).
    fn matches(self, pattern: impl Into<String>) -> Expr<M, bool>
    where
        T: Text,
    {
        call(Function::Regex, [term(self), text(pattern)])
    }

    /// Whether it is another text, upper case being taken for lower case.
    fn eq_ignore_case(self, other: impl Into<String>) -> Expr<M, bool>
    where
        T: Text,
    {
        let other = other.into().to_lowercase();
        let lower: Expr<M, T> = self.lower();
        Expr::new(lower.into_term().wrap(|lower| {
            let other = Box::new(Node::Value(Value::Text(other)));
            Node::Binary(lower, BinaryOperator::Equal, other)
        }))
    }

    /// Whether it contains another text, upper case being taken for lower case.
    fn contains_ignore_case(self, other: impl Into<String>) -> Expr<M, bool>
    where
        T: Text,
    {
        let other = other.into().to_lowercase();
        let lower: Expr<M, T> = self.lower();
        lower.contains(other)
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
