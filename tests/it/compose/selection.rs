//! What a query selects.

use orm::prelude::*;
use orm::{Error, Join, Outer, Result, func};

use super::{Genre, Named, Track, store, texts};

#[test]
fn one_column_gives_its_values() -> Result<()> {
    let (db, _) = store()?;
    let names = Track::query()
        .order_by(Track::SECONDS)
        .limit(2)
        .select(Track::NAME);
    assert_eq!(
        names.to_sql(&db)?.0,
        r#"SELECT "tracks"."name" FROM "tracks" ORDER BY "tracks"."seconds" LIMIT 2"#
    );
    let names: Vec<String> = names.all(&db)?;
    assert_eq!(names, texts(["Pink Moon", "Feeling Good"]));
    let composers: Vec<Option<String>> = Track::query()
        .distinct()
        .order_by(Track::COMPOSER)
        .select(Track::COMPOSER)
        .all(&db)?;
    assert_eq!(composers.len(), 4);
    assert_eq!(composers[0], None);
    Ok(())
}

#[test]
fn a_tuple_of_one_stays_a_tuple() -> Result<()> {
    let (db, _) = store()?;
    let first: Option<(i64,)> = Track::query().select((Track::SECONDS,)).first(&db)?;
    assert_eq!(first, Some((622,)));
    Ok(())
}

#[test]
fn twelve_values_make_a_tuple_of_twelve() -> Result<()> {
    let (db, _) = store()?;
    let row = Track::query().filter(Track::ID.eq(4)).select((
        Track::ID,
        Track::NAME,
        Track::COMPOSER,
        Track::GENRE_ID,
        Track::SECONDS,
        Track::PRICE,
        Track::ID + 1,
        Track::NAME.length(),
        Track::SECONDS.gt(100),
        func::value("text"),
        Track::GENRE_ID.is_null(),
        func::value(0.25),
    ));
    let row = row.one(&db)?;
    assert_eq!(
        (row.0, row.1.as_str(), row.2.as_deref()),
        (4, "Pink Moon", Some("Drake"))
    );
    assert_eq!((row.3, row.4, row.6, row.7), (None, 126, 5, 9));
    assert!(row.8 && row.10);
    assert_eq!((row.9.as_str(), row.5 * row.11), ("text", 0.125));
    Ok(())
}

#[test]
fn tuples_and_entities_nest() -> Result<()> {
    let (db, _) = store()?;
    let row = Track::query()
        .left_join(Track::GENRE_ID.on(Genre::ID))
        .order_by(Track::ID)
        .select((
            (Track::ID, (Track::NAME,)),
            func::entity::<Genre>(),
            ((Genre::NAME, func::entity::<Track>()), Track::SECONDS),
        ));
    let rows = row.all(&db)?;
    let ((id, (name,)), genre, ((genre_name, track), seconds)) = rows[0].clone();
    assert_eq!((id, name.as_str(), seconds), (1, "Sinnerman", 622));
    assert_eq!(genre.map(|genre| genre.name), genre_name);
    assert_eq!(track, Track::get(&db, 1)?);
    let (_, genre, ((genre_name, _), _)) = rows[3].clone();
    assert_eq!((genre, genre_name), (None, None));
    Ok(())
}

#[test]
fn the_last_selection_counts() -> Result<()> {
    let (db, _) = store()?;
    let query = Track::query()
        .select(Track::NAME)
        .select(Track::ID)
        .limit(1);
    assert_eq!(
        query.to_sql(&db)?.0,
        r#"SELECT "tracks"."id" FROM "tracks" LIMIT 1"#
    );
    let narrowed = query.filter(Track::SECONDS.gt(1));
    assert!(matches!(narrowed.all(&db), Err(Error::InvalidQuery { .. })));
    Ok(())
}

#[derive(Debug, PartialEq, FromRow)]
#[orm(from = Track)]
struct Length {
    name: String,
    #[orm(expr = Track::SECONDS / 60)]
    minutes: i64,
}

#[derive(Debug, PartialEq, FromRow)]
#[orm(from = Join<Track, Outer<Genre>>)]
struct Line {
    name: String,
    #[orm(expr = Genre::NAME)]
    genre: Option<String>,
    #[orm(expr = Genre::NAME.upper())]
    loud: Option<String>,
}

#[test]
fn a_struct_says_what_it_is_selected_from() -> Result<()> {
    let (db, _) = store()?;
    let lengths = Track::query()
        .select_as::<Length>()
        .filter(Track::SECONDS.gt(400))
        .order_by(Track::ID);
    assert_eq!(
        lengths.to_sql(&db)?.0,
        r#"SELECT "tracks"."name", "tracks"."seconds" / ? FROM "tracks" WHERE "tracks"."seconds" > ? ORDER BY "tracks"."id""#
    );
    let [sinnerman, peace] = texts(["Sinnerman", "Peace Piece"]);
    assert_eq!(
        lengths.all(&db)?,
        [
            Length {
                name: sinnerman,
                minutes: 10
            },
            Length {
                name: peace,
                minutes: 6
            }
        ]
    );
    assert_eq!(lengths.count(&db)?, 2);
    let lines = Track::query()
        .left_join(Track::GENRE_ID.on(Genre::ID))
        .order_by(Track::ID)
        .select_as::<Line>()
        .all(&db)?;
    assert_eq!(lines[1].loud.as_deref(), Some("SOUL"));
    assert_eq!(
        (lines[3].genre.as_deref(), lines[3].loud.as_deref()),
        (None, None)
    );
    Ok(())
}

