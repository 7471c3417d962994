//! The order of rows, parts of them, and different ones.

use orm::prelude::*;
use proptest::prelude::*;

use super::check;
use super::generate::{self, Leaves, Terms};
use super::library::{Alone, condition, orders, selection, sliced};
use super::oracle::{cut, different, holds};
use super::tables::{Item, Kind, ascending, fourfold};
use super::term::{By, Side};

fn terms() -> Terms {
    Terms::new(&Leaves::columns(&[Side::Item])).grown().grown()
}

/// Random orders that leave no two rows equal.
fn unique_orders() -> impl Strategy<Value = Vec<By>> {
    generate::orders(&terms(), 3).prop_map(|mut order| {
        order.push(generate::by_key(Side::Item));
        order
    })
}

#[test]
fn rows_come_in_the_order_that_was_asked_for_and_as_many() {
    let inputs = (unique_orders(), generate::slices(), generate::slices());
    check(inputs, |db, world, (order, slice, other)| {
        let query = Item::query().order_by(orders(&order, &Alone));
        let query = sliced(query, slice);
        let (sql, _) = query.to_sql(db)?;
        let expected = cut(world.sorted(&world.items, &order), slice);
        prop_assert_eq!(&query.all(db)?, &expected, "{}", &sql);
        prop_assert_eq!(query.count(db)?, expected.len() as u64);
        prop_assert_eq!(query.exists(db)?, !expected.is_empty());
        prop_assert_eq!(query.first(db)?, expected.first().cloned());
        // What follows is about the rows as they are then.
        let further = sliced(query.subquery().order_by(orders(&order, &Alone)), other);
        prop_assert_eq!(further.all(db)?, cut(expected, other));
        Ok(())
    });
}

#[test]
fn the_reverse_is_the_opposite_order() {
    check(unique_orders(), |db, world, order| {
        let query = Item::query().order_by(orders(&order, &Alone));
        let mut expected = world.sorted(&world.items, &order);
        prop_assert_eq!(query.last(db)?, expected.last().cloned());
        expected.reverse();
        prop_assert_eq!(query.clone().reverse().all(db)?, expected.clone());
        prop_assert_eq!(
            query.reverse().reverse().last(db)?,
            expected.first().cloned()
        );
        Ok(())
    });
}

#[test]
fn different_rows_are_there_once() {
    let inputs = (
        generate::selected(&terms()),
        terms().of(Kind::Truth),
        generate::slices(),
    );
    check(inputs, |db, world, (selected, filter, slice)| {
        let query = Item::query()
            .filter(condition(&filter, &Alone))
            .select(selection(&selected, &Alone))
            .distinct();
        let (sql, _) = query.to_sql(db)?;
        let tables = world.tables();
        let rows = tables.rows().into_iter().filter(|row| holds(&filter, row));
        let expected = different(rows.map(|row| selected.eval(&row)).collect());
        let found: Vec<_> = query.all(db)?.into_iter().map(fourfold).collect();
        prop_assert_eq!(ascending(found), ascending(expected.clone()), "{}", sql);
        prop_assert_eq!(query.count(db)?, expected.len() as u64);
        let expected = cut(expected, slice).len();
        let part = sliced(query, slice);
        prop_assert_eq!(part.count(db)?, expected as u64);
        prop_assert_eq!(part.exists(db)?, expected > 0);
        Ok(())
    });
}
