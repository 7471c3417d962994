//! Queries as sets of rows.

use orm::Query;
use orm::prelude::*;
use orm::query::scope::{Rows, Scope};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::check;
use super::generate::{self, Leaves, Terms};
use super::library::{Alone, condition, orders, selection, sliced};
use super::oracle::{cut, different};
use super::tables::{Datum, Item, Kind, World, ascending, fourfold};
use super::term::{By, Selected, Side, Slice, Term};

#[derive(Debug, Clone, Copy)]
enum Operator {
    Union,
    UnionAll,
    Intersect,
    Except,
}

const OPERATORS: &[Operator] = &[
    Operator::Union,
    Operator::UnionAll,
    Operator::Intersect,
    Operator::Except,
];

impl Operator {
    fn query<S: Scope, T: Scope, R: 'static>(
        self,
        one: Query<S, R>,
        other: Query<T, R>,
    ) -> Query<Rows<R>, R> {
        match self {
            Self::Union => one.union(other),
            Self::UnionAll => one.union_all(other),
            Self::Intersect => one.intersect(other),
            Self::Except => one.except(other),
        }
    }

    fn rows<T: PartialEq>(self, mut one: Vec<T>, other: Vec<T>) -> Vec<T> {
        match self {
            Self::Union => {
                one.extend(other);
                different(one)
            }
            Self::UnionAll => {
                one.extend(other);
                one
            }
            Self::Intersect => {
                one.retain(|row| other.contains(row));
                different(one)
            }
            Self::Except => {
                one.retain(|row| !other.contains(row));
                different(one)
            }
        }
    }
}

/// Some rows, of which a part in their order may be taken.
#[derive(Debug)]
struct Operand {
    filter: Term,
    slice: Option<(Vec<By>, Slice)>,
}

fn terms() -> Terms {
    Terms::new(&Leaves::columns(&[Side::Item])).grown()
}

fn operands() -> impl Strategy<Value = Operand> {
    let slice = (generate::orders(&terms(), 1), generate::slices());
    let slice = slice.prop_map(|(mut order, slice)| {
        order.push(generate::by_key(Side::Item));
        (order, slice)
    });
    let all = (
        terms().of(Kind::Truth),
        proptest::option::weighted(0.3, slice),
    );
    all.prop_map(|(filter, slice)| Operand { filter, slice })
}

impl Operand {
    fn query(&self) -> Query<Item> {
        let query = Item::query().filter(condition(&self.filter, &Alone));
        match &self.slice {
            Some((order, slice)) => sliced(query.order_by(orders(order, &Alone)), *slice),
            None => query,
        }
    }

    fn items(&self, world: &World) -> Vec<Item> {
        let items = world.items_where(&self.filter);
        match &self.slice {
            Some((order, slice)) => cut(world.sorted(&items, order), *slice),
            None => items,
        }
    }
}

#[test]
fn sets_of_selected_rows() {
    // Two rows are often equal where little is selected.
    let selected = generate::selected(&Terms::new(&Leaves::columns(&[Side::Item])));
    let inputs = (
        (operands(), selected.clone()),
        vec((select(OPERATORS), operands(), selected), 1..4),
    );
    check(inputs, |db, world, ((first, selected), others)| {
        let chosen = |operand: &Operand, selected: &Selected| {
            let items = operand.items(world);
            let eval = |item| world.eval(item, selected);
            items.iter().map(eval).collect::<Vec<Vec<Datum>>>()
        };
        let mut expected = chosen(&first, &selected);
        let first = first.query().select(selection(&selected, &Alone));
        let (operator, second, selected) = &others[0];
        let mut query = operator.query(first, second.query().select(selection(selected, &Alone)));
        expected = operator.rows(expected, chosen(second, selected));
        for (operator, operand, selected) in &others[1..] {
            query = operator.query(query, operand.query().select(selection(selected, &Alone)));
            expected = operator.rows(expected, chosen(operand, selected));
        }
        let (sql, _) = query.to_sql(db)?;
        let found: Vec<_> = query.all(db)?.into_iter().map(fourfold).collect();
        prop_assert_eq!(query.count(db)?, expected.len() as u64);
        prop_assert_eq!(ascending(found), ascending(expected), "{}", sql);
        Ok(())
    });
}

#[test]
fn sets_of_entities_are_filtered_and_sorted() {
    let inputs = (
        operands(),
        select(OPERATORS),
        operands(),
        terms().of(Kind::Truth),
        generate::orders(&terms(), 2),
        generate::slices(),
    );
    check(
        inputs,
        |db, world, (one, operator, other, filter, mut order, slice)| {
            order.push(generate::by_key(Side::Item));
            let query = operator
                .query(one.query(), other.query())
                .filter(condition(&filter, &Alone))
                .order_by(orders(&order, &Alone));
            let query = sliced(query, slice);
            let (sql, _) = query.to_sql(db)?;
            let mut all = operator.rows(one.items(world), other.items(world));
            all.retain(|item| world.meets(item, &filter));
            let expected = cut(world.sorted(&all, &order), slice);
            prop_assert_eq!(query.count(db)?, expected.len() as u64, "{}", &sql);
            prop_assert_eq!(query.all(db)?, expected, "{}", sql);
            Ok(())
        },
    );
}
