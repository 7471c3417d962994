//! What is peculiar to the types of values.

use orm::Expr;
use orm::prelude::*;
use orm::query::scope::{Comparable, Grouped};
use orm::query::{Argument, Number, func};
use orm::value::ColumnType;

use super::super::tables::{Column, Datum, Item, Kind, Model};
use super::super::term::{
    Aggregate, Change, Comparison, Function, Operator, Pattern, Rounding, Term,
};
use super::{Place, condition, exists, expr, selecting};

/// A type of values.
pub(crate) trait Typed: ColumnType<Nullable = Option<Self>> + Clone + 'static {
    fn column<R: Model>(column: Column) -> Expr<R, Option<Self>>;

    fn from_datum(value: &Datum) -> Option<Self>;

    /// The expressions that only this type has.
    fn own<P: Place>(term: &Term, place: &P) -> Expr<P::M, Option<Self>>;

    fn aggregate<P: Place>(aggregate: &Aggregate, place: &P) -> Expr<Grouped<P::M>, Option<Self>>;
}

impl Typed for i64 {
    fn column<R: Model>(column: Column) -> Expr<R, Option<i64>> {
        R::int(column)
    }

    fn from_datum(value: &Datum) -> Option<i64> {
        match value {
            Datum::Int(number) => Some(*number),
            _ => None,
        }
    }

    fn own<P: Place>(term: &Term, place: &P) -> Expr<P::M, Option<i64>> {
        match term {
            Term::Length(one) => expr::<String, P>(one, place).length(),
            Term::Position(one, part) => expr::<String, P>(one, place).instr(part),
            Term::ToInt(one) => expr::<f64, P>(one, place).cast::<i64>(),
            other => number(other, place),
        }
    }

    fn aggregate<P: Place>(aggregate: &Aggregate, place: &P) -> Expr<Grouped<P::M>, Option<i64>> {
        let term = &aggregate.term;
        let all = match (aggregate.function, term.kind()) {
            (Function::Rows, _) => {
                Argument::<Grouped<P::M>, Option<i64>>::into_argument(func::count())
            }
            (Function::Count, Kind::Int) => expr::<i64, P>(term, place).count().nullable(),
            (Function::Count, Kind::Real) => expr::<f64, P>(term, place).count().nullable(),
            (Function::Count, Kind::Text) => expr::<String, P>(term, place).count().nullable(),
            (Function::Count, Kind::Truth) => expr::<bool, P>(term, place).count().nullable(),
            (Function::Sum, _) => expr::<i64, P>(term, place).sum(),
            _ => extreme(aggregate, place),
        };
        narrowed(all, aggregate, place)
    }
}

impl Typed for f64 {
    fn column<R: Model>(column: Column) -> Expr<R, Option<f64>> {
        R::real(column)
    }

    fn from_datum(value: &Datum) -> Option<f64> {
        match value {
            Datum::Real(number) => Some(*number),
            _ => None,
        }
    }

    fn own<P: Place>(term: &Term, place: &P) -> Expr<P::M, Option<f64>> {
        match term {
            Term::ToReal(one) => expr::<i64, P>(one, place).cast::<f64>(),
            Term::Rounded(Rounding::Nearest, one) => expr::<f64, P>(one, place).round(0),
            Term::Rounded(Rounding::Down, one) => expr::<f64, P>(one, place).floor(),
            Term::Rounded(Rounding::Up, one) => expr::<f64, P>(one, place).ceil(),
            other => number(other, place),
        }
    }

    fn aggregate<P: Place>(aggregate: &Aggregate, place: &P) -> Expr<Grouped<P::M>, Option<f64>> {
        let term = &aggregate.term;
        let all = match (aggregate.function, term.kind()) {
            (Function::Total, Kind::Int) => expr::<i64, P>(term, place).total().nullable(),
            (Function::Total, _) => expr::<f64, P>(term, place).total().nullable(),
            (Function::Average, Kind::Int) => expr::<i64, P>(term, place).avg(),
            (Function::Average, _) => expr::<f64, P>(term, place).avg(),
            (Function::Sum, _) => expr::<f64, P>(term, place).sum(),
            _ => extreme(aggregate, place),
        };
        narrowed(all, aggregate, place)
    }
}

impl Typed for String {
    fn column<R: Model>(column: Column) -> Expr<R, Option<String>> {
        R::text(column)
    }

