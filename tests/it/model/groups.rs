//! Aggregates, over all rows and by group.

use orm::prelude::*;
use orm::query::func::count;
use proptest::prelude::*;

use super::check;
use super::generate::{self, Leaves, Terms};
use super::library::{Alone, Groups, condition, expr, orders, selection, sliced};
use super::oracle::{self, Group, Row, cut, eval, holds};
use super::tables::{Datum, Item, Kind, fourfold};
use super::term::{By, Selected, Side, Slice, Term};

const ITEMS: &[Side] = &[Side::Item];

/// Expressions over groups, in which aggregates of expressions stand.
fn aggregates(sides: &'static [Side], keys: bool) -> Terms {
    let aggregated = Terms::new(&Leaves::exact(sides)).grown();
    Terms::new(&Leaves::groups(aggregated, keys)).grown()
}

/// Two values, where expressions have no keys to speak of.
const NO_KEYS: [&Term; 2] = [
    &Term::Value(Kind::Int, Datum::Null),
    &Term::Value(Kind::Text, Datum::Null),
];

#[test]
fn aggregates_of_all_rows() {
    let conditions = Terms::new(&Leaves::columns(ITEMS)).grown().of(Kind::Truth);
    let inputs = (generate::selected(&aggregates(ITEMS, false)), conditions);
    check(inputs, |db, world, (selected, filter)| {
        let (int, real, text, truth) = selection(&selected, &Groups(Alone, NO_KEYS));
        let query = Item::query().filter(condition(&filter, &Alone));
        let (rows, found) = query.aggregate(db, (count(), (int, real, text, truth)))?;
        let tables = world.tables();
        let kept = tables.rows().into_iter().filter(|row| holds(&filter, row));
        let group = Group {
            rows: kept.collect(),
            keys: Vec::new(),
        };
        prop_assert_eq!(rows, i64::try_from(group.rows.len())?);
        prop_assert_eq!(fourfold(found), selected.eval(&tables.of_group(&group)));
        Ok(())
    });
}

#[test]
fn aggregates_of_some_rows_in_an_order() {
    let order = generate::orders(&Terms::new(&Leaves::columns(ITEMS)).grown(), 2);
    let inputs = (
        generate::selected(&aggregates(ITEMS, false)),
        order,
        generate::slices(),
    );
    check(inputs, |db, world, (selected, mut order, slice)| {
        order.push(generate::by_key(Side::Item));
        let (int, real, text, truth) = selection(&selected, &Groups(Alone, NO_KEYS));
        let query = sliced(Item::query().order_by(orders(&order, &Alone)), slice);
        let query = query.subquery();
        let (rows, found) = query.aggregate(db, (count(), (int, real, text, truth)))?;
        let tables = world.tables();
        let mut kept = tables.rows();
        oracle::sort(&mut kept, &order);
        let mut kept = cut(kept, slice);
        oracle::sort(&mut kept, &[generate::by_key(Side::Item)]);
        let group = Group {
            rows: kept,
            keys: Vec::new(),
        };
        prop_assert_eq!(rows, i64::try_from(group.rows.len())?);
        prop_assert_eq!(fourfold(found), selected.eval(&tables.of_group(&group)));
        Ok(())
    });
}

/// A query of groups.
#[derive(Debug)]
struct Grouping {
    filter: Term,
    keys: [Term; 2],
    selected: Selected,
    having: Option<Term>,
    order: Vec<By>,
    slice: Slice,
}

fn groupings() -> impl Strategy<Value = Grouping> {
    let rows = Terms::new(&Leaves::columns(ITEMS)).grown();
    let groups = aggregates(ITEMS, true);
    let having = proptest::option::of(groups.of(Kind::Truth));
    let all = (
        rows.of(Kind::Truth),
        generate::keys(&rows),
        generate::selected(&groups),
        having,
        generate::orders(&groups, 2),
        generate::slices(),
    );
    all.prop_map(|(filter, keys, selected, having, mut order, slice)| {
        order.extend([by_key(Kind::Int, 0), by_key(Kind::Text, 1)]);
        Grouping {
            filter,
            keys,
            selected,
            having,
            order,
            slice,
        }
    })
}

fn by_key(kind: Kind, nth: usize) -> By {
    By {
        term: Term::Key(kind, nth),
        ..generate::by_key(Side::Item)
    }
}

#[test]
fn groups_are_made_by_keys_and_kept_by_having() {
    check(groupings(), |db, world, grouping| {
        let [int, text] = &grouping.keys;
        let place = Groups(Alone, [int, text]);
        let keys = (expr::<i64, _>(int, &Alone), expr::<String, _>(text, &Alone));
        let query = Item::query()
            .filter(condition(&grouping.filter, &Alone))
            .group_by(keys.clone())
            .select((keys.0, keys.1, selection(&grouping.selected, &place)));
        let query = match &grouping.having {
            Some(having) => query.having(condition(having, &place)),
            None => query,
        };
        let query = sliced(
            query.order_by(orders(&grouping.order, &place)),
            grouping.slice,
        );
        let (sql, _) = query.to_sql(db)?;
        let found = query.all(db)?.into_iter();
        let found = found.map(|(int, text, rest)| {
            let keys = vec![Datum::from(int), Datum::from(text)];
            (keys, fourfold(rest))
        });
        let tables = world.tables();
        let kept = tables
            .rows()
            .into_iter()
            .filter(|row| holds(&grouping.filter, row));
        let groups = grouped(kept.collect(), &grouping.keys);
        let expected = results(&grouping, &groups, tables.no_row());
        prop_assert_eq!(query.count(db)?, expected.len() as u64, "{}", &sql);
        prop_assert_eq!(found.collect::<Vec<_>>(), expected, "{}", &sql);
        Ok(())
    });
}

/// Rows that are alike in the keys, in groups.
pub(crate) fn grouped<'r>(rows: Vec<Row<'r>>, keys: &[Term]) -> Vec<Group<'r>> {
    let mut groups: Vec<Group<'r>> = Vec::new();
    for row in rows {
        let keys: Vec<Datum> = keys.iter().map(|key| eval(key, &row)).collect();
        match groups.iter_mut().find(|group| group.keys == keys) {
            Some(group) => group.rows.push(row),
            None => groups.push(Group {
                rows: vec![row],
                keys,
            }),
        }
    }
    groups
}

fn results<'r>(
    grouping: &Grouping,
    groups: &'r [Group<'r>],
    no_row: Row<'r>,
) -> Vec<(Vec<Datum>, Vec<Datum>)> {
    let rows = groups.iter().map(|group| Row {
        group: Some(group),
        ..no_row
    });
    let having = |row: &Row<'_>| {
        grouping
            .having
            .as_ref()
            .is_none_or(|having| holds(having, row))
    };
    let mut rows: Vec<Row<'_>> = rows.filter(having).collect();
    oracle::sort(&mut rows, &grouping.order);
    let keys = |row: &Row<'_>| row.group.map_or(Vec::new(), |group| group.keys.clone());
    let rows = cut(rows, grouping.slice).into_iter();
    rows.map(|row| (keys(&row), grouping.selected.eval(&row)))
        .collect()
}
