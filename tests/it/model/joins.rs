//! Joins of two tables.

use orm::prelude::*;
use orm::query::{On, func};
use proptest::prelude::*;

use super::check;
use super::generate::{self, Leaves, Terms};
use super::groups::grouped;
use super::library::{Groups, Joined, condition, expr, orders, selection, sliced};
use super::oracle::{self, Row, cut, holds};
use super::tables::{Datum, Item, Kind, Part, ascending, fourfold};
use super::term::{By, Selected, Side, Slice, Term};

const BOTH: &[Side] = &[Side::Item, Side::Part];

/// A query of two tables.
#[derive(Debug)]
struct Pairing {
    on: Term,
    filter: Term,
    selected: Selected,
    order: Vec<By>,
    slice: Slice,
}

fn pairings() -> impl Strategy<Value = Pairing> {
    let terms = Terms::new(&Leaves::columns(BOTH)).grown().grown();
    let all = (
        terms.of(Kind::Truth),
        terms.of(Kind::Truth),
        generate::selected(&terms),
        generate::orders(&terms, 2),
        generate::slices(),
    );
    all.prop_map(|(on, filter, selected, mut order, slice)| {
        order.extend(BOTH.iter().map(|side| generate::by_key(*side)));
        Pairing {
            on,
            filter,
            selected,
            order,
            slice,
        }
    })
}

/// The pairs of rows that meet a condition, and rows without a partner if they are kept.
fn pairs<'r>(rows: Vec<Row<'r>>, on: &Term, keep: bool) -> Vec<Row<'r>> {
    let mut pairs = Vec::new();
    for row in rows {
        let before = pairs.len();
        let partners = row.parts.iter().map(|part| Row {
            part: Some(part),
            ..row
        });
        pairs.extend(partners.filter(|pair| holds(on, pair)));
        if keep && pairs.len() == before {
            pairs.push(row);
        }
    }
    pairs
}

/// What a query of pairs gives.
fn results(pairing: &Pairing, rows: Vec<Row<'_>>, keep: bool) -> Vec<Vec<Datum>> {
    let mut rows = pairs(rows, &pairing.on, keep);
    rows.retain(|row| holds(&pairing.filter, row));
    oracle::sort(&mut rows, &pairing.order);
    let rows = cut(rows, pairing.slice).into_iter();
    rows.map(|row| [keys(&row), pairing.selected.eval(&row)].concat())
        .collect()
}

fn keys(row: &Row<'_>) -> Vec<Datum> {
    let key = |record: Option<&super::tables::Record>| {
        record.map_or(Datum::Null, |record| record[0].clone())
    };
    vec![key(row.item), key(row.part)]
}

#[test]
fn a_join_gives_the_pairs_that_meet_its_condition() {
    check(pairings(), |db, world, pairing| {
        let query = Item::query()
            .join(On::<Item, Part>::condition(condition(&pairing.on, &Joined)))
            .filter(condition(&pairing.filter, &Joined))
            .order_by(orders(&pairing.order, &Joined))
            .select((
                func::entity::<Item>(),
                func::entity::<Part>(),
                selection(&pairing.selected, &Joined),
            ));
        let query = sliced(query, pairing.slice);
        let (sql, _) = query.to_sql(db)?;
        let mut found = Vec::new();
        for (item, part, rest) in query.all(db)? {
            prop_assert!(world.items.contains(&item) && world.parts.contains(&part));
            found.push([vec![item.id.into(), part.id.into()], fourfold(rest)].concat());
        }
        let expected = results(&pairing, world.tables().rows(), false);
        prop_assert_eq!(query.count(db)?, expected.len() as u64, "{}", &sql);
        prop_assert_eq!(found, expected, "{}", &sql);
        Ok(())
    });
}

#[test]
fn a_left_join_keeps_rows_without_a_partner() {
    check(pairings(), |db, world, pairing| {
        let query = Item::query()
            .left_join(On::<Item, Part>::condition(condition(&pairing.on, &Joined)))
            .filter(condition(&pairing.filter, &Joined))
            .order_by(orders(&pairing.order, &Joined))
            .select((
                Item::ID,
                Part::ID,
                func::entity::<Part>(),
                selection(&pairing.selected, &Joined),
            ));
        let query = sliced(query, pairing.slice);
        let (sql, _) = query.to_sql(db)?;
        let mut found = Vec::new();
        for (item, part, entity, rest) in query.all(db)? {
            prop_assert_eq!(part, entity.map(|part: Part| part.id));
            found.push([vec![item.into(), part.into()], fourfold(rest)].concat());
        }
        let expected = results(&pairing, world.tables().rows(), true);
        prop_assert_eq!(query.count(db)?, expected.len() as u64, "{}", &sql);
        prop_assert_eq!(found, expected, "{}", &sql);
        Ok(())
    });
}

#[test]
fn joined_rows_are_grouped() {
    let terms = Terms::new(&Leaves::columns(BOTH)).grown();
    let aggregated = Terms::new(&Leaves::exact(BOTH)).grown();
    let groups = Terms::new(&Leaves::groups(aggregated, true)).grown();
    let inputs = (
        terms.of(Kind::Truth),
        generate::keys(&terms),
        generate::selected(&groups),
        groups.of(Kind::Truth),
    );
    check(inputs, |db, world, (on, keys, selected, having)| {
        let [int, text] = &keys;
        let place = Groups(Joined, [int, text]);
        let query = Item::query()
            .left_join(On::<Item, Part>::condition(condition(&on, &Joined)))
            .group_by((
                expr::<i64, _>(int, &Joined),
                expr::<String, _>(text, &Joined),
            ))
            .select(selection(&selected, &place))
            .having(condition(&having, &place));
        let (sql, _) = query.to_sql(db)?;
        let found: Vec<_> = query.all(db)?.into_iter().map(fourfold).collect();
        let tables = world.tables();
        let rows = pairs(tables.rows(), &on, true);
        let groups = grouped(rows, &keys);
        let rows = groups.iter().map(|group| tables.of_group(group));
        let kept = rows.filter(|row| holds(&having, row));
        let expected: Vec<_> = kept.map(|row| selected.eval(&row)).collect();
        prop_assert_eq!(ascending(found), ascending(expected), "{}", sql);
        Ok(())
    });
}
