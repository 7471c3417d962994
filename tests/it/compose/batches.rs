//! More inserted rows than one statement takes, or rows that need a statement each.

use orm::prelude::*;
use orm::{Error, Result, Value, func};

use super::{Genre, Sale, store};
use crate::recorder;

#[derive(Debug, Clone, ActiveRecord)]
#[orm(table = "tickets")]
struct Ticket {
    #[orm(primary_key)]
    id: i64,
}

/// A row of nothing but a key that the database makes.
#[test]
fn rows_without_values_are_all_inserted() -> Result<()> {
    let (db, _) = recorder::recorded(&orm::schema![Ticket])?;
    let mut tickets = vec![
        Ticket { id: 0 },
        Ticket { id: 7 },
        Ticket { id: 0 },
        Ticket { id: 0 },
    ];
    assert_eq!(orm::query::Insert::<Ticket>::new(&mut tickets).run(&db)?, 4);
    assert_eq!(Ticket::query().select(Ticket::ID).all(&db)?, [7, 8, 9, 10]);
    let again = Ticket::inserting(&mut tickets)
        .on_conflict(Ticket::ID)
        .do_nothing();
    assert_eq!(again.run(&db)?, 3);
    assert_eq!(Ticket::count(&db)?, 7);
    Ok(())
}

fn genre(id: i64, name: String) -> Genre {
    Genre { id, name }
}

fn many(rows: i64) -> Vec<Sale> {
    (1..=rows)
        .map(|id| Sale {
            id,
            track_id: id,
            quantity: 1,
        })
        .collect()
}

#[test]
fn ten_thousand_rows_are_inserted_in_one_transaction() -> Result<()> {
    let (db, log) = recorder::recorded(&orm::schema![Sale])?;
    let mut sales = many(20_000);
    let changed = Sale::inserting(&mut sales)
        .on_conflict(Sale::ID)
        .update(Sale::QUANTITY)
        .run(&db)?;
    assert_eq!(changed, 20_000);
    let statements = log.take();
    assert_eq!(statements.len(), 4);
    assert_eq!(
        (statements[0].as_str(), statements[3].as_str()),
        ("BEGIN", "COMMIT")
    );
    assert_eq!(Sale::query().aggregate(&db, Sale::ID.max())?, Some(20_000));
    Ok(())
}

/// What is bound besides the rows takes places too, wherever it stands.
#[test]
fn values_beside_the_rows_leave_room_for_them() -> Result<()> {
    let (db, _) = recorder::recorded(&orm::schema![Sale])?;
    let mut sales = many(10_922); // three columns: 32,766 values
    let best = Sale::query()
        .filter(Sale::QUANTITY.gt(5))
        .limit(1)
        .select(Sale::QUANTITY.into_expr());
    let quantities = Sale::inserting(&mut sales)
        .on_conflict(Sale::ID)
        .set(Sale::QUANTITY.set(best.scalar().coalesce(3)))
        .only_if(Sale::ID.is_in_query(Sale::alias("s").query().select(func::value(1_i64))))
        .returning(Sale::QUANTITY + 1)
        .run(&db)?;
    assert_eq!(quantities.len(), 10_922);
    Ok(())
}

#[test]
fn a_violation_in_the_last_part_leaves_nothing() -> Result<()> {
    let (db, log) = store()?;
    let mut genres: Vec<_> = (10..20_010).map(|id| genre(id, id.to_string())).collect();
    genres.push(genre(30_000, "Jazz".into()));
    log.take();
    let refused = Genre::inserting(&mut genres)
        .on_conflict(Genre::ID)
        .do_nothing()
        .run(&db);
    assert!(
        matches!(&refused, Err(Error::UniqueViolation { columns, .. }) if columns == &["name"]),
        "{refused:?}"
    );
    assert_eq!(log.take().last().map(String::as_str), Some("ROLLBACK"));
    assert_eq!(Genre::count(&db)?, 3);
    assert_eq!(
        db.query("SELECT count(*) FROM genres", &[])?,
        [[Value::Int(3)]]
    );
    Ok(())
}
