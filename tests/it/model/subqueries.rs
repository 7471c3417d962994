//! Queries inside a query, which refer to its rows.

use orm::Result;
use orm::prelude::*;
use proptest::prelude::*;

use super::check;
use super::generate::{self, Leaves, Terms};
use super::library::{Alone, condition, selection};
use super::tables::{self, Item, Kind, fourfold};
use super::term::Side;

fn terms() -> Terms {
    Terms::new(&Leaves::queries(&[Side::Item])).grown()
}

#[test]
fn conditions_with_queries_inside() {
    check(terms().grown().of(Kind::Truth), |db, world, term| {
        let query = Item::query()
            .filter(condition(&term, &Alone))
            .order_by(Item::ID);
        let (sql, _) = query.to_sql(db)?;
        let expected = world.items_where(&term);
        prop_assert_eq!(query.all(db)?, expected, "{}", sql);
        Ok(())
    });
}

#[test]
fn values_of_queries_inside() {
    check(generate::selected(&terms()), |db, world, selected| {
        let query = Item::query()
            .select(selection(&selected, &Alone))
            .order_by(Item::ID);
        let (sql, _) = query.to_sql(db)?;
        let found: Vec<_> = query.all(db)?.into_iter().map(fourfold).collect();
        let expected = world.tables().items(|row| selected.eval(row));
        prop_assert_eq!(found, expected, "{}", sql);
        Ok(())
    });
}

#[test]
fn a_list_of_one_query_holds_one_value() -> Result<()> {
    let db = tables::database()?;
    let item = |size| Item {
        id: 0,
        size,
        rank: None,
        name: String::new(),
        note: None,
        weight: 0.0,
        price: None,
        done: false,
        seen: None,
    };
    Item::insert_many(&db, &mut [item(1), item(2)])?;
    let other = Item::alias("other");
    let sizes = || {
        let sizes = other.query().order_by(other.column(Item::SIZE));
        sizes.select(other.column(Item::SIZE)).scalar()
    };
    let first = Item::query().filter(Item::SIZE.is_in([sizes()]));
    let (sql, _) = first.to_sql(&db)?;
    assert!(sql.contains(r#"WHERE "items"."size" = (SELECT "#), "{sql}");
    assert_eq!(first.count(&db)?, 1);
    let others = Item::query().filter(Item::SIZE.not_in([sizes()]));
    assert_eq!(others.one(&db)?.size, 2);
    Ok(())
}
