//! Whole queries in SQL of the user.

use orm::prelude::*;
use orm::query::RawQuery;
use orm::{Error, Result, Sql, Value};

use super::{Named, Track, ids, store};

#[test]
fn raw_rows_become_entities() -> Result<()> {
    let (db, log) = store()?;
    let sql = "SELECT * FROM tracks WHERE seconds > ? AND name <> ? ORDER BY id";
    let query = RawQuery::new::<Track>(sql, [Value::from(300), "Sinnerman".into()]);
    assert_eq!(ids(&query.all(&db)?), [3, 5]);
    assert_eq!(query.first(&db)?.map(|track| track.id), Some(3));
    assert_eq!(log.take(), [sql, sql]);
    let mut seen = 0;
    let stopped = query.clone().for_each(&db, |_| {
        seen += 1;
        Err(Error::TransactionRequired)
    });
    assert!(matches!(stopped, Err(Error::TransactionRequired)));
    assert_eq!(seen, 1);
    Ok(())
}

#[test]
fn raw_rows_become_structs() -> Result<()> {
    let (db, _) = store()?;
    let sql = "SELECT composer, count(*) FROM tracks WHERE composer IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1";
    let rows = RawQuery::new::<Named>(sql, []).all(&db)?;
    let rows: Vec<_> = rows
        .iter()
        .map(|row| (row.name.as_str(), row.number))
        .collect();
    assert_eq!(rows, [("Evans", 2), ("Bricusse", 1), ("Drake", 1)]);
    let column = "tracks";
    let trusted = Sql::trusted(format!("SELECT name, id FROM {column} WHERE id = ?"));
    assert_eq!(
        RawQuery::new::<Named>(trusted, [4.into()])
            .first(&db)?
            .map(|row| row.number),
        Some(4)
    );
    assert_eq!(
        RawQuery::new::<Named>("SELECT 'x', 1 WHERE 0", []).first(&db)?,
        None
    );
    Ok(())
}

#[test]
fn rows_of_another_width_are_refused() -> Result<()> {
    let (db, _) = store()?;
    for sql in ["SELECT 'one'", "SELECT 'one', 2, 3"] {
        let refused = RawQuery::new::<Named>(sql, []).all(&db);
        assert!(
            matches!(refused, Err(Error::Decode { table: "named", .. })),
            "{refused:?}"
        );
    }
    let refused = RawQuery::new::<Track>("SELECT id FROM tracks", []).first(&db);
    assert!(
        matches!(
            refused,
            Err(Error::Decode {
                table: "tracks",
                ..
            })
        ),
        "{refused:?}"
    );
    Ok(())
}

#[test]
fn values_that_do_not_fit_name_their_column() -> Result<()> {
    let (db, _) = store()?;
    for (sql, name) in [
        ("SELECT 'a', 'b'", "number"),
        ("SELECT NULL, 1", "name"),
        ("SELECT 'a', 1.5", "number"),
    ] {
        let refused = RawQuery::new::<Named>(sql, []).all(&db);
        assert!(
            matches!(&refused, Err(Error::Decode { table: "named", column, .. }) if *column == name),
            "{refused:?}"
        );
    }
    Ok(())
}

#[test]
fn a_raw_query_binds_as_many_values_as_it_has_places() -> Result<()> {
    let (db, _) = store()?;
    for values in [vec![], vec![Value::from(1), Value::from(2)]] {
        let refused =
            RawQuery::new::<Named>("SELECT name, id FROM tracks WHERE id = ?", values).all(&db);
        assert!(refused.is_err(), "{refused:?}");
    }
    let wrong = RawQuery::new::<Named>("SELEC 1", []).all(&db);
    assert!(matches!(wrong, Err(Error::Database { .. })));
    let two = RawQuery::new::<Named>("SELECT 'a', 1; DELETE FROM tracks", []).all(&db);
    assert!(two.is_err());
    assert_eq!(Track::count(&db)?, 5);
    Ok(())
}
