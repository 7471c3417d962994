//! Queries within queries within queries.

use orm::prelude::*;
use orm::{Error, Query, Result, Window, func};

use super::{Employee, Genre, Named, Sale, Track, empty, ids, store, texts};

/// A derived table inside of a correlated query speaks of the query around both.
#[test]
fn outer_reaches_through_a_derived_table() -> Result<()> {
    let (db, _) = store()?;
    let best = Sale::query()
        .filter(Sale::TRACK_ID.eq(Track::ID.outer()))
        .order_by(Sale::QUANTITY.desc())
        .limit(1)
        .subquery()
        .filter(Sale::QUANTITY.gt(1))
        .select(Sale::QUANTITY);
    let rows = Track::query().order_by(Track::ID).select(best.scalar());
    assert_eq!(rows.all(&db)?, [Some(2), None, Some(4), None, None]);
    let either = Sale::query()
        .filter(Sale::TRACK_ID.eq(Track::ID.outer()))
        .select(Sale::ID)
        .union(
            Genre::query()
                .filter(Genre::ID.eq(Track::ID.outer()))
                .select(Genre::ID),
        );
    let known = Track::query()
        .filter(func::exists(either))
        .order_by(Track::ID);
    assert_eq!(ids(&known.all(&db)?), [1, 2, 3, 5]);
    Ok(())
}

#[test]
fn conditions_hold_queries_of_every_kind() -> Result<()> {
    let (db, _) = store()?;
    let numbers = Query::<Named>::values([("a".to_owned(), 1), ("b".to_owned(), 4)]);
    let listed = Track::query().filter(Track::ID.is_in_query(numbers.select(Named::NUMBER)));
    assert_eq!(listed.count(&db)?, 2);
    let common = Query::<Named>::new()
        .with_cte(
            Genre::query()
                .select((Genre::NAME, Genre::ID))
                .rows_as::<Named>(),
        )
        .filter(Named::NUMBER.gt(1))
        .select(Named::NUMBER);
    let joined = Track::query().filter(Track::GENRE_ID.is_in_query(common.clone().limit(1)));
    assert_eq!(joined.count(&db)?, 2);
    let united = common.union(Genre::query().filter(Genre::ID.eq(1)).select(Genre::ID));
    assert_eq!(
        Track::query()
            .filter(Track::GENRE_ID.is_in_query(united))
            .count(&db)?,
        4
    );
    let first = Track::query()
        .qualify(
            func::row_number()
                .over(Window::ordered_by(Track::SECONDS))
                .eq(1),
        )
        .select(Track::ID);
    assert_eq!(
        ids(&Track::query()
            .filter(Track::ID.is_in_query(first))
            .all(&db)?),
        [4]
    );
    Ok(())
}

#[test]
fn a_condition_of_a_join_holds_a_query() -> Result<()> {
    let (db, _) = store()?;
    let sold = Sale::query()
        .filter(Sale::TRACK_ID.eq(Track::ID.outer()) & Sale::QUANTITY.ge(Genre::ID.outer()));
    let rows = Genre::query()
        .left_join(Genre::ID.on(Track::GENRE_ID).and(func::exists(sold)))
        .order_by((Genre::ID, Track::ID))
        .select((Genre::NAME, Track::ID));
    let [jazz, soul, polka] = texts(["Jazz", "Soul", "Polka"]);
    let expected = [
        (jazz.clone(), Some(3)),
        (jazz, Some(5)),
        (soul, Some(1)),
        (polka, None),
    ];
    assert_eq!(rows.all(&db)?, expected);
    Ok(())
}

#[test]
fn aggregates_hold_queries() -> Result<()> {
    let (db, _) = store()?;
    let genre = Genre::query()
        .filter(Genre::ID.eq(Track::GENRE_ID.outer()))
        .select(Genre::NAME);
    let sold = func::exists(Sale::query().filter(Sale::TRACK_ID.eq(Track::ID.outer())));
    let rows = Track::query()
        .group_by(Track::GENRE_ID)
        .select((genre.scalar(), func::count().filter(sold.clone())))
        .order_by(Track::GENRE_ID);
    let [jazz, soul] = texts(["Jazz", "Soul"]);
    assert_eq!(
        rows.all(&db)?,
        [(None, 0), (Some(jazz), 2), (Some(soul), 1)]
    );
    assert_eq!(rows.count(&db)?, 3);
    let by_sold = Track::query()
        .group_by(sold.clone())
        .select((sold, func::count()));
    let mut by_sold = by_sold.all(&db)?;
    by_sold.sort_unstable();
    assert_eq!(by_sold, [(false, 2), (true, 3)]);
    Ok(())
}

