//! Polymorphic associations: a reference to a row of one of several tables, as an enum of their entities.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use super::change::assign;
use super::held::Shared;
use super::keys::Keys;
use super::lazy::watch;
use super::load::Loadable;
use super::related::Related;
use super::state::{State, is_loaded};
use super::to_one::One;
use crate::connection::Executor;
use crate::error::{Error, Result};
use crate::key::Key as _;
use crate::mapping::{Column, Mapping, RelationDef, Step, Table};
use crate::query::{Expr, Expression as _, IntoCondition, Loader, Query, Reader};
use crate::value::{Mismatch, Row, Value};

/// An enum whose variants hold the entities that a reference can lead to; derived with
/// `#[derive(Polymorphic)]`.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/comments.rs"));
/// # fn main() -> orm::Result<()> {
/// # let db = database()?;
/// let comments = Comment::query().with(Comment::SUBJECT).order_by(Comment::ID).all(&db)?;
/// match comments[0].subject.get()? {
///     Some(Subject::Post(post)) => assert_eq!(post.title, "On relations"),
///     _ => panic!("it is about a post"),
/// }
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no enum of related entities",
    note = "add `#[derive(orm::Polymorphic)]` to an enum whose variants hold one mapped type each"
)]
pub trait Targets: Sized + Send + Sync + 'static {
    /// The primary key that all of them have.
    type Key: crate::key::Key;

    /// The name of the variant, as the column holds it that says which one it is, and the primary key.
    fn key(&self) -> (&'static str, Self::Key);

    /// Visits every variant.
    ///
    /// # Errors
    /// Those of the visitor.
    fn targets<V: TargetVisitor<Self>>(visitor: &mut V) -> Result<()>;
}

/// What visits the variants of an enum of entities.
pub trait TargetVisitor<P: Targets> {
    /// Visits one, and is told how it is made of an entity.
    ///
    /// # Errors
    /// What the visitor makes of it.
    fn visit<T: TargetIn<P>>(&mut self, variant: fn(T::Entity) -> P) -> Result<()>;
}

/// That entities of `Self` are among those of the enum `P`.
#[diagnostic::on_unimplemented(
    message = "no variant of `{P}` holds `{Self}`",
    label = "it is about other tables",
    note = "add a variant to the enum that derives `Polymorphic`"
)]
pub trait TargetIn<P: Targets>: Mapping<Key = P::Key> {
    /// The name of the variant.
    const TAG: &'static str;
}

/// What refers to an entity of one of the variants: its name and the primary key.
#[doc(hidden)]
pub fn key_of_target<P: Targets, T: TargetIn<P>>(entity: &T::Entity) -> (&'static str, P::Key) {
    (T::TAG, T::key(entity))
}

/// What the one with this field refers to: a row of one of several tables.
///
/// `#[orm(belongs_to_any)] subject: BelongsToAny<Subject>` has its key in the fields `subject_type`, which holds the
/// name of the variant, and `subject_id`. There is no foreign key in the database.
pub struct BelongsToAny<P: Targets>(State<One<P>>);

impl<P: Targets> BelongsToAny<P> {
    /// The entity, if it is loaded; `None` if none is referred to.
    ///
    /// # Errors
    /// [`Error::NotLoaded`]; [`Error::NotFound`] for a key that points nowhere.
    pub fn get(&self) -> Result<Option<&P>> {
        match self.0.loaded()? {
            One::Absent => Ok(None),
            One::Present(target) => Ok(Some(target)),
            One::Missing(table) => Err(Error::NotFound { table }),
        }
    }

    /// The entity, if one is loaded.
    #[cfg(feature = "serde")]
    pub(super) fn present(&self) -> Option<&P> {
        self.0.get().and_then(One::present)
    }

    is_loaded!();
}

/// The type of a field with `#[orm(belongs_to_any)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no field for `belongs_to_any`",
    label = "expected `BelongsToAny<…>`",
    note = "write the enum of the entities into it: `BelongsToAny<{Self}>`"
)]
pub trait BelongsToAnyField: Sized + 'static {
    /// The enum of the entities.
    type Targets: Targets;

    /// The constants by which a mapping names its relations of this type: [`AnyRelation`].
    #[doc(hidden)]
    type Constant<M: Mapping>;

    /// The field of an entity that was just read.
    #[doc(hidden)]
    fn unloaded(relation: &'static RelationDef, row: &Row<'_>) -> Self;
}

