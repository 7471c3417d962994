//! The values of expressions.

use orm::prelude::*;
use proptest::prelude::*;

use super::check;
use super::generate::{self, Leaves, Terms};
use super::library::{Alone, selection};
use super::tables::{Item, fourfold};
use super::term::Side;

#[test]
fn expressions_have_the_values_that_sql_gives_them() {
    let terms = Terms::deep(&Leaves::columns(&[Side::Item]));
    check(generate::selected(&terms), |db, world, selected| {
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