#[test]
fn pages_are_of_whole_queries() -> Result<()> {
    let (db, log) = store()?;
    for refused in [
        Track::query().limit(3).page(&db, 1, 2),
        Track::query().offset(3).page(&db, 1, 2),
        Track::query().page(&db, 0, 2),
        Track::query().page(&db, 1, 0),
    ] {
        assert!(matches!(
            refused,
            Err(Error::InvalidQuery {
                table: "tracks",
                ..
            })
        ));
    }
    assert!(log.take().is_empty());
    let far = Track::query().page(&db, u64::MAX, u64::MAX)?;
    assert_eq!((far.items.len(), far.total, far.pages()), (0, 5, 1));
    let sold = Track::query()
        .join(Track::ID.on(Sale::TRACK_ID))
        .order_by(Track::NAME.desc());
    let (first, second) = (sold.page(&db, 1, 2)?, sold.page(&db, 2, 2)?);
    assert_eq!(
        (first.total, ids(&first.items), ids(&second.items)),
        (4, vec![1, 1], vec![3, 5])
    );
    assert!(first.has_next() && !first.has_previous() && second.has_previous());
    let statements = log.take();
    assert!(
        statements.last().is_some_and(|sql| sql.ends_with(
            r#"ORDER BY "tracks"."name" DESC, "tracks"."id", "sales"."id" LIMIT 2 OFFSET 2"#
        )),
        "{statements:?}"
    );
    Ok(())
}

#[test]
fn rows_without_a_manager_are_a_difference() -> Result<()> {
    let (db, _) = store()?;
    let managers = Employee::query()
        .filter(Employee::MANAGER_ID.is_not_null())
        .select(Employee::MANAGER_ID);
    let others = Employee::query()
        .select(Employee::ID.nullable())
        .except(managers);
    assert_eq!(others.all(&db)?, [Some(3), Some(4)]);
    let none = empty()?.0;
    assert!(others.all(&none)?.is_empty());
    Ok(())
}

/// The names of a set operation, a derived table and a join are the same, and do not get mixed up.
#[test]
fn equal_names_on_different_levels_are_different_tables() -> Result<()> {
    let (db, _) = store()?;
    let long = Track::query().filter(Track::SECONDS.gt(300)).subquery();
    let short = Track::query().filter(Track::SECONDS.lt(150)).subquery();
    let both = long
        .union_all(short)
        .filter(Track::ID.gt(1))
        .order_by(Track::SECONDS);
    let same_genre = Track::query().filter(
        Track::ID.is_in_query(both.select(Track::ID)) & Track::NAME.joined().ne("Pink Moon"),
    );
    assert_eq!(ids(&same_genre.order_by(Track::ID).all(&db)?), [3, 5]);
    Ok(())
}

#[test]
fn hundreds_of_queries_make_one_set() -> Result<()> {
    let (db, _) = store()?;
    let numbers = || Track::query().select(Track::ID);
    let two = numbers().union_all(numbers());
    let all = (0..498).fold(two, |all, _| all.union_all(numbers()));
    assert_eq!(all.to_sql(&db)?.0.matches(" UNION ALL ").count(), 499);
    assert_eq!(all.count(&db)?, 2_500);
    Ok(())
}

#[test]
fn different_texts_are_joined() -> Result<()> {
    let (db, _) = store()?;
    let names = Track::COMPOSER
        .join_text(",")
        .distinct()
        .sorted_by(Track::COMPOSER);
    let names = Track::query().aggregate(&db, names);
    assert_eq!(names?.as_deref(), Some("Bricusse,Drake,Evans"));
    let names = Track::query().aggregate(&db, Track::COMPOSER.join_text("; ").distinct());
    assert!(matches!(names, Err(Error::Unsupported { .. })), "{names:?}");
    Ok(())
}
