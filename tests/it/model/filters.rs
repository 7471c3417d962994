//! Which rows a condition finds.

use orm::prelude::*;
use proptest::prelude::*;

use super::check;
use super::generate::{Leaves, Terms};
use super::library::{Alone, condition};
use super::tables::{Item, Kind};
use super::term::Side;

#[test]
fn filters_and_exclusions_find_the_rows_that_meet_them() {
    let terms = Terms::deep(&Leaves::columns(&[Side::Item]));
    let conditions = (terms.of(Kind::Truth), terms.of(Kind::Truth));
    check(conditions, |db, world, (kept, left)| {
        let query = Item::query()
            .filter(condition(&kept, &Alone))
            .exclude(condition(&left, &Alone));
        let (sql, _) = query.to_sql(db)?;
        let mut expected = world.items_where(&kept);
        expected.retain(|item| !world.meets(item, &left));
        prop_assert_eq!(query.count(db)?, expected.len() as u64, "{}", &sql);
        prop_assert_eq!(query.exists(db)?, !expected.is_empty(), "{}", &sql);
        let found = query.order_by(Item::ID).all(db)?;
        prop_assert_eq!(found, expected, "{}", &sql);
        Ok(())
    });
}

#[test]
fn every_row_is_either_filtered_or_excluded() {
    let terms = Terms::deep(&Leaves::columns(&[Side::Item]));
    check(terms.of(Kind::Truth), |db, world, term| {
        let kept = Item::query().filter(condition(&term, &Alone)).all(db)?;
        let left = Item::query().exclude(condition(&term, &Alone)).all(db)?;
        let not = Item::query().filter(!condition(&term, &Alone)).all(db)?;
        let mut all = [kept.clone(), left.clone()].concat();
        all.sort_by_key(|item| item.id);
        prop_assert_eq!(&all, &world.items);
        prop_assert!(not.iter().all(|item| left.contains(item)));
        Ok(())
    });
}
