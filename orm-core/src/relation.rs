#![doc = include_str!("../doc/relations.md")]

mod change;
mod changed;
mod constant;
mod define;
mod delete;
mod field;
mod flat_drop;
mod graph;
mod held;
mod joined;
mod keys;
mod lazy;
mod load;
mod mixing;
mod moved;
pub(crate) mod owned;
mod parents;
mod path;
pub(crate) mod pending;
mod polymorphic;
mod related;
mod select_in;
#[cfg(feature = "serde")]
mod serialize;
mod state;
mod summary;
mod to_many;
mod to_one;
mod tree;

pub(crate) use self::change::{
    assign, assign_held, held_at, key_of, key_of_one, key_params, key_values, reference_of,
    values_at,
};
pub(crate) use self::changed::{Compared, Groups, add_to, require_changeable, update};
pub use self::constant::Relation;
#[doc(hidden)]
pub use self::define::{
    belongs_to, belongs_to_any, belongs_to_columns, counter, has_many, has_many_by,
    has_many_through, has_one, has_one_by, has_one_through, key_column, key_to, link_to,
    many_to_many, many_to_many_by, many_to_many_inverse, many_to_many_table, map_key,
    new_any_relation, new_owned, new_relation, owned, owned_by, referred, require_counter,
};
pub(crate) use self::delete::{delete, delete_rows};
pub use self::field::{
    BelongsToField, HasManyField, HasOneField, Loaded, ManyToManyField, RelationField, TargetOf,
    ToManyField, ToOneField,
};
pub(crate) use self::graph::save_graph;
pub(crate) use self::keys::{Key, is_unsaved};
pub use self::load::{AnyLoader, Load, Loadable, RelationExpression};
pub(crate) use self::mixing::Mixing;
pub use self::owned::{Children, MapField, Owned, implied};
pub(crate) use self::parents::{keyed_with_parents, update_with_parents, with_parents};
pub use self::path::{Always, Path, Perhaps, Presence};
#[doc(hidden)]
pub use self::polymorphic::key_of_target;
pub use self::polymorphic::{
    AnyRelation, BelongsToAny, BelongsToAnyField, LoadAny, TargetIn, TargetVisitor, Targets,
    TargetsOf,
};
pub use self::related::{OwnedVisitor, Related, RelationVisitor};
pub use self::to_many::{HasMany, ManyToMany};
pub use self::to_one::{BelongsTo, HasOne, ToOne};