/// The enum of the entities that a field of type [`BelongsToAny`] holds.
pub type TargetsOf<F> = <F as BelongsToAnyField>::Targets;

#[diagnostic::do_not_recommend]
impl<P: Targets> BelongsToAnyField for BelongsToAny<P> {
    type Targets = P;
    type Constant<M: Mapping> = AnyRelation<M, P>;

    #[inline]
    fn unloaded(relation: &'static RelationDef, row: &Row<'_>) -> Self {
        Self(State::unloaded(relation, row))
    }
}

impl<P: Targets> Default for BelongsToAny<P> {
    fn default() -> Self {
        Self(State::new())
    }
}

/// The copy has a share in the same entity.
impl<P: Targets> Clone for BelongsToAny<P> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<P: Targets + fmt::Debug> fmt::Debug for BelongsToAny<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.get() {
            Some(One::Present(target)) => target.fmt(f),
            Some(One::Absent | One::Missing(_)) => f.write_str("None"),
            None => f.write_str("unloaded"),
        }
    }
}

/// A polymorphic relation of mapping `M` to the entities of an enum.
///
/// The derive writes one as an associated constant for every field of type [`BelongsToAny`].
pub struct AnyRelation<M: Mapping, P: Targets> {
    at: usize,
    get: fn(&M::Entity) -> &BelongsToAny<P>,
    get_mut: fn(&mut M::Entity) -> &mut BelongsToAny<P>,
}

impl<M: Mapping, P: Targets> AnyRelation<M, P> {
    /// The relation at a position of [`Table::relations`], and how its field is reached, for the derive.
    #[must_use]
    pub const fn new(
        at: usize,
        get: fn(&M::Entity) -> &BelongsToAny<P>,
        get_mut: fn(&mut M::Entity) -> &mut BelongsToAny<P>,
    ) -> Self {
        Self { at, get, get_mut }
    }

    /// The position in [`Table::relations`].
    #[must_use]
    pub const fn position(self) -> usize {
        self.at
    }

    /// The description of the relation.
    #[must_use]
    pub fn def(self) -> &'static RelationDef {
        &M::TABLE.relations[self.at]
    }

    /// Lets an entity refer to another one, in memory: its key fields and this field.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/comments.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let mut comment = Comment { text: "Fine.".into(), ..Comment::default() };
    /// Comment::SUBJECT.set(&mut comment, Subject::Photo(Photo::get(&db, 1)?))?;
    /// comment.save(&db)?;
    /// assert_eq!((comment.subject_type.as_str(), comment.subject_id), ("photo", 1));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidQuery`] for an entity that is not saved.
    pub fn set(self, entity: &mut M::Entity, target: P) -> Result<()> {
        let values = Self::values_of(&target)?;
        assign::<M>(entity, &self.columns(), &values)?;
        (self.get_mut)(entity)
            .0
            .set(One::Present(Shared::new(target)));
        Ok(())
    }

    /// What an entity refers to as far as its field says, by the values that its columns have to have for that.
    pub(super) fn loaded(self, entity: &M::Entity) -> Result<Option<Vec<Value>>> {
        let target = (self.get)(entity).0.get().and_then(One::present);
        target.map(Self::values_of).transpose()
    }

    pub(super) fn state_mut(self, entity: &mut M::Entity) -> &mut State<One<P>> {
        &mut (self.get_mut)(entity).0
    }

    /// The columns that say what is referred to: the name of the variant first, then the key.
    pub(super) fn columns(self) -> Vec<usize> {
        let def = self.def();
        def.tag.iter().chain(def.columns).copied().collect()
    }

    /// The values of these columns for an entity that is referred to.
    fn values_of(target: &P) -> Result<Vec<Value>> {
        let (tag, key) = target.key();
        if key.is_unset() {
            return Err(Error::InvalidQuery {
                table: M::TABLE.name,
                reason: "it refers to an entity that is not saved: save that one first",
            });
        }
        let key = (0..P::Key::WIDTH).map(|at| key.param(at).into_value());
        let values = std::iter::once(Ok(Value::from(tag))).chain(key);
        let values: Result<Vec<_>, _> = values.collect();
        values.map_err(|mismatch| Error::encode(M::TABLE.name, "", mismatch))
    }

    /// Whether the reference leads to a row of one of the tables.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/comments.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// assert_eq!(Comment::query().filter(Comment::SUBJECT.is_a::<Photo>()).count(&db)?, 1);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn is_a<T: TargetIn<P>>(self) -> Expr<M, bool> {
        match self.def().tag {
            Some(at) => Column::<M, String>::new(at).eq(T::TAG),
            None => Expr::never(),
        }
    }

    /// Whether the reference leads to a row of one of the tables that meets a condition.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/comments.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let about = Comment::SUBJECT.any::<Post, _>(Post::TITLE.contains("relations"));
    /// assert_eq!(Comment::query().filter(about).count(&db)?, 1);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn any<T: TargetIn<P>, At>(self, condition: impl IntoCondition<T, At>) -> Expr<M, bool> {
        let step = Step::new(self.def().columns, T::TABLE, T::TABLE.key);
        let rows = Query::<T>::new().filter(condition);
        let there: Expr<M, bool> = rows.exists_from(&[step], M::TABLE);
        self.is_a::<T>().and(there)
    }

    /// Loads a relation of the entities of one of the tables too.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/comments.rs"));
    /// # fn main() -> orm::Result<()> {
    /// # let db = database()?;
    /// let subject = Comment::SUBJECT.with::<Post>(Post::COMMENTS);
    /// let comments = Comment::query().with(subject).order_by(Comment::ID).all(&db)?;
    /// let Some(Subject::Post(post)) = comments[0].subject.get()? else { panic!("a post") };
    /// assert_eq!(post.comments.get()?.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn with<T: TargetIn<P>>(self, relation: impl Loadable<T>) -> LoadAny<M, P> {
        LoadAny::new(self).with::<T>(relation)
    }
}

