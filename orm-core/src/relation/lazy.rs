//! Loading when it is asked for: one entity at a time, and noticed when that is done for many.

use std::panic::Location;

use super::constant::Relation;
use super::field::{Loaded, RelationField};
use super::load::RelationExpression as _;
use super::related::Related;
use super::select_in;
use crate::connection::{Executor, LazyLoading, warn_any_lazy, warn_lazy};
use crate::error::{Error, Result};
use crate::mapping::RelationDef;
use crate::query::Reader;
use crate::value::Origin;

/// For how many rows of one result a relation may be loaded one by one before a warning says so.
const SIBLINGS: u32 = 3;

impl<M: Related, F: RelationField> Relation<M, F> {
    /// The related entities, loaded if they are not yet, and kept.
    ///
    /// For many entities it takes as many statements: load them [`with`](crate::Query::with) the query
    /// instead. When it is called for a third row of one result, a warning says where.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/related.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let nina = Artist::get(&db, 1)?;
    /// assert_eq!(Artist::ALBUMS.load(&nina, &db)?.len(), 1); // the same as `nina.albums(&db)?`
    /// assert!(nina.albums.is_loaded());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::LazyLoading`] where that is forbidden; those of a query, and of `get` of the field.
    #[track_caller]
    pub fn load<'e>(self, entity: &'e M::Entity, db: &dyn Executor) -> Result<Loaded<'e, F>> {
        let field = self.of(entity);
        if field.state().get().is_none() {
            watch::<M>(self.def(), field.state().origin(), db, Location::caller())?;
            let found = select_in::find(Reader::new(db), &self.into_load(), [entity].into_iter())?;
            if let Some(value) = found.values()?.next() {
                field.state().get_or_set(value)?;
            }
        }
        field.get()
    }
}

/// Refuses to load a relation lazily, or warns of it, where that was asked for.
pub(super) fn watch<M: Related>(
    def: &RelationDef,
    origin: Origin,
    db: &dyn Executor,
    location: &'static Location<'static>,
) -> Result<()> {
    let relation = def.path;
    let monitor = db.monitor();
    let mode = monitor.lazy_loading();
    if M::STRICT_LOADING || origin.is_strict() || mode == LazyLoading::Refused {
        return Err(Error::LazyLoading { relation });
    }
    let help = format_args!("write `.with({relation})` in the query");
    if mode == LazyLoading::Warned {
        warn_any_lazy(relation, location, &help);
    } else if origin.result() != 0 {
        // Descriptions are constants, which may have several addresses; their names have one.
        let times = monitor.lazily_loaded(origin.result(), relation.as_ptr().addr());
        if times == SIBLINGS {
            warn_lazy(relation, location, times, &help);
        }
    }
    Ok(())
}
