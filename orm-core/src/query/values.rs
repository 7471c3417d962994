//! `VALUES`: rows that stand in the query itself.

use super::node::Node;
use super::operand;
use super::parts::{Origin, Parts};
use super::scope::Any;
use super::select::{Query, read_entity};
use super::selection::Terms;
use crate::mapping::FromRow;
use crate::value::{ColumnType, Value};

impl<D: FromRow> Query<D> {
    /// Rows that stand in the query itself: `VALUES`. They are bound, and can be queried as rows of a table.
    ///
    /// A struct for them has up to eight fields.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/tables.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// #[derive(FromRow)]
    /// struct Discount {
    ///     album_id: i64,
    ///     percent: i64,
    /// }
    ///
    /// let discounts = Query::<Discount>::values([(1, 20), (2, 50)]);
    /// let great = discounts.filter(Discount::PERCENT.ge(50)).one(&db)?;
    /// assert_eq!((great.album_id, great.percent), (2, 50));
    /// # Ok(())
    /// # }
    /// ```
    pub fn values(rows: impl IntoIterator<Item = D::Values>) -> Self
    where
        D::Values: RowOfValues,
    {
        let mut rows: Vec<Vec<Node>> = rows.into_iter().map(nodes).collect();
        let empty = rows.is_empty();
        if empty {
            rows.push(vec![Node::Value(Value::Null); D::TABLE.columns.len()]);
        }
        let mut parts = Parts::over(D::TABLE, Origin::Values(rows), 1);
        if empty {
            parts.filter = Some(Node::Constant(false));
        }
        Self::of(parts, read_entity::<D>)
    }
}

fn nodes(row: impl RowOfValues) -> Vec<Node> {
    let mut terms = Terms::default();
    row.into_terms(&mut terms);
    terms.0.into_iter().map(|term| term.node).collect()
}

/// A tuple of up to eight values, as a row of [`Query::values`].
pub trait RowOfValues {
    /// The values.
    fn into_terms(self, terms: &mut Terms);
}

macro_rules! row_of_values {
    ($($T:ident $at:tt),+) => {
        impl<$($T: ColumnType),+> RowOfValues for ($($T,)+) {
            fn into_terms(self, terms: &mut Terms) {
                $(terms.0.push(operand::value::<Any, $T, $T>(&self.$at).into_term());)+
            }
        }
    };
}

row_of_values!(A 0);
row_of_values!(A 0, B 1);
row_of_values!(A 0, B 1, C 2);
row_of_values!(A 0, B 1, C 2, D 3);
row_of_values!(A 0, B 1, C 2, D 3, E 4);
row_of_values!(A 0, B 1, C 2, D 3, E 4, F 5);
row_of_values!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
row_of_values!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
