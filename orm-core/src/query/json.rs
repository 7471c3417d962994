//! What stands inside of JSON documents.

use std::fmt::{self, Write as _};
use std::marker::PhantomData;

use super::expression::{Expr, Expression};
use super::func::Valued;
use super::node::Node;
use super::term::Term;
use crate::driver::Function;
use crate::value::{ColumnType, Value};

/// Types of columns that hold JSON documents.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no JSON document",
    label = "expected `Json<…>` or `serde_json::Value`"
)]
pub trait Document {}

#[cfg(feature = "json")]
impl<T> Document for crate::value::Json<T> {}
#[cfg(feature = "json")]
impl Document for serde_json::Value {}
impl<T: Document> Document for Option<T> {}

/// Ways into a JSON document.
pub trait JsonExpression<M, T>: Expression<M, T> {
    /// The document itself, as a place in it.
    fn document(self) -> JsonPath<M>
    where
        T: Document,
    {
        JsonPath {
            document: self.into_expr().into_term(),
            path: String::from("$"),
            refused: false,
            mapping: PhantomData,
        }
    }

    /// The place of a key in the document, which is an object.
    fn key(self, key: &str) -> JsonPath<M>
    where
        T: Document,
    {
        self.document().key(key)
    }

    /// The place of an element in the document, which is an array; counted from 0.
    fn index(self, index: usize) -> JsonPath<M>
    where
        T: Document,
    {
        self.document().index(index)
    }
}

impl<M, T, E: Expression<M, T>> JsonExpression<M, T> for E {}

/// A place in a JSON document.
#[must_use = "a place is an expression once something is asked of it, as by `.get()`"]
pub struct JsonPath<M> {
    document: Term,
    path: String,
    refused: bool,
    mapping: PhantomData<fn() -> M>,
}

impl<M> JsonPath<M> {
    /// The place of a key in the object here.
    pub fn key(mut self, key: &str) -> Self {
        self.refused |= key.contains('\0');
        self.path.push_str(".\"");
        for character in key.chars() {
            match character {
                '"' => self.path.push_str("\\\""),
                '\\' => self.path.push_str("\\\\"),
                '\n' => self.path.push_str("\\n"),
                '\r' => self.path.push_str("\\r"),
                '\t' => self.path.push_str("\\t"),
                other => self.path.push(other),
            }
        }
        self.path.push('"');
        self
    }

    /// The place of an element in the array here; counted from 0.
    pub fn index(mut self, index: usize) -> Self {
        // Writing to a String does not fail.
        let _ = write!(self.path, "[{index}]");
        self
    }

    /// The value here, NULL where there is none. Objects and arrays are JSON text.
    #[must_use]
    pub fn get<T: ColumnType>(self) -> Expr<M, T::Nullable> {
        self.call(Function::JsonGet)
    }

    /// Whether there is something here, be it `null`.
    #[must_use]
    pub fn exists(self) -> Expr<M, bool> {
        self.call(Function::JsonHas)
    }

    /// Whether the array or object here has a member with this value.
    #[must_use]
    pub fn contains(self, value: impl Valued<M>) -> Expr<M, bool> {
        let value = value.into_valued().into_term();
        let path = self.path();
        Expr::new(Term::call(
            Function::JsonContains,
            [self.document, path, value],
        ))
    }

    /// How many elements the array here has; NULL where there is nothing, 0 where it is no array.
    #[must_use]
    pub fn len(self) -> Expr<M, Option<i64>> {
        self.call(Function::JsonLength)
    }

    fn call<T>(self, function: Function) -> Expr<M, T> {
        let path = self.path();
        Expr::new(Term::call(function, [self.document, path]))
    }

    fn path(&self) -> Term {
        Term::leaf(if self.refused {
            Node::Misuse("a key of a JSON document contains a NUL character")
        } else {
            Node::Value(Value::Text(self.path.clone()))
        })
    }
}

impl<M> Clone for JsonPath<M> {
    fn clone(&self) -> Self {
        Self {
            document: self.document.clone(),
            path: self.path.clone(),
            refused: self.refused,
            mapping: PhantomData,
        }
    }
}

impl<M> fmt::Debug for JsonPath<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JsonPath")
    }
}