#[test]
fn rows_of_a_selection_are_sorted_by_the_struct() -> Result<()> {
    let (db, _) = store()?;
    let rows = Track::query()
        .select((Track::NAME, Track::SECONDS / 60))
        .rows_as::<Named>();
    assert_eq!(
        rows.to_sql(&db)?.0,
        r#"SELECT "tracks"."name" AS "name", "tracks"."seconds" / ? AS "number" FROM "tracks""#
    );
    let longest = rows.order_by(Named::NUMBER.desc()).first(&db)?;
    assert_eq!(
        longest,
        Some(Named {
            name: "Sinnerman".into(),
            number: 10
        })
    );
    Ok(())
}

#[test]
fn annotations_stand_beside_the_entity() -> Result<()> {
    let (db, _) = store()?;
    let rows = Track::query()
        .annotate((
            Track::SECONDS / 60,
            Track::COMPOSER.nullable().coalesce("?"),
        ))
        .filter(Track::ID.le(2))
        .order_by(Track::ID.desc());
    assert_eq!(
        rows.to_sql(&db)?.0,
        r#"SELECT "tracks"."id", "tracks"."name", "tracks"."composer", "tracks"."genre_id", "tracks"."seconds", "tracks"."price", "tracks"."seconds" / ?, coalesce("tracks"."composer", ?) FROM "tracks" WHERE "tracks"."id" <= ? ORDER BY "tracks"."id" DESC"#
    );
    let rows: Vec<(Track, (i64, String))> = rows.all(&db)?;
    assert_eq!(rows[0], (Track::get(&db, 2)?, (2, "Bricusse".into())));
    assert_eq!(rows[1].1, (10, "?".into()));
    let page = Track::query().annotate(Track::ID * 2).page(&db, 2, 3)?;
    assert_eq!((page.total, page.items.len(), page.items[0].1), (5, 2, 8));
    Ok(())
}

#[test]
fn a_partial_entity_tells_what_was_not_loaded() -> Result<()> {
    let (db, log) = store()?;
    let names = Track::query().filter(Track::ID.eq(1)).only(Track::NAME);
    let partial = names.first(&db)?.expect("the first track");
    assert_eq!(
        log.take(),
        [
            r#"SELECT "tracks"."id", "tracks"."name" FROM "tracks" WHERE "tracks"."id" = ? ORDER BY "tracks"."id" LIMIT 1"#
        ]
    );
    assert_eq!(
        (partial.key()?, partial.get(Track::NAME)?),
        (1, "Sinnerman".into())
    );
    assert!(partial.is_loaded(Track::ID) && !partial.is_loaded(Track::PRICE));
    assert!(matches!(
        partial.get(Track::SECONDS),
        Err(Error::ColumnNotLoaded {
            table: "tracks",
            column: "seconds"
        })
    ));
    assert_eq!(partial.load(&db)?, Some(Track::get(&db, 1)?));
    assert_eq!(format!("{partial:?}"), r#"["id", "name"]"#);
    Ok(())
}

#[test]
fn deferred_columns_are_left_out() -> Result<()> {
    let (db, log) = store()?;
    let tracks =
        Track::query()
            .order_by(Track::NAME)
            .defer((Track::COMPOSER, Track::ID, Track::PRICE));
    let partials = tracks.all(&db)?;
    assert_eq!(
        log.take(),
        [
            r#"SELECT "tracks"."id", "tracks"."name", "tracks"."genre_id", "tracks"."seconds" FROM "tracks" ORDER BY "tracks"."name""#
        ]
    );
    assert_eq!(partials.len(), 5);
    assert_eq!(partials[0].get(Track::GENRE_ID)?, Some(1));
    assert!(matches!(
        partials[0].get(Track::COMPOSER),
        Err(Error::ColumnNotLoaded {
            column: "composer",
            ..
        })
    ));
    Track::delete_by_key(&db, partials[0].key()?)?;
    assert_eq!(partials[0].load(&db)?, None);
    Ok(())
}

#[test]
fn a_value_that_does_not_fit_names_its_column() -> Result<()> {
    let (db, _) = store()?;
    db.execute("UPDATE tracks SET seconds = 'long' WHERE id = 3", &[])?;
    let refused = Track::query()
        .select((Track::ID, (Track::NAME, Track::SECONDS)))
        .all(&db);
    assert!(
        matches!(
            refused,
            Err(Error::Decode {
                table: "tracks",
                column: "seconds",
                ..
            })
        ),
        "{refused:?}"
    );
    let third = Track::query().filter(Track::ID.eq(3)).only(Track::SECONDS);
    let refused = third.all(&db)?[0].get(Track::SECONDS);
    assert!(
        matches!(
            refused,
            Err(Error::Decode {
                column: "seconds",
                ..
            })
        ),
        "{refused:?}"
    );
    Ok(())
}