impl<M: Related, P: Targets> AnyRelation<M, P> {
    /// The related entity, loaded if it is not yet, and kept.
    ///
    /// # Errors
    /// [`Error::LazyLoading`] where that is forbidden; those of a query; [`Error::NotFound`] for a key that
    /// points nowhere.
    #[track_caller]
    pub fn load<'e>(self, entity: &'e M::Entity, db: &dyn Executor) -> Result<Option<&'e P>> {
        let field = (self.get)(entity);
        if field.0.get().is_none() {
            watch::<M>(self.def(), field.0.origin(), db, Location::caller())?;
            let mut values = LoadAny::new(self).values(Reader::new(db), &[entity])?;
            if let Some(value) = values.pop() {
                field.0.get_or_set(value)?;
            }
        }
        field.get()
    }
}

impl<M: Mapping, P: Targets> Clone for AnyRelation<M, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Mapping, P: Targets> Copy for AnyRelation<M, P> {}

impl<M: Mapping, P: Targets> fmt::Debug for AnyRelation<M, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.def().path)
    }
}

/// A polymorphic relation, and what is loaded with its entities; made by [`AnyRelation::with`].
#[must_use = "nothing is loaded until a query with it is run"]
pub struct LoadAny<M: Mapping, P: Targets> {
    relation: AnyRelation<M, P>,
    /// The loaders of the entities of each mapping, `Arc<dyn Loader<…>>`.
    nested: Vec<(TypeId, Arc<dyn Any + Send + Sync>)>,
}

impl<M: Mapping, P: Targets> LoadAny<M, P> {
    fn new(relation: AnyRelation<M, P>) -> Self {
        let nested = Vec::new();
        Self { relation, nested }
    }

    /// Loads a relation of the entities of one of the tables too.
    pub fn with<T: TargetIn<P>>(mut self, relation: impl Loadable<T>) -> Self {
        let loader: Arc<dyn Loader<T::Entity>> = relation.into_loader().0;
        self.nested.push((TypeId::of::<T>(), Arc::new(loader)));
        self
    }

    /// What each of some entities refers to.
    fn values(&self, from: Reader<'_>, entities: &[&M::Entity]) -> Result<Vec<One<P>>> {
        let def = self.relation.def();
        let mut rows: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, entity) in entities.iter().enumerate() {
            if let Some(tag) = tag_of::<M>(def, entity)? {
                rows.entry(tag).or_default().push(at);
            }
        }
        let mut values: Vec<One<P>> = Vec::new();
        values.resize_with(entities.len(), || One::Absent);
        P::targets(&mut Find {
            from,
            load: self,
            entities,
            rows: &mut rows,
            values: &mut values,
        })?;
        if rows.is_empty() {
            return Ok(values);
        }
        Err(unknown_tag(M::TABLE, def))
    }
}