    fn from_datum(value: &Datum) -> Option<String> {
        match value {
            Datum::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    fn own<P: Place>(term: &Term, place: &P) -> Expr<P::M, Option<String>> {
        let text = |term: &Term| expr::<String, P>(term, place);
        match term {
            Term::Concat(one, other) => text(one).concat(text(other)),
            Term::Changed(Change::Lower, one) => text(one).lower(),
            Term::Changed(Change::Upper, one) => text(one).upper(),
            Term::Changed(Change::Trim, one) => text(one).trim(),
            Term::Changed(Change::TrimStart, one) => text(one).trim_start(),
            Term::Changed(Change::TrimEnd, one) => text(one).trim_end(),
            Term::Slice(one, from, characters) => text(one).substr(*from, *characters),
            Term::Replace(one, from, to) => text(one).replace(from, to),
            other => unreachable!("{other:?} is no text"),
        }
    }

    fn aggregate<P: Place>(
        aggregate: &Aggregate,
        place: &P,
    ) -> Expr<Grouped<P::M>, Option<String>> {
        let all = match aggregate.function {
            Function::Join => {
                let order = place.item(Item::ID.into_expr()).asc();
                let texts = expr::<String, P>(&aggregate.term, place);
                texts.join_text(",").sorted_by(order)
            }
            _ => extreme(aggregate, place),
        };
        narrowed(all, aggregate, place)
    }
}

impl Typed for bool {
    fn column<R: Model>(column: Column) -> Expr<R, Option<bool>> {
        R::truth(column)
    }

    fn from_datum(value: &Datum) -> Option<bool> {
        match value {
            Datum::Truth(truth) => Some(*truth),
            _ => None,
        }
    }

    fn own<P: Place>(term: &Term, place: &P) -> Expr<P::M, Option<bool>> {
        truth(term, place).nullable()
    }

    fn aggregate<P: Place>(aggregate: &Aggregate, place: &P) -> Expr<Grouped<P::M>, Option<bool>> {
        narrowed(extreme(aggregate, place), aggregate, place)
    }
}

fn number<T, P: Place>(term: &Term, place: &P) -> Expr<P::M, Option<T>>
where
    T: Typed + Number,
{
    let number = |term: &Term| expr::<T, P>(term, place);
    match term {
        Term::Arithmetic(operator, one, other) => {
            let (one, other) = (number(one), number(other));
            match operator {
                Operator::Add => one + other,
                Operator::Subtract => one - other,
                Operator::Multiply => one * other,
                Operator::Divide => one / other,
                Operator::Remainder => one % other,
            }
        }
        Term::Negative(one) => -number(one),
        Term::Abs(one) => number(one).abs(),
        other => unreachable!("{other:?} is no number"),
    }
}

fn extreme<T: Typed, P: Place>(aggregate: &Aggregate, place: &P) -> Expr<Grouped<P::M>, Option<T>> {
    let values = expr::<T, P>(&aggregate.term, place);
    match aggregate.function {
        Function::Minimum => values.min(),
        Function::Maximum => values.max(),
        other => unreachable!("{other:?} has another type"),
    }
}

fn narrowed<T, P: Place>(
    mut all: Expr<Grouped<P::M>, T>,
    aggregate: &Aggregate,
    place: &P,
) -> Expr<Grouped<P::M>, T> {
    if aggregate.distinct {
        all = all.distinct();
    }
    match &aggregate.filter {
        Some(filter) => all.filter(condition(filter, place)),
        None => all,
    }
}

fn truth<P: Place>(term: &Term, place: &P) -> Expr<P::M, bool> {
    let truth = |term: &Term| condition(term, place);
    match term {
        Term::And(one, other) => truth(one) & truth(other),
        Term::Or(one, other) => truth(one) | truth(other),
        Term::Xor(one, other) => truth(one) ^ truth(other),
        Term::Not(one) => !truth(one),
        Term::All(terms) => Expr::all(terms.iter().map(truth)),
        Term::Any(terms) => Expr::any(terms.iter().map(truth)),
        Term::Exists(inner) => orm::query::Operand::<P::M, bool>::into_operand(exists(inner)),
        Term::Match(pattern, one, part) => {
            let text = expr::<String, P>(one, place);
            match pattern {
                Pattern::Contains => text.contains(part),
                Pattern::StartsWith => text.starts_with(part),
                Pattern::EndsWith => text.ends_with(part),
            }
        }
        Term::Compare(_, one, _)
        | Term::Between(one, ..)
        | Term::In(one, _)
        | Term::NotIn(one, _)
        | Term::InQuery(one, _)
        | Term::NotInQuery(one, _)
        | Term::IsNull(one)
        | Term::IsNotNull(one) => match one.kind() {
            Kind::Int => test::<i64, P>(term, place),
            Kind::Real => test::<f64, P>(term, place),
            Kind::Text => test::<String, P>(term, place),
            Kind::Truth => test::<bool, P>(term, place),
        },
        other => unreachable!("{other:?} is no condition"),
    }
}

/// A condition on values of one type.
fn test<T: Typed, P: Place>(term: &Term, place: &P) -> Expr<P::M, bool>
where
    Option<T>: Comparable<Option<T>>,
{
    let value = |term: &Term| expr::<T, P>(term, place);
    match term {
        Term::Compare(comparison, one, other) => {
            let (one, other) = (value(one), value(other));
            match comparison {
                Comparison::Equal => one.eq(other),
                Comparison::NotEqual => one.ne(other),
                Comparison::Less => one.lt(other),
                Comparison::LessOrEqual => one.le(other),
                Comparison::Greater => one.gt(other),
                Comparison::GreaterOrEqual => one.ge(other),
                Comparison::Same => one.is_not_distinct_from(other),
                Comparison::Different => one.is_distinct_from(other),
            }
        }
        Term::Between(one, low, high) => value(one).between(value(low), value(high)),
        Term::In(one, values) => value(one).is_in(values.iter().map(value)),
        Term::NotIn(one, values) => value(one).not_in(values.iter().map(value)),
        Term::InQuery(one, inner) => value(one).is_in_query(selecting::<T>(inner)),
        Term::NotInQuery(one, inner) => value(one).not_in_query(selecting::<T>(inner)),
        Term::IsNull(one) => value(one).is_null(),
        Term::IsNotNull(one) => value(one).is_not_null(),
        other => unreachable!("{other:?} is no test"),
    }
}
