//! Questions about related rows, as expressions: each is a query of its own inside, so that several of them
//! do not multiply each other's rows.

use super::field::RelationField;
use super::load::Load;
use crate::mapping::Mapping;
use crate::query::Expr;

/// Whether there is a row.
pub(super) fn exists<M: Mapping, F: RelationField>(load: Load<M, F>) -> Expr<M, bool> {
    let steps = load.relation.def().steps();
    load.query.exists_from(&steps, M::TABLE)
}

/// An aggregate over the rows.
pub(super) fn of<M: Mapping, F: RelationField, G, T>(
    load: Load<M, F>,
    aggregate: Expr<G, T>,
) -> Expr<M, T> {
    let steps = load.relation.def().steps();
    load.query.aggregate_from(&steps, M::TABLE, aggregate)
}
