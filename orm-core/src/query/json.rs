//! What stands inside of JSON documents.

use std::fmt::{self, Write as _};
use std::marker::PhantomData;

use super::expression::{Expr, Expression};
use super::func::Valued;
use super::node::Node;
use super::term::Term;
use crate::driver::Function;
use crate::value::{ColumnType, SqlType, Value};

/// Types of columns that hold JSON documents: `Json<T>` and `serde_json::Value`, and `Option`s of them.
///
/// Implement it for types of your own that are stored as JSON.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no JSON document",
    label = "expected `Json<…>` or `serde_json::Value`"
)]
pub trait Document {}

#[cfg(feature = "json")]
#[diagnostic::do_not_recommend]
impl<T> Document for crate::value::Json<T> {}
#[cfg(feature = "json")]
#[diagnostic::do_not_recommend]
impl Document for serde_json::Value {}
#[diagnostic::do_not_recommend]
impl<T: Document> Document for Option<T> {}

/// Ways into a JSON document.
///
/// ```
/// # #[cfg(feature = "json")] {
/// use orm::prelude::*;
/// use serde_json::json;
///
/// #[derive(ActiveRecord)]
/// struct Track {
///     #[orm(primary_key)]
///     id: i64,
///     details: serde_json::Value,
/// }
///
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Track])?;
/// let details = json!({ "key": { "tonic": "B", "mode": "minor" }, "players": ["piano", "drums"] });
/// Track { id: 0, details }.insert(&db)?;
///
/// let mode = Track::DETAILS.key("key").key("mode").get::<String>();
/// assert_eq!(Track::query().filter(mode.eq("minor")).count(&db)?, 1);
///
/// let with_piano = Track::query().filter(Track::DETAILS.key("players").contains("piano"));
/// assert_eq!(with_piano.count(&db)?, 1);
///
/// let first_player = Track::DETAILS.key("players").index(0).get::<String>();
/// assert_eq!(Track::query().select(first_player).all(&db)?, [Some("piano".to_owned())]);
///
/// let duos = Track::query().filter(Track::DETAILS.key("players").len().eq(2));
/// assert_eq!(duos.count(&db)?, 1);
///
/// let live = Track::query().filter(Track::DETAILS.key("live").exists());
/// assert_eq!(live.count(&db)?, 0);
/// # }
/// # Ok::<(), orm::Error>(())
/// ```
pub trait JsonExpression<M, T>: Expression<M, T> {
    /// The document itself, as a place in it.
    ///
    /// It is what [`JsonPath::len`] and [`JsonPath::contains`] of the whole document stand behind.
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

    /// The place of a key in the document, which is an object. Any text is a key; nothing in it is taken for a
    /// path.
    fn key(self, key: &str) -> JsonPath<M>
    where
        T: Document,
    {
        self.document().key(key)
    }

    /// The place of an element in the document, which is an array. It is counted from 0.
    fn index(self, index: usize) -> JsonPath<M>
    where
        T: Document,
    {
        self.document().index(index)
    }
}

impl<M, T, E: Expression<M, T>> JsonExpression<M, T> for E {}

/// A place in a JSON document; made by [`JsonExpression`].
///
/// A place that is not there, as in a document that is NULL, gives NULL.
#[must_use = "a place is an expression once something is asked of it, as by `.get()`"]
pub struct JsonPath<M> {
    document: Term,
    path: String,
    refused: bool,
    mapping: PhantomData<fn() -> M>,
}

impl<M> JsonPath<M> {
    /// The place of a key in the object here.
    ///
    /// A key with a NUL character is [`Error::InvalidQuery`](crate::error::Error::InvalidQuery) when the query
    /// is run.
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

    /// The value here, NULL where there is none or a `null`. Objects and arrays are JSON text.
    ///
    /// The type `T` is said where it cannot be told: `get::<String>()`. A value of another type is
    /// [`Error::Decode`](crate::error::Error::Decode) where it is selected, and equal to nothing where it is
    /// compared.
    #[must_use]
    pub fn get<T: ColumnType>(self) -> Expr<M, T::Nullable> {
        self.call(match T::SQL_TYPE {
            SqlType::Json => Function::JsonDocument,
            SqlType::Decimal => Function::JsonDecimal,
            _ => Function::JsonGet,
        })
    }

    /// Whether there is something here, be it `null`.
    #[must_use]
    pub fn exists(self) -> Expr<M, bool> {
        self.call(Function::JsonHas)
    }

    /// Whether the array here has an element with this value, or the object a member with it; `false` where
    /// there is nothing.
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