/// The name of the variant that an entity refers to; none if it refers to nothing.
fn tag_of<M: Mapping>(def: &RelationDef, entity: &M::Entity) -> Result<Option<String>> {
    let Some(at) = def.tag else { return Ok(None) };
    let mut key = def
        .columns
        .iter()
        .map(|&at| M::value(entity, at).into_value());
    if key.any(|value| value == Ok(Value::Null)) {
        return Ok(None);
    }
    match M::value(entity, at).into_value() {
        Ok(Value::Null) => Ok(None),
        Ok(Value::Text(tag)) => Ok(Some(tag)),
        _ => Err(unknown_tag(M::TABLE, def)),
    }
}

fn unknown_tag(table: &'static Table, def: &RelationDef) -> Error {
    let at = def.tag.unwrap_or_default();
    Error::Decode {
        table: table.name,
        column: table.columns[at].name,
        position: at,
        mismatch: Mismatch::invalid("the name of a variant of the enum of targets", "other text"),
        source: None,
    }
}

/// Finds the entities of one variant after the other.
struct Find<'a, M: Mapping, P: Targets> {
    from: Reader<'a>,
    load: &'a LoadAny<M, P>,
    entities: &'a [&'a M::Entity],
    rows: &'a mut HashMap<String, Vec<usize>>,
    values: &'a mut [One<P>],
}

impl<M: Mapping, P: Targets> TargetVisitor<P> for Find<'_, M, P> {
    fn visit<T: TargetIn<P>>(&mut self, variant: fn(T::Entity) -> P) -> Result<()> {
        let Some(rows) = self.rows.remove(T::TAG) else {
            return Ok(());
        };
        let columns = self.load.relation.def().columns;
        let step = Step::new(columns, T::TABLE, T::TABLE.key);
        let mut keys = Keys::new(&step, true, rows.len());
        for &at in &rows {
            keys.add_of::<M>(self.entities[at], columns)?;
        }
        let found = self.find::<T>(&step, &keys)?;
        let found = found.into_iter().map(|entity| match entity {
            Some(entity) => One::Present(Shared::new(variant(entity))),
            None => One::Missing(T::TABLE.name),
        });
        let found: Vec<One<P>> = found.collect();
        for (at, slot) in rows.into_iter().zip(keys.into_slots()) {
            self.values[at] = slot.map_or(One::Absent, |slot| found[slot].clone());
        }
        Ok(())
    }
}

impl<M: Mapping, P: Targets> Find<'_, M, P> {
    /// The entity of each key, with what is to be loaded of it.
    fn find<T: Mapping>(&self, step: &Step, keys: &Keys) -> Result<Vec<Option<T::Entity>>> {
        let mut found: Vec<Option<T::Entity>> = Vec::new();
        found.resize_with(keys.count(), || None);
        let mut query = Query::<T>::new();
        for (ty, loader) in &self.load.nested {
            if *ty == TypeId::of::<T>()
                && let Some(loader) = loader.downcast_ref::<Arc<dyn Loader<T::Entity>>>()
            {
                query = query.with_loader(Arc::clone(loader));
            }
        }
        let steps = [*step];
        query.read_from(self.from, &steps, keys.distinct(), &mut |row, positions| {
            found[keys.groups_of(row, positions)?.first] = Some(query.entity(row, &steps)?);
            Ok(())
        })?;
        query.load_all(self.from, found.iter_mut().flatten().collect())?;
        Ok(found)
    }
}

impl<M: Mapping, P: Targets> Loader<M::Entity> for LoadAny<M, P> {
    fn load(&self, from: Reader<'_>, entities: &mut [&mut M::Entity]) -> Result<()> {
        let shared: Vec<_> = entities.iter().map(|entity| &**entity).collect();
        let values = self.values(from, &shared)?;
        for (entity, value) in entities.iter_mut().zip(values) {
            self.relation.state_mut(entity).set(value);
        }
        Ok(())
    }
}

impl<M: Mapping, P: Targets> Loadable<M> for AnyRelation<M, P> {
    fn into_loader(self) -> super::load::AnyLoader<M> {
        LoadAny::new(self).into_loader()
    }
}

impl<M: Mapping, P: Targets> Loadable<M> for LoadAny<M, P> {
    fn into_loader(self) -> super::load::AnyLoader<M> {
        super::load::AnyLoader(Arc::new(self))
    }
}
