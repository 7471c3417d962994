//! The relations of a mapping, one by one and with their types.

use super::constant::Relation;
use super::field::RelationField;
use super::owned::{Children, Owned};
use super::polymorphic::{AnyRelation, Targets};
use crate::error::Result;
use crate::mapping::Mapping;

/// A mapping whose relations can be visited; derived with the mapping.
///
/// A mapping that is written by hand and has no relations implements it with nothing inside.
#[diagnostic::on_unimplemented(
    message = "the relations of `{Self}` are not known",
    note = "add `#[derive(orm::ActiveRecord)]` to the struct, or write `impl orm::relation::Related for {Self} {{}}`"
)]
pub trait Related: Mapping {
    /// Whether relations of its entities must not be loaded lazily: `#[orm(strict_loading)]`.
    const STRICT_LOADING: bool = false;

    /// Whether its entities hold children, which are read and written together with them.
    #[doc(hidden)]
    const OWNS: bool = false;

    /// Visits each field that holds children.
    ///
    /// # Errors
    /// Those of the visitor.
    #[doc(hidden)]
    fn owned<V: OwnedVisitor<Self>>(visitor: &mut V) -> Result<()> {
        let _ = visitor;
        Ok(())
    }

    /// Visits each relation.
    ///
    /// # Errors
    /// Those of the visitor.
    fn relations<V: RelationVisitor<Self>>(visitor: &mut V) -> Result<()> {
        let _ = visitor;
        Ok(())
    }
}

/// What visits the relations of a mapping.
pub trait RelationVisitor<M: Mapping> {
    /// Visits one relation.
    ///
    /// # Errors
    /// What the visitor makes of it.
    fn visit<F: RelationField<Target: Related>>(&mut self, relation: Relation<M, F>) -> Result<()>;

    /// Visits one polymorphic relation.
    ///
    /// # Errors
    /// What the visitor makes of it.
    fn visit_any<P: Targets>(&mut self, relation: AnyRelation<M, P>) -> Result<()>;
}

/// What visits the fields of a mapping that hold children.
#[doc(hidden)]
pub trait OwnedVisitor<M: Mapping> {
    /// Visits one field.
    ///
    /// # Errors
    /// What the visitor makes of it.
    fn visit<C: Children<T>, T: Related>(&mut self, owned: Owned<M, C, T>) -> Result<()>;
}
