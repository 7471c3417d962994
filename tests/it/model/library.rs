//! Expressions of the library.

mod kinds;
mod place;

pub(crate) use self::kinds::Typed;
pub(crate) use self::place::{Alone, Groups, Inside, Joined, Place};

use orm::prelude::*;
use orm::query::func::{self, case};
use orm::query::{Argument, Operand};
use orm::{Expr, Order, Query};

use super::tables::{Item, Kind, Part};
use super::term::{By, Inner, Nulls, Selected, Side, Slice, Term};

/// An expression whose values have a type, or are NULL.
pub(crate) fn expr<T: Typed, P: Place>(term: &Term, place: &P) -> Expr<P::M, Option<T>> {
    let inside = |term: &Term| expr::<T, P>(term, place);
    match term {
        Term::Column(Side::Item, column) => place.item(T::column::<Item>(*column)),
        Term::Column(Side::Part, column) => place.part(T::column::<Part>(*column)),
        Term::Value(_, value) => Argument::<P::M, Option<T>>::into_argument(T::from_datum(value)),
        Term::Coalesce(one, other) => {
            let other = Operand::<P::M, T>::into_operand(inside(other));
            inside(one).coalesce(other).nullable()
        }
        Term::NullIf(one, other) => inside(one).nullif(inside(other)),
        Term::Least(one, other) => inside(one).least(inside(other)),
        Term::Greatest(one, other) => inside(one).greatest(inside(other)),
        Term::Case(branches, otherwise) => cases(branches, otherwise.as_deref(), place),
        Term::Scalar(inner) => {
            let query = query(inner).select(expr::<T, Inside>(&inner.select, &Inside));
            Argument::<P::M, Option<T>>::into_argument(distinct(query, inner).scalar())
        }
        Term::Key(_, nth) => place.key(*nth),
        Term::Aggregate(aggregate) => place.aggregate(aggregate),
        other => T::own(other, place),
    }
}

/// A condition.
pub(crate) fn condition<P: Place>(term: &Term, place: &P) -> Expr<P::M, bool> {
    Operand::<P::M, bool>::into_operand(expr::<bool, P>(term, place))
}

fn cases<T: Typed, P: Place>(
    branches: &[(Term, Term)],
    otherwise: Option<&Term>,
    place: &P,
) -> Expr<P::M, Option<T>> {
    let value = |term: &Term| expr::<T, P>(term, place);
    let (when, then) = &branches[0];
    let first = case().when(condition(when, place), value(then));
    let all = branches[1..].iter().fold(first, |case, (when, then)| {
        case.when(condition(when, place), value(then))
    });
    match otherwise {
        Some(otherwise) => all.otherwise(value(otherwise)),
        None => all.end(),
    }
}

/// The rows of a query inside.
fn query(inner: &Inner) -> Query<Part> {
    let query = Part::query().filter(condition(&inner.filter, &Inside));
    sliced(query.order_by(orders(&inner.order, &Inside)), inner.slice)
}

fn distinct<R>(query: Query<Part, R>, inner: &Inner) -> Query<Part, R> {
    if inner.distinct {
        query.distinct()
    } else {
        query
    }
}

pub(crate) fn exists(inner: &Inner) -> Expr<orm::query::scope::Any, bool> {
    match inner.select.kind() {
        Kind::Int => func::exists(selecting::<i64>(inner)),
        Kind::Real => func::exists(selecting::<f64>(inner)),
        Kind::Text => func::exists(selecting::<String>(inner)),
        Kind::Truth => func::exists(selecting::<bool>(inner)),
    }
}

pub(crate) fn selecting<T: Typed>(inner: &Inner) -> Query<Part, Option<T>> {
    let select = expr::<T, Inside>(&inner.select, &Inside);
    distinct(query(inner).select(select), inner)
}

pub(crate) fn sliced<S: orm::query::scope::Scope, R>(
    query: Query<S, R>,
    slice: Slice,
) -> Query<S, R> {
    let query = match slice.limit {
        Some(limit) => query.limit(limit),
        None => query,
    };
    query.offset(slice.offset)
}

pub(crate) fn orders<P: Place>(order: &[By], place: &P) -> Vec<Order<P::M>> {
    order.iter().map(|by| order_by(by, place)).collect()
}

fn order_by<P: Place>(by: &By, place: &P) -> Order<P::M> {
    let order = match by.term.kind() {
        Kind::Int => directed(expr::<i64, P>(&by.term, place), by),
        Kind::Real => directed(expr::<f64, P>(&by.term, place), by),
        Kind::Text => directed(expr::<String, P>(&by.term, place), by),
        Kind::Truth => directed(expr::<bool, P>(&by.term, place), by),
    };
    match by.nulls {
        Nulls::Unsaid => order,
        Nulls::First => order.nulls_first(),
        Nulls::Last => order.nulls_last(),
    }
}

fn directed<M, T>(expr: Expr<M, T>, by: &By) -> Order<M> {
    if by.descending {
        expr.desc()
    } else {
        expr.asc()
    }
}

/// Expressions of all kinds.
pub(crate) type Selection<M> = (
    Expr<M, Option<i64>>,
    Expr<M, Option<f64>>,
    Expr<M, Option<String>>,
    Expr<M, Option<bool>>,
);

pub(crate) fn selection<P: Place>(selected: &Selected, place: &P) -> Selection<P::M> {
    (
        expr(&selected.int, place),
        expr(&selected.real, place),
        expr(&selected.text, place),
        expr(&selected.truth, place),
    )
}
